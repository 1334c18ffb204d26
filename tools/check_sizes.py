#!/usr/bin/env python3
"""Fails if a file or a function of C has grown into two ideas, or a file promises work not done.

A file has at most 600 lines, a function at most 60 between its braces and 6 parameters. No file of any
kind leaves a note about something to be done later: it is done, or it is an issue. Functions are found by their braces at the left margin, where clang-format puts them.

usage: check_sizes.py [ROOT]
"""
import os
import pathlib
import re
import sys

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 60
PARAMETERS_MAX = 6

FOLDERS = ("src", "include", "tests", "tools", "proto")
SKIPPED = {"node_modules", "target", "__pycache__", "corpus"}
SOURCES = {".c", ".h"}
TEXTS = SOURCES | {".py", ".sh", ".cmake", ".txt", ".md", ".proto", ".go", ".rs", ".js", ".in"}

# Torn in two, so that this file may keep its own rule.
NOTES = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def files(root):
    """All text files of the project, without what tools fetched or made."""
    for folder in FOLDERS:
        for place, folders, names in os.walk(root / folder):
            folders[:] = sorted(set(folders) - SKIPPED)
            for name in sorted(names):
                if pathlib.Path(name).suffix in TEXTS:
                    yield pathlib.Path(place, name)


def signature(lines, brace):
    """What stands between the blank line above a function and its opening brace."""
    first = brace
    while first > 0 and lines[first - 1].strip() and not lines[first - 1].endswith("*/"):
        first -= 1
    return " ".join(lines[first:brace])


def parameter_count(text):
    """How many parameters the outermost brackets of a signature hold."""
    inner = text[text.find("(") + 1:text.rfind(")")]
    depth, commas = 0, 0
    for character in inner:
        depth += (character == "(") - (character == ")")
        commas += character == "," and depth == 0
    return commas + 1


def check_functions(lines):
    """Line number and problem of each function that is too long or takes too much."""
    start = None
    for index, line in enumerate(lines):
        if line == "{":
            start = index
            count = parameter_count(signature(lines, index))
            if count > PARAMETERS_MAX:
                yield index + 1, f"a function with {count} parameters; {PARAMETERS_MAX} are enough"
        elif line == "}" and start is not None:
            size = index - start - 1
            if size > FUNCTION_LINES_MAX:
                yield start + 1, f"a function of {size} lines; {FUNCTION_LINES_MAX} are enough"
            start = None


def check_text(lines, is_source):
    for index, line in enumerate(lines):
        if NOTES.search(line):
            yield index + 1, "a note about something to be done: do it, or write an issue"
    if not is_source:
        return
    if len(lines) > FILE_LINES_MAX:
        yield len(lines), f"{len(lines)} lines; {FILE_LINES_MAX} are enough for one idea"
    yield from check_functions(lines)


def check(root):
    """All problems under a root, as lines of text."""
    for path in files(root):
        lines = path.read_text(errors="replace").splitlines()
        for number, problem in check_text(lines, path.suffix in SOURCES):
            yield f"{path.relative_to(root)}:{number}: {problem}"


def main(root):
    problems = list(check(root))
    print("\n".join(problems) or "sizes: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
