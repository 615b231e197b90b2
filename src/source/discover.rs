//! Inputs: the files that arguments name.
//!
//! Invariant: every argument gives inputs, or a gap that says why not; every manifest that is left out in a folder is told.

use super::Settings;
use crate::model::inventory::{Gap, Skipped};
use ignore::WalkBuilder;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Something to read documents from.
#[derive(Clone, Debug)]
pub struct Input {
    /// where its bytes are
    pub kind: InputKind,
    /// how it is shown: the path as given or found, `-` for standard input
    pub shown: Arc<str>,
    /// named by the user rather than found in a folder
    pub explicit: bool,
    /// folder of the Helm chart that the file belongs to
    pub chart: Option<Arc<str>>,
    /// the file is in the chart's `templates/`
    pub is_template: bool,
}

/// Where the bytes of an input are.
#[derive(Clone, Debug)]
pub enum InputKind {
    /// a file
    File(PathBuf),
    /// standard input
    Stdin,
    /// text at hand, such as the body of a request
    Bytes(Arc<[u8]>),
}

impl Input {
    /// An input from memory.
    pub fn bytes(shown: &str, bytes: impl Into<Arc<[u8]>>) -> Input {
        Input::new(InputKind::Bytes(bytes.into()), Arc::from(shown), true)
    }

    fn new(kind: InputKind, shown: Arc<str>, explicit: bool) -> Input {
        Input { kind, shown, explicit, chart: None, is_template: false }
    }
}

/// What arguments lead to.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// sorted by the path shown, each file once
    pub inputs: Vec<Input>,
    /// arguments that lead to nothing; they make a run incomplete
    pub gaps: Vec<Gap>,
    /// what was left out on purpose
    pub skipped: Vec<Skipped>,
}

/// Folders of other people's code.
const VENDORED: [&str; 2] = ["vendor", "node_modules"];
/// Hidden folders that nobody expects to be read.
const UNTOLD: [&str; 3] = [".git", ".hg", ".svn"];
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// Turns arguments (files, folders, globs, `-`) into inputs.
pub fn discover(paths: &[PathBuf], settings: &Settings) -> Discovery {
    let mut finder = Finder { settings, found: Vec::new(), linked: false, out: Discovery::default() };
    for path in paths {
        finder.argument(path);
    }
    let several = paths.len() > 1 || finder.linked;
    let Finder { mut found, mut out, .. } = finder;
    found.sort_by(|a, b| (a.1.as_bytes(), !a.2).cmp(&(b.1.as_bytes(), !b.2)));
    let mut seen = HashSet::new();
    let mut charts = Charts::default();
    for (path, shown, explicit) in found {
        let Some(path) = path else {
            if seen.insert(PathBuf::from("-")) {
                out.inputs.push(Input::new(InputKind::Stdin, shown, true));
            }
            continue;
        };
        // Only several arguments or links can lead to one file twice.
        if several && !seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
            continue;
        }
        let chart = charts.of(&path);
        let mut input = Input::new(InputKind::File(path), shown, explicit);
        if let Some((folder, is_template)) = chart {
            input.chart = Some(folder);
            input.is_template = is_template;
        }
        out.inputs.push(input);
    }
    out.gaps.sort();
    out.skipped.sort();
    out.skipped.dedup();
    out
}

struct Finder<'s> {
    settings: &'s Settings,
    /// path (`None` is standard input), how it is shown, whether the user named it
    found: Vec<(Option<PathBuf>, Arc<str>, bool)>,
    linked: bool,
    out: Discovery,
}

