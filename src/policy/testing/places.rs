//! Places that a check covers: what its cases show of each, and the same case in other places.
//!
//! A check covers each container type of `containers` and, for scopes container and pod, a Pod and a pod template, as far as `kinds` lets it;
//! for scope object each of its `kinds`, of which more than [`KINDS_LISTED`] are a table and not looked at one by one. A check claims less with
//! these two keys of its metadata.

use super::{Case, Got, run::identity};
use crate::model::check::{Check, ContainerType, Scope};
use crate::model::pointer;
use crate::model::tree::Tree;
use crate::policy::{kinds, normalise};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A longer list of kinds is a table.
const KINDS_LISTED: usize = 4;

/// Kinds with a pod template that cases of Pods move to.
const TEMPLATES: [(&str, &str); 9] = [
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    ("apps/v1", "ReplicaSet"),
    ("v1", "ReplicationController"),
    ("v1", "PodTemplate"),
    ("argoproj.io/v1alpha1", "Rollout"),
];

/// Where a check looks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// a container of this type
    Type(ContainerType),
    /// a Pod
    Pod,
    /// a pod template of another kind
    Template,
    /// an object of this entry of `kinds`
    Kind(String),
}

impl Place {
    fn words(&self) -> String {
        match self {
            Place::Type(ContainerType::Container) => "a container of `containers`".to_owned(),
            Place::Type(ContainerType::Init) => "an init container".to_owned(),
            Place::Type(ContainerType::Sidecar) => {
                "a sidecar (an init container with restartPolicy: Always)".to_owned()
            }
            Place::Type(ContainerType::Ephemeral) => "an ephemeral container".to_owned(),
            Place::Pod => "a Pod".to_owned(),
            Place::Template => "the pod template of another kind, such as a Deployment".to_owned(),
            Place::Kind(kind) => format!("kind {kind}"),
        }
    }
}

/// What cases show so far.
#[derive(Default)]
pub(super) struct Shown {
    fires: BTreeSet<Place>,
    silent: BTreeSet<Place>,
}

fn admits(check: &Check, api_version: &str, kind: &str) -> bool {
    let group = api_version.rsplit_once('/').map_or("", |(g, _)| g);
    check.kinds.is_empty() || check.kinds.iter().any(|k| kinds::matches(k, group, kind))
}

/// The kinds that cases of Pods move to: one that the check covers, or each that its list names.
fn templates(check: &Check) -> impl Iterator<Item = (&'static str, &'static str)> {
    let most = match check.scope {
        Scope::Container | Scope::Pod => 1,
        Scope::Object if check.kinds.len() <= KINDS_LISTED => KINDS_LISTED,
        _ => 0,
    };
    TEMPLATES.into_iter().filter(|(version, kind)| admits(check, version, kind)).take(most)
}

fn covered(check: &Check) -> Vec<Place> {
    let mut out = Vec::new();
    let pod = admits(check, "v1", "Pod");
    if check.scope == Scope::Container {
        // Only a Pod has ephemeral containers.
        out.extend(check.containers.iter().filter(|t| pod || **t != ContainerType::Ephemeral).map(|t| Place::Type(*t)));
    }
    match check.scope {
        Scope::Container | Scope::Pod => {
            out.extend(pod.then_some(Place::Pod));
            out.extend(templates(check).next().map(|_| Place::Template));
        }
        Scope::Object if check.kinds.len() <= KINDS_LISTED => {
            out.extend(check.kinds.iter().filter(|k| *k != "*").map(|k| Place::Kind(k.clone())));
        }
        _ => {}
    }
    out
}

impl Shown {
    /// Takes in what a case gave on its first object.
    pub(super) fn note(&mut self, check: &Check, object: &Value, got: &Got) {
        let mut tree = Tree::default();
        let root = tree.plant(object);
        tree.set_root(root);
        let id = identity(&tree);
        let (fails, passes) = (got.outcome == "fail", got.outcome == "pass");
        let here = |at: &&String| at.is_empty() || at.starts_with('/');
        let mut add = |place: Place, fires: bool, silent: bool| {
            if fires {
                self.fires.insert(place.clone());
            }
            if silent {
                self.silent.insert(place);
            }
        };
        if check.scope == Scope::Object {
            for kind in check.kinds.iter().filter(|k| kinds::matches(k, id.group(), &id.kind)) {
                add(Place::Kind(kind.clone()), fails && got.at.iter().any(|a| here(&a)), passes);
            }
            return;
        }
        normalise::decode_nulls(&mut tree, root);
        let places = normalise::places(&mut tree, &id, ("", 0, 0), root, &[]);
        for pod in &places.pods {
            let place = if &*id.kind == "Pod" { Place::Pod } else { Place::Template };
            add(place, fails && got.at.iter().any(|a| here(&a)), passes);
            for container in &pod.containers {
                let below = |a: &String| pointer_below(a, &container.pointer).is_some();
                let fires = got.at.iter().any(below);
                add(Place::Type(container.ctype), fires, !fires && (passes || fails));
            }
        }
    }

