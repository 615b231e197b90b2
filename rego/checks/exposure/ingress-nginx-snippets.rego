# METADATA
# title: Ingress adds raw nginx configuration
# description: >-
#   A snippet is copied into the configuration of the shared controller. Whoever may write it reads the controller's
#   token, and with it usually every Secret of the cluster (CVE-2021-25742).
# custom:
#   severity: high
#   scope: object
#   kinds: [Ingress]
#   remediation: >-
#     Use the controller's own annotations for the behaviour that is wanted, and keep snippets switched off in the
#     controller.
package audit.checks.exposure.ingress_nginx_snippets

import data.audit.lib.nginx
import data.audit.lib.pointer

deny contains {"path": pointer.annotation(name), "msg": msg, "severity": severity} if {
	some name, value in input.annotations
	snippet(name)
	is_string(value)
	used := array.concat(directives(value), nginx.reaches(value))
	[severity, msg] := fact(name, used)
}

# The keys of ingress-nginx and of the controller of NGINX itself.
snippet(name) if {
	startswith(name, "nginx.ingress.kubernetes.io/")
	endswith(name, "-snippet")
}

snippet(name) if {
	startswith(name, "nginx.org/")
	endswith(name, "-snippets")
}

fact(name, used) := ["medium", sprintf("%s adds configuration", [name])] if count(used) == 0

fact(name, used) := ["high", sprintf("%s uses %s", [name, concat(", ", used)])] if count(used) > 0

# The dangerous ones among the first words of the statements.
directives(value) := [word |
	some statement in regex.split(`[;{}\n]`, value)
	word := lower(split(trim_space(statement), " ")[0])
	dangerous(word)
]

dangerous(word) if word in data.tables.ingress_nginx.directives

dangerous(word) if {
	some part in data.tables.ingress_nginx.directive_parts
	contains(word, part)
}
