//! Inputs: what is read, and how it becomes objects.
//!
//! An [`Input`] is a file or standard input; a [`Document`] is one document of it, as Kubernetes would cut it, with its place in the
//! file; loading a document gives objects, or tells why there are none. Invariants: nothing is dropped silently (what cannot be
//! read is a [`Gap`], what is left out on purpose is [`Skipped`]); a broken document costs itself only; memory is bounded by the
//! limits, not by the input.
//!
//! The way of the data: [`discover()`] (arguments to inputs) -> [`documents`] (one input to documents, streaming) -> [`load`] (one
//! document to objects; this part runs on all cores).
//!
//! [`Gap`]: crate::model::inventory::Gap
//! [`Skipped`]: crate::model::inventory::Skipped

mod classify;
pub mod cluster;
mod discover;
pub mod json;
mod manifest;
pub mod schema;
mod split;
pub mod yaml;

pub use discover::{Discovery, Input, InputKind, discover};
pub use manifest::{Loaded, LoadedObject, load, parse};
pub use split::{Document, Emit, Format, ListItem, documents};
pub use yaml::Comment;

use crate::model::object::Diagnostic;
use crate::model::tree::Lines;

/// How inputs are read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// bounds of one document
    pub limits: Limits,
    /// hidden files and vendored folders are read, too
    pub all_files: bool,
    /// objects of built-in kinds are compared with their types ([`schema::check`])
    pub schema: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { limits: Limits::default(), all_files: false, schema: true }
    }
}

/// Bounds, most of them of one document. A document over a limit is a gap; the others go on.
#[derive(Clone, Debug)]
pub struct Limits {
    /// bytes of one document, or of one item of a JSON list; more than 1 GiB counts as 1 GiB
    pub document_bytes: usize,
    /// levels of nesting; more than 1,000 count as 1,000
    pub depth: u32,
    /// lists, maps and scalars
    pub nodes: u32,
    /// nodes that aliases stand for, counted every time
    pub alias_nodes: u32,
    /// documents in one file; items of JSON lists are not counted
    pub documents: u32,
}

impl Limits {
    /// Positions in a document are 32 bits wide.
    fn bytes(&self) -> usize {
        self.document_bytes.min(1 << 30)
    }

    /// Trees are walked recursively.
    fn depth(&self) -> usize {
        self.depth.min(1000) as usize
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { document_bytes: 8 << 20, depth: 256, nodes: 2_000_000, alias_nodes: 1_000_000, documents: 100_000 }
    }
}

/// Why a text could not be parsed, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ParseError {
    /// over a limit, rather than wrong
    pub limit: bool,
    /// what is wrong
    pub message: String,
    /// offset in the document's text, in bytes
    pub offset: usize,
    /// line of the file, from 1
    pub line: u32,
    /// column in Unicode code points, from 1
    pub column: u32,
    /// the source line
    pub excerpt: String,
}

/// A source line is cut to this many characters in an error.
const EXCERPT: usize = 400;

impl ParseError {
    fn new(limit: bool, message: String, text: &str, offset: usize, first_line: u32) -> ParseError {
        let lines = Lines::new(text, first_line);
        let position = lines.position(offset as u32);
        let excerpt = lines.line_text(offset as u32).chars().take(EXCERPT).collect();
        ParseError { limit, message, offset, line: position.line, column: position.column, excerpt }
    }
}

fn duplicate_key(pointer: String, lost: u32, won: u32) -> Diagnostic {
    let key = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
    let message = if lost == won {
        format!("key {key:?} is given twice on line {lost}; the last counts")
    } else {
        format!("key {key:?} is given on line {lost} and again on line {won}; the last counts")
    };
    Diagnostic { code: "duplicate-key".into(), pointer, message }
}
