//! Documents: one input cut up as kubectl cuts it, streaming.
//!
//! A [`Document`] is the text of one YAML document or JSON value, or of one item of a JSON list, with its place in the file.
//! Invariants: at most one document or item is held at a time; what is over a limit, not text, or not complete becomes a gap
//! and costs itself only; numbers, lines and offsets of the others stay what they are in the file.
//!
//! kubectl takes a stream that begins with `{` for a series of JSON values and everything else for YAML, cut at every line that
//! begins with `---`, wherever that line stands.

mod json;
mod large;
mod structure;
mod window;
mod yaml;

use super::discover::{Input, InputKind, gap};
use super::{Limits, Settings};
use crate::model::inventory::{Gap, Skipped};
use crate::model::tree::Lines;
pub(super) use json::item_hints;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::sync::Arc;
use window::Window;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML
    Yaml,
    /// JSON; when it is not, it may still be YAML in braces
    Json,
}

/// Which item of a JSON list a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListItem {
    /// pointer of the item in the list's document: `/items/3`
    pub pointer: Arc<str>,
    /// kind of items that name none: `Pod` for a `PodList`
    pub kind: Option<Arc<str>>,
    /// apiVersion of items that name none
    pub api_version: Option<Arc<str>>,
}

/// One document of an input.
#[derive(Clone, Debug)]
pub struct Document {
    /// the input as it is shown
    pub file: Arc<str>,
    /// number of the document in the input, from 0; documents without content are not counted
    pub index: u32,
    /// offset of the text in the input
    pub base: u64,
    /// line of the input on which the text starts, from 1
    pub line: u32,
    /// characters before the text on that line (an item of a list on one line)
    pub column: u32,
    /// the text; never empty
    pub text: String,
    /// how it is written
    pub format: Format,
    /// the template that `helm template` names
    pub template: Option<Arc<str>>,
    /// folder of the Helm chart that the file belongs to
    pub chart: Option<Arc<str>>,
    /// set for items of JSON lists
    pub item: Option<ListItem>,
}

impl Document {
    /// The lines of the text, numbered as in the file.
    pub fn lines(&self) -> Lines<'_> {
        Lines::new(&self.text, self.line).shifted(self.column)
    }
}

/// What comes out of an input.
#[derive(Clone, Debug)]
pub enum Emit {
    /// a document to load
    Document(Document),
    /// something that cannot be read
    Gap(Gap),
    /// something that is left out on purpose
    Skipped(Skipped),
}

/// Cuts an input into documents and gives each to `emit`, until it breaks off.
pub fn documents(input: &Input, settings: &Settings, emit: &mut dyn FnMut(Emit) -> ControlFlow<()>) -> ControlFlow<()> {
    read(input, open(input, 0), settings, emit)
}

fn read<'i>(
    input: &'i Input,
    stream: io::Result<Box<dyn Read + 'i>>,
    settings: &'i Settings,
    emit: &'i mut dyn FnMut(Emit) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut splitter = Splitter {
        input,
        limits: &settings.limits,
        window: Window::new(Box::new(io::empty())),
        emit,
        index: 0,
        emitted: 0,
        broken_off: false,
    };
    let result = stream.map_err(Stop::Io).and_then(|stream| {
        splitter.window = Window::new(stream);
        splitter.run()
    });
    if let Err(Stop::Io(error)) = result {
        // Whether `emit` wants to go on after this shows in `broken_off`.
        let _ = splitter.give(Emit::Gap(unreadable(input, &error)));
    }
    if splitter.broken_off { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

fn open(input: &Input, offset: u64) -> io::Result<Box<dyn Read + '_>> {
    match &input.kind {
        InputKind::File(path) => {
            let mut file = File::open(path)?;
            if offset > 0 {
                file.seek(SeekFrom::Start(offset))?;
            }
            Ok(Box::new(file))
        }
        InputKind::Stdin if offset > 0 => Err(io::Error::from(io::ErrorKind::NotSeekable)),
        InputKind::Stdin => Ok(Box::new(io::stdin().lock())),
        InputKind::Bytes(bytes) => Ok(Box::new(bytes.get(offset as usize..).unwrap_or_default())),
    }
}

fn unreadable(input: &Input, error: &io::Error) -> Gap {
    let remedy = match error.kind() {
        io::ErrorKind::PermissionDenied => "; give this user permission to read it",
        _ => "",
    };
    gap(&input.shown, "unreadable", format!("cannot be read: {error}{remedy}"))
}

/// Why an input is not read any further.
enum Stop {
    Io(io::Error),
    /// nobody wants more of it, or the reason was given out
    Done,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Io(error)
    }
}

type Step<T = ()> = Result<T, Stop>;

/// One input on its way.
struct Splitter<'i> {
    input: &'i Input,
    limits: &'i Limits,
    window: Window<'i>,
    emit: &'i mut dyn FnMut(Emit) -> ControlFlow<()>,
    /// documents with content so far
    index: u32,
    /// anything given out so far
    emitted: u64,
    /// `emit` asked to stop
    broken_off: bool,
}

