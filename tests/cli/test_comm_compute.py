#!/usr/bin/env python3
"""sextant-comm compute from outside: what it measures on cores, what the fit makes of it, what it
says without a GPU, and that its vector code cannot reach processors that lack the instructions."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections import Counter

COMM = os.environ["SEXTANT_COMM_BINARY"]
SEXTANT = os.environ["SEXTANT_BINARY"]
LIBRARY = os.environ["SEXTANT_COMM_COMPUTE"]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MPIRUN = shutil.which("mpirun")
SKIPPED = 77  # ctest's word for it
if MPIRUN is None:
    print("skipped: mpirun is not installed (openmpi-bin)")
    sys.exit(SKIPPED)

LONGEST = 120  # seconds; nothing here takes a tenth of it
UNAVAILABLE = 69
ENVIRONMENT = {**os.environ, "OMPI_MCA_btl": "self,vader", "OMPI_MCA_rmaps_base_oversubscribe": "1",
               "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "ASAN_OPTIONS": "detect_leaks=0"}
SMALL = ("--sides", "64,128", "--memory", "1 MiB", "--point-time", "10 ms", "--repetitions", "3")


def run(*command):
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True,
                          timeout=LONGEST, check=False)


def compute(ranks, *options):
    """The finished process, and the document it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "out.json")
        done = run(MPIRUN, "-n", str(ranks), COMM, "compute", *options, "-o", output)
        document = None
        if os.path.exists(output):
            with open(output, encoding="utf-8") as file:
                document = json.load(file)
        return done, document


class Cores(unittest.TestCase):
    def test_measures_kernels_on_all_ranks_at_once(self):
        done, document = compute(2, "--device", "cpu", *SMALL)
        self.assertEqual(done.returncode, 0, done.stderr)
        conditions = document["environment"]["conditions"]
        self.assertEqual(conditions["device"], "cpu")
        self.assertIn(conditions["simd"], ("avx512", "avx2", "baseline"))
        self.assertIn("one core", document["environment"]["accelerator"])
        samples = document["samples"]
        counts = Counter(sample["operation"] for sample in samples)
        self.assertEqual(counts["kernel_launch"], 1)
        self.assertEqual(counts["memory_stream"], 5)  # 4 KiB to 1 MiB
        self.assertEqual(counts["attention"], 2)
        self.assertGreater(counts["gemm"], 8)
        for sample in samples:
            self.assertEqual(sample["ranks"], 2)
            self.assertGreater(sample["time_s"], 0)
        square = next(s for s in samples if s.get("m") == s.get("n") == s.get("k") == 128)
        self.assertEqual(square["precision"], "float")
        self.assertEqual(square["bytes"], 3 * 4 * 128 * 128)

    def test_the_fit_reads_them(self):
        with tempfile.TemporaryDirectory() as folder:
            measured = os.path.join(folder, "cores.json")
            done = run(MPIRUN, "-n", "1", COMM, "compute", "--device", "cpu", *SMALL, "-o",
                       measured)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(measured, encoding="utf-8") as file:
                document = json.load(file)
            for sample in document["samples"]:  # a busy machine must not decide
                sample.pop("flags", None)
            with open(measured, "w", encoding="utf-8") as file:
                json.dump(document, file)
            fitted = os.path.join(folder, "fit.json")
            instance = os.path.join(ROOT, "tests", "data", "clusters", "four_cores.json")
            done = run(SEXTANT, "calibrate", "fit", measured, "--instance", instance, "--base",
                       "cpu", "--output", fitted)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("gemm_16bit", done.stdout)
            self.assertIn("attention: 2 points, not fitted", done.stdout)
            with open(fitted, encoding="utf-8") as file:
                cpu = json.load(file)["accelerators"]["cpu"]
            self.assertEqual(cpu["memory"]["method"], "fitted")

    def test_leaves_out_what_there_is_no_time_for(self):
        done, document = compute(1, "--device", "cpu", *SMALL, "--total-time", "1 ns")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(document["samples"], [])
        self.assertIn("points were left out", done.stderr)


class NoGpu(unittest.TestCase):
    """Whether the build has CUDA or not, the program starts, and says what is missing."""

    def setUp(self):
        self.inventory = run(COMM, "inventory").stdout
        if re.search(r"× .* on this node", self.inventory):
            self.skipTest("this node has a GPU")
        self.built = "no GPU on this node" in self.inventory

    def expect_refusal(self, done):
        self.assertEqual(done.returncode, UNAVAILABLE, done.stderr)
        expected = "no GPU on this node" if self.built else "this build has no"
        self.assertIn(expected, done.stderr)

    def test_the_inventory_says_so(self):
        self.assertRegex(self.inventory, r"NCCL back end, CUDA +(CUDA \d+\.\d+, .*|no: install)")
        self.assertRegex(self.inventory, r"accelerator +none")

    def test_the_device(self):
        done, _ = compute(1, "--device", "cuda", *SMALL)
        self.expect_refusal(done)

    def test_the_back_end(self):
        self.expect_refusal(run(MPIRUN, "-n", "1", COMM, "collectives", "--backend", "nccl"))


class VectorCode(unittest.TestCase):
    def test_shares_no_inline_function_with_the_rest(self):
        """The linker keeps one of several weak functions of a name. One that was compiled for wider
        vectors than the processor has must not be the one: all of those are in namespaces of their
        own."""
        nm = shutil.which("nm")
        if nm is None:
            self.skipTest("nm is not installed (binutils)")
        wide = 0
        for member in re.split(r"\n(?=\S+\.o:\n)", run(nm, "-C", LIBRARY).stdout):
            instructions = re.search(r" [A-TV-Z] sextant::comm::(avx\w+)::kKernels$", member, re.M)
            if not instructions:
                continue
            wide += 1
            for weak in re.findall(r"^[0-9a-f]+ W (.*)", member, re.M):
                if not weak.startswith(("__asan", "asan.")):
                    self.assertIn(f"Eigen_{instructions[1]}::", weak)
        if os.uname().machine == "x86_64":
            self.assertEqual(wide, 2)


if __name__ == "__main__":
    unittest.main()
