# METADATA
# title: Ingress path carries nginx configuration
# description: >-
#   ingress-nginx writes the path into nginx.conf. A path that ends its location, or that names files of the controller,
#   reads the controller's token and through it the Secrets of the cluster (CVE-2021-25745, CVE-2026-24512).
# custom:
#   severity: high
#   scope: object
#   kinds: [Ingress]
#   remediation: Find out who wrote the path, correct it, and upgrade or replace the controller.
package audit.checks.exposure.ingress_nginx_path_injection

import data.audit.lib.ingress
import data.audit.lib.nginx
import data.audit.lib.typed

# The class may have any name; only those of other controllers are certain.
applies if not ingress.class(input.object.spec, input.annotations) in data.tables.ingress.other_classes

# Regular expressions are common and harmless.
deny contains {"path": sprintf("/spec/rules/%d/http/paths/%d/path", [i, j]), "msg": sprintf("path is %q", [path])} if {
	some i, rule in typed.array(input.object.spec.rules)
	some j, entry in typed.array(rule.http.paths)
	path := entry.path
	suspicious(path)
}

suspicious(path) if nginx.breaks_out(path)

suspicious(path) if {
	is_string(path)
	count(nginx.reaches(path)) > 0
}
