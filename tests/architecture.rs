//! Holds the arrows of ARCHITECTURE.md: which module may name which, and who may name a library.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// For each module of `src/`: what it may use of ours.
const ALLOWED: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("config", &["model"]),
    ("source", &["model", "config"]),
    ("report", &["model"]),
    ("policy", &["model", "config"]),
    ("assess", &["model", "config"]),
    ("rbac", &["model", "config"]),
    ("fix", &["model", "source"]),
    ("audit", &["policy", "assess", "rbac", "model", "config"]),
    ("serve", &["audit", "policy", "model", "source"]),
    ("cli", &["audit", "policy", "assess", "rbac", "model", "config", "source", "report", "fix", "serve"]),
    ("build", &[]),
];

/// Words that only these files and folders may contain.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("regorus::", &["policy/engine/"]),
    ("kube::", &["source/cluster/", "serve/"]),
    ("println!", &["main.rs", "cli/"]),
    ("eprintln!", &["main.rs", "cli/"]),
];

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Name below `src/` with `/`, and the code lines (no comments, nothing after `#[cfg(test)]`).
fn sources() -> BTreeMap<String, Vec<String>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&src, &mut paths);
    paths
        .into_iter()
        .map(|p| {
            let name = p.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(&p).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or("");
            let lines = code.lines().map(str::trim).filter(|l| !l.starts_with("//")).map(str::to_owned).collect();
            (name, lines)
        })
        .collect()
}

fn is_test(name: &str) -> bool {
    name.ends_with("tests.rs") || name.contains("/tests/") || name.contains("/sample")
}

#[test]
fn arrows_point_where_the_picture_says() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    for (name, lines) in sources().iter().filter(|(n, _)| !is_test(n)) {
        let module = name.split(['/', '.']).next().unwrap();
        if matches!(module, "lib" | "main") {
            continue;
        }
        let may = allowed.get(module).unwrap_or_else(|| panic!("src/{name}: module {module} is not in the picture"));
        for line in lines {
            for used in line.split("crate::").skip(1) {
                let used = used.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
                let known = allowed.contains_key(used);
                if known && used != module && !may.contains(&used) {
                    wrong.push(format!("src/{name}: {module} -> {used}: {line}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn libraries_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (name, lines) in sources().iter().filter(|(n, _)| !is_test(n)) {
        for (word, places) in ONLY_IN {
            if places.iter().any(|p| name.starts_with(p)) {
                continue;
            }
            let uses = |l: &&String| {
                l.match_indices(word).any(|(at, _)| {
                    !l[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '"' | '`'))
                })
            };
            wrong.extend(lines.iter().filter(uses).map(|l| format!("src/{name}: {word} {l}")));
        }
        for vague in ["utils", "common", "helpers"] {
            if name.split(['/', '.']).any(|part| part == vague) {
                wrong.push(format!("src/{name}: a function that belongs to no noun is a noun not yet found"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A check of one's own takes two files and nothing else.
#[test]
fn a_new_check_is_two_files() {
    use kube_audit::policy::{catalog, testing};
    let rego = r#"# METADATA
# title: Pod has no owner
# description: Nobody is told when it breaks.
# custom:
#   severity: low
#   scope: pod
#   remediation: Add the annotation example.com/owner.
package audit.checks.user.pod_owner

deny contains {"path": "/metadata/annotations/example.com~1owner", "msg": "no owner is named"} if {
	not input.pod.metadata.annotations["example.com/owner"]
}
"#;
    let cases = "cases:\n- name: none\n  pod: {}\n  at: [\"/metadata/annotations/example.com~1owner\"]\n- name: named\n  object: {apiVersion: v1, kind: Pod, metadata: {name: a, annotations: {example.com/owner: me}}, spec: {containers: []}}\n";
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("checks/user");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("pod-owner.rego"), rego).unwrap();
    std::fs::write(folder.join("pod-owner.yaml"), cases).unwrap();
    let read = |name: &str| (format!("checks/user/{name}"), std::fs::read_to_string(folder.join(name)).unwrap());
    let base = kube_audit::policy::builtin::catalog();
    let compiled = catalog::compile(&[read("pod-owner.rego"), read("pod-owner.yaml")], Some(&base)).unwrap();
    assert_eq!(compiled.checks.len(), 1);
    let files = BTreeMap::from([("pod-owner".to_owned(), read("pod-owner.yaml"))]);
    let around = testing::Surroundings { reader: &|_| Vec::new(), permissions: None };
    let tested = testing::test(&compiled, &["pod-owner".to_owned()], &files, around, 1);
    assert_eq!((tested.cases, tested.failures.len()), (2, 0), "{:?}", tested.failures);
    // A broken one is refused with file and line, and poisons nobody.
    let broken = rego.replace("not input.pod", "not inpt.nope(input.pod").replace("owner\"]\n}", "owner\"])\n}");
    let problems = catalog::compile(&[("checks/user/pod-owner.rego".into(), broken)], Some(&base)).unwrap_err();
    assert!(problems[0].to_string().starts_with("checks/user/pod-owner.rego:1"), "{problems:?}");
}
