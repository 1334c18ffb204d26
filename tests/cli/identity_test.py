#!/usr/bin/env python3
"""gossipchat id: the key of a profile is shown, made and copied, and never lost."""
import os
import stat

from program import Case, main

import re


class Identity(Case):
    def id(self, *operands, home="home", status=0):
        program = self.stage.run("id", *operands, here=False, ephemeral=False, home=home)
        program.expect_end(status)
        return "\n".join(program.out.lines()), "\n".join(program.talk.lines())

    def test_it_is_made_shown_and_not_replaced(self):
        _, said = self.id(status=6)
        self.assertIn("there is no identity at", said)
        made, _ = self.id("new")
        self.assertRegex(made, r"^peer id      12D3KooW\w+\nfingerprint  (\d{5} ){5}\d{5}\nkey file     /.*identity.key$")
        self.assertEqual(made, self.id()[0])
        self.assertEqual(made, self.id("show")[0])
        _, said = self.id("new", status=6)
        self.assertIn("a lost key is a lost person", said)
        self.assertEqual(made, self.id()[0])
        other, _ = self.id("new", "--profile", "work")
        self.assertNotEqual(made.split("\n")[0], other.split("\n")[0])

    def test_it_goes_to_another_place_and_back(self):
        made, _ = self.id("new")
        copy = str(self.stage.folder / "copy.key")
        shown, said = self.id("export", copy)
        self.assertIn("Whoever has this file can speak as you", said)
        self.assertEqual(made.split("\n")[:2], shown.split("\n")[:2])
        self.assertEqual(0o600, stat.S_IMODE(os.stat(copy).st_mode))
        _, said = self.id("export", copy, status=6)
        self.assertIn("is there already", said)
        there, _ = self.id("import", copy, home="other")
        self.assertEqual(made.split("\n")[:2], there.split("\n")[:2])
        _, said = self.id("import", copy, home="other", status=6)
        os.chmod(copy, 0o644)
        _, said = self.id("import", copy, home="third", status=6)
        self.assertIn("readable by others", said)
        running = self.stage.run(ephemeral=False)
        self.assertIn(running.expect_talk(r"/p2p/(12D3KooW\w+)").group(1), made)
        self.assertEqual(made, self.id()[0])  # also while it runs
        _, said = self.id("new", status=7)
        self.assertIn("in use", said)

    def test_a_camera_can_read_it(self):
        made, _ = self.id("new")
        peer = re.search(r"12D3KooW\w+", made).group(0)
        rows = self.id("qr")[0].split("\n")
        self.assertEqual(peer, rows.pop())
        self.assertEqual(17, len(rows))
        self.assertEqual({33}, {len(row) for row in rows})
        self.assertEqual("\u2588" * 33, rows[0])  # the margin is light on a dark terminal
        inverted = self.id("qr", "--theme", "light")[0].split("\n")[:-1]
        flip = str.maketrans("\u2588 \u2580\u2584", " \u2588\u2584\u2580")
        self.assertEqual(rows[:-1], [row.ljust(33).translate(flip) for row in inverted[:-1]])
        # the three squares in the corners, as every code has them
        squares = [(row[column], row[column + 6]) for row, column in ((rows[2], 2), (rows[2], 24), (rows[13], 2))]
        self.assertEqual({(" ", " ")}, set(squares))

    def test_a_code_is_shown_while_it_runs(self):
        program = self.stage.run()
        peer = program.expect_talk(r"/p2p/(12D3KooW\w+)").group(1)
        program.type("/qr")
        program.expect_talk("^\u2588{33}$")
        program.expect_talk(f"^{peer}$")
        program.type("/qr addr")
        program.expect_talk(f"^/ip4/127.0.0.1/tcp/[0-9]+/p2p/{peer}$")
        program.type("/qr nonsense")
        program.expect_talk("! usage: /qr")

    def test_a_profile_is_wiped_by_its_word_alone(self):
        first = self.stage.run(ephemeral=False)
        peer = first.expect_talk(r"/p2p/(12D3KooW\w+)").group(1)
        first.type("remember this", "/wipe", "/wipe please", "/history")
        first.expect_talk("To do it: /wipe delete", count=2)
        first.expect_said("remember this")
        folder = next(self.stage.folder.rglob("identity.key")).parent
        first.type("/wipe delete")
        first.expect_end(0)
        first.expect_talk("^deleted$")
        self.assertEqual(["lock"], sorted(path.name for path in folder.iterdir()))
        again = self.stage.run(ephemeral=False)
        self.assertNotEqual(peer, again.expect_talk(r"/p2p/(12D3KooW\w+)").group(1))
        again.type("/history", "/rooms")
        again.expect_talk("1 here")
        self.assertEqual([], again.out.lines())
        nothing = self.stage.run()
        nothing.expect_talk("listening")
        nothing.type("/wipe delete")
        nothing.expect_talk("! nothing of this run is kept: /quit is enough")

    def test_what_makes_no_sense_is_refused(self):
        for operands in (["export"], ["import"], ["show", "x"], ["erase"], ["export", "a", "b"]):
            _, said = self.id(*operands, status=2)
            self.assertIn("gossipchat id takes show, new, export FILE, import FILE or qr", said)


if __name__ == "__main__":
    main()
