#!/usr/bin/env python3
"""Writes the table of field names and types that `kube-audit` compares manifests with.

    openapi_table.py DIRECTORY VERSION > src/source/schema/kubernetes.txt

DIRECTORY holds the OpenAPI v3 documents of an API server of that version (`/openapi/v3/api/v1`, `/openapi/v3/apis/apps/v1`, ...), one file
each, under any name ending in `.json`; other JSON files in it are passed over. The output is the same for the same input.

First line: the version. Then `=APIVERSION KIND TYPE` for every kind that can be applied, then `TYPE field:type ...` for every type that a kind
reaches; all of them sorted. What stands for a type:

    s string    y base64    b boolean    i int32    l int64    n number    q number or string (a quantity)    x integer or string
    * anything  [T list of T             {T map of T           Name an object; what follows a `~` only keeps two of equal name apart
"""

import collections
import json
import pathlib
import sys

# Decoded by code of their own, which takes any JSON.
ANYTHING = {"FieldsV1", "JSON", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray", "Patch", "RawExtension"}
SCALARS = {"boolean": "b", "number": "n"}
STRINGS = {"byte": "y"}
INTEGERS = {"int32": "i", "int64": "l"}
REFERENCE = "#/components/schemas/"


def documents(directory):
    for file in sorted(pathlib.Path(directory).glob("*.json")):
        document = json.loads(file.read_text())
        if document.get("openapi", "").startswith("3") and "schemas" in document.get("components", {}):
            yield file.name, document


class Table:
    def __init__(self, schemas):
        self.schemas = schemas
        self.types = {}
        owners = collections.defaultdict(set)
        for name in schemas:
            owners[name.rsplit(".", 1)[1]].add(name)
        self.ambiguous = {short for short, names in owners.items() if len(names) > 1}

    def name(self, full):
        head, short = full.rsplit(".", 1)
        return f"{short}~{'.'.join(head.split('.')[-2:])}" if short in self.ambiguous else short

    def of(self, schema):
        """The code of a schema; its object types are added to the table."""
        reference = schema.get("$ref") or next((s["$ref"] for s in schema.get("allOf", []) if "$ref" in s), None)
        if reference:
            return self.named(reference.removeprefix(REFERENCE))
        if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
            return "x"
        if schema.get("x-kubernetes-preserve-unknown-fields"):
            return "*"
        kinds = {s.get("type") for s in schema.get("oneOf", [])}
        if kinds == {"string", "number"}:
            return "q"
        kind = schema.get("type")
        if kind == "array":
            return "[" + self.of(schema["items"])
        if kind == "object" and "additionalProperties" in schema:
            return "{" + self.of(schema["additionalProperties"])
        if kind == "string":
            return STRINGS.get(schema.get("format"), "s")
        if kind == "integer":
            return INTEGERS[schema["format"]]
        if kind in SCALARS:
            return SCALARS[kind]
        raise SystemExit(f"what is this? {schema}")

    def named(self, full):
        schema, short = self.schemas[full], full.rsplit(".", 1)[1]
        if short in ANYTHING:
            return "*"
        if schema.get("type") != "object" or "additionalProperties" in schema:
            return self.of(schema)
        name = self.name(full)
        if name not in self.types:
            self.types[name] = {}
            # What the server reports is not judged, and managedFields are its own notes.
            unjudged = {"status"} if "x-kubernetes-group-version-kind" in schema else set()
            if short == "ObjectMeta":
                unjudged.add("managedFields")
            for field, of in schema.get("properties", {}).items():
                self.types[name][field] = "*" if field in unjudged else self.of(of)
        return name


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    directory, version = sys.argv[1:]
    schemas = {}
    for file, document in documents(directory):
        served = document["info"]["version"].removeprefix("v")
        if not f"{version}.".startswith(f"{served}."):
            raise SystemExit(f"{file} is of Kubernetes {served}, not {version}")
        for name, schema in document["components"]["schemas"].items():
            # Some documents hold the same type with a shorter list of kinds, never with other fields.
            schemas.setdefault(name, schema)
    table = Table(schemas)
    kinds = []
    for full, schema in schemas.items():
        metadata = schema.get("properties", {}).get("metadata", {})
        if "ObjectMeta" not in json.dumps(metadata):
            continue
        for kind in schema.get("x-kubernetes-group-version-kind", []):
            api_version = f"{kind['group']}/{kind['version']}".removeprefix("/")
            kinds.append(f"={api_version} {kind['kind']} {table.named(full)}")
    print(version)
    print("\n".join(sorted(kinds)))
    for name in sorted(table.types):
        print(" ".join([name] + [f"{f}:{t}" for f, t in sorted(table.types[name].items())]))


if __name__ == "__main__":
    main()
