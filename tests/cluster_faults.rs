//! A real API server behind a proxy that breaks it. For every fault: no kind is called complete that is not, it ends in time, and no verdict is
//! another one than without the fault; it may only be missing or not assessed.
//!
//! `--nocapture` shows how long each fault takes with the short limits of these tests: most 0.4 s; what is tried again, 3 s; what is silent, as long as the
//! limit says, four times.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

use kube_audit::model::inventory::Completeness;
use kube_audit::source::cluster::{Collected, ConnectError, Item, Limits, Options, Silent, collect};
use serde_json::json;
use std::sync::{Once, OnceLock};
use std::time::{Duration, Instant};
use support::auditor::{Auditor, Said};
use support::collector::{KINDS, gather, kinds, quick};
use support::proxy::{Fault, Proxy, Rule};
use support::server::{self, ADMIN, Server};

const OBJECTS: usize = 260;

fn filled() -> Option<&'static Server> {
    static ONCE: Once = Once::new();
    let server = server::shared()?;
    ONCE.call_once(|| {
        server.namespace("many");
        let many = (0..OBJECTS).map(|i| {
            let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("c{i:04}")}, "data": {"k": "v"}});
            ("/api/v1/namespaces/many/configmaps".to_owned(), body)
        });
        server.create_many(many.collect());
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "a", "image": "i"}]}});
        server.create("/api/v1/namespaces/many/pods", &pod);
        // What depends on other kinds: a service makes a readiness probe needed, and the ConfigMap is there.
        let labels = json!({"app": "app"});
        let container = json!({"name": "a", "image": "i", "envFrom": [{"configMapRef": {"name": "c0001"}}]});
        let template = json!({"metadata": {"labels": labels}, "spec": {"containers": [container]}});
        let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "app"},
            "spec": {"selector": {"matchLabels": labels}, "template": template}});
        server.create("/apis/apps/v1/namespaces/many/deployments", &deployment);
        let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "app"}, "spec": {"selector": labels, "ports": [{"port": 80}]}});
        server.create("/api/v1/namespaces/many/services", &service);
    });
    Some(server)
}

struct Outcome {
    collected: Collected,
    items: Vec<Item>,
    said: Said,
    took: Duration,
    proxy: Proxy,
}

/// What no fault is: the verdicts on everything.
fn undisturbed(server: &Server) -> &'static (Auditor, Said) {
    static SAID: OnceLock<(Auditor, Said)> = OnceLock::new();
    SAID.get_or_init(|| {
        let (collected, items) = gather(&quick(server.kubeconfig(ADMIN))).unwrap();
        let auditor = Auditor::of_what_depends_on_others();
        let said = auditor.audit(&collected, items);
        let of = |check: &str| said.get(&(check.to_owned(), "Deployment/many/app".to_owned())).map(String::as_str);
        assert_eq!((of("readiness-probe-missing"), of("configmap-reference-dangling")), (Some("fail"), Some("pass")));
        (auditor, said)
    })
}

/// Collects through a proxy with a fault.
fn through(server: &Server, what: &str, rule: Rule) -> Outcome {
    through_with(server, what, rule, |options| options)
}

fn through_with(server: &Server, what: &str, rule: Rule, change: impl Fn(Options) -> Options) -> Outcome {
    let proxy = Proxy::start(server.port, rule);
    let kubeconfig = server.write_kubeconfig(&proxy.url(), ADMIN, "");
    let start = Instant::now();
    let (collected, items) = gather(&change(quick(kubeconfig))).unwrap();
    let took = start.elapsed();
    eprintln!("{what}: {:.1} s, {} requests", took.as_secs_f64(), collected.requests);
    let (auditor, without) = undisturbed(server);
    let said = auditor.audit(&collected, items.clone());
    for (key, outcome) in said.iter().filter(|(_, outcome)| *outcome != "not-assessed") {
        assert_eq!(Some(outcome), without.get(key), "{what}: {key:?}");
    }
    let outcome = Outcome { collected, items, said, took, proxy };
    outcome.within(40);
    outcome
}

impl Outcome {
    /// One kind has this status, with a gap if it is a failure; all others are complete.
    fn only(&self, kind: &str, status: Completeness, reason: &str) {
        for row in &self.collected.rows {
            let wanted = if row.shown() == kind { status } else { Completeness::Complete };
            assert_eq!(row.status, wanted, "{}: {}", row.shown(), row.reason);
        }
        let row = self.collected.rows.iter().find(|r| r.shown() == kind).unwrap();
        assert!(row.reason.contains(reason), "{}", row.reason);
        let gaps = usize::from(!matches!(status, Completeness::Complete | Completeness::Mixed | Completeness::Absent));
        assert_eq!(self.collected.gaps.len(), gaps, "{:?}", self.collected.gaps);
        if !status.is_complete() {
            assert!(!self.collected.coverage().of(kind).0.is_complete());
        }
    }

