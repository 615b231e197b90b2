//! Compliance benchmarks: controls that point at checks. Control numbers live only here and in `benchmarks/`.

use serde::{Deserialize, Serialize};

/// A benchmark as written in `benchmarks/<id>.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// file stem
    pub id: String,
    /// its name
    pub title: String,
    /// edition
    pub version: String,
    /// where its authors publish it
    pub source: String,
    /// checks that run only for this benchmark
    #[serde(default)]
    pub select: Select,
    /// its controls, in its own order
    #[serde(default)]
    pub controls: Vec<Control>,
    /// scoring rules (kubesec's format has these in place of controls)
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// Which checks run because the benchmark was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Select {
    /// a foreign group, such as `pss`
    #[serde(default)]
    pub group: Option<String>,
}

/// One control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// its number in the benchmark
    pub id: String,
    /// our own words
    pub title: String,
    /// first Kubernetes version that it is about, such as `1.22`
    #[serde(default)]
    pub since: Option<String>,
    /// last one
    #[serde(default)]
    pub until: Option<String>,
    /// checks that decide it
    #[serde(default)]
    pub checks: Vec<String>,
    /// what a person has to look at, when no check can tell
    #[serde(default)]
    pub manual: Option<String>,
}

/// One scoring rule of a benchmark that adds points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// the rule's name in the other tool
    pub id: String,
    /// our check that fires when the rule is matched
    pub check: String,
    /// text of the other tool's output
    pub selector: String,
    /// text of the other tool's output
    pub reason: String,
    /// kinds that it is applied to
    pub kinds: Vec<String>,
    /// link, when the other tool prints one
    #[serde(default)]
    pub href: Option<String>,
    /// added when matched
    pub points: i32,
}

/// State of a control in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// at least one failure (a waived one included)
    Fail,
    /// something it needs was not assessed or broke
    NotAssessed,
    /// everything assessed, nothing failed
    Pass,
    /// no check can tell
    Manual,
    /// nothing of its kinds was seen
    NotApplicable,
}

/// A control's result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ControlResult {
    /// number
    pub id: String,
    /// our words
    pub title: String,
    /// state
    pub status: Status,
    /// checks that decided it
    pub checks: Vec<String>,
    /// counts and reason in one sentence: `3 objects fail`, `12 objects seen`, `needs Node`
    pub evidence: String,
    /// failing only because of waived findings
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waived: bool,
}

/// What a namespace could enforce today (Pod Security Standards).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Enforceable {
    /// namespace; `*` for all of them together
    pub namespace: String,
    /// `privileged`, `baseline` or `restricted`
    pub level: String,
    /// pods and templates that were judged
    pub pods: u64,
}
