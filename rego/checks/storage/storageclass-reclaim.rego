# METADATA
# title: Storage class has another reclaim policy than required
# description: >-
#   With Retain the data outlives the claim, unnoticed and paid for; with Delete it goes with the claim, by mistake
#   too. Which of both is right the organisation decides.
# custom:
#   severity: info
#   scope: object
#   kinds: [StorageClass]
#   enabled: false
#   unset: Delete
#   params:
#     required:
#       type: string
#       default: Delete
#       description: The reclaim policy that classes must have, Delete or Retain.
#   remediation: Create the class anew with the required reclaimPolicy.
package audit.checks.storage.storageclass_reclaim

deny contains {"path": "/reclaimPolicy", "msg": sprintf("reclaimPolicy is %v", [policy])} if {
	policy := object.get(input.object, "reclaimPolicy", "Delete")
	policy != data.params["storageclass-reclaim"].required
}
