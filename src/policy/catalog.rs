//! The catalogue: every check, library, table and benchmark of a policy directory, read, linted and analysed.
//!
//! Our own catalogue is compiled by the build script into one blob that is read at start-up in well under a millisecond; a user's directory
//! goes through the same function at load.

use super::engine::syntax;
use super::heads;
use super::lint;
use super::machine::lower;
use super::metadata::{self, Problem};
use super::reads::Program;
use super::syntax_tree::Module;
use crate::model::benchmark::Benchmark;
use crate::model::check::Check;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A Rego source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// package
    pub package: String,
    /// path below the policy directory
    pub file: String,
    /// text as written
    pub text: String,
    /// text as the interpreter gets it (see `heads`)
    pub code: String,
    /// code of the machine (`machine::code::Module`); empty when the module is left to the interpreter
    pub machine: Vec<u8>,
    /// why it is left to the interpreter
    pub interpreted: String,
}

impl Source {
    /// Compiles a module for the machine, or notes why it is left to the interpreter.
    pub fn compile(&mut self, module: &Module, is_package: &dyn Fn(&str) -> bool) {
        self.machine.clear();
        self.interpreted.clear();
        let code = lower::module(module, is_package);
        match code.and_then(|c| postcard::to_stdvec(&c).map_err(|e| e.to_string())) {
            Ok(bytes) => self.machine = bytes,
            Err(why) => self.interpreted = why,
        }
    }
}

/// Everything a policy directory holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// checks sorted by id
    pub checks: Vec<Check>,
    /// source of each check, same order
    pub sources: Vec<Source>,
    /// libraries sorted by package
    pub libraries: Vec<Source>,
    /// tables by name, as JSON text
    pub tables: BTreeMap<String, String>,
    /// benchmarks sorted by id
    pub benchmarks: Vec<Benchmark>,
    /// other tools' ids: tool -> id -> ours
    pub aliases: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// ids that were merged into others: loser -> winner
    pub merged: BTreeMap<String, String>,
}

/// A file of a policy directory: path below it (with `/`) and text.
pub type File = (String, String);

/// Reads, lints and analyses a policy directory. `base` gives libraries that may be imported and ids that are taken.
///
/// # Errors
/// Every problem found, sorted by file and line. Nothing is half loaded.
pub fn compile(files: &[File], base: Option<&Catalog>) -> Result<Catalog, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut catalog = Catalog::default();
    let mut modules: BTreeMap<String, Module> = BTreeMap::new();
    for library in base.iter().flat_map(|b| &b.libraries) {
        if let Ok(ast) = syntax::parse(&library.file, &library.text) {
            modules.insert(library.package.clone(), Module::read(&library.file, &library.text, &ast));
        }
    }
    let mut checks: BTreeMap<String, (Check, Source)> = BTreeMap::new();
    let mut own: BTreeSet<String> = BTreeSet::new();
    for (file, text) in files {
        let parts: Vec<&str> = file.split('/').collect();
        match (parts.as_slice(), file.rsplit_once('.').map_or("", |(_, e)| e)) {
            (["tables", _], "yaml") => match serde_yaml::from_str::<serde_json::Value>(text) {
                Ok(value) => {
                    let name = stem(file).replace('-', "_");
                    catalog.tables.insert(name, value.to_string());
                }
                Err(e) => problems.push(yaml_problem(file, &e)),
            },
            (["aliases", "merged.yaml"], _) => match serde_yaml::from_str(text) {
                Ok(value) => catalog.merged = value,
                Err(e) => problems.push(yaml_problem(file, &e)),
            },
            (["aliases", _], "yaml") => match serde_yaml::from_str::<Aliases>(text) {
                Ok(a) if catalog.aliases.contains_key(&a.tool) => {
                    problems.push(Problem::new(file, 1, format!("another file has the ids of {}", a.tool)));
                }
                Ok(a) => drop(catalog.aliases.insert(a.tool, a.aliases)),
                Err(e) => problems.push(yaml_problem(file, &e)),
            },
            (["benchmarks", _], "yaml") => match serde_yaml::from_str::<Benchmark>(text) {
                Ok(b) if b.id != stem(file) => {
                    problems.push(Problem::new(file, 1, format!("id {:?} must be the file's name", b.id)))
                }
                Ok(b) => catalog.benchmarks.push(b),
                Err(e) => problems.push(yaml_problem(file, &e)),
            },
            (_, "rego") if !file.ends_with("_test.rego") => {
                let (module, code) = match syntax::parse(file, text) {
                    Ok(ast) => (Module::read(file, text, &ast), heads::safe(text, &ast)),
                    Err(p) => {
                        problems.push(p);
                        continue;
                    }
                };
                let package = module.package.clone();
                let source = Source {
                    package: package.clone(),
                    file: file.clone(),
                    text: text.clone(),
                    code,
                    machine: Vec::new(),
                    interpreted: String::new(),
                };
                if parts.contains(&"lib") {
                    if package != format!("audit.lib.{}", stem(file).replace('-', "_")) {
                        let message = format!(
                            "package is {package}; a library in lib/{}.rego is package audit.lib.{}",
                            stem(file),
                            stem(file)
                        );
                        problems.push(Problem::new(file, 1, message));
                    }
                    catalog.libraries.push(source);
                } else {
                    match metadata::parse(file, text) {
                        Ok(check) => {
                            if package != check.package {
                                let message = format!("package is {package}; by its path it must be {}", check.package);
                                problems.push(Problem::new(file, 1, message));
                            } else if let Some((other, _)) = checks.get(&check.id) {
                                problems.push(Problem::new(
                                    file,
                                    1,
                                    format!("id {:?} is taken by {}", check.id, other.file),
                                ));
                            } else if base.is_some_and(|b| b.check(&check.id).is_some()) {
                                problems.push(Problem::new(
                                    file,
                                    1,
                                    format!("id {:?} is taken by a built-in check", check.id),
                                ));
                            } else {
                                checks.insert(check.id.clone(), (check, source));
                            }
                        }
                        Err(mut p) => problems.append(&mut p),
                    }
                }
                if modules.insert(package.clone(), module).is_some() && own.contains(&package) {
                    problems.push(Problem::new(file, 1, format!("package {package} stands in two files")));
                }
                own.insert(package);
            }
            _ => {}
        }
    }
    let builtins = syntax::builtins();
    for package in &own {
        let check = checks.values().map(|(c, _)| c).find(|c| &c.package == package);
        if let Some(m) = modules.get(package) {
            problems.extend(lint::module(m, check, &modules, &builtins));
        }
    }
    let is_package = |name: &str| modules.contains_key(name);
    let lower = |source: &mut Source| {
        if let Some(module) = modules.get(&source.package) {
            source.compile(module, &is_package);
        }
    };
    catalog.libraries.iter_mut().for_each(lower);
    let program = Program::new(modules.values());
    for (mut check, mut source) in checks.into_values() {
        lower(&mut source);
        check.analysis = program.analyse(&check.package);
        for table in &check.analysis.tables {
            if !catalog.tables.contains_key(table) && !base.is_some_and(|b| b.tables.contains_key(table)) {
                problems.push(Problem::new(
                    &check.file,
                    1,
                    format!("data.tables.{table}: there is no tables/{table}.yaml"),
                ));
            }
        }
        catalog.checks.push(check);
        catalog.sources.push(source);
    }
    problems.extend(names(&catalog, base, files));
    catalog.libraries.sort_by(|a, b| a.package.cmp(&b.package));
    catalog.benchmarks.sort_by(|a, b| a.id.cmp(&b.id));
    problems.sort();
    problems.dedup();
    if problems.is_empty() { Ok(catalog) } else { Err(problems) }
}

