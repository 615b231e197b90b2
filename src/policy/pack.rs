//! Projections as compact bytes, with positions: what is kept of an object after its tree is gone.
//!
//! Checks that ask the inventory run after the last input. Until then of each object only the parts that such checks read are kept, in this
//! form: about a fifth of the memory of a tree.

use super::projection::{self, Reads, Sink};
use crate::model::pointer;
use crate::model::tree::{ByteSpan, Data, Lines, NO_SPAN, NodeId, Position, Tree};
use std::collections::BTreeMap;

/// The token that stands for a list item in a fingerprint: its name, or its content, never its index.
pub fn item_token(tree: &Tree, item: NodeId) -> String {
    use sha2::{Digest, Sha256};
    match tree.data(item) {
        Data::Map { .. } => match tree.str_at(item, "name") {
            Some(name) => format!("[name={name}]"),
            None => {
                let digest = Sha256::digest(tree.json(item).to_string().as_bytes());
                format!("[#{:02x}{:02x}{:02x}{:02x}]", digest[0], digest[1], digest[2], digest[3])
            }
        },
        Data::Seq { .. } => "[]".to_owned(),
        _ => format!("[={}]", tree.json(item)),
    }
}

/// A packed projection.
#[derive(Clone, Debug, Default)]
pub struct Packed(Box<[u8]>);

struct PackSink<'l> {
    lines: Option<&'l Lines<'l>>,
}

fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn text(out: &mut Vec<u8>, s: &str) {
    varint(out, s.len() as u64);
    out.extend_from_slice(s.as_bytes());
}

/// Longest string that is kept of a field that no check reads.
const UNREAD_BYTES: usize = 200;

impl PackSink<'_> {
    /// A field that no check reads: that it exists is kept, and its value when that is short, because a finding may point at it.
    fn unread(&mut self, out: &mut Vec<u8>, tree: &Tree, node: NodeId) {
        let short = match tree.data(node) {
            Data::Seq { .. } | Data::Map { .. } => false,
            Data::Str(t) => tree.text_of(t).len() <= UNREAD_BYTES,
            _ => true,
        };
        out.push(9);
        if short {
            let scalar = self.scalar(tree, node);
            out.extend_from_slice(&scalar);
        } else {
            out.push(9);
            self.span(out, tree.span(node));
        }
    }

    fn span(&self, out: &mut Vec<u8>, span: Option<ByteSpan>) {
        match (self.lines, span) {
            (Some(lines), Some(span)) => {
                let (a, b) = (lines.position(span.start), lines.position(span.end));
                for n in [a.line, a.column, b.line, b.column] {
                    varint(out, u64::from(n));
                }
            }
            _ => out.push(0),
        }
    }
}

impl Sink for PackSink<'_> {
    type Value = Vec<u8>;

    fn scalar(&mut self, tree: &Tree, node: NodeId) -> Vec<u8> {
        let mut out = Vec::with_capacity(16);
        match tree.data(node) {
            Data::Bool(false) => out.push(1),
            Data::Bool(true) => out.push(2),
            Data::Int(i) => {
                out.push(3);
                out.extend_from_slice(&i.to_le_bytes());
            }
            Data::UInt(u) => {
                out.push(4);
                out.extend_from_slice(&u.to_le_bytes());
            }
            Data::Float(f) => {
                out.push(5);
                out.extend_from_slice(&f.to_le_bytes());
            }
            Data::Str(t) => {
                out.push(6);
                text(&mut out, tree.text_of(t));
            }
            _ => out.push(0),
        }
        self.span(&mut out, tree.span(node));
        out
    }

    fn list(&mut self, tree: &Tree, node: NodeId, items: Vec<Vec<u8>>) -> Vec<u8> {
        let mut out = vec![7];
        let all = tree.items(node);
        varint(&mut out, all.len() as u64);
        for (i, &id) in all.iter().enumerate() {
            text(&mut out, &item_token(tree, id));
            match items.get(i) {
                Some(item) => out.extend_from_slice(item),
                None => self.unread(&mut out, tree, id),
            }
        }
        self.span(&mut out, tree.span(node));
        out
    }

    fn map(&mut self, tree: &Tree, node: NodeId, entries: Vec<(&str, Vec<u8>)>) -> Vec<u8> {
        let mut out = vec![8];
        let all = tree.entries(node);
        varint(&mut out, all.len() as u64);
        let mut read = entries.iter().peekable();
        for entry in all {
            let key = tree.text_of(entry.key);
            text(&mut out, key);
            let span = (entry.key_start != NO_SPAN).then_some(ByteSpan { start: entry.key_start, end: entry.key_end });
            self.span(&mut out, span);
            match read.next_if(|(k, _)| *k == key) {
                Some((_, value)) => out.extend_from_slice(value),
                None => self.unread(&mut out, tree, entry.value),
            }
        }
        self.span(&mut out, tree.span(node));
        out
    }
}

