//! `audit checks new`: the two files that a check consists of, to be filled in.

use crate::cli::{Error, Exit, Result, terminal};
use crate::model::check::{Scope, Severity};
use crate::policy::builtin;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Examples:
  audit checks new team/owner-label --scope object --kind Deployment
  audit checks new workload/host-pid --dir rego

The check passes `audit checks lint`; its placeholder case fails in `audit checks test` until you have written both.";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Group and id, lower-case words with dashes
    #[arg(value_name = "GROUP/ID")]
    name: String,
    /// Directory of checks; made when it does not exist
    #[arg(long, value_name = "DIR", default_value = "policies")]
    dir: PathBuf,
    /// What it is evaluated on: container, pod, object or cluster
    #[arg(long, default_value = "container", value_parser = ["container", "pod", "object", "cluster"])]
    scope: String,
    /// Kinds of objects it looks at
    #[arg(long, value_delimiter = ',')]
    kind: Vec<String>,
    /// Highest severity of what it finds
    #[arg(long, default_value = "medium")]
    severity: Severity,
}

pub(super) fn run(args: &Args) -> Result {
    let (group, id) = names(&args.name)?;
    if builtin::catalog().check(id).is_some() && !args.dir.join("checks").is_dir() {
        return Err(Error::new(format!(
            "there is a built-in check {id:?}; choose another id, because both could not run together"
        )));
    }
    let scope = match args.scope.as_str() {
        "container" => Scope::Container,
        "pod" => Scope::Pod,
        "object" => Scope::Object,
        _ => Scope::Cluster,
    };
    // Our own layout has a folder more.
    let checks = args.dir.join("checks");
    let folder = if checks.is_dir() { checks } else { args.dir.clone() }.join(group);
    std::fs::create_dir_all(&folder).map_err(|e| Error::writing(&folder, &e))?;
    let rego = folder.join(format!("{id}.rego"));
    let cases = folder.join(format!("{id}.yaml"));
    if let Some(there) = [&rego, &cases].into_iter().find(|p| p.exists()) {
        return Err(Error::new(format!("{} exists already; it was left as it is", there.display())));
    }
    let kinds =
        if args.kind.is_empty() && scope == Scope::Object { vec!["Service".to_owned()] } else { args.kind.clone() };
    write(&rego, &check(group, id, scope, &kinds, args.severity))?;
    write(&cases, &cases_of(scope, &kinds))?;
    terminal::print(|out| {
        writeln!(out, "{}\n{}", rego.display(), cases.display())?;
        writeln!(out, "next: write them, then audit checks lint {0} && audit checks test {0} {id}", args.dir.display())
    })?;
    Ok(Exit::Clean)
}

fn names(name: &str) -> std::result::Result<(&str, &str), Error> {
    let wrong = |why: &str| Error::new(format!("{name:?} {why}; write GROUP/ID, such as team/owner-label"));
    let (group, id) = name.split_once('/').ok_or_else(|| wrong("has no group"))?;
    let is_word = |w: &str| {
        w.starts_with(|c: char| c.is_ascii_lowercase())
            && !w.ends_with('-')
            && w.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if !is_word(group) || !is_word(id) {
        return Err(wrong("is not made of lower-case words with dashes"));
    }
    if ["lib", "tables", "benchmarks", "aliases", "checks"].contains(&group) {
        return Err(wrong("has a group that means something else in a directory of checks"));
    }
    Ok((group, id))
}

fn write(path: &Path, text: &str) -> std::result::Result<(), Error> {
    std::fs::write(path, text).map_err(|e| Error::writing(path, &e))
}

fn check(group: &str, id: &str, scope: Scope, kinds: &[String], severity: Severity) -> String {
    let (word, place, path) = match scope {
        Scope::Container => ("container", "input.container.spec", "/replaceMe"),
        Scope::Pod => ("pod", "input.pod.spec", "/spec/replaceMe"),
        Scope::Object => ("object", "input.object.spec", "/spec/replaceMe"),
        Scope::Cluster => ("cluster", "", ""),
    };
    let kinds = if kinds.is_empty() { String::new() } else { format!("#   kinds: [{}]\n", kinds.join(", ")) };
    let package = format!("audit.checks.{}.{}", group.replace('-', "_"), id.replace('-', "_"));
    let rule = if scope == Scope::Cluster {
        "deny contains {\"path\": \"\", \"msg\": \"noun, fact, value\"} if {\n\tsome object in inventory.list(\"Namespace\", \"\")\n\tobject.replaceMe == true\n}\n".to_owned()
    } else {
        format!("deny contains {{\"path\": \"{path}\", \"msg\": \"replaceMe is true\"}} if {place}.replaceMe == true\n")
    };
    format!(
        "# METADATA
# title: What is wrong, in one short line
# description: >-
#   What an attacker or an outage gains by it, in one to three sentences.
# custom:
#   severity: {severity}
#   scope: {word}
{kinds}#   unset: what Kubernetes does when the field is not set, or leave this line out
#   remediation: What to do, imperative, in one or two sentences.
package {package}

{rule}"
    )
}

fn cases_of(scope: Scope, kinds: &[String]) -> String {
    let kind = kinds.first().map_or("Service", |k| k.rsplit_once('/').map_or(k.as_str(), |(_, n)| n));
    let api = match kinds.first().and_then(|k| k.rsplit_once('/')) {
        Some((group, _)) => format!("{group}/v1"),
        None => match crate::policy::kinds::groups(kind).and_then(<[_]>::first) {
            Some(group) if !group.is_empty() => format!("{group}/v1"),
            _ => "v1".to_owned(),
        },
    };
    let object =
        |spec: &str| format!("object: {{apiVersion: {api}, kind: {kind}, metadata: {{name: example}}, spec: {spec}}}");
    let namespace = "objects: [{apiVersion: v1, kind: Namespace, metadata: {name: example}}]".to_owned();
    let (bad, good, at) = match scope {
        Scope::Container => ("container: {}".to_owned(), "container: {}".to_owned(), "/spec/containers/0/replaceMe"),
        Scope::Pod => ("pod: {}".to_owned(), "pod: {}".to_owned(), "/spec/replaceMe"),
        Scope::Object => (object("{}"), object("{}"), "/spec/replaceMe"),
        Scope::Cluster => (namespace.clone(), namespace, "\"\""),
    };
    format!(
        "cases:
- name: replace this with the bad value and what the check must find
  {bad}
  at: [{at}]
- name: a good value
  {good}
- name: unset
  {good}
"
    )
}
