#!/usr/bin/env python3
"""Tests of the golden runner: it passes, fails, and updates when it should."""

import contextlib
import io
import os
import tempfile
import unittest

import golden


class Golden(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "a.golden")

    def tearDown(self):
        self.folder.cleanup()

    def check(self, text, update=False):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)
        with contextlib.redirect_stdout(io.StringIO()) as output:
            passed = golden.check(self.path, self.folder.name, update)
        with open(self.path, encoding="utf-8") as file:
            return passed, output.getvalue(), file.read()

    def test_passes_on_equal_output(self):
        text = "# why\n$ echo data; echo message >&2; exit 3\n? 3\n> data\n! message\n"
        self.assertEqual(self.check(text), (True, "", text))

    def test_fails_with_a_diff(self):
        for text in ("$ echo data\n> other\n", "$ exit 1\n", "$ echo data\n", "$ true\n! message\n",
                     "$ printf data\n> data\n", "$ echo 12 ms\n>~ \\d+ s\n"):
            passed, output, after = self.check(text)
            self.assertFalse(passed, text)
            self.assertIn("what the command does now", output)
            self.assertEqual(after, text)

    def test_expressions_match_whole_lines(self):
        text = "$ echo 12 ms\n>~ \\d+ ms\n"
        self.assertEqual(self.check(text), (True, "", text))

    def test_update_rewrites_and_keeps_expressions(self):
        text = "$ echo 12 ms; echo new; exit 1\n>~ \\d+ ms\n> old\n$ true\n> gone\n# end\n"
        passed, _, after = self.check(text, update=True)
        self.assertTrue(passed)
        self.assertEqual(after, "$ echo 12 ms; echo new; exit 1\n? 1\n>~ \\d+ ms\n> new\n"
                                "$ true\n# end\n")


if __name__ == "__main__":
    unittest.main()
