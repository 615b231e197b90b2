//! `audit checks test`: runs the cases of checks, and with --mutate asks whether they would notice a change.

use super::subject::Subject;
use crate::cli::{Error, Exit, Result, terminal};
use crate::model::tree::Tree;
use crate::policy::mutate::{self, Mutated};
use crate::policy::testing::{self, Loaded, Surroundings, Tested};
use crate::rbac;
use crate::source;
use indicatif::{ProgressBar, ProgressDrawTarget};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  audit checks test                               the built-in checks
  audit checks test policies/ owner-label         one check of yours
  audit checks test policies/ --coverage          which lines no case reaches
  audit checks test policies/ --mutate            which changes of a check no case would notice

A case file stands beside its check and has the same name. Exit code 1 when a case fails.";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Directory of checks; without it the built-in ones
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Only checks whose id contains this, or of this group
    #[arg(value_name = "FILTER")]
    filter_text: Option<String>,
    /// The same as a flag, for the built-in checks
    #[arg(long, value_name = "TEXT", conflicts_with = "filter_text")]
    filter: Option<String>,
    /// List lines of checks that no case reaches
    #[arg(long)]
    coverage: bool,
    /// Change every expression, operator and literal of each check in turn; some case must fail each time
    #[arg(long, conflicts_with = "coverage")]
    mutate: bool,
    /// With --mutate: change the libraries that the checks use instead
    #[arg(long, requires = "mutate")]
    libraries: bool,
    /// Form of the result
    #[arg(short, long, value_name = "FORM", default_value = "table")]
    output_format: Form,
    /// Threads; 0 = one per core
    #[arg(long, default_value_t = 0)]
    threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// for a person
    Table,
    /// for a program
    Json,
    /// JUnit XML, for continuous integration
    Junit,
}

/// Reads the manifest of a `yaml` case as a file of this name would be read.
pub(super) fn read_yaml(text: &str) -> Vec<Loaded> {
    let settings = source::Settings::default();
    let mut tree = Tree::default();
    let mut out = Vec::new();
    let input = source::Input::bytes("case.yaml", text.as_bytes());
    // Nothing here ever breaks off.
    let _ = source::documents(&input, &settings, &mut |emit| {
        if let source::Emit::Document(document) = emit {
            let loaded = source::load(&document, &mut tree, &settings);
            out.extend(
                loaded.objects.into_iter().map(|o| Loaded { value: tree.json(o.node), diagnostics: o.diagnostics }),
            );
        }
        ControlFlow::Continue(())
    });
    out
}

/// What cases need from outside the policy engine.
pub(super) fn surroundings() -> Surroundings<'static> {
    Surroundings { reader: &read_yaml, permissions: Some(rbac::build) }
}

pub(super) fn run(args: &Args) -> Result {
    let mut subject = Subject::load(args.dir.as_deref())?;
    if let Some(text) = args.filter.as_ref().or(args.filter_text.as_ref()) {
        subject.filter(text);
        if subject.own.is_empty() {
            return Err(Error::new(format!("no check has {text:?} in its id, and no group has this name")));
        }
    }
    let threads = match args.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        n => n,
    };
    if args.mutate {
        return mutated(&subject, args, threads);
    }
    let tested = testing::test(&subject.catalog, &subject.own, &subject.cases, surroundings(), threads);
    match args.output_format {
        Form::Table => terminal::print(|out| out.write_all(table(&subject, &tested, args.coverage).as_bytes()))?,
        Form::Json => terminal::print_json(&json(&subject, &tested))?,
        Form::Junit => {
            let text = junit(&subject, &tested).to_string().map_err(Error::new)?;
            terminal::print(|out| out.write_all(text.as_bytes()))?;
        }
    }
    Ok(if tested.failures.is_empty() { Exit::Clean } else { Exit::Failed })
}

fn mutated(subject: &Subject, args: &Args, threads: usize) -> Result {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let progress = |done: usize, all: usize| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let Subject { catalog, own, cases, .. } = subject;
    let result = mutate::mutate(catalog, own, cases, surroundings(), threads, args.libraries, &progress);
    bar.finish_and_clear();
    match args.output_format {
        Form::Table => terminal::print(|out| out.write_all(mutants(subject, &result).as_bytes()))?,
        Form::Json => terminal::print_json(&mutants_json(subject, &result))?,
        Form::Junit => return Err(Error::new("mutants have no JUnit form; use table or json")),
    }
    Ok(if result.survivors.is_empty() && result.broken.is_empty() { Exit::Clean } else { Exit::Failed })
}

