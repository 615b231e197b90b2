//! What these credentials can list, asked before anything is read. A no is a hint only: `collect` tries all the same, and records what
//! really happened.

use super::connect;
use super::error::ConnectError;
use super::json;
use super::run::{open, runtime};
use super::targets::{How, resolve};
use super::{Options, Server};
use crate::model::inventory::Completeness;
use std::sync::Arc;

/// One question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Permission {
    /// `Kind` or `group/Kind`
    pub kind: String,
    /// `deployments.apps`; empty when the server does not have the kind
    pub resource: String,
    /// empty = the whole cluster
    pub namespace: String,
    /// whether it may be listed
    pub allowed: bool,
    /// the server's reason, or why it was not asked
    pub reason: String,
}

/// The table.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Preflight {
    /// who answered, and whom it takes us for
    pub server: Server,
    /// sorted
    pub permissions: Vec<Permission>,
    /// things a person should know
    pub notes: Vec<String>,
}

/// Asks the server, kind by kind, what may be listed.
pub fn preflight(options: &Options, kinds: &[String]) -> Result<Preflight, ConnectError> {
    let target = connect::target(options)?;
    let runtime = runtime()?;
    let result = runtime.block_on(ask(target, options, kinds));
    runtime.shutdown_background();
    result
}

async fn ask(target: connect::Target, options: &Options, kinds: &[String]) -> Result<Preflight, ConnectError> {
    let session = open(target, options).await?;
    let mut permissions = Vec::new();
    let mut running = tokio::task::JoinSet::new();
    let gate = Arc::new(tokio::sync::Semaphore::new(options.concurrency.clamp(1, 16)));
    for wanted in resolve(&session.discovery, kinds, options.secrets) {
        let shown = if super::targets::is_built_in(&wanted.group) {
            wanted.kind.clone()
        } else {
            format!("{}/{}", wanted.group, wanted.kind)
        };
        let How::List { plural, namespaced, .. } = &wanted.how else {
            if let How::Not(status, reason) = &wanted.how
                && *status != Completeness::Absent
            {
                let reason = reason.clone();
                permissions.push(Permission {
                    kind: shown,
                    resource: String::new(),
                    namespace: String::new(),
                    allowed: false,
                    reason,
                });
            }
            continue;
        };
        let resource = if wanted.group.is_empty() { plural.clone() } else { format!("{plural}.{}", wanted.group) };
        let places = if *namespaced && !options.namespaces.is_empty() {
            options.namespaces.clone()
        } else {
            vec![String::new()]
        };
        for namespace in places {
            let body = serde_json::json!({
                "apiVersion": "authorization.k8s.io/v1",
                "kind": "SelfSubjectAccessReview",
                "spec": {"resourceAttributes": {"verb": "list", "group": wanted.group, "resource": plural, "namespace": namespace}},
            })
            .to_string();
            let (requester, gate) = (session.requester.clone(), gate.clone());
            let (kind, resource) = (shown.clone(), resource.clone());
            running.spawn(async move {
                let _turn = gate.acquire().await;
                let answer =
                    requester.ask("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body.as_bytes()).await;
                let (allowed, reason) = match answer {
                    Ok(body) => {
                        let status =
                            json::path(&body, &["status"]).and_then(|s| json::members(s).ok()).unwrap_or_default();
                        (json::get(&status, "allowed") == Some(b"true"), json::text(&status, "reason"))
                    }
                    Err(failure) => (false, format!("the question was not answered: {failure}")),
                };
                Permission { kind, resource, namespace, allowed, reason }
            });
        }
    }
    while let Some(answer) = running.join_next().await {
        permissions.extend(answer.ok());
    }
    permissions.sort();
    Ok(Preflight { server: session.server, permissions, notes: session.warnings })
}