    /// What is said of the Deployment.
    fn of(&self, check: &str) -> &str {
        let key = (check.to_owned(), "Deployment/many/app".to_owned());
        self.said.get(&key).map_or("nothing", String::as_str)
    }

    fn maps(&self) -> usize {
        self.items.iter().filter(|i| &*i.kind == "ConfigMap" && i.namespace == "many").count()
    }

    fn within(&self, seconds: u64) {
        assert!(self.took < Duration::from_secs(seconds), "it took {:?}", self.took);
    }
}

fn list_of(target: &str, plural: &str) -> bool {
    target.split('?').next().is_some_and(|p| p.ends_with(plural)) && target.contains("limit=")
}

#[test]
fn no_fault_no_difference() {
    let Some(server) = filled() else { return };
    let direct = gather(&quick(server.kubeconfig(ADMIN))).unwrap();
    let o = through(server, "no fault", Box::new(|_, _| Fault::None));
    o.only("Pod", Completeness::Complete, "");
    assert_eq!(o.items, direct.1);
    assert_eq!(o.maps(), OBJECTS);
}

#[test]
fn one_kind_is_forbidden() {
    let Some(server) = filled() else { return };
    let o = through(
        server,
        "403",
        Box::new(|t, _| match t.contains("/services") {
            true => Fault::status(403, "Forbidden", "services is forbidden"),
            false => Fault::None,
        }),
    );
    o.only("Service", Completeness::Denied, "403: services is forbidden");
    assert_eq!(o.of("readiness-probe-missing"), "not-assessed");
    assert_eq!(o.of("configmap-reference-dangling"), "pass");
    o.within(20);
}

#[test]
fn one_kind_is_not_found_although_discovered() {
    let Some(server) = filled() else { return };
    let o = through(
        server,
        "404",
        Box::new(|t, _| match list_of(t, "/services") {
            true => Fault::status(404, "NotFound", "the server could not find the requested resource"),
            false => Fault::None,
        }),
    );
    o.only("Service", Completeness::Failed, "404");
}

/// The token as the server would give it with 410: the same place, no fixed moment.
fn inconsistent(target: &str) -> String {
    use base64::Engine;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let token = target.split("continue=").nth(1).unwrap().split('&').next().unwrap().replace("%3D", "");
    let mut value: serde_json::Value = serde_json::from_slice(&engine.decode(token).unwrap()).unwrap();
    value["rv"] = json!(-1);
    engine.encode(value.to_string())
}

fn gone(target: &str) -> Fault {
    let body = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 410, "reason": "Expired", "message": "too old",
        "metadata": {"continue": inconsistent(target)}});
    Fault::Answer(410, "Content-Type: application/json\r\n".into(), body.to_string())
}

#[test]
fn a_list_expires_once_and_is_begun_again() {
    let Some(server) = filled() else { return };
    let once = std::sync::atomic::AtomicBool::new(false);
    let o = through(
        server,
        "410 once",
        Box::new(move |t, _| {
            match list_of(t, "/configmaps")
                && t.contains("continue=")
                && !once.swap(true, std::sync::atomic::Ordering::Relaxed)
            {
                true => gone(t),
                false => Fault::None,
            }
        }),
    );
    o.only("ConfigMap", Completeness::Complete, "");
    assert_eq!(o.maps(), OBJECTS, "no object twice, none missing");
}

#[test]
fn a_list_that_expires_again_is_mixed() {
    let Some(server) = filled() else { return };
    let count = std::sync::atomic::AtomicU32::new(0);
    let o = through(
        server,
        "410 twice",
        Box::new(move |t, _| {
            match list_of(t, "/configmaps")
                && t.contains("continue=")
                && count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 2
            {
                true => gone(t),
                false => Fault::None,
            }
        }),
    );
    o.only("ConfigMap", Completeness::Mixed, "different moments");
    assert_eq!(o.maps(), OBJECTS);
    let o = through(
        server,
        "410 for ever",
        Box::new(|t, _| match list_of(t, "/configmaps") && t.contains("continue=") {
            true => gone(t),
            false => Fault::None,
        }),
    );
    o.only("ConfigMap", Completeness::Failed, "expires");
    o.within(20);
}

