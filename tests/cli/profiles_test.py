#!/usr/bin/env python3
"""Who one is: kept over restarts, never replaced, and not shared by two terminals."""
import os
import signal
import stat
import subprocess

from program import Case, main


class Profiles(Case):
    def start(self, *options, **more):
        program = self.stage.run(*options, ephemeral=False, **more)
        program.address()
        return program

    def peer(self, program):
        return program.expect_talk(r"/p2p/(12D3KooW\w+)").group(1)

    def quit(self, program):
        program.type("/quit")
        program.expect_end(0)

    def test_two_terminals_on_one_machine_are_two_people(self):
        first = self.start("--nick", "one")
        second = self.start("--nick", "two", "--peer", first.address())
        second.expect_talk(rf"^default profile is in use \(pid {first.process.pid}\): using profile default\.2$")
        first.expect_talk("two joined")
        second.type("hello from the other terminal")
        first.expect_said("<two> hello from the other terminal")
        self.assertNotEqual(self.peer(first), self.peer(second))
        third = self.start("--nick", "three")
        third.expect_talk("using profile default.3")

    def test_one_is_the_same_person_after_a_restart(self):
        first = self.start()
        peer = self.peer(first)
        self.quit(first)
        folder = self.stage.folder / "home/.local/share/gossipchat/default"
        self.assertEqual({"history.db", "identity.key", "identity.key.seqno", "lock"}, set(os.listdir(folder)))
        self.assertEqual(0o700, stat.S_IMODE(folder.stat().st_mode))
        for name in os.listdir(folder):
            self.assertEqual(0o600, stat.S_IMODE((folder / name).stat().st_mode), name)
        again = self.start()
        self.assertEqual(peer, self.peer(again))
        self.assertNotIn("in use", again.talk.data.decode())

    def test_a_killed_one_leaves_nothing_in_the_way(self):
        peers, numbers = set(), []
        seqno = self.stage.folder / "home/.local/share/gossipchat/default/identity.key.seqno"
        for _ in range(5):
            program = self.start()
            peers.add(self.peer(program))
            numbers.append(int(seqno.read_text()))
            program.signal(signal.SIGKILL)
            program.expect_end(-signal.SIGKILL)
        self.assertEqual(1, len(peers))
        self.assertEqual(sorted(set(numbers)), numbers)  # never twice, never back

    def test_ephemeral_leaves_nothing(self):
        program = self.stage.run()
        program.address()
        self.quit(program)
        self.assertEqual([], list((self.stage.folder / "home").iterdir()))

    def test_a_place_of_ones_own(self):
        data = self.stage.folder / "data"
        first = self.start("--data-dir", str(data), "--profile", "work")
        self.assertTrue((data / "work/identity.key").exists())
        first.expect_talk("profile work$")
        self.quit(first)
        second = self.start(environment={"GOSSIPCHAT_DATA_DIR": str(data), "GOSSIPCHAT_PROFILE": "work"})
        self.assertEqual(self.peer(first), self.peer(second))

    def test_a_read_only_place_is_named(self):
        """Root writes where it likes, so somebody else has to try."""
        data = self.stage.folder / "data"
        data.mkdir()
        data.chmod(0o555)
        os.chmod(self.stage.folder, 0o755)
        os.chmod(self.stage.folder / "home", 0o777) if (self.stage.folder / "home").exists() else None
        options = {"wrap": ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]} if os.geteuid() == 0 else {}
        if options and subprocess.run([*options["wrap"], "true"], check=False, stderr=subprocess.DEVNULL).returncode:
            self.skipTest("nobody else can try it here")
        program = self.stage.run("--data-dir", str(data), ephemeral=False, **options)
        program.expect_end(7)
        program.expect_talk(r"^gossipchat: cannot use .*/data: Permission denied\. Choose another place with --data-dir, "
                            r"or use --ephemeral\.$")


if __name__ == "__main__":
    main()
