#!/usr/bin/env python3
"""What was said is kept: shown again after a restart, searched, paged through, and never twice."""
import os
import stat
import subprocess
import unittest

from program import PROGRAM, Case, main

import party  # of tests/support
from event_schema import complaint


def ids(events):
    return [event["id"] for event in events]


class Nodes(unittest.TestCase):
    def setUp(self):
        self.party = party.Party([PROGRAM, "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"])
        self.party.__enter__()
        self.addCleanup(self.leave)

    def leave(self):
        self.party.leave()
        for node in self.party.nodes:
            for event in node.events:
                self.assertIsNone(complaint(event))
        self.party.__exit__(None, None, None)

    def pair(self, *options, **more):
        alice = self.party.start("alice", *options, **more)
        bob = self.party.start("bob", "--peer", alice.wait("ready")["addrs"][0], *options, **more)
        self.party.wait_for_members([alice, bob], room=more.get("rooms", ("main",))[0])
        return alice, bob

    def talk(self, alice, bob, count=6, room="main"):
        """They say one line each in turn; all is delivered."""
        for number in range(count):
            speaker, listener = (alice, bob) if number % 2 == 0 else (bob, alice)
            mark = listener.mark()
            ref = speaker.say(f"line {number} of {speaker.name}", room)
            speaker.wait("delivery", ref=ref, state="sent")
            listener.wait("message", since=mark, text=f"line {number} of {speaker.name}", room=room)

    def ask(self, node, cmd, **fields):
        """The list that answers a command."""
        ref = node.tell(cmd, **fields)
        answer = node.wait_until(lambda: next((event for event in node.events if event.get("ref") == ref), None), cmd)
        self.assertEqual(cmd, answer["type"], answer)
        return answer[cmd]

    def texts(self, node, cmd, **fields):
        return [entry["text"] for entry in self.ask(node, cmd, **fields)]


