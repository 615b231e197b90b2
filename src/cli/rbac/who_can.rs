//! `audit rbac who-can`.

use super::known::{From, Known};
use super::resource::{self, Resource};
use super::{Form, place, table};
use crate::cli::{Error, Result, terminal};
use crate::rbac::query::{Grant, Place, Wish};
use serde_json::json;

const AFTER_HELP: &str = "\
Examples:
  audit rbac who-can get secrets                 in the whole cluster, and in which namespaces
  audit rbac who-can get secrets -n payments     there, by whatever binding
  audit rbac who-can create pods/exec            subresources as rules name them
  audit rbac who-can update configmaps -n kube-system --name coredns
  audit rbac who-can impersonate users
  audit rbac who-can get /metrics                paths that are no resources
  audit rbac who-can '*' '*'                     who may do everything
  audit rbac who-can delete deployments -f manifests/ -o json

A group stands for its members; those that an identity provider adds are known to it alone.
Exit codes: 0 answered, 2 wrong usage, or not all roles and bindings could be read.";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// get, list, create, delete, impersonate ... or *
    verb: String,
    /// pods, deployments.apps, pods/exec, * or a path such as /metrics
    resource: String,
    /// In this namespace [default: in the whole cluster and in single namespaces]
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,
    /// To the object of this name; without it, to any
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Form of the answer
    #[arg(short, long, value_name = "FORM", default_value = "table")]
    output_format: Form,
    #[command(flatten)]
    from: From,
}

pub(super) fn run(args: &Args) -> Result {
    let verb = args.verb.to_lowercase();
    let resource = resource::parse(&args.resource).map_err(Error::new)?;
    let (wish, place) = match &resource {
        Resource::Path(_) if args.namespace.is_some() || args.name.is_some() => {
            return Err(Error::new("a path such as /metrics has neither namespace nor name; leave out -n and --name"));
        }
        Resource::Path(path) => (Wish::Path { verb: &verb, path }, Place::Cluster),
        Resource::Resource { group, resource, namespaced } => {
            let place = match &args.namespace {
                // Bindings of a namespace hold for the namespace itself, and for nothing else without one.
                Some(namespace) if *namespaced || resource == "namespaces" => Place::Namespace(namespace),
                Some(_) => {
                    let message = format!("{} are in no namespace; leave out -n", args.resource);
                    return Err(Error::new(message));
                }
                None if *namespaced => Place::Anywhere,
                None => Place::Cluster,
            };
            (Wish::Resource { verb: &verb, group, resource, name: args.name.as_deref() }, place)
        }
    };
    let known = args.from.read()?;
    let grants = known.index.grants_of(&wish, place);
    match args.output_format {
        Form::Json => terminal::print_json(&json(args, &verb, &resource, &known, &grants))?,
        Form::Table => {
            let table = table(&rows(&grants));
            terminal::print(|out| writeln!(out, "{table}"))?;
        }
    }
    known.tell();
    Ok(args.from.exit(&known))
}

fn rows(grants: &[Grant]) -> Vec<[String; 5]> {
    let mut rows = vec![["SUBJECT", "WHERE", "OBJECTS", "BINDING", "ROLE"].map(str::to_owned)];
    // What holds everywhere comes first, then namespace by namespace.
    let mut sorted: Vec<&Grant> = grants.iter().collect();
    sorted.sort_by_key(|g| (!g.binding.is_empty(), g.namespace.is_some(), &g.namespace, *g));
    rows.extend(sorted.into_iter().map(|g| {
        [
            g.subject.words(),
            g.namespace.as_ref().map_or_else(|| "cluster".to_owned(), |n| format!("namespace {n}")),
            if g.names.is_empty() { "all".to_owned() } else { g.names.join(", ") },
            if g.binding.is_empty() { "built in".to_owned() } else { g.binding.clone() },
            place(&g.role, &g.origin, g.rule),
        ]
    }));
    rows
}

fn json(args: &Args, verb: &str, resource: &Resource, known: &Known, grants: &[Grant]) -> serde_json::Value {
    let request = match resource {
        Resource::Path(path) => json!({"verb": verb, "path": path}),
        Resource::Resource { group, resource, .. } => {
            json!({"verb": verb, "group": group, "resource": resource, "namespace": args.namespace, "name": args.name})
        }
    };
    let grants: Vec<_> = grants
        .iter()
        .map(|g| {
            json!({
                "subject": g.subject.to_string(), "namespace": g.namespace, "names": g.names,
                "binding": g.binding, "role": g.role, "origin": g.origin, "rule": g.rule,
            })
        })
        .collect();
    json!({"request": request, "known": known.json(), "grants": grants})
}
