#![allow(clippy::unwrap_used)]

use super::*;
use serde_json::json;

fn read(text: &str) -> Result<serde_json::Value, String> {
    let mut tree = Tree::default();
    parse(text, &mut tree, &Limits::default(), &mut Vec::new()).map_err(|e| e.to_string())?;
    Ok(tree.json(tree.root()))
}

#[test]
fn values() {
    let text = r#" {"a": [1, -2, 1.5, 1e3, 18446744073709551615], "b\u0041\/": "\ud83d\ude00\ud83dx", "c": {}, "d": [], "e": null} "#;
    assert_eq!(
        read(text).unwrap(),
        json!({"a": [1, -2, 1.5, 1000, 18446744073709551615u64], "bA/": "😀\u{FFFD}x", "c": {}, "d": [], "e": null})
    );
}

#[test]
fn refusals() {
    for text in [
        "",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "01",
        "1.",
        ".5",
        "+1",
        "tru",
        "\"\n\"",
        "\"\\x\"",
        "1 2",
        "{a: 1}",
        "1e999",
        "'a'",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    let error = read("{\"a\": 1,\n \"b\" 2}").unwrap_err();
    assert!(error.contains("line 2, column 6: invalid character '2' after object key"), "{error}");
    let deep = "[".repeat(100_000);
    assert!(read(&deep).unwrap_err().contains("limits.depth"));
}

#[test]
fn duplicate_keys() {
    let (mut tree, mut out) = (Tree::default(), Vec::new());
    parse("{\"x\":[{\"a\":1,\n\"a\":2}]}", &mut tree, &Limits::default(), &mut out).unwrap();
    assert_eq!(tree.json(tree.root()), json!({"x": [{"a": 2}]}));
    assert_eq!(out[0].pointer, "/x/0/a");
}
