#!/usr/bin/env python3
"""Fails if a stream of events, one JSON object a line, is not what the schema says.

Besides the schema this looks at what a schema cannot say: lines of at most 64 KiB, numbers without gaps,
and, with --strict, no field that the schema does not name.

usage: check_events.py [--strict] [--all-types] [--schema FILE] [FILE | -- COMMAND [ARGUMENT]...]
Without a file or a command the events come from the standard input.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

SCHEMA = pathlib.Path(__file__).resolve().parent.parent / "proto" / "events.schema.json"
LINE_BYTES_MAX = 64 * 1024

# The beginning and the end of a stream, and what is lost between, are not events of a node.
OWN_TYPES = {"ready", "bye", "dropped"}

TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}

# What this understands of https://json-schema.org/draft/2020-12; a schema with more would not be checked whole.
KEYWORDS = {"$schema", "$defs", "$ref", "title", "description", "type", "const", "enum", "pattern", "minimum",
            "required", "properties", "items", "allOf", "anyOf", "if", "then"}


class Checker:
    """Holds values against a schema."""

    def __init__(self, schema, strict=False):
        self.schema = schema
        self.strict = strict

    def find(self, reference):
        """The schema behind a reference such as #/$defs/peer."""
        found = self.schema
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return found

    def problems(self, value, schema, path):
        """Everything that is wrong with a value, as texts."""
        unknown = set(schema) - KEYWORDS
        if unknown:
            raise ValueError(f"{path}: the schema uses {sorted(unknown)}, which is not understood here")
        if "$ref" in schema:
            yield from self.problems(value, self.find(schema["$ref"]), path)
        if "type" in schema and not TYPES[schema["type"]](value):
            yield f"{path}: is no {schema['type']}"
            return
        if "const" in schema and value != schema["const"]:
            yield f"{path}: is not {schema['const']!r}"
        if "enum" in schema and value not in schema["enum"]:
            yield f"{path}: {value!r} is none of {schema['enum']}"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{path}: {value!r} does not match {schema['pattern']}"
        if "minimum" in schema and value < schema["minimum"]:
            yield f"{path}: {value} is less than {schema['minimum']}"
        yield from self.problems_inside(value, schema, path)

    def problems_inside(self, value, schema, path):
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{path}: has no {name}"
        for name, inner in schema.get("properties", {}).items():
            if isinstance(value, dict) and name in value:
                yield from self.problems(value[name], inner, f"{path}.{name}")
        for index, item in enumerate(value if "items" in schema else ()):
            yield from self.problems(item, schema["items"], f"{path}[{index}]")
            yield from self.strangers(item, self.names(item, schema["items"]), f"{path}[{index}]")
        for part in schema.get("allOf", ()):
            yield from self.problems(value, part, path)
        if "anyOf" in schema and all(any(self.problems(value, part, path)) for part in schema["anyOf"]):
            yield f"{path}: is none of what it may be"
        if "if" in schema and not any(self.problems(value, schema["if"], path)):
            yield from self.problems(value, schema["then"], path)

    def names(self, value, schema):
        """The fields that the schema has for a value."""
        names = set(schema.get("properties", ()))
        if "$ref" in schema:
            names |= self.names(value, self.find(schema["$ref"]))
        for part in schema.get("allOf", ()):
            names |= self.names(value, part)
        if "if" in schema and not any(self.problems(value, schema["if"], "")):
            names |= self.names(value, schema["then"])
        return names

    def strangers(self, value, names, path):
        if self.strict and isinstance(value, dict):
            for name in sorted(set(value) - names):
                yield f"{path}: has a field {name}, of which the schema says nothing"

    def event(self, value):
        yield from self.problems(value, self.schema, "event")
        if isinstance(value, dict):
            yield from self.strangers(value, self.names(value, self.schema), "event")
            if isinstance(value.get("from"), dict):
                yield from self.strangers(value["from"], set(self.find("#/$defs/person")["properties"]), "event.from")


def check_stream(lines, checker):
    """All problems of a stream of events, each with the number of its line; then the types seen."""
    seen, problems = set(), []
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_BYTES_MAX + 1:
            problems.append(f"{number}: {len(line)} bytes are more than a line may have")
        try:
            value = json.loads(line)
        except ValueError as error:
            problems.append(f"{number}: {error}")
            continue
        problems += [f"{number}: {problem}" for problem in checker.event(value)]
        if isinstance(value, dict):
            if value.get("seq") != number:
                problems.append(f"{number}: its seq is {value.get('seq')}")
            seen.add(value.get("type"))
    return problems, seen


def main():
    command = None
    arguments = sys.argv[1:]
    if "--" in arguments:
        command = arguments[arguments.index("--") + 1:]
        arguments = arguments[:arguments.index("--")]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--all-types", action="store_true", help="every type must come that a front end does not make by itself")
    parser.add_argument("--schema", type=pathlib.Path, default=SCHEMA)
    parser.add_argument("file", nargs="?", type=pathlib.Path)
    options = parser.parse_args(arguments)

    schema = json.loads(options.schema.read_text())
    if command:
        text = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    else:
        text = options.file.read_bytes() if options.file else sys.stdin.buffer.read()
    lines = text.splitlines(keepends=True)
    problems, seen = check_stream(lines, Checker(schema, options.strict))
    if options.all_types:
        problems += [f"no event of type {name}" for name in sorted(set(schema["$defs"]["types"]) - seen - OWN_TYPES)]
    if not lines:
        problems.append("no event at all")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"events: {len(lines)}, {'ok' if not problems else f'{len(problems)} problems'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
