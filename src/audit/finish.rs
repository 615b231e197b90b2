//! From what was gathered to the report.

use super::Shared;
use super::collect::Collected;
use crate::assess::benchmark::{CheckCounts, controls, unseen};
use crate::assess::pod_security::PodSecurity;
use crate::model::benchmark::{Benchmark, Enforceable};
use crate::model::report::{BenchmarkResult, CheckInfo, Report};
use crate::model::verdict::Verdict;
use crate::policy::evaluator::Evaluator;
use crate::policy::plan::CheckNo;
use std::collections::BTreeMap;

/// Makes the report.
pub(super) fn report(shared: &Shared<'_, '_>, mut collected: Collected) -> Report {
    let (evaluator, settings) = (shared.evaluator, shared.settings);
    collected.sort();
    let settlement = shared.waivers.finish();
    for known in &mut collected.objects {
        settlement.renumber(&mut known.verdicts);
        settlement.renumber(&mut known.foreign);
    }
    let mut report = Report { run: settings.run.clone(), coverage: settings.kinds.clone(), ..Report::default() };
    // Numbers of the plan become numbers of the report's own table, which holds only checks with a verdict.
    let mut number_of: Vec<u32> = vec![0; collected.counts.len()];
    for (planned, counts) in collected.counts.iter().enumerate() {
        if counts.objects > 0 {
            number_of[planned] = report.checks.len() as u32;
            report.checks.push(info(evaluator, planned as CheckNo, counts));
        }
    }
    report.benchmarks = benchmarks(shared, &collected, &number_of);
    for known in collected.objects {
        let object = report.objects.len() as u32;
        report.score.add(&known.row.score);
        for mut verdict in known.verdicts {
            verdict.object = object;
            verdict.check = number_of[verdict.check as usize];
            report.verdicts.push(verdict);
        }
        report.objects.push(known.row);
    }
    report.gaps = collected.gaps;
    report.gaps.sort();
    report.gaps.dedup();
    report.skipped = collected.skipped;
    report.skipped.sort();
    report.skipped.dedup();
    report.notes = settlement.notes;
    report.waivers = settlement.waivers;
    report.unused_waivers = settlement.unused;
    report.expired_waivers = settlement.expired;
    report
}

fn info(evaluator: &Evaluator<'_>, number: CheckNo, counts: &CheckCounts) -> CheckInfo {
    let check = evaluator.check(number);
    CheckInfo {
        id: check.id.as_str().into(),
        group: check.group.as_str().into(),
        title: check.title.as_str().into(),
        description: check.description.as_str().into(),
        remediation: check.remediation.as_str().into(),
        severity: check.severity,
        confidence: check.confidence,
        points: check.points,
        passed: counts.pass,
        outside: counts.outside,
    }
}

fn benchmarks(shared: &Shared<'_, '_>, collected: &Collected, number_of: &[u32]) -> Vec<BenchmarkResult> {
    let (evaluator, settings) = (shared.evaluator, shared.settings);
    let by_id: BTreeMap<&str, CheckCounts> = (0..collected.counts.len() as CheckNo)
        .map(|n| {
            let check = evaluator.check(n);
            let unseen = unseen(check, &settings.coverage);
            (check.id.as_str(), CheckCounts { unseen, ..collected.counts[n as usize].clone() })
        })
        .collect();
    let objects = collected.objects.iter().filter(|k| !k.row.synthetic).count() as u64;
    let chosen = evaluator.benchmarks().filter(|b| settings.benchmarks.contains(&b.id));
    chosen
        .map(|benchmark| {
            let mut results = Vec::new();
            if let Some(group) = &benchmark.select.group {
                for (object, known) in collected.objects.iter().enumerate() {
                    for verdict in known.foreign.iter().filter(|v| &evaluator.check(v.check).group == group) {
                        let named = benchmark_names(&benchmark, &evaluator.check(verdict.check).id);
                        if named {
                            let check = number_of[verdict.check as usize];
                            results.push(Verdict { object: object as u32, check, ..verdict.clone() });
                        }
                    }
                }
            }
            BenchmarkResult {
                id: benchmark.id.as_str().into(),
                title: benchmark.title.as_str().into(),
                version: benchmark.version.as_str().into(),
                controls: controls(&benchmark, &|id| by_id.get(id), objects),
                results,
                enforceable: if benchmark.select.group.as_deref() == Some("pss") {
                    enforceable(evaluator, collected)
                } else {
                    Vec::new()
                },
            }
        })
        .collect()
}

fn benchmark_names(benchmark: &Benchmark, id: &str) -> bool {
    benchmark.controls.iter().flat_map(|c| &c.checks).any(|c| c == id) || benchmark.rules.iter().any(|r| r.check == id)
}

/// What each namespace could enforce today: the strictest level that all its pods and templates meet.
fn enforceable(evaluator: &Evaluator<'_>, collected: &Collected) -> Vec<Enforceable> {
    let level = |name: &str| {
        let benchmark = evaluator.benchmarks().find(|b| b.id == name);
        move |id: &str| benchmark.as_ref().is_some_and(|b| benchmark_names(b, id))
    };
    let (baseline, restricted) = (level("pss-baseline"), level("pss-restricted"));
    let mut pods = PodSecurity::default();
    for known in &collected.objects {
        let of_pss = |n: &CheckNo| evaluator.check(*n).group == "pss";
        if !(known.foreign_passed.iter().any(of_pss) || known.foreign.iter().any(|v| of_pss(&v.check))) {
            continue;
        }
        let meets = |names: &dyn Fn(&str) -> bool| {
            let broken = |v: &Verdict| of_pss(&v.check) && names(&evaluator.check(v.check).id);
            !known.foreign.iter().any(broken)
        };
        pods.add(&known.row.id.namespace, meets(&baseline), meets(&restricted));
    }
    pods.finish()
}
