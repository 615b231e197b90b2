//! Settings from file and flags, and every way to get them wrong.

use super::reader::Located;
use super::*;
use crate::model::check::{Analysis, Check, Confidence, Param, Requires, Scope, Severity};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FULL: &str = r#"
fail-on: medium
severity: [critical, high]
check: ["workload/*", host-pid]
skip: [image-tag-missing]
group: workload
benchmark: [cis-1.12]
policy: [policies]
params:
  image-registry:
    allowed: [registry.example.com]
kubernetes-version: 1.30
complete: true
waivers: [audit-waivers.yaml]
no-inline-waivers: true
allow-incomplete: true
limits: {file-bytes: 1Gi, document-bytes: 16Mi, depth: 64, nodes: 1000, alias-nodes: 500, documents: 10}
threads: 4
output: {format: json, file: report.json}
checks:
- id: host-pid
  severity: medium
- id: host-pid
  enabled: false
  match: {namespaces: [kube-system]}
- id: run-as-root
  enabled: true
  params: {strict: true}
"#;

fn resolved(text: &str, flags: FlagValues) -> Config {
    resolve(Some(parse(text, "conf/audit.yaml")), flags).expect(text)
}

fn mistakes(text: &str, flags: FlagValues) -> Vec<String> {
    resolve(Some(parse(text, "audit.yaml")), flags).expect_err(text).0.iter().map(ToString::to_string).collect()
}

fn words(list: &[Located<String>]) -> Vec<&str> {
    list.iter().map(|w| w.value.as_str()).collect()
}

#[test]
fn every_key_arrives() {
    let c = resolved(FULL, FlagValues::default());
    assert_eq!(c.fail_on, Some(Severity::Medium));
    assert_eq!(c.severity, [Severity::Critical, Severity::High]);
    assert_eq!(words(&c.check), ["workload/*", "host-pid"]);
    assert_eq!(
        (words(&c.skip), words(&c.group), words(&c.benchmark)),
        (vec!["image-tag-missing"], vec!["workload"], vec!["cis-1.12"])
    );
    assert_eq!(
        (&c.policy[..], &c.waivers[..]),
        (&[PathBuf::from("conf/policies")][..], &[PathBuf::from("conf/audit-waivers.yaml")][..])
    );
    assert_eq!(c.params["image-registry"]["allowed"].value, serde_json::json!(["registry.example.com"]));
    assert_eq!(c.params["run-as-root"]["strict"].value, serde_json::json!(true));
    assert_eq!(c.kubernetes_version.as_deref(), Some("1.30"), "not the number 1.3");
    assert!(c.complete && c.no_inline_waivers && c.allow_incomplete);
    let (file_bytes, document_bytes) = (Some(1 << 30), 16 << 20);
    assert_eq!(
        c.limits,
        Limits { file_bytes, document_bytes, depth: 64, nodes: 1000, alias_nodes: 500, documents: 10 }
    );
    assert_eq!(c.threads, 4);
    assert_eq!(c.output.format.as_ref().map(|f| f.value.as_str()), Some("json"));
    assert_eq!(c.output.file, Some("conf/report.json".into()));
    assert_eq!(c.checks.len(), 3);
    assert_eq!(
        (c.checks[0].severity.as_ref().map(|s| s.value), c.checks[1].enabled),
        (Some(Severity::Medium), Some(false))
    );
    assert!(c.checks[0].matcher.is_empty() && !c.checks[1].matcher.is_empty());
}

#[test]
fn without_anything_defaults_hold() {
    for file in
        [None, Some(parse("", "audit.yaml")), Some(parse("fail-on:\nlimits: {}\nparams: {a: }\n", "audit.yaml"))]
    {
        let c = resolve(file, FlagValues::default()).expect("valid");
        assert_eq!(c.fail_on, Some(Severity::High));
        assert_eq!((c.limits, c.threads), (Limits::default(), 0));
        assert!(c.severity.is_empty() && c.check.is_empty() && c.checks.is_empty() && c.waivers.is_empty());
        assert!(!c.complete && !c.no_inline_waivers && !c.allow_incomplete && c.kubernetes_version.is_none());
        assert_eq!(c.output, Output::default());
    }
}