#[test]
fn throttling_is_honoured() {
    let Some(server) = filled() else { return };
    let count = std::sync::atomic::AtomicU32::new(0);
    let o = through(
        server,
        "429 twice",
        Box::new(move |t, _| {
            match list_of(t, "/services") && count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 2 {
                true => {
                    Fault::Answer(429, "Retry-After: 1\r\n".into(), "Too many requests, please try again later.".into())
                }
                false => Fault::None,
            }
        }),
    );
    o.only("Service", Completeness::Complete, "");
    assert!(o.took >= Duration::from_secs(2), "two waits of a second");
    let o = through(
        server,
        "429, an hour",
        Box::new(|t, _| match list_of(t, "/services") {
            true => Fault::Answer(429, "Retry-After: 3600\r\n".into(), String::new()),
            false => Fault::None,
        }),
    );
    o.only("Service", Completeness::Failed, "429");
    o.within(20);
}

#[test]
fn unavailable_for_ever_ends() {
    let Some(server) = filled() else { return };
    let o = through(
        server,
        "503 for ever",
        Box::new(|t, _| match list_of(t, "/services") {
            true => Fault::status(503, "ServiceUnavailable", "down"),
            false => Fault::None,
        }),
    );
    o.only("Service", Completeness::Failed, "503: down");
    assert_eq!(o.proxy.count("/api/v1/services"), 4, "four tries");
    o.within(20);
}

#[test]
fn a_body_that_stalls_ends() {
    let Some(server) = filled() else { return };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let stall: Rule = Box::new(|t, _| if list_of(t, "/services") { Fault::Stall } else { Fault::None });
            let o = through(server, "stalled body", stall);
            o.only("Service", Completeness::Failed, "no complete answer within 2 s");
            o.within(30);
        });
        let silence: Rule = Box::new(|t, _| if list_of(t, "/services") { Fault::Silence } else { Fault::None });
        let short = |options: Options| {
            let limits = Limits { page_timeout: Duration::from_secs(3), ..options.limits.clone() };
            Options { limits, ..options }
        };
        let o = through_with(server, "silence", silence, short);
        o.only("Service", Completeness::Failed, "no complete answer within 3 s");
        o.within(25);
    });
}

#[test]
fn half_a_body_is_no_list() {
    let Some(server) = filled() else { return };
    let half = |plural: &'static str, part: &'static str, fault: Fault| -> Rule {
        Box::new(move |t, _| if list_of(t, plural) && t.contains(part) { fault.clone() } else { Fault::None })
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let o = through(server, "half a body", half("/services", "", Fault::Half));
            o.only("Service", Completeness::Failed, "connection broke");
            o.within(20);
        });
        scope.spawn(|| {
            let o = through(server, "half the second page", half("/configmaps", "continue=", Fault::Half));
            o.only("ConfigMap", Completeness::Failed, "after 100 objects");
            assert_eq!(o.of("readiness-probe-missing"), "fail");
        });
        let o = through(server, "reset", half("/services", "", Fault::Reset));
        o.only("Service", Completeness::Failed, "connection broke");
    });
}

