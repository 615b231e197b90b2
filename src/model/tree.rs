//! The shared, immutable tree of one document: what Kubernetes decodes, and where it stands in the source.
//!
//! A [`Tree`] is an arena: nodes are numbers, children come before their parents, map entries are sorted by key. Parsing
//! fills it once, front to back; after that it is only read. Parts of it may be shared (a YAML alias and everything that
//! `policy::normalise` derives point at existing nodes), so a tree is a directed acyclic graph in memory.
//!
//! Positions are byte offsets into the document's text, which starts at [`Tree::base`] of its file. Line and column are
//! worked out from the text when somebody asks ([`Lines`]), not kept per node.

use std::fmt;

/// Number of a node in its [`Tree`].
pub type NodeId = u32;

/// Offset of a node that stands nowhere in the source because it was derived.
pub const NO_SPAN: u32 = u32::MAX;

const STATIC_FLAG: u32 = 0x8000_0000;

/// Text that every tree can point at without owning it: the keys of the policy input.
const STATIC_TEXT: &str = "annotationsapiVersioncontainercontainersdiagnosticsimagekindlabelsnamenamespaceobjectpodsourcespecsecuritytypemetadataregistryrepositorytagdigestrefinitsidecarephemeralpointerfiledocumentlinecodemessage";

/// The words in it.
const STATIC_WORDS: [&str; 31] = [
    "annotations",
    "apiVersion",
    "container",
    "containers",
    "diagnostics",
    "image",
    "kind",
    "labels",
    "name",
    "namespace",
    "object",
    "pod",
    "source",
    "spec",
    "security",
    "type",
    "metadata",
    "registry",
    "repository",
    "tag",
    "digest",
    "ref",
    "init",
    "sidecar",
    "ephemeral",
    "pointer",
    "file",
    "document",
    "line",
    "code",
    "message",
];

/// A string of a tree: a range of its text buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    off: u32,
    len: u32,
}

impl Text {
    /// A string of the policy input's own vocabulary, usable in every tree; `None` when `word` is not part of it.
    pub fn fixed(word: &str) -> Option<Text> {
        use std::sync::LazyLock;
        static KNOWN: LazyLock<hashbrown::HashMap<&'static str, u32>> =
            LazyLock::new(|| STATIC_WORDS.iter().filter_map(|w| Some((*w, STATIC_TEXT.find(w)? as u32))).collect());
        let off = KNOWN.get(word).copied()?;
        Some(Text { off: off | STATIC_FLAG, len: word.len() as u32 })
    }
}

/// The value of a node; containers name a range of [`Tree::items`] or [`Tree::entries`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Data {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// an integer that fits 64 bits with sign
    Int(i64),
    /// an integer above [`i64::MAX`]
    UInt(u64),
    /// every other number; always finite
    Float(f64),
    /// a string
    Str(Text),
    /// a list
    Seq {
        /// first item in [`Tree::items`]
        first: u32,
        /// number of items
        len: u32,
    },
    /// a map, sorted by key, keys unique
    Map {
        /// first entry in [`Tree::entries`]
        first: u32,
        /// number of entries
        len: u32,
    },
}

/// A node: its value and its place in the source, in bytes from the start of the document's text.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// the value
    pub data: Data,
    /// first byte, or [`NO_SPAN`]
    pub start: u32,
    /// one past the last byte
    pub end: u32,
}

/// One entry of a map.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// the key
    pub key: Text,
    /// first byte of the key, or [`NO_SPAN`]
    pub key_start: u32,
    /// one past the last byte of the key
    pub key_end: u32,
    /// the value
    pub value: NodeId,
}

/// A byte range of the document's text; `None` ends mean the node was derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteSpan {
    /// first byte
    pub start: u32,
    /// one past the last byte
    pub end: u32,
}

/// The arena. See the module's text.
#[derive(Clone, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    items: Vec<NodeId>,
    entries: Vec<Entry>,
    text: String,
    root: NodeId,
    nulls: u32,
    /// where the document's text starts in its file, in bytes
    pub base: u64,
    /// line of the file (from 1) on which the document's text starts
    pub line: u32,
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tree({})", if self.nodes.is_empty() { "empty".to_owned() } else { self.json(self.root).to_string() })
    }
}

