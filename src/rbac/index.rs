//! The index: roles with their effective rules, bindings by subject, and whether a request is allowed.
//!
//! Invariant: what the input does not hold is taken from the table of what Kubernetes itself creates (`bootstrap`), so a binding to `edit`
//! in a lone manifest is understood. A role that stands in the input twice, as in two overlays, has the rules of both.

use super::rule::Rule;
use super::subject::Subject;
use super::{aggregation, bootstrap};
use crate::model::permissions::Request;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

/// Kind, namespace and name of a role. The namespace of a ClusterRole is empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleId {
    /// whether it is a ClusterRole
    pub cluster: bool,
    /// empty for a ClusterRole, or when a manifest names none
    pub namespace: Box<str>,
    /// its name
    pub name: Box<str>,
}

/// A Role or ClusterRole.
#[derive(Debug)]
pub struct Role {
    /// who
    pub id: RoleId,
    /// Kubernetes itself created it, or would
    pub builtin: bool,
    /// its own rules
    pub rules: Vec<Rule>,
    /// labels, for aggregation
    pub labels: Value,
    /// `aggregationRule.clusterRoleSelectors`
    pub selectors: Vec<Value>,
    /// every role whose rules count as this one's, itself first
    pub parts: Vec<u32>,
    /// the reverse: every other role that has this one's rules
    pub wholes: Vec<u32>,
    /// bindings that name it
    pub bindings: Vec<u32>,
    pub(super) powers: [OnceLock<super::primitive::Met>; 2],
}

/// A RoleBinding or ClusterRoleBinding.
#[derive(Debug)]
pub struct Binding {
    /// whether it is a ClusterRoleBinding
    pub cluster: bool,
    /// its namespace
    pub namespace: Box<str>,
    /// its name
    pub name: Box<str>,
    /// Kubernetes itself created it, or would
    pub builtin: bool,
    /// the role it names
    pub role: RoleId,
    /// whom it names
    pub subjects: Vec<Subject>,
}

/// Bindings of one subject: cluster-wide, and by namespace.
#[derive(Debug, Default)]
struct Held {
    cluster: Vec<u32>,
    namespaced: HashMap<Box<str>, Vec<u32>>,
}

/// Who may do what.
#[derive(Debug, Default)]
pub struct Index {
    pub(super) roles: Vec<Role>,
    pub(super) by_id: HashMap<RoleId, Vec<u32>>,
    pub(super) bindings: Vec<Binding>,
    held: HashMap<Subject, Held>,
    accounts: BTreeSet<(Box<str>, Box<str>)>,
}

fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or("")
}

fn is_rbac(object: &Value) -> bool {
    let version = text(object, "/apiVersion");
    version.is_empty() || version.starts_with("rbac.authorization.k8s.io/")
}

impl RoleId {
    /// The role that a `roleRef` means in a binding of this namespace.
    pub fn referred(role_ref: &Value, namespace: &str) -> RoleId {
        RoleId::new(text(role_ref, "/kind"), namespace, text(role_ref, "/name"))
    }

    /// A role by kind; what is not `ClusterRole` is a Role.
    pub fn new(kind: &str, namespace: &str, name: &str) -> RoleId {
        let cluster = kind == "ClusterRole";
        RoleId { cluster, namespace: if cluster { "" } else { namespace }.into(), name: name.into() }
    }

    /// `ClusterRole` or `Role`.
    pub fn kind(&self) -> &'static str {
        if self.cluster { "ClusterRole" } else { "Role" }
    }
}

impl std::fmt::Display for RoleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &*self.namespace {
            "" => write!(f, "{}/{}", self.kind(), self.name),
            namespace => write!(f, "{}/{namespace}/{}", self.kind(), self.name),
        }
    }
}

impl Binding {
    /// `ClusterRoleBinding` or `RoleBinding`.
    pub fn kind(&self) -> &'static str {
        if self.cluster { "ClusterRoleBinding" } else { "RoleBinding" }
    }
}

impl std::fmt::Display for Binding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &*self.namespace {
            "" => write!(f, "{}/{}", self.kind(), self.name),
            namespace => write!(f, "{}/{namespace}/{}", self.kind(), self.name),
        }
    }
}

