//! `sprintf`.

use super::value::Value;
use std::fmt::Write;

/// Formats; `None` when the format uses something that is left to the interpreter (widths, fractions, rare verbs).
///
/// # Errors
/// A verb without an argument, or the reverse.
pub fn sprintf(format: &str, args: &Value<'_>) -> Result<Option<String>, String> {
    let mut out = String::with_capacity(format.len() + 32);
    let mut given = args.entries().map(|(_, v)| v);
    let mut used = 0;
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let mut after = rest[at + 1..].chars();
        let verb = after.next();
        rest = after.as_str();
        if verb == Some('%') {
            out.push('%');
            continue;
        }
        if !matches!(verb, Some('s' | 'v' | 'd' | 'q')) {
            return Ok(None);
        }
        let Some(value) = given.next() else {
            return Err(format!("no argument specified for format verb {used}"));
        };
        used += 1;
        match (verb, &value) {
            (Some('s' | 'v'), value) => {
                if !plain(&mut out, value, false) {
                    return Ok(None);
                }
            }
            (Some('d'), Value::Int(i)) => drop(write!(out, "{i}")),
            _ => return Ok(None),
        }
    }
    out.push_str(rest);
    match given.count() {
        0 => Ok(Some(out)),
        n => Err(format!("extra arguments ({n}) specified for {used} format verbs")),
    }
}

/// A value in words; `false` when it holds a number that only the interpreter prints.
fn plain(out: &mut String, value: &Value<'_>, quoted: bool) -> bool {
    match value {
        Value::Undefined => return false,
        Value::Null => out.push_str("null"),
        Value::Bool(b) => drop(write!(out, "{b}")),
        Value::Int(i) => drop(write!(out, "{i}")),
        Value::UInt(_) | Value::Float(_) => return false,
        Value::Str(_) | Value::Text(_) => {
            let text = value.as_str().unwrap_or("");
            if quoted {
                out.push_str(&serde_json::Value::from(text).to_string());
            } else {
                out.push_str(text);
            }
        }
        _ => {
            let object = value.is_object();
            out.push(if value.is_list() { '[' } else { '{' });
            for (i, (key, item)) in value.entries().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                if object {
                    if !plain(out, &key, true) {
                        return false;
                    }
                    out.push_str(": ");
                }
                if !plain(out, &item, true) {
                    return false;
                }
            }
            out.push(if value.is_list() { ']' } else { '}' });
        }
    }
    true
}
