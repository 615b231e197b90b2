# Version numbers of components and what they are vulnerable to.
package audit.lib.release

# parse(text) is [major, minor, patch] of "v1.28.3-gke.100", "5.15.0-1019-aws" or "2.13"; undefined for anything else.
parse(text) := [to_number(part[1]), to_number(part[2]), patch(part[3])] if {
	is_string(text)
	some part in regex.find_all_string_submatch_n(`^v?(0|[1-9]\d*)\.(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:[^\d].*)?$`, text, 1)
}

patch(digits) := 0 if digits == ""

patch(digits) := to_number(digits) if digits != ""

# affected(version, cve): see the head of rego/tables/cves.yaml.
affected(version, cve) if {
	fixes := [parse(fix) | some fix in cve.fixed]
	parse(object.get(cve, "introduced", "0.0")) <= version
	version < max(fixes)
	not patched(version, fixes)
}

patched(version, fixes) if {
	some fix in fixes
	array.slice(fix, 0, 2) == array.slice(version, 0, 2)
	fix <= version
}

# vulnerabilities(version, cves) are the entries of a list of the table that affect the version.
vulnerabilities(version, cves) := [cve | some cve in cves; affected(version, cve)]

# ids(cves) names them, for a message.
ids(cves) := concat(", ", [cve.id | some cve in cves])

# worst(cves) is the highest severity among them.
worst(cves) := levels[0] if {
	levels := [level | some level in ["critical", "high", "medium"]; some cve in cves; cve.severity == level]
}
