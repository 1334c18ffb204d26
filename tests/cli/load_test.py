#!/usr/bin/env python3
"""Many lines, at the speed of the network: nothing lost, nothing doubled, in order."""
import contextlib
import socket
import threading
import time

from program import Case, main


class SlowWire:
    """Passes one connection on, no faster than it should, and without much of it being under way."""

    def __init__(self, port, bytes_per_second):
        self.target = port
        self.rate = bytes_per_second
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(1)
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, kind, error, trace):
        self.listener.close()

    def serve(self):
        near, _ = self.listener.accept()
        with near, socket.create_connection(("127.0.0.1", self.target)) as far:
            back = threading.Thread(target=self.carry, args=(far, near, None), daemon=True)
            back.start()
            self.carry(near, far, self.rate)
            back.join()

    @staticmethod
    def carry(source, target, rate):
        with contextlib.suppress(OSError):
            while data := source.recv(8192):
                target.sendall(data)
                if rate:
                    time.sleep(len(data) / rate)  # this is what makes it slow
            target.shutdown(socket.SHUT_WR)


class Load(Case):
    def numbers(self, program, nick="bob"):
        return [line.split(f"<{nick}> ", 1)[1] for line in program.out.lines() if f"<{nick}> " in line]

    def test_a_thousand_lines_arrive_in_order(self):
        """seq 1000 | gossipchat --line --wait-peers 1 --room load"""
        alice = self.stage.run("--nick", "alice", "--room", "load")
        bob = self.stage.run("--nick", "bob", "--line", "--wait-peers", "1", "--room", "load", "--peer",
                             alice.address())
        begin = time.monotonic()
        bob.type(*[str(number) for number in range(1, 1001)])
        bob.close_input()
        bob.expect_end(0, within=20)
        print(f"1000 lines in {time.monotonic() - begin:.2f} s")
        alice.expect_said("<bob> 1000$")
        self.assertEqual([str(number) for number in range(1, 1001)], self.numbers(alice))
        self.assertEqual(b"", bob.out.data)

    def test_a_file_is_read_no_faster_than_it_gets_out(self):
        lines = self.stage.folder / "lines"
        lines.write_text("".join(f"{number} " + "x" * 1000 + "\n" for number in range(3000)))
        alice = self.stage.run("--nick", "alice")
        with open(lines, "rb") as file:
            bob = self.stage.run("--nick", "bob", "--wait-peers", "1", "--peer", alice.address(), stdin=file)
            bob.expect_end(0, within=40)
        alice.expect_said("<bob> 2999 x", within=20)
        self.assertEqual([str(number) for number in range(3000)], [text.split()[0] for text in self.numbers(alice)])

    def test_a_slow_network_is_no_reason_to_give_up(self):
        """Through a wire that takes several times as long as bob is told to linger."""
        alice = self.stage.run("--nick", "alice")
        with SlowWire(int(alice.address().split("/")[-1]), bytes_per_second=300_000) as wire:
            bob = self.stage.run("--nick", "bob", "--linger", "1", "--wait-peers", "1", "--peer",
                                 f"127.0.0.1:{wire.port}")
            bob.expect_talk("alice joined")
            bob.type(*[f"{number} " + "x" * 1000 for number in range(1500)])
            bob.close_input()
            self.assertGreater(bob.expect_end(0, within=40), 3)
        alice.expect_said("<bob> 1499 x", within=20)
        self.assertEqual(list(range(1500)), [int(text.split()[0]) for text in self.numbers(alice)])

    def test_lines_wait_for_the_first_who_comes(self):
        alice = self.stage.run("--nick", "alice", "--linger", "60")
        alice.type(*[str(number) for number in range(1, 501)])
        alice.close_input()
        bob = self.stage.run("--nick", "bob", "--peer", alice.address())
        alice.expect_end(0, within=20)
        bob.expect_said("<alice> 500$")
        self.assertEqual([str(number) for number in range(1, 501)], self.numbers(bob, "alice"))

    def test_three_talk_at_once(self):
        alice = self.stage.run("--nick", "alice", "--keep-open")
        address = alice.address()
        bob = self.stage.run("--nick", "bob", "--peer", address, "--keep-open")
        carol = self.stage.run("--nick", "carol", "--peer", address, "--keep-open")
        everybody = {"alice": alice, "bob": bob, "carol": carol}
        for one in everybody.values():
            one.expect_talk(r"joined #main \(3 here\)")
        for name, one in everybody.items():
            one.type(*[f"{name} {number}" for number in range(300)])
        for name, one in everybody.items():
            for other in everybody:
                if other != name:
                    one.expect_said(f"<{other}> {other} 299$", within=20)
                    self.assertEqual([f"{other} {number}" for number in range(300)], self.numbers(one, other))


if __name__ == "__main__":
    main()
