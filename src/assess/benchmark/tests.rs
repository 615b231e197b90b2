//! Controls from every mixture of verdicts, and benchmark files that are wrong.

use super::*;
use crate::assess::tests::{any_verdict, verdict};
use crate::model::verdict::Finding;
use proptest::prelude::*;

fn of_checks(checks: &[&str], manual: Option<&str>) -> Control {
    let checks = checks.iter().map(|c| c.to_string()).collect();
    let manual = manual.map(str::to_owned);
    Control { id: "1.1".into(), title: "t".into(), checks, manual, since: None, until: None }
}

fn result(control: &Control, counts: &[(&str, CheckCounts)]) -> ControlResult {
    super::control(control, &|id| counts.iter().find(|(c, _)| *c == id).map(|(_, c)| c), 12)
}

fn shown(counts: CheckCounts) -> (Status, String, bool) {
    let r = result(&of_checks(&["a"], None), &[("a", counts)]);
    (r.status, r.evidence, r.waived)
}

fn counts(pass: u64, fail: u64, waived: u64) -> CheckCounts {
    CheckCounts { objects: pass + fail + waived, pass, fail, waived, ..CheckCounts::default() }
}

fn with(mut counts: CheckCounts, reason: Reason) -> CheckCounts {
    counts.count(Outcome::NotAssessed, Some(&reason), 1);
    counts
}

#[test]
fn precedence_and_words() {
    let s = |status, evidence: &str, waived| (status, evidence.to_owned(), waived);
    assert_eq!(shown(counts(5, 1, 0)), s(Status::Fail, "1 object fails", false));
    assert_eq!(shown(counts(5, 2, 1)), s(Status::Fail, "3 objects fail, 1 of them waived", false));
    assert_eq!(shown(counts(5, 0, 2)), s(Status::Fail, "2 objects fail, waived", true));
    assert_eq!(shown(with(counts(5, 1, 0), Reason::Denied("Secret".into()))), s(Status::Fail, "1 object fails", false));
    assert_eq!(shown(counts(5, 0, 0)), s(Status::Pass, "5 objects pass", false));
    assert_eq!(
        shown(with(counts(5, 0, 0), Reason::Outside("Node".into()))),
        s(Status::NotAssessed, "needs Node; 5 objects pass", false)
    );
    let many = with(
        with(with(counts(0, 0, 0), Reason::Denied("Secret".into())), Reason::Check("too new".into())),
        Reason::Denied("Role".into()),
    );
    assert_eq!(shown(many), s(Status::NotAssessed, "not allowed to read Role, Secret; too new", false));
    let broke = CheckCounts { objects: 2, pass: 1, errors: 1, ..CheckCounts::default() };
    assert_eq!(shown(broke), s(Status::NotAssessed, "broke on 1 object; 1 object passes", false));
    assert_eq!(shown(counts(0, 0, 0)), s(Status::NotApplicable, "none of 12 objects is of its kinds", false));
    let unseen = CheckCounts { unseen: Some(Reason::Outside("Node".into())), ..CheckCounts::default() };
    assert_eq!(shown(unseen.clone()), s(Status::NotAssessed, "needs Node", false));
    assert_eq!(shown(CheckCounts { unseen: unseen.unseen, ..counts(1, 0, 0) }).0, Status::Pass, "its kinds were seen");
}

#[test]
fn several_checks_and_people() {
    let c = of_checks(&["a", "b"], None);
    let r = result(&c, &[("a", counts(3, 0, 0)), ("b", counts(0, 1, 0))]);
    assert_eq!((r.status, r.evidence.as_str()), (Status::Fail, "1 verdict fails"));
    let r = result(&c, &[("a", counts(3, 0, 0))]);
    assert_eq!((r.status, r.evidence.as_str()), (Status::NotAssessed, "b did not run; 3 verdicts pass"));
    let node = CheckCounts { unseen: Some(Reason::Outside("Node".into())), ..CheckCounts::default() };
    let r = result(&c, &[("a", counts(3, 0, 0)), ("b", node)]);
    assert_eq!((r.status, r.evidence.as_str()), (Status::NotAssessed, "needs Node; 3 verdicts pass"));
    let r = result(&of_checks(&[], Some("look")), &[]);
    assert_eq!((r.status, r.evidence.as_str()), (Status::Manual, "look"));
    let both = of_checks(&["a"], Some("look"));
    let r = result(&both, &[("a", counts(2, 0, 0))]);
    assert_eq!((r.status, r.evidence.as_str()), (Status::Manual, "2 objects pass; look"));
    assert_eq!(result(&both, &[("a", counts(2, 1, 0))]).status, Status::Fail);
    assert_eq!(result(&both, &[]).status, Status::NotAssessed);
}