class History(Nodes):
    def test_the_last_lines_are_shown_again_in_the_same_order(self):
        alice, bob = self.pair()
        self.talk(alice, bob)
        said = alice.sorted_lines()
        self.party.leave()
        for name in ("alice", "bob"):
            again = self.party.start(name)
            again.wait_until(lambda: len(again.find("message")) >= 6, "the old lines")
            shown = again.find("message")
            self.assertEqual(ids(said), ids(shown))
            self.assertEqual([event["text"] for event in said], [event["text"] for event in shown])
            self.assertEqual([event["from"]["nick"] for event in said], [event["from"]["nick"] for event in shown])
            self.assertEqual([event["sent_ts"] for event in said], [event["sent_ts"] for event in shown])
            self.assertTrue(all(event["history"] for event in shown))
            self.assertEqual([name == event["from"]["nick"] for event in said], [event["own"] for event in shown])
            again.quit()

    def test_what_is_said_later_stands_behind_what_was_said_before(self):
        alice, bob = self.pair()
        self.talk(alice, bob)
        before = max(event["order"] for event in alice.find("message"))
        self.party.leave()
        alice, bob = self.pair()
        for node in (alice, bob):
            node.wait_until(lambda: len(node.find("message")) == 6, "the old lines")
        self.talk(alice, bob, 2)
        for node in (alice, bob):
            self.assertEqual([True] * 6 + [False] * 2, [event["history"] for event in node.find("message")])
            self.assertTrue(all(event["order"] > before for event in node.find("message", history=False)))
        self.assertEqual(ids(alice.sorted_lines()), ids(bob.sorted_lines()))
        self.assertEqual(ids(alice.sorted_lines()), ids(self.ask(alice, "history", room="main")))

    def test_nothing_is_shown_twice_after_a_restart(self):
        alice, bob = self.pair()
        self.talk(alice, bob, 8)
        for _ in range(2):
            bob.quit()
            # Who stayed still tells of the last lines, and has them sent again.
            bob = self.party.start("bob", "--peer", alice.wait("ready")["addrs"][0], "--history-lines", "3")
            bob.wait("member.joined", nick="alice")
            ref = alice.say("now")
            alice.wait("delivery", ref=ref, state="sent")
            bob.wait("message", text="now", history=False)
            # Three more beats of the heart, in which the old lines would have come.
            for _ in range(3):
                self.ask_ping(bob)
            shown = ids(bob.find("message"))
            self.assertEqual(len(set(shown)), len(shown))
            self.assertEqual(["now"], [event["text"] for event in bob.find("message", history=False)])
        self.assertEqual(8 + 2, len(self.ask(bob, "history", room="main")))

    def ask_ping(self, node):
        ref = node.tell("ping", to="alice")
        node.wait("ping", ref=ref)

    def test_pages_reach_back_to_the_beginning(self):
        alice, bob = self.pair()
        self.talk(alice, bob, 9)
        whole = self.ask(alice, "history", room="main")
        self.assertEqual(9, len(whole))
        page, pages = self.ask(alice, "history", room="main", limit=4), []
        while page:
            pages = page + pages
            page = self.ask(alice, "history", room="main", limit=4, before=page[0]["id"])
        self.assertEqual(ids(whole), ids(pages))
        ref = alice.tell("history", room="main", before="0" * 32)
        self.assertEqual("not_found", alice.wait("error", ref=ref)["code"])
        ref = alice.tell("history", room="nowhere")
        self.assertEqual("you are not in #nowhere", alice.wait("error", ref=ref)["message"])

    def test_words_are_found(self):
        alice, bob = self.pair(rooms=("main", "dev"))
        self.talk(alice, bob, 2)
        self.talk(alice, bob, 2, room="dev")
        for text in ("Ünder the bridge", "明日は東京駅で会いましょう", "done 🎉"):
            ref = bob.say(text)
            bob.wait("delivery", ref=ref, state="sent")
            alice.wait("message", text=text)
        for node in (alice, bob):
            self.assertEqual(["line 0 of alice"] * 2, self.texts(node, "search", text="line alice"))
            self.assertEqual(["line 0 of alice"], self.texts(node, "search", text="line alice", room="dev"))
            self.assertEqual(["Ünder the bridge"], self.texts(node, "search", text="under bri"))
            self.assertEqual(["明日は東京駅で会いましょう"], self.texts(node, "search", text="東京"))
            self.assertEqual(["done 🎉"], self.texts(node, "search", text="🎉"))
            self.assertEqual(["line 1 of bob"] * 2, self.texts(node, "search", text="line", **{"from": "Bob"}))
            self.assertEqual(5, len(self.texts(node, "search", **{"from": "bob"})))
            self.assertEqual(2, len(self.texts(node, "search", limit=2, since="1h", text="line")))
            self.assertEqual([], self.texts(node, "search", text='" OR *'))
            entry = self.ask(node, "search", text="bridge")[0]
            self.assertEqual(("main", "bob", True), (entry["room"], entry["from"]["nick"], entry["history"]))

    def test_what_waits_for_somebody_is_shown_but_not_kept(self):
        alice = self.party.start("alice")
        ref = alice.say("is anybody there?")
        alice.wait("delivery", ref=ref, state="queued")
        self.assertEqual(["is anybody there?"], self.texts(alice, "history", room="main"))
        self.assertEqual([], self.texts(alice, "search", text="anybody"))
        bob = self.party.start("bob", "--peer", alice.wait("ready")["addrs"][0])
        alice.wait("delivery", ref=ref, state="sent")
        self.assertEqual(["is anybody there?"], self.texts(alice, "search", text="anybody"))
        bob.wait("message", text="is anybody there?")

    def test_a_room_that_is_joined_later_shows_its_lines_first(self):
        alice, bob = self.pair(rooms=("main", "dev"))
        self.talk(alice, bob, 4, room="dev")
        bob.tell("leave", room="dev")
        bob.wait("room.left", room="dev")
        alice.wait("member.left", room="dev")
        mark = bob.mark()
        bob.tell("join", room="dev")
        bob.wait_until(lambda: len(bob.find("message", mark, room="dev")) == 4, "the old lines")
        bob.wait("member.joined", since=mark, room="dev")
        kinds = [event["type"] for event in bob.events[mark:] if event.get("room") == "dev"]
        self.assertEqual(["room.joined"] + ["message"] * 4 + ["member.joined"], kinds)

    def test_circles_have_rooms_of_their_own(self):
        alice, bob = self.pair()
        self.talk(alice, bob, 2)
        self.party.leave()
        self.party.rendezvous = "elsewhere"
        alice = self.party.start("alice")
        self.assertEqual([], self.texts(alice, "search", text="line"))
        self.assertEqual([], self.ask(alice, "history", room="main"))
        self.assertEqual([], alice.find("message"))
        alice.quit()
        self.party.rendezvous = "test"
        alice = self.party.start("alice")
        self.assertEqual(2, len(self.texts(alice, "search", text="line")))

    def test_the_file_is_private_and_in_one_piece(self):
        alice, bob = self.pair()
        self.talk(alice, bob, 2)
        folder = self.party.folder / "alice/.local/share/gossipchat/default"
        for path in folder.glob("history.db*"):
            self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode), path)
        alice.quit()
        self.assertEqual(["history.db"], [path.name for path in folder.glob("history.db*")])

    def test_who_wants_nothing_kept_keeps_nothing(self):
        alice, bob = self.pair("--no-history")
        self.talk(alice, bob, 2)
        self.assertEqual(2, len(self.ask(alice, "history", room="main")))  # of this run
        ref = alice.tell("search", text="line")
        self.assertIn("nothing is kept", alice.wait("error", ref=ref)["message"])
        self.party.leave()
        self.assertEqual([], list(self.party.folder.glob("*/.local/share/gossipchat/*/history*")))
        alice, bob = self.pair("--ephemeral")
        self.talk(alice, bob, 2)
        self.party.leave()
        self.assertEqual([], list(self.party.folder.glob("**/*history*")))