impl Tree {
    /// An empty arena with room for a document of `bytes` bytes.
    pub fn with_capacity(bytes: usize) -> Tree {
        let nodes = bytes / 16 + 8;
        Tree {
            nodes: Vec::with_capacity(nodes),
            items: Vec::with_capacity(nodes / 4),
            entries: Vec::with_capacity(nodes),
            text: String::with_capacity(bytes / 2 + 16),
            line: 1,
            ..Tree::default()
        }
    }

    /// Forgets every node but keeps the memory, for the next document.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.items.clear();
        self.entries.clear();
        self.text.clear();
        self.root = 0;
        self.nulls = 0;
        self.base = 0;
        self.line = 1;
    }

    /// Copies a string into the tree's text.
    pub fn push_text(&mut self, text: &str) -> Text {
        let off = self.text.len() as u32;
        self.text.push_str(text);
        Text { off, len: text.len() as u32 }
    }

    /// Adds a scalar node.
    pub fn push_scalar(&mut self, data: Data, start: u32, end: u32) -> NodeId {
        debug_assert!(!matches!(data, Data::Seq { .. } | Data::Map { .. }));
        if data == Data::Null {
            self.nulls += 1;
        }
        self.push(data, start, end)
    }

    /// Adds a string node.
    pub fn push_str(&mut self, text: &str, start: u32, end: u32) -> NodeId {
        let text = self.push_text(text);
        self.push(Data::Str(text), start, end)
    }

    /// Adds a list of existing nodes.
    pub fn push_seq(&mut self, items: &[NodeId], start: u32, end: u32) -> NodeId {
        let first = self.items.len() as u32;
        self.items.extend_from_slice(items);
        self.push(Data::Seq { first, len: items.len() as u32 }, start, end)
    }

    /// Adds a map. Entries are sorted here; of entries with equal keys the last stays, and the keys of those that lost are
    /// given to `duplicate` with their positions, first loser first.
    pub fn push_map(
        &mut self,
        entries: &mut [Entry],
        start: u32,
        end: u32,
        mut duplicate: impl FnMut(&Tree, &Entry),
    ) -> NodeId {
        let text = std::mem::take(&mut self.text);
        entries.sort_by(|a, b| str_of(&text, a.key).cmp(str_of(&text, b.key)));
        self.text = text;
        let mut kept: Vec<bool> = Vec::new();
        for i in 1..entries.len() {
            if self.text_of(entries[i - 1].key) == self.text_of(entries[i].key) {
                if kept.is_empty() {
                    kept = vec![true; entries.len()];
                }
                // The sort is stable: of equal keys the later one in the source comes later.
                kept[i - 1] = false;
                duplicate(self, &entries[i - 1]);
            }
        }
        let first = self.entries.len() as u32;
        if kept.is_empty() {
            self.entries.extend_from_slice(entries);
        } else {
            self.entries.extend(entries.iter().zip(&kept).filter(|(_, k)| **k).map(|(e, _)| *e));
        }
        let len = self.entries.len() as u32 - first;
        self.push(Data::Map { first, len }, start, end)
    }

    /// Adds a derived map whose keys are already sorted and unique.
    pub fn push_derived_map(&mut self, entries: &[(Text, NodeId)]) -> NodeId {
        debug_assert!(entries.windows(2).all(|w| self.text_of(w[0].0) < self.text_of(w[1].0)));
        let first = self.entries.len() as u32;
        self.entries.extend(entries.iter().map(|&(key, value)| Entry {
            key,
            key_start: NO_SPAN,
            key_end: NO_SPAN,
            value,
        }));
        self.push(Data::Map { first, len: entries.len() as u32 }, NO_SPAN, NO_SPAN)
    }

    /// Adds a map whose keys are already sorted and unique, with positions.
    pub fn push_sorted_map(&mut self, entries: &[Entry], start: u32, end: u32) -> NodeId {
        let first = self.entries.len() as u32;
        self.entries.extend_from_slice(entries);
        self.push(Data::Map { first, len: entries.len() as u32 }, start, end)
    }

    fn push(&mut self, data: Data, start: u32, end: u32) -> NodeId {
        self.nodes.push(Node { data, start, end });
        self.nodes.len() as u32 - 1
    }

    /// Makes `node` the root.
    pub fn set_root(&mut self, node: NodeId) {
        self.root = node;
    }

    /// The node the document is.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// Number of nodes, derived ones included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing was parsed into the tree yet.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Number of nulls in the source; most documents have none, and then nulls need no treatment.
    pub fn nulls(&self) -> u32 {
        self.nulls
    }

    /// A node by number.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    /// The value of a node.
    pub fn data(&self, id: NodeId) -> Data {
        self.nodes[id as usize].data
    }

    /// Replaces the value of a node in place (null treatment only; positions stay).
    pub fn set_data(&mut self, id: NodeId, data: Data) {
        self.nodes[id as usize].data = data;
    }

    /// Removes from map `id` the entries for which `keep` says no.
    pub fn retain_entries(&mut self, id: NodeId, mut keep: impl FnMut(&Tree, &Entry) -> bool) {
        if let Data::Map { first, len } = self.data(id) {
            let mut out = first as usize;
            for i in first as usize..(first + len) as usize {
                let entry = self.entries[i];
                if keep(self, &entry) {
                    self.entries[out] = entry;
                    out += 1;
                }
            }
            let len = (out - first as usize) as u32;
            self.set_data(id, Data::Map { first, len });
        }
    }

    /// Where a node stands in the document's text; `None` for derived nodes.
    pub fn span(&self, id: NodeId) -> Option<ByteSpan> {
        let n = self.node(id);
        (n.start != NO_SPAN).then_some(ByteSpan { start: n.start, end: n.end })
    }

    /// The string behind a [`Text`].
    pub fn text_of(&self, t: Text) -> &str {
        str_of(&self.text, t)
    }

    /// Items of a list; empty for every other node.
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        match self.data(id) {
            Data::Seq { first, len } => &self.items[first as usize..(first + len) as usize],
            _ => &[],
        }
    }

    /// Entries of a map, sorted by key; empty for every other node.
    pub fn entries(&self, id: NodeId) -> &[Entry] {
        match self.data(id) {
            Data::Map { first, len } => &self.entries[first as usize..(first + len) as usize],
            _ => &[],
        }
    }

    /// The entry of a map with this key.
    pub fn entry(&self, id: NodeId, key: &str) -> Option<&Entry> {
        let entries = self.entries(id);
        let name = |e: &Entry| bytes_of(self.text.as_bytes(), e.key);
        if entries.len() <= 8 {
            return entries.iter().find(|e| e.key.len as usize == key.len() && name(e) == key.as_bytes());
        }
        entries.binary_search_by(|e| name(e).cmp(key.as_bytes())).ok().map(|i| &entries[i])
    }

    /// The value of a map under this key; nulls included.
    pub fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.entry(id, key).map(|e| e.value)
    }

    /// The value under a chain of keys.
    pub fn path(&self, id: NodeId, keys: &[&str]) -> Option<NodeId> {
        keys.iter().try_fold(id, |n, k| self.get(n, k))
    }

    /// The string of a node, when it is one.
    pub fn as_str(&self, id: NodeId) -> Option<&str> {
        match self.data(id) {
            Data::Str(t) => Some(self.text_of(t)),
            _ => None,
        }
    }

    /// The string under a key, when there is one.
    pub fn str_at(&self, id: NodeId, key: &str) -> Option<&str> {
        self.get(id, key).and_then(|n| self.as_str(n))
    }

    /// Whether the node is a map.
    pub fn is_map(&self, id: NodeId) -> bool {
        matches!(self.data(id), Data::Map { .. })
    }

    /// Whether the node is null.
    pub fn is_null(&self, id: NodeId) -> bool {
        self.data(id) == Data::Null
    }

    /// Adds a JSON value; it stands nowhere in a source. Gives its node.
    pub fn plant(&mut self, value: &serde_json::Value) -> NodeId {
        use serde_json::Value;
        match value {
            Value::Null => self.push_scalar(Data::Null, NO_SPAN, NO_SPAN),
            Value::Bool(b) => self.push_scalar(Data::Bool(*b), NO_SPAN, NO_SPAN),
            Value::Number(n) => {
                let data = match (n.as_i64(), n.as_u64()) {
                    (Some(i), _) => Data::Int(i),
                    (None, Some(u)) => Data::UInt(u),
                    _ => Data::Float(n.as_f64().unwrap_or(0.0)),
                };
                self.push_scalar(data, NO_SPAN, NO_SPAN)
            }
            Value::String(s) => self.push_str(s, NO_SPAN, NO_SPAN),
            Value::Array(items) => {
                let items: Vec<NodeId> = items.iter().map(|i| self.plant(i)).collect();
                self.push_seq(&items, NO_SPAN, NO_SPAN)
            }
            Value::Object(map) => {
                let mut entries: Vec<Entry> = map
                    .iter()
                    .map(|(k, v)| {
                        let value = self.plant(v);
                        Entry { key: self.push_text(k), key_start: NO_SPAN, key_end: NO_SPAN, value }
                    })
                    .collect();
                self.push_map(&mut entries, NO_SPAN, NO_SPAN, |_, _| {})
            }
        }
    }

    /// A JSON value of the subtree, keys in sorted order.
    pub fn json(&self, id: NodeId) -> serde_json::Value {
        use serde_json::Value;
        match self.data(id) {
            Data::Null => Value::Null,
            Data::Bool(b) => Value::Bool(b),
            Data::Int(i) => i.into(),
            Data::UInt(u) => u.into(),
            Data::Float(f) => go_number(f),
            Data::Str(t) => Value::String(self.text_of(t).to_owned()),
            Data::Seq { .. } => Value::Array(self.items(id).iter().map(|&n| self.json(n)).collect()),
            Data::Map { .. } => Value::Object(
                self.entries(id).iter().map(|e| (self.text_of(e.key).to_owned(), self.json(e.value))).collect(),
            ),
        }
    }
}

