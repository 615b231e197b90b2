//! Bad input: each gives a clear sentence that names the file, the reason and, where there is one, the remedy; the rest of the run goes on;
//! the exit code says that something is missing; nothing panics.
#![allow(clippy::unwrap_used, missing_docs)]

use assert_cmd::Command;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn audit(dir: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("audit"));
    command.current_dir(dir).env_remove("AUDIT_CONFIG");
    command
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |b: Vec<u8>| String::from_utf8_lossy(&b).into_owned();
    let ran =
        Ran { code: output.status.code().expect("no signal"), out: text(output.stdout), err: text(output.stderr) };
    for word in ["panicked", "RUST_BACKTRACE", "internal error"] {
        assert!(!ran.err.contains(word) && !ran.out.contains(word), "{}{}", ran.out, ran.err);
    }
    ran
}

fn scan(dir: &Path, args: &[&str]) -> Ran {
    ran(audit(dir).args(["scan", "--no-config"]).args(args))
}

/// An object without failures beside the bad input: it must be audited all the same.
const GOOD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good, namespace: web}\ndata: {a: b}\n";

fn with(files: &[(&str, &[u8])]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    dir
}

/// Scans the bad input beside a good one: incomplete, the good one read, and every part of the sentence there, in the table and beside JSON.
fn incomplete(dir: &Path, args: &[&str], parts: &[&str]) {
    std::fs::write(dir.join("good.yaml"), GOOD).unwrap();
    let args = [args, &["good.yaml"]].concat();
    let table = scan(dir, &args);
    assert_eq!(table.code, 2, "{}{}", table.out, table.err);
    for part in parts {
        assert!(table.out.contains(part), "{part:?} is not in {}", table.out);
    }
    let quiet = scan(dir, &[&args[..], &["-q"]].concat());
    assert_eq!(quiet.code, 2);
    assert!(quiet.err.contains(parts[0]), "quiet, but not about this: {}", quiet.err);
    let json = scan(dir, &[&args[..], &["-o", "json"]].concat());
    assert_eq!(json.code, 2);
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(report["objects"].as_array().unwrap().iter().any(|o| o["name"] == "good"), "the rest goes on");
    assert!(json.err.starts_with("audit: cannot read"), "{}", json.err);
    assert!(json.err.contains(parts[0]), "{}", json.err);
    assert!(json.err.contains("exit code 2"), "{}", json.err);
    assert_eq!(scan(dir, &[&args[..], &["--allow-incomplete"]].concat()).code, 0);
}

#[test]
fn missing_path() {
    let dir = with(&[("deploy.yaml", GOOD.as_bytes())]);
    incomplete(dir.path(), &["deplyo.yaml"], &["deplyo.yaml", "does not exist", "did you mean deploy.yaml?"]);
    let dir = with(&[]);
    incomplete(dir.path(), &["*.yml"], &["*.yml", "no file matches this pattern"]);
}

#[test]
fn empty_path() {
    let dir = with(&[]);
    let got = scan(dir.path(), &[""]);
    assert_eq!(got.code, 2);
    assert!(got.err.contains("[PATH]"), "{}", got.err);
}

