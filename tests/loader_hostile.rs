//! Input that is wrong, too much or malicious: a clear gap each, in bounded time and memory, and the rest goes on.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "loader_support/mod.rs"]
mod support;

use kube_audit::source::{Discovery, Settings, discover};
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use support::{Everything, read_bytes, read_input};

/// Generous for a slow machine and an unoptimised build; what these inputs would take without limits is minutes, or all memory.
const PATIENCE: Duration = Duration::from_secs(20);

fn in_time<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    assert!(start.elapsed() < PATIENCE, "{what} took {:?}", start.elapsed());
    result
}

fn reasons(all: &Everything) -> Vec<&str> {
    all.gaps.iter().map(|g| &*g.reason).collect()
}

fn limited(name: &str, text: String, setting: &str) {
    let after = format!("{text}\n---\napiVersion: v1\nkind: Pod\n");
    let all = in_time(name, || read_bytes(after.as_bytes()));
    assert_eq!(reasons(&all), ["limit"], "{name}: {:?}", all.gaps.first().map(|g| &g.detail));
    assert!(all.gaps[0].detail.contains(setting), "{name}: {}", all.gaps[0].detail);
    assert_eq!(all.objects.len(), 1, "{name}: the next document is read");
}

#[test]
fn documents_that_explode() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..10 {
        laughs.push_str(&format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", ")));
    }
    limited("billion laughs", laughs, "limits.alias_nodes");
    let many = vec!["x"; 2000].join(", ");
    limited(
        "quadratic aliases",
        format!("a: &a [{many}]\nb: [{}]\n", vec!["*a"; 2000].join(", ")),
        "limits.alias_nodes",
    );
    let mut merges = String::from("a0: &a0 {k: 1}\n");
    for i in 1..29 {
        merges.push_str(&format!("a{i}: &a{i}\n  <<: [*a{}, *a{}]\n", i - 1, i - 1));
    }
    limited("merge bomb", merges, "limits.alias_nodes");
    let mut tower = String::from("a0: &a0 [1]\n");
    for i in 1..50_000 {
        tower.push_str(&format!("a{i}: &a{i} [*a{}]\n", i - 1));
    }
    limited("aliases as a tower", tower, "limits.depth");
}

#[test]
fn documents_that_go_deep() {
    limited("{a: ", "{a: ".repeat(200_000), "limits.depth");
    limited("- ", "- ".repeat(200_000), "limits.depth");
    let all = in_time("? ", || read_bytes("? ".repeat(200_000).as_bytes()));
    assert_eq!(reasons(&all), ["syntax"]);
    limited("[", "[".repeat(200_000), "limits.depth");
    let stairs: String = (0..2000).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    limited("stairs", stairs, "limits.depth");
    let deep_json = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let all = in_time("deep JSON", || read_bytes(deep_json.as_bytes()));
    assert_eq!(reasons(&all), ["limit"]);
}

#[test]
fn documents_with_very_much() {
    let keys: String = (0..200_000).map(|i| format!("k{i}: {i}\n")).collect();
    let all = in_time("200k keys", || read_bytes(format!("apiVersion: v1\nkind: X\n{keys}").as_bytes()));
    assert_eq!((all.objects.len(), all.gaps.len()), (1, 0));
    let same = "k: 1\n".repeat(200_000);
    let all = in_time("200k equal keys", || read_bytes(format!("apiVersion: v1\nkind: X\n{same}").as_bytes()));
    assert_eq!(all.objects[0].0.diagnostics.len(), 100);
    let comments = "# c\n".repeat(200_000);
    let all = in_time("200k comments", || read_bytes(format!("{comments}apiVersion: v1\nkind: X\n").as_bytes()));
    assert_eq!(all.objects.len(), 1);
    let anchors: String = (0..100_000).map(|i| format!("- &a{i} x\n")).collect();
    let all = in_time("100k anchors", || read_bytes(anchors.as_bytes()));
    assert!(all.gaps.is_empty(), "{:?}", all.gaps);
    let quoted = format!("apiVersion: v1\nkind: X\na: \"{}\"\n", "\\n\n ".repeat(300_000));
    let all = in_time("a long quoted scalar", || read_bytes(quoted.as_bytes()));
    assert_eq!(all.objects.len(), 1);
    let documents = "---\na: 1\n".repeat(200_000);
    let all = in_time("200k documents", || read_bytes(documents.as_bytes()));
    assert_eq!((all.documents.len(), reasons(&all)), (100_000, vec!["limit"]));
    assert!(
        all.gaps[0].detail.contains("limits.documents") && all.gaps[0].detail.contains("from line 20000"),
        "{:?}",
        all.gaps
    );
    let large = format!("a: 1\n---\nb: '{}'\n---\nc: 1\n", "x".repeat(9 << 20));
    let all = in_time("a large document", || read_bytes(large.as_bytes()));
    assert_eq!((all.documents.len(), reasons(&all)), (2, vec!["limit"]));
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn discover(&self, names: &[&str]) -> Discovery {
        let paths: Vec<_> = names.iter().map(|n| self.path(n)).collect();
        discover(&paths, &Settings::default())
    }

    /// Inputs as they are shown, below this folder.
    fn shown(&self, found: &Discovery) -> Vec<String> {
        found.inputs.iter().map(|i| self.below(&i.shown)).collect()
    }

    fn below(&self, shown: &str) -> String {
        shown.strip_prefix(&*self.0.path().to_string_lossy()).unwrap_or(shown).trim_start_matches('/').to_owned()
    }
}

