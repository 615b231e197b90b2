//! Objects that checks may ask for, indexed: what `inventory.get`, `.list` and `.select` answer from.

use super::kinds;
use super::machine;
use super::pack::{Packed, pack};
use super::projection::Reads;
use super::selector;
use crate::model::check::{Check, ReadSet};
use crate::model::object::ObjectId;
use crate::model::tree::{NodeId, Tree};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

/// The pseudo kind of everything with a pod spec.
pub const WORKLOAD: &str = "Workload";

/// What stands among the kinds that a check asks for when it calls `rbac` functions.
const RBAC: &str = "rbac";

/// Kinds that effective permissions follow from.
pub const RBAC_KINDS: [&str; 5] = ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "ServiceAccount"];

/// What is read of them.
const RBAC_READS: [&[&str]; 9] = [
    &["apiVersion"],
    &["kind"],
    &["metadata", "labels"],
    &["metadata", "name"],
    &["metadata", "namespace"],
    &["aggregationRule"],
    &["roleRef"],
    &["rules"],
    &["subjects"],
];

/// What the checks of a run ask for: per pattern, what is read of the answers.
#[derive(Default)]
pub struct Wanted {
    patterns: BTreeMap<String, ReadSet>,
    permissions: bool,
}

impl Wanted {
    /// The union over these checks.
    pub fn of<'c>(checks: impl IntoIterator<Item = &'c Check>) -> Wanted {
        let mut wanted = Wanted::default();
        for check in checks {
            for (kind, reads) in &check.analysis.asks {
                if kind == RBAC {
                    wanted.permissions = true;
                } else {
                    wanted.patterns.entry(kind.clone()).or_default().merge(reads);
                }
            }
        }
        if wanted.permissions {
            let mut reads = ReadSet::default();
            for path in RBAC_READS {
                let leaf = path.iter().fold(&mut reads, |at, key| at.keys.entry((*key).to_owned()).or_default());
                *leaf = ReadSet::everything();
            }
            for kind in RBAC_KINDS {
                wanted.patterns.entry(kind.to_owned()).or_default().merge(&reads);
            }
        }
        wanted
    }

    /// Whether effective permissions are asked for.
    pub fn permissions(&self) -> bool {
        self.permissions
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// What is read of objects of a kind; `None` when nobody asks for it.
    pub fn reads(&self, group: &str, kind: &str) -> Option<Reads> {
        let mut union: Option<ReadSet> = None;
        for (pattern, reads) in &self.patterns {
            if pattern != WORKLOAD && kinds::matches(pattern, group, kind) {
                union.get_or_insert_with(ReadSet::default).merge(reads);
            }
        }
        union.map(|u| Reads::new(&u))
    }

    /// What is read of the pseudo kind.
    pub fn workload(&self) -> Option<Reads> {
        self.patterns.get(WORKLOAD).or_else(|| self.patterns.get("*")).map(Reads::new)
    }
}

/// One object that may be asked for.
#[derive(Clone, Debug)]
pub struct Item {
    /// who; for a workload the object that holds the pod spec
    pub id: ObjectId,
    /// answer to the pseudo kind `Workload`
    pub workload: bool,
    /// position in the input: of objects with equal names the first is found
    pub order: ((u32, u32, u32), u32),
    /// labels that selectors see
    pub labels: Value,
    /// `Kind/name` of the controlling owner
    pub owner: Option<(String, String)>,
    /// what checks read of it
    pub body: Packed,
}

impl Item {
    /// Keeps an object.
    pub fn object(tree: &Tree, id: &ObjectId, root: NodeId, reads: &Reads, buffer: &mut Vec<u8>) -> Item {
        let metadata = tree.get(root, "metadata");
        Item {
            id: id.clone(),
            workload: false,
            order: ((0, 0, 0), 0),
            labels: labels(tree, metadata),
            owner: None,
            body: pack(tree, reads, root, false, buffer),
        }
    }

    /// Keeps a workload; `view` is `{kind, apiVersion, name, namespace, pod, object}`.
    pub fn workload(
        tree: &Tree,
        id: &ObjectId,
        root: NodeId,
        (pod, view): (NodeId, NodeId),
        reads: &Reads,
        buffer: &mut Vec<u8>,
    ) -> Item {
        Item {
            id: id.clone(),
            workload: true,
            order: ((0, 0, 0), 0),
            labels: labels(tree, tree.get(pod, "metadata")),
            owner: owner(tree, root),
            body: pack(tree, reads, view, false, buffer),
        }
    }
}

