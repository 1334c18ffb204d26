"""What is shown in the handshake: keys that are not one's own, keys that nobody can check, and no keys."""
import os

import speech
from case import AT_ONCE_SECONDS, Failure, case, chance
from line_node import LineNode
from tunnel import Tunnel, honest_proof

KEY_TYPES = {"RSA": speech.public_key(speech.RSA, bytes(294)),
             "Secp256k1": speech.public_key(speech.SECP256K1, b"\2" + bytes(32)),
             "ECDSA": speech.public_key(speech.ECDSA, bytes(91)),
             "unknown": speech.public_key(9, bytes(32))}
HALF_A_FIELD = b"\x0a\x24\x08"


def expect_refusal(siege, proof, code, words, peer=None):
    """The victim dials somebody who shows this proof: it says why it does not want him, and has nothing of it. Then he
    dials the victim, and is sent away at once."""
    with Tunnel(proof=proof) as tunnel:
        tunnel.wait_until(lambda: tunnel.port, "port")
        address = f"/ip4/127.0.0.1/tcp/{tunnel.port}" + (f"/p2p/{peer}" if peer else "")
        mark = siege.victim.mark()
        reference = siege.victim.tell("connect", addr=address)
        error = siege.victim.wait("error", AT_ONCE_SECONDS, since=mark, ref=reference)
        if error["code"] != code or words not in error["message"]:
            raise Failure(f"the victim said {error['code']}: {error['message']}")
        tunnel.wait_end(AT_ONCE_SECONDS)
    if peer is None:
        with Tunnel(siege.port, proof=proof) as tunnel:
            tunnel.wait_end(AT_ONCE_SECONDS)


@case(cpu_max=0.02)
def impostor(siege):
    """Somebody else answers at an address with a peer id."""
    somebody = speech.peer_id_of(speech.public_key(speech.ED25519, os.urandom(32)))
    expect_refusal(siege, honest_proof, "wrong_peer", "is a different peer than the address says",
                   peer=speech.peer_id_text(somebody))


@case(cpu_max=0.02)
def wrong_signature(siege):
    """The key of the channel is signed by nobody, by somebody else, or for something else."""
    def signed_wrongly(tunnel):
        signature = bytearray(tunnel.sign(speech.STATIC_KEY_PREFIX + tunnel.static_key))
        signature[10] ^= 1
        return speech.noise_payload(tunnel.key, bytes(signature), [speech.YAMUX])

    def signed_without_prefix(tunnel):
        return speech.noise_payload(tunnel.key, tunnel.sign(tunnel.static_key), [speech.YAMUX])

    def in_the_name_of_another(tunnel):
        key = speech.peer_id_bytes(siege.people[1].peer)[2:]
        return speech.noise_payload(key, tunnel.sign(speech.STATIC_KEY_PREFIX + tunnel.static_key), [speech.YAMUX])

    def without_signature(tunnel):
        return speech.noise_payload(tunnel.key, b"", [speech.YAMUX])

    for proof in (signed_wrongly, signed_without_prefix, in_the_name_of_another, without_signature):
        expect_refusal(siege, proof, "wrong_peer", "")


@case(cpu_max=0.02)
def other_key_types(siege):
    """Keys that cannot be checked here are refused by the name of their type, to programs and to people."""
    for name, key in KEY_TYPES.items():
        expect_refusal(siege, lambda tunnel, key=key: speech.noise_payload(key, bytes(256), [speech.YAMUX]),
                       "unsupported", f"key of {'an unknown type' if name == 'unknown' else 'type ' + name}")
    with Tunnel(proof=lambda tunnel: speech.noise_payload(KEY_TYPES["RSA"], bytes(256))) as tunnel:
        tunnel.wait_until(lambda: tunnel.port, "port")
        with LineNode(siege, "Lena", "--no-listen", "--peer", f"127.0.0.1:{tunnel.port}") as lena:
            lena.wait_until(lambda: "key of type RSA" in lena.errors(), "word about the type of the key")


@case(cpu_max=0.02)
def broken_proofs(siege):
    """What stands where the proof should be is cut off, is none, or is far too much."""
    dice = chance("broken_proofs")
    junk = (b"", HALF_A_FIELD, b"\x0b\x0c", b"\0\0", dice.randbytes(200), bytes(700))
    proofs = [lambda tunnel, data=data: data for data in junk]
    proofs += [lambda tunnel: honest_proof(tunnel)[:-3], lambda tunnel: honest_proof(tunnel) + HALF_A_FIELD,
               lambda tunnel: honest_proof(tunnel) + b"\0\0"]
    for proof in proofs:
        with Tunnel(siege.port, proof=proof) as tunnel:
            tunnel.wait_end(AT_ONCE_SECONDS)
    with Tunnel(siege.port, proof=lambda tunnel: honest_proof(tunnel) + bytes_of_unknown_field(900)) as tunnel:
        tunnel.wait_end(AT_ONCE_SECONDS)
    muxers = [f"/{number}" for number in range(100)]
    with Tunnel(siege.port, proof=lambda tunnel: speech.noise_payload(
            tunnel.key, tunnel.sign(speech.STATIC_KEY_PREFIX + tunnel.static_key), muxers)) as tunnel:
        tunnel.wait_ready()  # none of them is ours, so that it is to be agreed on
        tunnel.send(speech.line(speech.MULTISTREAM) + speech.line("/99"))
        answer = speech.line(speech.MULTISTREAM) + speech.line("na")
        tunnel.wait_until(lambda: bytes(tunnel.received) == answer, "refusal")


def bytes_of_unknown_field(size):
    return speech.bytes_field(77, bytes(size))


@case(cpu_max=0.02)
def changed_frames(siege):
    """What is no sealed frame ends the channel, whatever its length."""
    dice = chance("changed_frames")
    for junk in (b"\0\0", b"\0\1x", b"\0\x0f" + bytes(15), b"\0\x10" + bytes(16), b"\xff\xff" + bytes(65535),
                 b"\x01\0" + dice.randbytes(256)):
        with Tunnel(siege.port) as tunnel:
            tunnel.wait_ready()
            tunnel.send_raw(junk)
            tunnel.wait_end(AT_ONCE_SECONDS)
    with Tunnel(siege.port) as tunnel:  # frames without anything in them are no flaw, but bring nothing
        tunnel.wait_ready()
        for _ in range(1000):
            tunnel.word(b"D")
        tunnel.send_raw(b"\0\x10" + bytes(16))
        tunnel.wait_end(AT_ONCE_SECONDS)
