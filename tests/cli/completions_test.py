#!/usr/bin/env python3
"""Completion in the shells themselves: what Tab offers."""
import os
import pty
import re
import select
import shutil
import subprocess
import time

from program import PATIENCE, Case, main


class Completions(Case):
    def script(self, shell):
        program = self.stage.run("completions", shell, "--config", "/dev/null", here=False, ephemeral=False,
                                 stdin=subprocess.DEVNULL)
        program.expect_end(0)
        path = self.stage.folder / ("_gossipchat" if shell == "zsh" else "gossipchat." + shell)
        path.write_bytes(program.out.data)
        return path

    def need(self, shell):
        if shutil.which(shell) is None:
            print(f"NOT RUN cli.completions {shell}: there is no {shell} here")
            self.skipTest(f"no {shell}")

    def shell(self, *words):
        return subprocess.run(words, env=self.stage.environment(TERM="dumb"), stdout=subprocess.PIPE, text=True,
                              check=True, timeout=60 * PATIENCE).stdout

    def bash(self, *words):
        quoted = " ".join(f"'{word}'" for word in words)
        return self.shell("bash", "--norc", "-c", f"source '{self.script('bash')}'; COMP_WORDS=({quoted}); "
                          f"COMP_CWORD={len(words) - 1}; _gossipchat; printf '%s\\n' \"${{COMPREPLY[@]}}\"").split()

    def test_bash(self):
        self.assertEqual(["send"], self.bash("gossipchat", "se"))
        self.assertIn("doctor", self.bash("gossipchat", ""))
        self.assertEqual(["--rendezvous"], self.bash("gossipchat", "--ren"))
        self.assertIn("--keep-open", self.bash("gossipchat", "--kee"))
        self.assertEqual([], self.bash("gossipchat", "send", "--kee"))  # it takes no such option
        self.assertEqual(["--timeout"], self.bash("gossipchat", "doctor", "--ti"))
        self.assertEqual(["bash", "zsh", "fish"], self.bash("gossipchat", "completions", ""))
        self.assertEqual([], self.bash("gossipchat", "--nick", "se"))  # a name, and no command

    def test_fish(self):
        self.need("fish")
        script = self.script("fish")

        def offers(line):
            out = self.shell("fish", "--no-config", "-c", f"source {script}; complete -C '{line}'")
            return [entry.split("\t")[0] for entry in out.splitlines()]

        self.assertEqual(["send"], offers("gossipchat se"))
        self.assertEqual(["--rendezvous"], offers("gossipchat --ren"))
        self.assertEqual(["--keep-open"], offers("gossipchat --keep"))
        self.assertEqual([], offers("gossipchat send --keep"))
        self.assertEqual(["bash", "fish", "zsh"], sorted(offers("gossipchat completions ")))

    def test_zsh(self):
        """There is no way to ask zsh but to type."""
        self.need("zsh")
        self.script("zsh")
        child, terminal = pty.fork()
        if child == 0:
            os.execvpe("zsh", ["zsh", "-f", "-i"], self.stage.environment(TERM="dumb", PS1="ready>"))
        try:
            self.expect(terminal, "ready>")
            self.type(terminal, f"fpath=({self.stage.folder} $fpath); autoload -Uz compinit; compinit -u -D; "
                                "unsetopt zle_bracketed_paste; echo is''set\n")
            self.expect(terminal, "isset.*ready>")
            for typed, expected in (("gossipchat se", "gossipchat send "), ("gossipchat --ren", "--rendezvous"),
                                    ("gossipchat completions fi", "completions fish"),
                                    ("gossipchat send --rend", "send --rendezvous")):
                self.type(terminal, typed + "\t")
                self.expect(terminal, re.escape(expected))
                self.type(terminal, "\x15\n")
                self.expect(terminal, "ready>")
        finally:
            os.close(terminal)
            os.kill(child, 9)
            os.waitpid(child, 0)

    def type(self, terminal, text):
        os.write(terminal, text.encode())

    def expect(self, terminal, pattern):
        """Reads until the pattern is on the screen; what came before it is forgotten."""
        deadline = time.monotonic() + 20 * PATIENCE
        screen = ""
        while re.search(pattern, screen, re.DOTALL) is None:
            left = deadline - time.monotonic()
            self.assertTrue(left > 0 and select.select([terminal], [], [], left)[0],
                            f"no {pattern!r} on the screen: {screen!r}")
            screen += os.read(terminal, 4096).decode("utf-8", "replace")

    def test_other_shells_are_named(self):
        program = self.stage.run("completions", "tcsh", here=False, ephemeral=False, stdin=subprocess.DEVNULL)
        program.expect_end(2)
        program.expect_talk("bash, zsh or fish|bash', zsh or fish")


if __name__ == "__main__":
    main()
