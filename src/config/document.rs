//! A [`Document`]: one YAML file that a person wrote for us (`audit.yaml`, `audit-waivers.yaml`, a benchmark), as a tree whose
//! every value knows its line. Reading it never stops at the first mistake: a [`Reader`] collects a [`Mistake`] per
//! wrong key or value, each with file, line, key and remedy, and a key nobody asked for is a mistake too.
//!
//! These files are small and ours, so the limits are tight and aliases are refused.

use super::suggestion::{closest, hint};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use std::fmt;
use std::str::FromStr;

/// Largest file that is read, in bytes.
pub const MAX_BYTES: usize = 4 << 20;

/// What is wrong with a file of settings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{}", self.text())]
pub struct Mistake {
    /// the file as it was named; a flag or an environment variable when there is no file
    pub file: String,
    /// line, from 1; 0 when there is none
    pub line: u64,
    /// the key, with those above it: `limits.depth`, `checks[2].id`; empty for the whole file
    pub key: String,
    /// what is wrong and what to do
    pub message: String,
}

impl Mistake {
    fn text(&self) -> String {
        let mut text = self.file.clone();
        if self.line > 0 {
            text += &format!(":{}", self.line);
        }
        if !self.key.is_empty() {
            text += &format!(": {}", self.key);
        }
        text + ": " + &self.message
    }
}

/// A value and its line.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// line, from 1
    pub line: u64,
    /// the value
    pub data: Data,
}

/// A value; scalars keep their text, so that `1.30` stays a version.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// nothing, `~` or `null`
    Null,
    /// everything that is not a list or a map: text, and what YAML takes it for
    Scalar(String, Plain),
    /// a list
    List(Vec<Node>),
    /// a map in the order of the file: line of the key, key, value
    Map(Vec<(u64, String, Node)>),
}

/// What YAML takes a scalar for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plain {
    /// `true` or `false`
    Bool(bool),
    /// a whole number that fits
    Int(i64),
    /// another number
    Float(f64),
    /// text
    Text,
}

impl Node {
    /// The noun of a message: `a list`, `a map`, `nothing`, or the text itself.
    fn seen(&self) -> String {
        match &self.data {
            Data::Null => "nothing".into(),
            Data::Scalar(text, _) => format!("`{}`", text.chars().take(60).collect::<String>()),
            Data::List(_) => "a list".into(),
            Data::Map(_) => "a map".into(),
        }
    }

    /// The value as JSON.
    pub fn json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.data {
            Data::Null => Value::Null,
            Data::Scalar(_, Plain::Bool(b)) => Value::Bool(*b),
            Data::Scalar(_, Plain::Int(i)) => (*i).into(),
            Data::Scalar(_, Plain::Float(f)) => (*f).into(),
            Data::Scalar(text, Plain::Text) => Value::String(text.clone()),
            Data::List(items) => Value::Array(items.iter().map(Node::json).collect()),
            Data::Map(entries) => Value::Object(entries.iter().map(|(_, k, v)| (k.clone(), v.json())).collect()),
        }
    }
}

/// A parsed file.
#[derive(Clone, Debug)]
pub struct Document {
    /// the file as it was named
    pub name: String,
    /// its value; [`Data::Null`] when it is empty
    pub root: Node,
}

impl Document {
    /// Parses one YAML document. Broken syntax, a second document, a duplicate key, an alias or more than the limits allow is
    /// one mistake.
    pub fn parse(text: &str, name: &str) -> Result<Document, Mistake> {
        let mistake = |line, message: String| Mistake { file: name.into(), line, key: String::new(), message };
        if text.len() > MAX_BYTES {
            return Err(mistake(0, format!("{} bytes; at most {MAX_BYTES} are read", text.len())));
        }
        let empty = text.lines().all(|l| {
            let l = l.trim_start_matches('\u{feff}').trim();
            l.is_empty() || l.starts_with('#') || l == "---"
        });
        if empty {
            return Ok(Document { name: name.into(), root: Node { line: 1, data: Data::Null } });
        }
        let options = serde_saphyr::options! {
            budget: serde_saphyr::budget! {
                max_documents: 1,
                max_aliases: 0,
                max_depth: 32,
                max_nodes: 200_000,
                max_events: 400_000,
                max_total_scalar_bytes: MAX_BYTES,
            },
            strict_booleans: true,
            emit_comments: false,
            merge_keys: serde_saphyr::options::MergeKeyPolicy::Error,
        };
        match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options) {
            Ok(raw) => {
                Ok(Document { name: name.into(), root: raw.value.place(text, line(&raw.referenced), &raw.defined) })
            }
            Err(e) => {
                let line = e.location().map_or(0, |l| line(&l));
                Err(mistake(line, first_line(&e.without_snippet().to_string())))
            }
        }
    }
}

fn line(l: &serde_saphyr::Location) -> u64 {
    if *l == serde_saphyr::Location::UNKNOWN { 0 } else { l.line() }
}

/// The parser's own words without its position, which is told apart.
fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("not valid YAML").trim().to_owned()
}