#[test]
fn a_web_page_is_no_list() {
    let Some(server) = filled() else { return };
    let html =
        || Fault::Answer(200, "Content-Type: text/html\r\n".into(), "<html><body>Please log in</body></html>".into());
    let o = through(
        server,
        "HTML with 200",
        Box::new(move |t, _| if list_of(t, "/services") { html() } else { Fault::None }),
    );
    o.only("Service", Completeness::Failed, "a web page instead of a list");
    let o = through(
        server,
        "{} with 200",
        Box::new(|t, _| match list_of(t, "/services") {
            true => Fault::Answer(200, String::new(), "{}".into()),
            false => Fault::None,
        }),
    );
    o.only("Service", Completeness::Failed, "instead of a list");
    let o = through(
        server,
        "the list of another kind",
        Box::new(|t, _| match list_of(t, "/services") {
            true => Fault::Answer(200, String::new(), r#"{"kind":"PodList","apiVersion":"v1","items":[]}"#.into()),
            false => Fault::None,
        }),
    );
    o.only("Service", Completeness::Failed, "PodList instead of a list");
    let o = through(
        server,
        "more than anybody can hold",
        Box::new(|t, _| match list_of(t, "/services") {
            true => Fault::Answer(200, String::new(), " ".repeat(5 << 20)),
            false => Fault::None,
        }),
    );
    o.only("Service", Completeness::Failed, "larger than 4 MiB");
}

#[test]
fn pages_shrink_when_the_server_cannot() {
    let Some(server) = filled() else { return };
    let o = through(
        server,
        "504 on large pages",
        Box::new(|t, _| {
            let limit: u32 = t.split("limit=").nth(1).and_then(|l| l.split('&').next()?.parse().ok()).unwrap_or(0);
            match list_of(t, "/configmaps") && limit > 30 {
                true => Fault::status(504, "Timeout", "too much"),
                false => Fault::None,
            }
        }),
    );
    o.only("ConfigMap", Completeness::Complete, "");
    assert_eq!(o.maps(), OBJECTS);
    let o = through(
        server,
        "504 for ever",
        Box::new(|t, _| match list_of(t, "/configmaps") {
            true => Fault::status(504, "Timeout", "too much"),
            false => Fault::None,
        }),
    );
    o.only("ConfigMap", Completeness::Failed, "504");
}

#[test]
fn discovery_is_never_silently_empty() {
    let Some(server) = filled() else { return };
    let is_root = |t: &str| t == "/api" || t == "/apis";
    // Once empty, then as it is: the old documents are asked.
    let count = std::sync::atomic::AtomicU32::new(0);
    let o = through(
        server,
        "empty aggregated discovery",
        Box::new(move |t, _| match is_root(t) && count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 2 {
            true => Fault::Answer(200, String::new(), r#"{"kind":"APIGroupDiscoveryList","items":[]}"#.into()),
            false => Fault::None,
        }),
    );
    o.only("Pod", Completeness::Complete, "");
    assert!(o.collected.notes.iter().any(|n| n.contains("group by group")), "{:?}", o.collected.notes);
    // Empty for ever: an error, and not a clean cluster.
    for body in [
        r#"{"kind":"APIGroupDiscoveryList","items":[]}"#,
        "{}",
        "<html></html>",
        r#"{"kind":"APIVersions","versions":[]}"#,
    ] {
        let proxy = Proxy::start(
            server.port,
            Box::new(move |t, _| match is_root(t) {
                true => Fault::Answer(200, String::new(), body.into()),
                false => Fault::None,
            }),
        );
        let error = gather(&quick(server.write_kubeconfig(&proxy.url(), ADMIN, ""))).unwrap_err();
        assert!(matches!(error, ConnectError::Discovery { .. }), "{error}");
    }
    // One group that cannot be read: its kinds have failed, and are not absent.
    let count = std::sync::atomic::AtomicU32::new(0);
    let o = through(
        server,
        "one group down",
        Box::new(move |t, _| {
            if is_root(t) && count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 2 {
                return Fault::Answer(200, String::new(), "{}".into());
            }
            if t.starts_with("/apis/apps/v1") { Fault::status(503, "ServiceUnavailable", "down") } else { Fault::None }
        }),
    );
    o.only("Deployment", Completeness::Failed, "apps/v1");
    o.within(20);
}

#[test]
fn a_dead_api_service_costs_its_own_kinds_only() {
    // A server of its own: the dead service would show up in other tests.
    let Some(server) = Server::start() else { return };
    let service = json!({"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1.dead.example"},
        "spec": {"group": "dead.example", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 10,
            "insecureSkipTLSVerify": true, "service": {"namespace": "default", "name": "nowhere"}}});
    server.create("/apis/apiregistration.k8s.io/v1/apiservices", &service);
    std::thread::sleep(Duration::from_secs(3));
    let mut wanted = kinds(&KINDS);
    wanted.push("dead.example/Thing".to_owned());
    for legacy in [false, true] {
        let proxy = Proxy::start(
            server.port,
            Box::new(move |t, n| match legacy && n < 6 && (t == "/api" || t == "/apis") {
                true if n < 4 => Fault::Answer(200, String::new(), "{}".into()),
                _ => Fault::None,
            }),
        );
        let start = Instant::now();
        let collected =
            collect(&quick(server.write_kubeconfig(&proxy.url(), ADMIN, "")), &wanted, &mut |_| true, &Silent).unwrap();
        eprintln!("dead APIService (legacy {legacy}): {:.1} s", start.elapsed().as_secs_f64());
        assert!(start.elapsed() < Duration::from_secs(20));
        for row in &collected.rows {
            let expected = if row.group == "dead.example" { Completeness::Failed } else { Completeness::Complete };
            assert_eq!(row.status, expected, "{} {}", row.shown(), row.reason);
        }
        assert!(collected.gaps.iter().any(|g| &*g.what == "dead.example/Thing"), "{:?}", collected.gaps);
    }
}

#[test]
fn the_deadline_is_kept() {
    let Some(server) = filled() else { return };
    let proxy =
        Proxy::start(server.port, Box::new(|t, _| if t.contains("limit=") { Fault::Silence } else { Fault::None }));
    let options = Options {
        deadline: Duration::from_secs(4),
        concurrency: 1,
        ..quick(server.write_kubeconfig(&proxy.url(), ADMIN, ""))
    };
    let start = Instant::now();
    let (collected, items) = gather(&options).unwrap();
    assert!(start.elapsed() < Duration::from_secs(7), "{:?}", start.elapsed());
    assert!(items.is_empty());
    assert!(collected.rows.iter().all(|r| r.status == Completeness::Deadline), "{:?}", collected.rows);
    assert_eq!(collected.gaps.len(), KINDS.len());
}
