//! A subject, and the identities it certainly has: its own name and the groups that Kubernetes puts it in by itself.

use serde_json::Value;
use std::fmt;

/// Who a binding can name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// a group of users
    Group(Box<str>),
    /// a service account
    ServiceAccount {
        /// its namespace; empty when a manifest names none
        namespace: Box<str>,
        /// its name
        name: Box<str>,
    },
    /// a user; never one whose name is that of a service account
    User(Box<str>),
}

/// The group that may do everything, whatever the roles say.
pub const MASTERS: &str = "system:masters";
const AUTHENTICATED: &str = "system:authenticated";
const UNAUTHENTICATED: &str = "system:unauthenticated";
const ANONYMOUS: &str = "system:anonymous";
const ALL_ACCOUNTS: &str = "system:serviceaccounts";

/// How many a subject stands for. Order: widest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// callers without credentials
    Anyone,
    /// everybody with credentials
    Authenticated,
    /// every service account
    Accounts,
    /// every service account of a namespace
    NamespaceAccounts,
    /// somebody in particular
    Named,
    /// a part of Kubernetes itself: a user or group `system:...`
    System,
}

impl Subject {
    /// A user by name; a service account when the name is one's.
    pub fn user(name: &str) -> Subject {
        match name.strip_prefix("system:serviceaccount:").and_then(|s| s.split_once(':')) {
            Some((namespace, name)) => Subject::account(namespace, name),
            None => Subject::User(name.into()),
        }
    }

    /// A group by name.
    pub fn group(name: &str) -> Subject {
        Subject::Group(name.into())
    }

    /// A service account.
    pub fn account(namespace: &str, name: &str) -> Subject {
        Subject::ServiceAccount { namespace: namespace.into(), name: name.into() }
    }

    /// An item of `subjects`; an account without a namespace is of `namespace`, the binding's. `None` when it names nobody.
    pub fn read(value: &Value, namespace: &str) -> Option<Subject> {
        if let Some(text) = value.as_str() {
            return Subject::parse(text);
        }
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or("");
        let name = text("name");
        if name.is_empty() {
            return None;
        }
        match text("kind") {
            "User" => Some(Subject::user(name)),
            "Group" => Some(Subject::group(name)),
            "ServiceAccount" => {
                Some(Subject::account(if text("namespace").is_empty() { namespace } else { text("namespace") }, name))
            }
            _ => None,
        }
    }

    /// `ServiceAccount/ns/name`, `User/name` or `Group/name`; names may hold slashes.
    pub fn parse(text: &str) -> Option<Subject> {
        let (kind, rest) = text.split_once('/').filter(|(_, r)| !r.is_empty())?;
        match kind {
            "User" => Some(Subject::user(rest)),
            "Group" => Some(Subject::group(rest)),
            "ServiceAccount" => rest.split_once('/').map(|(namespace, name)| Subject::account(namespace, name)),
            _ => None,
        }
    }

    /// What bindings may call it: itself, then the groups it certainly is in. Of a group: what every member is.
    ///
    /// Groups that an identity provider adds are unknown here.
    pub fn identities(&self) -> Vec<Subject> {
        let mut all = vec![self.clone()];
        match self {
            Subject::User(name) if &**name == ANONYMOUS => all.push(Subject::group(UNAUTHENTICATED)),
            Subject::User(_) => all.push(Subject::group(AUTHENTICATED)),
            Subject::ServiceAccount { namespace, .. } => {
                all.push(Subject::Group(format!("{ALL_ACCOUNTS}:{namespace}").into()));
                all.push(Subject::group(ALL_ACCOUNTS));
                all.push(Subject::group(AUTHENTICATED));
            }
            Subject::Group(name) => {
                if name.strip_prefix(ALL_ACCOUNTS).is_some_and(|n| n.starts_with(':')) {
                    all.push(Subject::group(ALL_ACCOUNTS));
                }
                if !matches!(&**name, AUTHENTICATED | UNAUTHENTICATED) {
                    all.push(Subject::group(AUTHENTICATED));
                }
            }
        }
        all
    }

    /// Whether it may do everything outside of RBAC.
    pub fn is_master(&self) -> bool {
        *self == Subject::group(MASTERS)
    }

    /// How many it stands for.
    pub fn breadth(&self) -> Breadth {
        match self {
            Subject::ServiceAccount { .. } => Breadth::Named,
            Subject::User(name) | Subject::Group(name) => match &**name {
                ANONYMOUS | UNAUTHENTICATED => Breadth::Anyone,
                AUTHENTICATED => Breadth::Authenticated,
                ALL_ACCOUNTS => Breadth::Accounts,
                n if matches!(self, Subject::Group(_)) && n.starts_with("system:serviceaccounts:") => {
                    Breadth::NamespaceAccounts
                }
                n if n.starts_with("system:") => Breadth::System,
                _ => Breadth::Named,
            },
        }
    }
}

impl fmt::Display for Subject {
    /// As [`Subject::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::User(name) => write!(f, "User/{name}"),
            Subject::Group(name) => write!(f, "Group/{name}"),
            Subject::ServiceAccount { namespace, name } => write!(f, "ServiceAccount/{namespace}/{name}"),
        }
    }
}

impl Subject {
    /// In words, for messages: `ServiceAccount ns/name`, `User jane`.
    pub fn words(&self) -> String {
        match self {
            Subject::ServiceAccount { namespace, name } if namespace.is_empty() => format!("ServiceAccount {name}"),
            _ => self.to_string().replacen('/', " ", 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_and_writes() {
        for text in ["User/jane", "Group/oidc:team/a", "ServiceAccount/ns/name"] {
            assert_eq!(Subject::parse(text).map(|s| s.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Subject::parse("User/system:serviceaccount:a:b"), Some(Subject::account("a", "b")));
        assert_eq!(Subject::parse("Robot/x"), None);
        assert_eq!(Subject::parse("ServiceAccount/alone"), None);
        let account = json!({"kind": "ServiceAccount", "name": "x"});
        assert_eq!(Subject::read(&account, "home"), Some(Subject::account("home", "x")));
        assert_eq!(Subject::read(&json!({"kind": "User"}), ""), None);
        assert_eq!(Subject::read(&json!({"kind": "User", "name": 5}), ""), None);
    }

    #[test]
    fn groups_that_follow() {
        let names = |s: &Subject| s.identities().iter().map(Subject::to_string).collect::<Vec<_>>();
        assert_eq!(
            names(&Subject::account("a", "b")),
            [
                "ServiceAccount/a/b",
                "Group/system:serviceaccounts:a",
                "Group/system:serviceaccounts",
                "Group/system:authenticated"
            ]
        );
        assert_eq!(
            names(&Subject::user("system:anonymous")),
            ["User/system:anonymous", "Group/system:unauthenticated"]
        );
        assert_eq!(names(&Subject::group("system:unauthenticated")), ["Group/system:unauthenticated"]);
        assert_eq!(
            names(&Subject::group("system:serviceaccounts:a")),
            ["Group/system:serviceaccounts:a", "Group/system:serviceaccounts", "Group/system:authenticated"]
        );
        assert_eq!(names(&Subject::group("devs")), ["Group/devs", "Group/system:authenticated"]);
    }
}
