#!/usr/bin/env python3
"""Plays gossipchat against go-libp2p, rust-libp2p and js-libp2p.

  run.py --ours build/dev/src/app/gossipchat            every case, all peers
  run.py --ours PROGRAM --with go --cases burst,mdns    some cases, one peer
  run.py                                                the others among themselves

Prints one line per case: ok, FAIL or NOT RUN with the reason. Exit status 0 if
nothing failed, 1 if something did, 77 if nothing could be run.
"""

import argparse
import itertools
import os
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.append(os.path.join(ROOT, "tests", "support"))
sys.dont_write_bytecode = True  # the source tree stays as it is

from party import Failure

import builds
import ours
import peers
from cases import CASES
from scene import NotRun, Scene

OTHERS = ("go", "rust", "js")
NOTHING_RUN = 77

CAST = {"go": peers.GoPeer, "rust": peers.RustPeer, "js": peers.JsPeer, "ours": ours.OurPeer}


def read_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", metavar="PROGRAM", help="the gossipchat program to test")
    parser.add_argument("--with", dest="others", metavar="KINDS", default=",".join(OTHERS),
                        help="kinds of peers to play with (default: %(default)s)")
    parser.add_argument("--cases", metavar="NAMES", help="only these cases")
    parser.add_argument("--quick", action="store_true", help="only the few basic cases")
    parser.add_argument("--slow", action=argparse.BooleanOptionalAction,
                        help="only the cases that take a minute or more; all but them")
    parser.add_argument("--list", action="store_true", help="list the cases and end")
    parser.add_argument("--build-dir", default=os.path.join(ROOT, "build", "interop"),
                        help="where the other peers are built (default: %(default)s)")
    parser.add_argument("--not-run-file", metavar="FILE",
                        default=os.environ.get("GOSSIPCHAT_NOT_RUN_FILE"),
                        help="append the NOT RUN lines to this file"
                        " (default: $GOSSIPCHAT_NOT_RUN_FILE)")
    arguments = parser.parse_args()
    arguments.others = arguments.others.split(",")
    if unknown := set(arguments.others) - set(OTHERS):
        parser.error(f"no such kind: {', '.join(unknown)}")
    names = arguments.cases.split(",") if arguments.cases else list(CASES)
    if unknown := set(names) - set(CASES):
        parser.error(f"no such case: {', '.join(unknown)}")
    arguments.cases = [
        CASES[name] for name in names
        if (CASES[name].quick or not arguments.quick)
        and arguments.slow in (None, CASES[name].slow)]
    return arguments


class Results:
    """Counts and prints what became of each case."""

    def __init__(self, not_run_file):
        self.counts = {"ok": 0, "FAIL": 0, "NOT RUN": 0}
        self.not_run_file = not_run_file

    def add(self, result, title, detail):
        self.counts[result] += 1
        line = f"{result} {title}: {detail}"
        print(line, flush=True)
        if result == "NOT RUN" and self.not_run_file:
            with open(self.not_run_file, "a") as file:
                file.write(line + "\n")

    def exit_status(self):
        print(", ".join(f"{count} {result}" for result, count in self.counts.items()))
        if self.counts["FAIL"]:
            return 1
        return 0 if self.counts["ok"] else NOTHING_RUN


def build_all(arguments):
    """What could not be built, by kind, with the error that says why."""
    troubles = {}
    for kind in arguments.others:
        try:
            builds.build(kind, os.path.abspath(arguments.build_dir))
        except (NotRun, Failure) as trouble:
            troubles[kind] = trouble
    return troubles


def play(case, left, right, results, troubles):
    who = right if left == "ours" else f"{left}-{right}"
    title = f"interop.{who}.{case.name}"
    began = time.monotonic()
    try:
        for kind in (left, right):
            if kind in troubles:
                raise troubles[kind]
        with Scene(CAST, case.seconds) as scene:
            case.play(scene, left, right)
    except NotRun as reason:
        results.add("NOT RUN", title, reason)
    except Failure as failure:
        results.add("FAIL", title, "\n".join([str(failure), getattr(failure, "story", "")]))
    else:
        results.add("ok", title, f"{time.monotonic() - began:.1f} s")


def main():
    arguments = read_arguments()
    if arguments.list:
        for case in arguments.cases:
            print(case.name + (" (quick)" if case.quick else " (slow)" if case.slow else ""))
        return 0
    # A case unwinds on this as on Ctrl+C, and takes its peers with it.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    results = Results(arguments.not_run_file)
    troubles = build_all(arguments)
    if arguments.ours:
        ours.OurPeer.program_path = os.path.abspath(arguments.ours)
        pairs = [("ours", other) for other in arguments.others]
    else:
        pairs = list(itertools.permutations(arguments.others, 2))
    for left, right in pairs:
        for case in arguments.cases:
            if case.needs is None or case.needs in CAST[right].skills:
                play(case, left, right, results, troubles)
    return results.exit_status()


if __name__ == "__main__":
    sys.exit(main())
