//! Verdicts for the tests of this folder.

use crate::model::check::{Confidence, Severity};
use crate::model::object::{ObjectId, Origin};
use crate::model::report::{CheckInfo, ObjectRow, Score};
use crate::model::tree::Position;
use crate::model::verdict::{Finding, Reason, Verdict};
use proptest::prelude::*;

/// An unwaived finding at a pointer.
pub fn finding(pointer: &str, severity: Severity) -> Finding {
    Finding {
        pointer: pointer.into(),
        stable: pointer.into(),
        place: "".into(),
        message: "x is y".into(),
        value: "".into(),
        severity,
        start: Position::default(),
        end: Position::default(),
        exists: true,
        sensitive: false,
        fix: "".into(),
        related: "".into(),
        waiver: None,
        known: false,
    }
}

/// A verdict of check 0 on object 0.
pub fn verdict(findings: Vec<Finding>) -> Verdict {
    Verdict { check: 0, object: 0, findings, errors: vec![], reason: None, evidence: None }
}

/// Any verdict: findings of every severity, waived or not, with errors and reasons.
pub fn any_verdict() -> impl Strategy<Value = Verdict> {
    let severity = prop::sample::select(Severity::ALL.to_vec());
    let one =
        (severity, prop::option::of(0u32..3), 1u32..20, 0usize..4).prop_map(|(severity, waiver, line, at)| Finding {
            waiver,
            start: Position { line, column: 1 },
            ..finding(
                ["/spec/hostPID", "/spec/containers/0/image", "/spec/containers/1/securityContext", "/spec"][at],
                severity,
            )
        });
    let reason = prop::option::weighted(
        0.2,
        prop::sample::select(vec![
            Reason::Outside("Node".into()),
            Reason::Denied("Secret".into()),
            Reason::Check("x".into()),
        ]),
    );
    let errors = prop::collection::vec(Just("broke".into()), 0..2);
    (prop::collection::vec(one, 0..3), prop::option::weighted(0.2, errors), reason).prop_map(
        |(findings, errors, reason)| Verdict { errors: errors.unwrap_or_default(), reason, ..verdict(findings) },
    )
}

/// What a report knows of a check.
pub fn check_info(id: &str) -> CheckInfo {
    CheckInfo {
        id: id.into(),
        group: "workload".into(),
        title: "".into(),
        description: "".into(),
        remediation: "".into(),
        severity: Severity::High,
        confidence: Confidence::High,
        points: 0,
        passed: 0,
        outside: 0,
    }
}

/// An object of a report.
pub fn object_row(name: &str) -> ObjectRow {
    let id = ObjectId { api_version: "v1".into(), kind: "Pod".into(), namespace: "web".into(), name: name.into() };
    ObjectRow { id, origin: Origin::Run, score: Score::default(), synthetic: false }
}
