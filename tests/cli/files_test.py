#!/usr/bin/env python3
"""Files from one to the other: offered, accepted, cut off and gone on with, and kept out of harm."""
import os
import pathlib
import signal
import unittest

from program import PROGRAM, Case, main
from party import Party


class Files(unittest.TestCase):
    def setUp(self):
        self.party = Party([PROGRAM])
        self.party.__enter__()
        self.addCleanup(self.party.__exit__, None, None, None)
        self.alice = self.start("alice", "--listen", "/ip4/127.0.0.1/tcp/0")
        self.address = self.alice.wait("ready")["addrs"][0]
        self.bob = self.start("bob", "--no-listen", "--peer", self.address)
        self.party.wait_for_members([self.alice, self.bob])

    def start(self, name, *options, **settings):
        return self.party.start(name, "--ephemeral", "--no-mdns", *options, **settings)

    def file(self, name, size):
        path = self.party.folder / name
        path.write_bytes(os.urandom(size))
        return path

    def received(self, name, home="bob"):
        return self.party.folder / home / "Downloads" / "gossipchat" / name

    def offer(self, path, node=None, **whom):
        """Alice offers, and the other one hears of it. Returns the number it has there."""
        node = node or self.bob
        mark = node.mark()
        reference = self.alice.tell("send_file", path=str(path), **(whom or {"to": node.name}))
        self.alice.wait("done", ref=reference)
        return node.wait("file.offer", since=mark, name=path.name)["file"]

    def test_a_file_goes_to_one(self):
        path = self.file("notes.txt", 100000)
        number = self.offer(path)
        self.bob.tell("accept", file=number)
        done = self.bob.wait("file.done", file=number)
        self.assertEqual(str(self.received("notes.txt")), done["path"])
        self.assertEqual(path.read_bytes(), self.received("notes.txt").read_bytes())
        self.assertEqual(0o600, self.received("notes.txt").stat().st_mode & 0o777)
        self.alice.wait("file.done", own=True, name="notes.txt")
        self.assertEqual(["notes.txt"], os.listdir(self.received("notes.txt").parent))

    def test_a_file_goes_to_all_in_the_room(self):
        carol = self.start("carol", "--no-listen", "--peer", self.address)
        self.party.wait_for_members([self.alice, carol])
        path = self.file("all.bin", 3_000_000)
        numbers = [(self.bob, self.offer(path, self.bob, room="main")),
                   (carol, carol.wait("file.offer", name="all.bin")["file"])]
        for node, number in numbers:
            node.tell("accept", file=number)
        for node, number in numbers:
            node.wait("file.done", 30, file=number)
            self.assertEqual(path.read_bytes(), self.received("all.bin", node.name).read_bytes())
        for name in ("bob", "carol"):
            self.alice.wait("file.done", name="all.bin", **{"from": {"name": name}})

    def test_nothing_is_fetched_that_nobody_wants(self):
        number = self.offer(self.file("spam.bin", 1000))
        self.bob.tell("decline", file=number)
        self.assertEqual("peer_refused", self.alice.wait("file.failed", own=True)["code"])
        self.assertFalse(self.received("spam.bin").parent.exists())
        self.assertEqual([], self.list(self.bob))
        self.assertEqual([], self.list(self.alice))

    def list(self, node):
        reference = node.tell("files")
        return node.wait("files", ref=reference)["files"]

    def test_names_lead_nowhere_and_nothing_is_overwritten(self):
        for content in ("first", "second"):
            folder = self.party.folder / content
            folder.mkdir()
            path = folder / ".bashrc"
            path.write_text(content)
            number = self.offer(path)
            self.bob.tell("accept", file=number)
            self.bob.wait("file.done", file=number)
        self.assertEqual("first", self.received("bashrc").read_text())
        self.assertEqual("second", self.received("bashrc (2)").read_text())

    def test_the_rest_comes_after_a_cut(self):
        path = self.file("large.bin", 40_000_000)
        number = self.offer(path)
        self.bob.tell("accept", file=number)
        self.bob.wait("file.progress", file=number)
        part = next(self.received("x").parent.glob(".*.part"))
        self.bob.kill()
        before = part.stat().st_size
        self.assertGreater(before, 0)
        self.assertLess(before, path.stat().st_size)
        again = self.start("bob", "--no-listen", "--peer", self.address)
        again.wait("member.joined", nick="alice")
        number = self.offer(path, again, to=again.peer)
        again.tell("accept", file=number)
        first = again.wait("file.progress", 30, file=number)
        self.assertGreaterEqual(first["done_bytes"], before)  # it went on, and did not begin again
        again.wait("file.done", 60, file=number)
        self.assertEqual(path.read_bytes(), self.received("large.bin").read_bytes())

    def test_whoever_offers_may_change_his_mind(self):
        path = self.file("oops.bin", 1000)
        number = self.offer(path)
        self.alice.tell("cancel", file=self.list(self.alice)[0]["file"])
        self.assertEqual("it is not offered any more", self.bob.wait("file.failed", file=number)["reason"])
        reference = self.bob.tell("accept", file=number)
        self.assertEqual("not_found", self.bob.wait("error", ref=reference)["code"])

    def test_who_is_ignored_offers_nothing(self):
        self.bob.wait("done", ref=self.bob.tell("ignore", to="alice"))
        mark = self.bob.mark()
        self.alice.wait("done", ref=self.alice.tell("send_file", path=str(self.file("spam.bin", 10)), to="bob"))
        self.assertEqual("peer_refused", self.alice.wait("file.failed", own=True)["code"])
        self.assertEqual([], self.list(self.bob))
        self.assertEqual([], self.bob.find("file.offer", since=mark))

    def test_a_file_that_is_too_large_is_said_to_be(self):
        carol = self.start("carol", "--no-listen", "--peer", self.address, "--file-limit", "1")
        self.party.wait_for_members([self.alice, carol])
        number = self.offer(self.file("large.bin", 2_000_000), carol)
        reference = carol.tell("accept", file=number)
        error = carol.wait("error", ref=reference)
        self.assertEqual("limit", error["code"])
        self.assertIn("--file-limit", error["hint"])

    def test_what_cannot_be_sent_says_why(self):
        cases = ((self.party.folder / "none", "not_found", "no such file"),
                 (self.party.folder, "bad_request", "it is a folder; send an archive of it"),
                 (pathlib.Path("/dev/null"), "bad_request", "it is no file"))
        for path, code, why in cases:
            reference = self.alice.tell("send_file", path=str(path), to="bob")
            error = self.alice.wait("error", ref=reference)
            self.assertEqual((code, f"{path}: {why}"), (error["code"], error["message"]))
        reference = self.alice.tell("send_file", path=str(self.file("x", 1)), to="zoe")
        self.assertEqual("nobody here is called zoe. /who lists who is here.", self.alice.wait("error", ref=reference)["message"])

    def test_leaving_does_not_wait_for_a_file_that_is_being_read(self):
        path = self.party.folder / "endless.bin"
        with open(path, "wb") as file:
            file.truncate(200 << 30)
        self.alice.tell("send_file", path=str(path), to="bob")
        reference = self.alice.tell("files")
        self.alice.wait("files", ref=reference)
        self.alice.signal(signal.SIGTERM)
        self.alice.expect_end()

    def test_leaving_in_the_middle_is_clean(self):
        number = self.offer(self.file("large.bin", 40_000_000))
        self.bob.tell("accept", file=number)
        self.bob.wait("file.progress", file=number)
        self.alice.signal(signal.SIGTERM)
        self.alice.expect_end()
        self.bob.wait("peer.disconnected")
        self.bob.quit()


class LineMode(Case):
    def test_people_send_files_too(self):
        alice, bob = self.stage.pair()
        path = self.stage.folder / "two words.txt"
        path.write_text("hello")
        alice.type(f"/send {path}")
        alice.expect_talk(r"^offered as 1 to 1 person$")
        bob.expect_talk(r"^alice offers two words.txt \(5 bytes\) to #main: /accept 1 or /decline 1$")
        bob.type("/files")
        bob.expect_talk(r"^  1  two words.txt  5 bytes offered by alice: /accept 1$")
        bob.type("/accept one", "/accept 1")
        bob.expect_talk(r"^! usage: /accept N    example: /accept 7$")
        bob.expect_talk(r"^two words.txt is here \(5 bytes\): .*/Downloads/gossipchat/two words.txt$")
        alice.expect_talk(r"^bob has two words.txt \(5 bytes\)$")
        alice.type(f'/send "{path}" bob', f"/send {self.stage.folder}/nothing bob")
        bob.expect_talk(r"^alice offers two words.txt \(5 bytes\): /accept 2 or /decline 2$")
        alice.expect_talk(r"^! .*/nothing: no such file$")


if __name__ == "__main__":
    main()
