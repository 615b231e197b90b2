//! From an object to policy inputs: nulls as Kubernetes decodes them, places, merged security contexts, parsed image references.
//!
//! Everything derived is appended to the object's own tree and points at what is there already, so building an input copies nothing.

use super::image;
use super::kinds;
use crate::model::check::ContainerType;
use crate::model::object::{Diagnostic, Object, ObjectId};
use crate::model::pointer;
use crate::model::tree::{Data, Entry, NO_SPAN, NodeId, Text, Tree};

/// A container of a pod template.
#[derive(Clone, Debug)]
pub struct ContainerPlace {
    /// pointer of the container in the object
    pub pointer: String,
    /// its type
    pub ctype: ContainerType,
    /// its `name`, empty when unset
    pub name: String,
    /// its node
    pub node: NodeId,
    /// `{name, type, spec, security, image}`
    pub view: NodeId,
    /// the policy input
    pub input: NodeId,
}

/// A pod template of an object.
#[derive(Clone, Debug)]
pub struct PodPlace {
    /// pointer of what has `metadata` and `spec`
    pub pointer: String,
    /// the policy input
    pub input: NodeId,
    /// the node of the pod's `spec.securityContext`, when it is a map
    pub security: Option<NodeId>,
    /// its containers: `initContainers`, `containers`, `ephemeralContainers` in this order
    pub containers: Vec<ContainerPlace>,
}

/// The places of an object.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// policy input of scope object
    pub object: NodeId,
    /// pod templates
    pub pods: Vec<PodPlace>,
}

/// `securityContext` fields that a container inherits from its pod.
pub const INHERITED: [&str; 7] = [
    "appArmorProfile",
    "runAsGroup",
    "runAsNonRoot",
    "runAsUser",
    "seLinuxOptions",
    "seccompProfile",
    "windowsOptions",
];

/// Maps from string to string, by field name.
const STRING_MAPS: [&str; 12] = [
    "annotations",
    "binaryData",
    "csi.volumeAttributes",
    "data",
    "labels",
    "limits",
    "matchLabels",
    "nodeSelector",
    "parameters",
    "requests",
    "stringData",
    "volumeAttributes",
];

/// Lists of strings, by field name: a null item is `""` there and `{}` elsewhere.
const STRING_LISTS: [&str; 24] = [
    "accessModes",
    "add",
    "apiGroups",
    "apiVersions",
    "args",
    "command",
    "drop",
    "externalIPs",
    "finalizers",
    "hostnames",
    "hosts",
    "loadBalancerSourceRanges",
    "mountOptions",
    "namespaces",
    "nameservers",
    "nonResourceURLs",
    "operations",
    "policyTypes",
    "resourceNames",
    "resources",
    "searches",
    "values",
    "verbs",
    "except",
];

/// Decodes nulls in place as Kubernetes does: a null field is unset, a null item is its type's zero value, a null in a string map is `""`.
pub fn decode_nulls(tree: &mut Tree, node: NodeId) {
    if tree.nulls() > 0 {
        nulls(tree, node, "");
    }
}

fn nulls(tree: &mut Tree, node: NodeId, field: &str) {
    match tree.data(node) {
        Data::Map { .. } => {
            let empty = STRING_MAPS.contains(&field);
            let children: Vec<(NodeId, String)> =
                tree.entries(node).iter().map(|e| (e.value, tree.text_of(e.key).to_owned())).collect();
            for (child, key) in children {
                if !tree.is_null(child) {
                    nulls(tree, child, &key);
                } else if empty {
                    let text = tree.push_text("");
                    tree.set_data(child, Data::Str(text));
                }
            }
            if !empty {
                tree.retain_entries(node, |t, e| !t.is_null(e.value));
            }
        }
        Data::Seq { .. } => {
            let items: Vec<NodeId> = tree.items(node).to_vec();
            let strings = STRING_LISTS.contains(&field) || items.iter().any(|&i| matches!(tree.data(i), Data::Str(_)));
            for item in items {
                if !tree.is_null(item) {
                    nulls(tree, item, "");
                } else if strings {
                    let text = tree.push_text("");
                    tree.set_data(item, Data::Str(text));
                } else {
                    tree.set_data(item, Data::Map { first: 0, len: 0 });
                }
            }
        }
        _ => {}
    }
}

