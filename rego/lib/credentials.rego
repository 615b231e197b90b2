# What a credential looks like, by the name of a field and by its text.
package audit.lib.credentials

# Is a field of this name meant for a credential? DB_PASSWORD, client-secret and apiKey are, TOKEN_URL is not.
is_name(name) if {
	plain := upper(replace(replace(name, "-", "_"), ".", "_"))
	some suffix in data.tables.credentials.name_suffixes
	endswith(plain, suffix)
}

# Is the text the credential itself, and not a switch, a file, a reference or a gap to be filled in?
is_literal(text) if {
	not is_reference(text)
	not lower(text) in data.tables.credentials.switches
	not trim_space(text) == ""
}

is_reference(text) if {
	some mark in data.tables.credentials.reference_prefixes
	startswith(text, mark)
}

is_reference(text) if {
	some mark in data.tables.credentials.reference_suffixes
	endswith(text, mark)
}

is_reference(text) if {
	some mark in data.tables.credentials.reference_parts
	contains(text, mark)
}

# What kinds of credentials the text holds by its shape alone, wherever they stand in it.
kinds(text) := {row.kind |
	some row in data.tables.credentials.shapes
	contains(text, row.mark)
	regex.match(row.pattern, text)
}
