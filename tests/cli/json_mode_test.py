#!/usr/bin/env python3
"""JSON mode: one object a line in both directions."""
import json
import os
import re
import unittest

import program
from program import PROGRAM, main

import party  # of tests/support
from event_schema import complaint


class JsonMode(unittest.TestCase):
    def setUp(self):
        self.party = party.Party([PROGRAM, "--ephemeral", "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"])
        self.party.__enter__()
        self.addCleanup(self.leave)

    def leave(self):
        """Everybody leaves well, and all that was said follows the schema."""
        self.party.leave()
        for node in self.party.nodes:
            for event in node.events:
                self.assertIsNone(complaint(event))
            self.assertEqual("bye", node.events[-1]["type"])
        self.party.__exit__(None, None, None)

    def pair(self, **more):
        alice = self.party.start("alice", **more)
        bob = self.party.start("bob", "--peer", alice.wait("ready")["addrs"][0], **more)
        self.party.wait_for_members([alice, bob])
        return alice, bob

    def ask(self, node, cmd, **fields):
        """The answer to a command: the event with its ref that is not told by itself."""
        ref = node.tell(cmd, **fields)
        return node.wait_until(lambda: next((event for event in node.events if event.get("ref") == ref), None), cmd)

    def raw(self, node, line):
        node.process.stdin.write(line if isinstance(line, bytes) else line.encode() + b"\n")
        node.process.stdin.flush()

    def test_it_begins_with_ready(self):
        node = self.party.start("alice", rooms=("main", "dev"))
        node.wait("room.joined", room="dev")
        self.assertEqual("ready", node.events[0]["type"])
        self.assertEqual(["main", "dev"], node.events[0]["rooms"])
        self.assertRegex(node.events[0]["addrs"][0], r"^/ip4/127\.0\.0\.1/tcp/\d+$")
        self.assertEqual(node.events[0]["addrs"][0] + "/p2p/" + node.peer, node.wait("listening")["addr"])
        self.assertEqual([], node.find("done"))  # nobody asked for the first rooms

    def test_every_answer_carries_its_ref(self):
        alice, bob = self.pair()
        join = bob.tell("join", room="dev")
        self.assertEqual("dev", bob.wait("room.joined", ref=join)["room"])
        bob.wait("done", ref=join)
        said = bob.tell("send", room="main", text="hi")
        self.assertTrue(bob.wait("message", ref=said)["own"])
        self.assertEqual(1, bob.wait("delivery", ref=said, state="sent")["reached"])
        self.assertEqual([], bob.find("done", ref=said))
        alone = bob.tell("action", room="dev", text="waits")
        bob.wait("delivery", ref=alone, state="queued")
        self.assertEqual(["dev", "main"], sorted(room["room"] for room in self.ask(bob, "rooms")["rooms"]))
        self.assertEqual({"alice", "bob"}, {one["nick"] for one in self.ask(bob, "members", room="main")["members"]})
        peers = self.ask(bob, "peers")["peers"]
        self.assertRegex(peers[0]["agent"], r"^gossipchat/\d")
        self.assertEqual(("alice", "out", "manual"), (peers[0]["name"], peers[0]["dir"], peers[0]["via"]))
        ping = self.ask(bob, "ping", to="alice")
        self.assertEqual("ping", ping["type"])
        self.assertGreater(ping["rtt_ms"], 0)
        self.assertEqual("ping", self.ask(bob, "ping", peer=alice.peer)["type"])
        self.assertEqual("not_found", self.ask(bob, "ping", to="nobody")["code"])
        self.assertEqual(["hi"], [line["text"] for line in self.ask(bob, "history", room="main")["history"]])
        self.assertEqual("already", self.ask(bob, "nick", nick="alice")["code"])
        self.assertEqual("done", self.ask(bob, "nick", nick="robert")["type"])
        self.assertEqual("bob", bob.wait("member.nick", nick="robert", own=True)["was"])
        self.assertEqual("unsupported", self.ask(bob, "discover")["code"])
        self.assertEqual("not_found", self.ask(bob, "send", room="nowhere", text="hi")["code"])
        leave = bob.tell("leave", room="dev")
        bob.wait("delivery", ref=alone, state="failed")
        bob.wait("room.left", ref=leave)
        bob.wait("done", ref=leave)

    def test_a_ref_is_a_text_or_a_number_and_need_not_be_there(self):
        node = self.party.start("alice")
        self.raw(node, '{"cmd":"rooms","ref":7}')
        self.raw(node, '{"cmd":"rooms","ref":"\\u00fc"}')
        self.raw(node, '{"cmd":"rooms"}')
        self.raw(node, '{"cmd":"join","room":"dev"}')
        self.raw(node, '{"cmd":"nick","nick":"ann"}')
        self.raw(node, '{"cmd":"rooms","ref":"last"}')
        node.wait("rooms", ref="last")
        self.assertEqual([7, "\u00fc", None, "last"], [event.get("ref") for event in node.find("rooms")])
        self.assertEqual([], node.find("done"))

    def test_bad_input_is_named_by_its_line_and_the_process_goes_on(self):
        node = self.party.start("alice")
        bad = [b"xx\n", b'"text"\n', b"[1]\n", b"{\n", b'{"cmd":5}\n', b'{"cmd":"fly"}\n', b'{"cmd":"send"}\n',
               b'{"cmd":"send","room":"main"}\n', b'{"cmd":"send","room":5,"text":"x"}\n',
               b'{"cmd":"history","room":"main","limit":0}\n', b'{"cmd":"rooms","ref":[1]}\n',
               b'{"cmd":"rooms","cmd":"rooms"}\n', b'{"cmd":"send","room":"main","text":"\xff"}\n',
               b'{"cmd":"rooms","x":"' + b"y" * 70000 + b'"}\n', b"[" * 60000 + b"\n"]
        for line in bad:
            self.raw(node, line)
        self.raw(node, b"\n")
        self.raw(node, '{"cmd":"rooms","ref":"last"}')
        node.wait("rooms", ref="last")
        errors = node.find("error")
        self.assertEqual(list(range(1, len(bad) + 1)), [error["line"] for error in errors])
        self.assertEqual({"bad_request"}, {error["code"] for error in errors})
        self.raw(node, '{"cmd":"fly","ref":"r"}')
        self.assertIn("is none of send", node.wait("error", ref="r")["message"])

    def test_a_failed_connect_has_everything(self):
        node = self.party.start("alice")
        answer = self.ask(node, "connect", addr="127.0.0.1:1")
        self.assertEqual(("error", "unreachable", "127.0.0.1:1 refused: no program listens there",
                          "Is gossipchat running there, on port 1?"),
                         tuple(answer[key] for key in ("type", "code", "message", "hint")))
        answer = self.ask(node, "connect", addr="nowhere")
        self.assertEqual("bad_request", answer["code"])
        self.assertIn("host:port", answer["hint"])
        bob = self.party.start("bob")
        wrong = bob.wait("ready")["addrs"][0] + "/p2p/" + node.peer[:-1] + ("a" if node.peer[-1] != "a" else "b")
        self.assertIn(self.ask(node, "connect", addr=wrong)["code"], ("wrong_peer", "bad_request"))
        self.assertEqual("done", self.ask(node, "connect", addr=bob.wait("ready")["addrs"][0])["type"])

    def test_numbers_are_short(self):
        alice, bob = self.pair()
        self.ask(bob, "ping", to="alice")
        self.ask(bob, "peers")
        for node in (alice, bob):
            for event in node.events:
                for number in re.findall(r"\d+\.(\d+)[,}\]]", json.dumps({k: v for k, v in event.items()
                                                                          if k not in ("version", "ts")})):
                    self.assertLessEqual(len(number), 3, event)

    def test_long_listings_come_in_lines_of_at_most_64_kib(self):
        node = self.party.start("alice")
        texts = [f"{number:03d} " + "\u00e4\"" * 2000 for number in range(60)]
        for text in texts:
            node.say(text)
        node.wait("message", text=texts[-1])
        ref = node.tell("history", room="main")
        node.wait_until(lambda: [event for event in node.find("history", ref=ref) if "more" not in event], "the end")
        parts = node.find("history", ref=ref)
        self.assertGreater(len(parts), 2)
        self.assertEqual([True] * (len(parts) - 1), [part.get("more") for part in parts[:-1]])
        self.assertEqual(texts, [line["text"] for part in parts for line in part["history"]])
        self.assertEqual(texts[-2:], [line["text"] for line in self.ask(node, "history", room="main", limit=2)["history"]])

    def test_many_commands_at_once_are_all_answered(self):
        node = self.party.start("alice")
        count = 3000
        self.raw(node, b"".join(b'{"cmd":"rooms","ref":%d}\n' % number for number in range(count)))
        node.wait("rooms", ref=count - 1)
        self.assertEqual(list(range(count)), [event["ref"] for event in node.find("rooms")])

    def test_questions_that_take_time_are_all_answered(self):
        """More of them than the node takes at once, and than alice cares to answer; but each measures the way."""
        _, bob = self.pair()
        count = 300
        self.raw(bob, b"".join(b'{"cmd":"ping","to":"alice","ref":%d}\n' % number for number in range(count)))
        answers = lambda: bob.find("ping") + bob.find("error")
        bob.wait_until(lambda: len(answers()) == count, "answers")
        self.assertEqual(list(range(count)), sorted(event["ref"] for event in answers()))
        self.assertEqual([], bob.find("error"))

    def test_others_are_told_of_everything(self):
        alice, bob = self.pair()
        alice.wait("peer.connected", peer=bob.peer, dir="in", via="inbound")
        bob.quit()
        alice.wait("member.left", nick="bob")
        alice.wait("peer.disconnected", peer=bob.peer, peers=0)