/// A float as a JSON number; whole ones are written without a fraction, as Go's encoder does (`1.0` is `1`).
fn go_number(f: f64) -> serde_json::Value {
    if f.fract() == 0.0 && f.abs() < 9.007_199_254_740_992e15 { (f as i64).into() } else { f.into() }
}

fn str_of(text: &str, t: Text) -> &str {
    if t.off & STATIC_FLAG != 0 {
        let off = (t.off & !STATIC_FLAG) as usize;
        &STATIC_TEXT[off..off + t.len as usize]
    } else {
        &text[t.off as usize..(t.off + t.len) as usize]
    }
}

fn bytes_of(text: &[u8], t: Text) -> &[u8] {
    let text = if t.off & STATIC_FLAG != 0 { STATIC_TEXT.as_bytes() } else { text };
    let off = (t.off & !STATIC_FLAG) as usize;
    text.get(off..off + t.len as usize).unwrap_or_default()
}

/// Line starts of a document's text: turns byte offsets into lines and columns.
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<u32>,
    first_line: u32,
    shift: u32,
}

/// A position: line from 1 in the file, column from 1 in Unicode code points.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
pub struct Position {
    /// line of the file, from 1
    pub line: u32,
    /// column in Unicode code points, from 1
    pub column: u32,
}

