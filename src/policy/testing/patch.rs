//! JSON Patch (RFC 6902), as far as fixes use it: `add`, `remove`, `replace`, `test`.

use serde_json::Value;

/// The value with the patch, JSON text, applied.
pub(super) fn apply(value: &Value, patch: &str) -> Result<Value, String> {
    let mut value = value.clone();
    let operations: Vec<Value> = serde_json::from_str(patch).map_err(|e| format!("{patch} is no JSON Patch: {e}"))?;
    for operation in &operations {
        one(&mut value, operation).ok_or_else(|| format!("{operation} does not fit"))?;
    }
    Ok(value)
}

fn one(value: &mut Value, operation: &Value) -> Option<()> {
    let path = operation.get("path")?.as_str()?;
    let (parent, last) = path.rsplit_once('/')?;
    let key = last.replace("~1", "/").replace("~0", "~");
    let new = operation.get("value");
    let parent = value.pointer_mut(parent)?;
    let index = || key.parse::<usize>().ok();
    match (operation.get("op")?.as_str()?, parent) {
        ("add", Value::Object(map)) => drop(map.insert(key, new?.clone())),
        ("add", Value::Array(items)) if key == "-" => items.push(new?.clone()),
        ("add", Value::Array(items)) => {
            let at = index().filter(|i| *i <= items.len())?;
            items.insert(at, new?.clone());
        }
        ("remove", Value::Object(map)) => drop(map.shift_remove(&key)?),
        ("remove", Value::Array(items)) => {
            let at = index().filter(|i| *i < items.len())?;
            items.remove(at);
        }
        ("replace", Value::Object(map)) => *map.get_mut(&key)? = new?.clone(),
        ("replace", Value::Array(items)) => *items.get_mut(index()?)? = new?.clone(),
        ("test", Value::Object(map)) => (map.get(&key)? == new?).then_some(())?,
        ("test", Value::Array(items)) => (items.get(index()?)? == new?).then_some(())?,
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn edits_members_and_items() {
        let before = json!({"a": {"b~/": 1, "list": [1, 2]}});
        let patch = |ops: Value| apply(&before, &ops.to_string());
        let after = patch(json!([
            {"op": "test", "path": "/a/b~0~1", "value": 1},
            {"op": "replace", "path": "/a/b~0~1", "value": 2},
            {"op": "add", "path": "/a/list/-", "value": 3},
            {"op": "add", "path": "/a/list/0", "value": 0},
            {"op": "remove", "path": "/a/list/1"},
            {"op": "add", "path": "/c", "value": {}}
        ]));
        assert_eq!(after, Ok(json!({"a": {"b~/": 2, "list": [0, 2, 3]}, "c": {}})));
    }

    #[test]
    fn refuses_what_is_not_there() {
        for operation in [
            json!({"op": "remove", "path": "/b"}),
            json!({"op": "replace", "path": "/b", "value": 1}),
            json!({"op": "add", "path": "/b/c", "value": 1}),
            json!({"op": "add", "path": "/a/3", "value": 1}),
            json!({"op": "add", "path": "/a/-"}),
            json!({"op": "test", "path": "/a", "value": []}),
            json!({"op": "move", "from": "/a", "path": "/b"}),
        ] {
            assert!(apply(&json!({"a": [1]}), &json!([operation]).to_string()).is_err(), "{operation}");
        }
        assert!(apply(&json!({}), "{").is_err());
    }
}
