//! Everything a run found out. All vectors are sorted; the JSON format (`report::json`) is a view of this.

use super::benchmark::{ControlResult, Enforceable};
use super::check::{Confidence, Severity};
use super::inventory::{Gap, KindCoverage, Skipped};
use super::object::{ObjectId, Origin};
use super::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Version of the JSON report format.
pub const FORMAT_VERSION: &str = "1";

/// The run itself: the only place with a timestamp.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Run {
    /// when it started, RFC 3339 in UTC, seconds
    pub started: String,
    /// how long it took, in milliseconds
    pub duration_ms: u64,
    /// the date that checks and waivers were judged at (`--at`), `YYYY-MM-DD`
    pub date: String,
    /// `scan`, `cluster`, `serve`
    pub source: String,
    /// what was asked for: paths, server address
    pub target: String,
    /// the version that version-dependent checks were judged for; empty when unknown
    pub kubernetes_version: String,
}

/// What the report needs to know of a check that has a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CheckInfo {
    /// id
    pub id: Arc<str>,
    /// group
    pub group: Arc<str>,
    /// what is wrong when it fails
    pub title: Arc<str>,
    /// what an attacker or an outage gains
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub description: Arc<str>,
    /// what to do
    pub remediation: Arc<str>,
    /// highest severity
    pub severity: Severity,
    /// how sure its findings are
    pub confidence: Confidence,
    /// kubesec's scale
    pub points: i32,
    /// passes over all objects
    pub passed: u64,
    /// not assessed for reason `outside` over all objects (these are counted, and listed only with `--include-passed`)
    pub outside: u64,
}

/// An audited object.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectRow {
    /// who
    pub id: ObjectId,
    /// where from
    pub origin: Origin,
    /// its score
    pub score: Score,
    /// `true` for the synthetic object of cluster-wide checks
    pub synthetic: bool,
}

/// How many verdicts of one severity had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Tally {
    /// verdicts that passed (metadata's severity)
    pub passed: u64,
    /// verdicts that failed (severity of the worst unwaived finding)
    pub failed: u64,
    /// verdicts whose findings are all waived
    pub waived: u64,
    /// verdicts without evidence, reason `outside` left out
    pub not_assessed: u64,
    /// verdicts whose check broke
    pub errors: u64,
    /// verdicts not assessed because a kind was never part of this run
    pub outside: u64,
}

/// A score: everything in it can be recomputed from the tallies and the results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// kubesec's scale: points of passed positive checks plus points of failed negative ones
    pub points: i64,
    /// tallies by severity, worst first
    pub by_severity: [Tally; 5],
}

/// A letter for a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[allow(missing_docs)]
pub enum Grade {
    A,
    B,
    C,
    D,
    F,
}

impl Grade {
    /// The letter.
    pub fn letter(self) -> &'static str {
        ["A", "B", "C", "D", "F"][self as usize]
    }
}

impl Score {
    /// Passed weight over passed plus failed weight, in percent; `None` when nothing was assessed.
    pub fn percent(&self) -> Option<f64> {
        let weigh = |f: fn(&Tally) -> u64| -> u64 {
            Severity::ALL.iter().map(|s| s.weight() * f(&self.by_severity[*s as usize])).sum()
        };
        let (passed, failed) = (weigh(|t| t.passed), weigh(|t| t.failed));
        (passed + failed > 0).then(|| 100.0 * passed as f64 / (passed + failed) as f64)
    }

    /// Assessed over assessed plus errors plus not-assessed, in percent; `None` when there is nothing to assess.
    pub fn coverage(&self) -> Option<f64> {
        let (mut assessed, mut all) = (0, 0);
        for t in &self.by_severity {
            let a = t.passed + t.failed + t.waived;
            assessed += a;
            all += a + t.errors + t.not_assessed;
        }
        (all > 0).then(|| 100.0 * assessed as f64 / all as f64)
    }

