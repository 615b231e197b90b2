//! A real API server behind a proxy that breaks it. For every fault: no kind is called complete that is not, and it ends in time.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

use kube_audit::model::inventory::Completeness;
use kube_audit::source::cluster::{Collected, ConnectError, Item, Limits, Options, Silent, collect};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Once;
use std::time::{Duration, Instant};
use support::proxy::{Fault, Proxy, Rule};
use support::server::{self, ADMIN, Server};

const KINDS: [&str; 5] = ["Pod", "Service", "ConfigMap", "apps/Deployment", "rbac.authorization.k8s.io/ClusterRole"];
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
    });
    Some(server)
}

/// Short times, so that tests are.
fn quick(kubeconfig: PathBuf) -> Options {
    let limits = Limits {
        page_timeout: Duration::from_secs(8),
        idle_timeout: Duration::from_secs(2),
        small_timeout: Duration::from_secs(5),
        retry_for: Duration::from_secs(4),
        ..Limits::default()
    };
    Options { kubeconfig: Some(kubeconfig), limits, deadline: Duration::from_secs(60), ..Options::default() }
}

fn kinds(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

fn gather(options: &Options) -> Result<(Collected, Vec<Item>), ConnectError> {
    let mut items = Vec::new();
    let collected = collect(
        options,
        &kinds(&KINDS),
        &mut |i| {
            items.push(i);
            true
        },
        &Silent,
    )?;
    items.sort();
    Ok((collected, items))
}

struct Outcome {
    collected: Collected,
    items: Vec<Item>,
    took: Duration,
    proxy: Proxy,
}

/// Collects through a proxy with a fault.
fn through(server: &Server, what: &str, rule: Rule) -> Outcome {
    let proxy = Proxy::start(server.port, rule);
    let kubeconfig = server.write_kubeconfig(&proxy.url(), ADMIN, "");
    let start = Instant::now();
    let (collected, items) = gather(&quick(kubeconfig)).unwrap();
    let took = start.elapsed();
    eprintln!("{what}: {:.1} s, {} requests", took.as_secs_f64(), collected.requests);
    Outcome { collected, items, took, proxy }
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
    let o = through(
        server,
        "stalled body",
        Box::new(|t, _| if list_of(t, "/services") { Fault::Stall } else { Fault::None }),
    );
    o.only("Service", Completeness::Failed, "no complete answer within 2 s");
    o.within(30);
    let o =
        through(server, "silence", Box::new(|t, _| if list_of(t, "/services") { Fault::Silence } else { Fault::None }));
    o.only("Service", Completeness::Failed, "no complete answer within 8 s");
    o.within(58);
}

#[test]
fn half_a_body_is_no_list() {
    let Some(server) = filled() else { return };
    let o = through(
        server,
        "half a body",
        Box::new(|t, _| if list_of(t, "/services") { Fault::Half } else { Fault::None }),
    );
    o.only("Service", Completeness::Failed, "connection broke");
    o.within(20);
    let o = through(
        server,
        "half the second page",
        Box::new(|t, _| if list_of(t, "/configmaps") && t.contains("continue=") { Fault::Half } else { Fault::None }),
    );
    o.only("ConfigMap", Completeness::Failed, "after 100 objects");
    let o = through(server, "reset", Box::new(|t, _| if list_of(t, "/services") { Fault::Reset } else { Fault::None }));
    o.only("Service", Completeness::Failed, "connection broke");
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

fn failure(options: &Options) -> String {
    gather(options).unwrap_err().to_string()
}

#[test]
fn errors_say_what_and_what_to_do() {
    let Some(server) = filled() else { return };
    let config = |url: &str, more: &str| quick(server.write_kubeconfig(url, ADMIN, more));
    // Nobody listens.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let text = failure(&config(&format!("http://127.0.0.1:{closed}"), ""));
    assert!(text.contains("cannot reach") && text.contains("refused"), "{text}");
    let text = failure(&config("https://no.such.host.invalid:6443", ""));
    assert!(text.contains("cannot reach https://no.such.host.invalid:6443"), "{text}");
    // Somebody hangs.
    let mute = Proxy::start(server.port, Box::new(|_, _| Fault::Silence));
    let text = failure(&config(&mute.url(), ""));
    assert!(text.contains("no answer within 5 s"), "{text}");
    // Something else answers.
    let page = Proxy::start(server.port, Box::new(|_, _| Fault::Answer(200, String::new(), "<html>hi</html>".into())));
    let text = failure(&config(&page.url(), ""));
    assert!(text.contains("does not answer like a Kubernetes API server"), "{text}");
    // Wrong token.
    let text = failure(&quick(server.kubeconfig("wrong-token")));
    assert!(text.contains("401") && text.contains("context test") && !text.contains("wrong-token"), "{text}");
    // Unknown authority.
    let text = failure(&config(&format!("https://127.0.0.1:{}", server.port), ""));
    assert!(text.contains("authority we do not know"), "{text}");
    // Not checked at all: it works, and is said.
    let (collected, _) =
        gather(&config(&format!("https://127.0.0.1:{}", server.port), "insecure-skip-tls-verify: true")).unwrap();
    assert!(collected.notes[0].contains("not verified"), "{:?}", collected.notes);
    // Plain HTTP to a TLS port.
    let text = failure(&config(&format!("http://127.0.0.1:{}", server.port), ""));
    assert!(text.contains("400") || text.contains("does not answer like"), "{text}");
}

#[test]
fn an_expired_certificate_is_named() {
    let Some(server) = filled() else { return };
    let directory = tempfile::tempdir().unwrap();
    let at = |n: &str| directory.path().join(n).display().to_string();
    std::fs::write(at("index"), "").unwrap();
    std::fs::write(at("serial"), "01\n").unwrap();
    let authority = format!(
        "[ca]\ndefault_ca=d\n[d]\ndatabase={}\nserial={}\nnew_certs_dir={}\ndefault_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=IP:127.0.0.1\nbasicConstraints=CA:true\n",
        at("index"),
        at("serial"),
        directory.path().display()
    );
    std::fs::write(at("conf"), authority).unwrap();
    let openssl = |args: &[&str]| {
        let out = std::process::Command::new("openssl").args(args).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    openssl(&["req", "-newkey", "rsa:2048", "-nodes", "-keyout", &at("k"), "-out", &at("r"), "-subj", "/CN=127.0.0.1"]);
    let span = ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"];
    let own = [
        "-batch",
        "-notext",
        "-selfsign",
        "-config",
        &at("conf"),
        "-keyfile",
        &at("k"),
        "-in",
        &at("r"),
        "-out",
        &at("c"),
    ];
    openssl(&[&["ca"][..], &span, &own].concat());
    let port = tls_server(&at("c"), &at("k"));
    let config = quick(server.write_kubeconfig(
        &format!("https://127.0.0.1:{port}"),
        ADMIN,
        &format!("certificate-authority: {}", at("c")),
    ));
    let text = failure(&config);
    assert!(text.contains("certificate has expired"), "{text}");
}

/// A TLS server that shakes hands and no more.
fn tls_server(certificate: &str, key: &str) -> u16 {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = std::sync::Arc::new(config);
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let mut stream = rustls::StreamOwned::new(rustls::ServerConnection::new(config.clone()).unwrap(), socket);
            let _ = std::io::Read::read(&mut stream, &mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    });
    port
}

#[test]
fn kubeconfigs_that_do_not_work_are_explained() {
    let directory = tempfile::tempdir().unwrap();
    let write = |text: &str| {
        let path = directory.path().join("config");
        std::fs::write(&path, text).unwrap();
        quick(path)
    };
    let text = failure(&quick(directory.path().join("missing")));
    assert!(text.contains("cannot read kubeconfig") && text.contains("missing"), "{text}");
    let text = failure(&write("token: \"s3cret-in-broken-file\n  - [}"));
    assert!(text.contains("not valid YAML") && !text.contains("s3cret"), "{text}");
    let base = "contexts:\n- {name: production, context: {cluster: c, user: u}}\n- {name: staging, context: {cluster: none, user: u}}\nclusters:\n- {name: c, cluster: {server: 'http://127.0.0.1:1'}}\nusers:\n";
    let text = failure(&write(base));
    assert!(text.contains("no current context") && text.contains("production, staging"), "{text}");
    let text = failure(&Options { context: Some("producton".into()), ..write(base) });
    assert!(text.contains("did you mean production?"), "{text}");
    let text = failure(&Options { context: Some("elsewhere".into()), ..write(base) });
    assert!(text.contains("there are: production, staging"), "{text}");
    let text = failure(&Options { context: Some("staging".into()), ..write(base) });
    assert!(text.contains("names the cluster none"), "{text}");
    let text = failure(&Options { context: Some("production".into()), ..write(base) });
    assert!(text.contains("names the user u"), "{text}");
    let text = failure(&Options { in_cluster: true, kubeconfig: None, ..Options::default() });
    assert!(text.contains("not inside a cluster"), "{text}");
}

#[test]
fn credential_plugins_are_kept_in_check() {
    let Some(server) = filled() else { return };
    let directory = tempfile::tempdir().unwrap();
    let plugin = |script: &str| {
        let text = format!(
            "current-context: x\ncontexts:\n- {{name: x, context: {{cluster: c, user: u}}}}\nclusters:\n- {{name: c, cluster: {{server: 'https://127.0.0.1:{}', certificate-authority: '{}'}}}}\nusers:\n- name: u\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      interactiveMode: IfAvailable\n      command: sh\n      args: ['-c', \"{script}\"]\n",
            server.port,
            server.directory.path().join("certs/apiserver.crt").display(),
        );
        let path = directory.path().join(format!("config-{}", script.len()));
        std::fs::write(&path, text).unwrap();
        quick(path)
    };
    let credential = "echo '{\\\"apiVersion\\\":\\\"client.authentication.k8s.io/v1\\\",\\\"kind\\\":\\\"ExecCredential\\\",\\\"status\\\":{\\\"token\\\":\\\"token-admin\\\"}}'";
    let (collected, _) = gather(&plugin(credential)).unwrap();
    assert_eq!(collected.server.user, "admin");
    let text = failure(&Options { no_exec: true, ..plugin(credential) });
    assert!(text.contains("--no-exec forbids"), "{text}");
    let text = failure(&plugin("echo token-leak; echo you are logged out >&2; exit 3"));
    assert!(text.contains("you are logged out") && !text.contains("token-leak"), "{text}");
    let text = failure(&plugin("echo gibberish"));
    assert!(text.contains("credential plugin sh failed"), "{text}");
    let start = Instant::now();
    let text = failure(&Options { exec_timeout: Duration::from_secs(2), ..plugin("sleep 15") });
    assert!(text.contains("no answer within 2 s"), "{text}");
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
}
