# METADATA
# title: Bootstrap token stays valid
# description: >-
#   Whoever learns the token joins the cluster as a node and reads the Secrets of the pods that are scheduled there. It
#   is meant for the day on which a node joins.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Secret]
#   unset: the token never expires
#   remediation: Delete the token, and create one with a short life (kubeadm token create --ttl 2h) when a node joins.
#   params:
#     max_days:
#       type: number
#       default: 7
#       description: Days from the run for which a token may still be valid.
package audit.checks.control_plane.bootstrap_token_long_lived

applies if input.object.type == "bootstrap.kubernetes.io/token"

deny contains {"path": "/data/expiration", "msg": "expiration is not set"} if {
	content
	not input.object.data.expiration
	not input.object.stringData.expiration
}

# Never without: the token itself stands in it.
content if input.object.data

content if input.object.stringData

not_assessed contains "the content of the token is not at hand" if not content

deny contains {"path": concat("/", ["", field, "expiration"]), "msg": sprintf("token expires on %s", [date])} if {
	[field, text] := expiration
	date := split(text, "T")[0]
	days := data.params["bootstrap-token-long-lived"].max_days
	day := time.add_date(time.parse_ns("2006-01-02", data.run.date), 0, 0, days)
	time.parse_rfc3339_ns(text) > day
}

# The cluster takes what it cannot read for expired.
expiration := ["stringData", text] if {
	text := input.object.stringData.expiration
	readable(text)
}

expiration := ["data", text] if {
	not input.object.stringData.expiration
	is_string(input.object.data.expiration)
	base64.is_valid(input.object.data.expiration)
	text := base64.decode(input.object.data.expiration)
	readable(text)
}

readable(text) if {
	is_string(text)
	regex.match(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`, text)
}