    /// What is missing, in words.
    pub(super) fn missing(&self, check: &Check) -> Vec<String> {
        let mut out = Vec::new();
        for place in covered(check) {
            if !self.fires.contains(&place) {
                out.push(format!("no case fires in {}, which the check covers", place.words()));
            }
            if !self.silent.contains(&place) {
                out.push(format!("no case passes in {}, which the check covers", place.words()));
            }
        }
        out
    }
}

fn pointer_below<'p>(at: &'p str, place: &str) -> Option<&'p str> {
    at.strip_prefix(place).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The same case in other places that its check covers: a `container` in every list of containers, and every Pod as the pod template of another
/// kind. Verdicts must be the same, and pointers shifted.
pub fn elsewhere(check: &Check, case: &Case) -> Vec<Case> {
    if !case.elsewhere || check.scope == Scope::Cluster || case.expected() == "none" || case.yaml.is_some() {
        return Vec::new();
    }
    let mut objects: Vec<Value> = case.loaded(&|_| Vec::new()).into_iter().map(|l| l.value).collect();
    let is_pod = |o: &&Value| o["kind"] == "Pod" && o["apiVersion"] == "v1" && o["spec"].is_object();
    let Some(pod) = objects.first().filter(is_pod).cloned() else { return Vec::new() };
    let rest = objects.split_off(1);
    let lists = match (&case.container, pod.pointer("/spec/containers/0")) {
        (Some(_), Some(Value::Object(container))) => places_of(check, container),
        _ => Vec::new(),
    };
    let mut out = Vec::new();
    if lists.len() > 1 && admits(check, "v1", "Pod") {
        out.push(moved(check, case, ("v1", "Pod"), &pod, &lists, &rest));
    }
    // What only a Pod can have or be.
    let own = ["/status", "/spec/ephemeralContainers", "/metadata/ownerReferences"];
    if own.iter().all(|p| pod.pointer(p).is_none()) {
        let lists: Vec<_> = lists.into_iter().filter(|(list, _)| *list != "ephemeralContainers").collect();
        out.extend(templates(check).map(|kind| moved(check, case, kind, &pod, &lists, &rest)));
    }
    out
}

/// A container as it stands in each list that the check covers.
fn places_of(check: &Check, container: &Map<String, Value>) -> Vec<(&'static str, Value)> {
    let covers = |t: &ContainerType| check.scope == Scope::Container && check.containers.contains(t);
    // What it says of its own restart decides what type it is.
    if !covers(&ContainerType::Container) || container.contains_key("restartPolicy") {
        return Vec::new();
    }
    let of = |t: ContainerType| {
        let mut container = container.clone();
        let list = match t {
            ContainerType::Container => "containers",
            ContainerType::Ephemeral => "ephemeralContainers",
            _ => "initContainers",
        };
        if t != ContainerType::Container {
            container.insert("name".to_owned(), json!(t.word()));
        }
        if t == ContainerType::Sidecar {
            container.insert("restartPolicy".to_owned(), json!("Always"));
        }
        (list, Value::Object(container))
    };
    ContainerType::ALL.into_iter().filter(covers).map(of).collect()
}

