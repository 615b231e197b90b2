//! Block scalars: `|` (literal) and `>` (folded).

use super::cursor::Mark;
use super::scanner::Scanner;
use super::token::{Fault, Kind, Scan, Token};
use std::borrow::Cow;

const CONTEXT: &str = "while scanning a block scalar";

/// What happens to the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl<'a> Scanner<'a> {
    pub(super) fn fetch_block_scalar(&mut self, literal: bool) -> Scan<()> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let token = self.scan_block_scalar(literal)?;
        self.push(token);
        Ok(())
    }

    /// The header: chomping and indentation indicator in either order, a comment, a line break.
    fn scan_block_header(&mut self, start: Mark) -> Scan<(Chomp, u32)> {
        self.c.skip(1);
        let (mut chomp, mut increment) = (Chomp::Clip, 0);
        for _ in 0..2 {
            match self.c.at(0) {
                b'+' if chomp == Chomp::Clip => chomp = Chomp::Keep,
                b'-' if chomp == Chomp::Clip => chomp = Chomp::Strip,
                b'0' if increment == 0 => {
                    let problem = "found an indentation indicator equal to 0";
                    return Err(Fault::within(CONTEXT, start, problem, self.c.mark()));
                }
                b @ b'1'..=b'9' if increment == 0 => increment = u32::from(b - b'0'),
                _ => break,
            }
            self.c.skip(1);
        }
        while self.c.is_blank() {
            self.c.skip(1);
        }
        self.skip_comment();
        if self.c.skip_line().is_none() && !self.c.is_end() {
            return Err(Fault::within(CONTEXT, start, "did not find expected comment or line break", self.c.mark()));
        }
        Ok((chomp, increment))
    }

    fn scan_block_scalar(&mut self, literal: bool) -> Scan<Token<'a>> {
        let start = self.c.mark();
        let (chomp, increment) = self.scan_block_header(start)?;
        let mut indent = match increment {
            0 => 0,
            n => self.indent.max(0) as u32 + n,
        };
        let mut value = String::new();
        let mut first_break: Option<char> = None;
        let mut more_breaks = String::new();
        // Ends after the last line with content; after all blank lines when they are kept.
        let mut end = start.pos as usize + 1;
        self.scan_breaks(&mut indent, &mut more_breaks, start)?;
        let mut leading_blank = false;
        while self.c.column() == indent && !self.c.is_end() {
            let blank = self.c.is_blank();
            let folds = !literal && !leading_blank && !blank;
            match first_break.take() {
                Some('\n') if folds && more_breaks.is_empty() => value.push(' '),
                Some('\n') if folds => {}
                Some(line_break) => value.push(line_break),
                None => {}
            }
            value.push_str(&more_breaks);
            more_breaks.clear();
            leading_blank = blank;
            end = self.content_end(self.c.pos);
            value.push_str(&self.c.text[self.c.pos..end]);
            self.c.advance_to(end);
            first_break = self.c.skip_line();
            self.scan_breaks(&mut indent, &mut more_breaks, start)?;
        }
        if chomp != Chomp::Strip {
            value.extend(first_break);
        }
        if chomp == Chomp::Keep {
            value.push_str(&more_breaks);
            end = end.max(self.c.line_start());
        }
        Ok(Token { text: Cow::Owned(value), ..Token::new(Kind::Scalar, start, end as u32) })
    }

    /// Moves over indentation and blank lines; an indentation of 0 is found out here.
    fn scan_breaks(&mut self, indent: &mut u32, breaks: &mut String, start: Mark) -> Scan<()> {
        let mut deepest = 0;
        loop {
            while (*indent == 0 || self.c.column() < *indent) && self.c.at(0) == b' ' {
                self.c.skip(1);
            }
            deepest = deepest.max(self.c.column());
            if (*indent == 0 || self.c.column() < *indent) && self.c.at(0) == b'\t' {
                let problem = "found a tab character where an indentation space is expected";
                return Err(Fault::within(CONTEXT, start, problem, self.c.mark()));
            }
            match self.c.skip_line() {
                Some(line_break) => breaks.push(line_break),
                None => break,
            }
        }
        if *indent == 0 {
            *indent = deepest.max((self.indent + 1).max(1) as u32);
        }
        Ok(())
    }
}
