//! What holds for all waivers.

use super::*;
use crate::assess::tests::any_verdict;
use proptest::prelude::*;

fn any_waiver() -> impl Strategy<Value = String> {
    let check = prop::sample::select(vec!["host-pid", "privileged-container", "workload/*", "rbac/*", "nonsense"]);
    let matching = prop::sample::select(vec![
        "{}",
        "{kinds: [Deployment]}",
        "{names: [other]}",
        "{containers: [app]}",
        "{namespaces: ['w*']}",
    ]);
    let expires = prop::sample::select(vec!["", ", expires: 2026-11-19", ", expires: 2026-11-20"]);
    (check, matching, expires, 0..100u8)
        .prop_map(|(c, m, e, n)| format!("- {{checks: ['{c}'], match: {m}, reason: r{n}{e}}}\n"))
}

fn apply_all(order: &[usize], w: &Waivers, objects: &[(String, Vec<Verdict>)]) -> Vec<(String, Vec<Verdict>)> {
    let mut done: Vec<(String, Vec<Verdict>)> = order
        .iter()
        .map(|i| {
            let (name, verdicts) = &objects[*i];
            let mut verdicts = verdicts.clone();
            let object = id("Deployment", "web", name);
            let annotations = pairs(&[(
                ANNOTATION,
                if i % 2 == 0 { "host-pid: odd" } else { "workload/* container=side: even; rbac/*: no" },
            )]);
            let carriers = [Carrier { template: "", labels: &[], annotations: &annotations }];
            let inline = w.inline_of(&object, &origin(), &carriers, &[comment(5, false, false)], &extent);
            let subject = Subject { id: &object, origin: &origin(), labels: &[], containers: &[APP, SIDE] };
            w.apply(&subject, &|i| CHECKS[i as usize].0, &inline, &mut verdicts);
            (name.clone(), verdicts)
        })
        .collect();
    done.sort_by(|a, b| a.0.cmp(&b.0));
    done
}

fn any_objects() -> impl Strategy<Value = Vec<(String, Vec<Verdict>)>> {
    let verdicts = prop::collection::vec((any_verdict(), 0u32..4), 0..4).prop_map(|list| {
        list.into_iter()
            .map(|(v, check)| {
                let findings = v.findings.into_iter().map(|f| Finding { waiver: None, ..f }).collect();
                Verdict { check, findings, ..v }
            })
            .collect::<Vec<_>>()
    });
    prop::collection::vec(verdicts, 1..6)
        .prop_map(|list| list.into_iter().enumerate().map(|(i, v)| (format!("object-{i}"), v)).collect())
}

proptest! {
    /// A failure stays, becomes waived, or shows the error or gap that was behind it; nothing else changes, and nothing ever passes.
    #[test]
    fn a_waiver_never_makes_a_pass(list in prop::collection::vec(any_waiver(), 0..6), objects in any_objects()) {
        let w = waivers(&format!("waivers:\n{}", list.concat()));
        let order: Vec<usize> = (0..objects.len()).collect();
        let done = apply_all(&order, &w, &objects);
        for (before, after) in objects.iter().flat_map(|o| &o.1).zip(done.iter().flat_map(|o| &o.1)) {
            match (before.outcome(), after.outcome()) {
                (Outcome::Fail, Outcome::Fail | Outcome::Waived) => {}
                (Outcome::Fail, Outcome::Error) => prop_assert!(!before.errors.is_empty()),
                (Outcome::Fail, Outcome::NotAssessed) => prop_assert!(before.reason.is_some()),
                (b, a) => prop_assert_eq!(b, a),
            }
            let stripped = Verdict { findings: after.findings.iter().map(|f| Finding { waiver: None, ..f.clone() }).collect(), ..after.clone() };
            prop_assert_eq!(before, &stripped);
        }
    }

    /// Whichever order the objects come in, and the waivers stand in the file, the same findings are waived and the report is the same.
    #[test]
    fn order_never_matters(list in prop::collection::vec(any_waiver(), 0..6), objects in any_objects(), seed: u64) {
        let mut shuffled: Vec<usize> = (0..objects.len()).collect();
        shuffled.sort_by_key(|i| (*i as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
        let order: Vec<usize> = (0..objects.len()).collect();
        let run = |order: &[usize], list: &[String]| {
            let w = waivers(&format!("waivers:\n{}", list.concat()));
            let mut done = apply_all(order, &w, &objects);
            let s = w.finish();
            done.iter_mut().for_each(|(_, v)| s.renumber(v));
            for f in done.iter().flat_map(|o| &o.1).flat_map(|v| &v.findings) {
                assert!(f.waiver.is_none_or(|i| (i as usize) < s.waivers.len()));
            }
            (done, s.waivers.clone(), s.unused.clone(), s.expired.clone(), s.notes.clone())
        };
        prop_assert_eq!(run(&order, &list), run(&shuffled, &list));
        let reversed: Vec<String> = list.iter().rev().cloned().collect();
        let waived = |done: Vec<(String, Vec<Verdict>)>| -> Vec<bool> {
            done.iter().flat_map(|o| &o.1).flat_map(|v| &v.findings).map(|f| f.waiver.is_some()).collect()
        };
        prop_assert_eq!(waived(run(&order, &list).0), waived(run(&order, &reversed).0));
    }

    /// An expired waiver has no effect but to be listed.
    #[test]
    fn expired_is_no_effect(list in prop::collection::vec(any_waiver(), 0..6), objects in any_objects()) {
        let (over, valid): (Vec<String>, Vec<String>) = list.iter().cloned().partition(|w| w.contains("2026-11-19"));
        let order: Vec<usize> = (0..objects.len()).collect();
        let run = |list: &[String]| {
            let w = waivers(&format!("waivers:\n{}", list.concat()));
            let waived: Vec<bool> = apply_all(&order, &w, &objects).iter().flat_map(|o| &o.1).flat_map(|v| &v.findings).map(|f| f.waiver.is_some()).collect();
            (waived, w.finish())
        };
        let (with, s) = run(&list);
        prop_assert_eq!(with, run(&valid).0);
        let known = over.iter().filter(|w| !w.contains("nonsense")).count();
        prop_assert_eq!(s.expired.len(), known);
    }
}
