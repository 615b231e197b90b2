//! The index as checks see it: [`Permissions`] in JSON.

use super::index::{Index, RoleId};
use super::primitive::{self, Match, Met, Need, Primitive};
use super::query::Reach;
use super::rule::Rule;
use super::subject::Subject;
use crate::model::permissions::{Permissions, Request};
use serde_json::{Value, json};
use std::sync::Arc;

/// Makes the answers for a run; see [`crate::model::permissions::Build`].
pub fn build(objects: &[Value]) -> Arc<dyn Permissions> {
    Arc::new(Index::new(objects))
}

/// Most subjects, resources and namespaces that a text lists.
const LISTED: usize = 3;

fn listed<T: AsRef<str>>(items: &[T]) -> String {
    let shown = items.iter().take(LISTED).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match items.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn is_role(kind: &str) -> bool {
    matches!(kind, "ClusterRole" | "Role")
}

fn names(met: Met) -> Vec<&'static str> {
    met.primitives().map(|p| p.name).collect()
}

fn strings(list: impl IntoIterator<Item = impl Into<String>>) -> Value {
    Value::Array(list.into_iter().map(|s| Value::String(s.into())).collect())
}

/// How one rule gives a primitive.
struct Given {
    resources: Vec<usize>,
    verbs: Vec<usize>,
    cluster: bool,
    /// the verb that matters, when it is only one
    verb: Option<&'static str>,
}

/// Rules that give a primitive, for each way by its first need: the others only make it complete.
fn given(rules: &[Rule], primitive: &Primitive) -> Vec<(usize, Given)> {
    let met = |need: &Need| rules.iter().any(|r| need.met_by(r).is_some());
    let mut out: Vec<(usize, Given)> = Vec::new();
    for way in primitive.ways.iter().filter(|way| way.iter().all(met)) {
        let cluster = way.iter().any(|n| n.cluster);
        let verb = way.first().and_then(|n| if let [one] = n.verbs { Some(*one) } else { None });
        for (number, rule) in rules.iter().enumerate() {
            let Some(Match { resources, verbs }) = way.first().and_then(|n| n.met_by(rule)) else { continue };
            match out.iter_mut().find(|(n, _)| *n == number) {
                Some((_, known)) => {
                    known.resources.extend(resources);
                    known.verbs.extend(verbs);
                    known.cluster &= cluster;
                }
                None => out.push((number, Given { resources, verbs, cluster, verb })),
            }
        }
    }
    for (_, given) in &mut out {
        for list in [&mut given.resources, &mut given.verbs] {
            list.sort_unstable();
            list.dedup();
        }
    }
    out.sort_by_key(|(number, _)| *number);
    out
}

fn pointer(number: usize, field: &str, at: &[usize]) -> String {
    match at {
        [one] => format!("/rules/{number}/{field}/{one}"),
        _ => format!("/rules/{number}/{field}"),
    }
}

fn grant(number: usize, given: &Given, rule: &Rule) -> Value {
    let pick = |list: &[Box<str>], at: &[usize]| -> Vec<String> { at.iter().map(|&i| list[i].to_string()).collect() };
    let (resources, verbs) = (pick(&rule.resources, &given.resources), pick(&rule.verbs, &given.verbs));
    let star = verbs.iter().any(|v| v == "*");
    let what = match given.verb {
        Some(verb) if star && verb != "*" => format!("all verbs, {verb} among them,"),
        _ if star => "all verbs".to_owned(),
        _ => listed(&verbs),
    };
    let on = match resources.as_slice() {
        [only] if only == "*" => format!("all resources of {}", groups(rule)),
        _ => listed(&resources),
    };
    let named = if rule.names.is_empty() { String::new() } else { format!(" named {}", listed(&rule.names)) };
    json!({
        "rule": number,
        "path": pointer(number, "resources", &given.resources),
        "verbs_path": pointer(number, "verbs", &given.verbs),
        "text": format!("{what} on {on}{named}"),
        "resources": resources,
        "verbs": verbs,
        "names": strings(rule.names.iter().map(|n| n.to_string())),
        "cluster": given.cluster,
        "any_resource": rule.is_any_resource() && resources.iter().all(|r| r == "*"),
    })
}

fn groups(rule: &Rule) -> String {
    if rule.groups.iter().any(|g| &**g == "*") {
        return "all groups".to_owned();
    }
    listed(&rule.groups.iter().map(|g| if g.is_empty() { "the core group" } else { &**g }).collect::<Vec<_>>())
}

impl Reach {
    fn json(&self) -> Value {
        let place = match self.namespaces.as_slice() {
            _ if self.cluster => "every namespace".to_owned(),
            [one] if one.is_empty() => "its namespace".to_owned(),
            [one] => format!("namespace {one}"),
            [] => "its namespaces".to_owned(),
            more => format!("namespaces {}", listed(more)),
        };
        let who = match (&self.holders[..], &self.into[..]) {
            ([], []) => "nobody at hand".to_owned(),
            ([], into) => format!("whoever has {}", listed(into)),
            (holders, _) => listed(&holders.iter().map(Subject::words).collect::<Vec<_>>()),
        };
        json!({
            "scope": if self.cluster { "cluster" } else { "namespace" },
            "bound": self.bound,
            "system": self.system,
            "namespaces": strings(self.namespaces.iter().map(|n| n.to_string())),
            "place": place,
            "who": who,
            "holders": strings(self.holders.iter().map(Subject::to_string)),
        })
    }
}

