//! From what a check said at places to the verdict of an object: absolute pointers, inheritance, collapsing, positions.

use super::engine::worker::{At, Local, LocalFinding};
use super::evaluator::Evaluator;
use super::fix;
use super::normalise::{ContainerPlace, INHERITED, PodPlace};
use super::pack::{Located, item_token};
use super::plan::CheckNo;
use crate::model::check::ContainerType;
use crate::model::object::ObjectId;
use crate::model::pointer;
use crate::model::tree::Tree;
use crate::model::verdict::{Finding, Reason, Verdict};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a check looked.
#[derive(Clone, Debug, Default)]
pub struct PlaceInfo {
    /// pointer of the place
    pub pointer: String,
    /// pointer of the pod template
    pub pod: String,
    /// pointer of the place for fingerprints
    pub stable: String,
    /// in words: `container app`, `pod`, empty for the object
    pub label: String,
    /// type of the container
    pub ctype: Option<ContainerType>,
    /// bits of [`INHERITED`] that the container has from its pod
    pub inherited: u8,
}

impl PlaceInfo {
    /// The object itself.
    pub fn object() -> PlaceInfo {
        PlaceInfo::default()
    }

    /// A pod template.
    pub fn pod(pod: &PodPlace) -> PlaceInfo {
        PlaceInfo {
            pointer: pod.pointer.clone(),
            pod: pod.pointer.clone(),
            stable: pod.pointer.clone(),
            label: "pod".to_owned(),
            ..PlaceInfo::default()
        }
    }

    /// A container.
    pub fn container(tree: &Tree, pod: &PodPlace, container: &ContainerPlace) -> PlaceInfo {
        let list = container.pointer.rsplit_once('/').map_or("", |(l, _)| l);
        let mut stable = list.to_owned();
        pointer::push(&mut stable, &item_token(tree, container.node));
        let word = match container.ctype {
            ContainerType::Container => "container",
            ContainerType::Init => "init container",
            ContainerType::Sidecar => "sidecar",
            ContainerType::Ephemeral => "ephemeral container",
        };
        let index = container.pointer.rsplit('/').next().unwrap_or("");
        let name = if container.name.is_empty() { format!("number {index}") } else { container.name.clone() };
        let mut inherited = 0;
        if let Some(security) = pod.security {
            let own = tree.get(container.node, "securityContext");
            for (bit, field) in INHERITED.iter().enumerate() {
                if tree.get(security, field).is_some() && own.is_none_or(|o| tree.get(o, field).is_none()) {
                    inherited |= 1 << bit;
                }
            }
        }
        PlaceInfo {
            pointer: container.pointer.clone(),
            pod: pod.pointer.clone(),
            stable,
            label: format!("{word} {name}"),
            ctype: Some(container.ctype),
            inherited,
        }
    }
}

/// What a path is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// the place
    Place,
    /// the pod template of the place
    Pod,
    /// the object
    Object,
}

/// Finds fields: in the tree while it lives, in packed bytes later.
pub trait Spot {
    /// What `path` below a base of place number `place` leads to; [`Located::stable`] counts from the base, too.
    fn locate(&self, place: usize, base: Base, path: &str) -> Located;
}

/// The verdict of one check on one object; `None` when it applied nowhere. Places that passed need not be given as long as one that did not is.
pub fn assemble<'l>(
    shared: &Evaluator<'_>,
    check: CheckNo,
    id: &ObjectId,
    places: impl Iterator<Item = (usize, &'l PlaceInfo, &'l Local)>,
    spot: &dyn Spot,
) -> Option<Verdict> {
    let mut verdict =
        Verdict { check, object: 0, findings: Vec::new(), errors: Vec::new(), reason: None, evidence: None };
    let mut findings: BTreeMap<(String, Arc<str>), Finding> = BTreeMap::new();
    let (mut applied, mut passed) = (false, false);
    for (place, info, local) in places {
        applied |= *local != Local::None;
        match local {
            Local::None => {}
            Local::Pass => passed = true,
            Local::Error(e) => verdict.errors.push(e.clone()),
            Local::NotAssessed(why) => {
                verdict.reason.get_or_insert_with(|| Reason::Check(why.clone()));
            }
            Local::Fail(list) => {
                if let Some(reason) = shared.missing(check, true) {
                    verdict.reason.get_or_insert_with(|| reason.clone());
                    continue;
                }
                for local in list.iter() {
                    let finding = resolve(id, place, info, local, spot);
                    // Equal findings of several containers are one: the field is the pod's.
                    findings.entry((finding.pointer.to_string(), finding.message.clone())).or_insert(finding);
                }
            }
        }
    }
    verdict.findings = findings.into_values().collect();
    verdict.errors.sort();
    verdict.errors.dedup();
    if passed && verdict.findings.is_empty() && verdict.errors.is_empty() && verdict.reason.is_none() {
        verdict.reason = shared.missing(check, false).cloned();
    }
    applied.then_some(verdict)
}

/// Longest value that a finding shows, in characters.
const VALUE_CHARS: usize = 200;

fn resolve(id: &ObjectId, place: usize, info: &PlaceInfo, local: &LocalFinding, spot: &dyn Spot) -> Finding {
    let inherited = || {
        let field = local.path.strip_prefix("/securityContext/")?.split('/').next()?;
        let bit = INHERITED.iter().position(|f| *f == field)?;
        (info.inherited & 1 << bit != 0).then(|| format!("/spec{}", local.path))
    };
    let mut is_inherited = false;
    let (base, path, label) = match local.at {
        At::Object => (Base::Object, local.path.to_string(), ""),
        At::Pod => (Base::Pod, local.path.to_string(), "pod"),
        At::Place => match inherited() {
            Some(path) => {
                is_inherited = true;
                (Base::Pod, path, "pod")
            }
            None => (Base::Place, local.path.to_string(), info.label.as_str()),
        },
    };
    let (prefix, stable) = match base {
        Base::Place => (&info.pointer, &info.stable),
        Base::Pod => (&info.pod, &info.pod),
        Base::Object => (&EMPTY, &EMPTY),
    };
    let located = spot.locate(place, base, &path);
    let pointer = format!("{prefix}{path}");
    let is_secret = &*id.kind == "Secret" && (pointer.starts_with("/data") || pointer.starts_with("/stringData"));
    let sensitive = local.sensitive || is_secret;
    let value = match &located.value {
        Some(value) if !sensitive => shorten(&value.to_string()),
        _ => String::new(),
    };
    let (start, end) = located.span.unwrap_or_default();
    Finding {
        stable: format!("{stable}{}", located.stable).into(),
        pointer: pointer.into(),
        place: label.into(),
        message: local.message.clone(),
        value: value.into(),
        severity: local.severity,
        start,
        end,
        exists: located.exists,
        sensitive,
        fix: match (is_inherited, prefix.is_empty()) {
            _ if local.fix.is_empty() => local.fix.clone(),
            (true, _) => fix::of_pod(&local.fix, prefix),
            (false, true) => local.fix.clone(),
            (false, false) => fix::below(&local.fix, prefix),
        },
        related: local.related.clone(),
        waiver: None,
        known: false,
    }
}

static EMPTY: String = String::new();

fn shorten(text: &str) -> String {
    match text.char_indices().nth(VALUE_CHARS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
