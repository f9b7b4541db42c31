#!/usr/bin/env python3
"""optimize: the same answer from any number of threads and processes, the best so far when it is
stopped, and a scenario that plan reads."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SMALL = os.path.join(ROOT, "tests", "data", "good", "small.json")
MODELS = os.path.join(ROOT, "tests", "data", "models")
SEXTANT = os.environ["SEXTANT_BINARY"]
MPIRUN = shutil.which("mpirun")

LEFT_OUT = "left out" in subprocess.run([SEXTANT, "version"], capture_output=True, text=True,
                                        check=True).stdout
ENVIRONMENT = {**os.environ, "OMPI_MCA_btl": "self,vader",  # one machine: shared memory only
               "ASAN_OPTIONS": "detect_leaks=0"}            # Open MPI's own


def command(name, scenario, *options):
    return [SEXTANT, name, scenario, "--models", MODELS, "--json", *options]


def run(*words):
    return subprocess.run(words, env=ENVIRONMENT, capture_output=True, text=True, timeout=300,
                          check=False)


class Optimize(unittest.TestCase):
    QUESTION = command("optimize", SMALL, "--nodes", "1,2,4", "--keep", "interval")

    def test_same_at_any_number_of_threads(self):
        one = run(*self.QUESTION, "--threads", "1")
        self.assertEqual(one.returncode, 0, one.stderr)
        self.assertEqual(run(*self.QUESTION, "--threads", "3").stdout, one.stdout)

    @unittest.skipIf(MPIRUN is None or LEFT_OUT, "no MPI")
    def test_same_from_any_number_of_processes(self):
        alone = run(*self.QUESTION).stdout
        for ranks in ("2", "3"):
            together = run(MPIRUN, "--allow-run-as-root", "--oversubscribe", "-n", ranks,
                           *self.QUESTION, "--threads", "1")
            self.assertEqual(together.returncode, 0, together.stderr)
            self.assertEqual(together.stdout, alone)

    def test_plan_reads_what_it_writes(self):
        with tempfile.TemporaryDirectory() as folder:
            best = os.path.join(folder, "best.json")
            answer = run(*self.QUESTION, "--write", best)
            first = json.loads(answer.stdout)["best"][0]
            plan = json.loads(run(*command("plan", best)).stdout)
        self.assertEqual(plan["digest"], first["digest"])

    def test_says_the_best_so_far_when_it_is_stopped(self):
        """Far more choices than it has time for: whenever the signal comes, there is an answer,
        or none yet, and it is marked."""
        many = ",".join(str(number) for number in range(1, 101))
        words = command("optimize", SMALL, "--nodes", many, "--spares", "0," + many)
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=300)
        answer = json.loads(stdout)
        self.assertFalse(answer["complete"])
        self.assertEqual(process.returncode, 0 if answer["feasible"] else 1, stderr)


if __name__ == "__main__":
    unittest.main()
