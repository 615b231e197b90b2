//! Flags that every audit has, whatever it reads.

use super::terminal::Color;
use crate::config::FlagValues;
use clap::builder::BoolishValueParser;
use std::path::PathBuf;

fn day(text: &str) -> Result<jiff::civil::Date, String> {
    crate::assess::waiver::parse_date(text).map_err(|e| e.to_string())
}

/// Which checks run, and as if when and where.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "What is looked for")]
pub(super) struct Selecting {
    /// Only these checks: ids, `GROUP/*`, or another tool's ids (CKV_K8S_16)
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub check: Vec<String>,
    /// Never these checks
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Only checks of these groups
    #[arg(long, value_delimiter = ',')]
    pub group: Vec<String>,
    /// Report on these benchmarks; runs the checks they need as well
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub benchmark: Vec<String>,
    /// Directories with checks of your own
    #[arg(long, value_name = "DIR", value_delimiter = ',')]
    pub policy: Vec<PathBuf>,
    /// Judge for this Kubernetes version, such as 1.36 [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub kubernetes_version: Option<String>,
    /// Judge dates and waivers as of this day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub at: Option<jiff::civil::Date>,
}

/// What is accepted.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "What is accepted")]
pub(super) struct Accepting {
    /// Least severity that makes the exit code 1: critical, high, medium, low, info or never [default: high]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<String>,
    /// Report and fail on findings only that are not in this earlier JSON report
    #[arg(long, value_name = "REPORT")]
    pub baseline: Option<PathBuf>,
    /// Files with waivers
    #[arg(long, value_name = "FILE", value_delimiter = ',')]
    pub waivers: Vec<PathBuf>,
    /// Refuse waivers inside the audited input (comments, annotations)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub no_inline_waivers: Option<bool>,
    /// Do not end with 2 because something could not be read
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub allow_incomplete: Option<bool>,
}

/// What is shown, and how.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Showing {
    /// table, json, yaml, sarif, junit, markdown, html or kubesec [default: table]
    #[arg(short, long, value_name = "FORMAT", visible_alias = "format")]
    pub output_format: Option<String>,
    /// Write the report to this file
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Show findings of these severities only; score and exit code count all
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub severity: Vec<String>,
    /// List what passed, too
    #[arg(long)]
    pub include_passed: bool,
    /// Findings only, and no progress
    #[arg(short, long)]
    pub quiet: bool,
    /// More: what was not assessed, what was left out, how long it took
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// How the audit runs.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Running")]
pub(super) struct Running {
    /// Settings file [default: the nearest audit.yaml at or above the working directory]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no settings file
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
    /// Threads; 0 = one per core
    #[arg(long, value_name = "N")]
    pub threads: Option<u32>,
    /// Evaluate every check on every object, even on equal ones
    #[arg(long)]
    pub no_verdict_cache: bool,
    /// Evaluate with the reference interpreter: slower, for doubt
    #[arg(long)]
    pub interpreter: bool,
}

/// Bounds of what is read; what is over one is told and left out.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct Limiting {
    /// Bytes of one file [default: none]
    #[arg(long, value_name = "SIZE")]
    pub limit_file_bytes: Option<String>,
    /// Bytes of one document [default: 8Mi]
    #[arg(long, value_name = "SIZE")]
    pub limit_document_bytes: Option<String>,
    /// Levels of nesting [default: 256]
    #[arg(long, value_name = "N")]
    pub limit_depth: Option<String>,
    /// Values in one document [default: 2000000]
    #[arg(long, value_name = "N")]
    pub limit_nodes: Option<String>,
    /// Values that aliases of one document stand for [default: 1000000]
    #[arg(long, value_name = "N")]
    pub limit_alias_nodes: Option<String>,
    /// Documents in one file [default: 100000]
    #[arg(long, value_name = "N")]
    pub limit_documents: Option<String>,
}

/// Everything together.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    pub selecting: Selecting,
    #[command(flatten)]
    pub accepting: Accepting,
    #[command(flatten)]
    pub showing: Showing,
    #[command(flatten)]
    pub running: Running,
    #[command(flatten)]
    pub limiting: Limiting,
}

impl Options {
    /// What the flags say about settings that a file can have, too.
    pub fn flag_values(&self, complete: Option<bool>) -> FlagValues {
        let Options { selecting, accepting, showing, running, limiting } = self;
        let limits = [
            ("file-bytes", &limiting.limit_file_bytes),
            ("document-bytes", &limiting.limit_document_bytes),
            ("depth", &limiting.limit_depth),
            ("nodes", &limiting.limit_nodes),
            ("alias-nodes", &limiting.limit_alias_nodes),
            ("documents", &limiting.limit_documents),
        ];
        FlagValues {
            fail_on: accepting.fail_on.clone(),
            severity: showing.severity.clone(),
            check: selecting.check.clone(),
            skip: selecting.skip.clone(),
            group: selecting.group.clone(),
            benchmark: selecting.benchmark.clone(),
            policy: selecting.policy.clone(),
            kubernetes_version: selecting.kubernetes_version.clone(),
            complete,
            waivers: accepting.waivers.clone(),
            no_inline_waivers: accepting.no_inline_waivers,
            allow_incomplete: accepting.allow_incomplete,
            threads: running.threads,
            limits: limits.into_iter().filter_map(|(n, v)| Some((n.to_owned(), v.clone()?))).collect(),
            output_format: showing.output_format.clone(),
            output_file: showing.output.clone(),
        }
    }
}
