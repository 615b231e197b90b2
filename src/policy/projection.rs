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

    /// Prepares a read set.
    pub fn new(set: &ReadSet) -> Reads {
        Reads {
            whole: set.whole,
            keys: set.keys.iter().map(|(k, r)| (k.as_str().into(), Reads::new(r))).collect(),
            items: set.items.as_ref().map(|r| Box::new(Reads::new(r))),
        }
    }

    /// What is read below a key: by name, or as an item.
    fn below(&self, key: &str) -> (Option<&Reads>, Option<&Reads>) {
        let named = self.keys.binary_search_by(|(k, _)| (**k).cmp(key)).ok().map(|i| &self.keys[i].1);
        (named, self.items.as_deref())
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
    both(tree, [Some(reads), None], node, sink)
}

/// A node may be read in two ways at once: as a named field and as an item of the map.
fn both<S: Sink>(tree: &Tree, reads: [Option<&Reads>; 2], node: NodeId, sink: &mut S) -> S::Value {
    if reads.iter().flatten().any(|r| r.whole) {
        return whole(tree, node, sink);
    }
    let merged;
    let reads = match reads {
        [Some(a), Some(b)] => {
            merged = merge(a, b);
            &merged
        }
        [Some(a), None] | [None, Some(a)] => a,
        [None, None] => return sink.map(tree, node, Vec::new()),
    };
    match tree.data(node) {
        Data::Map { .. } => {
            let entries = tree.entries(node);
            let mut out = Vec::with_capacity(if reads.items.is_some() { entries.len() } else { reads.keys.len() });
            if reads.items.is_some() {
                for entry in entries {
                    let name = tree.text_of(entry.key);
                    let (named, item) = reads.below(name);
                    out.push((name, both(tree, [named, item], entry.value, sink)));
                }
            } else {
                for (name, below) in &reads.keys {
                    if let Some(entry) = tree.entry(node, name) {
                        out.push((tree.text_of(entry.key), both(tree, [Some(below), None], entry.value, sink)));
                    }
                }
            }
            sink.map(tree, node, out)
        }
        Data::Seq { .. } => {
            let list = match &reads.items {
                Some(items) => tree.items(node).iter().map(|&i| both(tree, [Some(items), None], i, sink)).collect(),
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

fn merge(a: &Reads, b: &Reads) -> Reads {
    fn set(r: &Reads) -> ReadSet {
        ReadSet {
            whole: r.whole,
            keys: r.keys.iter().map(|(k, v)| (k.to_string(), set(v))).collect(),
            items: r.items.as_ref().map(|i| Box::new(set(i))),
        }
    }
    let mut merged = set(a);
    merged.merge(&set(b));
    Reads::new(&merged)
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