impl Permissions for Index {
    fn can(&self, subject: &Value, request: &Request<'_>) -> bool {
        Subject::read(subject, "").is_some_and(|s| self.allowed(&s, request))
    }

    fn subjects(&self, request: &Request<'_>) -> Value {
        let grants = self.who_can(request).into_iter();
        Value::Array(
            grants.map(|g| json!({"subject": g.subject.to_string(), "binding": g.binding, "role": g.role})).collect(),
        )
    }

    fn bindings(&self, subject: &Value) -> Value {
        let Some(subject) = Subject::read(subject, "") else { return json!([]) };
        let mut all: Vec<_> = self.bindings_of(&subject, None).into_iter().map(|b| &self.all().1[b as usize]).collect();
        all.sort_by_key(|b| (!b.cluster, &b.namespace, &b.name));
        let json = |b: &&super::index::Binding| {
            json!({
                "kind": b.kind(), "namespace": b.namespace, "name": b.name, "role": b.role.to_string(),
                "own": b.subjects.contains(&subject), "builtin": b.builtin,
            })
        };
        Value::Array(all.iter().map(json).collect())
    }

    fn primitives(&self, subject: &Value, namespace: &str) -> Value {
        match Subject::read(subject, "") {
            Some(subject) if subject.is_master() => strings(primitive::PRIMITIVES.iter().map(|p| p.name)),
            Some(subject) => strings(names(self.powers(&subject, namespace))),
            None => json!([]),
        }
    }

    fn takeover(&self, subject: &Value, namespace: &str) -> Option<&'static str> {
        self.powers(&Subject::read(subject, "")?, namespace).takeover()
    }

    fn rules(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let id = is_role(kind).then(|| RoleId::new(kind, namespace, name))?;
        self.roles_of(&id).next()?;
        let rules = self.roles_of(&id).flat_map(|role| self.effective(role)).map(|(origin, index, rule)| {
            let mut json = rule.json();
            json["role"] = Value::from(origin.id.to_string());
            json["rule"] = Value::from(index);
            json
        });
        Some(Value::Array(rules.collect()))
    }

    fn grants(&self, rules: &Value, primitive: &str) -> Option<Value> {
        let primitive = &primitive::PRIMITIVES[primitive::named(primitive)?];
        let rules = Rule::read_all(rules);
        let given = given(&rules, primitive);
        Some(Value::Array(given.iter().map(|(number, given)| grant(*number, given, &rules[*number])).collect()))
    }

    fn granted(&self, binding: &str, namespace: &str, role_ref: &Value) -> Option<Value> {
        let cluster = binding == "ClusterRoleBinding";
        let kind = role_ref.get("kind").and_then(Value::as_str)?;
        if !(cluster || binding == "RoleBinding") || !is_role(kind) {
            return None;
        }
        let id = RoleId::referred(role_ref, namespace);
        let roles: Vec<_> = self.roles_of(&id).collect();
        let met = roles.iter().fold(Met::default(), |met, role| met.and(self.role_powers(role, cluster)));
        let rules: Vec<&Rule> = roles.iter().flat_map(|role| self.effective(role)).map(|(_, _, rule)| rule).collect();
        let first = roles.first()?;
        let everything = rules.iter().any(|r| r.is_everything());
        let resources: Vec<&&Rule> = rules.iter().filter(|r| !r.resources.is_empty()).collect();
        let mut out = json!({
            "builtin": first.builtin,
            "everything": everything,
            "primitives": names(met),
            "resources": !resources.is_empty(),
            "self_review": resources.iter().all(|r| r.is_self_review()),
            "urls": cluster && rules.iter().any(|r| !r.urls.is_empty()),
            "read_only": rules.iter().all(|r| r.is_read_only()),
        });
        // Absent, not null: null counts as true in Rego.
        if let Some(words) = met.takeover() {
            out["takeover"] = words.into();
        }
        let of_builtin = roles.iter().flat_map(|role| self.effective(role)).filter(|(origin, _, _)| origin.builtin);
        let of_builtin = of_builtin.fold(Met::default(), |met, (_, _, rule)| met.and(Met::by(rule, cluster)));
        if let Some(words) = of_builtin.takeover() {
            out["builtin_takeover"] = words.into();
        }
        Some(out)
    }

    fn reach(&self, kind: &str, namespace: &str, name: &str) -> Value {
        self.reach(&RoleId::new(kind, namespace, name)).json()
    }

    fn holder_has(&self, kind: &str, namespace: &str, name: &str, primitive: &str) -> bool {
        primitive::named(primitive).is_some_and(|p| Index::holder_has(self, &RoleId::new(kind, namespace, name), p))
    }
}
