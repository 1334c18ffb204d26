#!/usr/bin/env python3
"""Is what is installed whole, does it export what it documents, and can a stranger build on it?

Told by the environment: PREFIX is the installed tree, SOURCE and BUILD are where it came from, CC and
CFLAGS what it was compiled with (an embedder of a build with sanitizers needs them too).
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

PREFIX = pathlib.Path(os.environ["PREFIX"])
SOURCE = pathlib.Path(os.environ["SOURCE"])
BUILD = pathlib.Path(os.environ["BUILD"])
COMPILER = os.environ["CC"]
FLAGS = os.environ["CFLAGS"].split()
EXAMPLE = SOURCE / "tests/embedding/example.c"

# What sanitizers add to a library.
SANITIZERS = re.compile(r"_*(asan|odr_asan|ubsan|sanitizer|sancov|lsan)|__(start|stop)___san")


def find(pattern):
    """The one file of the installed tree that a pattern means."""
    found = sorted(PREFIX.rglob(pattern))
    if len(found) != 1:
        raise AssertionError(f"{pattern}: {found}")
    return found[0]


def output(*command, seconds_max=60, **options):
    """What a command says. Its failure is that of the test, with all it said."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, timeout=seconds_max, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout}")
    return done.stdout


def documented():
    """The functions that the installed headers declare as exported."""
    text = "\n".join(header.read_text() for header in sorted(find("gossipchat.h").parent.glob("*.h")))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    declared = set(re.findall(r"^[A-Za-z][^;{}#]*?\b(gossip_\w+)\(", text, re.MULTILINE))
    exported = set(re.findall(r"^GOSSIP_API\b[^;{}#]*?\b(gossip_\w+)\(", text, re.MULTILINE))
    if declared != exported:
        raise AssertionError(f"declared without GOSSIP_API: {declared - exported}")
    return exported


def symbols(library, *options):
    lines = output("nm", "--defined-only", "--format=posix", *options, library).splitlines()
    names = {line.split()[0] for line in lines if len(line.split()) > 1}
    return {name for name in names if not SANITIZERS.match(name)}


class ExportsTest(unittest.TestCase):
    """The libraries export what the headers document, and nothing else."""

    def test_there_is_something_to_export(self):
        self.assertIn("gossip_node_create", documented())

    def test_shared(self):
        self.assertEqual(documented(), symbols(find("libgossipchat.so"), "--dynamic"))

    def test_static(self):
        self.assertEqual(documented(), symbols(find("libgossipchat.a"), "--extern-only"))

    def test_shared_is_named_by_its_binary_interface(self):
        name = re.search(r"SONAME.*\[(.*)\]", output("readelf", "--dynamic", find("libgossipchat.so"))).group(1)
        major, minor, _ = version().split(".")
        self.assertEqual(f"libgossipchat.so.{major}.{minor}" if major == "0" else f"libgossipchat.so.{major}", name)


def version():
    return re.search(r'GOSSIPCHAT_VERSION "(.*)"', find("version.h").read_text()).group(1)


class FilesTest(unittest.TestCase):
    """Everything is there, and the program runs from there."""

    def test_headers_are_those_of_the_source(self):
        expected = {header.name for header in (SOURCE / "include/gossipchat").glob("*.h")} | {"version.h"}
        self.assertEqual(expected, {header.name for header in find("gossipchat.h").parent.iterdir()})

    def test_program(self):
        self.assertEqual(f"gossipchat {version()}\n", output(find("bin/gossipchat"), "--version"))

    def test_licence(self):
        self.assertEqual((SOURCE / "LICENSE").read_text(), find("LICENSE").read_text())

    def test_reference_has_every_function(self):
        entries = re.findall(r"^### (.*)$", find("reference.md").read_text(), re.MULTILINE)
        self.assertEqual(set(), documented() - set(re.findall(r"`(\w+)`", " ".join(entries))))

    def test_manual_names_every_option_of_the_help(self):
        page = find("gossipchat.1").read_text().replace("\\-", "-")
        options = re.findall(r"^.{0,16}--([a-z-]+)", output(find("bin/gossipchat"), "--help-all"), re.MULTILINE)
        self.assertGreater(len(options), 20)
        for option in options:
            self.assertIn(f"Fl -{option}", page)

    def test_manual_is_clean(self):
        if shutil.which("mandoc") is None:
            print("NOT RUN package.files: mandoc is not installed")
            self.skipTest("no mandoc")
        for name in ("gossipchat.1", "gossipchat.5"):
            self.assertEqual("", output("mandoc", "-T", "lint", "-W", "all", find(name)))


