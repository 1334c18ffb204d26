"""Real terminals for tests: a tmux of its own, with a shell in each window, and what one would see there.

    with Tmux(stage) as tmux:
        bob = tmux.window("bob")
        bob.run(PROGRAM, "--nick", "bob")
        bob.wait("F1 help")
        bob.type("hello", "Enter")

Waits end with what is waited for or with a deadline; nothing sleeps for a result.
"""
import re
import shlex
import shutil
import subprocess
import time

from program import PATIENCE

PROMPT = "READY>"


def why_not():
    """Why no terminal can be had here; None if one can."""
    return None if shutil.which("tmux") and shutil.which("bash") else "tmux or bash is not installed"


class Window:
    """One window: a shell, and what is started in it."""

    def __init__(self, tmux, name, width, height):
        self.tmux = tmux
        self.name = name
        shell = ["bash", "--noprofile", "--rcfile", str(tmux.settings), "-i"]
        tmux.call("new-session", "-d", "-s", name, "-x", str(width), "-y", str(height), shlex.join(shell))
        self.wait(re.escape(PROMPT))
        self.modes = self.tty_modes()

    def run(self, *command, **environment):
        """Types a command into the shell."""
        words = [f"{key}={shlex.quote(value)}" for key, value in environment.items()]
        self.text(" ".join(words + [shlex.join(map(str, command))]))
        self.keys("Enter")

    def keys(self, *names):
        self.tmux.call("send-keys", "-t", self.name, *names)

    def text(self, text):
        self.tmux.call("send-keys", "-t", self.name, "-l", "--", text)

    def type(self, text, *names):
        self.text(text)
        if names:
            self.keys(*names)

    def paste(self, text):
        """As a terminal pastes, with marks around it if the program wants them."""
        subprocess.run([*self.tmux.command, "load-buffer", "-b", "paste", "-"], input=text.encode(), check=True)
        self.tmux.call("paste-buffer", "-p", "-r", "-b", "paste", "-t", self.name)

    def resize(self, width, height):
        self.tmux.call("resize-window", "-t", self.name, "-x", str(width), "-y", str(height))

    def lines(self):
        return self.tmux.call("capture-pane", "-p", "-t", self.name).rstrip("\n").split("\n")

    def screen(self):
        return "\n".join(self.lines())

    def flag(self, name):
        return self.tmux.call("display-message", "-p", "-t", self.name, f"#{{{name}}}").strip()

    def until(self, condition, what, within=20):
        """Waits until condition() is true, and returns its value."""
        deadline = time.monotonic() + within * PATIENCE
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"no {what} in time on the screen of {self.name}:\n{self.screen()}")
            time.sleep(0.02)  # tmux cannot be asked to tell

    def wait(self, pattern, within=20):
        return self.until(lambda: re.search(pattern, self.screen(), re.MULTILINE), repr(pattern), within)

    def wait_gone(self, pattern, within=20):
        self.until(lambda: not re.search(pattern, self.screen(), re.MULTILINE), f"end of {pattern!r}", within)

    def tty(self):
        return self.tmux.call("display-message", "-p", "-t", self.name, "#{pane_tty}").strip()

    def tty_modes(self):
        """What `stty -a` says, but for the size."""
        with open(self.tty(), "rb") as terminal:
            modes = subprocess.run(["stty", "-a"], stdin=terminal, capture_output=True, text=True, check=True).stdout
        return re.sub(r"rows \d+; columns \d+;", "", modes)

    def pid_of(self, program):
        """The process of the program in this window."""
        shell = self.flag("pane_pid")
        def find():
            found = subprocess.run(["pgrep", "-P", shell, "-f", program], capture_output=True, text=True,
                                   check=False).stdout.split()
            return int(found[0]) if found else None
        return self.until(find, "process")

    def expect_given_back(self, was_killed=False):
        """The shell has its terminal again, as it was. After a kill it may prompt before the screen is given back, by
        whoever watched over it; then it is asked for another prompt."""
        if was_killed:
            self.until(lambda: self.flag("alternate_on") == "0", "end of the full screen", 30)
            self.keys("Enter")
        self.until(lambda: self.screen().rstrip().split("\n")[-1].startswith(PROMPT), "prompt at the end", 30)
        self.until(lambda: self.flag("alternate_on") == "0", "end of the full screen")
        # The shell edits its line itself, so what counts is what a command finds.
        self.run("stty", "-a")
        self.wait(r"-extproc|extproc")
        expected = {"icanon", "echo", "isig", "icrnl", "opost", "ixon", "iexten"}
        words = set(re.findall(r"-?[a-z]+", self.screen().split("stty -a")[-1]))
        if expected - words:
            raise AssertionError(f"lost modes {expected - words}:\n{self.screen()}")
        for flag, value in (("cursor_flag", "1"), ("mouse_any_flag", "0"), ("keypad_flag", "0")):
            self.until(lambda flag=flag, value=value: self.flag(flag) == value, f"{flag}={value}")


class Tmux:
    """A tmux that nobody else talks to; gone on exit with all that runs in it."""

    def __init__(self, stage):
        self.stage = stage
        self.socket = stage.folder / "tmux"
        self.command = ["tmux", "-S", str(self.socket), "-f", "/dev/null"]
        self.environment = stage.environment(TERM="xterm-256color", LC_ALL="C.UTF-8")
        self.settings = stage.folder / "shell"
        self.settings.write_text(f"PS1='{PROMPT} '\n")

    def call(self, *arguments):
        return subprocess.run([*self.command, *arguments], env=self.environment, check=True,
                              stdout=subprocess.PIPE, encoding="utf-8").stdout

    def window(self, name, width=80, height=24):
        return Window(self, name, width, height)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        subprocess.run([*self.command, "kill-server"], stderr=subprocess.DEVNULL, check=False)
