//! `audit checks`: for those who read checks and for those who write them.

mod docs;
mod explain;
mod explanation;
mod lint;
mod list;
mod new;
mod subject;
mod test;

use super::Result;

const AFTER_HELP: &str = "\
Examples:
  audit checks list --group workload --severity critical,high
  audit checks explain host-pid            what it means, how to fix it, a bad and a good manifest
  audit checks explain CKV_K8S_16          the same by another tool's id
  audit checks new team/owner-label        start a check of your own
  audit checks lint policies/ && audit checks test policies/";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP, arg_required_else_help = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List checks
    List(list::Args),
    /// Tell what a check means, why it matters and how to fix what it finds
    Explain(explain::Args),
    /// Run the cases of checks
    Test(test::Args),
    /// Tell what is wrong with checks before they run
    Lint(lint::Args),
    /// Start a check of your own: writes the two files it consists of
    New(new::Args),
    /// Write a page per check
    Docs(docs::Args),
}

pub(super) fn run(args: Args) -> Result {
    match args.command {
        Command::List(args) => list::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::New(args) => new::run(&args),
        Command::Docs(args) => docs::run(&args),
    }
}

/// A list as a table for people or as JSON for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// for a person
    #[default]
    Table,
    /// for a program
    Json,
}
