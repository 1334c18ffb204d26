#!/usr/bin/env python3
"""The full screen on a terminal that looks at every byte: whatever peers say, it gets only what is ours; and when it
goes away, so do we."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import vt
from program import HERE, PATIENCE, PROGRAM, Case, main

WRITER = os.environ.get("GOSSIPCHAT_HOSTILE_WRITER", "")


class Session:
    """gossipchat with all three descriptors on a terminal of ours."""

    def __init__(self, case, *options, answers=True, environment=None, size=(30, 100)):
        self.ours, self.theirs = pty.openpty()
        self.before = termios.tcgetattr(self.theirs)
        self.screen = vt.Terminal(answers)
        self.resize(*size)
        self.process = subprocess.Popen(
            [PROGRAM, *HERE, "--ephemeral", *options], stdin=self.theirs, stdout=self.theirs, stderr=self.theirs,
            env=case.stage.environment(TERM="xterm-256color", **(environment or {})), start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        case.addCleanup(self.close)

    def resize(self, rows, columns):
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def pump(self, seconds=0.05):
        """Reads what is there, answers it; False at the end."""
        if not select.select([self.ours], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.ours, 65536)
        except OSError:
            return False
        answer = self.screen.take(data)
        if answer:
            self.write(answer)
        return bool(data)

    def write(self, data):
        os.write(self.ours, data)

    def until(self, condition, what, within=20):
        deadline = time.monotonic() + within * PATIENCE
        while not condition():
            if time.monotonic() > deadline or not self.pump():
                raise AssertionError(f"no {what}: {self.screen.text[-3000:]!r} {self.screen.complaints[:5]}")

    def wait(self, pattern, within=20):
        self.until(lambda: re.search(pattern, self.screen.text), repr(pattern), within)
        return re.search(pattern, self.screen.text)

    def end(self, within=20):
        """It ends, and all that it wrote was read. Returns the status."""
        deadline = time.monotonic() + within * PATIENCE
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                raise AssertionError("has not ended in time")
            self.pump()
        while select.select([self.ours], [], [], 0.1)[0] and self.pump():
            pass
        return self.process.returncode

    def expect_given_back(self, case):
        case.assertEqual(self.before, termios.tcgetattr(self.theirs))
        for mode, value in ((1049, False), (2004, False), (1004, False), (7, True)):
            case.assertEqual(value, self.screen.modes.get(mode, value), f"mode {mode}")
        case.assertNotEqual(False, self.screen.modes.get(25, True), "the cursor is hidden")
        case.assertEqual(0, self.screen.saved_titles)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for descriptor in (self.ours, self.theirs):
            try:
                os.close(descriptor)
            except OSError:
                pass


class Terminals(Case):
    def test_peers_cannot_steer_the_terminal(self):
        alice = Session(self, "--nick", "alice", "--room", "main", "--room", "text:tea", "-vv")
        port = alice.wait(r"reach 127\.0\.0\.1:(\d+)").group(1)
        with subprocess.Popen([WRITER, port], stdin=subprocess.PIPE) as writer:
            alice.wait(r"the end of the attacks")
            alice.write(b"\x1b2")  # the other room
            alice.wait(r"#text:tea\] alice>")
            alice.wait(r"the end of all beginnings", within=60)
            for line in (b"/who", b"/peers", b"/history all", b"/leave \xff", b"/help", b"/topic x", b"/go \x1b1"):
                alice.write(line + b"\r")
            alice.write(b"\x1bOP")
            alice.wait(r"search what was typed before")
            alice.write(b"\x1b")
            alice.resize(24, 61)
            alice.process.send_signal(signal.SIGWINCH)
            alice.write(b"\x1b1\x0c")
            writer.stdin.close()
            writer.wait(15 * PATIENCE)
            alice.wait(r"\[#main\] alice>")
        alice.write(b"/quit\r")
        self.assertEqual(0, alice.end())
        self.assertEqual([], alice.screen.complaints)
        for title in alice.screen.titles:
            self.assertRegex(title, r"^(\(\d+\) )?(#\S+ - )?gossipchat$")
        alice.expect_given_back(self)

    def test_what_is_not_ours_is_noticed(self):
        """The judge of the other tests, judged."""
        for attack in (b"\x1b]52;c;aGFjaw==\x07", b"\x1b]0;owned\x07", b"\x1b]2;owned\x1b\\", b"\x1bP1$r0m\x1b\\",
                       b"\xc2\x9b31m", b"\x9b31m", b"\x7f", b"\x0e", b"\x1b[?47h", b"\x1b[20t", b"\x1bc", b"\x1b#8",
                       b"\x1b]8;;file:///etc/passwd\x1b\\", b"\x1b[5i", "\u202e".encode(), b"\x1b[31\x1b[0m"):
            for cut in range(len(attack)):
                screen = vt.Terminal()
                screen.take(attack[:cut])
                screen.take(attack[cut:] + b"text")
                self.assertNotEqual([], screen.complaints, attack)
        screen = vt.Terminal()
        screen.take(b"\x1b[?1049h\x1b[1;1H\x1b[0;1mhi\x1b]2;#main - gossipchat\x1b\\" + "漢字\r\n".encode())
        self.assertEqual([], screen.complaints)

    def test_keys_typed_before_the_terminal_has_answered_are_kept(self):
        alice = Session(self, "--nick", "alice", answers=False)
        alice.until(lambda: "[" in alice.screen.sequence, "question to the terminal")
        alice.write("früh da".encode())
        alice.wait(r"alice> früh da")  # it does not wait for ever for an answer
        alice.write(b"\r/quit\r")
        self.assertEqual(0, alice.end())
        alice.expect_given_back(self)
        self.assertEqual([], alice.screen.complaints)

    def test_a_paste_without_marks_is_one_too(self):
        alice = Session(self, "--nick", "alice", answers=False)
        alice.wait(r"Welcome, alice")
        alice.write(b"one line\r/quit\rthree")
        alice.wait(r"three")
        alice.write(b"\x1b[200~ more\x1b[201~")  # and it has marks after all
        alice.wait(r"more")
        alice.write(b"\r")
        alice.wait(r"alice  one line")
        alice.write(b"/me waits\r/quit\r")  # typed, by somebody quick
        self.assertEqual(0, alice.end())
        self.assertEqual([], alice.screen.complaints)

    def test_other_keys_can_be_chosen(self):
        alice = Session(self, "--nick", "alice", "--key", "help=f5,alt+h", "--key", "cut-back=f6")
        alice.wait(r"Welcome, alice")
        alice.write(b"one two\x1b[17~")
        alice.wait(r"> one $|> one \n|one ")
        alice.write(b"\x1bh")
        alice.wait(r"F6 +cut back to a space")
        alice.write(b"\x1bh\x15/quit\r")
        self.assertEqual(0, alice.end())
        for wrong in ("help", "help=", "nothing=f1", "help=hyper+x"):
            alice = Session(self, "--nick", "alice", "--key", wrong)
            self.assertEqual(3, alice.end())
            self.assertIn("next-unread=f3", alice.screen.text)
            alice.expect_given_back(self)

    def test_an_escape_is_a_key_and_begins_others(self):
        alice = Session(self, "--nick", "alice")
        alice.wait(r"alice>")
        alice.write(b"one two")
        alice.wait(r"one two")
        for byte in b"\x1b[1;5D":  # Ctrl+Left, a byte at a time
            alice.write(bytes([byte]))
        alice.write(b"half ")
        alice.wait(r"half")
        alice.write(b"\x0c")  # the whole screen again
        alice.wait(r"one half two")
        alice.write(b"\x1bOP")
        alice.wait(r"search what was typed before")
        alice.screen.text = ""
        alice.write(b"\x1b")
        alice.wait(r"Welcome, alice")
        alice.write(b"\x03\x03\x03")
        self.assertEqual(0, alice.end())
        self.assertEqual([], alice.screen.complaints)

    def test_a_terminal_that_is_gone_ends_it_and_nothing_spins(self):
        for ignored in (False, True):
            with self.subTest(hangup_is_ignored=ignored):
                before = signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)
                try:
                    alice = Session(self, "--nick", "alice")
                finally:
                    signal.signal(signal.SIGHUP, before)
                alice.wait(r"alice>")
                os.close(alice.theirs)
                os.close(alice.ours)
                begin = os.times()
                self.assertEqual(0, alice.process.wait(20 * PATIENCE))
                used = os.times().children_user - begin.children_user
                self.assertLess(used, 10 * PATIENCE)

    def test_signals_give_the_terminal_back(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS):
            with self.subTest(signal=number.name):
                alice = Session(self, "--nick", "alice",
                                environment={"ASAN_OPTIONS": "allow_user_segv_handler=1:handle_abort=0:detect_leaks=0"})
                alice.wait(r"alice>")
                alice.write(b"typed")
                alice.wait(r"typed")
                self.assertNotEqual(alice.before, termios.tcgetattr(alice.theirs))
                alice.process.send_signal(number)
                status = alice.end()
                self.assertEqual(0 if number in (signal.SIGTERM, signal.SIGINT) else -number, status)
                alice.expect_given_back(self)
                self.assertEqual([], alice.screen.complaints)

    def test_a_terminal_that_is_held_up_does_not_hold_up_the_node(self):
        alice = Session(self, "--nick", "alice")
        port = alice.wait(r"reach 127\.0\.0\.1:(\d+)").group(1)
        bob = self.stage.run("--nick", "bob", "--line", "--peer", f"127.0.0.1:{port}")
        bob.expect_talk("alice joined")
        bob.type(*[f"{number} " + "x" * 100 for number in range(300)])  # and nobody reads alice's terminal
        bob.type("/ping alice", "/ping alice", "/ping alice")
        bob.expect_talk(r"^[\d.]+ ms$", count=3)
        alice.wait(r"bob  299")
        alice.write(b"/quit\r")
        self.assertEqual(0, alice.end())

    def test_the_title_can_be_left_alone(self):
        alice = Session(self, "--nick", "alice", "--no-title")
        alice.wait(r"alice>")
        alice.write(b"/quit\r")
        self.assertEqual(0, alice.end())
        self.assertEqual([], alice.screen.titles)
        self.assertNotIn("t", alice.screen.sequence)

    def test_a_screen_reader_hears_no_sequences(self):
        alice = Session(self, "--nick", "alice", "--screen-reader")
        alice.wait(r"listening  /ip4")
        alice.write(b"/help\r/quit\r")
        self.assertEqual(0, alice.end())
        self.assertEqual({}, alice.screen.modes)
        self.assertEqual([], alice.screen.complaints)


if __name__ == "__main__":
    main()
