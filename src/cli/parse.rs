//! `audit parse`: what Kubernetes makes of each document, or what checks get to see of it.

use super::intake::{self, Intake, Piece, Remembered};
use super::output;
use super::{Exit, Result, terminal};
use crate::config::Limits;
use crate::model::inventory::Gap;
use crate::model::object::Origin;
use crate::model::report::Report;
use crate::model::tree::{Data, Tree};
use crate::policy::normalise;
use crate::source::{self, Document, Format, ParseError, json, yaml};
use serde_json::{Value, json};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  audit parse deploy.yaml | jq .spec                    what Kubernetes reads: yes is true, 0644 is 420
  audit parse deploy.yaml --policy-input | jq           what a check sees, one line per place

Exit code 2 when a document cannot be read.";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Files, folders, patterns, or - for standard input [default: the working directory]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The `input` of every place instead: {"scope", "pointer", "input"}
    #[arg(long)]
    policy_input: bool,
    /// Read hidden files and vendored folders, too
    #[arg(long)]
    all_files: bool,
}

pub(super) fn run(args: &Args) -> Result {
    let paths = intake::paths(&args.paths);
    let intake = Intake::of(&paths, &Limits::default(), args.all_files);
    let mut gaps: Vec<Gap> = Vec::new();
    let mut failed: std::io::Result<()> = Ok(());
    terminal::print(|out| {
        let mut tree = Tree::default();
        intake.produce(&mut Remembered::default(), &mut |piece| {
            match piece {
                Piece::Gap(gap) => gaps.push(gap),
                // Everything that is a mapping is shown, object or not.
                Piece::Skipped(_) => {}
                Piece::Document(_, document) => {
                    let mut line = |value: &Value| writeln!(out, "{value}");
                    let done = if args.policy_input {
                        inputs(&document, &mut tree, intake.settings(), &mut gaps, &mut line)
                    } else {
                        values(&document, &mut tree, intake.settings(), &mut gaps, &mut line)
                    };
                    failed = done;
                }
            }
            failed.is_ok()
        });
        std::mem::replace(&mut failed, Ok(()))
    })?;
    let broken = !gaps.is_empty();
    output::tell_gaps(&Report { gaps, ..Report::default() }, true);
    Ok(if broken { Exit::Incomplete } else { Exit::Clean })
}

type Line<'l> = dyn FnMut(&Value) -> std::io::Result<()> + 'l;

fn values(
    document: &Document,
    tree: &mut Tree,
    settings: &source::Settings,
    gaps: &mut Vec<Gap>,
    line: &mut Line<'_>,
) -> std::io::Result<()> {
    if let Err(error) = parse(document, tree, settings) {
        // The loader's own words, which know about templates and lists.
        let loaded = source::load(document, tree, settings);
        if loaded.gaps.is_empty() {
            gaps.push(gap(document, &error));
        }
        gaps.extend(loaded.gaps);
        return Ok(());
    }
    match tree.data(tree.root()) {
        Data::Null => Ok(()),
        _ => line(&tree.json(tree.root())),
    }
}

/// As the loader reads it: JSON that is none may be YAML in braces.
fn parse(document: &Document, tree: &mut Tree, settings: &source::Settings) -> std::result::Result<(), ParseError> {
    let mut seen = Vec::new();
    tree.clear();
    if document.format == Format::Json && json::parse(&document.text, tree, &settings.limits, &mut seen).is_ok() {
        return Ok(());
    }
    tree.clear();
    yaml::parse(&document.text, tree, &settings.limits, &mut seen)
}

fn gap(document: &Document, error: &ParseError) -> Gap {
    Gap {
        what: document.file.clone(),
        reason: "syntax".into(),
        detail: error.message.as_str().into(),
        line: error.line,
        column: error.column,
        excerpt: error.excerpt.as_str().into(),
    }
}

fn inputs(
    document: &Document,
    tree: &mut Tree,
    settings: &source::Settings,
    gaps: &mut Vec<Gap>,
    line: &mut Line<'_>,
) -> std::io::Result<()> {
    let loaded = source::load(document, tree, settings);
    gaps.extend(loaded.gaps);
    for o in loaded.objects {
        normalise::decode_nulls(tree, o.node);
        let (document, first) = match &o.origin {
            Origin::File { document, line, .. } => (*document, *line),
            _ => (0, 0),
        };
        let places = normalise::places(tree, &o.id, (o.origin.file(), document, first), o.node, &o.diagnostics);
        let mut place = |scope: &str, pointer: &str, input| {
            line(&json!({"scope": scope, "pointer": pointer, "input": tree.json(input)}))
        };
        place("object", "", places.object)?;
        for pod in &places.pods {
            place("pod", &pod.pointer, pod.input)?;
            for container in &pod.containers {
                place("container", &container.pointer, container.input)?;
            }
        }
    }
    Ok(())
}
