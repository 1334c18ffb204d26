"""The cases: what two peers of different implementations must manage together.

Each is a function of a scene and two kinds of peers. `left` is the one under
test where the two play different parts: gossipchat when it takes part.
"""

import collections
import itertools
import os

from party import Failure

import netns
from scene import CommandError, NotRun

TOPIC = "interop"
BURST = 200
# More than a mesh needs, and few enough for js, which distrusts more than ten
# peers of one address.
CROWD = 8
# Longer than anybody tolerates silence: go and we ask every 30 s whether the
# other side is alive, and js every 10 s.
IDLE_SECONDS = 75
FIXED_SEED = "17" * 32

Case = collections.namedtuple("Case", "name play quick slow needs seconds")
CASES = {}


def case(name, quick=False, slow=False, needs=None, seconds=60):
    """Registers a case. `needs` is the skill the right peer must have, `quick`
    marks the few that show whether two implementations talk at all, `slow`
    those that take a minute or more."""
    def register(play):
        CASES[name] = Case(name, play, quick, slow, needs, seconds)
        return play
    return register


def expect(truth, what):
    if not truth:
        raise Failure(what)


def connect(dialler, listener):
    dialler.dial(listener.address)
    await_link(dialler, listener)


def await_link(one, other):
    scene = one.scene
    scene.wait_until(lambda: other.id in one.connected(), f"{one.name} lists {other.name}")
    scene.wait_until(lambda: one.id in other.connected(), f"{other.name} lists {one.name}")


def await_subscription(seer, seen, topic=TOPIC):
    seer.scene.wait_until(lambda: seen.id in seer.subscribers(topic),
                          f"{seer.name} knows that {seen.name} is subscribed")


def await_listener(sender, listener, topic=TOPIC):
    """Waits until what one publishes is bound to go to the other.

    go-libp2p publishes to its mesh alone. What it publishes in the moment
    before its first graft reaches nobody, and is rightly so lost.
    """
    await_subscription(sender, listener, topic)
    if sender.kind != "ours":
        sender.scene.wait_until(lambda: listener.id in sender.mesh(topic),
                                f"{sender.name} has {listener.name} in its mesh")


def meet(scene, left_kind, right_kind, left_options=None, **right_options):
    """Two connected peers that listen to each other."""
    left = scene.start(left_kind, topics=[TOPIC], **(left_options or {}))
    right = scene.start(right_kind, topics=[TOPIC], **right_options)
    connect(left, right)
    await_listener(left, right)
    await_listener(right, left)
    return left, right


def tell(sender, receiver, text, topic=TOPIC):
    """Publishes the text and waits until the receiver has it, once, rightly signed."""
    sender.publish(topic, text)
    await_text(sender, receiver, text, topic)


def await_text(sender, receiver, text, topic=TOPIC):
    def matches():
        return [message for message in receiver.received(topic) if message.data == text.encode()]
    shown = text if len(text) < 40 else f"{len(text)} characters"
    sender.scene.wait_until(matches, f"{receiver.name} hears {shown!r} from {sender.name}")
    expect([message.sender for message in matches()] == [sender.id],
           f"{receiver.name} names {matches()} as senders of {shown!r}")


def talk(one, other, word="hello"):
    tell(one, other, f"{word} from {one.name}")
    tell(other, one, f"{word} from {other.name}")


def expect_early_muxer(*pair):
    """The muxer is agreed on within the handshake with all who can do that. rust
    cannot, and only go tells."""
    for seer, seen in itertools.permutations(pair):
        if seer.kind == "go":
            what = seer.scene.wait_until(lambda seer=seer, seen=seen: seer.identify(seen.id),
                                         f"{seer.name} identifies {seen.name}")
            expect(what["early"] == (seen.kind != "rust"),
                   f"{seer.name} and {seen.name} agreed on the muxer early: {what['early']}")


@case("dial-out", quick=True)
def dial_out(scene, left_kind, right_kind):
    left, right = scene.start(left_kind), scene.start(right_kind)
    connect(left, right)
    expect_early_muxer(left, right)


@case("dial-in", quick=True)
def dial_in(scene, left_kind, right_kind):
    left, right = scene.start(left_kind), scene.start(right_kind)
    connect(right, left)
    expect_early_muxer(left, right)


@case("dial-both")
def dial_both(scene, left_kind, right_kind):
    """Two connections at the same time must end as one, or be as good as one.
    Who wins is chance, hence the rounds."""
    if {left_kind, right_kind} == {"go", "rust"}:
        raise NotRun("go-libp2p and rust-libp2p lose each other's gossip over two connections")
    for _ in range(3):
        left = scene.start(left_kind, topics=[TOPIC])
        right = scene.start(right_kind, topics=[TOPIC])
        left.begin_dial(right.address)
        right.begin_dial(left.address)
        left.end_dial()
        right.end_dial()
        await_listener(left, right)
        await_listener(right, left)
        talk(left, right)
        # Surplus connections are closed after a moment, not at once.
        scene.pause(2)
        await_link(left, right)
        talk(left, right, "still here")
        left.stop()
        right.stop()


