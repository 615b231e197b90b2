//! From what was written to what holds: [`resolve`].

use super::document::Mistake;
use super::matcher::Matcher;
use super::raw::{RawCheck, RawConfig, Words};
use super::reader::Located;
use super::suggestion::{closest, hint};
use super::{ConfigErrors, raw};
use crate::model::check::Severity;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the command line says: flags, and environment variables where no flag was given. Empty and `None`: not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlagValues {
    /// `--fail-on`
    pub fail_on: Option<String>,
    /// `--severity`
    pub severity: Vec<String>,
    /// `--check`
    pub check: Vec<String>,
    /// `--skip`
    pub skip: Vec<String>,
    /// `--group`
    pub group: Vec<String>,
    /// `--benchmark`
    pub benchmark: Vec<String>,
    /// `--policy`
    pub policy: Vec<PathBuf>,
    /// `--kubernetes-version`
    pub kubernetes_version: Option<String>,
    /// `--complete`
    pub complete: Option<bool>,
    /// `--waivers`
    pub waivers: Vec<PathBuf>,
    /// `--no-inline-waivers`
    pub no_inline_waivers: Option<bool>,
    /// `--allow-incomplete`
    pub allow_incomplete: Option<bool>,
    /// `--threads`
    pub threads: Option<u32>,
    /// `--limit-file-bytes`, `--limit-document-bytes`, ... as `(name in the file, value)`
    pub limits: Vec<(String, String)>,
    /// `-o`, `--output-format`
    pub output_format: Option<String>,
    /// `--output`
    pub output_file: Option<PathBuf>,
}

/// What holds for a run.
#[derive(Clone, Debug)]
pub struct Config {
    /// the file that was read; empty when there was none
    pub file: String,
    /// the least severity that fails; `None`: nothing does
    pub fail_on: Option<Severity>,
    /// severities that are shown; empty: all
    pub severity: Vec<Severity>,
    /// checks to run; empty: the default ones
    pub check: Vec<Located<String>>,
    /// checks not to run
    pub skip: Vec<Located<String>>,
    /// groups to run; empty: all
    pub group: Vec<Located<String>>,
    /// benchmarks to report
    pub benchmark: Vec<Located<String>>,
    /// directories of policies
    pub policy: Vec<PathBuf>,
    /// parameters that were set: check, name, value
    pub params: BTreeMap<String, BTreeMap<String, Located<Value>>>,
    /// `1.36`; `None`: the newest, or the cluster's own
    pub kubernetes_version: Option<String>,
    /// the input is everything there is
    pub complete: bool,
    /// files of waivers
    pub waivers: Vec<PathBuf>,
    /// refuse waivers inside the input
    pub no_inline_waivers: bool,
    /// accept gaps
    pub allow_incomplete: bool,
    /// bounds of what is read
    pub limits: Limits,
    /// threads; 0: one for each core
    pub threads: usize,
    /// the report
    pub output: Output,
    /// settings of single checks, in the order of the file
    pub checks: Vec<CheckSetting>,
}

/// Bounds of what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// bytes of one file; `None`: no bound
    pub file_bytes: Option<u64>,
    /// bytes of one document
    pub document_bytes: u64,
    /// levels of nesting
    pub depth: u32,
    /// values of one document
    pub nodes: u32,
    /// values that aliases of a document stand for
    pub alias_nodes: u32,
    /// documents in one file
    pub documents: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        let (nodes, alias_nodes, documents) = (2_000_000, 1_000_000, 100_000);
        Limits { file_bytes: None, document_bytes: 8 << 20, depth: 256, nodes, alias_nodes, documents }
    }
}

/// The report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// its format; `None`: the command's own
    pub format: Option<Located<String>>,
    /// where it goes; `None`: standard output
    pub file: Option<PathBuf>,
}

/// Setting of one check.
#[derive(Clone, Debug)]
pub struct CheckSetting {
    /// the check
    pub id: Located<String>,
    /// whether it runs
    pub enabled: Option<bool>,
    /// severity that its findings have at most
    pub severity: Option<Located<Severity>>,
    /// for which objects; an empty one is for all
    pub matcher: Matcher,
}

