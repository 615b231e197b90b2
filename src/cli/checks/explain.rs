//! `audit checks explain`.

use super::explanation::{Example, Explanation};
use super::subject::Subject;
use crate::cli::{Error, Exit, Result, terminal};
use crate::model::check::Scope;
use crate::policy::catalog::Catalog;
use crate::policy::metadata::suggestion;
use crate::policy::testing;
use std::fmt::Write;
use std::path::PathBuf;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Id of a check: ours, or another tool's (`CKV_K8S_16`, `checkov:CKV_K8S_16`)
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Checks of this directory, too
    #[arg(long, value_name = "DIR")]
    policy: Option<PathBuf>,
    /// Form of the answer
    #[arg(short, long, value_name = "FORM", default_value = "text")]
    output_format: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// for a person
    Text,
    /// for a program
    Json,
    /// the page of the documentation
    Markdown,
}

pub(super) fn run(args: &Args) -> Result {
    let subject = Subject::load(args.policy.as_deref())?;
    let mut found = Vec::new();
    for name in &args.ids {
        let ids = subject.catalog.resolve(name);
        if ids.is_empty() {
            return Err(unknown(&subject.catalog, name));
        }
        if ids != [name.as_str()] {
            let plural = if ids.len() == 1 { "is" } else { "are" };
            terminal::remark(&format!("audit: {name} {plural} {} here", ids.join(" and ")));
        }
        found.extend(ids.into_iter().filter_map(|id| subject.catalog.check(id)));
    }
    found.dedup_by_key(|c| &c.id);
    let explain = || found.into_iter().map(|c| Explanation::of(&subject, c)).collect();
    let explained: Vec<Explanation<'_>> = testing::with_stack(explain)?;
    match args.output_format {
        Form::Json => terminal::print_json(&explained)?,
        Form::Text => {
            let width = usize::from(terminal::width().unwrap_or(100).min(100));
            let texts: Vec<String> = explained.iter().map(|e| text(e, width)).collect();
            terminal::print(|out| out.write_all(texts.join("\n\n").as_bytes()))?;
        }
        Form::Markdown => {
            let pages: Vec<String> = explained.iter().map(super::docs::page).collect();
            terminal::print(|out| out.write_all(pages.join("\n").as_bytes()))?;
        }
    }
    Ok(Exit::Clean)
}

/// An id that nobody knows, with the nearest one that somebody does.
pub(super) fn unknown(catalog: &Catalog, name: &str) -> Error {
    let theirs = catalog.aliases.values().flat_map(|ids| ids.keys()).map(String::as_str);
    let known =
        catalog.checks.iter().map(|c| c.id.as_str()).chain(catalog.merged.keys().map(String::as_str)).chain(theirs);
    let mut hint = suggestion(name, known);
    if hint.is_empty() {
        let like: Vec<&str> = catalog
            .checks
            .iter()
            .map(|c| c.id.as_str())
            .filter(|id| name.len() > 2 && id.contains(name))
            .take(5)
            .collect();
        if !like.is_empty() {
            hint = format!("; there are {}", like.join(", "));
        }
    }
    Error::new(format!("there is no check {name:?}{hint}\nall of them: audit checks list"))
}

fn text(e: &Explanation<'_>, width: usize) -> String {
    let mut out = String::new();
    let scope = match e.scope {
        Scope::Container => "container",
        Scope::Pod => "pod",
        Scope::Object => "object",
        Scope::Cluster => "cluster",
    };
    let mut section = |title: &str, body: &str| {
        if !body.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(out, "\n{title}\n{body}\n");
        }
    };
    let wrapped = |text: &str| terminal::wrap(text, width, "  ");
    let listed = |items: &[String]| items.iter().map(|i| format!("  {i}")).collect::<Vec<_>>().join("\n");
    section("Why it matters", &wrapped(e.description));
    section("How to fix it", &wrapped(e.remediation));
    section("When the field is not set", &wrapped(e.unset));
    section("Bad", &e.bad.as_ref().map_or_else(String::new, example));
    section("Good", &e.good.as_ref().map_or_else(String::new, example));
    let settings = |p: &super::explanation::Setting<'_>| {
        let head = format!("  {} ({}, default {})", p.name, p.r#type, p.default);
        if p.description.is_empty() {
            head
        } else {
            format!("{head}\n{}", terminal::wrap(p.description, width, "    "))
        }
    };
    section("Settings (params in audit.yaml)", &e.params.iter().map(settings).collect::<Vec<_>>().join("\n"));
    let mut looks = format!("{}.", e.looks_at);
    for need in &e.needs {
        let _ = write!(looks, "\nIt {need}.");
    }
    for (is, sentence) in [
        (!e.versions.is_empty(), format!("Makes sense {}.", e.versions)),
        (!e.enabled, "Runs only when it is selected (--check).".to_owned()),
        (e.foreign, format!("Follows the letter of {}; runs only for its benchmark or format.", e.group)),
        (e.confidence != crate::model::check::Confidence::High, "A rule of thumb: look before you act.".to_owned()),
        (e.points != 0, format!("Points on kubesec's scale: {:+}.", e.points)),
    ] {
        if is {
            looks = format!("{looks}\n{sentence}");
        }
    }
    section("What it looks at", &wrapped(&looks));
    let controls = e.controls.iter().map(|c| format!("{} {}: {}", c.benchmark, c.control, c.about));
    section("Used by", &listed(&controls.collect::<Vec<_>>()));
    section("In other tools", &listed(&e.aliases));
    section("Formerly", &listed(&e.formerly.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>()));
    section("Reads", &listed(&reads(e)));
    section("More", &listed(e.references));
    format!("{}  {}  {}/{scope}  {}\n\n{}\n{out}", e.id, e.severity, e.group, e.file, wrapped(e.title).trim_start())
}

/// What it reads, and what follows from it.
pub(super) fn reads(e: &Explanation<'_>) -> Vec<String> {
    let mut lines = e.reads.clone();
    if !e.asks.is_empty() {
        lines.push(format!("the inventory: {}", e.asks.join(", ")));
    }
    if !e.uncacheable.is_empty() {
        lines.push(format!("verdicts are not shared among equal objects: {}", e.uncacheable));
    }
    lines
}

fn example(example: &Example) -> String {
    let mut out = format!("  # {}\n", example.name);
    for line in example.yaml.lines() {
        out.push_str(&format!("  {line}\n"));
    }
    for finding in &example.findings {
        out.push_str(&format!("  -> {finding}\n"));
    }
    out.trim_end().to_owned()
}
