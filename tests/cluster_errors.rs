//! What a person is told when a cluster cannot be audited at all.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

use kube_audit::source::cluster::Options;
use std::io::Write;
use std::time::{Duration, Instant};
use support::collector::{gather, quick};
use support::proxy::{Fault, Proxy};
use support::server::{self, ADMIN};

fn failure(options: &Options) -> String {
    gather(options).unwrap_err().to_string()
}

#[test]
fn errors_say_what_and_what_to_do() {
    let Some(server) = server::shared() else { return };
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
    let Some(server) = server::shared() else { return };
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
    let Some(server) = server::shared() else { return };
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