#[test]
fn flags_win() {
    let flags = FlagValues {
        fail_on: Some("never".into()),
        severity: vec!["low".into()],
        check: vec!["rbac/*".into()],
        skip: vec!["x".into()],
        group: vec!["rbac".into()],
        benchmark: vec!["nsa".into()],
        policy: vec!["mine".into()],
        kubernetes_version: Some("v1.36.2-eks-1".into()),
        complete: Some(false),
        waivers: vec!["w.yaml".into()],
        no_inline_waivers: Some(false),
        allow_incomplete: Some(false),
        threads: Some(1),
        limits: vec![("depth".into(), "7".into()), ("document-bytes".into(), "1Ki".into())],
        output_format: Some("sarif".into()),
        output_file: Some("out.sarif".into()),
    };
    let c = resolved(FULL, flags);
    assert_eq!((c.fail_on, &c.severity[..]), (None, &[Severity::Low][..]));
    assert_eq!((words(&c.check), words(&c.skip)), (vec!["rbac/*"], vec!["x"]));
    assert_eq!((words(&c.group), words(&c.benchmark)), (vec!["rbac"], vec!["nsa"]));
    assert_eq!((&c.policy[..], &c.waivers[..]), (&[PathBuf::from("mine")][..], &[PathBuf::from("w.yaml")][..]));
    assert_eq!(c.kubernetes_version.as_deref(), Some("1.36"));
    assert!(!c.complete && !c.no_inline_waivers && !c.allow_incomplete);
    assert_eq!((c.threads, c.limits.depth, c.limits.document_bytes, c.limits.nodes), (1, 7, 1024, 1000));
    assert_eq!(c.output.format, Some(Located { line: 0, value: "sarif".into() }));
    assert_eq!(c.output.file, Some("out.sarif".into()));
}

#[test]
fn all_mistakes_at_once() {
    let text = "fail-on: hgih\nfailon: high\nseverity: [hihg, low]\nkubernetes-version: latest\ncomplete: yes\nthreads: many\n\
                limits: {depth: 0, nodes: lots, size: 1, document-bytes: 8MB}\noutput: [json]\nskip: []\nparams: {a: 1}\n\
                checks:\n- severity: low\n- id: a\n- id: b\n  severity: huge\n  match: {containers: [x], kind: [Pod]}\n  enabled: false\n  params: {p: 1}\n\
                - {id: c, enabled: true, params: {p: 1}}\n- {id: c, severity: low, params: {p: 2}}\n";
    let flags = FlagValues {
        fail_on: Some("nevr".into()),
        severity: vec!["bad".into()],
        kubernetes_version: Some("2.0".into()),
        limits: vec![("depth".into(), "-1".into()), ("width".into(), "1".into())],
        ..FlagValues::default()
    };
    assert_eq!(
        mistakes(text, flags),
        [
            "--fail-on: `nevr` is not a severity; use critical, high, medium, low, info or never; did you mean `never`?",
            "--kubernetes-version: `2.0` is not a Kubernetes version; write it as \"1.36\"",
            "--limit-depth: must be a whole number from 1 to 4294967295, is `-1`",
            "--limit-width: is not a limit",
            "--severity: \"bad\" is not a severity; use critical, high, medium, low or info",
            "audit.yaml:1: fail-on: `hgih` is not a severity; use critical, high, medium, low, info or never; did you mean `high`?",
            "audit.yaml:2: failon: unknown key; did you mean `fail-on`?",
            "audit.yaml:3: severity: \"hihg\" is not a severity; use critical, high, medium, low or info",
            "audit.yaml:4: kubernetes-version: `latest` is not a Kubernetes version; write it as \"1.36\"",
            "audit.yaml:5: complete: must be true or false, is `yes`",
            "audit.yaml:6: threads: must be a whole number up to 4096 (0: one for each core), is `many`",
            "audit.yaml:7: limits.depth: must be a whole number from 1 to 4294967295, is `0`",
            "audit.yaml:7: limits.document-bytes: must be a number of bytes such as 8388608 or 8Mi, is `8MB`",
            "audit.yaml:7: limits.nodes: must be a whole number from 1 to 4294967295, is `lots`",
            "audit.yaml:7: limits.size: unknown key; known are file-bytes, document-bytes, depth, nodes, alias-nodes, documents",
            "audit.yaml:8: output: must be a map of keys and values, is a list",
            "audit.yaml:9: skip: is an empty list; leave the key out",
            "audit.yaml:10: params.a: must be a map of parameters, is `1`",
            "audit.yaml:12: checks[0].id: is missing; write the check's id",
            "audit.yaml:13: checks[1]: sets nothing; write enabled, severity or params",
            "audit.yaml:15: checks[2].severity: \"huge\" is not a severity; use critical, high, medium, low or info",
            "audit.yaml:16: checks[2].match.kind: unknown key; did you mean `kinds`?",
            "audit.yaml:17: checks[2].enabled: holds for whole objects, so match cannot name containers, images or pointers; write a waiver",
            "audit.yaml:18: checks[2].params: hold for the whole run; write them in an entry without match",
            "audit.yaml:20: checks: `c` has an entry for all objects already; make them one",
            "audit.yaml:20: checks[4].params.p: is set on line 19 already",
        ]
    );
    assert_eq!(mistakes("a: [", FlagValues::default()), ["audit.yaml:1: unclosed bracket '['"]);
    assert_eq!(mistakes("- a", FlagValues::default()), ["audit.yaml:1: must be a map of keys and values, is a list"]);
}

