//! The loader against Kubernetes itself on generated and broken texts: `pss-oracle -yaml` splits and converts as `kubectl` does.
//! Built by `tests/cluster/build.sh`; without it the test says so and passes.

#[path = "loader_support/mod.rs"]
mod support;

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
        if answer.get("error").is_some() { refused += 1 } else { accepted += 1 }
        if let Err(problem) = compare(text, answer) {
            wrong.push(format!("--- {problem}\n{text:?}\nKubernetes: {answer}"));
        }
    }
    eprintln!("{count} texts: Kubernetes takes {accepted}, refuses {refused}; {} disagreements", wrong.len());
    assert!(accepted > count / 5 && refused > count / 20, "the generator is one-sided");
    wrong.truncate(8);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Asks the oracle about all texts.
fn ask(oracle: &PathBuf, texts: &[String]) -> Vec<Value> {
    let mut child =
        Command::new(oracle).arg("-yaml").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines: Vec<String> = texts.iter().enumerate().map(|(id, yaml)| json!({"id": id, "yaml": yaml}).to_string()).collect();
    let writer = std::thread::spawn(move || lines.iter().for_each(|line| writeln!(stdin, "{line}").unwrap()));
    let answers: Vec<Value> =
        BufReader::new(child.stdout.take().unwrap()).lines().map(|l| serde_json::from_str(&l.unwrap()).unwrap()).collect();
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(answers.len(), texts.len());
    answers
}

