"""Lies of a member to the router: messages that nobody wrote, and more of everything than anybody needs."""
import itertools
import struct
import time

import speech
from case import AT_ONCE_SECONDS, DEADLINE_SECONDS, PATIENCE, Failure, case, chance
from muxed import Member

RPC_BYTES_MAX = 1024 * 1024
BLOCK = 1000  # things in one RPC: less than the victim reads at most
RESENT_MAX = 3  # gossip_retransmission of SECURITY.md
FORGED = "forged"
# What a busy room may leave behind: the lines of its history and the messages of the router's.
ROOM_BYTES = 16 * 2 ** 20


def frame_of(text, **changes):
    given = {"lamport": 1, "session": 77, "sequence": 1, "nick": b"Mallory", "text": text.encode()}
    given.update(changes)
    return speech.chat_frame(speech.TEXT, **given)


def expect_heard(siege, text):
    """A line of the hostile peer itself is shown: what it sends is right, but for the lies."""
    siege.victim.wait("message", AT_ONCE_SECONDS, text=text)


def expect_unheard(siege, text):
    """Nobody has shown a line with this text."""
    for node in siege.people:
        if node.find("message", text=text):
            raise Failure(f"{node.name} believed a message that nobody wrote")


@case(cpu_max=0.02)
def forged_messages(siege):
    """Unsigned, signed wrongly, signed by another, without a number: not one is shown, nor passed on."""
    alice, victim = (speech.peer_id_bytes(node.peer) for node in siege.people[1::-1])
    with Member(siege.port) as mallory:
        data = frame_of(FORGED)
        honest = {"author": mallory.peer_id, "data": data, "seqno": bytes(8), "topic": mallory.topic}
        signature = mallory.sign(speech.MESSAGE_PREFIX + speech.message(**honest))
        other_key = speech.public_key(speech.ED25519, bytes(32))
        forged = [mallory.message(data, **changes) for changes in (
            {"signature": None}, {"signature": b""}, {"signature": bytes(64)}, {"signature": bytes(63)},
            {"signature": signature[:32] + bytes(32)}, {"author": alice}, {"author": victim}, {"author": b""},
            {"author": bytes(40)}, {"author": b"\x12\x20" + bytes(32)}, {"key": alice[2:]}, {"key": other_key},
            {"key": speech.public_key(speech.RSA, bytes(294))}, {"seqno": b""}, {"seqno": bytes(4)},
            {"seqno": bytes(9)}, {"topic": mallory.topic + b"x"}, {"topic": b""}, {"data": data + b"\x52\x00"})]
        forged += [speech.message(**honest)]
        forged += [mallory.message(data, author=author, key=mallory.key) for author in (alice, victim)]
        # The signature of one message under another, and of one without the prefix that says what it is for.
        forged += [speech.message(**dict(honest, seqno=bytes(7) + b"\1"), signature=signature),
                   speech.message(**honest, signature=mallory.sign(speech.message(**honest)))]
        mallory.publish(*forged)
        for message in forged:
            mallory.publish(message)
        control = f"true {mallory.peer_id[-4:].hex()}"
        mallory.publish(mallory.message(frame_of(control)))
        expect_heard(siege, control)
        expect_unheard(siege, FORGED)


@case(cpu_max=0.1)
def stolen_numbers(siege):
    """Forgeries with the numbers that Alice will use next do not stand in the way of what she says, nor do copies."""
    with Member(siege.port) as mallory:
        def of_alice():
            return [one for one in mallory.heard_messages() if one[1] == alice]

        alice = speech.peer_id_bytes(siege.people[1].peer)
        mallory.wait_until(of_alice, "line of Alice")
        end = time.monotonic() + 2
        while time.monotonic() < end:
            newest = of_alice()[-1]
            number = struct.unpack(">Q", newest[3])[0]
            mallory.publish(*(mallory.message(frame_of(FORGED), author=alice, seqno=struct.pack(">Q", number + ahead))
                              for ahead in range(1, 10)))
            copy = speech.message(newest[1], newest[2], newest[3], newest[4], newest[5], newest.get(6))
            mallory.rpc(speech.publish(*[copy] * 100))
            changed = speech.message(newest[1], newest[2] + b"!", newest[3], newest[4], newest[5], newest.get(6))
            mallory.rpc(speech.publish(changed))
            siege.hold(0.02)
        expect_unheard(siege, FORGED)


EMPTIES = {"subscriptions": b"\x0a\x00", "messages": b"\x12\x00", "controls": b"\x1a\x00", "unknown": b"\x7a\x00",
           "ihaves": b"\x0a\x00", "iwants": b"\x12\x00", "grafts": b"\x1a\x00", "prunes": b"\x22\x00",
           "idontwants": b"\x2a\x00", "numbers": b"\x48\x00"}
