//! Exceptions written for other tools, as labels and annotations of an object or of its pod template.
//!
//! | tool | key | covers |
//! |---|---|---|
//! | kubeaudit | label `kubeaudit.io/OVERRIDE`, `container.kubeaudit.io/CONTAINER.OVERRIDE`, and the older `audit.kubernetes.io/pod.OVERRIDE`, `audit.kubernetes.io/namespace.OVERRIDE`, `container.audit.kubernetes.io/CONTAINER.OVERRIDE` | its override; the value is the reason unless it is `true` |
//! | polaris | annotation `polaris.fairwinds.com/exempt: "true"`, `polaris.fairwinds.com/CHECK-exempt: "true"` | all its checks, or one |
//! | kube-linter | annotation `kube-linter.io/ignore-all: REASON`, `ignore-check.kube-linter.io/CHECK: REASON` | all its checks, or one |
//! | kube-score | annotation `kube-score/ignore: CHECK,CHECK` | those |
//! | checkov | annotation `checkov.io/skip1: CHECK=REASON` (any suffix; `bridgecrew.io/` too) | that |
//! | kubescape | annotation `kubescape.io/skip-controls: ID,ID` with `skip-reason` and `skip-expiry`; label or annotation `kubescape.io/ignore` | those, or all its controls |
//!
//! *All its checks* are the checks of ours that the tool has too: an exception can accept no more than its author knew of.
//! An override that is about one capability or one mount covers findings about that one only.

use super::{Reach, WaiverError, excerpt, one_line, parse_date};
use jiff::civil::Date;

/// An exception as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignIgnore {
    /// `kubeaudit`, `polaris`, `kube-linter`, `kube-score`, `checkov`, `kubescape`
    pub tool: &'static str,
    /// `annotation KEY` or `label KEY`
    pub key: String,
    /// the tool's ids; `*` is all it has
    pub ids: Vec<String>,
    /// containers it is narrowed to; empty is all
    pub containers: Vec<String>,
    /// a value or list item it is narrowed to
    pub reach: Option<Reach>,
    /// why, when it was said
    pub reason: String,
    /// last day on which it holds
    pub expires: Option<Date>,
}

impl ForeignIgnore {
    fn new(tool: &'static str, key: String, id: &str, reason: &str) -> ForeignIgnore {
        let (reason, ids) = (one_line(reason), vec![id.to_owned()]);
        ForeignIgnore { tool, key, ids, containers: Vec::new(), reach: None, reason, expires: None }
    }
}

/// What the labels and annotations of one place say, and what is wrong with those that nobody can read.
pub fn read(
    labels: &[(String, String)],
    annotations: &[(String, String)],
) -> Vec<Result<ForeignIgnore, (String, WaiverError)>> {
    let mut found = Vec::new();
    for (key, value) in labels {
        // Every label and annotation of every object passes here; most have none of these names.
        if let Some((prefix, name)) = key.split_once('/') {
            match prefix {
                "kubeaudit.io" | "container.kubeaudit.io" | "audit.kubernetes.io" | "container.audit.kubernetes.io" => {
                    found.extend(kubeaudit(prefix, name, value).map(Ok));
                }
                "kubescape.io" if name == "ignore" && is_yes(value) => {
                    found.push(Ok(ForeignIgnore::new("kubescape", format!("label {key}"), "*", "")));
                }
                _ => {}
            }
        }
    }
    for (key, value) in annotations {
        let Some((prefix, name)) = key.split_once('/') else { continue };
        let shown = || format!("annotation {key}");
        match prefix {
            "polaris.fairwinds.com" if value.trim().eq_ignore_ascii_case("true") => {
                let id = if name == "exempt" { Some("*") } else { name.strip_suffix("-exempt") };
                found.extend(id.map(|id| Ok(ForeignIgnore::new("polaris", shown(), id, ""))));
            }
            "kube-linter.io" if name == "ignore-all" => {
                found.push(Ok(ForeignIgnore::new("kube-linter", shown(), "*", value)));
            }
            "ignore-check.kube-linter.io" if !name.is_empty() => {
                found.push(Ok(ForeignIgnore::new("kube-linter", shown(), name, value)));
            }
            "kube-score" if name == "ignore" => found.extend(list(value).map(|mut ids| {
                // kube-score's own rule: its older id stands for the newer one too.
                if ids.iter().any(|id| id == "container-resources") {
                    ids.push("container-ephemeral-storage-request-and-limit".into());
                }
                Ok(ForeignIgnore { ids, ..ForeignIgnore::new("kube-score", shown(), "", "") })
            })),
            "checkov.io" | "bridgecrew.io" if name.starts_with("skip") => {
                let (id, reason) = value.split_once('=').unwrap_or((value, ""));
                if !id.trim().is_empty() {
                    found.push(Ok(ForeignIgnore::new("checkov", shown(), id.trim(), reason)));
                }
            }
            "kubescape.io" if name == "ignore" && is_yes(value) => {
                found.push(Ok(ForeignIgnore::new("kubescape", shown(), "*", "")));
            }
            "kubescape.io" if name == "skip-controls" => found.extend(kubescape(annotations, value, shown())),
            _ => {}
        }
    }
    found
}