/// Lays flags over the file. Fails with everything that is wrong with either.
pub fn resolve(file: Option<RawConfig>, flags: FlagValues) -> Result<Config, ConfigErrors> {
    let mut file = file.unwrap_or_default();
    let mut merge = Merge { mistakes: std::mem::take(&mut file.mistakes), file: file.file.clone() };
    let m = &mut merge;
    let fail_on = m.one("fail-on", flags.fail_on, file.fail_on, fail_on).unwrap_or(Some(Severity::High));
    let severity = m.many("severity", flags.severity, file.severity, |word| word.parse::<Severity>());
    let check = m.words("check", flags.check, file.check);
    let skip = m.words("skip", flags.skip, file.skip);
    let group = m.words("group", flags.group, file.group);
    let benchmark = m.words("benchmark", flags.benchmark, file.benchmark);
    let kubernetes_version =
        m.one("kubernetes-version", flags.kubernetes_version, file.kubernetes_version, kubernetes_version);
    let mut params: BTreeMap<String, BTreeMap<String, Located<Value>>> = BTreeMap::new();
    for (id, values) in file.params {
        params.insert(id, values.value);
    }
    let checks =
        file.checks.into_iter().enumerate().filter_map(|(i, c)| m.check(i, c, &mut params)).collect::<Vec<_>>();
    m.repeated(&checks);
    let limits = m.limits(&file.limits, flags.limits);
    let here = Path::new(&merge.file).parent().unwrap_or(Path::new("")).to_owned();
    let paths = |flags: Vec<PathBuf>, words: Option<Words>| -> Vec<PathBuf> {
        if !flags.is_empty() {
            return flags;
        }
        words.into_iter().flat_map(|w| w.value).map(|w| here.join(w.value)).collect()
    };
    let value = |l: Option<Located<bool>>| l.is_some_and(|l| l.value);
    let config = Config {
        fail_on,
        severity: severity.into_iter().map(|s| s.value).collect(),
        check,
        skip,
        group,
        benchmark,
        policy: paths(flags.policy, file.policy),
        params,
        kubernetes_version,
        complete: flags.complete.unwrap_or_else(|| value(file.complete)),
        waivers: paths(flags.waivers, file.waivers),
        no_inline_waivers: flags.no_inline_waivers.unwrap_or_else(|| value(file.no_inline_waivers)),
        allow_incomplete: flags.allow_incomplete.unwrap_or_else(|| value(file.allow_incomplete)),
        limits,
        threads: flags.threads.or(file.threads.map(|t| t.value)).unwrap_or(0) as usize,
        output: Output {
            format: flags.output_format.map(flagged).or(file.output.format),
            file: flags.output_file.or(file.output.file.map(|f| here.join(f.value))),
        },
        checks,
        file: merge.file,
    };
    merge.mistakes.sort();
    if merge.mistakes.is_empty() { Ok(config) } else { Err(ConfigErrors(merge.mistakes)) }
}

/// A value that stands on no line.
fn flagged<T>(value: T) -> Located<T> {
    Located { line: 0, value }
}

struct Merge {
    file: String,
    mistakes: Vec<Mistake>,
}

impl Merge {
    /// A mistake in the file, or in a flag when there is no line.
    fn wrong(&mut self, line: u64, key: &str, message: String) {
        self.mistakes.push(mistake(&self.file, line, key, message));
    }

    fn one<T>(
        &mut self,
        key: &str,
        flag: Option<String>,
        file: Option<Located<String>>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        // The file is judged even where a flag wins: it is wrong for everybody else.
        let of_file = file.and_then(|l| parse(&l.value).map_err(|e| self.wrong(l.line, key, e)).ok());
        let of_flag = flag.map(|text| parse(&text).map_err(|e| self.wrong(0, key, e)).ok());
        of_flag.unwrap_or(of_file)
    }

