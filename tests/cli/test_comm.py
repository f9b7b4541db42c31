#!/usr/bin/env python3
"""sextant-comm under mpirun on this machine, with the MPI back end: what it measures, and how it
ends when something goes wrong."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

COMM = os.environ.get("SEXTANT_COMM_BINARY", "")
SEXTANT = os.environ.get("SEXTANT_BINARY", "")
MPIRUN = shutil.which("mpirun")
SKIPPED = 77  # ctest's word for it

ENVIRONMENT = {**os.environ, "OMPI_MCA_btl": "self,vader",  # one machine: shared memory only
               "ASAN_OPTIONS": "detect_leaks=0",            # Open MPI's own
               "NCCL_DEBUG": "WARN", "FI_LOG_LEVEL": "warn", "SECRET_TOKEN": "hidden"}
# Repetitions of almost no time: what is looked at here is what is there, not how long it took.
QUICK = ("--backend", "mpi", "--point-time", "1 ms", "--warm-up", "1", "--repetitions", "2")

COLLECTIVES = {"all_reduce", "all_gather", "reduce_scatter", "all_to_all", "broadcast"}
MESSAGES = {"send_recv", "point_to_point", "point_to_point_stream",
            "point_to_point_bidirectional"}


LAUNCH = (MPIRUN, "--allow-run-as-root", "--oversubscribe")
# A rank in a host name space of its own: two to a node.
ON_A_NODE = """hostname node$((OMPI_COMM_WORLD_RANK / 2)) && exec "$@" """


def launch(ranks, *arguments):
    return [*LAUNCH, "-n", str(ranks), COMM, *arguments]


def can_rename_hosts():
    return subprocess.run(["unshare", "--uts", "hostname", "node0"], capture_output=True,
                          check=False).returncode == 0


def run(ranks, *arguments):
    return subprocess.run(launch(ranks, *arguments), env=ENVIRONMENT, capture_output=True,
                          text=True, timeout=120, check=False)


def flags(sample, prefix=""):
    return [flag for flag in sample.get("flags", []) if flag.startswith(prefix)]


def processes_of(marker):
    """The ranks whose command line has this word, by their process ids, ascending."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                words = file.read().decode().split("\0")
        except OSError:
            continue
        if words[0] == COMM and marker in words:
            found.append(int(entry))
    return sorted(found)


class CommTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.output = os.path.join(self.folder.name, "measurements.json")

    def document(self):
        with open(self.output, encoding="utf-8") as file:
            return json.load(file)

    def measured(self, ranks, *arguments):
        result = run(ranks, "collectives", *QUICK, "--output", self.output, *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return self.document(), result


class Measured(CommTest):
    def test_every_operation_of_two_ranks(self):
        document, result = self.measured(2, "--largest", "64 KiB", "--step", "64",
                                         "--instance", "mine")
        samples = document["samples"]
        self.assertEqual({s["operation"] for s in samples}, COLLECTIVES | MESSAGES)
        self.assertIn(f"{len(samples)} points are in {self.output}.", result.stderr)
        self.assertEqual({s["bytes"] for s in samples}, {8, 512, 32768})
        for sample in samples:
            self.assertEqual((sample["ranks"], sample["nodes"], sample["ranks_per_node"]),
                             (2, 1, 2))
            self.assertGreater(sample["time_s"], 0)
            self.assertGreaterEqual(sample["p99_s"], sample["p50_s"])
            self.assertGreaterEqual(sample["repetitions"], 2)
            self.assertNotIn("unchecked", flags(sample))
        environment = document["environment"]
        self.assertRegex(environment["tool"], r"^sextant-comm \d")
        self.assertEqual((environment["nodes"], environment["ranks_per_node"],
                          environment["instance"]), (1, 2, "mine"))
        self.assertEqual(environment["env"].get("NCCL_DEBUG"), "WARN")
        self.assertNotIn("hidden", json.dumps(document))
        self.assertRegex(document["date"], r"^\d{4}-\d{2}-\d{2}$")

    def test_a_layout_and_uneven_all_to_alls_of_four_ranks(self):
        document, _ = self.measured(4, "--smallest", "4 KiB", "--largest", "4 KiB",
                                    "--layout", "tensor=2", "--skew", "0.5,1")
        samples = document["samples"]
        groups = {}
        for sample in samples:
            for flag in flags(sample, "group:"):
                groups.setdefault(flag, set()).add(sample["operation"])
        reductions = {"all_reduce", "all_gather", "reduce_scatter"}
        self.assertEqual(groups, {"group:tensor": reductions, "group:shard": reductions})
        beside = [s for s in samples if "concurrent:shard" in flags(s)]
        self.assertEqual([(s["operation"], s["ranks"]) for s in beside], [("all_reduce", 2)])
        uneven = [flags(s, "skew:") for s in samples if "uneven" in flags(s)]
        self.assertEqual(uneven, [["skew:0.5"], ["skew:1"]])
        self.assertTrue(any("bisection" in flags(s) and s["ranks"] == 4 for s in samples))

    @unittest.skipUnless(shutil.which("unshare") and can_rename_hosts(), "needs root and unshare")
    def test_three_nodes_of_two_ranks(self):
        command = [*LAUNCH, "-n", "6", "unshare", "--uts", "sh", "-c", ON_A_NODE, "sh", COMM,
                   "collectives", *QUICK, "--smallest", "3 KiB", "--largest", "3 KiB",
                   "--operations", "all_reduce,point_to_point", "--layout", "tensor=2",
                   "--output", self.output]
        result = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True,
                                timeout=120, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.document()["environment"]["nodes"], 3)
        placed = [(s["operation"], s["ranks"], s["nodes"], s["ranks_per_node"], flags(s, "group:"))
                  for s in self.document()["samples"]]
        self.assertEqual(placed, [("point_to_point", 2, 1, 2, []), ("point_to_point", 2, 2, 1, []),
                                  ("all_reduce", 6, 3, 2, []), ("all_reduce", 2, 1, 2, []),
                                  ("all_reduce", 2, 1, 2, ["group:tensor"]),
                                  ("all_reduce", 3, 3, 1, ["group:shard"]),
                                  ("all_reduce", 2, 1, 2, ["group:tensor"]),
                                  ("all_reduce", 4, 2, 2, [])])

    def test_three_ranks_have_no_bisection(self):
        document, _ = self.measured(3, "--smallest", "100 B", "--largest", "100 B", "--no-check")
        samples = document["samples"]
        self.assertNotIn("point_to_point_bidirectional", {s["operation"] for s in samples})
        self.assertEqual({s["bytes"] for s in samples if s["operation"] == "all_gather"}, {108})
        self.assertTrue(all("unchecked" in flags(s) for s in samples))

    def test_the_document_goes_to_standard_output(self):
        result = run(2, "collectives", *QUICK, "--operations", "broadcast", "--largest", "8 B")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(json.loads(result.stdout)["samples"]), 1)

    def test_points_beyond_the_total_time_are_left_out(self):
        def measured_and_left_out(total_time):
            result = run(2, "collectives", "--backend", "mpi", "--point-time", "500 ms",
                         "--total-time", total_time, "--largest", "1 MiB", "--output", self.output)
            self.assertEqual(result.returncode, 0, result.stderr)
            note = re.search(r"note: (\d+) points were left out.*--total-time", result.stderr)
            self.assertIsNotNone(note, result.stderr)
            return len(self.document()["samples"]), int(note[1])

        measured, left_out = measured_and_left_out("0.2 s")
        none, all_points = measured_and_left_out("1 us")
        self.assertEqual((none, measured + left_out), (0, all_points))

    @unittest.skipUnless(os.path.exists(SEXTANT), "no sextant to read it")
    def test_sextant_reads_the_document(self):
        """What MPI moved between hosts' buffers says nothing of this node's accelerators."""
        self.measured(2, "--operations", "all_reduce", "--largest", "1 KiB", "--step", "16",
                      "--instance", "p5.48xlarge")
        fit = subprocess.run([SEXTANT, "calibrate", "fit", self.output, "--output",
                              os.path.join(self.folder.name, "fit.json")],
                             capture_output=True, text=True, timeout=60, check=False)
        self.assertIn("samples are not fitted: between buffers of hosts", fit.stdout + fit.stderr)


