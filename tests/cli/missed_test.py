#!/usr/bin/env python3
"""What was said before one came, or while he was away: others give it, in its place, and it is said so."""
import time

from program import HERE, PROGRAM, Case, main

import party  # of tests/support
from event_schema import complaint

WITHIN = 30
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
# Gossip itself repeats what was said in the last five heartbeats, and what was said in the last ten seconds is left to
# it. Only then has anybody missed anything, and no event tells of that.
FORGOTTEN_SECONDS = 11
PASSPHRASE = "correct horse battery staple"


def history(node, room="main"):
    """What a node has of a room, in order: ids, nicks and texts."""
    reference = node.tell("history", room=room, limit=1000)
    lines = []
    while True:
        events = node.find("history", ref=reference)
        lines = [line for event in events for line in event["history"]]
        if events and "more" not in events[-1]:
            return [(line["id"], line["from"]["nick"], line["text"]) for line in lines]
        count = len(events)
        node.wait_until(lambda: len(node.find("history", ref=reference)) > count, "history", WITHIN)


def address(node):
    return node.wait("listening")["addr"]


class Missed(Case):
    def party(self):
        return party.Party([PROGRAM, *HERE])

    def talk(self, alice, bob, count, begin=0):
        for number in range(begin, begin + count):
            node = (alice, bob)[number % 2]
            node.say(f"line {number}")
            for other in (alice, bob):
                other.wait("message", text=f"line {number}")

    def test_who_comes_late_has_the_same_history(self):
        with self.party() as nodes:
            alice = nodes.start("alice")
            bob = nodes.start("bob", "--peer", address(alice))
            alice.wait("member.joined", nick="bob")
            bob.wait("member.joined", nick="alice")
            self.talk(alice, bob, 20)
            time.sleep(FORGOTTEN_SECONDS)
            carl = nodes.start("carl", "--peer", address(alice))
            end = carl.wait("history.end", WITHIN)
            self.assertEqual(20, end["count"])
            self.assertRegex(end["message"], r"^20 older messages from \S+ were put in place above$")
            self.assertEqual(end["from"]["peer"], carl.wait("history.begin")["from"]["peer"])
            late = carl.find("message")
            self.assertEqual([True] * 20, [line["late"] and line["history"] and not line["own"] for line in late])
            for node in (alice, bob):
                self.assertEqual([], node.find("message", late=True))
            carl.say("good morning")
            for node in (alice, bob):
                node.wait("message", text="good morning")
            carl.wait("message", text="good morning")
            for node in (bob, carl):
                self.assertEqual(history(alice), history(node))
            for node in nodes.nodes:
                self.assertEqual([], [text for text in map(complaint, node.events) if text])

    def test_two_who_were_apart_get_what_each_missed(self):
        """Two pairs that did not know of each other, until somebody knows both."""
        with self.party() as nodes:
            pairs = []
            for first, second in (("alice", "bob"), ("carl", "dora")):
                one = nodes.start(first)
                other = nodes.start(second, "--peer", address(one))
                one.wait("member.joined", nick=second)
                other.wait("member.joined", nick=first)
                pairs.append((one, other))
            for number in range(8):  # by turns, so that their lines lie between each other
                self.talk(*pairs[number % 2][:: 1 - number // 2 % 2 * 2], 1, number)
            time.sleep(FORGOTTEN_SECONDS)
            pairs[0][0].tell("connect", addr=address(pairs[1][0]))
            for node in nodes.nodes:
                for number in range(8):
                    node.wait("message", WITHIN, text=f"line {number}")
            told = [history(node) for node in nodes.nodes]
            self.assertEqual(8, len(told[0]))
            for lines in told[1:]:
                self.assertEqual(told[0], lines)

    def test_who_was_away_gets_his_own_lines_back(self):
        with self.party() as nodes:
            alice = nodes.start("alice")
            bob = nodes.start("bob", "--no-history", "--peer", address(alice))
            alice.wait("member.joined", nick="bob")
            bob.wait("member.joined", nick="alice")
            carl = nodes.start("carl", "--peer", address(alice))
            alice.wait("member.joined", nick="carl")
            self.talk(alice, bob, 4)
            bob.tell("leave", room="main")
            alice.wait("member.left", nick="bob")
            alice.say("while bob is away")
            carl.wait("message", text="while bob is away")
            time.sleep(FORGOTTEN_SECONDS)
            mark = bob.mark()
            bob.tell("join", room="main")
            self.assertEqual(5, bob.wait("history.end", WITHIN, mark)["count"])
            self.assertEqual(history(alice), history(bob))
            self.assertEqual(2, len(bob.find("message", mark, own=True, late=True)))

    def test_who_starts_again_gets_only_what_he_missed(self):
        with self.party() as nodes:
            alice = nodes.start("alice")
            bob = nodes.start("bob", "--peer", address(alice))
            carl = nodes.start("carl", "--peer", address(alice))
            for node in (alice, bob):
                node.wait("member.joined", nick="carl")
            self.talk(alice, bob, 6)
            carl.wait("message", text="line 5")
            carl.quit()
            self.talk(alice, bob, 4, 6)
            time.sleep(FORGOTTEN_SECONDS)
            again = nodes.start("carl", "--peer", address(alice))
            self.assertEqual(4, again.wait("history.end", WITHIN)["count"])
            self.assertEqual([f"line {number}" for number in range(10)],
                             [line["text"] for line in again.find("message")])
            self.assertEqual(history(alice), history(again))

    def test_private_lines_come_too_and_strangers_get_none(self):
        with self.party() as nodes:
            alice = nodes.start("alice", rooms=())
            bob = nodes.start("bob", "--peer", address(alice), rooms=())
            for node in (alice, bob):
                node.tell("join", room="ops", passphrase=PASSPHRASE)
                node.wait("room.joined", WITHIN, room="ops")
            alice.wait("member.joined", WITHIN, room="ops", nick="bob")
            bob.wait("member.joined", WITHIN, room="ops", nick="alice")
            for text in ("one", "two"):
                alice.say(text, room="ops")
                bob.wait("message", room="ops", text=text)
            time.sleep(FORGOTTEN_SECONDS)
            eve = nodes.start("eve", "--peer", address(alice), rooms=("ops",))
            carl = nodes.start("carl", "--peer", address(alice), rooms=())
            carl.tell("join", room="ops", passphrase=PASSPHRASE)
            self.assertEqual(2, carl.wait("history.end", WITHIN)["count"])
            self.assertEqual(history(alice, "ops"), history(carl, "ops"))
            self.assertEqual([], eve.find("message"))

    def test_who_does_not_want_it_neither_asks_nor_gives(self):
        with self.party() as nodes:
            alice = nodes.start("alice")
            bob = nodes.start("bob", "--no-sync", "--peer", address(alice))
            alice.wait("member.joined", nick="bob")
            bob.wait("member.joined", nick="alice")
            self.talk(alice, bob, 4)
            time.sleep(FORGOTTEN_SECONDS)
            dora = nodes.start("dora", "--no-sync", "--peer", address(alice))
            carl = nodes.start("carl", "--peer", address(alice))
            carl.wait("history.end", WITHIN)
            self.assertEqual(alice.peer, carl.wait("history.end")["from"]["peer"])
            alice.say("the end")
            dora.wait("message", text="the end")
            self.assertEqual(["the end"], [line["text"] for line in dora.find("message")])

    def test_no_more_comes_than_is_wanted(self):
        with self.party() as nodes:
            alice = nodes.start("alice")
            bob = nodes.start("bob", "--peer", address(alice))
            alice.wait("member.joined", nick="bob")
            bob.wait("member.joined", nick="alice")
            self.talk(alice, bob, 10)
            time.sleep(FORGOTTEN_SECONDS)
            carl = nodes.start("carl", "--sync-lines", "3", "--peer", address(alice))
            self.assertEqual(3, carl.wait("history.end", WITHIN)["count"])
            self.assertEqual(history(alice)[-3:], history(carl))

    def test_line_mode_says_which_lines_are_late(self):
        alice, bob = self.stage.pair()
        alice.type("lunch at 12:30?")
        bob.expect_said("lunch at 12:30")
        bob.type("/me nods")
        alice.expect_said("bob nods")
        time.sleep(FORGOTTEN_SECONDS)
        carl = self.stage.run("--nick", "carl", "--peer", alice.address())
        carl.expect_talk(r"^#main: 2 older messages from \S+ were put in place above$", WITHIN)
        carl.expect_said("bob nods")
        lines = carl.out.lines()
        self.assertEqual(2, len(lines), lines)
        self.assertRegex(lines[0], rf"^{TIME} late #main <alice> lunch at 12:30\?$")
        self.assertRegex(lines[1], rf"^{TIME} late #main \* bob nods$")

    def test_what_is_wanted_has_a_limit(self):
        program = self.stage.run("--sync-lines", "1001")
        program.expect_talk("--sync-lines")
        program.expect_end(2)


if __name__ == "__main__":
    main()
