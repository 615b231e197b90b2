//! Projections: the part of a policy input that a check can read, as a cache key, as a value for the interpreter, and packed.
//!
//! Key and value are made by the same walk, so what is not in the key is not in the value either.

use super::hash::{HashKey, Hashes};
use crate::model::check::ReadSet;
use crate::model::tree::{Data, NodeId, Tree};
use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::Hasher;

/// A read set made ready for walking: keys sorted, as the entries of a map are.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    /// the whole subtree
    pub whole: bool,
    /// keys with what is read below each
    pub keys: Vec<(Box<str>, Reads)>,
    /// what is read of every item
    pub items: Option<Box<Reads>>,
}

impl Reads {
    /// The whole value.
    pub fn everything() -> Reads {
        Reads { whole: true, ..Reads::default() }
    }

    /// Prepares a read set. A key of a map whose items are read, too, is read in both ways.
    pub fn new(set: &ReadSet) -> Reads {
        let below = |reads: &ReadSet| match &set.items {
            Some(items) => {
                let mut both = reads.clone();
                both.merge(items);
                Reads::new(&both)
            }
            None => Reads::new(reads),
        };
        Reads {
            whole: set.whole,
            keys: set.keys.iter().map(|(k, r)| (k.as_str().into(), below(r))).collect(),
            items: set.items.as_ref().map(|r| Box::new(Reads::new(r))),
        }
    }

    /// What is read below a key.
    pub fn at(&self, key: &str) -> Option<&Reads> {
        if self.whole {
            return Some(self);
        }
        let named = self.keys.binary_search_by(|(k, _)| (**k).cmp(key)).ok().map(|i| &self.keys[i].1);
        named.or(self.items.as_deref())
    }

    /// What is read of items that have no name of their own.
    pub fn of_items(&self) -> Option<&Reads> {
        if self.whole { Some(self) } else { self.items.as_deref() }
    }
}

/// The cache key of what `reads` sees at `node`.
pub fn key(tree: &Tree, hashes: &Hashes, reads: &Reads, node: NodeId) -> u128 {
    if reads.whole {
        return hashes.get(node);
    }
    let mut h = hashes.key().hasher();
    write(tree, hashes, reads, node, &mut h);
    h.finish128().into()
}

/// One key out of several; for keys that are made of parts.
pub fn combine(key: &HashKey, parts: &[u128]) -> u128 {
    let mut h = key.hasher();
    for part in parts {
        h.write_u128(*part);
    }
    h.finish128().into()
}

fn write(tree: &Tree, hashes: &Hashes, reads: &Reads, node: NodeId, h: &mut SipHasher13) {
    if reads.whole {
        h.write_u8(1);
        return h.write_u128(hashes.get(node));
    }
    match tree.data(node) {
        Data::Map { .. } => {
            h.write_u8(2);
            if let Some(items) = &reads.items {
                let entries = tree.entries(node);
                h.write_u32(entries.len() as u32);
                for entry in entries {
                    let name = tree.text_of(entry.key);
                    h.write_u32(name.len() as u32);
                    h.write(name.as_bytes());
                    write(tree, hashes, items, entry.value, h);
                }
            }
            for (name, below) in &reads.keys {
                match tree.get(node, name) {
                    Some(value) => {
                        h.write_u8(3);
                        write(tree, hashes, below, value, h);
                    }
                    None => h.write_u8(4),
                }
            }
        }
        Data::Seq { .. } => {
            h.write_u8(5);
            if let Some(items) = &reads.items {
                let list = tree.items(node);
                h.write_u32(list.len() as u32);
                for &item in list {
                    write(tree, hashes, items, item, h);
                }
            }
        }
        _ => {
            h.write_u8(6);
            h.write_u128(hashes.get(node));
        }
    }
}

/// Receives a projection, node by node.
pub trait Sink {
    /// what a finished node is
    type Value;
    /// A scalar.
    fn scalar(&mut self, tree: &Tree, node: NodeId) -> Self::Value;
    /// A list.
    fn list(&mut self, tree: &Tree, node: NodeId, items: Vec<Self::Value>) -> Self::Value;
    /// A map, keys sorted.
    fn map(&mut self, tree: &Tree, node: NodeId, entries: Vec<(&str, Self::Value)>) -> Self::Value;
}

/// Gives `sink` what `reads` sees at `node`.
pub fn project<S: Sink>(tree: &Tree, reads: &Reads, node: NodeId, sink: &mut S) -> S::Value {
    if reads.whole {
        return whole(tree, node, sink);
    }
    match tree.data(node) {
        Data::Map { .. } => {
            let mut out = Vec::new();
            if reads.items.is_some() {
                for entry in tree.entries(node) {
                    let name = tree.text_of(entry.key);
                    if let Some(below) = reads.at(name) {
                        out.push((name, project(tree, below, entry.value, sink)));
                    }
                }
            } else {
                for (name, below) in &reads.keys {
                    if let Some(entry) = tree.entry(node, name) {
                        out.push((tree.text_of(entry.key), project(tree, below, entry.value, sink)));
                    }
                }
            }
            sink.map(tree, node, out)
        }
        Data::Seq { .. } => {
            let list = match &reads.items {
                Some(items) => tree.items(node).iter().map(|&i| project(tree, items, i, sink)).collect(),
                None => Vec::new(),
            };
            sink.list(tree, node, list)
        }
        _ => sink.scalar(tree, node),
    }
}

fn whole<S: Sink>(tree: &Tree, node: NodeId, sink: &mut S) -> S::Value {
    match tree.data(node) {
        Data::Map { .. } => {
            let entries =
                tree.entries(node).iter().map(|e| (tree.text_of(e.key), whole(tree, e.value, sink))).collect();
            sink.map(tree, node, entries)
        }
        Data::Seq { .. } => {
            let items = tree.items(node).iter().map(|&i| whole(tree, i, sink)).collect();
            sink.list(tree, node, items)
        }
        _ => sink.scalar(tree, node),
    }
}

/// JSON text of a projection, for evidence.
pub struct JsonSink;

impl Sink for JsonSink {
    type Value = serde_json::Value;
    fn scalar(&mut self, tree: &Tree, node: NodeId) -> serde_json::Value {
        tree.json(node)
    }
    fn list(&mut self, _: &Tree, _: NodeId, items: Vec<serde_json::Value>) -> serde_json::Value {
        serde_json::Value::Array(items)
    }
    fn map(&mut self, _: &Tree, _: NodeId, entries: Vec<(&str, serde_json::Value)>) -> serde_json::Value {
        serde_json::Value::Object(entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
    }
}
