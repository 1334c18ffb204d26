"""Two network namespaces with one cable between them, for multicast.

Nothing sent in there reaches any other network. The namespaces live as long
as a process of ours sits in each of them, and these end with their standard
input: whatever happens to this runner, nothing is left behind.
"""

import os
import subprocess

from scene import NotRun

ADDRESSES = ("10.88.0.1", "10.88.0.2")
INTERFACE = "lan0"


class Lan:
    """A cable with two ends; use as a context manager.

    `enter[i]` is the command prefix that runs a program at end i, where
    ADDRESSES[i] is its address.
    """

    def __enter__(self):
        self.holders = []
        # Without being root, a user namespace of our own makes us so inside.
        outer = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        try:
            self._hold(["unshare", *outer, "--net"])
            self._hold([*self._at(0), "unshare", "--net"])
            self.enter = [self._at(0), self._at(1)]
            self._lay_cable()
        except (OSError, subprocess.SubprocessError) as error:
            self.__exit__(None, None, None)
            detail = getattr(error, "stderr", None) or str(error)
            raise NotRun(f"no network namespaces here: {detail.strip()}") from error
        return self

    def __exit__(self, kind, error, trace):
        for holder in self.holders:
            holder.stdin.close()
        for holder in self.holders:
            holder.wait(10)
            holder.stdout.close()
            holder.stderr.close()

    def _hold(self, command):
        """Starts a process that sits in a new namespace, and waits until it does."""
        holder = subprocess.Popen(
            [*command, "sh", "-c", "echo here; exec cat"], text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.holders.append(holder)
        if holder.stdout.readline() != "here\n":
            raise OSError(holder.stderr.read())

    def _at(self, end):
        as_root = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", "--target", str(self.holders[end].pid), *as_root, "--net"]

    def _lay_cable(self):
        self._ip(0, "link", "add", INTERFACE, "type", "veth",
                 "peer", "name", INTERFACE, "netns", str(self.holders[1].pid))
        for end, address in enumerate(ADDRESSES):
            self._ip(end, "link", "set", "lo", "up")
            self._ip(end, "address", "add", f"{address}/24", "dev", INTERFACE)
            self._ip(end, "link", "set", INTERFACE, "up")
            self._ip(end, "route", "add", "224.0.0.0/4", "dev", INTERFACE)

    def _ip(self, end, *words):
        subprocess.run([*self._at(end), "ip", *words], check=True, capture_output=True,
                       text=True, timeout=10)
