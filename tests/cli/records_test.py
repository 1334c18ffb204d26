#!/usr/bin/env python3
"""What a chat keeps for people, and how it calls them: logs, exports, notes, facts."""
import os
import pty
import signal
import stat
import subprocess

from program import Case, Stream, main

TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


class Records(Case):
    def wait_for(self, path, pattern):
        """Until a file has a line like that; returns all its lines."""
        with subprocess.Popen(["tail", "-n", "+1", "-F", str(path)], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as tail:
            try:
                Stream(tail.stdout.fileno()).expect(pattern)
            finally:
                tail.kill()
        return path.read_text().splitlines()

    def test_a_chat_log_has_all_that_is_said(self):
        path = self.stage.folder / "chat.log"
        alice = self.stage.run("--nick", "alice", "--chat-log", str(path))
        bob = self.stage.run("--nick", "bob", "--peer", alice.address())
        bob.expect_talk("alice joined")
        alice.expect_talk("bob joined")
        bob.type("hello", "/me waves")
        alice.type("hi")
        bob.expect_said("<alice> hi")
        alice.expect_said("[*] bob waves")
        lines = self.wait_for(path, "<alice> hi")
        self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode))
        self.assertEqual(3, len(lines))
        self.assertRegex(path.read_text(), rf"(?m)^{TIME} #main <bob> hello$")
        alice.type("/log off", "unheard", "/log on", "heard", "/log what", "/log")
        alice.expect_talk("^nothing is logged$")
        alice.expect_talk(f"^what is said is written to {path}$")
        alice.expect_talk("^! usage: /log")
        self.assertNotIn("unheard", "\n".join(self.wait_for(path, "<alice> heard")))

    def test_a_log_is_opened_anew_for_who_rotates_it(self):
        path = self.stage.folder / "chat.log"
        alice = self.stage.run("listen", "--nick", "alice", "--chat-log", str(path))
        bob = self.stage.run("--nick", "bob", "--peer", alice.address())
        bob.expect_talk("alice joined")
        bob.type("one")
        alice.expect_said("<bob> one")
        path.rename(self.stage.folder / "chat.log.1")
        alice.signal(signal.SIGHUP)
        alice.expect_talk("settings were read again")
        bob.type("two")
        self.assertEqual(1, len(self.wait_for(path, "<bob> two")))
        self.assertEqual(1, len((self.stage.folder / "chat.log.1").read_text().splitlines()))

    def test_a_log_that_cannot_be_is_said_to_be_so(self):
        program = self.stage.run("--chat-log", "/no/such/log", stdin=subprocess.DEVNULL)
        program.expect_end(3)
        program.expect_talk("^gossipchat: cannot write /no/such/log: No such file or directory. Choose another "
                            "--chat-log.$")
        program = self.stage.run()
        program.type("/log on")
        program.expect_talk("^! which file[?] /set chat_log FILE, then /log on$")
        program.type(f"/set chat_log {self.stage.folder}/chat.log", "/log on", "/quit")
        program.expect_talk("^what is said is written to ")
        program.expect_end(0)

    def test_an_export_has_what_was_said_before(self):
        alice, bob = self.stage.pair()
        bob.type("one", "two")
        alice.expect_said("<bob> two")
        path = self.stage.folder / "out.txt"
        before = len(alice.out.lines())
        alice.type(f"/export {path}", f"/export {path}", "/export /no/such/file")
        alice.expect_talk("^2 messages were written$")
        alice.expect_talk("^! cannot write /no/such/file: No such file or directory$")
        self.assertRegex(path.read_text(), rf"^{TIME} #main <bob> one\n{TIME} #main <bob> two\n$")
        self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode))
        alice.type(f"/export {path}")
        alice.expect_talk(f"^! cannot write {path}: File exists$")
        self.assertEqual(before, len(alice.out.lines()))

    def test_a_command_is_run_for_what_concerns_us(self):
        path = self.stage.folder / "notes"
        command = f'printf "%s|%s|%s|%s\\n" "$GOSSIPCHAT_KIND" "$GOSSIPCHAT_ROOM" "$GOSSIPCHAT_NICK" ' \
                  f'"$GOSSIPCHAT_TEXT" >>{path}'
        alice = self.stage.run("--nick", "alice", "--notify-command", command)
        bob = self.stage.run("--nick", "bob", "--peer", alice.address())
        bob.expect_talk("alice joined")
        bob.type("nothing for you", "alice: $(touch /tmp/evil) `x` \"y\"")
        self.assertEqual(['mention|main|bob|alice: $(touch /tmp/evil) `x` "y"'], self.wait_for(path, "mention"))
        alice.type("/notify all", "/mute", "/notify what")
        alice.expect_talk("^notify = all ")
        alice.expect_talk("^#main is muted; /mute main lets it be heard again$")
        alice.expect_talk("^! notify takes off, mentions or all$")
        bob.type("alice: muted")
        alice.expect_said("alice: muted")
        alice.type("/mute main", "/set notify_content no")
        alice.expect_talk("^notify_content = no ")
        bob.type("/nick robert")
        alice.expect_talk("robert")
        bob.type("alice: secret")
        alice.expect_said("alice: secret")
        bob.type("alice: secret")  # the first may have come too soon after the last note
        lines = self.path_lines(path)
        self.assertNotIn("secret", "\n".join(lines))
        self.assertNotIn("muted", "\n".join(lines))

    def path_lines(self, path):
        return path.read_text().splitlines()

    def test_a_terminal_gets_its_bell(self):
        ours, theirs = pty.openpty()
        alice = self.stage.run("--nick", "alice", "--line")
        program = subprocess.Popen(
            [*alice.command[:1], *alice.command[1:-2], "bob", "--line", "--peer", alice.address()],
            env=self.stage.environment(TERM="foot"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=theirs)
        self.addCleanup(program.wait)
        self.addCleanup(program.kill)
        os.close(theirs)
        screen = Stream(ours)
        alice.expect_talk("bob joined")
        screen.expect("alice joined")
        alice.type("bob: lunch?")
        screen.wait(lambda lines: b"\x1b]777;notify;alice in #main;bob: lunch?\a" in screen.data, "note on the terminal")
        program.stdin.close()

    def test_addresses_are_remembered(self):
        alice = self.stage.run("--nick", "alice")
        bob = self.stage.run("--nick", "bob", "--profile", "b", "--peer", alice.address(), "--remember", ephemeral=False)
        bob.expect_talk("alice joined")
        bob.type("/quit")
        bob.expect_end(0)
        kept = self.stage.folder / "home/.local/share/gossipchat/b/peers"
        self.assertEqual(f"{alice.address()}\n", kept.read_text())
        self.assertEqual(0o600, stat.S_IMODE(kept.stat().st_mode))
        kept.write_text(f"# mine\nno address\n{alice.address()}\n")
        bob = self.stage.run("--nick", "bob", "--profile", "b", ephemeral=False)
        bob.expect_talk("alice joined")

    def test_facts_are_told(self):
        program = self.stage.run("--room", "main", "--room", "dev", "--room", "tea")
        program.type("/rooms")
        program.expect_talk("3  #tea")
        program.type("/version", "/uptime", "/stats")
        program.expect_talk(r"^gossipchat \d+\.\d+\.\d+, libuv ")
        program.expect_talk(r"^running for \d+ s$")
        program.expect_talk(r"^port \d+, 0 connected, ")
        program.type("/quit")
        program.expect_end(0)
        program.expect_talk(r"^left #main, #dev and #tea after \d+ s[.]$")

    def test_wrong_settings_are_named(self):
        program = self.stage.run("--notify", "loud", stdin=subprocess.DEVNULL)
        program.expect_end(3)
        program.expect_talk("^gossipchat: notify takes off, mentions or all$")


if __name__ == "__main__":
    main()
