//! Projections as compact bytes: what is kept of an object after its tree is gone.
//!
//! Checks that ask the inventory run after the last input. Until then of each object only the parts that such checks read are kept, in this
//! form, with the byte offsets of the document; the lengths of its lines ([`KeptLines`]) turn those into positions when a finding needs one.

use super::machine::value::{Entry as Pair, Value};
use super::projection::Reads;
use crate::model::pointer;
use crate::model::tree::{ByteSpan, Data, Entry, KeptLines, Lines, NO_SPAN, NodeId, Position, Tree};
use siphasher::sip::SipHasher13;
use std::hash::Hasher;
use std::sync::Arc;

/// The token that stands for a list item in a fingerprint: its name, or a hash of its content, never its index.
pub fn item_token(tree: &Tree, item: NodeId) -> String {
    match tree.data(item) {
        Data::Map { .. } => match tree.str_at(item, "name") {
            Some(name) => format!("[name={name}]"),
            None => content_token(content(tree, item)),
        },
        Data::Seq { .. } => "[]".to_owned(),
        _ => format!("[={}]", tree.json(item)),
    }
}

fn content_token(content: u32) -> String {
    format!("[#{content:08x}]")
}

/// A hash of a node's content that is the same in every run: reports are compared with older ones.
fn content(tree: &Tree, node: NodeId) -> u32 {
    fn feed(tree: &Tree, node: NodeId, h: &mut SipHasher13) {
        match tree.data(node) {
            Data::Null => h.write_u8(0),
            Data::Bool(b) => h.write_u8(1 + u8::from(b)),
            Data::Int(i) => h.write(&[&[3][..], &i.to_le_bytes()].concat()),
            Data::UInt(u) => h.write(&[&[3][..], &u.to_le_bytes()].concat()),
            Data::Float(f) => h.write(&[&[5][..], &f.to_bits().to_le_bytes()].concat()),
            Data::Str(t) => {
                h.write_u8(6);
                h.write(tree.text_of(t).as_bytes());
                h.write_u8(0xff);
            }
            Data::Seq { .. } => {
                h.write_u8(7);
                tree.items(node).iter().for_each(|&i| feed(tree, i, h));
                h.write_u8(0xfe);
            }
            Data::Map { .. } => {
                h.write_u8(8);
                for entry in tree.entries(node) {
                    h.write(tree.text_of(entry.key).as_bytes());
                    h.write_u8(0xff);
                    feed(tree, entry.value, h);
                }
                h.write_u8(0xfe);
            }
        }
    }
    let mut h = SipHasher13::new_with_keys(0, 0);
    feed(tree, node, &mut h);
    h.finish() as u32
}

/// A packed projection.
#[derive(Clone, Debug, Default)]
pub struct Packed(Box<[u8]>);

/// Longest string that is kept of a field that no check reads, in bytes.
const UNREAD_BYTES: usize = 1000;

// Tags. What is unread and not a scalar is an empty map.
const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const UINT: u8 = 4;
const FLOAT: u8 = 5;
const STR: u8 = 6;
const SEQ: u8 = 7;
const MAP: u8 = 8;

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

struct Writer<'a> {
    tree: &'a Tree,
    out: &'a mut Vec<u8>,
    /// with positions, and with what no check reads but a finding may point at
    shown: bool,
}