class Ended(CommTest):
    """By something that goes wrong: what was measured before is a whole document."""

    def start(self, *arguments):
        started = subprocess.Popen(
            launch(2, "collectives", "--backend", "mpi", "--point-time", "30 ms",
                   "--largest", "1 MiB", "--output", self.output, *arguments),
            env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(started.stdout.close)
        self.addCleanup(started.stderr.close)
        self.addCleanup(started.kill)
        while not self.points() and started.poll() is None:
            time.sleep(0.02)
        return started

    def points(self):
        try:
            return len(self.document()["samples"])
        except FileNotFoundError:
            return 0

    def finish(self, started):
        _, errors = started.communicate(timeout=60)
        patience = time.monotonic() + 10  # ranks may end a moment after mpirun
        while processes_of(self.output) and time.monotonic() < patience:
            time.sleep(0.05)
        self.assertEqual(processes_of(self.output), [])
        self.assertGreater(self.points(), 0)
        return errors

    def test_a_rank_is_killed(self):
        started = self.start()
        os.kill(processes_of(self.output)[1], signal.SIGKILL)
        self.finish(started)
        self.assertNotEqual(started.returncode, 0)

    def test_mpirun_is_told_to_end(self):
        started = self.start()
        started.terminate()
        self.assertRegex(self.finish(started),
                         rf"ended by SIGTERM. \d+ points? (is|are) in {self.output}")
        self.assertNotEqual(started.returncode, 0)

    def test_a_rank_stops(self):
        started = self.start("--point-timeout", "2 s")
        os.kill(processes_of(self.output)[1], signal.SIGSTOP)
        errors = self.finish(started)
        self.assertRegex(errors, r'rank 0 on \S+: ".*" has taken longer than 2 s')
        self.assertRegex(errors, r"Look whether every rank still runs")
        self.assertEqual(started.returncode, 75)

    def test_a_process_alone(self):
        result = subprocess.run([COMM, "collectives", *QUICK], env=ENVIRONMENT,
                                capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 69)
        self.assertIn("start at least two", result.stderr)


class Refused(CommTest):
    def refused(self, code, message, *arguments, ranks=2):
        result = run(ranks, *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stderr.count(message), 1, result.stderr)
        self.assertEqual(result.stdout, "")

    def test_a_wrong_command_line_is_said_once(self):
        self.refused(2, "did you mean '--largest'?", "collectives", "--lagest", "1 MiB")
        alone = subprocess.run([COMM], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(alone.returncode, 2)
        self.assertIn("usage: mpirun", alone.stderr)

    def test_what_is_not_there(self):
        self.refused(69, "--nodes 4: the processes are on 1 node", "collectives", *QUICK,
                     "--nodes", "4")
        self.refused(69, "does not divide the number of processes", "collectives", *QUICK,
                     "--layout", "tensor=3")
        self.refused(3, "cannot be written", "collectives", *QUICK, "--output", "/absent/a.json")

    def test_help_and_inventory(self):
        self.assertIn("collectives", run(2, "--help").stdout)
        self.assertEqual(run(2, "version").stdout.count("sextant-comm"), 1)
        inventory = run(2, "inventory")
        self.assertEqual(inventory.returncode, 0, inventory.stderr)
        self.assertIn("MPI back end", inventory.stdout)
        self.assertRegex(inventory.stdout, r"2 +on ")


if __name__ == "__main__":
    if MPIRUN is None or not COMM:
        print("no mpirun on this machine, or a build without sextant-comm")
        sys.exit(SKIPPED)
    unittest.main()
