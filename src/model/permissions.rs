//! Effective permissions, as checks ask for them: what the `rbac.*` functions of Rego mean, without saying who works it out.
//!
//! Values that come from a check (`subject`, `rules`, `role_ref`) are JSON of any shape; what makes no sense answers as what grants nothing.

use serde_json::Value;
use std::fmt::Debug;
use std::sync::Arc;

/// Answers about who may do what. A subject is an item of a binding's `subjects` or text such as `ServiceAccount/ns/name`, `User/jane`
/// and `Group/devs`. A namespace `""` means cluster-wide: every namespace, and resources without one.
pub trait Permissions: Send + Sync + Debug {
    /// Whether the subject may do it. `resource` may name a subresource (`pods/exec`); `name` is `""` when the request has none.
    fn can(&self, subject: &Value, request: &Request<'_>) -> bool;

    /// Who may do it, without a name: `[{subject, binding, role}]`, sorted.
    fn subjects(&self, request: &Request<'_>) -> Value;

    /// Bindings that give the subject anything, by its name or a group it is certainly in: `[{kind, namespace, name, role, scope}]`.
    fn bindings(&self, subject: &Value) -> Value;

    /// Names of the primitives that the subject has in a namespace, counting what it has cluster-wide.
    fn primitives(&self, subject: &Value, namespace: &str) -> Value;

    /// In words, the first thing that the subject may do in a namespace and that leads to control of it, or with `""` of the cluster:
    /// `create pods`, `do everything`.
    fn takeover(&self, subject: &Value, namespace: &str) -> Option<&'static str>;

    /// Effective rules of a role, those it aggregates included, each with `role` and `rule` where it stands; `None` for a role that is not known.
    fn rules(&self, kind: &str, namespace: &str, name: &str) -> Option<Value>;

    /// Which of these rules give a primitive: `[{path, verbs_path, text, rule, resources, verbs, names, any_resource}]`; `None` for an unknown primitive.
    fn grants(&self, rules: &Value, primitive: &str) -> Option<Value>;

    /// What a role gives when a binding of this kind and namespace names it: `{builtin, everything, primitives, takeover, ...}`; `None` for a role that
    /// is not known.
    fn granted(&self, binding: &str, namespace: &str, role_ref: &Value) -> Option<Value>;

    /// Who holds a role and where: `{scope, bound, system, namespaces, place, who, holders}`.
    fn reach(&self, kind: &str, namespace: &str, name: &str) -> Value;

    /// Whether anybody who holds the role has this primitive there, be it through other roles.
    fn holder_has(&self, kind: &str, namespace: &str, name: &str, primitive: &str) -> bool;
}

/// One question of [`Permissions::can`] and [`Permissions::subjects`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// lower case
    pub verb: &'a str,
    /// API group; `""` is the core group
    pub group: &'a str,
    /// plural, or plural and subresource
    pub resource: &'a str,
    /// `""` = cluster-wide
    pub namespace: &'a str,
    /// name of the object; `""` = none
    pub name: &'a str,
}

/// Makes the answers out of Roles, ClusterRoles, RoleBindings, ClusterRoleBindings and ServiceAccounts.
pub type Build = fn(&[Value]) -> Arc<dyn Permissions>;
