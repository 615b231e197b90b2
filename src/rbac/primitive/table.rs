//! The table of primitives.

use super::{Names, Need, Primitive};

const CORE: &[&str] = &[""];
const RBAC: &[&str] = &["rbac.authorization.k8s.io"];
const CERTIFICATES: &[&str] = &["certificates.k8s.io"];
const ADMISSION: &[&str] = &["admissionregistration.k8s.io"];
const WRITE: &[&str] = &["create", "update", "patch"];
const CHANGE: &[&str] = &["update", "patch"];
const DELETE: &[&str] = &["delete", "deletecollection"];
const ALTER: &[&str] = &["create", "update", "patch", "delete", "deletecollection"];
const READ: &[&str] = &["get", "list", "watch"];
const CONNECT: &[&str] = &["get", "create"];
const SIGNERS: Names = Names::OneOf(&["kubernetes.io/*", "kubernetes.io/kube-apiserver-client"]);

const fn need(
    groups: &'static [&'static str],
    resources: &'static [&'static str],
    verbs: &'static [&'static str],
) -> Need {
    Need { groups, resources, verbs, names: Names::Open, cluster: false }
}

impl Need {
    const fn names(mut self, names: Names) -> Need {
        self.names = names;
        self
    }

    const fn cluster(mut self) -> Need {
        self.cluster = true;
        self
    }
}

const fn primitive(
    name: &'static str,
    words: &'static str,
    takeover: bool,
    ways: &'static [&'static [Need]],
) -> Primitive {
    Primitive { name, words, takeover, ways }
}

