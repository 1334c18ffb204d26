#!/usr/bin/env python3
"""What is said to one alone: it comes to him, once, also when he was away; and whom lines of rooms reached."""
import signal
import unittest

import program
from program import PROGRAM, Case, main

import party  # of tests/support
from event_schema import complaint

TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


class Direct(Case):
    def test_one_alone_reads_it_and_answers(self):
        alice, bob = self.stage.pair()
        carl = self.stage.run("--nick", "carl", "--peer", alice.address())
        carl.expect_talk("bob joined")
        bob.expect_talk("carl joined")
        bob.type("/reply too early", "/msg alice hi there", "/w ALICE again", "/m bob me", "/msg", "/msg alice")
        alice.expect_said(rf"^{TIME} \[bob -> you\] hi there$")
        alice.expect_said(rf"^{TIME} \[bob -> you\] again$")
        bob.expect_talk("^! nobody has written to you directly yet$")
        bob.expect_talk("^! that is you$")
        bob.expect_talk("^! usage: /msg NICK TEXT", count=2)
        alice.type("/r hello", "to all")
        bob.expect_said(rf"^{TIME} \[alice -> you\] hello$")
        carl.expect_said("<alice> to all$")
        self.assertEqual(1, len(carl.out.lines()), carl.out.lines())

    def test_it_waits_for_who_is_away(self):
        alice = self.stage.run("--nick", "alice")
        bob = self.stage.run("--nick", "bob", "--peer", alice.address(), ephemeral=False, home="bob")
        alice.expect_talk("bob joined")
        bob.expect_talk("alice joined")
        bob.type("/quit")
        bob.expect_end(0)
        alice.expect_talk("bob left")
        alice.type("/msg bob one", "/msg bob two")
        alice.expect_talk(r"^! bob is offline; the message waits \(1 queued\)$")
        alice.expect_talk(r"^! bob is offline; the message waits \(2 queued\)$")
        bob = self.stage.run("--nick", "bob", "--peer", alice.address(), ephemeral=False, home="bob")
        bob.expect_said(r"\[alice -> you\] two$")
        self.assertEqual(["one", "two"], [line.split("] ")[1] for line in bob.out.lines()])
        alice.close_input()
        alice.expect_end(0)

    def test_what_died_with_a_receiver_comes_when_he_is_back(self):
        alice = self.stage.run("--nick", "alice")
        bob = self.stage.run("--nick", "bob", "--peer", alice.address(), ephemeral=False, home="bob")
        alice.expect_talk("bob joined")
        bob.expect_talk("alice joined")
        bob.signal(signal.SIGSTOP)
        alice.type("/msg bob do you read me?")
        alice.type("/who")
        alice.expect_talk(r"^  alice \(you\)")
        bob.signal(signal.SIGKILL)
        bob.expect_end(-signal.SIGKILL)
        bob = self.stage.run("--nick", "bob", "--peer", alice.address(), ephemeral=False, home="bob")
        bob.expect_said(r"\[alice -> you\] do you read me\?$", within=30)
        bob.type("/msg alice yes")
        alice.expect_said(r"\[bob -> you\] yes$")
        self.assertEqual(1, len(bob.out.lines()), bob.out.lines())

    def lasting(self, nick, *options):
        return self.stage.run("--nick", nick, *options, ephemeral=False, home=nick)

    def parted(self):
        """Alice, who remembers, after Bob was there and has gone."""
        alice = self.lasting("alice", "-v")
        bob = self.lasting("bob", "--peer", alice.address())
        alice.expect_talk("bob joined")
        bob.expect_talk("alice joined")
        bob.type("/quit")
        bob.expect_end(0)
        alice.expect_talk("^connection to .* ended")
        return alice

    def expect_all_later(self, alice, *texts):
        """Alice ends or was ended; when both start again Bob reads all, once, and once more nothing."""
        for new in (list(texts), []):
            alice = self.lasting("alice")
            bob = self.lasting("bob", "--peer", alice.address())
            alice.expect_talk("bob joined")
            bob.expect_talk("alice joined")
            alice.type("/msg bob that is all")
            bob.expect_said("that is all$")
            alice.type("goodbye")
            bob.expect_said("goodbye$")
            heard = [line.split("] ")[-1].split("> ")[-1].split("#main ")[-1] for line in bob.out.lines()]
            self.assertEqual(sorted([*new, "that is all", "goodbye"]), sorted(heard))
            for one in (bob, alice):
                one.type("/quit")
                one.expect_end(0)

    def test_what_waits_goes_out_at_the_next_start(self):
        alice = self.parted()
        alice.type("/msg bob for you", "/msg bob and this", "#main: for all", "/me waves")
        alice.expect_talk("2 queued")
        alice.type("/quit")
        alice.expect_end(0)
        alice.expect_talk("^4 messages wait and go out next time$")
        self.expect_all_later(alice, "for you", "and this", "for all", "* alice waves")

    def test_what_waits_survives_a_kill(self):
        alice = self.parted()
        alice.type("/msg bob for you", "for all", "/history 1")
        alice.expect_talk("1 queued")
        alice.expect_said("for all$")
        alice.type("/msg bob the last", "/search no-such-word")
        alice.expect_talk("2 queued")
        alice.expect_talk("nothing found")  # the file has all that came before
        alice.signal(signal.SIGKILL)
        alice.expect_end(-signal.SIGKILL)
        self.expect_all_later(alice, "for you", "for all", "the last")

    def test_leaving_tells_who_is_waited_for(self):
        alice = self.parted()
        alice.type("/msg bob for you")
        alice.expect_talk("1 queued")
        alice.signal(signal.SIGINT)
        alice.expect_end(130)
        alice.expect_talk("^1 message waits for bob and goes out next time$")
        alone = self.stage.run("--nick", "carl", "--no-history", ephemeral=False, home="carl")
        alone.type("is anybody there?", "/who")
        alone.expect_talk(r"carl \(you\)")
        alone.signal(signal.SIGINT)
        alone.expect_end(130)
        alone.expect_talk("^1 message was not delivered$")
        alone.expect_talk("^nothing is kept without a history: it is lost$")

    def test_two_of_one_name_are_not_guessed_between(self):
        alice, bob = self.stage.pair()
        other = self.stage.run("--nick", "bob", "--peer", alice.address())
        name = alice.expect_talk(r"^(bob~\w+) joined").group(1)
        other.expect_talk("alice joined")
        alice.type("/msg bob hi")
        alice.expect_talk(r"^! two people are called bob: bob~\w{3,} \(joined just now\) and bob~\w{3,} "
                          r"\(joined just now\)\. Use the longer name\.$")
        alice.type(f"/msg {name} it is you", "/msg bop hi")
        other.expect_said(r"\[alice -> you\] it is you$")
        alice.expect_talk("^! nobody here is called bop")
        self.assertEqual([], bob.out.lines())

    def test_who_goes_before_it_is_read_says_so(self):
        alice, bob = self.stage.pair()
        bob.type("/quit")
        bob.expect_end(0)
        alice.expect_talk("bob left")
        alice.type("/msg bob too late")
        alice.expect_talk("bob is offline")
        alice.signal(signal.SIGINT)
        alice.expect_end(130)
        alice.expect_talk("^1 message was not delivered$")


