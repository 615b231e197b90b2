//! What was written in `audit.yaml`: every key as it stands, with its line. Nothing is judged here but the form.

use super::document::{Data, Document, MAX_BYTES, Mistake, Node};
use super::matcher::Matcher;
use super::reader::{Located, Reader};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// A list; one word alone is a list of one.
pub type Words = Located<Vec<Located<String>>>;
/// Parameters of a check: name to value.
pub type Params = BTreeMap<String, Located<Value>>;

/// Settings of an audit. Every key is optional; flags and environment variables win over this file.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields, title = "audit.yaml")]
pub struct RawConfig {
    /// the file as it was named
    #[schemars(skip)]
    pub file: String,
    /// what is wrong with its form
    #[schemars(skip)]
    pub mistakes: Vec<Mistake>,
    /// the least severity that makes the process end with 1; `never`: none does. Default: high
    #[schemars(with = "Option<FailOn>")]
    pub fail_on: Option<Located<String>>,
    /// show findings of these severities only; the score and the exit code count all
    #[schemars(with = "Option<OneOrMany<crate::model::check::Severity>>")]
    pub severity: Option<Words>,
    /// run these checks only: ids, `group/*`, or ids of other tools
    #[schemars(with = "Option<OneOrMany<String>>")]
    pub check: Option<Words>,
    /// do not run these checks
    #[schemars(with = "Option<OneOrMany<String>>")]
    pub skip: Option<Words>,
    /// run checks of these groups only
    #[schemars(with = "Option<OneOrMany<String>>")]
    pub group: Option<Words>,
    /// report on these benchmarks
    #[schemars(with = "Option<OneOrMany<String>>")]
    pub benchmark: Option<Words>,
    /// directories with policies of your own, relative to this file
    #[schemars(with = "Option<OneOrMany<String>>")]
    pub policy: Option<Words>,
    /// parameters of checks: id of the check, name, value
    #[schemars(with = "Option<BTreeMap<String, BTreeMap<String, Value>>>")]
    pub params: BTreeMap<String, Located<Params>>,
    /// the Kubernetes version to judge for, such as "1.36"; default: the newest, or the cluster's own
    pub kubernetes_version: Option<Located<String>>,
    /// the input is everything there is: what is not in it does not exist
    pub complete: Option<Located<bool>>,
    /// files with waivers, relative to this file
    #[schemars(with = "Option<OneOrMany<String>>")]
    pub waivers: Option<Words>,
    /// refuse waivers inside the audited input
    pub no_inline_waivers: Option<Located<bool>>,
    /// do not end with 2 because something could not be read
    pub allow_incomplete: Option<Located<bool>>,
    /// bounds of what is read
    #[schemars(with = "Option<RawLimits>")]
    pub limits: RawLimits,
    /// threads; 0: one for each core
    pub threads: Option<Located<u32>>,
    /// the report
    #[schemars(with = "Option<RawOutput>")]
    pub output: RawOutput,
    /// settings of single checks
    #[schemars(with = "Option<Vec<RawCheck>>")]
    pub checks: Vec<RawCheck>,
}

/// Bounds of what is read; bytes may be written as `8Mi`.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RawLimits {
    /// bytes of one file; default: no bound
    #[schemars(with = "Option<Size>")]
    pub file_bytes: Option<Located<u64>>,
    /// bytes of one document; default: 8Mi
    #[schemars(with = "Option<Size>")]
    pub document_bytes: Option<Located<u64>>,
    /// levels of nesting in a document; default: 256
    pub depth: Option<Located<u32>>,
    /// values in a document; default: 2000000
    pub nodes: Option<Located<u32>>,
    /// values that aliases of a document stand for; default: 1000000
    pub alias_nodes: Option<Located<u32>>,
    /// documents in a file; default: 100000
    pub documents: Option<Located<u32>>,
}

/// The report.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RawOutput {
    /// `table`, `json`, `sarif`, ...
    pub format: Option<Located<String>>,
    /// where it is written to, relative to this file; default: standard output
    pub file: Option<Located<String>>,
}

