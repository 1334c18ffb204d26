#!/usr/bin/env python3
"""Whatever ends a scenario, nothing of its world stays behind: no process, no namespace, no device, no file."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 20  # for the world to come and to go

# A world with one of everything, in which somebody waits for what never comes.
SCENARIO = f"""#!/usr/bin/env bash
. {HERE}/netns.sh
lan home
host alice
plug alice home 10.1.0.1/24
inside alice python3 -c 'import signal; signal.pause()' &
play <<'PYTHON'
import signal
print("standing", flush=True)
signal.pause()
PYTHON
"""


def processes_of(world):
    """The ids of all processes that know they belong to a world."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"GOSSIPCHAT_WORLD={world}".encode() in entry.read_bytes().split(b"\0"):
                found.append(int(entry.parent.name))
        except OSError:
            pass  # it has just ended, or is not ours
    return found


def left_behind(world, folder):
    """What of a world is outside of itself, where other tests may be at work too."""
    names = os.listdir("/run/netns") if os.path.isdir("/run/netns") else []
    devices = {"probe0", "probe1", "probe2", "switch", "alice-eth0"} & set(os.listdir("/sys/class/net"))
    files = [path.name for path in folder.iterdir() if path.name != "scenario.sh"]
    return processes_of(world), [name for name in names if f"gc-{world}-" in name], devices, files


class World(unittest.TestCase):
    """A scenario that stands, and would stand for longer than its bound allows."""

    seconds = 60

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        script = self.folder / "scenario.sh"
        script.write_text(SCENARIO)
        environment = dict(
            os.environ, GOSSIPCHAT_SCENARIO_SECONDS=str(self.seconds), TMPDIR=str(self.folder))
        self.scenario = subprocess.Popen(["bash", str(script)], stdin=subprocess.DEVNULL, env=environment,
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                         start_new_session=True)
        self.addCleanup(self.scenario.stdout.close)
        self.addCleanup(self.scenario.kill)
        line = self.scenario.stdout.readline()
        if line.startswith("NOT RUN"):
            print(f"NOT RUN network.teardown: {line.split(': ', 1)[1].strip()}", flush=True)
            os._exit(77)
        self.assertEqual("standing\n", line)
        self.assertGreaterEqual(len(processes_of(self.scenario.pid)), 4)

    def expect_nothing_left(self):
        self.scenario.wait(SECONDS)
        deadline = time.monotonic() + SECONDS
        while processes_of(self.scenario.pid) and time.monotonic() < deadline:
            os.sched_yield()
        self.assertEqual(([], [], set(), []), left_behind(self.scenario.pid, self.folder))


class TeardownTest(World):
    def test_terminate(self):
        self.scenario.send_signal(signal.SIGTERM)
        self.expect_nothing_left()

    def test_kill(self):
        self.scenario.kill()
        self.expect_nothing_left()

    def test_interrupt_from_a_terminal_reaches_the_whole_group(self):
        os.killpg(self.scenario.pid, signal.SIGINT)
        self.expect_nothing_left()

    def test_death_of_the_inner_script(self):
        inner = next(pid for pid in processes_of(self.scenario.pid)
                     if pathlib.Path(f"/proc/{pid}/comm").read_text() == "bash\n")
        os.kill(inner, signal.SIGKILL)
        self.expect_nothing_left()

    def test_death_of_the_keeper(self):
        keeper = next(pid for pid in processes_of(self.scenario.pid)
                      if pathlib.Path(f"/proc/{pid}/comm").read_text() == "unshare\n")
        os.kill(keeper, signal.SIGKILL)
        self.expect_nothing_left()


class BoundTest(World):
    seconds = 2

    def test_the_bound_ends_it(self):
        self.expect_nothing_left()
        self.assertEqual(124, self.scenario.returncode)


if __name__ == "__main__":
    if sys.platform != "linux":
        print("NOT RUN network.teardown: namespaces are a feature of Linux")
        sys.exit(77)
    unittest.main()
