//! Questions to the index: who can, what can, what a binding gives, and who holds a role.

use super::index::{Binding, Index, Role, RoleId};
use super::primitive::Met;
use super::rule::Rule;
use super::subject::{Breadth, MASTERS, Subject};
use crate::model::permissions::Request;
use std::collections::BTreeSet;

/// A subject that may do something, and what lets it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// who; a group stands for its members
    pub subject: Subject,
    /// `ClusterRoleBinding/name` or `RoleBinding/namespace/name`; empty for the group that may do everything
    pub binding: String,
    /// role that the binding names
    pub role: String,
    /// role in which the rule stands, another one than `role` when that aggregates it
    pub origin: String,
    /// index of the first rule that allows it
    pub rule: usize,
}

/// A rule that a subject has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<'i> {
    /// namespace in which it holds; `None` = the whole cluster
    pub namespace: Option<&'i str>,
    /// the rule
    pub rule: &'i Rule,
    /// role in which it stands
    pub origin: &'i RoleId,
    /// its index there
    pub index: usize,
    /// binding that gives it
    pub binding: String,
    /// identity by which the binding means the subject
    pub by: &'i Subject,
}

/// Who holds a role, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// whether some binding holds for the whole cluster, or could: nobody is known to hold a ClusterRole
    pub cluster: bool,
    /// whether anybody at hand holds it
    pub bound: bool,
    /// whether only parts of Kubernetes itself hold it
    pub system: bool,
    /// namespaces in which it is held, sorted; empty when it is held in the whole cluster
    pub namespaces: Vec<Box<str>>,
    /// who holds it cluster-wide when anybody does, else all holders; widest first
    pub holders: Vec<Subject>,
    /// built-in roles that aggregate it and are held by nobody at hand
    pub into: Vec<Box<str>>,
}

impl Index {
    /// Who may do it, with the binding and role that let them; sorted. A request without a namespace asks for the whole cluster.
    pub fn who_can(&self, request: &Request<'_>) -> Vec<Grant> {
        let mut out = vec![Grant {
            subject: Subject::group(MASTERS),
            binding: String::new(),
            role: String::new(),
            origin: String::new(),
            rule: 0,
        }];
        for role in &self.roles {
            let found = self
                .effective(role)
                .find(|(_, _, r)| r.allows(request.verb, request.group, request.resource, request.name));
            let Some((origin, rule, _)) = found else { continue };
            for binding in role.bindings.iter().map(|&b| &self.bindings[b as usize]) {
                if !binding.cluster && (request.namespace.is_empty() || *binding.namespace != *request.namespace) {
                    continue;
                }
                out.extend(binding.subjects.iter().map(|subject| Grant {
                    subject: subject.clone(),
                    binding: binding.to_string(),
                    role: role.id.to_string(),
                    origin: origin.id.to_string(),
                    rule,
                }));
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// Every rule that a subject has, with where it holds and what gives it; in the order of the bindings' names.
    pub fn what_can<'i>(&'i self, subject: &Subject) -> Vec<Held<'i>> {
        let identities = subject.identities();
        let mut bindings: Vec<&Binding> =
            self.bindings_of(subject, None).into_iter().map(|b| &self.bindings[b as usize]).collect();
        bindings.sort_by_key(|b| (!b.cluster, &b.namespace, &b.name));
        let mut out = Vec::new();
        for binding in bindings {
            let Some(by) = binding.subjects.iter().find(|s| identities.contains(s)) else { continue };
            for (origin, index, rule) in self.grants(binding) {
                let namespace = (!binding.cluster).then_some(&*binding.namespace);
                out.push(Held { namespace, rule, origin: &origin.id, index, binding: binding.to_string(), by });
            }
        }
        out
    }

    /// Rules that a binding gives, with the role they stand in and their index there.
    pub fn grants<'i>(&'i self, binding: &'i Binding) -> impl Iterator<Item = (&'i Role, usize, &'i Rule)> {
        self.roles_of(&binding.role).flat_map(|role| self.effective(role))
    }

    /// What a role gives when it is bound in the whole cluster, or in a namespace.
    pub fn role_powers(&self, role: &Role, cluster: bool) -> Met {
        *role.powers[usize::from(cluster)].get_or_init(|| {
            self.effective(role).fold(Met::default(), |met, (_, _, rule)| met.and(Met::by(rule, cluster)))
        })
    }

    /// What a subject has in a namespace, or, for `""`, in the whole cluster.
    pub fn powers(&self, subject: &Subject, namespace: &str) -> Met {
        self.bindings_of(subject, Some(namespace)).into_iter().fold(Met::default(), |met, b| {
            let binding = &self.bindings[b as usize];
            let roles = self.roles_of(&binding.role);
            roles.fold(met, |met, role| met.and(self.role_powers(role, binding.cluster)))
        })
    }

    /// Bindings that give the rules of a role: those that name it, or a role that aggregates it.
    pub fn bindings_through<'i>(&'i self, role: &'i Role) -> impl Iterator<Item = &'i Binding> {
        let wholes = role.wholes.iter().map(|&w| &self.roles[w as usize]);
        std::iter::once(role).chain(wholes).flat_map(|r| &r.bindings).map(|&b| &self.bindings[b as usize])
    }

    /// Who holds a role and where; for a role that is not at hand, as for one that nobody holds.
    pub fn reach(&self, id: &RoleId) -> Reach {
        let (mut everywhere, mut somewhere) = (BTreeSet::new(), BTreeSet::new());
        let mut namespaces = BTreeSet::new();
        let mut into = BTreeSet::new();
        for role in self.roles_of(id) {
            for binding in self.bindings_through(role).filter(|b| !b.subjects.is_empty()) {
                if binding.cluster {
                    everywhere.extend(&binding.subjects);
                } else {
                    namespaces.insert(binding.namespace.clone());
                    somewhere.extend(&binding.subjects);
                }
            }
            let wholes = role.wholes.iter().map(|&w| &self.roles[w as usize]);
            into.extend(wholes.filter(|w| w.builtin && w.bindings.is_empty()).map(|w| w.id.name.clone()));
        }
        let bound = !everywhere.is_empty() || !somewhere.is_empty();
        // What is meant to be given in namespaces counts so until a binding says otherwise.
        let cluster = if bound { !everywhere.is_empty() } else { id.cluster && into.is_empty() };
        if cluster {
            namespaces.clear();
        } else if !id.cluster {
            namespaces.insert(id.namespace.clone());
        }
        let holders = if everywhere.is_empty() { somewhere } else { everywhere };
        let mut holders: Vec<Subject> = holders.into_iter().cloned().collect();
        holders.sort_by_cached_key(|s| (s.breadth(), s.words()));
        Reach {
            cluster,
            bound,
            system: bound && holders.iter().all(|s| s.breadth() == Breadth::System),
            namespaces: namespaces.into_iter().collect(),
            holders,
            into: into.into_iter().collect(),
        }
    }

    /// Whether a holder of the role has a primitive where it holds the role, through whatever role.
    pub fn holder_has(&self, id: &RoleId, primitive: usize) -> bool {
        self.roles_of(id)
            .flat_map(|role| self.bindings_through(role))
            .any(|binding| binding.subjects.iter().any(|s| self.powers(s, &binding.namespace).gives(primitive)))
    }
}