/// Settings of one check. Of several that match an object the last counts.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RawCheck {
    /// line of the entry
    #[schemars(skip)]
    pub line: u64,
    /// its id
    #[schemars(with = "String")]
    pub id: Option<Located<String>>,
    /// whether it runs
    pub enabled: Option<Located<bool>>,
    /// severity of its findings; it can only be lowered
    #[schemars(with = "Option<crate::model::check::Severity>")]
    pub severity: Option<Located<String>>,
    /// its parameters; they hold for the whole run, so they go without `match`
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    pub params: Params,
    /// the objects for which the entry holds; default: all
    #[schemars(rename = "match", with = "Option<MatchKeys>")]
    pub matcher: Option<Located<Matcher>>,
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// The forms of the schema that the reader knows by heart.
mod forms {
    #![allow(dead_code, missing_docs)]
    use super::{BTreeMap, JsonSchema};

    #[derive(JsonSchema)]
    #[schemars(untagged, inline)]
    pub enum OneOrMany<T> {
        One(T),
        Many(#[schemars(length(min = 1))] Vec<T>),
    }

    #[derive(JsonSchema)]
    #[schemars(rename_all = "lowercase", inline)]
    pub enum FailOn {
        Critical,
        High,
        Medium,
        Low,
        Info,
        Never,
    }

    #[derive(JsonSchema)]
    #[schemars(untagged, inline)]
    pub enum Size {
        Bytes(u64),
        Text(#[schemars(regex(pattern = r"^[0-9]+(Ki|Mi|Gi)?$"))] String),
    }

