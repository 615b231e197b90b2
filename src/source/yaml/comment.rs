//! Comments of a document: what the scanner passes over, kept for whoever asks.

use super::cursor::Cursor;
use super::scanner::{CommentSpan, Scanner};
use super::token::Kind;

/// A comment of a YAML document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// offset of the `#` in the document's text
    pub start: u32,
    /// one past the last byte; the line break is not part of it
    pub end: u32,
    /// line of the file, from 1
    pub line: u32,
    /// nothing else stands on the line
    pub own_line: bool,
    /// what follows the `#`, trimmed
    pub text: String,
}

/// The comments of a document's text, which starts on `first_line` of its file; those before an error when there is one.
pub fn comments(text: &str, first_line: u32, depth: u32) -> Vec<Comment> {
    let Ok(cursor) = Cursor::new(text) else { return Vec::new() };
    let mut scanner = Scanner::new(cursor, depth as usize);
    scanner.comments = Some(Vec::new());
    while let Ok(token) = scanner.take() {
        if matches!(token.kind, Kind::StreamEnd | Kind::DocumentEnd) {
            break;
        }
    }
    let spans = scanner.comments.take().unwrap_or_default();
    let (mut line, mut seen) = (first_line, 0);
    let of = |CommentSpan { start, end }: CommentSpan| {
        // No byte is looked at twice: lines that end as only YAML knows make the text one line with any number of comments.
        let between = &text[seen..start];
        line += memchr::memchr_iter(b'\n', between.as_bytes()).count() as u32;
        let line_start = between.rfind(['\n', '\r']).map(|i| i + 1).or((seen == 0).then_some(0));
        seen = end;
        Comment {
            start: start as u32,
            end: end as u32,
            line,
            own_line: line_start.is_some_and(|i| between[i..].trim().is_empty()),
            text: text[start + 1..end].trim().to_owned(),
        }
    };
    spans.into_iter().map(of).collect()
}
