//! A check as the catalogue knows it: metadata and what it reads.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// How bad a finding is. Order: worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// whoever controls the workload or subject controls the node or the cluster
    Critical,
    /// one further step is needed
    High,
    /// a defence is missing
    Medium,
    /// hygiene with consequences
    Low,
    /// to know
    Info,
}

impl Severity {
    /// All severities, worst first.
    pub const ALL: [Severity; 5] =
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

    /// Weight in the percent score: 10, 6, 3, 1, 0.
    pub fn weight(self) -> u64 {
        [10, 6, 3, 1, 0][self as usize]
    }

    /// The word of the report.
    pub fn word(self) -> &'static str {
        ["critical", "high", "medium", "low", "info"][self as usize]
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Severity {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        Severity::ALL
            .into_iter()
            .find(|v| v.word() == s)
            .ok_or_else(|| format!("{s:?} is not a severity; use critical, high, medium, low or info"))
    }
}

/// On what a check is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// every container of every pod spec
    Container,
    /// every pod spec
    Pod,
    /// every object of the metadata's kinds
    Object,
    /// once per run
    Cluster,
}

/// Container types a check of scope container can be narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContainerType {
    /// `containers`
    Container,
    /// `initContainers` that end
    Init,
    /// `initContainers` with `restartPolicy: Always`
    Sidecar,
    /// `ephemeralContainers`
    Ephemeral,
}

impl ContainerType {
    /// All types.
    pub const ALL: [ContainerType; 4] =
        [ContainerType::Container, ContainerType::Init, ContainerType::Sidecar, ContainerType::Ephemeral];

    /// The word of the policy input.
    pub fn word(self) -> &'static str {
        ["container", "init", "sidecar", "ephemeral"][self as usize]
    }
}

/// How sure a finding is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// the field says it
    #[default]
    High,
    /// a well-founded rule of thumb
    Medium,
    /// worth a look
    Low,
}

/// Kinds that must be listed completely.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requires {
    /// before a pass counts
    #[serde(default)]
    pub pass: Vec<String>,
    /// before a failure (by absence) counts
    #[serde(default)]
    pub fail: Vec<String>,
}

/// A setting of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    /// `string`, `number`, `boolean`, `array` or `object`
    pub r#type: String,
    /// value when nobody configures it, as JSON text
    pub default: String,
    /// what it is for
    pub description: String,
}

/// A step of a read path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadSet {
    /// the whole subtree is read
    pub whole: bool,
    /// what is read under each key
    pub keys: BTreeMap<String, ReadSet>,
    /// what is read of every item of a list or value of a map
    pub items: Option<Box<ReadSet>>,
}

impl ReadSet {
    /// Everything.
    pub fn everything() -> ReadSet {
        ReadSet { whole: true, ..ReadSet::default() }
    }

    /// Whether nothing below this point is read but its existence.
    pub fn is_leaf(&self) -> bool {
        !self.whole && self.keys.is_empty() && self.items.is_none()
    }

    /// Adds what `other` reads.
    pub fn merge(&mut self, other: &ReadSet) {
        if self.whole {
            return;
        }
        if other.whole {
            *self = ReadSet::everything();
            return;
        }
        for (k, v) in &other.keys {
            self.keys.entry(k.clone()).or_default().merge(v);
        }
        if let Some(items) = &other.items {
            self.items.get_or_insert_with(Box::default).merge(items);
        }
    }
}

/// What the syntax tree of a check tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// parts of `input` that the check can read
    pub reads: ReadSet,
    /// why the check cannot be cached (it reads everything); empty when it can
    pub uncacheable: String,
    /// kinds (as written; `*` when computed) that `inventory` functions are asked for, and what is read of the answers
    pub asks: BTreeMap<String, ReadSet>,
    /// whether it calls any `inventory` or `rbac` function: it then runs after all input was read
    pub deferred: bool,
    /// optional rules that are declared
    pub has_applies: bool,
    /// see [`Analysis::has_applies`]
    pub has_not_assessed: bool,
    /// see [`Analysis::has_applies`]
    pub has_evidence: bool,
    /// `data.tables` names that it reads
    pub tables: Vec<String>,
    /// library packages that it needs, transitively (`audit.lib.pod`)
    pub libraries: Vec<String>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// unique: file stem, last part of the package with dashes
    pub id: String,
    /// folder, second-to-last part of the package with dashes
    pub group: String,
    /// `audit.checks.workload.host_pid`
    pub package: String,
    /// path of the file below the policy directory, for messages
    pub file: String,
    /// short line that says what is wrong
    pub title: String,
    /// what an attacker or an outage gains
    pub description: String,
    /// what to do
    pub remediation: String,
    /// links
    pub references: Vec<String>,
    /// highest severity of a finding
    pub severity: Severity,
    /// on what it is evaluated
    pub scope: Scope,
    /// `Kind`, `group/Kind`, `*/Kind` or `*`; empty for container and pod scope means every owner of a pod spec
    pub kinds: Vec<String>,
    /// container types (scope container)
    pub containers: Vec<ContainerType>,
    /// kinds that must be complete
    pub requires: Requires,
    /// kubesec's scale
    pub points: i32,
    /// runs without being selected
    pub enabled: bool,
    /// what Kubernetes does without the field
    pub unset: String,
    /// settings
    pub params: BTreeMap<String, Param>,
    /// how sure its findings are
    pub confidence: Confidence,
    /// first Kubernetes version for which it makes sense, such as `1.30`
    pub since: Option<String>,
    /// last one
    pub until: Option<String>,
    /// from the syntax tree
    pub analysis: Analysis,
}

/// Groups whose checks follow somebody else's semantics: evaluated only for their benchmark or format, never part of
/// `results` and score.
pub const FOREIGN_GROUPS: [&str; 2] = ["pss", "kubesec"];

impl Check {
    /// Whether the check belongs to a group that stays out of results and score.
    pub fn is_foreign(&self) -> bool {
        FOREIGN_GROUPS.contains(&self.group.as_str())
    }
}
