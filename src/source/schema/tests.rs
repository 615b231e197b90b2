use super::*;
use crate::policy::{builtin, testing};
use crate::source::{self, Document, Format, Limits};
use serde_json::{Value, json};

fn judge(tree: &Tree) -> Vec<(String, String, String)> {
    let root = tree.root();
    let (api_version, kind) = (tree.str_at(root, "apiVersion").unwrap_or(""), tree.str_at(root, "kind").unwrap_or(""));
    let mut out = Vec::new();
    check(tree, root, api_version, kind, &mut out);
    out.into_iter().map(|d| (d.code, d.pointer, d.message)).collect()
}

fn yaml(text: &str) -> Vec<(String, String, String)> {
    let mut tree = Tree::default();
    source::yaml::parse(text, &mut tree, &Limits::default(), &mut Vec::new()).unwrap();
    judge(&tree)
}

fn value(value: &Value) -> Vec<(String, String, String)> {
    let mut tree = Tree::default();
    let root = tree.plant(value);
    tree.set_root(root);
    judge(&tree)
}

/// The one finding in a pod spec.
fn pod(spec: &str) -> (String, String) {
    let mut found = yaml(&format!("{{apiVersion: v1, kind: Pod, spec: {spec}}}"));
    assert_eq!(found.len(), 1, "{found:?}");
    let (code, pointer, message) = found.remove(0);
    (format!("{code} {pointer}"), message)
}

fn container(fields: &str) -> (String, String) {
    pod(&format!("{{containers: [{{name: app, {fields}}}]}}"))
}

#[test]
fn names_of_the_same_level_are_suggested() {
    let of = |fields| container(fields).1;
    assert_eq!(
        container("ports: [{containerport: 80}]"),
        (
            "unknown-field /spec/containers/0/ports/0/containerport".into(),
            "field \"containerport\" is unknown in ContainerPort; did you mean \"containerPort\"?".into()
        )
    );
    assert_eq!(
        of("image_pull_policy: Always"),
        "field \"image_pull_policy\" is unknown in Container; did you mean \"imagePullPolicy\"?"
    );
    assert_eq!(of("volumeMount: []"), "field \"volumeMount\" is unknown in Container; did you mean \"volumeMounts\"?");
    assert_eq!(of("port: 80"), "field \"port\" is unknown in Container; did you mean \"ports\"?");
    assert_eq!(
        of("readynessProbe: {}"),
        "field \"readynessProbe\" is unknown in Container; did you mean \"readinessProbe\"?"
    );
    assert_eq!(of("xyzzy: {}"), "field \"xyzzy\" is unknown in Container");
    assert_eq!(of("\"\": {}"), "field \"\" is unknown in Container");
}

#[test]
fn names_of_other_levels_are_suggested() {
    let belongs = |(_, message): (String, String)| message.split_once("; it belongs to ").unwrap().1.to_owned();
    assert_eq!(
        container("imagePullSecret: [{name: x}]"),
        (
            "unknown-field /spec/containers/0/imagePullSecret".into(),
            "field \"imagePullSecret\" is unknown in Container; it belongs to spec.imagePullSecrets[]".into()
        )
    );
    assert_eq!(belongs(pod("{securityContext: {privileged: true}}")), "spec.containers[].securityContext.privileged");
    assert_eq!(belongs(pod("{privileged: true}")), "spec.containers[].securityContext.privileged");
    assert_eq!(
        belongs(pod("{securityContext: {readOnlyRootFilesystem: true}}")),
        "spec.containers[].securityContext.readOnlyRootFilesystem"
    );
    assert_eq!(belongs(container("privileged: true")), "spec.containers[].securityContext.privileged");
    assert_eq!(belongs(container("runAsUser: 5")), "spec.containers[].securityContext.runAsUser");
    assert_eq!(belongs(container("hostNetwork: true")), "spec.hostNetwork");
    assert_eq!(belongs(container("serviceAccountName: x")), "spec.serviceAccountName");
    assert_eq!(belongs(container("limits: {}")), "spec.containers[].resources.limits");
    assert_eq!(belongs(pod("{imagePullPolicy: Always}")), "spec.containers[].imagePullPolicy");
    assert_eq!(belongs(pod("{runAsNonRoot: true}")), "spec.securityContext.runAsNonRoot");
    assert_eq!(belongs(pod("{env: []}")), "spec.containers[].env[]");
    assert_eq!(belongs(pod("{labels: {a: b}}")), "metadata.labels");

    let job = "{apiVersion: batch/v1, kind: CronJob, spec: {backoffLimit: 3, jobTemplate: {spec: {concurrencyPolicy: Forbid}}}}";
    let found: Vec<_> = yaml(job).into_iter().map(|(_, _, message)| belongs((String::new(), message))).collect();
    assert_eq!(found, ["spec.jobTemplate.spec.backoffLimit", "spec.concurrencyPolicy"]);
    let deployment =
        "{apiVersion: apps/v1, kind: Deployment, name: x, spec: {containers: [], template: {spec: {replicas: 2}}}}";
    let found: Vec<_> = yaml(deployment).into_iter().map(|(_, _, message)| belongs((String::new(), message))).collect();
    assert_eq!(found, ["metadata.name", "spec.template.spec.containers[]", "spec.replicas"]);
}

