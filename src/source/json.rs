//! JSON as Kubernetes reads it: one value's text into a [`Tree`], as strict as Go's `encoding/json`.
//!
//! Integers stay integers, every other number is a float; of keys given twice the last counts, and a diagnostic tells.

use super::{Limits, ParseError};
use crate::model::object::Diagnostic;
use crate::model::pointer;
use crate::model::tree::{Data, Entry, Lines, NodeId, Text, Tree};
use std::borrow::Cow;

/// More duplicates than this in one document are not told.
const DUPLICATES: usize = 100;

/// Parses one value with blanks around it. `tree` is empty except for its `line`, from which lines are counted.
///
/// # Errors
/// What is wrong with the text, or which limit it is over. The tree is then of no use.
pub fn parse(text: &str, tree: &mut Tree, limits: &Limits, out: &mut Vec<Diagnostic>) -> Result<(), ParseError> {
    let first_line = tree.line.max(1);
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        pos: 0,
        tree,
        limits,
        path: Vec::new(),
        items: Vec::new(),
        entries: Vec::new(),
        duplicates: Vec::new(),
    };
    match parser.document() {
        Ok(root) => parser.tree.set_root(root),
        Err(fault) => {
            let message = fault.message.into_owned();
            return Err(ParseError::new(fault.limit, message, text, fault.at, first_line));
        }
    }
    if !parser.duplicates.is_empty() {
        let lines = Lines::new(text, first_line);
        out.extend(parser.duplicates.into_iter().map(|(pointer, lost, won)| {
            super::duplicate_key(pointer, lines.position(lost).line, lines.position(won).line)
        }));
    }
    Ok(())
}

struct Fault {
    limit: bool,
    message: Cow<'static, str>,
    at: usize,
}

type Parsed<T> = Result<T, Box<Fault>>;

/// A step of the way to the value that is being read.
enum Step {
    Key(Text),
    Item(usize),
}

struct Parser<'a, 't> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    tree: &'t mut Tree,
    limits: &'t Limits,
    path: Vec<Step>,
    items: Vec<NodeId>,
    entries: Vec<Entry>,
    duplicates: Vec<(String, u32, u32)>,
}

impl Parser<'_, '_> {
    fn document(&mut self) -> Parsed<NodeId> {
        let root = self.value()?;
        self.blanks();
        if self.pos < self.bytes.len() {
            return Err(self.unexpected("after the end of the value"));
        }
        Ok(root)
    }

    fn fault(&self, message: impl Into<Cow<'static, str>>, at: usize) -> Box<Fault> {
        Box::new(Fault { limit: false, message: message.into(), at })
    }

    fn unexpected(&self, place: &str) -> Box<Fault> {
        let found = match self.text.get(self.pos..).and_then(|rest| rest.chars().next()) {
            Some(c) => format!("invalid character {c:?} {place}"),
            None => format!("unexpected end of JSON input {place}"),
        };
        self.fault(found, self.pos)
    }

    fn over(&self, message: String) -> Box<Fault> {
        Box::new(Fault { limit: true, message: message.into(), at: self.pos })
    }

