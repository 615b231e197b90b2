//! Reports for tests, built verdict by verdict; scores are tallied as `assess` does.
#![allow(missing_docs)]

pub mod arbitrary;
pub mod reports;

use crate::model::check::{Confidence, Severity};
use crate::model::inventory::Gap;
use crate::model::object::{ObjectId, Origin};
use crate::model::report::{CheckInfo, ObjectRow, Report, Run, Score, WaiverInfo};
use crate::model::tree::Position;
use crate::model::verdict::{Finding, Outcome, Reason, Verdict};

/// A report in the making.
pub struct Sample {
    pub report: Report,
}

/// One finding in the making: `at("/spec/hostPID", "hostPID is true").line(4, 12, 4)`.
pub fn at(pointer: &str, message: &str) -> Finding {
    Finding {
        pointer: pointer.into(),
        stable: pointer.into(),
        place: "".into(),
        message: message.into(),
        value: "true".into(),
        severity: Severity::Info,
        start: Position { line: 0, column: 0 },
        end: Position { line: 0, column: 0 },
        exists: true,
        sensitive: false,
        fix: "".into(),
        related: "".into(),
        waiver: None,
        known: false,
    }
}

impl Finding {
    pub fn line(mut self, line: u32, column: u32, length: u32) -> Finding {
        self.start = Position { line, column };
        self.end = Position { line, column: column + length };
        self
    }

    pub fn place(mut self, place: &str) -> Finding {
        self.place = place.into();
        self
    }

    pub fn fix(mut self, patch: &str) -> Finding {
        self.fix = patch.into();
        self
    }

    pub fn unset(mut self) -> Finding {
        self.exists = false;
        self.value = "".into();
        self
    }

    pub fn waived(mut self, waiver: u32) -> Finding {
        self.waiver = Some(waiver);
        self
    }

    pub fn severity(mut self, severity: Severity) -> Finding {
        self.severity = severity;
        self
    }

    pub fn known(mut self) -> Finding {
        self.known = true;
        self
    }
}

impl Sample {
    pub fn new(source: &str, target: &str) -> Sample {
        let run = Run {
            started: "2026-01-02T03:04:05Z".into(),
            duration_ms: 0,
            date: "2026-01-02".into(),
            source: source.into(),
            target: target.into(),
            kubernetes_version: "1.36".into(),
        };
        Sample { report: Report { run, ..Report::default() } }
    }

    pub fn check(&mut self, id: &str, severity: Severity, title: &str, remediation: &str) -> u32 {
        let group = if severity == Severity::Low { "image-ref" } else { "workload" };
        self.report.checks.push(CheckInfo {
            id: id.into(),
            group: group.into(),
            title: title.into(),
            description: format!("{title}, so whoever gets in gets further.").into(),
            remediation: remediation.into(),
            severity,
            confidence: Confidence::High,
            points: [-30, -9, 1, 1, 0][severity as usize],
            passed: 0,
            outside: 0,
        });
        self.report.checks.len() as u32 - 1
    }

    /// Makes up checks that pass on an object, three per severity.
    pub fn passes(&mut self, object: u32) {
        for severity in Severity::ALL {
            for n in 1..=3 {
                let id = format!("zz-{severity}-{n}");
                let found = self.report.checks.iter().position(|c| *c.id == *id).map(|i| i as u32);
                let check = found.unwrap_or_else(|| self.check(&id, severity, "something is wrong", "Do better."));
                self.verdict(check, object, vec![]);
            }
        }
    }

    pub fn object(&mut self, file: &str, line: u32, kind: &str, namespace: &str, name: &str) -> u32 {
        let api_version = match kind {
            "Deployment" | "StatefulSet" | "DaemonSet" => "apps/v1",
            "ClusterRoleBinding" => "rbac.authorization.k8s.io/v1",
            _ => "v1",
        };
        let origin = match (file, kind) {
            (_, "Cluster") => Origin::Run,
            ("", _) => Origin::Cluster { context: "https://192.0.2.1:6443".into() },
            _ => Origin::File { path: file.into(), document: 0, line, template: None },
        };
        self.report.objects.push(ObjectRow {
            id: ObjectId {
                api_version: api_version.into(),
                kind: kind.into(),
                namespace: namespace.into(),
                name: name.into(),
            },
            origin,
            score: Score::default(),
            synthetic: kind == "Cluster",
        });
        self.report.objects.len() as u32 - 1
    }

