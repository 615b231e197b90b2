//! Waivers of every form against findings, and what must hold for all of them.

use super::*;
use crate::assess::tests::{finding, verdict};
use crate::model::check::Severity;
use crate::model::object::{ObjectId, Origin};
use crate::model::tree::Position;
use crate::model::verdict::{Finding, Outcome, Verdict};

mod properties;

const TODAY: Date = Date::constant(2026, 11, 20);
const CHECKS: [(&str, &str, bool); 4] = [
    ("host-pid", "workload", true),
    ("privileged-container", "workload", true),
    ("capabilities-added", "workload", true),
    ("rbac-wildcard", "rbac", false),
];

fn names() -> Arc<Names> {
    Arc::new(Names::new(CHECKS, |tool, id| match (tool, id) {
        ("kube-linter", "host-pid" | "*") | ("polaris", "hostPIDSet") => vec!["host-pid".into()],
        ("kubeaudit", "allow-capability") => vec!["capabilities-added".into()],
        ("kubeaudit", "allow-privileged") => vec!["privileged-container".into()],
        _ => vec![],
    }))
}

fn waivers(file: &str) -> Waivers {
    let file = file::parse(file, "audit-waivers.yaml").expect("valid");
    Waivers::new(Settings { today: TODAY, no_inline: false }, names(), &[file])
}

fn id(kind: &str, namespace: &str, name: &str) -> ObjectId {
    ObjectId { api_version: "apps/v1".into(), kind: kind.into(), namespace: namespace.into(), name: name.into() }
}