fn labels(tree: &Tree, metadata: Option<NodeId>) -> Value {
    metadata.and_then(|m| tree.get(m, "labels")).map_or(Value::Null, |l| tree.json(l))
}

fn owner(tree: &Tree, root: NodeId) -> Option<(String, String)> {
    let list = tree.path(root, &["metadata", "ownerReferences"])?;
    let owner = tree
        .items(list)
        .iter()
        .find(|&&o| tree.get(o, "controller").is_some_and(|c| tree.data(c) == crate::model::tree::Data::Bool(true)))?;
    Some((tree.str_at(*owner, "kind")?.to_owned(), tree.str_at(*owner, "name")?.to_owned()))
}

type Group = (bool, Arc<str>, Arc<str>);

/// Objects of a kind by the selector that stands in one field of theirs.
#[derive(Default)]
struct Selectors {
    /// number -> the selector
    of: HashMap<u32, Value>,
    /// namespace -> label that the selector demands -> its value -> numbers
    by_label: HashMap<Arc<str>, HashMap<String, ByText>>,
    /// by namespace: selectors that demand no single label
    others: HashMap<Arc<str>, Vec<u32>>,
}

/// Objects of a kind by the text that stands in one place of theirs: namespace -> text -> numbers.
type Texts = HashMap<Arc<str>, ByText>;

/// Text -> numbers.
type ByText = HashMap<String, Vec<u32>>;

/// An index per kind and place, made when it is first asked for.
type Made<T> = RwLock<HashMap<String, HashMap<String, Arc<T>>>>;

/// The index.
#[derive(Default)]
pub struct Inventory {
    selectors: Made<Selectors>,
    texts: Made<Texts>,
    items: Vec<Item>,
    /// (workload, group, kind) -> its number and range of items
    kinds: BTreeMap<Group, (usize, std::ops::Range<usize>)>,
    /// items by a label: (number of the kind, namespace, key, value)
    labels: HashMap<(usize, Arc<str>, String, String), Vec<u32>>,
}

impl Inventory {
    /// Sorts and indexes.
    pub fn new(mut items: Vec<Item>) -> Inventory {
        items.sort_by(|a, b| {
            let kind = |i: &Item| (i.workload, i.id.kind.clone());
            (kind(a), a.id.group(), &a.id.namespace, &a.id.name, a.order).cmp(&(
                kind(b),
                b.id.group(),
                &b.id.namespace,
                &b.id.name,
                b.order,
            ))
        });
        let owners: std::collections::HashSet<(Arc<str>, String, String)> = items
            .iter()
            .filter(|i| i.workload)
            .map(|i| (i.id.namespace.clone(), i.id.kind.to_string(), i.id.name.to_string()))
            .collect();
        items.retain(|i| {
            i.owner
                .as_ref()
                .is_none_or(|(kind, name)| !owners.contains(&(i.id.namespace.clone(), kind.clone(), name.clone())))
        });
        let mut inventory = Inventory { items, ..Inventory::default() };
        let mut start = 0;
        while start < inventory.items.len() {
            let of = group_of(&inventory.items[start]);
            let len = inventory.items[start..].iter().take_while(|i| group_of(i) == of).count();
            let number = inventory.kinds.len();
            for (i, item) in inventory.items[start..start + len].iter().enumerate() {
                for (k, v) in item.labels.as_object().into_iter().flatten() {
                    if let Some(v) = v.as_str() {
                        let key = (number, item.id.namespace.clone(), k.clone(), v.to_owned());
                        inventory.labels.entry(key).or_default().push((start + i) as u32);
                    }
                }
            }
            inventory.kinds.insert(of, (number, start..start + len));
            start += len;
        }
        inventory
    }

    fn groups<'a>(&'a self, pattern: &'a str) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> + 'a {
        self.kinds.iter().filter_map(move |((workload, group, kind), (number, range))| {
            let fits = if pattern == WORKLOAD { *workload } else { !workload && kinds::matches(pattern, group, kind) };
            fits.then(|| (*number, range.clone()))
        })
    }

