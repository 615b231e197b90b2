//! From what was gathered to the report.

use super::Settings;
use super::collect::{Collected, Counts};
use crate::model::benchmark::{Benchmark, ControlResult, Enforceable, Status};
use crate::model::report::{BenchmarkResult, CheckInfo, Report};
use crate::model::verdict::{Outcome, Verdict};
use crate::policy::evaluator::Evaluator;
use crate::policy::plan::CheckNo;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Makes the report.
pub(super) fn report(evaluator: &Evaluator<'_>, settings: &Settings, mut collected: Collected) -> Report {
    collected.sort();
    let mut report = Report { run: settings.run.clone(), coverage: settings.kinds.clone(), ..Report::default() };
    // Numbers of the plan become numbers of the report's own table, which holds only checks with a verdict.
    let mut number_of: Vec<u32> = vec![0; collected.counts.len()];
    for (planned, counts) in collected.counts.iter().enumerate() {
        if counts.any() {
            number_of[planned] = report.checks.len() as u32;
            report.checks.push(info(evaluator, planned as CheckNo, counts));
        }
    }
    report.benchmarks = benchmarks(evaluator, settings, &collected, &number_of);
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
    report
}

fn info(evaluator: &Evaluator<'_>, number: CheckNo, counts: &Counts) -> CheckInfo {
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
        passed: counts.passed,
        outside: counts.outside,
    }
}

fn benchmarks(evaluator: &Evaluator<'_>, settings: &Settings, collected: &Collected, number_of: &[u32]) -> Vec<BenchmarkResult> {
    let by_id: BTreeMap<&str, CheckNo> =
        (0..collected.counts.len() as CheckNo).map(|n| (evaluator.check(n).id.as_str(), n)).collect();
    let chosen = evaluator.benchmarks().filter(|b| settings.benchmarks.contains(&b.id));
    chosen
        .map(|benchmark| {
            let mut results = Vec::new();
            if let Some(group) = &benchmark.select.group {
                for (object, known) in collected.objects.iter().enumerate() {
                    for verdict in known.foreign.iter().filter(|v| &evaluator.check(v.check).group == group) {
                        let named = benchmark_names(benchmark, &evaluator.check(verdict.check).id);
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
                controls: benchmark.controls.iter().map(|c| control(c, &by_id, collected)).collect(),
                results,
                enforceable: if benchmark.select.group.as_deref() == Some("pss") { enforceable(evaluator, collected) } else { Vec::new() },
            }
        })
        .collect()
}

fn benchmark_names(benchmark: &Benchmark, id: &str) -> bool {
    benchmark.controls.iter().flat_map(|c| &c.checks).any(|c| c == id) || benchmark.rules.iter().any(|r| r.check == id)
}

fn control(control: &crate::model::benchmark::Control, by_id: &BTreeMap<&str, CheckNo>, collected: &Collected) -> ControlResult {
    let mut sum = Counts::default();
    for id in &control.checks {
        if let Some(&n) = by_id.get(id.as_str()) {
            let c = &collected.counts[n as usize];
            sum.failed += c.failed;
            sum.waived += c.waived;
            sum.not_assessed += c.not_assessed + c.outside + c.errors;
            sum.passed += c.passed;
        }
    }
    let objects = |n: u64| format!("{n} object{}", if n == 1 { "" } else { "s" });
    let (status, evidence) = if sum.failed + sum.waived > 0 {
        let waived = if sum.waived > 0 { format!(", {} of them waived", sum.waived) } else { String::new() };
        (Status::Fail, format!("{} fail{waived}", objects(sum.failed + sum.waived)))
    } else if control.checks.is_empty() {
        (Status::Manual, control.manual.clone().unwrap_or_default())
    } else if sum.not_assessed > 0 {
        (Status::NotAssessed, format!("{} could not be assessed", objects(sum.not_assessed)))
    } else if sum.passed > 0 {
        (Status::Pass, format!("{} pass", objects(sum.passed)))
    } else {
        (Status::NotApplicable, format!("none of {} seen", objects(collected.objects.len() as u64)))
    };
    ControlResult {
        id: control.id.clone(),
        title: control.title.clone(),
        status,
        checks: control.checks.clone(),
        evidence,
        waived: sum.failed == 0 && sum.waived > 0,
    }
}

/// What each namespace could enforce today: the strictest level that all its pods and templates meet.
fn enforceable(evaluator: &Evaluator<'_>, collected: &Collected) -> Vec<Enforceable> {
    let level = |name: &str| {
        let benchmark = evaluator.benchmarks().find(|b| b.id == name);
        move |id: &str| benchmark.is_some_and(|b| benchmark_names(b, id))
    };
    let (baseline, restricted) = (level("pss-baseline"), level("pss-restricted"));
    // namespace -> (pods, breaks baseline, breaks restricted)
    let mut by: BTreeMap<Arc<str>, (u64, bool, bool)> = BTreeMap::new();
    for known in &collected.objects {
        let of_pss = |n: &CheckNo| evaluator.check(*n).group == "pss";
        let judged = known.foreign_passed.iter().any(of_pss) || known.foreign.iter().any(|v| of_pss(&v.check));
        if !judged {
            continue;
        }
        let breaks = |names: &dyn Fn(&str) -> bool| {
            known.foreign.iter().any(|v| {
                of_pss(&v.check) && matches!(v.outcome(), Outcome::Fail | Outcome::Error | Outcome::Waived) && names(&evaluator.check(v.check).id)
            })
        };
        let (b, r) = (breaks(&baseline), breaks(&restricted));
        for key in [known.row.id.namespace.clone(), "*".into()] {
            let entry = by.entry(key).or_default();
            entry.0 += 1;
            entry.1 |= b;
            entry.2 |= b || r;
        }
    }
    by.into_iter()
        .map(|(namespace, (pods, b, r))| Enforceable {
            namespace: namespace.to_string(),
            level: if b { "privileged" } else if r { "baseline" } else { "restricted" }.to_owned(),
            pods,
        })
        .collect()
}
