//! `audit rbac`: questions to the effective permissions of a cluster, a snapshot or files.

mod known;
mod resource;
mod role;
mod what_can;
mod who_can;

use super::{Result, terminal};
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::peaker::Priority;
use tabled::settings::{Padding, Style, Width};

const AFTER_HELP: &str = "\
Examples:
  audit rbac who-can get secrets                      everywhere, or in single namespaces
  audit rbac who-can create pods/exec -n payments
  audit rbac who-can delete deployments.apps -f manifests/
  audit rbac what-can ServiceAccount/ci/deployer      every rule, its binding and role
  audit rbac what-can User/jane --group devs -f prod.snapshot.gz
  audit rbac role > cluster-role.yaml                 what `audit cluster` must be allowed to do";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP, arg_required_else_help = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Tell who may do something, and through which binding and role
    WhoCan(who_can::Args),
    /// Tell what somebody may do, where, and through which binding and role
    WhatCan(what_can::Args),
    /// Print the least ClusterRole that `audit cluster` needs for the chosen checks
    Role(role::Args),
}

pub(super) fn run(args: Args) -> Result {
    match args.command {
        Command::WhoCan(args) => who_can::run(&args),
        Command::WhatCan(args) => what_can::run(&args),
        Command::Role(args) => role::run(args),
    }
}

/// A table for people or JSON for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// for a person
    #[default]
    Table,
    /// for a program
    Json,
}

/// Rows under a heading; the first row is the heading. Values come from the audited input, so nothing in them may draw on a terminal.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let mut builder = Builder::default();
    for row in rows {
        builder.push_record(row.iter().map(|cell| plain(cell)));
    }
    let mut table = builder.build();
    table.with(Style::blank()).modify(Columns::first(), Padding::new(0, 1, 0, 0));
    if let Some(width) = terminal::width() {
        table.with(Width::wrap(usize::from(width)).keep_words(true).priority(Priority::max(true)));
    }
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// What stands in a rule's place: its role, and its number there.
fn place(role: &str, origin: &str, rule: usize) -> String {
    match (role, origin) {
        ("", _) => "may do everything, whatever the roles say".to_owned(),
        (role, origin) if role == origin => format!("{role} rules[{rule}]"),
        (role, origin) => format!("{role}, by aggregation of {origin} rules[{rule}]"),
    }
}

/// Lines for a person on standard error.
fn remarks(lines: &[String]) {
    lines.iter().for_each(|line| terminal::remark(&format!("audit: {}", plain(line))));
}
