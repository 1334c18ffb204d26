"""An honest person at a terminal: the program in line mode, and every byte it prints."""
import os
import re
import subprocess
import time
import unicodedata

from party import PATIENCE, Failure
from siege import PROGRAM, RENDEZVOUS

# What a line of the usual shape looks like, and the second and later lines of one message.
USUAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d~? #main (<[^ ]+> |\* [^ ]+ ).*")
CONTINUED = re.compile(r"\t\| .*")

# Joins the parts of an emoji; all else that has no shape of its own has no place in the text of a stranger.
JOINERS = "\u200d\ufe0f"
MARKS_MAX = 4  # on one character


def flaws(text):
    """What of a text could do anything to a terminal but fill its cells; empty if nothing can."""
    found, marks = [], 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") and character not in JOINERS else 0
        if (category[0] == "C" or category in ("Zl", "Zp")) and character not in JOINERS + "\n\t":
            found.append(f"U+{ord(character):04X}")
        elif marks > MARKS_MAX:
            found.append(f"{marks} marks on one character")
    return found


class LineNode:
    """One gossipchat in line mode with files for what it prints. Used in a with statement."""

    def __init__(self, siege, name, *options):
        self.out_path = siege.party.folder / f"{name}.out"
        self.error_path = siege.party.folder / f"{name}.err"
        self.options = options
        with open(self.out_path, "wb") as out, open(self.error_path, "wb") as errors:
            self.process = subprocess.Popen(
                [PROGRAM, "--line", "--nick", name, "--rendezvous", RENDEZVOUS, "--ephemeral", "--no-mdns", *options],
                stdin=subprocess.PIPE, stdout=out, stderr=errors, env=siege.party.environment(name))

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        if error is not None:
            print(f"---- in line mode\n{self.errors()}\n{self.shown()}", flush=True)

    def type(self, text):
        self.process.stdin.write(os.fsencode(text) + b"\n")
        self.process.stdin.flush()

    def shown(self):
        """What is on stdout; it fails if that is not UTF-8."""
        return self.out_path.read_bytes().decode()

    def errors(self):
        return self.error_path.read_bytes().decode()

    def wait_until(self, condition, what, within=10):
        """Waits until condition() is true of what was printed."""
        deadline = time.monotonic() + within * PATIENCE
        while not condition():
            if self.process.poll() is not None:
                raise Failure(f"in line mode it ended with {self.process.returncode} before {what}")
            if time.monotonic() > deadline:
                raise Failure(f"in line mode: no {what} within {within * PATIENCE:g} s; stderr: {self.errors()!r}")
            time.sleep(0.02)

    def expect_clean(self):
        """Every byte on stdout and stderr is harmless, and each line has one of the two shapes."""
        for text, where in ((self.shown(), "stdout"), (self.errors(), "stderr")):
            if found := flaws(text):
                raise Failure(f"{where} has {found[:5]}: {text!r}")
        for line in self.shown().splitlines():
            if not USUAL.fullmatch(line) and not CONTINUED.fullmatch(line):
                raise Failure(f"stdout has a line of a shape of its own: {line!r}")
