# METADATA
# title: Environment variable refers to one that is not defined before it
# description: >-
#   $(NAME) in a value is replaced only by variables that stand above it; otherwise the application gets the text
#   $(NAME) itself. Variables of the image, such as PATH, are not known either.
# custom:
#   severity: low
#   scope: container
#   remediation: Define the variable above the one that uses it, or write $$(NAME) where the text is meant.
package audit.checks.workload.env_var_reference_undefined

import data.audit.lib.typed

uses contains {"index": i, "name": name} if {
	some i, e in typed.array(input.container.spec.env)
	value := typed.string(e.value)
	not contains(value, "$$")
	some k, part in split(value, "$(")
	k > 0
	contains(part, ")")
	name := split(part, ")")[0]
	regex.match(`^[[:alpha:]._-][[:alnum:]._-]*$`, name)
}

# Whether a variable of this name stands above position i.
above(name, i) if {
	some j, e in input.container.spec.env
	j < i
	e.name == name
}

# Variables from a ConfigMap or Secret may have any name; those of Services are added by the kubelet.
elsewhere(_) if count(typed.array(input.container.spec.envFrom)) > 0

elsewhere(name) if regex.match(`_SERVICE_HOST$|_PORT($|_)`, name)

deny contains {"path": sprintf("/env/%v/value", [use.index]), "msg": sprintf("$(%s) is not defined above", [name])} if {
	some use in uses
	name := use.name
	not above(name, use.index)
	some e in input.container.spec.env
	e.name == name
}

deny contains {"path": sprintf("/env/%v/value", [use.index]), "msg": sprintf("$(%s) is not defined", [use.name])} if {
	some use in uses
	every e in input.container.spec.env { e.name != use.name }
	not elsewhere(use.name)
}