impl<'a> Lines<'a> {
    /// Indexes `text`, which starts on line `first_line` of its file.
    pub fn new(text: &'a str, first_line: u32) -> Lines<'a> {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i as u32 + 1));
        Lines { text, starts, first_line, shift: 0 }
    }

    /// The same, for a text that starts `columns` code points into its first line.
    pub fn shifted(mut self, columns: u32) -> Lines<'a> {
        self.shift = columns;
        self
    }

    /// Line of a byte offset, without the way to its column.
    pub fn line(&self, offset: u32) -> u32 {
        self.first_line + self.starts.partition_point(|&s| s <= offset) as u32 - 1
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.text.len());
        let row = self.starts.partition_point(|&s| s as usize <= offset) - 1;
        let start = self.starts[row] as usize;
        let shift = if row == 0 { self.shift } else { 0 };
        let column = self.text.get(start..offset).map_or(0, |s| s.chars().count()) as u32 + 1 + shift;
        Position { line: self.first_line + row as u32, column }
    }

    /// The source line (without its end) on which an offset stands.
    pub fn line_text(&self, offset: u32) -> &'a str {
        let row = self.starts.partition_point(|&s| s <= offset) - 1;
        let start = self.starts[row] as usize;
        let end = self.starts.get(row + 1).map_or(self.text.len(), |&e| e as usize);
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }
}

