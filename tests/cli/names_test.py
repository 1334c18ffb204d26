#!/usr/bin/env python3
"""Names of every kind, of rooms and of people: each is refused or clean, and none becomes the name of a file."""
import unicodedata
import unittest

from program import PROGRAM, main

import party  # of tests/support

# What is asked for, and the room that it is; None: it is refused.
ROOMS = [("", None), (" ", None), ("\0", None), ("a\0b", None), ("a b", None), ("a\nb", None), ("\x1b[2J", None),
         (".", None), ("..", None), ("../../x", None), ("/etc/passwd", None), ("x" * 49, None), ("x" * 1024, None),
         ("%s%n", None), ("$(id)", None), ("\u200b", None),
         ("x" * 48, "x" * 48), ("con", "con"), ("MAIN", "main"), ("#Dev", "dev"), ("m\u0430in", "m\u0430in"),
         ("caf\u00e9", "caf\u00e9"), ("cafe\u0301", "caf\u00e9"), ("\u202egnp", "gnp"), ("\ufb01le", "file")]
# The same of nicks, which are nobody's address: they stay as they are written.
NICKS = [("", None), (" ", None), ("\0", None), ("a b", None), ("a\nb", None), ("~", None), ("\u200b", None),
         ("x" * 25, None), ("x" * 1024, None), ("n" + "\u0301" * 60, None),
         ("x" * 24, "x" * 24), ("..", ".."), ("../../x", "../../x"), ("#main", "#main"), ("a\0b", "ab"),
         ("\x1b[2J", "[2J"), ("\u202egnp", "gnp"), ("caf\u00e9", "caf\u00e9"), ("cafe\u0301", "cafe\u0301")]


def flaws(value):
    """The characters of all texts in an event that could do anything but stand there."""
    if isinstance(value, dict):
        return [flaw for inner in value.values() for flaw in flaws(inner)]
    if isinstance(value, str):
        return [character for character in value if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    return []


class Names(unittest.TestCase):
    def setUp(self):
        self.party = party.Party([PROGRAM, "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"])
        self.party.__enter__()
        self.addCleanup(self.party.__exit__, None, None, None)

    def start(self, name, *others, **settings):
        options = [word for other in others for word in ("--peer", other.wait("ready")["addrs"][0])]
        return self.party.start(name, *options, **settings)

    def answer(self, node, cmd, **fields):
        """The event that says that a command succeeded, or failed."""
        ref = node.tell(cmd, **fields)
        return node.wait_until(lambda: next(iter(node.find("done", ref=ref) + node.find("error", ref=ref)), None), cmd)

    def expect_refusal(self, answer, name):
        self.assertEqual(("error", "bad_request"), (answer["type"], answer["code"]), ascii(name))

    def files(self):
        return sorted(str(path.relative_to(self.party.folder)) for path in self.party.folder.rglob("*"))

    def test_rooms(self):
        alice = self.start("alice")
        before = self.files()
        joined = {"main"}
        for name, room in ROOMS:
            mark = alice.mark()
            answer = self.answer(alice, "join", room=name)
            if room is None:
                self.expect_refusal(answer, name)
            elif room in joined:
                self.assertEqual("already", answer.get("code"), ascii(name))
            else:
                self.assertEqual("done", answer["type"], ascii(name))
                self.assertEqual(room, alice.wait("room.joined", since=mark)["room"])
                joined.add(room)
        self.assertEqual(joined, {event["room"] for event in alice.find("room.joined")})
        for number, room in enumerate(sorted(joined)):
            alice.say(f"in {number}", room=room)
            alice.wait("message", room=room, text=f"in {number}")
        self.assertEqual([], [event for event in alice.events if flaws(event) and event["type"] != "error"])
        self.assertEqual([], [event for event in alice.find("error") if set("\0\x1b\n\u202e") & set(flaws(event))])
        self.assertEqual(before, self.files())

    def test_nicks(self):
        alice = self.start("alice")
        bob = self.start("bob", alice)
        self.party.wait_for_members([alice, bob])
        before, nick = self.files(), "alice"
        for number, (name, clean) in enumerate(NICKS):
            answer = self.answer(alice, "nick", nick=name)
            if clean is None:
                self.expect_refusal(answer, name)
            else:
                self.assertEqual("done", answer["type"], ascii(name))
                nick = clean
            alice.say(f"I am {number}")
            self.assertEqual(nick, alice.wait("message", text=f"I am {number}")["from"]["nick"], ascii(name))
            bob.wait("message", text=f"I am {number}")
        bob.wait("member.nick", peer=alice.peer, nick=nick)  # of names that change too often the last is followed
        for node in (alice, bob):
            self.assertEqual([], [event for event in node.events if flaws(event)])
        self.assertEqual(before, self.files())

    def test_a_nick_like_the_key_of_another(self):
        """Who calls himself what another's peer id begins with does not get what was meant for that one."""
        alice = self.start("alice")
        bob = self.start("bob", alice)
        carol = self.start("carol", alice)
        self.party.wait_for_members([alice, bob, carol])
        self.expect_refusal(self.answer(carol, "nick", nick=bob.peer), bob.peer)
        self.answer(carol, "nick", nick=bob.peer[:24])
        for node in (alice, bob):
            node.wait_until(lambda node=node: [event for event in node.find("member.nick")
                                               if event["peer"] == carol.peer], "the new nick")
        ref = alice.tell("direct", to=bob.peer, text="for bob alone")
        bob.wait("direct", text="for bob alone", **{"from": {"peer": alice.peer}})
        alice.wait("delivery", ref=ref, state="reached")
        ref = alice.tell("direct", to=bob.peer[:24], text="for whom?")
        self.assertIn("two people are called", alice.wait("error", ref=ref)["message"])
        self.assertEqual([], carol.find("direct"))


if __name__ == "__main__":
    main()
