#!/usr/bin/env python3
"""Builds every flavour of gossipchat, runs its tests, and sums up. Started by tools/test.

What cannot run on this machine is never passed over in silence: a test that cannot run ends with
code 77 after printing "NOT RUN <name>: <reason>", and a program with several cases appends such
lines to the file named by GOSSIPCHAT_NOT_RUN_FILE. All of them are repeated in the summary.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUTPUT_BYTES_MAX = 1024 * 1024  # kept of what one test says
TEST_SECONDS_MAX = 600  # for tests that set no bound of their own
LOG_LINES_SHOWN = 40


@dataclasses.dataclass(frozen=True)
class Build:
    """One flavour: a preset of CMakePresets.json, and which tests to run in it, by label."""

    preset: str
    purpose: str
    only: str = ""  # regular expressions for ctest -L and -LE
    without: str = ""
    needs: str = ""  # a command without which the flavour cannot be built


# Tests without a label run too: only what is named in `without` is left to another flavour.
BUILDS = (
    Build("ci", "sanitizers, warnings are errors", without="^fuzz$"),
    Build("release", "what users run", without="^(fuzz|interop|check)$"),
    Build("fuzz", "libFuzzer and clang", without="^(slow|network|interop|check)$", needs="clang-14"),
)
QUICK_BUILDS = (Build("ci", "sanitizers, warnings are errors", only="^quick$"),)


@dataclasses.dataclass
class Result:
    """What came of one test: outcome is passed, failed or not run."""

    build: str
    name: str
    label: str
    outcome: str
    seconds: float = 0.0


@dataclasses.dataclass
class Summary:
    results: list = dataclasses.field(default_factory=list)
    not_run: dict = dataclasses.field(default_factory=dict)  # "name: reason", in order

    def add_not_run(self, name, reason):
        self.not_run.setdefault(f"{name}: {reason}", None)

    def count(self, outcome):
        return sum(result.outcome == outcome for result in self.results)


def not_run_lines(text):
    """The (name, reason) pairs of the lines "NOT RUN name: reason" in a text."""
    return re.findall(r"^NOT RUN ([^\s:]+): *(.*\S)", text or "", re.MULTILINE)


def read_results(build, report, labels, summary):
    """Adds what a JUnit report of ctest says. `labels` has the first label of each test."""
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        name = case.get("name", "?")
        status = case.get("status", "fail")
        reasons = not_run_lines(case.findtext("system-out"))
        for reason in reasons:
            summary.add_not_run(*reason)
        outcome = {"run": "passed", "notrun": "not run", "disabled": "not run"}.get(status, "failed")
        skipped = case.find("skipped")
        message = skipped.get("message", "") if skipped is not None else ""
        if outcome == "not run":
            # ctest calls a test that was never built "not run" too; that is nobody's wish.
            if status == "notrun" and not message.startswith("SKIP_"):
                outcome = "failed"
            elif not reasons:
                summary.add_not_run(name, message or status)
        seconds = float(case.get("time", 0))
        summary.results.append(Result(build, name, labels.get(name, "-"), outcome, seconds))


def run_logged(command, log, environment=None):
    """Runs a command with all output in a file. On failure shows the end of it."""
    with open(log, "wb") as file:
        code = subprocess.call(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file,
                               stderr=subprocess.STDOUT, env=environment)
    if code != 0:
        lines = log.read_text(errors="replace").splitlines()
        print("\n".join(lines[-LOG_LINES_SHOWN:]))
        print(f"failed: {' '.join(map(str, command))}; all of its output is in {log}")
    return code == 0


def make(build, folder):
    """Configures and builds one flavour; true if that went well."""
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    print(f"building {build.preset} ({build.purpose})", flush=True)
    configure = ["cmake", "--preset", build.preset, "-DBUILD_TESTING=ON"]
    done = run_logged(configure, folder / "configure.log") and run_logged(
        ["cmake", "--build", str(folder), "--", "--quiet", "-k", "0"], folder / "build.log")
    if done:
        print(f"built {build.preset} in {time.monotonic() - started:.0f} s", flush=True)
    return done


def selection(build, patterns):
    """The arguments of ctest that select the tests of one flavour."""
    arguments = ["--no-tests=ignore"]
    if build.only:
        arguments += ["-L", build.only]
    if build.without:
        arguments += ["-LE", build.without]
    if patterns:
        arguments += ["-R", "|".join(f"({pattern})" for pattern in patterns)]
    return arguments


def first_labels(folder, arguments):
    """The first label of each selected test. Empty if ctest does not answer."""
    listing = subprocess.run(["ctest", "--test-dir", str(folder), "--show-only=json-v1", *arguments],
                             stdout=subprocess.PIPE, check=False)
    labels = {}
    for test in json.loads(listing.stdout or "{}").get("tests", []):
        values = [value["value"] for value in test.get("properties", []) if value["name"] == "LABELS"]
        labels[test["name"]] = values[0][0] if values and values[0] else "-"
    return labels


def run_tests(build, folder, patterns, summary):
    arguments = selection(build, patterns)
    labels = first_labels(folder, arguments)
    report = folder / "report.xml"
    notes = folder / "not_run.txt"
    report.unlink(missing_ok=True)
    notes.write_text("")
    environment = dict(os.environ, GOSSIPCHAT_NOT_RUN_FILE=str(notes))
    subprocess.call(["ctest", "--test-dir", str(folder), "--parallel", str(os.cpu_count() or 2),
                     "--timeout", str(TEST_SECONDS_MAX), "--output-on-failure", "--output-junit",
                     str(report), "--test-output-size-passed", str(OUTPUT_BYTES_MAX),
                     "--test-output-size-failed", str(OUTPUT_BYTES_MAX), *arguments],
                    cwd=ROOT, stdin=subprocess.DEVNULL, env=environment)
    if report.exists():
        read_results(build.preset, report, labels, summary)
    elif labels:
        summary.results.append(Result(build.preset, "ctest", "-", "failed"))
    for name, reason in not_run_lines(notes.read_text(errors="replace")):
        summary.add_not_run(name, reason)


def print_summary(summary):
    rows = {}
    for result in summary.results:
        row = rows.setdefault((result.build, result.label), [0, 0, 0, 0.0])
        row[("passed", "failed", "not run").index(result.outcome)] += 1
        row[3] += result.seconds
    print(f"\n{'build':10}{'label':12}{'passed':>8}{'failed':>8}{'not run':>9}{'seconds':>10}")
    for (build, label), (passed, failed, not_run, seconds) in sorted(rows.items()):
        print(f"{build:10}{label:12}{passed:8}{failed:8}{not_run:9}{seconds:10.1f}")
    print()
    for line in summary.not_run:
        print(f"NOT RUN {line}")
    for result in summary.results:
        if result.outcome == "failed":
            print(f"FAILED {result.name} ({result.build})")


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="tools/test", description="Installs what is missing, builds everything, runs every test.",
        epilog="The last line is 'N passed, N failed'. The status is 0 if nothing failed.")
    parser.add_argument("--quick", action="store_true",
                        help="only the quick tests, and only in the build with the sanitizers")
    parser.add_argument("--require-all", action="store_true",
                        help="what cannot run on this machine is a failure")
    parser.add_argument("-R", metavar="REGEX", action="append", default=[], dest="patterns",
                        help="only tests whose name matches; may be repeated")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse_arguments(arguments)
    summary = Summary()
    for build in QUICK_BUILDS if options.quick else BUILDS:
        folder = ROOT / "build" / build.preset
        if build.needs and not shutil.which(build.needs):
            summary.add_not_run(build.preset, f"{build.needs} is not installed")
        elif make(build, folder):
            run_tests(build, folder, options.patterns, summary)
        else:
            summary.results.append(Result(build.preset, f"build.{build.preset}", "-", "failed"))
    if not summary.results and not summary.not_run:
        print("no test was selected")
    print_summary(summary)
    failed = summary.count("failed")
    if options.require_all and summary.not_run:
        print(f"{len(summary.not_run)} of the above did not run; all are required, so they count as failed")
        failed += len(summary.not_run)
    print(f"{summary.count('passed')} passed, {failed} failed")
    return 0 if failed == 0 and summary.results else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
