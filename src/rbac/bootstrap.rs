//! What Kubernetes itself creates: the roles and bindings that every API server has, so that they are known in a lone manifest, too.
//!
//! `bootstrap.json` was read from a kube-apiserver 1.36.3 without a controller manager, so aggregated roles stand there without rules;
//! `tests/rbac_server.rs` compares it with the server and writes it anew.

use serde_json::Value;
use std::sync::LazyLock;

const TABLE: &str = include_str!("bootstrap.json");

static OBJECTS: LazyLock<Vec<Value>> = LazyLock::new(|| serde_json::from_str(TABLE).unwrap_or_default());

/// Objects that exist in every cluster, as in a manifest.
pub fn objects() -> &'static [Value] {
    &OBJECTS
}

/// Whether the object says that it is one of them, as the API server labels it.
pub fn is_labelled(object: &Value) -> bool {
    let label = object.pointer("/metadata/labels").and_then(|l| l.get("kubernetes.io/bootstrapping"));
    label.and_then(Value::as_str) == Some("rbac-defaults")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_labelled() {
        assert!(objects().len() > 120);
        assert!(objects().iter().all(is_labelled));
        assert!(objects().iter().any(|o| o["metadata"]["name"] == "cluster-admin" && o["kind"] == "ClusterRole"));
    }
}
