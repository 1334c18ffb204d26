"""One case on stage: the peers it started, its deadline, and how it waits."""

import contextlib
import tempfile
import time

from party import PATIENCE, Failure


class CommandError(Failure):
    """A peer could not do as it was told."""


class NotRun(Exception):
    """The case cannot be tried here, for the reason given."""


class Scene:
    """Everything a case starts, so that all of it ends with the case.

    `cast` maps the name of a kind of peer to a function that makes one:
    cast[kind](scene, **options). Use as a context manager; what failed then
    has `story`, what the peers said last. GOSSIPCHAT_PATIENCE multiplies all
    limits.
    """

    def __init__(self, cast, seconds):
        self.cast = cast
        self.deadline = time.monotonic() + seconds * PATIENCE
        self.peers = []
        self.stack = contextlib.ExitStack()
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="interop-"))

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        """Ends every peer; after a good case each must also end well."""
        try:
            if error is None:
                for peer in self.peers:
                    peer.stop()
            elif isinstance(error, Failure):
                error.story = self.story()
        except Failure as failure:
            failure.story = self.story()
            raise
        finally:
            for peer in self.peers:
                peer.kill()
            self.stack.close()

    def story(self):
        return "\n".join(peer.report() for peer in self.peers)

    def start(self, kind, **options):
        """Starts a peer and waits until it listens."""
        peer = self.cast[kind](self, **options)
        self.peers.append(peer)
        peer.start()
        return peer

    def seconds_left(self, limit):
        """The time a single wait may take: `limit`, or less near the deadline."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Failure("the case took too long")
        return min(limit * PATIENCE, left)

    def wait_until(self, question, what, limit=20.0):
        """Asks again and again until the answer is true, and returns it."""
        seconds = self.seconds_left(limit)
        end = time.monotonic() + seconds
        while True:
            answer = question()
            if answer:
                return answer
            if time.monotonic() > end:
                raise Failure(f"waited {seconds:.0f} s in vain: {what}")
            time.sleep(0.05)

    def pause(self, seconds):
        """Leaves time for what must not happen."""
        time.sleep(self.seconds_left(seconds))
