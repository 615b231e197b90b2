//! JSON streams: one value after the other, lists item by item.
//!
//! A value that fits the limit of a document is looked at as a whole. One that does not can only be a list: its items are then cut
//! out one at a time, so that `kubectl get pods -A -o json` of any size needs the memory of one pod.

use super::structure::{Skipper, blanks, entries};
use super::window::Window;
use super::{Format, ListItem, Splitter, Step, Stop, open};
use crate::model::inventory::Skipped;
use std::ops::Range;
use std::sync::Arc;

/// What a list says of its items.
#[derive(Clone, Debug, Default)]
struct ListKind {
    kind: Option<String>,
    api_version: Option<String>,
}

impl ListKind {
    fn is_list(&self) -> bool {
        self.kind.as_deref().is_some_and(|k| k.ends_with("List"))
    }

    fn note(&mut self, key: &[u8], value: &[u8]) {
        let text = || serde_json::from_slice::<String>(value).ok();
        match key {
            b"kind" => self.kind = text(),
            b"apiVersion" => self.api_version = text(),
            _ => {}
        }
    }

    /// Kind and apiVersion of items that name none.
    fn of_items(&self) -> (Option<Arc<str>>, Option<Arc<str>>) {
        item_hints(self.kind.as_deref(), self.api_version.as_deref())
    }
}

/// `PodList` of `v1` holds `Pod`s of `v1`; a plain `List` says nothing.
pub(in crate::source) fn item_hints(kind: Option<&str>, api_version: Option<&str>) -> (Option<Arc<str>>, Option<Arc<str>>) {
    match kind.and_then(|k| k.strip_suffix("List")).filter(|k| !k.is_empty()) {
        Some(kind) => (Some(Arc::from(kind)), api_version.map(Arc::from)),
        None => (None, None),
    }
}

/// What came of looking for the end of a value.
enum Value {
    Whole { len: usize, odd: bool },
    TooLarge,
    Cut,
}

