//! Mutation: would the cases of a check notice if it were wrong? Every small change of its text ([`Mutant`]) must make one of its cases fail.
//!
//! A mutant that does not load or that lint refuses is not counted against anybody. One that changes nothing but message texts, fixes or
//! related objects, which cases do not state, is *unseen*; unless the case states the message.

mod edits;
mod tokens;

pub use edits::{Mutant, mutants};

use super::catalog::{Catalog, Source};
use super::engine::syntax;
use super::engine::worker::STACK_BYTES;
use super::heads;
use super::lint;
use super::reads::Program;
use super::syntax_tree::Module;
use super::testing::{self, Case, Got, Surroundings};
use crate::model::check::Check;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A change, such as one that no case noticed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Survivor {
    /// file of the check or library, below the policy directory
    pub file: String,
    /// line of the change
    pub line: u32,
    /// id of the check, or package of the library
    pub of: String,
    /// the change in words
    pub change: String,
}

/// What a run of mutants gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mutated {
    /// mutants that a case noticed
    pub killed: usize,
    /// mutants that do not load, sorted
    pub skipped: Vec<Survivor>,
    /// mutants that change only what cases do not state, sorted
    pub unseen: Vec<Survivor>,
    /// sorted
    pub survivors: Vec<Survivor>,
    /// checks that were left out because their own cases fail
    pub broken: Vec<String>,
}

/// A check with its cases and what they give as it stands.
struct Prepared {
    check: Check,
    source: Source,
    cases: Vec<Case>,
    gave: Vec<Got>,
}

/// What is changed.
enum Target {
    /// number of a check
    Check(usize),
    /// number of a library
    Library(usize),
}

/// What became of a mutant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Killed,
    Skipped,
    Unseen,
    Survived,
}

/// Tries every mutant of the checks `own`, and of the libraries that they use when `libraries` says so. `progress` hears how many of how
/// many are done.
pub fn mutate(
    catalog: &Catalog,
    own: &[String],
    cases: &BTreeMap<String, (String, String)>,
    around: Surroundings<'_>,
    threads: usize,
    libraries: bool,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Mutated {
    let mut out = Mutated::default();
    let mut prepared = Vec::new();
    for result in parallel(threads, own.len(), || (), |(), i| prepare(catalog, &own[i], cases, around)) {
        match result {
            Ok(p) => prepared.push(p),
            Err(id) => out.broken.push(id),
        }
    }
    let mut work: Vec<(Target, Mutant)> = Vec::new();
    let of = |source: &Source| {
        syntax::parse(&source.file, &source.text).map(|ast| mutants(&source.text, &ast)).unwrap_or_default()
    };
    if libraries {
        for (i, library) in catalog.libraries.iter().enumerate() {
            if prepared.iter().any(|p| p.check.analysis.libraries.contains(&library.package)) {
                work.extend(of(library).into_iter().map(|m| (Target::Library(i), m)));
            }
        }
    } else {
        for (i, p) in prepared.iter().enumerate() {
            work.extend(of(&p.source).into_iter().map(|m| (Target::Check(i), m)));
        }
    }
    let lab = Lab { catalog, prepared: &prepared, builtins: syntax::builtins(), around };
    let done = AtomicUsize::new(0);
    let fates = parallel(
        threads,
        work.len(),
        || lab.modules(),
        |modules, i| {
            let fate = lab.fate(modules, &work[i].0, &work[i].1);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, work.len());
            fate
        },
    );
    let survivor = |target: &Target, mutant: &Mutant| {
        let (file, of) = match target {
            Target::Check(i) => (&prepared[*i].check.file, &prepared[*i].check.id),
            Target::Library(i) => (&catalog.libraries[*i].file, &catalog.libraries[*i].package),
        };
        let (line, change) = (mutant.line, mutant.change.clone());
        Survivor { file: file.clone(), line, of: of.clone(), change }
    };
    for (fate, (target, mutant)) in fates.into_iter().zip(&work) {
        match fate {
            Fate::Killed => out.killed += 1,
            Fate::Skipped => out.skipped.push(survivor(target, mutant)),
            Fate::Unseen => out.unseen.push(survivor(target, mutant)),
            Fate::Survived => out.survivors.push(survivor(target, mutant)),
        }
    }
    out.survivors.sort();
    out.unseen.sort();
    out.skipped.sort();
    out.broken.sort();
    out
}

/// Answers in the order of the work; each thread has a state of its own.
fn parallel<S, T: Send>(
    threads: usize,
    work: usize,
    state: impl Fn() -> S + Sync,
    one: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(work));
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, work.max(1)) {
            let worker = || {
                let mut state = state();
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= work {
                        break;
                    }
                    let result = one(&mut state, i);
                    if let Ok(mut all) = results.lock() {
                        all.push((i, result));
                    }
                }
            };
            drop(std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, worker));
        }
    });
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, r)| r).collect()
}