fn check(id: &str, group: &str, severity: Severity) -> Check {
    let param = |t: &str| Param { r#type: t.into(), default: "null".into(), description: String::new() };
    Check {
        id: id.into(),
        group: group.into(),
        package: String::new(),
        file: String::new(),
        title: String::new(),
        description: String::new(),
        remediation: String::new(),
        references: vec![],
        severity,
        scope: Scope::Pod,
        kinds: vec![],
        containers: vec![],
        requires: Requires::default(),
        points: 0,
        enabled: true,
        unset: String::new(),
        params: BTreeMap::from([("allowed".into(), param("array")), ("strict".into(), param("boolean"))]),
        confidence: Confidence::High,
        since: None,
        until: None,
        analysis: Analysis::default(),
    }
}

#[test]
fn the_catalogue_judges_the_rest() {
    let checks = [check("host-pid", "workload", Severity::High), check("rbac-wildcard", "rbac", Severity::Medium)];
    let verify = |text: &str, flags: FlagValues| -> Vec<String> {
        let known = Known {
            checks: checks.iter().collect(),
            benchmarks: vec!["cis-1.12"],
            formats: vec!["table", "json"],
            is_alias: &|word| word == "CKV_K8S_17" || word == "checkov/CKV_K8S_17",
        };
        let config = resolve(Some(parse(text, "audit.yaml")), flags).expect(text);
        config.verify(&known).err().map_or(vec![], |e| e.0.iter().map(ToString::to_string).collect())
    };
    let good = "check: [host-pid, 'workload/*', rbac/rbac-wildcard, CKV_K8S_17, checkov/CKV_K8S_17, '*']\nskip: rbac-wildcard\ngroup: rbac\n\
                benchmark: cis-1.12\noutput: {format: json}\nparams: {host-pid: {allowed: [1], strict: false}}\n\
                checks: [{id: host-pid, severity: high}, {id: rbac-wildcard, severity: info}]\n";
    assert_eq!(verify(good, FlagValues::default()), Vec::<String>::new());
    let bad = "check: [hostpid, 'worklod/*', rbac/host-pid]\nskip: [nonsense]\ngroup: rbca\nbenchmark: cis-1.21\noutput: {format: jsn}\n\
               params:\n  host-pid: {alowed: [], strict: 1}\n  gone: {a: 1}\nchecks:\n- {id: rbac-wildcard, severity: high}\n- {id: rbac-wildcrd, enabled: true}\n";
    assert_eq!(
        verify(bad, FlagValues::default()),
        [
            "audit.yaml:1: check: unknown check `hostpid`; did you mean `host-pid`?",
            "audit.yaml:1: check: unknown check `rbac/host-pid`",
            "audit.yaml:1: check: unknown check `worklod/*`",
            "audit.yaml:2: skip: unknown check `nonsense`",
            "audit.yaml:3: group: unknown group `rbca`; did you mean `rbac`?",
            "audit.yaml:4: benchmark: unknown benchmark `cis-1.21`; did you mean `cis-1.12`?",
            "audit.yaml:5: output.format: unknown format `jsn`; did you mean `json`?; known are table, json",
            "audit.yaml:7: params.host-pid.alowed: unknown parameter `alowed`; did you mean `allowed`?",
            "audit.yaml:7: params.host-pid.strict: must be of type boolean, is 1",
            "audit.yaml:8: params.gone: unknown check `gone`",
            "audit.yaml:10: checks: rbac-wildcard is medium; high would raise it, and it can only be lowered",
            "audit.yaml:11: checks: unknown check `rbac-wildcrd`; did you mean `rbac-wildcard`?",
        ]
    );
    let flags = FlagValues { check: vec!["x".into()], output_format: Some("xml".into()), ..FlagValues::default() };
    assert_eq!(
        verify("", flags),
        ["--check: unknown check `x`", "--output-format: unknown format `xml`; known are table, json"]
    );
}

#[test]
fn the_file_is_looked_for_upwards() {
    let dir = tempfile::tempdir().expect("dir");
    let at = |p: &str| dir.path().join(p);
    let make = |p: &str| {
        std::fs::create_dir_all(at(p).parent().expect("parent")).expect("made");
        std::fs::write(at(p), "fail-on: low\n").expect("written");
    };
    make("audit.yaml");
    std::fs::create_dir_all(at("repo/.git")).expect("made");
    std::fs::create_dir_all(at("repo/a/b")).expect("made");
    assert_eq!(find(&at("repo/a/b")), None, "not above the repository");
    make("repo/audit.yaml");
    assert_eq!(find(&at("repo/a/b")), Some(at("repo/audit.yaml")));
    make("repo/a/b/audit.yaml");
    assert_eq!(find(&at("repo/a/b")), Some(at("repo/a/b/audit.yaml")));
    assert_eq!(find(dir.path()), Some(at("audit.yaml")));
    std::fs::create_dir_all(at("other/audit.yaml")).expect("made");
    assert_eq!(find(&at("other")), Some(at("audit.yaml")), "a directory is not the file");
    assert_eq!(
        resolve(Some(read(&at("audit.yaml"))), FlagValues::default()).expect("valid").fail_on,
        Some(Severity::Low)
    );
    let missing = resolve(Some(read(&at("none.yaml"))), FlagValues::default()).expect_err("missing").to_string();
    assert!(missing.contains("none.yaml: cannot be read: "), "{missing}");
    std::fs::write(at("binary.yaml"), [0xff, 0xfe, 0x00]).expect("written");
    assert!(resolve(Some(read(&at("binary.yaml"))), FlagValues::default()).is_err());
}

/// `AUDIT_BLESS=1 cargo test --lib config` writes it.
#[test]
fn the_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/config-v1.json");
    let current = serde_json::to_string_pretty(&schema()).expect("schema") + "\n";
    if std::env::var_os("AUDIT_BLESS").is_some() {
        std::fs::write(&path, &current).expect("written");
    }
    let shipped = std::fs::read_to_string(&path).expect("docs/schema/config-v1.json");
    assert_eq!(shipped, current, "run AUDIT_BLESS=1 cargo test --lib config");
}