proptest! {
    /// The status by the sentences of the design, verdict by verdict; and taking evidence away never makes a control pass.
    #[test]
    fn status_from_verdicts(verdicts in prop::collection::vec((any_verdict(), 0usize..2), 0..10), cut in any::<prop::sample::Index>()) {
        let status = |verdicts: &[(Verdict, usize)]| {
            let mut of = [CheckCounts::default(), CheckCounts::default()];
            verdicts.iter().for_each(|(v, check)| of[*check].add(v));
            let [a, b] = of;
            result(&of_checks(&["a", "b"], None), &[("a", a), ("b", b)])
        };
        let outcomes: Vec<Outcome> = verdicts.iter().map(|(v, _)| v.outcome()).collect();
        let any = |o: &[Outcome]| outcomes.iter().any(|x| o.contains(x));
        let expected = if any(&[Outcome::Fail, Outcome::Waived]) {
            Status::Fail
        } else if any(&[Outcome::NotAssessed, Outcome::Error]) {
            Status::NotAssessed
        } else if any(&[Outcome::Pass]) {
            Status::Pass
        } else {
            Status::NotApplicable
        };
        let r = status(&verdicts);
        prop_assert_eq!(r.status, expected);
        prop_assert_eq!(r.waived, any(&[Outcome::Waived]) && !any(&[Outcome::Fail]));
        prop_assert!(!r.evidence.is_empty());
        if !verdicts.is_empty() {
            let mut fewer = verdicts.clone();
            fewer[cut.index(verdicts.len())].0.reason = Some(Reason::Outside("Node".into()));
            prop_assert!(status(&fewer).status != Status::Pass || expected == Status::Pass);
        }
    }

    /// Counting in parts is counting.
    #[test]
    fn counts_add_up(verdicts in prop::collection::vec(any_verdict(), 0..12), cut in 0usize..12) {
        let count = |list: &[Verdict]| {
            let mut c = CheckCounts::default();
            list.iter().for_each(|v| c.add(v));
            c
        };
        let whole = count(&verdicts);
        let (left, right) = verdicts.split_at(cut.min(verdicts.len()));
        let mut merged = count(right);
        merged.merge(&count(left));
        prop_assert_eq!(&merged, &whole);
        prop_assert_eq!(whole.pass + whole.fail + whole.waived + whole.not_assessed + whole.outside + whole.errors, verdicts.len() as u64);
        prop_assert_eq!(whole.reasons.values().sum::<u64>(), whole.not_assessed + whole.outside);
    }
}

#[test]
fn a_failure_beside_a_reason_is_a_failure() {
    let mut c = CheckCounts::default();
    let finding = Finding { waiver: None, ..crate::assess::tests::finding("/a", crate::model::check::Severity::Low) };
    c.add(&Verdict { reason: Some(Reason::Partial("Pod".into())), ..verdict(vec![finding]) });
    assert_eq!((c.fail, c.reasons.len()), (1, 0));
}

#[test]
fn files_are_read_strictly() {
    let good = "id: cis\ntitle: T\nversion: 1.10\nsource: https://example.com\nselect: {group: pss}\ncontrols:\n\
                - {id: 5.10, title: A, checks: [a, b]}\n- id: \"5.1\"\n  title: B\n  manual: look\n\
                rules: [{id: R, check: c, selector: s, reason: r, kinds: [Pod], points: -3}]\n";
    let b = parse(good, "benchmarks/cis.yaml").expect("valid");
    assert_eq!((b.version.as_str(), b.controls[0].id.as_str()), ("1.10", "5.10"), "numbers stay as written");
    assert_eq!((b.select.group.as_deref(), b.controls[0].checks.len(), b.rules[0].points), (Some("pss"), 2, -3));
    let trusted: Benchmark =
        serde_yaml::from_str(&good.replace("1.10", "'1.10'").replace("5.10", "'5.10'")).expect("valid");
    assert_eq!(b, trusted);
    let bad = "id: other\ntitel: T\nversion: 1\nsource: []\ncontrols:\n- {id: a, title: A, check: [x]}\n- {id: a, title: B, checks: []}\n\
               rules:\n- {id: R, points: many}\n";
    let mistakes: Vec<String> = parse(bad, "b/cis.yaml").expect_err("broken").iter().map(ToString::to_string).collect();
    assert_eq!(
        mistakes,
        [
            "b/cis.yaml:1: id: `other` must be the name of the file, `cis`",
            "b/cis.yaml:1: title: is missing",
            "b/cis.yaml:2: titel: unknown key; did you mean `title`?",
            "b/cis.yaml:4: source: must be one value, is a list",
            "b/cis.yaml:6: controls[0].check: unknown key; did you mean `checks`?",
            "b/cis.yaml:6: controls[0].checks: names no check; write checks, or manual: what a person has to look at",
            "b/cis.yaml:7: controls[1].checks: is an empty list; leave the key out",
            "b/cis.yaml:7: controls[1].id: control `a` is there already",
            "b/cis.yaml:9: rules[0].check: is missing",
            "b/cis.yaml:9: rules[0].kinds: is missing",
            "b/cis.yaml:9: rules[0].points: must be a whole number, is `many`",
            "b/cis.yaml:9: rules[0].reason: is missing",
            "b/cis.yaml:9: rules[0].selector: is missing",
        ]
    );
    assert_eq!(parse("", "x.yaml").expect_err("empty").len(), 4);
}