fn mutants(subject: &Subject, result: &Mutated) -> String {
    let mut out = String::new();
    for id in &result.broken {
        out.push_str(&format!("{id}: left out, because its own cases fail: audit checks test\n"));
    }
    for s in &result.survivors {
        out.push_str(&format!("{}:{}: {}: no case notices: {}\n", subject.shown(&s.file), s.line, s.of, s.change));
    }
    let Mutated { killed, skipped, unseen, survivors, .. } = result;
    out + &format!(
        "{} mutants: {killed} noticed, {} not; {} did not load, {} change only texts that no case states\n",
        killed + skipped.len() + unseen.len() + survivors.len(),
        survivors.len(),
        skipped.len(),
        unseen.len()
    )
}

fn mutants_json(subject: &Subject, result: &Mutated) -> serde_json::Value {
    let list = |all: &[mutate::Survivor]| -> Vec<serde_json::Value> {
        let one = |s: &mutate::Survivor| serde_json::json!({"file": subject.shown(&s.file), "line": s.line, "of": s.of, "change": s.change});
        all.iter().map(one).collect()
    };
    serde_json::json!({
        "noticed": result.killed,
        "not_loaded": list(&result.skipped),
        "unstated": list(&result.unseen),
        "survivors": list(&result.survivors),
        "broken": result.broken,
    })
}

fn table(subject: &Subject, tested: &Tested, coverage: bool) -> String {
    let mut out = String::new();
    for f in &tested.failures {
        let case = if f.case.is_empty() { String::new() } else { format!(" [{}]", f.case) };
        out.push_str(&format!("{}:{}: {}{case}: {}\n", f.file, f.line, f.check, f.message));
    }
    let (mut reached, mut all) = (0, 0);
    for (id, lines) in &tested.lines {
        reached += lines.values().filter(|r| **r).count();
        all += lines.len();
        let missed: Vec<String> = lines.iter().filter(|(_, r)| !**r).map(|(l, _)| l.to_string()).collect();
        if let Some(first) = missed.first().filter(|_| coverage) {
            let file = subject.catalog.check(id).map_or_else(String::new, |c| subject.shown(&c.file));
            let (s, list) = if missed.len() == 1 { ("", first.clone()) } else { ("s", missed.join(", ")) };
            out.push_str(&format!("{file}:{first}: {id}: no case reaches line{s} {list}\n"));
        }
    }
    let percent = if all == 0 { 100.0 } else { 100.0 * reached as f64 / all as f64 };
    let Tested { checks, cases, failures, .. } = tested;
    out.push_str(&format!(
        "{checks} checks, {cases} cases, {} failures; cases reach {percent:.1} % of the lines",
        failures.len()
    ));
    if reached < all && !coverage {
        out.push_str(" (--coverage lists the others)");
    }
    out + "\n"
}

#[derive(Serialize)]
struct Json<'t> {
    checks: Vec<JsonCheck<'t>>,
    cases: usize,
    failures: usize,
}

#[derive(Serialize)]
struct JsonCheck<'t> {
    id: &'t str,
    file: String,
    cases: &'t [String],
    failures: Vec<JsonFailure<'t>>,
    lines: usize,
    lines_not_reached: Vec<u32>,
}

#[derive(Serialize)]
struct JsonFailure<'t> {
    case: &'t str,
    file: &'t str,
    line: u32,
    message: &'t str,
}

fn json<'t>(subject: &Subject, tested: &'t Tested) -> Json<'t> {
    let check = |(id, cases): (&'t String, &'t Vec<String>)| {
        let lines = tested.lines.get(id);
        let failures = tested.failures.iter().filter(|f| f.check == *id);
        JsonCheck {
            id,
            file: subject.catalog.check(id).map_or_else(String::new, |c| subject.shown(&c.file)),
            cases,
            failures: failures
                .map(|f| JsonFailure { case: &f.case, file: &f.file, line: f.line, message: &f.message })
                .collect(),
            lines: lines.map_or(0, std::collections::BTreeMap::len),
            lines_not_reached: lines.into_iter().flatten().filter(|(_, r)| !**r).map(|(l, _)| *l).collect(),
        }
    };
    Json { checks: tested.names.iter().map(check).collect(), cases: tested.cases, failures: tested.failures.len() }
}

fn junit(subject: &Subject, tested: &Tested) -> Report {
    let mut report = Report::new("audit checks test");
    for (id, cases) in &tested.names {
        let mut suite = TestSuite::new(id.as_str());
        let failures = |case: &str| tested.failures.iter().find(|f| f.check == *id && f.case == case);
        // What is wrong with the file of cases as a whole is a case without a name.
        let names = cases.iter().map(String::as_str).chain(failures("").map(|_| ""));
        for name in names {
            let (status, shown) = match failures(name) {
                None => (TestCaseStatus::success(), name),
                Some(f) => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                    status
                        .set_message(f.message.as_str())
                        .set_description(format!("{}:{}: {}", f.file, f.line, f.message));
                    (status, if name.is_empty() { "the file of cases" } else { name })
                }
            };
            let mut case = TestCase::new(shown, status);
            case.set_classname(subject.catalog.check(id).map_or("", |c| c.package.as_str()));
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report
}