/// Packs what `reads` sees at `node`, with positions when the text's lines are given.
pub fn pack(tree: &Tree, reads: &Reads, node: NodeId, lines: Option<&Lines<'_>>) -> Packed {
    Packed(projection::project(tree, reads, node, &mut PackSink { lines }).into_boxed_slice())
}

/// A packed value taken apart again.
#[derive(Clone, Debug)]
pub enum Unpacked {
    /// a scalar
    Scalar(serde_json::Value),
    /// a field that no check reads; its value when it is a short scalar
    Unread(Option<serde_json::Value>),
    /// items with their fingerprint tokens
    List(Vec<(String, Node)>),
    /// entries with the positions of their keys
    Map(BTreeMap<String, (Option<(Position, Position)>, Node)>),
}

/// A value and where it stood.
#[derive(Clone, Debug)]
pub struct Node {
    /// the value
    pub value: Unpacked,
    /// first and one past the last character
    pub span: Option<(Position, Position)>,
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((&b, rest)) => {
                self.0 = rest;
                b
            }
            None => 0,
        }
    }

    fn varint(&mut self) -> u64 {
        let (mut n, mut shift) = (0u64, 0);
        loop {
            let b = self.byte();
            n |= u64::from(b & 0x7f) << shift;
            shift += 7;
            if b < 0x80 || shift > 63 {
                return n;
            }
        }
    }

    fn eight(&mut self) -> [u8; 8] {
        let mut out = [0; 8];
        out.iter_mut().for_each(|b| *b = self.byte());
        out
    }

    fn text(&mut self) -> String {
        let len = (self.varint() as usize).min(self.0.len());
        let (head, rest) = self.0.split_at(len);
        self.0 = rest;
        String::from_utf8_lossy(head).into_owned()
    }

    fn span(&mut self) -> Option<(Position, Position)> {
        let line = self.varint() as u32;
        if line == 0 {
            return None;
        }
        let column = self.varint() as u32;
        let end = Position { line: self.varint() as u32, column: self.varint() as u32 };
        Some((Position { line, column }, end))
    }

    fn node(&mut self) -> Node {
        use serde_json::Value;
        let value = match self.byte() {
            1 => Unpacked::Scalar(Value::Bool(false)),
            2 => Unpacked::Scalar(Value::Bool(true)),
            3 => Unpacked::Scalar(i64::from_le_bytes(self.eight()).into()),
            4 => Unpacked::Scalar(u64::from_le_bytes(self.eight()).into()),
            5 => Unpacked::Scalar(f64::from_le_bytes(self.eight()).into()),
            6 => Unpacked::Scalar(Value::String(self.text())),
            7 => {
                let n = self.varint();
                Unpacked::List((0..n).map(|_| (self.text(), self.node())).collect())
            }
            8 => {
                let n = self.varint();
                Unpacked::Map((0..n).map(|_| (self.text(), (self.span(), self.node()))).collect())
            }
            9 => {
                let inner = if self.0.first() == Some(&9) {
                    self.byte();
                    return Node { value: Unpacked::Unread(None), span: self.span() };
                } else {
                    self.node()
                };
                let value = match inner.value {
                    Unpacked::Scalar(v) => Some(v),
                    _ => None,
                };
                return Node { value: Unpacked::Unread(value), span: inner.span };
            }
            _ => Unpacked::Scalar(Value::Null),
        };
        Node { value, span: self.span() }
    }
}

impl Node {
    /// Writes the value into a tree; gives its node.
    pub fn plant(&self, tree: &mut Tree) -> NodeId {
        use serde_json::Value;
        match &self.value {
            Unpacked::Scalar(v) => match v {
                Value::Bool(b) => tree.push_scalar(Data::Bool(*b), NO_SPAN, NO_SPAN),
                Value::Number(n) => {
                    let data = match (n.as_i64(), n.as_u64()) {
                        (Some(i), _) => Data::Int(i),
                        (None, Some(u)) => Data::UInt(u),
                        _ => Data::Float(n.as_f64().unwrap_or(0.0)),
                    };
                    tree.push_scalar(data, NO_SPAN, NO_SPAN)
                }
                Value::String(s) => tree.push_str(s, NO_SPAN, NO_SPAN),
                _ => tree.push_scalar(Data::Null, NO_SPAN, NO_SPAN),
            },
            Unpacked::Unread(_) => tree.push_scalar(Data::Null, NO_SPAN, NO_SPAN),
            Unpacked::List(items) => {
                let items: Vec<NodeId> =
                    items.iter().filter(|(_, n)| n.is_read()).map(|(_, n)| n.plant(tree)).collect();
                tree.push_seq(&items, NO_SPAN, NO_SPAN)
            }
            Unpacked::Map(map) => {
                let entries: Vec<_> = map
                    .iter()
                    .filter(|(_, (_, n))| n.is_read())
                    .map(|(k, (_, n))| {
                        let value = n.plant(tree);
                        (tree.push_text(k), value)
                    })
                    .collect();
                tree.push_derived_map(&entries)
            }
        }
    }
}