class Subcommand(Nodes):
    """gossipchat history, also while a program runs that has the file open."""

    def history(self, *words, home="alice", status=0, stdin=b""):
        run = subprocess.run([PROGRAM, "history", *words, "--rendezvous", "test"], input=stdin, capture_output=True,
                             env=self.party.environment(home), check=False, timeout=60 * party.PATIENCE)
        self.assertEqual(status, run.returncode, run.stderr.decode())
        return run.stdout.decode().splitlines(), run.stderr.decode().splitlines()

    def test_it_works_beside_a_program_that_runs(self):
        alice, bob = self.pair(rooms=("main", "dev"))
        self.talk(alice, bob, 3)
        self.talk(alice, bob, 2, room="dev")
        out, _ = self.history()
        self.assertRegex("\n".join(out), r"(?s)#dev \(test\)  2 lines, 20.*#main \(test\)  3 lines, 20")
        out, _ = self.history("search", "line", "from:alice", "since:1d")
        self.assertEqual(3, len(out))
        out, _ = self.history("search", "line", "room:dev")
        self.assertRegex("\n".join(out), r"(?s)^\d{4}-\S+ \S+ #dev <alice> line 0 of alice\n.* #dev <bob> line 1 of bob$")
        out, errors = self.history("search", "nonsense")
        self.assertEqual(([], ["nothing found in 5 messages"]), (out, errors))
        out, errors = self.history("forget", "#dev", "--yes")
        self.assertEqual(["2 lines removed"], errors)
        self.assertEqual([], self.ask(alice, "history", room="dev"))
        self.assertEqual(3, len(self.ask(alice, "history", room="main")))

    def test_forgetting_all_takes_direct_messages_along(self):
        alice, bob = self.pair()
        self.talk(alice, bob, 2)
        alice.tell("direct", to="bob", text="for you alone")
        bob.wait("direct", own=False)
        self.party.leave()
        _, errors = self.history("forget", "all", "--yes", home="bob")
        self.assertEqual(["3 lines removed"], errors)

    def test_a_copy_is_taken_over_by_somebody_else(self):
        alice, bob = self.pair(rooms=("main", "dev"))
        self.talk(alice, bob, 4)
        said = alice.sorted_lines()
        self.party.leave()
        out, errors = self.history("export", "--json", "--room", "main")
        self.assertEqual(["4 lines"], errors)
        copy = "\n".join(out + ["nonsense", '{"type":"message","text":"forged"}']).encode()
        forged = out[0].replace('"original":"', '"original":"AAAA')
        plain, _ = self.history("export", "--room", "main")
        self.assertEqual(4, len(plain))
        carol = self.party.start("carol")
        carol.quit()
        _, errors = self.history("import", home="carol", stdin=copy + b"\n" + forged.encode())
        self.assertEqual(["4 lines imported",
                          "1 line left out: what their authors signed is not in the copy",
                          "2 lines left out: no lines, wrongly signed, or of private rooms"], errors)
        _, errors = self.history("import", home="carol", stdin=copy)
        self.assertIn("4 lines known already, or forgotten", errors)
        carol = self.party.start("carol")
        carol.wait_until(lambda: len(carol.find("message")) == 4, "the imported lines")
        shown = carol.find("message")
        self.assertEqual(ids(said), ids(shown))
        self.assertEqual([event["text"] for event in said], [event["text"] for event in shown])
        self.assertEqual([event["from"]["peer"] for event in said], [event["from"]["peer"] for event in shown])
        carol.quit()
        # What is forgotten does not come back with a copy.
        _, errors = self.history("forget", "all", "--yes", home="carol")
        self.assertEqual(["4 lines removed"], errors)
        _, errors = self.history("import", home="carol", stdin=copy)
        self.assertIn("4 lines known already, or forgotten", errors)
        self.assertEqual(([], ["nothing is kept"]), self.history("list", home="carol"))

    def test_forgetting_asks_and_may_spare_what_is_new(self):
        alice, bob = self.pair()
        self.talk(alice, bob, 2)
        _, errors = self.history("forget", "main", status=2)
        self.assertEqual(["gossipchat: say --yes to forget #main"], errors)
        _, errors = self.history("forget", "main", "before:1h", "--yes")
        self.assertEqual(["0 lines removed"], errors)
        self.assertEqual(2, len(self.ask(alice, "history", room="main")))

    def test_mistakes_are_explained(self):
        for words in (["swim"], ["forget"], ["search"], ["forget", "a", "b", "c"], ["forget", "a", "before:soon"],
                      ["list", "--format", "%x"]):
            self.party.environment("nobody")
            _, errors = self.history(*words, home="nobody", status=7 if words[0] in ("forget", "search") else 2)
            self.assertTrue(errors[0].startswith("gossipchat: "), errors)
        _, errors = self.history(home="nobody", status=7)
        self.assertRegex(errors[0], r"history\.db: there is no such file")

    def test_a_copy_is_not_written_over(self):
        alice, bob = self.pair()
        self.talk(alice, bob, 2)
        copy = self.party.folder / "copy.txt"
        self.history("export", str(copy))
        self.assertEqual(2, len(copy.read_text().splitlines()))
        _, errors = self.history("export", str(copy), status=2)
        self.assertRegex(errors[0], "cannot make .*copy.txt: File exists")