impl Writer<'_> {
    fn span(&mut self, start: u32, end: u32) {
        if !self.shown {
            return;
        }
        if start == NO_SPAN {
            self.out.push(0);
        } else {
            varint(self.out, u64::from(start) + 1);
            varint(self.out, u64::from(end.saturating_sub(start)));
        }
    }

    fn node(&mut self, node: NodeId, reads: Option<&Reads>) {
        let tree = self.tree;
        match tree.data(node) {
            Data::Null => self.out.push(NULL),
            Data::Bool(b) => self.out.push(if b { TRUE } else { FALSE }),
            Data::Int(i) => {
                self.out.push(INT);
                varint(self.out, (i.wrapping_shl(1) ^ (i >> 63)) as u64);
            }
            Data::UInt(u) => {
                self.out.push(UINT);
                varint(self.out, u);
            }
            Data::Float(f) => {
                self.out.push(FLOAT);
                self.out.extend_from_slice(&f.to_le_bytes());
            }
            Data::Str(t) => {
                self.out.push(STR);
                let all = tree.text_of(t);
                let kept = if reads.is_some() { all.len() } else { all.floor_char_boundary(UNREAD_BYTES) };
                text(self.out, &all[..kept]);
            }
            Data::Seq { .. } => {
                self.out.push(SEQ);
                let all = tree.items(node);
                let below = reads.and_then(Reads::of_items);
                let count = if below.is_some() || (self.shown && reads.is_some()) { all.len() } else { 0 };
                varint(self.out, count as u64);
                for &item in &all[..count] {
                    if self.shown && tree.is_map(item) && tree.str_at(item, "name").is_none() {
                        self.out.push(1);
                        self.out.extend_from_slice(&content(tree, item).to_le_bytes());
                    } else if self.shown {
                        self.out.push(0);
                    }
                    self.node(item, below);
                }
            }
            Data::Map { .. } => self.map(node, reads),
        }
        let at = tree.node(node);
        self.span(at.start, at.end);
    }

    fn map(&mut self, node: NodeId, reads: Option<&Reads>) {
        let tree = self.tree;
        self.out.push(MAP);
        let Some(reads) = reads else { return self.out.push(0) };
        let entries = tree.entries(node);
        let count = if self.shown {
            entries.len()
        } else {
            entries.iter().filter(|e| reads.at(tree.text_of(e.key)).is_some()).count()
        };
        varint(self.out, count as u64);
        for entry in entries {
            let key = tree.text_of(entry.key);
            let below = reads.at(key);
            if below.is_none() && !self.shown {
                continue;
            }
            text(self.out, key);
            self.span(entry.key_start, entry.key_end);
            self.node(entry.value, below);
        }
    }
}

/// Packs what `reads` sees at `node`; `shown` keeps what findings need, too: offsets, and that unread fields exist.
pub fn pack(tree: &Tree, reads: &Reads, node: NodeId, shown: bool, buffer: &mut Vec<u8>) -> Packed {
    buffer.clear();
    buffer.push(u8::from(shown));
    Writer { tree, out: buffer, shown }.node(node, Some(reads));
    Packed(buffer.as_slice().into())
}

struct Reader<'a> {
    bytes: &'a [u8],
    shown: bool,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((&b, rest)) => {
                self.bytes = rest;
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

    fn array<const N: usize>(&mut self) -> [u8; N] {
        match self.bytes.split_first_chunk::<N>() {
            Some((head, rest)) => {
                self.bytes = rest;
                *head
            }
            None => [0; N],
        }
    }

    fn text(&mut self) -> &'a str {
        let len = (self.varint() as usize).min(self.bytes.len());
        let (head, rest) = self.bytes.split_at(len);
        self.bytes = rest;
        std::str::from_utf8(head).unwrap_or("")
    }

    fn count(&mut self) -> usize {
        // Every item takes a byte at least.
        (self.varint() as usize).min(self.bytes.len())
    }

    fn span(&mut self) -> (u32, u32) {
        if !self.shown {
            return (NO_SPAN, NO_SPAN);
        }
        match self.varint() as u32 {
            0 => (NO_SPAN, NO_SPAN),
            n => (n - 1, n - 1 + self.varint() as u32),
        }
    }

    fn int(&mut self) -> i64 {
        let n = self.varint();
        (n >> 1) as i64 ^ -((n & 1) as i64)
    }

    fn plant(&mut self, tree: &mut Tree, tokens: &mut Tokens) -> NodeId {
        match self.byte() {
            tag @ (FALSE | TRUE) => self.scalar(tree, Data::Bool(tag == TRUE)),
            INT => {
                let i = self.int();
                self.scalar(tree, Data::Int(i))
            }
            UINT => {
                let u = self.varint();
                self.scalar(tree, Data::UInt(u))
            }
            FLOAT => {
                let f = f64::from_le_bytes(self.array());
                self.scalar(tree, Data::Float(f))
            }
            STR => {
                let t = tree.push_text(self.text());
                self.scalar(tree, Data::Str(t))
            }
            SEQ => {
                let count = self.count();
                let mut items = Vec::with_capacity(count);
                for _ in 0..count {
                    let token = (self.shown && self.byte() == 1).then(|| u32::from_le_bytes(self.array()));
                    let item = self.plant(tree, tokens);
                    tokens.0.extend(token.map(|t| (item, t)));
                    items.push(item);
                }
                let (start, end) = self.span();
                tree.push_seq(&items, start, end)
            }
            MAP => {
                let count = self.count();
                let mut entries = Vec::with_capacity(count);
                for _ in 0..count {
                    let key = tree.push_text(self.text());
                    let (key_start, key_end) = self.span();
                    let value = self.plant(tree, tokens);
                    entries.push(Entry { key, key_start, key_end, value });
                }
                let (start, end) = self.span();
                tree.push_sorted_map(&entries, start, end)
            }
            _ => self.scalar(tree, Data::Null),
        }
    }

    fn scalar(&mut self, tree: &mut Tree, data: Data) -> NodeId {
        let (start, end) = self.span();
        tree.push_scalar(data, start, end)
    }

    fn value(&mut self) -> Value<'static> {
        let value = match self.byte() {
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            INT => Value::Int(self.int()),
            UINT => Value::UInt(self.varint()),
            FLOAT => match f64::from_le_bytes(self.array()) {
                f if f.fract() == 0.0 && f.abs() < 9.0e15 => Value::Int(f as i64),
                f => Value::Float(f),
            },
            STR => Value::text(self.text()),
            SEQ => {
                let count = self.count();
                let mut items = Vec::with_capacity(count);
                for _ in 0..count {
                    if self.shown && self.byte() == 1 {
                        self.array::<4>();
                    }
                    items.push(self.value());
                }
                Value::List(Arc::new(items))
            }
            MAP => {
                let count = self.count();
                let mut entries: Vec<Pair<'static>> = Vec::with_capacity(count);
                for _ in 0..count {
                    let key = Value::text(self.text());
                    self.span();
                    entries.push((key, self.value()));
                }
                Value::Map(Arc::new(entries))
            }
            _ => Value::Null,
        };
        self.span();
        value
    }
}