#[test]
fn wrong_types_are_told() {
    let of = |fields| container(fields).1;
    assert_eq!(
        container("securityContext: {runAsNonRoot: \"true\"}"),
        (
            "wrong-type /spec/containers/0/securityContext/runAsNonRoot".into(),
            "runAsNonRoot is a string, must be a boolean".into()
        )
    );
    assert_eq!(of("args: [a, 5]"), "args[1] is an integer, must be a string");
    assert_eq!(of("args: on"), "args is a boolean, must be a list");
    assert_eq!(of("env: {A: b}"), "env is a map, must be a list");
    assert_eq!(of("env: [{name: A, value: 1.5}]"), "value is a number, must be a string");
    assert_eq!(of("env: [A=b]"), "env[0] is a string, must be a map");
    assert_eq!(of("livenessProbe: []"), "livenessProbe is a list, must be a map");
    assert_eq!(of("resources: {limits: {cpu: true}}"), "limits.cpu is a boolean, must be a string or a number");
    assert_eq!(of("resources: {limits: 5}"), "limits is an integer, must be a map");
    assert_eq!(of("ports: [{containerPort: \"80\"}]"), "containerPort is a string, must be an integer");
    assert_eq!(of("ports: [{containerPort: 80.5}]"), "containerPort is a number, must be an integer");
    assert_eq!(of("ports: [{containerPort: 3000000000}]"), "containerPort is above the range of a 32-bit integer");
    assert_eq!(
        of("securityContext: {runAsUser: 9223372036854775808}"),
        "runAsUser is above the range of a 64-bit integer"
    );
    assert_eq!(of("livenessProbe: {httpGet: {port: 1.5}}"), "port is a number, must be an integer or a string");
    let labels = yaml("{apiVersion: v1, kind: ConfigMap, metadata: {labels: {version: 1, long/x: yes}}, data: {a: 1}}");
    let messages: Vec<_> = labels.iter().map(|(_, pointer, message)| (pointer.as_str(), message.as_str())).collect();
    assert_eq!(
        messages,
        [
            ("/data/a", "data.a is an integer, must be a string"),
            ("/metadata/labels/long~1x", "labels.long/x is a boolean, must be a string"),
            ("/metadata/labels/version", "labels.version is an integer, must be a string"),
        ]
    );
    let secret = yaml("{apiVersion: v1, kind: Secret, data: {good: aGVsbG8=, bad: hunter2}, stringData: {pin: 1234}}");
    let messages: Vec<_> = secret.iter().map(|(_, _, message)| message.as_str()).collect();
    assert_eq!(messages, ["data.bad is not base64, as it must be", "stringData.pin is an integer, must be a string"]);
}

