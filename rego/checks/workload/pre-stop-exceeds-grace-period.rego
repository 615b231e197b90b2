# METADATA
# title: preStop hook uses up the grace period
# description: >-
#   The grace period counts from the start of the hook. When the hook waits that long, the process is killed two
#   seconds after it is asked to stop, or the API server refuses the pod.
# custom:
#   severity: low
#   scope: container
#   containers: [container, sidecar]
#   unset: terminationGracePeriodSeconds is 30
#   remediation: Raise terminationGracePeriodSeconds above the hook's time plus the time the process needs to stop.
package audit.checks.workload.pre_stop_exceeds_grace_period

import data.audit.lib.typed

grace := typed.number(object.get(input.pod, ["spec", "terminationGracePeriodSeconds"], 30))

waits contains {"path": "/lifecycle/preStop/sleep/seconds", "seconds": seconds} if {
	seconds := typed.number(input.container.spec.lifecycle.preStop.sleep.seconds)
}

waits contains {"path": "/lifecycle/preStop/exec/command", "seconds": to_number(seconds)} if {
	command := typed.array(input.container.spec.lifecycle.preStop.exec.command)
	line := concat(" ", [w | some w in command; is_string(w)])
	words := split(replace(replace(line, ";", " "), "&", " "), " ")
	some i, word in words
	"sleep" in split(word, "/")
	seconds := words[i + 1]
	regex.match(`^[0-9]+$`, seconds)
}

deny contains {"path": w.path, "msg": sprintf("preStop waits %v s, grace period %v s", [w.seconds, grace])} if {
	some w in waits
	grace > 0 # 0 is termination-grace-period-zero
	w.seconds >= grace
}
