#!/usr/bin/env python3
"""sextant-comm replay: a step runs on the ranks that mpirun started, beside a forecast that was
written before."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DATA = os.path.join(ROOT, "tests", "data", "comm")
COMM = os.environ["SEXTANT_COMM_BINARY"]
MPIRUN = shutil.which("mpirun")
SKIPPED = 77  # ctest's word for it

ENVIRONMENT = {**os.environ, "OMPI_MCA_btl": "self,vader",  # one machine: shared memory only
               "ASAN_OPTIONS": "detect_leaks=0"}            # Open MPI's own
LAUNCH = (MPIRUN, "--allow-run-as-root", "--oversubscribe", "-n")
PARTS = {"compute", "recompute", "tensor_parallel", "pipeline_bubble", "pipeline_transfer",
         "data_parallel", "context_parallel", "expert_parallel", "optimizer", "host", "other"}


class Replay(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def run_replay(self, ranks, scenario, *options):
        command = [*LAUNCH, str(ranks), COMM, "replay", os.path.join(DATA, scenario + ".json"),
                   "--device", "cpu", "--backend", "mpi", *options]
        return subprocess.run(command, env=ENVIRONMENT, cwd=self.folder, capture_output=True,
                              text=True, timeout=120, check=False)

    def replay(self, ranks, scenario, *options):
        """The result document, after what holds for every one."""
        output = os.path.join(self.folder, "result.json")
        done = self.run_replay(ranks, scenario, "--output", output, "--steps", "3", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(output, encoding="utf-8") as file:
            result = json.load(file)
        self.check_forecast(result, done.stderr)
        self.check_parts(result)
        self.assertEqual(result["ranks"], ranks)
        self.assertEqual(len(result["step"]["steps_s"]), 3)
        return result, done

    def check_forecast(self, result, stderr):
        """It is the file that was named before the first step, and says the same."""
        self.assertIn("XXH64 " + result["forecast"]["xxh64"], stderr)
        path = os.path.join(self.folder, "result.forecast.json")
        self.assertEqual(os.path.realpath(result["forecast"]["file"]), os.path.realpath(path))
        self.assertLessEqual(os.stat(path).st_mtime_ns,
                             os.stat(os.path.join(self.folder, "result.json")).st_mtime_ns)
        if shutil.which("xxhsum"):
            said = subprocess.run(["xxhsum", "-H1", path], capture_output=True, text=True,
                                  check=True).stdout
            self.assertEqual(re.match(r"[0-9a-f]+", said).group(), result["forecast"]["xxh64"])
        with open(path, encoding="utf-8") as file:
            forecast = json.load(file)
        self.assertEqual(forecast["step_s"], result["step"]["predicted_s"])
        self.assertEqual(forecast["files"], result["files"])

    def check_parts(self, result):
        for side in ("predicted_s", "measured_s"):
            parts = result["parts"][side]
            self.assertEqual(set(parts), PARTS)
            step = result["step"][side]
            self.assertGreater(step, 0)
            self.assertAlmostEqual(sum(parts.values()) / step, 1, places=6)
            for stage in result["stages"]:
                self.assertAlmostEqual(sum(stage[side].values()) / step, 1, places=6)
        self.assertLessEqual(result["step"]["min_s"], result["step"]["measured_s"])
        self.assertLessEqual(result["step"]["measured_s"], result["step"]["max_s"])

    def measured(self, result, part):
        return result["parts"]["measured_s"][part]

    def test_replicas(self):
        result, _ = self.replay(2, "dp2")
        self.assertGreater(self.measured(result, "compute"), 0)
        self.assertGreater(self.measured(result, "optimizer"), 0)

    def test_tensor_ranks(self):
        result, _ = self.replay(2, "tp2")
        self.assertGreater(self.measured(result, "tensor_parallel"), 0)

    def test_stages(self):
        result, _ = self.replay(2, "pp2")
        self.assertEqual(len(result["stages"]), 2)

    def test_stages_of_two_chunks_with_replicas(self):
        result, _ = self.replay(4, "pp2-dp2")
        self.assertEqual(len(result["stages"]), 2)

    def test_sharded_parameters(self):
        self.replay(2, "zero-3")

    def test_experts(self):
        result, _ = self.replay(4, "experts")
        self.assertGreater(self.measured(result, "expert_parallel"), 0)
        self.assertGreater(self.measured(result, "recompute"), 0)

    def test_context_ranks(self):
        result, _ = self.replay(2, "context")
        self.assertGreater(self.measured(result, "context_parallel"), 0)
        self.assertTrue(any("ring" in note for note in result["notes"]), result["notes"])

    def test_on_standard_output(self):
        done = self.run_replay(2, "dp2", "--steps", "1", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["schema"], "sextant.replay/1")
        self.assertTrue(os.path.exists(os.path.join(self.folder, "dp2.forecast.json")))
        text = self.run_replay(2, "dp2", "--steps", "1").stdout
        for word in ("forecast", "measured", "compute", "stage 0", "XXH64"):
            self.assertIn(word, text)

    def expect_refused(self, ranks, scenario, code, *words):
        done = self.run_replay(ranks, scenario)
        self.assertEqual(done.returncode, code, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_other_numbers_of_ranks(self):
        self.expect_refused(2, "pp2-dp2", 69, "4 accelerators", "2 ranks", "mpirun -np 4")

    def test_formats_that_a_core_has_not(self):
        self.expect_refused(2, "bf16", 69, "precision", "fp32")

    def test_a_step_that_takes_too_long(self):
        done = self.run_replay(2, "dp2", "--step-timeout", "1 ms")
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertIn("--step-timeout", done.stderr)

    def test_a_model_that_does_not_fit(self):
        for name in ("dp2.json", "cores-2.json"):
            with open(os.path.join(DATA, name), encoding="utf-8") as file:
                text = file.read().replace('"tiny.json"', '"llama2-7b"')
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        done = self.run_replay(2, os.path.join(self.folder, "dp2"))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("memory", done.stderr)

    def test_wrong_scenario(self):
        self.expect_refused(2, "no-such", 3, "no-such.json")

    def test_unknown_phase(self):
        done = self.run_replay(2, "dp2", "--phase", "later")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("--phase", done.stderr)


if __name__ == "__main__":
    if not MPIRUN:
        print("mpirun is not there (openmpi-bin): skipped", file=sys.stderr)
        sys.exit(SKIPPED)
    unittest.main()
