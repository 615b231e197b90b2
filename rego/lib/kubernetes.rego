# Versions of Kubernetes.
package audit.lib.kubernetes

import data.audit.lib.release

# target(versions) is the cluster's version, or the newest of the table when nobody told us.
target(_) := data.kubernetes.version

target(versions) := versions.newest if not data.kubernetes.version

# assumption(versions) says so in a message.
assumption(_) := "" if data.kubernetes.version

assumption(versions) := sprintf(" (version unknown, judged for %s)", [versions.newest]) if not data.kubernetes.version

# unsupported(version, versions) is defined when the version gets no fixes on the day of the run; it is the end of the
# sentence that says so.
unsupported(version, versions) := sprintf(" since %s", [day]) if {
	parts := release.parse(version)
	day := versions.end_of_life[sprintf("%d.%d", [parts[0], parts[1]])]
	day < data.run.date
}

unsupported(version, versions) := "" if release.parse(version) < release.parse(versions.oldest)
