//! The loader on files, folders and texts of every kind: what Kubernetes makes of them, where it stands, and what is left out.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "loader_support/mod.rs"]
mod support;

use kube_audit::model::object::Origin;
use kube_audit::model::tree::{Data, NodeId, Tree};
use kube_audit::source::{Limits, json, yaml};
use proptest::prelude::*;
use serde_json::Value;
use support::author::Author;
use support::read_bytes;

#[test]
fn agrees_with_kubernetes_on_the_recorded_cases() {
    let recorded: Value = serde_json::from_str(include_str!("yaml_semantics.json")).unwrap();
    let cases = recorded["cases"].as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let (name, text) = (case["name"].as_str().unwrap(), case["yaml"].as_str().unwrap());
        let found = support::parse_all_as_yaml(text.as_bytes());
        let agrees = match case["kubernetes"].as_array() {
            // Documents without content are null to Kubernetes' library and nothing to kubectl and to us.
            Some(expected) => {
                let expected: Vec<_> = expected.iter().filter(|v| !v.is_null()).collect();
                let found: Option<Vec<_>> = found.iter().map(|r| r.as_ref().ok()).collect();
                found.is_some_and(|f| f.into_iter().filter(|v| !v.is_null()).collect::<Vec<_>>() == expected)
            }
            None => found.iter().any(Result::is_err),
        };
        if !agrees {
            wrong.push(format!("{name}: {found:?}"));
        }
    }
    assert!(cases.len() >= 40, "{} cases", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn origin(origin: &Origin) -> (u32, u32) {
    let Origin::File { document, line, .. } = origin else { panic!("{origin:?}") };
    (*document, *line)
}

#[test]
fn objects_know_who_and_where_they_are() {
    let text = "# licence\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\n---\n\napiVersion: v1\nkind: Pod\nmetadata:\n  generateName: b-\n  name:\n---\napiVersion: v1\nkind: Service\nmetadata: {name: 5}\n";
    let all = read_bytes(text.as_bytes());
    let found: Vec<_> =
        all.objects.iter().map(|(o, _)| (&*o.id.kind, &*o.id.namespace, &*o.id.name, origin(&o.origin))).collect();
    assert_eq!(found, [("Pod", "x", "a", (0, 3)), ("Pod", "", "b-*", (1, 8)), ("Service", "", "5", (2, 14))]);
    assert!(all.gaps.is_empty() && all.skipped.is_empty(), "{:?} {:?}", all.gaps, all.skipped);
}

#[test]
fn lists_are_taken_apart() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec: {x: 1, x: 2}\n- apiVersion: v1\n  kind: ServiceList\n  items:\n  - metadata: {name: b}\n  - kind: Other\n- 5\n- {kind: Pod}\n";
    let all = read_bytes(text.as_bytes());
    let found: Vec<_> =
        all.objects.iter().map(|(o, _)| (&*o.id.kind, &*o.id.api_version, &*o.id.name, origin(&o.origin).1)).collect();
    assert_eq!(found, [("Pod", "v1", "a", 4), ("Service", "v1", "b", 11), ("Other", "v1", "", 12)]);
    assert_eq!(all.objects[0].0.diagnostics[0].pointer, "/spec/x");
    assert!(all.objects[1].0.diagnostics.is_empty());
    let gaps: Vec<_> = all.gaps.iter().map(|g| (&*g.what, &*g.reason, g.line)).collect();
    assert_eq!(
        gaps,
        [
            ("test.yaml document 0 item /items/2", "incomplete-object", 13),
            ("test.yaml document 0 item /items/3", "incomplete-object", 14)
        ]
    );
}

#[test]
fn json_lists_give_the_same_as_yaml_lists() {
    let text = "{\n \"items\": [\n  {\"metadata\": {\"name\": \"a\"}},\n  {\"metadata\": {\"name\": \"b\"}}\n ],\n \"kind\": \"PodList\", \"apiVersion\": \"v1\"\n}\n";
    let all = read_bytes(text.as_bytes());
    let found: Vec<_> = all.objects.iter().map(|(o, _)| (&*o.id.kind, &*o.id.name, origin(&o.origin))).collect();
    assert_eq!(found, [("Pod", "a", (0, 3)), ("Pod", "b", (0, 4))]);
}

#[test]
fn a_broken_document_costs_itself_only() {
    let text = "apiVersion: v1\nkind: Pod\n---\na: [1\nb: 2\n---\napiVersion: v1\nkind: Secret\n";
    let all = read_bytes(text.as_bytes());
    assert_eq!(all.objects.len(), 2);
    let gap = &all.gaps[0];
    assert_eq!((&*gap.reason, gap.line, gap.column, &*gap.excerpt), ("syntax", 5, 2, "b: 2"), "{gap:?}");
    assert!(gap.detail.contains("line 4"), "{gap:?}");
}