    fn many<T>(
        &mut self,
        key: &str,
        flag: Vec<String>,
        file: Option<Words>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<Located<T>> {
        let mut judge = |words: Vec<Located<String>>| -> Vec<Located<T>> {
            let mut out = Vec::new();
            for word in words {
                match parse(word.value.trim()) {
                    Ok(value) => out.push(Located { line: word.line, value }),
                    Err(e) => self.wrong(word.line, key, e),
                }
            }
            out
        };
        let of_file = judge(file.map(|w| w.value).unwrap_or_default());
        if flag.is_empty() {
            return of_file;
        }
        judge(flag.into_iter().map(flagged).collect())
    }

    fn words(&mut self, key: &str, flag: Vec<String>, file: Option<Words>) -> Vec<Located<String>> {
        self.many(key, flag, file, |word| match word {
            "" => Err("is empty; leave it out".into()),
            word => Ok(word.to_owned()),
        })
    }

    fn check(
        &mut self,
        index: usize,
        raw: RawCheck,
        params: &mut BTreeMap<String, BTreeMap<String, Located<Value>>>,
    ) -> Option<CheckSetting> {
        let key = |name: &str| format!("checks[{index}].{name}");
        let matcher = raw.matcher.map(|m| m.value).unwrap_or_default();
        let severity = raw.severity.and_then(|s| match s.value.parse::<Severity>() {
            Ok(value) => Some(Located { line: s.line, value }),
            Err(e) => {
                self.wrong(s.line, &key("severity"), e);
                None
            }
        });
        if raw.enabled.is_none() && severity.is_none() && raw.params.is_empty() && raw.id.is_some() {
            self.wrong(raw.line, &format!("checks[{index}]"), "sets nothing; write enabled, severity or params".into());
        }
        if let Some(enabled) = &raw.enabled
            && matcher.is_partial()
        {
            let message =
                "holds for whole objects, so match cannot name containers, images or pointers; write a waiver";
            self.wrong(enabled.line, &key("enabled"), message.into());
        }
        if let Some(first) = raw.params.values().next()
            && !matcher.is_empty()
        {
            self.wrong(
                first.line,
                &key("params"),
                "hold for the whole run; write them in an entry without match".into(),
            );
        }
        let id = raw.id?;
        for (name, value) in raw.params {
            let of_check = params.entry(id.value.clone()).or_default();
            let line = value.line;
            if let Some(other) = of_check.insert(name.clone(), value) {
                let message = format!("is set on line {} already", other.line);
                self.wrong(line, &key(&format!("params.{name}")), message);
            }
        }
        Some(CheckSetting { id, enabled: raw.enabled.map(|e| e.value), severity, matcher })
    }

    /// Two entries of one check for all objects: which counts would be a riddle.
    fn repeated(&mut self, checks: &[CheckSetting]) {
        let mut seen = BTreeSet::new();
        for setting in checks.iter().filter(|c| c.matcher.is_empty()) {
            if !seen.insert(&setting.id.value) {
                let message = format!("`{}` has an entry for all objects already; make them one", setting.id.value);
                self.wrong(setting.id.line, "checks", message);
            }
        }
    }

    fn limits(&mut self, file: &raw::RawLimits, flags: Vec<(String, String)>) -> Limits {
        let default = Limits::default();
        let number = |l: &Option<Located<u32>>, default: u32| l.as_ref().map_or(default, |l| l.value);
        let mut limits = Limits {
            file_bytes: file.file_bytes.as_ref().map(|l| l.value),
            document_bytes: file.document_bytes.as_ref().map_or(default.document_bytes, |l| l.value),
            depth: number(&file.depth, default.depth),
            nodes: number(&file.nodes, default.nodes),
            alias_nodes: number(&file.alias_nodes, default.alias_nodes),
            documents: number(&file.documents, default.documents),
        };
        for (name, text) in flags {
            let outcome = match name.as_str() {
                "file-bytes" => raw::size(&text).map(|n| limits.file_bytes = Some(n)),
                "document-bytes" => raw::size(&text).map(|n| limits.document_bytes = n),
                "depth" => raw::count(&text).map(|n| limits.depth = n),
                "nodes" => raw::count(&text).map(|n| limits.nodes = n),
                "alias-nodes" => raw::count(&text).map(|n| limits.alias_nodes = n),
                "documents" => raw::count(&text).map(|n| limits.documents = n),
                _ => Err("is not a limit".into()),
            };
            if let Err(message) = outcome {
                self.wrong(0, &format!("limit-{name}"), message);
            }
        }
        limits
    }
}

/// A mistake in the file, or in the flag of that name when there is no line.
pub(super) fn mistake(file: &str, line: u64, key: &str, message: String) -> Mistake {
    if line == 0 {
        return Mistake { file: format!("--{key}"), line, key: String::new(), message };
    }
    Mistake { file: file.to_owned(), line, key: key.to_owned(), message }
}

fn fail_on(text: &str) -> Result<Option<Severity>, String> {
    if text == "never" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        let words = Severity::ALL.iter().map(|s| s.word()).chain(["never"]);
        let hint = hint(&closest(text, words).map(str::to_owned));
        format!("`{text}` is not a severity; use critical, high, medium, low, info or never{hint}")
    })
}

/// Major and minor of a version: `1.36`, `v1.36.2`, `v1.36.2-eks-1`, `1.36+`.
fn kubernetes_version(text: &str) -> Result<String, String> {
    let parse = || -> Option<String> {
        let (major, rest) = text.trim().trim_start_matches('v').split_once('.')?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (minor, tail) = rest.split_at(end);
        let tail_is_fine = tail.is_empty() || tail.starts_with(['.', '-', '+']);
        let (major, minor) = (major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?);
        (major == 1 && tail_is_fine).then(|| format!("{major}.{minor}"))
    };
    parse().ok_or_else(|| format!("`{text}` is not a Kubernetes version; write it as \"1.36\""))
}
