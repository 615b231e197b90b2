//! Reports that every format is shown with.

use super::{Sample, at, waiver};
use crate::model::benchmark::{ControlResult, Enforceable, Status};
use crate::model::check::Severity::*;
use crate::model::inventory::{Completeness, Gap, KindCoverage, Skipped};
use crate::model::report::{BaselineInfo, BenchmarkResult, Report};
use crate::model::verdict::Reason;
use crate::report::{Hints, View};

/// A view for a terminal of some columns that may suggest commands.
pub fn terminal(width: u16) -> View {
    View { width: Some(width), hints: Hints { commands: true, fix: true }, ..View::default() }
}

/// Source lines of [`bad_pod`].
pub fn with_snippets(mut view: View) -> View {
    for (line, text) in [
        (8, "  - name: app"),
        (9, "    image: nginx"),
        (12, "      securityContext:"),
        (14, "        privileged: true"),
        (
            18,
            "\t\tvalue: \u{1b}[31mdon't\u{1b}[0m # a comment that goes on and on, far beyond what any terminal shows in one line of its",
        ),
    ] {
        view.snippets.insert(("pod.yaml".into(), line), text.to_owned());
    }
    view
}

fn checks(s: &mut Sample) -> [u32; 5] {
    [
        s.check(
            "privileged-container",
            Critical,
            "Container runs privileged",
            "Remove privileged or set it to false; add single capabilities where something is really needed.",
        ),
        s.check("run-as-non-root", High, "Container may run as root", "Set runAsNonRoot to true."),
        s.check(
            "seccomp-profile-missing",
            Medium,
            "Container has no seccomp profile",
            "Set seccompProfile to RuntimeDefault.",
        ),
        s.check("ref-tag-missing", Low, "Image has no tag", "Name a version."),
        s.check("pod-without-network-policy", High, "No policy limits who may reach the pod", "Add a NetworkPolicy."),
    ]
}

/// One pod with findings of every severity that counts.
pub fn bad_pod() -> Report {
    let mut s = Sample::new("scan", "pod.yaml");
    let [privileged, root, seccomp, tag, policy] = checks(&mut s);
    let pod = s.object("pod.yaml", 1, "Pod", "web", "frontend");
    let patch = r#"[{"op":"replace","path":"/spec/containers/0/securityContext/privileged","value":false}]"#;
    let path = |i: u32, p: &str| format!("/spec/containers/{i}{p}");
    let app = |p: &str| path(0, p);
    let mut stable =
        at(&app("/securityContext/privileged"), "privileged is true").place("container app").line(14, 21, 4);
    stable.stable = "/spec/containers/[name=app]/securityContext/privileged".into();
    s.verdict(privileged, pod, vec![stable.fix(patch)]);
    let root_at = |i, name: &str, line| {
        at(&path(i, "/securityContext/runAsNonRoot"), "may run as root").place(name).line(line, 7, 15).unset()
    };
    s.verdict(root, pod, vec![root_at(0, "container app", 12), root_at(1, "container proxy", 22)]);
    s.verdict(
        seccomp,
        pod,
        vec![
            at("/spec/securityContext/seccompProfile", "no seccomp profile is set").place("pod").line(0, 0, 0).unset(),
        ],
    );
    let value = "env DON'T has a value that is unexpectedly long and has to be broken somewhere before it reaches the right border of the page";
    s.verdict(
        tag,
        pod,
        vec![
            at(&app("/image"), "image nginx has no tag").place("container app").line(9, 12, 5),
            at(&app("/env/0/value"), value).place("container app").line(18, 10, 14),
        ],
    );
    s.unassessed(policy, pod, Reason::Outside("NetworkPolicy".into()));
    s.passes(pod);
    s.finish(false)
}

/// Several files, several objects, a chart that could not be read.
pub fn many_files() -> Report {
    let mut s = Sample::new("scan", "manifests");
    let [privileged, root, seccomp, tag, _] = checks(&mut s);
    for (file, kind, name, bad) in [
        ("manifests/web.yaml", "Deployment", "frontend", 4),
        ("manifests/db.yaml", "StatefulSet", "postgres", 2),
        ("manifests/a/rather/long/way/down/to/the/file/with-the-cron-job.yaml", "CronJob", "clean-up-of-old-things", 1),
        ("manifests/ok.yaml", "Deployment", "quiet", 0),
    ] {
        let o = s.object(file, 3, kind, "web", name);
        s.passes(o);
        let base = "/spec/template/spec/containers/0";
        let app = |p: &str, m: &str| vec![at(&format!("{base}{p}"), m).place("container app").line(12, 9, 5)];
        if bad > 3 {
            s.verdict(privileged, o, app("/securityContext/privileged", "privileged is true"));
        }
        if bad > 1 {
            s.verdict(root, o, app("/securityContext/runAsUser", "runAsUser is 0 (root)"));
        }
        if bad > 0 {
            s.verdict(seccomp, o, app("/securityContext/seccompProfile/type", "seccompProfile is Unconfined"));
        }
        if bad > 2 {
            s.verdict(tag, o, app("/image", "image nginx has no tag"));
        }
    }
    let mut report = s.finish(false);
    report.gaps.push(Gap {
        what: "manifests/broken.yaml".into(),
        reason: "syntax".into(),
        detail: "mapping values are not allowed here; this document was not audited".into(),
        line: 12,
        column: 15,
        excerpt: "  image: nginx: latest".into(),
    });
    report.gaps.push(Gap {
        what: "charts/web/templates/deployment.yaml".into(),
        reason: "template".into(),
        detail: "is a Helm template; render it first: helm template charts/web | audit scan -".into(),
        line: 0,
        column: 0,
        excerpt: "".into(),
    });
    report.skipped.push(Skipped { what: "charts/web/values.yaml".into(), reason: "Helm values".into() });
    report
}

