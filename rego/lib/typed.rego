# Values that have the type Kubernetes expects; undefined for the others, which the schema checks report.
package audit.lib.typed

array(x) := x if is_array(x)

object(x) := x if is_object(x)

number(x) := x if is_number(x)

string(x) := x if is_string(x)
