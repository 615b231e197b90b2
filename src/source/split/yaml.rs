//! YAML streams: documents between lines that begin with `---`.
//!
//! As kubectl does it: the line splits wherever it stands, in a block scalar, too; only blanks and a comment may follow on it.

use super::{Format, Splitter, Step, Stop};
use memchr::memmem;
use std::sync::Arc;

/// Where a document ends.
enum End {
    /// at a separator: bytes before it, and of the separator's line
    Separator { len: usize, line: usize },
    /// at the end of the stream
    Stream { len: usize },
    /// not within the limit
    TooFar,
}

impl Splitter<'_> {
    pub(super) fn yaml(&mut self) -> Step {
        // Set after a separator that says more than it may: what follows belongs to it.
        let mut refused = false;
        loop {
            let (len, separator) = match self.find_document()? {
                End::Separator { len, line } => (len, Some(line)),
                End::Stream { len } => (len, None),
                End::TooFar => {
                    self.may_go_on()?;
                    self.too_large()?;
                    self.skip_document()?;
                    self.index += 1;
                    match self.find_end(0)? {
                        End::Separator { len, line } => (len, Some(line)),
                        _ => return Ok(()),
                    }
                }
            };
            if refused || !has_content(&self.window.data()[..len]) {
                self.window.consume(len);
            } else {
                self.may_go_on()?;
                let format = if self.window.data()[..len].trim_ascii_start().first() == Some(&b'{') {
                    Format::Json
                } else {
                    Format::Yaml
                };
                self.document(len, format, None)?;
                self.index += 1;
            }
            let Some(line) = separator else { return Ok(()) };
            refused = self.refused_separator(line)?;
            self.window.consume(line);
        }
    }

    /// Whether more than a comment follows the `---`: kubectl refuses such a line, so the document is a gap.
    fn refused_separator(&mut self, line: usize) -> Step<bool> {
        let Some(rest) = refused(&self.window.data()[3..line]) else { return Ok(false) };
        let problem = "invalid YAML document separator: only a comment may follow '---'";
        self.document_gap("syntax", format!("{problem}, not {rest:?}; start a new line after it"))?;
        self.index += 1;
        Ok(true)
    }

    /// The end of the document that begins in the window. A separator that nothing stands before is part of it, as with kubectl.
    fn find_document(&mut self) -> Step<End> {
        match self.find_end(0)? {
            End::Separator { len: 0, line } if refused(&self.window.data()[3..line]).is_none() => self.find_end(line),
            end => Ok(end),
        }
    }

    /// Looks for the next separator from byte `from` on, where a line starts.
    fn find_end(&mut self, mut from: usize) -> Step<End> {
        let limit = self.limits.bytes();
        loop {
            let data = self.window.data();
            match next_separator(data, from) {
                Some(len) if len > limit => return Ok(End::TooFar),
                Some(len) => match memchr::memchr(b'\n', &data[len..]) {
                    Some(n) => return Ok(End::Separator { len, line: n + 1 }),
                    // A separator that is longer than a document may be is cut.
                    None if self.window.at_end() || data.len() - len > limit => {
                        return Ok(End::Separator { len, line: data.len() - len });
                    }
                    None => from = len,
                },
                None if data.len() > limit.saturating_add(4) => return Ok(End::TooFar),
                None if self.window.at_end() && data.len() > limit => return Ok(End::TooFar),
                None if self.window.at_end() => return Ok(End::Stream { len: data.len() }),
                // A line break and two of three dashes may be at the end.
                None => from = data.len().saturating_sub(3),
            }
            self.window.fill()?;
        }
    }

    /// Reads past the rest of a document that is over the limit.
    fn skip_document(&mut self) -> Step {
        loop {
            let data = self.window.data();
            if let Some(i) = memmem::find(data, b"\n---") {
                self.window.consume(i + 1);
                return Ok(());
            }
            // Zeros are not text: the hole of a sparse file is not read to its end.
            if memchr::memchr(0, data).is_some() {
                return Err(Stop::Done);
            }
            // A separator may stand across the border.
            self.window.consume(data.len().saturating_sub(3));
            if !self.window.fill()? {
                return Err(Stop::Done);
            }
        }
    }
}

/// The first line from `from` on that begins with `---`.
fn next_separator(data: &[u8], from: usize) -> Option<usize> {
    if from == 0 && data.starts_with(b"---") {
        return Some(0);
    }
    let from = from.saturating_sub(1);
    memmem::find(&data[from..], b"\n---").map(|i| from + i + 1)
}

/// What follows the `---` of a separator and may not: anything but a comment.
fn refused(rest: &[u8]) -> Option<String> {
    let rest = String::from_utf8_lossy(&rest[..rest.len().min(4096)]);
    let rest = rest.trim();
    (!rest.is_empty() && !rest.starts_with('#')).then(|| rest.chars().take(60).collect())
}

/// Whether there is more than a separator, blanks and comments, or something that the parser has to judge.
fn has_content(data: &[u8]) -> bool {
    let mut rest = data.strip_prefix(b"---").filter(|rest| is_blank(rest.first())).unwrap_or(data);
    loop {
        while is_blank(rest.first()) && !rest.is_empty() {
            rest = &rest[1..];
        }
        match rest.first() {
            None => return !is_plain(data),
            Some(b'#') => rest = &rest[memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())..],
            Some(_) => return true,
        }
    }
}

fn is_blank(byte: Option<&u8>) -> bool {
    matches!(byte, None | Some(b' ' | b'\n' | b'\r'))
}

/// Comments without what YAML forbids, and without the line breaks that only YAML knows.
fn is_plain(comments: &[u8]) -> bool {
    comments.iter().enumerate().all(|(i, b)| match b {
        b'\n' | b'\r' | b'\t' | 0x20..=0x7E => true,
        0xC2 => comments.get(i + 1).is_some_and(|b| *b >= 0xA0),
        0xE2 => !matches!(comments[i..], [0xE2, 0x80, 0xA8 | 0xA9, ..]),
        0x80.. => true,
        _ => false,
    })
}

/// The template that `helm template` names at the head of a document: `# Source: chart/templates/x.yaml`.
pub(super) fn template(text: &str) -> Option<Arc<str>> {
    text.lines()
        .map(str::trim)
        .take_while(|line| line.is_empty() || line.starts_with(['#', '-']))
        .find_map(|line| line.strip_prefix("# Source: "))
        .map(|name| Arc::from(name.trim()))
}
