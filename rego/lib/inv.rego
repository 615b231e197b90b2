# Objects beside the one that is judged.
package audit.lib.inv

# The namespace an object states; "" when it leaves that to whoever applies it.
namespace(o) := object.get(o, ["metadata", "namespace"], "")

# May be there: an object without a namespace lands wherever it is applied, so it can be the one that is meant.
exists(kind, ns, name) if {
	inventory.get(kind, ns, name)
} else if {
	inventory.get(kind, "", name)
} else if {
	ns == ""
	some o in inventory.list(kind, "")
	o.metadata.name == name
}

# Surely beside: the objects that state this very namespace.
beside(objects, ns) := [o | some o in objects; namespace(o) == ns]

# The id of a related object in a finding.
id(kind, ns, name) := sprintf("%s/%s", [kind, name]) if ns == ""

id(kind, ns, name) := sprintf("%s/%s/%s", [kind, ns, name]) if ns != ""