    pub fn verdict(&mut self, check: u32, object: u32, mut findings: Vec<Finding>) -> &mut Verdict {
        let severity = self.report.checks[check as usize].severity;
        for f in &mut findings {
            f.severity = if f.severity == Severity::Info { severity } else { f.severity };
        }
        let verdict = Verdict { check, object, findings, errors: vec![], reason: None, evidence: None };
        self.report.verdicts.push(verdict);
        self.report.verdicts.last_mut().expect("just pushed")
    }

    pub fn unassessed(&mut self, check: u32, object: u32, reason: Reason) {
        self.verdict(check, object, vec![]).reason = Some(reason);
    }

    pub fn waiver(&mut self, origin: &str, location: &str, check: &str, reason: &str) -> u32 {
        self.report.waivers.push(waiver(origin, location, check, reason));
        self.report.waivers.len() as u32 - 1
    }

    pub fn gap(&mut self, what: &str, reason: &str, detail: &str) {
        self.report.gaps.push(Gap {
            what: what.into(),
            reason: reason.into(),
            detail: detail.into(),
            line: 0,
            column: 0,
            excerpt: "".into(),
        });
    }

    /// Sorts, tallies, and drops what is not listed.
    pub fn finish(mut self, include_passed: bool) -> Report {
        let r = &mut self.report;
        let mut order: Vec<u32> = (0..r.checks.len() as u32).collect();
        order.sort_by_key(|i| r.checks[*i as usize].id.clone());
        let mut checks = std::mem::take(&mut r.checks);
        checks.sort_by(|a, b| a.id.cmp(&b.id));
        r.checks = checks;
        for v in &mut r.verdicts {
            v.check = order.iter().position(|i| *i == v.check).expect("a check") as u32;
            v.findings.sort_by(|a, b| (&a.pointer, &a.message).cmp(&(&b.pointer, &b.message)));
        }
        r.verdicts.sort_by_key(|v| (v.object, v.check));
        for v in &r.verdicts {
            let mut score = Score::default();
            let info = &mut r.checks[v.check as usize];
            let tally = &mut score.by_severity[v.worst().unwrap_or(info.severity) as usize];
            match v.outcome() {
                Outcome::Fail => {
                    tally.failed = 1;
                    score.points = i64::from(info.points.min(0));
                }
                Outcome::Error => tally.errors = 1,
                Outcome::Waived => tally.waived = 1,
                Outcome::Pass => {
                    tally.passed = 1;
                    info.passed += 1;
                    score.points = i64::from(info.points.max(0));
                }
                Outcome::NotAssessed if matches!(v.reason, Some(Reason::Outside(_))) => {
                    tally.outside = 1;
                    info.outside += 1;
                }
                Outcome::NotAssessed => tally.not_assessed = 1,
            }
            r.objects[v.object as usize].score.add(&score);
            r.score.add(&score);
        }
        if !include_passed {
            r.verdicts.retain(|v| match v.outcome() {
                Outcome::Pass => false,
                Outcome::NotAssessed => !matches!(v.reason, Some(Reason::Outside(_))),
                _ => true,
            });
        }
        self.report
    }
}

pub fn waiver(origin: &str, location: &str, check: &str, reason: &str) -> WaiverInfo {
    WaiverInfo {
        origin: origin.into(),
        location: location.into(),
        checks: vec![check.into()],
        reason: reason.into(),
        owner: "".into(),
        expires: "".into(),
    }
}

/// Snapshots of all formats live in one folder.
pub fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}
