#!/usr/bin/env python3
"""What a terminal gets: colours where it has them, one line of progress that is wiped, and nothing
that a name in a file could make it do."""

import json
import os
import pty
import re
import signal
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.path.join(ROOT, "tests", "data")
SMALL = os.path.join(DATA, "good", "small.json")
MODELS = ("--models", os.path.join(DATA, "models"))
SEXTANT = os.environ["SEXTANT_BINARY"]
OURS = re.compile(r"\x1b\[(?:0|1|2|33|36)m|\r\x1b\[K|\r  [^\r\n]*\x1b\[K")
HOSTILE = "evil\x1b[31m\x1b]0;title\x07\x9b2J\u202eנדל日本" + 10000 * "x"


def read_all(descriptor):
    text = b""
    try:
        while chunk := os.read(descriptor, 65536):
            text += chunk
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(descriptor)
    return text.decode("utf-8", "replace")


def on_terminal(*words, environment=None):
    """stdout and stderr of the words as a terminal gets them, and the exit code."""
    ours, theirs = pty.openpty()
    settings = {**os.environ, "TERM": "xterm", **(environment or {})}
    with subprocess.Popen([SEXTANT, *words], stdin=subprocess.DEVNULL, stdout=theirs,
                          stderr=theirs, env=settings) as process:
        os.close(theirs)
        text = read_all(ours)
    return text, process.returncode


class Colour(unittest.TestCase):
    PLAN = ("plan", SMALL, *MODELS)

    def test_on_a_terminal(self):
        self.assertIn("\x1b[1m", on_terminal(*self.PLAN)[0])

    def test_not_where_it_is_not_wanted(self):
        for settings in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\x1b[1m", on_terminal(*self.PLAN, environment=settings)[0])

    def test_with_an_empty_no_color(self):  # no-color.org: only when it is not empty
        self.assertIn("\x1b[1m", on_terminal(*self.PLAN, environment={"NO_COLOR": ""})[0])

    def test_not_in_a_pipe(self):
        result = subprocess.run([SEXTANT, *self.PLAN], capture_output=True, text=True, check=True)
        self.assertNotIn("\x1b", result.stdout + result.stderr)


class ProgressLine(unittest.TestCase):
    WORDS = ("plan", SMALL, *MODELS, "--replicas", "300000", "--threads", "1")

    def test_comes_and_is_wiped(self):
        ours, theirs = pty.openpty()
        with subprocess.Popen([SEXTANT, *self.WORDS], stdout=subprocess.DEVNULL,
                              stderr=theirs) as process:
            os.close(theirs)
            text = ""
            while " of 300,000 replicas, " not in text and process.poll() is None:
                text += os.read(ours, 4096).decode()
            process.send_signal(signal.SIGINT)
            text += read_all(ours)
        self.assertRegex(text, r"\r  [\d,]+ of 300,000 replicas, \d+ s, [\d,.]+ /s, "
                               r"about \d+ s left")
        last = text.rindex("replicas, ")
        self.assertIn("\r\x1b[K", text[last:])
        self.assertEqual(OURS.sub("", text).strip().replace("\r", ""),
                         "sextant: interrupted: this is what was known by then")

    def test_is_not_in_a_pipe(self):
        with subprocess.Popen([SEXTANT, *self.WORDS], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as process:
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
            stderr = process.stderr.read()
        self.assertNotIn("\r", stderr)


class HostileNames(unittest.TestCase):
    """Of scenarios, teams and jobs, in every command that reads them."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def hostile(self, path, *replaced):
        """A copy of the file in which these names are hostile."""
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            text = file.read()
        for name in replaced:
            self.assertIn(f'"{name}"', text)
            text = text.replace(f'"{name}"', json.dumps(HOSTILE + name))
        copy = os.path.join(self.folder.name, os.path.basename(path))
        with open(copy, "w", encoding="utf-8") as file:
            file.write(text)
        return copy

    def check(self, *words):
        text, code = on_terminal(*words)
        self.assertIn(code, (0, 1), text[:2000])
        rest = OURS.sub("", text).replace("\r\n", "\n")
        for command in ("\x1b", "\x07", "\x9b", "\u202e"):
            self.assertNotIn(command, rest, words)
        self.assertNotIn(400 * "x", rest)
        self.assertIn("\\u001b[31m", rest)
        return rest

    def test_of_a_scenario(self):
        copy = self.hostile("tests/data/good/small.json", "small")
        self.check("plan", copy, *MODELS, "--explain")
        self.check("plan", SMALL, *MODELS, "--against", copy)
        self.check("compare", copy, SMALL, *MODELS)
        self.check("optimize", copy, *MODELS, "--nodes", "2,4", "--keep", "interval")
        result = subprocess.run([SEXTANT, "plan", copy, *MODELS, "--json"], capture_output=True,
                                text=True, check=True)
        self.assertEqual(json.loads(result.stdout)["scenario"], HOSTILE + "small")

    def test_of_a_cluster(self):
        copy = self.hostile("scenarios/governance/governed.json", "governed")
        self.check("govern", copy, "--replicas", "1")
        static = os.path.join(ROOT, "scenarios", "governance", "static.json")
        self.check("govern", static, copy, "--replicas", "1")

    def test_of_endpoints(self):
        copy = self.hostile("scenarios/endpoints/layoutlm.json", "layoutlm")
        self.check("endpoints", copy)

    def test_in_what_is_wrong_with_a_file(self):
        copy = self.hostile("tests/data/good/small.json", "tiny", "spares")
        text, code = on_terminal("plan", copy, *MODELS)
        self.assertEqual(code, 3)
        rest = OURS.sub("", text)
        for command in ("\x1b", "\x07", "\x9b"):
            self.assertNotIn(command, rest)


if __name__ == "__main__":
    unittest.main()
