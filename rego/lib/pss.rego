# METADATA
# title: Pod Security Standards
# description: Functions that several checks of the group pss share.
package audit.lib.pss

# Whether the standard's version is at least this one. An unknown version is the newest.
at_least(_) if not data.kubernetes.version

at_least(version) if k8s.version_compare(data.kubernetes.version, version) >= 0

# The value of a key, or the word unset: never a value that a standard allows.
field(object, key) := value if {
	value := object[key]
} else := "unset"

# A key as a part of a JSON pointer.
token(key) := replace(replace(key, "~", "~0"), "/", "~1")
