//! A live cluster: listed once, honestly, and handed on object by object.
//!
//! The way of the data: [`connect`] (who is there, who are we) -> [`discovery`] (what is served) -> [`targets`] (which of it is needed) ->
//! [`list`] (pages, in a few lanes) -> [`fold`] (what its owner speaks for goes no further) -> the caller. This is the only place that knows
//! `kube`, and the only asynchronous one: [`collect`] has a runtime of its own and calls back on the caller's thread.
//!
//! Invariant: every kind that was asked for has exactly one [`Row`], and its status is `complete` only if the server said so with the last
//! page of its list, or `absent` only if the server's own account of the group is current. All else is a [`Gap`] or a choice.

mod connect;
mod coverage;
mod discovery;
mod error;
mod fold;
mod json;
mod list;
mod page;
mod preflight;
mod proxy;
pub mod publish;
mod redact;
mod request;
mod run;
mod shape;
pub mod snapshot;
mod spill;
mod targets;

pub use error::ConnectError;
pub use preflight::{Permission, Preflight, preflight};
pub use request::Limits;
pub use run::collect;

use crate::model::inventory::{Completeness, Gap};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How a cluster is found and read.
#[derive(Clone, Debug)]
pub struct Options {
    /// this kubeconfig instead of `$KUBECONFIG` and `~/.kube/config`
    pub kubeconfig: Option<PathBuf>,
    /// this context instead of the current one
    pub context: Option<String>,
    /// the service account of the pod we run in
    pub in_cluster: bool,
    /// act as this user
    pub impersonate_user: Option<String>,
    /// and these groups
    pub impersonate_groups: Vec<String>,
    /// refuse kubeconfigs that run a program for credentials
    pub no_exec: bool,
    /// time for such a program
    pub exec_timeout: Duration,
    /// only these namespaces; all when empty
    pub namespaces: Vec<String>,
    /// read Secrets, metadata and type only
    pub secrets: bool,
    /// kinds listed at the same time
    pub concurrency: usize,
    /// objects per page to begin with
    pub page_size: u32,
    /// bounds of single requests
    pub limits: Limits,
    /// time for the whole collection
    pub deadline: Duration,
    /// bytes of objects that may wait for their owner in memory; more wait on disk
    pub max_memory: u64,
    /// where they wait
    pub temporary: PathBuf,
    /// write what was read to this file
    pub save: Option<PathBuf>,
    /// date for the snapshot, RFC 3339
    pub date: String,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            kubeconfig: None,
            context: None,
            in_cluster: false,
            impersonate_user: None,
            impersonate_groups: Vec::new(),
            no_exec: false,
            exec_timeout: Duration::from_secs(30),
            namespaces: Vec::new(),
            secrets: false,
            concurrency: 4,
            page_size: 500,
            limits: Limits::default(),
            deadline: Duration::from_secs(600),
            max_memory: 64 << 20,
            temporary: std::env::temp_dir(),
            save: None,
            date: String::new(),
        }
    }
}

/// One object to audit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// `apps/v1`
    pub api_version: Arc<str>,
    /// `Deployment`
    pub kind: Arc<str>,
    /// empty when it has none
    pub namespace: String,
    /// its name
    pub name: String,
    /// the whole object as compact JSON, apiVersion and kind included
    pub bytes: Vec<u8>,
}

/// The server, and whom it takes us for: the start line of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// its URL
    pub url: String,
    /// the kubeconfig's context; empty in a pod
    pub context: String,
    /// `v1.36.3`; empty when it may not be asked
    pub version: String,
    /// our user name; empty when the server does not say
    pub user: String,
    /// our groups
    pub groups: Vec<String>,
}

/// How one kind was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// empty for the core group
    pub group: String,
    /// version that was listed; empty when none was
    pub version: String,
    /// `Deployment`
    pub kind: String,
    /// `deployments`; empty when the server has none
    pub plural: String,
    /// as which patterns it was asked for
    pub patterns: Vec<String>,
    /// how completely
    pub status: Completeness,
    /// why not completely; empty when it is
    pub reason: String,
    /// HTTP status of the failure; 0 when there is none
    pub http: u16,
    /// objects read, folded ones included
    pub items: u64,
    /// pages read
    pub pages: u32,
    /// moment of the first page
    pub resource_version: String,
    /// namespaces that were read one by one
    pub namespaces: Vec<String>,
    /// incomplete only because `--namespace` says so
    pub chosen: bool,
    /// milliseconds from first request to last page
    pub millis: u64,
}

impl Row {
    fn new(wanted: &targets::Wanted) -> Row {
        let (status, reason) = match &wanted.how {
            targets::How::List { .. } => (Completeness::Complete, String::new()),
            targets::How::Not(status, reason) => (*status, reason.clone()),
        };
        Row {
            group: wanted.group.clone(),
            version: String::new(),
            kind: wanted.kind.clone(),
            plural: String::new(),
            patterns: wanted.patterns.clone(),
            status,
            reason,
            http: 0,
            items: 0,
            pages: 0,
            resource_version: String::new(),
            namespaces: Vec::new(),
            chosen: false,
            millis: 0,
        }
    }
}

/// An owner and how many pods run from its template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Owned {
    /// `apps/v1`
    pub api_version: Arc<str>,
    /// `Deployment`
    pub kind: Arc<str>,
    /// where
    pub namespace: String,
    /// its name
    pub name: String,
    /// pods below it, at any depth
    pub pods: u64,
}

/// Objects that are not what their owner's template says. The first of each shape is audited itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Drift {
    /// `Deployment web/frontend`
    pub owner: String,
    /// `Pod` or `ReplicaSet`
    pub kind: String,
    /// `web/frontend-7d4b9`, the one that is audited
    pub example: String,
    /// how many there are with this shape
    pub count: u64,
    /// `container istio-proxy added`
    pub differences: Vec<String>,
}

/// What was audited once instead of many times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folding {
    /// owners with pods, sorted
    pub owned: Vec<Owned>,
    /// objects that were folded into their owner, by kind
    pub folded: BTreeMap<String, u64>,
    /// objects unlike their owner's template
    pub drift: Vec<Drift>,
    /// bytes that had to wait on disk
    pub spilled: u64,
}

/// What a collection came to, beside the objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// who answered
    pub server: Server,
    /// one per kind that was asked for
    pub rows: Vec<Row>,
    /// what was asked for and could not be read
    pub gaps: Vec<Gap>,
    /// things a person should know: drift, fallbacks, an unverified connection
    pub notes: Vec<String>,
    /// what stands for what
    pub folding: Folding,
    /// requests sent, retries included
    pub requests: u64,
    /// bytes received, decompressed
    pub bytes: u64,
}

/// Told how far a collection is, on the caller's thread.
pub trait Progress {
    /// the server answered
    fn connected(&self, _server: &Server) {}
    /// a kind is being listed
    fn started(&self, _kind: &str) {}
    /// so many objects of it so far, and about so many still to come
    fn page(&self, _kind: &str, _items: u64, _remaining: Option<u64>) {}
    /// a kind is done
    fn done(&self, _row: &Row) {}
}

/// Nobody is told.
pub struct Silent;

impl Progress for Silent {}
