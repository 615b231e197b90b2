//! kubesec's output through the real checks: what kubesec itself printed, and every rule with none, some and all of the parts that it looks at.
//!
//! `kubesec/NN.json` is the standard output of kubesec v2.14.2 with the rules of commit d3f6a0d2b03f for `NN.yaml`, written by that program.
#![allow(clippy::unwrap_used, missing_docs)]

use assert_cmd::Command;
use kube_audit::policy::builtin;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kubesec")
}

/// Exit code and output of a scan in kubesec's form.
fn scan(dir: &Path, more: &[&str]) -> (i32, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("audit"));
    command.current_dir(dir).args(["scan", "--no-config", "-o", "kubesec", "--kubesec-exit"]).args(more);
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

fn elements(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// Cases that are not met to the letter, and what we print in their place.
const OTHERWISE: [(&str, &str); 6] = [
    // Lists are unrolled: their items are what is deployed.
    ("48", "Pod/example.default"),
    // An empty namespace is an unset one.
    ("54", "Pod/undefined.default"),
    // A number as a name is printed as it is written.
    ("55", "Pod/1234567.<a&b>\u{2028}é"),
    // What cannot be told has our own words.
    ("57", "Unknown"),
    ("58", "Unknown"),
    // kubesec loses the second document.
    ("59", "Pod/example.default"),
];

#[test]
fn prints_what_kubesec_prints() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|e| e.unwrap().file_name().into_string().ok())
        .filter_map(|n| n.strip_suffix(".json").map(str::to_owned))
        .collect();
    names.sort();
    assert_eq!(names.len(), 60);
    let files: Vec<String> = names.iter().map(|n| format!("{n}.yaml")).collect();
    let (_, text) = scan(&folder(), &files.iter().map(String::as_str).collect::<Vec<_>>());
    let mut ours: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for element in elements(&text) {
        let name = element["fileName"].as_str().unwrap()[..2].to_owned();
        ours.entry(name).or_default().push(element);
    }
    for name in &names {
        let ours = &ours[name.as_str()];
        match OTHERWISE.iter().find(|(n, _)| n == name) {
            Some((_, object)) => assert_eq!(ours[0]["object"], *object, "{name}"),
            None => {
                let golden = elements(&std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap());
                // As text, because the order of keys counts, too.
                let text = |all: &[Value]| all.iter().map(Value::to_string).collect::<Vec<_>>();
                assert_eq!(text(ours), text(&golden), "{name}");
            }
        }
    }
    assert_eq!(ours["59"].len(), 2, "both documents");
}