/// How far binary content is looked for.
const HEAD: usize = 8 << 10;

impl Splitter<'_> {
    fn run(&mut self) -> Step {
        self.window.need(HEAD)?;
        let head = self.window.data();
        let head = &head[..head.len().min(HEAD)];
        if let Some(problem) = not_text(head) {
            return self.gap("encoding", problem.to_owned());
        }
        if head.starts_with(b"\xEF\xBB\xBF") {
            self.window.consume(3);
            self.window.column = 0;
        }
        self.skip_foreign_blanks();
        let start = self.window.data().trim_ascii_start();
        match start.first() {
            Some(b'{' | b'[') => self.json()?,
            _ => self.yaml()?,
        }
        if self.emitted == 0 { self.nothing() } else { Ok(()) }
    }

    /// Passes over blanks beyond ASCII before a brace: they do not keep kubectl from taking a stream for JSON.
    fn skip_foreign_blanks(&mut self) {
        let head = &self.window.data()[..self.window.data().len().min(HEAD)];
        let valid = head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let blank = valid.len() - valid.trim_start().len();
        if valid[blank..].starts_with('{') && !valid[..blank].is_ascii() {
            self.window.consume(blank);
        }
    }

    /// Nothing but blanks and comments.
    fn nothing(&mut self) -> Step {
        let what = Arc::clone(&self.input.shown);
        match self.input.kind {
            InputKind::Stdin => {
                self.gap("empty", "standard input has no documents; did the command before the pipe fail?".to_owned())
            }
            _ if self.input.explicit => self.gap("empty", "has no documents".to_owned()),
            _ => self.give(Emit::Skipped(Skipped { what, reason: Arc::from("no documents") })),
        }
    }

    fn give(&mut self, emit: Emit) -> Step {
        self.emitted += 1;
        self.broken_off |= (self.emit)(emit).is_break();
        if self.broken_off { Err(Stop::Done) } else { Ok(()) }
    }

    fn gap(&mut self, reason: &str, detail: String) -> Step {
        let gap = gap(&self.input.shown, reason, detail);
        self.give(Emit::Gap(gap))
    }

    /// A gap for the document that begins in the window.
    fn document_gap(&mut self, reason: &str, detail: String) -> Step {
        let mut gap = gap(&document_name(&self.input.shown, self.index), reason, detail);
        gap.line = self.window.line;
        self.give(Emit::Gap(gap))
    }

    /// Stops when there may not be another document.
    fn may_go_on(&mut self) -> Step {
        if self.index < self.limits.documents {
            return Ok(());
        }
        let detail = format!(
            "more than {} documents in one file (setting limits.documents); the rest, from line {} on, was not read",
            self.limits.documents, self.window.line
        );
        self.gap("limit", detail)?;
        Err(Stop::Done)
    }

    fn too_large(&mut self) -> Step {
        let detail = format!(
            "larger than {} bytes (setting limits.document_bytes); split it or, for a list, write it as JSON, which is read item by item",
            self.limits.bytes()
        );
        self.document_gap("limit", detail)
    }

    /// Gives out the first `len` bytes of the window as a document, and gives them up.
    fn document(&mut self, len: usize, format: Format, item: Option<ListItem>) -> Step {
        let bytes = &self.window.data()[..len];
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(error) => {
                let at = error.valid_up_to();
                let line = self.window.line + memchr::memchr_iter(b'\n', &bytes[..at]).count() as u32;
                let offset = self.window.base + at as u64;
                let detail = format!("not valid UTF-8 on line {line} (byte {offset} of the file); save it as UTF-8");
                self.document_gap("encoding", detail)?;
                self.window.consume(len);
                return Ok(());
            }
        };
        // Helm finds its own templates; what is in braces is not YAML before it did.
        if self.input.is_template && text.contains("{{") {
            let gap = template_gap(&self.input.shown, self.input.chart.as_deref());
            self.give(Emit::Gap(gap))?;
            return Err(Stop::Done);
        }
        let document = Document {
            file: Arc::clone(&self.input.shown),
            index: self.index,
            base: self.window.base,
            line: self.window.line,
            column: self.window.column,
            template: yaml::template(&text),
            text,
            format,
            chart: self.input.chart.clone(),
            item,
        };
        self.window.consume(len);
        self.give(Emit::Document(document))
    }
}

/// `deploy.yaml document 3`
pub(super) fn document_name(file: &str, index: u32) -> String {
    format!("{file} document {index}")
}

/// The gap for a text that Helm would have to fill in first; equal for all documents of one file.
pub(super) fn template_gap(file: &str, chart: Option<&str>) -> Gap {
    let chart = chart.unwrap_or("CHART");
    gap(file, "template", format!("is a Helm template, not YAML; run: helm template {chart} | audit scan -"))
}

fn not_text(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("is UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
        [_, 0, _, 0, ..] | [0, _, 0, _, ..] => {
            Some("looks like UTF-16 without a byte order mark, or is binary; save it as UTF-8")
        }
        _ if memchr::memchr(0, head).is_some() => Some("is a binary file, not YAML or JSON"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