const POD: &str = "apiVersion: v1\nkind: Pod\n";

#[test]
fn folders() {
    let folder = Folder::new();
    for name in [
        "b.yaml",
        "a.yml",
        "c/d.json",
        "c/e.txt",
        ".hidden.yaml",
        ".git/x.yaml",
        ".config/y.yaml",
        "vendor/z.yaml",
        "c/node_modules/w.yaml",
        "ignored/v.yaml",
        "UPPER.YAML",
    ] {
        folder.write(name, POD);
    }
    folder.write(".gitignore", "ignored/\n");
    let found = folder.discover(&[""]);
    assert_eq!(folder.shown(&found), ["UPPER.YAML", "a.yml", "b.yaml", "c/d.json"]);
    let skipped: Vec<_> = found.skipped.iter().map(|s| (folder.below(&s.what), &*s.reason)).collect();
    let expected = [
        (".config", "hidden folder"),
        (".hidden.yaml", "hidden file"),
        ("c/node_modules", "vendored folder"),
        ("vendor", "vendored folder"),
    ];
    assert_eq!(skipped, expected.map(|(a, b)| (a.to_owned(), b)));
    assert!(found.gaps.is_empty());
    // Named by the user: whatever its extension, and wherever it is; twice is once.
    let found = folder.discover(&["c/e.txt", "vendor", ".hidden.yaml", "b.yaml", "c/../b.yaml"]);
    assert_eq!(folder.shown(&found), [".hidden.yaml", "b.yaml", "c/e.txt", "vendor/z.yaml"]);
    let all = Settings { all_files: true, ..Settings::default() };
    assert_eq!(discover(&[folder.path("")], &all).inputs.len(), 8);
}

#[test]
fn globs() {
    let folder = Folder::new();
    for name in ["a/one.yaml", "a/b/two.yaml", "a/b/three.json", "c/four.yaml"] {
        folder.write(name, POD);
    }
    assert_eq!(folder.shown(&folder.discover(&["a/**/*.yaml"])), ["a/b/two.yaml", "a/one.yaml"]);
    assert_eq!(folder.shown(&folder.discover(&["*/*.yaml"])), ["a/one.yaml", "c/four.yaml"]);
    assert_eq!(folder.shown(&folder.discover(&["a/b/{two,three}.*"])), ["a/b/three.json", "a/b/two.yaml"]);
    let found = folder.discover(&["x/*.yaml"]);
    assert!(
        &*found.gaps[0].reason == "unreadable" && found.gaps[0].detail.contains("no file matches"),
        "{:?}",
        found.gaps
    );
}

#[test]
fn arguments_that_lead_nowhere() {
    let folder = Folder::new();
    folder.write("deployment.yaml", POD);
    fs::create_dir(folder.path("empty")).unwrap();
    let found = folder.discover(&["deploymnet.yaml", "empty", "deployment.yaml"]);
    assert_eq!(found.inputs.len(), 1, "the rest goes on");
    let gaps: Vec<_> = found.gaps.iter().map(|g| (folder.below(&g.what), &*g.reason)).collect();
    assert_eq!(gaps, [("deploymnet.yaml".to_owned(), "unreadable"), ("empty".to_owned(), "empty")]);
    assert!(found.gaps[0].detail.contains("did you mean") && found.gaps[0].detail.contains("deployment.yaml"));
}

