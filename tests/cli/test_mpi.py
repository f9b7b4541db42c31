#!/usr/bin/env python3
"""The same answer from one process and from several that mpirun started together, whatever ends
them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DATA = os.path.join(ROOT, "tests", "data")
SMALL = os.path.join(DATA, "good", "small.json")
MODELS = os.path.join(DATA, "models")
SEXTANT = os.environ["SEXTANT_BINARY"]
MPIRUN = shutil.which("mpirun")

LEFT_OUT = "left out" in subprocess.run([SEXTANT, "version"], capture_output=True, text=True,
                                        check=True).stdout
ENVIRONMENT = {**os.environ, "OMPI_MCA_btl": "self,vader",  # one machine: shared memory only
               "ASAN_OPTIONS": "detect_leaks=0"}            # Open MPI's own


LAUNCH = (MPIRUN, "--allow-run-as-root", "--oversubscribe")


def mpirun(*command):
    return subprocess.run([*LAUNCH, *command],
                          env=ENVIRONMENT, capture_output=True, text=True, timeout=120,
                          check=False)


def plan(scenario, *options):
    return [SEXTANT, "plan", scenario, "--models", MODELS, *options]


SKIPPED = 77  # ctest's word for it


class Ranks(unittest.TestCase):
    def expect_as_alone(self, command, ranks_to_try=("2",)):
        """Any number of processes answers as one does that mpirun did not start."""
        alone = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        for ranks in ranks_to_try:
            together = mpirun("-n", ranks, *command)
            self.assertEqual(together.stdout, alone.stdout)
            self.assertEqual(together.returncode, alone.returncode)
            for line in alone.stderr.splitlines():
                self.assertEqual(together.stderr.count(line), 1, together.stderr)

    def test_same_text_and_json(self):
        self.expect_as_alone(plan(SMALL, "--explain", "--threads", "2"), ("1", "2", "3"))
        self.expect_as_alone(plan(SMALL, "--json"))
        self.expect_as_alone(plan(SMALL, "--replicas", "1"))

    def test_same_comparison(self):
        compared = [SEXTANT, "compare", SMALL, "--nodes", "4,8", "--models", MODELS]
        self.expect_as_alone(compared, ("2", "3"))
        self.expect_as_alone([*compared, "--json"])

    def test_same_faults(self):
        self.expect_as_alone(plan("absent.json"))
        self.expect_as_alone(plan(SMALL, "--replcas", "3"))
        self.expect_as_alone(plan(os.path.join(DATA, "infeasible", "block_too_short.json")))

    def sweep(self, folder, *options):
        return [SEXTANT, "sweep", os.path.join(DATA, "studies", "grid.json"), "--models", MODELS,
                "--output", os.path.join(folder, "results.sqlite"), *options]

    def test_sweeps_have_the_same_rows(self):
        with tempfile.TemporaryDirectory() as folder:
            alone = subprocess.run(self.sweep(folder, "--export", "csv"), capture_output=True,
                                   text=True, timeout=60, check=True)
        for ranks in ("1", "2", "3"):
            with tempfile.TemporaryDirectory() as folder:
                together = mpirun("-n", ranks, *self.sweep(folder, "--export", "csv"))
                self.assertEqual(together.stdout, alone.stdout, together.stderr)
                self.assertEqual(together.returncode, 0)
                again = mpirun("-n", ranks, *self.sweep(folder, "--json"))
                counts = json.loads(again.stdout)["points"]
                self.assertEqual((counts["done"], counts["done_now"]), (18, 0))

    def test_a_sweep_that_cannot_write(self):
        with tempfile.TemporaryDirectory() as folder:
            absent = os.path.join(folder, "absent")
            self.expect_as_alone(self.sweep(absent), ("2", "3"))

    def test_a_sweep_is_interrupted(self):
        """SIGTERM to mpirun reaches every rank; what was done stays, and the rest is done later."""
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, "results.sqlite")
            command = self.sweep(folder, "--replicas", "3000", "--threads", "1")
            started = subprocess.Popen([*LAUNCH, "-n", "2", *command], env=ENVIRONMENT,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            while not os.path.exists(output) and started.poll() is None:
                time.sleep(0.01)
            started.terminate()
            started.communicate(timeout=60)
            result = mpirun("-n", "2", *self.sweep(folder, "--replicas", "3000", "--json"))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(json.loads(result.stdout)["points"]["done"], 18)

    def test_what_is_not_shared_is_done_once(self):
        self.expect_as_alone([SEXTANT, "version"])
        self.expect_as_alone([SEXTANT, "catalog", "list", "instances", "--models", MODELS])
        self.expect_as_alone([SEXTANT, "validate", SMALL, "--models", MODELS])

    def expect_end(self, first, second, code, message):
        """Two processes that do not do the same end soon, alike, and say why."""
        result = mpirun("-n", "1", *first, ":", "-n", "1", *second)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertIn(message, result.stderr)
        self.assertEqual(result.stdout, "")

    def test_one_rank_cannot_read_its_files(self):
        self.expect_end(plan(SMALL), plan("absent.json"), 3, "absent.json")
        self.expect_end(plan("absent.json"), plan(SMALL), 3, "absent.json")
        self.expect_end(plan(SMALL), [SEXTANT, "version"], 70,
                        "process 2 of 2 has stopped before the others")

    def test_ranks_that_simulate_different_things(self):
        self.expect_end(plan(SMALL), plan(SMALL, "--replicas", "77"), 70, "do different things")

    def test_every_rank_says_how_it_ends(self):
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
            script.write('"$@"; echo "exit code $?"\n')
            script.flush()
            absent = mpirun("-n", "2", "bash", script.name, *plan("absent.json"))
        self.assertEqual(absent.stdout.count("exit code 3\n"), 2, absent.stdout)


if __name__ == "__main__":
    if MPIRUN is None or LEFT_OUT:
        print("no mpirun on this machine, or a program that was built without MPI")
        sys.exit(SKIPPED)
    unittest.main()
