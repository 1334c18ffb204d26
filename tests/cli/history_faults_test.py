#!/usr/bin/env python3
"""History when things go wrong: the program is killed, the disk is full, the file cannot be written."""
import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import unittest

from program import PROGRAM, main

import party  # of tests/support

CYCLES = int(os.environ.get("GOSSIPCHAT_KILL_CYCLES", "50"))
NOBODY = 65534


def not_run(name, reason):
    """Tells who collects such lines that something could not be tried here."""
    line = f"NOT RUN {os.environ.get('GOSSIPCHAT_TEST_NAME', 'cli.history_faults')}.{name}: {reason}"
    print(line, flush=True)
    if "GOSSIPCHAT_NOT_RUN_FILE" in os.environ:
        with open(os.environ["GOSSIPCHAT_NOT_RUN_FILE"], "a", encoding="utf-8") as file:
            file.write(line + "\n")
    raise unittest.SkipTest(reason)


class Faults(unittest.TestCase):
    def make_party(self, wrap=None, program=PROGRAM):
        self.party = party.Party([program, "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"], wrap=wrap)
        self.party.__enter__()
        self.addCleanup(self.party.__exit__, None, None, None)
        self.bob = self.party.start("bob", "--ephemeral", host="outside")
        self.address = self.bob.wait("ready")["addrs"][0]

    def start(self, *options):
        alice = self.party.start("alice", "--peer", self.address, *options)
        alice.wait("member.joined", nick="bob")
        return alice

    def folder(self):
        return self.party.folder / "alice/.local/share/gossipchat/default"

    def say(self, node, text):
        """Says it and waits until it is told to be sent. Returns its id."""
        ref = node.say(text)
        return node.wait("delivery", ref=ref, state="sent")["id"]

    def kept(self):
        """All that is in the file, which is sound: pairs of id and text."""
        with contextlib.closing(sqlite3.connect(self.folder() / "history.db")) as database:
            self.assertEqual([("ok",)], database.execute("PRAGMA quick_check").fetchall())
            return database.execute("SELECT id, text FROM messages ORDER BY lamport").fetchall()


class Killed(Faults):
    def test_what_was_confirmed_is_there_after_any_end(self):
        """The writer does not wait for answers: whatever was confirmed when it is killed counts."""
        self.make_party()
        dice = random.Random(9740)
        confirmed, said = set(), 0
        for _ in range(CYCLES):
            alice = self.start("--history-lines", "0")
            for _ in range(dice.randrange(1, 120)):
                alice.say(f"line {said}")
                said += 1
            goal = dice.randrange(0, 40)
            with contextlib.suppress(party.Failure):
                alice.wait_until(lambda: len(alice.find("delivery", state="sent")) >= goal, "confirmations", within=2)
            alice.kill()
            self.assertIsNone(alice.problem)
            confirmed |= {event["id"] for event in alice.find("delivery", state="sent")}
        kept = self.kept()
        ids = [line[0] for line in kept]
        self.assertEqual(len(set(ids)), len(ids))
        self.assertEqual(set(), confirmed - set(ids))
        self.assertGreater(len(confirmed), CYCLES)
        # And it goes on: all of it is found, and one more.
        alice = self.start("--history-lines", "0")
        self.say(alice, "the end")
        ref = alice.tell("search", text="line", limit=10000)
        alice.wait("search", ref=ref)
        alice.quit()
        self.assertEqual("the end", self.kept()[-1][1])


