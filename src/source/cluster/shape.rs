//! What decides how safe a pod is, in a form that can be compared: a pod with the shape of its owner's template adds nothing to an audit of
//! the template; one with another shape (an injected sidecar, an ephemeral container, a rollout under way) does.
//!
//! Values are compared as the server writes them. Templates are defaulted by the same code as pods, so what differs was changed by an
//! admission plugin, a webhook or a person. What the server itself changes in every pod (token volume, tolerations, node name, claims of a
//! StatefulSet, resources set by a LimitRange) is not part of the shape.

use super::json::{self, Member};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Parts (`hostPID`, `container app`, ...) with a hash of their value, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Shape(Vec<(String, u64)>);

/// Where the server puts tokens into every container.
const TOKENS: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

fn hash(value: &[u8]) -> u64 {
    let mut h = DefaultHasher::new();
    value.hash(&mut h);
    h.finish()
}

/// The shape of a pod, or of the template of what makes pods; `None` when there is neither.
pub(super) fn of(kind: &str, object: &[u8]) -> Option<Shape> {
    let spec = json::members(json::path(object, &["spec"])?).ok()?;
    if kind == "Pod" {
        return pod(&spec);
    }
    let template = json::get(&spec, "template")
        .or_else(|| json::path(json::get(&spec, "jobTemplate")?, &["spec", "template"]))
        .and_then(|t| json::path(t, &["spec"]))?;
    pod(&json::members(template).ok()?)
}

fn pod(spec: &[Member<'_>]) -> Option<Shape> {
    json::get(spec, "containers")?;
    let mut parts = Vec::new();
    for (key, value) in spec {
        let value = *value;
        match *key {
            b"hostNetwork" | b"hostPID" | b"hostIPC" | b"shareProcessNamespace" if value != b"false" => {
                parts.push((String::from_utf8_lossy(key).into_owned(), hash(value)));
            }
            b"hostUsers" | b"runtimeClassName" => parts.push((String::from_utf8_lossy(key).into_owned(), hash(value))),
            b"securityContext" if value != b"{}" => parts.push(("securityContext".to_owned(), hash(value))),
            // Unset means `default`, and the server writes that into pods only.
            b"serviceAccountName" if value != b"\"default\"" => {
                parts.push(("serviceAccountName".to_owned(), hash(value)))
            }
            b"containers" | b"initContainers" | b"ephemeralContainers" => {
                let what = std::str::from_utf8(key).unwrap_or_default().trim_end_matches('s');
                let what =
                    if what == "container" { "container".to_owned() } else { what.replace("Container", " container") };
                for c in json::elements(value).ok()? {
                    let c = json::members(c).ok()?;
                    parts.push((format!("{what} {}", json::text(&c, "name")), container(&c)));
                }
            }
            b"volumes" => {
                for v in json::elements(value).ok()? {
                    let v = json::members(v).ok()?;
                    if let Some(path) = json::get(&v, "hostPath") {
                        parts.push((format!("hostPath volume {}", json::text(&v, "name")), hash(path)));
                    }
                }
            }
            _ => {}
        }
    }
    parts.sort();
    Some(Shape(parts))
}

fn container(members: &[Member<'_>]) -> u64 {
    let mut h = DefaultHasher::new();
    for key in ["image", "command", "args", "securityContext", "ports", "env", "envFrom", "restartPolicy"] {
        if let Some(value) = json::get(members, key) {
            (key, value).hash(&mut h);
        }
    }
    for mount in json::get(members, "volumeMounts").and_then(|m| json::elements(m).ok()).unwrap_or_default() {
        let path = json::path(mount, &["mountPath"]).and_then(json::string).unwrap_or_default();
        if path != TOKENS {
            mount.hash(&mut h);
        }
    }
    h.finish()
}

impl Shape {
    /// What is different in `self`, in words.
    pub(super) fn differences(&self, template: &Shape) -> Vec<String> {
        let find = |list: &[(String, u64)], part: &str| list.iter().find(|(p, _)| p == part).map(|(_, h)| *h);
        let mut out: Vec<String> = self
            .0
            .iter()
            .filter_map(|(part, h)| match find(&template.0, part) {
                None => Some(format!("{part} added")),
                Some(other) if other != *h => Some(format!("{part} changed")),
                _ => None,
            })
            .collect();
        out.extend(template.0.iter().filter(|(p, _)| find(&self.0, p).is_none()).map(|(p, _)| format!("{p} removed")));
        out
    }

    pub(super) fn number(&self) -> u64 {
        let mut h = DefaultHasher::new();
        self.hash(&mut h);
        h.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_adds_is_no_difference() {
        let template = br#"{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"i:1","securityContext":{"privileged":true}}],"securityContext":{}}}}}"#;
        let plain = br#"{"spec":{"volumes":[{"name":"kube-api-access-x","projected":{}}],"containers":[{"name":"a","image":"i:1","resources":{},
            "volumeMounts":[{"name":"kube-api-access-x","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],
            "securityContext":{"privileged":true}}],"serviceAccountName":"default","nodeName":"n","tolerations":[{}],"securityContext":{}}}"#;
        let template = of("Deployment", template).unwrap();
        assert_eq!(of("Pod", plain).unwrap(), template);
        let more = br#"{"spec":{"hostPID":true,"containers":[{"name":"a","image":"i:2"}],"ephemeralContainers":[{"name":"debug","image":"sh"}]}}"#;
        let differences = of("Pod", more).unwrap().differences(&template);
        assert_eq!(differences, ["container a changed", "ephemeral container debug added", "hostPID added"]);
        assert!(of("Service", br#"{"spec":{"ports":[]}}"#).is_none());
        assert!(of("ConfigMap", br#"{"data":{}}"#).is_none());
        let cron = br#"{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[]}}}}}}"#;
        assert_eq!(of("CronJob", cron), Some(Shape::default()));
    }
}
