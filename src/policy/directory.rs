//! A directory of policies on disk: its files as [`catalog::compile`](super::catalog::compile) wants them, and its cases.
//!
//! Layouts: `checks/<group>/<id>.rego`, `<group>/<id>.rego`, or `<id>.rego` in the directory itself, whose name is then the group.
//! `lib/`, `tables/`, `benchmarks/` and `aliases/` are what they are among our own. Hidden entries are left out: a mounted ConfigMap keeps
//! its files twice, once hidden.

use super::catalog::File;
use super::metadata::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// Folders below each other; more is a mistake.
const DEPTH: usize = 16;

/// What could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct ReadError {
    /// the file or folder
    pub path: PathBuf,
    /// why
    pub source: io::Error,
}

/// A directory that was read.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// as it was named
    pub root: PathBuf,
    /// path below it (with `/`) and text of each `.rego` and `.yaml` file, sorted
    pub files: Vec<File>,
    /// put before files that stand in the directory itself
    group: String,
}

impl Directory {
    /// Reads a directory.
    ///
    /// # Errors
    /// The first file or folder that cannot be read.
    pub fn read(root: &Path) -> Result<Directory, ReadError> {
        let fail = |path: &Path| {
            let path = path.to_owned();
            move |source| ReadError { path, source }
        };
        let real = root.canonicalize().map_err(fail(root))?;
        let group = real.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let mut out = Directory { root: root.to_owned(), files: Vec::new(), group };
        let mut seen = BTreeSet::from([real]);
        let mut todo = vec![(root.to_owned(), String::new(), 0)];
        while let Some((folder, prefix, depth)) = todo.pop() {
            for entry in folder.read_dir().map_err(fail(&folder))? {
                let entry = entry.map_err(fail(&folder))?;
                let path = entry.path();
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.starts_with('.') {
                    continue;
                }
                let below = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
                let Ok(meta) = path.metadata() else { continue };
                if meta.is_dir() {
                    let is_new = path.canonicalize().is_ok_and(|real| seen.insert(real));
                    if is_new && depth < DEPTH {
                        todo.push((path, below, depth + 1));
                    }
                } else if name.ends_with(".rego") || name.ends_with(".yaml") {
                    let text = std::fs::read_to_string(&path).map_err(fail(&path))?;
                    let below = if prefix.is_empty() { format!("{}/{name}", out.group) } else { below };
                    out.files.push((below, text));
                }
            }
        }
        out.files.sort();
        Ok(out)
    }

    /// The path of a file of [`Directory::files`] as a person would name it.
    pub fn shown(&self, file: &str) -> String {
        let below = match file.strip_prefix(&self.group).and_then(|f| f.strip_prefix('/')) {
            Some(name) if !name.contains('/') && !self.root.join(file).exists() => name,
            _ => file,
        };
        self.root.join(below).display().to_string()
    }

    /// A problem with the file named as a person would.
    pub fn shown_problem(&self, problem: &Problem) -> Problem {
        Problem { file: self.shown(&problem.file), ..problem.clone() }
    }

    /// Ids of checks that the directory could define: names of its `.rego` files.
    pub fn ids(&self) -> BTreeSet<&str> {
        let stems = self.files.iter().filter_map(|(file, _)| file.strip_suffix(".rego"));
        stems.map(|stem| stem.rsplit('/').next().unwrap_or(stem)).collect()
    }

    /// Case files: id of the check -> path and text of the file beside its `.rego` file.
    pub fn cases(&self) -> BTreeMap<String, (String, String)> {
        let rego: BTreeSet<&str> = self.files.iter().filter_map(|(file, _)| file.strip_suffix(".rego")).collect();
        let mut cases = BTreeMap::new();
        for (file, text) in &self.files {
            if let Some(stem) = file.strip_suffix(".yaml").filter(|stem| rego.contains(stem)) {
                let id = stem.rsplit('/').next().unwrap_or(stem);
                cases.insert(id.to_owned(), (file.clone(), text.clone()));
            }
        }
        cases
    }
}
