# METADATA
# title: Mesh accepts traffic without mutual TLS
# description: >-
#   Workloads take plain text from everyone in the pod network, so that rules on the caller's identity can be bypassed
#   and traffic can be read.
# custom:
#   severity: medium
#   scope: object
#   kinds: [security.istio.io/PeerAuthentication]
#   unset: the mode of the namespace or of the mesh, by default PERMISSIVE
#   remediation: Set the mode to STRICT once every client is in the mesh.
package audit.checks.exposure.mesh_mtls_permissive

deny contains {"path": "/spec/mtls/mode", "msg": sprintf("mtls mode is %s", [mode])} if {
	mode := input.object.spec.mtls.mode
	weak(mode)
}

deny contains {"path": sprintf("/spec/portLevelMtls/%v/mode", [port]), "msg": sprintf("mtls mode is %s", [mode])} if {
	is_object(input.object.spec.portLevelMtls)
	some port, mtls in input.object.spec.portLevelMtls
	mode := mtls.mode
	weak(mode)
}

weak(mode) if mode in {"DISABLE", "PERMISSIVE"}
