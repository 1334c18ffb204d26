#!/usr/bin/env python3
"""Who is who: both sides see the same words, and what is said of a person holds."""
from program import PROGRAM, Case, main

import party  # of tests/support
from event_schema import complaint


class People(Case):
    def test_both_see_the_same_words_and_one_says_so(self):
        alice, bob = self.stage.pair()
        alice.type("/verify bob")
        bob.type("/whois alice")
        said = [program.expect_talk(r"words +(\w+( \w+){5})$").group(1) for program in (alice, bob)]
        self.assertEqual(said[0], said[1])
        digits = [program.expect_talk(r"digits +([0-9 ]{71})$").group(1) for program in (alice, bob)]
        self.assertEqual(digits[0], digits[1])
        alice.expect_talk("If they are the same: /verify bob yes")
        alice.expect_talk("not verified by you")
        alice.type("/verify bob yes")
        alice.expect_talk("^bob is verified$")
        alice.type("/whois bob")
        alice.expect_talk("  verified by you")
        alice.expect_talk(r"rooms +#main", count=2)
        alice.type("/verify bob no")
        alice.expect_talk("bob is not verified any more")
        alice.type("/verify bob perhaps")
        alice.expect_talk(r"! usage: /verify NICK \[yes\|no\]")
        alice.type("/id")
        fingerprint = alice.expect_talk(r"fingerprint +([0-9 ]{35})$").group(1)
        self.assertIn(fingerprint, digits[0])

    def test_names_of_ones_own(self):
        alice, bob = self.stage.pair()
        alice.type("/name bob Boss")
        alice.expect_talk("bob is now known as Boss\\*")
        bob.type("good morning")
        alice.expect_said(r"#main <Boss\*> good morning")
        alice.type("/whois Boss")
        alice.expect_talk("calls himself bob")
        alice.type("/name Boss")
        alice.expect_talk(r"bob is the name that is shown from now on")
        bob.type("and good night")
        alice.expect_said(r"#main <bob> and good night")

    def test_nothing_is_shown_of_who_is_ignored(self):
        alice, bob = self.stage.pair()
        alice.type("/ignore")
        alice.expect_talk("you ignore nobody")
        alice.type("/ignore bob")
        alice.expect_talk("^bob is ignored$")
        bob.type("hello?")
        alice.type("/ignore", "/ping bob")
        alice.expect_talk(r"^  bob  12D3")
        alice.expect_talk(r"^[0-9.]+ ms$")  # after whatever bob said before
        alice.type("/unignore bob")
        alice.expect_talk("bob is not ignored any more")
        bob.type("hello!")
        alice.expect_said("#main <bob> hello!")
        self.assertNotIn("hello?", "".join(alice.out.lines()))

    def test_all_of_it_is_remembered(self):
        def start():
            alice = self.stage.run("--nick", "alice", ephemeral=False, home="a")
            bob = self.stage.run("--nick", "bob", "--peer", alice.address(), ephemeral=False, home="b")
            carl = self.stage.run("--nick", "carl", "--peer", alice.address(), ephemeral=False, home="c")
            return alice, bob, carl

        alice, bob, carl = start()
        for nick in ("bob", "carl"):
            alice.expect_talk(f"{nick} joined")
        carl.type("buy cheap watches")
        alice.expect_said("watches")
        alice.type("/verify bob yes", "/name bob Boss", "/ignore carl")
        alice.expect_talk("carl is ignored")
        for program in (bob, carl, alice):
            program.type("/quit")
            program.expect_end(0)
        alice, bob, carl = start()
        alice.expect_talk(r"Boss\* joined")
        carl.expect_talk("alice joined")
        carl.type("buy even cheaper watches")
        bob.type("hello")
        alice.expect_said(r"<Boss\*> hello")
        alice.type("/whois Boss", "/ignore", "/history")
        alice.expect_talk("  verified by you")
        alice.expect_talk(r"first seen +20")
        alice.expect_talk(r"^  carl  12D3")
        alice.type("/ping Boss")
        alice.expect_talk(r"^[0-9.]+ ms$")
        self.assertNotIn("watches", "".join(alice.out.lines()))
        mallory = self.stage.run("--nick", "bob", "--peer", alice.address())
        alice.expect_talk(r"bob~\w+ is NOT bob~\w+, whom you have verified")
        mallory.type("it is me, bob")
        alice.expect_said(r"<bob~\w+> it is me, bob")

    def test_rooms_of_the_example_of_go(self):
        alice = self.stage.run("--nick", "alice", "-r", "json:chat-room:tea")
        raw = self.stage.run("--nick", "raw", "-r", "text:chat-room:tea", "--peer", alice.address())
        peer = alice.expect_talk(r"/p2p/(12D3KooW\w+)").group(1)
        alice.expect_talk("joined #json:chat-room:tea")
        alice.type('say "hi"')
        raw.expect_said('{"Message":"say \\\\"hi\\\\"","SenderID":"' + peer + '","SenderNick":"alice"}$')
        own = raw.expect_talk(r"/p2p/(12D3KooW\w+)").group(1)
        raw.type('{"Message":"a \\u003c b","SenderID":"' + own + '","SenderNick":"gopher"}')
        alice.expect_said("<gopher> a < b")
        raw.type('{"Message":"trust me","SenderID":"' + peer + '","SenderNick":"alice"}')
        alice.expect_said("<gopher> trust me")
        alice.expect_talk("gopher says in a message that it is somebody else's")

    def test_json_tells_of_people(self):
        with party.Party([PROGRAM, "--ephemeral", "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"]) as together:
            alice = together.start("alice")
            bob = together.start("bob", "--peer", alice.wait("ready")["addrs"][0])
            together.wait_for_members([alice, bob])
            ref = alice.tell("whois", to="bob")
            person = alice.wait("person", ref=ref)
            self.assertEqual(("bob", False, "#main"), (person["nick"], person["verified"], person["in"]))
            self.assertEqual(6, len(person["words"].split()))
            self.assertIn(bob.peer, person["addr"])
            alice.wait("done", ref=ref)
            ref = alice.tell("verify", to=bob.peer)
            self.assertTrue(alice.wait("person", ref=ref)["verified"])
            bob.tell("send", room="main", text="one")
            self.assertTrue(alice.wait("message", text="one")["from"]["verified"])
            self.assertTrue(alice.wait("done", ref=alice.tell("verify", to="bob", undo=True)))
            bob.tell("send", room="main", text="two")
            self.assertFalse(alice.wait("message", text="two")["from"]["verified"])
            alice.wait("done", ref=alice.tell("petname", to="bob", name="Boss"))
            self.assertEqual("Boss*", alice.wait("member.nick", peer=bob.peer)["name"])
            alice.wait("done", ref=alice.tell("ignore", to="Boss"))
            self.assertEqual("ignored", alice.wait("member.left", peer=bob.peer)["reason"])
            ref = alice.tell("ignore")
            self.assertTrue(alice.wait("person", ref=ref)["ignored"])
            alice.wait("done", ref=alice.tell("unignore", to="Boss"))
            alice.wait("error", ref=alice.tell("whois", to="nobody"), code="not_found")
            alice.wait("error", ref=alice.tell("whois"), code="bad_request")
            alice.wait("error", ref=alice.tell("verify", to="bob", undo=7), code="bad_request")
            together.leave()
            for node in (alice, bob):
                for event in node.events:
                    self.assertIsNone(complaint(event))


if __name__ == "__main__":
    main()
