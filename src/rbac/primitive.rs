//! Primitives: what an intruder would look for in a subject's permissions, by name; and which rules give each.
//!
//! A primitive is given by any of its ways, a way by all of its needs, each by any rule of the holder. The table says what a permission *is*;
//! how bad it is where, and what is silent beside what, is said by the checks.

mod table;

use super::rule::{Rule, resource_covers};
use std::sync::LazyLock;

/// One permission: any of the verbs on any of the resources.
#[derive(Debug)]
pub struct Need {
    /// API groups of the resources
    pub groups: &'static [&'static str],
    /// plural, or plural and subresource; `users/*` means any subresource by name
    pub resources: &'static [&'static str],
    /// verbs that matter
    pub verbs: &'static [&'static str],
    /// what `resourceNames` may say
    pub names: Names,
    /// only a ClusterRoleBinding can give it: the resource has no namespace
    pub cluster: bool,
}

/// What a rule's `resourceNames` must be for the rule to count.
#[derive(Clone, Copy, Debug)]
pub enum Names {
    /// absent: a rule that names its objects is as narrow as it can be
    Open,
    /// anything
    Any,
    /// absent, or with one of these
    OneOf(&'static [&'static str]),
    /// with one of these
    Only(&'static [&'static str]),
}

/// A named permission.
#[derive(Debug)]
pub struct Primitive {
    /// name in checks
    pub name: &'static str,
    /// in words, after "may": `read Secrets`
    pub words: &'static str,
    /// whoever has it in the whole cluster, or in a namespace of the control plane, controls the cluster
    pub takeover: bool,
    /// ways to it
    pub ways: &'static [&'static [Need]],
}

pub use table::PRIMITIVES;

/// The primitive of this name.
pub fn named(name: &str) -> Option<usize> {
    PRIMITIVES.iter().position(|p| p.name == name)
}

/// How a rule meets a need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// indices into the rule's `resources`
    pub resources: Vec<usize>,
    /// indices into its `verbs`
    pub verbs: Vec<usize>,
}

impl Need {
    /// Whether and how a rule meets it.
    pub fn met_by(&self, rule: &Rule) -> Option<Match> {
        let listed = |n: &[&str]| rule.names.iter().any(|x| n.contains(&&**x));
        let open = rule.names.is_empty();
        let named = match self.names {
            Names::Open => open,
            Names::Any => true,
            Names::OneOf(names) => open || listed(names),
            Names::Only(names) => !open && listed(names),
        };
        let grouped = rule.groups.iter().any(|g| &**g == "*" || self.groups.contains(&&**g));
        if !named || !grouped {
            return None;
        }
        let at = |list: &[Box<str>], fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
            list.iter().enumerate().filter(|(_, x)| fits(x)).map(|(i, _)| i).collect()
        };
        // A request without a name is never allowed by a rule with names, so such a rule cannot mean creation.
        let useless = |verb: &str, resource: &str| {
            !open && !resource.contains('/') && (verb == "create" || verb == "deletecollection")
        };
        let wanted = |entry: &str, resource: &str| match resource.strip_suffix("/*") {
            None => resource_covers(entry, resource),
            Some(main) => {
                let sub = entry.strip_prefix(main).and_then(|e| e.strip_prefix('/'));
                entry == "*" || sub.is_some_and(|s| !s.is_empty() && s != "*")
            }
        };
        let verbs = at(&rule.verbs, &|v| {
            v == "*" || self.verbs.iter().any(|&w| w == v && self.resources.iter().any(|&r| !useless(w, r)))
        });
        let star = rule.verbs.iter().any(|v| &**v == "*");
        if star && self.verbs.iter().all(|&w| self.resources.iter().all(|&r| useless(w, r))) {
            return None;
        }
        let resources = at(&rule.resources, &|entry| self.resources.iter().any(|&r| wanted(entry, r)));
        (!verbs.is_empty() && !resources.is_empty()).then_some(Match { resources, verbs })
    }
}

/// Which needs are met: one bit each, in the order of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Met(u128);

/// Every need with its bit.
static NEEDS: LazyLock<Vec<&'static Need>> =
    LazyLock::new(|| PRIMITIVES.iter().flat_map(|p| p.ways.iter().flat_map(|w| w.iter())).collect());

/// Ways as bits, by primitive.
static WAYS: LazyLock<Vec<Vec<u128>>> = LazyLock::new(|| {
    let mut bit = 0;
    let mut way = |needs: &[Need]| {
        needs.iter().fold(0, |mask, _| {
            bit += 1;
            mask | 1u128 << (bit - 1)
        })
    };
    PRIMITIVES.iter().map(|p| p.ways.iter().map(|w| way(w)).collect()).collect()
});

