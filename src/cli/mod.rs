//! The command line: one file per subcommand, each with its arguments and a function `run`.
//!
//! Results go to standard output, everything about the run (errors, progress) to standard error. Every flag can be set by an
//! environment variable, see [`environment`]. The process ends with an [`Exit`]; whoever reads our output may stop reading
//! at any time, which is no error.

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

mod checks;
mod cluster;
mod completions;
mod connection;
pub mod environment;
mod error;
mod intake;
mod man;
mod options;
mod output;
mod panic;
mod parse;
mod publish;
mod rbac;
mod report;
mod scan;
mod setup;
mod terminal;

pub use crate::assess::exit::Exit;
pub use error::Error;

/// What a subcommand gives.
pub type Result<T = Exit> = std::result::Result<T, Error>;

const LONG_ABOUT: &str = "\
Answers one question with evidence: how safely is this configured?

Every finding names the file, line and field it rests on; what could not be read or judged is shown and never counts as passed.";

const AFTER_HELP: &str = "\
Examples:
  audit scan deploy.yaml                          audit a file, a folder, or - for standard input
  audit cluster                                   audit what runs, with your kubeconfig
  audit rbac who-can get secrets                  who may do it, and through which binding
  audit checks list --severity critical,high      what is looked for
  audit checks explain privileged-container       what it means and how to fix it

Every flag can be set by an environment variable: --fail-on by AUDIT_FAIL_ON, those of `audit checks` by AUDIT_CHECKS_<FLAG>
and those of `audit rbac` by AUDIT_RBAC_<FLAG>.
Exit codes: 0 nothing at or above --fail-on, 1 something, 2 wrong usage or an incomplete audit.";

/// Audits Kubernetes configuration: findings with evidence, and a score anyone can recompute.
#[derive(Debug, Parser)]
#[command(name = "audit", version, long_about = LONG_ABOUT, after_help = AFTER_HELP)]
#[command(propagate_version = true, subcommand_required = true, arg_required_else_help = true, max_term_width = 120)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Audit manifests: files, folders, standard input
    Scan(Box<scan::Args>),
    /// Audit a live cluster
    Cluster(Box<cluster::Args>),
    /// Show what Kubernetes makes of each document, or what checks see of it
    Parse(parse::Args),
    /// Show a stored JSON report in another format, or compare two
    Report(report::Args),
    /// Who may do what, and what lets them; the role that `audit cluster` needs
    Rbac(Box<rbac::Args>),
    /// The checks: list and explain them, and test, lint or write your own
    Checks(checks::Args),
    /// Print a script that completes commands and flags in your shell
    Completions(completions::Args),
    /// Print or write the manual pages
    Man(man::Args),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    panic::hook();
    let args: Vec<OsString> = std::env::args_os().collect();
    let outcome = std::panic::catch_unwind(|| run(args));
    let exit = match outcome {
        Ok(exit) => exit,
        Err(_) => Exit::Incomplete,
    };
    // A thread that broke took its part of the work with it.
    let exit = if panic::happened() && exit == Exit::Clean { Exit::Incomplete } else { exit };
    ExitCode::from(exit.code())
}

fn run(args: Vec<OsString>) -> Exit {
    let parsed = command().try_get_matches_from(args).and_then(|m| Cli::from_arg_matches(&m));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(e) => {
            // Help is no error; neither is a reader of it that has seen enough.
            let _ = e.print();
            return if e.use_stderr() { Exit::Incomplete } else { Exit::Clean };
        }
    };
    let outcome = match cli.command {
        Command::Scan(args) => scan::run(&args),
        Command::Cluster(args) => cluster::run(&args),
        Command::Parse(args) => parse::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Rbac(args) => rbac::run(*args),
        Command::Checks(args) => checks::run(args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    };
    match outcome {
        Ok(exit) => exit,
        Err(e) if e.is_broken_pipe() => Exit::Clean,
        Err(e) => {
            terminal::complain(&e);
            Exit::Incomplete
        }
    }
}

/// The whole command line, every flag with its environment variable.
fn command() -> clap::Command {
    environment::bind(Cli::command())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }
}
