# Syntax of names that Kubernetes accepts.
package audit.lib.names

# Port names: at most 15 lower-case letters, digits and single dashes within, at least one of them a letter.
port(s) if {
	regex.match(`^[a-z0-9]+(-[a-z0-9]+)*$`, s)
	regex.match(`[a-z]`, s)
	count(s) <= 15
}

# The part of a label or annotation key after the slash, and every label value that is not empty.
word(s) if {
	regex.match(`^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`, s)
	count(s) <= 63
}

# A key of a label or annotation, with or without a prefix.
key(s) if word(s)

key(s) if {
	[prefix, name] := split(s, "/")
	regex.match(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`, prefix)
	count(prefix) <= 253
	word(name)
}

# A key or name as one token of a JSON pointer.
token(s) := replace(replace(s, "~", "~0"), "/", "~1")
