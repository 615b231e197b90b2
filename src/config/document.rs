//! A [`Document`]: one YAML file that a person wrote for us (`audit.yaml`, `audit-waivers.yaml`, a benchmark), as a tree whose
//! every value knows its line. A [`Reader`](super::reader::Reader) takes it apart; what is wrong is a [`Mistake`].
//!
//! These files are small and ours, so the limits are tight and aliases are refused.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{Error, Spanned};
use std::fmt;

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
    pub fn seen(&self) -> String {
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
                Err(mistake(line, message(e.without_snippet())))
            }
        }
    }
}

fn line(l: &serde_saphyr::Location) -> u64 {
    if *l == serde_saphyr::Location::UNKNOWN { 0 } else { l.line() }
}

/// What is wrong with the text, in the words of somebody who wrote it. The position is told apart.
fn message(error: &Error) -> String {
    match error {
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("`{key}` is given twice"),
        Error::MultipleDocuments { .. } | Error::Budget { breach: BudgetBreach::Documents { .. }, .. } => {
            "holds more than one document".into()
        }
        Error::Budget { breach: BudgetBreach::Aliases { .. }, .. } => "aliases (`*name`) are not supported here".into(),
        Error::Budget { .. } => "is too large or too deeply nested".into(),
        Error::MergeKeyNotAllowed { .. } => "merge keys (`<<`) are not supported here".into(),
        other => {
            let text = other.to_string();
            let line = text.lines().next().unwrap_or("not valid YAML");
            line.rfind(" at line ").map_or(line, |cut| &line[..cut]).trim().to_owned()
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn root(text: &str) -> Data {
        Document::parse(text, "f").expect(text).root.data
    }

    fn error(text: &str) -> String {
        Document::parse(text, "f").expect_err(text).to_string()
    }

    #[test]
    fn scalars_keep_their_text_and_lines() {
        let Data::Map(entries) = root("a: 1.30\nb: yes\n\nc:\n- x\n- '1'\n- 0x10\nd: |\n  two\n  lines\n1: ~\n") else {
            panic!()
        };
        let scalar = |i: usize| match &entries[i].2.data {
            Data::Scalar(text, plain) => (entries[i].0, text.as_str(), *plain),
            other => panic!("{other:?}"),
        };
        assert_eq!(scalar(0), (1, "1.30", Plain::Float(1.3)));
        assert_eq!(scalar(1), (2, "yes", Plain::Text));
        assert_eq!(scalar(3), (8, "two\nlines\n", Plain::Text));
        assert_eq!((entries[4].1.as_str(), &entries[4].2.data), ("1", &Data::Null));
        let list = &entries[2].2;
        assert_eq!(list.json(), serde_json::json!(["x", "1", 16]));
        assert_eq!(list.line, 5);
        for empty in ["", "\u{feff}", "# only a comment\n---\n", "~", "null"] {
            assert_eq!(root(empty), Data::Null, "{empty:?}");
        }
    }

    #[test]
    fn what_is_refused() {
        assert_eq!(error("a: 1\na: 2\n"), "f:2: `a` is given twice");
        assert_eq!(error("a: &x 1\nb: *x\n"), "f:2: aliases (`*name`) are not supported here");
        assert_eq!(error("a: 1\n---\nb: 1\n"), "f:2: holds more than one document");
        assert_eq!(error("<<: {a: 1}\n"), "f:1: merge keys (`<<`) are not supported here");
        assert_eq!(error(&("[".repeat(40) + &"]".repeat(40))), "f:1: is too large or too deeply nested");
        assert!(error("a: [").starts_with("f:1: unclosed bracket"));
        assert!(error(&"a".repeat(MAX_BYTES + 1)).starts_with("f: 4194305 bytes; at most"));
    }

    proptest! {
        #[test]
        fn never_panics(text in "(?s).{0,200}", yaml in "([a-c*&!|>'\"\\[\\]{}:,#?\n -]|: |- |\n  ){0,60}") {
            let _ = Document::parse(&text, "f");
            let _ = Document::parse(&yaml, "f");
        }
    }
}
