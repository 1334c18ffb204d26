"""Before anything is proven: whoever can connect can do this."""
import os
import socket
import time

import speech
from case import (AT_ONCE_SECONDS, DEADLINE_SECONDS, DEADLINE_SLACK_SECONDS, PATIENCE, Failure, case, chance,
                  connection, expect_end, receive, reset, send)
from siege import socket_count
from tunnel import Tunnel, proof_without_muxer

HELLO = speech.line(speech.MULTISTREAM)
NOISE = speech.line("/noise")
HANDSHAKES_MAX = 32  # handshakes_max of SECURITY.md
LATE = DEADLINE_SECONDS + DEADLINE_SLACK_SECONDS

HTTP_REQUEST = b"GET / HTTP/1.1\r\nHost: victim\r\nAccept: */*\r\nX-Long: " + b"x" * 200 + b"\r\n\r\n"
TLS_HELLO = bytes.fromhex("1603010200010001fc0303") + bytes(range(256)) * 2


@case(cpu_max=0.05)
def wrong_magic(siege):
    """Other protocols, noise, nothing."""
    dice = chance("wrong_magic")
    openings = [HTTP_REQUEST, TLS_HELLO, b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2\r\n" + bytes(200), b"\0",
                bytes(1000), b"\xff" * 1000, b"\n" * 300, b"/multistream/1.0.0\n" * 20,
                *(dice.randbytes(2000) for _ in range(50))]
    for opening in openings:
        with connection(siege) as raw:
            send(raw, opening)
            heard = expect_end(raw)
            if heard not in (b"", HELLO):
                raise Failure(f"{opening[:20]!r} was answered with {heard!r}")
    for _ in range(50):
        with connection(siege):
            pass
        with connection(siege) as raw:
            reset(raw)


@case(cpu_max=0.5)
def cut_at_every_byte(siege):
    """An honest conversation that ends after each of its bytes, politely and rudely."""
    with Tunnel(siege.port) as tunnel:
        tunnel.wait_ready()
        handshake = tunnel.handshake_bytes
    for with_reset in (False, True):
        for size in range(1, handshake + 100, 3 if with_reset else 1):
            with Tunnel(siege.port, cut=size, with_reset=with_reset) as tunnel:
                if size > handshake:
                    tunnel.send(speech.data_frame(1, bytes(200), speech.SYN))
                tunnel.wait_end(AT_ONCE_SECONDS)


@case(cpu_max=0.02)
def long_lines(siege):
    """Lines that are longer than any, announced or real, and lengths that are no lengths."""
    for prefix in (b"", HELLO):
        for length in (1025, 16384, 65535, 2 ** 31, 2 ** 63, speech.U64_MAX):
            with connection(siege) as raw:
                send(raw, prefix + speech.varint(length))
                expect_end(raw)
            with connection(siege) as raw:
                send(raw, prefix + speech.varint(length) + b"a" * 65536)
                expect_end(raw)
        for broken in (b"\xff" * 10, b"\x80" * 20, b"\x80\x80\x00", b"\x00"):
            with connection(siege) as raw:
                send(raw, prefix + broken + b"/multistream/1.0.0\n")
                expect_end(raw)


@case(cpu_max=0.02, slow=True)
def line_without_end(siege):
    """A line whose last byte is not its end, and one whose rest never comes."""
    for prefix in (b"", HELLO):
        for text in (b"/multistream/1.0.0 ", b"/noise\n/noise", b"\0" * 30):
            with connection(siege) as raw:
                send(raw, prefix + speech.sized(text))
                expect_end(raw)
    with connection(siege) as raw:
        send(raw, HELLO + b"\x20/noi")
        expect_end(raw, LATE)


def raw_is_refused(raw, name):
    """Proposes a protocol; false if the victim has heard enough."""
    raw.settimeout(AT_ONCE_SECONDS * PATIENCE)
    send(raw, speech.line(name))
    try:
        heard = raw.recv(100)
    except ConnectionError:
        return False
    if heard not in (b"", speech.line("na")):
        raise Failure(f"{name} was answered with {heard!r}")
    return heard != b""


@case(cpu_max=0.02)
def proposals(siege):
    """One protocol after the other that nobody speaks; after so many the victim has heard enough."""
    with connection(siege) as raw:
        send(raw, HELLO)
        receive(raw, len(HELLO))
        refusals = 0
        while raw_is_refused(raw, f"/nonsense/{refusals}"):
            refusals += 1
        if not 16 <= refusals <= 32:
            raise Failure(f"{refusals} proposals were refused before it was enough")
    with connection(siege) as raw:
        send(raw, HELLO + b"".join(speech.line(f"/nonsense/{number}") for number in range(1000)))
        expect_end(raw)
    with connection(siege) as raw:
        send(raw, HELLO + speech.line("ls") * 5000)
        expect_end(raw)