fn json(text: &str) -> serde_json::Value {
    document::Document::parse(text, "f").expect(text).root.json()
}

#[test]
fn schema_and_reader_agree() {
    let schema = serde_json::to_value(schema()).expect("schema");
    let valid = jsonschema::validator_for(&schema).expect("a schema");
    let full = FULL.replace("1.30", "\"1.30\"");
    let errors: Vec<String> = valid.iter_errors(&json(&full)).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    for wrong in [
        "failon: high",
        "limits: {size: 1}",
        "output: {x: 1}",
        "checks: [{id: a, x: 1}]",
        "checks: [{enabled: true}]",
        "checks: [{id: a, match: {kind: [Pod]}}]",
        "complete: 1",
        "skip: []",
        "fail-on: loud",
        "limits: {depth: -1}",
        "severity: [worst]",
        "limits: {document-bytes: 8MB}",
        "params: {a: 1}",
    ] {
        assert!(!valid.is_valid(&json(wrong)), "schema accepts {wrong}");
        assert!(resolve(Some(parse(wrong, "f")), FlagValues::default()).is_err(), "reader accepts {wrong}");
    }
    // Every key of the schema is one that the reader asks for.
    let defs = &schema["$defs"];
    let keys =
        |s: &serde_json::Value| s["properties"].as_object().expect("properties").keys().cloned().collect::<Vec<_>>();
    let unknown = |text: String| parse(&text, "f").mistakes.iter().any(|m| m.message.starts_with("unknown key"));
    for key in keys(&schema) {
        assert!(!unknown(format!("{key}:")), "{key}");
    }
    for (name, wrap) in [
        ("RawLimits", "limits: {KEY: 1}"),
        ("RawOutput", "output: {KEY: 1}"),
        ("RawCheck", "checks: [{KEY: 1}]"),
        ("MatchKeys", "checks: [{match: {KEY: 1}}]"),
    ] {
        for key in keys(&defs[name]) {
            assert!(!unknown(wrap.replace("KEY", &key)), "{name} {key}");
        }
        assert!(unknown(wrap.replace("KEY", "nonsense")));
    }
}

proptest! {
    #[test]
    fn never_panics(text in "(?s).{0,200}", yaml in "((fail-on|checks|limits|params|output|severity|match|id): ?|[a-z0-9{}\\[\\],\n -]){0,40}") {
        for text in [text, yaml] {
            let _ = resolve(Some(parse(&text, "f")), FlagValues::default());
        }
    }

    /// Whatever is in the file, a mistake in it names the file, and its line is one of the file's.
    #[test]
    fn mistakes_have_places(yaml in "((fail-on|checks|limits|params|output|severity|match|id): ?|[a-z0-9{}\\[\\],\n -]){0,40}") {
        for m in parse(&yaml, "f").mistakes {
            prop_assert_eq!(m.file, "f");
            prop_assert!(m.line as usize <= yaml.lines().count() + 1 && !m.message.is_empty());
        }
    }
}