fn kubeaudit(prefix: &str, name: &str, value: &str) -> Option<ForeignIgnore> {
    let (container, id) = match prefix {
        "kubeaudit.io" => (None, name),
        "audit.kubernetes.io" => (None, name.strip_prefix("pod.").or_else(|| name.strip_prefix("namespace."))?),
        _ => name.split_once('.').map(|(container, id)| (Some(container), id))?,
    };
    let id = id.strip_prefix("allow-").filter(|rest| !rest.is_empty()).map(|_| id)?;
    let reason = if value.trim().eq_ignore_ascii_case("true") { "" } else { value };
    let mut ignore = ForeignIgnore::new("kubeaudit", format!("label {prefix}/{name}"), id, reason);
    ignore.containers.extend(container.map(str::to_owned));
    for (family, reach) in [
        ("allow-capability", Reach::Value as fn(Box<str>) -> Reach),
        ("allow-host-path-mount", Reach::Item as fn(Box<str>) -> Reach),
    ] {
        if let Some(one) = id.strip_prefix(family).and_then(|r| r.strip_prefix('-')).filter(|r| !r.is_empty()) {
            ignore.ids = vec![family.to_owned()];
            ignore.reach = Some(reach(one.replace('-', if family == "allow-capability" { "_" } else { "-" }).into()));
        }
    }
    Some(ignore)
}

fn kubescape(
    annotations: &[(String, String)],
    value: &str,
    key: String,
) -> Option<Result<ForeignIgnore, (String, WaiverError)>> {
    let of = |name: &str| annotations.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.as_str());
    let expiry = of("kubescape.io/skip-expiry").trim();
    // A moment (RFC 3339) or a day; it holds through that day.
    let day = expiry.split_once(['T', 't', ' ']).map_or(expiry, |(day, _)| day);
    let expires = match (expiry.is_empty(), parse_date(day)) {
        (true, _) => None,
        (false, Ok(date)) => Some(date),
        (false, Err(_)) => return Some(Err((key, WaiverError::BadDate(excerpt(expiry))))),
    };
    let ids = list(value)?;
    let reason = of("kubescape.io/skip-reason");
    Some(Ok(ForeignIgnore { ids, expires, ..ForeignIgnore::new("kubescape", key, "", reason) }))
}

fn list(value: &str) -> Option<Vec<String>> {
    let ids: Vec<String> = value.split(',').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect();
    (!ids.is_empty()).then_some(ids)
}

