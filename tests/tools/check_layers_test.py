#!/usr/bin/env python3
"""Does tools/check_layers.py see every kind of forbidden include, and no other?"""
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))

import check_layers  # noqa: E402  pylint: disable=wrong-import-position

HOUSE = {
    "include/gossipchat/types.h": '#include "error.h"\n#include <stdint.h>\n',
    "src/base/CMakeLists.txt": "gossipchat_layer(NAME base SOURCES a.c)\n",
    "src/base/a.c": '#include "base/a.h"\n\n#include <string.h>\n#include <uthash.h>\n',
    "src/crypto/CMakeLists.txt": "gossipchat_layer(NAME crypto MAY_USE base LIBRARIES X::Y SOURCES b.c)\n",
    "src/crypto/b.c": '#include "base/a.h"\n#include "gossipchat/types.h"\n#include <sodium.h>\n',
    "src/wire/CMakeLists.txt": "# more of it\nset(x y)\ngossipchat_layer(NAME wire MAY_USE base SOURCES c.c)\n",
    "src/wire/c.c": '#include "chat.pb-c.h"\n#include <protobuf-c/protobuf-c.h>\n',
    "src/host/CMakeLists.txt":
        "gossipchat_layer(NAME host TOUCHES_SYSTEM\n  MAY_USE base wire\n  SOURCES d.c)\n",
    "src/host/d.c": '#include "wire/c.h"\n#include <uv.h>\n#include <time.h>\n#include <sys/stat.h>\n',
}


class CheckLayersTest(unittest.TestCase):
    def problems(self, path=None, text=None):
        """What is wrong with the house when one file of it is different."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, content in {**HOUSE, **({path: text} if path else {})}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(content)
            return list(check_layers.check(root))

    def test_the_house_is_in_order(self):
        self.assertEqual([], self.problems())

    def test_a_layer_that_may_not_be_used(self):
        self.assertEqual(["src/crypto/b.c:2: crypto may not use wire"],
                         self.problems("src/crypto/b.c", '\n#include "wire/c.h"\n'))

    def test_an_include_with_odd_spacing(self):
        self.assertEqual(["src/base/a.c:1: base may not use host"],
                         self.problems("src/base/a.c", '  #  include"host/d.h"\n'))

    def test_headers_count_too(self):
        self.assertEqual(["src/base/deep/x.h:1: base may not use wire"],
                         self.problems("src/base/deep/x.h", '#include "wire/c.h"\n'))

    def test_libraries_have_owners(self):
        for header in ("uv.h", "sodium.h", "sqlite3.h", "jansson.h", "protobuf-c/protobuf-c.h"):
            self.assertEqual([f"src/base/a.c:1: base may not include <{header}>"],
                             self.problems("src/base/a.c", f"#include <{header}>\n"))
        self.assertEqual(["src/host/d.c:1: host may not include <sodium.h>"],
                         self.problems("src/host/d.c", "#include <sodium.h>\n"))
        self.assertEqual(["src/crypto/b.c:1: crypto may not include <uthash.h>"],
                         self.problems("src/crypto/b.c", '#include <uthash.h>\n'))

    def test_generated_code_is_for_wire(self):
        self.assertEqual(["src/host/d.c:1: only wire may include generated code"],
                         self.problems("src/host/d.c", '#include "chat.pb-c.h"\n'))

    def test_the_system_is_for_those_who_may_touch_it(self):
        for header in ("time.h", "unistd.h", "pthread.h", "sys/random.h", "signal.h"):
            self.assertEqual([f"src/crypto/b.c:1: crypto may not include <{header}>"],
                             self.problems("src/crypto/b.c", f"#include <{header}>\n"))

    def test_a_neighbour_without_its_folder(self):
        self.assertEqual(['src/base/a.c:1: write "base/a.h"'],
                         self.problems("src/base/a.c", '#include "a.h"\n'))

    def test_our_own_headers_in_angle_brackets(self):
        self.assertEqual(["src/base/a.c:1: base may not include <base/a.h>"],
                         self.problems("src/base/a.c", "#include <base/a.h>\n"))

    def test_uses_in_a_circle(self):
        problems = self.problems("src/base/CMakeLists.txt",
                                 "gossipchat_layer(NAME base MAY_USE wire SOURCES a.c)\n")
        self.assertEqual(["src/base/CMakeLists.txt: base uses itself by way of others",
                          "src/wire/CMakeLists.txt: wire uses itself by way of others"], problems)

    def test_a_layer_that_does_not_exist(self):
        self.assertIn("src/base/CMakeLists.txt: there is no layer fog", self.problems(
            "src/base/CMakeLists.txt", "gossipchat_layer(NAME base MAY_USE fog SOURCES a.c)\n"))

    def test_public_headers_stand_alone(self):
        self.assertEqual(["include/gossipchat/types.h:1: a public header may not include base/a.h"],
                         self.problems("include/gossipchat/types.h", '#include "base/a.h"\n'))
        self.assertEqual(["include/gossipchat/types.h:1: a public header may not include stdio.h"],
                         self.problems("include/gossipchat/types.h", "#include <stdio.h>\n"))


if __name__ == "__main__":
    unittest.main()