/// A value as the deserializer hands it over.
enum Raw {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl Raw {
    fn place(self, source: &str, line_no: u64, at: &serde_saphyr::Location) -> Node {
        let plain = |otherwise: String| {
            let span = at.span();
            let range = span.byte_offset().zip(span.byte_len());
            let text = range.and_then(|(o, n)| source.get(o as usize..o.checked_add(n)? as usize));
            text.map_or(otherwise, |t| t.trim().to_owned())
        };
        let data = match self {
            Raw::Null => Data::Null,
            Raw::Bool(b) => Data::Scalar(plain(b.to_string()), Plain::Bool(b)),
            Raw::Int(i) => Data::Scalar(plain(i.to_string()), Plain::Int(i)),
            Raw::Float(f) => Data::Scalar(plain(f.to_string()), Plain::Float(f)),
            Raw::Text(t) => Data::Scalar(t, Plain::Text),
            Raw::List(items) => {
                Data::List(items.into_iter().map(|i| i.value.place(source, line(&i.referenced), &i.defined)).collect())
            }
            Raw::Map(entries) => Data::Map(
                entries
                    .into_iter()
                    .map(|(k, v)| {
                        (line(&k.referenced), k.value, v.value.place(source, line(&v.referenced), &v.defined))
                    })
                    .collect(),
            ),
        };
        Node { line: line_no, data }
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        struct AnyValue;
        impl<'de> Visitor<'de> for AnyValue {
            type Value = Raw;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a YAML value")
            }
            fn visit_bool<E>(self, b: bool) -> Result<Raw, E> {
                Ok(Raw::Bool(b))
            }
            fn visit_i64<E>(self, i: i64) -> Result<Raw, E> {
                Ok(Raw::Int(i))
            }
            fn visit_u64<E>(self, u: u64) -> Result<Raw, E> {
                Ok(i64::try_from(u).map_or(Raw::Float(u as f64), Raw::Int))
            }
            fn visit_i128<E>(self, i: i128) -> Result<Raw, E> {
                Ok(i64::try_from(i).map_or(Raw::Float(i as f64), Raw::Int))
            }
            fn visit_u128<E>(self, u: u128) -> Result<Raw, E> {
                Ok(i64::try_from(u).map_or(Raw::Float(u as f64), Raw::Int))
            }
            fn visit_f64<E>(self, f: f64) -> Result<Raw, E> {
                Ok(Raw::Float(f))
            }
            fn visit_str<E>(self, s: &str) -> Result<Raw, E> {
                Ok(Raw::Text(s.to_owned()))
            }
            fn visit_unit<E>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }
            fn visit_none<E>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }
            fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Raw, D::Error> {
                Raw::deserialize(d)
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(self, d: D) -> Result<Raw, D::Error> {
                Raw::deserialize(d)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Raw::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
                let mut map = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    map.push(entry);
                }
                Ok(Raw::Map(map))
            }
        }
        deserializer.deserialize_any(AnyValue)
    }
}

/// Reads one map: takes the keys it knows and, at [`Reader::finish`], reports the others.
#[derive(Debug)]
pub struct Reader<'d> {
    file: &'d str,
    prefix: String,
    /// line of the map
    pub line: u64,
    entries: &'d [(u64, String, Node)],
    asked: Vec<&'static str>,
}

impl<'d> Reader<'d> {
    /// Reads the document's own map; an empty document is an empty map.
    pub fn root(document: &'d Document, mistakes: &mut Vec<Mistake>) -> Reader<'d> {
        Reader::of(&document.name, String::new(), &document.root, mistakes)
    }

    fn of(file: &'d str, prefix: String, node: &'d Node, mistakes: &mut Vec<Mistake>) -> Reader<'d> {
        let entries: &[_] = match &node.data {
            Data::Map(entries) => entries,
            Data::Null => &[],
            _ => {
                let key = prefix.clone();
                let message = format!("must be a map of keys and values, is {}", node.seen());
                mistakes.push(Mistake { file: file.into(), line: node.line, key, message });
                &[]
            }
        };
        Reader { file, prefix, line: node.line, entries, asked: Vec::new() }
    }

    /// A mistake at a key of this map.
    pub fn mistake(&self, line: u64, key: &str, message: impl Into<String>) -> Mistake {
        Mistake { file: self.file.into(), line, key: self.path(key), message: message.into() }
    }

    fn path(&self, key: &str) -> String {
        match (self.prefix.is_empty(), key.is_empty()) {
            (true, _) => key.to_owned(),
            (false, true) => self.prefix.clone(),
            (false, false) => format!("{}.{key}", self.prefix),
        }
    }

    /// The value of a key; one without a value (`key:`) is not set.
    pub fn node(&mut self, key: &'static str) -> Option<&'d Node> {
        self.asked.push(key);
        self.entries.iter().find(|(_, k, v)| k == key && v.data != Data::Null).map(|(_, _, v)| v)
    }

    /// Whether the key is written, with a value or without.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(_, k, _)| k == key)
    }

