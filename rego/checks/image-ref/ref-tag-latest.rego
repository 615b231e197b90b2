# METADATA
# title: Image uses the tag latest
# description: >-
#   The tag latest is moved by every release, so nodes run different programs under one name and nobody can say
#   afterwards which one was exploited.
# custom:
#   severity: medium
#   scope: pod
#   remediation: Name a version, best together with its digest.
package audit.checks.image_ref.ref_tag_latest

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("image %s has the tag latest", [ref.text])} if {
	some ref in images.references(input.containers, input.pod.spec)
	image := k8s.image(ref.text)
	image.tag == "latest"
	not image.digest
}