/// Line lengths of a document whose text is gone: gives the same positions as [`Lines`], slowly, in about a byte for a line.
#[derive(Clone, Debug, Default)]
pub struct KeptLines {
    /// lengths of the lines in bytes, ends included, as variable-length numbers
    lengths: Box<[u8]>,
    /// offsets of bytes that do not begin a character
    inner: Box<[u32]>,
    len: u32,
    first_line: u32,
    shift: u32,
}

impl KeptLines {
    /// Keeps what positions need.
    pub fn of(lines: &Lines<'_>) -> KeptLines {
        let mut lengths = Vec::with_capacity(lines.starts.len() + 8);
        let end = lines.text.len() as u32;
        let ends = lines.starts[1..].iter().copied().chain([end]);
        for (start, end) in lines.starts.iter().zip(ends) {
            let mut n = end - start;
            while n >= 0x80 {
                lengths.push(n as u8 | 0x80);
                n >>= 7;
            }
            lengths.push(n as u8);
        }
        let inner = if lines.text.is_ascii() {
            Box::default()
        } else {
            lines.text.bytes().zip(0u32..).filter(|(b, _)| (0x80..0xc0).contains(b)).map(|(_, i)| i).collect()
        };
        KeptLines { lengths: lengths.into(), inner, len: end, first_line: lines.first_line, shift: lines.shift }
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(self.len);
        let (mut row, mut start) = (0, 0u32);
        let (mut n, mut shift) = (0u32, 0);
        let mut last = self.lengths.len();
        // The last line has no end behind which another begins.
        while last > 0 && (last == self.lengths.len() || self.lengths[last - 1] >= 0x80) {
            last -= 1;
        }
        for &byte in &self.lengths[..last] {
            n |= u32::from(byte & 0x7f) << shift;
            shift += 7;
            if byte >= 0x80 {
                continue;
            }
            if start + n > offset {
                break;
            }
            start += n;
            row += 1;
            (n, shift) = (0, 0);
        }
        let inside = |a: u32, b: u32| {
            let at = |x: u32| self.inner.partition_point(|&i| i < x);
            (at(b) - at(a)) as u32
        };
        let shift = if row == 0 { self.shift } else { 0 };
        Position { line: self.first_line + row, column: offset - start - inside(start, offset) + 1 + shift }
    }
}

/// A document's text whose lines are indexed when somebody asks.
pub struct SourceText<'a> {
    text: &'a str,
    first_line: u32,
    column: u32,
    lines: std::cell::OnceCell<Lines<'a>>,
    kept: std::cell::OnceCell<std::sync::Arc<KeptLines>>,
}

impl<'a> SourceText<'a> {
    /// The text of a document that starts on line `first_line` of its file, after `column` characters of that line.
    pub fn new(text: &'a str, first_line: u32, column: u32) -> SourceText<'a> {
        SourceText { text, first_line, column, lines: std::cell::OnceCell::new(), kept: std::cell::OnceCell::new() }
    }

    /// Its lines.
    pub fn lines(&self) -> &Lines<'a> {
        self.lines.get_or_init(|| Lines::new(self.text, self.first_line).shifted(self.column))
    }

    /// What positions need once the text is gone.
    pub fn kept(&self) -> std::sync::Arc<KeptLines> {
        self.kept.get_or_init(|| std::sync::Arc::new(KeptLines::of(self.lines()))).clone()
    }
}