    /// Objects of a kind in a namespace; every namespace for `""`.
    pub fn list<'a>(&'a self, kind: &'a str, namespace: &'a str) -> impl Iterator<Item = &'a Item> {
        self.groups(kind).flat_map(move |(_, range)| {
            let items = &self.items[range];
            let (from, to) = if namespace.is_empty() {
                (0, items.len())
            } else {
                (
                    items.partition_point(|i| &*i.id.namespace < namespace),
                    items.partition_point(|i| &*i.id.namespace <= namespace),
                )
            };
            &items[from..to]
        })
    }

    /// One object.
    pub fn get(&self, kind: &str, namespace: &str, name: &str) -> Option<&Item> {
        self.groups(kind).find_map(|(_, range)| {
            let items = &self.items[range];
            let at = items.partition_point(|i| (&*i.id.namespace, &*i.id.name) < (namespace, name));
            items.get(at).filter(|i| &*i.id.namespace == namespace && &*i.id.name == name)
        })
    }

    /// Objects of a kind whose labels match; through the label index when the selector names a label.
    pub fn select<'a>(&'a self, kind: &'a str, namespace: &'a str, by: &Value) -> Vec<&'a Item> {
        let label = equality(by);
        match label {
            Some((key, value)) if !namespace.is_empty() => {
                let namespace: Arc<str> = namespace.into();
                self.groups(kind)
                    .filter_map(|(n, _)| self.labels.get(&(n, namespace.clone(), key.clone(), value.clone())))
                    .flatten()
                    .map(|&i| &self.items[i as usize])
                    .filter(|i| selector::selects(by, &i.labels))
                    .collect()
            }
            _ => self.list(kind, namespace).filter(|i| selector::selects(by, &i.labels)).collect(),
        }
    }

    /// Objects of a kind, in a namespace or (`""`) in all, whose `spec.<field>` selects these labels; a field that is not there is the
    /// empty selector, which selects everything.
    pub fn selecting(&self, kind: &str, namespace: &str, field: &str, labels: &Value) -> Vec<&Item> {
        let index = made(&self.selectors, kind, field, || self.index_selectors(kind, field));
        let mut found: Vec<u32> = if namespace.is_empty() {
            index.of.keys().copied().collect()
        } else {
            let here = index.by_label.get(namespace);
            let labels = labels.as_object().into_iter().flatten();
            let by_label = labels.filter_map(|(k, v)| here?.get(k)?.get(v.as_str()?)).flatten();
            by_label.chain(index.others.get(namespace).into_iter().flatten()).copied().collect()
        };
        found.retain(|n| index.of.get(n).is_some_and(|selector| selector::selects(selector, labels)));
        found.sort_unstable();
        found.into_iter().filter_map(|n| self.items.get(n as usize)).collect()
    }

    fn index_selectors(&self, kind: &str, field: &str) -> Selectors {
        let mut index = Selectors::default();
        for item in self.list(kind, "") {
            let number = self.number(item);
            let selector = match item.body.value().field("spec").field(field) {
                value if value.is_undefined() => serde_json::json!({}),
                value => value.json(),
            };
            let namespace = item.id.namespace.clone();
            match equality(&selector) {
                Some((key, value)) => {
                    let values = index.by_label.entry(namespace).or_default().entry(key).or_default();
                    values.entry(value).or_default().push(number);
                }
                None => index.others.entry(namespace).or_default().push(number),
            }
            index.of.insert(number, selector);
        }
        index
    }

    /// Objects of a kind, in a namespace or (`""`) in all, at whose place stands this text. A place is a path of fields, with `[]` behind a list:
    /// `spec.rules[].http.paths[].backend.service.name`.
    pub fn with_text(&self, kind: &str, namespace: &str, place: &str, text: &str) -> Vec<&Item> {
        let index = made(&self.texts, kind, place, || {
            let mut texts = Texts::new();
            for item in self.list(kind, "") {
                let mut found = std::collections::BTreeSet::new();
                texts_at(&item.body.value(), place, &mut found);
                for text in found {
                    let here = texts.entry(item.id.namespace.clone()).or_default();
                    here.entry(text).or_default().push(self.number(item));
                }
            }
            texts
        });
        let mut found: Vec<u32> = if namespace.is_empty() {
            index.values().filter_map(|here| here.get(text)).flatten().copied().collect()
        } else {
            index.get(namespace).and_then(|here| here.get(text)).cloned().unwrap_or_default()
        };
        found.sort_unstable();
        found.into_iter().filter_map(|n| self.items.get(n as usize)).collect()
    }

    /// Objects that effective permissions follow from.
    pub fn rbac_objects(&self) -> impl Iterator<Item = &Item> {
        RBAC_KINDS.iter().flat_map(|kind| self.list(kind, ""))
    }

    /// The number of one of its objects.
    pub fn number(&self, item: &Item) -> u32 {
        let bytes = (std::ptr::from_ref(item) as usize).saturating_sub(self.items.as_ptr() as usize);
        (bytes / size_of::<Item>()) as u32
    }

    /// Number of objects.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// The index of a kind and place.
