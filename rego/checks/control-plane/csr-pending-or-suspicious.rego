# METADATA
# title: Certificate request asks for a privileged identity
# description: >-
#   A client certificate of the group system:masters owns the cluster, past every role, and cannot be revoked. One of
#   the group system:nodes from this signer reads the Secrets of every pod of the node that it names.
# custom:
#   severity: critical
#   scope: object
#   kinds: [CertificateSigningRequest]
#   remediation: >-
#     Deny and delete the request and find out who made it. When it was approved, replace the signing authority.
package audit.checks.control_plane.csr_pending_or_suspicious

import data.audit.lib.typed

# A request that was denied or failed gives no certificate.
applies if not settled

settled if {
	some condition in typed.array(input.object.status.conditions)
	condition.type in {"Denied", "Failed"}
}

deny contains {"path": "/spec/request", "msg": msg, "severity": severity} if {
	some group, severity in {"system:masters": "critical", "system:nodes": "high"}
	asks(group)
	msg := sprintf("subject has organisation %s", [group])
}

# Kubelets ask other signers for it, as they should.
asks("system:nodes") if {
	input.object.spec.signerName == "kubernetes.io/kube-apiserver-client"
	named("\fsystem:nodes")
}

asks("system:masters") if named("\u000esystem:masters")

# The subject is binary, in base64, within a text, in base64. There a name with its length in front has one of three
# forms, by how many bytes of a group of three come before it; what the bytes around it have a part in is left out.
named(name) if {
	base64.is_valid(input.object.spec.request)
	text := replace(base64.decode(input.object.spec.request), "\n", "")
	some before, start in {"": 0, "x": 2, "xx": 3}
	end := floor(((count(before) + count(name)) * 8) / 6)
	contains(text, substring(base64.encode(concat("", [before, name])), start, end - start))
}
