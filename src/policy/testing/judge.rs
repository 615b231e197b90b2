//! Whether a case gave what it states, and what it need not state: fixes that fix, messages that keep secrets.

use super::{Case, Got};
use crate::model::check::Severity;
use std::collections::BTreeSet;

/// What is wrong with what a case gave; `None` when all is as expected.
pub fn judge(case: &Case, got: &Got) -> Option<String> {
    let detail = if got.detail.is_empty() { String::new() } else { format!(" ({})", got.detail.join("; ")) };
    if got.outcome != case.expected() {
        return Some(format!(
            "outcome is {}, expected {}{detail}{}",
            got.outcome,
            case.expected(),
            list(" at", &got.at)
        ));
    }
    let want: BTreeSet<String> = case.at.iter().cloned().collect();
    if got.at != want {
        let missing: BTreeSet<String> = want.difference(&got.at).cloned().collect();
        let extra: BTreeSet<String> = got.at.difference(&want).cloned().collect();
        return Some(format!("findings differ:{}{}{detail}", list(" missing", &missing), list(" unexpected", &extra)));
    }
    let count =
        |at: &String| (case.at.iter().filter(|a| *a == at).count(), got.found.iter().filter(|f| f.0 == *at).count());
    if let Some((at, (want, found))) = want.iter().map(|at| (at, count(at))).find(|(_, (a, b))| a != b) {
        return Some(format!("findings at {at:?}: {found}, expected {want} (`at` names it once for each)"));
    }
    if let Some(text) = &case.message
        && !got.messages.iter().chain(&got.detail).any(|m| m.contains(text.as_str()))
    {
        return Some(format!("no message contains {text:?}: {:?}{detail}", got.messages));
    }
    if let Some(severity) = case.severity
        && got.severity != Some(severity)
    {
        return Some(format!("severity is {}, expected {severity}", got.severity.map_or("none", Severity::word)));
    }
    if let Some(related) = &case.related
        && got.related != *related
    {
        return Some(format!("related objects are{}, expected{}", list("", &got.related), list("", related)));
    }
    if let Some(sensitive) = case.sensitive
        && got.sensitive.contains(&!sensitive)
    {
        return Some(format!("a finding is {}sensitive", if sensitive { "not " } else { "" }));
    }
    if let Some(at) = got.leaks.first() {
        return Some(format!("the message at {at:?} contains the value, though the finding is sensitive"));
    }
    if let Some(fixed) = &case.fixed
        && (got.fixed.is_empty() || got.fixed.iter().any(|v| v != fixed))
    {
        let values: Vec<String> = got.fixed.iter().map(ToString::to_string).collect();
        return Some(format!("fixes give {:?}, expected {fixed}", values));
    }
    got.unfixed.first().cloned()
}

fn list(label: &str, set: &BTreeSet<String>) -> String {
    if set.is_empty() {
        return String::new();
    }
    format!("{label} {}", set.iter().map(|s| format!("{s:?}")).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::testing::read;

    fn wrong(case: &str, got: &Got) -> String {
        let all = read("t.yaml", &format!("cases:\n- {{name: a, container: {{}}, {case}}}\n")).expect("cases");
        judge(&all[0], got).unwrap_or_default()
    }

    #[test]
    fn states_are_compared() {
        let got = Got {
            outcome: "fail".into(),
            at: ["/a".to_owned()].into(),
            found: vec![("/a".to_owned(), "one".to_owned()), ("/a".to_owned(), "two".to_owned())],
            messages: vec!["one".into(), "two".into()],
            related: ["Secret/a/b".to_owned()].into(),
            sensitive: [true].into(),
            fixed: vec![serde_json::json!(false)],
            ..Got::default()
        };
        assert_eq!(wrong("at: [/a, /a], related: [Secret/a/b], sensitive: true, fixed: false, message: two", &got), "");
        assert!(wrong("at: [/a]", &got).contains("2, expected 1"));
        assert!(wrong("at: [/b]", &got).contains("missing \"/b\""));
        assert!(wrong("at: [/a, /a], related: []", &got).contains("related"));
        assert!(wrong("at: [/a, /a], sensitive: false", &got).contains("is sensitive"));
        assert!(wrong("at: [/a, /a], fixed: true", &got).contains("expected true"));
        assert!(wrong("at: [/a, /a], message: three", &got).contains("three"));
        let leaking = Got { leaks: vec!["/a".into()], ..got.clone() };
        assert!(wrong("at: [/a, /a]", &leaking).contains("contains the value"));
        let unfixed = Got { unfixed: vec!["the fix".into()], ..got };
        assert_eq!(wrong("at: [/a, /a]", &unfixed), "the fix");
    }
}
