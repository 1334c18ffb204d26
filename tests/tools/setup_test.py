#!/usr/bin/env python3
"""Does tools/setup.sh install what is missing, and nothing else? Played with stand-ins for dpkg and apt."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BORROWED = ("sh", "awk", "sed", "find", "mktemp", "rm", "tail", "env", "dirname", "cat", "dpkg")

PACKAGES = """# PACKAGE GROUP UNLESS REASON
cmake build cmake>=3.25 describes the build
libuv1-dev build - event loop
libcmocka-dev test - unit test framework
cargo interop cargo>=1.83 builds the rust peer
"""


class SetupTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        for name in BORROWED:
            (self.bin / name).symlink_to(shutil.which(name))
        shutil.copy(ROOT / "tools" / "setup.sh", self.folder)
        (self.folder / "packages.txt").write_text(PACKAGES)
        self.versions = {"cmake": "3.25.1-1", "libuv1-dev": "1.44.2-1", "libcmocka-dev": "1.1.5-2",
                         "cargo": "2:0.66.0+ds1-1"}
        self.installed = {}  # versions that differ from what apt has
        self.command("apt-get", 'echo "$@" >>"$0.calls"')
        self.user(0)

    def command(self, name, body):
        script = self.bin / name
        script.write_text(f"#!/bin/sh\n{body}\n")
        script.chmod(0o755)

    def user(self, number):
        self.command("id", f"echo {number}")

    def run_setup(self, *groups, installed=()):
        """Runs the script; returns its code, what it said, and the calls of apt-get install."""
        self.command("dpkg-query", "\n".join(
            f'echo "ii  {name} {self.installed.get(name, self.versions.get(name))}"' for name in installed) + "\n:")
        self.command("apt-cache", 'case $2 in\n' + "".join(
            f'{name}) echo "  Candidate: {version}" ;;\n' for name, version in self.versions.items()) +
            '*) echo "  Candidate: (none)" ;;\nesac')
        done = subprocess.run([str(self.folder / "setup.sh"), *groups], capture_output=True, text=True,
                              check=False, env={"PATH": str(self.bin), "TMPDIR": str(self.folder)})
        self.assertEqual("", done.stdout)
        calls = self.bin / "apt-get.calls"
        lines = calls.read_text().splitlines() if calls.exists() else []
        return done.returncode, done.stderr, [line for line in lines if " install " in line]

    def test_nothing_missing_means_nothing_said(self):
        self.assertEqual((0, "", []), self.run_setup(installed=["cmake", "libuv1-dev"]))

    def test_what_is_missing_is_named_with_its_reason_and_installed(self):
        code, said, installs = self.run_setup("build", "test", installed=["cmake"])
        self.assertEqual(0, code)
        self.assertIn("setup: installing libuv1-dev (event loop)\n", said)
        self.assertIn("setup: installing libcmocka-dev (unit test framework)\n", said)
        self.assertNotIn("cmake (", said)
        self.assertEqual(1, len(installs))
        self.assertTrue(installs[0].endswith(" install libuv1-dev libcmocka-dev"), installs)

    def test_only_the_groups_asked_for_count(self):
        code, said, installs = self.run_setup(installed=["cmake", "libuv1-dev"])
        self.assertEqual((0, "", []), (code, said, installs))

    def test_a_recent_command_makes_the_package_unnecessary(self):
        self.command("cmake", 'echo "cmake version 3.31.2"')
        self.assertEqual((0, "", []), self.run_setup(installed=["libuv1-dev"]))

    def test_an_old_command_does_not(self):
        self.command("cmake", 'echo "cmake version 3.9.6"')
        code, said, installs = self.run_setup(installed=["libuv1-dev"])
        self.assertEqual(0, code)
        self.assertIn("installing cmake", said)
        self.assertEqual(1, len(installs))

    def test_an_installed_package_that_is_too_old_is_renewed(self):
        self.installed["cmake"] = "3.18.4-2"
        code, said, installs = self.run_setup(installed=["cmake", "libuv1-dev"])
        self.assertEqual((0, 1), (code, len(installs)))
        self.assertIn("installing cmake", said)

    def test_an_installed_package_that_is_too_old_for_ever_is_named_each_time(self):
        code, said, installs = self.run_setup("interop", installed=["cargo"])
        self.assertEqual((0, []), (code, installs))
        self.assertIn("leaving out cargo", said)

    def test_a_package_that_is_too_old_is_left_out(self):
        code, said, installs = self.run_setup("interop")
        self.assertEqual((0, []), (code, installs))
        self.assertIn("leaving out cargo (builds the rust peer): 0.66.0 is too old, 1.83 is needed", said)

    def test_a_test_package_that_does_not_exist_is_left_out(self):
        del self.versions["libcmocka-dev"]
        code, said, installs = self.run_setup("test")
        self.assertEqual((0, []), (code, installs))
        self.assertIn("leaving out libcmocka-dev", said)

    def test_a_build_package_that_does_not_exist_is_an_error(self):
        del self.versions["libuv1-dev"]
        code, said, installs = self.run_setup("build")
        self.assertEqual((1, []), (code, installs))
        self.assertIn("cannot be built without", said)

    def test_a_user_without_sudo_is_told_what_to_do(self):
        self.user(1000)
        code, said, installs = self.run_setup("build", "interop", installed=["cmake"])
        self.assertEqual((1, []), (code, installs))
        self.assertIn("not root, and there is no sudo. As root, run: apt-get install libuv1-dev", said)
        self.assertNotIn("install libuv1-dev cargo", said)

    def test_a_user_without_sudo_can_do_without_the_interop_peers(self):
        self.user(1000)
        code, said, _ = self.run_setup("build", "interop", installed=["cmake", "libuv1-dev"])
        self.assertEqual(0, code)
        self.assertIn("missing: cargo (builds the rust peer)", said)

    def test_a_user_with_sudo_uses_it(self):
        self.user(1000)
        self.command("sudo", 'echo "$@" >>"$0.calls"\nexec "$@"')
        code, _, installs = self.run_setup("build", installed=["cmake"])
        self.assertEqual((0, 1), (code, len(installs)))
        self.assertIn("apt-get", (self.bin / "sudo.calls").read_text())

    def test_a_failing_apt_is_shown(self):
        self.installed = {}  # versions that differ from what apt has
        self.command("apt-get", 'echo "E: the disk is full"; exit 100')
        code, said, _ = self.run_setup("build", installed=["cmake"])
        self.assertEqual(1, code)
        self.assertIn("E: the disk is full", said)
        self.assertIn("apt-get failed", said)

    def test_an_unknown_group_is_refused(self):
        code, said, _ = self.run_setup("builds")
        self.assertEqual(1, code)
        self.assertIn("no such group: builds", said)

    def test_other_systems_are_left_alone(self):
        self.command("dpkg-query", ":")
        os.unlink(self.bin / "dpkg-query")
        done = subprocess.run([str(self.folder / "setup.sh")], capture_output=True, text=True, check=False,
                              env={"PATH": str(self.bin)})
        self.assertEqual(0, done.returncode)
        self.assertIn("not a Debian system", done.stderr)


class PackagesTest(unittest.TestCase):
    """The list itself."""

    def test_every_line_is_complete_and_sorted_by_group(self):
        lines = [line.split(None, 3) for line in (ROOT / "tools" / "packages.txt").read_text().splitlines()
                 if line and not line.startswith("#")]
        self.assertTrue(all(len(line) == 4 for line in lines), lines)
        groups = [line[1] for line in lines]
        self.assertEqual(groups, sorted(groups, key=["build", "test", "interop"].index))
        self.assertEqual(len(lines), len({line[0] for line in lines}))


if __name__ == "__main__":
    if not shutil.which("dpkg"):
        print("NOT RUN tools.setup: dpkg is not installed")
        sys.exit(77)
    unittest.main()