fn fixed(word: &'static str) -> Text {
    // Every word passed here stands in the tree module's own vocabulary; a test proves it.
    Text::fixed(word).unwrap_or_else(|| Text::fixed("name").unwrap_or_else(|| unreachable!("vocabulary")))
}

/// Finds the places of an object and builds their inputs. Nulls must be decoded already.
pub fn places(
    tree: &mut Tree,
    id: &ObjectId,
    origin: (&str, u32, u32),
    root: NodeId,
    diagnostics: &[Diagnostic],
) -> Places {
    let common = Common::build(tree, id, origin, root, diagnostics);
    let mut places = Places { object: common.input(tree, &[("object", root)]), pods: Vec::new() };
    let Some(steps) = kinds::template_steps(id.group(), &id.kind) else { return places };
    let mut found = Vec::new();
    templates(tree, root, steps, String::new(), &mut found);
    for (node, at) in found {
        if let Some(pod) = pod(tree, &common, node, at) {
            places.pods.push(pod);
        }
    }
    places
}

/// The inventory's view of a workload: `{apiVersion, kind, name, namespace, object, pod}`.
pub fn workload_view(tree: &mut Tree, object_input: NodeId, pod: &PodPlace) -> Option<NodeId> {
    let template = tree.get(pod.input, "pod")?;
    let mut entries = Vec::with_capacity(6);
    for key in ["apiVersion", "kind", "name", "namespace", "object"] {
        entries.push((fixed(key), tree.get(object_input, key)?));
    }
    entries.push((fixed("pod"), template));
    Some(tree.push_derived_map(&entries))
}

/// The input of cluster scope.
pub fn cluster_input(tree: &mut Tree) -> NodeId {
    let id = ObjectId { kind: "Cluster".into(), ..ObjectId::default() };
    let empty = tree.push_derived_map(&[]);
    let common = Common::build(tree, &id, ("", 0, 0), empty, &[]);
    common.input(tree, &[])
}

/// Pod templates below a node, with their pointers.
pub fn templates(tree: &Tree, node: NodeId, steps: &[&str], at: String, found: &mut Vec<(NodeId, String)>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push((node, at));
        return;
    };
    match *step {
        "[]" => {
            for (i, &item) in tree.items(node).iter().enumerate() {
                templates(tree, item, rest, format!("{at}/{i}"), found);
            }
        }
        "{}" => {
            for entry in tree.entries(node) {
                let mut at = at.clone();
                pointer::push(&mut at, tree.text_of(entry.key));
                templates(tree, entry.value, rest, at, found);
            }
        }
        key => {
            if let Some(next) = tree.get(node, key) {
                templates(tree, next, rest, format!("{at}/{key}"), found);
            }
        }
    }
}

