//! The `# METADATA` block of a check: YAML in comments before `package`, read strictly.

use crate::model::check::{Analysis, Check, Confidence, ContainerType, Param, Requires, Scope, Severity};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Something wrong with a check, at a line of its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct Problem {
    /// file, below the policy directory
    pub file: String,
    /// line from 1
    pub line: u32,
    /// what is wrong and what to do
    pub message: String,
}

impl Problem {
    /// A problem at a line.
    pub fn new(file: &str, line: u32, message: impl Into<String>) -> Problem {
        Problem { file: file.to_owned(), line, message: message.into() }
    }
}

const TOP_KEYS: [&str; 9] = [
    "title",
    "description",
    "scope",
    "authors",
    "organizations",
    "related_resources",
    "schemas",
    "entrypoint",
    "custom",
];
const CUSTOM_KEYS: [&str; 13] = [
    "severity",
    "scope",
    "kinds",
    "containers",
    "requires",
    "points",
    "enabled",
    "unset",
    "remediation",
    "params",
    "confidence",
    "since",
    "until",
];

#[derive(Deserialize)]
struct Custom {
    severity: Severity,
    scope: Scope,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    containers: Vec<ContainerType>,
    #[serde(default)]
    requires: Requires,
    #[serde(default)]
    points: i32,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    unset: String,
    #[serde(default)]
    remediation: String,
    #[serde(default)]
    params: BTreeMap<String, RawParam>,
    #[serde(default)]
    confidence: Confidence,
    since: Option<String>,
    until: Option<String>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParam {
    r#type: String,
    default: serde_json::Value,
    #[serde(default)]
    description: String,
}

/// The text of the block with the comment signs removed, and the line on which it starts.
fn block(text: &str) -> Option<(String, u32)> {
    let mut lines = text.lines().enumerate();
    let (at, _) = lines.find(|(_, l)| l.trim_end() == "# METADATA")?;
    let mut yaml = String::new();
    for (_, line) in lines {
        let Some(rest) = line.strip_prefix('#') else { break };
        yaml.push_str(rest.strip_prefix(' ').unwrap_or(rest));
        yaml.push('\n');
    }
    Some((yaml, at as u32 + 2))
}

/// The line of a key in the block, for messages.
fn line_of(yaml: &str, first: u32, key: &str) -> u32 {
    yaml.lines().position(|l| l.trim_start().starts_with(&format!("{key}:"))).map_or(first, |i| first + i as u32)
}

/// A near word, for "did you mean".
pub fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let best = known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(word, k), k))
        .filter(|(d, k)| *d <= 1 + k.len().min(word.len()) / 4)
        .min();
    best.map_or(String::new(), |(_, k)| format!("; did you mean {k:?}?"))
}

