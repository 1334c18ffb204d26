#!/usr/bin/env python3
"""Finds out what a network does, so that the tests of gossipchat stand on a network that does what it says.

probe.py answer ADDRESS PORT            accepts TCP connections for good, and sends back what comes
probe.py call ADDRESS PORT              prints how a TCP connection went, and how long an echo took, in ms
probe.py hear GROUP PORT INTERFACE      prints what is said to a multicast group
probe.py shout GROUP PORT INTERFACE TEXT

answer and hear print "ready" first and end with their stdin.
"""
import os
import socket
import sys
import threading
import time

CALL_SECONDS = 1.0


def end_with_stdin():
    """The process ends with whoever started it."""
    def watch():
        sys.stdin.buffer.read()
        os._exit(0)
    threading.Thread(target=watch, daemon=True).start()


def resolve(address, port):
    return socket.getaddrinfo(address, int(port), type=socket.SOCK_STREAM)[0]


def answer(address, port):
    family, _, _, _, place = resolve(address, port)
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(place)
    server.listen()
    print("ready", flush=True)
    while True:
        connection, _ = server.accept()
        with connection:
            connection.settimeout(CALL_SECONDS)
            try:
                connection.sendall(connection.recv(100))
            except OSError:
                pass


def call(address, port):
    family, _, _, _, place = resolve(address, port)
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(CALL_SECONDS)
        try:
            client.connect(place)
            start = time.monotonic()
            client.sendall(b"x")
            client.recv(1)
            print(f"connected {(time.monotonic() - start) * 1000:.1f}")
        except TimeoutError:
            print("no answer")
        except ConnectionRefusedError:
            print("refused")
        except OSError as error:
            print(f"failed {error}")


def group_socket(group, interface):
    """A UDP socket for a multicast group, and the membership in it."""
    family = socket.AF_INET6 if ":" in group else socket.AF_INET
    index = socket.if_nametoindex(interface)
    result = socket.socket(family, socket.SOCK_DGRAM)
    result.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    packed = socket.inet_pton(family, group)
    if family == socket.AF_INET6:
        result.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        membership = packed + index.to_bytes(4, sys.byteorder)
        result.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
    else:
        membership = packed + bytes(4) + index.to_bytes(4, sys.byteorder)
        result.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, membership)
        result.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    return result


def hear(group, port, interface):
    listener = group_socket(group, interface)
    listener.bind(("", int(port)))
    print("ready", flush=True)
    while True:
        print(listener.recv(1000).decode(), flush=True)


def shout(group, port, interface, text):
    group_socket(group, interface).sendto(text.encode(), (group, int(port)))


if __name__ == "__main__":
    if sys.argv[1] in ("answer", "hear"):
        end_with_stdin()
    {"answer": answer, "call": call, "hear": hear, "shout": shout}[sys.argv[1]](*sys.argv[2:])
