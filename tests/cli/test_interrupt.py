#!/usr/bin/env python3
"""plan, compare, govern and validate say what they know when a signal comes, and what they say is
what fewer replicas would have said. When the signal comes is left to chance: each test holds for
whatever had been done by then."""

import json
import os
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SMALL = os.path.join(ROOT, "tests", "data", "good", "small.json")
MODELS = os.path.join(ROOT, "tests", "data", "models")
STATIC = os.path.join(ROOT, "scenarios", "governance", "static.json")
GOVERNED = os.path.join(ROOT, "scenarios", "governance", "governed.json")
SEXTANT = os.environ["SEXTANT_BINARY"]
INTERRUPTED = 130
NOTHING_KNOWN = "sextant: interrupted before anything was known"
MANY = "300000"


def finished(*words):
    return subprocess.run([SEXTANT, *words], capture_output=True, text=True, timeout=300,
                          check=False)


def interrupted(*words, after, sign=signal.SIGINT):
    """What the command said after a signal; None if it was over before, or knew nothing."""
    with subprocess.Popen([SEXTANT, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        time.sleep(after)
        process.send_signal(sign)
        stdout, stderr = process.communicate(timeout=300)
    if process.returncode == -sign:
        assert NOTHING_KNOWN in stderr, stderr
        assert stdout == ""
        return None
    if process.returncode == 0:
        return None
    assert process.returncode == INTERRUPTED, (process.returncode, stderr)
    assert "sextant: interrupted" in stderr, stderr
    return stdout


def interrupted_in_time(*words, sign=signal.SIGINT):
    """Waits longer until something is known."""
    for after in (0.7, 1.1, 1.8, 2.9, 4.6, 7.4, 12, 19, 30):
        stdout = interrupted(*words, after=after, sign=sign)
        if stdout is not None:
            return stdout
    raise AssertionError("it was never interrupted while it knew something")


class Plan(unittest.TestCase):
    WORDS = ("plan", SMALL, "--models", MODELS)

    def test_forecasts_from_the_first_replicas(self):
        part = json.loads(interrupted_in_time(*self.WORDS, "--replicas", MANY, "--json"))
        done = part["replicas"]
        self.assertEqual(part["interrupted"], {"replicas": done, "of": int(MANY)})
        whole = json.loads(finished(*self.WORDS, "--replicas", str(done), "--json").stdout)
        self.assertNotIn("interrupted", whole)
        self.assertEqual(part["digest"], whole["digest"])
        self.assertEqual(part["forecast"], whole["forecast"])

    def test_says_so_in_the_text(self):
        text = interrupted_in_time(*self.WORDS, "--replicas", MANY)
        self.assertRegex(text, r"interrupted after [\d,]+ of 300,000 replicas")

    def test_listens_to_sigterm(self):
        text = interrupted_in_time(*self.WORDS, "--replicas", MANY, sign=signal.SIGTERM)
        self.assertIn("interrupted", text)

    def test_ends_at_the_second_signal(self):
        with subprocess.Popen([SEXTANT, *self.WORDS, "--replicas", MANY], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            time.sleep(1.5)
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=300)
        self.assertIn(process.returncode, (-signal.SIGINT, INTERRUPTED))


class Compare(unittest.TestCase):
    def test_says_which_runs_it_knows(self):
        answer = json.loads(interrupted_in_time("compare", SMALL, SMALL, "--models", MODELS,
                                             "--replicas", MANY, "--json"))
        first, second = answer["runs"]
        self.assertTrue(first["feasible"])
        self.assertTrue("interrupted" in first["plan"] or "interrupted" in second)


class Govern(unittest.TestCase):
    def test_answers_from_the_first_replicas(self):
        part = json.loads(interrupted_in_time("govern", GOVERNED, "--replicas", MANY, "--json"))
        done = part["replicas"]
        self.assertEqual(part["interrupted"], {"replicas": done, "of": int(MANY)})
        whole = finished("govern", GOVERNED, "--replicas", str(done), "--json")
        self.assertEqual(part["digest"], json.loads(whole.stdout)["digest"])

    def test_answers_for_the_first_policy_alone(self):
        answer = json.loads(interrupted_in_time("govern", STATIC, GOVERNED, "--replicas", "1000",
                                                "--json"))
        self.assertEqual(answer["scenario"], "static")


class Validate(unittest.TestCase):
    def test_validates_the_scenarios_it_has_come_to(self):
        with tempfile.TemporaryDirectory() as folder:
            names = [os.path.join(folder, f"{i}.json") for i in range(3000)]
            for name in names:
                os.symlink(SMALL, name)
            stdout = interrupted("validate", *names, "--models", MODELS, "--json", after=3)
        if stdout is not None:
            self.assertEqual(json.loads(stdout)["schema"], "sextant.validate/1")


if __name__ == "__main__":
    unittest.main()