fn moved(
    check: &Check,
    case: &Case,
    (version, kind): (&str, &str),
    pod: &Value,
    lists: &[(&'static str, Value)],
    rest: &[Value],
) -> Case {
    let mut template = json!({"spec": pod["spec"]});
    let mut pointers = Vec::new();
    let mut all: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (list, container) in lists {
        let items = all.entry(list).or_default();
        pointers.push(format!("/spec/{list}/{}", items.len()));
        items.push(container.clone());
    }
    all.into_iter().for_each(|(list, items)| template["spec"][list] = Value::Array(items));
    let mut object = json!({"apiVersion": version, "kind": kind, "metadata": pod["metadata"]});
    let group = version.rsplit_once('/').map_or("", |(g, _)| g);
    let steps = kinds::template_steps(group, kind).unwrap_or_default();
    let mut at = String::new();
    let mut place = &mut object;
    for step in steps {
        pointer::push(&mut at, step);
        place = &mut place[*step];
    }
    if let Value::Object(metadata) = &pod["metadata"]
        && !steps.is_empty()
    {
        let kept = metadata.iter().filter(|(k, _)| ["labels", "annotations"].contains(&k.as_str()));
        let kept: Map<String, Value> = kept.map(|(k, v)| (k.clone(), v.clone())).collect();
        if !kept.is_empty() {
            place["metadata"] = Value::Object(kept);
        }
    }
    place["spec"] = template["spec"].take();
    let is_object = check.scope == Scope::Object;
    let shift = |from: &String| match pointer_below(from, "/spec/containers/0") {
        Some(rest) if !pointers.is_empty() => pointers.iter().map(|p| format!("{at}{p}{rest}")).collect(),
        // The object's own: a template has labels and annotations only.
        _ if from.is_empty() && is_object => vec![String::new()],
        _ if ["/metadata/name", "/metadata/namespace"].contains(&from.as_str()) => vec![from.clone()],
        _ if from.is_empty() || from.starts_with('/') => vec![format!("{at}{from}")],
        _ => vec![from.clone()],
    };
    let place = if lists.len() > 1 { format!("in every container of a {kind}") } else { format!("in a {kind}") };
    let mut objects = vec![object];
    objects.extend_from_slice(rest);
    Case {
        name: format!("{} (the same {place})", case.name),
        at: case.at.iter().flat_map(shift).collect(),
        outcome: Some(case.expected().to_owned()),
        objects,
        object: None,
        container: None,
        pod: None,
        elsewhere: false,
        ..case.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::builtin;
    use crate::policy::testing::read;

    fn cases(text: &str) -> Vec<Case> {
        read("t.yaml", &format!("cases:\n- {text}\n")).expect("cases")
    }

    fn moved_to(id: &str, text: &str) -> Vec<(String, Value, Vec<String>)> {
        let catalog = builtin::catalog();
        let check = catalog.check(id).expect("a check");
        let all = elsewhere(check, &cases(text)[0]);
        all.into_iter().map(|c| (c.objects[0]["kind"].to_string(), c.objects[0].clone(), c.at)).collect()
    }

    #[test]
    fn a_container_stands_in_every_list() {
        let all = moved_to(
            "privileged-container",
            "{name: a, container: {securityContext: {privileged: true}}, at: [/spec/containers/0/securityContext/privileged]}",
        );
        let [(pod, object, at), (template, deployment, template_at)] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((pod.as_str(), template.as_str()), ("\"Pod\"", "\"Deployment\""));
        let lists = ["containers/0", "initContainers/0", "initContainers/1", "ephemeralContainers/0"];
        assert_eq!(at, &lists.map(|l| format!("/spec/{l}/securityContext/privileged")));
        assert!(at.iter().all(|p| object.pointer(p) == Some(&Value::Bool(true))));
        assert_eq!(object.pointer("/spec/initContainers/1/restartPolicy"), Some(&json!("Always")));
        assert_eq!(template_at.len(), 3, "a template has no ephemeral containers");
        assert!(template_at.iter().all(|p| deployment.pointer(p) == Some(&Value::Bool(true))));
    }

    #[test]
    fn a_pod_becomes_a_template_with_its_labels() {
        let all = moved_to(
            "host-pid",
            "{name: a, object: {apiVersion: v1, kind: Pod, metadata: {name: a, labels: {b: c}}, spec: {hostPID: true}}, at: [/spec/hostPID]}",
        );
        let [(_, object, at)] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(at, &["/spec/template/spec/hostPID"]);
        assert_eq!(object["spec"]["template"], json!({"metadata": {"labels": {"b": "c"}}, "spec": {"hostPID": true}}));
    }

    #[test]
    fn what_is_about_one_place_stays() {
        for text in [
            "{name: a, pod: {hostPID: true}, at: [/spec/hostPID], elsewhere: false}",
            "{name: a, pod: {ephemeralContainers: []}}",
            "{name: a, object: {apiVersion: v1, kind: Pod, metadata: {ownerReferences: []}, spec: {}}}",
            "{name: a, object: {apiVersion: v1, kind: Node, spec: {}}, outcome: none}",
        ] {
            assert_eq!(moved_to("host-pid", text), [], "{text}");
        }
    }

    #[test]
    fn says_what_no_case_shows() {
        let catalog = builtin::catalog();
        let check = catalog.check("liveness-probe-missing").expect("a check");
        let mut shown = Shown::default();
        assert_eq!(shown.missing(check).len(), 6, "containers, Pod and template, each twice");
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "a"}, {"name": "b"}]}});
        let got = |outcome: &str, at: &[&str]| Got {
            outcome: outcome.into(),
            at: at.iter().map(|a| (*a).to_owned()).collect(),
            ..Got::default()
        };
        shown.note(check, &pod, &got("fail", &["/spec/containers/1/livenessProbe"]));
        let missing = shown.missing(check);
        assert_eq!(missing.len(), 3, "the first container is silent: {missing:?}");
        assert_eq!(missing[0], "no case passes in a Pod, which the check covers");
    }
}
