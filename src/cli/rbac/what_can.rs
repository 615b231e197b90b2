//! `audit rbac what-can`.

use super::known::{From, Known};
use super::{Form, place, table};
use crate::cli::{Error, Result, terminal};
use crate::rbac::Subject;
use crate::rbac::primitive::Met;
use crate::rbac::query::Held;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const AFTER_HELP: &str = "\
Examples:
  audit rbac what-can ServiceAccount/ci/deployer
  audit rbac what-can system:serviceaccount:ci:deployer -n payments
  audit rbac what-can User/jane --group devs     groups of an identity provider are known to it alone
  audit rbac what-can Group/system:authenticated -f prod.snapshot.gz
  audit rbac what-can Group/devs -f manifests/ -o json

Groups that Kubernetes itself puts a caller in are counted. Below the rules stands what they lead to.
Exit codes: 0 answered, 2 wrong usage, or not all roles and bindings could be read.";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// ServiceAccount/NAMESPACE/NAME, User/NAME or Group/NAME
    #[arg(value_parser = subject)]
    subject: Subject,
    /// Groups that the subject is in besides
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    group: Vec<String>,
    /// Only what holds in this namespace
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,
    /// Form of the answer
    #[arg(short, long, value_name = "FORM", default_value = "table")]
    output_format: Form,
    #[command(flatten)]
    from: From,
}

fn subject(text: &str) -> std::result::Result<Subject, String> {
    if text.starts_with("system:serviceaccount:") {
        return Ok(Subject::user(text));
    }
    Subject::parse(text).ok_or_else(|| "write ServiceAccount/NAMESPACE/NAME, User/NAME or Group/NAME".to_owned())
}

pub(super) fn run(args: &Args) -> Result {
    let groups: Vec<Subject> = args.group.iter().map(|g| Subject::group(g)).collect();
    let known = args.from.read()?;
    if known.has_all("ServiceAccount")
        && let Subject::ServiceAccount { namespace, name } = &args.subject
        && !known.index.accounts().any(|account| account == (&**namespace, &**name))
    {
        return Err(Error::new(format!("there is no service account {name} in namespace {namespace}")));
    }
    let here = |h: &Held<'_>| match (&args.namespace, h.namespace) {
        (Some(asked), Some(namespace)) => asked == namespace,
        _ => true,
    };
    let held: Vec<Held<'_>> = known.index.what_members_can(&args.subject, &groups).into_iter().filter(here).collect();
    let callers: Vec<&Subject> = std::iter::once(&args.subject).chain(&groups).collect();
    let master = callers.iter().any(|s| s.is_master());
    let leads = leads(&known, &callers, &held);
    match args.output_format {
        Form::Json => {
            let identities: BTreeSet<String> =
                callers.iter().flat_map(|s| s.identities()).map(|s| s.to_string()).collect();
            terminal::print_json(&json!({
                "subject": args.subject.to_string(), "identities": identities, "everything": master, "namespace": args.namespace,
                "known": known.json(), "rules": held.iter().map(json).collect::<Vec<_>>(),
                "primitives": leads.iter().map(|l| json!({"namespace": l.namespace, "names": l.primitives, "takeover": l.takeover}))
                    .collect::<Vec<_>>(),
            }))?;
        }
        Form::Table => {
            let table = table(&rows(&held));
            terminal::print(|out| {
                if master {
                    writeln!(out, "may do everything, whatever the roles say\n")?;
                }
                writeln!(out, "{table}")?;
                for (number, lead) in leads.iter().enumerate() {
                    let gap = if number == 0 { "\n" } else { "" };
                    let place = lead.namespace.map_or_else(|| "the cluster".to_owned(), |n| format!("namespace {n}"));
                    let control = lead.takeover.map_or_else(String::new, |t| format!("  controls {place}: may {t}"));
                    writeln!(
                        out,
                        "{gap}in {}: {}{}",
                        super::plain(&place),
                        lead.primitives.join(", "),
                        super::plain(&control)
                    )?;
                }
                Ok(())
            })?;
        }
    }
    known.tell();
    Ok(args.from.exit(&known))
}

/// What rules lead to, in the cluster or in a namespace.
struct Lead<'i> {
    namespace: Option<&'i str>,
    primitives: Vec<&'static str>,
    takeover: Option<&'static str>,
}

fn leads<'i>(known: &Known, callers: &[&Subject], held: &[Held<'i>]) -> Vec<Lead<'i>> {
    let places: BTreeSet<Option<&str>> = std::iter::once(None).chain(held.iter().map(|h| h.namespace)).collect();
    let powers = |namespace: &str| {
        callers.iter().fold(Met::default(), |met, caller| met.and(known.index.powers(caller, namespace)))
    };
    let everywhere: Vec<_> = powers("").primitives().map(|p| p.name).collect();
    let lead = |namespace: Option<&'i str>| {
        let met = powers(namespace.unwrap_or(""));
        let new = |name: &&str| namespace.is_none() || !everywhere.contains(name);
        let primitives: Vec<_> = met.primitives().map(|p| p.name).filter(new).collect();
        Lead { namespace, takeover: met.takeover().filter(|_| !primitives.is_empty()), primitives }
    };
    places.into_iter().map(lead).filter(|l| !l.primitives.is_empty()).collect()
}

fn rows(held: &[Held<'_>]) -> Vec<[String; 6]> {
    let mut rows = vec![["WHERE", "VERBS", "WHAT", "OBJECTS", "BINDING", "ROLE"].map(str::to_owned)];
    rows.extend(held.iter().map(|h| {
        let (rule, list) = (h.rule, |l: &[Box<str>]| l.join(", "));
        let resources = rule.resources.iter().flat_map(|resource| {
            let name = move |group: &str| match (group, resource.split_once('/')) {
                ("", _) => resource.to_string(),
                (group, Some((plural, sub))) => format!("{plural}.{group}/{sub}"),
                (group, None) => format!("{resource}.{group}"),
            };
            rule.groups.iter().map(move |group| name(group))
        });
        let what: Vec<String> = resources.chain(rule.urls.iter().map(ToString::to_string)).collect();
        [
            h.namespace.map_or_else(|| "cluster".to_owned(), |n| format!("namespace {n}")),
            list(&rule.verbs),
            what.join(", "),
            if rule.names.is_empty() { "all".to_owned() } else { list(&rule.names) },
            h.binding.clone(),
            place(&h.role.to_string(), &h.origin.to_string(), h.index),
        ]
    }));
    rows
}

fn json(h: &Held<'_>) -> Value {
    json!({
        "namespace": h.namespace, "rule": h.rule.json(), "binding": h.binding, "role": h.role.to_string(),
        "origin": h.origin.to_string(), "index": h.index, "by": h.by.to_string(),
    })
}
