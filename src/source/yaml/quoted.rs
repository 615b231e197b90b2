//! Quoted scalars: `'single'` and `"double"`.

use super::cursor::{BREAK, DOUBLE, Mark, SINGLE, SPACE};
use super::plain::Fold;
use super::scanner::Scanner;
use super::token::{Fault, Kind, Scan, Token};
use std::borrow::Cow;

const CONTEXT: &str = "while scanning a quoted scalar";

impl<'a> Scanner<'a> {
    pub(super) fn fetch_quoted(&mut self, single: bool) -> Scan<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_quoted(single)?;
        self.push(token);
        Ok(())
    }

    fn scan_quoted(&mut self, single: bool) -> Scan<Token<'a>> {
        let start = self.c.mark();
        self.c.skip(1);
        let (quote, special) = if single { (b'\'', SINGLE) } else { (b'"', DOUBLE) };
        // Most are one line without escapes: a slice of the text.
        let stop = self.c.run(self.c.pos, special | BREAK);
        let simple = self.c.bytes.get(stop) == Some(&quote) && !(single && self.c.bytes.get(stop + 1) == Some(&quote));
        let text = if simple {
            let slice = &self.c.text[self.c.pos..stop];
            self.c.advance_to(stop);
            Cow::Borrowed(slice)
        } else {
            Cow::Owned(self.scan_quoted_value(single, start)?)
        };
        self.c.skip(1);
        Ok(Token { text, ..Token::new(Kind::Scalar, start, self.c.pos as u32) })
    }

    /// The value, up to the closing quote.
    fn scan_quoted_value(&mut self, single: bool, start: Mark) -> Scan<String> {
        let (quote, special) = if single { (b'\'', SINGLE) } else { (b'"', DOUBLE) };
        let mut value = String::new();
        let mut fold = Fold::default();
        loop {
            if self.c.is_document_indicator() {
                let problem = "found unexpected document indicator";
                return Err(Fault::within(CONTEXT, start, problem, self.c.mark()));
            }
            if self.c.is_end() {
                return Err(Fault::within(CONTEXT, start, "found unexpected end of stream", start));
            }
            let mut broken = false;
            while !self.c.is_blankz() {
                let b = self.c.at(0);
                if single && b == quote && self.c.at(1) == quote {
                    value.push('\'');
                    self.c.skip(2);
                } else if b == quote {
                    break;
                } else if !single && b == b'\\' && self.c.break_at(self.c.pos + 1) != 0 {
                    self.c.skip(1);
                    self.c.skip_line();
                    broken = true;
                    break;
                } else if !single && b == b'\\' {
                    let c = self.scan_escape(start)?;
                    value.push(c);
                } else {
                    let end = self.c.run(self.c.pos, SPACE | special);
                    value.push_str(&self.c.text[self.c.pos..end]);
                    self.c.advance_to(end);
                }
            }
            if self.c.at(0) == quote {
                return Ok(value);
            }
            let blanks = self.c.pos;
            let mut blanks_end = blanks;
            loop {
                if self.c.is_blank() {
                    self.c.skip(1);
                    if !broken {
                        blanks_end = self.c.pos;
                    }
                } else if self.c.is_break() {
                    // A break that was escaped folds nothing: what follows it counts as further breaks.
                    let line_break = self.c.skip_line().unwrap_or('\n');
                    if broken {
                        fold.push_more(line_break)
                    } else {
                        fold.push(line_break)
                    }
                    broken = true;
                } else {
                    break;
                }
            }
            if broken {
                fold.write(&mut value);
            } else {
                value.push_str(&self.c.text[blanks..blanks_end]);
            }
        }
    }

    /// One escape of a double-quoted scalar.
    fn scan_escape(&mut self, start: Mark) -> Scan<char> {
        let digits = match self.c.at(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            b => {
                let c = simple_escape(b).ok_or_else(|| {
                    Fault::within(
                        "while parsing a quoted scalar",
                        start,
                        "found unknown escape character",
                        self.c.mark(),
                    )
                })?;
                self.c.skip(2);
                return Ok(c);
            }
        };
        let fail = |problem: &'static str, at: Mark| Fault::within("while parsing a quoted scalar", start, problem, at);
        let hex = self.c.bytes.get(self.c.pos + 2..self.c.pos + 2 + digits).unwrap_or_default();
        let mut code = 0u32;
        for &b in hex {
            let digit = (b as char).to_digit(16);
            let digit = digit.ok_or_else(|| fail("did not find expected hexdecimal number", self.c.mark()))?;
            code = (code << 4) | digit;
        }
        if hex.len() < digits {
            return Err(fail("did not find expected hexdecimal number", self.c.mark()));
        }
        let c =
            char::from_u32(code).ok_or_else(|| fail("found invalid Unicode character escape code", self.c.mark()))?;
        self.c.skip(2 + digits);
        Ok(c)
    }
}

fn simple_escape(b: u8) -> Option<char> {
    Some(match b {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\x0B',
        b'f' => '\x0C',
        b'r' => '\r',
        b'e' => '\x1B',
        b' ' => ' ',
        b'"' => '"',
        b'\'' => '\'',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{A0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
