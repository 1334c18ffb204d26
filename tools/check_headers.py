#!/usr/bin/env python3
"""Fails if a header of src/ or include/ lacks comments, or does not compile alone.

Every header begins with a comment that says what the thing is. Every function is declared in a
paragraph (lines without a blank one between them) that begins with a comment. A public struct, union or
enum has a comment before it or within.

Headers compile alone as strict C11; those of layers that touch the system, and those of the tests, see
POSIX; the public ones compile as C++ too.

usage: check_headers.py [--compiler CC] [--cxx CXX] [--include FOLDER]... ROOT [HEADER]...
Without --compiler only the comments are checked; without headers, all.
"""
import argparse
import pathlib
import re
import subprocess
import sys

PROTOTYPE = re.compile(r"^(?!typedef|#|_Static_assert)[A-Za-z_].*\(")
DEFINITION = re.compile(r"(?<!\*/\n)^(?:struct|union|enum)\b[^;(]*?\{.*?^\}", re.MULTILINE | re.DOTALL)

STRICT = ["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wno-unused"]


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


def bare_types(header, text):
    for match in DEFINITION.finditer(text):
        if "/*" not in match.group():
            yield f"{header}:{text.count(chr(10), 0, match.start()) + 1}: a type without a comment"


def is_public(root, header):
    return (root / "include").resolve() in header.resolve().parents


def system_folders(root):
    """The layers that may see POSIX."""
    return {path.parent.resolve() for path in root.glob("src/*/CMakeLists.txt")
            if re.search(r"gossipchat_layer\([^)]*\bTOUCHES_SYSTEM\b", path.read_text())}


def compile_alone(command, includes, headers):
    """Whether every header is a whole program. Each is included, as an author would."""
    failed = False
    for header in headers:
        done = subprocess.run(
            command + [f"-I{folder}" for folder in includes] + ["-"], check=False,
            input=f'#include "{header.resolve()}"\nextern int so_that_it_is_not_empty;\n', text=True)
        failed = failed or done.returncode != 0
    return not failed


def compile_all(options, headers):
    """Compiles each header as strictly as its layer is."""
    public = [header for header in headers if is_public(options.root, header)]
    folders = system_folders(options.root)
    system = [header for header in headers if folders & set(header.resolve().parents)]
    core = [header for header in headers if header not in system]
    includes = options.include
    good = compile_alone([options.compiler, "-x", "c", "-std=c11", *STRICT], includes, core)
    good &= compile_alone(
        [options.compiler, "-x", "c", "-std=gnu11", "-D_GNU_SOURCE", *STRICT], includes, system)
    if options.cxx:
        good &= compile_alone([options.cxx, "-x", "c++", "-std=c++11", *STRICT], includes, public)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler")
    parser.add_argument("--cxx")
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("headers", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    headers = options.headers or [
        header for folder in ("include", "src") for header in sorted((options.root / folder).rglob("*.h"))]
    problems = [problem for header in headers for problem in missing_comments(header, header.read_text())]
    problems += [problem for header in headers if is_public(options.root, header)
                 for problem in bare_types(header, header.read_text())]
    print("\n".join(problems) or "header comments: ok")
    if options.compiler and not compile_all(options, headers):
        problems.append("compiler")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