/// Tokens of list items that have no name, by node.
#[derive(Debug, Default)]
pub struct Tokens(Vec<(NodeId, u32)>);

impl Tokens {
    /// Forgets them.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    fn of(&self, item: NodeId) -> Option<String> {
        let at = self.0.binary_search_by_key(&item, |(n, _)| *n).ok()?;
        Some(content_token(self.0[at].1))
    }
}

impl Packed {
    fn reader(&self) -> Reader<'_> {
        match self.0.split_first() {
            Some((&shown, bytes)) => Reader { bytes, shown: shown == 1 },
            None => Reader { bytes: &[], shown: false },
        }
    }

    /// Writes it into a tree, with the offsets it had; gives its node.
    pub fn plant(&self, tree: &mut Tree, tokens: &mut Tokens) -> NodeId {
        let before = tokens.0.len();
        let node = self.reader().plant(tree, tokens);
        tokens.0[before..].sort_unstable();
        node
    }

    /// The plain value.
    pub fn value(&self) -> Value<'static> {
        self.reader().value()
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

/// What turns offsets into positions.
#[derive(Clone, Copy)]
pub enum Where<'a> {
    /// the document is at hand
    Text(&'a Lines<'a>),
    /// it was
    Kept(&'a KeptLines),
    /// positions do not matter
    Nowhere,
}

impl Where<'_> {
    fn positions(self, span: ByteSpan) -> Option<(Position, Position)> {
        match self {
            Where::Text(lines) => Some((lines.position(span.start), lines.position(span.end))),
            Where::Kept(lines) => Some((lines.position(span.start), lines.position(span.end))),
            Where::Nowhere => None,
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

/// Follows a pointer.
pub fn locate(tree: &Tree, root: NodeId, source: Where<'_>, tokens: &Tokens, at: &str) -> Located {
    let found = pointer::resolve(tree, root, at);
    let mut stable = String::new();
    let mut node = Some(root);
    for token in pointer::tokens(at) {
        let next = node.and_then(|n| match tree.data(n) {
            Data::Map { .. } => tree.get(n, &token).map(|c| (c, None)),
            Data::Seq { .. } => {
                let item = token.parse::<usize>().ok().and_then(|i| tree.items(n).get(i).copied());
                item.map(|c| (c, Some(tokens.of(c).unwrap_or_else(|| item_token(tree, c)))))
            }
            _ => None,
        });
        match &next {
            Some((_, Some(item))) => pointer::push(&mut stable, item),
            _ => pointer::push(&mut stable, &token),
        }
        node = next.map(|(c, _)| c);
    }
    let scalar = !matches!(tree.data(found.node), Data::Map { .. } | Data::Seq { .. });
    Located {
        exists: found.exact,
        span: found.span.and_then(|s| source.positions(s)),
        value: (found.exact && scalar).then(|| tree.json(found.node)),
        stable,
    }
}
