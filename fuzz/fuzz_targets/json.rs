//! JSON manifests, parsed alone, compared with another parser, and read as a run reads them.
#![no_main]

mod common;

use kube_audit::model::tree::Tree;
use kube_audit::source::{Limits, json};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let mut tree = Tree::default();
        let mut diagnostics = Vec::new();
        let ours = json::parse(text, &mut tree, &Limits::default(), &mut diagnostics);
        let theirs = serde_json::from_str::<Value>(text);
        match (ours, theirs) {
            (Ok(()), theirs) => {
                common::check_tree(&tree, text);
                match theirs {
                    Ok(value) => assert!(same(&tree.json(tree.root()), &value), "another value: {value}"),
                    // Go takes half a surrogate pair, and serde_json stops at 128 levels.
                    Err(error) => assert!(text.contains("\\u") || deep(text), "{error}"),
                }
            }
            (Err(error), theirs) => {
                assert!(error.offset <= text.len() && error.line > 0 && error.column > 0);
                assert!(error.limit || theirs.is_err(), "refused: {error}");
            }
        }
    }
    common::load_all(data, Limits::default());
    common::load_all(data, common::tight());
});

fn deep(text: &str) -> bool {
    text.bytes().filter(|b| matches!(b, b'[' | b'{')).count() >= 127
}

/// Numbers may differ in their form and in the last digit.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            (a - b).abs() <= b.abs() * 1e-12
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        _ => a == b,
    }
}