@case("identify", quick=True)
def identify(scene, left_kind, right_kind):
    left, right = meet(scene, left_kind, right_kind)
    for seer, seen in ((left, right), (right, left)):
        what = scene.wait_until(lambda seer=seer, seen=seen: seer.identify(seen.id),
                                f"{seer.name} identifies {seen.name}")
        expect(what["agent"], f"{seen.name} gives no agent name")
        if seer.kind == "ours":
            # Our program shows people who is there, not the whole record.
            continue
        spoken = set(what["protocols"])
        for protocol in ("/ipfs/id/1.0.0", "/ipfs/ping/1.0.0", "/meshsub/1.1.0"):
            expect(protocol in spoken, f"{seen.name} does not list {protocol}: {spoken}")
        expect(any(address.startswith(seen.host_and_port()) for address in what["addrs"]),
               f"{seen.name} lists {what['addrs']} without {seen.host_and_port()}")
        expect("/meshsub/1.3.0" not in spoken or seen.kind != "ours",
               f"{seen.name} offers extensions, and has none")
        expect(what["observed"].startswith("/ip4/127.0.0.1/tcp/"),
               f"{seen.name} observed {what['observed']!r}")
        # rust sends no records by itself, and reads only those of an old form.
        expect(what["record"] == ("rust" not in (seer.kind, seen.kind)),
               f"{seer.name} has a record of {seen.name}: {what['record']}")


@case("ping", quick=True)
def ping(scene, left_kind, right_kind):
    left, right = scene.start(left_kind), scene.start(right_kind)
    connect(left, right)
    for pinger, pinged in ((left, right), (right, left)) * 3:
        microseconds = pinger.ping(pinged.id)
        expect(0 <= microseconds < 5e6, f"{pinger.name} measured {microseconds} us")


@case("gossip", quick=True)
def gossip(scene, left_kind, right_kind):
    left, right = meet(scene, left_kind, right_kind)
    for word in ("hello", "Grüße, 世界 👋", "hello again"):
        talk(left, right, word)
    for peer in (left, right):
        numbers = [int(message.seqno) for message in peer.received(TOPIC) if message.seqno]
        expect(numbers == sorted(set(numbers)), f"sequence numbers do not grow: {numbers}")


@case("sizes")
def sizes(scene, left_kind, right_kind):
    left, right = meet(scene, left_kind, right_kind)
    # The last is the longest we send, longer than one Noise frame of ours and
    # than two of yamux.
    for size in (1, 127, 128, 1000, 16384, 32768):
        tell(left, right, f"{size % 10}" * size)
        tell(right, left, f"{size % 10}" * size)


@case("signatures", needs="inject")
def signatures(scene, left_kind, right_kind):
    left, right = meet(scene, left_kind, right_kind)
    right.inject(TOPIC, "note")
    await_text(right, left, "note-honest")
    # The forged ones went first, but a peer may judge several at once.
    scene.pause(0.5)
    heard = [message.data.decode() for message in left.received(TOPIC)]
    expect(heard == ["note-honest"], f"{left.name} delivered {heard}")


@case("subscribe")
def subscribe(scene, left_kind, right_kind):
    left, right = scene.start(left_kind), scene.start(right_kind)
    connect(left, right)
    left.subscribe(TOPIC)
    right.subscribe(TOPIC)
    await_listener(left, right)
    await_listener(right, left)
    talk(left, right)
    for seen, seer in ((left, right), (right, left)):
        seen.unsubscribe(TOPIC)
        scene.wait_until(lambda seen=seen, seer=seer: seen.id not in seer.subscribers(TOPIC),
                         f"{seer.name} knows that {seen.name} is gone from the topic")
        before = len(seen.received(TOPIC))
        # Nobody may be listening now, which some implementations call an error.
        try:
            seer.publish(TOPIC, "to nobody")
        except CommandError:
            pass
        scene.pause(0.5)
        expect(len(seen.received(TOPIC)) == before, f"{seen.name} still hears the topic")
        seen.subscribe(TOPIC)
        await_subscription(seer, seen)
    # Whoever left is kept out of the mesh for a while: until then messages are
    # only offered to it at each heartbeat, and have to be asked for.
    talk(left, right, "back")