class LineMode(Case):
    def start(self, name, *options, **more):
        return self.stage.run("--nick", name, *options, ephemeral=False, home=name, **more)

    def test_a_pipe_gets_new_lines_only_unless_it_asks(self):
        alice = self.start("alice")
        bob = self.start("bob", "--peer", alice.address())
        bob.expect_talk("alice joined")
        bob.type("the old line", "/quit")
        alice.expect_said("<bob> the old line")
        bob.expect_end(0)
        alice.type("/quit")
        alice.expect_end(0)
        again = self.start("alice")
        again.address()
        again.type("/history", "/search old -since 1d", "/search nonsense", "/search", "/last all")
        again.expect_said("#main <bob> the old line", count=3)
        again.expect_talk("^nothing found in 1 messages$")
        again.expect_talk("^! usage: /search TEXT")
        again.type("/quit")
        again.expect_end(0)
        self.assertEqual(3, len(again.out.lines()))
        asked = self.start("alice", "--history-lines", "5")
        asked.expect_said("#main <bob> the old line")
        asked.type("/quit")
        asked.expect_end(0)


class Refused(Case):
    """A file that is no history of ours: one clear line, status 7, and it stays as it is."""

    def refuse(self, path, pattern):
        before = path.read_bytes()
        node = self.stage.run("--nick", "alice", ephemeral=False)
        node.expect_end(7)
        node.expect_talk(pattern)
        self.assertEqual(1, sum("history.db" in line for line in node.talk.lines()))
        self.assertEqual(before, path.read_bytes())
        node = self.stage.run("--nick", "alice", "--no-history", ephemeral=False)
        node.address()
        node.type("/quit")
        node.expect_end(0)
        self.assertEqual(before, path.read_bytes())

    def place(self):
        folder = self.stage.folder / "home/.local/share/gossipchat/default"
        self.stage.environment()
        folder.mkdir(parents=True, mode=0o700)
        return folder / "history.db"

    def make(self):
        """A real one, with a line in it."""
        path = self.place()
        alice = self.stage.run("--nick", "alice", ephemeral=False)
        bob = self.stage.run("--nick", "bob", "--peer", alice.address())
        bob.expect_talk("alice joined")
        bob.type("hello")
        alice.expect_said("<bob> hello")
        alice.type("/quit")
        alice.expect_end(0)
        return path

    def test_something_else(self):
        path = self.place()
        path.write_bytes(b"Dear diary, today I wrote a file with the name of another.\n" * 20)
        self.refuse(path, "history.db: that is not a history of gossipchat. Move it away")

    def test_of_another_program(self):
        import sqlite3
        path = self.place()
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE songs (name)")
        database.close()
        self.refuse(path, "history.db: that is not a history of gossipchat")

    def test_of_the_future(self):
        import sqlite3
        path = self.make()
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
        self.refuse(path, "history.db: it was written by a later version of gossipchat. Use that version")

    def test_cut_short(self):
        path = self.make()
        os.truncate(path, 5000)
        self.refuse(path, "history.db: the file is damaged. Move it away, and an empty one is made")
        path.rename(path.with_suffix(".bad"))
        node = self.stage.run("--nick", "alice", ephemeral=False)
        node.address()
        node.type("/quit")
        node.expect_end(0)

    def test_a_folder(self):
        path = self.place()
        path.mkdir()
        node = self.stage.run("--nick", "alice", ephemeral=False)
        node.expect_end(7)
        node.expect_talk("history.db: .*--no-history")


if __name__ == "__main__":
    main()
