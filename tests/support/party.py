"""Drives gossipchat nodes through --json: start them, wait for events with a deadline, judge what they showed.

    with Party(program) as party:
        alice, bob = party.start("alice"), party.start("bob")
        alice.wait("member.joined", nick="bob")
        alice.say("hello")
        bob.wait("message", text="hello")
        party.expect_everywhere([alice, bob], [("alice", "hello")])

Nothing here sleeps: a wait ends with the event, with the end of the process, or with its deadline. A
deadline is there to tell a hang from a slow machine, never to give something time to happen;
GOSSIPCHAT_PATIENCE multiplies all of them. Only the standard library of Python 3.9 is used.
"""
import collections
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time

PATIENCE = float(os.environ.get("GOSSIPCHAT_PATIENCE", "1"))
EVENTS_MAX = 200_000  # of one node; more are a failure
LINE_BYTES_MAX = 64 * 1024  # of one event; the program promises no longer ones
HISTORY_LINES = 100  # a scenario says fewer
STORY_LINES = 40  # of each node, shown when a scenario fails


class Failure(AssertionError):
    """What was expected did not happen."""


def who_and_what(event):
    """A message event as a pair of nick and text."""
    return event["from"]["nick"], event["text"]


def matches(value, wanted):
    """Equal, or for dictionaries: has all the wanted fields, and those match."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(
            key in value and matches(value[key], part) for key, part in wanted.items())
    return value == wanted


class Node:
    """One running gossipchat. Made by Party.start."""

    def __init__(self, name, command, environment, folder):
        self.name = name
        self.command = command
        self.events = []
        self.problem = None  # what was wrong with the stream of events
        self.was_killed = False
        self.reference = 0
        self.changed = threading.Condition()
        self.ended = False  # no more events will come
        self.error_file = folder / f"{name}.stderr"
        self.commands = []  # all that was said to it
        with open(self.error_file, "wb") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=errors, env=environment, cwd=folder)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    # ---- what comes ----------------------------------------------------------------------------

    def _read(self):
        while True:
            line = self.process.stdout.readline(LINE_BYTES_MAX + 1)
            with self.changed:
                if not line:
                    self.ended = True
                else:
                    self._take(line)
                self.changed.notify_all()
            if not line or self.problem:
                return

    def _take(self, line):
        try:
            event = json.loads(line.decode("utf-8"))
        except ValueError:
            event = None
        number = len(self.events) + 1
        if not isinstance(event, dict) or not line.endswith(b"\n"):
            self.problem = f"is no event of one line: {line[:200]!r}"
        elif event.get("v") != 1 or "type" not in event or "ts" not in event:
            self.problem = f"lacks v, ts or type: {line[:200]!r}"
        elif event.get("seq") != number:
            self.problem = f"should have seq {number}: {line[:200]!r}"
        elif number > EVENTS_MAX:
            self.problem = f"is more than {EVENTS_MAX} events"
        else:
            self.events.append(event)

    @property
    def peer(self):
        """Its peer id."""
        return self.wait("ready")["peer"]

    def mark(self):
        """A place in the stream of events: what came until now lies before it."""
        with self.changed:
            return len(self.events)

    def find(self, kind, since=0, **fields):
        """The events of a kind after a mark that have these fields."""
        with self.changed:
            return [event for event in self.events[since:]
                    if event["type"] == kind and matches(event, fields)]

    def wait(self, kind, within=10, since=0, **fields):
        """The first such event after a mark, which may have come already."""
        what = f"{kind} {fields}" if fields else kind
        return self.wait_until(lambda: next(iter(self.find(kind, since, **fields)), None), what, within)

    def wait_until(self, condition, what, within=10):
        """Waits until condition() is true, and returns its value. It is asked again after each event."""
        deadline = time.monotonic() + within * PATIENCE
        with self.changed:
            while True:
                value = condition()
                if value:
                    return value
                if self.problem:
                    raise Failure(f"{self.name}: what it printed {self.problem}")
                left = deadline - time.monotonic()
                if self.ended:
                    raise Failure(f"{self.name} ended before {what}")
                if left <= 0:
                    raise Failure(f"{self.name}: no {what} within {within * PATIENCE:g} s")
                self.changed.wait(left)

    # ---- what it is told -----------------------------------------------------------------------

    def tell(self, cmd, **fields):
        """Sends one command; returns its ref, which the answers carry."""
        self.reference += 1
        reference = f"{self.name}-{self.reference}"
        line = json.dumps(dict(fields, cmd=cmd, ref=reference))
        self.commands.append(line)
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            raise Failure(f"{self.name} does not take {line}: {error}") from error
        return reference

    def say(self, text, room="main"):
        return self.tell("send", room=room, text=text)

    # ---- how it ends ---------------------------------------------------------------------------

    def quit(self, within=10):
        """Asks it to leave, and waits until it has."""
        self.tell("quit")
        return self.expect_end(within)

    def expect_end(self, within=10, code=0):
        """Waits for the process to end; its code is as expected. All its events are there then."""
        try:
            actual = self.process.wait(within * PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} has not ended within {within * PATIENCE:g} s") from None
        self.reader.join(within * PATIENCE)
        if self.reader.is_alive():
            raise Failure(f"{self.name} has ended, but something holds its stdout open")
        if self.problem:
            raise Failure(f"{self.name}: what it printed {self.problem}")
        if actual != code:
            raise Failure(f"{self.name} ended with {actual} instead of {code}")

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """Ends it the way a power cut would."""
        self.was_killed = True
        self.process.kill()
        self.process.wait()
        self.reader.join()

    def close(self):
        """Whatever state it is in: it is gone after this, and so are its pipes."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.reader.join(5)
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        self.process.stdout.close()

    # ---- what it showed ------------------------------------------------------------------------

    def shown(self, room="main"):
        """What the node showed in a room, in the order in which it came: pairs of nick and text."""
        return [who_and_what(event) for event in self.find("message", room=room)]

    def sorted_lines(self, room="main"):
        """The same as events, in the order of the room, on which all nodes agree."""
        return sorted(self.find("message", room=room), key=lambda event: (event["order"], event["from"]["peer"]))

    def history(self, room="main", within=10):
        """What the node answers when it is asked for the lines of a room, in its order."""
        reference = self.tell("history", room=room, limit=HISTORY_LINES)
        return self.wait("history", within, ref=reference)["history"]

    def story(self):
        """The end of all that it said and was told, for a report."""
        with self.changed:
            events = [json.dumps(event, ensure_ascii=False) for event in self.events[-STORY_LINES:]]
        errors = self.error_file.read_text(errors="replace").splitlines()[-STORY_LINES:]
        code = self.process.poll()
        lines = [f"---- {self.name}: {' '.join(self.command)}",
                 f"     {'still runs' if code is None else f'ended with {code}'}"]
        lines += [f"     said    {line}" for line in events]
        lines += [f"     told    {line}" for line in self.commands[-STORY_LINES:]]
        lines += [f"     stderr  {line}" for line in errors]
        return "\n".join(lines)


