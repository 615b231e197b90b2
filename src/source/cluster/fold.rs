//! `Deployment -> ReplicaSet -> Pod` is one decision of one person, and is audited once: at the top. What an owner in the listing has made
//! is counted there and goes no further, unless it is not what its owner's template says (see `shape`).
//!
//! Kinds arrive in any order. An object whose owner's kind is still being listed waits; when that kind is done, and the owner was not in it,
//! the object is audited itself. So nothing is lost when owners cannot be read, and nothing is judged twice when they can.

use super::page::{Cut, Owner, Uid};
use super::shape::{self, Shape};
use super::spill::{Kept, Spill};
use super::{Drift, Folding, Item, Owned, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Something with a pod template that was seen.
struct Known {
    shape: Shape,
    api_version: Arc<str>,
    kind: Arc<str>,
    namespace: String,
    name: String,
    /// into what it was folded itself
    into: Option<Uid>,
    pods: u64,
}

struct Waiting {
    api_version: Arc<str>,
    kind: Arc<str>,
    cut: Cut,
    owner: Uid,
    kept: Kept,
}

/// What folding came to.
pub(super) struct Folded {
    pub folding: Folding,
    /// things a person should know
    pub notes: Vec<String>,
    /// kinds of which an object was lost, and why
    pub lost: Vec<(String, String)>,
}

/// group and kind
type Kind = (String, String);

/// The state of folding.
pub(super) struct Fold {
    known: HashMap<Uid, Known>,
    pending: HashSet<Kind>,
    waiting: HashMap<Kind, Vec<Waiting>>,
    spill: Spill,
    /// (owner, shape) -> number of the drift
    drifted: HashMap<(Uid, u64), usize>,
    drift: Vec<Drift>,
    /// objects folded, by kind
    folded: BTreeMap<String, u64>,
    /// objects that could not wait, and were audited on their own
    notes: Vec<String>,
    /// kinds of which objects were lost, and why
    lost: Vec<(String, String)>,
}

impl Fold {
    /// `kinds` are those that will be listed.
    pub(super) fn new(kinds: impl IntoIterator<Item = Kind>, spill: Spill) -> Fold {
        Fold {
            known: HashMap::new(),
            pending: kinds.into_iter().collect(),
            waiting: HashMap::new(),
            spill,
            drifted: HashMap::new(),
            drift: Vec::new(),
            folded: BTreeMap::new(),
            notes: Vec::new(),
            lost: Vec::new(),
        }
    }

    /// Takes an object; `emit` gets it when it must be audited itself.
    pub(super) fn add(&mut self, api_version: &Arc<str>, kind: &Arc<str>, cut: Cut, emit: &mut dyn FnMut(Item)) {
        let shape = shape::of(kind, &cut.bytes);
        if &**kind != "Pod"
            && let Some(shape) = &shape
        {
            let known = Known {
                shape: shape.clone(),
                api_version: api_version.clone(),
                kind: kind.clone(),
                namespace: cut.namespace.clone(),
                name: cut.name.clone(),
                into: None,
                pods: 0,
            };
            self.known.insert(cut.uid, known);
        }
        match cut.owner.clone().filter(|_| shape.is_some()) {
            // Waiting even where the owner is known already: so objects of one owner are judged in the order of their own list, and
            // which one stands for those that drifted does not depend on which answer came first.
            Some(Owner { group, kind: of, uid }) if self.pending.contains(&(group.clone(), of.clone())) => {
                self.wait((group, of), api_version, kind, cut, uid, emit);
            }
            Some(Owner { uid, .. }) if self.known.contains_key(&uid) => self.settle(api_version, kind, cut, uid, emit),
            _ => emit(item(api_version, kind, cut)),
        }
    }

    fn wait(
        &mut self,
        of: Kind,
        api_version: &Arc<str>,
        kind: &Arc<str>,
        mut cut: Cut,
        owner: Uid,
        emit: &mut dyn FnMut(Item),
    ) {
        match self.spill.keep(std::mem::take(&mut cut.bytes)) {
            Ok(kept) => {
                let waiting = Waiting { api_version: api_version.clone(), kind: kind.clone(), cut, owner, kept };
                self.waiting.entry(of).or_default().push(waiting);
            }
            Err((bytes, e)) => {
                let note = format!(
                    "there was no room on disk for objects that wait for their owner, so some were audited on their own: {e}"
                );
                if !self.notes.contains(&note) {
                    self.notes.push(note);
                }
                cut.bytes = bytes;
                emit(item(api_version, kind, cut));
            }
        }
    }

    /// A kind is done, completely or not: nothing more of it will come.
    pub(super) fn finish(&mut self, group: &str, kind: &str, emit: &mut dyn FnMut(Item)) {
        let of = (group.to_owned(), kind.to_owned());
        self.pending.remove(&of);
        for mut waiting in self.waiting.remove(&of).unwrap_or_default() {
            match self.spill.take(waiting.kept) {
                Ok(bytes) => waiting.cut.bytes = bytes,
                Err(e) => {
                    let name = named(&waiting.cut.namespace, &waiting.cut.name);
                    self.lost.push((
                        waiting.kind.to_string(),
                        format!("{name} was written to disk and cannot be read back: {e}"),
                    ));
                    continue;
                }
            }
            if self.known.contains_key(&waiting.owner) {
                self.settle(&waiting.api_version, &waiting.kind, waiting.cut, waiting.owner, emit);
            } else {
                emit(item(&waiting.api_version, &waiting.kind, waiting.cut));
            }
        }
    }

    /// The owner is known: folds the object into it, or finds it different.
    fn settle(&mut self, api_version: &Arc<str>, kind: &Arc<str>, cut: Cut, owner: Uid, emit: &mut dyn FnMut(Item)) {
        let Some(found) = self.known.get_mut(&owner) else { return };
        let shape = shape::of(kind, &cut.bytes).unwrap_or_default();
        let same = shape == found.shape;
        let is_pod = &**kind == "Pod";
        if is_pod {
            found.pods += 1;
        }
        if !same && (is_pod || runs(&cut.bytes)) {
            let differences = shape.differences(&found.shape);
            let owner_name = format!("{} {}", found.kind, named(&found.namespace, &found.name));
            let key = (owner, shape.number());
            if let Some(&number) = self.drifted.get(&key) {
                self.drift[number].count += 1;
            } else {
                self.drifted.insert(key, self.drift.len());
                self.drift.push(Drift {
                    owner: owner_name,
                    kind: kind.to_string(),
                    example: named(&cut.namespace, &cut.name),
                    count: 1,
                    differences,
                });
                // One of each shape is audited.
                return emit(item(api_version, kind, cut));
            }
        }
        if !is_pod && let Some(me) = self.known.get_mut(&cut.uid) {
            me.into = Some(owner);
        }
        *self.folded.entry(kind.to_string()).or_default() += 1;
    }

    /// The account. Whatever still waits (a kind that never ended) is audited itself.
    pub(super) fn close(mut self, emit: &mut dyn FnMut(Item)) -> Folded {
        for (group, kind) in self.pending.clone() {
            self.finish(&group, &kind, emit);
        }
        let mut pods: HashMap<Uid, u64> = HashMap::new();
        for (uid, known) in self.known.iter().filter(|(_, k)| k.pods > 0) {
            // Owners of owners; a cycle would be a lie of the server, and ends here.
            let mut top = *uid;
            for _ in 0..8 {
                match self.known.get(&top).and_then(|k| k.into) {
                    Some(up) => top = up,
                    None => break,
                }
            }
            *pods.entry(top).or_default() += known.pods;
        }
        let mut owned: Vec<Owned> = pods
            .into_iter()
            .filter_map(|(uid, pods)| {
                let k = self.known.remove(&uid)?;
                Some(Owned { api_version: k.api_version, kind: k.kind, namespace: k.namespace, name: k.name, pods })
            })
            .collect();
        owned.sort();
        self.drift.sort();
        let folding = Folding { owned, folded: self.folded, drift: self.drift, spilled: self.spill.spilled };
        Folded { folding, notes: self.notes, lost: self.lost }
    }
}

/// Whether something that makes pods has any now: an old ReplicaSet kept for a rollback has none, nor has a Job that ended.
fn runs(object: &[u8]) -> bool {
    let Some(status) = json::path(object, &["status"]).and_then(|s| json::members(s).ok()) else { return true };
    let wanted = json::path(object, &["spec", "replicas"]).is_some_and(|n| n != b"0");
    let any = |key| json::get(&status, key).is_some_and(|n| n != b"0");
    any("replicas") || any("active") || wanted
}

fn named(namespace: &str, name: &str) -> String {
    if namespace.is_empty() { name.to_owned() } else { format!("{namespace}/{name}") }
}

fn item(api_version: &Arc<str>, kind: &Arc<str>, cut: Cut) -> Item {
    Item {
        api_version: api_version.clone(),
        kind: kind.clone(),
        namespace: cut.namespace,
        name: cut.name,
        bytes: cut.bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::cluster::page::{Stamp, cut};
    use proptest::prelude::*;

    fn object(kind: &str, number: usize, owner: Option<(&str, usize)>, image: u8) -> Cut {
        let uid = |kind: &str, n: usize| format!("{:08x}-0000-0000-0000-{:012x}", kind.as_bytes()[0], n);
        let spec = serde_json::json!({"containers": [{"name": "a", "image": format!("i:{image}")}]});
        let owners = owner.map(|(kind, n)| {
            serde_json::json!([{"apiVersion": "apps/v1", "kind": kind, "uid": uid(kind, n), "controller": true}])
        });
        let spec = if kind == "Pod" { spec } else { serde_json::json!({"replicas": 1, "template": {"spec": spec}}) };
        let list = serde_json::json!({"kind": format!("{kind}List"), "items": [{
            "metadata": {"name": format!("{kind}-{number:03}"), "uid": uid(kind, number), "ownerReferences": owners}, "spec": spec}]});
        let stamp = Stamp { api_version: if kind == "Pod" { "v1" } else { "apps/v1" }, kind };
        cut(list.to_string().as_bytes(), &stamp).unwrap().items.remove(0)
    }

    /// Folds three lists, each in its order, interleaved as told; owners of `missing` kinds are not listed.
    fn fold(lists: &[Vec<Cut>; 3], turns: &[usize], listed: [bool; 3]) -> (Vec<Item>, Folding) {
        const KINDS: [(&str, &str); 3] = [("apps", "Deployment"), ("apps", "ReplicaSet"), ("", "Pod")];
        let kinds = (0..3).filter(|k| listed[*k]).map(|k| (KINDS[k].0.to_owned(), KINDS[k].1.to_owned()));
        let mut fold = Fold::new(kinds, Spill::new(std::env::temp_dir(), 1 << 20));
        let mut out = Vec::new();
        let mut emit = |i: Item| out.push(i);
        let mut next = [0; 3];
        let rest = (0..3).flat_map(|k| std::iter::repeat_n(k, lists[k].len() + 1));
        for k in turns.iter().copied().chain(rest).filter(|k| listed[*k]) {
            let api_version: Arc<str> = if k == 2 { "v1" } else { "apps/v1" }.into();
            match lists[k].get(next[k]) {
                Some(cut) => fold.add(&api_version, &KINDS[k].1.into(), cut.clone(), &mut emit),
                None if next[k] == lists[k].len() => fold.finish(KINDS[k].0, KINDS[k].1, &mut emit),
                None => continue,
            }
            next[k] += 1;
        }
        let folding = fold.close(&mut emit).folding;
        out.sort();
        (out, folding)
    }

    proptest! {
        #[test]
        fn the_order_of_answers_does_not_matter(
            images in prop::collection::vec((0u8..3, 0u8..3), 1..6),
            pods in prop::collection::vec((0usize..8, 0u8..3), 0..20),
            turns in prop::collection::vec(0usize..3, 0..60),
            listed in prop::array::uniform3(any::<bool>()),
        ) {
            let deployments = images.iter().enumerate().map(|(i, (d, _))| object("Deployment", i, None, *d)).collect();
            let sets = images.iter().enumerate().map(|(i, (_, r))| object("ReplicaSet", i, Some(("Deployment", i)), *r)).collect();
            let pods = pods.iter().enumerate().map(|(i, (owner, image))| object("Pod", i, Some(("ReplicaSet", *owner)), *image)).collect();
            let lists: [Vec<Cut>; 3] = [deployments, sets, pods];
            let (items, folding) = fold(&lists, &turns, listed);
            prop_assert_eq!(&fold(&lists, &[], listed), &(items.clone(), folding.clone()));
            // Nothing is lost: every object is audited, folded, or stands behind another of its shape.
            let seen: u64 = (0..3).filter(|k| listed[*k]).map(|k| lists[k].len() as u64).sum();
            prop_assert_eq!(items.len() as u64 + folding.folded.values().sum::<u64>(), seen);
            // Every image that runs in a pod is still in front of a check.
            for pod in lists[2].iter().filter(|_| listed[2]) {
                let image = |bytes: &[u8]| String::from_utf8_lossy(bytes).split("\"i:").nth(1).map(|t| t[..1].to_owned());
                prop_assert!(items.iter().any(|i| image(&i.bytes) == image(&pod.bytes)));
            }
        }
    }
}
