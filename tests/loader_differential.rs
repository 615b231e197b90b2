//! The loader against Kubernetes itself on generated and broken texts: `pss-oracle -yaml` splits and converts as `kubectl` does.
//! Built by `tests/cluster/build.sh`; without it the test says so and passes.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "loader_support/mod.rs"]
mod support;

use support::author::Author;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Texts per run; `LOADER_DIFFERENTIAL=200000` for a long one, `LOADER_SEED` for other texts.
const TEXTS: u64 = 4000;

fn oracle() -> Option<PathBuf> {
    let assets = std::env::var_os("KUBEBUILDER_ASSETS").map(PathBuf::from);
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-assets");
    assets.into_iter().chain([own]).map(|folder| folder.join("pss-oracle")).find(|path| path.is_file())
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

#[test]
fn agrees_with_kubernetes_on_generated_texts() {
    let Some(oracle) = oracle() else {
        eprintln!("SKIPPED: no pss-oracle in $KUBEBUILDER_ASSETS or target/test-assets; run tests/cluster/build.sh");
        return;
    };
    let (count, seed) = (number("LOADER_DIFFERENTIAL", TEXTS), number("LOADER_SEED", 1));
    let texts: Vec<String> = (0..count).map(|i| Author::new(seed * 1_000_003 + i).text()).collect();
    let answers = ask(&oracle, &texts);
    let (mut accepted, mut refused, mut wrong) = (0, 0, Vec::new());
    for (text, answer) in texts.iter().zip(&answers) {
        if answer.get("error").is_some() {
            refused += 1
        } else {
            accepted += 1
        }
        if let Err(problem) = compare(text, answer) {
            wrong.push(format!("--- {problem}\n{text:?}\nKubernetes: {answer}"));
        }
    }
    eprintln!("{count} texts: Kubernetes takes {accepted}, refuses {refused}; {} disagreements", wrong.len());
    assert!(accepted > count / 5 && refused > count / 20, "the generator is one-sided");
    wrong.truncate(8);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same on every manifest below `LOADER_CORPUS`: what people really write.
#[test]
fn agrees_with_kubernetes_on_files() {
    let (Some(oracle), Some(corpus)) = (oracle(), std::env::var_os("LOADER_CORPUS")) else {
        eprintln!("SKIPPED: needs pss-oracle and LOADER_CORPUS=FOLDER");
        return;
    };
    let settings = kube_audit::source::Settings { all_files: true, ..Default::default() };
    let found = kube_audit::source::discover(&[PathBuf::from(corpus)], &settings);
    let files: Vec<(String, String)> = found
        .inputs
        .iter()
        .filter_map(|input| std::fs::read_to_string(&*input.shown).ok().map(|text| (input.shown.to_string(), text)))
        .filter(|(_, text)| text.len() < 8 << 20)
        .collect();
    let texts: Vec<String> = files.iter().map(|(_, text)| text.clone()).collect();
    let answers = ask(&oracle, &texts);
    let mut wrong = Vec::new();
    for ((name, text), answer) in files.iter().zip(&answers) {
        if let Err(problem) = compare(text, answer) {
            let problem: String = problem.chars().take(300).collect();
            wrong.push(format!("{name}: {problem}; Kubernetes: {}", answer.get("error").unwrap_or(&Value::Null)));
        }
    }
    let refused = answers.iter().filter(|a| a.get("error").is_some()).count();
    eprintln!("{} files, {refused} refused by Kubernetes; {} disagreements", files.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Asks the oracle about all texts.
fn ask(oracle: &PathBuf, texts: &[String]) -> Vec<Value> {
    let mut child = Command::new(oracle).arg("-yaml").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines: Vec<String> =
        texts.iter().enumerate().map(|(id, yaml)| json!({"id": id, "yaml": yaml}).to_string()).collect();
    let writer = std::thread::spawn(move || lines.iter().for_each(|line| writeln!(stdin, "{line}").unwrap()));
    let answers: Vec<Value> = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(|l| serde_json::from_str(&l.unwrap()).unwrap())
        .collect();
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(answers.len(), texts.len());
    answers
}

fn compare(text: &str, answer: &Value) -> Result<(), String> {
    let found = support::parse_all(text.as_bytes());
    let values = |r: &Value| r.as_array().cloned().unwrap_or_default();
    if text.trim_start().starts_with(['{', '[']) {
        return compare_json(
            &found,
            &values(answer.get("error").map_or(&answer["documents"], |_| &answer["documents_before_error"])),
        );
    }
    match answer.get("error") {
        None => {
            if let Some(error) = found.iter().find_map(|r| r.as_ref().err()) {
                return Err(format!("refused here: {error}"));
            }
            let found: Vec<&Value> = found.iter().flatten().filter(|v| !v.is_null()).collect();
            let expected = values(&answer["documents"]);
            let equal = found.len() == expected.len() && found.iter().zip(&expected).all(|(a, b)| same(a, b));
            if equal { Ok(()) } else { Err(format!("other values here: {found:?}")) }
        }
        Some(_) => {
            if found.iter().all(Result::is_ok) {
                return Err(format!("taken here: {found:?}"));
            }
            let before: Vec<&Value> = found.iter().map_while(|r| r.as_ref().ok()).filter(|v| !v.is_null()).collect();
            let expected = values(&answer["documents_before_error"]);
            let equal = before.len() >= expected.len() && before.iter().zip(&expected).all(|(a, b)| same(a, b));
            if equal { Ok(()) } else { Err(format!("other values before the error: {before:?}")) }
        }
    }
}

/// A stream that begins as JSON: where it is broken, Kubernetes reads the first YAML value in it and nothing after that, or nothing at
/// all. More is read here, or the stream's rest is an error, but never less without an error.
fn compare_json(found: &[Result<Value, String>], expected: &[Value]) -> Result<(), String> {
    let told = found.iter().any(Result::is_err);
    // Lists are taken apart.
    let parts = |e: &Value| match (e["kind"].as_str(), e["items"].as_array()) {
        (Some(kind), Some(items)) if kind.ends_with("List") => items.clone(),
        _ => vec![e.clone()],
    };
    let expected: Vec<Value> = expected.iter().flat_map(parts).collect();
    let missing = |e: &&Value| e.is_object() && !found.iter().flatten().any(|f| same(f, e));
    match expected.iter().find(missing) {
        Some(missing) if !told => Err(format!("missing here: {missing}; found {found:?}")),
        _ => Ok(()),
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        _ => a == b,
    }
}
