package audit.lib.patch

# JSON Patch that sets a member of a mapping; `current` is the mapping as it is, or null when it has to be made.
set(mapping, current, key, value) := [{"op": "add", "path": sprintf("%s/%s", [mapping, key]), "value": value}] if {
	is_object(current)
}

set(mapping, current, key, value) := [{"op": "add", "path": mapping, "value": {key: value}}] if not is_object(current)
