//! From a kubeconfig, or the pod we run in, to a server that let us in: who it is, what version, and whom it takes us for.

use super::error::{ConnectError, chain, nearest};
use super::json;
use super::proxy::{Environment, shown};
use super::request::{Failure, JSON, Requester};
use super::{Options, Server};
use base64::Engine;
use kube::config::{Cluster, ExecInteractiveMode, KubeconfigError};
use kube::config::{Config, Context, Kubeconfig};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is needed to talk to one server.
pub(super) struct Target {
    /// kube's own
    pub config: Config,
    /// the context's name; empty in a pod
    pub context: String,
    /// things about the connection that a person should know
    pub warnings: Vec<String>,
    /// program that gives credentials
    exec: Option<String>,
}

/// Reads the configuration; nothing is sent yet.
pub(super) fn target(options: &Options) -> Result<Target, ConnectError> {
    let in_pod = std::env::var_os("KUBERNETES_SERVICE_HOST").is_some();
    let mut target = if options.in_cluster {
        in_cluster()?
    } else {
        match kubeconfig(options) {
            Err(ConnectError::NoKubeconfig { .. }) if in_pod && options.context.is_none() => in_cluster()?,
            found => from_kubeconfig(found?, options)?,
        }
    };
    let config = &mut target.config;
    // Retries and timeouts are ours: see `request`.
    config.default_retry = false;
    config.read_timeout = None;
    config.connect_timeout = Some(options.limits.small_timeout);
    if let Some(user) = &options.impersonate_user {
        config.auth_info.impersonate = Some(user.clone());
        config.auth_info.impersonate_groups = Some(options.impersonate_groups.clone());
    } else if !options.impersonate_groups.is_empty() {
        let detail = "--as-group needs --as".to_owned();
        return Err(ConnectError::Credentials { context: target.context, detail });
    }
    Ok(target)
}

fn in_cluster() -> Result<Target, ConnectError> {
    let mut config = Config::incluster_env().map_err(|e| ConnectError::InCluster { detail: chain(&e) })?;
    // The network is near, and the CPU is shared with what we audit.
    config.disable_compression = true;
    Ok(Target { config, context: String::new(), warnings: Vec::new(), exec: None })
}

/// The file named, else those of `$KUBECONFIG`, else the usual one.
fn kubeconfig(options: &Options) -> Result<Kubeconfig, ConnectError> {
    if let Some(path) = &options.kubeconfig {
        return read(path);
    }
    let from_environment: Vec<PathBuf> = std::env::var_os("KUBECONFIG")
        .map(|v| std::env::split_paths(&v).filter(|p| !p.as_os_str().is_empty()).collect())
        .unwrap_or_default();
    let (paths, looked) = if from_environment.is_empty() {
        let home = std::env::home_dir().map(|h| h.join(".kube").join("config"));
        (home.into_iter().collect::<Vec<_>>(), "there is no ~/.kube/config and $KUBECONFIG is not set")
    } else {
        (from_environment, "$KUBECONFIG names no file that exists")
    };
    // As kubectl does: files that are not there are passed over.
    let mut merged: Option<Kubeconfig> = None;
    for path in paths.iter().filter(|p| p.exists()) {
        let next = read(path)?;
        merged = Some(match merged {
            None => next,
            Some(m) => m
                .merge(next)
                .map_err(|e| ConnectError::Kubeconfig { path: path.clone(), detail: first_line(&chain(&e)) })?,
        });
    }
    merged.ok_or_else(|| ConnectError::NoKubeconfig { looked: looked.to_owned() })
}

