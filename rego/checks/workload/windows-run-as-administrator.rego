# METADATA
# title: Windows container runs as an administrator
# description: >-
#   An administrator of the container can change all of it and reaches more of the node's kernel interfaces, so a bug
#   there is enough to get out.
# custom:
#   severity: medium
#   scope: container
#   unset: the image decides; base images with a full Windows run as ContainerAdministrator
#   remediation: Set runAsUserName to ContainerUser, or to another user that the image creates.
package audit.checks.workload.windows_run_as_administrator

# A HostProcess container needs such a user: windows-host-process.
applies if not input.container.security.windowsOptions.hostProcess == true

deny contains {
	"path": "/securityContext/windowsOptions/runAsUserName",
	"msg": sprintf("runAsUserName is %s", [user]),
} if {
	user := input.container.security.windowsOptions.runAsUserName
	is_string(user)
	lower(user) in {"administrator", "containeradministrator", `nt authority\system`}
}