class Party:
    """Several nodes, each with a home of its own unless they share one. Gone with all they wrote on exit."""

    def __init__(self, program, rendezvous="test", wrap=None):
        """`program` is a list of words; wrap(words, host) puts a command inside a host."""
        self.program = list(program)
        self.rendezvous = rendezvous
        self.wrap = wrap or (lambda words, host: words)
        self.nodes = []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gossipchat-party-"))

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        try:
            if error is None:
                self.leave()
        except Failure:
            self.tell_story()
            raise
        finally:
            for node in self.nodes:
                node.close()
            if error is not None:
                self.tell_story()
            shutil.rmtree(self.folder, ignore_errors=True)

    def tell_story(self):
        for node in self.nodes:
            print(node.story(), flush=True)

    def environment(self, home):
        """A clean one: nothing of the person who runs the tests gets in."""
        folder = self.folder / home
        folder.mkdir(mode=0o700, exist_ok=True)
        kept = {key: value for key, value in os.environ.items()
                if key in ("PATH", "LANG") or key.endswith("SAN_OPTIONS")}
        return dict(kept, HOME=str(folder), XDG_RUNTIME_DIR=str(folder))

    def launch(self, name, *options, host=None, home=None, rooms=("main",)):
        """Starts a node called name, in the host of the same name if there are hosts; does not wait until it is ready.
        home is whose files it uses: its own, or those of another name."""
        words = [*self.program, "--json", "--nick", name, "--rendezvous", self.rendezvous]
        for room in rooms:
            words += ["--room", room]
        words = self.wrap(words + list(options), host or name)
        node = Node(name, words, self.environment(home or name), self.folder)
        self.nodes.append(node)
        return node

    def start(self, name, *options, **settings):
        """Starts a node as launch does, and waits until it is ready."""
        node = self.launch(name, *options, **settings)
        node.wait("ready")
        return node

    def running(self):
        return [node for node in self.nodes if node.process.poll() is None]

    def leave(self):
        """Everybody who still runs leaves, all at once, and ends well."""
        running = self.running()
        for node in running:
            node.tell("quit")
        for node in running:
            node.expect_end()

    # ---- judging -------------------------------------------------------------------------------

    def wait_for_members(self, nodes, within=15, room="main"):
        """Until each of these nodes knows that all the others are in the room."""
        for node in nodes:
            for other in nodes:
                if other is not node:
                    node.wait("member.joined", within, room=room, nick=other.name)

    def wait_for_connections(self, nodes, within=15):
        """Until each of these nodes is connected to each other one."""
        for node in nodes:
            for other in nodes:
                if other is not node:
                    node.wait("peer.connected", within, peer=other.peer)

    def wait_for(self, nodes, said, within=15, room="main"):
        """Until each of these nodes has shown all that was said: pairs of nick and text."""
        wanted = set(said)
        for node in nodes:
            missing = lambda node=node: wanted - set(node.shown(room))
            node.wait_until(lambda: not missing(), _Missing(missing), within)

    def expect_same_history(self, nodes, said, within=15, room="main"):
        """Each of these nodes, asked for the room, tells all that was said (pairs of nick and text) exactly once and
        those of one person in the order in which they were said; and all tell it in the same order."""
        self.wait_for(nodes, said, within, room)
        told = {node.name: node.history(room, within) for node in nodes}
        for name, lines in told.items():
            judge(name, [who_and_what(line) for line in lines], said)
        orders = {name: [line["id"] for line in lines] for name, lines in told.items()}
        if len(set(map(tuple, orders.values()))) != 1:
            raise Failure(f"histories differ: {orders}")

    def expect_everywhere(self, nodes, said, within=15, room="main"):
        """Each of these nodes shows all that was said (pairs of nick and text) exactly once, those of one person in the
        order in which they were said, and nothing else; and all nodes agree on the order of the room. Everybody leaves
        first: only then is it certain that nothing comes twice."""
        self.wait_for(nodes, said, within, room)
        self.leave()
        for node in nodes:
            judge(node.name, node.shown(room), said)
        judge_agreement(nodes, said, room)


