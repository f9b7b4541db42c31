#!/usr/bin/env python3
"""The closed loop on hosts made of network namespaces: measured, fitted, forecast, replayed. Prints
how far forecasts and independent tools are off; only what no noise of the machine explains fails.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
NAMESPACES = os.path.join(ROOT, "calibrate", "namespaces")
HOSTS = os.path.join(NAMESPACES, "hosts")
COMM = os.environ["SEXTANT_COMM_BINARY"]
SEXTANT = os.environ["SEXTANT_BINARY"]
PLAIN = os.environ["PLAIN_ALL_REDUCE"]
NOISE = 0.5  # of a busy machine; closed_loop.py itself judges by 0.15

os.environ["SEXTANT_HOSTS"] = f"t{os.getpid()}"  # apart from hosts that somebody has up
sys.path.insert(0, NAMESPACES)
import closed_loop  # noqa: E402  (after the path)


def say(text):
    print(text, file=sys.stderr, flush=True)


class Rounds(unittest.TestCase):
    def round(self, hosts, rate, *options):
        arguments = closed_loop.parse(["--hosts", str(hosts), "--rate", rate, "--comm", COMM,
                                       "--sextant", SEXTANT, *options])
        with tempfile.TemporaryDirectory() as folder, closed_loop.hosts(hosts, rate):
            rows = closed_loop.round_of(arguments, folder)
            files = os.listdir(folder)
        say(closed_loop.table(arguments, rows))
        self.assertEqual(sum(name.endswith(".forecast.json") for name in files), len(rows))
        return rows

    def test_two_hosts(self):
        for row in self.round(2, "1gbit", "--largest", "16 MiB", "--steps", "3"):
            self.assertLess(abs(row.forecast / row.median - 1), NOISE, row)


class Links(unittest.TestCase):
    """Two hosts behind 500 Mb/s."""

    RATE = "500mbit"

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        closed_loop.run(HOSTS, "up", "2", cls.RATE)

    @classmethod
    def tearDownClass(cls):
        closed_loop.run(HOSTS, "down")
        shutil.rmtree(cls.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def measured(self, *options):
        file = self.path("measured.json")
        closed_loop.mpirun(COMM, "collectives", "--backend", "mpi", "--output", file,
                           "--step", "8", "--point-time", "300 ms", "--repetitions", "3",
                           "--warm-up", "1", *options)
        with open(file, encoding="utf-8") as document:
            return json.load(document)["samples"]

    def test_all_reduce_beside_a_plain_program(self):
        sizes = [1 << 17, 1 << 20, 1 << 23]
        plain = dict(map(float, line.split())
                     for line in closed_loop.mpirun(PLAIN, *map(str, sizes)).splitlines())
        samples = {sample["bytes"]: sample["p50_s"]
                   for sample in self.measured("--operations", "all_reduce", "--smallest",
                                               "128 KiB", "--largest", "8 MiB")
                   if sample["nodes"] == 2 and not sample.get("flags")}
        ratios = [samples[size] / plain[size] for size in sizes]
        say("all-reduce, sextant-comm / plain program: "
            + ", ".join(f"{size >> 10} KiB {ratio - 1:+.1%}" for size, ratio in zip(sizes, ratios)))
        self.assertLess(abs(statistics.median(ratios) - 1), NOISE)

    def test_stream_beside_iperf3(self):
        if not shutil.which("iperf3"):
            self.skipTest("iperf3 is not installed")
        with subprocess.Popen([HOSTS, "exec", "2", "iperf3", "--server", "--one-off"],
                              stdout=subprocess.DEVNULL) as server:
            closed_loop.run("sh", "-c", "for i in $(seq 50); do "
                            f"{HOSTS} exec 2 ss -ltn | grep -q :5201 && exit 0; sleep 0.1; done")
            report = json.loads(closed_loop.run(HOSTS, "exec", "1", "iperf3", "--client",
                                                "10.87.0.2", "--time", "3", "--json"))
            server.wait(timeout=20)
        theirs = report["end"]["sum_received"]["bits_per_second"] / 8
        sample = max((sample for sample in
                      self.measured("--operations", "point_to_point_stream", "--smallest", "1 MiB",
                                    "--largest", "8 MiB") if sample["nodes"] == 2),
                     key=lambda sample: sample["bytes"])
        ours = sample["bytes"] / sample["p50_s"]
        say(f"stream, sextant-comm / iperf3: {ours / theirs - 1:+.1%} "
            f"({ours / 1e6:.1f} of {theirs / 1e6:.1f} MB/s)")
        self.assertLess(abs(ours / theirs - 1), NOISE)


class Cut(unittest.TestCase):
    def test_an_unreachable_host_ends_the_run_with_the_points_so_far(self):
        switch = f"{os.environ['SEXTANT_HOSTS']}-switch"
        with tempfile.TemporaryDirectory() as folder, closed_loop.hosts(2, "1gbit"):
            document, messages = (os.path.join(folder, name) for name in ("cut.json", "messages"))
            command = [HOSTS, "mpirun", "--", COMM, "collectives", "--backend", "mpi", "--output",
                       document, "--operations", "all_reduce", "--smallest", "1 KiB", "--largest",
                       "64 MiB", "--point-timeout", "5 s"]
            with open(messages, "w", encoding="utf-8") as err, \
                    subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=err):
                try:
                    self.wait_for(lambda: self.points(document) > 0, "the first point")
                    closed_loop.run("ip", "-n", switch, "link", "set", "port2", "down")
                    self.wait_for(lambda: "has taken longer than 5 s" in self.text(messages),
                                  "the message")
                finally:  # mpirun may wait for a host that it cannot reach
                    closed_loop.run(HOSTS, "down")
            self.assertGreater(self.points(document), 0)

    def wait_for(self, condition, what):
        give_up = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), give_up, f"{what} did not come")
            time.sleep(0.05)

    def points(self, document):
        return len(json.loads(self.text(document))["samples"]) if os.path.exists(document) else 0

    @staticmethod
    def text(path):
        with open(path, encoding="utf-8") as file:
            return file.read()


if __name__ == "__main__":
    if subprocess.run([HOSTS, "permitted"], check=False).returncode != 0:
        say("skipped: network namespaces with shaped links are not permitted here")
        sys.exit(77)
    try:
        unittest.main()
    finally:
        subprocess.run([HOSTS, "down"], check=False)
