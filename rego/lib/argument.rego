# Command lines of containers.
package audit.lib.argument

# words(container) are the command and its arguments, also those of a shell's line; the program without its folder.
words(container) := [last(word) |
	some field in ["command", "args"]
	is_array(container[field])
	some item in container[field]
	is_string(item)
	some word in regex.split(`\s+`, item)
]

last(word) := word if startswith(word, "-")

last(word) := parts[count(parts) - 1] if {
	not startswith(word, "-")
	parts := split(word, "/")
}

# value(line, name) is what --name=value or --name value sets, the last time that it is set; undefined without.
value(line, name) := values[count(values) - 1] if {
	values := [text | some i, word in line; text := set_by(line, i, word, concat("", ["--", name]))]
}

set_by(_, _, word, flag) := substring(word, count(flag) + 1, -1) if startswith(word, concat("", [flag, "="]))

set_by(line, i, word, flag) := line[i + 1] if word == flag
