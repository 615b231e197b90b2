//! The shape of the JSON report: what the schema is made from, and what a stored report is read into.
//!
//! Fields that are empty, zero or false may be left out; a reader that does not know a field ignores it. Within version
//! 1 fields are only added.

use crate::model::benchmark::{ControlResult, Enforceable};
use crate::model::check::Severity;
use crate::model::inventory::{Gap, KindCoverage, Skipped};
use crate::model::report::{BaselineInfo, CheckInfo, Grade, Run, Tally, WaiverInfo};
use crate::model::verdict::Outcome;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// Report of an audit, version 1.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// version of this format
    #[schemars(extend("const" = "1"))]
    pub version: String,
    /// what wrote it
    pub tool: Tool,
    /// the run: the only place with a timestamp
    pub run: Run,
    /// numbers of the whole run
    pub summary: Summary,
    /// checks that have a verdict, sorted by id; those of groups `pss` and `kubesec` are in no score and only in the
    /// results of their benchmarks
    pub checks: Vec<CheckInfo>,
    /// audited objects
    pub objects: Vec<Object>,
    /// verdicts, sorted by object, then check; passes and `outside` are counted always and listed on request
    pub results: Vec<Result>,
    /// benchmarks that were asked for
    pub benchmarks: Vec<Benchmark>,
    /// how completely each kind was read
    pub coverage: Vec<KindCoverage>,
    /// what the run was asked to read and could not
    pub gaps: Vec<Gap>,
    /// what was left out on purpose
    pub skipped: Vec<Skipped>,
    /// waivers
    pub waivers: Waivers,
    /// remarks about the run
    pub notes: Vec<Arc<str>>,
    /// comparison with an earlier report, when one was given
    pub baseline: Option<BaselineInfo>,
}

/// What wrote the report.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `audit`
    pub name: String,
    /// its version
    pub version: String,
}

impl Tool {
    /// This program.
    pub fn this() -> Tool {
        Tool { name: "audit".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// Numbers of the whole run. Percentages have one decimal, rounded down.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// how many objects were audited
    pub objects: u64,
    /// how many checks have a verdict, those of groups `pss` and `kubesec` left out
    pub checks: u64,
    /// something that was asked for could not be read, or a check broke
    pub incomplete: bool,
    /// kubesec's scale: points of passed hardening plus (negative) points of failed checks
    pub points: i64,
    /// passed weight over passed plus failed weight, where critical weighs 10, high 6, medium 3, low 1, info 0; null
    /// when nothing was assessed
    pub percent: Option<f64>,
    /// A from 90, B from 80, C from 70, D from 60; a critical failure caps it at F, a high one at C; null without a
    /// percent or below 90 percent coverage
    pub grade: Option<Grade>,
    /// assessed over assessed plus errors plus not assessed, in percent, `outside` left out; null when there is nothing
    /// to assess
    pub coverage: Option<f64>,
    /// how many verdicts of each severity had which outcome
    pub by_severity: BySeverity,
}

/// Tallies by severity.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BySeverity {
    /// critical
    pub critical: Tally,
    /// high
    pub high: Tally,
    /// medium
    pub medium: Tally,
    /// low
    pub low: Tally,
    /// info
    pub info: Tally,
}

/// An audited object.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Object {
    /// its number: what `results[].object` refers to
    pub index: u32,
    /// `apps/v1`
    pub api_version: Arc<str>,
    /// `Deployment`
    pub kind: Arc<str>,
    /// empty when it names none
    pub namespace: Arc<str>,
    /// empty when it has none
    pub name: Arc<str>,
    /// where it came from
    pub source: Source,
    /// made by the run for checks of the cluster as a whole
    #[serde(default, skip_serializing_if = "is_false")]
    pub synthetic: bool,
    /// its score
    pub score: ObjectScore,
}

/// Where an object came from: a file, a cluster, or (with no field at all) the run itself.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// path as given or found; `-` for standard input
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Arc<str>>,
    /// number of the document in the file, from 0
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<u32>,
    /// line on which the object starts, from 1
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// the template that `helm template` named
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Arc<str>>,
    /// context or address of the cluster
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Arc<str>>,
}