@case("late-joiner")
def late_joiner(scene, left_kind, right_kind):
    left, right = meet(scene, left_kind, right_kind)
    talk(left, right)
    late = scene.start(right_kind, topics=[TOPIC], name="late")
    connect(late, left)
    await_listener(late, left)
    await_listener(left, late)
    # The newcomer and the right peer have no link: the left one passes on what
    # they say, with the signatures of its authors.
    talk(late, right, "through the middle")
    talk(late, left, "next door")
    expect(right.id not in late.connected(), "the newcomer has dialled the right peer itself")


@case("burst", seconds=90)
def burst(scene, left_kind, right_kind):
    left, right = meet(scene, left_kind, right_kind)
    pairs = ((left, right), (right, left))
    for sender, _ in pairs:
        sender.begin_burst(TOPIC, BURST, sender.name)
    for sender, _ in pairs:
        sender.end_burst()
    for sender, receiver in pairs:
        scene.wait_until(lambda receiver=receiver: len(receiver.received(TOPIC)) >= BURST,
                         f"{receiver.name} hears {BURST} messages", limit=40)
    # A message sent twice would come within the next heartbeat.
    scene.pause(1.5)
    for sender, receiver in pairs:
        counts = collections.Counter(m.data.decode() for m in receiver.received(TOPIC))
        wanted = {f"{sender.name}-{index}" for index in range(BURST)}
        expect(set(counts) == wanted, f"{receiver.name} lost or invented messages")
        doubled = [text for text, count in counts.items() if count > 1]
        expect(not doubled, f"{receiver.name} delivered twice: {doubled[:5]}")


@case("reconnect", seconds=120)
def reconnect(scene, left_kind, right_kind):
    left, right = meet(scene, left_kind, right_kind, seed=FIXED_SEED)
    talk(left, right)
    identity, listen = right.id, right.host_and_port()
    right.kill()
    scene.wait_until(lambda: identity not in left.connected(), f"{left.name} misses {right.name}")
    again = scene.start(right_kind, topics=[TOPIC], seed=FIXED_SEED, listen=listen, name="again")
    expect(again.id == identity, "the restarted peer has another key")
    if left.redials:
        await_link(left, again)
    else:
        connect(left, again)
    await_listener(left, again)
    await_listener(again, left)
    talk(left, again, "after the crash")


@case("stream-restart", needs="cut")
def stream_restart(scene, left_kind, right_kind):
    """Gossip streams break while their connection lives. Who loses the one it
    reads from forgets what it was told there, and must be told again."""
    if left_kind in ("rust", "js"):
        raise NotRun(f"{left_kind}-libp2p does not say twice what it follows")
    left, right = meet(scene, left_kind, right_kind)
    talk(left, right)
    # js opens its own stream again only when its peer gives it reason to, which go does not.
    for direction in ("in", "out") if left_kind == "ours" or right_kind == "go" else ("in",):
        right.cut(left.id, direction)
        scene.pause(0.2)
        await_listener(left, right)
        await_listener(right, left)
        talk(left, right, f"after {direction}")


@case("crowd", slow=True, seconds=150)
def crowd(scene, left_kind, right_kind):
    """More peers than a mesh needs: those outside of it are only told which
    messages there are, each in its own form of message ids, and may ask."""
    others = []
    for _ in range(CROWD):
        newcomer = scene.start(right_kind, topics=[TOPIC])
        for other in others:
            connect(newcomer, other)
        others.append(newcomer)
    left = scene.start(left_kind, topics=[TOPIC])
    for other in others:
        connect(left, other)
    everybody = [left, *others]
    for one in everybody:
        for other in everybody:
            if one is not other:
                await_subscription(one, other)
    scene.pause(2)
    for turn in range(10):
        for one in everybody:
            one.publish(TOPIC, f"{turn} of {one.name}")
        scene.pause(0.5)
    scene.pause(4)
    wanted = {f"{turn} of {one.name}" for turn in range(10) for one in everybody}
    for one in everybody:
        heard = [message.data.decode() for message in one.received(TOPIC)]
        mine = {f"{turn} of {one.name}" for turn in range(10)}
        expect(sorted(heard) == sorted(wanted - mine),
               f"{one.name} heard {len(heard)} messages instead of {len(wanted - mine)}, lost"
               f" {sorted(wanted - mine - set(heard))[:5]}")
        if "opinion" in one.skills and left.kind == "ours":
            score = one.opinion(left.id)["score"]
            expect(score >= 0, f"{one.name} gives {left.name} {score} points")


@case("idle", slow=True, seconds=150)
def idle(scene, left_kind, right_kind):
    left, right = meet(scene, left_kind, right_kind)
    talk(left, right)
    scene.pause(IDLE_SECONDS)
    expect(right.id in left.connected(), f"{left.name} lost {right.name} while nothing was said")
    if left.kind == "ours":
        expect(not left.node.find("peer.disconnected"), f"{right.name} left and came back")
    left.ping(right.id)
    right.ping(left.id)
    talk(left, right, "still here")


