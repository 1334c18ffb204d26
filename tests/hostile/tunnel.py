"""A hostile peer as a process: what it says inside the secret channel is said from here.

hostile_peer makes the Noise handshake with the proof it is given and seals what it is told; see there.
"""
import contextlib
import itertools
import os
import queue
import struct
import subprocess
import threading
import time

import speech
from party import PATIENCE, Failure

PROGRAM = os.environ.get("GOSSIPCHAT_HOSTILE_PEER", "")
WORD_BYTES = 256 * 1024  # of one word to the process; what is longer goes in several
_seeds = itertools.count(1)


def honest_proof(tunnel):
    """What an honest peer shows: its key, and that it signed the key of the channel."""
    signature = tunnel.sign(speech.STATIC_KEY_PREFIX + tunnel.static_key)
    return speech.noise_payload(tunnel.key, signature, [speech.YAMUX])


def proof_without_muxer(tunnel):
    """As that of peers that agree on the muxer afterwards."""
    return speech.noise_payload(tunnel.key, tunnel.sign(speech.STATIC_KEY_PREFIX + tunnel.static_key))


class Tunnel:
    """One hostile peer and its one connection. Used in a with statement."""

    def __init__(self, port=None, *, proof=honest_proof, cut=None, with_reset=False, is_narrow=False):
        """Dials the port, or without one waits for a caller. proof(tunnel) makes what it shows in the handshake."""
        self.arrived = threading.Condition()
        self.received = bytearray()
        self.signatures = []
        self.port = None  # where it waits for its caller
        self.is_ready = False
        self.handshake_bytes = 0
        self.end = None  # why nothing more will come
        self.writing = threading.RLock()
        self.replies_due = queue.SimpleQueue()
        self.key = self.static_key = b""
        options = [] if cut is None else ["--cut", str(cut)]
        options += ["--reset"] if with_reset else []
        options += ["--narrow"] if is_narrow else []
        place = ["listen"] if port is None else ["dial", str(port)]
        self.process = subprocess.Popen([PROGRAM, *options, str(next(_seeds)), *place],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.replier = threading.Thread(target=self._reply, daemon=True)
        self.reader.start()
        self.replier.start()
        self.wait_until(lambda: self.key, "its keys")
        self.peer_id = speech.peer_id_of(self.key)
        self.word(b"B", proof(self))

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def close(self):
        """Ends the connection, and the process."""
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(5)
        self.replies_due.put(None)
        self.replier.join(5)
        self.process.stdout.close()

    # ---- words ---------------------------------------------------------------------------------

    def _read(self):
        out = self.process.stdout
        while True:
            header = out.read(5)
            body = out.read(struct.unpack(">I", header[1:])[0]) if len(header) == 5 else b""
            with self.arrived:
                if len(header) < 5:
                    self.end = self.end or "the hostile peer has ended"
                else:
                    self._take(chr(header[0]), body)
                self.arrived.notify_all()
            if len(header) < 5:
                return

    def _reply(self):
        """Who reads does not write: the process may take nothing before it is rid of what it has."""
        while (data := self.replies_due.get()) is not None:
            self.send(data)

    def reply(self, data):
        """Sends bytes soon; for what is said while something is taken in."""
        self.replies_due.put(data)

    def _take(self, kind, body):
        if kind == "K":
            self.static_key = body[36:]
            self.key = body[:36]
        elif kind == "S":
            self.signatures.append(body)
        elif kind == "L":
            self.port = int(body)
        elif kind == "R":
            self.handshake_bytes = struct.unpack(">I", body[:4])[0]
            self.their_proof = body[4:]
            self.is_ready = True
        elif kind == "D":
            self.take_plaintext(body)
        elif kind == "E":
            self.end = body.decode()

    def take_plaintext(self, data):
        self.received += data

    def wait_until(self, condition, what, within=15):
        """Waits until condition() is true, or nothing more will come; returns its value."""
        deadline = time.monotonic() + within * PATIENCE
        with self.arrived:
            while True:
                value = condition()
                if value or self.end:
                    break
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Failure(f"a hostile peer waited {within * PATIENCE:g} s in vain for {what}")
                self.arrived.wait(left)
        if not value:
            raise Failure(f"a hostile peer got no {what}: {self.end}")
        return value

    def wait_ready(self):
        self.wait_until(lambda: self.is_ready, "end of the handshake")
        return self

    def wait_end(self, within=15):
        """Until the other side ended the connection; returns why, as the system says."""
        deadline = time.monotonic() + within * PATIENCE
        with self.arrived:
            while self.end is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Failure(f"the connection was still there after {within * PATIENCE:g} s")
                self.arrived.wait(left)
        return self.end

    def word(self, kind, data=b""):
        """Gives a word to the process. That it is gone is no failure: the other side may have hung up."""
        with contextlib.suppress(OSError, ValueError), self.writing:
            self.process.stdin.write(kind + struct.pack(">I", len(data)) + data)
            self.process.stdin.flush()

    def sign(self, data):
        count = len(self.signatures)
        self.word(b"S", data)
        self.wait_until(lambda: len(self.signatures) > count, "signature")
        return self.signatures[-1]

    def send(self, data):
        """Sends bytes sealed, in as few frames as it takes, with no others in between."""
        with self.writing:
            for at in range(0, len(data), WORD_BYTES):
                self.word(b"D", data[at:at + WORD_BYTES])

    def send_raw(self, data):
        self.word(b"X", data)

    def pause(self):
        """Reads nothing any more."""
        self.word(b"P")

    def go_on(self):
        self.word(b"G")

    def half_close(self):
        """Sends no more."""
        self.word(b"H")