class JsonPipes(program.Case):
    def test_a_reader_that_goes_away_ends_it(self):
        node = self.stage.run("--json", "--headless", wrap=["sh", "-c", '"$@" | head -n 1', "sh"])
        node.expect_said('"type":"ready"')
        self.assertEqual(1, len(node.out.lines()))

    def test_a_reader_that_sleeps_does_not_stop_the_node(self):
        """Nobody reads bob's stdout; alice still gets answers from him, and what was dropped is counted in the end."""
        read_end, write_end = os.pipe()
        bob = self.stage.run("--json", "--nick", "bob", stdout=write_end)
        os.close(write_end)
        ready = os.read(read_end, 4096).decode()
        address = json.loads(ready.splitlines()[0])["addrs"][0]
        alice = self.stage.run("--nick", "alice", "--peer", address)
        alice.expect_talk("bob joined")
        texts = 40
        for number in range(texts):
            bob.type(json.dumps({"cmd": "send", "room": "main", "text": f"{number} " + "x" * 8000}))
        for _ in range(200):
            bob.type('{"cmd":"history","room":"main"}')
        alice.expect_said(f"<bob> {texts - 1} x")
        alice.type("/ping bob", "/ping bob")
        alice.expect_talk(r"^[\d.]+ ms$", count=2)
        bob.close_input()
        data = ready.encode()
        while True:
            part = os.read(read_end, 65536)
            if not part:
                break
            data += part
        os.close(read_end)
        bob.expect_end(0)
        events = [json.loads(line) for line in data.decode().splitlines()]
        self.assertEqual(list(range(1, len(events) + 1)), [event["seq"] for event in events])
        self.assertGreater(sum(event["n"] for event in events if event["type"] == "dropped"), 0)


if __name__ == "__main__":
    main()