impl Finder<'_> {
    fn argument(&mut self, path: &Path) {
        if path == Path::new("-") {
            self.found.push((None, Arc::from("-"), true));
            return;
        }
        match path.metadata() {
            Ok(meta) if meta.is_dir() => self.folder(path),
            Ok(_) => self.found.push((Some(path.to_owned()), shown(path), true)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => self.missing(path),
            Err(error) => self.gap(path, "unreadable", format!("cannot be read: {error}")),
        }
    }

    fn gap(&mut self, path: &Path, reason: &str, detail: String) {
        self.out.gaps.push(gap(&shown(path), reason, detail));
    }

    fn missing(&mut self, path: &Path) {
        if path.symlink_metadata().is_ok() {
            let target = path.read_link().unwrap_or_default();
            let detail = format!("is a symbolic link to {}, which does not exist", target.display());
            return self.gap(path, "unreadable", detail);
        }
        let text = path.to_string_lossy();
        if text.contains(['*', '?', '[', '{']) {
            return self.glob(path, &text);
        }
        let hint = near(path).map_or(String::new(), |name| format!("; did you mean {name}?"));
        self.gap(path, "unreadable", format!("does not exist{hint}"));
    }

    fn glob(&mut self, path: &Path, text: &str) {
        let glob = match globset::GlobBuilder::new(text.trim_start_matches("./")).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => return self.gap(path, "unreadable", format!("is not a valid pattern: {error}")),
        };
        // The folder before the first part with a pattern.
        let plain = |c: &Component<'_>| !c.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']);
        let root: PathBuf = path.components().take_while(plain).collect();
        let root = if root.as_os_str().is_empty() { PathBuf::from(".") } else { root };
        let before = self.found.len();
        if root.is_dir() {
            self.walk(&root, &|path| glob.is_match(path.strip_prefix("./").unwrap_or(path)), true);
        }
        if self.found.len() == before {
            self.gap(path, "unreadable", "no file matches this pattern".to_owned());
        }
    }

    fn folder(&mut self, path: &Path) {
        let before = self.found.len();
        let skipped = self.out.skipped.len();
        self.walk(path, &is_manifest_name, false);
        if self.found.len() == before {
            let left_out = match self.out.skipped.len() - skipped {
                0 => String::new(),
                n => format!(" ({n} hidden or vendored entries were left out; name them to have them read)"),
            };
            self.gap(path, "empty", format!("no .yaml, .yml or .json file in this folder{left_out}"));
        }
    }

    fn walk(&mut self, root: &Path, wanted: &dyn Fn(&Path) -> bool, explicit: bool) {
        let left_out: Arc<Mutex<Vec<Skipped>>> = Arc::default();
        let told = Arc::clone(&left_out);
        let all = self.settings.all_files;
        let in_repository =
            root.canonicalize().is_ok_and(|path| path.ancestors().any(|folder| folder.join(".git").exists()));
        let walker = WalkBuilder::new(root)
            .standard_filters(false)
            .git_ignore(true)
            .require_git(false)
            // Outside of a repository, a .gitignore somewhere above has nothing to say here.
            .parents(in_repository)
            .follow_links(true)
            .sort_by_file_name(OsStr::cmp)
            .filter_entry(move |entry| {
                let name = entry.file_name().to_string_lossy();
                if all || entry.depth() == 0 {
                    return !UNTOLD.contains(&&*name);
                }
                let folder = entry.file_type().is_some_and(|t| t.is_dir());
                let reason = match (name.starts_with('.'), folder) {
                    (true, true) => "hidden folder",
                    (true, false) => "hidden file",
                    (false, true) if VENDORED.contains(&&*name) => "vendored folder",
                    _ => return true,
                };
                let worth_telling = if folder { !UNTOLD.contains(&&*name) } else { is_manifest_name(entry.path()) };
                if worth_telling && let Ok(mut list) = told.lock() {
                    list.push(Skipped { what: shown(entry.path()), reason: Arc::from(reason) });
                }
                false
            })
            .build();
        for entry in walker {
            match entry {
                Ok(entry) => {
                    self.linked |= entry.path_is_symlink();
                    let is_file = entry.file_type().is_some_and(|t| !t.is_dir());
                    if is_file && wanted(entry.path()) {
                        let shown = shown(entry.path());
                        self.found.push((Some(entry.into_path()), shown, explicit));
                    }
                }
                Err(error) => self.walk_error(root, &error),
            }
        }
        if let Ok(mut list) = left_out.lock() {
            self.out.skipped.append(&mut list);
        };
    }

    fn walk_error(&mut self, root: &Path, error: &ignore::Error) {
        match error {
            ignore::Error::WithDepth { err, .. } => self.walk_error(root, err),
            // Everything behind the link is read anyway, at its own place.
            ignore::Error::Loop { child, .. } => {
                let reason = Arc::from("symbolic link to a folder above it");
                self.out.skipped.push(Skipped { what: shown(child), reason });
            }
            ignore::Error::WithPath { path, err } => {
                if path.symlink_metadata().is_ok_and(|m| m.is_symlink()) && !is_manifest_name(path) {
                    let reason = Arc::from("symbolic link that leads nowhere");
                    self.out.skipped.push(Skipped { what: shown(path), reason });
                } else {
                    self.gap(path, "unreadable", format!("cannot be read: {err}"));
                }
            }
            other => self.gap(root, "unreadable", format!("cannot be read: {other}")),
        }
    }
}

fn is_manifest_name(path: &Path) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|e| EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(e)))
}

/// A path as it is shown: relative as given, bytes that are not UTF-8 replaced.
fn shown(path: &Path) -> Arc<str> {
    let path = path.strip_prefix(".").ok().filter(|p| !p.as_os_str().is_empty()).unwrap_or(path);
    Arc::from(path.to_string_lossy().into_owned())
}

/// A gap without position.
pub(super) fn gap(what: &str, reason: &str, detail: String) -> Gap {
    Gap {
        what: Arc::from(what),
        reason: Arc::from(reason),
        detail: Arc::from(detail),
        line: 0,
        column: 0,
        excerpt: Arc::from(""),
    }
}

/// The name in the same folder that is most like the missing one.
fn near(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    let entries = parent.unwrap_or(Path::new(".")).read_dir().ok()?;
    let best = entries
        .take(10_000)
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .map(|other| (strsim::damerau_levenshtein(&name, &other), other))
        .min()?;
    let allowed = (name.chars().count() / 3).max(1);
    (best.0 <= allowed).then(|| match parent {
        Some(parent) => shown(&parent.join(best.1)).to_string(),
        None => best.1,
    })
}

/// Which chart a file belongs to; folders are asked once.
#[derive(Default)]
struct Charts {
    known: HashMap<PathBuf, Option<PathBuf>>,
}

impl Charts {
    fn of(&mut self, file: &Path) -> Option<(Arc<str>, bool)> {
        let folder = file.parent()?;
        let chart = self.above(folder, 0)?;
        let is_template = file.strip_prefix(&chart).is_ok_and(|rest| rest.starts_with("templates"));
        let name = if chart.as_os_str().is_empty() { Arc::from(".") } else { shown(&chart) };
        Some((name, is_template))
    }

    fn above(&mut self, folder: &Path, depth: usize) -> Option<PathBuf> {
        if let Some(known) = self.known.get(folder) {
            return known.clone();
        }
        let chart = if folder.join("Chart.yaml").is_file() {
            Some(folder.to_owned())
        } else {
            folder.parent().filter(|_| depth < 64).and_then(|parent| self.above(parent, depth + 1))
        };
        self.known.insert(folder.to_owned(), chart.clone());
        chart
    }
}
