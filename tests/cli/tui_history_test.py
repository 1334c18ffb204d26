#!/usr/bin/env python3
"""What was said before this start, on the full screen: scrolled to, and searched for."""
import sys

import screen
from program import HERE, NOT_RUN, PROGRAM, Case, main

LINES = 60


class Histories(Case):
    def setUp(self):
        super().setUp()
        self.tmux = screen.Tmux(self.stage)
        self.addCleanup(self.tmux.__exit__, None, None, None)
        self.window = self.tmux.window("alice")

    def start(self):
        """Alice, who keeps what is said, and is shown the last five lines of it."""
        self.window.run(PROGRAM, *HERE, "--nick", "alice", "--data-dir", self.stage.folder / "data",
                        "--history-lines", "5")
        return self.window.wait(r"reach\s+(127\.0\.0\.1:\d+)").group(1)

    def hear_story(self):
        """Bob tells her a long story; then she starts again, alone."""
        address = self.start()
        bob = self.tmux.window("bob")
        bob.run("sh", "-c", f"seq -f 'line %02g' {LINES} | {PROGRAM} {' '.join(HERE)} --ephemeral --nick bob "
                            f"--peer {address} --wait-peers 1 --linger 20")
        self.window.wait(rf"bob  line {LINES}")
        self.window.type("/quit", "Enter")
        self.window.expect_given_back()
        self.start()
        self.window.wait(rf"bob  line {LINES}")

    def test_what_was_said_earlier_is_fetched_at_the_top(self):
        self.hear_story()
        self.assertNotRegex(self.window.screen(), rf"line {LINES - 5}\b")
        def scroll():
            self.window.keys("PPage")
            return "line 01" in self.window.screen()
        self.window.until(scroll, "first line")
        self.window.keys("Escape")
        self.window.wait(rf"bob  line {LINES}")

    def test_what_was_said_earlier_is_found_and_shown_where_it_was_said(self):
        self.hear_story()
        self.window.keys("C-f")
        self.window.type("line 17")
        self.window.wait(r"^> .*#main <bob> line 17")
        self.window.keys("Enter")
        self.window.wait(r"bob  line 16$")
        self.window.wait(r"bob  line 17$")
        self.window.wait(r"bob  line 18$")


if __name__ == "__main__":
    reason = screen.why_not()
    if reason:
        print(f"NOT RUN cli.tui_history: {reason}")
        sys.exit(NOT_RUN)
    main()
