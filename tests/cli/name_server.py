"""A name server on loopback that knows a few names, and keeps silent about one."""
import socket
import struct
import threading

HERE4 = socket.inet_pton(socket.AF_INET, "127.0.0.1")
HERE6 = socket.inet_pton(socket.AF_INET6, "::1")
NOWHERE6 = socket.inet_pton(socket.AF_INET6, "2001:db8::1")

A, AAAA = 1, 28
NAMES = {
    "both.test": {A: HERE4, AAAA: HERE6},
    "four.test": {A: HERE4},
    "six.test": {AAAA: HERE6},
    "lost-six.test": {A: HERE4, AAAA: NOWHERE6},  # IPv6 is announced but does not work, as so often
}
SILENT = "silent.test"


def question(query):
    """The name and the type that are asked for, and where the question ends."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    return ".".join(labels).lower(), struct.unpack("!H", query[at + 1:at + 3])[0], at + 5


def answer(query):
    """The reply to a query, or None to keep silent."""
    name, kind, end = question(query)
    if name == SILENT:
        return None
    known = NAMES.get(name)
    data = known.get(kind) if known else None
    code = 0 if known else 3
    head = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, 1 if data else 0, 0, 0)
    record = b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(data)) + data if data else b""
    return head + query[12:end] + record


class NameServer(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))

    def run(self):
        while True:
            query, sender = self.socket.recvfrom(512)
            reply = answer(query)
            if reply:
                self.socket.sendto(reply, sender)
