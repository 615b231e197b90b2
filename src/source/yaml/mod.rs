//! YAML as Kubernetes reads it: one document's text into a [`Tree`].
//!
//! Invariant: a document that Kubernetes (`sigs.k8s.io/yaml` on go-yaml v2) accepts gives the same value here, and one that it
//! refuses is refused, so that no manifest can mean one thing to the cluster and another to its auditor. YAML 1.2 parsers do
//! not have that property (`hostPID: yes`, `0644`, `<<`, U+2028), which is why the scanner follows libyaml's grammar rule by
//! rule. Positions are byte offsets into the text, anchors and tags left out.
//!
//! The way of a document: [`cursor`] (bytes, lines, columns) -> [`scanner`] with [`plain`], [`quoted`], [`block`] and
//! [`name`] (tokens) -> [`events`] (grammar) -> [`builder`] with [`scalar`], [`anchor`] and [`merge`] (the tree).

mod anchor;
mod block;
mod builder;
mod comment;
mod cursor;
mod event;
mod events;
mod merge;
mod name;
mod plain;
mod quoted;
mod scalar;
mod scanner;
mod token;

pub use comment::{Comment, comments};

use super::{Limits, ParseError};
use crate::model::object::Diagnostic;
use crate::model::tree::{Lines, Tree};
use cursor::{Cursor, Mark};
use token::Fault;

/// Parses one document. `tree` is empty except for its `line`, from which lines are counted; what a check may judge (keys given
/// twice, text that Kubernetes does not read) goes to `out`.
///
/// # Errors
/// What is wrong with the document, or which limit it is over. The tree is then of no use.
pub fn parse(text: &str, tree: &mut Tree, limits: &Limits, out: &mut Vec<Diagnostic>) -> Result<(), ParseError> {
    let first_line = tree.line.max(1);
    let depth = limits.depth();
    let result = Cursor::new(text)
        .map_err(|at| Fault::new("control characters are not allowed", mark_at(text, at as u32)))
        .and_then(|cursor| {
            let events = events::Events::new(scanner::Scanner::new(cursor, depth));
            let mut builder = builder::Builder::new(events, tree, limits);
            builder.run()?;
            let explicit_end = builder.explicit_end;
            let (events, duplicates) = builder.events();
            Ok((events.scanner.c.pos, explicit_end, duplicates))
        });
    let (end, explicit_end, duplicates) = result.map_err(|fault| parse_error(text, first_line, &fault))?;
    if !duplicates.is_empty() {
        let lines = Lines::new(text, first_line);
        out.extend(duplicates.into_iter().map(|d| {
            let (lost, won) = (lines.position(d.lost).line, lines.position(d.won).line);
            super::duplicate_key(d.pointer, lost, won)
        }));
    }
    if explicit_end && let Some(at) = content_after(text, end) {
        let line = mark_at(text, at as u32).line + first_line;
        out.push(Diagnostic {
            code: "ignored-text".into(),
            pointer: String::new(),
            message: format!("Kubernetes does not read what follows '...': text from line {line} on"),
        });
    }
    Ok(())
}

fn content_after(text: &str, end: usize) -> Option<usize> {
    let mut at = end;
    for line in text.get(end..)?.split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') && content != "..." {
            return Some(at);
        }
        at += line.len();
    }
    None
}

fn too_deep(limit: usize) -> String {
    format!("nested more than {limit} levels deep (setting limits.depth)")
}

/// The position of a byte, for errors: slow.
fn mark_at(text: &str, at: u32) -> Mark {
    let position = Lines::new(text, 0).position(at);
    Mark { pos: at, line: position.line, column: position.column - 1 }
}

fn parse_error(text: &str, first_line: u32, fault: &Fault) -> ParseError {
    let mut message = fault.problem.to_string();
    if !fault.context.is_empty() {
        message = format!("{message} {}", fault.context);
        if fault.context_mark.line != fault.at.line {
            message = format!("{message} that starts on line {}", first_line + fault.context_mark.line);
        }
    }
    if let Some(hint) = hint(&fault.problem) {
        message = format!("{message}; {hint}");
    }
    ParseError::new(fault.limit, message, text, fault.at.pos as usize, first_line)
}

/// What usually is the cause.
fn hint(problem: &str) -> Option<&'static str> {
    Some(match problem {
        "mapping values are not allowed in this context" => {
            "is this line indented too far, the line above without a colon, or a text with ': ' not quoted?"
        }
        "did not find expected key" | "did not find expected '-' indicator" => {
            "does the indentation match no line above?"
        }
        "found unexpected end of stream" => "is the quote closed?",
        "found unknown escape character" => "double a backslash in double quotes, or use single quotes",
        p if p.starts_with("could not find expected ':'") => "is a colon missing, or the line above not closed?",
        p if p.starts_with("found character '") => "quote the text",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
