#!/usr/bin/env python3
"""Does tools/check_documents.py see when a document and the sources drift apart?"""
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))

import check_documents  # noqa: E402  pylint: disable=wrong-import-position
import lists  # noqa: E402  pylint: disable=wrong-import-position


def mirror(root, changed, text):
    """The project seen through links, but for one file that says something else."""
    source = ROOT
    for part in pathlib.Path(changed).parts:
        for entry in source.iterdir():
            if entry.name not in (part, ".git", "build"):
                (root / entry.name).symlink_to(entry)
        source, root = source / part, root / part
        if source.is_dir():
            root.mkdir()
    root.write_text(text)


class CheckDocumentsTest(unittest.TestCase):
    def problems(self, path, old, new):
        """What is wrong once `old` in a file has become `new`."""
        text = (ROOT / path).read_text()
        self.assertIn(old, text)
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            mirror(root, path, text.replace(old, new, 1))
            return "\n".join(check_documents.check(root))

    def test_the_documents_are_true(self):
        self.assertEqual([], list(check_documents.check(ROOT)))

    def test_an_option_is_renamed(self):
        self.assertIn("README.md: differs", self.problems("src/app/options.def", '"keep-open"', '"stay-open"'))

    def test_a_command_gets_another_example(self):
        self.assertIn("README.md: differs", self.problems("src/app/commands.def", "/help join", "/help who"))

    def test_an_exit_code_changes(self):
        self.assertIn("README.md: differs", self.problems("src/app/status.h", "STATUS_NOBODY = 5", "STATUS_NOBODY = 8"))

    def test_the_example_changes(self):
        self.assertIn("README.md: differs", self.problems("tests/embedding/example.c", "good morning", "good night"))

    def test_a_part_is_lost(self):
        self.assertIn("should have one part", self.problems("README.md", "<!-- commands -->", ""))

    def test_an_event_type_appears(self):
        self.assertEqual("README.md: says nothing of JSON type member.moved\n"
                         "README.md: tells of JSON type member.nick, which is not there",
                         self.problems("src/web/event_json.c", '"member.nick"', '"member.moved"'))

    def test_a_json_command_goes(self):
        self.assertIn("tells of JSON command nick", self.problems("src/web/command_json.c", '{"nick",', '{"name",'))

    def test_a_layer_may_use_more(self):
        found = self.problems("src/yamux/CMakeLists.txt", "MAY_USE base", "MAY_USE base crypto")
        self.assertIn("ARCHITECTURE.md: should say that yamux may use: base, crypto", found)
        self.assertIn("ARCHITECTURE.md: yamux may use: base;", found)

    def test_a_layer_is_not_told(self):
        found = self.problems("ARCHITECTURE.md", "| `ping` | base |", "| `pong` | base |")
        self.assertIn("should say that ping may use: base", found)

    def test_a_limit_changes(self):
        for path, old, new, name in (
                ("src/swarm/limits.c", ".peers_max = 64,", ".peers_max = 65,", "peers_max"),
                ("src/swarm/limits.c", ".output_bytes_max = 256 * KIB", ".output_bytes_max = 128 * KIB",
                 "output_bytes_max"),
                ("src/connection/connection.c", ".stall_time_max = duration_seconds(10)",
                 ".stall_time_max = duration_seconds(11)", "stall_time_max"),
                ("src/swarm/dialer.h", "PAUSE_MS_MAX 60000", "PAUSE_MS_MAX 60001", "DIALER_PAUSE_MS_MAX"),
                ("src/identity/signed_record.h", "RECORD_BYTES_MAX 4096", "RECORD_BYTES_MAX 4097",
                 "SIGNED_RECORD_BYTES_MAX")):
            self.assertRegex(self.problems(path, old, new), rf"^SECURITY.md: {name} is not [^\n]*$")

    def test_a_limit_goes(self):
        self.assertIn("has no number called HOLD_LINES_MAX",
                      self.problems("src/chat/hold.h", "#define HOLD_LINES_MAX", "#define HOLD_KEPT_MAX"))

    def test_a_limit_that_can_be_set_is_not_told(self):
        self.assertIn("says nothing of rooms_max", self.problems("SECURITY.md", "| `rooms_max` |", "| `topics_max` |"))

    def test_a_link_leads_nowhere(self):
        self.assertEqual("CONTRIBUTING.md: links to CHANGES.md, which is not there",
                         self.problems("CONTRIBUTING.md", "(CHANGELOG.md)", "(CHANGES.md)"))

    def test_a_path_leads_nowhere(self):
        self.assertEqual("CONTRIBUTING.md: names src/app/choices.def, which is not there",
                         self.problems("CONTRIBUTING.md", "src/app/options.def", "src/app/choices.def"))


class ListsTest(unittest.TestCase):
    def test_literals(self):
        text = '/* X(1) */\nX(a, "one, \\"two\\" (three)", \'n\',\n  NULL, "and "\n  "more")\n'
        self.assertEqual([("X", ["a", 'one, "two" (three)', "n", "", "and more"])], list(lists.calls(text, "X")))

    def test_a_broken_list_is_not_passed_over(self):
        with self.assertRaises(ValueError):
            list(lists.calls('X(a, "b', "X"))


if __name__ == "__main__":
    unittest.main()
