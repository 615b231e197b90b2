//! [`Reach`]: which part of its object a waiver inside the input is about.

use crate::config::matcher::is_below;
use crate::model::verdict::Finding;
use std::sync::Arc;

/// How far a comment on its own line looks for the field it is about.
const LOOKAHEAD: u32 = 1000;

/// Which part of its object an inline waiver reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// all of it
    Object,
    /// what begins on these lines of the file, both included
    Lines(u32, u32),
    /// the field with this pointer and what is below
    Below(Arc<str>),
    /// findings about this value, compared without case and without a `CAP_` before it
    Value(Box<str>),
    /// fields below the list item of this name
    Item(Box<str>),
}

impl Reach {
    /// The lines a comment is about. `extent` gives first and last line of what begins on a line.
    pub fn of_comment(line: u32, own_line: bool, extent: &dyn Fn(u32) -> Option<(u32, u32)>) -> Reach {
        // Below a comment, lines where nothing begins are blank or comments themselves.
        let mut below = line.saturating_add(1)..=line.saturating_add(LOOKAHEAD);
        let found = if own_line { below.find_map(extent) } else { extent(line) };
        let (first, last) = found.unwrap_or((line, line));
        Reach::Lines(first, last)
    }

    /// Whether it reaches a finding.
    pub fn reaches(&self, finding: &Finding) -> bool {
        match self {
            Reach::Object => true,
            Reach::Lines(first, last) => (*first..=*last).contains(&finding.start.line),
            Reach::Below(template) => is_below(&finding.pointer, template),
            Reach::Value(value) => bare(&finding.value) == bare(value),
            Reach::Item(name) => {
                let is_item = |s: &str| s.strip_prefix("[name=").and_then(|s| s.strip_suffix(']')) == Some(name);
                finding.stable.split('/').any(is_item)
            }
        }
    }
}

/// A capability without quotes, case and prefix.
fn bare(value: &str) -> String {
    let value = value.trim_matches('"').to_ascii_uppercase();
    value.strip_prefix("CAP_").unwrap_or(&value).to_owned()
}
