//! From paths to jobs of the pipeline.

use crate::audit::{Job, JobComment, Loaded};
use crate::config::Limits;
use crate::model::inventory::{Gap, Skipped};
use crate::model::tree::Tree;
use crate::source::{self, Document, Emit, Input, InputKind};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

/// Standard input is remembered up to this size, to show lines of it.
const REMEMBERED_BYTES: usize = 8 << 20;

/// What is read, and what of it may be shown later.
pub(super) struct Intake {
    settings: source::Settings,
    file_bytes: Option<u64>,
    inputs: Vec<Input>,
    gaps: Vec<Gap>,
    skipped: Vec<Skipped>,
}

/// One thing on its way to a thread.
pub(super) enum Piece {
    Document((u32, u32, u32), Document),
    Gap(Gap),
    Skipped(Skipped),
}

/// Texts of standard input by the line on which they start.
#[derive(Default)]
pub(super) struct Remembered {
    texts: Vec<(u32, String)>,
    bytes: usize,
}

impl Intake {
    /// Finds what the paths name; `all_files` reads hidden and vendored ones, too.
    pub fn of(paths: &[PathBuf], limits: &Limits, all_files: bool) -> Intake {
        let settings = source::Settings {
            limits: source::Limits {
                document_bytes: usize::try_from(limits.document_bytes).unwrap_or(usize::MAX),
                depth: limits.depth,
                nodes: limits.nodes,
                alias_nodes: limits.alias_nodes,
                documents: limits.documents,
            },
            all_files,
            ..source::Settings::default()
        };
        let found = source::discover(paths, &settings);
        let source::Discovery { inputs, gaps, skipped } = found;
        Intake { settings, file_bytes: limits.file_bytes, inputs, gaps, skipped }
    }

    /// How the inputs are read.
    pub fn settings(&self) -> &source::Settings {
        &self.settings
    }

    /// Gives every piece of every input, until nobody wants more.
    pub fn produce(&self, remembered: &mut Remembered, give: &mut dyn FnMut(Piece) -> bool) {
        let found = self.gaps.iter().cloned().map(Piece::Gap).chain(self.skipped.iter().cloned().map(Piece::Skipped));
        for piece in found {
            if !give(piece) {
                return;
            }
        }
        for (number, input) in self.inputs.iter().enumerate() {
            if let Some(gap) = self.too_large(input) {
                if !give(Piece::Gap(gap)) {
                    return;
                }
                continue;
            }
            let mut item = 0;
            let flow = source::documents(input, &self.settings, &mut |emit| {
                let piece = match emit {
                    Emit::Document(document) => {
                        if matches!(input.kind, InputKind::Stdin) {
                            remembered.keep(&document);
                        }
                        item += 1;
                        Piece::Document((number as u32, document.index, item), document)
                    }
                    Emit::Gap(gap) => Piece::Gap(gap),
                    Emit::Skipped(skipped) => Piece::Skipped(skipped),
                };
                if give(piece) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            if flow.is_break() {
                return;
            }
        }
    }

    fn too_large(&self, input: &Input) -> Option<Gap> {
        let (Some(limit), InputKind::File(path)) = (self.file_bytes, &input.kind) else { return None };
        let bytes = path.metadata().ok()?.len();
        let detail = format!("has {bytes} bytes, more than the limit of {limit} (--limit-file-bytes); it was not read");
        (bytes > limit).then(|| Gap {
            what: input.shown.clone(),
            reason: "limit".into(),
            detail: detail.into(),
            line: 0,
            column: 0,
            excerpt: "".into(),
        })
    }

    /// Source lines by file and line.
    pub fn lines(&self, wanted: &[(Arc<str>, u32)], remembered: &Remembered) -> crate::report::Snippets {
        let mut by_file: HashMap<&str, Vec<u32>> = HashMap::new();
        for (file, line) in wanted {
            by_file.entry(file).or_default().push(*line);
        }
        let mut out = crate::report::Snippets::new();
        for input in &self.inputs {
            let Some(lines) = by_file.get(&*input.shown) else { continue };
            let found = match &input.kind {
                InputKind::File(path) => file_lines(path, lines),
                _ => remembered.lines(lines),
            };
            out.extend(found.into_iter().map(|(line, text)| ((input.shown.clone(), line), text)));
        }
        out
    }
}

/// A line longer than this is not worth showing.
const LINE_BYTES: u64 = 4096;

/// Lines of a file; `wanted` is sorted. What cannot be read again is not shown.
fn file_lines(path: &std::path::Path, wanted: &[u32]) -> Vec<(u32, String)> {
    use std::io::{BufRead, Read};
    let Ok(file) = std::fs::File::open(path) else { return Vec::new() };
    let mut reader = std::io::BufReader::new(file);
    let mut out = Vec::new();
    let mut number = 0;
    let mut line = Vec::new();
    let last = wanted.last().copied().unwrap_or(0);
    while number < last {
        line.clear();
        match reader.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        number += 1;
        let whole = line.last() == Some(&b'\n');
        if wanted.binary_search(&number).is_ok() {
            out.push((number, clean(&line)));
        }
        if !whole && reader.skip_until(b'\n').is_err() {
            break;
        }
    }
    out
}

fn clean(line: &[u8]) -> String {
    String::from_utf8_lossy(line).trim_start_matches('\u{feff}').trim_end_matches(['\n', '\r']).to_owned()
}

impl Remembered {
    fn keep(&mut self, document: &Document) {
        self.bytes += document.text.len();
        if self.bytes <= REMEMBERED_BYTES && document.column == 0 {
            self.texts.push((document.line, document.text.clone()));
        }
    }

    fn lines(&self, wanted: &[u32]) -> Vec<(u32, String)> {
        let one = |line: u32| {
            let (first, text) = self.texts.iter().rev().find(|(first, _)| *first <= line)?;
            Some((line, clean(text.split('\n').nth((line - first) as usize)?.as_bytes())))
        };
        wanted.iter().filter_map(|&line| one(line)).collect()
    }
}

/// Turns a piece into a job; runs on the threads of the pipeline.
pub(super) fn load(piece: Piece, tree: &mut Tree, settings: &source::Settings) -> Job {
    match piece {
        Piece::Gap(gap) => Job { gaps: vec![gap], ..Job::default() },
        Piece::Skipped(skipped) => Job { skipped: vec![skipped], ..Job::default() },
        Piece::Document(order, document) => {
            let loaded = source::load(&document, tree, settings);
            let objects = loaded.objects.into_iter().map(|o| Loaded {
                id: o.id,
                origin: o.origin,
                node: o.node,
                diagnostics: o.diagnostics,
            });
            let comments = loaded.comments.into_iter().map(|c| JobComment {
                line: c.line,
                start: c.start,
                own_line: c.own_line,
                text: c.text,
            });
            Job {
                order,
                objects: objects.collect(),
                gaps: loaded.gaps,
                skipped: loaded.skipped,
                comments: comments.collect(),
                line: document.line,
                column: document.column,
                text: document.text,
            }
        }
    }
}

/// The paths to read; without one the working directory.
pub(super) fn paths(given: &[PathBuf]) -> Vec<PathBuf> {
    if given.is_empty() { vec![PathBuf::from(".")] } else { given.to_vec() }
}
