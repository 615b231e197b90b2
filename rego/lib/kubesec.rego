# METADATA
# title: kubesec
# description: Functions that several checks of the group kubesec share.
package audit.lib.kubesec

# Where kubesec looks for the pod spec: every kind but Pod and CronJob is taken to have a template.
pod_spec(kind, spec) := spec if kind == "Pod"

pod_spec(kind, spec) := pod if {
	kind == "CronJob"
	pod := spec.jobTemplate.spec.template.spec
}

pod_spec(kind, spec) := pod if {
	not kind in {"Pod", "CronJob"}
	pod := spec.template.spec
}

# Containers of every type.
containers(spec) := [container |
	some key in ["initContainers", "containers", "ephemeralContainers"]
	is_array(spec[key])
	some container in spec[key]
	is_object(container)
]

# A value of the container, or of the pod when the container has none of that type.
inherited(spec, container, path, type) := value if {
	value := object.get(container, path, null)
	type_name(value) == type
} else := value if {
	value := object.get(spec, path, null)
	type_name(value) == type
}
