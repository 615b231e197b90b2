//! The index against a slow formulation of its own: rules are spelled out as sets of requests, callers as a user name and a list of groups.

use super::index::{Index, RoleId};
use super::primitive;
use super::subject::Subject;
use crate::model::permissions::{Permissions, Request};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const VERBS: [&str; 4] = ["get", "create", "patch", "impersonate"];
const GROUPS: [&str; 3] = ["", "apps", "example.com"];
const RESOURCES: [&str; 3] = ["pods", "secrets", "widgets"];
const SUBS: [&str; 3] = ["", "exec", "status"];
const NAMES: [&str; 3] = ["", "a", "b"];
const NAMESPACES: [&str; 3] = ["", "one", "two"];

type Tuple = (&'static str, &'static str, String, &'static str);

fn universe() -> Vec<Tuple> {
    let mut all = Vec::new();
    for verb in VERBS {
        for group in GROUPS {
            for resource in RESOURCES {
                for sub in SUBS {
                    let full = if sub.is_empty() { resource.to_owned() } else { format!("{resource}/{sub}") };
                    all.extend(NAMES.map(|name| (verb, group, full.clone(), name)));
                }
            }
        }
    }
    all
}

fn strings(value: &Value, key: &str) -> Vec<String> {
    value[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Every request that a rule allows, by what the documentation says of each field.
fn spelled_out(rule: &Value) -> BTreeSet<Tuple> {
    let (verbs, groups) = (strings(rule, "verbs"), strings(rule, "apiGroups"));
    let (resources, names) = (strings(rule, "resources"), strings(rule, "resourceNames"));
    let in_words = |list: &[String], word: &str| list.contains(&"*".to_owned()) || list.contains(&word.to_owned());
    universe()
        .into_iter()
        .filter(|(verb, group, full, name)| {
            let covered = match full.split_once('/') {
                None => in_words(&resources, full),
                Some((_, sub)) => in_words(&resources, full) || resources.contains(&format!("*/{sub}")),
            };
            let named = names.is_empty() || names.contains(&(*name).to_owned());
            in_words(&verbs, verb) && in_words(&groups, group) && covered && named
        })
        .collect()
}

/// Every request that a role allows: aggregation is repeated until nothing changes.
fn role_requests(objects: &[Value]) -> Vec<(Value, BTreeSet<Tuple>)> {
    let own = |o: &Value| o["rules"].as_array().into_iter().flatten().flat_map(spelled_out).collect::<BTreeSet<_>>();
    let mut roles: Vec<(Value, BTreeSet<Tuple>)> = objects
        .iter()
        .filter(|o| o["kind"] == "Role" || o["kind"] == "ClusterRole")
        .map(|o| (o.clone(), own(o)))
        .collect();
    loop {
        let before: usize = roles.iter().map(|(_, r)| r.len()).sum();
        let known = roles.clone();
        for (object, requests) in &mut roles {
            for selector in object["aggregationRule"]["clusterRoleSelectors"].as_array().into_iter().flatten() {
                for (other, more) in known.iter().filter(|(o, _)| o["kind"] == "ClusterRole") {
                    let wanted = selector["matchLabels"].as_object().into_iter().flatten();
                    if wanted.clone().all(|(k, v)| other["metadata"]["labels"].get(k) == Some(v)) {
                        requests.extend(more.iter().cloned());
                    }
                }
            }
        }
        if roles.iter().map(|(_, r)| r.len()).sum::<usize>() == before {
            return roles;
        }
    }
}

/// Everything a caller may do, by name and groups, in a namespace.
fn slow(objects: &[Value], user: &str, groups: &[&str], namespace: &str) -> BTreeSet<Tuple> {
    let roles = role_requests(objects);
    let mut out = BTreeSet::new();
    for binding in objects.iter().filter(|o| o["kind"].as_str().is_some_and(|k| k.ends_with("Binding"))) {
        let cluster = binding["kind"] == "ClusterRoleBinding";
        let home = binding["metadata"]["namespace"].as_str().unwrap_or("");
        if !cluster && (namespace.is_empty() || home != namespace) {
            continue;
        }
        let means = binding["subjects"].as_array().into_iter().flatten().any(|s| {
            let name = s["name"].as_str().unwrap_or("");
            match s["kind"].as_str() {
                Some("User") => name == user,
                Some("Group") => groups.contains(&name),
                _ => {
                    let of = s["namespace"].as_str().unwrap_or(home);
                    format!("system:serviceaccount:{of}:{name}") == user
                }
            }
        });
        if !means {
            continue;
        }
        for (role, requests) in &roles {
            let same_kind = role["kind"] == binding["roleRef"]["kind"];
            let at_home = role["kind"] == "ClusterRole" || role["metadata"]["namespace"].as_str() == Some(home);
            if same_kind && at_home && role["metadata"]["name"] == binding["roleRef"]["name"] {
                out.extend(requests.iter().cloned());
            }
        }
    }
    out
}

fn some_of(from: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(proptest::sample::select(from), 0..3)
}

fn rule() -> impl Strategy<Value = Value> {
    (
        some_of(&["*", "get", "create", "patch", "impersonate"]),
        some_of(&["*", "", "apps", "example.com"]),
        some_of(&["*", "pods", "pods/exec", "*/exec", "pods/*", "secrets", "widgets/status", "widgets"]),
        some_of(&["", "a", "b"]),
    )
        .prop_map(|(v, g, r, n)| json!({"verbs": v, "apiGroups": g, "resources": r, "resourceNames": n}))
}

fn role() -> impl Strategy<Value = Value> {
    let rules = proptest::collection::vec(rule(), 0..4);
    let labels = proptest::sample::subsequence(vec!["x", "y"], 0..=2);
    let selected = proptest::sample::subsequence(vec!["x", "y"], 0..=2);
    (any::<bool>(), 0..3usize, 1..3usize, rules, labels, selected).prop_map(|(cluster, name, ns, rules, labels, selected)| {
        let labels: serde_json::Map<_, _> = labels.iter().map(|l| ((*l).to_owned(), json!("1"))).collect();
        let selectors: Vec<_> = selected.iter().map(|l| json!({"matchLabels": {*l: "1"}})).collect();
        let name = format!("role-{name}");
        if cluster {
            json!({"kind": "ClusterRole", "metadata": {"name": name, "labels": labels}, "rules": rules,
                   "aggregationRule": {"clusterRoleSelectors": selectors}})
        } else {
            json!({"kind": "Role", "metadata": {"name": name, "namespace": NAMESPACES[ns], "labels": labels}, "rules": rules})
        }
    })
}

fn subject() -> impl Strategy<Value = Value> {
    proptest::sample::select(vec![
        json!({"kind": "User", "name": "jane"}),
        json!({"kind": "User", "name": "system:anonymous"}),
        json!({"kind": "User", "name": "system:serviceaccount:one:app"}),
        json!({"kind": "Group", "name": "system:authenticated"}),
        json!({"kind": "Group", "name": "system:unauthenticated"}),
        json!({"kind": "Group", "name": "system:serviceaccounts"}),
        json!({"kind": "Group", "name": "system:serviceaccounts:one"}),
        json!({"kind": "ServiceAccount", "name": "app"}),
        json!({"kind": "ServiceAccount", "name": "app", "namespace": "one"}),
        json!({"kind": "ServiceAccount", "name": "app", "namespace": "two"}),
    ])
}

fn binding() -> impl Strategy<Value = Value> {
    let subjects = proptest::collection::vec(subject(), 0..3);
    (any::<bool>(), any::<bool>(), 0..4usize, 1..3usize, subjects).prop_map(
        |(cluster, to_cluster, role, ns, subjects)| {
            let kind = if cluster { "ClusterRoleBinding" } else { "RoleBinding" };
            let role = json!({"kind": if to_cluster { "ClusterRole" } else { "Role" }, "name": format!("role-{role}")});
            let mut metadata = json!({"name": "b"});
            if !cluster {
                metadata["namespace"] = json!(NAMESPACES[ns]);
            }
            // The label keeps built-in bindings out, which the slow side does not know.
            metadata["labels"] = json!({"kubernetes.io/bootstrapping": "rbac-defaults"});
            json!({"kind": kind, "metadata": metadata, "roleRef": role, "subjects": subjects})
        },
    )
}

const CALLERS: [(&str, &str, &[&str]); 4] = [
    ("User/jane", "jane", &["system:authenticated"]),
    ("User/system:anonymous", "system:anonymous", &["system:unauthenticated"]),
    (
        "ServiceAccount/one/app",
        "system:serviceaccount:one:app",
        &["system:serviceaccounts", "system:serviceaccounts:one", "system:authenticated"],
    ),
    (
        "ServiceAccount/two/app",
        "system:serviceaccount:two:app",
        &["system:serviceaccounts", "system:serviceaccounts:two", "system:authenticated"],
    ),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn allowed_is_what_the_rules_spell_out(
        roles in proptest::collection::vec(role(), 1..6),
        bindings in proptest::collection::vec(binding(), 1..6),
    ) {
        let objects: Vec<Value> = roles.into_iter().chain(bindings).collect();
        let index = Index::new(&objects);
        for (name, user, groups) in CALLERS {
            let caller = Subject::parse(name).expect("a subject");
            for namespace in NAMESPACES {
                let slow = slow(&objects, user, groups, namespace);
                for (number, (verb, group, resource, name)) in universe().into_iter().enumerate() {
                    let request = Request { verb, group, resource: &resource, namespace, name };
                    let expected = slow.contains(&(verb, group, resource.clone(), name));
                    prop_assert_eq!(index.allowed(&caller, &request), expected, "{} {:?}", caller, request);
                    if number % 11 != 0 {
                        continue;
                    }
                    let listed = index.who_can(&request).iter().any(|g| caller.identities().contains(&g.subject));
                    prop_assert_eq!(listed, expected, "who can {:?} for {}", request, caller);
                }
            }
        }
    }

    #[test]
    fn more_rules_never_take_a_primitive_away(rules in proptest::collection::vec(rule(), 1..5)) {
        let met = |rules: &[Value]| {
            let rules = super::rule::Rule::read_all(&json!(rules));
            rules.iter().fold(primitive::Met::default(), |m, r| m.and(primitive::Met::by(r, true)))
        };
        let (few, all) = (met(&rules[1..]), met(&rules));
        for number in 0..primitive::PRIMITIVES.len() {
            prop_assert!(!few.gives(number) || all.gives(number));
        }
    }

    #[test]
    fn grants_are_given_exactly_when_the_rules_give(rules in proptest::collection::vec(rule(), 1..4)) {
        let index = Index::default();
        let read = super::rule::Rule::read_all(&json!(rules));
        let met = read.iter().fold(primitive::Met::default(), |m, r| m.and(primitive::Met::by(r, true)));
        for (number, p) in primitive::PRIMITIVES.iter().enumerate() {
            let grants = Permissions::grants(&index, &json!(rules), p.name).expect("known");
            prop_assert_eq!(grants.as_array().is_some_and(|g| !g.is_empty()), met.gives(number), "{}", p.name);
        }
    }
}

fn index(objects: Value) -> Index {
    Index::new(objects.as_array().expect("a list"))
}

#[test]
fn a_lone_binding_to_a_built_in_role_is_understood() {
    let index = index(json!([
        {"kind": "RoleBinding", "metadata": {"name": "b", "namespace": "shop"},
         "roleRef": {"kind": "ClusterRole", "name": "edit"}, "subjects": [{"kind": "User", "name": "jane"}]},
    ]));
    let jane = Subject::user("jane");
    let create = Request { verb: "create", group: "apps", resource: "deployments", namespace: "shop", name: "" };
    assert!(index.allowed(&jane, &create));
    assert!(!index.allowed(&jane, &Request { namespace: "other", ..create }));
    assert!(!index.allowed(&jane, &Request { namespace: "", ..create }));
    // From `view`, which `edit` aggregates.
    assert!(
        index.allowed(
            &jane,
            &Request { verb: "list", group: "", resource: "resourcequotas", namespace: "shop", name: "" }
        )
    );
    assert!(index.allowed_url(&jane, "get", "/healthz"));
    assert!(!index.allowed_url(&jane, "get", "/metrics"));
}

#[test]
fn a_role_that_joins_a_built_in_one_reaches_its_holders() {
    let joined = json!({"kind": "ClusterRole", "metadata": {"name": "widgets", "labels": {"rbac.authorization.k8s.io/aggregate-to-view": "true"}},
        "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]});
    let unbound = index(json!([joined])).reach(&RoleId::new("ClusterRole", "", "widgets"));
    assert!(!unbound.bound && !unbound.cluster);
    assert_eq!(unbound.into, ["admin".into(), "edit".into(), "view".into()]);
    let index = index(json!([joined,
        {"kind": "ClusterRoleBinding", "metadata": {"name": "viewers"}, "roleRef": {"kind": "ClusterRole", "name": "view"},
         "subjects": [{"kind": "Group", "name": "system:authenticated"}]}]));
    let reach = index.reach(&RoleId::new("ClusterRole", "", "widgets"));
    assert!(reach.bound && reach.cluster);
    assert_eq!(reach.holders, [Subject::group("system:authenticated")]);
    let read = Request { verb: "get", resource: "secrets", namespace: "any", name: "x", ..Request::default() };
    assert!(index.allowed(&Subject::account("a", "b"), &read));
}

#[test]
fn masters_may_do_everything() {
    let index = index(json!([]));
    let any = Request { verb: "delete", group: "x", resource: "y", ..Request::default() };
    assert!(index.allowed(&Subject::group("system:masters"), &any));
    assert!(!index.allowed(&Subject::user("jane"), &any));
    assert!(index.who_can(&any).iter().any(|g| g.subject.is_master() && g.binding.is_empty()));
}

#[test]
fn what_can_tells_scope_and_origin() {
    let index = index(json!([
        {"kind": "Role", "metadata": {"name": "r", "namespace": "n"}, "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]},
        {"kind": "RoleBinding", "metadata": {"name": "b", "namespace": "n"}, "roleRef": {"kind": "Role", "name": "r"},
         "subjects": [{"kind": "Group", "name": "system:serviceaccounts:n"}]},
    ]));
    let account = Subject::account("n", "x");
    let held = index.what_can(&account);
    let own = held.iter().find(|h| h.namespace.is_some()).expect("one in the namespace");
    assert_eq!((own.namespace, own.binding.as_str(), own.index), (Some("n"), "RoleBinding/n/b", 0));
    assert_eq!(own.origin.to_string(), "Role/n/r");
    assert_eq!(*own.by, Subject::group("system:serviceaccounts:n"));
    assert!(held.iter().any(|h| h.binding == "ClusterRoleBinding/system:discovery"));
}

#[test]
fn thousands_are_fast() {
    let mut objects = Vec::new();
    for i in 0..3000 {
        objects.push(json!({"kind": "ClusterRole", "metadata": {"name": format!("r{i}")},
            "rules": [{"apiGroups": [""], "resources": [format!("res{i}"), "pods"], "verbs": ["get"]}]}));
        objects.push(
            json!({"kind": "RoleBinding", "metadata": {"name": format!("b{i}"), "namespace": format!("n{}", i % 300)},
            "roleRef": {"kind": "ClusterRole", "name": format!("r{i}")},
            "subjects": [{"kind": "ServiceAccount", "name": "app", "namespace": format!("n{}", i % 300)}]}),
        );
    }
    let index = Index::new(&objects);
    let started = std::time::Instant::now();
    for i in 0..3000 {
        let (namespace, resource) = (format!("n{}", i % 300), format!("res{i}"));
        let account = Subject::account(&namespace, "app");
        let request = Request { verb: "get", group: "", resource: &resource, namespace: &namespace, name: "" };
        assert!(index.allowed(&account, &request));
    }
    // Generous: it is a debug build on a busy machine. Without an index it would be minutes.
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}
