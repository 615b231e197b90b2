# Values that have the type Kubernetes expects; undefined for the others, which the schema checks report.
package audit.lib.typed

array(x) := x if is_array(x)

object(x) := x if is_object(x)

# The items of a list that are objects, by index.
objects(x) := {i: e | some i, e in x; is_object(e)} if is_array(x)

number(x) := x if is_number(x)

string(x) := x if is_string(x)