class DirectJson(unittest.TestCase):
    def setUp(self):
        self.party = party.Party([PROGRAM, "--ephemeral", "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"])
        self.party.__enter__()
        self.addCleanup(self.leave)

    def leave(self):
        self.party.leave()
        for node in self.party.nodes:
            for event in node.events:
                self.assertIsNone(complaint(event))
        self.party.__exit__(None, None, None)

    def trio(self):
        alice = self.party.start("alice")
        address = alice.wait("ready")["addrs"][0]
        others = [self.party.start(nick, "--peer", address) for nick in ("bob", "carl")]
        self.party.wait_for_members([alice, *others])
        return alice, *others

    def test_a_direct_message_has_its_deliveries(self):
        alice, bob, carl = self.trio()
        ref = bob.tell("direct", to="alice", text="hi")
        said = bob.wait("direct", own=True)
        heard = alice.wait("direct", own=False)
        self.assertEqual((said["id"], "hi", "bob"), (heard["id"], heard["text"], heard["from"]["nick"]))
        self.assertEqual(alice.peer, said["to"]["peer"])
        reached = bob.wait("delivery", state="reached", ref=ref)
        self.assertEqual((said["id"], 1, 1, "alice"),
                         (reached["id"], reached["reached"], reached["members"], reached["to"]["name"]))
        self.assertEqual([], carl.find("direct"))
        alice.tell("direct", text="an answer")
        self.assertEqual("an answer", bob.wait("direct", own=False)["text"])

    def test_lines_reach_everybody_of_a_small_room(self):
        alice, bob, carl = self.trio()
        ref = bob.tell("send", room="main", text="hello")
        bob.wait("delivery", state="reached", reached=2, members=2, ref=ref)
        states = [event["state"] for event in bob.find("delivery")]
        self.assertEqual(("sent", "reached"), (states[0], states[-1]))
        for node in (alice, carl):
            node.wait("message", text="hello")


if __name__ == "__main__":
    main()
