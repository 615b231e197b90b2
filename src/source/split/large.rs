//! JSON values that are over the limit of a document: only a list can be read then, one item at a time.

use super::json::{ListKind, Value};
use super::structure::{Point, Skipper, blanks, entries};
use super::window::Window;
use super::{Emit, Format, ListItem, Splitter, Step, Stop, document_name, open};
use crate::model::inventory::Skipped;
use crate::source::discover::InputKind;
use std::io::Read;
use std::sync::Arc;

/// Longest key, kind or apiVersion that is looked at.
const SHORT: usize = 4096;

impl Splitter<'_> {
    /// The items of a list's array at the window's start, one by one. The window is then after the array.
    pub(super) fn items(&mut self, list: &ListKind) -> Step {
        let (kind, api_version) = list.of_items();
        self.window.consume(1);
        let mut number = 0;
        while let Some((len, _)) = self.next_item("/items", &mut number)? {
            let pointer = Arc::from(format!("/items/{number}"));
            let item = ListItem { pointer, kind: kind.clone(), api_version: api_version.clone() };
            self.document(len, Format::Json, Some(item))?;
            number += 1;
        }
        if number == 0 { self.skipped("list without items") } else { Ok(()) }
    }

    /// The items of an array without a head: those that look like objects, one by one; the others are counted.
    fn bare_items(&mut self) -> Step {
        self.window.consume(1);
        let (mut number, mut others) = (0, 0u64);
        while let Some((len, points)) = self.next_item("", &mut number)? {
            let named = |key: &[u8]| matches!(key, b"kind" | b"apiVersion");
            if entries(&self.window.data()[..len], &points).iter().any(|(key, _)| named(key)) {
                let pointer = Arc::from(format!("/{number}"));
                self.document(len, Format::Json, Some(ListItem { pointer, kind: None, api_version: None }))?;
            } else {
                self.window.consume(len);
                others += 1;
            }
            number += 1;
        }
        if others > 0 || number == 0 {
            self.skipped(&format!("list with {others} items without apiVersion and kind"))
        } else {
            Ok(())
        }
    }

    /// Length and points of the next item; `None` after the end of the array. Items over the limit are told and counted.
    fn next_item(&mut self, prefix: &str, number: &mut u64) -> Step<Option<(usize, Vec<Point>)>> {
        loop {
            self.skip_blanks(b",")?;
            if self.window.data().first() == Some(&b']') {
                self.window.consume(1);
                return Ok(None);
            }
            match self.find_value(Skipper::keeping())? {
                // Nothing is there, or a closing brace.
                Value::Whole { len: 0, .. } | Value::Cut => {
                    self.document_gap("syntax", format!("JSON list is broken or cut off at item {number}"))?;
                    return Err(Stop::Done);
                }
                Value::Whole { len, points, .. } => return Ok(Some((len, points))),
                Value::TooLarge => {
                    let limit = self.limits.bytes();
                    let what = format!("item {prefix}/{number}");
                    let detail = format!("{what} is larger than {limit} bytes (setting limits.document_bytes)");
                    self.document_gap("limit", detail)?;
                    if !skip_value(&mut self.window)? {
                        return Err(Stop::Done);
                    }
                    *number += 1;
                }
            }
        }
    }

    fn skipped(&mut self, reason: &str) -> Step {
        let what = Arc::from(document_name(&self.input.shown, self.index));
        self.give(Emit::Skipped(Skipped { what, reason: Arc::from(reason) }))
    }

    /// A value that is over the limit.
    pub(super) fn large_value(&mut self) -> Step {
        if self.window.data()[0] == b'[' {
            return self.bare_items();
        }
        let (line, base) = (self.window.line, self.window.base);
        let mut list = ListKind::default();
        let mut streamed = false;
        self.window.consume(1);
        let whole = loop {
            self.skip_blanks(b",")?;
            if self.window.data().first() == Some(&b'}') {
                self.window.consume(1);
                break true;
            }
            let Some(key) = short_value(&mut self.window)?.filter(|key| key.len() > 1 && key[0] == b'"') else {
                break false;
            };
            let key = &key[1..key.len() - 1];
            self.skip_blanks(b":")?;
            if key == b"items" && self.window.data().first() == Some(&b'[') && !streamed {
                if list.kind.is_none() {
                    list = self.look_ahead(base)?;
                }
                if list.is_list() {
                    streamed = true;
                    self.items(&list)?;
                    continue;
                }
            }
            if matches!(key, b"kind" | b"apiVersion") {
                let Some(value) = short_value(&mut self.window)? else { break false };
                list.note(key, &value);
            } else if !skip_value(&mut self.window)? {
                break false;
            }
        };
        match (streamed, whole) {
            (true, true) => return Ok(()),
            (true, false) => {
                self.document_gap("syntax", "JSON is broken or cut off after a list's items".to_owned())?
            }
            (false, true) if list.kind.is_none() && list.api_version.is_none() => {
                return self.skipped("no apiVersion and kind");
            }
            (false, _) => {
                let here = std::mem::replace(&mut self.window.line, line);
                let told = self.too_large();
                self.window.line = here;
                told?;
            }
        }
        if whole { Ok(()) } else { Err(Stop::Done) }
    }

    /// The input once more, when it is a file: a pipe would give bytes that are then missing here.
    fn reopen(&self, offset: u64) -> Option<Box<dyn Read + '_>> {
        match &self.input.kind {
            InputKind::File(path) if !path.metadata().is_ok_and(|meta| meta.is_file()) => None,
            _ => open(self.input, offset).ok(),
        }
    }

    /// What the object that begins at `base` says of the items at the window's start, when it says so only after them. A file is
    /// read once more. Standard input cannot be, but kubectl's lists are of objects that name their kind themselves.
    fn look_ahead(&mut self, base: u64) -> Step<ListKind> {
        let mut list = ListKind::default();
        if let Some(stream) = self.reopen(base) {
            let mut window = Window::new(stream);
            // Errors are met again, and told, by whoever reads on.
            let _ = read_kind(&mut window, &mut list);
            return Ok(list);
        }
        let mut skipper = Skipper::keeping();
        self.window.need(self.limits.bytes())?;
        let data = &self.window.data()[1..];
        let data = &data[blanks(data, 0, b"")..];
        if let Some(len) = skipper.feed(data) {
            let points = skipper.points.unwrap_or_default();
            let is_object = entries(&data[..len], &points).iter().any(|(key, _)| *key == b"kind");
            list.kind = is_object.then(|| "List".to_owned());
        }
        Ok(list)
    }
}