class _Missing:
    """Says what is missing at the time when it is asked."""

    def __init__(self, missing):
        self.missing = missing

    def __str__(self):
        missing = sorted(self.missing())
        return f"message with {len(missing)} of what was said: {missing[:5]}"


def in_order_of(nick, lines):
    return [text for who, text in lines if who == nick]


def judge(name, shown, said, perhaps=()):
    """Compares what a node showed with what was said: pairs of nick and text. What was said before the node was there
    it shows perhaps, all else exactly once, and of each person in the order in which it was said."""
    counts = collections.Counter(shown)
    for line in said:
        if counts[line] != 1:
            raise Failure(f"{name} showed {line} {counts[line]} times")
    for line in perhaps:
        if counts[line] > 1:
            raise Failure(f"{name} showed {line} {counts[line]} times")
    strange = set(shown) - set(said) - set(perhaps)
    if strange:
        raise Failure(f"{name} showed what nobody said: {sorted(strange)[:5]}")
    certain = [line for line in shown if line not in set(perhaps)]
    for nick in {nick for nick, _ in said}:
        if in_order_of(nick, certain) != in_order_of(nick, said):
            raise Failure(f"{name} showed what {nick} said in another order: {in_order_of(nick, certain)[:10]}")


def judge_agreement(nodes, said, room="main"):
    """All these nodes have what was said in the same order of the room, and it is the order of each speaker."""
    wanted = set(said)
    orders = [[event for event in node.sorted_lines(room) if who_and_what(event) in wanted] for node in nodes]
    for node, order in zip(nodes, orders):
        if [event["id"] for event in order] != [event["id"] for event in orders[0]]:
            raise Failure(f"{node.name} has another order of the room than {nodes[0].name}")
        for nick in {nick for nick, _ in said}:
            if in_order_of(nick, map(who_and_what, order)) != in_order_of(nick, said):
                raise Failure(f"what {nick} said has another order in the room of {node.name}")
