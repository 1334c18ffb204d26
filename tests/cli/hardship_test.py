#!/usr/bin/env python3
"""What befalls a process: clocks that jump, being stopped, a second one with the same key, a race for one place."""
import os
import pathlib
import shutil
import signal
import sys
import unittest

from program import NOT_RUN, PROGRAM, main
from party import Party, who_and_what

FAKETIME = next(iter(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


class Hardship(unittest.TestCase):
    def setUp(self):
        self.shifts = {}  # what the clock of a node is off by when it starts
        self.party = Party([PROGRAM], wrap=self.with_clock)
        self.party.__enter__()
        self.addCleanup(self.party.__exit__, None, None, None)

    def with_clock(self, words, name):
        """Gives a node a wall clock of its own; the clock that only runs forwards stays true."""
        clock = self.clock_file(name)
        clock.write_text(self.shifts.get(name, "+0"))
        sanitizer = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
        return ["env", f"LD_PRELOAD={FAKETIME}", f"FAKETIME_TIMESTAMP_FILE={clock}", "FAKETIME_NO_CACHE=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1", f"ASAN_OPTIONS={sanitizer}", *words]

    def clock_file(self, name):
        return self.party.folder / f"{name}.clock"

    def set_clock(self, name, shift):
        new = self.clock_file(name).with_suffix(".new")
        new.write_text(shift)
        new.rename(self.clock_file(name))  # never half written

    def start(self, name, *options, **settings):
        return self.party.start(name, "--no-mdns", *options, **settings)

    def listener(self, name, *options, **settings):
        node = self.start(name, "--listen", "/ip4/127.0.0.1/tcp/0", *options, **settings)
        return node, node.wait("ready")["addrs"][0]

    def pair(self, *options):
        alice, address = self.listener("alice", *options)
        bob = self.start("bob", "--no-listen", "--peer", address, *options)
        self.party.wait_for_members([alice, bob])
        return alice, bob, address

    def exchange(self, number, *nodes):
        """Each says a line, and all others hear it before the next speaks. Returns what was said."""
        said = [(node.name, f"{node.name} {number}") for node in nodes]
        for node, line in zip(nodes, said):
            node.say(line[1])
            self.party.wait_for(nodes, [line])
        return said


class Clocks(Hardship):
    JUMPS = ("-1d", "+1d", "+0", "-56y", "+12y", "+80y", "-1h", "+0")  # 1970, 2038, 2106

    def test_a_clock_that_jumps_disturbs_nobody(self):
        alice, bob, _ = self.pair("--ephemeral")
        said = self.exchange("before", alice, bob)
        for number, jump in enumerate(self.JUMPS):
            self.set_clock("bob", jump)
            said += self.exchange(f"{number}: {jump}", bob, alice)
        self.assertEqual([], alice.find("peer.disconnected") + bob.find("peer.disconnected"))
        self.party.expect_everywhere([alice, bob], said)
        for node in (alice, bob):
            self.assertEqual(said, [who_and_what(event) for event in node.sorted_lines()])

    def test_a_clock_that_was_set_back_over_a_restart_silences_nobody(self):
        alice, address = self.listener("alice", "--ephemeral")
        for number, shift in enumerate(("+2y", "-2y", "-56y", "+0")):
            self.shifts["bob"] = shift
            mark = alice.mark()
            bob = self.start("bob", "--no-listen", "--peer", address)
            alice.wait("member.joined", since=mark, nick="bob")
            bob.say(f"hello {number}")
            alice.wait("message", since=mark, text=f"hello {number}")
            bob.quit()
            alice.wait("member.left", since=mark, nick="bob")


class Stopped(Hardship):
    def test_whoever_was_stopped_goes_on(self):
        """Like a laptop that slept for a moment, or a machine that was busy."""
        alice, bob, _ = self.pair("--ephemeral")
        said = self.exchange("before", alice, bob)
        bob.signal(signal.SIGSTOP)
        try:
            lines = [("alice", f"while away {number}") for number in range(50)]
            for _, text in lines:
                alice.say(text)
            self.party.wait_for([alice], lines)
        finally:
            bob.signal(signal.SIGCONT)
        said += lines + self.exchange("after", bob, alice)
        self.party.expect_everywhere([alice, bob], said)

    def test_whoever_slept_too_long_comes_back(self):
        alice, bob, _ = self.pair("--ephemeral")
        bob.signal(signal.SIGSTOP)
        mark_bob = bob.mark()
        try:
            alice.wait("peer.disconnected", 60)
            mark = alice.mark()
        finally:
            bob.signal(signal.SIGCONT)
        bob.wait("peer.connected", 60, since=mark_bob)
        alice.wait("member.joined", 60, since=mark, nick="bob")
        self.exchange("after", bob, alice)
        self.assertLess(len(alice.events) - mark, 20)  # what was to be done meanwhile is not done all at once


class Twins(Hardship):
    def test_one_key_in_two_places_is_two_places(self):
        """A home that was copied to another machine: both stay up, both are heard, each line once."""
        alice, address = self.listener("alice", "--ephemeral")
        self.start("seed", "--no-listen", home="first").quit()
        shutil.copytree(self.party.folder / "first", self.party.folder / "second")
        first = self.start("bob", "--no-listen", "--peer", address, home="first")
        alice.wait("member.joined", nick="bob")
        second = self.start("bill", "--no-listen", "--peer", address, home="second")
        self.assertEqual(first.peer, second.peer)
        # One of them holds the connection; whichever it is, it is heard, and nobody falls over.
        for _ in range(3):
            for node in (first, second):
                node.tell("rooms")
        alice.say("who is there?")
        alice.wait("message", text="who is there?")

    def test_of_many_who_start_at_once_each_has_a_profile(self):
        nodes = [self.party.launch(f"n{number}", "--no-mdns", "--no-listen", home="shared") for number in range(6)]
        profiles = [node.wait("ready")["profile"] for node in nodes]
        self.assertEqual(sorted(set(profiles)), sorted(profiles))
        self.assertIn("default", profiles)
        self.assertEqual(6, len({node.peer for node in nodes}))


if __name__ == "__main__":
    name = os.environ.get("GOSSIPCHAT_TEST_NAME", "cli.hardship")
    if FAKETIME is None:
        print(f"NOT RUN {name}: libfaketime is not installed")
        sys.exit(NOT_RUN)
    main()
