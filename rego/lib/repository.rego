# Paths of image repositories.
package audit.lib.repository

# is(path, name): the path is the name, or ends with it as whole parts, as in a mirror.
is(path, name) if path == name

is(path, name) if endswith(path, concat("", ["/", name]))
