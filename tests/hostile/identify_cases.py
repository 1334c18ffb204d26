"""What a proven peer says of itself, and of others, when it is asked and when it is not."""
import socket
import struct

import speech
from case import AT_ONCE_SECONDS, PATIENCE, Failure, case, chance
from line_node import flaws
from muxed import Member, Muxed
from tunnel import Tunnel

ASKED = (speech.IDENTIFY, speech.MESHSUB, speech.PEERS)


def told_of(siege, peer):
    """What /peers says of the hostile peer, or None."""
    reference = siege.victim.tell("peers")
    answer = siege.victim.wait("peers", AT_ONCE_SECONDS, ref=reference)
    name = speech.peer_id_text(peer.peer_id)
    return next((one for one in answer["peers"] if one["peer"] == name), None)


@case(cpu_max=0.02)
def foreign_key(siege):
    """Who shows another key than the one that was proven is sent away, asked or not."""
    other = speech.peer_id_bytes(siege.people[1].peer)[2:]
    message = speech.sized(speech.identify_message(other))
    with Muxed(siege.port, speaks=ASKED, replies={speech.IDENTIFY: message}) as peer:
        peer.wait_end(AT_ONCE_SECONDS)
    with Muxed(siege.port) as peer:
        number = peer.open(speech.IDENTIFY_PUSH)
        peer.send(speech.data_frame(number, message, speech.FIN))
        peer.wait_end(AT_ONCE_SECONDS)


@case(cpu_max=0.02)
def lies_about_oneself(siege):
    """Names with a terminal's orders in them, addresses that are none, protocols without end: cut, cleaned, skipped."""
    agent = "gossipchat/9 \x1b]0;owned\x07\x1b[31m\u202egnp.exe\u2066\r\n\x9b2J\x00".encode() + b"\xff" * 200
    lies = {"agent": agent, "protocols": [f"/x/{number}".encode() for number in range(500)],
            "addresses": [bytes(300), b"\x04\x7f\0\0\1\x06", b"", b"\xff" * 20] * 10}
    with Muxed(siege.port, speaks=ASKED) as peer:
        number = peer.open(speech.IDENTIFY_PUSH)
        message = speech.sized(speech.identify_message(peer.key, **lies))
        peer.send(speech.data_frame(number, message, speech.FIN))
        siege.wait_until(lambda: (told_of(siege, peer) or {}).get("agent"), "the victim knows the program of the peer")
        shown = told_of(siege, peer)["agent"]
        if flaws(shown) or len(shown.encode()) > 200:
            raise Failure(f"the program is shown as {shown!r}")


@case(cpu_max=0.02)
def identify_too_much(siege):
    """Messages that are too long, too many, or no messages at all; the connection stays, and the node."""
    dice = chance("identify_too_much")
    for data in (speech.varint(2 ** 40), speech.sized(bytes(9000)), speech.sized(b"") * 50, b"\xff" * 30,
                 speech.sized(dice.randbytes(4000)), speech.sized(b"\x0a\xff\xff\xff\xff\x0f" + bytes(100)),
                 speech.sized(b"\x12\x00" * 4000), speech.sized(bytes(8000)) * 10):
        with Muxed(siege.port, speaks=ASKED) as peer:
            number = peer.open(speech.IDENTIFY_PUSH)
            peer.send(speech.data_frame(number, data, speech.FIN))
            peer.open(speech.PING)


@case(cpu_max=0.02)
def talk_flood(siege):
    """Questions and pushes without end: rationed, each refusal a reset, and the peer is one of many."""
    for protocol in (speech.IDENTIFY, speech.IDENTIFY_PUSH, speech.PEERS, speech.MESHSUB, speech.PING):
        words = speech.line(speech.MULTISTREAM) + speech.line(protocol)
        with Muxed(siege.port) as peer:
            for number in range(1, 600, 2):
                peer.watch(number)
                peer.send(speech.data_frame(number, words, speech.SYN))
            peer.wait_until(lambda peer=peer: peer.resets >= 200, "reset of most")


@case(cpu_max=0.05)
def ping_streams(siege):
    """The protocol ping: pieces, too much at once, and no end."""
    with Muxed(siege.port) as peer:
        number = peer.open(speech.PING)
        stream = peer.streams[number]
        for size in (1, 31, 32, 33, 100, 1000):
            peer.send(speech.data_frame(number, bytes(size)))
        whole = sum((1, 31, 32, 33, 100, 1000)) // 32 * 32
        peer.wait_until(lambda: len(stream.received) >= whole or stream.is_reset, "answers")
    with Muxed(siege.port) as peer:
        number = peer.open(speech.PING)
        for _ in range(200):
            peer.say(number, bytes(32 * 1024))


