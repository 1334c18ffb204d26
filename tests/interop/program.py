"""A peer as a process: lines in, JSON lines out, always ended."""

import collections
import json
import os
import queue
import signal
import subprocess
import threading

from party import Failure

# How much of what a peer said is shown after a failure.
LAST_LINES = 15

# How long a peer may take to end after it was asked to.
END_LIMIT = 10.0


class Program:
    """A running peer in a process group of its own.

    Its standard output is read by a thread of ours, so that a peer never
    blocks on a full pipe. A peer ends when its standard input does; should
    this runner be killed, all of them end by themselves.
    """

    def __init__(self, command, environment, folder, name):
        self.name = name
        self.lines = queue.Queue()
        self.recent = collections.deque(maxlen=LAST_LINES)
        self.log_path = os.path.join(folder, f"{name}.log")
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                env={**os.environ, **environment}, start_new_session=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.recent.append(line)
            self.lines.put(line)
        self.lines.put(None)

    def write(self, line):
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise Failure(f"{self.name} is gone: {self.how_it_ended()}") from None

    def next_object(self, limit):
        """The next JSON object, or None if `limit` seconds bring none."""
        try:
            line = self.lines.get(timeout=limit) if limit > 0 else self.lines.get_nowait()
        except queue.Empty:
            return None
        if line is None:
            self.lines.put(None)
            raise Failure(f"{self.name} ended by itself: {self.how_it_ended()}")
        try:
            return json.loads(line)
        except ValueError:
            raise Failure(f"{self.name} wrote a line that is not JSON: {line!r}") from None

    def how_it_ended(self):
        with _ignoring_timeout():
            self.process.wait(END_LIMIT)
        return f"status {self.process.returncode}"

    def end(self):
        """Closes standard input and returns the exit status, None if it stays."""
        with _ignoring_timeout():
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
            self.process.wait(END_LIMIT)
        return self.process.returncode

    def kill(self):
        """Ends the whole process group at once. May be called twice."""
        if self.process.returncode is None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait()

    def report(self):
        said = b"".join(self.recent).decode(errors="replace")
        with open(self.log_path, errors="replace") as log:
            logged = "".join(log.readlines()[-LAST_LINES:])
        return f"--- {self.name} said last:\n{said}--- {self.name} logged last:\n{logged}"


class _ignoring_timeout:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return kind is not None and issubclass(kind, subprocess.TimeoutExpired)