    /// Between keys all must match, within a key one of the patterns.
    #[derive(JsonSchema)]
    #[schemars(deny_unknown_fields)]
    pub struct MatchKeys {
        /// `Kind` or `group/Kind`
        kinds: Option<OneOrMany<String>>,
        namespaces: Option<OneOrMany<String>>,
        names: Option<OneOrMany<String>>,
        /// names of containers
        containers: Option<OneOrMany<String>>,
        /// images of containers, as written
        images: Option<OneOrMany<String>>,
        files: Option<OneOrMany<String>>,
        /// JSON pointers of findings or of what is above them
        pointers: Option<OneOrMany<String>>,
        /// labels of the object: key and pattern of the value
        labels: Option<BTreeMap<String, String>>,
    }
}
use forms::{FailOn, MatchKeys, OneOrMany, Size};

/// The JSON schema of the file.
pub fn schema() -> Schema {
    schemars::schema_for!(RawConfig)
}

/// Reads a file; one that cannot be read is a mistake in the result.
pub fn read(path: &Path) -> RawConfig {
    let name = path.display().to_string();
    let mut text = String::new();
    let outcome = std::fs::File::open(path).and_then(|f| f.take(MAX_BYTES as u64 + 1).read_to_string(&mut text));
    match outcome {
        Ok(_) => parse(&text, &name),
        Err(e) => {
            let message = format!("cannot be read: {e}");
            let mistake = Mistake { file: name.clone(), line: 0, key: String::new(), message };
            RawConfig { file: name, mistakes: vec![mistake], ..RawConfig::default() }
        }
    }
}

/// Takes the text of `audit.yaml` apart. What is wrong with it is in [`RawConfig::mistakes`]; the rest is there all the same.
pub fn parse(text: &str, name: &str) -> RawConfig {
    let mut raw = RawConfig { file: name.to_owned(), ..RawConfig::default() };
    let document = match Document::parse(text, name) {
        Ok(document) => document,
        Err(mistake) => {
            raw.mistakes.push(mistake);
            return raw;
        }
    };
    let mut mistakes = Vec::new();
    let m = &mut mistakes;
    let mut root = Reader::root(&document, m);
    raw.fail_on = root.text("fail-on", m);
    raw.severity = root.list("severity", m);
    raw.check = root.list("check", m);
    raw.skip = root.list("skip", m);
    raw.group = root.list("group", m);
    raw.benchmark = root.list("benchmark", m);
    raw.policy = root.list("policy", m);
    if let Some(params) = root.map("params", m) {
        for (line, id, values) in params.free() {
            raw.params.insert(id.clone(), Located { line: *line, value: read_params(&root, "params", id, values, m) });
        }
    }
    raw.kubernetes_version = root.text("kubernetes-version", m);
    raw.complete = root.boolean("complete", m);
    raw.waivers = root.list("waivers", m);
    raw.no_inline_waivers = root.boolean("no-inline-waivers", m);
    raw.allow_incomplete = root.boolean("allow-incomplete", m);
    if let Some(mut limits) = root.map("limits", m) {
        raw.limits = RawLimits {
            file_bytes: limits.parsed("file-bytes", m, |t, _| size(t)),
            document_bytes: limits.parsed("document-bytes", m, |t, _| size(t)),
            depth: limits.parsed("depth", m, |t, _| count(t)),
            nodes: limits.parsed("nodes", m, |t, _| count(t)),
            alias_nodes: limits.parsed("alias-nodes", m, |t, _| count(t)),
            documents: limits.parsed("documents", m, |t, _| count(t)),
        };
        limits.finish(m);
    }
    raw.threads = root.parsed("threads", m, |t, _| match t.parse() {
        Ok(n) if n <= 4096 => Ok(n),
        _ => Err(format!("must be a whole number up to 4096 (0: one for each core), is `{t}`")),
    });
    if let Some(mut output) = root.map("output", m) {
        raw.output = RawOutput { format: output.text("format", m), file: output.text("file", m) };
        output.finish(m);
    }
    raw.checks = root.maps("checks", m).into_iter().map(|entry| read_check(entry, m)).collect();
    root.finish(m);
    raw.mistakes = mistakes;
    raw
}

fn read_check(mut entry: Reader<'_>, mistakes: &mut Vec<Mistake>) -> RawCheck {
    let line = entry.line;
    let id = entry.text("id", mistakes).filter(|id| !id.value.trim().is_empty());
    if id.is_none() {
        mistakes.push(entry.mistake(line, "id", "is missing; write the check's id"));
    }
    let enabled = entry.boolean("enabled", mistakes);
    let severity = entry.text("severity", mistakes);
    let params = match entry.node("params") {
        Some(node) => read_params(&entry, "", "params", node, mistakes),
        None => Params::new(),
    };
    let matcher = entry.map("match", mistakes).map(|m| Located { line: m.line, value: Matcher::read(m, mistakes) });
    entry.finish(mistakes);
    RawCheck { line, id, enabled, severity, params, matcher }
}

fn read_params(at: &Reader<'_>, above: &str, key: &str, node: &Node, mistakes: &mut Vec<Mistake>) -> Params {
    match &node.data {
        Data::Map(entries) => {
            entries.iter().map(|(line, k, v)| (k.clone(), Located { line: *line, value: v.json() })).collect()
        }
        Data::Null => Params::new(),
        _ => {
            let key = if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") };
            mistakes.push(at.mistake(node.line, &key, format!("must be a map of parameters, is {}", node.seen())));
            Params::new()
        }
    }
}

/// A whole number from 1 on.
pub(super) fn count(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(format!("must be a whole number from 1 to {}, is `{text}`", u32::MAX)),
    }
}

/// Bytes: `8388608`, `8192Ki`, `8Mi`, `1Gi`.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.find(|c: char| !c.is_ascii_digit()) {
        Some(cut) => text.split_at(cut),
        None => (text, ""),
    };
    let factor = match unit {
        "" => Some(1u64),
        "Ki" => Some(1 << 10),
        "Mi" => Some(1 << 20),
        "Gi" => Some(1 << 30),
        _ => None,
    };
    let bytes = number.parse::<u64>().ok().zip(factor).and_then(|(n, f)| n.checked_mul(f)).filter(|n| *n > 0);
    bytes.ok_or_else(|| format!("must be a number of bytes such as 8388608 or 8Mi, is `{text}`"))
}