def signed_record(peer, named, addresses, number=1):
    """An envelope with a record of the addresses of `named`, signed by the hostile peer."""
    kind, domain = b"\x03\x01", b"libp2p-peer-record"
    record = speech.bytes_field(1, named) + speech.number_field(2, number)
    record += b"".join(speech.bytes_field(3, speech.bytes_field(1, address)) for address in addresses)
    signature = peer.sign(b"".join(speech.sized(part) for part in (domain, kind, record)))
    return (speech.bytes_field(1, peer.key) + speech.bytes_field(2, kind) + speech.bytes_field(3, record)
            + speech.bytes_field(5, signature))


def loopback_address(port):
    return b"\x04\x7f\0\0\1\x06" + struct.pack(">H", port)


def record_of_nobody(siege, port):
    """A record, signed by its owner, of somebody who is not connected and waits at this port."""
    records = []

    def sign_and_leave(tunnel):
        records.append(signed_record(tunnel, tunnel.peer_id, [loopback_address(port)]))
        return b""

    with Tunnel(siege.port, proof=sign_and_leave) as tunnel:
        tunnel.wait_end(AT_ONCE_SECONDS)
    return records[0]


@case(cpu_max=0.02)
def lies_about_others(siege):
    """Addresses of others are believed if those signed them, and else nobody is dialed for them."""
    alice, victim = (speech.peer_id_bytes(node.peer) for node in siege.people[1::-1])
    speaks_exchange = {"protocols": [speech.PEERS.encode(), speech.MESHSUB.encode()]}
    with socket.create_server(("127.0.0.1", 0)) as honest, socket.create_server(("127.0.0.1", 0)) as trap:
        good = record_of_nobody(siege, honest.getsockname()[1])
        trap_address = [loopback_address(trap.getsockname()[1])]
        with Member(siege.port, speaks=ASKED) as peer:
            bad = [signed_record(peer, named, trap_address) for named in (alice, victim, peer.peer_id[:-1] + b"\0")]
            bad += [good[:-1] + bytes([good[-1] ^ 1]), good.replace(port_bytes(honest), port_bytes(trap))]
            for record in bad:
                number = peer.open(speech.IDENTIFY_PUSH)
                message = speech.identify_message(peer.key, extra=speech.bytes_field(8, record), addresses=trap_address)
                peer.send(speech.data_frame(number, speech.sized(message), speech.FIN))
                told = speech.bytes_field(1, alice) + speech.bytes_field(2, record)
                peer.rpc(speech.control(speech.bytes_field(
                    4, speech.bytes_field(1, peer.topic) + speech.bytes_field(2, told) * 16)))
            peer.replies[speech.PEERS] = speech.sized(b"".join(speech.bytes_field(1, one) for one in [*bad, good]))
            number = peer.open(speech.IDENTIFY_PUSH)
            message = speech.identify_message(peer.key, **speaks_exchange)
            peer.send(speech.data_frame(number, speech.sized(message), speech.FIN))
            honest.settimeout(AT_ONCE_SECONDS * PATIENCE)
            try:
                honest.accept()[0].close()
            except socket.timeout:
                raise Failure("the victim did not believe an address that its owner had signed") from None
            trap.settimeout(0.2)
            try:
                trap.accept()[0].close()
            except socket.timeout:
                return
            raise Failure("the victim believed an address that its owner had not signed")


def port_bytes(server):
    return struct.pack(">H", server.getsockname()[1])


@case(cpu_max=0.05)
def broken_exchange(siege):
    """Questions and answers about addresses that are broken, too long, or never end."""
    dice = chance("broken_exchange")
    circle = speech.bytes_field(1, bytes(32))
    for data in (speech.varint(2 ** 33), speech.sized(b""), speech.sized(bytes(31)), speech.sized(circle) * 10,
                 speech.sized(speech.bytes_field(1, bytes(5000))), speech.sized(dice.randbytes(60)), b"\xff" * 11,
                 speech.sized(circle + speech.number_field(2, speech.U64_MAX))):
        with Muxed(siege.port) as peer:
            number = peer.open(speech.PEERS)
            peer.send(speech.data_frame(number, data, speech.FIN))
            stream = peer.streams[number]
            peer.wait_until(lambda stream=stream: stream.is_reset or stream.is_finished, "end of the stream")
    for answer in (speech.varint(2 ** 33), speech.sized(bytes(64 * 1024)), speech.sized(b"\x0a\x00" * 30000),
                   b"\xff" * 11, speech.sized(speech.bytes_field(1, dice.randbytes(1000)) * 60), speech.sized(b"")):
        with Muxed(siege.port, speaks=ASKED, replies={speech.PEERS: answer}) as peer:
            number = peer.open(speech.IDENTIFY_PUSH)
            peer.send(speech.data_frame(number, speech.sized(speech.identify_message(
                peer.key, protocols=[speech.PEERS.encode(), speech.MESHSUB.encode()])), speech.FIN))
            peer.wait_until(lambda peer=peer: speech.PEERS in peer.theirs, "question about addresses")
            peer.open(speech.PING)