    /// A scalar that `parse` understands. `parse` says what is wrong and what would be right.
    pub fn parsed<T>(
        &mut self,
        key: &'static str,
        mistakes: &mut Vec<Mistake>,
        parse: impl FnOnce(&str, Plain) -> Result<T, String>,
    ) -> Option<Located<T>> {
        let node = self.node(key)?;
        let parsed = match &node.data {
            Data::Scalar(text, plain) => parse(text, *plain),
            _ => Err(format!("must be one value, is {}", node.seen())),
        };
        match parsed {
            Ok(value) => Some(Located { line: node.line, value }),
            Err(message) => {
                mistakes.push(self.mistake(node.line, key, message));
                None
            }
        }
    }

    /// Text; numbers and booleans are taken as they are written.
    pub fn text(&mut self, key: &'static str, mistakes: &mut Vec<Mistake>) -> Option<Located<String>> {
        self.parsed(key, mistakes, |text, _| Ok(text.to_owned()))
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, key: &'static str, mistakes: &mut Vec<Mistake>) -> Option<Located<bool>> {
        self.parsed(key, mistakes, |text, plain| match plain {
            Plain::Bool(b) => Ok(b),
            _ => Err(format!("must be true or false, is `{text}`")),
        })
    }

    /// Something that has a text form of its own.
    pub fn from_str<T: FromStr<Err = String>>(
        &mut self,
        key: &'static str,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Located<T>> {
        self.parsed(key, mistakes, |text, _| text.parse())
    }

    /// A list of scalars; one scalar alone is a list of one. Empty lists and empty items are mistakes: leave the key out.
    pub fn list(&mut self, key: &'static str, mistakes: &mut Vec<Mistake>) -> Option<Located<Vec<Located<String>>>> {
        let node = self.node(key)?;
        let before = mistakes.len();
        let mut values = Vec::new();
        let items = match &node.data {
            Data::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        for (i, item) in items.iter().enumerate() {
            match &item.data {
                Data::Scalar(text, _) if !text.trim().is_empty() => {
                    values.push(Located { line: item.line, value: text.clone() });
                }
                _ => {
                    let message = format!("must be text, is {}", item.seen());
                    mistakes.push(self.mistake(item.line, &format!("{key}[{i}]"), message));
                }
            }
        }
        if items.is_empty() {
            mistakes.push(self.mistake(node.line, key, "is an empty list; leave the key out"));
        }
        (mistakes.len() == before).then_some(Located { line: node.line, value: values })
    }

    /// A map below this one; a key that is not set is an empty map.
    pub fn map(&mut self, key: &'static str, mistakes: &mut Vec<Mistake>) -> Option<Reader<'d>> {
        let node = self.node(key)?;
        Some(Reader::of(self.file, self.path(key), node, mistakes))
    }

    /// The maps of a list below this one.
    pub fn maps(&mut self, key: &'static str, mistakes: &mut Vec<Mistake>) -> Vec<Reader<'d>> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let Data::List(items) = &node.data else {
            mistakes.push(self.mistake(node.line, key, format!("must be a list, is {}", node.seen())));
            return Vec::new();
        };
        let path = self.path(key);
        items
            .iter()
            .enumerate()
            .map(|(i, item)| {
                let prefix = format!("{path}[{i}]");
                if item.data == Data::Null {
                    let message = "is empty".into();
                    mistakes.push(Mistake { file: self.file.into(), line: item.line, key: prefix.clone(), message });
                }
                Reader::of(self.file, prefix, item, mistakes)
            })
            .collect()
    }

    /// All entries of a map whose keys are free: line of the key, key, value.
    pub fn free(self) -> &'d [(u64, String, Node)] {
        self.entries
    }

    /// Every key that was not asked for is a mistake.
    pub fn finish(self, mistakes: &mut Vec<Mistake>) {
        for (line, key, _) in self.entries {
            if !self.asked.contains(&key.as_str()) {
                let suggestion = closest(key, self.asked.iter().copied()).map(str::to_owned);
                let message = match &suggestion {
                    Some(_) => format!("unknown key{}", hint(&suggestion)),
                    None => format!("unknown key; known are {}", self.asked.join(", ")),
                };
                mistakes.push(self.mistake(*line, key, message));
            }
        }
    }
}

/// A value and the line it was written on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Located<T> {
    /// line, from 1; 0 when it is not from a file
    pub line: u64,
    /// the value
    pub value: T,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probe() {
        for t in [
            "a: 1.30\nb: yes\nc: [x, 'y', 1]\n",
            "a: 1\na: 2\n",
            "a: &x 1\nb: *x\n",
            "---\na: 1\n---\nb: 1\n",
            "a: [",
            "",
            "just text",
            "{a: {b: null}}",
            "? [a]\n: b\n",
            "1: x\ntrue: y\n",
            "a:\n  - b: 1\n    c: 0x10\n",
            "<<: {a: 1}\n",
            "\ta: 1",
            "a: 123456789012345678901234567890\nb: .inf\n",
            "a: |\n  foo\n  bar\n",
            "a: !foo bar",
        ] {
            println!("{t:?} => {:?}", Document::parse(t, "f").map(|d| d.root).map_err(|e| e.to_string()));
        }
    }
}
