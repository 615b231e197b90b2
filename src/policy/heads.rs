//! Heads of set rules are moved into their bodies before the interpreter sees them.
//!
//! NOTE regorus 0.14.1: when the key of a partial set is undefined for one binding (`deny contains {"msg": f(x)} if some x in l` with no `f` for one
//! of the items) the elements found before are thrown away or evaluation breaks; OPA skips that binding. In the body an undefined
//! value means just that. Lines keep their numbers.

use super::syntax_tree::{list, variant};
use serde_json::Value;

const FOUND: &str = "audit_found";

/// The text with every set rule's key computed in its body. Text that needs no change is given back as it is.
pub fn safe(text: &str, ast: &Value) -> String {
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for rule in list(ast.get("rules")) {
        let ("Spec", spec) = variant(rule) else { continue };
        let Some(("Set", head)) = spec.get("head").map(variant) else { continue };
        let bodies: Vec<&Value> = list(spec.get("bodies")).collect();
        let (Some(key), [body]) = (head.get("key").filter(|k| !k.is_null()), bodies.as_slice()) else { continue };
        if !may_be_undefined(key) {
            continue;
        }
        if let Some(edit) = rewrite(text, head, body) {
            edits.push(edit);
        }
    }
    let mut out = text.to_owned();
    edits.sort_by_key(|e| std::cmp::Reverse(e.0));
    for (from, to, new) in edits {
        out.replace_range(from..to, &new);
    }
    out
}

fn span(node: &Value) -> Option<(usize, usize)> {
    let s = node.get("span")?;
    Some((s.get("start")?.as_u64()? as usize, s.get("end")?.as_u64()? as usize))
}

fn rewrite(text: &str, head: &Value, body: &Value) -> Option<(usize, usize, String)> {
    let (_, refr_end) = span(variant(head.get("refr")?).1)?;
    let (body_start, body_end) = span(body)?;
    let (query_start, query_end) = span(body.get("query")?)?;
    let contains = refr_end + text.get(refr_end..body_start)?.find("contains")? + "contains".len();
    let key = text.get(contains..body_start)?.trim();
    let query = text.get(query_start..query_end)?;
    let inner = query.strip_prefix('{').and_then(|q| q.strip_suffix('}')).unwrap_or(query);
    let lines = "\n".repeat(text.get(contains..query_start)?.matches('\n').count());
    // A comment would swallow what is put after it on the same line.
    let joint = if inner.lines().last().is_some_and(|l| l.contains('#')) { "\n" } else { "; " };
    let key = if key.contains('#') { key.to_owned() } else { key.replace('\n', " ") };
    Some((contains, body_end, format!(" {FOUND} if {{{lines}{}{joint}{FOUND} := {key} }}", inner.trim_end())))
}

/// Literals and names are always defined; what looks something up or calls something may not be.
fn may_be_undefined(node: &Value) -> bool {
    match node {
        Value::Object(o) => o.iter().any(|(k, v)| {
            matches!(k.as_str(), "Call" | "RefDot" | "RefBrack" | "ArithExpr" | "BinExpr")
                || k != "span" && may_be_undefined(v)
        }),
        Value::Array(a) => a.iter().any(may_be_undefined),
        _ => false,
    }
}