/// Ids that benchmarks, aliases and the merge table name must exist; an id that was merged into another must not. Ids of the benchmark are
/// looked for among our own checks, too.
fn names(catalog: &Catalog, base: Option<&Catalog>, files: &[File]) -> Vec<Problem> {
    let known = |id: &str| catalog.check(id).is_some() || base.is_some_and(|b| b.check(id).is_some());
    let unknown = |file: &str, line: u32, id: &str| {
        let ids = catalog.checks.iter().chain(base.iter().flat_map(|b| &b.checks)).map(|c| c.id.as_str());
        Problem::new(file, line, format!("check {id:?} does not exist{}", metadata::suggestion(id, ids)))
    };
    // The line on which a key stands.
    let line = |file: &str, key: &str| {
        let text = files.iter().find(|(name, _)| name == file).map_or("", |(_, text)| text);
        let is_it = |l: &str| l.trim_start().trim_start_matches(['"', '\'']).starts_with(key);
        text.lines().position(is_it).map_or(1, |l| l as u32 + 1)
    };
    let mut out = Vec::new();
    for benchmark in &catalog.benchmarks {
        let file = format!("benchmarks/{}.yaml", benchmark.id);
        let named = benchmark.controls.iter().flat_map(|c| &c.checks).chain(benchmark.rules.iter().map(|r| &r.check));
        out.extend(named.filter(|id| !known(id)).map(|id| unknown(&file, 1, id)));
    }
    for (file, text) in files.iter().filter(|(f, _)| f.starts_with("aliases/") && !f.ends_with("/merged.yaml")) {
        let Ok(table) = serde_yaml::from_str::<Aliases>(text) else { continue };
        for (theirs, ours) in &table.aliases {
            out.extend(ours.iter().filter(|id| !known(id)).map(|id| unknown(file, line(file, theirs), id)));
        }
    }
    let file = "aliases/merged.yaml";
    for (loser, winner) in &catalog.merged {
        if known(loser) {
            let message = format!("{loser:?} was merged into {winner:?}, and exists");
            out.push(Problem::new(file, line(file, loser), message));
        }
        if !known(winner) {
            out.push(unknown(file, line(file, loser), winner));
        }
    }
    out
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Aliases {
    tool: String,
    aliases: BTreeMap<String, Vec<String>>,
}

fn yaml_problem(file: &str, e: &serde_yaml::Error) -> Problem {
    Problem::new(file, e.location().map_or(1, |l| l.line() as u32), e.to_string())
}

fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(s, _)| s)
}

