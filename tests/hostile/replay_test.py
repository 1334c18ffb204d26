#!/usr/bin/env python3
"""What somebody kept, byte by byte, and says again long afterwards, when nobody who heard it runs any more: whoever has
it in his history is not shown it again."""
import os
import pathlib
import signal
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import speech  # noqa: E402
from muxed import Member  # noqa: E402
from party import Failure, Party, judge  # noqa: E402
from siege import PROGRAM, RENDEZVOUS  # noqa: E402

SAID = [("Bob", f"line {number}") for number in range(5)]


def port_of(node):
    return int(node.wait("ready")["addrs"][0].split("/tcp/")[1].split("/")[0])


def texts_of(messages):
    """The lines of the chat in these messages, by their text."""
    frames = [(message, dict(speech.fields(dict(speech.fields(message))[2]))) for message in messages]
    return {frame[8].decode(): message for message, frame in frames if frame.get(8)}


def messages_of(member):
    """The messages that came so far, each as its bytes."""
    return [value for rpc in member.heard() for number, value in speech.fields(rpc) if number == 2]


def keep(alice, bob):
    """Somebody hears what Bob says to Alice; returns the messages as they came."""
    with Member(port_of(alice)) as thief:
        alice.wait("peer.connected", peer=speech.peer_id_text(thief.peer_id))
        for who, text in SAID:
            bob.say(text)
            alice.wait("message", text=text)
        thief.wait_until(lambda: len(texts_of(messages_of(thief))) >= len(SAID), "the lines of Bob")
        return texts_of(messages_of(thief))


def say_again(alice, kept, mark):
    """All of it at once and by a stranger, and then something new, so that it is certain that all was read."""
    with Member(port_of(alice)) as thief:
        thief.publish(*(kept[text] for _, text in SAID))
        thief.publish(thief.message(speech.chat_frame(speech.TEXT, nick=b"Mallory", text=mark.encode(), session=9)))
        alice.wait("message", text=mark)


def play():
    with Party([PROGRAM, "--no-mdns"], RENDEZVOUS) as party:
        alice = party.start("Alice", "--listen", "/ip4/127.0.0.1/tcp/0")
        bob = party.start("Bob", "--no-listen", "--peer", f"127.0.0.1:{port_of(alice)}")
        party.wait_for_members([alice, bob])
        kept = keep(alice, bob)
        if sorted(kept) != sorted(text for _, text in SAID):
            raise Failure(f"other lines were heard than were said: {sorted(kept)}")
        bob.quit()
        alice.quit()
        judge("Alice", alice.shown(), SAID)

        # Only her history remembers, whether its last lines are shown at the start or not.
        for lines, shown in (("50", SAID), ("0", [])):
            alice = party.start("Alice", "--listen", "/ip4/127.0.0.1/tcp/0", "--history-lines", lines)
            mark = f"new, after {lines}"
            say_again(alice, kept, mark)
            history = [(line["from"]["nick"], line["text"]) for line in alice.history()]
            alice.quit()
            old = {text for _, text in SAID}
            if [line for line in alice.shown() if line[1] in old] != shown:
                raise Failure(f"what was said again was shown again: {alice.shown()}")
            if [line for line in history if line[1] in old] != SAID:
                raise Failure(f"what was said again is kept again: {history}")

        # To whom it is new, it is: the messages were good.
        carol = party.start("Carol", "--listen", "/ip4/127.0.0.1/tcp/0")
        say_again(carol, kept, "new to all")
        party.wait_for([carol], [("Bob", text) for _, text in SAID])


def leave(_number, _frame):
    raise SystemExit(1)  # the ways out of all with statements are gone


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    play()
    print(f"ok {os.path.basename(sys.argv[0])}")