impl Splitter<'_> {
    pub(super) fn json(&mut self) -> Step {
        let mut values = 0;
        loop {
            // What is not a JSON value, or only looks like one, is left to the YAML reader.
            let mut blank = blanks(self.window.data(), 0, b"");
            while blank == self.window.data().len() && self.window.fill()? {
                blank = blanks(self.window.data(), 0, b"");
            }
            self.window.need(blank + 256)?;
            if blank == self.window.data().len() {
                self.window.consume(blank);
                return Ok(());
            }
            if !looks_like_json(&self.window.data()[blank..]) {
                return self.yaml_rest(values, blank);
            }
            self.window.consume(blank);
            match self.find_value()? {
                Value::Whole { odd: true, .. } | Value::Cut if values == 0 => return self.yaml(),
                Value::Whole { len, .. } => {
                    self.may_go_on()?;
                    self.value(len)?;
                }
                Value::TooLarge => {
                    self.may_go_on()?;
                    self.large_value()?;
                }
                Value::Cut => {
                    self.document_gap("syntax", "unexpected end of JSON input".to_owned())?;
                    return Ok(());
                }
            }
            self.index += 1;
            values += 1;
        }
    }

    /// YAML after JSON. After one value kubectl passes over the blanks up to the next line and reads on; after more it is sure that
    /// the stream is JSON and refuses the rest, which is read here all the same.
    fn yaml_rest(&mut self, values: u32, blank: usize) -> Step {
        if values > 0 {
            let line_end = memchr::memchr(b'\n', &self.window.data()[..blank]).map_or(blank, |i| i + 1);
            self.window.consume(line_end);
        }
        if values > 1 {
            let detail = "kubectl reads only JSON after two JSON values, and refuses what follows; put '---' between all documents";
            self.document_gap("syntax", detail.to_owned())?;
        }
        self.yaml()
    }

    fn skip_blanks(&mut self, also: &[u8]) -> Step {
        loop {
            let n = blanks(self.window.data(), 0, also);
            let all = n == self.window.data().len();
            self.window.consume(n);
            if !all || !self.window.fill()? {
                return Ok(());
            }
        }
    }

    /// Looks for the end of the value at the window's start, as far as the limit allows.
    fn find_value(&mut self) -> Step<Value> {
        let mut skipper = Skipper::default();
        let mut at = 0;
        loop {
            let data = self.window.data();
            if let Some(n) = skipper.feed(&data[at..]) {
                let len = at + n;
                let odd = skipper.odd;
                return Ok(if len > self.limits.document_bytes { Value::TooLarge } else { Value::Whole { len, odd } });
            }
            at = data.len();
            if at > self.limits.document_bytes {
                return Ok(Value::TooLarge);
            }
            if !self.window.fill()? {
                return Ok(Value::Cut);
            }
        }
    }

    /// A value that is in the window as a whole.
    fn value(&mut self, len: usize) -> Step {
        let data = &self.window.data()[..len];
        let items = if data[0] == b'[' { Some((0..len, ListKind::default(), "")) } else { list_items(data) };
        let Some((range, list, prefix)) = items else { return self.document(len, Format::Json, None) };
        let end = self.window.base + len as u64;
        self.window.consume(range.start);
        self.items(&list, prefix)?;
        let rest = end.saturating_sub(self.window.base) as usize;
        self.window.consume(rest.min(self.window.data().len()));
        Ok(())
    }

    /// The items of the array at the window's start, one by one. The window is then after the array.
    fn items(&mut self, list: &ListKind, prefix: &str) -> Step {
        let (kind, api_version) = list.of_items();
        self.window.consume(1);
        let mut number = 0u64;
        loop {
            self.skip_blanks(b",")?;
            match self.window.data().first() {
                Some(b']') => break,
                None => return self.document_gap("syntax", "unexpected end of JSON input in a list".to_owned()),
                _ => {}
            }
            let pointer = Arc::from(format!("{prefix}/{number}"));
            match self.find_value()? {
                // A closing brace where an item should be.
                Value::Whole { len: 0, .. } => {
                    self.document_gap("syntax", "invalid character in a JSON list".to_owned())?;
                    return Err(Stop::Done);
                }
                Value::Whole { len, .. } => {
                    let item = ListItem { pointer, kind: kind.clone(), api_version: api_version.clone() };
                    self.document(len, Format::Json, Some(item))?;
                }
                Value::TooLarge => {
                    let limit = self.limits.document_bytes;
                    let detail = format!("item {pointer} is larger than {limit} bytes (setting limits.document_bytes)");
                    self.document_gap("limit", detail)?;
                    skip_value(&mut self.window)?;
                }
                Value::Cut => return self.document_gap("syntax", "unexpected end of JSON input in a list".to_owned()),
            }
            number += 1;
        }
        self.window.consume(1);
        if number == 0 {
            let reason = Arc::from("list without items");
            self.give(super::Emit::Skipped(Skipped { what: Arc::clone(&self.input.shown), reason }))?;
        }
        Ok(())
    }

    /// A value that is over the limit: a list is read item by item, everything else is a gap.
    fn large_value(&mut self) -> Step {
        if self.window.data()[0] == b'[' {
            return self.items(&ListKind::default(), "");
        }
        let (line, base) = (self.window.line, self.window.base);
        let mut list = ListKind::default();
        let mut found = false;
        self.window.consume(1);
        loop {
            self.skip_blanks(b",")?;
            if self.window.data().first() != Some(&b'"') {
                break;
            }
            let Some(key) = self.small_value()? else { break };
            self.skip_blanks(b":")?;
            if key == b"\"items\"" && self.window.data().first() == Some(&b'[') && !found {
                if list.kind.is_none() {
                    list = self.look_ahead(base);
                }
                if list.kind.is_none() || list.is_list() {
                    found = true;
                    self.items(&list, "/items")?;
                    continue;
                }
            }
            let unquoted = key.get(1..key.len() - 1).unwrap_or_default();
            if matches!(unquoted, b"kind" | b"apiVersion") {
                let Some(value) = self.small_value()? else { break };
                list.note(unquoted, &value);
            } else {
                skip_value(&mut self.window)?;
            }
        }
        self.window.consume(usize::from(self.window.data().first() == Some(&b'}')));
        if found {
            return Ok(());
        }
        let here = std::mem::replace(&mut self.window.line, line);
        let told = self.too_large();
        self.window.line = here;
        told
    }

    /// Takes a value that is expected to be small; `None` when it is not, or is cut.
    fn small_value(&mut self) -> Step<Option<Vec<u8>>> {
        let Value::Whole { len, .. } = self.find_value()? else { return Ok(None) };
        let value = self.window.data()[..len].to_vec();
        self.window.consume(len);
        Ok(Some(value))
    }

    /// Kind and apiVersion of the object that begins at `base`, when they come after its items: the file is read once more. Standard
    /// input cannot be; items of kubectl's own lists name their kind themselves.
    fn look_ahead(&self, base: u64) -> ListKind {
        let mut list = ListKind::default();
        let Ok(stream) = open(self.input, base) else { return list };
        let mut window = Window::new(stream);
        // Errors are met again, and told, by whoever reads on.
        let _ = read_kind(&mut window, &mut list);
        list
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
        } else {
            skip_value(window)?;
        }
    }
    Ok(())
}

/// Longest key, kind or apiVersion that is looked at.
const SHORT: usize = 4096;

/// The next value, when it is short; commas and colons before it are passed over.
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
    let Some(len) = Skipper::default().feed(&data[..data.len().min(SHORT)]).filter(|n| *n > 0) else { return Ok(None) };
    let value = data[..len].to_vec();
    window.consume(len);
    Ok(Some(value))
}

/// Passes over the value at the window's start (blanks, commas and colons before it, too) without keeping it.
fn skip_value(window: &mut Window<'_>) -> Step {
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
            return Err(Stop::Done);
        }
        if let Some(n) = skipper.feed(data) {
            window.consume(n);
            return Ok(());
        }
        window.consume(data.len());
        if !window.fill()? {
            return Ok(());
        }
    }
}

/// The array of a list's items, what the list says of them, and where it is.
fn list_items(data: &[u8]) -> Option<(Range<usize>, ListKind, &'static str)> {
    // Few objects have the word, and fewer are lists.
    memchr::memmem::find(data, b"\"items\"")?;
    let mut list = ListKind::default();
    let mut items = None;
    for (key, value) in entries(data) {
        list.note(key, &data[value.clone()]);
        if key == b"items" && data[value.start] == b'[' {
            items = Some(value);
        }
    }
    let items = items.filter(|_| list.is_list())?;
    Some((items, list, "/items"))
}

/// An object or array that begins as JSON does: `{"` or `{}`, and not `{{` or `{a: b}`.
fn looks_like_json(data: &[u8]) -> bool {
    let next = data.get(1 + blanks(data, 1.min(data.len()), b""));
    match data.first() {
        Some(b'{') => matches!(next, None | Some(b'"' | b'}')),
        Some(b'[') => matches!(next, None | Some(b'{' | b']')),
        _ => false,
    }
}