/// A cluster with three namespaces, a benchmark and kinds that were not seen.
pub fn cluster() -> Report {
    let mut s = Sample::new("cluster", "https://192.0.2.1:6443");
    let [privileged, root, seccomp, _, policy] = checks(&mut s);
    let anonymous = s.check("rbac-anonymous-bound", Critical, "Anonymous users have rights", "Remove the binding.");
    let whole = s.object("", 0, "Cluster", "", "");
    s.passes(whole);
    let binding = s.object("", 0, "ClusterRoleBinding", "", "anonymous-view");
    s.verdict(anonymous, binding, vec![at("/subjects/0", "system:anonymous is bound to view")]);
    for (n, namespace) in ["team-01", "team-02", "team-03"].into_iter().enumerate() {
        for pod in ["agent", "builder", "cache", "web"] {
            let o = s.object("", 0, "Deployment", namespace, pod);
            s.passes(o);
            let base = "/spec/template/spec/containers/0/securityContext";
            let app = |p: &str, m: &str| vec![at(&format!("{base}/{p}"), m).place("container app")];
            if n == 0 && pod < "c" {
                s.verdict(privileged, o, app("privileged", "privileged is true"));
            }
            if n < 2 {
                s.verdict(root, o, app("runAsUser", "runAsUser is 0 (root)"));
            }
            s.verdict(seccomp, o, app("seccompProfile", "no seccomp profile is set"));
            if pod == "web" {
                s.unassessed(policy, o, Reason::Denied("networking.k8s.io/NetworkPolicy".into()));
            }
        }
    }
    let mut report = s.finish(false);
    report.coverage = [
        ("Pod", Completeness::Complete, 120, ""),
        ("Secret", Completeness::Skipped, 0, "give --include-secrets"),
        (
            "networking.k8s.io/NetworkPolicy",
            Completeness::Denied,
            0,
            "403 for system:serviceaccount:audit:audit: apply manifests/rbac.yaml",
        ),
    ]
    .map(|(kind, status, items, reason)| KindCoverage { kind: kind.into(), status, items, reason: reason.into() })
    .into();
    let detail = "was denied (403): add manifests/addons/nodes-configz.yaml";
    report.gaps.push(Gap {
        what: "nodes/configz".into(),
        reason: "denied".into(),
        detail: detail.into(),
        line: 0,
        column: 0,
        excerpt: "".into(),
    });
    let control = |id: &str, title: &str, status, evidence: &str| ControlResult {
        id: id.into(),
        title: title.into(),
        status,
        checks: vec!["privileged-container".into()],
        evidence: evidence.into(),
        waived: false,
    };
    report.benchmarks = vec![
        BenchmarkResult {
            id: "cis".into(),
            title: "CIS Kubernetes Benchmark".into(),
            version: "1.12".into(),
            controls: vec![
                control(
                    "1.1.1",
                    "owner of the API server manifest",
                    Status::NotAssessed,
                    "needs node facts: audit node --save on cp1",
                ),
                control("1.2.1", "anonymous requests are answered", Status::Fail, "1 object fails"),
                control("5.2.2", "privileged containers are not admitted", Status::Fail, "2 objects fail"),
                control("5.2.3", "containers share no host process namespace", Status::Pass, "12 objects seen"),
                control(
                    "5.3.1",
                    "the network plugin enforces policies",
                    Status::Manual,
                    "ask the plugin's documentation",
                ),
            ],
            results: vec![],
            enforceable: vec![],
        },
        BenchmarkResult {
            id: "pss".into(),
            title: "Pod Security Standards".into(),
            version: "latest".into(),
            controls: vec![],
            results: vec![],
            enforceable: [("team-01", "privileged"), ("team-02", "baseline"), ("team-03", "restricted")]
                .map(|(n, l)| Enforceable { namespace: n.into(), level: l.into(), pods: 4 })
                .into(),
        },
    ];
    report.notes = vec!["the table of removed APIs is from 2025-06-01; update audit".into()];
    report
}