@case(cpu_max=0.02)
def other_security(siege):
    """What is not encrypted, or not ours, is refused in the words of multistream, and Noise may still be proposed."""
    for name in ("/plaintext/2.0.0", "/secio/1.0.0", "/tls/1.0.0", "/noise/1.0.0", "/Noise", "/yamux/1.0.0"):
        with connection(siege) as raw:
            send(raw, HELLO + speech.line(name))
            answer = receive(raw, len(HELLO) + len(speech.line("na")))
            if answer != HELLO + speech.line("na"):
                raise Failure(f"{name} was answered with {answer!r}")
            send(raw, NOISE)
            if receive(raw, len(NOISE)) != NOISE:
                raise Failure(f"after {name} the victim does not agree on Noise")


@case(cpu_max=0.02, slow=True)
def other_muxers(siege):
    """Inside the secret channel: no mplex, but yamux after that; and nothing if it is not proposed."""
    with Tunnel(siege.port, proof=proof_without_muxer) as tunnel:
        tunnel.wait_ready()
        greeting = HELLO + speech.line("na")
        tunnel.send(HELLO + speech.line("/mplex/6.7.0"))
        tunnel.wait_until(lambda: len(tunnel.received) >= len(greeting), "an answer to mplex")
        if bytes(tunnel.received) != greeting:
            raise Failure(f"mplex was answered with {bytes(tunnel.received)!r}")
        tunnel.send(speech.line(speech.YAMUX))
        tunnel.wait_until(lambda: tunnel.received[len(greeting):].startswith(speech.line(speech.YAMUX)), "yamux")
    with Tunnel(siege.port, proof=proof_without_muxer) as tunnel:
        tunnel.wait_ready()
        tunnel.send(HELLO + b"".join(speech.line(f"/mplex/{number}") for number in range(40)))
        tunnel.wait_end(AT_ONCE_SECONDS)
    with Tunnel(siege.port, proof=proof_without_muxer) as tunnel:
        tunnel.wait_ready()
        tunnel.wait_end(LATE)


def shake(raw, first):
    """Agrees on Noise and sends a first message; returns the victim's answer, without its length."""
    send(raw, HELLO + NOISE + first)
    if receive(raw, len(HELLO + NOISE)) != HELLO + NOISE:
        raise Failure("the victim does not agree on Noise")
    return receive(raw, int.from_bytes(receive(raw, 2), "big"))


@case(cpu_max=0.02, slow=True)
def noise_lengths(siege):
    """Handshake messages of every wrong length."""
    dice = chance("noise_lengths")
    for size in (0, 1, 16, 31, 1025, 4096, 65535):
        with connection(siege) as raw:
            send(raw, HELLO + NOISE + size.to_bytes(2, "big") + dice.randbytes(size))
            expect_end(raw)
    for size in (0, 1, 47, 48, 63, 64, 100, 1024, 1025, 65535):
        with connection(siege) as raw:
            shake(raw, b"\0\x20" + dice.randbytes(32))
            send(raw, size.to_bytes(2, "big") + dice.randbytes(size))
            expect_end(raw)
    with connection(siege) as raw:
        shake(raw, b"\0\x20" + dice.randbytes(32))
        send(raw, b"\x04\0" + bytes(10))
        expect_end(raw, LATE)


# Points that fix the shared secret whatever the other side's key is.
# https://www.rfc-editor.org/rfc/rfc7748#section-6.1
FIXED_POINTS = [bytes(32), b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xed" + b"\xff" * 30 + b"\x7f",
                bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
                bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]


@case(cpu_max=0.1)
def noise_garbage(siege):
    """Handshake messages of the right length with nothing right in them, and keys that would fix the secret."""
    dice = chance("noise_garbage")
    for point in FIXED_POINTS:
        with connection(siege) as raw:
            send(raw, HELLO + NOISE + b"\0\x20" + point)
            heard = expect_end(raw)
            if len(heard) > len(HELLO + NOISE):
                raise Failure(f"a handshake went on with the key {point.hex()}")
    for size in (64, 170, 200) * 20:
        with connection(siege) as raw:
            shake(raw, b"\0\x20" + dice.randbytes(32))
            send(raw, size.to_bytes(2, "big") + dice.randbytes(size))
            expect_end(raw)


