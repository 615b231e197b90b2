# What ingress-nginx writes into its configuration as it is.
package audit.lib.nginx

# breaks_out(value): the value ends the directive that it is written into. Quantifiers of a regular expression do not.
breaks_out(value) if {
	is_string(value)
	plain := regex.replace(value, `\{\d+(,\d*)?\}`, "")
	some mark in data.tables.ingress_nginx.breakout
	contains(plain, mark)
}

# reaches(value) are the credentials and means that the value names.
reaches(value) := [target | some target in data.tables.ingress_nginx.targets; contains(value, target)]
