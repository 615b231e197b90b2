//! Waivers in a file of their own, `audit-waivers.yaml`.
//!
//! ```yaml
//! waivers:
//! - checks: [privileged-container, "workload/*"]      # required; quotes for anything with a star
//!   match:                                            # all keys must match, one pattern of each is enough
//!     kinds: [DaemonSet, apps/Deployment]
//!     namespaces: [kube-system]
//!     names: ["cilium*"]
//!     containers: [agent]
//!     images: ["quay.io/cilium/*"]
//!     files: ["manifests/**"]
//!     pointers: ["/spec/template/spec/volumes/[name=run]"]
//!     labels: {app: "cilium*"}
//!   reason: the network agent needs the host          # required
//!   owner: platform@example.com
//!   expires: 2027-01-31                               # the last day on which it holds
//! ```
//!
//! Patterns are explained in [`matcher`](crate::config::matcher). Unknown keys, empty lists and a waiver for every check on every object are errors,
//! and all errors of a file are told at once.

use super::names::is_word;
use super::{Location, Reach, Waiver, WaiverError, WaiverOrigin, excerpt, one_line, parse_date};
use crate::config::document::{Document, Mistake};
use crate::config::matcher::Matcher;
use crate::config::reader::Reader;
use std::sync::Arc;

/// The waivers of one file; which checks their words mean is found out when a run begins.
#[derive(Clone, Debug, Default)]
pub struct WaiverFile {
    pub(super) waivers: Vec<Waiver>,
}

impl WaiverFile {
    /// How many waivers it has.
    pub fn len(&self) -> usize {
        self.waivers.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.waivers.is_empty()
    }
}

/// Reads a file of waivers. `name` is how the file is called in messages and reports.
pub fn parse(text: &str, name: &str) -> Result<WaiverFile, Vec<Mistake>> {
    let document = Document::parse(text, name).map_err(|m| vec![m])?;
    let mut mistakes = Vec::new();
    let mut root = Reader::root(&document, &mut mistakes);
    let waivers: Vec<Option<Waiver>> =
        root.maps("waivers", &mut mistakes).into_iter().map(|entry| read(entry, name, &mut mistakes)).collect();
    root.finish(&mut mistakes);
    mistakes.sort();
    if mistakes.is_empty() {
        Ok(WaiverFile { waivers: waivers.into_iter().flatten().collect() })
    } else {
        Err(mistakes)
    }
}

fn read(mut entry: Reader<'_>, file: &str, mistakes: &mut Vec<Mistake>) -> Option<Waiver> {
    let line = entry.line;
    let missing = |entry: &Reader<'_>, key: &str, error: WaiverError| entry.mistake(line, key, error.to_string());
    if !entry.has("checks") {
        mistakes.push(missing(&entry, "checks", WaiverError::MissingChecks("write checks: [CHECK]")));
    }
    let checks = entry.list("checks", mistakes);
    for word in checks.iter().flat_map(|c| &c.value).filter(|w| !is_word(&w.value)) {
        let error = WaiverError::BadPattern(excerpt(&word.value));
        mistakes.push(entry.mistake(word.line, "checks", error.to_string()));
    }
    let matcher = match entry.map("match", mistakes) {
        Some(reader) => Matcher::read(reader, mistakes),
        None => Matcher::default(),
    };
    let reason = entry.text("reason", mistakes).map(|r| one_line(&r.value)).unwrap_or_default();
    if reason.is_empty() {
        mistakes.push(missing(&entry, "reason", WaiverError::MissingReason("write reason: why this is acceptable")));
    }
    let owner = entry.text("owner", mistakes).map(|o| one_line(&o.value)).unwrap_or_default();
    let expires = entry.parsed("expires", mistakes, |text, _| parse_date(text).map_err(|e| e.to_string()));
    let all = checks.as_ref().is_some_and(|c| c.value.iter().any(|w| w.value == "*"));
    if all && matcher.is_empty() {
        mistakes.push(entry.mistake(line, "match", "a waiver for all checks must say for which objects"));
    }
    entry.finish(mistakes);
    Some(Waiver {
        origin: WaiverOrigin::File,
        location: Location { file: file.into(), line: line as u32, object: "".into() },
        written: checks?.value.into_iter().map(|w| Arc::from(w.value)).collect(),
        checks: Vec::new(),
        matcher,
        reach: vec![Reach::Object],
        reason: reason.into(),
        owner: owner.into(),
        expires: expires.map(|e| e.value),
    })
}
