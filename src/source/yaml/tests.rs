#![allow(clippy::unwrap_used)]

use super::*;
use serde_json::{Value, json};

fn read(text: &str) -> Result<Value, String> {
    let mut tree = Tree::with_capacity(text.len());
    parse(text, &mut tree, &Limits::default(), &mut Vec::new()).map_err(|e| e.to_string())?;
    Ok(tree.json(tree.root()))
}

#[test]
fn a_pod() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {x: 'y'}}\nspec:\n  hostPID: yes\n  containers:\n  - name: app\n    args: [\"--a\", b c , -1]\n    command:\n    -\n    - |\n      echo 1\n        two\n\n    - >-\n      a\n      b\n";
    assert_eq!(
        read(text).unwrap(),
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "labels": {"x": "y"}},
            "spec": {"hostPID": true, "containers": [{"name": "app", "args": ["--a", "b c", -1],
                "command": [null, "echo 1\n  two\n", "a b"]}]}})
    );
}

#[test]
fn errors_say_where() {
    let error = read("a:\n  b: 1\n c: 2\n").unwrap_err();
    assert!(error.contains("line 3, column 2: did not find expected key"), "{error}");
    let error = read("a: *x\n").unwrap_err();
    assert!(error.contains("line 1, column 4: unknown anchor 'x'"), "{error}");
    let error = read("a: &x [*x]\n").unwrap_err();
    assert!(error.contains("contains itself"), "{error}");
}

#[test]
fn duplicates_are_told() {
    let mut tree = Tree::default();
    let mut out = Vec::new();
    parse("a:\n- b: 1\n  c: 0\n  b: 2\n", &mut tree, &Limits::default(), &mut out).unwrap();
    assert_eq!(tree.json(tree.root()), json!({"a": [{"b": 2, "c": 0}]}));
    assert_eq!(out[0].pointer, "/a/0/b");
    assert!(out[0].message.contains("line 2") && out[0].message.contains("line 4"), "{}", out[0].message);
}

#[test]
fn comments_know_their_lines() {
    let found = comments("# one\na: 1 # two\nb: |\n  # not\nc: '# not'\n", 10, 256);
    let texts: Vec<_> = found.iter().map(|c| (c.text.as_str(), c.line, c.own_line)).collect();
    assert_eq!(texts, [("one", 10, true), ("two", 11, false)]);
}

/// The time for a text grows with its length, not with its square.
#[test]
fn many_of_what_is_looked_up_late() {
    for (text, at) in [
        (format!("[{}]", ".inf, ".repeat(100_000)), "line 1, column 2: JSON has no number"),
        (format!("[{}]", "{? ~ : 1}, ".repeat(100_000)), "line 1, column 5: unsupported map key"),
    ] {
        let error = read(&text).unwrap_err();
        assert!(error.starts_with(at), "{error}");
    }
    let found = comments(&"# a\u{2028}".repeat(100_000), 1, 256);
    assert_eq!(found.len(), 100_000);
    assert!(found[0].own_line && !found[1].own_line);
}
