#!/usr/bin/env python3
"""Private networks: who has the key talks, who has not is told why, and what is no key ends the program."""
from program import Case, main

HEAD = "/key/swarm/psk/1.0.0/\n"
ONE = HEAD + "/base16/\n" + "01" * 32 + "\n"
ONE_IN_BASE64 = HEAD + "/base64/\n" + "AQEB" * 10 + "AQE=" + "\n"
OTHER = HEAD + "/base16/\n" + "02" * 32 + "\n"
WITHIN = 30


class PrivateNetwork(Case):
    def file(self, text, mode=0o600, name="swarm.key"):
        path = self.stage.folder / name
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def test_who_has_the_key_talks(self):
        alice = self.stage.run("--nick", "alice", "--swarm-key", self.file(ONE))
        bob = self.stage.run("--nick", "bob", "--peer", alice.address(),
                             environment={"GOSSIPCHAT_SWARM_KEY": self.file(ONE_IN_BASE64, name="same")})
        alice.expect_talk("bob joined", WITHIN)
        bob.type("hello")
        alice.expect_said("<bob> hello", WITHIN)

    def test_who_has_another_key_is_told(self):
        alice = self.stage.run("--nick", "alice", "--swarm-key", self.file(ONE))
        bob = self.stage.run("--nick", "bob", "--peer", alice.address(), "--swarm-key", self.file(OTHER, name="other"))
        bob.expect_talk("network key, or none", WITHIN)
        bob.expect_talk("the same file: --swarm-key FILE", WITHIN)

    def test_who_has_no_key_is_told(self):
        alice = self.stage.run("--nick", "alice", "--swarm-key", self.file(ONE))
        bob = self.stage.run("--nick", "bob", "--peer", alice.address())
        bob.expect_talk("private network|closed the connection", WITHIN)
        carl = self.stage.run("--nick", "carl", "--swarm-key", self.file(ONE), "--peer", bob.address())
        carl.expect_talk("network key, or none", WITHIN)

    def test_what_is_no_key_ends_with_six(self):
        link = self.stage.folder / "link"
        link.symlink_to(self.file(ONE, name="target"))
        cases = [
            (str(self.stage.folder / "none"), r"none is not there\. Name another file with --swarm-key"),
            (self.file(ONE, 0o644, "open"), r"open is readable by others \(mode 0644\)\. Run: chmod 600"),
            (self.file("x" * 300, name="large"), r"large is too large to be a network key"),
            (self.file("secret\n", name="other"), r"other does not begin with /key/swarm/psk/1\.0\.0/"),
            (self.file(HEAD + "/base58/\nx\n", name="code"), r"none of /base16/, /base64/ and /bin/"),
            (self.file(HEAD + "/base16/\n00\n", name="short"), r"does not hold a key of 32 bytes"),
            (str(self.stage.folder), r"is not a plain file"),
            (str(link), r"is a symbolic link"),
        ]
        for path, pattern in cases:
            program = self.stage.run("--swarm-key", path)
            program.expect_end(6, WITHIN)
            program.expect_talk(pattern)

    def test_a_key_may_be_demanded(self):
        program = self.stage.run(environment={"LIBP2P_FORCE_PNET": "1"})
        program.expect_end(6, WITHIN)
        program.expect_talk(r"LIBP2P_FORCE_PNET=1 demands a private network: name its key with --swarm-key")
        program = self.stage.run("--swarm-key", self.file(ONE), environment={"LIBP2P_FORCE_PNET": "1"})
        program.expect_talk("listening", WITHIN)
        program = self.stage.run(environment={"LIBP2P_FORCE_PNET": "0"})
        program.expect_talk("listening", WITHIN)


if __name__ == "__main__":
    main()
