//! Renders a [`Report`]: one file per format, each with a function `write(report, view, out)`.
//!
//! A [`View`] says what of the report is shown and to whom; a [`Format`] says in what form. Formats for machines (`json`,
//! `yaml`, `sarif`, `junit`, `kubesec`) carry text from the audited input as it is, in the escapes of their own; formats for people
//! (`table`, `markdown`, `html`) show control characters and terminal escapes as visible text, so that a manifest
//! cannot draw on its reader's screen.

use crate::model::benchmark::Rule;
use crate::model::check::Severity;
use crate::model::report::{CheckInfo, Report};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::str::FromStr;
use std::sync::Arc;

mod account;
pub mod compare;
pub mod html;
pub mod json;
pub mod junit;
pub mod kubesec;
pub mod markdown;
#[cfg(test)]
mod sample;
pub mod sarif;
mod shown;
pub mod table;
mod text;
pub mod yaml;

pub use shown::lines_to_show;

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// for a person at a terminal, or a log
    #[default]
    Table,
    /// everything, version 1, with a schema
    Json,
    /// the same as JSON
    Yaml,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for continuous integration
    Junit,
    /// for a comment on a pull request
    Markdown,
    /// one page that stands alone
    Html,
    /// the output of kubesec
    Kubesec,
}

impl Format {
    /// All formats, in the order in which they are listed.
    pub const ALL: [Format; 8] = [
        Format::Table,
        Format::Json,
        Format::Yaml,
        Format::Sarif,
        Format::Junit,
        Format::Markdown,
        Format::Html,
        Format::Kubesec,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        ["table", "json", "yaml", "sarif", "junit", "markdown", "html", "kubesec"][self as usize]
    }

    /// One line for the help text.
    pub fn about(self) -> &'static str {
        match self {
            Format::Table => "for a person: findings with their source line, score, what to do next",
            Format::Json => "everything, in a documented and versioned shape",
            Format::Yaml => "the same as json, as YAML",
            Format::Sarif => "SARIF 2.1.0, for code scanning",
            Format::Junit => "JUnit XML: one suite per object, one case per check",
            Format::Markdown => "for a comment on a pull request",
            Format::Html => "one page that needs nothing else",
            Format::Kubesec => "the JSON of kubesec",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        if let Some(format) = Format::ALL.into_iter().find(|f| f.name() == s) {
            return Ok(format);
        }
        let near = |f: &Format| strsim::jaro_winkler(f.name(), &s.to_lowercase());
        let best = Format::ALL.into_iter().max_by(|a, b| near(a).total_cmp(&near(b))).filter(|f| near(f) > 0.7);
        let hint = best.map(|f| format!("did you mean {f}? ")).unwrap_or_default();
        let names: Vec<&str> = Format::ALL.iter().map(|f| f.name()).collect();
        Err(format!("{s:?} is not an output format; {hint}the formats are {}", names.join(", ")))
    }
}

/// What may be suggested to the reader as the next command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// commands that explain a check or list more
    pub commands: bool,
    /// `audit fix` can edit what was audited
    pub fix: bool,
}

/// Source lines by file and line, without their line end.
pub type Snippets = BTreeMap<(Arc<str>, u32), String>;

/// What of a report is shown, and to whom.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// columns of the terminal; `None` when the output is not one
    pub width: Option<u16>,
    /// whether to colour; colour only underlines what words already say
    pub color: bool,
    /// how often `-v` was given: 1 lists what is otherwise counted
    pub verbose: u8,
    /// show only these severities; counts and scores stay those of the whole report
    pub severities: Option<Vec<Severity>>,
    /// list passes and what was out of reach, as far as the report holds them
    pub include_passed: bool,
    /// findings only
    pub quiet: bool,
    /// source lines of findings; ask [`lines_to_show`] which ones
    pub snippets: Snippets,
    /// next commands
    pub hints: Hints,
    /// scoring rules of the `kubesec` format
    pub rules: Vec<Rule>,
}

impl View {
    /// Whether something of this severity is shown.
    pub fn shows(&self, severity: Severity) -> bool {
        self.severities.as_ref().is_none_or(|s| s.contains(&severity))
    }
}

/// Writes a report.
pub fn write(format: Format, report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Table => table::write(report, view, out),
        Format::Json => json::write(report, view, out),
        Format::Yaml => yaml::write(report, view, out),
        Format::Sarif => sarif::write(report, view, out),
        Format::Junit => junit::write(report, view, out),
        Format::Markdown => markdown::write(report, view, out),
        Format::Kubesec => kubesec::write(report, view, out),
        Format::Html => html::write(report, view, out),
    }
}

/// Where a check is documented.
fn help_uri(check: &CheckInfo) -> String {
    format!("{}/blob/main/docs/checks/{}.md", env!("CARGO_PKG_REPOSITORY"), text::uri(&check.id))
}

/// Text as HTML shows it, also inside of a quoted attribute.
fn html_escape(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains(['<', '>', '&', '"', '\'']) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out.into()
}

/// A percentage with one decimal, rounded down, so that it never shows a bar that was not reached: 100 means all, and
/// 89.96 is 89.9, which has no A.
pub fn tenths(percent: f64) -> f64 {
    // NOTE: the quotient of two counts below 10^9 that is not a multiple of 0.1 is further than this from the next one.
    (percent * 10.0 + 1e-9).floor() / 10.0
}
