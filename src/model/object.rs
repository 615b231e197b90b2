//! What is audited: an object with identity, origin and body.

use super::tree::{NodeId, Tree};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Identity of an object inside one origin.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId {
    /// `apps/v1`, `v1`; never empty for an audited object
    pub api_version: Arc<str>,
    /// `Deployment`
    pub kind: Arc<str>,
    /// empty when the object names none
    pub namespace: Arc<str>,
    /// empty when the object has none (`generateName` is shown as `NAME*`)
    pub name: Arc<str>,
}

impl ObjectId {
    /// The API group: what stands before the slash, empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(g, _)| g)
    }
}

/// Where an object came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// A file, or standard input (`path` is `-`).
    File {
        /// path as given or found, relative to the scan root where there is one
        path: Arc<str>,
        /// number of the document in the file, from 0; for lists the list's document
        document: u32,
        /// line on which the object starts, from 1
        line: u32,
        /// the template that `helm template` names in its `# Source:` comment
        template: Option<Arc<str>>,
    },
    /// A live cluster.
    Cluster {
        /// name of the kubeconfig context, or the server's address
        context: Arc<str>,
    },
    /// Made by the run itself (the `Cluster` object of cluster-wide checks).
    Run,
}

impl Origin {
    /// The file, `-` for standard input, empty when there is none.
    pub fn file(&self) -> &str {
        match self {
            Origin::File { path, .. } => path,
            _ => "",
        }
    }
}

/// A fact that the loader saw and that a check may judge (`input.diagnostics`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Diagnostic {
    /// `duplicate-key`, `unknown-field`, `wrong-type`, ...
    pub code: String,
    /// pointer of the field
    pub pointer: String,
    /// one sentence
    pub message: String,
}

/// One object as it was read: a node of a tree, usually its root.
#[derive(Debug)]
pub struct Object<'t> {
    /// who it is
    pub id: ObjectId,
    /// where it is from
    pub origin: Origin,
    /// the tree that holds it
    pub tree: &'t Tree,
    /// its node
    pub node: NodeId,
    /// what the loader saw
    pub diagnostics: Vec<Diagnostic>,
}
