# Probes and lifecycle hooks of a container.
package audit.lib.probes

# What a probe asks, with defaults filled in, so that two probes can be compared.
target(probe) := [object.get(get, "path", "/"), port, object.get(get, "scheme", "HTTP")] if {
	get := probe.httpGet
	port := get.port
} else := port if {
	port := probe.tcpSocket.port
} else := command if {
	command := probe.exec.command
} else := [port, object.get(probe.grpc, "service", "")] if {
	port := probe.grpc.port
}

# A number of a probe; 0 means the default.
setting(probe, field, fallback) := n if {
	n := probe[field]
	is_number(n)
	n != 0
} else := fallback

# Seconds from the first failure to the verdict.
patience(probe) := setting(probe, "failureThreshold", 3) * setting(probe, "periodSeconds", 10)
