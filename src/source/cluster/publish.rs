//! The only thing that is ever written to a cluster, and only on request: what an audit came to, in a ConfigMap that is there already. So the right to
//! change that one object by its name is enough; nothing is ever created.

use super::Options;
use super::connect;
use super::request::{Failure, Requester, encode};
use super::run::runtime;
use super::{ConnectError, json};
use base64::Engine;
use serde_json::{Map, Value};
use std::time::Duration;
use tokio::time::Instant;

/// Time for writing.
const TIME: Duration = Duration::from_secs(60);

/// What is written, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// namespace of the ConfigMap; `None` = that of the context, or of the pod we run in
    pub namespace: Option<String>,
    /// its name
    pub name: String,
    /// keys and texts
    pub data: Vec<(String, String)>,
    /// keys and bytes; `None` takes an older entry away
    pub binary: Vec<(String, Option<Vec<u8>>)>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// no connection
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// the ConfigMap is not there
    #[error(
        "there is no ConfigMap {name} in namespace {namespace}; create an empty one, the audit only fills it: kubectl create configmap -n {namespace} {name}"
    )]
    Missing {
        /// where
        namespace: String,
        /// which
        name: String,
    },
    /// not allowed
    #[error("ConfigMap {name} in namespace {namespace} may not be changed: {detail}; allow patch on it, by its name")]
    Denied {
        /// where
        namespace: String,
        /// which
        name: String,
        /// the server's words
        detail: String,
    },
    /// anything else
    #[error("ConfigMap {name} in namespace {namespace} could not be changed: {detail}")]
    Failed {
        /// where
        namespace: String,
        /// which
        name: String,
        /// what happened
        detail: String,
    },
}

/// Writes it. Entries of the ConfigMap that are not named stay.
pub fn publish(options: &Options, publication: &Publication) -> Result<(), PublishError> {
    let target = connect::target(options)?;
    let namespace = publication.namespace.clone().unwrap_or_else(|| target.config.default_namespace.clone());
    let runtime = runtime()?;
    let body = body(publication).to_string();
    let path = format!("/api/v1/namespaces/{}/configmaps/{}", encode(&namespace), encode(&publication.name));
    let sent = runtime.block_on(async {
        let client = connect::client(&target, options.exec_timeout).await?;
        let requester = Requester::new(client, options.limits.clone(), Instant::now() + TIME);
        Ok::<_, ConnectError>(requester.change(&path, body.as_bytes()).await)
    });
    runtime.shutdown_background();
    let name = publication.name.clone();
    match sent? {
        Ok(answer) if json::path(&answer, &["kind"]).and_then(json::string).as_deref() == Some("ConfigMap") => Ok(()),
        Ok(_) => {
            let detail = "the server answered with something else than a ConfigMap".to_owned();
            Err(PublishError::Failed { namespace, name, detail })
        }
        Err(Failure::Status { code: 404, .. }) => Err(PublishError::Missing { namespace, name }),
        Err(failure) if failure.code() == 403 => {
            Err(PublishError::Denied { namespace, name, detail: failure.to_string() })
        }
        Err(failure) => Err(PublishError::Failed { namespace, name, detail: failure.to_string() }),
    }
}

/// A merge patch.
fn body(publication: &Publication) -> Value {
    let data = publication.data.iter().map(|(key, text)| (key.clone(), Value::from(text.as_str())));
    let engine = base64::engine::general_purpose::STANDARD;
    let binary = publication.binary.iter().map(|(key, bytes)| {
        let value = bytes.as_ref().map_or(Value::Null, |b| Value::from(engine.encode(b)));
        (key.clone(), value)
    });
    serde_json::json!({"data": data.collect::<Map<_, _>>(), "binaryData": binary.collect::<Map<_, _>>()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_takes_an_older_one_away() {
        let publication = Publication {
            name: "r".into(),
            data: vec![("a".into(), "b".into())],
            binary: vec![("x".into(), Some(vec![1])), ("y".into(), None)],
            ..Publication::default()
        };
        let wanted = serde_json::json!({"data": {"a": "b"}, "binaryData": {"x": "AQ==", "y": null}});
        assert_eq!(body(&publication), wanted);
    }
}
