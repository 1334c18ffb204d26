#!/usr/bin/env python3
"""How a run ends: what others see of it, what is still sent, and in what state the terminal is left."""
import fcntl
import os
import signal
import socket
import subprocess

from program import Case, main


class Leaving(Case):
    def expect_others_see(self, leave, status=0):
        """bob leaves in some way; alice sees that he left, and does not have to find out."""
        alice, bob = self.stage.pair()
        leave(bob)
        self.assertLess(bob.expect_end(status), 2.5)
        alice.expect_talk(r"^bob left #main")
        return alice, bob

    def test_signals_are_farewells(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            _, bob = self.expect_others_see(lambda bob, number=number: bob.signal(number))
            self.assertNotIn("not delivered", bob.talk.data.decode())

    def test_quit_may_say_why(self):
        alice, _ = self.expect_others_see(lambda bob: bob.type("/quit good night"))
        alice.expect_talk(r"^bob left #main \(good night\)$")

    def test_the_end_of_input_is_a_farewell(self):
        self.expect_others_see(lambda bob: bob.close_input())

    def test_what_was_said_last_arrives(self):
        alice, bob = self.stage.pair()
        bob.type(*[f"line {number}" for number in range(200)])
        bob.close_input()
        bob.expect_end(0)
        alice.expect_said("<bob> line 199")
        self.assertEqual(200, len(alice.out.lines()))

    def test_a_quiet_terminal_that_is_gone_hears_nothing(self):
        program = self.stage.run()
        program.address()
        program.type("nobody hears this", "/rooms")
        program.expect_talk("^  1  #main")
        before = len(program.talk.lines())
        program.signal(signal.SIGHUP)
        program.expect_end(0)
        self.assertEqual(before, len(program.talk.lines()))

    def test_who_ignores_hangups_stays(self):
        program = self.stage.run("--headless", preexec=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        program.address()
        program.signal(signal.SIGHUP)
        program.signal(signal.SIGUSR1)
        program.expect_talk("gossipchat: port ")
        self.assertIsNone(program.process.poll())
        program.signal(signal.SIGTERM)
        program.expect_end(0)

    def seconds_to_leave(self, *signals):
        """How long bob takes to leave if the other side of his farewell sleeps."""
        alice, bob = self.stage.pair()
        alice.signal(signal.SIGSTOP)
        try:
            for number in signals:
                bob.signal(number)
            return bob.expect_end(0)
        finally:
            alice.signal(signal.SIGCONT)

    def test_a_second_signal_ends_at_once(self):
        politely = self.seconds_to_leave(signal.SIGTERM)
        at_once = self.seconds_to_leave(signal.SIGTERM, signal.SIGINT)
        self.assertGreater(politely, 0.8)
        self.assertLess(politely, 2.5)
        self.assertLess(at_once, politely / 2)

    def test_headless_reads_nothing_and_stays(self):
        program = self.stage.run("--headless", stdin=subprocess.DEVNULL)
        program.address()
        program.signal(signal.SIGUSR1)
        program.expect_talk(r"^gossipchat: port \d+, 0 peers, 0 others in #main, 0 messages wait$")
        program.signal(signal.SIGTERM)
        program.expect_end(0)

    def test_keep_open_stays_when_the_input_is_over(self):
        alice = self.stage.run("--nick", "alice", "--keep-open")
        alice.type("kept for bob")
        alice.close_input()
        bob = self.stage.run("--nick", "bob", "--peer", alice.address())
        bob.expect_said("<alice> kept for bob")
        bob.type("thanks")
        alice.expect_said("<bob> thanks")
        alice.signal(signal.SIGTERM)
        alice.expect_end(0)

    def test_lingering_waits_for_somebody_to_come(self):
        alice = self.stage.run("--nick", "alice", "--linger", "60")
        alice.type("is anybody there?")
        alice.close_input()
        bob = self.stage.run("--nick", "bob", "--peer", alice.address())
        alice.expect_end(0)
        bob.expect_said("<alice> is anybody there[?]")

    def test_lingering_gives_up(self):
        program = self.stage.run("--linger", "1")
        program.type("is anybody there?", "no?")
        program.close_input()
        program.expect_end(5)
        program.expect_talk(r"^2 messages were not delivered$")

    def test_a_line_that_was_refused_is_not_waited_for(self):
        program = self.stage.run()
        program.type("#nowhere: hello", "/quit")
        program.expect_end(0)
        program.expect_talk(r"^! you are not in #nowhere")
        self.assertNotIn("not delivered", program.talk.data.decode())

    def test_a_reader_that_goes_away_ends_it(self):
        read_end, write_end = os.pipe()
        alice = self.stage.run("--nick", "alice", stdout=write_end)
        os.close(write_end)
        bob = self.stage.run("--nick", "bob", "--peer", alice.address())
        bob.expect_talk("alice joined")
        os.close(read_end)
        bob.type("is anybody there?")
        alice.expect_end(0)
        bob.expect_talk("^alice left #main")

    def test_descriptors_are_given_back_as_they_were(self):
        read_end, write_end = os.pipe()
        ours, theirs = socket.socketpair()
        before = [fcntl.fcntl(place, fcntl.F_GETFL) for place in (read_end, theirs.fileno())]
        for number in (None, signal.SIGTERM):
            program = self.stage.run(stdin=read_end, stdout=theirs.fileno())
            program.address()
            self.assertNotEqual(before[0], fcntl.fcntl(read_end, fcntl.F_GETFL))
            if number:
                program.signal(number)
            else:
                os.write(write_end, b"/quit\n")
            program.expect_end(0)
            self.assertEqual(before, [fcntl.fcntl(place, fcntl.F_GETFL) for place in (read_end, theirs.fileno())])
        for place in (read_end, write_end):
            os.close(place)
        ours.close()
        theirs.close()

    def test_closed_descriptors_are_no_sockets(self):
        """Without care the first sockets would get the numbers of stdin and stdout."""
        def close_two():
            os.close(0)
            os.close(1)
        program = self.stage.run("--headless", preexec=close_two)
        address = program.address()
        bob = self.stage.run("--nick", "bob", "--peer", address)
        bob.expect_talk("joined")
        bob.type("hello", "/quit")
        bob.expect_end(0)
        program.signal(signal.SIGTERM)
        program.expect_end(0)


if __name__ == "__main__":
    main()
