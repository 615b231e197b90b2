//! A [`Reader`] takes one map of a [`Document`] apart. It never stops at the first mistake: it collects one per wrong key or value, each
//! with file, line, key and remedy, and a key nobody asked for is a mistake too.

use super::document::{Data, Document, Mistake, Node, Plain};
use super::suggestion::{closest, hint};

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
