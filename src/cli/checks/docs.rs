//! `audit checks docs`: a page per check, from its metadata and its cases, and an index.

use super::explain;
use super::explanation::{Example, Explanation};
use super::subject::Subject;
use crate::cli::{Error, Exit, Result, terminal};
use crate::model::check::Confidence;
use crate::policy::testing;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// The index.
const INDEX: &str = "README.md";

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where the pages go
    #[arg(long, value_name = "DIR", default_value = "docs/checks")]
    dir: PathBuf,
    /// Checks of this directory, too
    #[arg(long, value_name = "DIR")]
    policy: Option<PathBuf>,
    /// Write nothing; exit code 1 when a page is not current
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &Args) -> Result {
    let subject = Subject::load(args.policy.as_deref())?;
    let pages = testing::with_stack(|| pages(&subject))?;
    let mut stale: Vec<String> = Vec::new();
    for (name, text) in &pages {
        let path = args.dir.join(name);
        if std::fs::read_to_string(&path).is_ok_and(|there| there == *text) {
            continue;
        }
        stale.push(path.display().to_string());
        if !args.check {
            std::fs::create_dir_all(&args.dir).map_err(|e| Error::writing(&args.dir, &e))?;
            std::fs::write(&path, text).map_err(|e| Error::writing(&path, &e))?;
        }
    }
    // Pages of checks that are gone.
    for entry in args.dir.read_dir().into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") && !pages.contains_key(&name) {
            stale.push(entry.path().display().to_string());
            if !args.check {
                std::fs::remove_file(entry.path()).map_err(|e| Error::writing(&entry.path(), &e))?;
            }
        }
    }
    if args.check && !stale.is_empty() {
        let list = stale.iter().map(|p| format!("{p}: not current")).collect::<Vec<_>>().join("\n");
        terminal::remark(&format!("{list}\naudit: run `audit checks docs` and commit what it writes"));
        return Ok(Exit::Failed);
    }
    let done = if args.check { "current".to_owned() } else { format!("{} of them changed", stale.len()) };
    terminal::print(|out| writeln!(out, "{} pages in {}, {done}", pages.len(), args.dir.display()))?;
    Ok(Exit::Clean)
}

fn pages(subject: &Subject) -> BTreeMap<String, String> {
    let mut explained: Vec<Explanation<'_>> =
        subject.catalog.checks.iter().map(|c| Explanation::of(subject, c)).collect();
    let mut pages: BTreeMap<String, String> = explained.iter().map(|e| (format!("{}.md", e.id), page(e))).collect();
    explained.sort_by_key(|e| (e.group, e.severity, e.id));
    let mut index = format!(
        "# Checks\n\n{} checks. This page and those it leads to are written by `audit checks docs`.\n",
        explained.len()
    );
    let mut group = "";
    for e in &explained {
        if e.group != group {
            group = e.group;
            let _ =
                write!(index, "\n## {group}\n\n| check | severity | what is wrong when it fails |\n|---|---|---|\n");
        }
        let _ = writeln!(index, "| [{0}]({0}.md) | {1} | {2} |", e.id, e.severity, cell(e.title));
    }
    pages.insert(INDEX.to_owned(), index);
    pages
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

/// The page of one check, as Markdown.
pub(super) fn page(e: &Explanation<'_>) -> String {
    let text = |t: &str| t.replace('<', "&lt;");
    let mut out = format!("# {}\n\n{}\n\n", e.id, text(e.title));
    let scope = serde_json::to_value(e.scope).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    let _ = writeln!(out, "| severity | group | scope | looks at |\n|---|---|---|---|");
    let _ = writeln!(out, "| {} | {} | {scope} | {} |\n", e.severity, e.group, cell(&e.looks_at));
    let mut section = |title: &str, body: &str| {
        if !body.is_empty() {
            let _ = write!(out, "## {title}\n\n{}\n\n", body.trim_end());
        }
    };
    section("Why it matters", &text(e.description));
    section("How to fix it", &text(e.remediation));
    section("When the field is not set", &text(e.unset));
    section("Bad", &e.bad.as_ref().map_or_else(String::new, example));
    section("Good", &e.good.as_ref().map_or_else(String::new, example));
    if !e.params.is_empty() {
        let mut rows =
            "In `audit.yaml` below `params`, under the check's id.\n\n| name | type | default | |\n|---|---|---|---|\n"
                .to_owned();
        for p in &e.params {
            let _ = writeln!(
                rows,
                "| `{}` | {} | `{}` | {} |",
                p.name,
                p.r#type,
                p.default.to_string().replace('|', "\\|"),
                cell(p.description)
            );
        }
        section("Settings", &rows);
    }
    let mut remarks: Vec<String> = e.needs.iter().map(|n| format!("It {n}.")).collect();
    if !e.versions.is_empty() {
        remarks.push(format!("It makes sense {}.", e.versions));
    }
    if !e.enabled {
        remarks.push("It runs only when it is selected with `--check`.".to_owned());
    }
    if e.foreign {
        remarks.push(format!("It follows the letter of {} and runs only for its benchmark or format.", e.group));
    }
    if e.confidence != Confidence::High {
        remarks.push("It is a rule of thumb: look before you act.".to_owned());
    }
    if e.points != 0 {
        remarks.push(format!("It counts {:+} points on kubesec's scale.", e.points));
    }
    section("When it runs", &bullets(&remarks));
    let controls: Vec<String> =
        e.controls.iter().map(|c| format!("{} ({}), {}: {}", c.title, c.benchmark, c.control, text(c.about))).collect();
    section("Used by", &bullets(&controls));
    section("In other tools", &bullets(&e.aliases));
    let formerly: Vec<String> = e.formerly.iter().map(|f| (*f).to_owned()).collect();
    section("Formerly", &bullets(&formerly));
    let reads: Vec<String> =
        explain::reads(e).into_iter().map(|r| if r.starts_with("input") { format!("`{r}`") } else { r }).collect();
    section("Reads", &bullets(&reads));
    section("More", &bullets(&e.references.iter().map(|r| format!("<{r}>")).collect::<Vec<_>>()));
    let _ = writeln!(out, "Source: [{0}](../../{0})", e.file);
    out
}

fn bullets(items: &[String]) -> String {
    items.iter().map(|i| format!("- {i}\n")).collect()
}

fn example(example: &Example) -> String {
    let mut out = format!("{}:\n\n```yaml\n{}```\n", cell(&example.name), example.yaml);
    if !example.findings.is_empty() {
        out.push_str("\nfinds\n\n");
    }
    for finding in &example.findings {
        let (at, message) = finding.split_once(": ").unwrap_or(("", finding));
        out.push_str(&format!("- `{at}`: {}\n", message.replace('<', "&lt;")));
    }
    out
}