impl Met {
    /// What a rule meets when it holds in the whole cluster, or in a namespace.
    pub fn by(rule: &Rule, cluster: bool) -> Met {
        let met = NEEDS.iter().enumerate().filter(|(_, n)| (cluster || !n.cluster) && n.met_by(rule).is_some());
        Met(met.fold(0, |mask, (bit, _)| mask | 1 << bit))
    }

    /// Both together.
    pub fn and(self, other: Met) -> Met {
        Met(self.0 | other.0)
    }

    /// Whether this gives a primitive, by its number.
    pub fn gives(self, primitive: usize) -> bool {
        WAYS.get(primitive).is_some_and(|ways| ways.iter().any(|w| self.0 & w == *w))
    }

    /// In words, the first of its primitives that leads to control of all; everything comes first.
    pub fn takeover(self) -> Option<&'static str> {
        let everything = named("everything").is_some_and(|p| self.gives(p));
        self.primitives().find(|p| p.takeover && (p.name == "everything") == everything).map(|p| p.words)
    }

    /// Every primitive it gives.
    pub fn primitives(self) -> impl Iterator<Item = &'static Primitive> {
        PRIMITIVES.iter().enumerate().filter(move |(i, _)| self.gives(*i)).map(|(_, p)| p)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn gives(rules: serde_json::Value, cluster: bool) -> Vec<&'static str> {
        let rules = Rule::read_all(&rules);
        let met = rules.iter().fold(Met::default(), |m, r| m.and(Met::by(r, cluster)));
        met.primitives().map(|p| p.name).collect()
    }

    #[test]
    fn the_table_is_sound() {
        assert!(NEEDS.len() <= 128);
        let mut names: Vec<_> = PRIMITIVES.iter().map(|p| p.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PRIMITIVES.len());
        let all = json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]);
        let only_named = ["impersonate-administrators", "write-aws-auth"];
        let missing: Vec<_> = names.iter().filter(|n| !gives(all.clone(), true).contains(n)).collect();
        assert_eq!(missing, only_named.iter().collect::<Vec<_>>());
    }

    #[test]
    fn every_primitive_is_documented() {
        let text = include_str!("../../CONTRIBUTING.md");
        for p in PRIMITIVES {
            assert!(text.contains(&format!("`{}`", p.name)), "{} is missing in CONTRIBUTING.md", p.name);
        }
    }

    #[test]
    fn names_narrow() {
        let rule = |verbs: &[&str], names: &[&str]| json!([{"apiGroups": [""], "resources": ["secrets"], "verbs": verbs, "resourceNames": names}]);
        assert_eq!(gives(rule(&["get"], &[]), true), ["read-secrets"]);
        assert!(gives(rule(&["get"], &["tls"]), true).is_empty());
        let token = json!([{"apiGroups": [""], "resources": ["serviceaccounts/token"], "verbs": ["create"], "resourceNames": ["x"]}]);
        assert_eq!(gives(token, false), ["create-named-tokens"]);
        let named = json!([{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"], "resourceNames": ["view"]}]);
        assert_eq!(gives(named, false), ["bind-named-roles"]);
    }

    #[test]
    fn resources_without_namespace_need_the_whole_cluster() {
        let proxy = json!([{"apiGroups": [""], "resources": ["nodes/proxy"], "verbs": ["get"]}]);
        assert_eq!(gives(proxy.clone(), true), ["control-nodes"]);
        assert!(gives(proxy, false).is_empty());
        // A RoleBinding in a namespace does hold for that namespace itself.
        let namespaces = json!([{"apiGroups": [""], "resources": ["namespaces"], "verbs": ["patch"]}]);
        assert_eq!(gives(namespaces, false), ["label-namespaces"]);
    }

    #[test]
    fn needs_are_united_over_rules() {
        let split = json!([
            {"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests/approval"], "verbs": ["update"]},
            {"apiGroups": ["certificates.k8s.io"], "resources": ["signers"], "verbs": ["approve"], "resourceNames": ["kubernetes.io/*"]},
        ]);
        assert_eq!(gives(split.clone(), true), ["approve-certificates", "review-certificates"]);
        assert_eq!(gives(json!([split[0].clone()]), true), ["review-certificates"]);
        let other = json!([split[0].clone(),
            {"apiGroups": ["certificates.k8s.io"], "resources": ["signers"], "verbs": ["approve"], "resourceNames": ["example.com/*"]}]);
        assert_eq!(gives(other, true), ["review-certificates"]);
    }

    #[test]
    fn extras_are_subresources() {
        let extras = |resource: &str| json!([{"apiGroups": ["authentication.k8s.io"], "resources": [resource], "verbs": ["impersonate"]}]);
        assert_eq!(gives(extras("userextras/scopes"), true), ["forge-attributes"]);
        assert!(gives(extras("userextras/*"), true).is_empty());
        assert!(gives(extras("userextras"), true).is_empty());
        assert_eq!(gives(extras("uids"), true), ["forge-attributes"]);
    }
}
