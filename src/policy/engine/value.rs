//! Interpreter values from trees and JSON.

use crate::model::tree::{Data, NodeId, Tree};
use crate::policy::projection::{self, Reads, Sink};
use regorus::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

struct ValueSink;

impl Sink for ValueSink {
    type Value = Value;

    fn scalar(&mut self, tree: &Tree, node: NodeId) -> Value {
        match tree.data(node) {
            Data::Null => Value::Null,
            Data::Bool(b) => Value::Bool(b),
            Data::Int(i) => Value::from(i),
            Data::UInt(u) => Value::from(u),
            Data::Float(f) if f.fract() == 0.0 && f.abs() < 9.0e15 => Value::from(f as i64),
            Data::Float(f) => Value::from(f),
            Data::Str(t) => Value::String(tree.text_of(t).into()),
            Data::Seq { .. } | Data::Map { .. } => Value::Undefined,
        }
    }

    fn list(&mut self, _: &Tree, _: NodeId, items: Vec<Value>) -> Value {
        Value::from(items)
    }

    fn map(&mut self, _: &Tree, _: NodeId, entries: Vec<(&str, Value)>) -> Value {
        Value::from(entries.into_iter().map(|(k, v)| (Value::String(k.into()), v)).collect::<BTreeMap<_, _>>())
    }
}

/// What `reads` sees at `node`.
pub fn projected(tree: &Tree, reads: &Reads, node: NodeId) -> Value {
    projection::project(tree, reads, node, &mut ValueSink)
}

/// A value from JSON text.
pub fn from_json(text: &str) -> Option<Value> {
    Value::from_json_str(text).ok()
}

/// As JSON.
pub fn json(value: &Value) -> Option<serde_json::Value> {
    serde_json::to_value(value).ok()
}

/// A map value.
pub fn map(entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    Value::from(entries.into_iter().map(|(k, v)| (Value::String(k.into()), v)).collect::<BTreeMap<_, _>>())
}

/// The string under a key of a map value.
pub fn str_at(value: &Value, key: &str) -> Option<Arc<str>> {
    value.as_object().ok()?.get(&Value::String(key.into()))?.as_string().ok().map(|s| Arc::from(s.as_ref()))
}
