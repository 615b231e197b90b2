//! Anchors, aliases and tags: the names that nodes can bear.

use super::cursor::Mark;
use super::scanner::Scanner;
use super::token::{Fault, Kind, Scan, Token};
use std::borrow::Cow;

const TAG: &str = "while parsing a tag";
/// What `!!` stands for.
const CORE: &str = "tag:yaml.org,2002:";

fn is_alpha(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'-'
}

impl<'a> Scanner<'a> {
    /// An anchor or an alias.
    pub(super) fn fetch_name(&mut self, kind: Kind) -> Scan<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.c.mark();
        self.c.skip(1);
        let from = self.c.pos;
        while is_alpha(self.c.at(0)) {
            self.c.skip(1);
        }
        let end = self.c.pos;
        let ended = self.c.is_blankz() || matches!(self.c.at(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if end == from || !ended {
            let context = if kind == Kind::Anchor { "while scanning an anchor" } else { "while scanning an alias" };
            let problem = "did not find expected alphabetic or numeric character";
            return Err(Fault::within(context, start, problem, self.c.mark()));
        }
        let text = Cow::Borrowed(&self.c.text[from..end]);
        self.push(Token { text, ..Token::new(kind, start, end as u32) });
        Ok(())
    }

    pub(super) fn fetch_tag(&mut self) -> Scan<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.c.mark();
        let text = if self.c.at(1) == b'<' {
            self.c.skip(2);
            let uri = self.scan_uri(String::new(), false, start)?;
            if self.c.at(0) != b'>' {
                return Err(Fault::within(
                    "while scanning a tag",
                    start,
                    "did not find the expected '>'",
                    self.c.mark(),
                ));
            }
            self.c.skip(1);
            uri
        } else {
            self.scan_shorthand(start)?
        };
        if !self.c.is_blankz() {
            let problem = "did not find expected whitespace or line break";
            return Err(Fault::within("while scanning a tag", start, problem, self.c.mark()));
        }
        let end = self.c.pos as u32;
        self.push(Token { text: Cow::Owned(text), ..Token::new(Kind::Tag, start, end) });
        Ok(())
    }

    /// `!`, `!local`, `!!core`. Other handles would need a `%TAG` directive, which Kubernetes does not take.
    fn scan_shorthand(&mut self, start: Mark) -> Scan<String> {
        let from = self.c.pos;
        self.c.skip(1);
        while is_alpha(self.c.at(0)) {
            self.c.skip(1);
        }
        let local = self.c.pos;
        if self.c.at(0) == b'!' {
            self.c.skip(1);
            let suffix = self.scan_uri(String::new(), false, start)?;
            return match local - from {
                1 => Ok(format!("{CORE}{suffix}")),
                _ => Err(Fault::within("while parsing a node", start, "found undefined tag handle", start)),
            };
        }
        let head = self.c.text[from + 1..local].to_owned();
        self.scan_uri(head, true, start).map(|suffix| format!("!{suffix}"))
    }

    fn scan_uri(&mut self, head: String, may_be_empty: bool, start: Mark) -> Scan<String> {
        let mut uri = head.into_bytes();
        let mut found = may_be_empty;
        loop {
            let b = self.c.at(0);
            if b == b'%' {
                self.scan_uri_escape(&mut uri, start)?;
            } else if is_alpha(b) || (b != 0 && b";/?:@&=+$,.!~*'()[]".contains(&b)) {
                uri.push(b);
                self.c.skip(1);
            } else {
                break;
            }
            found = true;
        }
        if !found {
            return Err(Fault::within(TAG, start, "did not find expected tag URI", self.c.mark()));
        }
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    /// `%C3%A9`: one character.
    fn scan_uri_escape(&mut self, uri: &mut Vec<u8>, start: Mark) -> Scan<()> {
        let mut left = 0;
        loop {
            let digit = |n: usize| (self.c.at(n) as char).to_digit(16).map(|d| d as u8);
            let (b'%', Some(high), Some(low)) = (self.c.at(0), digit(1), digit(2)) else {
                return Err(Fault::within(TAG, start, "did not find URI escaped octet", self.c.mark()));
            };
            let octet = (high << 4) | low;
            if left == 0 {
                left = match octet {
                    0x00..=0x7F => 1,
                    0xC0..=0xDF => 2,
                    0xE0..=0xEF => 3,
                    0xF0..=0xF7 => 4,
                    _ => {
                        let problem = "found an incorrect leading UTF-8 octet";
                        return Err(Fault::within(TAG, start, problem, self.c.mark()));
                    }
                };
            } else if octet & 0xC0 != 0x80 {
                let problem = "found an incorrect trailing UTF-8 octet";
                return Err(Fault::within(TAG, start, problem, self.c.mark()));
            }
            uri.push(octet);
            self.c.skip(3);
            left -= 1;
            if left == 0 {
                return Ok(());
            }
        }
    }
}