#[test]
fn empty_and_binary_files() {
    let folder = Folder::new();
    let files = [
        folder.write("empty.yaml", ""),
        folder.write("binary.yaml", [0x7F, b'E', b'L', b'F', 0, 0, 1]),
        folder.write("ok.yaml", POD),
    ];
    let found = discover(&files, &Settings::default());
    let all: Vec<_> = found.inputs.iter().map(|i| read_input(i, &Settings::default())).collect();
    assert_eq!(all.iter().map(reasons).collect::<Vec<_>>(), [vec!["encoding"], vec!["empty"], vec![]]);
    assert_eq!(all[2].objects.len(), 1);
    // Found in a folder, an empty file is nobody's request.
    let found = folder.discover(&[""]);
    let all = read_input(&found.inputs[1], &Settings::default());
    assert!(all.gaps.is_empty() && &*all.skipped[0].reason == "no documents");
}

#[test]
fn a_file_of_one_gibibyte() {
    let folder = Folder::new();
    let path = folder.write("hole.yaml", "a: 1\n---\n".repeat(2000));
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start((1 << 30) - 8)).unwrap();
    file.write_all(b"\n---\nb: ").unwrap();
    let found = folder.discover(&["hole.yaml"]);
    let all = in_time("1 GiB", || read_input(&found.inputs[0], &Settings::default()));
    assert_eq!((all.documents.len(), reasons(&all)), (2000, vec!["limit"]));
}

#[test]
fn helm_charts() {
    let folder = Folder::new();
    folder.write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    folder.write("web/values.yaml", "kind: Deployment\nimage: {tag: x}\n");
    folder.write("web/templates/a.yaml", "a: '{{ .Values.a }}'\n---\nb: {{ .Values.b }}\n");
    folder.write("web/templates/plain.yaml", POD);
    folder.write("web/crds/crd.yaml", POD);
    let found = folder.discover(&[""]);
    let all: Vec<_> =
        found.inputs.iter().map(|i| (folder.below(&i.shown), read_input(i, &Settings::default()))).collect();
    let told: Vec<_> = all
        .iter()
        .map(|(name, all)| {
            (name.as_str(), all.objects.len(), reasons(all), all.skipped.iter().map(|s| &*s.reason).collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("web/Chart.yaml", 0, vec![], vec!["Helm chart metadata"]),
            ("web/crds/crd.yaml", 1, vec![], vec![]),
            ("web/templates/a.yaml", 0, vec!["template"], vec![]),
            ("web/templates/plain.yaml", 1, vec![], vec![]),
            ("web/values.yaml", 0, vec![], vec!["Helm values"]),
        ]
    );
    assert!(all[2].1.gaps[0].detail.contains("web | audit scan -"), "{:?}", all[2].1.gaps);
}

#[cfg(unix)]
#[test]
fn links_and_names_of_any_bytes() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    folder.write("real/a.yaml", POD);
    symlink("..", folder.path("real/loop")).unwrap();
    symlink("a.yaml", folder.path("real/b.yaml")).unwrap();
    symlink("nowhere", folder.path("real/broken.yaml")).unwrap();
    symlink("self.yaml", folder.path("self.yaml")).unwrap();
    let odd = folder.0.path().join(std::ffi::OsStr::from_bytes(b"odd-\xFF.yaml"));
    fs::write(&odd, POD).unwrap();
    let found = in_time("symlink loop", || folder.discover(&[""]));
    assert_eq!(folder.shown(&found), ["odd-\u{FFFD}.yaml", "real/a.yaml"]);
    assert_eq!(read_input(&found.inputs[0], &Settings::default()).objects.len(), 1);
    assert!(
        found.skipped.iter().any(|s| s.what.ends_with("real/loop") && s.reason.contains("above it")),
        "{:?}",
        found.skipped
    );
    let gaps: Vec<_> = found.gaps.iter().map(|g| folder.below(&g.what)).collect();
    assert_eq!(gaps, ["real/broken.yaml", "self.yaml"]);
    let found = discover(&[Path::new("/dev/null").to_owned()], &Settings::default());
    assert_eq!(reasons(&read_input(&found.inputs[0], &Settings::default())), ["empty"]);
}