/// Everything passed.
pub fn all_passed(listed: bool) -> Report {
    let mut s = Sample::new("scan", "pod.yaml");
    let pod = s.object("pod.yaml", 1, "Pod", "", "quiet");
    s.passes(pod);
    s.report.verdicts[0].evidence = Some(r#"{"privileged":false}"#.into());
    s.finish(listed)
}

/// One object that no check could judge.
pub fn nothing_assessed() -> Report {
    let mut s = Sample::new("scan", "-");
    let [.., policy] = checks(&mut s);
    let pod = s.object("-", 1, "Pod", "", "lonely");
    s.unassessed(policy, pod, Reason::Outside("NetworkPolicy".into()));
    s.finish(false)
}

/// Nothing could be read.
pub fn only_gaps() -> Report {
    let mut s = Sample::new("scan", "deploy.yaml");
    s.gap("deploy.yaml", "unreadable", "permission denied; run audit as a user who may read it");
    s.finish(false)
}

/// A broken check, and waivers: one that covers, one expired, one that matches nothing.
pub fn waived() -> Report {
    let mut s = Sample::new("scan", "pod.yaml");
    let [privileged, root, seccomp, tag, _] = checks(&mut s);
    let pod = s.object("pod.yaml", 1, "Pod", "web", "frontend");
    s.passes(pod);
    let w = s.waiver("file", "audit.yaml:7", "privileged-container", "needs the device until the driver is rewritten");
    s.report.waivers[w as usize].owner = "team-storage".into();
    s.report.waivers[w as usize].expires = "2026-12-31".into();
    let c = s.waiver("comment", "pod.yaml:16", "run-as-non-root", "legacy image");
    let path = "/spec/containers/0/securityContext";
    s.verdict(
        privileged,
        pod,
        vec![at(&format!("{path}/privileged"), "privileged is true").place("container app").line(14, 21, 4).waived(w)],
    );
    s.verdict(
        root,
        pod,
        vec![
            at(&format!("{path}/runAsUser"), "runAsUser is 0 (root)").place("container app").line(16, 21, 1).waived(c),
        ],
    );
    s.verdict(
        tag,
        pod,
        vec![at("/spec/containers/0/image", "image nginx has no tag").place("container app").line(9, 12, 5)],
    );
    s.verdict(seccomp, pod, vec![]).errors = vec!["seccomp.rego:12: count: the argument is not a list".into()];
    let mut report = s.finish(false);
    let mut expired = waiver("comment", "pod.yaml:9", "ref-tag-missing", "not yet");
    expired.expires = "2025-12-31".into();
    report.expired_waivers.push(expired);
    report.unused_waivers.push(waiver("file", "audit.yaml:12", "host-pid", "was needed once"));
    report
}

/// Compared with an earlier report: one finding is known, one is new.
pub fn baseline() -> Report {
    let mut report = bad_pod();
    for v in &mut report.verdicts {
        if &*report.checks[v.check as usize].id == "privileged-container" {
            v.findings[0].known = true;
        }
    }
    report.baseline = Some(BaselineInfo { path: "audit.json".into(), new: 4, fixed: 2 });
    report
}

/// Every outcome at once, all of them listed.
pub fn mixed() -> Report {
    let mut s = Sample::new("scan", "pod.yaml");
    let [privileged, root, seccomp, tag, policy] = checks(&mut s);
    for name in ["one", "two"] {
        let o = s.object("pod.yaml", 1, "Pod", "web", name);
        s.passes(o);
        s.verdict(privileged, o, vec![at("/a", "privileged is true").severity(Medium)]);
        s.verdict(root, o, vec![]).errors = vec!["root.rego:1: broke".into()];
        s.unassessed(policy, o, Reason::Outside("NetworkPolicy".into()));
    }
    let w = s.waiver("file", "audit.yaml:1", "ref-tag-missing", "legacy");
    s.verdict(tag, 0, vec![at("/b", "image nginx has no tag").waived(w)]);
    s.unassessed(seccomp, 1, Reason::Denied("Node".into()));
    s.finish(true)
}

/// One pod, one finding, one pass: the example of the JSON format.
pub fn small() -> Report {
    let mut s = Sample::new("scan", "pod.yaml");
    let [privileged, root, ..] = checks(&mut s);
    let pod = s.object("pod.yaml", 1, "Pod", "web", "frontend");
    let found = at("/spec/containers/0/securityContext/privileged", "privileged is true").place("container app");
    let mut found = found.line(14, 21, 4);
    found.stable = "/spec/containers/[name=app]/securityContext/privileged".into();
    s.verdict(privileged, pod, vec![found]);
    s.verdict(root, pod, vec![]).evidence = Some(r#"{"runAsNonRoot":true}"#.into());
    s.report.checks.truncate(2);
    s.finish(true)
}
