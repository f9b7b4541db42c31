#!/usr/bin/env python3
"""Every shipped scenario has a feasible plan, or can be governed, and is listed."""

import glob
import json
import math
import os
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "scenarios")


def shipped():
    paths = glob.glob("*.json", root_dir=FOLDER) + glob.glob("published/*.json", root_dir=FOLDER)
    return sorted(path for path in paths if not path.endswith(".schema.json"))


def governed_ones():
    return sorted(glob.glob("governance/*.json", root_dir=FOLDER))


def studies():
    return sorted(glob.glob("studies/*.json", root_dir=FOLDER))


def endpoints():
    return sorted(glob.glob("endpoints/*.json", root_dir=FOLDER))


def govern(path):
    return subprocess.run([os.environ["SEXTANT_BINARY"], "govern", os.path.join(FOLDER, path),
                           "--models", os.path.join(ROOT, "models"), "--replicas", "2", "--json"],
                          capture_output=True, text=True, timeout=60, check=False)


def planned(path):
    return subprocess.run([os.environ["SEXTANT_BINARY"], "plan", os.path.join(FOLDER, path),
                           "--models", os.path.join(ROOT, "models"), "--replicas", "4", "--json"],
                          capture_output=True, text=True, timeout=60, check=False)


class Scenarios(unittest.TestCase):
    def test_have_a_feasible_plan(self):
        self.assertGreaterEqual(len(shipped()), 20)
        for path in shipped():
            with self.subTest(path):
                run = planned(path)
                self.assertEqual(run.returncode, 0, run.stderr)
                plan = json.loads(run.stdout)
                days = plan["forecast"]["wall_time_s"]["p50"] / 86400
                self.assertTrue(plan["feasible"])
                self.assertTrue(math.isfinite(days) and days > 0)

    def test_can_be_governed(self):
        self.assertGreaterEqual(len(governed_ones()), 7)
        for path in governed_ones():
            with self.subTest(path):
                run = govern(path)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertEqual(run.stderr, "")
                json.loads(run.stdout)

    def test_can_be_served(self):
        self.assertGreaterEqual(len(endpoints()), 5)
        for path in endpoints():
            with self.subTest(path):
                run = subprocess.run([os.environ["SEXTANT_BINARY"], "endpoints",
                                      os.path.join(FOLDER, path), "--models",
                                      os.path.join(ROOT, "models"), "--json"],
                                     capture_output=True, text=True, timeout=120, check=False)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertEqual(run.stderr, "")
                for alternative in json.loads(run.stdout)["alternatives"]:
                    self.assertTrue(alternative["meets_target"], alternative["name"])

    def test_can_be_swept(self):
        self.assertGreaterEqual(len(studies()), 4)
        for path in studies():
            with self.subTest(path), tempfile.TemporaryDirectory() as folder:
                run = subprocess.run([os.environ["SEXTANT_BINARY"], "sweep",
                                      os.path.join(FOLDER, path), "--replicas", "2", "--json"],
                                     cwd=folder, capture_output=True, text=True, timeout=60,
                                     check=False)
                self.assertEqual(run.returncode, 0, run.stderr)
                points = json.loads(run.stdout)["points"]
                self.assertEqual(points["ok"], points["total"])

    def test_are_listed(self):
        with open(os.path.join(FOLDER, "README.md"), encoding="utf-8") as file:
            page = file.read()
        for path in shipped() + governed_ones() + endpoints() + studies():
            self.assertIn(f"]({path})", page)


if __name__ == "__main__":
    unittest.main()
