//! What one run was asked to read: gaps it met and how completely each kind is known.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Something the run was asked to read and could not. It never becomes a pass.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Gap {
    /// what could not be read: `deploy.yaml`, `deploy.yaml document 3`, `secrets`
    pub what: Arc<str>,
    /// one word class: `syntax`, `limit`, `unreadable`, `encoding`, `template`, `denied`, `failed`, ...
    pub reason: Arc<str>,
    /// one sentence: what happened, where, and the remedy
    pub detail: Arc<str>,
    /// line in `what`, from 1; 0 when there is none
    #[serde(default, skip_serializing_if = "is_zero")]
    pub line: u32,
    /// column, from 1; 0 when there is none
    #[serde(default, skip_serializing_if = "is_zero")]
    pub column: u32,
    /// the source line, to show below the message; empty when there is none
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub excerpt: Arc<str>,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Something that was seen and left out on purpose: neither audited nor a gap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Skipped {
    /// the file or document
    pub what: Arc<str>,
    /// why: `Helm values`, `kustomization`, `hidden file`, `no apiVersion and kind`, ...
    pub reason: Arc<str>,
}

/// How completely one kind was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Completeness {
    /// every object of the kind was read
    Complete,
    /// some namespaces could not be read
    Partial,
    /// read, but pages are of different moments
    Mixed,
    /// the server refused
    Denied,
    /// reading failed
    Failed,
    /// the server does not have the kind; there is nothing to miss
    Absent,
    /// behind an opt-in that was not given
    Skipped,
    /// the deadline came first
    Deadline,
    /// never part of this run, as for files
    Outside,
}

impl Completeness {
    /// Whether an absence in the inventory is an absence in the world.
    pub fn is_complete(self) -> bool {
        matches!(self, Completeness::Complete | Completeness::Absent)
    }
}

/// One row of the report's `coverage`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct KindCoverage {
    /// `Kind` or `group/Kind`
    pub kind: Arc<str>,
    /// how completely it was read
    pub status: Completeness,
    /// how many objects
    pub items: u64,
    /// why it is not complete; empty when it is
    #[serde(default)]
    pub reason: Arc<str>,
}

/// How completely every kind is known in one run.
#[derive(Clone, Debug)]
pub struct Coverage {
    default: Completeness,
    kinds: BTreeMap<String, (Completeness, Arc<str>)>,
}

impl Default for Coverage {
    fn default() -> Self {
        Coverage::files(false)
    }
}

impl Coverage {
    /// Files: what is not there may exist elsewhere, unless `complete` was promised.
    pub fn files(complete: bool) -> Coverage {
        Coverage {
            default: if complete { Completeness::Complete } else { Completeness::Outside },
            kinds: BTreeMap::new(),
        }
    }

    /// A collector's own account; kinds it does not name were never part of the run.
    pub fn listed(kinds: impl IntoIterator<Item = (String, Completeness, Arc<str>)>) -> Coverage {
        Coverage { default: Completeness::Outside, kinds: kinds.into_iter().map(|(k, c, r)| (k, (c, r))).collect() }
    }

    /// Status of a kind (`Kind` or `group/Kind`) and the reason when it is not complete.
    pub fn of(&self, kind: &str) -> (Completeness, Arc<str>) {
        self.kinds.get(kind).cloned().unwrap_or((self.default, Arc::from("")))
    }
}
