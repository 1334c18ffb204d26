#!/usr/bin/env python3
"""Writes the reference of the public headers as one Markdown file, from their comments alone.

The headers are the reference; this only makes them readable in one go. A header's first comment becomes
the text of its section. Every paragraph behind it, a comment with what it is about, becomes an entry
under the names that it declares.

usage: apireference.py [--output FILE] FOLDER      FOLDER: include/gossipchat
"""
import argparse
import pathlib
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from check_headers import paragraphs  # noqa: E402  pylint: disable=wrong-import-position

# What frames a header and says nothing: guards, includes, and what C++ needs.
FRAME = re.compile(r'^#\s*(ifndef|define) GOSSIPCHAT\w*_H$|^#include |^extern "C" \{$|^#ifdef __cplusplus$')
FUNCTION = re.compile(r"\b(gossip_\w+)\(")
TYPE = re.compile(r"^(?:struct|enum|union) (\w+)\b(?= *[{;])", re.MULTILINE)
MACRO = re.compile(r"^#define (\w+)", re.MULTILINE)


def prose(comment):
    """The text of a comment, without its stars. What is indented in it stays as it is."""
    text = re.sub(r"^/\*|\*/$", "", comment.strip()).strip("\n")
    lines = []
    for line in text.splitlines():
        line = re.sub(r"^ ?\*( |$)|^ (?=\S)", "", line).rstrip()
        is_shape = line.startswith("  ")
        if lines and lines[-1] and line and is_shape != lines[-1].startswith("    "):
            lines.append("")
        lines.append("    " + line.removeprefix("    ") if is_shape else line)
    return "\n".join(lines).strip("\n")


def split(lines):
    """A paragraph's leading comment, and the declarations behind it."""
    text = "\n".join(lines)
    if not text.startswith("/*"):
        return "", text
    end = text.index("*/") + 2
    return prose(text[:end]), text[end:].strip("\n")


def depth(lines):
    """How many braces are open at the end, not counting comments."""
    bare = re.sub(r"/\*.*?\*/", "", "\n".join(lines), flags=re.DOTALL)
    return bare.count("{") - bare.count("}")


def entries(text):
    """The paragraphs of a header without its frame; one with blank lines between braces is one."""
    joined = []
    for _, lines in paragraphs(text):
        lines = [line for line in lines if not FRAME.match(line)]
        joined += ([""] if joined else []) + lines
        if depth(joined) <= 0:
            # What is left of the frame: the end of its guards, and of extern "C".
            if any(line not in ("", "#endif", "}") for line in joined):
                yield joined
            joined = []


def names(code):
    """What a paragraph declares: functions, else types, else macros."""
    bare = re.sub(r"/\*.*?\*/", "", code, flags=re.DOTALL)
    outside = re.sub(r"\{.*?^\}", "{}", bare, flags=re.DOTALL | re.MULTILINE)
    found = FUNCTION.findall(outside) or TYPE.findall(bare) or MACRO.findall(bare)
    return list(dict.fromkeys(found))


def section(header):
    """The lines of one header."""
    yield f"## {header.name}"
    yield ""
    first, *rest = entries(header.read_text())
    yield from (split(first)[0], "")
    for lines in rest:
        text, code = split(lines)
        yield from ("### " + ", ".join(f"`{name}`" for name in names(code)), "")
        if text:
            yield from (text, "")
        yield from ("```c", code, "```", "")


def in_order(folder):
    """The headers as gossipchat.h lists them, with it in front."""
    whole = folder / "gossipchat.h"
    listed = re.findall(r'^#include "(?!gossipchat/)(.*)"', whole.read_text(), re.MULTILINE)
    return [folder / name for name in listed]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    lines = ["# Reference of libgossipchat", "",
             "Everything at once is `#include <gossipchat/gossipchat.h>`.", ""]
    for header in in_order(options.folder):
        lines += section(header)
    text = "\n".join(lines).rstrip("\n") + "\n"
    if options.output is None:
        sys.stdout.write(text)
    else:
        options.output.write_text(text)


if __name__ == "__main__":
    main()
