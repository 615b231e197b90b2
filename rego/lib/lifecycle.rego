# API versions over the releases of Kubernetes.
package audit.lib.lifecycle

# entry(version, kind) tells when it is deprecated and removed; undefined for what stays.
entry(version, kind) := data.tables.kubernetes_apis.apis[version][kind]

# successor(api) names what takes its place, for a message.
successor(api) := sprintf(", replaced by %s", [api.replacement])

successor(api) := "" if not api.replacement

# applied(annotations) is the version in which kubectl applied the object the last time.
applied(annotations) := version if {
	text := annotations["kubectl.kubernetes.io/last-applied-configuration"]
	json.is_valid(text)
	version := json.unmarshal(text).apiVersion
}

# applied_path(annotations) is where that is written.
applied_path(_) := "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"
