//! Every flag has an environment variable: `--fail-on` is `AUDIT_FAIL_ON`, `audit checks list --severity` is
//! `AUDIT_CHECKS_SEVERITY`. A flag wins over the variable; an empty variable counts as not set.

use clap::builder::{BoolishValueParser, Resettable};
use clap::{ArgAction, Command};

/// Subcommands whose flags have names of their own, because the same word means something else there.
const PREFIXED: [&str; 2] = ["checks", "rbac"];
/// Flags that make no sense as a variable.
const NONE: [&str; 2] = ["help", "version"];

/// Binds every flag of the command and its subcommands.
pub fn bind(command: Command) -> Command {
    below(command, "AUDIT")
}

fn below(command: Command, prefix: &str) -> Command {
    let command = command.mut_args(|arg| {
        let Some(long) = arg.get_long().filter(|l| !NONE.contains(l)) else { return arg };
        let name = variable(prefix, long);
        let is_switch = matches!(arg.get_action(), ArgAction::SetTrue | ArgAction::SetFalse);
        let is_set = std::env::var_os(&name).is_some_and(|v| !v.is_empty());
        let arg = if is_set { arg.env(name) } else { arg.env(Resettable::Reset) };
        let arg = arg.hide_env(true);
        if is_switch { arg.value_parser(BoolishValueParser::new()) } else { arg }
    });
    command.mut_subcommands(|sub| {
        let name = sub.get_name().to_owned();
        if PREFIXED.contains(&name.as_str()) { below(sub, &variable(prefix, &name)) } else { below(sub, prefix) }
    })
}

fn variable(prefix: &str, long: &str) -> String {
    format!("{prefix}_{}", long.to_uppercase().replace('-', "_"))
}