#[test]
fn what_is_no_object_is_named() {
    for (file, text, reason) in [
        ("a.yaml", "services: {web: {image: x}}", "Docker Compose file"),
        ("a.yaml", "on: push\njobs: {a: {}}", "GitHub Actions workflow"),
        (".gitlab-ci.yml", "a: 1", "GitLab CI file"),
        ("a.yaml", "build: {script: [make]}", "GitLab CI file"),
        ("a.json", "{\"family\": \"x\", \"containerDefinitions\": []}", "ECS task definition"),
        ("a.json", "[{\"containerDefinitions\": []}]", "ECS task definition"),
        ("a.yaml", "openapi: 3.0.0", "OpenAPI description"),
        ("a.json", "{\"$schema\": \"x\", \"type\": \"object\"}", "JSON schema"),
        ("values.yaml", "image: {tag: x}", "Helm values"),
        ("package.json", "{\"name\": \"x\", \"version\": \"1\"}", "package metadata"),
        ("kustomization.yaml", "resources: [a.yaml]", "kustomization"),
        ("a.yaml", "apiVersion: v1\nkind: Config\nclusters: []", "kubeconfig"),
        ("a.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization", "kustomization"),
        ("a.yaml", "some: thing", "no apiVersion and kind"),
        ("a.yaml", "just text", "not an object"),
        ("a.yaml", "null", "empty document"),
        ("a.yaml", "- a\n- b", "list without objects"),
    ] {
        let input = kube_audit::source::Input::bytes(file, text.as_bytes());
        let all = support::read_input(&input, &Default::default());
        let reasons: Vec<_> = all.skipped.iter().map(|s| &*s.reason).collect();
        assert_eq!(reasons, [reason], "{text}: {:?}", all.gaps);
        assert!(all.gaps.is_empty() && all.objects.is_empty(), "{text}");
    }
}

#[test]
fn half_an_object_is_a_gap() {
    for text in [
        "apiVersion: v1",
        "kind: Pod",
        "apiVersion: 1\nkind: Pod",
        "apiVersion: v1\nkind: [Pod]",
        "apiVersion: v1\nkind: ",
    ] {
        let all = read_bytes(text.as_bytes());
        assert_eq!(all.gaps.iter().map(|g| &*g.reason).collect::<Vec<_>>(), ["incomplete-object"], "{text}");
    }
}

#[test]
fn templates_are_one_gap_with_a_remedy() {
    let all = read_bytes(b"a: {{ .Values.a }}\n---\nb: {{ .Values.b }}\n---\nmessage: 'up {{ $labels.job }}'\n");
    assert_eq!(all.gaps.len(), 2);
    assert_eq!(all.gaps[0], all.gaps[1], "equal, so that they can be told once");
    assert!(&*all.gaps[0].reason == "template" && all.gaps[0].detail.contains("helm template"), "{:?}", all.gaps[0]);
    assert_eq!(all.skipped.len(), 1);
}

/// Every scalar, with its span.
fn scalars(tree: &Tree, node: NodeId, out: &mut Vec<(NodeId, usize, usize)>) {
    match tree.data(node) {
        Data::Seq { .. } => tree.items(node).iter().for_each(|n| scalars(tree, *n, out)),
        Data::Map { .. } => tree.entries(node).iter().for_each(|e| scalars(tree, e.value, out)),
        _ => out.extend(tree.span(node).map(|s| (node, s.start as usize, s.end as usize))),
    }
}

fn value_of(text: &str) -> Option<Value> {
    let mut tree = Tree::default();
    yaml::parse(text, &mut tree, &Limits::default(), &mut Vec::new()).ok()?;
    Some(tree.json(tree.root()))
}

#[test]
fn spans_hold_what_they_say() {
    let mut seen = 0;
    for seed in 0..12_000 {
        let text = Author::new(seed).document();
        let mut tree = Tree::default();
        if yaml::parse(&text, &mut tree, &Limits::default(), &mut Vec::new()).is_err() {
            continue;
        }
        let mut found = Vec::new();
        scalars(&tree, tree.root(), &mut found);
        for (node, start, end) in found {
            let cut = &text[start..end];
            let header = cut.lines().next().unwrap_or_default();
            // A tag is no part of a span, and an indentation indicator counts from a parent that the cut does not have.
            let tagged = text[..start].trim_end().ends_with(['!', 'w', 'r', 't', 'y']) && text[..start].contains('!');
            let relative = header.starts_with(['|', '>']) && header.contains(['1', '2']);
            if !tagged && !relative {
                assert_eq!(value_of(cut), Some(tree.json(node)), "{cut:?} in {text:?}");
                seen += 1;
            }
        }
    }
    assert!(seen > 5_000, "{seen}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let text = "[ -~]{0,12}|[a-z\\n\\t\"é😀]{0,6}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(text, inner, 0..6).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

fn close(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| close(v, w)))
        }
        _ => a == b,
    }
}

proptest! {
    #[test]
    fn json_means_the_same_to_both_readers(value in any_json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        let (mut one, mut two) = (Tree::default(), Tree::default());
        json::parse(&text, &mut one, &Limits::default(), &mut Vec::new()).unwrap();
        yaml::parse(&text, &mut two, &Limits::default(), &mut Vec::new()).unwrap();
        prop_assert!(close(&one.json(one.root()), &value), "JSON: {:?}", one);
        prop_assert!(close(&two.json(two.root()), &value), "YAML: {:?}", two);
    }

    #[test]
    fn no_text_panics(text in "[ -~\\n\\t\\r\u{85}\u{2028}é😀]{0,60}", seed in any::<u64>()) {
        let _ = read_bytes(text.as_bytes());
        let mut long = Author::new(seed).text();
        long.push_str(&text);
        let all = read_bytes(long.as_bytes());
        for document in all.documents {
            let _ = yaml::comments(&document.text, document.line, 256);
        }
    }
}