#[test]
fn is_the_same_to_the_byte_and_ends_alike() {
    let index: Vec<Value> =
        serde_yaml::from_str(&std::fs::read_to_string(folder().join("index.yaml")).unwrap()).unwrap();
    for name in ["01", "02", "04", "37", "44", "46", "49"] {
        let (code, text) = scan(&folder(), &[&format!("{name}.yaml")]);
        assert_eq!(text, std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap(), "{name}");
        let about = index.iter().find(|i| i["case"] == name).unwrap();
        assert_eq!(about["exit"], code, "{name}: {about}");
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// a field of the pod spec: there are no parts
    Pod,
    /// containers
    Container,
    /// volumes
    Volume,
    /// claim templates of a StatefulSet
    Claim,
    /// subjects of a binding
    Subject,
}

/// Every rule with what matches it.
fn rules() -> Vec<(&'static str, Of, Value)> {
    let security = |v: Value| json!({ "securityContext": v });
    vec![
        ("AllowPrivilegeEscalation", Of::Container, security(json!({"allowPrivilegeEscalation": true}))),
        ("ApparmorAny", Of::Container, security(json!({"appArmorProfile": {"type": "RuntimeDefault"}}))),
        ("ApparmorUnconfined", Of::Container, security(json!({"appArmorProfile": {"type": "Unconfined"}}))),
        ("AutomountServiceAccountToken", Of::Pod, json!({"automountServiceAccountToken": false})),
        ("BindingsToSystemAnonymous", Of::Subject, json!({"kind": "User", "name": "system:anonymous"})),
        ("CapDropAll", Of::Container, security(json!({"capabilities": {"drop": ["ALL"]}}))),
        ("CapDropAny", Of::Container, security(json!({"capabilities": {"drop": ["KILL"]}}))),
        ("CapSysAdmin", Of::Container, security(json!({"capabilities": {"add": ["SYS_ADMIN"]}}))),
        ("DockerSock", Of::Volume, json!({"hostPath": {"path": "/var/run/docker.sock"}})),
        ("HostAliases", Of::Pod, json!({"hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a"]}]})),
        ("HostIPC", Of::Pod, json!({"hostIPC": true})),
        ("HostNetwork", Of::Pod, json!({"hostNetwork": true})),
        ("HostPID", Of::Pod, json!({"hostPID": true})),
        ("HostUsers", Of::Pod, json!({"hostUsers": false})),
        ("LimitsCPU", Of::Container, json!({"resources": {"limits": {"cpu": "1"}}})),
        ("LimitsMemory", Of::Container, json!({"resources": {"limits": {"memory": "1Gi"}}})),
        ("Privileged", Of::Container, security(json!({"privileged": true}))),
        ("ProcMount", Of::Volume, json!({"hostPath": {"path": "/proc"}})),
        ("ReadOnlyRootFilesystem", Of::Container, security(json!({"readOnlyRootFilesystem": true}))),
        ("RequestsCPU", Of::Container, json!({"resources": {"requests": {"cpu": "1"}}})),
        ("RequestsMemory", Of::Container, json!({"resources": {"requests": {"memory": "1Gi"}}})),
        ("RunAsGroup", Of::Container, security(json!({"runAsGroup": 10001}))),
        ("RunAsNonRoot", Of::Container, security(json!({"runAsNonRoot": true}))),
        ("RunAsUser", Of::Container, security(json!({"runAsUser": 10001}))),
        ("SeccompAny", Of::Container, security(json!({"seccompProfile": {"type": "RuntimeDefault"}}))),
        ("SeccompUnconfined", Of::Container, security(json!({"seccompProfile": {"type": "Unconfined"}}))),
        ("SecretsAsEnvironmentVariables", Of::Container, json!({"envFrom": [{"secretRef": {"name": "a"}}]})),
        ("ServiceAccountName", Of::Pod, json!({"serviceAccountName": "app"})),
        ("VolumeClaimAccessModeReadWriteOnce", Of::Claim, json!({"accessModes": ["ReadWriteOnce"]})),
        ("VolumeClaimRequestsStorage", Of::Claim, json!({"resources": {"requests": {"storage": "1Gi"}}})),
    ]
}

/// An object in which `matched` of `all` parts match.
fn object(of: Of, matched: usize, all: usize, with: &Value) -> Value {
    let part = |i: usize, mut base: Value, with: &Value| {
        if i < matched {
            base.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        }
        base
    };
    let parts = |base: &dyn Fn(usize) -> Value, with: &Value| -> Value {
        (0..all).map(|i| part(i, base(i), with)).collect::<Vec<_>>().into()
    };
    let name = |i: usize| format!("part-{i}");
    let plain = json!([{"name": "app", "image": "registry.example.com/app:1.0"}]);
    let mut spec = json!({ "containers": plain });
    let pod = |spec: Value| json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "example"}, "spec": spec});
    match of {
        Of::Pod => pod(part(0, spec, with)),
        Of::Container => {
            let base = |i| json!({"name": name(i), "image": "registry.example.com/app:1.0"});
            spec["containers"] = parts(&base, with);
            pod(spec)
        }
        Of::Volume => {
            spec["volumes"] = parts(&|i| json!({ "name": name(i) }), with);
            pod(spec)
        }
        Of::Claim => json!({
            "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "example"},
            "spec": {
                "template": {"spec": spec},
                "volumeClaimTemplates": (0..all).map(|i| {
                    json!({"metadata": {"name": name(i)}, "spec": part(i, json!({"volumeMode": "Filesystem"}), with)})
                }).collect::<Vec<_>>(),
            }
        }),
        Of::Subject => json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "example"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
            "subjects": parts(&|_| json!({"kind": "User", "name": "jane"}), with),
        }),
    }
}