fn read_kind(window: &mut Window<'_>, list: &mut ListKind) -> Step {
    window.need(1)?;
    window.consume(1.min(window.data().len()));
    while list.kind.is_none() || list.api_version.is_none() {
        let Some(key) = short_value(window)? else { break };
        if matches!(key.as_slice(), b"\"kind\"" | b"\"apiVersion\"") {
            let Some(value) = short_value(window)? else { break };
            list.note(&key[1..key.len() - 1], &value);
        } else if !skip_value(window)? {
            break;
        }
    }
    Ok(())
}

/// The next value, when there is one and it is short; commas and colons before it are passed over.
fn short_value(window: &mut Window<'_>) -> Step<Option<Vec<u8>>> {
    let skipped = loop {
        let n = blanks(window.data(), 0, b",:");
        if n < window.data().len() || !window.fill()? {
            break n;
        }
    };
    window.consume(skipped);
    window.need(SHORT)?;
    let data = window.data();
    let end = Skipper::default().feed(&data[..data.len().min(SHORT)]);
    let Some(len) = end.filter(|n| *n > 0) else { return Ok(None) };
    let value = data[..len].to_vec();
    window.consume(len);
    Ok(Some(value))
}

/// Passes over the value at the window's start (blanks, commas and colons before it, too) without keeping it; `false` when it has no
/// end.
fn skip_value(window: &mut Window<'_>) -> Step<bool> {
    let mut skipper = Skipper::default();
    let mut begun = false;
    loop {
        if !begun {
            let n = blanks(window.data(), 0, b",:");
            window.consume(n);
            begun = !window.data().is_empty();
        }
        let data = window.data();
        // Zeros are not text: the hole of a sparse file is not read to its end.
        if memchr::memchr(0, data).is_some() {
            return Ok(false);
        }
        if let Some(n) = skipper.feed(data) {
            window.consume(n);
            return Ok(true);
        }
        window.consume(data.len());
        if !window.fill()? {
            return Ok(false);
        }
    }
}
