//! `audit checks lint`: what is wrong with checks, with file and line, before they run.

use super::Form;
use super::subject::{LoadError, Subject};
use crate::cli::{Error, Exit, Result, terminal};
use crate::policy::testing;
use serde::Serialize;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Problems go by file and line: syntax, metadata, unknown functions and fields, recursion, names that are taken, cases that cannot be read.
Notes are no problems: they tell which checks are slower than they could be. Exit code 1 when there is a problem.";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Directory of checks; without it the built-in ones
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Form of the result
    #[arg(short, long, value_name = "FORM", default_value = "table")]
    output_format: Form,
}

#[derive(Default, Serialize)]
struct Linted {
    checks: usize,
    problems: Vec<Remark>,
    notes: Vec<Remark>,
}

#[derive(Serialize)]
struct Remark {
    file: String,
    line: u32,
    message: String,
}

pub(super) fn run(args: &Args) -> Result {
    let mut linted = Linted::default();
    match Subject::load(args.dir.as_deref()) {
        Ok(subject) => examine(&subject, &mut linted),
        Err(LoadError::Problems(problems)) => {
            linted.problems.extend(problems.into_iter().map(|p| Remark {
                file: p.file,
                line: p.line,
                message: p.message,
            }));
        }
        Err(e) => return Err(Error::from(e)),
    }
    match args.output_format {
        Form::Json => terminal::print_json(&linted)?,
        Form::Table => terminal::print(|out| out.write_all(text(&linted).as_bytes()))?,
    }
    Ok(if linted.problems.is_empty() { Exit::Clean } else { Exit::Failed })
}

/// Checks that load may still have cases that cannot be read.
fn examine(subject: &Subject, linted: &mut Linted) {
    linted.checks = subject.own.len();
    for id in &subject.own {
        let Some(check) = subject.catalog.check(id) else { continue };
        let file = subject.shown(&check.file);
        match subject.cases.get(id) {
            None => {
                let message = format!("{id} has no cases; write {}", file.replace(".rego", ".yaml"));
                linted.problems.push(Remark { file: file.clone(), line: 1, message });
            }
            Some((path, text)) => {
                if let Err(e) = testing::read(path, text) {
                    linted.problems.push(Remark { file: path.clone(), line: e.line, message: e.message });
                }
            }
        }
        if !check.analysis.uncacheable.is_empty() {
            let message = format!("{id} is not cached: {}", check.analysis.uncacheable);
            linted.notes.push(Remark { file: file.clone(), line: 1, message });
        }
        if let Some((package, why)) = subject.catalog.interpreted(check) {
            let message = format!("{id} is left to the interpreter, which is slower: {package}: {why}");
            linted.notes.push(Remark { file, line: 1, message });
        }
    }
    // A directory that is mostly ours is where we are developed.
    let ours = subject.taken.len() * 2 > subject.own.len();
    if let (Some(first), Some(id), false) = (subject.taken.first(), subject.own.first(), ours) {
        let file = subject.catalog.check(id).map_or_else(String::new, |c| subject.shown(&c.file));
        let also = match subject.taken.len() {
            1 => first.clone(),
            n => format!("{first} and {} others", n - 1),
        };
        let message = format!("{also} are also built in; --policy refuses an id twice, so use ids of your own");
        linted.notes.push(Remark { file, line: 1, message });
    }
}

fn text(linted: &Linted) -> String {
    let mut out = String::new();
    for p in &linted.problems {
        out.push_str(&format!("{}:{}: {}\n", p.file, p.line, p.message));
    }
    for n in &linted.notes {
        out.push_str(&format!("{}:{}: note: {}\n", n.file, n.line, n.message));
    }
    match linted.problems.len() {
        0 => out.push_str(&format!("{} checks, no problems\n", linted.checks)),
        1 => out.push_str("1 problem\n"),
        n => out.push_str(&format!("{n} problems\n")),
    }
    out
}
