#!/usr/bin/env python3
"""The doctor, as far as one machine without a network goes: tests/netns/doctor.sh shows him real ones."""
import json
import subprocess

from program import Case, main

HERE = ["--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0", "--rendezvous", "test"]


class Doctor(Case):
    def doctor(self, *options):
        return self.stage.run("doctor", *HERE, *options, here=False, ephemeral=False, stdin=subprocess.DEVNULL)

    def test_somebody_is_reached(self):
        alice = self.stage.run("--nick", "alice")
        doctor = self.doctor("--timeout", "2", "--peer", alice.address())
        doctor.expect_end(0)
        doctor.expect_said(r"^ok    peer        /ip4/127[.]0[.]0[.]1/tcp/\d+/p2p/\w+: was called, round trip ")
        self.assertEqual('all is well: 1 peer of rendezvous "test" reached', doctor.out.lines()[-1])
        self.assertNotIn("joined", alice.talk.data.decode())

    def test_nobody_is_reached(self):
        doctor = self.doctor("--timeout", "1", "--peer", "127.0.0.1:1", "--json")
        doctor.expect_end(5)
        lines = [json.loads(line) for line in doctor.out.lines()]
        peer = [line for line in lines if line.get("step") == "peer"]
        self.assertEqual("fail", peer[0]["verdict"])
        self.assertIn("127.0.0.1:1 refused", peer[0]["why"])
        self.assertEqual(("doctor.summary", 5), (lines[-1]["type"], lines[-1]["status"]))

    def test_a_chat_can_call_him(self):
        alice, bob = self.stage.pair()
        bob.type("/doctor", "/doctor", "hello")
        bob.expect_talk("^looking around for some seconds")
        bob.expect_talk("^! the doctor is at work already$")
        alice.expect_said("<bob> hello")
        bob.expect_talk(r"^ok    port        port \d+ is in use .*a second gossipchat takes the next free one", within=30)
        bob.expect_talk('^all is well: 1 peer of rendezvous "test" reached$')
        alice.type("/doctor", "/quit")  # who leaves does not wait for him
        self.assertLess(alice.expect_end(0), 4)


if __name__ == "__main__":
    main()
