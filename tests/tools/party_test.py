#!/usr/bin/env python3
"""Does party.py see what goes right, and above all what goes wrong? Played with stand_in.py as the program."""
import contextlib
import io
import pathlib
import socketserver
import sys
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "support"))

import party  # noqa: E402  pylint: disable=wrong-import-position


class Hub(socketserver.ThreadingTCPServer):
    """Tells everybody, the speaker included, what somebody says, and the newcomer what was said before."""

    daemon_threads = True

    def __init__(self):
        self.guests = []
        self.said = []
        self.order = threading.Lock()
        super().__init__(("127.0.0.1", 0), HubHandler)


class HubHandler(socketserver.StreamRequestHandler):
    def handle(self):
        with self.server.order:
            self.server.guests.append(self.wfile)
            for line in self.server.said:
                self.wfile.write(line)
        with contextlib.suppress(ConnectionError):
            for line in self.rfile:
                self.tell_everybody(line)

    def tell_everybody(self, line):
        with self.server.order:
            self.server.said.append(line)
            for guest in self.server.guests:
                with contextlib.suppress(OSError, ValueError):
                    guest.write(line)


class PartyTest(unittest.TestCase):
    def setUp(self):
        self.hub = Hub()
        self.addCleanup(self.hub.server_close)
        self.addCleanup(self.hub.shutdown)
        threading.Thread(target=self.hub.serve_forever, args=(0.01,), daemon=True).start()
        self.peer = ["--peer", "127.0.0.1:%d" % self.hub.server_address[1]]
        self.output = io.StringIO()

    def party(self):
        program = [sys.executable, str(HERE / "stand_in.py"), *self.peer]
        return party.Party(program)

    def play(self, fault):
        """Alice says three things to bob, who has a fault. Returns the folder of the party."""
        with contextlib.redirect_stdout(self.output), self.party() as guests:
            alice, bob = guests.start("alice"), guests.start("bob", *fault)
            guests.wait_for_members([alice, bob], within=5)
            said = [("alice", f"line {number}") for number in range(1, 4)]
            for _, text in said:
                alice.say(text)
            guests.expect_everywhere([alice, bob], said, within=5)
            return guests.folder

    def expect_failure(self, fault, reason):
        with self.assertRaisesRegex(party.Failure, reason):
            self.play(["--fault", fault])
        self.assertIn("---- bob: ", self.output.getvalue())

    def test_good_nodes_pass_and_leave_nothing_behind(self):
        self.assertFalse(self.play([]).exists())
        self.assertEqual("", self.output.getvalue())

    def test_a_repeated_message_is_seen(self):
        self.expect_failure("repeat", r"bob showed \('alice', 'line 2'\) 2 times")

    def test_a_swapped_order_is_seen(self):
        self.expect_failure("swap", "bob showed what alice said in another order")

    def test_another_order_of_the_room_is_seen(self):
        self.expect_failure("confuse", "bob has another order of the room")

    def test_a_bad_end_is_seen(self):
        self.expect_failure("sick", "bob ended with 1 instead of 0")

    def test_an_early_end_is_seen(self):
        self.expect_failure("crash", "bob ended before ready")

    def test_what_is_no_event_is_seen(self):
        self.expect_failure("garbage", "bob: what it printed is no event of one line: b'Segmentation fault")

    def test_a_lost_message_is_seen_and_named(self):
        with contextlib.redirect_stdout(self.output), self.party() as guests:
            alice, bob = guests.start("alice"), guests.start("bob", "--fault", "lose")
            alice.wait("member.joined", nick="bob")
            alice.say("line 2")
            alice.say("line 3")
            bob.wait("message", text="line 3")
            with self.assertRaisesRegex(party.Failure, r"bob: no message with 1 .*\('alice', 'line 2'\)"):
                guests.wait_for([alice, bob], [("alice", "line 2"), ("alice", "line 3")], within=0.2)

    def test_a_node_that_does_not_leave_is_seen_and_ended(self):
        with contextlib.redirect_stdout(self.output), self.party() as guests:
            alice = guests.start("alice", "--fault", "deaf")
            with self.assertRaisesRegex(party.Failure, "alice has not ended within"):
                alice.quit(within=0.2)
            alice.kill()
            self.assertEqual([], guests.running())

    def test_a_mark_separates_before_and_after(self):
        with self.party() as guests:
            alice, bob = guests.start("alice"), guests.start("bob")
            alice.wait("member.joined", nick="bob")
            alice.say("before")
            bob.wait("message", text="before")
            mark = bob.mark()
            with self.assertRaises(party.Failure):
                bob.wait("message", within=0.1, since=mark, text="before")
            alice.say("after")
            bob.wait("message", since=mark, text="after")
            self.assertEqual(["before", "after"], [text for _, text in bob.shown()])

    def test_homes_are_separate_unless_shared(self):
        with self.party() as guests:
            homes = [guests.start(name, home=home).find("ready")[0]["home"]
                     for name, home in (("alice", None), ("bob", None), ("carol", "bob"))]
            self.assertNotEqual(homes[0], homes[1])
            self.assertEqual(homes[1], homes[2])


class JudgeTest(unittest.TestCase):
    def test_strangers_are_seen(self):
        with self.assertRaisesRegex(party.Failure, "what nobody said"):
            party.judge("bob", [("alice", "a"), ("mallory", "b")], [("alice", "a")])

    def test_what_may_be_missing_may_not_come_twice(self):
        said, perhaps = [("alice", "b")], [("alice", "a")]
        party.judge("bob", said, said, perhaps)
        party.judge("bob", said + perhaps, said, perhaps)
        with self.assertRaisesRegex(party.Failure, r"\('alice', 'a'\) 2 times"):
            party.judge("bob", perhaps + said + perhaps, said, perhaps)

    def test_fields_match_by_parts(self):
        event = {"from": {"nick": "bob", "peer": "x"}, "room": "main"}
        self.assertTrue(party.matches(event, {"from": {"nick": "bob"}}))
        self.assertFalse(party.matches(event, {"from": {"nick": "eve"}}))
        self.assertFalse(party.matches(event, {"to": None}))


if __name__ == "__main__":
    unittest.main()
