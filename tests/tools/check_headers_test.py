#!/usr/bin/env python3
"""Does tools/check_headers.py see a declaration without a comment, and nothing else?"""
import pathlib
import sys
import unittest

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


if __name__ == "__main__":
    unittest.main()
