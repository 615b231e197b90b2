# Names that are one slip of the keyboard, or of the eye, apart.
package audit.lib.similar

# An original that is one edit away from the name: a letter replaced, missing, too many, or two swapped. The first
# letter is not part of it (slips are rare there, and most names fall out at once), nor is a number or a plural behind
# an original.
twin(name, originals) := min({original |
	some original in originals
	startswith(name, substring(original, 0, 1))
	is_one_edit(name, original)
	trim_right(name, "s0123456789") != original
})

is_one_edit(a, b) if {
	shared := max({i |
		some i in numbers.range(1, min({count(a), count(b)}))
		substring(a, 0, i) == substring(b, 0, i)
	})
	a != b
	is_edit(substring(a, shared, -1), substring(b, shared, -1))
}

# Of two texts that differ from their first letter on.
is_edit(a, b) if substring(a, 1, -1) == substring(b, 1, -1)

is_edit(a, b) if a == substring(b, 1, -1)

is_edit(a, b) if substring(a, 1, -1) == b

is_edit(a, b) if {
	substring(a, 2, -1) == substring(b, 2, -1)
	substring(a, 0, 1) == substring(b, 1, 1)
	substring(a, 1, 1) == substring(b, 0, 1)
}

# The text with letters folded that the eye confuses.
shape(text) := folded if {
	folded := replace(replace(replace(replace(text, "0", "o"), "1", "l"), "rn", "m"), "vv", "w")
}
