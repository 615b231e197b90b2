//! What of the settings only the catalogue can judge.

use super::resolve::{Config, mistake};
use super::suggestion::{closest, hint};
use super::{ConfigErrors, Mistake};
use crate::model::check::Check;
use serde_json::Value;
use std::collections::BTreeSet;

/// What is known when the catalogue is there.
pub struct Known<'a> {
    /// all checks, built in and the user's
    pub checks: Vec<&'a Check>,
    /// ids of all benchmarks
    pub benchmarks: Vec<&'a str>,
    /// formats of reports
    pub formats: Vec<&'a str>,
    /// whether a word is the id of a check in another tool (or a former id)
    pub is_alias: &'a dyn Fn(&str) -> bool,
}

impl Config {
    /// Judges ids, parameters, severities and formats. Fails with everything that is wrong.
    pub fn verify(&self, known: &Known<'_>) -> Result<(), ConfigErrors> {
        let mut mistakes = Vec::new();
        let ids: Vec<&str> = known.checks.iter().map(|c| c.id.as_str()).collect();
        let groups: BTreeSet<&str> = known.checks.iter().map(|c| c.group.as_str()).collect();
        let mut wrong = |line: u64, key: &str, message: String| mistakes.push(mistake(&self.file, line, key, message));
        for (key, words) in [("check", &self.check), ("skip", &self.skip)] {
            for word in words {
                let id = word.value.as_str();
                let fits = match id.split_once('/') {
                    _ if id == "*" => true,
                    Some((group, "*")) => groups.contains(group),
                    Some((group, id)) => known.checks.iter().any(|c| c.group == group && c.id == id),
                    None => ids.contains(&id),
                };
                if !fits && !(known.is_alias)(id) {
                    wrong(word.line, key, unknown("check", id, ids.iter().copied()));
                }
            }
        }
        for word in self.group.iter().filter(|w| !groups.contains(w.value.as_str())) {
            wrong(word.line, "group", unknown("group", &word.value, groups.iter().copied()));
        }
        for word in self.benchmark.iter().filter(|w| !known.benchmarks.contains(&w.value.as_str())) {
            wrong(word.line, "benchmark", unknown("benchmark", &word.value, known.benchmarks.iter().copied()));
        }
        if let Some(format) = self.output.format.as_ref().filter(|f| !known.formats.contains(&f.value.as_str())) {
            let key = if format.line > 0 { "output.format" } else { "output-format" };
            let message = unknown("format", &format.value, known.formats.iter().copied());
            wrong(format.line, key, format!("{message}; known are {}", known.formats.join(", ")));
        }
        for setting in &self.checks {
            match known.checks.iter().find(|c| c.id == setting.id.value) {
                None => wrong(setting.id.line, "checks", unknown("check", &setting.id.value, ids.iter().copied())),
                Some(check) => {
                    // The order of severities is worst first.
                    if let Some(s) = setting.severity.as_ref().filter(|s| s.value < check.severity) {
                        let message = format!(
                            "{} is {}; {} would raise it, and it can only be lowered",
                            check.id, check.severity, s.value
                        );
                        wrong(s.line, "checks", message);
                    }
                }
            }
        }
        self.verify_params(known, &ids, &mut mistakes);
        mistakes.sort();
        if mistakes.is_empty() { Ok(()) } else { Err(ConfigErrors(mistakes)) }
    }

    fn verify_params(&self, known: &Known<'_>, ids: &[&str], mistakes: &mut Vec<Mistake>) {
        for (id, params) in &self.params {
            let key = format!("params.{id}");
            let Some(check) = known.checks.iter().find(|c| c.id == *id) else {
                let line = params.values().map(|p| p.line).min().unwrap_or(1);
                mistakes.push(mistake(&self.file, line, &key, unknown("check", id, ids.iter().copied())));
                continue;
            };
            for (name, value) in params {
                let message = match check.params.get(name) {
                    None => unknown("parameter", name, check.params.keys().map(String::as_str)),
                    Some(param) if !is_of(&value.value, &param.r#type) => {
                        format!("must be of type {}, is {}", param.r#type, value.value)
                    }
                    Some(_) => continue,
                };
                mistakes.push(mistake(&self.file, value.line, &format!("{key}.{name}"), message));
            }
        }
    }
}

fn unknown<'a>(noun: &str, word: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    format!("unknown {noun} `{word}`{}", hint(&closest(word, candidates).map(str::to_owned)))
}

fn is_of(value: &Value, r#type: &str) -> bool {
    match r#type {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}
