//! What waivers and settings of single checks need to know of an object, gathered only when there is any such thing.

use super::{Job, Loaded, Shared};
use crate::assess::waiver::{Carrier, Comment, Extents, Inline};
use crate::config::matcher::{Container, Subject};
use crate::model::object::{ObjectId, Origin};
use crate::model::tree::{NodeId, Tree};
use crate::policy::kinds;

/// An object's waivers, labels and containers.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub inline: Inline,
    labels: Vec<(String, String)>,
    /// pointer, name, image
    containers: Vec<(String, String, String)>,
}

impl Held {
    /// Calls `f` with the object as waivers see it.
    pub fn subject<R>(&self, id: &ObjectId, origin: &Origin, f: impl FnOnce(&Subject<'_>) -> R) -> R {
        let containers: Vec<Container<'_>> =
            self.containers.iter().map(|(pointer, name, image)| Container { pointer, name, image }).collect();
        f(&Subject { id, origin, labels: &self.labels, containers: &containers })
    }
}

/// Labels and annotations with one of these in their key may be a waiver.
const MARKS: [&str; 9] = [
    "bridgecrew",
    "kube-audit",
    "kubeaudit",
    "audit.kubernetes.io",
    "polaris",
    "kube-linter",
    "kube-score",
    "checkov",
    "kubescape",
];

impl Shared<'_, '_> {
    /// Gathers what there is; `None` when neither the run nor the object has anything to say.
    pub(super) fn hold(
        &self,
        tree: &Tree,
        loaded: &Loaded,
        job: &Job,
        extents: &mut Option<Extents>,
    ) -> Option<Box<Held>> {
        let templates = templates(tree, loaded);
        let places: Vec<(String, NodeId)> = std::iter::once((String::new(), loaded.node)).chain(templates).collect();
        let marked = places.iter().any(|(_, node)| is_marked(tree, *node));
        let asked = !self.settings.waivers.files.is_empty() || !self.settings.checks.is_empty();
        if !(marked || asked || !job.comments.is_empty()) {
            return None;
        }
        let carried: Vec<(String, Pairs, Pairs)> = places
            .iter()
            .map(|(at, node)| (at.clone(), pairs(tree, *node, "labels"), pairs(tree, *node, "annotations")))
            .collect();
        let carriers: Vec<Carrier<'_>> =
            carried.iter().map(|(template, labels, annotations)| Carrier { template, labels, annotations }).collect();
        let first_key = tree.entries(tree.root()).iter().map(|e| e.key_start).min().unwrap_or(u32::MAX);
        let comments: Vec<Comment<'_>> = job
            .comments
            .iter()
            .map(|c| Comment {
                line: c.line,
                own_line: c.own_line,
                head: c.own_line && c.start < first_key,
                text: &c.text,
            })
            .collect();
        if !comments.is_empty() && extents.is_none() {
            *extents = Some(Extents::of(tree, &job.text, job.line));
        }
        let extent = |line| extents.as_ref().and_then(|e| e.at(line));
        let inline = self.waivers.inline_of(&loaded.id, &loaded.origin, &carriers, &comments, &extent);
        let mut containers = Vec::new();
        for (at, node) in &places {
            for list in ["initContainers", "containers", "ephemeralContainers"] {
                let items = tree.path(*node, &["spec", list]).map(|l| tree.items(l)).unwrap_or_default();
                for (i, &item) in items.iter().enumerate() {
                    let text = |key| tree.str_at(item, key).unwrap_or("").to_owned();
                    containers.push((format!("{at}/spec/{list}/{i}"), text("name"), text("image")));
                }
            }
        }
        let labels = carried.into_iter().next().map(|(_, labels, _)| labels).unwrap_or_default();
        Some(Box::new(Held { inline, labels, containers }))
    }
}

type Pairs = Vec<(String, String)>;

fn pairs(tree: &Tree, node: NodeId, key: &str) -> Pairs {
    let map = tree.path(node, &["metadata", key]);
    let entries = map.map(|m| tree.entries(m)).unwrap_or_default();
    entries.iter().filter_map(|e| Some((tree.text_of(e.key).to_owned(), tree.as_str(e.value)?.to_owned()))).collect()
}

fn is_marked(tree: &Tree, node: NodeId) -> bool {
    ["labels", "annotations"].iter().filter_map(|k| tree.path(node, &["metadata", k])).any(|map| {
        tree.entries(map).iter().any(|e| {
            let key = tree.text_of(e.key);
            MARKS.iter().any(|m| key.contains(m))
        })
    })
}

/// Pod templates below the object (not the object itself).
fn templates(tree: &Tree, loaded: &Loaded) -> Vec<(String, NodeId)> {
    let Some(steps) = kinds::template_steps(loaded.id.group(), &loaded.id.kind).filter(|s| !s.is_empty()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    crate::policy::normalise::templates(tree, loaded.node, steps, String::new(), &mut found);
    found.into_iter().map(|(node, at)| (at, node)).collect()
}
