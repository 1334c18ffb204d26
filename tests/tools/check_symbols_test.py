#!/usr/bin/env python3
"""Does tools/check_symbols.sh see a clock, dice and memory where there must be none?"""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COMPILER = os.environ.get("CC", "cc")


def check(**layers):
    """Builds a library from the C text of each layer; returns what the check says and its code."""
    with tempfile.TemporaryDirectory() as folder:
        archives = []
        for name, text in layers.items():
            source = pathlib.Path(folder, f"{name}.c")
            archive = pathlib.Path(folder, f"libgossipchat_{name}.a")
            source.write_text(text)
            subprocess.run([COMPILER, "-O0", "-c", source, "-o", f"{folder}/{name}.o"], check=True)
            subprocess.run(["ar", "rcs", archive, f"{folder}/{name}.o"], check=True)
            archives.append(archive)
        done = subprocess.run([ROOT / "tools/check_symbols.sh", *archives], check=False,
                              stdout=subprocess.PIPE, text=True)
        return done.stdout.splitlines(), done.returncode


class CheckSymbolsTest(unittest.TestCase):
    def test_a_pure_layer(self):
        self.assertEqual((["symbols: ok"], 0), check(
            yamux="#include <string.h>\nint f(char *a) { memset(a, 1, 9); return (int)strlen(a); }"))

    def test_dice_and_a_clock(self):
        self.assertEqual((["yamux: rand", "yamux: time"], 1), check(
            yamux="#include <stdlib.h>\n#include <time.h>\nlong f(void) { return rand() + time(0); }"))

    def test_output(self):
        said, code = check(ping='#include <stdio.h>\nvoid f(void) { fprintf(stderr, "%d", 1); }')
        self.assertEqual((["ping: fprintf", "ping: stderr"], 1), (said, code))

    def test_memory_is_for_base(self):
        text = "#include <stdlib.h>\nvoid *f(void) { return malloc(7); }"
        self.assertEqual((["symbols: ok"], 0), check(base=text))
        self.assertEqual((["noise: malloc"], 1), check(noise=text))

    def test_libraries_are_for_their_owners(self):
        text = "int crypto_hash_sha256(void); int f(void) { return crypto_hash_sha256(); }"
        self.assertEqual((["symbols: ok"], 0), check(crypto=text))
        self.assertEqual((["noise: crypto_hash_sha256"], 1), check(noise=text))

    def test_keys_that_nobody_gave_a_seed(self):
        self.assertEqual((["crypto: crypto_sign_keypair", "crypto: randombytes_buf"], 1), check(
            crypto="int crypto_sign_keypair(void); int randombytes_buf(void);"
                   "int f(void) { return crypto_sign_keypair() + randombytes_buf(); }"))

    def test_layers_may_use_each_other(self):
        self.assertEqual((["symbols: ok"], 0), check(
            base="int base_thing(void) { return 1; }",
            yamux="int base_thing(void); int f(void) { return base_thing(); }"))
        self.assertEqual((["yamux: base_thing"], 1), check(
            yamux="int base_thing(void); int f(void) { return base_thing(); }"))

    def test_libraries_that_are_not_there(self):
        for arguments in ([], ["/nowhere/libgossipchat_base.a"]):
            self.assertEqual(1, subprocess.run([ROOT / "tools/check_symbols.sh", *arguments], check=False,
                                               stdout=subprocess.DEVNULL).returncode)


if __name__ == "__main__":
    unittest.main()