fn read(path: &Path) -> Result<Kubeconfig, ConnectError> {
    Kubeconfig::read_from(path).map_err(|e| {
        let detail = match &e {
            KubeconfigError::ReadConfig(io, _) => io.to_string(),
            // A parser's message may quote the line, and the line may hold a token.
            KubeconfigError::Parse(_) => "it is not valid YAML, or not a kubeconfig".to_owned(),
            other => first_line(&chain(other)),
        };
        ConnectError::Kubeconfig { path: path.to_owned(), detail }
    })
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// kube's own loader is not used: it decides on proxies wrongly and cannot be told otherwise (see `proxy`).
fn from_kubeconfig(kubeconfig: Kubeconfig, options: &Options) -> Result<Target, ConnectError> {
    let known: Vec<String> = kubeconfig.contexts.iter().map(|c| c.name.clone()).collect();
    let name = match options.context.clone().or_else(|| kubeconfig.current_context.clone().filter(|c| !c.is_empty())) {
        Some(name) => name,
        None => return Err(ConnectError::NoContext { known }),
    };
    let Some(context) = kubeconfig.contexts.iter().find(|c| c.name == name).and_then(|c| c.context.clone()) else {
        let suggestion = nearest(&name, known.iter().map(String::as_str));
        return Err(ConnectError::UnknownContext { context: name, suggestion, known });
    };
    let wrong = |detail: String| ConnectError::Context { context: name.clone(), detail };
    let cluster = kubeconfig.clusters.iter().find(|c| c.name == context.cluster).and_then(|c| c.cluster.clone());
    let cluster =
        cluster.ok_or_else(|| wrong(format!("it names the cluster {}, which is not in the file", context.cluster)))?;
    let url = cluster.server.clone().unwrap_or_default();
    let uri: http::Uri = url.parse().map_err(|_| wrong(format!("the server {url:?} is not a URL")))?;
    if !matches!(uri.scheme_str(), Some("https" | "http")) {
        return Err(wrong(format!("the server {url:?} is neither https nor http")));
    }
    let mut config = Config::new(uri);
    config.default_namespace =
        context.namespace.clone().filter(|n| !n.is_empty()).unwrap_or_else(|| "default".to_owned());
    config.root_cert = authorities(&cluster).map_err(&wrong)?;
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or(false);
    config.tls_server_name = cluster.tls_server_name.clone();
    let near = config.cluster_url.host().is_some_and(|h| h == "localhost" || h.starts_with("127.") || h == "[::1]");
    config.disable_compression = cluster.disable_compression.unwrap_or(near);
    config.proxy_url = proxy(&config.cluster_url, &cluster)?;
    let exec = credentials(&mut config, &kubeconfig, &context, &cluster, options, &name)?;
    let mut warnings = Vec::new();
    if config.accept_invalid_certs {
        warnings.push(format!(
            "the identity of {} is not verified (insecure-skip-tls-verify of context {name}): whoever stands between could forge this report and take the credentials",
            config.cluster_url
        ));
    }
    if config.cluster_url.scheme_str() == Some("http") && !near {
        warnings.push(format!(
            "the connection to {} is not encrypted: credentials travel in clear text",
            config.cluster_url
        ));
    }
    Ok(Target { config, context: name, warnings, exec })
}

fn authorities(cluster: &Cluster) -> Result<Option<Vec<Vec<u8>>>, String> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let pem = match (&cluster.certificate_authority_data, &cluster.certificate_authority) {
        (Some(data), _) if !data.is_empty() => {
            let clean: String = data.split_whitespace().collect();
            base64::engine::general_purpose::STANDARD
                .decode(clean)
                .map_err(|_| "certificate-authority-data is not base64".to_owned())?
        }
        (_, Some(path)) if !path.is_empty() => {
            std::fs::read(path).map_err(|e| format!("certificate-authority {path} cannot be read: {e}"))?
        }
        _ => return Ok(None),
    };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).map(|c| c.map(|c| c.to_vec())).collect();
    match found {
        Ok(list) if !list.is_empty() => Ok(Some(list)),
        _ => Err("the certificate authority holds no PEM certificate".to_owned()),
    }
}

fn proxy(server: &http::Uri, cluster: &Cluster) -> Result<Option<http::Uri>, ConnectError> {
    let get = |name: &str| std::env::var(name).ok();
    let Some(url) = (Environment { get: &get }).proxy(server, cluster.proxy_url.as_deref()) else { return Ok(None) };
    let wrong = |detail: &str| ConnectError::Proxy { proxy: shown(&url), detail: detail.to_owned() };
    let uri: http::Uri = url.parse().map_err(|_| wrong("it is not a URL"))?;
    match uri.scheme_str() {
        Some("http" | "https" | "socks5") => Ok(Some(uri)),
        _ => Err(wrong("only http, https and socks5 proxies are supported")),
    }
}

/// Who we are, and the program that says so when there is one.
fn credentials(
    config: &mut Config,
    kubeconfig: &Kubeconfig,
    context: &Context,
    cluster: &Cluster,
    options: &Options,
    name: &str,
) -> Result<Option<String>, ConnectError> {
    let wrong = |detail: String| ConnectError::Context { context: name.to_owned(), detail };
    let Some(user) = context.user.as_deref().filter(|u| !u.is_empty()) else { return Ok(None) };
    let found = kubeconfig.auth_infos.iter().find(|u| u.name == user).and_then(|u| u.auth_info.clone());
    let mut info = found.ok_or_else(|| wrong(format!("it names the user {user}, who is not in the file")))?;
    let mut program = None;
    if let Some(exec) = &mut info.exec {
        let command = exec.command.clone().unwrap_or_default();
        if options.no_exec {
            return Err(ConnectError::ExecRefused { command });
        }
        if !std::io::stdin().is_terminal() {
            exec.interactive_mode = Some(ExecInteractiveMode::Never);
        }
        if exec.provide_cluster_info {
            exec.cluster = Some(cluster.try_into().map_err(|e: KubeconfigError| wrong(first_line(&chain(&e))))?);
        }
        program = Some(command);
    }
    config.auth_info = info;
    Ok(program)
}

