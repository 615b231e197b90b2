//! Any report that can be: for properties.

use crate::model::benchmark::{ControlResult, Enforceable, Status};
use crate::model::check::{Confidence, Severity};
use crate::model::inventory::{Completeness, Gap, KindCoverage, Skipped};
use crate::model::object::{ObjectId, Origin};
use crate::model::report::*;
use crate::model::tree::Position;
use crate::model::verdict::{Finding, Reason, Verdict};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use std::sync::Arc;

fn text() -> impl Strategy<Value = Arc<str>> {
    prop_oneof![
        3 => "[a-z/~{}\\[\\]:.-]{0,9}",
        1 => "(?s).{0,7}",
        1 => Just("yes".to_owned()),
        1 => Just("line\nbreak \u{1b}[31m <b>&amp;| `x`".to_owned()),
    ]
    .prop_map(Arc::from)
}

fn words() -> impl Strategy<Value = String> {
    text().prop_map(|t| t.to_string())
}

/// JSON as the engine writes it, and what is not quite that.
fn json() -> impl Strategy<Value = Arc<str>> {
    prop_oneof![
        Just(""),
        Just(r#"[{"op":"remove","path":"/spec"}]"#),
        Just("[ 1 ]"),
        Just("\"a string\""),
        Just("12345678901234567890123"),
        Just("{\"b\":1.0,\"a\":null}"),
        Just("{\"cut"),
    ]
    .prop_map(Arc::from)
}

fn severity() -> impl Strategy<Value = Severity> {
    proptest::sample::select(Severity::ALL.to_vec())
}

fn position() -> impl Strategy<Value = Position> {
    (0u32..9, 0u32..9).prop_map(|(line, column)| Position { line, column })
}

prop_compose! {
    fn finding(waivers: u32)(
        (pointer, stable, place, message, value) in (text(), text(), text(), text(), text()),
        (start, end, severity, related, fix) in (position(), position(), severity(), text(), json()),
        (exists, sensitive, known) in any::<(bool, bool, bool)>(),
        same in any::<bool>(),
        waiver in option::of(0..waivers.max(1)),
    ) -> Finding {
        Finding {
            stable: if same { pointer.clone() } else { stable },
            value: if sensitive { "".into() } else { value },
            waiver: waiver.filter(|_| waivers > 0),
            pointer, place, message, severity, start, end, exists, sensitive, fix, related, known,
        }
    }
}

fn reason() -> impl Strategy<Value = Reason> {
    (0..6usize, text()).prop_map(|(n, t)| {
        [Reason::Outside, Reason::Denied, Reason::Partial, Reason::Failed, Reason::Deadline, Reason::Check][n](t)
    })
}

prop_compose! {
    fn verdict(checks: u32, objects: u32, waivers: u32)(
        check in 0..checks, object in 0..objects,
        findings in vec(finding(waivers), 0..4), errors in vec(text(), 0..2),
        reason in option::of(reason()), evidence in option::of(json()),
    ) -> Verdict {
        Verdict { check, object, findings, errors, reason, evidence }
    }
}

prop_compose! {
    fn score()(points in -99i64..99, n in proptest::array::uniform5(proptest::array::uniform6(0u64..40))) -> Score {
        Score {
            points,
            by_severity: n.map(|[passed, failed, waived, not_assessed, errors, outside]| {
                Tally { passed, failed, waived, not_assessed, errors, outside }
            }),
        }
    }
}

prop_compose! {
    fn object()(
        (api_version, kind, namespace, name, path) in (text(), text(), text(), text(), text()),
        (document, line, synthetic) in (0u32..3, 0u32..9, any::<bool>()),
        template in option::of(text()), origin in 0..3, score in score(),
    ) -> ObjectRow {
        let origin = match origin {
            0 => Origin::File { path, document, line, template },
            1 => Origin::Cluster { context: path },
            _ => Origin::Run,
        };
        ObjectRow { id: ObjectId { api_version, kind, namespace, name }, origin, score, synthetic }
    }
}

prop_compose! {
    fn check()(
        (id, group, title, description, remediation) in (text(), text(), text(), text(), text()),
        severity in severity(), points in -30i32..4, passed in 0u64..9, outside in 0u64..9,
    ) -> CheckInfo {
        CheckInfo { id, group, title, description, remediation, severity, confidence: Confidence::Low, points, passed, outside }
    }
}

fn waivers() -> impl Strategy<Value = Vec<WaiverInfo>> {
    let one = (text(), text(), vec(text(), 0..3), text(), text(), text()).prop_map(
        |(origin, location, checks, reason, owner, expires)| WaiverInfo {
            origin,
            location,
            checks,
            reason,
            owner,
            expires,
        },
    );
    vec(one, 0..3)
}

prop_compose! {
    fn gap()(
        (what, reason, detail, excerpt) in (text(), text(), text(), text()), line in 0u32..9, column in 0u32..9,
    ) -> Gap {
        Gap { what, reason, detail, line, column, excerpt }
    }
}

fn benchmark(checks: u32, objects: u32, waivers: u32) -> impl Strategy<Value = BenchmarkResult> {
    let states = [Status::Fail, Status::NotAssessed, Status::Pass, Status::Manual, Status::NotApplicable];
    let control = (words(), words(), 0..5usize, vec(words(), 0..2), words(), any::<bool>()).prop_map(
        move |(id, title, n, checks, evidence, waived)| ControlResult {
            id,
            title,
            status: states[n],
            checks,
            evidence,
            waived,
        },
    );
    let level = (words(), words(), 0u64..9).prop_map(|(namespace, level, pods)| Enforceable { namespace, level, pods });
    let results = vec(verdict(checks, objects, waivers), 0..3);
    (text(), text(), text(), vec(control, 0..4), results, vec(level, 0..3)).prop_map(
        |(id, title, version, controls, results, enforceable)| BenchmarkResult {
            id,
            title,
            version,
            controls,
            results,
            enforceable,
        },
    )
}

/// Any report; results may contradict each other, but not the report's own lists.
pub fn report() -> impl Strategy<Value = Report> {
    let lists = (vec(check(), 1..5), vec(object(), 1..5), waivers());
    lists.prop_flat_map(|(mut checks, objects, waivers)| {
        for (i, c) in checks.iter_mut().enumerate() {
            c.id = format!("{}{i}", c.id).into();
        }
        let (c, o, w) = (checks.len() as u32, objects.len() as u32, waivers.len() as u32);
        let run = (words(), 0u64..99, words(), words()).prop_map(|(target, duration_ms, version, source)| Run {
            started: "2026-01-02T03:04:05Z".into(),
            duration_ms,
            date: "2026-01-02".into(),
            source,
            target,
            kubernetes_version: version,
        });
        let states = [Completeness::Complete, Completeness::Denied, Completeness::Skipped, Completeness::Mixed];
        let coverage = (text(), 0..4usize, 0u64..9, text()).prop_map(move |(kind, s, items, reason)| KindCoverage {
            kind,
            status: states[s],
            items,
            reason,
        });
        let skipped = (text(), text()).prop_map(|(what, reason)| Skipped { what, reason });
        let baseline = (text(), 0u64..9, 0u64..9).prop_map(|(path, new, fixed)| BaselineInfo { path, new, fixed });
        let results = (run, vec(verdict(c, o, w), 0..6), score(), vec(benchmark(c, o, w), 0..2));
        let sight = (vec(coverage, 0..3), vec(gap(), 0..3), vec(skipped, 0..3));
        let remarks = (self::waivers(), self::waivers(), vec(text(), 0..3), option::of(baseline));
        (Just((checks, objects, waivers)), results, sight, remarks).prop_map(
            |((checks, objects, waivers), (run, verdicts, score, benchmarks), sight, remarks)| Report {
                run,
                checks,
                objects,
                verdicts,
                score,
                benchmarks,
                coverage: sight.0,
                gaps: sight.1,
                skipped: sight.2,
                waivers,
                unused_waivers: remarks.0,
                expired_waivers: remarks.1,
                notes: remarks.2,
                baseline: remarks.3,
            },
        )
    })
}