impl Packed {
    /// Takes it apart.
    pub fn unpack(&self) -> Node {
        Reader(&self.0).node()
    }

    /// Size in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is packed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Node {
    /// The plain value.
    pub fn json(&self) -> serde_json::Value {
        match &self.value {
            Unpacked::Scalar(v) => v.clone(),
            Unpacked::Unread(_) => serde_json::Value::Null,
            Unpacked::List(items) => items.iter().filter(|(_, n)| n.is_read()).map(|(_, n)| n.json()).collect(),
            Unpacked::Map(map) => {
                map.iter().filter(|(_, (_, n))| n.is_read()).map(|(k, (_, n))| (k.clone(), n.json())).collect()
            }
        }
    }

    fn is_read(&self) -> bool {
        !matches!(self.value, Unpacked::Unread(_))
    }

    /// The node under a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Unpacked::Map(map) => map.get(key).map(|(_, n)| n),
            _ => None,
        }
    }
}

/// What a pointer leads to, with everything a finding needs.
#[derive(Clone, Debug, Default)]
pub struct Located {
    /// whether the field exists
    pub exists: bool,
    /// what to show; `None` without a source
    pub span: Option<(Position, Position)>,
    /// value when the field exists and is a scalar
    pub value: Option<serde_json::Value>,
    /// pointer for fingerprints
    pub stable: String,
}

/// Follows a pointer in a packed value.
pub fn locate(root: &Node, at: &str) -> Located {
    let mut node = root;
    let mut span = None;
    let mut stable = String::new();
    let mut exists = true;
    for token in pointer::tokens(at) {
        let next = if exists {
            match &node.value {
                Unpacked::Map(map) => map.get(token.as_ref()).map(|(key, n)| (*key, n, None)),
                Unpacked::List(items) => {
                    token.parse::<usize>().ok().and_then(|i| items.get(i)).map(|(t, n)| (None, n, Some(t.as_str())))
                }
                Unpacked::Scalar(_) | Unpacked::Unread(_) => None,
            }
        } else {
            None
        };
        match next {
            Some((key, n, item)) => {
                match item {
                    Some(item) => pointer::push(&mut stable, item),
                    None => pointer::push(&mut stable, &token),
                }
                span = key.or(n.span);
                node = n;
            }
            None => {
                exists = false;
                pointer::push(&mut stable, &token);
            }
        }
    }
    let shown = match &node.value {
        Unpacked::Scalar(_) | Unpacked::Unread(Some(_)) if exists => node.span.or(span),
        _ => span.or_else(|| first_key(node)),
    };
    let value = match &node.value {
        Unpacked::Scalar(v) | Unpacked::Unread(Some(v)) if exists => Some(v.clone()),
        _ => None,
    };
    Located { exists, span: shown, value, stable }
}

fn first_key(node: &Node) -> Option<(Position, Position)> {
    match &node.value {
        Unpacked::Map(map) => map.values().filter_map(|(s, _)| *s).min_by_key(|s| s.0).or(node.span),
        _ => node.span,
    }
}

/// Follows a pointer in a tree, in the same way.
pub fn locate_in_tree(tree: &Tree, root: NodeId, lines: Option<&Lines<'_>>, at: &str) -> Located {
    let found = pointer::resolve(tree, root, at);
    let mut stable = String::new();
    let mut node = Some(root);
    for token in pointer::tokens(at) {
        let next = node.and_then(|n| match tree.data(n) {
            Data::Map { .. } => tree.get(n, &token).map(|c| (c, None)),
            Data::Seq { .. } => {
                let item = token.parse::<usize>().ok().and_then(|i| tree.items(n).get(i).copied());
                item.map(|c| (c, Some(item_token(tree, c))))
            }
            _ => None,
        });
        match &next {
            Some((_, Some(item))) => pointer::push(&mut stable, item),
            _ => pointer::push(&mut stable, &token),
        }
        node = next.map(|(c, _)| c);
    }
    let span = match (lines, found.span) {
        (Some(lines), Some(s)) => Some((lines.position(s.start), lines.position(s.end))),
        _ => None,
    };
    let scalar = !matches!(tree.data(found.node), Data::Map { .. } | Data::Seq { .. });
    Located { exists: found.exact, span, value: (found.exact && scalar).then(|| tree.json(found.node)), stable }
}
