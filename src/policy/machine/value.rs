//! Values of the machine. Objects under audit are never copied: a map or list of the tree is a [`View`] through what the check may read, so
//! a check sees its projection and nothing else.

use crate::model::tree::{Data, NodeId, Tree};
use crate::policy::projection::Reads;
use std::cmp::Ordering;
use std::sync::Arc;

/// A map or list of a tree, seen through a read set.
#[derive(Clone, Copy)]
pub struct View<'t> {
    tree: &'t Tree,
    reads: &'t Reads,
    node: NodeId,
}

/// A value.
#[derive(Clone, Default)]
pub enum Value<'t> {
    /// no value
    #[default]
    Undefined,
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// a whole number
    Int(i64),
    /// a whole number above [`i64::MAX`]
    UInt(u64),
    /// another number
    Float(f64),
    /// a string that lives elsewhere
    Str(&'t str),
    /// a string
    Text(Arc<str>),
    /// a map or list of a tree
    View(View<'t>),
    /// a list
    List(Arc<Vec<Value<'t>>>),
    /// a list that lives elsewhere
    ListRef(&'t [Value<'t>]),
    /// a set: sorted, each item once
    Set(Arc<Vec<Value<'t>>>),
    /// an object: sorted by key, each key once
    Map(Arc<Vec<Entry<'t>>>),
    /// an object that lives elsewhere
    MapRef(&'t [Entry<'t>]),
}

/// A key and its value.
pub type Entry<'t> = (Value<'t>, Value<'t>);

/// Everything of a tree.
static EVERYTHING: Reads = Reads { whole: true, keys: Vec::new(), items: None };

impl<'t> View<'t> {
    fn below(&self, reads: &'t Reads, node: NodeId) -> Value<'t> {
        Value::of(self.tree, reads, node)
    }

    fn is_map(&self) -> bool {
        self.tree.is_map(self.node)
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Value<'t> {
        let Some(reads) = self.reads.at(key) else { return Value::Undefined };
        self.tree.get(self.node, key).map_or(Value::Undefined, |n| self.below(reads, n))
    }

    /// The item at an index.
    fn item(&self, index: i64) -> Value<'t> {
        let Some(reads) = self.reads.of_items() else { return Value::Undefined };
        let item = usize::try_from(index).ok().and_then(|i| self.tree.items(self.node).get(i));
        item.map_or(Value::Undefined, |&n| self.below(reads, n))
    }

    /// Number of entries or items.
    fn len(&self) -> usize {
        if !self.is_map() {
            return if self.reads.of_items().is_some() { self.tree.items(self.node).len() } else { 0 };
        }
        if self.reads.of_items().is_some() {
            return self.tree.entries(self.node).len();
        }
        self.reads.keys.iter().filter(|(k, _)| self.tree.get(self.node, k).is_some()).count()
    }

    fn at(&self, i: usize) -> Option<Entry<'t>> {
        if !self.is_map() {
            let reads = self.reads.of_items()?;
            let node = *self.tree.items(self.node).get(i)?;
            return Some((Value::Int(i as i64), self.below(reads, node)));
        }
        if self.reads.of_items().is_some() {
            let entry = self.tree.entries(self.node).get(i)?;
            let key = self.tree.text_of(entry.key);
            return Some((Value::Str(key), self.below(self.reads.at(key)?, entry.value)));
        }
        let there = self.reads.keys.iter().filter_map(|(k, r)| Some((self.tree.entry(self.node, k)?, r)));
        let (entry, reads) = there.into_iter().nth(i)?;
        Some((Value::Str(self.tree.text_of(entry.key)), self.below(reads, entry.value)))
    }
}

/// The entries of a collection, one after another.
pub struct Entries<'t> {
    of: Value<'t>,
    next: usize,
}

impl<'t> Iterator for Entries<'t> {
    type Item = Entry<'t>;