INSIDE_CONTROL = ("ihaves", "iwants", "grafts", "prunes", "idontwants")


@case(cpu_max=0.3)
def empty_entries(siege):
    """RPCs of a mebibyte in which each two bytes are an entry of nothing, of every kind."""
    with Member(siege.port) as mallory:
        for name, entry in EMPTIES.items():
            rpc = entry * ((RPC_BYTES_MAX - 16) // len(entry))
            mallory.rpc(speech.control(rpc) if name in INSIDE_CONTROL else rpc)
            ids = speech.bytes_field(1, mallory.topic) + b"\x12\x00" * 500_000
            mallory.rpc(speech.control(speech.bytes_field(1, ids)))
        mallory.open(speech.PING)  # all of it was read, and the connection is there


@case(cpu_max=0.05)
def oversized_rpcs(siege):
    """RPCs that are longer than any, announced or sent, and lengths that are no lengths."""
    for size in (RPC_BYTES_MAX + 1, 2 ** 31, 2 ** 63, speech.U64_MAX):
        with Member(siege.port) as mallory:
            mallory.say(mallory.gossip, speech.varint(size) + bytes(100))
            mallory.wait_end(AT_ONCE_SECONDS)
    for broken in (b"\xff" * 11, b"\x80" * 20, speech.sized(b"\x0a\xff\x01"), speech.sized(b"\x0b\x0c"),
                   speech.sized(b"\0\0"), speech.sized(b"\x1a\x03\x0a\x7f\0")):
        with Member(siege.port) as mallory:
            mallory.say(mallory.gossip, broken)
            mallory.wait_end(AT_ONCE_SECONDS)


@case(cpu_max=1, rss_peak=40 * 2 ** 20)
def hoard(siege):
    """Thirty peers begin four RPCs each that they do not end: what the victim keeps of them all is bounded."""
    beginning = speech.varint(RPC_BYTES_MAX) + bytes(900_000)
    peers = []
    try:
        for _ in range(30):
            peer = Member(siege.port)
            peers.append(peer)
            for stream in (peer.gossip, *(peer.open(speech.MESHSUB, waits=False) for _ in range(3))):
                peer.say(stream, beginning)
        siege.hold(1)
    finally:
        for peer in peers:
            peer.close()


@case(cpu_max=0.05)
def graft_storm(siege):
    """Grafts for topics that nobody follows, a hundred thousand of them; and for the room's, with prunes in between."""
    with Member(siege.port) as mallory:
        numbers = itertools.count()
        for _ in range(100):
            mallory.rpc(speech.control(*(speech.graft(f"/nobody/{next(numbers)}".encode()) for _ in range(BLOCK))))
        for _ in range(500):
            mallory.rpc(speech.control(speech.graft(mallory.topic)), speech.control(speech.prune(mallory.topic, 1)))
        mallory.rpc(speech.control(*([speech.graft(mallory.topic), speech.prune(mallory.topic, 60)] * 500)))
        mallory.open(speech.PING)


@case(cpu_max=0.02)
def prune_for_ever(siege):
    """Backoffs of every size up to the largest number there is; the heartbeats behind them come all the same."""
    backoffs = sorted({value for power in range(0, 65) for value in (2 ** power - 1, 2 ** power, 2 ** power + 1)
                       if value < 2 ** 64} | {9223372036854674580, 9223372036, 18446744073})
    with Member(siege.port) as mallory:
        for backoff in backoffs:
            mallory.rpc(speech.control(speech.graft(mallory.topic)),
                        speech.control(speech.prune(mallory.topic, backoff)))
        siege.hold(3)  # heartbeats come every second
        control = f"later {mallory.peer_id[-4:].hex()}"
        mallory.publish(mallory.message(frame_of(control)))
        expect_heard(siege, control)


@case(cpu_max=0.05)
def ihave_storm(siege):
    """A hundred thousand messages announced that nobody will ever send; what the victim asks for is bounded."""
    dice = chance("ihave_storm")
    with Member(siege.port) as mallory:
        stem = mallory.peer_id
        for _ in range(20):
            ids = [stem + dice.randbytes(8) for _ in range(5000)]
            mallory.rpc(*(speech.control(speech.ihave(mallory.topic, ids[at:at + BLOCK]))
                          for at in range(0, len(ids), BLOCK)))
        mallory.rpc(*(speech.control(speech.ihave(mallory.topic, [dice.randbytes(500)])) for _ in range(2000)))
        mallory.rpc(*(speech.control(speech.ihave(b"/nobody", [dice.randbytes(20)] * BLOCK)) for _ in range(20)))
        siege.hold(2)
        asked = sum(rpc_ids(rpc) for rpc in mallory.heard())
        if not 1 <= asked <= 20_000:
            raise Failure(f"the victim asked for {asked} messages")


def rpc_ids(rpc):
    """How many ids an RPC asks for."""
    return sum(sum(1 for number, _ in speech.fields(entry) if number == 1)
               for kind, part in speech.fields(rpc) if kind == 3
               for inner, entry in speech.fields(part) if inner == 2)


@case(cpu_max=0.02)
def iwant_storm(siege):
    """One message asked for again and again: it comes a few times. Others that are not there are asked for in vain."""
    dice = chance("iwant_storm")
    with Member(siege.port) as mallory:
        mallory.wait_until(mallory.heard_messages, "line of somebody")
        message = mallory.heard_messages()[-1]
        wanted = message[1] + message[3]
        before = sum(one[1] + one[3] == wanted for one in mallory.heard_messages())
        for _ in range(20):
            mallory.rpc(speech.control(speech.iwant([wanted])))
            siege.hold(0.02)
        for _ in range(100):
            mallory.rpc(speech.control(speech.iwant([wanted] * BLOCK)))
            mallory.rpc(speech.control(speech.iwant([message[1] + dice.randbytes(8) for _ in range(BLOCK)])))
        mallory.open(speech.PING)
        count = sum(one[1] + one[3] == wanted for one in mallory.heard_messages()) - before
        if count > RESENT_MAX:
            raise Failure(f"one message came {count} times to somebody who kept asking")


@case(cpu_max=0.05)
def idontwant_storm(siege):
    """Everything is unwanted, in advance: only the one who says so misses it."""
    dice = chance("idontwant_storm")
    with Member(siege.port) as mallory:
        for _ in range(100):
            mallory.rpc(speech.control(speech.idontwant([mallory.peer_id + dice.randbytes(8) for _ in range(BLOCK)])))
        mallory.rpc(*(speech.control(speech.idontwant([dice.randbytes(20)])) for _ in range(10_000)))
        mallory.open(speech.PING)


@case(cpu_max=1)
def subscription_flood(siege):
    """A hundred thousand topics, followed and left and followed, and again by the next who comes."""
    for _ in range(4):
        with Member(siege.port) as mallory:
            for first in range(0, 100_000, BLOCK):
                topics = [f"/topic/{number}".encode() for number in range(first, first + BLOCK)]
                mallory.rpc(b"".join(map(speech.subscription, topics)))
                if first % 10 == 0:
                    mallory.rpc(b"".join(speech.subscription(topic, False) for topic in topics))
            mallory.rpc(speech.subscription(bytes(1000)), speech.subscription(b""), speech.subscription(b"\0"))
            mallory.rpc(*[speech.subscription(mallory.topic, number % 2 == 0) for number in range(10_000)])
            mallory.open(speech.PING)


@case(cpu_max=1, rss_margin=ROOM_BYTES)
def message_flood(siege):
    """A thousand true messages of one member at once, copies, and forgeries: honest lines come through in time."""
    with Member(siege.port) as mallory:
        messages = [mallory.message(frame_of(f"spam {number}", sequence=number + 1))
                    for number in range(int(1000 / PATIENCE))]
        mallory.publish(*messages)
        mallory.publish(*messages)
        for message in messages:  # of numbers that were not there yet, so that each has to be checked
            fresh = mallory.message(b"", signature=message[-64:])
            mallory.rpc(speech.publish(*[fresh] * 10))
        mallory.open(speech.PING)


@case(cpu_max=0.1)
def many_gossip_streams(siege):
    """Gossip streams beyond number, opened, half closed, reset, and a member that comes and goes."""
    for _ in range(20):
        with Member(siege.port) as mallory:
            for number in range(20):
                stream = mallory.open(speech.MESHSUB, waits=False)
                mallory.say(stream, speech.sized(speech.subscription(mallory.topic)))
                if number % 3 == 0:
                    mallory.reset(stream)
                elif number % 3 == 1:
                    mallory.send(speech.frame(speech.DATA, speech.FIN, stream, 0))


@case(cpu_max=1.5, rss_margin=ROOM_BYTES, slow=True)
def no_reader(siege):
    """A member that follows the room and takes nothing: little waits for him, and in the end he is sent away."""
    with Member(siege.port, is_narrow=True) as mallory, Member(siege.port) as talker:
        mark = siege.victim.mark()
        mallory.pause()
        for first in range(0, 1500, 100):
            talker.publish(*(talker.message(frame_of("x" * 4000, sequence=number + 1))
                             for number in range(first, first + 100)))
            siege.hold(0.1 * PATIENCE)
        siege.victim.wait("peer.disconnected", 4 * DEADLINE_SECONDS, since=mark,
                          peer=speech.peer_id_text(mallory.peer_id))
