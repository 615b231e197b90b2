# METADATA
# title: Secret's values lie readable in the manifest
# description: >-
#   Base64 hides nothing: whoever reads the file, its history or the place it is built in has the credential, and it
#   cannot be taken back from any of them.
# custom:
#   severity: medium
#   confidence: medium
#   scope: object
#   kinds: [Secret]
#   remediation: Replace the credential; keep it encrypted (SOPS, Sealed Secrets) or let an operator fetch it.
package audit.checks.secrets.secret_plain_in_manifest

import data.audit.lib.credentials

# An object that a server has stored is no manifest, and what SOPS has encrypted is not readable.
applies if {
	not input.object.metadata.uid
	not input.object.sops
}

deny contains {
	"path": "/data",
	"msg": sprintf("readable in base64: %s", [concat(", ", readable)]),
} if {
	is_object(input.object.data)
	readable := {key |
		some key, encoded in input.object.data
		is_secret(decoded(encoded))
	}
	count(readable) > 0
}

deny contains {
	"path": "/stringData",
	"msg": sprintf("readable: %s", [concat(", ", readable)]),
} if {
	is_object(input.object.stringData)
	readable := {key |
		some key, text in input.object.stringData
		is_string(text)
		is_secret(text)
	}
	count(readable) > 0
}

decoded(encoded) := base64.decode(encoded) if {
	is_string(encoded)
	base64.is_valid(encoded)
}

# Not a gap that is filled in later, and not a public certificate.
is_secret(text) if {
	credentials.is_literal(text)
	not is_certificate(text)
}

is_certificate(text) if {
	startswith(trim_space(text), "-----BEGIN CERTIFICATE-----")
	not contains(text, "PRIVATE KEY-----")
}
