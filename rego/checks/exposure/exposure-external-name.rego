# METADATA
# title: Service is an alias for another host
# description: >-
#   Whoever may write the Service decides where its clients end; an alias of the loopback address or of another
#   namespace lets an ingress controller reach what it must not serve.
# custom:
#   severity: high
#   scope: object
#   kinds: [Service]
#   remediation: Name the host in the client, or write a Service with a selector in the target's namespace.
package audit.checks.exposure.exposure_external_name

applies if input.object.spec.type == "ExternalName"

deny contains {
	"path": "/spec/externalName",
	"msg": sprintf("externalName is %s", [host]),
	"severity": severity(host),
} if {
	host := input.object.spec.externalName
	is_string(host)
}

severity(host) := "high" if is_loopback(host)

else := "medium" if is_foreign(host)

else := "info"

is_loopback(host) if lower(host) in {"localhost", "localhost.localdomain"}

is_loopback(host) if endswith(lower(host), ".localhost")

is_loopback(host) if startswith(host, "127.")

is_foreign(host) if regex.match("^[0-9]+(\\.[0-9]+){3}$", host)

# A Service of another namespace: name.namespace.svc, with or without the cluster's domain.
is_foreign(host) if {
	labels := split(host, ".")
	labels[2] == "svc"
	labels[1] != input.namespace
}