/// Every primitive, sorted by name.
pub static PRIMITIVES: &[Primitive] = &[
    primitive(
        "approve-certificates",
        "approve certificates of any client",
        true,
        &[&[
            need(CERTIFICATES, &["certificatesigningrequests/approval"], CHANGE).cluster(),
            need(CERTIFICATES, &["signers"], &["approve"]).names(SIGNERS).cluster(),
        ]],
    ),
    primitive("attach-pods", "attach to containers", true, &[&[need(CORE, &["pods/attach"], CONNECT)]]),
    primitive(
        "bind-roles",
        "bind roles that it does not have",
        true,
        &[&[need(RBAC, &["clusterroles", "roles"], &["bind"])]],
    ),
    primitive(
        "bind-named-roles",
        "bind some roles that it does not have",
        false,
        &[&[need(RBAC, &["clusterroles", "roles"], &["bind"]).names(Names::Any)]],
    ),
    primitive(
        "connect-pods",
        "reach ports of pods through the API server",
        false,
        &[&[need(CORE, &["pods/portforward", "pods/proxy", "services/proxy"], CONNECT)]],
    ),
    primitive(
        "control-nodes",
        "use the kubelet's API through nodes/proxy",
        true,
        &[&[need(CORE, &["nodes/proxy"], &["get", "create", "update", "patch", "delete"]).names(Names::Any).cluster()]],
    ),
    primitive(
        "create-persistent-volumes",
        "create PersistentVolumes",
        false,
        &[&[need(CORE, &["persistentvolumes"], &["create"]).cluster()]],
    ),
    primitive("create-pods", "create pods", true, &[&[need(CORE, &["pods"], &["create"])]]),
    primitive(
        "create-tokens",
        "create tokens of service accounts",
        true,
        &[&[need(CORE, &["serviceaccounts/token"], &["create"])]],
    ),
    primitive(
        "create-named-tokens",
        "create tokens of some service accounts",
        false,
        &[&[need(CORE, &["serviceaccounts/token"], &["create"]).names(Names::Any)]],
    ),
    primitive("delete-events", "delete events", false, &[&[need(&["", "events.k8s.io"], &["events"], DELETE)]]),
    primitive(
        "delete-objects",
        "delete workloads and their data",
        false,
        &[
            &[need(CORE, &["persistentvolumeclaims", "pods", "replicationcontrollers", "secrets", "services"], DELETE)],
            &[need(&["apps"], &["daemonsets", "deployments", "replicasets", "statefulsets"], DELETE)],
            &[need(&["batch"], &["cronjobs", "jobs"], DELETE)],
            &[need(CORE, &["namespaces", "persistentvolumes"], DELETE).cluster()],
        ],
    ),
    primitive(
        "escalate-roles",
        "write roles with rights that it does not have",
        true,
        &[&[need(RBAC, &["clusterroles", "roles"], &["escalate"])]],
    ),
    primitive(
        "evict-pods",
        "remove pods of others from their nodes",
        false,
        &[
            &[need(CORE, &["pods"], DELETE)],
            &[need(CORE, &["pods/eviction"], &["create"])],
            &[need(CORE, &["pods/status"], CHANGE)],
            &[need(CORE, &["nodes"], DELETE).cluster()],
        ],
    ),
    primitive("everything", "do everything", true, &[&[need(&["*"], &["*"], &["*"])]]),
    primitive("exec-pods", "run commands in containers", true, &[&[need(CORE, &["pods/exec"], CONNECT)]]),
    primitive(
        "forge-attributes",
        "set uid and extra attributes of an identity",
        false,
        &[&[need(&["authentication.k8s.io"], &["uids", "userextras/*"], &["impersonate"]).names(Names::Any).cluster()]],
    ),
    primitive(
        "impersonate",
        "act as other identities",
        true,
        &[
            &[need(CORE, &["groups", "users"], &["impersonate"]).cluster()],
            &[need(CORE, &["serviceaccounts"], &["impersonate"])],
        ],
    ),
    primitive(
        "impersonate-administrators",
        "act as an administrator",
        true,
        &[&[need(CORE, &["groups"], &["impersonate"])
            .names(Names::Only(&["system:masters", "kubeadm:cluster-admins"]))
            .cluster()]],
    ),
    primitive(
        "inject-containers",
        "add debug containers to pods",
        true,
        &[&[need(CORE, &["pods/ephemeralcontainers"], CHANGE)]],
    ),
    primitive("label-namespaces", "change labels of namespaces", false, &[&[need(CORE, &["namespaces"], CHANGE)]]),
    primitive(
        "modify-nodes",
        "change nodes and their status",
        false,
        &[&[need(CORE, &["nodes", "nodes/status"], CHANGE).cluster()]],
    ),
    primitive("modify-pods", "change the images of pods", true, &[&[need(CORE, &["pods"], CHANGE)]]),
    primitive("read-secrets", "read Secrets", true, &[&[need(CORE, &["secrets"], READ)]]),
    primitive(
        "review-certificates",
        "decide on certificate requests",
        false,
        &[&[need(CERTIFICATES, &["certificatesigningrequests/approval"], CHANGE).cluster()]],
    ),
    primitive(
        "review-tokens",
        "have tokens checked",
        false,
        &[&[need(&["authentication.k8s.io"], &["tokenreviews"], &["create"]).cluster()]],
    ),
    primitive(
        "use-open-scc",
        "use an OpenShift security context constraint that allows root",
        false,
        &[&[need(&["security.openshift.io", ""], &["securitycontextconstraints"], &["use"]).names(Names::OneOf(&[
            "anyuid",
            "hostaccess",
            "hostmount-anyuid",
            "privileged",
        ]))]],
    ),
    primitive(
        "write-admission-policies",
        "change admission policies",
        false,
        &[&[need(
            ADMISSION,
            &[
                "mutatingadmissionpolicies",
                "mutatingadmissionpolicybindings",
                "validatingadmissionpolicies",
                "validatingadmissionpolicybindings",
            ],
            ALTER,
        )
        .cluster()]],
    ),
    primitive(
        "write-api-services",
        "register aggregated APIs",
        false,
        &[&[need(&["apiregistration.k8s.io"], &["apiservices"], WRITE).cluster()]],
    ),
    primitive(
        "write-aws-auth",
        "change which cloud identities administer the cluster",
        true,
        &[&[need(CORE, &["configmaps"], CHANGE).names(Names::Only(&["aws-auth"]))]],
    ),
    primitive(
        "write-bindings",
        "write role bindings",
        false,
        &[&[need(RBAC, &["rolebindings"], WRITE)], &[need(RBAC, &["clusterrolebindings"], WRITE).cluster()]],
    ),
    primitive("write-config-maps", "change ConfigMaps", false, &[&[need(CORE, &["configmaps"], ALTER)]]),
    primitive(
        "write-crds",
        "change CustomResourceDefinitions",
        false,
        &[&[need(&["apiextensions.k8s.io"], &["customresourcedefinitions"], &["create", "update", "patch", "delete"])
            .cluster()]],
    ),
    primitive(
        "write-dns-config",
        "change the cluster's DNS configuration",
        false,
        &[&[need(CORE, &["configmaps"], CHANGE).names(Names::OneOf(&["coredns", "coredns-custom"]))]],
    ),
    primitive(
        "write-endpoints",
        "send traffic of services elsewhere",
        false,
        &[
            &[need(CORE, &["endpoints"], WRITE)],
            &[need(&["discovery.k8s.io"], &["endpointslices"], WRITE)],
            &[need(
                &["gateway.networking.k8s.io"],
                &["gateways", "grpcroutes", "httproutes", "referencegrants", "tcproutes", "tlsroutes"],
                WRITE,
            )],
        ],
    ),
    primitive(
        "write-mutating-admission",
        "change every object on its way into the cluster",
        true,
        &[&[need(ADMISSION, &["mutatingadmissionpolicies", "mutatingadmissionpolicybindings"], WRITE).cluster()]],
    ),
    primitive(
        "write-mutating-webhooks",
        "change every object on its way into the cluster",
        true,
        &[&[need(ADMISSION, &["mutatingwebhookconfigurations"], WRITE).cluster()]],
    ),
    primitive(
        "write-network-policies",
        "change NetworkPolicies",
        false,
        &[&[need(&["networking.k8s.io"], &["networkpolicies"], ALTER)]],
    ),
    primitive(
        "write-pod-controllers",
        "create pods through controllers",
        true,
        &[
            &[need(&["apps"], &["daemonsets", "deployments", "replicasets", "statefulsets"], WRITE)],
            &[need(&["batch"], &["cronjobs"], WRITE)],
            &[need(&["batch"], &["jobs"], &["create"])],
            &[need(CORE, &["replicationcontrollers"], WRITE)],
        ],
    ),
    primitive("write-pod-status", "change the status of pods", false, &[&[need(CORE, &["pods/status"], CHANGE)]]),
    primitive(
        "write-roles",
        "write roles",
        false,
        &[&[need(RBAC, &["roles"], WRITE)], &[need(RBAC, &["clusterroles"], WRITE).cluster()]],
    ),
    primitive(
        "write-secrets",
        "make token Secrets for service accounts",
        true,
        &[
            &[need(CORE, &["secrets"], CHANGE)],
            &[need(CORE, &["secrets"], &["create"]), need(CORE, &["secrets"], READ)],
        ],
    ),
    primitive(
        "write-service-status",
        "set addresses of load balancers",
        false,
        &[&[need(CORE, &["services/status"], CHANGE)]],
    ),
    primitive(
        "write-services",
        "change services and ingresses",
        false,
        &[&[need(CORE, &["services"], WRITE)], &[need(&["networking.k8s.io"], &["ingresses"], WRITE)]],
    ),
    primitive(
        "write-webhooks",
        "change admission webhooks",
        false,
        &[&[need(ADMISSION, &["mutatingwebhookconfigurations", "validatingwebhookconfigurations"], ALTER).cluster()]],
    ),
];
