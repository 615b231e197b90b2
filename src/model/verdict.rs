//! What one check says of one object, and the findings it rests on.

use super::check::Severity;
use super::tree::Position;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why a verdict is not assessed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// a kind it needs was never part of this run
    Outside(Arc<str>),
    /// the server refused a kind it needs
    Denied(Arc<str>),
    /// a kind it needs was read in part
    Partial(Arc<str>),
    /// reading a kind it needs failed
    Failed(Arc<str>),
    /// the deadline came before a kind it needs was read
    Deadline(Arc<str>),
    /// the check's own words
    Check(Arc<str>),
}

impl Reason {
    /// The word of the report.
    pub fn word(&self) -> &str {
        match self {
            Reason::Outside(_) => "outside",
            Reason::Denied(_) => "denied",
            Reason::Partial(_) => "partial",
            Reason::Failed(_) => "failed",
            Reason::Deadline(_) => "deadline",
            Reason::Check(_) => "check",
        }
    }

    /// The kind that is missing, or the check's own words.
    pub fn detail(&self) -> &Arc<str> {
        match self {
            Reason::Outside(s)
            | Reason::Denied(s)
            | Reason::Partial(s)
            | Reason::Failed(s)
            | Reason::Deadline(s)
            | Reason::Check(s) => s,
        }
    }
}

/// The outcome of a verdict; order is precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// at least one unwaived finding
    Fail,
    /// the check broke on the object
    Error,
    /// evidence is missing
    NotAssessed,
    /// every finding is waived
    Waived,
    /// nothing found, and everything needed was seen
    Pass,
}

impl Outcome {
    /// The word of the report.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Fail => "fail",
            Outcome::Error => "error",
            Outcome::NotAssessed => "not-assessed",
            Outcome::Waived => "waived",
            Outcome::Pass => "pass",
        }
    }
}

/// One thing that is wrong, at one field of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// pointer of the field in the object (absolute)
    pub pointer: Arc<str>,
    /// the pointer with list indices replaced by `[name=...]` where the items have names: what fingerprints are made of
    pub stable: Arc<str>,
    /// where in the object, in words: `container app`, `init container setup`, `pod`, empty for the object itself
    pub place: Arc<str>,
    /// noun, fact, value
    pub message: Arc<str>,
    /// the value at the pointer as compact JSON when it is a scalar (cut at 200 characters); empty when unset or sensitive
    pub value: Arc<str>,
    /// severity of this finding
    pub severity: Severity,
    /// first character of what is to be shown; line 0 when there is no source
    pub start: Position,
    /// one past the last character
    pub end: Position,
    /// whether the pointer names an existing field (`false`: one that should exist)
    pub exists: bool,
    /// value, message and source line must be masked
    pub sensitive: bool,
    /// JSON Patch on the object, as JSON text; empty when there is none
    pub fix: Arc<str>,
    /// `Kind/namespace/name` of a related object; empty when there is none
    pub related: Arc<str>,
    /// the waiver that covers it: index into [`super::report::Report::waivers`]
    pub waiver: Option<u32>,
    /// the same finding is in the baseline
    pub known: bool,
}

/// What one check says of one object. Passes are verdicts too, but are kept as counts unless a run lists them.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// index into [`super::report::Report::checks`]
    pub check: u32,
    /// index into [`super::report::Report::objects`]
    pub object: u32,
    /// what was found, sorted by pointer and message
    pub findings: Vec<Finding>,
    /// what broke: message with file and line
    pub errors: Vec<Arc<str>>,
    /// why it is not assessed
    pub reason: Option<Reason>,
    /// what the check looked at, as JSON text; only when passes are listed
    pub evidence: Option<Arc<str>>,
}

impl Verdict {
    /// Outcome: unwaived finding = fail > error > not-assessed > every finding waived = waived > pass.
    pub fn outcome(&self) -> Outcome {
        if self.findings.iter().any(|f| f.waiver.is_none()) {
            Outcome::Fail
        } else if !self.errors.is_empty() {
            Outcome::Error
        } else if self.reason.is_some() {
            Outcome::NotAssessed
        } else if !self.findings.is_empty() {
            Outcome::Waived
        } else {
            Outcome::Pass
        }
    }

    /// Severity of the worst finding that counts (unwaived ones first), when there is one.
    pub fn worst(&self) -> Option<Severity> {
        let unwaived = self.findings.iter().filter(|f| f.waiver.is_none()).map(|f| f.severity).min();
        unwaived.or_else(|| self.findings.iter().map(|f| f.severity).min())
    }
}
