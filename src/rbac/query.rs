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
    /// namespace in which it holds; `None` = the whole cluster
    pub namespace: Option<Box<str>>,
    /// objects that it is limited to, when nobody asked for one by name; empty = all
    pub names: Vec<Box<str>>,
}

/// Where an answer must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// in the whole cluster, for what has no namespace too
    Cluster,
    /// in this namespace
    Namespace(&'a str),
    /// somewhere
    Anywhere,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish<'a> {
    /// a resource; `resource` may name a subresource
    Resource {
        /// lower case
        verb: &'a str,
        /// `""` is the core group
        group: &'a str,
        /// plural
        resource: &'a str,
        /// `None` = whichever
        name: Option<&'a str>,
    },
    /// a path that is no resource
    Path {
        /// lower case
        verb: &'a str,
        /// `/metrics`
        path: &'a str,
    },
}

impl Wish<'_> {
    /// Names that a rule limits this to; `None` when it does not allow it at all.
    fn limits<'r>(&self, rule: &'r Rule) -> Option<&'r [Box<str>]> {
        match *self {
            Wish::Path { verb, path } => rule.allows_url(verb, path).then_some(&[]),
            Wish::Resource { verb, group, resource, name: Some(name) } => {
                rule.allows(verb, group, resource, name).then_some(&[])
            }
            Wish::Resource { verb, group, resource, name: None } => {
                // A new object has no name yet, but what is created below another one is asked for by that one's.
                let nameless = matches!(verb, "create" | "deletecollection") && !resource.contains('/');
                let first = rule.names.first().filter(|_| !nameless).map_or("", |n| &**n);
                rule.allows(verb, group, resource, first).then_some(&*rule.names)
            }
        }
    }
}

/// A rule that a subject has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<'i> {
    /// namespace in which it holds; `None` = the whole cluster
    pub namespace: Option<&'i str>,
    /// the rule
    pub rule: &'i Rule,
    /// role that the binding names
    pub role: &'i RoleId,
    /// role in which it stands, another one than `role` when that aggregates it
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
        let Request { verb, group, resource, namespace, name } = *request;
        let place = if namespace.is_empty() { Place::Cluster } else { Place::Namespace(namespace) };
        self.grants_of(&Wish::Resource { verb, group, resource, name: Some(name) }, place)
    }

    /// Who gets a wish granted, and what lets them; sorted. One grant for each subject and binding.
    pub fn grants_of(&self, wish: &Wish<'_>, place: Place<'_>) -> Vec<Grant> {
        let mut out = vec![Grant {
            subject: Subject::group(MASTERS),
            binding: String::new(),
            role: String::new(),
            origin: String::new(),
            rule: 0,
            namespace: None,
            names: Vec::new(),
        }];
        for role in &self.roles {
            // A rule without limits says more than one with them.
            let mut best: Option<(String, usize, Vec<Box<str>>)> = None;
            for (origin, number, rule) in self.effective(role) {
                let Some(names) = wish.limits(rule) else { continue };
                match &mut best {
                    Some((_, _, known)) if !names.is_empty() => known.extend_from_slice(names),
                    best => *best = Some((origin.id.to_string(), number, names.to_vec())),
                }
                if names.is_empty() {
                    break;
                }
            }
            let Some((origin, rule, mut names)) = best else { continue };
            names.sort();
            names.dedup();
            for binding in role.bindings.iter().map(|&b| &self.bindings[b as usize]) {
                let holds = match place {
                    _ if binding.cluster => true,
                    _ if matches!(wish, Wish::Path { .. }) => false,
                    Place::Cluster => false,
                    Place::Namespace(namespace) => *binding.namespace == *namespace,
                    Place::Anywhere => true,
                };
                let one = |subject: &Subject| Grant {
                    subject: subject.clone(),
                    binding: binding.to_string(),
                    role: role.id.to_string(),
                    origin: origin.clone(),
                    rule,
                    namespace: (!binding.cluster).then(|| binding.namespace.clone()),
                    names: names.clone(),
                };
                out.extend(binding.subjects.iter().filter(|_| holds).map(one));
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// Every rule that a subject has, with where it holds and what gives it; in the order of the bindings' names.
    pub fn what_can<'i>(&'i self, subject: &Subject) -> Vec<Held<'i>> {
        self.what_members_can(subject, &[])
    }

    /// The same for somebody who is in these groups, too.
    pub fn what_members_can<'i>(&'i self, subject: &Subject, groups: &[Subject]) -> Vec<Held<'i>> {
        let callers = || std::iter::once(subject).chain(groups);
        let identities: Vec<Subject> = callers().flat_map(Subject::identities).collect();
        let mut numbers: Vec<u32> = callers().flat_map(|s| self.bindings_of(s, None)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut bindings: Vec<&Binding> = numbers.into_iter().map(|b| &self.bindings[b as usize]).collect();
        bindings.sort_by_key(|b| (!b.cluster, &b.namespace, &b.name));
        let mut out = Vec::new();
        for binding in bindings {
            let Some(by) = binding.subjects.iter().find(|s| identities.contains(s)) else { continue };
            for (origin, index, rule) in self.grants(binding) {
                let namespace = (!binding.cluster).then_some(&*binding.namespace);
                let (role, origin, binding) = (&binding.role, &origin.id, binding.to_string());
                out.push(Held { namespace, rule, role, origin, index, binding, by });
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
