//! JSON Patches of checks, whose paths are below a place, as patches of the object.

use serde_json::{Value, json};
use std::sync::Arc;

/// A patch with every path below `prefix`. Works on the text: this is done for each finding that has a fix.
pub(super) fn below(fix: &str, prefix: &str) -> Arc<str> {
    let quoted = json!(prefix).to_string();
    let prefix = quoted.trim_matches('"');
    let mut out = String::with_capacity(fix.len() + prefix.len());
    let (mut depth, mut in_text, mut copied, mut at) = (0usize, false, 0, 0);
    let bytes = fix.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if in_text => at += 1,
            b'"' if in_text => in_text = false,
            b'"' => {
                in_text = true;
                // Inside the list and an operation.
                if let Some(pointer) = pointer_at(fix, at).filter(|_| depth == 2) {
                    at = pointer;
                    out.push_str(&fix[copied..=at]);
                    out.push_str(prefix);
                    copied = at + 1;
                }
            }
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    out.push_str(&fix[copied..]);
    out.into()
}

/// Where the quote stands that opens the value of the member `path` or `from` that begins at `at`.
fn pointer_at(fix: &str, at: usize) -> Option<usize> {
    let rest = fix[at..].strip_prefix(r#""path""#).or_else(|| fix[at..].strip_prefix(r#""from""#))?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    rest.starts_with('"').then(|| fix.len() - rest.len())
}

/// A patch of a container's security context as one of its pod's, from which the container has the field. What sets the whole context sets
/// its members instead, since the pod has one.
pub(super) fn of_pod(fix: &str, pod: &str) -> Arc<str> {
    const CONTEXT: &str = "/securityContext";
    let Ok(Value::Array(operations)) = serde_json::from_str(fix) else { return fix.into() };
    let mut out = Vec::new();
    for mut operation in operations {
        let path = operation.get("path").and_then(Value::as_str).unwrap_or_default().to_owned();
        match operation.get("value") {
            Some(Value::Object(members)) if path == CONTEXT => {
                let set = |(k, v): (&String, &Value)| {
                    let key = k.replace('~', "~0").replace('/', "~1");
                    json!({"op": "add", "path": format!("{pod}/spec{CONTEXT}/{key}"), "value": v})
                };
                out.extend(members.iter().map(set));
            }
            _ => {
                operation["path"] = json!(format!("{pod}/spec{path}"));
                out.push(operation);
            }
        }
    }
    Value::Array(out).to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_operations_move_and_values_stay() {
        let fix = r#"[{"op":"add","path":"/a","value":{"path":"/x","t":"\"path\":\"/y"}},{"from":"/b","op":"move","path":"/c"}]"#;
        let moved = r#"[{"op":"add","path":"/p\"/0/a","value":{"path":"/x","t":"\"path\":\"/y"}},{"from":"/p\"/0/b","op":"move","path":"/p\"/0/c"}]"#;
        assert_eq!(&*below(fix, "/p\"/0"), moved);
        assert_eq!(&*below("[{\n\"path\" : \"/a\"\n}]", "/b"), "[{\n\"path\" : \"/b/a\"\n}]");
    }

    #[test]
    fn a_container_without_a_context_does_not_overwrite_its_pods() {
        let fix = r#"[{"op":"add","path":"/securityContext","value":{"runAsNonRoot":true}}]"#;
        let pod = r#"[{"op":"add","path":"/spec/template/spec/securityContext/runAsNonRoot","value":true}]"#;
        assert_eq!(&*of_pod(fix, "/spec/template"), pod);
        let fix = r#"[{"op":"replace","path":"/securityContext/runAsUser","value":1}]"#;
        let pod = r#"[{"op":"replace","path":"/spec/securityContext/runAsUser","value":1}]"#;
        assert_eq!(&*of_pod(fix, ""), pod);
    }
}
