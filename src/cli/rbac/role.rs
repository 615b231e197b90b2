//! `audit rbac role`: the least ClusterRole that `audit cluster` needs.

use crate::cli::options::{Options, Running, Selecting};
use crate::cli::setup::Setup;
use crate::cli::{Error, Exit, Result, terminal};
use crate::policy::needs;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  audit rbac role > cluster-role.yaml                     for all checks that run without being selected
  audit rbac role --policy policies --config audit.yaml   for your own checks and settings, too
  audit rbac role --group rbac | kubectl apply -f -       for some of them

The role allows to list, and nothing else; Secrets only with --secrets. A kind that the cluster does not have costs nothing.";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Name of the role
    #[arg(long = "role-name", value_name = "NAME", default_value = "kube-audit", value_parser = name)]
    name: String,
    /// Secrets, too, as `audit cluster --secrets` reads them; Kubernetes has no right to their names alone
    #[arg(long)]
    secrets: bool,
    /// Settings file [default: the nearest audit.yaml at or above the working directory]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Read no settings file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
    #[command(flatten)]
    selecting: Selecting,
}

/// Names of roles are path segments; ours need no quotes besides.
fn name(text: &str) -> std::result::Result<String, String> {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '_');
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if starts && !text.ends_with(':') && text.chars().all(fine) {
        return Ok(text.to_owned());
    }
    Err("use letters, digits, '-', '.', ':' and '_'".to_owned())
}

pub(super) fn run(args: Args) -> Result {
    let running = Running { config: args.config, no_config: args.no_config, ..Running::default() };
    let options = Options { selecting: args.selecting, running, ..Options::default() };
    let setup = Setup::new(&options, Some(false), "cluster", String::new())?;
    let kinds = setup.kinds();
    let resources = needs::resources(&kinds, args.secrets);
    if resources.is_empty() {
        return Err(Error::new("the chosen checks look at nothing that a cluster has"));
    }
    let text = manifest(&args.name, &resources);
    terminal::print(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Clean)
}

/// The role as a manifest.
fn manifest(name: &str, resources: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut text = format!(
        "# What `audit cluster` reads: list, and nothing else. Written by `audit rbac role`.\n\
         apiVersion: rbac.authorization.k8s.io/v1\n\
         kind: ClusterRole\n\
         metadata:\n  name: {name}\n  labels:\n    app.kubernetes.io/name: kube-audit\n\
         rules:\n"
    );
    for (group, plurals) in resources {
        text.push_str(&format!("- apiGroups: [{}]\n  resources:\n", serde_json::Value::from(group.as_str())));
        for plural in plurals {
            text.push_str(&format!("  - {plural}\n"));
        }
        text.push_str("  verbs: [list]\n");
    }
    text
}