fn pod(tree: &mut Tree, common: &Common, node: NodeId, at: String) -> Option<PodPlace> {
    let spec = tree.get(node, "spec").filter(|&s| tree.is_map(s))?;
    let metadata = tree.get(node, "metadata").filter(|&m| tree.is_map(m)).unwrap_or(common.empty);
    let pod = tree.push_derived_map(&[(fixed("metadata"), metadata), (fixed("spec"), spec)]);
    let security = tree.get(spec, "securityContext").filter(|&s| tree.is_map(s));
    let mut containers = Vec::new();
    let mut views = Vec::new();
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        let items: Vec<NodeId> = tree.get(spec, list).map(|l| tree.items(l).to_vec()).unwrap_or_default();
        for (i, item) in items.into_iter().enumerate() {
            let ctype = match list {
                "containers" => ContainerType::Container,
                "ephemeralContainers" => ContainerType::Ephemeral,
                _ if tree.str_at(item, "restartPolicy") == Some("Always") => ContainerType::Sidecar,
                _ => ContainerType::Init,
            };
            let item = if tree.is_map(item) { item } else { common.empty };
            let view = container(tree, common, item, ctype, security);
            let input = common.input(tree, &[("container", view), ("pod", pod)]);
            let below = format!("/spec/{list}/{i}");
            let name = tree.str_at(item, "name").unwrap_or("").to_owned();
            let text = tree.push_str(&below, NO_SPAN, NO_SPAN);
            let mut entries: Vec<(Text, NodeId)> = tree.entries(view).iter().map(|e| (e.key, e.value)).collect();
            entries.push((fixed("pointer"), text));
            entries.sort_by(|a, b| tree.text_of(a.0).cmp(tree.text_of(b.0)));
            views.push(tree.push_derived_map(&entries));
            containers.push(ContainerPlace { pointer: format!("{at}{below}"), ctype, name, node: item, view, input });
        }
    }
    let list = tree.push_seq(&views, NO_SPAN, NO_SPAN);
    let input = common.input(tree, &[("containers", list), ("pod", pod)]);
    Some(PodPlace { pointer: at, input, security, containers })
}

/// The input of one container, from the input of its pod.
pub fn container_input(tree: &mut Tree, pod: NodeId, number: usize) -> NodeId {
    let view = tree.get(pod, "containers").and_then(|list| tree.items(list).get(number).copied());
    let entries = |tree: &Tree, node: NodeId, without: &str| -> Vec<Entry> {
        tree.entries(node).iter().filter(|e| tree.text_of(e.key) != without).copied().collect()
    };
    let own = view.map(|v| entries(tree, v, "pointer")).unwrap_or_default();
    let view = tree.push_sorted_map(&own, NO_SPAN, NO_SPAN);
    let mut input = entries(tree, pod, "containers");
    let at = input.partition_point(|e| tree.text_of(e.key) < "container");
    input.insert(at, Entry { key: fixed("container"), key_start: NO_SPAN, key_end: NO_SPAN, value: view });
    tree.push_sorted_map(&input, NO_SPAN, NO_SPAN)
}

fn container(
    tree: &mut Tree,
    common: &Common,
    item: NodeId,
    ctype: ContainerType,
    pod_security: Option<NodeId>,
) -> NodeId {
    let security = match (tree.get(item, "securityContext").filter(|&s| tree.is_map(s)), pod_security) {
        (Some(own), None) => own,
        (own, Some(pod)) => merged(tree, own, pod),
        (None, None) => common.empty,
    };
    let kind = common.types[ctype as usize];
    let reference = tree.str_at(item, "image").unwrap_or("").to_owned();
    let image = image_view(tree, common, &reference);
    let mut entries = vec![(fixed("image"), image)];
    if let Some(name) = tree.get(item, "name") {
        entries.push((fixed("name"), name));
    }
    entries.extend([(fixed("security"), security), (fixed("spec"), item), (fixed("type"), kind)]);
    tree.push_derived_map(&entries)
}

fn merged(tree: &mut Tree, own: Option<NodeId>, pod: NodeId) -> NodeId {
    let mut entries: Vec<(Text, NodeId)> =
        own.map(|o| tree.entries(o).iter().map(|e| (e.key, e.value)).collect()).unwrap_or_default();
    for field in INHERITED {
        if let Some(e) = tree.entry(pod, field).copied()
            && own.is_none_or(|o| tree.get(o, field).is_none())
        {
            entries.push((e.key, e.value));
        }
    }
    entries.sort_by(|a, b| tree.text_of(a.0).cmp(tree.text_of(b.0)));
    tree.push_derived_map(&entries)
}

