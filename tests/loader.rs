//! The loader against what Kubernetes makes of the same texts.

#[path = "loader_support/mod.rs"]
mod support;

use serde_json::Value;

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
