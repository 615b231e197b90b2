# METADATA
# title: Allowed repository is a prefix of others
# description: >-
#   Gatekeeper compares the beginning of the image reference. Without a slash at the end the entry also allows the
#   registry registry.example.com.evil.example or the account example-evil, which everyone may open.
# custom:
#   severity: high
#   scope: object
#   kinds: [constraints.gatekeeper.sh/K8sAllowedRepos]
#   remediation: End each entry with a slash.
package audit.checks.admission.admission_gatekeeper_open_repo_prefix

import data.audit.lib.typed

deny contains {"path": sprintf("/spec/parameters/repos/%d", [i]), "msg": msg} if {
	some i, entry in typed.array(input.object.spec.parameters.repos)
	is_string(entry)
	ambiguous(split(entry, "/"))
	msg := sprintf("%q has no slash at its end", [entry])
}

# A host alone; a port ends it.
ambiguous(parts) if {
	count(parts) == 1
	not contains(parts[0], ":")
}

# An account of a registry in which everyone may have one.
ambiguous(parts) if {
	count(parts) == 2
	parts[0] in data.tables.admission.public_registries
	parts[1] != ""
}
