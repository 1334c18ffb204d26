#!/usr/bin/env python3
"""The commands beside chatting: send says one thing and ends, listen prints and reads nothing."""
import signal
import subprocess

from program import Case, main


class Subcommands(Case):
    def run_word(self, word, *options, **more):
        return self.stage.run(word, *options, **more)

    def test_send_says_its_words(self):
        alice = self.stage.run("--nick", "alice")
        send = self.run_word("send", "--nick", "bob", "--peer", alice.address(), "build", "done",
                             stdin=subprocess.DEVNULL)
        alice.expect_said("<bob> build done$")
        send.expect_end(0)
        self.assertEqual(b"", send.out.data + send.talk.data)
        alice.expect_talk("bob left #main")

    def test_send_says_what_stdin_has_as_one_message(self):
        alice = self.stage.run("--nick", "alice", "--room", "dev")
        send = self.run_word("send", "--nick", "bob", "--room", "dev", "--peer", alice.address(), "-v")
        send.type("one", "  two", "")
        send.close_input()
        alice.expect_said("#dev <bob> one$")
        alice.expect_said("^\t[|]   two$")
        send.expect_end(0)
        send.expect_talk("^sent to 1 peer$")
        self.assertEqual(2, len(alice.out.lines()))

    def test_send_waits_for_somebody(self):
        send = self.run_word("send", "--nick", "bob", "-v", "are you there?")
        alice = self.stage.run("--nick", "alice", "--peer", send.address())
        alice.expect_said("<bob> are you there[?]$")
        send.expect_end(0)

    def test_send_gives_up(self):
        send = self.run_word("send", "--timeout", "0", "--room", "dev", "hello")
        send.expect_end(5)
        self.assertEqual(["gossipchat: no peer in #dev within 0 s; the message was not sent"], send.talk.lines())
        alice = self.stage.run("--nick", "alice")
        send = self.run_word("send", "--timeout", "2", "--wait-peers", "2", "--peer", alice.address(), "hello")
        send.expect_end(5)
        send.expect_talk("^gossipchat: only 1 of 2 in #main within 2 s; the message was not sent$")
        self.assertEqual([], alice.out.lines())

    def test_send_keeps_what_nobody_hears(self):
        send = self.run_word("send", "--profile", "b", "--nick", "bob", "--timeout", "0", "hello", ephemeral=False)
        send.expect_end(5)
        self.assertEqual(["gossipchat: no peer in #main within 0 s; the message is kept and goes out at the next start"],
                         send.talk.lines())
        alice = self.stage.run("--nick", "alice")
        self.stage.run("--profile", "b", "--nick", "bob", "--peer", alice.address(), ephemeral=False)
        alice.expect_said("<bob> hello$")

    def test_send_refuses_what_no_message_can_be(self):
        send = self.run_word("send", stdin=subprocess.DEVNULL)
        send.expect_end(2)
        send.expect_talk("there is nothing to send: give a TEXT, or write it to stdin")
        send = self.run_word("send", "--wait-peers", "0")
        send.type("x" * 100000)
        send.close_input()
        send.expect_end(2)
        send = self.run_word("send")
        send.type("x" * 140000)
        send.close_input()
        send.expect_end(2)
        send.expect_talk("the message is longer than 131072 bytes")

    def test_listen_prints_and_reads_nothing(self):
        listen = self.run_word("listen", "--nick", "alice")
        listen.type("nobody hears this")
        listen.close_input()
        bob = self.stage.run("--nick", "bob", "--peer", listen.address())
        bob.expect_talk("alice joined")
        bob.type("hello")
        listen.expect_said("<bob> hello$")
        bob.type("/quit")
        bob.expect_end(0)
        self.assertEqual([], bob.out.lines())
        listen.signal(signal.SIGTERM)
        listen.expect_end(0)
        self.assertEqual(1, len(listen.out.lines()))

    def test_a_wrong_word_is_named(self):
        program = self.stage.run("lisen", stdin=subprocess.DEVNULL)
        program.expect_end(2)
        program.expect_talk('^gossipchat: unknown command "lisen" [(]did you mean listen[?][)]$')
        program = self.stage.run("send", "--json", "x", stdin=subprocess.DEVNULL)
        program.expect_end(2)
        program.expect_talk("^gossipchat: --json has no meaning for gossipchat send$")
        program.expect_talk("^Try 'gossipchat send --help'[.]$")

    def test_each_has_a_help_of_its_own(self):
        program = self.stage.run("send", "--help")
        program.expect_end(0)
        self.assertEqual("gossipchat send [OPTIONS] [TEXT...]", program.out.lines()[0])


if __name__ == "__main__":
    main()
