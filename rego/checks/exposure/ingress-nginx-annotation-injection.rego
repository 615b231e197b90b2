# METADATA
# title: nginx annotation carries configuration of its own
# description: >-
#   Old ingress-nginx controllers copy these annotations into nginx.conf as they are. A value that ends the directive
#   makes the controller run code with a token that usually reads every Secret of the cluster. No honest value has these
#   characters.
# custom:
#   severity: critical
#   scope: object
#   kinds: [Ingress]
#   remediation: Find out who wrote the annotation, remove it, and upgrade or replace the controller.
package audit.checks.exposure.ingress_nginx_annotation_injection

import data.audit.lib.nginx
import data.audit.lib.pointer

# Whatever the class: it may be set by an annotation, by the cluster's default, or have any name.
deny contains {"path": pointer.annotation(name), "msg": sprintf("%s ends its nginx directive (%s)", [name, cve])} if {
	some key, cve in data.tables.ingress_nginx.injectable
	name := concat("/", ["nginx.ingress.kubernetes.io", key])
	nginx.breaks_out(input.annotations[name])
}
