# METADATA
# title: Storage class makes unencrypted volumes
# description: >-
#   Volumes of the class lie in the clear in the provider's storage and in every snapshot of it, unless the account
#   encrypts all volumes by default.
# custom:
#   severity: medium
#   confidence: medium
#   scope: object
#   kinds: [StorageClass]
#   unset: the account's default decides
#   remediation: Set the class's parameter encrypted to "true".
package audit.checks.storage.storage_unencrypted_pv

# The class is judged, as the one cause for all of its volumes. Azure's and Google's disks are always encrypted.
applies if input.object.provisioner in data.tables.storage.encryption_opt_in

deny contains {"path": "/parameters/encrypted", "msg": "encrypted is not true"} if not is_encrypted

is_encrypted if lower(sprintf("%v", [input.object.parameters.encrypted])) == "true"