fn origin() -> Origin {
    Origin::File { path: "deploy.yaml".into(), document: 0, line: 1, template: None }
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn at(pointer: &str, line: u32) -> Finding {
    Finding { start: Position { line, column: 3 }, ..finding(pointer, Severity::High) }
}

const APP: Container<'_> =
    Container { pointer: "/spec/template/spec/containers/0", name: "app", image: "quay.io/x/app:1.0" };
const SIDE: Container<'_> = Container { pointer: "/spec/template/spec/containers/1", name: "side", image: "busybox" };

/// Applies to a Deployment web/front with containers app and side; the verdict is of the first check.
fn covered(waivers: &Waivers, inline: &Inline, findings: Vec<Finding>) -> Vec<bool> {
    let (object, origin, labels) = (id("Deployment", "web", "front"), origin(), pairs(&[("app", "web-front")]));
    let subject = Subject { id: &object, origin: &origin, labels: &labels, containers: &[APP, SIDE] };
    let mut verdicts = [verdict(findings)];
    waivers.apply(&subject, &|i| CHECKS[i as usize].0, inline, &mut verdicts);
    verdicts[0].findings.iter().map(|f| f.waiver.is_some()).collect()
}

fn by_file(entry: &str) -> bool {
    let waivers = waivers(&format!("waivers:\n- reason: because\n{entry}"));
    covered(&waivers, &Inline::default(), vec![at("/spec/template/spec/containers/0/image", 9)])[0]
}

#[test]
fn file_waivers_match_what_they_say() {
    for covers in [
        "  checks: [host-pid]",
        "  checks: host-pid",
        "  checks: [\"workload/*\"]",
        "  checks: [polaris/hostPIDSet]",
        "  checks: [\"*\"]\n  match: {kinds: [Deployment]}",
        "  checks: [host-pid]\n  match: {kinds: [apps/Deployment]}",
        "  checks: [host-pid]\n  match: {namespaces: [we?], names: [\"fr*\"]}",
        "  checks: [host-pid]\n  match: {containers: [app]}",
        "  checks: [host-pid]\n  match: {images: [\"quay.io/*/app:*\"]}",
        "  checks: [host-pid]\n  match: {images: [\"quay.io/**\"]}",
        "  checks: [host-pid]\n  match: {files: [./deploy.yaml]}",
        "  checks: [host-pid]\n  match: {files: [\"**/*.yaml\"]}",
        "  checks: [host-pid]\n  match: {pointers: [\"/spec/template/spec/containers/*\"]}",
        "  checks: [host-pid]\n  match: {labels: {app: \"web-*\"}}",
        "  checks: [host-pid]\n  expires: 2026-11-20",
        "  checks: [rbac-wildcard, host-pid]",
    ] {
        assert!(by_file(covers), "{covers}");
    }
    for not in [
        "  checks: [privileged-container]",
        "  checks: [\"rbac/*\"]",
        "  checks: [host-pid]\n  match: {kinds: [deployment]}",
        "  checks: [host-pid]\n  match: {kinds: [batch/Deployment]}",
        "  checks: [host-pid]\n  match: {namespaces: [we]}",
        "  checks: [host-pid]\n  match: {namespaces: [web], names: [front2]}",
        "  checks: [host-pid]\n  match: {containers: [side]}",
        "  checks: [host-pid]\n  match: {containers: [app], images: [busybox]}",
        "  checks: [host-pid]\n  match: {images: [\"quay.io/*\"]}",
        "  checks: [host-pid]\n  match: {files: [\"other/*\"]}",
        "  checks: [host-pid]\n  match: {pointers: [\"/spec/template/spec/vol*\"]}",
        "  checks: [host-pid]\n  match: {labels: {app: web}}",
        "  checks: [host-pid]\n  match: {labels: {tier: \"*\"}}",
        "  checks: [host-pid]\n  expires: 2026-11-19",
        "  checks: [hostpid]",
    ] {
        assert!(!by_file(not), "{not}");
    }
}

#[test]
fn a_namespace_is_in_itself_and_containers_are_told_by_pointer() {
    let w = waivers("waivers: [{checks: [host-pid], reason: r, match: {namespaces: [kube-*]}}]");
    let object = ObjectId { api_version: "v1".into(), ..id("Namespace", "", "kube-system") };
    let subject = Subject { id: &object, origin: &origin(), labels: &[], containers: &[] };
    let mut verdicts = [verdict(vec![at("", 1)])];
    w.apply(&subject, &|_| "host-pid", &Inline::default(), &mut verdicts);
    assert_eq!(verdicts[0].outcome(), Outcome::Waived);
    let w = waivers("waivers: [{checks: [host-pid], reason: r, match: {containers: [side]}}]");
    let findings = vec![
        at("/spec/template/spec/containers/1/image", 1),
        at("/spec/template/spec/containers/10/image", 1),
        at("/spec/template/spec/hostPID", 1),
        at("/spec/template/spec/containers/1", 1),
    ];
    assert_eq!(covered(&w, &Inline::default(), findings), [true, false, false, true]);
    let w = waivers("waivers: [{checks: [host-pid], reason: r, match: {pointers: ['/spec/volumes/[name=run]']}}]");
    let volume = |stable: &str| Finding { stable: stable.into(), ..at("/spec/volumes/0/hostPath", 1) };
    let findings = vec![volume("/spec/volumes/[name=run]/hostPath"), volume("/spec/volumes/[name=r]/hostPath")];
    assert_eq!(covered(&w, &Inline::default(), findings), [true, false]);
}

#[test]
fn a_file_tells_all_its_mistakes() {
    let text = "waivers:\n- checks: [a, 'b*']\n  reasn: x\n  expires: 2027-13-01\n- checks: []\n  reason: ' '\n  match: {kind: [Pod], names: [], images: ['a[']}\n\
                - checks: ['*']\n  reason: all\n-\n- reason: x\nwavers: []\n";
    let mistakes = file::parse(text, "w.yaml").expect_err("broken");
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "w.yaml:2: waivers[0].checks: `b*` is neither a check, nor `group/*`, nor `*`; separate several with commas only",
            "w.yaml:2: waivers[0].reason: has no reason; write reason: why this is acceptable",
            "w.yaml:3: waivers[0].reasn: unknown key; did you mean `reason`?",
            "w.yaml:4: waivers[0].expires: `2027-13-01` is not a date; write YYYY-MM-DD",
            "w.yaml:5: waivers[1].checks: is an empty list; leave the key out",
            "w.yaml:5: waivers[1].reason: has no reason; write reason: why this is acceptable",
            "w.yaml:7: waivers[1].match.images: `a[` is not a valid pattern: unclosed character class; missing ']'",
            "w.yaml:7: waivers[1].match.kind: unknown key; did you mean `kinds`?",
            "w.yaml:7: waivers[1].match.names: is an empty list; leave the key out",
            "w.yaml:8: waivers[2].match: a waiver for all checks must say for which objects",
            "w.yaml:10: waivers[3]: is empty",
            "w.yaml:10: waivers[3].checks: names no check; write checks: [CHECK]",
            "w.yaml:10: waivers[3].reason: has no reason; write reason: why this is acceptable",
            "w.yaml:11: waivers[4].checks: names no check; write checks: [CHECK]",
            "w.yaml:12: wavers: unknown key; did you mean `waivers`?",
        ]
    );
    assert!(file::parse("", "w.yaml").expect("empty").is_empty());
    assert_eq!(file::parse("waivers: [", "w.yaml").expect_err("syntax").len(), 1);
    assert_eq!(
        file::parse("- a", "w.yaml").expect_err("a list")[0].to_string(),
        "w.yaml:1: must be a map of keys and values, is a list"
    );
}

/// A document of twelve lines: 4..=8 is a container, 5 its securityContext with 6 and 7 inside.
fn extent(line: u32) -> Option<(u32, u32)> {
    [(1, 1), (3, 11), (4, 8), (5, 7), (6, 6), (7, 7), (10, 10), (11, 11)].into_iter().find(|(first, _)| *first == line)
}