@case("gossip-1.0", needs="meshsub")
def gossip_1_0(scene, left_kind, right_kind):
    talk(*meet(scene, left_kind, right_kind, meshsub="1.0.0"))


@case("gossip-1.1", needs="meshsub")
def gossip_1_1(scene, left_kind, right_kind):
    talk(*meet(scene, left_kind, right_kind, meshsub="1.1.0"))


@case("gossip-1.2", needs="meshsub")
def gossip_1_2(scene, left_kind, right_kind):
    talk(*meet(scene, left_kind, right_kind, meshsub="1.2.0"))


@case("rsa-identity", needs="rsa")
def rsa_identity(scene, left_kind, right_kind):
    foreign_identity(scene, left_kind, right_kind, "rsa")


@case("secp256k1-identity", needs="secp256k1")
def secp256k1_identity(scene, left_kind, right_kind):
    foreign_identity(scene, left_kind, right_kind, "secp256k1")


def foreign_identity(scene, left_kind, right_kind, key_type):
    """Kinds that know Ed25519 alone refuse in both directions and say why; the
    others accept."""
    left, right = scene.start(left_kind), scene.start(right_kind, key_type=key_type)
    if left.kind not in ("ours", "rust"):
        connect(left, right)
        return
    try:
        left.dial(right.address)
    except CommandError as refusal:
        reason = str(refusal)
    else:
        raise Failure(f"{left.name} accepted a {key_type} identity")
    if left.kind == "ours":
        expect(key_type in reason.lower(), f"the refusal names no key type: {reason}")
    try:
        right.dial(left.address)
    except CommandError:
        pass
    scene.wait_until(lambda: not left.connected() and not right.connected(), "no link remains")


def network_key(scene, name, byte):
    """The file of a private network, in the encoding that all of them read."""
    path = os.path.join(scene.folder, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write("/key/swarm/psk/1.0.0/\n/base16/\n" + f"{byte:02x}" * 32 + "\n")
    return path


@case("private-network")
def private_network(scene, left_kind, right_kind):
    """With the same key they talk, whoever dials, and say more than one block of it."""
    key = network_key(scene, "key", 0x42)
    left, right = meet(scene, left_kind, right_kind, left_options={"network_key": key}, network_key=key)
    talk(left, right)
    tell(right, left, "x" * 20000)
    third = scene.start(right_kind, topics=[TOPIC], network_key=key)
    connect(third, left)
    await_listener(third, left)
    tell(third, left, "whoever dials")


def refuse_each_other(left, right):
    for one, other in itertools.permutations((left, right)):
        try:
            one.dial(other.address)
        except CommandError as refusal:
            if "network_key" in one.options and one.kind == "ours":
                expect("network key" in str(refusal), f"the refusal does not speak of a network: {refusal}")
        else:
            raise Failure(f"{one.name} reached {other.name} in another network")
    left.scene.wait_until(lambda: not left.connected() and not right.connected(), "no link remains")


@case("private-other-key")
def private_other_key(scene, left_kind, right_kind):
    left = scene.start(left_kind, network_key=network_key(scene, "key", 0x42))
    refuse_each_other(left, scene.start(right_kind, network_key=network_key(scene, "other", 0x43)))


@case("private-no-key")
def private_no_key(scene, left_kind, right_kind):
    key = network_key(scene, "key", 0x42)
    refuse_each_other(scene.start(left_kind, network_key=key), scene.start(right_kind))
    refuse_each_other(scene.start(left_kind), scene.start(right_kind, network_key=key))


# Which stock peers find which over multicast DNS: go wants SRV and address
# records, which rust and js do not send, and rust reads TXT records from
# another section than js writes them to.
STOCK_FINDS = {("js", "go"), ("js", "rust"), ("rust", "go")}


@case("mdns", seconds=90)
def mdns(scene, left_kind, right_kind):
    rust = "rust" in (left_kind, right_kind)
    tag = "_p2p._udp" if rust else "interop-room"
    with_us = "ours" in (left_kind, right_kind)
    lan = scene.stack.enter_context(netns.Lan())
    left, right = (
        scene.start(kind, topics=[TOPIC], mdns=tag, enter=lan.enter[end],
                    listen=f"/ip4/{netns.ADDRESSES[end]}/tcp/0")
        for end, kind in enumerate((left_kind, right_kind)))
    for finder, found in ((left, right), (right, left)):
        if with_us or (finder.kind, found.kind) in STOCK_FINDS:
            scene.wait_until(lambda finder=finder, found=found: finder.has_found(found.id),
                             f"{finder.name} finds {found.name}", limit=40)
    if with_us:
        # Finding is enough for us to connect; the others leave it to their user.
        await_link(left, right)
    else:
        connect(left, right)
    await_listener(left, right)
    await_listener(right, left)
    talk(left, right)
