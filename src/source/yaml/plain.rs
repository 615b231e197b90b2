//! Plain scalars: unquoted text, possibly over several lines.

use super::cursor::{BREAK, COLON, FLOW, SPACE};
use super::scanner::Scanner;
use super::token::{Fault, Kind, Scan, Token};
use std::borrow::Cow;

/// What stands between two runs of a scalar: line breaks that will be folded.
#[derive(Default)]
pub(super) struct Fold {
    first: Option<char>,
    more: String,
}

impl Fold {
    pub fn push(&mut self, line_break: char) {
        match self.first {
            None => self.first = Some(line_break),
            Some(_) => self.more.push(line_break),
        }
    }

    /// A break after one that leaves nothing.
    pub fn push_more(&mut self, line_break: char) {
        self.more.push(line_break);
    }

    /// Writes what the breaks leave: one is a blank, more of them are all but the first.
    pub fn write(&mut self, out: &mut String) {
        match self.first.take() {
            Some('\n') if self.more.is_empty() => out.push(' '),
            Some('\n') | None => out.push_str(&self.more),
            Some(other) => {
                out.push(other);
                out.push_str(&self.more);
            }
        }
        self.more.clear();
    }
}

impl<'a> Scanner<'a> {
    pub(super) fn fetch_plain(&mut self) -> Scan<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_plain()?;
        self.push(token);
        Ok(())
    }

    /// The end of the run of characters at `i` that belong to a plain scalar.
    fn plain_run(&self, mut i: usize) -> usize {
        let stop = SPACE | COLON | if self.flow_level > 0 { FLOW } else { 0 };
        loop {
            i = self.c.run(i, stop);
            // A colon ends the scalar only before a blank.
            if self.c.bytes.get(i) == Some(&b':') && !self.c.is_blankz_at(i + 1) {
                i += 1;
            } else {
                return i;
            }
        }
    }

    fn scan_plain(&mut self) -> Scan<Token<'a>> {
        let text = self.c.text;
        let start = self.c.mark();
        let indent = self.indent + 1;
        // Until the first line break the value is a slice of the text.
        let mut folded: Option<String> = None;
        let mut end = self.c.pos;
        let mut fold = Fold::default();
        let mut broken = false;
        loop {
            if self.c.is_document_indicator() || self.c.at(0) == b'#' {
                break;
            }
            let run_end = self.plain_run(self.c.pos);
            if run_end > self.c.pos {
                if broken {
                    let value = folded.get_or_insert_with(|| text[start.pos as usize..end].to_owned());
                    fold.write(value);
                    value.push_str(&text[self.c.pos..run_end]);
                    broken = false;
                } else if let Some(value) = &mut folded {
                    value.push_str(&text[end..run_end]);
                }
                self.c.advance_to(run_end);
                end = run_end;
            }
            if !self.c.is_blank() && !self.c.is_break() {
                break;
            }
            loop {
                if self.c.is_blank() {
                    if broken && (self.c.column() as i32) < indent && self.c.at(0) == b'\t' {
                        let problem = "found a tab character that violates indentation";
                        return Err(Fault::within("while scanning a plain scalar", start, problem, self.c.mark()));
                    }
                    self.c.skip(1);
                } else if let Some(line_break) = self.c.skip_line() {
                    fold.push(line_break);
                    broken = true;
                } else {
                    break;
                }
            }
            if self.flow_level == 0 && (self.c.column() as i32) < indent {
                break;
            }
        }
        if broken {
            self.simple_key_allowed = true;
        }
        let value = match folded {
            Some(value) => Cow::Owned(value),
            None => Cow::Borrowed(&text[start.pos as usize..end]),
        };
        Ok(Token { plain: true, text: value, ..Token::new(Kind::Scalar, start, end as u32) })
    }

    /// The end of the line's content from byte `i` on.
    pub(super) fn content_end(&self, i: usize) -> usize {
        if self.c.rare == 0 { self.c.line_end(i) } else { self.c.run(i, BREAK) }
    }
}
