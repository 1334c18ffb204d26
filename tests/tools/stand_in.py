#!/usr/bin/env python3
"""Speaks the --json protocol of gossipchat without being it, so that party.py can be tested alone.

--peer HOST:PORT is a hub that tells everybody what one of them says. --fault makes it misbehave.
"""
import argparse
import json
import os
import socket
import sys
import threading

sequence = 0
lock = threading.Lock()


def emit(kind, **fields):
    global sequence
    with lock:
        sequence += 1
        event = dict(v=1, seq=sequence, ts="2026-01-01T00:00:00.000Z", type=kind, **fields)
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()


def show(line, fault, held):
    """Shows a message that came from the hub, or does with it what the fault says."""
    if line["kind"] == "joined":
        emit("member.joined", room="main", nick=line["nick"])
        return
    author = {"nick": line["nick"], "peer": "peer of " + line["nick"]}
    order = 0 if fault == "confuse" and line["text"].endswith("2") else line["order"]
    message = dict(room="main", text=line["text"], order=order, id=f"{line['nick']} {line['order']}", **{"from": author})
    if fault == "lose" and line["text"].endswith("2"):
        return
    if fault == "swap" and line["text"].endswith("1"):
        held.append(message)
        return
    emit("message", **message)
    if fault == "repeat" and line["text"].endswith("2"):
        emit("message", **message)
    while held:
        emit("message", **held.pop())


def listen(hub, fault):
    held = []
    for line in hub:
        show(json.loads(line), fault, held)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    for option in ("nick", "rendezvous", "room", "peer", "fault"):
        parser.add_argument(f"--{option}")
    options = parser.parse_args()
    if options.fault == "crash":
        sys.exit(3)
    if options.fault == "garbage":
        print("Segmentation fault", flush=True)
    host, port = options.peer.split(":")
    hub = socket.create_connection((host, int(port))).makefile("rw", encoding="utf-8", newline="\n")

    def announce(**fields):
        hub.write(json.dumps(dict(fields, nick=options.nick)) + "\n")
        hub.flush()

    emit("ready", nick=options.nick, home=os.environ["HOME"])
    spoken = 0
    threading.Thread(target=listen, args=(hub, options.fault), daemon=True).start()
    announce(kind="joined")
    for line in sys.stdin:
        command = json.loads(line)
        if command["cmd"] == "quit" and options.fault != "deaf":
            break
        if command["cmd"] == "send":
            spoken += 1
            announce(kind="said", text=command["text"], order=spoken)
    emit("bye")
    sys.exit(1 if options.fault == "sick" else 0)


if __name__ == "__main__":
    main()
