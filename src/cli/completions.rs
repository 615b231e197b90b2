//! `audit completions`: a script for the shell.

use super::{Exit, Result, terminal};
use clap_complete::Shell;

/// How to install: bash `audit completions bash > /etc/bash_completion.d/audit`, zsh `audit completions zsh >
/// "${fpath[1]}/_audit"`, fish `audit completions fish > ~/.config/fish/completions/audit.fish`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "audit", &mut script);
    terminal::print(|out| out.write_all(&script))?;
    Ok(Exit::Clean)
}
