"""What the cases are written with: a register of them, and a raw socket to the victim."""
import collections
import contextlib
import random
import socket
import struct

from party import PATIENCE, Failure

# What the victim decides by itself, it decides at once; what it waits for, until its deadline: SECURITY.md.
AT_ONCE_SECONDS = 2
DEADLINE_SECONDS = 10
DEADLINE_SLACK_SECONDS = 2

Case = collections.namedtuple("Case", "run is_slow settings")
CASES = {}


def case(*, slow=False, **settings):
    """Registers a function of a siege as a case under its own name. slow: it waits for deadlines of the victim;
    the other settings are for the siege."""
    def register(function):
        CASES[function.__name__] = Case(function, slow, settings)
        return function
    return register


def chance(name):
    """Random bytes that are the same in every run."""
    return random.Random(name)


@contextlib.contextmanager
def connection(siege):
    """A raw connection to the victim."""
    with socket.create_connection(("127.0.0.1", siege.port), timeout=AT_ONCE_SECONDS * PATIENCE) as raw:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield raw


def reset(raw):
    """Ends a connection the rude way, with what was not read and not sent thrown away."""
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()


def send(raw, data):
    """Sends; that the other side has hung up meanwhile is for whoever reads."""
    with contextlib.suppress(ConnectionError):
        raw.sendall(data)


def expect_end(raw, within=AT_ONCE_SECONDS):
    """The victim ends the connection in time; returns what it said before."""
    raw.settimeout(within * PATIENCE)
    heard = bytearray()
    try:
        while part := raw.recv(65536):
            heard += part
    except ConnectionError:
        pass
    except socket.timeout:
        raise Failure(f"the connection was still there after {within * PATIENCE:g} s; "
                      f"it said {bytes(heard[:200])!r}") from None
    return bytes(heard)


def receive(raw, size, within=AT_ONCE_SECONDS):
    """Exactly so many bytes of the victim."""
    raw.settimeout(within * PATIENCE)
    heard = bytearray()
    while len(heard) < size:
        part = raw.recv(size - len(heard))
        if not part:
            raise Failure(f"the victim ended after {bytes(heard)!r}")
        heard += part
    return bytes(heard)
