#!/usr/bin/env python3
"""Does tools/check_sizes.py see what has grown too large, and only that?"""
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))

import check_sizes  # noqa: E402  pylint: disable=wrong-import-position


def function(lines, parameters="int a, int (*b)(int, int, int, int, int, int, int)"):
    body = "    call();\n" * lines
    return f"/* Why, not how: one, two. */\nstatic int work(\n    {parameters})\n{{\n{body}}}\n"


class CheckSizesTest(unittest.TestCase):
    def problems(self, name, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True)
            path.write_text(text)
            return list(check_sizes.check(pathlib.Path(folder)))

    def test_a_function_may_have_sixty_lines(self):
        self.assertEqual([], self.problems("src/x/a.c", function(60)))
        self.assertEqual(["src/x/a.c:4: a function of 61 lines; 60 are enough"],
                         self.problems("src/x/a.c", function(61)))

    def test_a_function_may_have_six_parameters(self):
        self.assertEqual([], self.problems("src/x/a.c", function(1, "int a, int b, int c, int d, int e, int f")))
        self.assertEqual(
            ["src/x/a.c:4: a function with 7 parameters; 6 are enough"],
            self.problems("src/x/a.c", function(1, "int a, int b, int c, int d, int e, int f, int g")))

    def test_a_file_may_have_six_hundred_lines(self):
        self.assertEqual([], self.problems("tests/x/a.c", "int a;\n" * 600))
        self.assertEqual(["tests/x/a.c:601: 601 lines; 600 are enough for one idea"],
                         self.problems("tests/x/a.c", "int a;\n" * 601))
        self.assertEqual([], self.problems("tools/long.py", "a = 1\n" * 700))

    def test_notes_are_found_in_any_file(self):
        for name in ("src/x/a.c", "tools/a.py", "tests/x/CMakeLists.txt", "proto/a.proto"):
            for word in ("TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK"):
                self.assertEqual(
                    [f"{name}:2: a note about something to be done: do it, or write an issue"],
                    self.problems(name, f"\n/* {word}: later */\n"))

    def test_words_that_only_look_like_notes(self):
        self.assertEqual([], self.problems("src/x/a.c", "/* Noise_XX, HACKNEY, todo */\n"))

    def test_what_others_wrote_is_not_ours(self):
        self.assertEqual([], self.problems("tests/interop/js/node_modules/a.js", "// TO" "DO\n"))


if __name__ == "__main__":
    unittest.main()
