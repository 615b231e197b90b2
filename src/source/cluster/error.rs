//! Why a cluster could not be audited at all. One sentence that says what happened and the remedy; never a credential.

use std::path::PathBuf;

/// Nothing was collected: the cluster could not be reached, or did not let us in, or could not say what it serves.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// neither file nor pod
    #[error(
        "no kubeconfig: {looked}; name one with --kubeconfig or $KUBECONFIG, or run inside the cluster with --in-cluster"
    )]
    NoKubeconfig {
        /// where it was looked for
        looked: String,
    },
    /// a file that cannot be read
    #[error("cannot read kubeconfig {}: {detail}", path.display())]
    Kubeconfig {
        /// which
        path: PathBuf,
        /// why
        detail: String,
    },
    /// `--context` names nothing
    #[error("kubeconfig has no context {context}{}", hint(suggestion.as_deref(), known))]
    UnknownContext {
        /// as given
        context: String,
        /// the nearest name
        suggestion: Option<String>,
        /// all names
        known: Vec<String>,
    },
    /// no `current-context`
    #[error("kubeconfig names no current context; choose one with --context{}", hint(None, known))]
    NoContext {
        /// all names
        known: Vec<String>,
    },
    /// context without cluster, cluster without server ...
    #[error("context {context} of the kubeconfig cannot be used: {detail}")]
    Context {
        /// which
        context: String,
        /// what is missing or wrong
        detail: String,
    },
    /// `--in-cluster` outside a pod
    #[error("not inside a cluster: {detail}; --in-cluster needs a pod with a service account token")]
    InCluster {
        /// what is missing
        detail: String,
    },
    /// `--no-exec` and a kubeconfig that wants one
    #[error(
        "the kubeconfig runs {command} to get credentials, and --no-exec forbids that; use a token or certificate, or drop --no-exec"
    )]
    ExecRefused {
        /// the program
        command: String,
    },
    /// it ran and gave nothing usable
    #[error("the credential plugin {command} failed: {detail}; run it by hand to see why")]
    ExecFailed {
        /// the program
        command: String,
        /// its last line on stderr, or why it did not start
        detail: String,
    },
    /// it did not end
    #[error(
        "the credential plugin {command} gave no answer within {seconds} s; it may wait for input, so log in first and try again"
    )]
    ExecHangs {
        /// the program
        command: String,
        /// how long was waited
        seconds: u64,
    },
    /// certificate, key or token that cannot be used
    #[error("cannot use the credentials of context {context}: {detail}")]
    Credentials {
        /// which
        context: String,
        /// why
        detail: String,
    },
    /// a proxy setting that makes no sense
    #[error("cannot use the proxy {proxy}: {detail}")]
    Proxy {
        /// as configured, without a password
        proxy: String,
        /// why
        detail: String,
    },
    /// no TCP connection, no name, no route
    #[error("cannot reach {server}: {detail}; is the address right and the cluster running?")]
    Unreachable {
        /// its URL
        server: String,
        /// the innermost cause
        detail: String,
    },
    /// no answer in time
    #[error("{server} gave no answer within {seconds} s; the cluster or a proxy before it hangs")]
    Silent {
        /// its URL
        server: String,
        /// how long was waited
        seconds: u64,
    },
    /// the server's certificate, or ours, was refused
    #[error("no trust between us and {server}: {detail}; {remedy}")]
    Tls {
        /// its URL
        server: String,
        /// what is wrong with the certificate
        detail: String,
        /// what to do
        remedy: &'static str,
    },
    /// 401
    #[error(
        "{server} does not accept the credentials of {context} (401): they are wrong or have expired; log in again"
    )]
    Unauthorized {
        /// its URL
        server: String,
        /// context or `the service account`
        context: String,
    },
    /// `--as` without the right to
    #[error("{server} does not let us act as {user} (403): {detail}")]
    Impersonation {
        /// its URL
        server: String,
        /// whom
        user: String,
        /// the server's words
        detail: String,
    },
    /// something answers, and it is not an API server
    #[error("{server} does not answer like a Kubernetes API server: {detail}")]
    NotKubernetes {
        /// its URL
        server: String,
        /// what it said
        detail: String,
    },
    /// what the server serves could not be found out
    #[error("{server} does not say which kinds it serves: {detail}; nothing was audited")]
    Discovery {
        /// its URL
        server: String,
        /// why
        detail: String,
    },
    /// `--namespace` names nothing
    #[error("{server} has no namespace {namespace}{}", hint(suggestion.as_deref(), &[]))]
    UnknownNamespace {
        /// its URL
        server: String,
        /// as given
        namespace: String,
        /// the nearest name
        suggestion: Option<String>,
    },
    /// the snapshot cannot be written
    #[error("cannot write the snapshot {}: {detail}", path.display())]
    Save {
        /// which file
        path: PathBuf,
        /// why
        detail: String,
    },
    /// threads, sockets
    #[error("cannot start: {detail}")]
    Runtime {
        /// why
        detail: String,
    },
}

