#!/usr/bin/env python3
"""Settings: where they come from, what is wrong with them, and how they change and are kept."""
import signal
import subprocess

from program import Case, main


class Config(Case):
    def write(self, text, name="config"):
        path = self.stage.folder / name
        path.write_text(text)
        return path

    def print_config(self, *options, **more):
        program = self.stage.run("print-config", *options, here=False, ephemeral=False, stdin=subprocess.DEVNULL, **more)
        program.expect_end(0)
        return program

    def test_every_value_says_where_it_comes_from(self):
        path = self.write("# mine\nnick = Bob\nroom = a\nport = 1\n")
        program = self.print_config("--config", str(path), "--room", "dev", environment={"GOSSIPCHAT_PORT": "77"})
        program.expect_said(rf"^nick = Bob +; {path}:2$")
        program.expect_said(r"^room = dev +; --room$")
        program.expect_said(r"^port = 77 +; GOSSIPCHAT_PORT$")
        program.expect_said(r"^# max_peers = 64 +; built in$")

    def test_what_is_printed_can_be_read(self):
        first = self.print_config("--nick", "Eve", "--room", "a", "--room", "b", "--no-mdns", "--format", "%n: %m")
        path = self.write(first.out.data.decode())
        second = self.print_config("--config", str(path))
        for line in ("nick = Eve", "room = a", "room = b", "mdns = no", "format = %n: %m"):
            second.expect_said(rf"^{line} +; {path}:\d+$")
        self.assertEqual([], second.talk.lines())

    def test_the_usual_place_is_read(self):
        folder = self.stage.folder / "home" / ".config" / "gossipchat"
        folder.mkdir(parents=True)
        (folder / "config").write_text("nick = Bob\n")
        self.print_config().expect_said(r"^nick = Bob +; /.*/[.]config/gossipchat/config:1$")
        system = self.stage.folder / "system" / "gossipchat"
        system.mkdir(parents=True)
        (system / "config").write_text("nick = Eve\nroom = dev\n")
        program = self.print_config(environment={"XDG_CONFIG_DIRS": f"/nowhere:{system.parent}"})
        program.expect_said(r"^nick = Bob ")
        program.expect_said(rf"^room = dev +; {system}/config:2$")

    def test_mistakes_are_named_by_file_and_line(self):
        path = self.write("nik = Bob\nport = 97x0\n")
        program = self.stage.run("--config", str(path), stdin=subprocess.DEVNULL)
        program.expect_end(3)
        self.assertEqual([f"gossipchat: {path}:1: there is no setting nik (did you mean nick?)",
                          f'gossipchat: {path}:2: port = "97x0": a number from 0 to 65535 is expected'],
                         program.talk.lines())
        program = self.stage.run("--config", "/no/such/file", stdin=subprocess.DEVNULL)
        program.expect_end(3)
        program.expect_talk("^gossipchat: cannot read /no/such/file: No such file or directory$")

    def test_rooms_of_the_configuration_are_joined(self):
        path = self.write('nick = bob\n[room "dev"]\njoin = yes\n[room "tea"]\njoin = no\n')
        program = self.stage.run("--config", str(path))
        program.type("/rooms")
        program.expect_talk("1  #dev  1 here")
        program.type("/quit")
        program.expect_end(0)
        program.expect_talk("^gossipchat [0-9.]+  bob ")
        self.assertNotIn("#tea", program.talk.data.decode())

    def test_changes_are_made_shown_and_saved(self):
        path = self.write("# mine\nport = 0\n")
        program = self.stage.run("--config", str(path))
        program.type("/set max_peers 7", "/set max_peers", "/set nick Eve", "/set maxpeers 1", "/set mdns perhaps",
                     "/set port x", "/set format %d", "/set format %q")
        program.expect_talk("^max_peers = 7 +; /set, not saved$")
        program.expect_talk("takes effect at the next start, if you /save it")
        program.expect_talk("is now known as Eve")
        program.expect_talk("^! there is no setting maxpeers. Did you mean max_peers[?]$")
        program.expect_talk("^! mdns: takes yes or no$")
        program.expect_talk('^! port = "x": a number from 0 to 65535 is expected$')
        program.expect_talk("^! format: after % comes one of")
        program.type("/save")
        program.expect_talk(f"^saved in {path}: nick, max_peers, format$")
        self.assertEqual("# mine\nport = 0\nnick = Eve\nmax_peers = 7\nformat = %d\n", path.read_text())
        program.type("/save", "/quit")
        program.expect_talk("^nothing has changed$")
        program.expect_end(0)

    def test_the_file_is_read_again(self):
        path = self.write("nick = bob\nmax_peers = 7\n")
        alice = self.stage.run("--nick", "alice")
        program = self.stage.run("--config", str(path), "--peer", alice.address())
        alice.expect_talk("bob joined")
        program.expect_talk("alice joined")
        self.write("nick = robert\nmax_peers = 8\n")
        program.type("/reload")
        alice.expect_talk("bob is now known as robert")
        program.expect_talk("^max_peers = 8 ")
        program.expect_talk("^ +takes effect at the next start$")
        self.write("nick = eve\nport = x\n")
        program.type("/reload", "/set nick")
        program.expect_talk(f'^! {path}:2: port = "x": a number')
        program.expect_talk("^! the settings stay as they were$")
        program.expect_talk("^nick = robert ")

    def test_a_hangup_makes_the_headless_look_again(self):
        path = self.write("nick = bob\n")
        log = self.stage.folder / "log"
        alice = self.stage.run("--nick", "alice")
        program = self.stage.run("listen", "-v", "--config", str(path), "--log-file", str(log), "--peer",
                                 alice.address())
        alice.expect_talk("bob joined")
        program.expect_talk("alice joined")
        log.rename(self.stage.folder / "log.1")
        self.write("nick = robert\n")
        program.signal(signal.SIGHUP)
        alice.expect_talk("bob is now known as robert")
        program.expect_talk("^gossipchat: settings were read again$")
        program.signal(signal.SIGTERM)
        program.expect_end(0)
        self.assertIn("leaving: terminated", log.read_text())


if __name__ == "__main__":
    main()
