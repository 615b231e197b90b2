//! The roles and bindings that a question is put to, and how far they can be relied on.

use crate::cli::connection::Connection;
use crate::cli::intake::{self, Intake, Remembered};
use crate::cli::output;
use crate::cli::scan::is_snapshot;
use crate::cli::{Error, Exit};
use crate::config::Limits;
use crate::model::inventory::{Coverage, Gap};
use crate::model::report::Report;
use crate::model::tree::Tree;
use crate::policy::inventory::RBAC_KINDS;
use crate::rbac::Index;
use crate::source::cluster::snapshot::read_snapshot;
use crate::source::cluster::{self, Item, Silent};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where roles and bindings are read from.
#[derive(Debug, clap::Args)]
pub(super) struct From {
    /// Files, folders, a snapshot, or - for standard input, instead of the live cluster
    #[arg(short, long = "file", value_name = "PATH")]
    file: Vec<PathBuf>,
    /// Do not end with 2 because something could not be read
    #[arg(long)]
    allow_incomplete: bool,
    #[command(flatten)]
    connection: Connection,
}

/// Roles and bindings, indexed.
pub(super) struct Known {
    pub index: Index,
    /// where from, in words
    pub source: String,
    /// kinds that are not completely known
    pub incomplete: Vec<String>,
    gaps: Vec<Gap>,
    /// what a person should know
    notes: Vec<String>,
    /// whether files were read: what is not in them may be elsewhere
    files: bool,
}

impl From {
    /// Reads them; fails when nothing can be read at all.
    pub fn read(&self) -> Result<Known, Error> {
        match self.file.as_slice() {
            [] => self.cluster(),
            [path] if is_snapshot(path) => snapshot(path),
            paths => {
                if let Some(path) = paths.iter().find(|p| is_snapshot(p)) {
                    let message = "is a snapshot of a cluster; ask it alone, because it is complete in itself";
                    return Err(Error::new(format!("{} {message}", path.display())));
                }
                Ok(files(paths))
            }
        }
    }

    /// How the command ends when everything was answered.
    pub fn exit(&self, known: &Known) -> Exit {
        let broken = !known.gaps.is_empty() || !known.files && !known.incomplete.is_empty();
        if broken && !self.allow_incomplete { Exit::Incomplete } else { Exit::Clean }
    }

    fn cluster(&self) -> Result<Known, Error> {
        let options = cluster::Options { deadline: Duration::from_secs(120), ..self.connection.options() };
        let mut objects = Objects::default();
        let kinds = RBAC_KINDS.map(str::to_owned);
        let collected = cluster::collect(&options, &kinds, &mut |item| objects.item(&item), &Silent);
        let collected = collected.map_err(Error::new)?;
        let source = collected.server.url.clone();
        let coverage = collected.coverage();
        Ok(Known::new(objects, source, &coverage, collected.gaps, collected.notes))
    }
}

impl Known {
    fn new(objects: Objects, source: String, coverage: &Coverage, gaps: Vec<Gap>, notes: Vec<String>) -> Known {
        let incomplete = RBAC_KINDS.iter().filter(|k| !coverage.of(k).0.is_complete());
        Known {
            index: Index::new(&objects.values),
            source,
            incomplete: incomplete.map(|k| (*k).to_owned()).collect(),
            gaps: gaps.into_iter().chain(objects.broken).collect(),
            notes,
            files: false,
        }
    }

    /// Whether there are no other objects of a kind than those at hand.
    pub fn has_all(&self, kind: &str) -> bool {
        !self.incomplete.iter().any(|k| k == kind) && self.gaps.is_empty()
    }

    /// What a person must know to rely on an answer.
    pub fn tell(&self) {
        let mut lines = self.notes.clone();
        if self.files {
            lines.push(
                "roles and bindings that are not in these files are not known, but for those of Kubernetes itself"
                    .to_owned(),
            );
        } else if !self.incomplete.is_empty() {
            lines.push(format!("not completely known: {}; others may do it, too", self.incomplete.join(", ")));
        }
        super::remarks(&lines);
        output::tell_gaps(&Report { gaps: self.gaps.clone(), ..Report::default() }, true);
    }

    /// The same for a program.
    pub fn json(&self) -> Value {
        json!({
            "from": self.source, "complete": self.incomplete.is_empty() && self.gaps.is_empty(), "incomplete": self.incomplete, "gaps": self.gaps,
        })
    }
}

/// What came so far.
#[derive(Default)]
struct Objects {
    values: Vec<Value>,
    broken: Vec<Gap>,
}

impl Objects {
    fn item(&mut self, item: &Item) -> bool {
        if RBAC_KINDS.contains(&&*item.kind) {
            match serde_json::from_slice(&item.bytes) {
                Ok(value) => self.values.push(value),
                Err(e) => self.broken.push(Gap {
                    what: format!("{} {}/{}", item.kind, item.namespace, item.name).into(),
                    reason: "syntax".into(),
                    detail: e.to_string().into(),
                    line: 0,
                    column: 0,
                    excerpt: "".into(),
                }),
            }
        }
        true
    }
}

fn snapshot(path: &Path) -> Result<Known, Error> {
    let mut snapshot = read_snapshot(path).map_err(Error::new)?;
    let header = std::mem::take(&mut snapshot.header);
    let mut objects = Objects::default();
    for item in snapshot {
        objects.item(&item.map_err(Error::new)?);
    }
    // What else the cluster could not give matters to no answer of ours.
    let coverage = header.coverage();
    Ok(Known::new(objects, path.display().to_string(), &coverage, Vec::new(), Vec::new()))
}

fn files(paths: &[PathBuf]) -> Known {
    let intake = Intake::of(paths, &Limits::default(), false);
    let mut objects = Objects::default();
    let mut tree = Tree::default();
    intake.produce(&mut Remembered::default(), &mut |piece| {
        tree.clear();
        let job = intake::load(piece, &mut tree, intake.settings());
        let ours = job.objects.iter().filter(|o| RBAC_KINDS.contains(&&*o.id.kind));
        objects.values.extend(ours.map(|o| tree.json(o.node)));
        objects.broken.extend(job.gaps);
        true
    });
    let source = paths.iter().map(|p| p.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let known = Known::new(objects, source, &Coverage::files(false), Vec::new(), Vec::new());
    Known { files: true, ..known }
}
