#!/usr/bin/env python3
"""The full screen in a real terminal (tmux): what people see of each other, and that the shell gets its terminal back."""
import os
import re
import signal
import stat
import sys

import screen
from program import HERE, NOT_RUN, PROGRAM, Case, main

FAMILY, FLAGS, HEART = "👨‍👩‍👧‍👦", "🇩🇪🇯🇵", "❤️"


class Screens(Case):
    def setUp(self):
        super().setUp()
        self.tmux = screen.Tmux(self.stage)
        self.addCleanup(self.tmux.__exit__, None, None, None)

    def start(self, nick, *options, width=80, height=24, ephemeral=True, **environment):
        window = self.tmux.window(nick, width, height)
        window.run(PROGRAM, *HERE, *(["--ephemeral"] if ephemeral else []), "--nick", nick, *options, **environment)
        window.wait(r"F1 help")
        return window

    @staticmethod
    def address(window):
        return window.wait(r"reach\s+127\.0\.0\.1:(\d+)").group(1)

    def pair(self, *options):
        alice = self.start("alice", *options)
        bob = self.start("bob", "--peer", f"127.0.0.1:{self.address(alice)}", *options)
        alice.wait("bob joined")
        bob.wait("alice joined")
        return alice, bob

    # ---- talking -------------------------------------------------------------------------------

    def test_alone_one_is_told_what_happens(self):
        bob = self.start("bob")
        bob.wait(r"^ #main .*test")
        bob.wait(r"Welcome, bob\.")
        bob.wait(r"\[ok\]  listening on port \d+")
        bob.wait(r"^\[#main\] bob>")
        bob.type("somebody there?", "Enter")
        bob.wait(r"bob  somebody there\?")

    def test_two_people_talk(self):
        alice, bob = self.pair()
        bob.type("hello alice", "Enter")
        alice.wait(r"bob  hello alice")
        bob.wait(r"bob  hello alice +✓")
        alice.type("bo", "Tab")
        alice.wait(r"> bob:")
        alice.type("there you are", "Enter")
        bob.wait(r"alice  bob: there you are")
        bob.type("/me waves", "Enter")
        alice.wait(r"\* bob  waves")

    def test_rooms_show_what_is_new(self):
        alice, bob = self.pair("--room", "main", "--room", "dev")
        bob.keys("M-2")
        bob.wait(r"^\[#dev\] bob>")
        bob.wait(r"│ 2 in #dev")
        alice.wait(r"2:dev \*")  # and alice has seen him come there
        bob.type("one", "Enter")
        bob.type("two", "Enter")
        alice.wait(r"2:dev 2")
        alice.keys("M-a")
        alice.wait(r"^\[#dev\] alice>")
        alice.wait(r"bob  two")
        alice.wait_gone(r"2:dev 2")
        alice.type("/go main", "Enter")
        alice.wait(r"^\[#main\] alice>")
        alice.type("/go nowhere", "Enter")
        alice.wait(r'no room matches "nowhere"')

    def test_commands_answer_on_the_screen(self):
        alice, bob = self.pair()
        bob.type("/jion lunch", "Enter")
        bob.wait(r"! no such command: /jion\. Did you mean /join\?")
        bob.type("/join lunch", "Enter")
        bob.wait(r"^\[#lunch\] bob>")
        bob.type("/go 1", "Enter")
        bob.type("/who", "Enter")
        bob.wait(r"· alice  …\w{4}")
        bob.type("/nick bobby", "Enter")
        bob.wait(r"^\[#main\] bobby>")
        alice.wait(r"bob is now known as bobby")
        bob.type("/clear", "Enter")
        bob.wait_gone(r"alice joined")
        bob.type("//not a command", "Enter")
        alice.wait(r"bobby  /not a command")

    # ---- writing -------------------------------------------------------------------------------

    def test_a_paste_of_many_lines_is_asked_about_and_is_one_message(self):
        alice, bob = self.pair()
        bob.paste("".join(f"line {number}\n" for number in range(1, 31)))
        bob.wait(r"31 lines, .* pasted: Enter send")
        self.assertNotRegex(alice.screen(), "line 1")
        bob.keys("Enter")
        alice.wait(r"bob .*line 1\b")
        bob.wait(r"^\[#main\] bob> *$")
        bob.type("last", "Enter")
        alice.wait(r"bob  last")

    def test_what_was_typed_is_kept_for_its_owner(self):
        folder = self.stage.folder / "data"
        bob = self.start("bob", "--data-dir", str(folder), ephemeral=False)
        bob.type("remember me", "Enter")
        bob.wait(r"bob  remember me")
        bob.type("/quit", "Enter")
        bob.expect_given_back()
        kept = folder / "default" / "input"
        self.assertEqual(0o600, stat.S_IMODE(os.stat(kept).st_mode))
        bob.keys("C-l")
        bob.run(PROGRAM, *HERE, "--nick", "bob", "--data-dir", str(folder))
        bob.wait(r"^\[#main\] bob>")
        bob.keys("Up", "Up")
        bob.wait(r"bob> remember me")
        bob.keys("C-c", "C-r")
        bob.type("memb")
        bob.wait(r'search "memb": remember me')

    def test_an_editor_can_be_used(self):
        editor = self.stage.folder / "editor"
        editor.write_text('#!/bin/sh\nprintf "editing\\n"; read -r line; printf "%s\\n" "$line" >> "$1"\n')
        editor.chmod(0o700)
        bob = self.start("bob", EDITOR=str(editor))
        bob.type("first")
        bob.keys("C-x")
        bob.wait(r"^editing$")
        self.assertEqual("0", bob.flag("alternate_on"))
        bob.keys("C-z")
        bob.wait(r"Stopped")
        bob.run("fg")
        bob.wait(r"editor|fg")
        bob.type("second", "Enter")
        bob.wait(r"bob> first$")
        bob.wait(r"^ *second$")
        self.assertEqual("1", bob.flag("alternate_on"))

    def test_an_editor_that_fails_changes_nothing(self):
        bob = self.start("bob", EDITOR="false")
        bob.type("precious")
        bob.keys("C-x")
        bob.wait(r"! the editor failed")
        bob.wait(r"bob> precious$")

    def test_ctrl_c_in_the_editor_is_for_the_editor(self):
        editor = self.stage.folder / "editor"
        editor.write_text('#!/bin/sh\nprintf "editing\\n"; read -r line\n')
        editor.chmod(0o700)
        bob = self.start("bob", EDITOR=str(editor))
        bob.type("precious")
        bob.keys("C-x")
        bob.wait(r"^editing$")
        bob.keys("C-c")
        bob.wait(r"! the editor failed")
        bob.wait(r"bob> precious$")

    # ---- the screen ----------------------------------------------------------------------------

    def test_all_scripts_leave_the_borders_where_they_are(self):
        alice, bob = self.pair()
        texts = ["漢字とかな", FAMILY, FLAGS, HEART + " 1️⃣", "שלום עולם", "مرحبا", "e\u0301" * 5, "한국어", "नमस्ते",
                 "🫨🧑🏽‍🚀"]
        for text in texts:
            bob.paste(text)
            bob.keys("Enter")
        bob.type("the end", "Enter")
        alice.wait(r"bob  the end")
        alice.keys("C-l")
        alice.wait(r"bob  the end")
        for window in (alice, bob):
            window.wait(r"│ alice")
            rows = [line for line in window.lines()[1:-2] if "│" in line]
            self.assertEqual(21, len(rows), window.screen())  # none has lost its border
            # and a border that moved would take the list of people with it
            self.assertRegex(window.lines()[3], r"│ alice(  |$| \(you\))")

    def test_any_size_will_do(self):
        bob = self.start("bob", width=120, height=40)
        for number in range(40):
            bob.resize(20 + number * 37 % 101, 6 + number * 13 % 35)
        bob.resize(10, 3)
        bob.wait(r"window")
        bob.resize(1, 1)
        bob.resize(80, 24)
        bob.wait(r"^ #main .*test")
        bob.wait(r"^\[#main\] bob>")
        bob.type("still here")
        bob.wait(r"bob> still here")

    def test_help_lists_the_keys(self):
        bob = self.start("bob", height=60)
        bob.keys("F1")
        bob.wait(r"Ctrl\+R +search what was typed before")
        bob.keys("Escape")
        bob.wait_gone(r"search what was typed before")
        bob.type("/help", "Enter")
        bob.wait(r"Enter +send the message")
        bob.keys("Escape")
        bob.wait_gone(r"Enter +send the message")
        bob.type("/help join", "Enter")
        bob.wait(r"example: /join")

    # ---- leaving -------------------------------------------------------------------------------

    def test_the_shell_gets_its_terminal_for_a_while(self):
        bob = self.start("bob")
        bob.type("half a mess")
        bob.wait(r"half a mess")
        bob.keys("C-z")
        bob.wait(r"Stopped")
        bob.expect_given_back()
        bob.run("fg")
        bob.wait(r"^\[#main\] bob> half a mess$")
        bob.type("age")
        bob.wait(r"bob> half a message$")
        self.assertEqual("1", bob.flag("alternate_on"))

    def test_ctrl_c_clears_and_twice_leaves(self):
        bob = self.start("bob")
        bob.type("precious")
        bob.wait(r"bob> precious")
        bob.keys("C-c")
        bob.wait(r"^\[#main\] bob> *$")
        bob.keys("C-c")
        bob.wait(r"press Ctrl\+C again to quit")
        bob.keys("C-c")
        bob.expect_given_back()
        bob.wait(r"left #main after")

    def test_the_terminal_is_given_back_on_every_way_out(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL):
            with self.subTest(signal=number.name):
                bob = self.start(f"bob-{number.name}", ASAN_OPTIONS="allow_user_segv_handler=1:handle_abort=0")
                bob.type("something")
                bob.wait(r"> something")
                os.kill(bob.pid_of(PROGRAM), number)
                bob.expect_given_back(was_killed=number == signal.SIGKILL)

    def test_nothing_of_v_is_on_the_screen(self):
        bob = self.start("bob", "-vv")
        bob.wait(r"what -v says is not shown here")
        self.assertNotRegex(bob.screen(), r"trace ")

    def test_plain_lines_where_they_are_asked_for(self):
        for options, environment in ((["--screen-reader"], {}), (["--line"], {}), ([], {"TERM": "dumb"})):
            window = self.tmux.window("plain" + "".join(options))
            window.run(PROGRAM, *HERE, "--ephemeral", "--nick", "bob", *options, **environment)
            window.wait(r"listening  /ip4")
            self.assertEqual("0", window.flag("alternate_on"))
            window.type("/quit", "Enter")
            window.wait(r"left #main after")


if __name__ == "__main__":
    reason = screen.why_not()
    if reason:
        print(f"NOT RUN cli.tui_screen: {reason}")
        sys.exit(NOT_RUN)
    main()