class Embedding(unittest.TestCase):
    """What the ways to embed have in common."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.library = find("libgossipchat.so").parent
        self.environment = dict(os.environ, LD_LIBRARY_PATH=str(self.library))

    def run_example(self, is_shared):
        """Runs it; it ends with success only if its loop has no handle left."""
        example = self.folder / "example"
        needed = output("readelf", "--dynamic", example)
        self.assertEqual(is_shared, "libgossipchat.so" in needed)
        self.assertEqual("Alice hears: good morning\n", output(example, env=self.environment))


class PkgConfigTest(Embedding):
    """The example, built in one line."""

    def setUp(self):
        super().setUp()
        self.environment["PKG_CONFIG_PATH"] = str(self.library / "pkgconfig")

    def build(self, package):
        flags = output("pkg-config", "--cflags", "--libs", package, env=self.environment).split()
        output(COMPILER, *FLAGS, "-Wall", "-Wextra", "-Werror", EXAMPLE, "-o", self.folder / "example", *flags)

    def test_shared(self):
        self.build("gossipchat")
        self.run_example(is_shared=True)

    def test_static(self):
        self.build("gossipchat-static")
        self.run_example(is_shared=False)

    def test_version(self):
        self.assertEqual(version(), output("pkg-config", "--modversion", "gossipchat", env=self.environment).strip())

    def test_what_the_static_library_needs_is_known(self):
        flags = output("pkg-config", "--libs", "--static", "gossipchat", env=self.environment)
        for name in ("uv", "sodium", "protobuf-c", "utf8proc", "sqlite3"):
            self.assertIn(f"-l{name}", flags)


class CMakeTest(Embedding):
    """The example, built with find_package."""

    def build(self, library):
        shutil.copy(EXAMPLE, self.folder)
        shutil.copy(SOURCE / "tests/embedding/stranger.cmake", self.folder / "CMakeLists.txt")
        output(os.environ["CMAKE"], "-G", "Ninja", "-S", self.folder, "-B", self.folder, f"-DLIBRARY={library}",
               f"-DCMAKE_PREFIX_PATH={PREFIX}", f"-DCMAKE_C_COMPILER={COMPILER}", f"-DCMAKE_C_FLAGS={' '.join(FLAGS)}")
        output(os.environ["CMAKE"], "--build", self.folder)

    def test_shared(self):
        self.build("gossipchat")
        self.run_example(is_shared=True)

    def test_static(self):
        self.build("gossipchat_static")
        self.run_example(is_shared=False)


class HardeningTest(unittest.TestCase):
    """What users run resists a little more, and does not tell where it was built."""

    def check(self, path, kind):
        text = output("readelf", "--file-header", "--program-headers", "--dynamic", "--wide", path)
        self.assertRegex(text, kind)
        self.assertRegex(text, r"Type: +DYN")
        self.assertIn("GNU_RELRO", text)
        self.assertRegex(text, r"FLAGS.*\bNOW\b")
        self.assertRegex(text, r"GNU_STACK .* RW +0x")
        self.assertNotRegex(text, r"\b(RPATH|RUNPATH)\b")
        imported = output("nm", "--dynamic", "--undefined-only", path)
        self.assertIn("__stack_chk_fail", imported)
        self.assertRegex(imported, r"__\w+_chk\b")

    def test_program_is_independent_of_its_position(self):
        self.check(find("bin/gossipchat"), r"INTERP")

    def test_shared_library(self):
        self.check(find("libgossipchat.so"), r"SONAME")

    def test_no_path_is_left(self):
        places = [str(place.resolve()).encode() for place in (SOURCE, BUILD)]
        for path in PREFIX.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                self.assertEqual([], [place for place in places if place in data], path)


class ReproducibleTest(unittest.TestCase):
    """The same sources make the same bytes, wherever they lie."""

    def test_built_elsewhere(self):
        with tempfile.TemporaryDirectory() as name:
            source, build = pathlib.Path(name, "some/where else"), pathlib.Path(name, "b")
            source.mkdir(parents=True)
            for entry in ("CMakeLists.txt", "LICENSE", "CHANGELOG.md", "src", "include", "proto", "tools"):
                place = SOURCE / entry
                (shutil.copytree if place.is_dir() else shutil.copy)(place, source / entry)
            output(os.environ["CMAKE"], "-S", source, "-B", build, "-G", "Ninja", "-DBUILD_TESTING=OFF",
                   f"-DCMAKE_BUILD_TYPE={os.environ['BUILD_TYPE']}", f"-DCMAKE_C_COMPILER={COMPILER}",
                   f"-DCMAKE_C_FLAGS={' '.join(FLAGS)}")
            output(os.environ["CMAKE"], "--build", build, seconds_max=540)
            output(os.environ["CMAKE"], "--install", build, "--prefix", build / "installed")
            files = [path.relative_to(PREFIX) for path in sorted(PREFIX.rglob("*")) if path.is_file()]
            self.assertGreater(len(files), 15)
            for path in files:
                self.assertEqual((PREFIX / path).read_bytes(), (build / "installed" / path).read_bytes(), path)


if __name__ == "__main__":
    unittest.main()
