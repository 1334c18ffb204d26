#!/usr/bin/env python3
"""Private rooms: who has the passphrase talks, who has another is told, and a passphrase is never shown or passed on."""
import contextlib
import fcntl
import json
import os
import pty
import signal
import subprocess
import termios
import time

from program import HERE, PATIENCE, PROGRAM, Case, main

import party  # of tests/support
from event_schema import complaint

GOOD = "correct horse battery staple"
OTHER = "correct horse battery stable"
WITHIN = 60  # a key takes long to make on purpose, and longer on a machine with much to do


class PrivateRooms(Case):
    def file(self, text, mode=0o600, name="passphrase"):
        path = self.stage.folder / name
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def test_two_talk_whatever_the_passphrase_comes_from(self):
        alice = self.stage.run("--nick", "alice", "-r", "ops", "--passphrase-file", self.file(GOOD + "\nmore\n"))
        read, write = os.pipe()
        os.write(write, GOOD.encode() + b"\r\n")
        os.close(write)
        os.set_inheritable(read, True)
        command = [PROGRAM, *HERE, "--ephemeral", "--nick", "bob", "-r", "#Ops", "--passphrase-fd", str(read),
                   "--peer", alice.address()]
        bob = subprocess.Popen(command, env=self.stage.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, pass_fds=[read])
        self.addCleanup(bob.kill)
        self.addCleanup(bob.wait)
        self.addCleanup(bob.stdin.close)
        self.addCleanup(bob.stdout.close)
        os.close(read)
        alice.expect_talk(r"bob joined #ops", WITHIN)
        carl = self.stage.run("--nick", "carl", "-r", "ops", "--peer", alice.address(),
                              "--passphrase-command", f"printf '%s\\n' '{GOOD}'")
        dora = self.stage.run("--nick", "dora", "-r", "ops", "-P", "--peer", alice.address(),
                              environment={"GOSSIPCHAT_PASSPHRASE": GOOD})
        for who in ("carl", "dora"):
            alice.expect_talk(f"{who} joined #ops", WITHIN)
        alice.type("the launch is at nine")
        for program in (carl, dora):
            program.expect_said(r"#ops <alice> the launch is at nine", WITHIN)
        self.assertIn(b"the launch is at nine", bob.stdout.readline())

    def test_who_mistyped_is_told_and_others_see_nothing(self):
        alice = self.stage.run("--nick", "alice", "-r", "ops", "--passphrase-file", self.file(GOOD))
        alice.expect_talk("joined|now in|nobody|listening", WITHIN)
        bob = self.stage.run("--nick", "bob", "-r", "ops", "--peer", alice.address(),
                             "--passphrase-file", self.file(OTHER, name="other"))
        carl = self.stage.run("--nick", "carl", "-r", "ops", "--peer", alice.address())
        alice.expect_talk(r"1 person is in #ops with a different passphrase\. One of you has mistyped it", WITHIN)
        bob.expect_talk(r"1 person is in #ops with a different passphrase", WITHIN)
        carl.expect_talk(r"in a private room: with its name and passphrase, /join ROOM -p", WITHIN)
        alice.type("secret plans", "/rooms")
        alice.expect_talk(r"#ops  1 here, private", WITHIN)
        for program in (bob, carl):
            program.type("/rooms")
            program.expect_talk(r"#ops  1 here", WITHIN)
            self.assertEqual([], program.out.lines())

    def test_what_cannot_be_a_passphrase_ends_with_six(self):
        long = "x" * 1025
        cases = [
            (["--passphrase-file", str(self.stage.folder / "none")], r"cannot read .*none: No such file"),
            (["--passphrase-file", self.file(GOOD, 0o644, "open")], r"open is readable by others \(mode 0644\)\. Run: chmod 600"),
            (["--passphrase-file", self.file("\nmore", name="empty")], r"its first line is empty"),
            (["--passphrase-file", self.file(long, name="long")], r"at most 1024 bytes"),
            (["--passphrase-fd", "999"], r"cannot read descriptor 999: Bad file descriptor"),
            (["--passphrase-command", "exit 3"], r"passphrase command"),
            (["--passphrase-command", "echo good; exit 3"], r"the passphrase command failed"),
            (["-P"], r"there is no terminal to ask for the passphrase\. Use --passphrase-file"),
        ]
        for options, pattern in cases:
            program = self.stage.run(*options)
            program.expect_end(6, WITHIN)
            program.expect_talk(pattern)
        program = self.stage.run("--passphrase-file", "a", "--passphrase-command", "b")
        program.expect_end(2, WITHIN)
        program.expect_talk("give one of")

    def test_a_private_room_cannot_be_one_of_other_programs(self):
        program = self.stage.run("-r", "text:chat", "--passphrase-file", self.file(GOOD))
        program.expect_end(2, WITHIN)
        program.expect_talk("the room is one of other programs")

    def test_json_joins_with_a_passphrase(self):
        with party.Party([PROGRAM, "--ephemeral", "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"]) as together:
            alice = together.start("alice")
            bob = together.start("bob", "--peer", alice.wait("ready")["addrs"][0])
            together.wait_for_members([alice, bob])
            for node in (alice, bob):
                ref = node.tell("join", room="ops", passphrase=GOOD)
                self.assertTrue(node.wait("room.joined", ref=ref, within=WITHIN)["private"])
                node.wait("done", ref=ref)
            alice.wait("member.joined", room="ops", nick="bob", within=WITHIN)
            alice.tell("send", room="ops", text="psst")
            self.assertEqual("psst", bob.wait("message", room="ops", within=WITHIN)["text"])
            ref = alice.tell("rooms")
            rooms = {room["room"]: room for room in alice.wait("rooms", ref=ref)["rooms"]}
            self.assertEqual((True, False), (rooms["ops"]["private"], rooms["main"]["private"]))
            ref = alice.tell("join", room="dev", passphrase="short")
            self.assertEqual("dev", alice.wait("warning", code="weak_passphrase", within=WITHIN)["room"])
            ref = alice.tell("join", room="dev2", passphrase=7)
            self.assertIn("passphrase", alice.wait("error", ref=ref)["message"])
            together.leave()
            for node in (alice, bob):
                for event in node.events:
                    self.assertIsNone(complaint(event))
                    self.assertNotIn(GOOD, json.dumps(event))


