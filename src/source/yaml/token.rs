//! Tokens: what the scanner cuts a document into.

use super::cursor::Mark;
use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
}

/// A token. `text` is the scalar's value, or the name of an anchor or alias, or a tag in its long form.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    pub kind: Kind,
    /// a plain scalar: it may be something else than a string
    pub plain: bool,
    pub start: Mark,
    /// one past the last byte
    pub end: u32,
    pub text: Cow<'a, str>,
}

impl<'a> Token<'a> {
    pub fn new(kind: Kind, start: Mark, end: u32) -> Token<'a> {
        Token { kind, plain: false, start, end, text: Cow::Borrowed("") }
    }
}

/// What is wrong with a document, and where.
#[derive(Debug)]
pub(super) struct Fault {
    /// over a limit, rather than not YAML
    pub limit: bool,
    pub problem: Cow<'static, str>,
    /// what was being read: `while parsing a block mapping`; empty when it adds nothing
    pub context: &'static str,
    /// where that began
    pub context_mark: Mark,
    pub at: Mark,
}

pub(super) type Scan<T> = Result<T, Box<Fault>>;

impl Fault {
    pub fn new(problem: impl Into<Cow<'static, str>>, at: Mark) -> Box<Fault> {
        Box::new(Fault { limit: false, problem: problem.into(), context: "", context_mark: at, at })
    }

    pub fn within(context: &'static str, start: Mark, problem: impl Into<Cow<'static, str>>, at: Mark) -> Box<Fault> {
        Box::new(Fault { limit: false, problem: problem.into(), context, context_mark: start, at })
    }
}