impl Catalog {
    /// The check with this id.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.binary_search_by(|c| c.id.as_str().cmp(id)).ok().map(|i| &self.checks[i])
    }

    /// Our ids for a name that is ours, merged, or another tool's (`KSV-0017`, `kube-score:container-security-context-privileged`).
    pub fn resolve(&self, name: &str) -> Vec<&str> {
        if let Some(check) = self.check(name) {
            return vec![&check.id];
        }
        if let Some(winner) = self.merged.get(name) {
            return self.check(winner).map(|c| c.id.as_str()).into_iter().collect();
        }
        let (tool, id) = name.split_once(':').map_or((None, name), |(t, i)| (Some(t), i));
        let mut out: Vec<&str> = self
            .aliases
            .iter()
            .filter(|(t, _)| tool.is_none_or(|w| w == t.as_str()))
            .filter_map(|(_, ids)| ids.get(id))
            .flatten()
            .filter_map(|i| self.check(i))
            .map(|c| c.id.as_str())
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The package of a check, or of a library of it, that the machine does not run, and why.
    pub fn interpreted(&self, check: &Check) -> Option<(&str, &str)> {
        let needed = |package: &str| package == check.package || check.analysis.libraries.iter().any(|l| l == package);
        let mut sources = self.sources.iter().chain(&self.libraries).filter(|s| needed(&s.package));
        sources.find(|s| s.machine.is_empty()).map(|s| (s.package.as_str(), s.interpreted.as_str()))
    }

    /// Adds a user's catalogue.
    pub fn extend(&mut self, other: Catalog) {
        let mut all: Vec<(Check, Source)> = std::mem::take(&mut self.checks)
            .into_iter()
            .zip(std::mem::take(&mut self.sources))
            .chain(other.checks.into_iter().zip(other.sources))
            .collect();
        all.sort_by(|a, b| a.0.id.cmp(&b.0.id));
        (self.checks, self.sources) = all.into_iter().unzip();
        self.libraries.retain(|l| !other.libraries.iter().any(|o| o.package == l.package));
        self.libraries.extend(other.libraries);
        self.libraries.sort_by(|a, b| a.package.cmp(&b.package));
        self.tables.extend(other.tables);
        self.benchmarks.extend(other.benchmarks);
        self.benchmarks.sort_by(|a, b| a.id.cmp(&b.id));
        for (tool, ids) in other.aliases {
            self.aliases.entry(tool).or_default().extend(ids);
        }
        self.merged.extend(other.merged);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECK: &str = "# METADATA\n# title: t\n# description: d\n# custom:\n#   severity: low\n#   scope: pod\n#   remediation: r\npackage audit.checks.team.";

    fn check(id: &str) -> File {
        let package = id.replace('-', "_");
        (
            format!("checks/team/{id}.rego"),
            format!("{CHECK}{package}\n\ndeny contains {{\"path\": \"\", \"msg\": \"m\"}} if true\n"),
        )
    }

    fn problems(files: &[File], base: Option<&Catalog>) -> Vec<String> {
        let all = compile(files, base).err().unwrap_or_default();
        all.into_iter().map(|p| format!("{}:{}: {}", p.file, p.line, p.message)).collect()
    }

    fn yaml(file: &str, text: &str) -> File {
        (file.to_owned(), text.to_owned())
    }

    #[test]
    fn an_id_stands_once() {
        let elsewhere = (
            check("one").0.replace("team", "other"),
            check("one").1.replace("audit.checks.team", "audit.checks.other"),
        );
        assert_eq!(
            problems(&[check("one"), elsewhere], None),
            ["checks/other/one.rego:1: id \"one\" is taken by checks/team/one.rego"]
        );
        let base = compile(&[check("one")], None).expect("a catalogue");
        assert_eq!(
            problems(&[check("one")], Some(&base)),
            ["checks/team/one.rego:1: id \"one\" is taken by a built-in check"]
        );
    }

    #[test]
    fn what_was_merged_is_gone_and_what_it_was_merged_into_is_there() {
        let merged = yaml("aliases/merged.yaml", "# one cause\none: two\nthree: for\n");
        assert_eq!(
            problems(&[check("one"), check("two"), check("four"), merged], None),
            [
                "aliases/merged.yaml:2: \"one\" was merged into \"two\", and exists",
                "aliases/merged.yaml:3: check \"for\" does not exist; did you mean \"four\"?"
            ]
        );
    }

    #[test]
    fn ids_of_other_tools_lead_to_checks() {
        let aliases = yaml("aliases/x.yaml", "tool: x\naliases:\n  A: [one]\n  \"B\": [one, tow]\n");
        assert_eq!(
            problems(&[check("one"), check("two"), aliases.clone()], None),
            ["aliases/x.yaml:4: check \"tow\" does not exist; did you mean \"two\"?"]
        );
        let again = yaml("aliases/y.yaml", "tool: x\naliases: {}\n");
        let base = compile(&[check("one"), check("tow")], None).expect("a catalogue");
        assert_eq!(problems(&[aliases, again], Some(&base)), ["aliases/y.yaml:1: another file has the ids of x"]);
    }
}