fn comment(line: u32, own_line: bool, head: bool) -> Comment<'static> {
    Comment { line, own_line, head, text: "# kube-audit: ignore=host-pid reason=fine" }
}

#[test]
fn comments_reach_what_begins_on_their_line() {
    let lines = |comment: Comment<'_>| -> Vec<u32> {
        let w = waivers("");
        let inline = w.inline_of(&id("Deployment", "web", "front"), &origin(), &[], &[comment], &extent);
        let all = (0..=12).map(|line| at("/x", line)).collect();
        let covered = covered(&w, &inline, all);
        (0..=12).filter(|l| covered[*l as usize]).collect()
    };
    assert_eq!(lines(comment(6, false, false)), [6]);
    assert_eq!(lines(comment(5, false, false)), [5, 6, 7]);
    assert_eq!(lines(comment(4, false, false)), [4, 5, 6, 7, 8]);
    assert_eq!(lines(comment(8, false, false)), [8], "nothing begins there");
    assert_eq!(lines(comment(3, true, false)), [4, 5, 6, 7, 8]);
    assert_eq!(lines(comment(8, true, false)), [10], "over a blank line");
    assert_eq!(lines(comment(12, true, false)), [12], "nothing follows");
    assert_eq!(lines(comment(2, true, true)), (0..=12).collect::<Vec<_>>(), "the head is about the whole object");
}

fn carried(
    annotations: &[(&str, &str)],
    labels: &[(&str, &str)],
    template: &str,
    findings: Vec<Finding>,
) -> (Vec<bool>, Settlement) {
    let w = waivers("");
    let (annotations, labels) = (pairs(annotations), pairs(labels));
    let carriers = [Carrier { template, labels: &labels, annotations: &annotations }];
    let inline = w.inline_of(&id("Deployment", "web", "front"), &origin(), &carriers, &[], &|_| None);
    (covered(&w, &inline, findings), w.finish())
}

#[test]
fn annotations_of_the_template_reach_the_template() {
    let findings = || {
        vec![
            at("/spec/template/spec/hostPID", 9),
            at("/spec/replicas", 3),
            at("/spec/template/spec/containers/1/image", 12),
        ]
    };
    let ours = |value: &str, template: &str| carried(&[(ANNOTATION, value)], &[], template, findings()).0;
    assert_eq!(ours("host-pid: needed", ""), [true, true, true]);
    assert_eq!(ours("host-pid: needed", "/spec/template"), [true, false, true]);
    assert_eq!(ours("host-pid container=side: needed", "/spec/template"), [false, false, true]);
    assert_eq!(ours("host-pid expires=2026-11-19: needed", ""), [false, false, false]);
    let (_, s) = carried(
        &[(ANNOTATION, "host-pid: a; host-pd: b; privileged-container; host-pid container=a[: c")],
        &[],
        "",
        findings(),
    );
    assert_eq!(s.waivers.len(), 1);
    assert_eq!(s.waivers[0].location.as_ref(), "deploy.yaml:1 Deployment/web/front");
    assert_eq!(
        s.notes
            .iter()
            .map(|n| n.strip_prefix("deploy.yaml:1 Deployment/web/front: ").expect("located"))
            .collect::<Vec<_>>(),
        [
            "annotation kube-audit/ignore: `privileged-container` covers nothing: has no reason; write CHECK: why this is acceptable",
            "annotation kube-audit/ignore: covers nothing: `a[` is not a valid pattern: unclosed character class; missing ']'",
            "waiver for an unknown check `host-pd`; did you mean `host-pid`?",
        ]
    );
    let (covered, s) = carried(&[("kube-audit/ignores", "host-pid: a")], &[(ANNOTATION, "host-pid")], "", findings());
    assert!(!covered[0]);
    assert_eq!(s.notes.len(), 2, "{:?}", s.notes);
}