    fn next(&mut self) -> Option<Entry<'t>> {
        let i = self.next;
        self.next += 1;
        match &self.of {
            Value::View(view) => view.at(i),
            Value::List(list) => list.get(i).map(|v| (Value::Int(i as i64), v.clone())),
            Value::ListRef(list) => list.get(i).map(|v| (Value::Int(i as i64), v.borrowed())),
            Value::Set(set) => set.get(i).map(|v| (v.clone(), v.clone())),
            Value::Map(map) => map.get(i).cloned(),
            Value::MapRef(map) => map.get(i).map(|(k, v)| (k.borrowed(), v.borrowed())),
            _ => None,
        }
    }
}

impl<'t> Value<'t> {
    /// What `reads` sees of a node.
    pub fn of(tree: &'t Tree, reads: &'t Reads, node: NodeId) -> Value<'t> {
        match tree.data(node) {
            Data::Null => Value::Null,
            Data::Bool(b) => Value::Bool(b),
            Data::Int(i) => Value::Int(i),
            Data::UInt(u) => Value::UInt(u),
            Data::Float(f) if f.fract() == 0.0 && f.abs() < 9.0e15 => Value::Int(f as i64),
            Data::Float(f) => Value::Float(f),
            Data::Str(t) => Value::Str(tree.text_of(t)),
            Data::Seq { .. } | Data::Map { .. } => Value::View(View { tree, reads, node }),
        }
    }

    /// All of a node.
    pub fn whole(tree: &'t Tree, node: NodeId) -> Value<'t> {
        Value::of(tree, &EVERYTHING, node)
    }

    /// A string.
    pub fn text(text: &str) -> Value<'static> {
        Value::Text(text.into())
    }

    /// The same value without keeping anything alive.
    pub fn borrowed(&'t self) -> Value<'t> {
        match self {
            Value::Text(t) => Value::Str(t),
            Value::List(l) => Value::ListRef(l),
            Value::Map(m) => Value::MapRef(m),
            other => other.clone(),
        }
    }

    /// A set of these.
    pub fn set(mut items: Vec<Value<'t>>) -> Value<'t> {
        items.sort_unstable_by(|a, b| a.order(b));
        items.dedup_by(|a, b| a.order(b) == Ordering::Equal);
        Value::Set(Arc::new(items))
    }

    /// An object of these; `None` when a key has two values.
    pub fn map(mut entries: Vec<Entry<'t>>) -> Option<Value<'t>> {
        entries.sort_by(|a, b| a.0.order(&b.0));
        let mut conflict = false;
        entries.dedup_by(|b, a| {
            let same = a.0.order(&b.0) == Ordering::Equal;
            conflict |= same && a.1.order(&b.1) != Ordering::Equal;
            same
        });
        (!conflict).then(|| Value::Map(Arc::new(entries)))
    }

    /// From JSON.
    pub fn from_json(json: &serde_json::Value) -> Value<'static> {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(b) => Value::Bool(*b),
            serde_json::Value::Number(n) => match (n.as_i64(), n.as_u64(), n.as_f64()) {
                (Some(i), ..) => Value::Int(i),
                (_, Some(u), _) => Value::UInt(u),
                (.., Some(f)) if f.fract() == 0.0 && f.abs() < 9.0e15 => Value::Int(f as i64),
                (.., f) => Value::Float(f.unwrap_or(0.0)),
            },
            serde_json::Value::String(s) => Value::text(s),
            serde_json::Value::Array(a) => Value::List(Arc::new(a.iter().map(Value::from_json).collect())),
            serde_json::Value::Object(o) => {
                let mut entries: Vec<Entry<'static>> =
                    o.iter().map(|(k, v)| (Value::text(k), Value::from_json(v))).collect();
                entries.sort_by(|a, b| a.0.order(&b.0));
                Value::Map(Arc::new(entries))
            }
        }
    }

    /// As JSON; sets are lists, what is undefined is null.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Value::Undefined | Value::Null => serde_json::Value::Null,
            Value::Bool(b) => (*b).into(),
            Value::Int(i) => (*i).into(),
            Value::UInt(u) => (*u).into(),
            Value::Float(f) => (*f).into(),
            Value::Str(s) => (*s).into(),
            Value::Text(s) => (&**s).into(),
            _ if self.is_object() => {
                let key = |k: Value<'_>| k.as_str().map_or_else(|| k.json().to_string(), str::to_owned);
                self.entries().map(|(k, v)| (key(k), v.json())).collect()
            }
            _ => self.entries().map(|(_, v)| v.json()).collect(),
        }
    }

    /// The same value, living on its own.
    pub fn own(&self) -> Value<'static> {
        match self {
            Value::Undefined => Value::Undefined,
            Value::Null => Value::Null,
            Value::Bool(b) => Value::Bool(*b),
            Value::Int(i) => Value::Int(*i),
            Value::UInt(u) => Value::UInt(*u),
            Value::Float(f) => Value::Float(*f),
            Value::Str(s) => Value::text(s),
            Value::Text(s) => Value::Text(s.clone()),
            Value::Set(items) => Value::Set(Arc::new(items.iter().map(Value::own).collect())),
            _ if self.is_object() => Value::Map(Arc::new(self.entries().map(|(k, v)| (k.own(), v.own())).collect())),
            _ => Value::List(Arc::new(self.entries().map(|(_, v)| v.own()).collect())),
        }
    }

    /// The string, when it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(s) => Some(s),
            Value::Text(s) => Some(s),
            _ => None,
        }
    }

    /// Whether a statement that has this value holds.
    pub fn holds(&self) -> bool {
        !matches!(self, Value::Undefined | Value::Bool(false))
    }

    /// Whether there is none.
    pub fn is_undefined(&self) -> bool {
        matches!(self, Value::Undefined)
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        match self {
            Value::Map(_) | Value::MapRef(_) => true,
            Value::View(view) => view.is_map(),
            _ => false,
        }
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        match self {
            Value::List(_) | Value::ListRef(_) => true,
            Value::View(view) => !view.is_map(),
            _ => false,
        }
    }

    /// Whether it is a set.
    pub fn is_set(&self) -> bool {
        matches!(self, Value::Set(_))
    }

    /// Whether it has entries.
    pub fn is_collection(&self) -> bool {
        matches!(
            self,
            Value::View(_) | Value::List(_) | Value::ListRef(_) | Value::Set(_) | Value::Map(_) | Value::MapRef(_)
        )
    }

    /// Number of entries of a collection.
    pub fn len(&self) -> usize {
        match self {
            Value::View(view) => view.len(),
            Value::List(list) | Value::Set(list) => list.len(),
            Value::ListRef(list) => list.len(),
            Value::Map(map) => map.len(),
            Value::MapRef(map) => map.len(),
            _ => 0,
        }
    }

    /// Whether a collection has no entries; true of scalars.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Entries of a collection: index and item, item and item of a set, key and value.
    pub fn entries(&self) -> Entries<'t> {
        Entries { of: self.clone(), next: 0 }
    }

    /// What a field name leads to.
    pub fn field(&self, name: &str) -> Value<'t> {
        fn find<'a, 't>(map: &'a [Entry<'t>], name: &str) -> Option<&'a Value<'t>> {
            let at = map.binary_search_by(|(k, _)| match k.as_str() {
                Some(k) => k.cmp(name),
                None => k.order(&Value::Str(name)),
            });
            at.ok().map(|i| &map[i].1)
        }
        match self {
            Value::View(view) if view.is_map() => view.get(name),
            Value::Map(map) => find(map, name).cloned().unwrap_or_default(),
            Value::MapRef(map) => find(map, name).map(Value::borrowed).unwrap_or_default(),
            Value::Set(_) => self.index(&Value::text(name)),
            _ => Value::Undefined,
        }
    }

    /// What an index leads to.
    pub fn index(&self, index: &Value<'t>) -> Value<'t> {
        let number = match index {
            Value::Int(i) => usize::try_from(*i).ok(),
            Value::Float(f) if f.fract() == 0.0 && *f >= 0.0 => Some(*f as usize),
            _ => None,
        };
        match self {
            Value::View(view) if view.is_map() => index.as_str().map_or(Value::Undefined, |k| view.get(k)),
            Value::View(view) => number.map_or(Value::Undefined, |i| view.item(i as i64)),
            Value::List(list) => number.and_then(|i| list.get(i)).cloned().unwrap_or_default(),
            Value::ListRef(list) => number.and_then(|i| list.get(i)).map(Value::borrowed).unwrap_or_default(),
            Value::Set(set) => match set.binary_search_by(|v| v.order(index)) {
                Ok(i) => set[i].clone(),
                Err(_) => Value::Undefined,
            },
            Value::Map(map) => match map.binary_search_by(|(k, _)| k.order(index)) {
                Ok(i) => map[i].1.clone(),
                Err(_) => Value::Undefined,
            },
            Value::MapRef(map) => match map.binary_search_by(|(k, _)| k.order(index)) {
                Ok(i) => map[i].1.borrowed(),
                Err(_) => Value::Undefined,
            },
            _ => Value::Undefined,
        }
    }

    /// Whether a collection has an item.
    pub fn has(&self, item: &Value<'t>) -> bool {
        match self {
            Value::Set(_) => !self.index(item).is_undefined(),
            Value::List(list) => list.iter().any(|v| v.equals(item)),
            Value::ListRef(list) => list.iter().any(|v| v.equals(item)),
            _ => self.entries().any(|(_, v)| v.equals(item)),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Int(_) | Value::UInt(_) | Value::Float(_) => 2,
            Value::Str(_) | Value::Text(_) => 3,
            Value::Set(_) => 5,
            Value::Undefined => 7,
            _ if self.is_object() => 6,
            _ => 4,
        }
    }

    /// Whether two values are the same.
    pub fn equals(&self, other: &Value<'_>) -> bool {
        if let (Some(a), Some(b)) = (self.as_str(), other.as_str()) {
            return a == b;
        }
        self.order(other) == Ordering::Equal
    }

    /// The order of all values: null, booleans, numbers, strings, lists, sets, objects.
    pub fn order(&self, other: &Value<'_>) -> Ordering {
        use Value::{Bool, Float, Int, UInt};
        let wide = |v: &Value<'_>| match v {
            Int(i) => Some(i128::from(*i)),
            UInt(u) => Some(i128::from(*u)),
            _ => None,
        };
        match (self, other) {
            (Bool(a), Bool(b)) => a.cmp(b),
            (Int(a), Int(b)) => a.cmp(b),
            (Float(a), Float(b)) => a.total_cmp(b),
            (Float(a), b) if b.rank() == 2 => a.total_cmp(&(wide(b).unwrap_or(0) as f64)),
            (a, Float(b)) if a.rank() == 2 => (wide(a).unwrap_or(0) as f64).total_cmp(b),
            (a, b) => {
                if let (Some(a), Some(b)) = (a.as_str(), b.as_str()) {
                    return a.cmp(b);
                }
                if let (Some(a), Some(b)) = (wide(a), wide(b)) {
                    return a.cmp(&b);
                }
                let ranks = a.rank().cmp(&b.rank());
                if ranks != Ordering::Equal || a.rank() < 4 || a.rank() == 7 {
                    return ranks;
                }
                let keyed = a.rank() == 6;
                let (mut left, mut right) = (a.entries(), b.entries());
                loop {
                    match (left.next(), right.next()) {
                        (None, None) => return Ordering::Equal,
                        (None, Some(_)) => return Ordering::Less,
                        (Some(_), None) => return Ordering::Greater,
                        (Some((ka, va)), Some((kb, vb))) => {
                            let keys = if keyed { ka.order(&kb) } else { Ordering::Equal };
                            let both = keys.then_with(|| va.order(&vb));
                            if both != Ordering::Equal {
                                return both;
                            }
                        }
                    }
                }
            }
        }
    }

    /// The word for what it is.
    pub fn type_name(&self) -> &'static str {
        match self.rank() {
            0 => "null",
            1 => "boolean",
            2 => "number",
            3 => "string",
            4 => "array",
            5 => "set",
            6 => "object",
            _ => "undefined",
        }
    }
}
