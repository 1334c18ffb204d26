#!/usr/bin/env python3
"""Each way to end has its number, and one line that says why."""
import os
import signal
import socket
import stat
import subprocess

from program import Case, main


class ExitCodes(Case):
    def expect(self, status, line, *options, **more):
        """Runs with an empty stdin, and expects this end."""
        program = self.stage.run(*options, stdin=subprocess.DEVNULL, **more)
        program.expect_end(status)
        text = program.talk.data.decode()
        self.assertIn(line, text)
        self.assertNotIn("Sanitizer", text)
        return program

    def test_0_for_help_and_version(self):
        self.assertIn("gossipchat --nick Bob", self.expect(0, "", "--help").out.data.decode())
        self.assertIn("--wait-peers", self.expect(0, "", "--help-all").out.data.decode())
        self.assertRegex(self.expect(0, "", "--version").out.data.decode(), r"^gossipchat \d+\.\d+\.\d+\n$")
        self.assertIn("peers_max", self.expect(0, "", "--limits").out.data.decode())

    def test_0_when_stdin_is_closed_from_the_start(self):
        program = self.expect(0, "stdin is closed: exiting. Use --headless to stay connected, or run the container "
                                 "with -it.\n")
        self.assertEqual(b"", program.out.data)
        self.expect(0, "stdin is closed", preexec=lambda: os.close(0))

    def test_0_after_quit_and_at_the_end_of_input(self):
        program = self.stage.run()
        program.type("/quit")
        program.expect_end(0)
        program = self.stage.run()
        program.type("/who")
        program.close_input()
        program.expect_end(0)
        self.assertNotIn("stdin is closed", program.talk.data.decode())

    def test_1_when_stdout_cannot_be_written(self):
        alice, bob = self.stage.pair()
        with open("/dev/full", "wb") as full:
            carol = self.stage.run("--nick", "carol", "--peer", alice.address(), stdout=full)
        alice.expect_talk("carol joined")
        bob.type("hello")
        carol.expect_end(1)
        carol.expect_talk("gossipchat: cannot write to stdout: no space left on device")

    def test_2_for_a_wrong_command_line(self):
        self.expect(2, "gossipchat: unknown option --rendevous (did you mean --rendezvous?)\n"
                       "Try 'gossipchat --help'.\n", "--rendevous", "x")
        self.expect(2, '--port = "97x0": a number from 0 to 65535 is expected', "--port", "97x0")
        self.expect(2, '"two words" is not a nick', "--nick", "two words")
        self.expect(2, '"lunch time" is not a room name', "--room", "lunch time")
        self.expect(2, '"nowhere" is no address to connect to', "--peer", "nowhere")
        self.expect(2, "a rendezvous has 1 to 48 bytes", "--rendezvous", "x" * 49)
        self.expect(2, '--format "%x"', "--format", "%x")
        self.expect(2, "is not a multiaddr to listen on", "--no-mdns", "--listen", "9740", here=False)
        self.expect(2, "is not a name for a profile", "--profile", "../x", ephemeral=False)

    def test_3_for_a_wrong_setting(self):
        self.expect(3, 'GOSSIPCHAT_PORT = "x": a number from 0 to 65535 is expected',
                    environment={"GOSSIPCHAT_PORT": "x"})
        self.expect(3, "cannot write /no/such/log: No such file or directory", "--log-file", "/no/such/log")

    def test_4_when_the_network_cannot_start(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"/ip4/127.0.0.1/tcp/{taken.getsockname()[1]}"
            self.expect(4, f"gossipchat: cannot listen on {address}: address already in use", "--no-mdns",
                        "--listen", address, here=False)

    def test_5_when_nobody_comes(self):
        program = self.stage.run("--wait-peers", "1", "--timeout", "0")
        program.type("hello")
        program.expect_end(5)
        program.expect_talk(r"^gossipchat: no peer in #main within 0 s$")
        program = self.stage.run("--linger", "0")
        program.type("hello")
        program.close_input()
        program.expect_end(5)
        program.expect_talk(r"^1 message was not delivered$")

    def test_6_when_the_identity_cannot_be_used(self):
        key = self.stage.folder / "my.key"
        program = self.stage.run("--identity", str(key), ephemeral=False)
        program.type("/quit")
        program.expect_end(0)
        self.assertEqual(0o600, stat.S_IMODE(key.stat().st_mode))
        whole = key.read_bytes()
        key.chmod(0o644)
        self.expect(6, f"gossipchat: {key} is readable by others (mode 0644). Run: chmod 600 {key}\n",
                    "--identity", str(key), ephemeral=False)
        key.chmod(0o600)
        key.write_bytes(b"damaged")
        self.expect(6, f"{key} is not a libp2p private key, or it is damaged; it was left as it is.",
                    "--identity", str(key), ephemeral=False)
        self.assertEqual(b"damaged", key.read_bytes())
        key.write_bytes(whole)
        link = self.stage.folder / "link.key"
        link.symlink_to(key)
        self.expect(6, f"{link} is a symbolic link", "--identity", str(link), ephemeral=False)
        folder = self.stage.folder / "folder.key"
        folder.mkdir()
        self.expect(6, f"{folder} is not a plain file", "--identity", str(folder), ephemeral=False)

    def test_7_when_data_cannot_be_kept(self):
        self.expect(7, "gossipchat: cannot use /dev/null: Not a directory. Choose another place with --data-dir, or "
                       "use --ephemeral.", "--data-dir", "/dev/null", ephemeral=False)
        self.expect(7, "there is no HOME to keep the identity in", ephemeral=False, wrap=["env", "-u", "HOME"])
        first = self.stage.run("--profile", "work", ephemeral=False)
        first.address()
        self.expect(7, f"gossipchat: profile work is in use (pid {first.process.pid}). End that one, or choose another "
                       "--profile.", "--profile", "work", ephemeral=False)

    def test_130_when_interrupted_with_undelivered_messages(self):
        program = self.stage.run()
        program.address()
        program.type("one", "two", "/rooms")
        program.expect_talk("^  1  #main")
        program.signal(signal.SIGINT)
        program.expect_end(130)
        program.expect_talk(r"^2 messages were not delivered$")


if __name__ == "__main__":
    main()