#[test]
fn other_tools_exceptions_cover_what_they_mean() {
    let f = || vec![at("/spec/template/spec/containers/0/image", 9), at("/spec/replicas", 3)];
    assert_eq!(carried(&[("ignore-check.kube-linter.io/host-pid", "why")], &[], "", f()).0, [true, true]);
    assert_eq!(carried(&[("kube-linter.io/ignore-all", "why")], &[], "/spec/template", f()).0, [true, false]);
    let (covered, s) = carried(&[("kube-score/ignore", "pod-probes")], &[("kubescape.io/ignore", "true")], "", f());
    assert_eq!(covered, [false, false]);
    assert_eq!(
        s.notes.iter().map(|n| &**n).collect::<Vec<_>>(),
        [
            "kube-score: exceptions for pod-probes (1 seen) cover nothing here; no check corresponds",
            "kubescape: exceptions for all its checks (1 seen) cover nothing here"
        ]
    );
    let (_, s) = carried(&[], &[("container.kubeaudit.io/app.allow-privileged", "true")], "", f());
    assert_eq!(
        (s.unused[0].origin.as_ref(), s.unused[0].checks[0].as_ref()),
        ("label container.kubeaudit.io/app.allow-privileged", "kubeaudit/allow-privileged")
    );
    // One capability is accepted, not all of them.
    let w = waivers("");
    let labels = pairs(&[("container.kubeaudit.io/app.allow-capability-sys-admin", "ok")]);
    let carriers = [Carrier { template: "/spec/template", labels: &labels, annotations: &[] }];
    let inline = w.inline_of(&id("Deployment", "web", "front"), &origin(), &carriers, &[], &|_| None);
    let value = |v: &str, c: u8| Finding {
        value: v.into(),
        ..at(&format!("/spec/template/spec/containers/{c}/securityContext/capabilities/add/0"), 1)
    };
    let object = id("Deployment", "web", "front");
    let subject = Subject { id: &object, origin: &origin(), labels: &[], containers: &[APP, SIDE] };
    let mut v = [Verdict {
        check: 2,
        ..verdict(vec![
            value("\"SYS_ADMIN\"", 0),
            value("\"CAP_sys_admin\"", 0),
            value("\"NET_RAW\"", 0),
            value("\"SYS_ADMIN\"", 1),
            value("", 0),
        ])
    }];
    w.apply(&subject, &|i| CHECKS[i as usize].0, &inline, &mut v);
    assert_eq!(v[0].findings.iter().map(|f| f.waiver.is_some()).collect::<Vec<_>>(), [true, true, false, false, false]);
}

#[test]
fn the_settlement_tells_used_unused_and_expired() {
    let w = waivers(
        "waivers:\n- {checks: [host-pid], reason: used, owner: me}\n- {checks: [privileged-container], reason: unused}\n\
         - {checks: [rbac-wildcard], reason: its check does not run}\n- {checks: [host-pid], reason: over, expires: 2026-01-01}\n\
         - {checks: [host-pid], reason: also used}\n- {checks: [nonsense], reason: unknown}\n",
    );
    let mut verdicts = [verdict(vec![at("/a", 1)])];
    let object = id("Deployment", "web", "front");
    let subject = Subject { id: &object, origin: &origin(), labels: &[], containers: &[] };
    w.apply(&subject, &|i| CHECKS[i as usize].0, &Inline::default(), &mut verdicts);
    let s = w.finish();
    let reasons = |l: &[WaiverInfo]| l.iter().map(|w| w.reason.to_string()).collect::<Vec<_>>();
    assert_eq!(reasons(&s.waivers), ["used", "also used"]);
    assert_eq!(reasons(&s.unused), ["unused"]);
    assert_eq!(reasons(&s.expired), ["over"]);
    assert_eq!(
        s.notes.iter().map(|n| &**n).collect::<Vec<_>>(),
        ["audit-waivers.yaml:7: waiver for an unknown check `nonsense`"]
    );
    assert_eq!((s.waivers[0].location.as_ref(), s.waivers[0].owner.as_ref()), ("audit-waivers.yaml:2", "me"));
    s.renumber(&mut verdicts);
    assert_eq!(verdicts[0].findings[0].waiver, Some(0));
}

#[test]
fn inline_waivers_can_be_refused() {
    let file = file::parse("waivers: [{checks: [privileged-container], reason: r}]", "w.yaml").expect("valid");
    let w = Waivers::new(Settings { today: TODAY, no_inline: true }, names(), &[file]);
    let annotations = pairs(&[(ANNOTATION, "host-pid: x"), ("polaris.fairwinds.com/exempt", "true")]);
    let carriers = [Carrier { template: "", labels: &[], annotations: &annotations }];
    let comments: Vec<Comment<'_>> = (1..=12).map(|l| comment(l, true, false)).collect();
    let inline = w.inline_of(&id("Deployment", "web", "front"), &origin(), &carriers, &comments, &extent);
    assert!(inline.is_empty());
    assert_eq!(covered(&w, &inline, vec![at("/a", 1)]), [false]);
    let s = w.finish();
    assert!(s.waivers.is_empty() && s.expired.is_empty() && s.unused.len() == 1);
    assert_eq!(s.notes.len(), 1);
    assert!(
        s.notes[0]
            .starts_with("waivers inside the input refused (--no-inline-waivers): 14: deploy.yaml:1 (host-pid), "),
        "{}",
        s.notes[0]
    );
    assert!(s.notes[0].ends_with(" and 4 more"));
}
