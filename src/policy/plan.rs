//! Which checks run, and for each kind which of them look where.

use super::catalog::Catalog;
use super::kinds;
use super::metadata;
use super::projection::Reads;
use crate::model::check::{Check, ContainerType, ReadSet, Scope};
use crate::model::inventory::{Completeness, Coverage};
use crate::model::verdict::Reason;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

/// Number of a check in its plan.
pub type CheckNo = u32;

/// The newest Kubernetes version that the checks know: what an unknown version counts as.
pub const NEWEST: (u32, u32) = (1, 37);

/// What a person selected.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// only these ids (already resolved); empty = the default set
    pub only: Vec<String>,
    /// never these
    pub skip: Vec<String>,
    /// only checks of these groups; empty = all
    pub groups: Vec<String>,
    /// foreign groups to run for a benchmark or a format
    pub foreign: Vec<String>,
    /// further ids that a benchmark needs, whether enabled or not
    pub also: Vec<String>,
    /// version that `since` and `until` are judged for; empty = unknown
    pub kubernetes_version: String,
}

/// A check of a plan.
pub struct Planned {
    /// number in the catalogue
    pub catalog: usize,
    /// what it reads
    pub reads: Reads,
    /// a pass counts only when this is `None`
    pub pass_needs: Option<Reason>,
    /// a failure counts only when this is `None`
    pub fail_needs: Option<Reason>,
    /// bit set of container types
    types: u8,
}

/// Checks that share a cache entry: they look at the same places and depend on the same changeable fields.
pub struct Bundle {
    /// number of the bundle in the plan, part of cache keys
    pub number: u32,
    /// union of what they read
    pub reads: Reads,
    /// its checks
    pub checks: Vec<CheckNo>,
    /// container types (scope container)
    pub types: u8,
}

/// What looks at objects of one kind.
#[derive(Default)]
pub struct Dispatch {
    /// per container
    pub containers: Vec<Bundle>,
    /// per pod template
    pub pods: Vec<Bundle>,
    /// per object
    pub objects: Vec<Bundle>,
    /// the same for checks that ask the inventory
    pub deferred: Option<Box<Deferred>>,
}

/// Checks of one kind that run after the last input.
#[derive(Default)]
pub struct Deferred {
    /// scope container: checks, union of reads
    pub containers: Vec<CheckNo>,
    /// scope pod
    pub pods: Vec<CheckNo>,
    /// scope object
    pub objects: Vec<CheckNo>,
    /// union of what the pod ones and the container ones read, seen from the pod
    pub pod_reads: Reads,
    /// union of what the object ones read
    pub object_reads: Reads,
}

/// Dispatch by group and kind.
type DispatchByKind = HashMap<(Arc<str>, Arc<str>), Arc<Dispatch>>;

/// The checks of a run, and their dispatch by kind.
pub struct Plan {
    /// sorted by id
    pub checks: Vec<Planned>,
    /// of scope cluster
    pub cluster: Vec<CheckNo>,
    scopes: Vec<Scope>,
    deferred: Vec<bool>,
    kinds: Vec<Vec<String>>,
    dispatch: RwLock<DispatchByKind>,
    bundles: std::sync::atomic::AtomicU32,
    read_sets: Vec<ReadSet>,
}

impl Plan {
    /// Chooses checks and works out what each needs to be complete.
    pub fn new(catalog: &Catalog, selection: &Selection, coverage: &Coverage) -> Plan {
        let version = metadata::version(&selection.kubernetes_version);
        let mut plan = Plan {
            checks: Vec::new(),
            cluster: Vec::new(),
            scopes: Vec::new(),
            deferred: Vec::new(),
            kinds: Vec::new(),
            dispatch: RwLock::default(),
            bundles: std::sync::atomic::AtomicU32::new(0),
            read_sets: Vec::new(),
        };
        for (i, check) in catalog.checks.iter().enumerate() {
            if !selection.wants(check) || !fits_version(check, version) {
                continue;
            }
            let number = plan.checks.len() as CheckNo;
            let needs = |kinds: &[String]| kinds.iter().filter_map(|k| missing(coverage, k)).min();
            plan.checks.push(Planned {
                catalog: i,
                reads: Reads::new(&check.analysis.reads),
                pass_needs: needs(&check.requires.pass),
                fail_needs: needs(&check.requires.fail),
                types: check.containers.iter().fold(0, |m, t| m | 1 << *t as u8),
            });
            plan.scopes.push(check.scope);
            plan.deferred.push(check.analysis.deferred);
            plan.kinds.push(check.kinds.clone());
            plan.read_sets.push(check.analysis.reads.clone());
            if check.scope == Scope::Cluster {
                plan.cluster.push(number);
            }
        }
        plan
    }

    /// Checks that look at objects of this kind.
    pub fn dispatch(&self, group: &str, kind: &Arc<str>) -> Arc<Dispatch> {
        let key = (Arc::from(group), kind.clone());
        if let Some(found) = self.dispatch.read().ok().and_then(|d| d.get(&key).cloned()) {
            return found;
        }
        let made = Arc::new(self.make(group, kind));
        if let Ok(mut dispatch) = self.dispatch.write() {
            return dispatch.entry(key).or_insert(made).clone();
        }
        made
    }

