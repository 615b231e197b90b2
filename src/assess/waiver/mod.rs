//! A [`Waiver`] says that findings of some checks at some place are accepted, by whom, why and until when.
//!
//! Invariant: a waiver changes [`Finding::waiver`](crate::model::verdict::Finding::waiver) and nothing else. A waived finding stays in
//! the report, its verdict is `waived` and never `pass`, and a waiver that has expired, is malformed or names no known check
//! covers nothing and is told about.
//!
//! # Forms
//!
//! A **comment**, at the end of a field's line or on a line of its own above it; quotes when a value has blanks:
//!
//! ```yaml
//! # kube-audit: ignore=privileged-container,host-path-writable reason="needs the device" expires=2027-01-31 owner=storage
//! ```
//!
//! At the end of a line it covers the field (or the whole list item) that begins on that line; on its own line, the one that
//! begins on the next line that is neither blank nor a comment; before the first key of the document, the whole object.
//! Exact extents: [`extent`].
//!
//! An **annotation** of the object or of its pod template, entries separated by `;` or line ends:
//!
//! ```yaml
//! kube-audit/ignore: |
//!   privileged-container, host-path-writable expires=2027-01-31 container=agent: needs the device
//!   image-tag-missing: built on the node
//! ```
//!
//! On the pod template it covers what is below the template. Grammar: [`annotation`].
//!
//! A **file**, `audit-waivers.yaml`: [`mod@file`]. Annotations and labels of **other tools**: [`foreign`].
//!
//! # Checks
//!
//! `privileged-container` is a check; `workload/*` all checks of a group; `*` all checks; `CKV_K8S_16` or
//! `checkov/CKV_K8S_16` the checks that judge what the other tool's check judges; `workload/privileged-container` the check, group named.

pub mod annotation;
pub mod comment;
pub mod extent;
pub mod file;
pub mod foreign;
pub mod ledger;
pub mod names;
pub mod reach;

pub use crate::config::matcher::{Container, Matcher, Subject};
pub use comment::{ParsedIgnore, parse_comment};
pub use extent::Extents;
pub use ledger::{Carrier, Comment, Inline, Settings, Settlement, Waivers};
pub use names::{Names, Pattern};
pub use reach::Reach;

use crate::config::suggestion::hint;
use crate::model::report::WaiverInfo;
use jiff::civil::Date;
use std::fmt;
use std::sync::Arc;

/// The annotation that carries waivers.
pub const ANNOTATION: &str = "kube-audit/ignore";

/// What is wrong with a waiver. It then covers nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum WaiverError {
    #[error("unknown key `{key}`{}; known are {known}", hint(.suggestion))]
    UnknownKey { key: String, suggestion: Option<String>, known: &'static str },
    #[error("`{0}` is given twice")]
    DuplicateKey(String),
    #[error("has no reason; {0}")]
    MissingReason(&'static str),
    #[error("names no check; {0}")]
    MissingChecks(&'static str),
    #[error("`{0}` is not a date; write YYYY-MM-DD")]
    BadDate(String),
    #[error("`{0}` is neither a check, nor `group/*`, nor `*`; separate several with commas only")]
    BadPattern(String),
    #[error("unknown check `{id}`{}", hint(.suggestion))]
    UnknownCheck { id: String, suggestion: Option<String> },
    #[error(transparent)]
    BadGlob(#[from] crate::config::matcher::GlobError),
    #[error("cannot make sense of `{0}`; put a value with blanks in quotes")]
    Stray(String),
    #[error("a quote is not closed")]
    OpenQuote,
    #[error("a waiver must begin its comment and be written `kube-audit: ignore=CHECK reason=\"WHY\"`")]
    NotADirective,
    #[error("`{0}` stands in the middle of the reason; write it before the colon")]
    OptionInReason(String),
}

/// Reads a date strictly: `YYYY-MM-DD`.
pub fn parse_date(text: &str) -> Result<Date, WaiverError> {
    let bad = || WaiverError::BadDate(excerpt(text));
    let b = text.as_bytes();
    let shape = b.len() == 10
        && b.iter().enumerate().all(|(i, c)| if i == 4 || i == 7 { *c == b'-' } else { c.is_ascii_digit() });
    if !shape {
        return Err(bad());
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<i16>().map_err(|_| bad());
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    Date::new(year, month as i8, day as i8).map_err(|_| bad())
}

/// Text of somebody else for a message: one line, no control characters, at most 80 characters.
pub(crate) fn excerpt(text: &str) -> String {
    let one_line = one_line(text);
    match one_line.char_indices().nth(80) {
        Some((cut, _)) => format!("{}...", &one_line[..cut]),
        None => one_line,
    }
}

/// Runs of blanks and control characters become one blank.
pub(crate) fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where a waiver was written. Order is precedence when several cover one finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaiverOrigin {
    /// a YAML comment
    Comment,
    /// our annotation
    Annotation,
    /// a waiver file
    File,
    /// an annotation or label of another tool: its tool, then `annotation KEY` or `label KEY`
    Foreign(&'static str, Arc<str>),
}

impl fmt::Display for WaiverOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WaiverOrigin::Comment => f.write_str("comment"),
            WaiverOrigin::Annotation => write!(f, "annotation {ANNOTATION}"),
            WaiverOrigin::File => f.write_str("file"),
            WaiverOrigin::Foreign(_, key) => f.write_str(key),
        }
    }
}

/// A place in words: `deploy.yaml:14`, `deploy.yaml:1 Deployment/web/app`, `Deployment/web/app`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// the file; empty when there is none
    pub file: Arc<str>,
    /// line of the waiver, or of the object that carries it; 0 when unknown
    pub line: u32,
    /// `Kind/namespace/name` of the object that carries it; empty when the line tells enough
    pub object: Arc<str>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if !self.file.is_empty() && self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.file.is_empty() && !self.object.is_empty() {
            f.write_str(" ")?;
        }
        f.write_str(&self.object)
    }
}

/// A waiver.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// how it was written
    pub origin: WaiverOrigin,
    /// where
    pub location: Location,
    /// the checks as they were written
    pub written: Vec<Arc<str>>,
    /// the checks
    pub checks: Vec<Pattern>,
    /// which objects and containers
    pub matcher: Matcher,
    /// which parts of the object; all of them must reach the finding
    pub reach: Vec<Reach>,
    /// why; may be empty for other tools' forms
    pub reason: Arc<str>,
    /// who answers for it; may be empty
    pub owner: Arc<str>,
    /// the last day on which it holds
    pub expires: Option<Date>,
}

impl Waiver {
    /// Whether its last day has passed.
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| last < today)
    }

    /// What the report shows of it.
    pub fn info(&self) -> WaiverInfo {
        WaiverInfo {
            origin: self.origin.to_string().into(),
            location: self.location.to_string().into(),
            checks: self.written.clone(),
            reason: self.reason.clone(),
            owner: self.owner.clone(),
            expires: self.expires.map_or_else(|| Arc::from(""), |d| d.to_string().into()),
        }
    }
}

#[cfg(test)]
mod tests;