    /// A from 90 percent, B from 80, C from 70, D from 60; an unwaived critical caps at F, a high at C; none below 90
    /// percent coverage or without a percent.
    pub fn grade(&self) -> Option<Grade> {
        let percent = self.percent()?;
        if self.coverage()? < 90.0 {
            return None;
        }
        let grade = match percent {
            p if p >= 90.0 => Grade::A,
            p if p >= 80.0 => Grade::B,
            p if p >= 70.0 => Grade::C,
            p if p >= 60.0 => Grade::D,
            _ => Grade::F,
        };
        Some(if self.failed(Severity::Critical) > 0 {
            Grade::F
        } else if self.failed(Severity::High) > 0 {
            grade.max(Grade::C)
        } else {
            grade
        })
    }

    /// Failed verdicts of one severity.
    pub fn failed(&self, severity: Severity) -> u64 {
        self.by_severity[severity as usize].failed
    }

    /// Sum of one column over all severities.
    pub fn total(&self, column: fn(&Tally) -> u64) -> u64 {
        self.by_severity.iter().map(column).sum()
    }

    /// Adds another score.
    pub fn add(&mut self, other: &Score) {
        self.points += other.points;
        for (a, b) in self.by_severity.iter_mut().zip(&other.by_severity) {
            a.passed += b.passed;
            a.failed += b.failed;
            a.waived += b.waived;
            a.not_assessed += b.not_assessed;
            a.errors += b.errors;
            a.outside += b.outside;
        }
    }
}

/// Where a waiver was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct WaiverInfo {
    /// `comment`, `annotation kube-audit/ignore`, `file`, or the foreign annotation it was read from
    pub origin: Arc<str>,
    /// file and line, or the object that carries it
    pub location: Arc<str>,
    /// checks it names (`*` = all)
    pub checks: Vec<Arc<str>>,
    /// why; never empty for our own forms
    pub reason: Arc<str>,
    /// who answers for it; empty when it was not said
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub owner: Arc<str>,
    /// last day on which it holds, `YYYY-MM-DD`; empty = for ever
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub expires: Arc<str>,
}

/// Result of one benchmark.
#[derive(Clone, Debug, PartialEq)]
pub struct BenchmarkResult {
    /// id
    pub id: Arc<str>,
    /// title
    pub title: Arc<str>,
    /// edition
    pub version: Arc<str>,
    /// its controls
    pub controls: Vec<ControlResult>,
    /// verdicts of checks that run only for this benchmark (same indices as the report's own)
    pub results: Vec<Verdict>,
    /// Pod Security only: what each namespace could enforce
    pub enforceable: Vec<Enforceable>,
}

/// The report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// the run
    pub run: Run,
    /// checks that have a verdict, sorted by id
    pub checks: Vec<CheckInfo>,
    /// audited objects, in order of origin
    pub objects: Vec<ObjectRow>,
    /// verdicts sorted by object, then check; passes and `outside` only with `--include-passed`
    pub verdicts: Vec<Verdict>,
    /// score of the run
    pub score: Score,
    /// benchmarks that were asked for
    pub benchmarks: Vec<BenchmarkResult>,
    /// how completely each kind was read
    pub coverage: Vec<KindCoverage>,
    /// what could not be read
    pub gaps: Vec<Gap>,
    /// what was left out on purpose
    pub skipped: Vec<Skipped>,
    /// waivers that cover a finding; findings point here
    pub waivers: Vec<WaiverInfo>,
    /// waivers that matched nothing
    pub unused_waivers: Vec<WaiverInfo>,
    /// waivers whose day has passed
    pub expired_waivers: Vec<WaiverInfo>,
    /// remarks about the run for a person: old tables, unknown versions; sorted
    pub notes: Vec<Arc<str>>,
    /// a baseline was given; findings marked `known` are in it
    pub baseline: Option<BaselineInfo>,
}

/// Comparison with an earlier report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BaselineInfo {
    /// its file
    pub path: Arc<str>,
    /// findings that are not in it
    pub new: u64,
    /// findings of it that are gone
    pub fixed: u64,
}

impl Report {
    /// Whether something that was asked for could not be read, or a check broke.
    pub fn is_incomplete(&self) -> bool {
        !self.gaps.is_empty() || self.score.total(|t| t.errors) > 0
    }
}
