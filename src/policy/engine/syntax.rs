//! From Rego text to a syntax tree as JSON values, one module at a time.

use crate::policy::metadata::Problem;
use serde_json::Value;

/// Deepest nesting of brackets that is given to the parser, whose time doubles with each level of literals.
const MAX_NESTING: usize = 24;
/// Longest line in columns.
pub const MAX_COLUMNS: u32 = 4096;

/// A new interpreter with our limits for sources.
pub fn interpreter() -> regorus::Engine {
    let mut engine = regorus::Engine::new();
    let mut limits = regorus::PolicyLengthConfig::default();
    limits.max_col = limits.max_col.max(std::num::NonZeroU32::MIN.saturating_add(MAX_COLUMNS));
    engine.set_policy_length_config(limits);
    engine
}

/// Parses one module.
///
/// # Errors
/// A [`Problem`] with the line of the first syntax error.
pub fn parse(file: &str, text: &str) -> Result<Value, Problem> {
    check_nesting(file, text)?;
    let mut engine = interpreter();
    engine.add_policy(file.to_owned(), text.to_owned()).map_err(|e| problem(file, &e.to_string()))?;
    let json = engine.get_ast_as_json().map_err(|e| Problem::new(file, 1, e.to_string()))?;
    let value: Value = serde_json::from_str(&json).map_err(|e| Problem::new(file, 1, e.to_string()))?;
    value.get(0).and_then(|m| m.get("ast")).cloned().ok_or_else(|| Problem::new(file, 1, "no module"))
}

/// The interpreter reports errors as text with `--> file:line:col` and a last line `error: ...`.
pub fn problem(file: &str, text: &str) -> Problem {
    let line = text
        .lines()
        .find_map(|l| l.trim_start().strip_prefix("--> "))
        .and_then(|l| l.rsplit(':').nth(1))
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
    let message = text.lines().rev().find_map(|l| l.strip_prefix("error: ")).unwrap_or(text).trim();
    Problem::new(file, line, message.chars().take(400).collect::<String>())
}

/// Refuses literals nested so deeply that parsing would not end.
fn check_nesting(file: &str, text: &str) -> Result<(), Problem> {
    let (mut depth, mut line, mut quote, mut escaped, mut comment) = (0usize, 1u32, None, false, false);
    for c in text.chars() {
        match (quote, c) {
            (_, '\n') => {
                line += 1;
                comment = false;
                if quote == Some('"') {
                    quote = None;
                }
            }
            _ if comment => {}
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(q), c) if c == q && !escaped => quote = None,
            (Some(_), _) => {}
            (None, '"' | '`') => quote = Some(c),
            (None, '#') => comment = true,
            (None, '[' | '{' | '(') => {
                depth += 1;
                if depth > MAX_NESTING {
                    return Err(Problem::new(file, line, format!("brackets nest deeper than {MAX_NESTING} levels")));
                }
            }
            (None, ']' | '}' | ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = false;
    }
    Ok(())
}

/// Names of the interpreter's built-in functions.
pub fn builtins() -> std::collections::BTreeSet<String> {
    let mut engine = regorus::Engine::new();
    let runtime = engine.eval_query("opa.runtime().builtins".to_owned(), false);
    let mut names = std::collections::BTreeSet::new();
    let value = runtime.ok().and_then(|r| r.result.into_iter().next()).and_then(|r| r.expressions.into_iter().next());
    if let Some(value) = value {
        if let Ok(object) = value.value.as_object() {
            names.extend(object.keys().filter_map(|k| k.as_string().ok().map(|s| s.to_string())));
        }
        if let Ok(array) = value.value.as_array() {
            names.extend(array.iter().filter_map(|k| k.as_string().ok().map(|s| s.to_string())));
        }
    }
    names
}