/// Reads the metadata of the check in `file` (path below the policy directory: `checks/<group>/<id>.rego`).
///
/// # Errors
/// Every problem found: missing block or key, unknown key (with a suggestion), wrong type.
pub fn parse(file: &str, text: &str) -> Result<Check, Vec<Problem>> {
    let Some((yaml, first)) = block(text) else {
        return Err(vec![Problem::new(
            file,
            1,
            "no `# METADATA` block; every check starts with one (see CONTRIBUTING.md)",
        )]);
    };
    let one = |line, message: String| vec![Problem::new(file, line, message)];
    let value: serde_json::Value = serde_yaml::from_str(&yaml).map_err(|e| {
        let line = e.location().map_or(first, |l| first + l.line() as u32 - 1);
        one(line, format!("the METADATA block is not valid YAML: {e}"))
    })?;
    let Some(top) = value.as_object() else {
        return Err(one(first, "the METADATA block is empty".into()));
    };
    let mut problems = Vec::new();
    for key in top.keys().filter(|k| !TOP_KEYS.contains(&k.as_str())) {
        let hint = if CUSTOM_KEYS.contains(&key.as_str()) {
            "; it belongs below `custom`".into()
        } else {
            suggestion(key, TOP_KEYS)
        };
        problems.push(Problem::new(file, line_of(&yaml, first, key), format!("unknown metadata key {key:?}{hint}")));
    }
    let custom = top.get("custom").and_then(|c| c.as_object()).cloned().unwrap_or_default();
    for key in custom.keys().filter(|k| !CUSTOM_KEYS.contains(&k.as_str())) {
        problems.push(Problem::new(
            file,
            line_of(&yaml, first, key),
            format!("unknown key {key:?} below `custom`{}", suggestion(key, CUSTOM_KEYS)),
        ));
    }
    let text_at = |key: &str| top.get(key).and_then(|v| v.as_str()).map(|s| s.trim().to_owned()).unwrap_or_default();
    for key in ["title", "description"] {
        if text_at(key).is_empty() {
            problems.push(Problem::new(file, first, format!("metadata needs `{key}`")));
        }
    }
    let custom: Option<Custom> = match serde_json::from_value(serde_json::Value::Object(custom)) {
        Ok(c) => Some(c),
        Err(e) => {
            problems.push(Problem::new(file, line_of(&yaml, first, "custom"), format!("below `custom`: {e}")));
            None
        }
    };
    let mut params = BTreeMap::new();
    if let Some(custom) = &custom {
        if custom.remediation.trim().is_empty() {
            problems.push(Problem::new(file, first, "metadata needs `custom.remediation`"));
        }
        if custom.scope == Scope::Object && custom.kinds.is_empty() {
            problems.push(Problem::new(file, first, "a check of scope object needs `custom.kinds`"));
        }
        if custom.scope != Scope::Container && !custom.containers.is_empty() {
            let line = line_of(&yaml, first, "containers");
            problems.push(Problem::new(file, line, "`containers` narrows checks of scope container only"));
        }
        for (name, p) in &custom.params {
            let fits = match p.r#type.as_str() {
                "string" => p.default.is_string(),
                "number" => p.default.is_number(),
                "boolean" => p.default.is_boolean(),
                "array" => p.default.is_array(),
                "object" => p.default.is_object(),
                _ => false,
            };
            if !fits {
                let line = line_of(&yaml, first, name);
                let message = format!(
                    "param {name:?}: default {} is not of type {:?} (string, number, boolean, array or object)",
                    p.default, p.r#type
                );
                problems.push(Problem::new(file, line, message));
            }
            let param =
                Param { r#type: p.r#type.clone(), default: p.default.to_string(), description: p.description.clone() };
            params.insert(name.clone(), param);
        }
        for v in custom.since.iter().chain(&custom.until) {
            if version(v).is_none() {
                problems.push(Problem::new(file, first, format!("{v:?} is not a Kubernetes version such as \"1.30\"")));
            }
        }
    }
    let (group, stem) = match file.strip_suffix(".rego").unwrap_or(file).rsplit_once('/') {
        Some((dir, stem)) => (dir.rsplit('/').next().unwrap_or("").to_owned(), stem.to_owned()),
        None => (String::new(), file.trim_end_matches(".rego").to_owned()),
    };
    match custom {
        Some(custom) if problems.is_empty() => Ok(Check {
            package: format!("audit.checks.{}.{}", group.replace('-', "_"), stem.replace('-', "_")),
            id: stem,
            group,
            file: file.to_owned(),
            title: text_at("title"),
            description: text_at("description"),
            remediation: custom.remediation.trim().to_owned(),
            references: references(top.get("related_resources")),
            severity: custom.severity,
            scope: custom.scope,
            kinds: custom.kinds,
            containers: if custom.containers.is_empty() { ContainerType::ALL.to_vec() } else { custom.containers },
            requires: custom.requires,
            points: custom.points,
            enabled: custom.enabled,
            unset: custom.unset.trim().to_owned(),
            params,
            confidence: custom.confidence,
            since: custom.since,
            until: custom.until,
            analysis: Analysis::default(),
        }),
        _ => Err(problems),
    }
}

fn references(value: Option<&serde_json::Value>) -> Vec<String> {
    let one = |v: &serde_json::Value| {
        v.as_str().map(str::to_owned).or_else(|| v.get("ref").and_then(|r| r.as_str()).map(str::to_owned))
    };
    value.and_then(|v| v.as_array()).map(|a| a.iter().filter_map(one).collect()).unwrap_or_default()
}

/// Major and minor of a Kubernetes version: `1.30`, `v1.30.4`, `v1.37.0-eks-abc`, `1.24+`; `None` when it is none.
pub fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next()?;
    let digits = minor.find(|c: char| !c.is_ascii_digit()).unwrap_or(minor.len());
    if digits == 0 || !(digits == minor.len() || minor[digits..].starts_with(['+', '-'])) {
        return None;
    }
    Some((major, minor[..digits].parse().ok()?))
}