class Full(Faults):
    """On a disk of its own, of one megabyte, in a namespace of its own."""

    def setUp(self):
        probe = subprocess.run(["unshare", *self.user(), "-m", "mount", "-t", "tmpfs", "none", "/mnt"],
                               capture_output=True, check=False)
        if probe.returncode != 0:
            not_run(self.id().rsplit(".", 1)[-1], "no file system can be mounted here")

    def user(self):
        return [] if os.geteuid() == 0 else ["-r"]

    def wrap(self, words, host):
        if host == "outside":
            return words
        home = self.party.folder / "alice" if hasattr(self, "party") else None
        return ["unshare", *self.user(), "-m", "sh", "-c",
                f'mount -t tmpfs -o size=1m none {home} && exec "$@"', "sh", *words]

    def test_the_chat_goes_on_and_remembers(self):
        self.make_party(wrap=self.wrap)
        alice = self.start()
        # What takes the space lies in the namespace of the program.
        inside = f"/proc/{alice.process.pid}/root{self.party.folder}/alice"
        self.say(alice, "before")
        with contextlib.suppress(OSError), open(f"{inside}/ballast", "wb", buffering=0) as ballast:
            while True:
                ballast.write(b"x" * 4096)
        lines = [f"full {number} " + "x" * 2000 for number in range(40)]
        for text in lines:
            self.say(alice, text)
            self.bob.wait("message", text=text)
        notice = alice.wait("warning", code="history")
        self.assertEqual("history is not saved: disk full", notice["message"])
        ref = self.bob.say("does it still work?")
        self.bob.wait("delivery", ref=ref, state="sent")
        alice.wait("message", text="does it still work?")
        self.assertEqual(1, len(alice.find("warning", code="history")))
        os.remove(f"{inside}/ballast")
        again = alice.wait("warning", within=30, code="history", message="history is saved again")
        self.assertIsNotNone(again)
        self.say(alice, "after")
        # The last answer stands behind all that was remembered.
        for text in ["before", *lines, "does it still work?", "after"]:
            self.assertEqual([text], self.found(alice, text))
        # The namespace goes with the program: what is in the file is looked at in a copy.
        copy = self.party.folder / "copy"
        copy.mkdir()
        for name in ("history.db", "history.db-wal"):
            shutil.copy(f"{inside}/.local/share/gossipchat/default/{name}", copy)
        with contextlib.closing(sqlite3.connect(copy / "history.db")) as database:
            self.assertEqual([("ok",)], database.execute("PRAGMA quick_check").fetchall())
            self.assertEqual([(len(lines) + 3,)], database.execute("SELECT count(*) FROM messages").fetchall())

    def found(self, node, text):
        ref = node.tell("search", text=" ".join(text.split()[:2]), limit=50)
        return [entry["text"] for entry in node.wait("search", ref=ref)["search"] if entry["text"] == text]


class ReadOnly(Faults):
    """As somebody who is bound by permissions."""

    def test_a_file_that_cannot_be_written_is_refused(self):
        if os.geteuid() == 0 and shutil.which("setpriv") is None:
            not_run("a_file_that_cannot_be_written_is_refused", "setpriv is missing")
        self.make_party()
        alice = self.start()
        self.say(alice, "before")
        alice.quit()
        words = []
        program = PROGRAM
        if os.geteuid() == 0:
            words = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            program = shutil.copy(PROGRAM, self.party.folder)
            os.chmod(self.party.folder, 0o755)
            for folder, _, files in os.walk(self.party.folder / "alice"):
                for name in [folder, *(os.path.join(folder, file) for file in files)]:
                    os.chown(name, NOBODY, NOBODY)
        path = self.folder() / "history.db"
        path.chmod(0o400)
        command = [*words, program, "--no-mdns", "--no-listen", "--nick", "alice"]
        environment = self.party.environment("alice")
        run = subprocess.run([*command, "--line"], env=environment, input=b"/quit\n", capture_output=True, check=False,
                             timeout=60 * party.PATIENCE)
        self.assertEqual(7, run.returncode, run.stderr)
        self.assertRegex(run.stderr.decode(), r"history\.db: it cannot be written\. Choose another place with --data-dir")
        run = subprocess.run([*command, "--no-history"], env=environment, input=b"/quit\n", capture_output=True,
                             check=False, timeout=60 * party.PATIENCE)
        self.assertEqual(0, run.returncode, run.stderr)
        path.chmod(0o600)
        self.assertEqual(["before"], [line[1] for line in self.kept()])


if __name__ == "__main__":
    main()
