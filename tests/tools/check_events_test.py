#!/usr/bin/env python3
"""Does tools/check_events.py see when an event is not what the schema says?"""
import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))

import check_events  # noqa: E402  pylint: disable=wrong-import-position

SCHEMA = json.loads(check_events.SCHEMA.read_text())
PEER = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"
HEAD = {"v": 1, "seq": 1, "ts": "2025-11-20T13:31:05.001Z"}
MESSAGE = {**HEAD, "type": "message", "from": {"peer": PEER, "nick": "Bob", "name": "Bob", "verified": False},
           "id": "0" * 32, "room": "main", "text": "hi", "sent_ts": HEAD["ts"], "order": 7, "kind": "text",
           "own": False, "mention": False, "history": False, "foreign": False}
PEERS = {**HEAD, "type": "peers", "ref": 7, "peers": [
    {"peer": PEER, "via": "mdns", "dir": "in", "agent": "", "name": "", "age_ms": 1.5}]}


class CheckEventsTest(unittest.TestCase):
    def problems(self, event, strict=True):
        checker = check_events.Checker(SCHEMA, strict)
        return check_events.check_stream([json.dumps(event).encode()], checker)[0]

    def changed(self, event, path, value):
        """The problems once one field of an event has changed, or gone if the value is None."""
        event = json.loads(json.dumps(event))
        inner = event
        for name in path[:-1]:
            inner = inner[name]
        if value is None:
            del inner[path[-1]]
        else:
            inner[path[-1]] = value
        return "\n".join(self.problems(event))

    def test_what_is_right_is_right(self):
        self.assertEqual([], self.problems(MESSAGE))
        self.assertEqual([], self.problems(PEERS))

    def test_every_field_that_must_be_there_is_missed(self):
        for name in set(MESSAGE) - {"seq"}:
            self.assertIn(f"has no {name}", self.changed(MESSAGE, [name], None))
        for name in MESSAGE["from"]:
            self.assertIn(f"event.from: has no {name}", self.changed(MESSAGE, ["from", name], None))
        for name in PEERS["peers"][0]:
            self.assertIn(f"event.peers[0]: has no {name}", self.changed(PEERS, ["peers", 0, name], None))

    def test_values_of_a_wrong_kind_are_seen(self):
        for path, value in ((["text"], 7), (["own"], 1), (["order"], 1.5), (["order"], True), (["order"], -1),
                            (["kind"], "shout"), (["ts"], "2025-11-20"), (["v"], 2), (["type"], "massage"),
                            (["id"], "xyz"), (["from", "peer"], "0OIl"), (["from"], "Bob"), (["ref"], [1]),
                            (["cut"], False)):
            self.assertNotEqual("", self.changed(MESSAGE, path, value), (path, value))

    def test_fields_without_a_meaning_are_seen(self):
        for path in (["x"], ["from", "x"]):
            self.assertIn("has a field x", self.changed(MESSAGE, path, 1))
        self.assertIn("has a field x", self.changed(PEERS, ["peers", 0, "x"], 1))
        self.assertEqual([], self.problems({**MESSAGE, "x": 1}, strict=False))

    def test_a_stream_has_numbers_without_gaps_and_short_lines(self):
        checker = check_events.Checker(SCHEMA)
        first = json.dumps(MESSAGE).encode()
        third = json.dumps({**MESSAGE, "seq": 3, "text": "x" * 65536}).encode()
        problems, seen = check_events.check_stream([first, third, b"{"], checker)
        self.assertEqual({"message"}, seen)
        self.assertEqual(3, len(problems))
        self.assertIn("2: its seq is 3", problems)

    def test_a_schema_that_is_not_understood_is_no_schema(self):
        with self.assertRaises(ValueError):
            list(check_events.Checker({"type": "object", "maxProperties": 1}).event({}))


if __name__ == "__main__":
    unittest.main()
