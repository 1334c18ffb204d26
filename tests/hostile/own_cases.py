"""Nonsense on the streams of our own protocols, which the victim names when it is asked who it is."""
import re

import speech
from case import AT_ONCE_SECONDS, Failure, case, chance
from muxed import Member, Muxed

OWN = re.compile(rb"/gossipchat/[a-z]+/\d+\.\d+\.\d+")
MESSAGE_BYTES_CEILING = 2 ** 20  # SWARM_STREAM_MESSAGE_BYTES_CEILING
SILENCE_SECONDS = 30  # TALKS_SILENCE_MS of SECURITY.md


def own_protocols(port):
    """Those with messages on streams: all that are ours but the exchange of addresses."""
    with Muxed(port) as peer:
        stream = peer.streams[peer.open(speech.IDENTIFY)]
        peer.wait_until(lambda: stream.is_finished, "an answer to identify")
        names = {name.decode() for name in OWN.findall(bytes(stream.received))} - {speech.PEERS}
    if not names:
        raise Failure("the victim speaks no protocol of our own")
    return sorted(names)


@case(cpu_max=0.05)
def own_broken_messages(siege):
    """Lengths that are none, too large or nothing, half messages, and noise: the stream ends, the connection stays."""
    dice = chance("own_broken_messages")
    broken = [speech.varint(MESSAGE_BYTES_CEILING + 1), speech.varint(2 ** 40), b"\xff" * 12, b"\x80\x00", b"\x00",
              b"\x01x\x00", b"\x01", speech.varint(100) + b"half"]
    for protocol in own_protocols(siege.port):
        with Muxed(siege.port) as peer:
            for data in broken:
                number = peer.open(protocol)
                peer.send(speech.data_frame(number, data, speech.FIN))
                peer.wait_until(lambda number=number: peer.streams[number].is_reset or peer.streams[number].is_finished,
                                f"the end of a stream after {data!r}", AT_ONCE_SECONDS)
            for _ in range(50):
                number = peer.open(protocol, waits=False)
                peer.send(speech.data_frame(number, speech.sized(dice.randbytes(dice.randrange(1, 2000)))))
                peer.reset(number)
            peer.open(speech.PING)


@case(cpu_max=0.3)
def own_message_flood(siege):
    """Small messages without end on every protocol, by a member of the room."""
    dice = chance("own_message_flood")
    for protocol in own_protocols(siege.port):
        with Member(siege.port) as peer:
            for _ in range(20):
                number = peer.open(protocol, waits=False)
                noise = [speech.sized(dice.randbytes(dice.randrange(1, 40))) for _ in range(2000)]
                peer.say(number, b"".join(noise))
                peer.send(speech.data_frame(number, b"", speech.FIN))


@case(cpu_max=0.05)
def own_stream_flood(siege):
    """More streams than a protocol allows are refused, and those that were allowed are served."""
    for protocol in own_protocols(siege.port):
        with Muxed(siege.port) as peer:
            for _ in range(60):
                peer.open(protocol, waits=False)
            peer.wait_until(lambda peer=peer: peer.resets >= 60 - 16, "refusal of most")
            peer.open(speech.PING)


@case(slow=True, cpu_max=0.02)
def own_silence(siege):
    """Who stops in the middle of a message loses the stream."""
    protocols = own_protocols(siege.port)
    with Muxed(siege.port) as peer:
        streams = [peer.streams[peer.open(protocol)] for protocol in protocols]
        for stream in streams:
            peer.send(speech.data_frame(stream.number, speech.varint(200) + b"and then"))
        peer.wait_until(lambda: all(stream.is_reset for stream in streams), "the end of silent streams",
                        SILENCE_SECONDS + 5)
