#!/usr/bin/env python3
"""Does tools/check_headers.py see a declaration without a comment, and nothing else?"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

CXX = next(filter(shutil.which, ("c++", "g++", "clang++", "clang++-14")), "c++")
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))

import check_headers  # noqa: E402  pylint: disable=wrong-import-position

GOOD = """/* A thing. */
#ifndef THING_H
#define THING_H

#include "base/other.h"

#define TWICE(value) ((value) * 2)

#define LONG(value)  \\
    call((value),    \\
        other())

struct thing {
    /* Called when it is over. */
    void (*over)(void *context);
};

/* Makes one.

   The blank line above is part of the comment. */
struct thing *thing_create(void);

/* Both verbs, explained together. */
void thing_start(struct thing *thing);
void thing_stop(struct thing *thing);

/* Small enough to stand here. */
static inline int thing_size(const struct thing *thing)
{
    int size = measure(thing);

    return size;
}

extern const int thing_count;

#endif
"""


class CheckHeadersTest(unittest.TestCase):
    def problems(self, text):
        return list(check_headers.missing_comments("thing.h", text))

    def test_a_good_header(self):
        self.assertEqual([], self.problems(GOOD))

    def test_a_declaration_without_a_comment(self):
        self.assertEqual(["thing.h:4: a declaration without a comment"],
                         self.problems("/* A thing. */\n#include <x.h>\n\nvoid thing_start(int);\n"))

    def test_a_declaration_over_several_lines(self):
        text = "/* A thing. */\n\nMUST_USE enum error thing_start(\n    int one, int two);\n"
        self.assertEqual(["thing.h:3: a declaration without a comment"], self.problems(text))

    def test_a_comment_torn_off_by_a_blank_line(self):
        self.assertEqual(1, len(self.problems("/* A thing. */\n\n/* Starts. */\n\nvoid thing_start(int);\n")))

    def test_a_header_without_a_beginning(self):
        self.assertEqual(["thing.h:1: does not begin with a comment that says what it is"],
                         self.problems("#ifndef X\n#define X\n#endif\n"))

    def test_a_small_function_without_a_comment(self):
        text = "/* A thing. */\n\nstatic inline int thing_size(void)\n{\n    return 1;\n}\n"
        self.assertEqual(["thing.h:3: a declaration without a comment"], self.problems(text))

    def test_a_public_type_without_a_comment(self):
        text = "/* A thing. */\n#ifdef X\n\nenum a {\n    B,\n\n    C\n};\n\n/* D. */\nstruct d {\n    int e;\n};\n" \
               "\nstruct f {\n    int g; /* in bytes */\n};\n\nstruct h;\n"
        self.assertEqual(["thing.h:4: a type without a comment"],
                         list(check_headers.bare_types("thing.h", text)))


class CompileTest(unittest.TestCase):
    """A small tree with one header that is different."""

    TREE = {
        "include/gossipchat/a.h": "/* A. */\n#include <stddef.h>\nstruct a { size_t b; };\n",
        "src/base/CMakeLists.txt": "gossipchat_layer(NAME base SOURCES b.c)\n",
        "src/base/b.h": "/* B. */\n#include <string.h>\nstruct b { size_t c; };\n",
        "src/host/CMakeLists.txt": "gossipchat_layer(NAME host TOUCHES_SYSTEM SOURCES c.c)\n",
        "src/host/c.h": "/* C. */\n#include <time.h>\nstruct c { struct timespec d; clockid_t e; };\n",
    }

    def code(self, path=None, text=None):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in {**self.TREE, **({path: text} if path else {})}.items():
                file = pathlib.Path(folder, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content)
            return subprocess.run(
                [sys.executable, ROOT / "tools/check_headers.py", "--compiler", "cc", "--cxx", CXX,
                 "--include", f"{folder}/include", "--include", f"{folder}/src", folder], check=False,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    def test_all_is_well(self):
        self.assertEqual(0, self.code())

    def test_a_header_that_needs_another(self):
        self.assertEqual(1, self.code("src/base/b.h", "/* B. */\nstruct b { size_t c; };\n"))

    def test_a_core_header_that_needs_posix(self):
        self.assertEqual(1, self.code("src/base/b.h", self.TREE["src/host/c.h"]))

    def test_a_public_header_that_is_not_cxx(self):
        self.assertEqual(1, self.code("include/gossipchat/a.h", "/* A. */\nstruct a { int class; };\n"))


if __name__ == "__main__":
    unittest.main()