/// Makes the client. A credential plugin runs here, so this has its own thread and a time limit.
pub(super) async fn client(target: &Target, exec_timeout: Duration) -> Result<kube::Client, ConnectError> {
    // An error means that one is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Some(command) = target.exec.clone() else {
        return kube::Client::try_from(target.config.clone()).map_err(|e| refused(&e, &target.context, ""));
    };
    let (send, receive) = tokio::sync::oneshot::channel();
    let (config, runtime) = (target.config.clone(), tokio::runtime::Handle::current());
    // Not `spawn_blocking`: a runtime waits for those when it ends, and a plugin that hangs never ends.
    std::thread::spawn(move || {
        let _inside = runtime.enter();
        let _ = send.send(kube::Client::try_from(config));
    });
    match tokio::time::timeout(exec_timeout, receive).await {
        Err(_) => Err(ConnectError::ExecHangs { command, seconds: exec_timeout.as_secs() }),
        Ok(Err(_)) => Err(ConnectError::ExecFailed { command, detail: "it could not be run".to_owned() }),
        Ok(Ok(made)) => made.map_err(|e| refused(&e, &target.context, &command)),
    }
}

fn refused(error: &kube::Error, context: &str, command: &str) -> ConnectError {
    use kube::client::AuthError;
    let failed = |detail: String| ConnectError::ExecFailed { command: command.to_owned(), detail };
    match error {
        // Its standard output may hold a token: only the complaint is shown.
        kube::Error::Auth(AuthError::AuthExecRun { out, .. }) => {
            let complaint = String::from_utf8_lossy(&out.stderr);
            let line = complaint.lines().map(str::trim).rfind(|l| !l.is_empty()).unwrap_or("it said nothing");
            failed(format!("{} ({line})", out.status))
        }
        kube::Error::Auth(AuthError::AuthExecStart(e)) => failed(format!("it cannot be started ({e})")),
        kube::Error::Auth(AuthError::AuthExecParse(_)) => failed("its answer is not an ExecCredential".to_owned()),
        kube::Error::Auth(AuthError::ExecPluginFailed) => failed("its answer has no status".to_owned()),
        kube::Error::ProxyProtocolUnsupported { proxy_url } => ConnectError::Proxy {
            proxy: shown(&proxy_url.to_string()),
            detail: "its protocol is not supported".to_owned(),
        },
        other if !command.is_empty() => failed(first_line(&chain(other))),
        other => ConnectError::Credentials { context: context.to_owned(), detail: first_line(&chain(other)) },
    }
}

/// Asks the server who it is and who we are.
pub(super) async fn hello(requester: &Requester, target: &Target, options: &Options) -> Result<Server, ConnectError> {
    let url = target.config.cluster_url.to_string().trim_end_matches('/').to_owned();
    let context = if target.context.is_empty() {
        "the service account".to_owned()
    } else {
        format!("context {}", target.context)
    };
    let fail = |failure: Failure| match failure {
        Failure::Timeout(d) => ConnectError::Silent { server: url.clone(), seconds: d.as_secs() },
        Failure::Deadline => ConnectError::Silent { server: url.clone(), seconds: options.deadline.as_secs() },
        Failure::Transport(words) => ConnectError::transport(&url, &words),
        Failure::Status { code: 401, .. } => {
            ConnectError::Unauthorized { server: url.clone(), context: context.clone() }
        }
        other => ConnectError::NotKubernetes { server: url.clone(), detail: other.to_string() },
    };
    let mut server = Server { url: url.clone(), context: target.context.clone(), ..Server::default() };
    match requester.get("/version", JSON).await {
        Ok(body) => {
            server.version = json::members(&body).map(|m| json::text(&m, "gitVersion")).unwrap_or_default();
            if server.version.is_empty() {
                let detail = "what it says at /version has no gitVersion".to_owned();
                return Err(ConnectError::NotKubernetes { server: url, detail });
            }
        }
        // Allowed to everybody by default, and sometimes taken away; discovery will show whether this is an API server. The same
        // answer comes when we may not act as somebody else, and that is said below.
        Err(Failure::Status { code: 403, message, .. }) => {
            if let Some(user) = options.impersonate_user.clone().filter(|_| message.contains("impersonate")) {
                return Err(ConnectError::Impersonation { server: url, user, detail: message });
            }
        }
        Err(other) => return Err(fail(other)),
    }
    for version in ["v1", "v1beta1"] {
        let path = format!("/apis/authentication.k8s.io/{version}/selfsubjectreviews");
        let review = format!(r#"{{"apiVersion":"authentication.k8s.io/{version}","kind":"SelfSubjectReview"}}"#);
        match requester.ask(&path, review.as_bytes()).await {
            Ok(body) => {
                let user =
                    json::path(&body, &["status", "userInfo"]).and_then(|u| json::members(u).ok()).unwrap_or_default();
                server.user = json::text(&user, "username");
                let groups = json::get(&user, "groups").and_then(|g| json::elements(g).ok()).unwrap_or_default();
                server.groups = groups.into_iter().filter_map(json::string).collect();
                break;
            }
            Err(e) if e.code() == 401 => return Err(fail(e)),
            Err(Failure::Transport(words)) => return Err(ConnectError::transport(&url, &words)),
            // Older servers have no such kind; some forbid it. Nothing depends on it.
            Err(_) => {}
        }
    }
    Ok(server)
}