fn compare(text: &str, answer: &Value) -> Result<(), String> {
    let found = support::parse_all(text.as_bytes());
    let values = |r: &Value| r.as_array().cloned().unwrap_or_default();
    if text.trim_start().starts_with('{') {
        return compare_json(&found, &values(answer.get("error").map_or(&answer["documents"], |_| &answer["documents_before_error"])));
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

/// Writes manifests the way people and tools do, and sometimes worse.
struct Author {
    state: u64,
    anchors: usize,
}

const KEYS: [&str; 22] = [
    "apiVersion", "kind", "metadata", "name", "labels", "spec", "containers", "image", "hostPID", "env", "args", "on", "y",
    "\"quoted\"", "'single'", "1", "1.5", "true", "app.kubernetes.io/name", "a b", "é", "-x",
];
/// What Kubernetes refuses.
const BAD: [&str; 8] = ["a: b", "1e400 :", ".inf", "@x", "`x", "%x", "!!int x", "*nobody"];
const BAD_KEYS: [&str; 4] = ["~", "? z", "[a]", "*nobody "];
const SCALARS: [&str; 59] = [
    "yes", "no", "on", "Off", "y", "n", "true", "FALSE", "null", "~", "", "0644", "0o17", "0x1F", "0b11", "1_000", "08", "1.0",
    "1e3", ".5", "1.", "-0", "+12", "-0644", "22:22", "2001-12-14", "100m", "1Gi", "nginx:1.25", "a b c", "a #b", "a# b",
    "http://x:80/y", "'it''s'", "\"tab\\t\\u00e9\\x41\"", "\"a\\\n  b\"", "'single\n  folded'", "\"double\n\n   folded \"",
    "plain\n   over lines", "[a, b]", "{a: b, c: [d]}", "[a: b, {c: d}]", "{a, b: }", "[]", "{}", "!!str 5", "!!int '7'", "!own x",
    "!!binary aGk=", "!!float 3", "! 5", "<<", "=", "18446744073709551615", "9223372036854775808", "123456789012345678901", "1e400",
    "é ü", "\u{1F600}",
];
const SPICE: [&str; 40] = [
    ":", "#", "-", "?", "[", "]", "{", "}", ",", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`", "\t", " ", "\n", "\r", "\r\n",
    "\u{85}", "\u{a0}", "\u{2028}", "\u{2029}", "é", "\\", "<<: ", "---", "...", "\n---\n", "\n...\n", ": ", " #", "- ", "\u{7}", "~",
];

impl Author {
    fn new(seed: u64) -> Author {
        let mut author = Author { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, anchors: 0 };
        for _ in 0..4 {
            author.next();
        }
        author
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    fn below(&mut self, n: usize) -> usize {
        ((self.next() >> 11) % n.max(1) as u64) as usize
    }

    fn pick<'p>(&mut self, from: &[&'p str]) -> &'p str {
        from[self.below(from.len())]
    }

    fn text(&mut self) -> String {
        let mut out = String::new();
        if self.below(12) == 0 {
            return self.json_stream();
        }
        for i in 0..1 + self.below(3) {
            if i > 0 || self.below(3) == 0 {
                let separators = ["---\n", "--- # note\n", "---   \n", "...\n---\n", "---\n# Source: c/templates/x.yaml\n", "--- x\n"];
                let n = if self.below(20) == 0 { 6 } else { 5 };
                out.push_str(separators[self.below(n)]);
            }
            self.anchors = 0;
            self.map(&mut out, 0, 0);
        }
        if self.below(4) == 0 {
            out = out.replace('\n', "\r\n");
        }
        if self.below(5) == 0 {
            out.pop();
        }
        for _ in 0..[0, 0, 1, 1, 2, 4][self.below(6)] {
            self.spoil(&mut out);
        }
        out
    }

    fn json_stream(&mut self) -> String {
        let mut out = String::new();
        for _ in 0..1 + self.below(3) {
            let value = json!({"kind": "Pod", "n": [1, 1.5, -0.0, 1e30], "s": "a\"\\/\u{1F600}\n", "o": {"a": null}});
            out.push_str(&if self.below(2) == 0 { value.to_string() } else { serde_json::to_string_pretty(&value).unwrap() });
            out.push_str(self.pick(&["\n", "", " ", "\n---\n", "\n\n", " # x\n---\n"]));
        }
        if self.below(2) == 0 {
            self.spoil(&mut out);
        }
        out
    }

    fn comment(&mut self, out: &mut String, indent: usize) {
        if self.below(15) == 0 {
            out.push_str(&" ".repeat(indent));
            out.push_str("# comment: [x\n");
        }
    }

    fn map(&mut self, out: &mut String, indent: usize, depth: usize) {
        for _ in 0..1 + self.below(4) {
            self.comment(out, indent);
            out.push_str(&" ".repeat(indent));
            if self.anchors > 0 && self.below(10) == 0 {
                let anchor = self.below(self.anchors);
                out.push_str(&format!("<<: *a{anchor}\n"));
                continue;
            }
            let key = if self.below(120) == 0 { self.pick(&BAD_KEYS) } else { self.pick(&KEYS) };
            out.push_str(key);
            out.push_str(self.pick(&[":", ":", ":", ":", " :"]));
            self.value(out, indent, depth);
        }
    }

    /// What follows a colon or dash, with the end of the line.
    fn value(&mut self, out: &mut String, indent: usize, depth: usize) {
        let mut anchor = String::new();
        if self.below(12) == 0 {
            anchor = format!(" &a{}", self.anchors);
        }
        if self.anchors > 0 && self.below(14) == 0 {
            let anchor = self.below(self.anchors);
            out.push_str(&format!(" *a{anchor}\n"));
            return;
        }
        let step = [2, 2, 2, 4, 1, 3][self.below(6)];
        match self.below(if depth < 4 { 10 } else { 6 }) {
            6 | 7 => {
                out.push_str(&anchor);
                out.push_str(self.pick(&["\n", "\n", "  \n", " # note\n"]));
                self.map(out, indent + step, depth + 1);
            }
            8 | 9 => {
                out.push_str(&anchor);
                out.push('\n');
                let inner = indent + if self.below(2) == 0 { 0 } else { step };
                for _ in 0..1 + self.below(3) {
                    self.comment(out, inner);
                    out.push_str(&" ".repeat(inner));
                    out.push('-');
                    if self.below(3) == 0 {
                        out.push(' ');
                        let mut item = String::new();
                        self.map(&mut item, inner + 2, depth + 1);
                        out.push_str(item.trim_start_matches(' '));
                    } else {
                        self.value(out, inner, depth + 1);
                    }
                }
            }
            5 => self.block_scalar(out, indent + step, &anchor),
            _ => {
                let scalar = if self.below(100) == 0 { self.pick(&BAD) } else { self.pick(&SCALARS) }.replace('\n', &format!("\n{}", " ".repeat(indent)));
                out.push_str(&anchor);
                out.push_str(self.pick(&[" ", " ", " ", " ", "  ", "\t"]));
                out.push_str(&scalar);
                out.push_str(self.pick(&["\n", "\n", "\n", " # note\n", " \n", "\n\n"]));
            }
        }
        self.anchors += usize::from(!anchor.is_empty());
    }

    fn block_scalar(&mut self, out: &mut String, indent: usize, anchor: &str) {
        out.push_str(anchor);
        out.push(' ');
        out.push_str(self.pick(&["|", ">"]));
        out.push_str(self.pick(&["", "", "-", "+", "2", "-1", "1+"]));
        out.push_str(self.pick(&["", "", " # note"]));
        out.push('\n');
        for _ in 0..self.below(5) {
            let line = self.pick(&["text", "  more", "", "# not a comment", "- a: b", "é", "\ttab", " ", "key: 'v'", "trailing  "]);
            if !line.is_empty() {
                out.push_str(&" ".repeat(indent));
            }
            out.push_str(line);
            out.push('\n');
        }
    }

    /// Breaks something, or only makes it odd.
    fn spoil(&mut self, out: &mut String) {
        let mut lines: Vec<String> = out.split_inclusive('\n').map(str::to_owned).collect();
        let i = self.below(lines.len());
        match self.below(9) {
            0 if lines[i].starts_with(' ') => drop(lines[i].remove(0)),
            0 | 1 => lines[i].insert(0, ' '),
            2 => {
                let j = self.below(lines.len());
                lines.swap(i, j);
            }
            3 => {
                let line = lines[i].clone();
                lines.insert(i, line);
            }
            4 => drop(lines.remove(i)),
            5 => lines[i] = lines[i].trim_end_matches(['\n', '\r']).to_owned(),
            _ => {
                let text: Vec<char> = out.chars().collect();
                let at = self.below(text.len() + 1);
                let spice = self.pick(&SPICE);
                let gone = usize::from(self.below(2) == 0 && at < text.len());
                *out = text[..at].iter().collect::<String>() + spice + &text[at + gone..].iter().collect::<String>();
                return;
            }
        }
        *out = lines.concat();
        if out.is_empty() {
            out.push('\n');
        }
    }
}
