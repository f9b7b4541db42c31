#!/usr/bin/env python3
"""sextant-comm over libfabric, on one machine: TCP and shared memory, tagged messages and RDMA
writes; names that do not exist; ranks that die or stop."""

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

COMM = os.environ["SEXTANT_COMM_BINARY"]
MPIRUN = shutil.which("mpirun")
SKIPPED = 77  # ctest's word for it
LONGEST = 240  # seconds; nothing here takes a tenth of it on an idle machine
ENVIRONMENT = {**os.environ, "OMPI_MCA_btl": "self,vader", "OMPI_MCA_rmaps_base_oversubscribe": "1",
               "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "ASAN_OPTIONS": "detect_leaks=0"}
OPERATIONS = {"all_reduce", "all_gather", "reduce_scatter", "all_to_all", "broadcast", "send_recv",
              "point_to_point", "point_to_point_stream", "point_to_point_bidirectional"}


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIPPED)


if MPIRUN is None:
    skip("mpirun is not installed (openmpi-bin)")
INVENTORY = subprocess.run([COMM, "inventory"], env=ENVIRONMENT, capture_output=True, text=True,
                           timeout=LONGEST, check=False).stdout
if not re.search(r"^ *libfabric back end +yes", INVENTORY, re.MULTILINE):
    skip("sextant-comm was built without libfabric (libfabric-dev)")


def command(ranks, output, *options):
    return [MPIRUN, "-n", str(ranks), COMM, "collectives", "--backend", "ofi", *options,
            "-o", output]


def document_of(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Ofi(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.output = os.path.join(self.folder, "out.json")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def run_it(self, ranks, *options):
        return subprocess.run(command(ranks, self.output, *options), env=ENVIRONMENT,
                              capture_output=True, text=True, timeout=LONGEST, check=False)

    def measure(self, ranks, *options):
        """The document of few repetitions at 8 B, 2 KiB, 512 KiB and 4 MiB."""
        done = self.run_it(ranks, "--largest", "4 MiB", "--step", "256", "--warm-up", "1",
                           "--repetitions", "2", "--point-time", "0.02 s", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return document_of(self.output)

    def refuse(self, *options):
        done = self.run_it(2, *options)
        self.assertEqual(done.returncode, 69, done.stderr)
        return done.stderr


class Measured(Ofi):
    def expect_whole(self, document, provider, messages):
        """Everything was measured; a wrong result would have ended the program."""
        environment = document["environment"]
        self.assertEqual(environment["provider"], provider)
        self.assertRegex(environment["libfabric"], r"^\d+\.\d+")
        self.assertEqual(environment["conditions"]["ofi_messages"], messages)
        self.assertEqual(environment["conditions"]["ofi_choice"], "as asked for")
        self.assertEqual({s["operation"] for s in document["samples"]}, OPERATIONS)
        for sample in document["samples"]:
            self.assertGreater(sample["time_s"], 0)

    def test_tcp_tagged(self):
        for ranks in (2, 4):
            self.expect_whole(self.measure(ranks, "--provider", "tcp"), "tcp", "tagged")

    def test_tcp_rma(self):
        for ranks in (2, 4):
            self.expect_whole(self.measure(ranks, "--provider", "tcp", "--rma"), "tcp", "rma_write")

    def test_shm_tagged(self):
        for ranks in (2, 4):
            self.expect_whole(self.measure(ranks, "--provider", "shm"), "shm", "tagged")

    def test_shm_rma(self):
        for ranks in (2, 4):
            self.expect_whole(self.measure(ranks, "--provider", "shm", "--rma"), "shm", "rma_write")

    def test_sub_groups_work_beside_each_other(self):
        document = self.measure(4, "--provider", "tcp", "--layout", "tensor=2")
        self.assertIn(2, {sample["ranks"] for sample in document["samples"]})

    def test_the_best_is_taken_where_none_is_named(self):
        document = self.measure(2, "--operations", "point_to_point")
        choice = document["environment"]["conditions"]["ofi_choice"]
        self.assertIn("the best that is offered here", choice)

    def test_a_rail_is_chosen_by_name(self):
        document = self.measure(2, "--provider", "tcp", "--rail", "lo", "--operations",
                                "point_to_point")
        self.assertEqual(document["environment"]["conditions"]["ofi_rails"], "lo")


class Refused(Ofi):
    def test_unknown_provider(self):
        self.assertRegex(self.refuse("--provider", "ether"),
                         r'no provider "ether" here; it has .*tcp.*shm')

    def test_unknown_rail(self):
        self.assertRegex(self.refuse("--provider", "tcp", "--rail", "eth99"),
                         r'no rail "eth99" here; of tcp.* there are .*lo')


class Interrupted(Ofi):
    """With ranks that die or stop in the middle, found by their command line's own folder."""

    def begin(self):
        arguments = command(2, self.output, "--provider", "tcp", "--point-timeout", "5 s",
                            "--operations", "all_reduce", "--largest", "64 MiB", "--point-time",
                            "2 s")
        with open(os.path.join(self.folder, "stderr"), "wb") as errors:
            started = subprocess.Popen(arguments, env=ENVIRONMENT, stdout=subprocess.DEVNULL,
                                       stderr=errors)
        self.addCleanup(started.kill)
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline:
            if os.path.exists(self.output) and document_of(self.output)["samples"]:
                return started
            time.sleep(0.1)
        raise AssertionError("no point in " + self.output)

    def second_rank(self):
        for name in os.listdir("/proc"):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read().decode().split("\0")
                with open(f"/proc/{name}/environ", "rb") as file:
                    variables = file.read().decode().split("\0")
            except (OSError, UnicodeDecodeError):
                continue
            if (words[0] == COMM and self.output in words
                    and "OMPI_COMM_WORLD_RANK=1" in variables):
                return int(name)
        raise AssertionError("rank 1 is not there")

    def expect_end(self, started):
        self.assertNotEqual(started.wait(timeout=LONGEST), 0)
        self.assertGreater(len(document_of(self.output)["samples"]), 0)

    def test_killed_rank(self):
        started = self.begin()
        os.kill(self.second_rank(), signal.SIGKILL)
        self.expect_end(started)

    def test_stopped_rank(self):
        started = self.begin()
        rank = self.second_rank()
        os.kill(rank, signal.SIGSTOP)
        try:
            self.expect_end(started)
        finally:
            try:
                os.kill(rank, signal.SIGKILL)
            except ProcessLookupError:
                pass
        with open(os.path.join(self.folder, "stderr"), encoding="utf-8") as file:
            self.assertIn("all_reduce", file.read())


if __name__ == "__main__":
    unittest.main()
