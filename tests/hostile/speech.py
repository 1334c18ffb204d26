"""The bytes of libp2p and of our own protocols, as far as lies are told in them.

Written from the specifications and not with the program's own code: what the program misunderstands, this
does not misunderstand in the same way.
"""
import struct

MULTISTREAM = "/multistream/1.0.0"
MESHSUB = "/meshsub/1.1.0"
IDENTIFY = "/ipfs/id/1.0.0"
IDENTIFY_PUSH = "/ipfs/id/push/1.0.0"
PING = "/ipfs/ping/1.0.0"
PEERS = "/gossipchat/peers/1.0.0"
YAMUX = "/yamux/1.0.0"

# https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#keys
RSA, ED25519, SECP256K1, ECDSA = range(4)

U64_MAX = 2 ** 64 - 1


# ---- varints, lines, base58 ---------------------------------------------------------------------


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def take_varint(data, at=0):
    """The number at a place and the place behind it; None if it is not whole."""
    value = shift = 0
    while at < len(data):
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at
    return None


def sized(data):
    return varint(len(data)) + data


def line(text):
    """A line of multistream: https://github.com/multiformats/multistream-select"""
    return sized(text.encode() + b"\n")


ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def peer_id_bytes(text):
    """The bytes behind a peer id as people see it, which is base58."""
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def peer_id_text(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


# ---- protobuf -----------------------------------------------------------------------------------


def number_field(number, value):
    return varint(number << 3) + varint(value)


def fixed64_field(number, value):
    return varint(number << 3 | 1) + struct.pack("<Q", value)


def bytes_field(number, data):
    return varint(number << 3 | 2) + sized(data)


def fields(data):
    """The fields of a message as pairs of number and value; numbers and bytes are all we read."""
    at = 0
    while at < len(data):
        tag, at = take_varint(data, at)
        value, at = take_varint(data, at)
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        yield tag >> 3, value


# ---- keys and proofs ----------------------------------------------------------------------------


def public_key(kind, data):
    return number_field(1, kind) + bytes_field(2, data)


def peer_id_of(key):
    """Of an encoded key that is short enough to be inside its id."""
    return b"\0" + sized(key)


def noise_payload(key, signature, muxers=()):
    payload = bytes_field(1, key) + bytes_field(2, signature)
    if muxers:
        payload += bytes_field(4, b"".join(bytes_field(2, muxer.encode()) for muxer in muxers))
    return payload


STATIC_KEY_PREFIX = b"noise-libp2p-static-key:"


# ---- yamux --------------------------------------------------------------------------------------

# https://github.com/libp2p/specs/blob/master/yamux/README.md
DATA, WINDOW_UPDATE, PING_FRAME, GO_AWAY = range(4)
SYN, ACK, FIN, RST = 1, 2, 4, 8
WINDOW_BYTES = 256 * 1024
HEADER_BYTES = 12


def frame(kind, flags, stream, length, version=0):
    return struct.pack(">BBHII", version, kind, flags, stream, length)


def data_frame(stream, data, flags=0):
    return frame(DATA, flags, stream, len(data)) + data


# ---- gossip -------------------------------------------------------------------------------------

MESSAGE_PREFIX = b"libp2p-pubsub:"


def topic_of(rendezvous, room):
    return f"/gossipchat/1/{rendezvous}/{room}".encode()


def message(author, data, seqno, topic, signature=None, key=None):
    """A message as it stands in an RPC; without a signature what is signed, but for the prefix."""
    out = bytes_field(1, author) + bytes_field(2, data) + bytes_field(3, seqno) + bytes_field(4, topic)
    if signature is not None:
        out += bytes_field(5, signature)
    if key is not None:
        out += bytes_field(6, key)
    return out


def subscription(topic, is_joining=True):
    return bytes_field(1, number_field(1, int(is_joining)) + bytes_field(2, topic))


def publish(*messages):
    return b"".join(bytes_field(2, one) for one in messages)


def control(*entries):
    return bytes_field(3, b"".join(entries))


def ihave(topic, ids):
    return bytes_field(1, bytes_field(1, topic) + b"".join(bytes_field(2, one) for one in ids))


def iwant(ids):
    return bytes_field(2, b"".join(bytes_field(1, one) for one in ids))


def graft(topic):
    return bytes_field(3, bytes_field(1, topic))


def prune(topic, backoff=None):
    return bytes_field(4, bytes_field(1, topic) + (b"" if backoff is None else number_field(3, backoff)))


def idontwant(ids):
    return bytes_field(5, b"".join(bytes_field(1, one) for one in ids))


# ---- chat ---------------------------------------------------------------------------------------

TEXT, ACTION, JOIN, LEAVE, NICK, PRESENCE = range(1, 7)


def chat_frame(kind, *, lamport=1, session=1, sequence=1, sent_ms=0, nick=b"", text=b"", seen=()):
    out = number_field(1, 1) + number_field(2, kind) + number_field(3, lamport)
    out += number_field(4, session) + number_field(5, sequence) + number_field(6, sent_ms % 2 ** 64)
    out += bytes_field(7, nick) + bytes_field(8, text)
    for author, its_session, its_sequence in seen:
        out += bytes_field(9, fixed64_field(1, author) + number_field(2, its_session)
                           + number_field(3, its_sequence))
    return out


# ---- identify -----------------------------------------------------------------------------------


def identify_message(key, *, protocols=(), addresses=(), agent=b"hostile/1", extra=b""):
    out = bytes_field(1, key) + b"".join(bytes_field(2, one) for one in addresses)
    out += b"".join(bytes_field(3, one) for one in protocols)
    return out + bytes_field(5, b"ipfs/0.1.0") + bytes_field(6, agent) + extra