@case(cpu_max=0.2)
def garbage_in_sequence(siege):
    """A thousand connections that begin with anything."""
    dice = chance("garbage_in_sequence")
    openings = [lambda: dice.randbytes(64), lambda: HELLO + dice.randbytes(64),
                lambda: HELLO + NOISE + b"\0\x20" + dice.randbytes(200), lambda: b""]
    for number in range(1000):
        with connection(siege) as raw:
            send(raw, openings[number % len(openings)]())
            if number % 5 == 0:
                reset(raw)


@case(cpu_max=0.02, slow=True)
def silent_crowd(siege):
    """Two hundred who connect and say nothing: few of them are kept, and honest people come in meanwhile."""
    crowd = [socket.create_connection(("127.0.0.1", siege.port)) for _ in range(200)]
    try:
        siege.wait_until(lambda: socket_count(siege.process) <= siege.sockets + HANDSHAKES_MAX,
                         f"no more than {HANDSHAKES_MAX} strangers are kept", AT_ONCE_SECONDS)
        siege.welcome(DEADLINE_SECONDS)
        for raw in crowd:
            send(raw, HELLO)  # some were sent away, some were not
        siege.welcome(DEADLINE_SECONDS)
        for raw in crowd:
            expect_end(raw, LATE)
    finally:
        for raw in crowd:
            raw.close()


@case(cpu_max=1.5, slow=True)
def crowd_that_comes_back(siege):
    """Two hundred who connect again as soon as they are sent away, for as long as the deadline of a handshake.
    Honest people come in meanwhile."""
    crowd = []
    try:
        end = time.monotonic() + LATE
        is_welcomed = False
        while time.monotonic() < end:
            siege.check()
            crowd = [raw for raw in crowd if not is_ended(raw)]
            while len(crowd) < 200:
                crowd.append(socket.create_connection(("127.0.0.1", siege.port)))
            if not is_welcomed:
                siege.welcome(DEADLINE_SECONDS)
                is_welcomed = True
            time.sleep(0.05)
    finally:
        for raw in crowd:
            raw.close()


def is_ended(raw):
    """Whether the other side hung up; closes the socket then."""
    raw.setblocking(False)
    try:
        ended = raw.recv(4096) == b""
    except BlockingIOError:
        ended = False
    except ConnectionError:
        ended = True
    if ended:
        raw.close()
    return ended


@case(cpu_max=0.02, slow=True)
def slow_loris(siege):
    """One byte a second: the deadline of a handshake is that of the whole, not of its next byte."""
    words = HELLO + NOISE + b"\0\x20" + bytes(range(32))
    lorises = []
    try:
        for already in (0, len(HELLO), len(HELLO + NOISE), len(HELLO + NOISE) + 2):
            for _ in range(4):
                raw = socket.create_connection(("127.0.0.1", siege.port))
                send(raw, words[:already])
                lorises.append([raw, already])
        began = time.monotonic()
        while time.monotonic() < began + LATE * PATIENCE and lorises:
            for loris in lorises:
                send(loris[0], words[loris[1]:loris[1] + 1])
                loris[1] += 1
            siege.hold(1)
            lorises = [loris for loris in lorises if not is_ended(loris[0])]
        if lorises:
            raise Failure(f"{len(lorises)} connections outlived the deadline, byte by byte")
    finally:
        for raw, _ in lorises:
            raw.close()


@case(cpu_max=0.02)
def half_closed(siege):
    """Whoever will say no more has no more to ask: the victim hangs up too, at once."""
    words = HELLO + NOISE + b"\0\x20" + os.urandom(32)
    for size in (0, 1, len(HELLO), len(HELLO + NOISE), len(words) - 1, len(words)):
        with connection(siege) as raw:
            send(raw, words[:size])
            raw.shutdown(socket.SHUT_WR)
            expect_end(raw)
    with Tunnel(siege.port) as tunnel:
        tunnel.wait_ready()
        tunnel.half_close()
        tunnel.wait_end(AT_ONCE_SECONDS)


@case(cpu_max=0.5)
def storm(siege):
    """Three thousand connections as fast as they can be made, gone again at once, some of them rudely."""
    dice = chance("storm")
    for number in range(3000):
        raw = socket.create_connection(("127.0.0.1", siege.port))
        if number % 3 == 0:
            send(raw, HELLO + NOISE + b"\0\x20" + dice.randbytes(32))
        if number % 2 == 0:
            reset(raw)
        raw.close()