class Terminal(Case):
    """gossipchat on a terminal of its own that echoes, as terminals do."""

    def open(self, *options):
        ours, theirs = pty.openpty()
        self.before = termios.tcgetattr(theirs)
        self.theirs, self.ours, self.shown = theirs, ours, ""
        self.process = subprocess.Popen(
            [PROGRAM, *HERE, "--ephemeral", "--line", *options], stdin=theirs, stdout=theirs, stderr=theirs,
            env=self.stage.environment(), start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.addCleanup(self.end)
        os.set_blocking(ours, False)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for number in (self.ours, self.theirs):
            with contextlib.suppress(OSError):
                os.close(number)

    def expect(self, text):
        deadline = time.monotonic() + WITHIN * PATIENCE
        while text not in self.shown:
            try:
                self.shown += os.read(self.ours, 65536).decode("utf-8", "replace")
            except BlockingIOError:
                self.assertLess(time.monotonic(), deadline, f"no {text!r} in {self.shown!r}")
                time.sleep(0.02)

    def type(self, text):
        os.write(self.ours, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.theirs)[3] & termios.ECHO)

    def test_it_asks_without_showing_and_puts_the_terminal_back(self):
        self.open("-r", "ops", "-P")
        self.expect("Passphrase of #ops (not shown): ")
        self.assertFalse(self.echoes())
        self.type(GOOD + "\n")
        self.expect("listening")
        self.type("/rooms\n")
        self.expect("#ops  1 here, private")
        self.assertTrue(self.echoes())
        self.type("/join dev -p\n")
        self.expect("Passphrase of #dev (not shown): ")
        self.type(OTHER + "\n")
        self.expect("now in #dev (private)")
        self.assertTrue(self.echoes())
        self.type("/private off\n")
        self.expect("now in #dev\r\n")
        self.type("/private on\n")
        self.shown = ""
        self.expect("Passphrase of #dev (not shown): ")
        self.type("\n")
        self.expect("no passphrase was given; nothing is changed")
        self.type("/quit\n")
        self.process.wait(WITHIN * PATIENCE)
        self.expect("left #ops")
        self.assertNotIn(GOOD, self.shown)
        self.assertNotIn(OTHER, self.shown)
        self.assertEqual(self.before, termios.tcgetattr(self.theirs))

    def test_an_interrupted_question_leaves_the_terminal_as_it_was(self):
        for during_start in (True, False):
            self.open("-r", "ops", *(["-P"] if during_start else []))
            if not during_start:
                self.expect("listening")
                self.type("/join dev -p\n")
            self.expect("(not shown): ")
            deadline = time.monotonic() + WITHIN * PATIENCE
            while self.echoes():
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.02)
            self.process.send_signal(signal.SIGINT)
            status = self.process.wait(WITHIN * PATIENCE)
            self.assertEqual(6 if during_start else 0, status)
            self.assertEqual(self.before, termios.tcgetattr(self.theirs))
            self.end()


if __name__ == "__main__":
    main()