fn is_yes(value: &str) -> bool {
    ["true", "yes", "1", "enable", "enabled"].contains(&value.trim().to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    fn label(key: &str, value: &str) -> Option<ForeignIgnore> {
        read(&pairs(&[(key, value)]), &[]).pop().map(|r| r.expect("valid"))
    }

    fn annotation(list: &[(&str, &str)]) -> Vec<ForeignIgnore> {
        read(&[], &pairs(list)).into_iter().map(|r| r.expect("valid")).collect()
    }

    #[test]
    fn kubeaudit_labels() {
        let i = label("container.kubeaudit.io/app.allow-privileged", "needs the device").expect("read");
        assert_eq!((i.tool, i.ids[0].as_str(), i.containers[0].as_str()), ("kubeaudit", "allow-privileged", "app"));
        assert_eq!(
            (i.reason.as_str(), i.key.as_str()),
            ("needs the device", "label container.kubeaudit.io/app.allow-privileged")
        );
        let i = label("audit.kubernetes.io/pod.allow-run-as-root", "true").expect("read");
        assert_eq!((i.ids[0].as_str(), i.reason.as_str(), i.containers.len()), ("allow-run-as-root", "", 0));
        let i = label("container.audit.kubernetes.io/app.allow-capability-sys-admin", "").expect("read");
        assert_eq!((i.ids[0].as_str(), i.reach), ("allow-capability", Some(Reach::Value("sys_admin".into()))));
        let i = label("kubeaudit.io/allow-host-path-mount-my-data", "x").expect("read");
        assert_eq!((i.ids[0].as_str(), i.reach), ("allow-host-path-mount", Some(Reach::Item("my-data".into()))));
        for (key, value) in [
            ("kubeaudit.io/allow-", "x"),
            ("kubeaudit.io/other", "x"),
            ("audit.kubernetes.io/allow-x", "x"),
            ("container.kubeaudit.io/allow-privileged", "x"),
            ("kubeaudit.io", "x"),
            ("", ""),
        ] {
            assert_eq!(label(key, value), None, "{key}");
        }
    }

    #[test]
    fn annotations() {
        let ids = |list: &[(&str, &str)]| -> Vec<String> { annotation(list).into_iter().flat_map(|i| i.ids).collect() };
        assert_eq!(ids(&[("polaris.fairwinds.com/exempt", "true")]), ["*"]);
        assert_eq!(ids(&[("polaris.fairwinds.com/hostPIDSet-exempt", "True")]), ["hostPIDSet"]);
        assert!(
            ids(&[("polaris.fairwinds.com/exempt", "false"), ("polaris.fairwinds.com/hostPIDSet", "true")]).is_empty()
        );
        assert_eq!(ids(&[("kube-linter.io/ignore-all", "")]), ["*"]);
        assert_eq!(annotation(&[("ignore-check.kube-linter.io/host-pid", "why")])[0].reason, "why");
        assert_eq!(
            ids(&[("kube-score/ignore", "container-resources, pod-probes,")]),
            ["container-resources", "pod-probes", "container-ephemeral-storage-request-and-limit"]
        );
        let i = &annotation(&[("checkov.io/skip1", "CKV_K8S_20=I know = fine")])[0];
        assert_eq!((i.ids[0].as_str(), i.reason.as_str()), ("CKV_K8S_20", "I know = fine"));
        assert_eq!(
            ids(&[("bridgecrew.io/skip9", "CKV_K8S_1"), ("checkov.io/other", "CKV_K8S_2"), ("checkov.io/skip", "=")]),
            ["CKV_K8S_1"]
        );
    }

    #[test]
    fn kubescape() {
        let i = &annotation(&[
            ("kubescape.io/skip-controls", "C-0016,C-0017"),
            ("kubescape.io/skip-reason", "ticket FOO-123"),
            ("kubescape.io/skip-expiry", "2026-12-31T23:59:59Z"),
        ])[0];
        assert_eq!(i.ids, ["C-0016", "C-0017"]);
        assert_eq!((i.reason.as_str(), i.expires), ("ticket FOO-123", Some(Date::constant(2026, 12, 31))));
        assert_eq!(label("kubescape.io/ignore", "Enabled").expect("read").ids, ["*"]);
        assert_eq!(label("kubescape.io/ignore", "no"), None);
        let broken =
            read(&[], &pairs(&[("kubescape.io/skip-controls", "C-0016"), ("kubescape.io/skip-expiry", "soon")]));
        assert_eq!(
            broken,
            [Err(("annotation kubescape.io/skip-controls".into(), WaiverError::BadDate("soon".into())))]
        );
    }
}
