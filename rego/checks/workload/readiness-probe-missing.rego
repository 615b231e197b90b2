# METADATA
# title: Container behind a Service has no readiness probe
# description: >-
#   Requests reach the container before it can answer, at every start and rollout, and a rollout of a broken version
#   is not stopped.
# custom:
#   severity: medium
#   scope: pod
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController]
#   requires: {pass: [Service]}
#   unset: the container counts as ready as soon as its process runs
#   remediation: Add a readinessProbe to the container that answers the Service's requests.
package audit.checks.workload.readiness_probe_missing

import data.audit.lib.inv
import data.audit.lib.traffic
import data.audit.lib.typed

# A Service that publishes addresses of unready pods does not wait for a probe.
waiting(ns, labels) := [s |
	some s in traffic.services(ns, labels)
	not s.spec.publishNotReadyAddresses == true
]

# Containers that open a port of the Service.
open(service, serving) := {c.pointer |
	some port in typed.array(service.spec.ports)
	some c in serving
	traffic.opens(c.spec, traffic.target(port), traffic.protocol(port))
}

# Where no container names the port, one probe of any container will do.
answering(service, serving) := pointers if {
	pointers := open(service, serving)
	count(pointers) > 0
} else := {serving[0].pointer} if {
	every c in serving { not c.spec.readinessProbe }
}

# A pod that ends is no server; that it shares labels with one is service-selects-job's.
applies if not input.pod.spec.restartPolicy in {"Never", "OnFailure"}

deny contains {"path": path, "msg": sprintf("readinessProbe is not set behind %s", [first]), "object": first} if {
	serving := [c | some c in input.containers; c.type in {"container", "sidecar"}]
	some c in serving
	not c.spec.readinessProbe
	labels := typed.object(input.pod.metadata.labels)
	names := {s.metadata.name | some s in waiting(input.namespace, labels); c.pointer in answering(s, serving)}
	first := inv.id("Service", input.namespace, min(names))
	path := sprintf("%s/readinessProbe", [c.pointer])
}
