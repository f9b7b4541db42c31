#!/usr/bin/env python3
"""The sample reports are those that their list names, and what a run finds today."""

import glob
import os
import re
import subprocess
import sys
import tempfile
import unittest
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "reports", "samples")
SCRIPT = os.path.join(FOLDER, "regenerate")
SKIPPED = 77

# Runs of a second or less, of different commands.
TRIED = ("plan-llama3-8b-2xp5", "govern-static", "endpoints-decisions", "calibrate-check-p5")


def script():
    """The script as a module."""
    sys.dont_write_bytecode = True
    loader = SourceFileLoader("regenerate", SCRIPT)
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


regenerate = script()


def what_it_says(folder, name):
    """The document without the day and the program that made it."""
    page = regenerate.document(os.path.join(folder, name + ".html"))
    page.pop("made")
    page["result"].pop("provenance", None)
    return page


class Samples(unittest.TestCase):
    def listed(self):
        with open(os.path.join(FOLDER, "index.md"), encoding="utf-8") as file:
            return set(re.findall(r"\]\(([^)]+)\.html\)", file.read()))

    def test_are_those_that_are_listed(self):
        there = {os.path.basename(path)[:-len(".html")]
                 for path in glob.glob(os.path.join(FOLDER, "*.html"))}
        self.assertEqual(there, self.listed())
        self.assertEqual(there, set(regenerate.samples()))

    def test_say_what_a_run_finds_today(self):
        self.maxDiff = 2000
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([SCRIPT, "--output", folder, "--only", ",".join(TRIED),
                            os.environ["SEXTANT_BINARY"]], check=True, capture_output=True)
            for name in TRIED:
                with self.subTest(name):
                    self.assertEqual(what_it_says(FOLDER, name), what_it_says(folder, name),
                                     "out of date: run reports/samples/regenerate")


if __name__ == "__main__":
    if not os.path.exists(os.path.join(FOLDER, "index.md")):
        print("skipped: no samples; reports/samples/regenerate writes them")
        sys.exit(SKIPPED)
    unittest.main()