fn image_view(tree: &mut Tree, common: &Common, reference: &str) -> NodeId {
    if reference.is_empty() {
        return common.empty;
    }
    let parsed = image::parse(reference);
    let mut entries = Vec::with_capacity(5);
    let mut add = |tree: &mut Tree, key: &'static str, value: Option<&str>| {
        if let Some(value) = value {
            let node = tree.push_str(value, NO_SPAN, NO_SPAN);
            entries.push((fixed(key), node));
        }
    };
    let parts = parsed.as_ref();
    add(tree, "digest", parts.and_then(|p| p.digest));
    add(tree, "ref", Some(reference));
    add(tree, "registry", parts.map(|p| p.registry));
    add(tree, "repository", parts.map(|p| p.repository.as_ref()));
    add(tree, "tag", parts.and_then(|p| p.tag));
    tree.push_derived_map(&entries)
}

/// What every input of one object has.
struct Common {
    entries: Vec<(Text, NodeId)>,
    empty: NodeId,
    types: [NodeId; 4],
}

impl Common {
    fn build(
        tree: &mut Tree,
        id: &ObjectId,
        (file, document, line): (&str, u32, u32),
        root: NodeId,
        diagnostics: &[Diagnostic],
    ) -> Common {
        let empty = tree.push_derived_map(&[]);
        let string = |tree: &mut Tree, s: &str| tree.push_str(s, NO_SPAN, NO_SPAN);
        let metadata = tree.get(root, "metadata");
        let map_of =
            |tree: &Tree, key| metadata.and_then(|m| tree.get(m, key)).filter(|&n| tree.is_map(n)).unwrap_or(empty);
        let (labels, annotations) = (map_of(tree, "labels"), map_of(tree, "annotations"));
        let list: Vec<NodeId> = diagnostics
            .iter()
            .map(|d| {
                let (code, message, at) = (string(tree, &d.code), string(tree, &d.message), string(tree, &d.pointer));
                tree.push_derived_map(&[(fixed("code"), code), (fixed("message"), message), (fixed("pointer"), at)])
            })
            .collect();
        let diagnostics = tree.push_seq(&list, NO_SPAN, NO_SPAN);
        let file = string(tree, file);
        let document = tree.push_scalar(Data::Int(i64::from(document)), NO_SPAN, NO_SPAN);
        let line = tree.push_scalar(Data::Int(i64::from(line)), NO_SPAN, NO_SPAN);
        let source =
            tree.push_derived_map(&[(fixed("document"), document), (fixed("file"), file), (fixed("line"), line)]);
        let types = ContainerType::ALL.map(|t| string(tree, t.word()));
        let entries = vec![
            (fixed("annotations"), annotations),
            (fixed("apiVersion"), string(tree, &id.api_version)),
            (fixed("diagnostics"), diagnostics),
            (fixed("kind"), string(tree, &id.kind)),
            (fixed("labels"), labels),
            (fixed("name"), string(tree, &id.name)),
            (fixed("namespace"), string(tree, &id.namespace)),
            (fixed("source"), source),
        ];
        Common { entries, empty, types }
    }

    fn input(&self, tree: &mut Tree, extra: &[(&'static str, NodeId)]) -> NodeId {
        let mut entries = self.entries.clone();
        entries.extend(extra.iter().map(|&(k, n)| (fixed(k), n)));
        entries.sort_by(|a, b| tree.text_of(a.0).cmp(tree.text_of(b.0)));
        tree.push_derived_map(&entries)
    }
}

/// Places of an object as the loader gives it.
pub fn places_of(tree: &mut Tree, object: &Object<'_>) -> Places {
    let (document, line) = match &object.origin {
        crate::model::object::Origin::File { document, line, .. } => (*document, *line),
        _ => (0, 0),
    };
    places(tree, &object.id, (object.origin.file(), document, line), object.node, &object.diagnostics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_holds_every_word() {
        for word in [
            "annotations",
            "apiVersion",
            "container",
            "containers",
            "diagnostics",
            "kind",
            "labels",
            "name",
            "namespace",
            "object",
            "pod",
            "source",
            "spec",
            "security",
            "image",
            "type",
            "metadata",
            "registry",
            "repository",
            "tag",
            "digest",
            "ref",
            "pointer",
            "file",
            "document",
            "line",
            "code",
            "message",
        ] {
            assert!(Text::fixed(word).is_some(), "{word}");
        }
    }
}
