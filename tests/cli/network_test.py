#!/usr/bin/env python3
"""Ports, names and routes, in a network of its own where nothing but loopback is: see name_server.py for the names."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

from name_server import NameServer
from program import NOT_RUN, PATIENCE, Case, main

INSIDE = "GOSSIPCHAT_TEST_INSIDE"
DEFAULT_PORTS = range(9740, 9750)


class Ports(Case):
    def take(self, port, family=socket.AF_INET):
        taken = socket.socket(family)
        self.addCleanup(taken.close)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        taken.bind(("", port))
        taken.listen()

    def port_of(self, program):
        return int(program.expect_talk(r"listening  /ip[46]/[^/]+/tcp/(\d+)/").group(1))

    def run_anywhere(self, *options, status=None):
        program = self.stage.run("--no-mdns", *options, here=False)
        if status is not None:
            program.expect_end(status)
        return program

    def test_the_default_port_is_9740(self):
        self.assertEqual(9740, self.port_of(self.run_anywhere()))

    def test_then_come_the_next_nine_and_then_any(self):
        self.take(9740)
        self.take(9741, socket.AF_INET6)  # one family is enough to be in the way
        self.assertEqual(9742, self.port_of(self.run_anywhere()))
        for port in DEFAULT_PORTS[3:]:
            self.take(port)
        self.assertNotIn(self.port_of(self.run_anywhere()), DEFAULT_PORTS)

    def test_a_port_asked_for_has_no_substitute(self):
        self.take(9800)
        program = self.run_anywhere("--port", "9800", status=4)
        program.expect_talk(rf"^gossipchat: cannot listen on port 9800: address already in use \(pid {os.getpid()}, "
                            r"python3[^)]*\)\. Use --port 0 for any free port\.$")
        self.take(9801, socket.AF_INET6)
        self.run_anywhere("--port", "9801", status=4)
        self.assertEqual(9802, self.port_of(self.run_anywhere("--port", "9802")))
        self.assertGreater(self.port_of(self.run_anywhere("--port", "0")), 0)

    def test_without_listening_one_can_still_call(self):
        alice = self.run_anywhere("--nick", "alice", "--port", "9810")
        self.port_of(alice)
        bob = self.run_anywhere("--nick", "bob", "--no-listen", "--peer", "127.0.0.1:9810", "--peer", "[::1]:9810")
        alice.expect_talk("bob joined")
        self.assertNotIn("listening", bob.talk.data.decode())


class Roads(Case):
    def connect(self, address, pattern, within=10):
        program = self.stage.run("--nick", "bob")
        program.type(f"/connect {address}")
        begin = time.monotonic()
        program.expect_talk(pattern, within)
        return program, time.monotonic() - begin

    def test_no_route(self):
        self.connect("10.9.9.9:9740",
                     r"^! cannot reach 10\.9\.9\.9:9740: no route to it: another network, or a cable that is out$")
        self.connect("[2001:db8::1]:9740", r"^! cannot reach \[2001:db8::1\]:9740: no route to it")

    def test_nobody_answers(self):
        """A listener with a full queue: the kernel drops who calls."""
        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen(0)
            port = deaf.getsockname()[1]
            callers = [socket.socket() for _ in range(8)]
            for caller in callers:
                caller.setblocking(False)
                caller.connect_ex(("127.0.0.1", port))
            program, seconds = self.connect(
                f"127.0.0.1:{port}", rf"^! cannot reach 127\.0\.0\.1:{port}: connection timed out after 5 s\. A firewall "
                                     rf"may drop it; on that machine try: sudo ufw allow {port}/tcp$")
            self.assertGreater(seconds, 4.5)
            program.type(f"/connect 127.0.0.1:{port}")  # and leaving does not wait for this one
            program.type("/quit")
            self.assertLess(program.expect_end(0), 2.5)
            for caller in callers:
                caller.close()

    def test_names_lead_to_people(self):
        alice = self.stage.run("--no-mdns", "--rendezvous", "test", "--nick", "alice", "--port", "9820", here=False)
        alice.expect_talk("listening")
        for name in ("both.test", "four.test", "six.test", "lost-six.test", "localhost"):
            bob = self.stage.run("--nick", "bob", "--peer", f"{name}:9820")
            bob.expect_talk("alice joined")
            bob.type("/quit")
            bob.expect_end(0)
        bob = self.stage.run("--nick", "bob", "--peer", "/dns6/both.test/tcp/9820")
        bob.expect_talk(r"connected /ip6/::1/tcp/9820")
        bob = self.stage.run("--nick", "bob", "--peer", "/dns4/both.test/tcp/9820")
        bob.expect_talk(r"connected /ip4/127\.0\.0\.1/tcp/9820")

    def test_names_nobody_knows(self):
        self.connect("nobody.test:9740", r"^! cannot reach nobody\.test:9740: there is no host of that name$")
        self.connect("/dns6/four.test/tcp/9740",
                     r"^! cannot reach /dns6/four\.test/tcp/9740: there is no host of that name$")
        self.connect("four.test:9830", r"^! four\.test:9830 refused: no program listens there")

    def test_a_name_server_that_is_silent_holds_up_nobody(self):
        program, seconds = self.connect(
            "silent.test:9740", r"^! cannot reach silent\.test:9740: the name server does not answer$")
        self.assertLess(seconds, 5.5 * PATIENCE)
        program.type("/quit")
        self.assertLess(program.expect_end(0), 2.5)


class Silence(Case):
    def test_nobody_answers_for_five_seconds(self):
        program = self.stage.run("--nick", "bob")
        address = program.address()
        begin = time.monotonic()
        program.expect_talk("nobody has answered yet")
        self.assertGreater(time.monotonic() - begin, 4)
        port = address.split("/")[-1]
        program.expect_talk("gossipchat --rendezvous test --peer ")
        text = program.talk.data.decode()
        self.assertIn(
            "nobody has answered yet. You can type already: messages are kept and sent when\n"
            "somebody joins. Is a friend running gossipchat right now? Check that:\n"
            "  1. their rendezvous is the same:  --rendezvous test\n"
            "  2. both machines are on the same network (not guest Wi-Fi, not VPN)\n"
            f"  3. this firewall lets port {port} in:  sudo ufw allow {port}/tcp\n"
            "On another subnet they can reach you directly with:\n"
            f"  gossipchat --rendezvous test --peer {address}\n", text)

    def test_where_it_looks_is_said(self):
        program = self.stage.run("--rendezvous", "test", "--nick", "bob", here=False)
        program.expect_talk(r"^looking for peers on lo \.\.\.$")
        lines = program.talk.lines()
        self.assertTrue(lines[0].startswith("gossipchat "), lines)
        self.assertEqual(1, len([line for line in lines if line.startswith("looking for")]), lines)
        self.assertEqual(2, len([line for line in lines if line.startswith("listening")]), lines)

    def test_json_begins_with_ready_whatever_the_network_says(self):
        program = self.stage.run("--rendezvous", "test", "--json", here=False)
        program.expect_said('"type":"net"')
        self.assertIn('"seq":1,', program.out.lines()[0])
        self.assertIn('"type":"ready"', program.out.lines()[0])


class Addresses(Case):
    def interface(self, name, *addresses):
        subprocess.run(["ip", "link", "add", name, "type", "veth", "peer", "name", name + "x"], check=True)
        self.addCleanup(subprocess.run, ["ip", "link", "delete", name], check=True)
        for address in addresses:
            subprocess.run(["ip", "address", "add", address, "dev", name], check=True)
        for end in (name, name + "x"):
            subprocess.run(["ip", "link", "set", end, "up"], check=True)

    def told(self, *options):
        """The addresses a node tells others, best first."""
        program = self.stage.run("--no-mdns", "--json", "--port", "9840", *options, here=False)
        program.expect_said('"type":"ready"')
        addresses = json.loads(program.out.lines()[0])["addrs"]
        program.type('{"cmd":"quit"}')
        program.expect_end(0)
        return [address for address in addresses if "/fe80:" not in address]

    def test_loopback_is_told_only_if_there_is_nothing_else(self):
        self.assertEqual(["/ip4/127.0.0.1/tcp/9840", "/ip6/::1/tcp/9840"], self.told())
        self.interface("lan0", "10.5.0.1/24")
        self.assertEqual(["/ip4/10.5.0.1/tcp/9840"], self.told())

    def test_what_leads_to_people_comes_before_containers(self):
        self.interface("docker7", "172.17.0.1/16")
        self.interface("lan0", "10.5.0.1/24")
        self.assertEqual(["/ip4/10.5.0.1/tcp/9840", "/ip4/172.17.0.1/tcp/9840"], self.told())
        self.assertEqual(["/ip4/203.0.113.5/tcp/80", "/ip4/10.5.0.1/tcp/9840", "/ip4/172.17.0.1/tcp/9840"],
                         self.told("--announce", "203.0.113.5:80"))


class Descriptors(Case):
    LIMIT = 40

    def cpu_seconds(self, program):
        fields = pathlib.Path(f"/proc/{program.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_too_many_callers_are_sent_away_and_friends_stay(self):
        alice = self.stage.run("--nick", "alice", wrap=["prlimit", f"--nofile={self.LIMIT}"])
        address = alice.address()
        bob = self.stage.run("--nick", "bob", "--peer", address)
        bob.expect_talk("alice joined")
        port = int(address.split("/")[-1])
        callers = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
        before = self.cpu_seconds(alice)
        for number in range(5):
            bob.type("/ping alice")
            bob.expect_talk(r"^[\d.]+ ms$", count=number + 1)
            alice.type(f"still here {number}")
            bob.expect_said(f"<alice> still here {number}")
        time.sleep(1)  # a second of nothing to do is what is measured
        self.assertLess(self.cpu_seconds(alice) - before, 0.5 * PATIENCE)
        for caller in callers:
            caller.close()
        carol = self.stage.run("--nick", "carol", "--peer", address)
        carol.expect_talk("alice joined", within=20)


def enter():
    """Goes on in a network of its own, with name servers of its own; NOT RUN where there can be none."""
    if os.environ.get(INSIDE):
        return
    try:
        subprocess.run(["unshare", "--net", "--mount", "true"], check=True, stderr=subprocess.PIPE)
    except (OSError, subprocess.CalledProcessError):
        print(f"NOT RUN {os.environ.get('GOSSIPCHAT_TEST_NAME', 'cli.network')}: networks cannot be made here (unshare)")
        sys.exit(NOT_RUN)
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", sys.executable, *sys.argv])


def furnish():
    """Loopback, and a name server on it."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as servers:
        servers.write("nameserver 127.0.0.1\n")
        servers.flush()
        subprocess.run(["mount", "--bind", servers.name, "/etc/resolv.conf"], check=True)
    NameServer().start()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    enter()
    furnish()
    main()
