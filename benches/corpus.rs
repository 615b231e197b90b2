//! Writes a corpus of manifests: `cargo bench --bench corpus -- fleet|adversarial OBJECTS FILES DIR [SEED]`.
//!
//! `fleet`: what clusters look like: a few hundred distinct workloads, repeated under other names, every third with another tag, with the services, policies,
//! accounts and bindings that belong to them. `adversarial`: nothing repeats, so that a cache can only cost.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::fmt::Write as _;
use std::io::Write as _;

/// A small seeded generator (SplitMix64): the same corpus everywhere.
pub struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }
}

const APPS: [&str; 12] = [
    "checkout", "catalog", "payments", "search", "mailer", "gateway", "reports", "identity", "billing", "ingest",
    "cache", "frontend",
];
const IMAGES: [&str; 8] = [
    "registry.example.com/shop/api",
    "registry.example.com/shop/worker",
    "ghcr.io/acme/web",
    "nginx",
    "quay.io/acme/ingest",
    "docker.io/library/redis",
    "registry.example.com:5000/tools/batch",
    "gcr.io/acme-prod/reports",
];
const KINDS: [&str; 6] = ["Deployment", "Deployment", "Deployment", "StatefulSet", "DaemonSet", "CronJob"];

/// Everything about a workload but its name, drawn from a seed: equal seeds give equal specs.
fn pod_spec(shape: u64, tag: &str, unique: Option<u64>, indent: usize) -> String {
    let mut r = Random(shape.wrapping_mul(0x5851_f42d_4c95_7f2d));
    let mut out = String::new();
    let salt = unique.map(|u| format!("-{u:x}")).unwrap_or_default();
    let number = |r: &mut Random, base: u64, span: u64| {
        unique.map_or(base + r.below(4) * (span / 4), |u| base + (u ^ r.next()) % span)
    };
    let pad = " ".repeat(indent);
    macro_rules! line { ($($t:tt)*) => {{ let _ = write!(out, "{pad}"); let _ = writeln!(out, $($t)*); }} }
    if r.one_in(3) {
        line!("serviceAccountName: {}{salt}", r.pick(&APPS));
    }
    if r.one_in(2) {
        line!("automountServiceAccountToken: false");
    }
    if r.one_in(20) {
        line!("hostNetwork: true");
    }
    if r.one_in(2) {
        line!("securityContext:");
        line!("  runAsNonRoot: true");
        line!("  runAsUser: {}", number(&mut r, 10_001, 40_000));
        line!("  fsGroup: {}", number(&mut r, 10_001, 40_000));
        line!("  seccompProfile:");
        line!("    type: RuntimeDefault");
    }
    for (list, count) in [("initContainers", r.below(4) / 3), ("containers", 1 + r.below(6) / 4)] {
        if count == 0 {
            continue;
        }
        line!("{list}:");
        for c in 0..count {
            line!("  - name: {}-{c}{salt}", if list == "containers" { "app" } else { "init" });
            line!("    image: {}:{}{salt}", r.pick(&IMAGES), if r.one_in(3) { tag } else { "1.4.2" });
            line!("    imagePullPolicy: {}", r.pick(&["IfNotPresent", "Always"]));
            if r.one_in(2) {
                line!(
                    "    args: [\"--listen=:8080\", \"--log-level={}\", \"--shard={}\"]",
                    r.pick(&["info", "debug", "warn"]),
                    number(&mut r, 0, 64)
                );
            }
            line!("    ports:");
            line!("      - name: http");
            line!("        containerPort: {}", number(&mut r, 8080, 2000));
            line!("    env:");
            for e in 0..3 + r.below(6) {
                if r.one_in(6) {
                    line!("      - name: SECRET_{e}");
                    line!("        valueFrom:");
                    line!("          secretKeyRef: {{name: {}{salt}, key: token}}", r.pick(&APPS));
                } else {
                    line!("      - name: SETTING_{e}");
                    line!("        value: \"{}-{}\"", r.pick(&APPS), number(&mut r, 1, 5000));
                }
            }
            if !r.one_in(5) {
                line!("    resources:");
                line!("      requests:");
                line!("        cpu: {}m", number(&mut r, 100, 900));
                line!("        memory: {}Mi", number(&mut r, 64, 900));
                line!("      limits:");
                line!("        memory: {}Mi", number(&mut r, 1024, 2000));
            }
            if list == "containers" {
                for probe in ["livenessProbe", "readinessProbe"] {
                    if r.one_in(5) {
                        continue;
                    }
                    line!("    {probe}:");
                    line!("      httpGet:");
                    line!("        path: /{}{salt}", if probe == "livenessProbe" { "livez" } else { "readyz" });
                    line!("        port: http");
                    line!("      periodSeconds: {}", number(&mut r, 5, 60));
                }
            }
            match r.below(10) {
                0 => line!("    securityContext: {{privileged: true}}"),
                1..=2 => {}
                _ => {
                    line!("    securityContext:");
                    line!("      allowPrivilegeEscalation: false");
                    line!("      readOnlyRootFilesystem: {}", r.one_in(2));
                    line!("      capabilities:");
                    line!("        drop: [ALL]");
                }
            }
            line!("    volumeMounts:");
            line!("      - name: tmp");
            line!("        mountPath: /tmp");
            line!("      - name: config");
            line!("        mountPath: /etc/config{salt}");
            line!("        readOnly: true");
        }
    }
    line!("volumes:");
    line!("  - name: tmp");
    line!("    emptyDir: {{sizeLimit: {}Mi}}", number(&mut r, 16, 400));
    line!("  - name: config");
    line!("    configMap:");
    line!("      name: {}-config{salt}", r.pick(&APPS));
    out
}

