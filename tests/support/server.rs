//! A real `etcd` and `kube-apiserver`, started once per test binary and ended with it.
//!
//! Found in `$KUBEBUILDER_ASSETS`, on `PATH`, or in `target/test-assets` (built by `tests/cluster/build.sh`). Without them tests say
//! "SKIPPED" and pass; with `CI` set they fail.

use super::http::{self, Answer};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Token of the administrator.
pub const ADMIN: &str = "token-admin";
/// Token of `reader`, who may do what the tests bind.
pub const READER: &str = "token-reader";
/// Token of `nobody`, who may do nothing of his own.
pub const NOBODY: &str = "token-nobody";
/// Token of `partial`, who may read some namespaces.
pub const PARTIAL: &str = "token-partial";

/// The running server.
pub struct Server {
    pub port: u16,
    pub directory: tempfile::TempDir,
    children: Vec<Child>,
}

impl Drop for Server {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn binaries() -> Option<(PathBuf, PathBuf)> {
    let both = |d: &Path| {
        let (a, e) = (d.join("kube-apiserver"), d.join("etcd"));
        (a.is_file() && e.is_file()).then_some((a, e))
    };
    let assets = std::env::var_os("KUBEBUILDER_ASSETS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-assets");
    assets.into_iter().chain(std::env::split_paths(&path)).chain([own]).find_map(|d| both(&d))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Server {
    /// Starts a server, or says why there is none.
    pub fn start() -> Option<Server> {
        let Some((apiserver, etcd)) = binaries() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "kube-apiserver and etcd are missing: run tests/cluster/build.sh or set $KUBEBUILDER_ASSETS"
            );
            eprintln!("SKIPPED: no kube-apiserver and etcd; run tests/cluster/build.sh or set $KUBEBUILDER_ASSETS");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name).display().to_string();
        let (client, peer, port) = (free_port(), free_port(), free_port());
        let tokens = format!(
            "{ADMIN},admin,u1,\"system:masters\"\n{READER},reader,u2\n{NOBODY},nobody,u3\n{PARTIAL},partial,u4\n"
        );
        std::fs::write(directory.path().join("tokens.csv"), tokens).unwrap();
        let key =
            Command::new("openssl").args(["genrsa", "-out", &at("sa.key"), "2048"]).stderr(Stdio::null()).status();
        assert!(key.is_ok_and(|s| s.success()), "openssl is needed for a throw-away key");
        let log = |name: &str| Stdio::from(std::fs::File::create(directory.path().join(name)).unwrap());
        let mut children = Vec::new();
        let url = format!("http://127.0.0.1:{client}");
        let child = Command::new(etcd)
            .args(["--data-dir", &at("etcd"), "--unsafe-no-fsync", "--log-level", "warn"])
            .args(["--listen-client-urls", &url, "--advertise-client-urls", &url])
            .args(["--listen-peer-urls", &format!("http://127.0.0.1:{peer}")])
            .stdout(Stdio::null())
            .stderr(log("etcd.log"))
            .spawn();
        children.push(child.unwrap());
        let child = Command::new(apiserver)
            .args(["--etcd-servers", &url, "--cert-dir", &at("certs"), "--bind-address", "127.0.0.1"])
            .args(["--secure-port", &port.to_string(), "--allow-privileged"])
            .args(["--service-account-issuer", "https://kubernetes.default.svc"])
            .args(["--service-account-signing-key-file", &at("sa.key"), "--service-account-key-file", &at("sa.key")])
            .args(["--authorization-mode", "RBAC", "--token-auth-file", &at("tokens.csv")])
            .args(["--service-cluster-ip-range", "10.0.0.0/24", "--disable-admission-plugins", "ServiceAccount"])
            .stdout(Stdio::null())
            .stderr(log("apiserver.log"))
            .spawn();
        children.push(child.unwrap());
        let server = Server { port, directory, children };
        let start = Instant::now();
        loop {
            if http::request(port, ADMIN, "GET", "/readyz", "", b"").is_ok_and(|a| a.status == 200) {
                return Some(server);
            }
            if start.elapsed() > Duration::from_secs(60) {
                let log = std::fs::read_to_string(server.directory.path().join("apiserver.log")).unwrap_or_default();
                let tail: Vec<&str> = log.lines().rev().take(20).collect();
                panic!("the API server is not ready after 60 s:\n{}", tail.join("\n"));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// As administrator.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let (content, body) = match body {
            Value::Null => ("", Vec::new()),
            body if method == "PATCH" => ("application/merge-patch+json", body.to_string().into_bytes()),
            body => ("application/json", body.to_string().into_bytes()),
        };
        http::request(self.port, ADMIN, method, path, content, &body).unwrap()
    }

    /// Creates an object, or panics with the server's words.
    pub fn create(&self, path: &str, body: &Value) -> Value {
        let answer = self.send("POST", path, body);
        assert!(matches!(answer.status, 200..=202 | 409), "POST {path}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    /// Makes a namespace.
    pub fn namespace(&self, name: &str) {
        self.create(
            "/api/v1/namespaces",
            &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}),
        );
    }

    /// Creates many objects with several connections at once.
    pub fn create_many(&self, objects: Vec<(String, Value)>) {
        let queue = std::sync::Mutex::new(objects.into_iter());
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    loop {
                        let next = queue.lock().unwrap().next();
                        let Some((path, body)) = next else { break };
                        self.create(&path, &body);
                    }
                });
            }
        });
    }

    /// A kubeconfig for a token, straight to the server.
    pub fn kubeconfig(&self, token: &str) -> PathBuf {
        let ca = self.directory.path().join("certs/apiserver.crt");
        self.write_kubeconfig(
            &format!("https://127.0.0.1:{}", self.port),
            token,
            &format!("certificate-authority: {}", ca.display()),
        )
    }

    /// A kubeconfig for a token and any address.
    pub fn write_kubeconfig(&self, url: &str, token: &str, more: &str) -> PathBuf {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let path = self.directory.path().join(format!("kubeconfig-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        let more = if more.is_empty() { String::new() } else { format!(", {more}") };
        let text = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: test\ncontexts:\n- {{name: test, context: {{cluster: c, user: u}}}}\nclusters:\n- {{name: c, cluster: {{server: {url}{more}}}}}\nusers:\n- {{name: u, user: {{token: {token}}}}}\n"
        );
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// The server of this test binary; `None` when there are no programs.
///
/// Statics are never dropped, so a small process waits for the end of this one and tidies up.
pub fn shared() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let start = || {
        let server = Server::start()?;
        let children: Vec<String> = server.children.iter().map(|c| c.id().to_string()).collect();
        let directory = server.directory.path().display();
        let script = format!(
            "while kill -0 {} 2>/dev/null; do sleep 1; done; kill -9 {} 2>/dev/null; sleep 1; rm -rf '{directory}'",
            std::process::id(),
            children.join(" ")
        );
        let null = Stdio::null;
        let _ = Command::new("setsid").args(["sh", "-c", &script]).stdin(null()).stdout(null()).stderr(null()).spawn();
        Some(server)
    };
    SERVER.get_or_init(start).as_ref()
}
