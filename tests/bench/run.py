#!/usr/bin/env python3
"""Measures gossipchat, and others beside it where they are built. No number fails anything.

  run.py --build build/release                       everything
  run.py --build build/release --only small,program  some of it
  run.py --build build/release --json results.json   the numbers for other programs too

Ratios say how many times better ours is, in the same run on the same machine; absolute numbers hold for this machine
and this hour.
"""
import argparse
import os
import pathlib
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path += [str(HERE.parent / "support"), str(HERE.parent / "interop")]

import library_bench  # noqa: E402  pylint: disable=wrong-import-position
import others_bench  # noqa: E402  pylint: disable=wrong-import-position
import program_bench  # noqa: E402  pylint: disable=wrong-import-position
from results import Results, machine  # noqa: E402  pylint: disable=wrong-import-position

PARTS = ("small", "history", "library", "program", "others")


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", metavar="FOLDER", default=str(ROOT / "build/release"),
                        help="where gossipchat and the benchmarks were built (default: %(default)s)")
    parser.add_argument("--interop", metavar="FOLDER", help="where tests/interop has built the others"
                        " (default: interop in the build folder, or beside it)")
    parser.add_argument("--only", metavar="PARTS", default=",".join(PARTS), help="some of: %(default)s")
    parser.add_argument("--json", metavar="FILE", help="write the results there, - is stdout")
    arguments = parser.parse_args()
    arguments.only = arguments.only.split(",")
    if unknown := set(arguments.only) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    build = pathlib.Path(arguments.build).resolve()
    places = (build / "interop", build.parent / "interop", build.parent / "ci" / "interop")
    arguments.build = build
    arguments.interop = arguments.interop or str(next((place for place in places if place.exists()), places[0]))
    return arguments


def main():
    arguments = read_arguments()
    results = Results()
    here = machine()
    print(f"{here['processor']}, {here['processors']} processors, load {here['load']:.1f}")
    if here["load"] > here["processors"] / 2:
        print("The machine is busy: the numbers are those of a busy machine.")
    ours = str(arguments.build / "src/app/gossipchat")
    measures = {
        "small": lambda: library_bench.measure_small(str(arguments.build / "tests/bench/bench_micro"), results),
        "history": lambda: library_bench.measure_history(str(arguments.build / "tests/bench/bench_history"), results),
        "library": lambda: library_bench.measure(str(arguments.build / "tests/bench/bench_node"), results),
        "program": lambda: program_bench.measure(ours, results),
        "others": lambda: others_bench.measure(ours, arguments.interop, results)}
    for part in PARTS:
        if part in arguments.only:
            measures[part]()
    if arguments.json == "-":
        print(results.as_json())
    elif arguments.json:
        with open(arguments.json, "w") as file:
            file.write(results.as_json() + "\n")
        print(f"\nwritten to {os.path.abspath(arguments.json)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
