//! JSON streams: one value after the other, lists item by item.
//!
//! A value that fits the limit of a document is looked at as a whole. One that does not can only be a list: its items are then cut
//! out one at a time, so that `kubectl get pods -A -o json` of any size needs the memory of one pod.

use super::structure::{Point, Skipper, blanks, entries, items};
use super::{Format, ListItem, Splitter, Step};
use std::ops::Range;
use std::sync::Arc;

/// What a list says of its items.
#[derive(Clone, Debug, Default)]
pub(super) struct ListKind {
    pub kind: Option<String>,
    pub api_version: Option<String>,
}

impl ListKind {
    pub fn is_list(&self) -> bool {
        self.kind.as_deref().is_some_and(|k| k.ends_with("List"))
    }

    pub fn note(&mut self, key: &[u8], value: &[u8]) {
        let text = || serde_json::from_slice::<String>(value).ok();
        match key {
            b"kind" => self.kind = text(),
            b"apiVersion" => self.api_version = text(),
            _ => {}
        }
    }

    /// Kind and apiVersion of items that name none.
    pub fn of_items(&self) -> (Option<Arc<str>>, Option<Arc<str>>) {
        item_hints(self.kind.as_deref(), self.api_version.as_deref())
    }
}

/// `PodList` of `v1` holds `Pod`s of `v1`; a plain `List` says nothing.
pub(in crate::source) fn item_hints(
    kind: Option<&str>,
    api_version: Option<&str>,
) -> (Option<Arc<str>>, Option<Arc<str>>) {
    match kind.and_then(|k| k.strip_suffix("List")).filter(|k| !k.is_empty()) {
        Some(kind) => (Some(Arc::from(kind)), api_version.map(Arc::from)),
        None => (None, None),
    }
}

/// What came of looking for the end of a value.
pub(super) enum Value {
    Whole { len: usize, odd: bool, points: Vec<Point> },
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
            match self.find_value(Skipper::keeping())? {
                Value::Whole { odd: true, .. } | Value::Cut if values == 0 => return self.yaml(),
                Value::Whole { len, points, .. } => {
                    self.may_go_on()?;
                    self.value(len, &points)?;
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

    pub(super) fn skip_blanks(&mut self, also: &[u8]) -> Step {
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
    pub(super) fn find_value(&mut self, mut skipper: Skipper) -> Step<Value> {
        let mut at = 0;
        loop {
            let data = self.window.data();
            if let Some(n) = skipper.feed(&data[at..]) {
                let len = at + n;
                if len > self.limits.bytes() {
                    return Ok(Value::TooLarge);
                }
                return Ok(Value::Whole { len, odd: skipper.odd, points: skipper.points.unwrap_or_default() });
            }
            at = data.len();
            if at > self.limits.bytes() {
                return Ok(Value::TooLarge);
            }
            if !self.window.fill()? {
                return Ok(Value::Cut);
            }
        }
    }

    /// A value that is in the window as a whole.
    fn value(&mut self, len: usize, points: &[Point]) -> Step {
        let data = &self.window.data()[..len];
        // An array without a head is not taken apart here: only its items tell whether they are objects at all.
        let Some((array, list)) = list_items(data, points) else { return self.document(len, Format::Json, None) };
        let end = self.window.base + len as u64;
        match items(data, points, &array) {
            Some(ranges) if !ranges.is_empty() => {
                let (kind, api_version) = list.of_items();
                let mut at = 0;
                for (number, range) in ranges.into_iter().enumerate() {
                    self.window.consume(range.start - at);
                    let pointer = Arc::from(format!("/items/{number}"));
                    let item = ListItem { pointer, kind: kind.clone(), api_version: api_version.clone() };
                    self.document(range.len(), Format::Json, Some(item))?;
                    at = range.end;
                }
            }
            // Something else than collections in it, or nothing: one by one, to tell what.
            _ => {
                self.window.consume(array.start);
                self.items(&list)?;
            }
        }
        let rest = end.saturating_sub(self.window.base) as usize;
        self.window.consume(rest.min(self.window.data().len()));
        Ok(())
    }
}

/// The array of a list's items, and what the list says of them.
fn list_items(data: &[u8], points: &[Point]) -> Option<(Range<usize>, ListKind)> {
    let mut list = ListKind::default();
    let mut items = None;
    for (key, value) in entries(data, points) {
        list.note(key, &data[value.clone()]);
        if key == b"items" && data[value.start] == b'[' {
            items = Some(value);
        }
    }
    let items = items.filter(|_| list.is_list())?;
    Some((items, list))
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