/// Score of one object.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ObjectScore {
    /// as in the summary
    pub points: i64,
    /// as in the summary
    pub percent: Option<f64>,
    /// as in the summary
    pub grade: Option<Grade>,
    /// as in the summary
    pub by_severity: BySeverity,
}

/// What one check says of one object.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Result {
    /// id of the check
    pub check: Arc<str>,
    /// severity of the worst finding that counts; of the check when there is none
    pub severity: Severity,
    /// index of the object
    pub object: u32,
    /// an unwaived finding is `fail`; then `error`; then `not-assessed`; every finding waived is `waived`; else `pass`
    pub outcome: Outcome,
    /// why it is not assessed
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Why>,
    /// the kind that is missing, or the check's own words
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Arc<str>>,
    /// what this verdict adds to the points of its object
    pub points: i32,
    /// what was found
    pub findings: Vec<Finding>,
    /// what broke
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Arc<str>>,
    /// what the check looked at, when passes are listed
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Value>,
}

/// Why a verdict is not assessed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// a kind it needs was never part of this run
    Outside,
    /// the server refused a kind it needs
    Denied,
    /// a kind it needs was read in part
    Partial,
    /// reading a kind it needs failed
    Failed,
    /// the deadline came before a kind it needs was read
    Deadline,
    /// the check says so
    Check,
}

/// One thing that is wrong, at one field of one object.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// where in the object, in words: `container app`; empty for the object itself
    pub place: Arc<str>,
    /// JSON pointer (RFC 6901) of the field in the object
    pub pointer: Arc<str>,
    /// the pointer with list indices as `[name=...]`, when that is different: what the fingerprint is made of
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stable: Option<Arc<str>>,
    /// the pointer names a field that does not exist and should
    #[serde(default, skip_serializing_if = "is_false")]
    pub missing: bool,
    /// how bad it is
    pub severity: Severity,
    /// line in the file, from 1; absent when there is no source
    #[serde(default, skip_serializing_if = "is_zero")]
    pub line: u32,
    /// column in Unicode code points, from 1
    #[serde(default, skip_serializing_if = "is_zero")]
    pub column: u32,
    /// line of the end
    #[serde(default, skip_serializing_if = "is_zero")]
    pub end_line: u32,
    /// one past the last column
    #[serde(default, skip_serializing_if = "is_zero")]
    pub end_column: u32,
    /// noun, fact, value
    pub message: Arc<str>,
    /// the value of the field as JSON text, cut when long; absent when unset or sensitive
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub value: Arc<str>,
    /// the value is a secret and not shown
    #[serde(default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    /// SHA-256 that names this finding in every run
    pub fingerprint: String,
    /// `audit fix` can repair it
    pub fixable: bool,
    /// how: a JSON Patch (RFC 6902) on the object
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Value>,
    /// `Kind/namespace/name` of a related object
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub related: Arc<str>,
    /// the waiver that covers it: index into `waivers.used`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<u32>,
    /// it is in the baseline
    #[serde(default, skip_serializing_if = "is_false")]
    pub known: bool,
}

/// Result of one benchmark.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Benchmark {
    /// id
    pub id: Arc<str>,
    /// title
    pub title: Arc<str>,
    /// edition
    pub version: Arc<str>,
    /// its controls
    pub controls: Vec<ControlResult>,
    /// verdicts of checks that run only for this benchmark; in no score
    pub results: Vec<Result>,
    /// what each namespace could enforce (Pod Security Standards)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enforceable: Vec<Enforceable>,
}

/// Waivers of the run.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Waivers {
    /// cover a finding
    pub used: Vec<WaiverInfo>,
    /// matched nothing
    pub unused: Vec<WaiverInfo>,
    /// their day has passed
    pub expired: Vec<WaiverInfo>,
}

fn is_false(b: &bool) -> bool {
    !*b
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}
