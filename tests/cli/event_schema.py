"""The events of --json, version 1: for each type the fields it must have, and those it may have.

Readers ignore what they do not know; this is for the tests, which do not.
"""
import re

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
PEER = re.compile(r"^(12D3KooW\w{44}|Qm\w{44}|1\w+)$")
ADDRESS = re.compile(r"^/(ip4|ip6|ip6zone|dns|dns4|dns6)/")


def text(value):
    return isinstance(value, str)


def whole(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0


def flag(value):
    return isinstance(value, bool)


def time(value):
    return isinstance(value, str) and TIME.match(value) is not None


def peer(value):
    return isinstance(value, str) and PEER.match(value) is not None


def address(value):
    return isinstance(value, str) and ADDRESS.match(value) is not None


def one_of(*words):
    return lambda value: value in words


def reference(value):
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def listed(part):
    return lambda value: isinstance(value, list) and all(part(item) for item in value)


def fields(must, may=None):
    """A dictionary that has the first fields, and perhaps the second, and no others."""
    may = may or {}

    def check(value):
        return isinstance(value, dict) and set(must) <= set(value) <= set(must) | set(may) and all(
            (must.get(key) or may[key])(part) for key, part in value.items())
    return check


VIA = one_of("manual", "mdns", "exchange", "inbound")
DIRECTION = one_of("in", "out")
FROM = fields({"peer": peer, "nick": text, "name": text, "verified": flag})
TO = fields({"peer": peer, "name": text})
MESSAGE = {"from": FROM, "id": text, "room": text, "text": text, "sent_ts": time, "order": whole,
           "kind": one_of("text", "action"), "own": flag, "mention": flag, "history": flag, "late": flag,
           "foreign": flag}
PERSON = {"peer": peer, "nick": text, "name": text, "verified": flag, "own": flag}
IN_ROOM = {"room": text, "members": whole}
PLACE = {"peer": peer, "addr": address, "rtt_ms": number}
ERROR = {"code": text, "message": text}

FILE = {"file": whole, "name": text, "bytes": whole, "done_bytes": whole, "own": flag}

EVENTS = {
    "ready": ({"version": text, "peer": peer, "nick": text, "rendezvous": text, "profile": text,
               "addrs": listed(address), "rooms": listed(text)}, {}),
    "listening": ({"addr": address}, {}),
    "net": ({"state": one_of("searching", "offline")}, {"interfaces": text, "message": text}),
    "peer.found": ({"via": VIA, "peer": peer}, {"addr": address}),
    "peer.connected": ({"peer": peer, "addr": address, "via": VIA, "dir": DIRECTION, "peers": whole,
                        "after_ms": number}, {"rtt_ms": number}),
    "peer.disconnected": ({"peer": peer, "name": text, "reason": text, "peers": whole}, {}),
    "peer.failed": ({"via": VIA, "addr": address, **ERROR}, {"peer": peer, "hint": text}),
    "room.joined": ({"room": text, "private": flag}, {"members": whole}),
    "room.left": ({"room": text}, {}),
    "person": ({**PERSON, "ignored": flag}, {"petname": text, "verified_nick": text, "words": text, "digits": text,
                                            "in": text, "addr": address, "first_seen": time}),
    "member.joined": ({**PERSON, **IN_ROOM}, {}),
    "member.left": ({**PERSON, **IN_ROOM, "reason": text}, {}),
    "member.nick": ({**PERSON, "was": text}, IN_ROOM),
    "member.away": ({**PERSON, "away": flag}, {"text": text, **IN_ROOM}),
    "topic": ({"room": text, "text": text}, {"from": FROM, "set_ts": time, "own": flag}),
    "message": (MESSAGE, {"forged": flag}),
    "direct": ({"id": text, "text": text, "sent_ts": time, "own": flag, "history": flag}, {"from": FROM, "to": TO}),
    "delivery": ({"id": text, "room": text, "state": one_of("queued", "sent", "reached", "failed"), "reached": whole},
                 {"reason": text, "members": whole, "to": TO}),
    "file.offer": ({**FILE, "from": FROM}, {"room": text}),
    "file.progress": ({**FILE, "from": FROM}, {"room": text}),
    "file.done": ({**FILE, "from": FROM}, {"room": text, "path": text}),
    "file.failed": ({**FILE, "code": text, "reason": text}, {"from": FROM, "room": text}),
    "files": ({"files": listed(fields({**FILE, "accepted": flag}, {"from": FROM, "room": text}))}, {"more": flag}),
    "history.begin": ({"room": text, "from": FROM}, {}),
    "history.end": ({"room": text, "from": FROM, "count": whole, "message": text}, {}),
    "notice": (ERROR, {"peer": peer, "hint": text}),
    "warning": (ERROR, {"peer": peer, "room": text, "hint": text}),
    "error": (ERROR, {"hint": text, "line": whole}),
    "done": ({}, {"message": text}),
    "ping": ({"rtt_ms": number}, {"message": text}),
    "peers": ({"peers": listed(fields({"via": VIA, "dir": DIRECTION, "agent": text, "name": text, "age_ms": number},
                                      PLACE))}, {"more": flag}),
    "members": ({"members": listed(fields({**PERSON, "away": flag}, {"text": text, **IN_ROOM}))}, {"more": flag}),
    "rooms": ({"rooms": listed(fields({"room": text, "members": whole, "joined": flag,
                                        "private": flag, "unreadable": whole}))}, {"more": flag}),
    "search": ({"search": listed(fields({"type": one_of("message"), "ts": time, **MESSAGE}))}, {"more": flag}),
    "history": ({"history": listed(fields({"type": one_of("message"), "ts": time, **MESSAGE}))}, {"more": flag}),
    "dropped": ({"n": whole}, {}),
    "bye": ({"reason": text}, {}),
}

ALWAYS = {"v": one_of(1), "seq": whole, "ts": time, "type": text}


def complaint(event):
    """What is wrong with an event, or None."""
    if event.get("type") not in EVENTS:
        return f"unknown type: {event}"
    must, may = EVENTS[event["type"]]
    must, may = {**ALWAYS, **must}, {**may, "ref": reference}
    for key in set(must) - set(event):
        return f"{event['type']} lacks {key}: {event}"
    for key, value in event.items():
        check = must.get(key) or may.get(key)
        if check is None:
            return f"{event['type']} should not have {key}: {event}"
        if not check(value):
            return f"{event['type']} has a wrong {key}: {event}"
    return None