    fn make(&self, group: &str, kind: &str) -> Dispatch {
        let has_pod = kinds::template_steps(group, kind).is_some();
        let mut by: BTreeMap<(Scope, u8, u16), Vec<CheckNo>> = BTreeMap::new();
        let mut deferred = Deferred::default();
        let mut unions = [ReadSet::default(), ReadSet::default(), ReadSet::default()];
        for number in 0..self.checks.len() as CheckNo {
            let i = number as usize;
            let scope = self.scopes[i];
            let of_kind = || self.kinds[i].iter().any(|k| kinds::matches(k, group, kind));
            let applies = match scope {
                Scope::Container | Scope::Pod => has_pod && (self.kinds[i].is_empty() || of_kind()),
                Scope::Object => of_kind(),
                Scope::Cluster => false,
            };
            if !applies {
                continue;
            }
            if self.deferred[i] {
                let (list, union) = match scope {
                    Scope::Container => (&mut deferred.containers, &mut unions[0]),
                    Scope::Pod => (&mut deferred.pods, &mut unions[1]),
                    _ => (&mut deferred.objects, &mut unions[2]),
                };
                list.push(number);
                union.merge(&self.read_sets[i]);
            } else {
                by.entry((scope, self.checks[i].types, changeable(&self.read_sets[i]))).or_default().push(number);
            }
        }
        let mut dispatch = Dispatch::default();
        for ((scope, types, _), checks) in by {
            let mut union = ReadSet::default();
            checks.iter().for_each(|&c| union.merge(&self.read_sets[c as usize]));
            let number = self.bundles.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let bundle = Bundle { number, reads: Reads::new(&union), checks, types };
            match scope {
                Scope::Container => dispatch.containers.push(bundle),
                Scope::Pod => dispatch.pods.push(bundle),
                _ => dispatch.objects.push(bundle),
            }
        }
        if !(deferred.containers.is_empty() && deferred.pods.is_empty() && deferred.objects.is_empty()) {
            // Findings point at these even when no check reads them.
            let shown: [[&str; 2]; 6] = [
                ["container", "spec"],
                ["pod", "spec"],
                ["pod", "spec"],
                ["pod", "metadata"],
                ["object", "metadata"],
                ["object", "spec"],
            ];
            for (i, [part, field]) in shown.into_iter().enumerate() {
                let mut kept = ReadSet::default();
                kept.keys.entry(part.to_owned()).or_default().keys.insert(field.to_owned(), ReadSet::default());
                unions[i / 2].merge(&kept);
            }
            let [c, mut p, o] = unions;
            p.merge(&seen_from_pod(c));
            deferred.pod_reads = Reads::new(&p);
            deferred.object_reads = Reads::new(&o);
            dispatch.deferred = Some(Box::new(deferred));
        }
        dispatch
    }

    /// Whether a check asks the inventory.
    pub fn is_deferred(&self, check: CheckNo) -> bool {
        self.deferred[check as usize]
    }

    /// Whether a check looks at containers of this type.
    pub fn looks_at(&self, check: CheckNo, ctype: ContainerType) -> bool {
        self.checks[check as usize].types & (1 << ctype as u8) != 0
    }
}

/// What a check of scope container reads, in the input of its pod: `container` is an item of `containers`.
fn seen_from_pod(mut container: ReadSet) -> ReadSet {
    if let Some(own) = container.keys.remove("container") {
        let list = container.keys.entry("containers".to_owned()).or_default();
        list.items.get_or_insert_with(Box::default).merge(&own);
    }
    container
}

/// Which fields that differ from workload to workload a check depends on: checks that share them share a bundle, so that a changing name or tag
/// does not spoil the cache entry of those that never look at it.
fn changeable(reads: &ReadSet) -> u16 {
    const FIELDS: [&[&str]; 14] = [
        &["name"],
        &["namespace"],
        &["labels"],
        &["annotations"],
        &["source"],
        &["pod", "metadata"],
        &["container", "name"],
        &["container", "spec", "name"],
        &["container", "image"],
        &["container", "spec", "image"],
        &["container", "spec", "env"],
        &["container", "spec", "args"],
        &["containers"],
        &["object"],
    ];
    let touches = |path: &[&str]| {
        let mut at = reads;
        for key in path {
            if at.whole {
                return true;
            }
            match at.keys.get(*key) {
                Some(next) => at = next,
                None => return at.items.is_some(),
            }
        }
        true
    };
    FIELDS.iter().enumerate().filter(|(_, f)| touches(f)).fold(0, |m, (i, _)| m | 1 << i)
}

fn fits_version(check: &Check, version: Option<(u32, u32)>) -> bool {
    is_between(version, check.since.as_deref(), check.until.as_deref())
}

/// Whether a Kubernetes version lies between two others, inclusive; an unknown one is the newest.
pub fn is_between(version: Option<(u32, u32)>, since: Option<&str>, until: Option<&str>) -> bool {
    let version = version.unwrap_or(NEWEST);
    let bound = |v: Option<&str>| v.and_then(metadata::version);
    bound(since).is_none_or(|s| version >= s) && bound(until).is_none_or(|u| version <= u)
}

fn missing(coverage: &Coverage, kind: &str) -> Option<Reason> {
    let (status, detail) = coverage.of(kind);
    let what: Arc<str> = if detail.is_empty() { kind.into() } else { format!("{kind}: {detail}").into() };
    Some(match status {
        s if s.is_complete() => return None,
        Completeness::Denied => Reason::Denied(what),
        Completeness::Failed => Reason::Failed(what),
        Completeness::Deadline => Reason::Deadline(what),
        Completeness::Partial | Completeness::Mixed => Reason::Partial(what),
        _ => Reason::Outside(what),
    })
}

impl Selection {
    fn wants(&self, check: &Check) -> bool {
        if self.skip.contains(&check.id) {
            return false;
        }
        if check.is_foreign() {
            return self.foreign.contains(&check.group) || self.only.contains(&check.id);
        }
        if self.also.contains(&check.id) {
            return true;
        }
        let in_group = self.groups.is_empty() || self.groups.contains(&check.group);
        let selected = if self.only.is_empty() { check.enabled } else { self.only.contains(&check.id) };
        in_group && selected
    }
}
