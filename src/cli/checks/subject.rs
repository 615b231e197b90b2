//! The checks that a command works on: our own, or those of a directory on top of our libraries.

use crate::cli::Error;
use crate::policy::catalog::{self, Catalog};
use crate::policy::directory::Directory;
use crate::policy::metadata::Problem;
use crate::policy::{builtin, directory};
use std::collections::BTreeMap;
use std::path::Path;

/// Checks with everything they need to run.
pub(super) struct Subject {
    /// them, our own, libraries and tables
    pub catalog: Catalog,
    /// ids of those to work on
    pub own: Vec<String>,
    /// id -> path and text of the file of cases
    pub cases: BTreeMap<String, (String, String)>,
    /// ids of built-in checks that the directory defines as well
    pub taken: Vec<String>,
    directory: Option<Directory>,
}

/// Why there are none.
pub(super) enum LoadError {
    Problems(Vec<Problem>),
    Other(Error),
}

impl From<LoadError> for Error {
    fn from(e: LoadError) -> Error {
        match e {
            LoadError::Problems(problems) => {
                let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
                Error::new(format!("the checks do not load:\n{}", lines.join("\n")))
            }
            LoadError::Other(e) => e,
        }
    }
}

impl Subject {
    /// The built-in checks, or those of a directory.
    pub fn load(dir: Option<&Path>) -> Result<Subject, LoadError> {
        match dir {
            None => Ok(Subject::builtin()),
            Some(dir) => Subject::of(dir),
        }
    }

    /// Our own.
    pub fn builtin() -> Subject {
        let catalog = builtin::catalog();
        let mut cases = BTreeMap::new();
        for (id, text) in builtin::cases() {
            if let Some(check) = catalog.check(&id) {
                cases.insert(id, (format!("rego/{}", check.file.replace(".rego", ".yaml")), text));
            }
        }
        let own = catalog.checks.iter().map(|c| c.id.clone()).collect();
        Subject { catalog, own, cases, taken: Vec::new(), directory: None }
    }

    fn of(dir: &Path) -> Result<Subject, LoadError> {
        let directory = Directory::read(dir).map_err(|e| LoadError::Other(unreadable(dir, &e)))?;
        if !directory.files.iter().any(|(file, _)| file.ends_with(".rego")) {
            let message = format!("{} has no .rego file; write a check with `audit checks new`", dir.display());
            return Err(LoadError::Other(Error::new(message)));
        }
        // A check of ours that the directory has too is judged as the directory has it.
        let ids = directory.ids();
        let mut base = builtin::catalog();
        let (mut checks, mut sources, mut taken) = (Vec::new(), Vec::new(), Vec::new());
        for (check, source) in base.checks.into_iter().zip(base.sources) {
            if ids.contains(check.id.as_str()) {
                taken.push(check.id);
            } else {
                checks.push(check);
                sources.push(source);
            }
        }
        (base.checks, base.sources) = (checks, sources);
        let own = catalog::compile(&directory.files, Some(&base))
            .map_err(|problems| LoadError::Problems(problems.iter().map(|p| directory.shown_problem(p)).collect()))?;
        let ids = own.checks.iter().map(|c| c.id.clone()).collect();
        base.extend(own);
        let cases = directory.cases().into_iter().map(|(id, (file, text))| (id, (directory.shown(&file), text)));
        Ok(Subject { catalog: base, own: ids, cases: cases.collect(), taken, directory: Some(directory) })
    }

    /// A file of a check as a person would name it.
    pub fn shown(&self, file: &str) -> String {
        self.directory.as_ref().map_or_else(|| format!("rego/{file}"), |d| d.shown(file))
    }

    /// Keeps checks whose id contains the text, or whose group is the text.
    pub fn filter(&mut self, text: &str) {
        let Subject { catalog, own, .. } = self;
        own.retain(|id| id.contains(text) || catalog.check(id).is_some_and(|c| c.group == text));
    }
}

fn unreadable(dir: &Path, e: &directory::ReadError) -> Error {
    if e.path == dir && e.source.kind() == std::io::ErrorKind::NotADirectory {
        return Error::new(format!("{} is a file; name the directory of checks that it belongs to", dir.display()));
    }
    Error::reading(&e.path, &e.source)
}
