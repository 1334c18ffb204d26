#!/usr/bin/env python3
"""Attacks a running gossipchat, in one way after the other, while honest people talk through it.

  run.py --program build/dev/src/app/gossipchat --peer build/dev/tests/hostile/hostile_peer           every attack
  run.py ... ping_flood wrong_magic                                                                  some of them

Prints one line per attack. Exit status 0 if the program withstood all of them, else 1.
"""
import argparse
import os
import pathlib
import signal
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is
HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "support"))


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", metavar="FILE", help="gossipchat (default: $GOSSIPCHAT_PROGRAM)")
    parser.add_argument("--peer", metavar="FILE", help="hostile_peer (default: $GOSSIPCHAT_HOSTILE_PEER)")
    parser.add_argument("--list", action="store_true", help="list the attacks, each with its label, and end")
    parser.add_argument("cases", metavar="CASE", nargs="*", help="only these attacks")
    arguments = parser.parse_args()
    for name, value in (("GOSSIPCHAT_PROGRAM", arguments.program), ("GOSSIPCHAT_HOSTILE_PEER", arguments.peer)):
        if value:
            os.environ[name] = value
    return parser, arguments


def play(name, one, siege, failure):
    """Whether the program withstood one attack."""
    print(f"{name}: {one.run.__doc__.splitlines()[0]}", flush=True)
    try:
        with siege(**one.settings) as under_siege:
            under_siege.attack(one.run)
    except (failure, OSError) as problem:
        print(f"FAIL {name}: {problem}", flush=True)
        return False
    print(f"ok {name}", flush=True)
    return True


def leave(_number, _frame):
    raise SystemExit(1)  # the ways out of all with statements are gone


def main():
    parser, arguments = read_arguments()
    # These read the environment.
    import chat_cases, door_cases, gossip_cases, identify_cases, own_cases, proof_cases, yamux_cases  # noqa: F401,E401
    from case import CASES, Failure  # pylint: disable=import-outside-toplevel
    from siege import Siege  # pylint: disable=import-outside-toplevel
    if arguments.list:
        print("\n".join(f"{name} {'slow' if one.is_slow else 'network'}" for name, one in CASES.items()))
        return 0
    if unknown := [name for name in arguments.cases if name not in CASES]:
        parser.error(f"no such attack: {', '.join(unknown)}")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    results = [play(name, CASES[name], Siege, Failure) for name in arguments.cases or CASES]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