fn workload(out: &mut String, i: u64, shape: u64, unique: bool, r: &mut Random) {
    let app = APPS[(i % 12) as usize];
    let name = format!("{app}-{i:06}");
    let namespace = format!("team-{:02}", i % 50);
    let kind = KINDS[(shape % 6) as usize];
    let tag = format!("2.{}.{}", i % 17, i % 7);
    let salt = unique.then(|| r.next());
    let api = if kind == "CronJob" { "batch/v1" } else { "apps/v1" };
    let _ = writeln!(
        out,
        "---\napiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {namespace}\n  labels:\n    app.kubernetes.io/name: {name}\n    \
         app.kubernetes.io/part-of: {app}\n  annotations:\n    example.com/owner: team-{:02}@example.com\nspec:",
        i % 50
    );
    let labels = format!("app.kubernetes.io/name: {name}");
    if kind == "CronJob" {
        let _ = writeln!(
            out,
            "  schedule: \"{} 3 * * *\"\n  concurrencyPolicy: Forbid\n  jobTemplate:\n    spec:\n      template:\n        metadata:\n          labels:\n            {labels}\n        spec:\n          restartPolicy: OnFailure",
            i % 60
        );
        out.push_str(&pod_spec(shape, &tag, salt, 10));
    } else {
        if kind != "DaemonSet" {
            let _ = writeln!(out, "  replicas: {}", 1 + shape % 5);
        }
        if kind == "StatefulSet" {
            let _ = writeln!(out, "  serviceName: {name}");
        }
        let _ = writeln!(
            out,
            "  selector:\n    matchLabels:\n      {labels}\n  template:\n    metadata:\n      labels:\n        {labels}\n        version: \"{tag}\"\n    spec:"
        );
        out.push_str(&pod_spec(shape, &tag, salt, 6));
    }
    if kind != "CronJob" && shape.is_multiple_of(3) {
        let _ = writeln!(
            out,
            "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n  selector:\n    {labels}\n  ports:\n    - name: http\n      port: 80\n      targetPort: http"
        );
    }
}

fn extras(out: &mut String, i: u64) {
    let _ = writeln!(
        out,
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: default-deny\n  namespace: team-{:02}\nspec:\n  podSelector: {{}}\n  policyTypes: [Ingress, Egress]\n\
         ---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: deployers-{i}\n  namespace: team-{:02}\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ClusterRole\n  name: view\nsubjects:\n  - kind: Group\n    apiGroup: rbac.authorization.k8s.io\n    name: team-{:02}",
        i % 50,
        i % 50,
        i % 50
    );
}

/// Workloads `from` to `to` of a corpus, as one file.
pub fn text(kind: &str, from: u64, to: u64, r: &mut Random) -> String {
    let mut out = String::new();
    for i in from..to {
        let shape = if kind == "fleet" { r.below(774) } else { r.next() };
        workload(&mut out, i, shape, kind != "fleet", r);
        if i % 20 == 0 {
            extras(&mut out, i);
        }
    }
    out
}

/// Begins a corpus.
pub fn seeded(seed: u64) -> Random {
    Random(seed)
}

#[allow(dead_code)]
fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [kind, objects, files, dir] = &args[..4.min(args.len())] else {
        eprintln!("usage: corpus fleet|adversarial WORKLOADS FILES DIR [SEED]");
        return;
    };
    let (objects, files): (u64, u64) = (objects.parse().unwrap(), files.parse().unwrap());
    let mut r = seeded(args.get(4).map_or(1, |s| s.parse().unwrap()));
    std::fs::create_dir_all(dir).unwrap();
    let mut bytes = 0;
    for f in 0..files {
        let out = text(kind, objects * f / files, objects * (f + 1) / files, &mut r);
        bytes += out.len();
        let path = std::path::Path::new(dir).join(format!("manifests-{f:04}.yaml"));
        std::fs::File::create(path).unwrap().write_all(out.as_bytes()).unwrap();
    }
    println!("{objects} workloads, {files} files, {:.1} MB", bytes as f64 / 1e6);
}
