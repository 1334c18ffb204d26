#!/usr/bin/env python3
"""Whatever peers say, nothing but harmless text reaches a terminal; and a terminal that is held up holds up nobody."""
import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import time
import unicodedata

from program import HERE, PATIENCE, PROGRAM, Case, main

WRITER = os.environ.get("GOSSIPCHAT_HOSTILE_WRITER", "")
OBEYED = set(range(0x202A, 0x202F)) | set(range(0x2066, 0x206A)) | {0x200E, 0x200F, 0x061C, 0x2028, 0x2029}


class Screen:
    """What a terminal would do with the bytes: it knows one state, in which everything is to be shown, and complains
    about whatever would lead it into another."""

    def __init__(self):
        self.rest = b""
        self.text = ""
        self.complaints = []

    def take(self, data):
        data = self.rest + data
        cut = len(data)
        while cut and len(data) - cut < 4 and not self._is_whole(data[:cut]):
            cut -= 1
        self.rest = data[cut:]
        try:
            text = data[:cut].decode("utf-8")
        except UnicodeDecodeError as error:
            self.complaints.append(f"no UTF-8: {error}")
            return
        for character in text:
            self._show(character)

    @staticmethod
    def _is_whole(data):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            return error.reason != "unexpected end of data"
        return True

    def _show(self, character):
        code = ord(character)
        if character in "\r\n\t":
            pass
        elif code < 0x20 or 0x7F <= code < 0xA0 or code in OBEYED or unicodedata.category(character) in ("Cs", "Cn"):
            self.complaints.append(f"U+{code:04X} after {self.text[-40:]!r}")
        self.text += character


class Terminal(Case):
    def open(self, *options):
        """gossipchat with all three descriptors on a terminal of its own, which does not echo."""
        ours, theirs = pty.openpty()
        attributes = termios.tcgetattr(theirs)
        attributes[3] &= ~termios.ECHO
        termios.tcsetattr(theirs, termios.TCSANOW, attributes)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        process = subprocess.Popen(
            [PROGRAM, *HERE, "--ephemeral", *options], stdin=theirs, stdout=theirs, stderr=theirs,
            env=self.stage.environment(), start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.addCleanup(self.end, process, ours)
        os.close(theirs)
        return process, ours, Screen()

    @staticmethod
    def end(process, ours):
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(ours)

    def show_until(self, ours, screen, text, within=15):
        deadline = time.monotonic() + within * PATIENCE
        os.set_blocking(ours, False)
        while text not in screen.text:
            self.assertLess(time.monotonic(), deadline, f"no {text!r} in {screen.text[-3000:]}")
            try:
                screen.take(os.read(ours, 65536))
            except BlockingIOError:
                time.sleep(0.01)  # a pty cannot be waited for together with a deadline in any simpler way
            except OSError:
                self.fail(f"it ended before {text!r}: {screen.text[-3000:]}")

    def port(self, ours, screen):
        self.show_until(ours, screen, "/p2p/")
        return screen.text.split("/ip4/127.0.0.1/tcp/")[1].split("/")[0]

    def test_peers_cannot_steer_the_terminal(self):
        process, ours, screen = self.open("--nick", "alice", "--room", "main", "--room", "text:tea", "-vv",
                                         "--notify", "off")  # a mention may ring
        writer = subprocess.Popen([WRITER, self.port(ours, screen)], stdin=subprocess.PIPE)
        try:
            self.show_until(ours, screen, "> the end of the attacks")
            self.show_until(ours, screen, "#text:tea <")
            self.show_until(ours, screen, "left #main (")
            os.write(ours, b"/who\n/peers\n/history all\n/leave \x1b[2J\xff\n/join \x9b\xc2\x9b31m\n/xyz\x1b]0;x\x07\n"
                           b"/connect \x1b[31m:5\n/ping \x1b[2J\n/nick \x1b[2J\n/help \x1b[2J\n/go \x1b[2J\n/quit\n")
            self.assertEqual(0, process.wait(15 * PATIENCE))
            self.drain(ours, screen)
        finally:
            writer.stdin.close()
            self.assertEqual(0, writer.wait(15 * PATIENCE))
        self.assertEqual([], screen.complaints)
        for line in screen.text.split("\r\n"):
            # Only alice's own history could begin so, and she has said nothing.
            self.assertNotRegex(line, r"^\d{4}-\d\d-\d\d .*<alice>", line)

    @staticmethod
    def drain(ours, screen):
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:
                return
            if not data:
                return
            screen.take(data)

    def test_a_terminal_that_is_held_up_does_not_hold_up_the_node(self):
        """Ctrl+S, and then more messages than a terminal keeps."""
        process, ours, screen = self.open("--nick", "alice")
        bob = self.stage.run("--nick", "bob", "--peer", f"127.0.0.1:{self.port(ours, screen)}")
        self.show_until(ours, screen, "bob joined")
        bob.type(*[f"{number} " + "x" * 1000 for number in range(300)])
        bob.type("/ping alice", "/ping alice", "/ping alice")
        bob.expect_talk(r"^[\d.]+ ms$", count=3)
        self.show_until(ours, screen, "<bob> 299 x")
        self.assertEqual(300, screen.text.count("<bob>"))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(15 * PATIENCE))

    def test_end_of_file_is_the_end(self):
        process, ours, screen = self.open("--nick", "alice")
        self.port(ours, screen)
        os.write(ours, b"\x04")
        self.assertEqual(0, process.wait(15 * PATIENCE))
        self.drain(ours, screen)
        self.assertNotIn("stdin is closed", screen.text)  # a person did it on purpose

    def test_a_terminal_that_is_closed_is_a_farewell(self):
        process, ours, screen = self.open("--nick", "alice")
        bob = self.stage.run("--nick", "bob", "--peer", f"127.0.0.1:{self.port(ours, screen)}")
        bob.expect_talk("alice joined")
        master = os.dup(ours)
        os.close(ours)
        os.close(master)  # the kernel sends SIGHUP
        self.assertEqual(0, process.wait(15 * PATIENCE))
        bob.expect_talk("^alice left #main")
        # What is closed stays closed for the cleanup.
        os.dup2(os.open("/dev/null", os.O_RDWR), ours)


if __name__ == "__main__":
    main()
