#!/usr/bin/env python3
"""Line mode: messages on stdout, one line each; everything else on stderr."""
import re

from program import Case, main

TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


class LineMode(Case):
    def test_the_beginning_is_three_lines_at_most(self):
        program = self.stage.run("--nick", "Bob")
        program.address()
        program.type("/quit")
        program.expect_end(0)
        lines = program.talk.lines()
        self.assertEqual(3, len(lines), lines)
        self.assertRegex(lines[0], r"^gossipchat \d+\.\d+\.\d+  Bob  12D3KooW\.\.\.\w{4}  #main  rendezvous test  "
                                   r"profile ephemeral$")
        self.assertRegex(lines[1], r"^listening  /ip4/127\.0\.0\.1/tcp/\d+/p2p/12D3KooW\w{44}$")
        self.assertRegex(lines[2], r"^left #main after \d s[.]$")
        self.assertEqual(b"", program.out.data)

    def test_messages_and_nothing_else_are_on_stdout(self):
        alice, bob = self.stage.pair()
        bob.type("hello there", "/me waves", "//slash", "/who", "/jion x")
        alice.expect_said(rf"^{TIME} #main <bob> /slash$")
        self.assertRegex(alice.out.data.decode(), rf"^{TIME} #main <bob> hello there\n{TIME} #main \* bob waves\n"
                                                  rf"{TIME} #main <bob> /slash\n$")
        bob.expect_talk("! no such command: /jion. Did you mean /join[?]")
        self.assertEqual(b"", bob.out.data)  # what one types oneself is on the screen already

    def test_every_command_is_answered(self):
        program = self.stage.run("--config", "/dev/null")
        program.type("/help", "/save")
        program.expect_talk("^nothing has changed$")
        names = re.findall(r"^  /(\w+) ", program.talk.data.decode(), re.MULTILINE)
        self.assertIn("history", names)
        for name in names:
            if name in ("quit", "leave", "history"):
                continue
            before = len(program.talk.lines())
            program.type(f"/{name}", "/uptimeless")
            program.talk.wait(lambda lines, before=before: len(lines) > before + 1 and
                              "/uptimeless" in lines[-1],
                              f"answer to /{name}")
        program.type("/leave", "/quit")
        program.expect_end(0)

    def test_rooms_are_changed_by_name_number_and_beginning(self):
        alice, bob = self.stage.pair("--room", "main", "--room", "dev", "--room", "design")
        alice.expect_talk("bob joined #design")
        bob.type("#dev: one", "/go des", "two", "/go 1", "three", "/go DEV", "four", "/go d", "/go #main", "five",
                 "/go 4", "/go x")
        for room, text in (("dev", "one"), ("design", "two"), ("main", "three"), ("dev", "four"), ("main", "five")):
            alice.expect_said(f"#{room} <bob> {text}$")
        bob.expect_talk(r'^! "d" matches #dev and #design$')
        bob.expect_talk(r'^! no room matches "4"\. /rooms lists yours\.$')
        bob.type("/rooms", "/leave", "six", "/leave design", "/leave nowhere", "/leave dev good night")
        bob.expect_talk(r"^  3  #design  2 here$")
        alice.expect_said("#dev <bob> six$")  # the first of those left
        alice.expect_talk(r"^bob left #dev \(good night\)$")
        bob.expect_talk(r"^! you are not in #nowhere")
        bob.type("seven")
        bob.expect_talk(r"^! you are in no room\. /join ROOM first\.$")
        bob.type("/join Dev", "eight")
        alice.expect_said("#dev <bob> eight$")

    def test_every_command_answers_on_stderr(self):
        alice, bob = self.stage.pair()
        bob.type("/peers", "/who", "/ping alice", "/ping nobody", "/nick alice", "/nick -f alice", "/nick robert",
                 "/history", "/help", "/help hist", "/help xyzzy", "/me", "/connect", "/discover")
        bob.expect_talk(r"^  alice  12D3KooW\w{44}  /ip4/127\.0\.0\.1/tcp/\d+  out, by address, \d+ s, [\d.]+ ms, "
                        r"gossipchat/\d")
        bob.expect_talk(r"^  bob \(you\)  12D3KooW")
        bob.expect_talk(r"^[\d.]+ ms$")
        bob.expect_talk(r"^! nobody here is called nobody")
        bob.expect_talk(r'^! "alice" is used by alice here; you may still take it with /nick -f alice$')
        bob.expect_talk(r"is now known as robert$")
        bob.expect_talk(r"^  /join ROOM \[-p\] +join a room and talk there;")
        bob.expect_talk(r"^/history \[N\|all\]$")
        bob.expect_talk(r"^! no such command: /xyzzy")
        bob.expect_talk(r"^! usage: /me TEXT    example: /me waves$")
        bob.expect_talk(r"^! usage: /connect ADDRESS    example: /connect 10\.0\.7\.12:9740$")
        bob.expect_talk(r"^! discovery is switched off\. Start without --no-mdns")
        self.assertEqual(b"", bob.out.data)

    def test_a_room_has_a_topic(self):
        alice, bob = self.stage.pair()
        bob.type("/topic", "/topic Lunch at 12:30")
        bob.expect_talk(r"^#main has no topic\. /topic TEXT sets one\.$")
        alice.expect_talk(r"^topic of #main: Lunch at 12:30 \(bob, \d{4}-\d\d-\d\d \d\d:\d\d\)$")
        carl = self.stage.run("--nick", "carl", "--peer", alice.address())
        # Who has not met the other yet calls him by the end of his key.
        carl.expect_talk(r"^topic of #main: Lunch at 12:30 \(\S+, ")
        carl.type("/topic -clear")
        bob.expect_talk(r"^#main has no topic any more \(\S+, ")
        bob.type("/topic " + "x" * 412)
        bob.expect_talk(r"^! topic is 412 bytes, the limit is 300$")
        self.assertEqual(b"", bob.out.data)

    def test_who_is_away_is_seen(self):
        alice, bob = self.stage.pair()
        bob.type("/away lunch")
        bob.expect_talk(r"^you are away: lunch$")
        alice.expect_talk(r"^bob is away: lunch$")
        alice.type("/who")
        alice.expect_talk(r"^  bob  12D3KooW\w{44}  away: lunch$")
        bob.type("/back")
        alice.expect_talk(r"^bob is back$")

    def test_a_rename_just_after_joining_is_seen(self):
        alice, bob = self.stage.pair()
        bob.type("/nick bert", "/nick robert")
        alice.expect_talk(r" is now known as robert$")

    def test_history_is_shown_again(self):
        alice, bob = self.stage.pair()
        alice.type("one", "two")
        bob.expect_said("two")
        bob.type("three", "/history", "/history 1", "/history 0", "/history x")
        bob.expect_talk("^! usage: /history", count=2)
        bob.expect_said("<bob> three", count=2)
        texts = [re.sub(rf"^{TIME} #main ", "", line) for line in bob.out.lines()]
        self.assertEqual(["<alice> one", "<alice> two",
                          "<alice> one", "<alice> two", "<bob> three",
                          "<bob> three"], texts)

    def test_a_failed_connect_says_why_once(self):
        bob = self.stage.run("--nick", "bob", "--peer", "127.0.0.1:1")
        bob.expect_talk(r"^! 127\.0\.0\.1:1 refused: no program listens there\. Is gossipchat running there, on port 1\?$")
        bob.type("/connect 127.0.0.1:2", "/connect nowhere", "/connect 300.1.1.1:5", "/connect 1.2.3.4:99999", "/peers")
        bob.expect_talk(r"^! 127\.0\.0\.1:2 refused: no program listens there")
        bob.expect_talk(r'^! "nowhere": the port is missing')
        bob.expect_talk(r'^! "300\.1\.1\.1": ')
        bob.expect_talk(r'^! "99999": ')
        bob.expect_talk(r"^no peers yet$")
        # Both are tried again after about a second, which is no news.
        bob.close_input()
        bob.expect_end(0)
        self.assertEqual(2, bob.talk.data.count(b"refused"))

    def test_lines_are_bounded_and_repaired(self):
        alice, bob = self.stage.pair()
        bob.type_bytes(b"x" * 8192 + b"\n" + b"y" * 8193 + b"\n" + b"a\0b\xffc\xc0\x80d\n" + b"\n" + b"end\r\n")
        alice.expect_said("<bob> end$")
        bob.expect_talk(r"^! line 2 is longer than 8192 bytes and was not sent$")
        texts = [line.split("> ", 1)[1] for line in alice.out.lines()]
        self.assertEqual(["x" * 8192, "a\ufffdb\ufffdc\ufffd\ufffdd", "end"], texts)

    def test_other_shapes_of_a_line(self):
        alice = self.stage.run("--nick", "alice", "--format", "%r|%n|%m|100%%")
        bob = self.stage.run("--nick", "bob", "--peer", alice.address())
        bob.expect_talk("alice joined")
        bob.type("hello")
        alice.expect_said(r"^main\|bob\|hello\|100%$")

    def test_quiet_is_quiet_and_verbose_tells_more(self):
        alice = self.stage.run("--nick", "alice", "-q")
        alice.type("/xyzzy")
        alice.expect_talk("^! no such command")
        alice.type("/quit")
        alice.expect_end(0)
        self.assertEqual(1, len(alice.talk.lines()), alice.talk.lines())
        log = self.stage.folder / "log"
        alice = self.stage.run("--nick", "alice", "-vv", "--log-file", str(log))
        bob = self.stage.run("--nick", "bob", "--peer", alice.address())
        alice.expect_talk("bob joined")
        bob.type("/quit")
        bob.expect_end(0)
        alice.type("/quit")
        alice.expect_end(0)
        self.assertIn("trace topic-joined at=", log.read_text())
        self.assertIn("leaving: quit", log.read_text())
        self.assertEqual(0o600, log.stat().st_mode & 0o777)

    def test_rooms_of_the_command_line(self):
        program = self.stage.run("--room", "#Dev", "--room", "dev", "--room", "main")
        program.type("/rooms")
        program.expect_talk(r"^  1  #dev  1 here$")
        program.expect_talk(r"^  2  #main  1 here$")


if __name__ == "__main__":
    main()