    #[inline]
    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.bytes.get(self.pos) {
            self.pos += 1;
        }
    }

    #[inline]
    fn peek(&mut self) -> u8 {
        self.blanks();
        self.bytes.get(self.pos).copied().unwrap_or(0)
    }

    fn value(&mut self) -> Parsed<NodeId> {
        let first = self.peek();
        let start = self.pos;
        match first {
            b'"' => {
                let text = self.string()?;
                Ok(self.tree.push_scalar(Data::Str(text), start as u32, self.pos as u32))
            }
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b't' => self.literal("true", Data::Bool(true)),
            b'f' => self.literal("false", Data::Bool(false)),
            b'n' => self.literal("null", Data::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.unexpected("looking for beginning of value")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self, usize) -> Parsed<NodeId>) -> Parsed<NodeId> {
        if self.path.len() >= self.limits.depth() {
            return Err(
                self.over(format!("nested more than {} levels deep (setting limits.depth)", self.limits.depth()))
            );
        }
        if self.tree.len() > self.limits.nodes as usize {
            let limit = self.limits.nodes;
            return Err(self.over(format!("more than {limit} nodes in one document (setting limits.nodes)")));
        }
        let start = self.pos;
        self.pos += 1;
        read(self, start)
    }

    fn object(&mut self, start: usize) -> Parsed<NodeId> {
        let from = self.entries.len();
        if self.peek() == b'}' {
            self.pos += 1;
            return Ok(self.tree.push_map(&mut [], start as u32, self.pos as u32, |_, _| {}));
        }
        loop {
            if self.peek() != b'"' {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let key_start = self.pos as u32;
            let key = self.string()?;
            let key_end = self.pos as u32;
            if self.peek() != b':' {
                return Err(self.unexpected("after object key"));
            }
            self.pos += 1;
            self.path.push(Step::Key(key));
            let value = self.value()?;
            self.path.pop();
            self.entries.push(Entry { key, key_start, key_end, value });
            match self.peek() {
                b',' => self.pos += 1,
                b'}' => break,
                _ => return Err(self.unexpected("after object key:value pair")),
            }
        }
        self.pos += 1;
        let mut lost: Vec<Entry> = Vec::new();
        let entries = &mut self.entries[from..];
        let node = self.tree.push_map(entries, start as u32, self.pos as u32, |_, entry| lost.push(*entry));
        self.entries.truncate(from);
        for entry in lost {
            self.duplicate(node, &entry);
        }
        Ok(node)
    }

    fn array(&mut self, start: usize) -> Parsed<NodeId> {
        let from = self.items.len();
        if self.peek() == b']' {
            self.pos += 1;
            return Ok(self.tree.push_seq(&[], start as u32, self.pos as u32));
        }
        loop {
            self.path.push(Step::Item(self.items.len() - from));
            let value = self.value()?;
            self.path.pop();
            self.items.push(value);
            match self.peek() {
                b',' => self.pos += 1,
                b']' => break,
                _ => return Err(self.unexpected("after array element")),
            }
        }
        self.pos += 1;
        let node = self.tree.push_seq(&self.items[from..], start as u32, self.pos as u32);
        self.items.truncate(from);
        Ok(node)
    }

    fn literal(&mut self, word: &'static str, data: Data) -> Parsed<NodeId> {
        let start = self.pos;
        let matching = self.bytes[start..].iter().zip(word.bytes()).take_while(|(a, b)| **a == *b).count();
        self.pos += matching;
        if matching < word.len() {
            return Err(self.unexpected(&format!("in literal {word}")));
        }
        Ok(self.tree.push_scalar(data, start as u32, self.pos as u32))
    }

    fn digits(&mut self) -> Parsed<()> {
        let from = self.pos;
        while let Some(b'0'..=b'9') = self.bytes.get(self.pos) {
            self.pos += 1;
        }
        if self.pos == from { Err(self.unexpected("in numeric literal")) } else { Ok(()) }
    }

    fn number(&mut self) -> Parsed<NodeId> {
        let start = self.pos;
        self.pos += usize::from(self.bytes[start] == b'-');
        if self.bytes.get(self.pos) == Some(&b'0') {
            self.pos += 1;
        } else {
            self.digits()?;
        }
        let mut whole = true;
        if self.bytes.get(self.pos) == Some(&b'.') {
            whole = false;
            self.pos += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.pos) {
            whole = false;
            self.pos += 1;
            self.pos += usize::from(matches!(self.bytes.get(self.pos), Some(b'+' | b'-')));
            self.digits()?;
        }
        let text = &self.text[start..self.pos];
        let data = match (whole, text.parse::<i64>(), text.parse::<u64>()) {
            (true, Ok(i), _) => Data::Int(i),
            (true, _, Ok(u)) => Data::UInt(u),
            _ => match text.parse::<f64>() {
                Ok(f) if f.is_finite() => Data::Float(f),
                _ => return Err(self.fault(format!("number {text} is too large"), start)),
            },
        };
        Ok(self.tree.push_scalar(data, start as u32, self.pos as u32))
    }

    fn string(&mut self) -> Parsed<Text> {
        self.pos += 1;
        let start = self.pos;
        self.pos = plain_end(self.bytes, start);
        if self.bytes.get(self.pos) == Some(&b'"') {
            let text = self.tree.push_text(&self.text[start..self.pos]);
            self.pos += 1;
            return Ok(text);
        }
        let mut value = String::new();
        let mut from = start;
        loop {
            value.push_str(&self.text[from..self.pos]);
            match self.bytes.get(self.pos) {
                Some(b'"') => break,
                Some(b'\\') => {
                    self.pos += 1;
                    let c = self.escape()?;
                    value.push(c);
                }
                _ => return Err(self.unexpected("in string literal")),
            }
            from = self.pos;
            self.pos = plain_end(self.bytes, from);
        }
        self.pos += 1;
        Ok(self.tree.push_text(&value))
    }

    fn escape(&mut self) -> Parsed<char> {
        let c = match self.bytes.get(self.pos) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.pos += 1;
                return self.unicode_escape();
            }
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.pos += 1;
        Ok(c)
    }

    fn unicode_escape(&mut self) -> Parsed<char> {
        let high = self.hex4()?;
        if !(0xD800..0xE000).contains(&high) {
            return Ok(char::from_u32(high).unwrap_or('\u{FFFD}'));
        }
        // Half a pair alone becomes U+FFFD, as in Go; what follows it is read on its own.
        if high < 0xDC00 && self.bytes[self.pos..].starts_with(b"\\u") {
            let back = self.pos;
            self.pos += 2;
            let low = self.hex4()?;
            if (0xDC00..0xE000).contains(&low) {
                let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or('\u{FFFD}'));
            }
            self.pos = back;
        }
        Ok('\u{FFFD}')
    }

    fn hex4(&mut self) -> Parsed<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.bytes.get(self.pos).and_then(|b| (*b as char).to_digit(16));
            code = (code << 4) | digit.ok_or_else(|| self.unexpected("in \\u hexadecimal character escape"))?;
            self.pos += 1;
        }
        Ok(code)
    }

    fn duplicate(&mut self, map: NodeId, lost: &Entry) {
        if self.duplicates.len() >= DUPLICATES {
            return;
        }
        let key = self.tree.text_of(lost.key);
        let won = self.tree.entry(map, key).map_or(0, |e| e.key_start);
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Key(text) => pointer::push(&mut path, self.tree.text_of(*text)),
                Step::Item(index) => pointer::push(&mut path, &index.to_string()),
            }
        }
        pointer::push(&mut path, key);
        self.duplicates.push((path, lost.key_start, won));
    }
}

/// The first byte from `i` on that ends a run of ordinary characters of a string: `"`, `\` or a control character.
#[inline]
fn plain_end(bytes: &[u8], mut i: usize) -> usize {
    while let Some(&b) = bytes.get(i) {
        if b == b'"' || b == b'\\' || b < 0x20 {
            break;
        }
        i += 1;
    }
    i
}

#[cfg(test)]
mod tests;