fn hint(suggestion: Option<&str>, known: &[String]) -> String {
    match (suggestion, known) {
        (Some(name), _) => format!(" (did you mean {name}?)"),
        (None, []) => String::new(),
        (None, names) if names.len() <= 10 => format!(" (there are: {})", names.join(", ")),
        (None, names) => format!(" (there are: {}, and {} more)", names[..10].join(", "), names.len() - 10),
    }
}

/// The name nearest to what was typed, when it is near.
pub(super) fn nearest<'n>(typed: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    names
        .into_iter()
        .map(|n| (strsim::damerau_levenshtein(typed, n), n))
        .filter(|(d, n)| *d <= 2.max(typed.chars().count() / 3) || (typed.len() > 2 && n.contains(typed)))
        .min()
        .map(|(_, n)| n.to_owned())
}

/// An error with all its causes, each once, innermost last, on one line.
pub(super) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut out = String::new();
    let mut at = Some(error);
    while let Some(e) = at {
        let words = e.to_string();
        let words = words.lines().next().unwrap_or_default().trim();
        if !words.is_empty() && !out.contains(words) {
            if !out.is_empty() {
                out.push_str(": ");
            }
            out.push_str(words);
        }
        at = e.source();
    }
    out
}

impl ConnectError {
    /// What went wrong on the wire, by the words of its causes.
    pub(super) fn transport(server: &str, words: &str) -> ConnectError {
        let server = server.to_owned();
        let low = words.to_lowercase();
        let says = |parts: &[&str]| parts.iter().any(|p| low.contains(p));
        let tls =
            |detail: &str, remedy| ConnectError::Tls { server: server.clone(), detail: detail.to_owned(), remedy };
        if says(&["received fatal alert"]) {
            return tls(
                &format!("it refused our certificate ({})", last(words)),
                "the client certificate of the kubeconfig is not valid for this cluster or has expired: get a new one",
            );
        }
        if says(&["certificate expired", "certificateexpired", "invalid peer certificate: expired", "not valid after"])
        {
            return tls(
                "its certificate has expired",
                "renew it (kubeadm certs renew apiserver), or check this machine's clock",
            );
        }
        if says(&["not valid yet", "notvalidyet"]) {
            return tls("its certificate is not valid yet", "check the clocks of this machine and of the server");
        }
        if says(&["notvalidforname", "not valid for name", "certificate not valid for"]) {
            return tls(
                "its certificate is for another name",
                "use a name of the certificate as server, or set tls-server-name in the kubeconfig",
            );
        }
        if says(&[
            "unknownissuer",
            "unknown issuer",
            "unknown ca",
            "not trusted",
            "unable to get local issuer",
            "self-signed",
        ]) {
            return tls(
                "its certificate is signed by an authority we do not know",
                "put the cluster's CA into certificate-authority of the kubeconfig",
            );
        }
        if says(&["invalid peer certificate", "certificate"]) {
            return tls(&last(words), "check certificate-authority and server in the kubeconfig");
        }
        if says(&["corrupt message", "invalidcontenttype", "invalid content type"]) {
            let detail = "it does not speak TLS on this port".to_owned();
            return ConnectError::NotKubernetes { server, detail };
        }
        ConnectError::Unreachable { server, detail: last(words) }
    }
}

/// The innermost cause.
fn last(words: &str) -> String {
    let parts: Vec<&str> = words.split(": ").collect();
    let from = parts.len().saturating_sub(2);
    parts[from..].join(": ")
}
