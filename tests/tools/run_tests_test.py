#!/usr/bin/env python3
"""Does tools/run_tests.py count right, and does it pass over nothing in silence?"""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))

import run_tests  # noqa: E402  pylint: disable=wrong-import-position

# As ctest 3.25 writes it, one of each kind.
REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="(empty)" tests="6" failures="1" disabled="1" skipped="3" hostname="" time="2">
  <testcase name="unit.good" classname="unit.good" time="0.5" status="run">
    <system-out>fine</system-out></testcase>
  <testcase name="unit.bad" classname="unit.bad" time="0.25" status="fail">
    <failure message=""/><system-out>NOT RUN ghost</system-out></testcase>
  <testcase name="network.lan" classname="network.lan" time="0" status="notrun">
    <skipped message="SKIP_RETURN_CODE=77"/>
    <system-out>one
NOT RUN network.lan: no namespaces here: Operation not permitted
two</system-out></testcase>
  <testcase name="interop.mute" classname="interop.mute" time="0" status="notrun">
    <skipped message="SKIP_RETURN_CODE=77"/><system-out></system-out></testcase>
  <testcase name="unit.gone" classname="unit.gone" time="0" status="notrun">
    <skipped message="Unable to find executable: unit.gone"/><system-out/></testcase>
  <testcase name="unit.off" classname="unit.off" time="0" status="disabled">
    <skipped message="Disabled"/><system-out/></testcase>
  <testcase name="interop.table" classname="interop.table" time="1" status="run">
    <system-out>NOT RUN interop.table.rust: cargo 1.63 is too old</system-out></testcase>
</testsuite>
"""


class RunTestsTest(unittest.TestCase):
    def read(self):
        summary = run_tests.Summary()
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder) / "report.xml"
            report.write_text(REPORT)
            run_tests.read_results("ci", report, {"unit.good": "quick"}, summary)
        return summary

    def test_outcomes(self):
        outcomes = {result.name: result.outcome for result in self.read().results}
        self.assertEqual(outcomes, {
            "unit.good": "passed", "unit.bad": "failed", "network.lan": "not run", "interop.mute": "not run",
            "unit.gone": "failed", "unit.off": "not run", "interop.table": "passed"})

    def test_everything_that_did_not_run_has_a_line(self):
        self.assertEqual(list(self.read().not_run), [
            "network.lan: no namespaces here: Operation not permitted",
            "interop.mute: SKIP_RETURN_CODE=77",
            "unit.off: Disabled",
            "interop.table.rust: cargo 1.63 is too old"])

    def test_the_same_line_counts_once(self):
        summary = self.read()
        summary.add_not_run("unit.off", "Disabled")
        self.assertEqual(4, len(summary.not_run))

    def test_the_table_and_the_lines(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            run_tests.print_summary(self.read())
        text = output.getvalue()
        self.assertRegex(text, r"(?m)^ci +quick +1 +0 +0 +0\.5$")
        self.assertRegex(text, r"(?m)^ci +- +1 +2 +3 +1\.2$")
        self.assertRegex(text, r"(?m)^NOT RUN network\.lan: no namespaces here")
        self.assertRegex(text, r"(?m)^FAILED unit\.gone \(ci\)$")


class MainTest(unittest.TestCase):
    """The end of a run, with the builds and the tests themselves left out."""

    def setUp(self):
        self.kept = run_tests.make, run_tests.run_tests, run_tests.shutil.which

    def tearDown(self):
        run_tests.make, run_tests.run_tests, run_tests.shutil.which = self.kept

    def run_main(self, *arguments, passed=3, failed=0, not_run=0, builds=True):
        def run(build, _folder, _patterns, summary):
            summary.results += [run_tests.Result(build.preset, "t", "quick", "passed")] * passed
            summary.results += [run_tests.Result(build.preset, "t", "quick", "failed")] * failed
            for number in range(not_run):
                summary.add_not_run(f"t{number}", "reason")

        run_tests.make = lambda build, folder: builds
        run_tests.run_tests = run
        run_tests.shutil.which = lambda command: f"/usr/bin/{command}"
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = run_tests.main(list(arguments))
        return code, output.getvalue().splitlines()[-1]

    def test_all_is_well(self):
        self.assertEqual((0, "3 passed, 0 failed"), self.run_main("--quick"))
        self.assertEqual((0, "9 passed, 0 failed"), self.run_main())

    def test_a_failure_fails(self):
        self.assertEqual((1, "3 passed, 2 failed"), self.run_main("--quick", failed=2))

    def test_a_build_that_fails_is_a_failure(self):
        self.assertEqual((1, "0 passed, 1 failed"), self.run_main("--quick", builds=False))

    def test_what_did_not_run_fails_only_if_all_is_required(self):
        self.assertEqual((0, "3 passed, 0 failed"), self.run_main("--quick", not_run=2))
        self.assertEqual((1, "3 passed, 2 failed"), self.run_main("--quick", "--require-all", not_run=2))

    def test_nothing_at_all_is_a_failure(self):
        self.assertEqual((1, "0 passed, 0 failed"), self.run_main("--quick", passed=0))


class SelectionTest(unittest.TestCase):
    def test_every_label_is_run_somewhere(self):
        labels = ["quick", "slow", "network", "interop", "fuzz", "check", "a label nobody thought of"]
        for label in labels:
            runs = [build for build in run_tests.BUILDS
                    if run_tests.re.search(build.only, label)
                    and not (build.without and run_tests.re.search(build.without, label))]
            self.assertTrue(runs, label)

    def test_patterns_are_alternatives(self):
        arguments = run_tests.selection(run_tests.BUILDS[0], ["^unit", "lan|wan"])
        self.assertEqual("(^unit)|(lan|wan)", arguments[arguments.index("-R") + 1])


if __name__ == "__main__":
    unittest.main()
