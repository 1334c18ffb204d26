"""Runs gossipchat as a person or a script does, and waits for what it prints, always with a deadline.

    with Stage() as stage:
        bob = stage.run("--nick", "bob")
        bob.expect_talk("listening")
        bob.type("hello")
        bob.close_input()
        bob.expect_end(0)

Everything happens on this machine: nodes listen on loopback addresses and look for nobody. A deadline tells a hang from
a slow machine; GOSSIPCHAT_PATIENCE multiplies all of them. Only the standard library of Python 3.9 is used.
"""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PATIENCE = float(os.environ.get("GOSSIPCHAT_PATIENCE", "1"))
PROGRAM = os.environ.get("GOSSIPCHAT_PROGRAM", "")
HERE = ["--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0", "--rendezvous", "test"]
NOT_RUN = 77

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))


class Stream:
    """What comes out of a descriptor, kept line by line as it comes."""

    def __init__(self, source):
        self.source = source
        self.data = b""
        self.ended = False
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while True:
            try:
                data = os.read(self.source, 65536)
            except OSError:
                data = b""
            with self.changed:
                self.data += data
                self.ended = not data
                self.changed.notify_all()
            if not data:
                return

    def lines(self):
        with self.changed:
            return self.data.decode("utf-8").split("\n")[:-1]

    def wait(self, condition, what, within=10):
        """Waits until condition(all lines) is true, and returns its value."""
        deadline = time.monotonic() + within * PATIENCE
        with self.changed:
            while True:
                value = condition(self.data.decode("utf-8", "replace").split("\n")[:-1])
                if value:
                    return value
                left = deadline - time.monotonic()
                if self.ended or left <= 0:
                    raise AssertionError(f"no {what} {'before the end' if self.ended else 'in time'}; there was:\n"
                                         + self.data.decode("utf-8", "replace")[-4000:])
                self.changed.wait(left)

    def expect(self, pattern, within=10, count=1):
        """The match of the count-th line in which the pattern is found."""
        def find(lines):
            matches = [match for match in (re.search(pattern, line) for line in lines) if match]
            return matches[count - 1] if len(matches) >= count else None
        return self.wait(find, f"line with {pattern!r}", within)


class Program:
    """One running gossipchat. Made by Stage.run."""

    def __init__(self, command, environment, stdin, stdout, preexec):
        self.command = command
        self.process = subprocess.Popen(
            command, env=environment, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE,
            preexec_fn=preexec, close_fds=True)
        self.out = Stream(self.process.stdout.fileno()) if self.process.stdout else None
        self.talk = Stream(self.process.stderr.fileno())

    def type(self, *lines):
        """Types lines; that the program has ended meanwhile is for whoever waits for it."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(("\n".join(lines) + "\n").encode())
            self.process.stdin.flush()

    def type_bytes(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def close_input(self):
        self.process.stdin.close()

    def signal(self, number):
        self.process.send_signal(number)

    def expect_talk(self, pattern, within=10, count=1):
        return self.talk.expect(pattern, within, count)

    def expect_said(self, pattern, within=10, count=1):
        return self.out.expect(pattern, within, count)

    def expect_end(self, status, within=10):
        """It ends with this status; all that it printed is there then. Returns how long that took."""
        begin = time.monotonic()
        try:
            actual = self.process.wait(within * PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"has not ended in time: {self.story()}") from None
        for stream in (self.out, self.talk):
            if stream:
                stream.thread.join(within * PATIENCE)
        if actual != status:
            raise AssertionError(f"ended with {actual} instead of {status}: {self.story()}")
        return time.monotonic() - begin

    def address(self):
        """Where it listens, for --peer."""
        return self.expect_talk(r"listening  (/ip4/127\.0\.0\.1/tcp/\d+)/p2p/").group(1)

    def story(self):
        return "\n".join([" ".join(self.command)] + [
            stream.data.decode("utf-8", "replace")[-4000:] for stream in (self.talk, self.out) if stream])

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in (self.out, self.talk):
            if stream:
                stream.thread.join(5)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()


class Stage:
    """A home for programs; gone on exit, with whoever still runs."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gossipchat-cli-"))
        self.programs = []
        return self

    def __exit__(self, kind, error, trace):
        for program in self.programs:
            program.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, home="home", **more):
        """A clean one: nothing of the person who runs the tests gets in."""
        folder = self.folder / home
        folder.mkdir(mode=0o700, exist_ok=True)
        kept = {key: value for key, value in os.environ.items() if key == "PATH" or key.endswith("SAN_OPTIONS")}
        return dict(kept, HOME=str(folder), TZ="UTC", LANG="C.UTF-8", **more)

    def run(self, *options, here=True, ephemeral=True, home="home", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            wrap=(), preexec=None, environment=None):
        command = [*wrap, PROGRAM, *(HERE if here else []), *(["--ephemeral"] if ephemeral else []), *options]
        program = Program(command, self.environment(home, **(environment or {})), stdin, stdout, preexec)
        self.programs.append(program)
        return program

    def pair(self, *options):
        """Two in line mode who know of each other: bob dialed alice."""
        alice = self.run("--nick", "alice", *options)
        bob = self.run("--nick", "bob", "--peer", alice.address(), *options)
        alice.expect_talk("bob joined")
        bob.expect_talk("alice joined")
        return alice, bob


class Case(unittest.TestCase):
    """A test with a stage of its own."""

    def setUp(self):
        self.stage = Stage()
        self.stage.__enter__()
        self.addCleanup(self.stage.__exit__, None, None, None)


def main():
    if not PROGRAM:
        print("NOT RUN: GOSSIPCHAT_PROGRAM is not set")
        sys.exit(NOT_RUN)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as a shell in the foreground has it
    unittest.main(verbosity=1)