#[test]
fn what_the_server_takes_is_no_finding() {
    for text in [
        "{apiVersion: v1, kind: Pod, metadata: {creationTimestamp: null, managedFields: [{what: ever}]}, spec: null, status: {so: what}}",
        "{apiVersion: v1, kind: Pod, spec: {containers: [null, {ports: [null, {containerPort: 80.0}], args: [null], env: null}]}}",
        "{apiVersion: v1, kind: Pod, spec: {containers: [{resources: {limits: {cpu: 1, memory: 1.5, x: 2Gi, y: null}}}]}}",
        "{apiVersion: v1, kind: Service, spec: {ports: [{targetPort: web}, {targetPort: 80}, {targetPort: 80.0}]}}",
        "{apiVersion: v1, kind: Secret, data: {a: \"\", b: \"aGVs\\nbG8=\", c: [1, 2], d: null}}",
        "{apiVersion: v1, kind: Secret, data: {a: \"ENC[AES256_GCM,data:x]\"}, sops: {mac: x}}",
        "{apiVersion: apps/v1, kind: StatefulSet, spec: {volumeClaimTemplates: [{apiVersion: v1, kind: PersistentVolumeClaim, status: {x: y}}]}}",
        "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {versions: [{schema: {openAPIV3Schema: {properties: \
         {a: {default: [1], items: {anything: 1}, x-kubernetes-int-or-string: true}}}}}]}}",
        "{apiVersion: extensions/v1beta1, kind: Deployment, spec: {rollbackTo: {revision: 1}}}",
        "{apiVersion: extensions/v1beta1, kind: Ingress, spec: {rules: [{http: {paths: [{backend: {serviceName: x}}]}}]}}",
        "{apiVersion: example.com/v1, kind: Deployment, spec: {what: ever}}",
        "{apiVersion: apps/v7, kind: Deployment, spec: {what: ever}}",
        "{apiVersion: v1, kind: Nothing, spec: {what: ever}}",
    ] {
        assert_eq!(yaml(text), [], "{text}");
    }
    assert_eq!(yaml("{apiVersion: extensions/v1beta1, kind: Deployment, spec: {rollbckTo: 1}}").len(), 1);
    assert_eq!(yaml("{apiVersion: apps/v1, kind: Deployment, spec: {rollbackTo: {}}}").len(), 1);
    assert_eq!(
        yaml("{apiVersion: extensions/v1beta1, kind: Deployment, spec: {template: {spec: {rollbackTo: 1}}}}").len(),
        1
    );
}

#[test]
fn findings_are_bounded() {
    let fields: serde_json::Map<String, Value> =
        (0..5000).map(|i| (format!("{}{i}", "long".repeat(40)), json!(1))).collect();
    let found = value(&json!({"apiVersion": "v1", "kind": "Pod", "spec": fields}));
    assert_eq!(found.len(), LISTED + 1);
    assert!(found.iter().all(|(_, _, message)| message.len() < 200));
    assert!(found[LISTED].2.starts_with("only the first 100"));
}

#[test]
fn the_loader_asks_when_it_is_told_to() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, spec: {a: 1, a: 2}}\n";
    let document = Document {
        file: "list.yaml".into(),
        index: 0,
        base: 0,
        line: 1,
        column: 0,
        text: text.into(),
        format: Format::Yaml,
        template: None,
        chart: None,
        item: None,
    };
    let codes = |settings| {
        let loaded = source::load(&document, &mut Tree::default(), &settings);
        loaded.objects[0].diagnostics.iter().map(|d| format!("{} {}", d.code, d.pointer)).collect::<Vec<_>>()
    };
    assert_eq!(codes(source::Settings::default()), ["duplicate-key /spec/a", "unknown-field /spec/a"]);
    assert_eq!(codes(source::Settings { schema: false, ..source::Settings::default() }), ["duplicate-key /spec/a"]);
}

#[test]
fn no_case_of_our_checks_makes_it_fail() {
    let mut objects = 0;
    for (id, text) in builtin::cases() {
        for case in testing::read(&id, &text).unwrap() {
            for loaded in case.loaded(&|_| Vec::new()) {
                value(&loaded.value);
                objects += 1;
            }
        }
    }
    assert!(objects > 100, "{objects}");
}

#[test]
fn the_examples_are_right() {
    for file in ["examples/well-configured/service.yaml", "examples/pod.yaml"] {
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        for part in text.split("\n---") {
            assert_eq!(yaml(part), [], "{file}");
        }
    }
}
