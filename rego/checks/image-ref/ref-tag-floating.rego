# METADATA
# title: Tag moves with every release
# description: >-
#   A channel such as stable or a version without its patch level is moved by the publisher, so the same manifest
#   starts different programs over time.
# custom:
#   severity: low
#   scope: pod
#   enabled: false
#   remediation: Name the full version, or add the digest.
package audit.checks.image_ref.ref_tag_floating

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("image %s has the moving tag %s", [ref.text, image.tag])} if {
	some ref in images.references(input.containers, input.pod.spec)
	image := k8s.image(ref.text)
	not image.digest
	image.tag != "latest" # ref-tag-latest
	floats(image.tag)
}

floats(tag) if images.is_channel(tag)

floats(tag) if images.is_partial_version(tag)