impl Index {
    /// Indexes Roles, ClusterRoles, RoleBindings, ClusterRoleBindings and ServiceAccounts; other objects are passed over.
    ///
    /// Built-in roles that are not among them are added; built-in bindings only when none is: a list of a cluster's bindings
    /// without one of them means that somebody removed it.
    pub fn new<'v>(objects: impl IntoIterator<Item = &'v Value>) -> Index {
        let mut index = Index::default();
        for object in objects {
            index.add(object);
        }
        let listed = index.bindings.iter().any(|b| b.builtin);
        for object in bootstrap::objects() {
            match text(object, "/kind") {
                "ClusterRole" | "Role" => {
                    let id = RoleId::new(
                        text(object, "/kind"),
                        text(object, "/metadata/namespace"),
                        text(object, "/metadata/name"),
                    );
                    if !index.by_id.contains_key(&id) {
                        index.add(object);
                    }
                }
                _ if !listed => index.add(object),
                _ => {}
            }
        }
        aggregation::connect(&mut index.roles);
        for (number, binding) in index.bindings.iter().enumerate() {
            for &role in index.by_id.get(&binding.role).into_iter().flatten() {
                index.roles[role as usize].bindings.push(number as u32);
            }
            for subject in &binding.subjects {
                let held = index.held.entry(subject.clone()).or_default();
                let list = if binding.cluster {
                    &mut held.cluster
                } else {
                    held.namespaced.entry(binding.namespace.clone()).or_default()
                };
                // A binding may name somebody twice.
                if list.last() != Some(&(number as u32)) {
                    list.push(number as u32);
                }
            }
        }
        index
    }

    fn add(&mut self, object: &Value) {
        let kind = text(object, "/kind");
        let (namespace, name) = (text(object, "/metadata/namespace"), text(object, "/metadata/name"));
        let builtin = bootstrap::is_labelled(object);
        match kind {
            "ServiceAccount" => drop(self.accounts.insert((namespace.into(), name.into()))),
            "Role" | "ClusterRole" if is_rbac(object) => {
                let id = RoleId::new(kind, namespace, name);
                let selectors = object.pointer("/aggregationRule/clusterRoleSelectors").and_then(Value::as_array);
                self.by_id.entry(id.clone()).or_default().push(self.roles.len() as u32);
                self.roles.push(Role {
                    selectors: selectors.filter(|_| id.cluster).cloned().unwrap_or_default(),
                    id,
                    builtin,
                    rules: object.get("rules").map(Rule::read_all).unwrap_or_default(),
                    labels: object.pointer("/metadata/labels").cloned().unwrap_or_default(),
                    parts: Vec::new(),
                    wholes: Vec::new(),
                    bindings: Vec::new(),
                    powers: Default::default(),
                });
            }
            "RoleBinding" | "ClusterRoleBinding" if is_rbac(object) => {
                let cluster = kind == "ClusterRoleBinding";
                let namespace = if cluster { "" } else { namespace };
                let subjects = object.get("subjects").and_then(Value::as_array).into_iter().flatten();
                let role = object.get("roleRef").unwrap_or(&Value::Null);
                self.bindings.push(Binding {
                    cluster,
                    namespace: namespace.into(),
                    name: name.into(),
                    builtin,
                    role: RoleId::referred(role, namespace),
                    subjects: subjects.filter_map(|s| Subject::read(s, namespace)).collect(),
                });
            }
            _ => {}
        }
    }

    /// Service accounts that the input holds: namespace and name, sorted.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.accounts.iter().map(|(namespace, name)| (&**namespace, &**name))
    }

    /// The roles of this name; several when the input has it twice.
    pub fn roles_of(&self, id: &RoleId) -> impl Iterator<Item = &Role> {
        self.by_id.get(id).into_iter().flatten().map(|&r| &self.roles[r as usize])
    }

    /// Every role and binding.
    pub fn all(&self) -> (&[Role], &[Binding]) {
        (&self.roles, &self.bindings)
    }

    /// Rules that count as a role's, with the role they stand in and their place there.
    pub fn effective<'i>(&'i self, role: &'i Role) -> impl Iterator<Item = (&'i Role, usize, &'i Rule)> {
        role.parts
            .iter()
            .map(|&p| &self.roles[p as usize])
            .flat_map(|r| r.rules.iter().enumerate().map(move |(i, rule)| (r, i, rule)))
    }

    /// Bindings that hold for a subject, by any identity it certainly has: those cluster-wide, then those of `namespace` (every one for `None`).
    pub fn bindings_of(&self, subject: &Subject, namespace: Option<&str>) -> Vec<u32> {
        let mut out = Vec::new();
        for held in subject.identities().iter().filter_map(|i| self.held.get(i)) {
            out.extend(&held.cluster);
            match namespace {
                Some("") => {}
                Some(namespace) => out.extend(held.namespaced.get(namespace).into_iter().flatten()),
                None => out.extend(held.namespaced.values().flatten()),
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Whether a subject may do it: cluster-wide bindings, and for a namespace those of the namespace, exactly as the API server decides.
    pub fn allowed(&self, subject: &Subject, request: &Request<'_>) -> bool {
        let allows = |r: &Rule| r.allows(request.verb, request.group, request.resource, request.name);
        subject.is_master()
            || self.bindings_of(subject, Some(request.namespace)).into_iter().any(|b| {
                let role = &self.bindings[b as usize].role;
                self.roles_of(role).any(|role| self.effective(role).any(|(_, _, rule)| allows(rule)))
            })
    }

    /// Whether a subject may ask for a path that is no resource; only cluster-wide bindings can say so.
    pub fn allowed_url(&self, subject: &Subject, verb: &str, path: &str) -> bool {
        subject.is_master()
            || self.bindings_of(subject, Some("")).into_iter().any(|b| {
                let role = &self.bindings[b as usize].role;
                self.roles_of(role).any(|role| self.effective(role).any(|(_, _, rule)| rule.allows_url(verb, path)))
            })
    }
}
