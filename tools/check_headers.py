#!/usr/bin/env python3
"""Fails if a header of src/ or include/ lacks comments, or does not compile alone.

Every header begins with a comment that says what the thing is. Every function is declared in a
paragraph (lines without a blank one between them) that begins with a comment.

usage: check_headers.py [--compiler CC] [--include FOLDER]... ROOT [HEADER]...
Without --compiler only the comments are checked; without headers, all.
"""
import argparse
import pathlib
import re
import subprocess
import sys

PROTOTYPE = re.compile(r"^(?!typedef|#|static inline)[A-Za-z_].*\(")


def paragraphs(text):
    """Pairs of first line number and lines; a comment is never torn apart."""
    start, lines, in_comment = 0, [], False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() and not in_comment:
            if lines:
                yield start, lines
            lines = []
            continue
        if not lines:
            start = number
        lines.append(line)
        if "/*" in line and "*/" not in line.split("/*", 1)[1]:
            in_comment = True
        elif "*/" in line:
            in_comment = False
    if lines:
        yield start, lines


def declares_function(lines):
    """A function's prototype at the left margin, outside of comments, structs and bodies."""
    text = re.sub(r"/\*.*?\*/", "", "\n".join(lines), flags=re.DOTALL)
    text = re.sub(r"^#.*?(?<!\\)$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"\{.*?^\}", "{}", text, flags=re.MULTILINE | re.DOTALL)
    return any(PROTOTYPE.match(line) for line in text.splitlines())


def missing_comments(header, text):
    if not text.lstrip().startswith("/*"):
        yield f"{header}:1: does not begin with a comment that says what it is"
    for number, lines in paragraphs(text):
        if declares_function(lines) and not lines[0].startswith("/*"):
            yield f"{header}:{number}: a declaration without a comment"


def compile_alone(compiler, includes, headers):
    command = [compiler, "-fsyntax-only", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wno-unused", "-x", "c"]
    command += [f"-I{folder}" for folder in includes] + [str(header) for header in headers]
    return subprocess.run(command, check=False).returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler")
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("headers", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    headers = options.headers or [
        header for folder in ("include", "src") for header in sorted((options.root / folder).rglob("*.h"))]
    problems = [problem for header in headers for problem in missing_comments(header, header.read_text())]
    print("\n".join(problems) or "header comments: ok")
    if options.compiler and not compile_alone(options.compiler, options.include, headers):
        problems.append("compiler")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