fn prepare(
    catalog: &Catalog,
    id: &str,
    cases: &BTreeMap<String, (String, String)>,
    around: Surroundings<'_>,
) -> Result<Prepared, String> {
    let broken = || id.to_owned();
    let at = catalog.checks.binary_search_by(|c| c.id.as_str().cmp(id)).map_err(|_| broken())?;
    let (path, text) = cases.get(id).ok_or_else(broken)?;
    let cases = testing::read(path, text).map_err(|_| broken())?;
    let check = catalog.checks[at].clone();
    let source = catalog.sources[at].clone();
    let own = small(catalog, &check, source.clone(), None);
    let mut gave = Vec::new();
    // The same cases in other places come last: they notice what the cases as written do not.
    let moved: Vec<Case> = cases.iter().flat_map(|case| testing::elsewhere(&check, case)).collect();
    let cases: Vec<Case> = cases.into_iter().chain(moved).collect();
    for case in &cases {
        let got = testing::run(&own, &check, case, around).map_err(|_| broken())?;
        if testing::judge(case, &got).is_some() {
            return Err(broken());
        }
        gave.push(got);
    }
    Ok(Prepared { check, source, cases, gave })
}

/// A catalogue with one check and what it needs; `library` takes the place of the one with its package.
fn small(catalog: &Catalog, check: &Check, source: Source, library: Option<&Source>) -> Catalog {
    let needed = catalog.libraries.iter().filter(|l| check.analysis.libraries.contains(&l.package));
    let changed = |l: &Source| library.filter(|c| c.package == l.package).unwrap_or(l).clone();
    let tables = catalog.tables.iter().filter(|(name, _)| check.analysis.tables.contains(name));
    Catalog {
        checks: vec![check.clone()],
        sources: vec![source],
        libraries: needed.map(changed).collect(),
        tables: tables.map(|(n, t)| (n.clone(), t.clone())).collect(),
        ..Catalog::default()
    }
}

type Modules = BTreeMap<String, Module>;

/// Everything that mutants are tried with.
struct Lab<'a> {
    catalog: &'a Catalog,
    prepared: &'a [Prepared],
    builtins: BTreeSet<String>,
    around: Surroundings<'a>,
}

impl Lab<'_> {
    fn modules(&self) -> Modules {
        let read = |l: &Source| {
            let ast = syntax::parse(&l.file, &l.text).ok()?;
            Some((l.package.clone(), Module::read(&l.file, &l.text, &ast)))
        };
        self.catalog.libraries.iter().filter_map(read).collect()
    }

    /// Puts a text in the place of a module; gives the source when it loads and lint has nothing against it.
    fn load(&self, modules: &mut Modules, source: &Source, check: Option<&Check>, text: &str) -> Option<Source> {
        let ast = syntax::parse(&source.file, text).ok()?;
        let module = Module::read(&source.file, text, &ast);
        let code = heads::safe(text, &ast);
        modules.insert(source.package.clone(), module);
        let module = modules.get(&source.package)?;
        let problems = lint::module(module, check, modules, &self.builtins);
        problems.is_empty().then(|| {
            let mut source = Source { text: text.to_owned(), code, ..source.clone() };
            source.compile(module, &|package| modules.contains_key(package));
            source
        })
    }

    fn fate(&self, modules: &mut Modules, target: &Target, mutant: &Mutant) -> Fate {
        match target {
            Target::Check(i) => {
                let p = &self.prepared[*i];
                let fate = match self.load(modules, &p.source, Some(&p.check), &mutant.text) {
                    None => Fate::Skipped,
                    Some(source) => self.judge(modules, p, source, None, mutant),
                };
                modules.remove(&p.source.package);
                fate
            }
            Target::Library(i) => {
                let original = &self.catalog.libraries[*i];
                let before = modules.get(&original.package).cloned();
                let fate = match self.load(modules, original, None, &mutant.text) {
                    None => Fate::Skipped,
                    Some(library) => self.judge_all(modules, &library, mutant),
                };
                if let Some(before) = before {
                    modules.insert(original.package.clone(), before);
                }
                fate
            }
        }
    }

    /// A library's mutant must be noticed by a case of any check that uses it.
    fn judge_all(&self, modules: &mut Modules, library: &Source, mutant: &Mutant) -> Fate {
        let mut fate = Fate::Survived;
        for p in self.prepared.iter().filter(|p| p.check.analysis.libraries.contains(&library.package)) {
            let Some(source) = self.load(modules, &p.source, Some(&p.check), &p.source.text) else {
                return Fate::Skipped;
            };
            let one = self.judge(modules, p, source, Some(library), mutant);
            modules.remove(&p.source.package);
            match one {
                Fate::Killed => return Fate::Killed,
                Fate::Unseen => fate = Fate::Unseen,
                _ => {}
            }
        }
        fate
    }

    fn judge(
        &self,
        modules: &Modules,
        p: &Prepared,
        source: Source,
        library: Option<&Source>,
        mutant: &Mutant,
    ) -> Fate {
        let mut check = p.check.clone();
        // A changed text may read other fields.
        check.analysis = Program::new(modules.values()).analyse(&check.package);
        let catalog = small(self.catalog, &check, source, library);
        let mut unseen = false;
        for (case, gave) in p.cases.iter().zip(&p.gave) {
            let Ok(got) = testing::run(&catalog, &check, case, self.around) else { return Fate::Killed };
            if testing::judge(case, &got).is_some() {
                return Fate::Killed;
            }
            // A case that states its message should have noticed.
            unseen |= mutant.is_literal && case.message.is_none() && got != *gave;
        }
        if unseen { Fate::Unseen } else { Fate::Survived }
    }
}