fn made<T>(all: &Made<T>, kind: &str, place: &str, make: impl FnOnce() -> T) -> Arc<T> {
    // Nothing inside breaks, and if it did the next would try again.
    let known = all.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(kind).and_then(|k| k.get(place)) {
        return found.clone();
    }
    drop(known);
    let mut all = all.write().unwrap_or_else(PoisonError::into_inner);
    let of_kind = all.entry(kind.to_owned()).or_default();
    of_kind.entry(place.to_owned()).or_insert_with(|| Arc::new(make())).clone()
}

/// Texts at a place of a value.
fn texts_at(value: &machine::value::Value<'_>, place: &str, found: &mut std::collections::BTreeSet<String>) {
    let Some((step, rest)) = place.split_once('.').or(if place.is_empty() { None } else { Some((place, "")) }) else {
        found.extend(value.as_str().map(str::to_owned));
        return;
    };
    match step.strip_suffix("[]") {
        Some(list) => {
            let list = value.field(list);
            if list.is_list() {
                list.entries().for_each(|(_, item)| texts_at(&item, rest, found));
            }
        }
        None => texts_at(&value.field(step), rest, found),
    }
}

fn group_of(item: &Item) -> Group {
    (item.workload, item.id.group().into(), item.id.kind.clone())
}

/// A label that the selector demands, for the index.
fn equality(selector: &Value) -> Option<(String, String)> {
    let map = selector.as_object()?;
    let labels = match map.get("matchLabels") {
        Some(Value::Object(l)) => l,
        Some(_) => return None,
        None if map.contains_key("matchExpressions") => return None,
        None => map,
    };
    labels.iter().find_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(api: &str, kind: &str, namespace: &str, name: &str, labels: Value) -> Item {
        let id =
            ObjectId { api_version: api.into(), kind: kind.into(), namespace: namespace.into(), name: name.into() };
        let workload = kind == "Deployment";
        Item { id, workload, order: ((0, 0, 0), 0), labels, owner: None, body: Packed::default() }
    }

    #[test]
    fn asking_is_exact_for_every_kind() {
        let inventory = Inventory::new(vec![
            item("v1", "Service", "a", "web", json!({"app": "web"})),
            item("apps/v1", "Deployment", "a", "web", json!({"app": "web"})),
            item("networking.k8s.io/v1", "Ingress", "a", "web", json!({"app": "web"})),
            item("serving.knative.dev/v1", "Service", "a", "fn", json!({"app": "web"})),
            item("v1", "Service", "b", "web", json!({"app": "db"})),
        ]);
        let names = |items: Vec<&Item>| {
            items.iter().map(|i| format!("{}/{}/{}", i.id.api_version, i.id.kind, i.id.name)).collect::<Vec<_>>()
        };
        let select = |kind: &str, ns: &str, by: Value| names(inventory.select(kind, ns, &by));
        assert_eq!(select("Service", "a", json!({"app": "web"})), ["v1/Service/web"]);
        assert_eq!(
            select("serving.knative.dev/Service", "a", json!({"app": "web"})),
            ["serving.knative.dev/v1/Service/fn"]
        );
        assert_eq!(
            select("Ingress", "a", json!({"matchLabels": {"app": "web"}})),
            ["networking.k8s.io/v1/Ingress/web"]
        );
        assert_eq!(select("Workload", "a", json!({"app": "web"})), ["apps/v1/Deployment/web"]);
        assert_eq!(select("Workload", "b", json!({"app": "web"})), [""; 0]);
        assert_eq!(select("Service", "", json!({})).len(), 2);
        assert!(inventory.get("Service", "b", "web").is_some() && inventory.get("Service", "b", "x").is_none());
        assert_eq!(inventory.list("Service", "b").count(), 1);
    }
}
