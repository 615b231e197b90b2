//! Effective permissions that are worked out when a check first asks for them.

use super::inventory::Inventory;
use crate::model::permissions::{Build, Permissions, Request};
use serde_json::Value;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Permissions of an inventory.
pub struct Later {
    inventory: Arc<Inventory>,
    build: Build,
    made: OnceLock<Arc<dyn Permissions>>,
}

impl fmt::Debug for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Later").field("made", &self.made.get().is_some()).finish_non_exhaustive()
    }
}

impl Later {
    /// Those that follow from the roles and bindings of an inventory.
    pub fn new(inventory: &Arc<Inventory>, build: Build) -> Later {
        Later { inventory: inventory.clone(), build, made: OnceLock::new() }
    }

    fn get(&self) -> &dyn Permissions {
        let make = || {
            let objects: Vec<Value> = self.inventory.rbac_objects().map(|item| item.body.value().json()).collect();
            (self.build)(&objects)
        };
        &**self.made.get_or_init(make)
    }
}

impl Permissions for Later {
    fn can(&self, subject: &Value, request: &Request<'_>) -> bool {
        self.get().can(subject, request)
    }

    fn subjects(&self, request: &Request<'_>) -> Value {
        self.get().subjects(request)
    }

    fn bindings(&self, subject: &Value) -> Value {
        self.get().bindings(subject)
    }

    fn primitives(&self, subject: &Value, namespace: &str) -> Value {
        self.get().primitives(subject, namespace)
    }

    fn takeover(&self, subject: &Value, namespace: &str) -> Option<&'static str> {
        self.get().takeover(subject, namespace)
    }

    fn rules(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        self.get().rules(kind, namespace, name)
    }

    fn grants(&self, rules: &Value, primitive: &str) -> Option<Value> {
        self.get().grants(rules, primitive)
    }

    fn granted(&self, binding: &str, namespace: &str, role_ref: &Value) -> Option<Value> {
        self.get().granted(binding, namespace, role_ref)
    }

    fn reach(&self, kind: &str, namespace: &str, name: &str) -> Value {
        self.get().reach(kind, namespace, name)
    }

    fn holder_has(&self, kind: &str, namespace: &str, name: &str, primitive: &str) -> bool {
        self.get().holder_has(kind, namespace, name, primitive)
    }
}