#[test]
fn every_rule_with_none_some_and_all_parts() {
    let dir = tempfile::tempdir().unwrap();
    let rules = rules();
    for (id, of, with) in &rules {
        for (matched, all) in [(0, 2), (1, 2), (2, 2)] {
            let text = object(*of, matched, all, with).to_string();
            std::fs::write(dir.path().join(format!("{id}.{matched}.json")), text).unwrap();
        }
    }
    let (_, text) = scan(dir.path(), &["."]);
    let all: BTreeMap<String, Value> = elements(&text)
        .into_iter()
        .map(|e| (e["fileName"].as_str().unwrap().trim_start_matches("./").to_owned(), e))
        .collect();
    assert_eq!(all.len(), 3 * rules.len());
    let catalog = builtin::catalog();
    let points: BTreeMap<&str, i64> =
        catalog.benchmarks.iter().flat_map(|b| &b.rules).map(|r| (r.id.as_str(), i64::from(r.points))).collect();
    for (id, of, _) in &rules {
        for matched in [0, 1, 2] {
            let e = &all[&format!("{id}.{matched}.json")];
            let listed = |list: &str| e["scoring"][list].as_array().into_iter().flatten().any(|r| r["id"] == *id);
            let lists = ["critical", "passed", "advise"].map(listed);
            let wanted = match (points[id] < 0, matched > 0) {
                (true, true) => [true, false, false],
                (true, false) => [false, false, false],
                (false, true) => [false, true, false],
                (false, false) => [false, false, true],
            };
            assert_eq!(lists, wanted, "{id} with {matched} of 2 ({of:?}): {e}");
            // Points count once, however many parts match.
            let sum: i64 = ["critical", "passed"]
                .iter()
                .flat_map(|l| e["scoring"][l].as_array().into_iter().flatten())
                .map(|r| r["points"].as_i64().unwrap())
                .sum();
            assert_eq!(e["score"], sum, "{id}");
        }
    }
    all.values().for_each(in_order);
    assert!(all.values().any(|e| ties(e) > 0), "no list with equal points");
}

fn lists(element: &Value) -> impl Iterator<Item = (&'static str, Vec<(i64, &str)>)> {
    ["critical", "passed", "advise"].into_iter().filter_map(|name| {
        let entries = element["scoring"][name].as_array()?.iter();
        Some((name, entries.map(|r| (r["points"].as_i64().unwrap(), r["selector"].as_str().unwrap())).collect()))
    })
}

/// Worst first among the critical, most points first elsewhere; equal points by selector.
fn in_order(element: &Value) {
    for (name, entries) in lists(element) {
        let mut sorted = entries.clone();
        sorted.sort_by_key(|(points, selector)| (if name == "critical" { *points } else { -points }, *selector));
        assert_eq!(entries, sorted, "{name} of {}", element["fileName"]);
    }
}

fn ties(element: &Value) -> usize {
    lists(element).map(|(_, entries)| entries.windows(2).filter(|w| w[0].0 == w[1].0).count()).sum()
}

#[test]
fn points_add_up() {
    let catalog = builtin::catalog();
    let rules = &catalog.benchmarks.iter().find(|b| b.id == "kubesec").unwrap().rules;
    assert_eq!(rules.len(), 30);
    let best = |kind: &str| -> i32 {
        rules.iter().filter(|r| r.points > 0 && r.kinds.iter().any(|k| k == kind)).map(|r| r.points).sum()
    };
    assert_eq!(["Pod", "Deployment", "DaemonSet", "StatefulSet"].map(best), [19, 19, 19, 21]);
    assert_eq!(["ReplicaSet", "Job", "CronJob", "RoleBinding", "ClusterRoleBinding"].map(best), [0; 5]);
    let highest = |name: &str| elements(&std::fs::read_to_string(folder().join(name)).unwrap())[0]["score"].clone();
    assert_eq!((highest("02.json"), highest("03.json")), (19.into(), 21.into()), "what kubesec gives at most");
    let mut named: Vec<&str> = rules.iter().map(|r| r.id.as_str()).collect();
    named.sort_unstable();
    let mut tested: Vec<&str> = crate::rules().iter().map(|r| r.0).collect();
    tested.sort_unstable();
    assert_eq!(named, tested);
}
