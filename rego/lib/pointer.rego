# Parts of JSON pointers.
package audit.lib.pointer

# key(name) is the name of a field that may hold a slash, such as an annotation, as one part of a pointer.
key(name) := replace(name, "/", "~1")

# annotation(name) is the pointer of an object's annotation.
annotation(name) := concat("/", ["/metadata/annotations", key(name)])
