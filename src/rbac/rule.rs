//! A rule of a role, and whether it allows a request: exactly what the API server's RBAC authorizer does.
//!
//! Source: `rbacv1helpers` and `plugin/pkg/auth/authorizer/rbac` of Kubernetes. Traps: `pods/*` is no wildcard; `*` covers subresources; an
//! empty `resourceNames` restricts nothing, and one with names never allows a request that has no name, as `create` and `deletecollection`.

use serde_json::Value;

/// One entry of `rules`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// `verbs`
    pub verbs: Vec<Box<str>>,
    /// `apiGroups`
    pub groups: Vec<Box<str>>,
    /// `resources`
    pub resources: Vec<Box<str>>,
    /// `resourceNames`
    pub names: Vec<Box<str>>,
    /// `nonResourceURLs`
    pub urls: Vec<Box<str>>,
}

fn has(list: &[Box<str>], wanted: &str) -> bool {
    list.iter().any(|x| &**x == "*" || &**x == wanted)
}

impl Rule {
    /// Reads a rule; what is not a list of strings counts as absent.
    pub fn read(value: &Value) -> Rule {
        let list = |key: &str| -> Vec<Box<str>> {
            value
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(Box::from)
                .collect()
        };
        Rule {
            verbs: list("verbs"),
            groups: list("apiGroups"),
            resources: list("resources"),
            names: list("resourceNames"),
            urls: list("nonResourceURLs"),
        }
    }

    /// Reads a list of rules; an item that is no rule keeps its index and grants nothing.
    pub fn read_all(value: &Value) -> Vec<Rule> {
        value.as_array().into_iter().flatten().map(Rule::read).collect()
    }

    /// The rule as in a manifest, empty lists left out.
    pub fn json(&self) -> Value {
        let lists = [
            ("apiGroups", &self.groups),
            ("nonResourceURLs", &self.urls),
            ("resourceNames", &self.names),
            ("resources", &self.resources),
            ("verbs", &self.verbs),
        ];
        let list = |l: &[Box<str>]| Value::from(l.iter().map(|s| Value::from(&**s)).collect::<Vec<_>>());
        Value::Object(lists.into_iter().filter(|(_, l)| !l.is_empty()).map(|(k, l)| (k.to_owned(), list(l))).collect())
    }

    /// Whether the rule allows a request for a resource; `resource` may name a subresource, `name` is empty when the request has none.
    pub fn allows(&self, verb: &str, group: &str, resource: &str, name: &str) -> bool {
        has(&self.verbs, verb) && has(&self.groups, group) && self.covers(resource) && self.names_allow(name)
    }

    /// Whether the rule allows a request for a path that is no resource.
    pub fn allows_url(&self, verb: &str, path: &str) -> bool {
        has(&self.verbs, verb) && self.urls.iter().any(|url| url_covers(url, path))
    }

    /// Whether `resources` covers a resource or subresource.
    pub fn covers(&self, resource: &str) -> bool {
        self.resources.iter().any(|r| resource_covers(r, resource))
    }

    fn names_allow(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|n| &**n == name)
    }

    /// Whether the rule allows everything on every resource.
    pub fn is_everything(&self) -> bool {
        let star = |list: &[Box<str>]| list.iter().any(|x| &**x == "*");
        star(&self.verbs) && star(&self.groups) && star(&self.resources) && self.names.is_empty()
    }

    /// Whether the rule names no resource of the core group, or of all groups: `resources` has `*`.
    pub fn is_any_resource(&self) -> bool {
        self.resources.iter().any(|r| &**r == "*") && has(&self.groups, "") && self.names.is_empty()
    }

    /// Whether it lets a caller ask about itself only.
    pub fn is_self_review(&self) -> bool {
        let own = |g: &str| matches!(g, "authorization.k8s.io" | "authentication.k8s.io");
        self.groups.iter().all(|g| own(g)) && self.resources.iter().all(|r| r.starts_with("selfsubject"))
    }

    /// Whether its verbs change nothing.
    pub fn is_read_only(&self) -> bool {
        self.verbs.iter().all(|v| matches!(&**v, "get" | "list" | "watch"))
    }
}

/// Whether an entry of `resources` covers a resource or subresource: `*`, itself, or `*/sub`.
pub fn resource_covers(entry: &str, resource: &str) -> bool {
    entry == "*"
        || entry == resource
        || resource.split_once('/').is_some_and(|(_, sub)| entry.strip_prefix("*/").is_some_and(|s| s == sub))
}

/// Whether an entry of `nonResourceURLs` covers a path: `*`, itself, or a prefix with `*` at its end.
pub fn url_covers(entry: &str, path: &str) -> bool {
    entry == "*" || entry == path || (entry.ends_with('*') && path.starts_with(entry.trim_end_matches('*')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(verbs: &[&str], groups: &[&str], resources: &[&str], names: &[&str]) -> Rule {
        Rule::read(&json!({"verbs": verbs, "apiGroups": groups, "resources": resources, "resourceNames": names}))
    }

    #[test]
    fn resources_and_subresources() {
        let pods = rule(&["get"], &[""], &["pods"], &[]);
        assert!(pods.allows("get", "", "pods", ""));
        assert!(!pods.allows("get", "", "pods/log", "a"));
        assert!(!pods.allows("get", "apps", "pods", ""));
        assert!(!pods.allows("list", "", "pods", ""));
        assert!(!rule(&["get"], &[""], &["pods/*"], &[]).allows("get", "", "pods/log", "a"));
        assert!(rule(&["get"], &[""], &["*/log"], &[]).allows("get", "", "pods/log", "a"));
        assert!(!rule(&["get"], &[""], &["*/log"], &[]).allows("get", "", "pods", "a"));
        assert!(rule(&["*"], &["*"], &["*"], &[]).allows("create", "", "pods/exec", "a"));
    }

    #[test]
    fn names() {
        let named = rule(&["*"], &[""], &["secrets"], &["tls"]);
        assert!(named.allows("get", "", "secrets", "tls"));
        assert!(!named.allows("get", "", "secrets", "other"));
        assert!(!named.allows("create", "", "secrets", ""));
        assert!(!named.allows("list", "", "secrets", ""));
        assert!(named.allows("list", "", "secrets", "tls"));
        assert!(rule(&["list"], &[""], &["secrets"], &[]).allows("list", "", "secrets", ""));
    }

    #[test]
    fn urls() {
        let rule = Rule::read(&json!({"verbs": ["get"], "nonResourceURLs": ["/healthz", "/debug/*"]}));
        assert!(rule.allows_url("get", "/healthz"));
        assert!(!rule.allows_url("get", "/healthz/etcd"));
        assert!(rule.allows_url("get", "/debug/pprof"));
        assert!(!rule.allows_url("get", "/debug"));
        assert!(!rule.allows_url("post", "/healthz"));
        assert!(url_covers("*", "/anything"));
    }

    #[test]
    fn wrong_types_grant_nothing() {
        let odd = Rule::read(&json!({"verbs": "get", "apiGroups": [1, ""], "resources": {"pods": true}}));
        assert_eq!(odd, Rule { groups: vec!["".into()], ..Rule::default() });
        assert!(Rule::read_all(&json!("rules")).is_empty());
        assert_eq!(Rule::read_all(&json!([7, {"verbs": ["get"]}])).len(), 2);
    }
}