#[cfg(unix)]
#[test]
fn unreadable_file() {
    use std::os::unix::fs::PermissionsExt;
    let dir = with(&[("secret.yaml", GOOD.as_bytes())]);
    let path = dir.path().join("secret.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root may read everything.
    if std::fs::read(&path).is_ok() {
        return;
    }
    incomplete(dir.path(), &["secret.yaml"], &["secret.yaml", "cannot be read", "permission"]);
}

#[test]
fn directory_without_manifests() {
    let dir = with(&[("empty/readme.txt", b"nothing")]);
    incomplete(dir.path(), &["empty"], &["empty", "no .yaml, .yml or .json file in this folder"]);
}

#[test]
fn empty_standard_input() {
    let dir = with(&[]);
    for text in ["", "\n# nothing\n---\n"] {
        let got = ran(audit(dir.path()).args(["scan", "--no-config", "-"]).write_stdin(text));
        assert_eq!(got.code, 2);
        assert!(got.out.contains("did the command before the pipe fail?"), "{}", got.out);
    }
}

#[test]
fn binary_and_utf16() {
    let dir = with(&[("a.yaml", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0")]);
    incomplete(dir.path(), &["a.yaml"], &["a.yaml", "binary"]);
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("kind: Pod".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let dir = with(&[("b.yaml", &utf16)]);
    incomplete(dir.path(), &["b.yaml"], &["b.yaml", "UTF-16", "save it as UTF-8"]);
    let dir = with(&[("c.yaml", b"apiVersion: v1\nkind: Pod\nmetadata: {name: \"\xff\"}\n")]);
    incomplete(dir.path(), &["c.yaml"], &["c.yaml", "not valid UTF-8 on line 3", "save it as UTF-8"]);
}

#[test]
fn broken_document() {
    let text =
        format!("{GOOD}---\napiVersion: v1\nkind: Pod\n  image: nginx: latest\n---\n{}", GOOD.replace("good", "other"));
    let dir = with(&[("deploy.yaml", text.as_bytes())]);
    incomplete(dir.path(), &["deploy.yaml"], &["deploy.yaml", ":8:"]);
    let got = scan(dir.path(), &["deploy.yaml", "-o", "json"]);
    let report: serde_json::Value = serde_json::from_str(&got.out).unwrap();
    let names: Vec<&str> = report["objects"].as_array().unwrap().iter().filter_map(|o| o["name"].as_str()).collect();
    assert!(names.contains(&"good") && names.contains(&"other"), "a broken document costs itself only: {names:?}");
    assert!(got.err.contains("line 8, column"), "{}", got.err);
    assert!(
        got.err.contains("   8 |   image: nginx: latest\n") && got.err.contains('^'),
        "the line and a mark: {}",
        got.err
    );
}

#[test]
fn helm_template() {
    let dir = with(&[
        ("chart/Chart.yaml", b"apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("chart/values.yaml", b"replicas: 1\n"),
        ("chart/templates/deploy.yaml", b"apiVersion: apps/v1\nkind: {{ .Values.kind }}\n"),
    ]);
    incomplete(
        dir.path(),
        &["chart"],
        &["chart/templates/deploy.yaml", "is a Helm template", "helm template chart | audit scan -"],
    );
}

#[test]
fn unknown_names_in_flags_and_settings() {
    let dir = with(&[("good.yaml", GOOD.as_bytes())]);
    for (args, parts) in [
        (&["--check", "privilegd-container"][..], &["privilegd-container", "did you mean `privileged-container`?"][..]),
        (&["--skip", "host-pdi"], &["host-pdi", "did you mean `host-pid`?"]),
        (&["--benchmark", "pss-baselin"], &["pss-baselin", "did you mean `pss-baseline`?"]),
        (&["-o", "jsn"], &["jsn", "did you mean `json`?"]),
        (&["--fail-on", "hihg"], &["hihg", "did you mean `high`?"]),
        (&["--at", "tomorrow"], &["tomorrow", "YYYY-MM-DD"]),
        (&["--kubernetes-version", "new"], &["new", "1.36"]),
        (&["--limit-document-bytes", "many"], &["many", "8Mi"]),
        (&["--policy", "nowhere"], &["nowhere", "does not exist"]),
        (&["--policy", "good.yaml"], &["good.yaml", "is a file"]),
        (&["--waivers", "none.yaml"], &["none.yaml", "does not exist"]),
        (&["--baseline", "good.yaml"], &["good.yaml", "not a JSON report"]),
        (&["--output", "nowhere/x"], &["nowhere/x", "its folder does not exist"]),
        (&["--config", "none.yaml"], &["none.yaml", "cannot be read"]),
    ] {
        let no_config: &[&str] = if args[0] == "--config" { &[] } else { &["--no-config"] };
        let got = ran(audit(dir.path()).args(["scan", "good.yaml"]).args(no_config).args(args));
        assert_eq!(got.code, 2, "{args:?}: {}", got.err);
        assert_eq!(got.out, "", "{args:?}");
        for part in parts {
            assert!(got.err.contains(part), "{args:?}: {part:?} is not in {}", got.err);
        }
    }
    std::fs::write(dir.path().join("audit.yaml"), "fail-on: high\nsevrity: [high]\nchecks:\n- id: host-pdi\n").unwrap();
    let got = ran(audit(dir.path()).args(["scan", "good.yaml"]));
    assert_eq!(got.code, 2);
    assert!(got.err.contains("audit.yaml:2: sevrity: unknown key; did you mean `severity`?"), "{}", got.err);
}

const HEAD: &str = "# METADATA
# title: t
# description: d
# custom:
#   severity: high
#   scope: object
#   kinds: [ConfigMap]
#   remediation: r
";

/// A user's check that breaks is an error of that check, with its file; the others go on.
fn broken_check(id: &str, rule: &str) -> (Ran, serde_json::Value, Duration) {
    let package = id.replace('-', "_");
    let text = format!("{HEAD}package audit.checks.team.{package}\n\n{rule}\n");
    let dir = with(&[(&format!("policies/team/{id}.rego"), text.as_bytes()), ("good.yaml", GOOD.as_bytes())]);
    let started = Instant::now();
    let got = scan(dir.path(), &["good.yaml", "--policy", "policies", "-o", "json", "--include-passed"]);
    let took = started.elapsed();
    let report: serde_json::Value =
        serde_json::from_str(&got.out).unwrap_or_else(|e| panic!("{e}: {} {}", got.out, got.err));
    let result = report["results"].as_array().unwrap().iter().find(|r| r["check"] == id).cloned().unwrap();
    (got, result, took)
}

#[test]
fn a_check_that_panics() {
    let rule =
        "deny contains {\"path\": \"\", \"msg\": \"m\"} if object.subset([input.name], [x | some x in [1]; x == 2])";
    let (got, result, _) = broken_check("panics", rule);
    assert_eq!(got.code, 2, "{result}");
    assert_eq!(result["outcome"], "error", "{result}");
    assert!(result.to_string().contains("team/panics.rego"), "{result}");
}

#[test]
fn a_check_that_fails_inside() {
    let (got, result, _) =
        broken_check("fails", "deny contains {\"path\": \"\", \"msg\": \"m\"} if count(input.name + 1) > 0");
    assert_eq!((got.code, &result["outcome"]), (2, &"error".into()), "{result}");
}

#[test]
fn a_check_that_loops() {
    let rule = "n := numbers.range(1, 3000)\n\ndeny contains {\"path\": input.name, \"msg\": \"m\"} if {\n\tsome a in n\n\tsome b in n\n\tsome c in n\n\ta + b + c < 0\n}";
    let (got, result, took) = broken_check("loops", rule);
    assert_eq!((got.code, &result["outcome"]), (2, &"error".into()), "{result}");
    assert!(result.to_string().contains("stopped after"), "{result}");
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[test]
fn a_check_that_does_not_load() {
    let dir = with(&[
        ("policies/team/x.rego", b"package audit.checks.team.x\n\ndeny contains 1 if count(\n"),
        ("good.yaml", GOOD.as_bytes()),
    ]);
    let got = scan(dir.path(), &["good.yaml", "--policy", "policies"]);
    assert_eq!(got.code, 2);
    assert!(got.err.contains("policies/team/x.rego:"), "{}", got.err);
}

#[test]
fn the_reader_of_our_output_goes_away() {
    let dir = with(&[("good.yaml", GOOD.as_bytes())]);
    for args in [
        &["checks", "list", "-o", "json"][..],
        &["scan", "good.yaml", "--no-config"],
        &["--help"],
        &["checks", "explain", "host-pid"],
    ] {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("audit"))
            .args(args)
            .current_dir(dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let dir = with(&[("m/a.yaml", GOOD.as_bytes())]);
    let name = std::ffi::OsStr::from_bytes(b"m/b\xff.yaml");
    std::fs::write(dir.path().join(name), GOOD.replace("good", "odd")).unwrap();
    let got = scan(dir.path(), &["m", "-o", "json"]);
    assert_eq!(got.code, 0, "{}", got.err);
    assert!(got.out.contains("m/b\u{fffd}.yaml") && got.out.contains("\"odd\""), "{}", got.out);
    let output = audit(dir.path()).args(["scan", "--no-config", "-q"]).arg(name).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_circles_or_nowhere() {
    let dir = with(&[("m/a.yaml", GOOD.as_bytes())]);
    std::os::unix::fs::symlink(".", dir.path().join("m/loop")).unwrap();
    let got = scan(dir.path(), &["m", "-o", "json"]);
    assert_eq!(got.code, 0, "{}", got.err);
    let report: serde_json::Value = serde_json::from_str(&got.out).unwrap();
    let named = report["objects"].as_array().unwrap().iter().filter(|o| o["name"] == "good").count();
    assert_eq!(named, 1, "each file once");
    std::os::unix::fs::symlink("self.yaml", dir.path().join("self.yaml")).unwrap();
    incomplete(dir.path(), &["self.yaml"], &["self.yaml"]);
    std::os::unix::fs::symlink("gone.yaml", dir.path().join("link.yaml")).unwrap();
    incomplete(dir.path(), &["link.yaml"], &["link.yaml", "symbolic link to gone.yaml, which does not exist"]);
}

#[test]
fn documents_over_a_limit() {
    let big = format!("{GOOD}---\na: \"{}\"\n", "x".repeat(9 << 20));
    let dir = with(&[("big.yaml", big.as_bytes())]);
    incomplete(dir.path(), &["big.yaml"], &["big.yaml", "larger than 8388608 bytes"]);
    let deep = "{a: ".repeat(200_000);
    let dir = with(&[("deep.yaml", deep.as_bytes())]);
    incomplete(dir.path(), &["deep.yaml"], &["deep.yaml", "256"]);
    let laughs: String =
        (1..12).map(|i| format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(","))).collect();
    let laughs = format!("a0: &a0 [lol]\n{laughs}");
    let dir = with(&[("laughs.yaml", laughs.as_bytes())]);
    incomplete(dir.path(), &["laughs.yaml"], &["laughs.yaml", "1000000"]);
    let many = "a: 1\n---\n".repeat(120_000);
    let dir = with(&[("many.yaml", many.as_bytes())]);
    incomplete(dir.path(), &["many.yaml"], &["many.yaml", "more than 100000 documents"]);
    let dir = with(&[("file.yaml", GOOD.repeat(20).as_bytes())]);
    incomplete(dir.path(), &["file.yaml", "--limit-file-bytes", "1Ki"], &["file.yaml", "--limit-file-bytes"]);
}

#[test]
fn a_merge_bomb_and_a_file_of_one_gibibyte() {
    let merges: String = (1..29).map(|i| format!("a{i}: &a{i}\n  <<: [*a{}, *a{}]\n", i - 1, i - 1)).collect();
    let dir = with(&[("merges.yaml", format!("a0: &a0 {{k: 1}}\n{merges}").as_bytes())]);
    incomplete(dir.path(), &["merges.yaml"], &["merges.yaml", "1000000"]);
    let dir = with(&[("hole.yaml", b"a: 1\n"), ("good.yaml", GOOD.as_bytes())]);
    let file = std::fs::OpenOptions::new().write(true).open(dir.path().join("hole.yaml")).unwrap();
    file.set_len(1 << 30).unwrap();
    let ran = scan(dir.path(), &["hole.yaml", "good.yaml", "-o", "json"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.starts_with("audit: cannot read hole.yaml"), "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(report["objects"].as_array().unwrap().iter().any(|o| o["name"] == "good"), "the rest goes on");
}

#[test]
fn nothing_is_drawn_without_a_terminal() {
    let hostile = GOOD.replace("good", "\"\\e[31mred\"");
    let dir =
        with(&[("good.yaml", GOOD.as_bytes()), ("hostile.yaml", hostile.as_bytes()), ("\u{1b}[2Jx.yaml", b"a: [")]);
    let got = scan(dir.path(), &[".", "-v"]);
    assert!(
        !got.out.contains('\u{1b}') && !got.err.contains('\u{1b}'),
        "no colour, no progress, nothing of the input's: {:?} {:?}",
        got.out,
        got.err
    );
    let got = scan(dir.path(), &[".", "-o", "sarif"]);
    assert!(!got.err.contains('\u{1b}'), "{:?}", got.err);
}

#[test]
fn input_may_stop_while_we_read() {
    let dir = with(&[]);
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("audit"))
        .args(["scan", "--no-config", "-", "-o", "json"])
        .current_dir(dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"good\"}},").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.starts_with("audit: cannot read standard input"), "{err}");
    assert!(err.contains("unexpected end of JSON input"), "{err}");
}
