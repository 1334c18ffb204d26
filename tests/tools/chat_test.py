#!/usr/bin/env python3
"""Does tools/chat build when it must, and only then? Played on a project of one file with our tools and presets."""
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

CMAKE = """cmake_minimum_required(VERSION 3.25)
project(toy LANGUAGES C)
include(CTest)
add_subdirectory(src/app)
"""
APP = "add_executable(gossipchat main.c)\n"
MAIN = """#include <stdio.h>

int main(int count, char **arguments)
{
    char line[100];
    printf("%s", "VERSION ");
    for (int i = 1; i < count; i++)
        printf("[%s]", arguments[i]);
    while (fgets(line, sizeof line, stdin))
        printf("{%s}", line);
    return 5;
}
"""


class ChatTest(unittest.TestCase):
    """One project for all tests: each leaves it built or broken, and begins by starting it."""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for folder in ("src/app", "include", "proto", "tools/cmake"):
            (self.root / folder).mkdir(parents=True)
        for name in ("tools/chat", "tools/setup.sh", "tools/packages.txt", "CMakePresets.json"):
            shutil.copy(ROOT / name, self.root / name)
        (self.root / "CMakeLists.txt").write_text(CMAKE)
        (self.root / "src/app/CMakeLists.txt").write_text(APP)
        self.write_version("one")

    def write_version(self, version):
        (self.root / "src/app/main.c").write_text(MAIN.replace("VERSION", version))

    def start(self, *arguments, said="hello\n"):
        done = subprocess.run([str(self.root / "tools/chat"), *arguments], input=said, capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_a_life_of_builds(self):
        # The first start builds; the program gets its arguments, its stdin, and its code through.
        self.assertEqual((5, "one [--nick][Bob  B]{hello\n}", "chat: building gossipchat\n"),
                         self.start("--nick", "Bob  B"))

        # The second does not, and is fast.
        begin = time.monotonic()
        self.assertEqual((5, "one {hello\n}", ""), self.start())
        self.assertLess(time.monotonic() - begin, 1)

        # Nor does one that finds something younger, but nothing that matters: it says nothing either.
        os.utime(self.root / "include")
        self.assertEqual((5, "one {hello\n}", ""), self.start())

        # A change is built.
        self.write_version("two")
        self.assertEqual((5, "two {hello\n}", "chat: building gossipchat\n"), self.start())

        # A change that does not compile is shown, and nothing is started, however often one tries.
        self.write_version("three\" nonsense \"")
        for _ in range(2):
            code, output, errors = self.start()
            self.assertEqual((1, ""), (code, output))
            self.assertIn("error: expected", errors)
            self.assertIn("the build failed; all of its output is in", errors)
        self.write_version("four")
        self.assertEqual("four {hello\n}", self.start()[1])

        # So is a file that is gone.
        os.unlink(self.root / "src/app/main.c")
        self.assertEqual(1, self.start()[0])

    def test_a_second_terminal_waits_for_the_first(self):
        build = self.root / "build/release"
        build.mkdir(parents=True)
        with open(build / "chat.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            process = subprocess.Popen([str(self.root / "tools/chat")], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertEqual("chat: waiting for another build\n", process.stderr.readline())
            fcntl.flock(lock, fcntl.LOCK_UN)
        self.assertEqual("one ", process.communicate(timeout=60)[0])

    def test_tests_switched_on_stay_on(self):
        subprocess.run(["cmake", "--preset", "release", "-DBUILD_TESTING=ON"], cwd=self.root, check=True,
                       stdout=subprocess.DEVNULL)
        self.start()
        self.assertIn("BUILD_TESTING:BOOL=ON", (self.root / "build/release/CMakeCache.txt").read_text())


if __name__ == "__main__":
    if not shutil.which("flock"):
        print("NOT RUN tools.chat: there is no command flock")
        sys.exit(77)
    unittest.main()
