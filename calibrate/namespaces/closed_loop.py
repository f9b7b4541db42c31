#!/usr/bin/env python3
"""The whole way on one machine: hosts in network namespaces behind shaped links are measured, the
measurements are fitted, a training step is forecast, and replayed on the same hosts.

    closed_loop.py --rate 1gbit --hosts 2

Needs root, iproute2 and Open MPI (see `hosts`). Prints forecast and replay of three layouts side by
side; exits 1 if the replayed median is off by more than --tolerance, or their order is not that of
the forecasts. Nothing else should run on the machine meanwhile: ranks are pinned to its cores.
"""

import argparse
import collections
import contextlib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
HOSTS = os.path.join(HERE, "hosts")
SECONDS = 600  # that any one command may take

FITTED = "all_reduce,all_gather,reduce_scatter,all_to_all,point_to_point"
MODEL = {"name": "loop", "title": "A small decoder", "layers": 4, "hidden": 512, "heads": 8,
         "feed_forward": 2048, "activation": "gelu", "vocabulary": 2048}
LAYOUTS = {
    2: ({"data": 2}, {"tensor": 2}, {"pipeline": 2}),
    4: ({"data": 4}, {"tensor": 2, "data": 2}, {"pipeline": 2, "data": 2}),
}


Row = collections.namedtuple("Row", "name forecast median computing communicating")


class Failed(Exception):
    """A command that did not end well, with what it printed."""


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if result.returncode != 0:
        raise Failed(f"{' '.join(command)}: exit code {result.returncode}\n"
                     f"{result.stdout}{result.stderr}")
    return result.stdout


@contextlib.contextmanager
def hosts(count, rate):
    run(HOSTS, "up", str(count), rate)
    try:
        yield
    finally:
        run(HOSTS, "down")


def mpirun(*command):
    return run(HOSTS, "mpirun", "--", *command)


def assumed(value):
    return {"value": value, "source": "of the hosts made for this", "date": "2026-11",
            "method": "assumed"}


def gigabits(rate):
    number, unit = rate[:-4], rate[-4:]
    return float(number) * {"gbit": 1.0, "mbit": 1e-3}[unit]


def instance(rate):
    return {"name": f"host-{rate}", "title": f"A namespace behind {rate}/s",
            "accelerator": "cpu-core", "accelerators": 1, "fabric": "ethernet",
            "network_bandwidth": assumed(f"{gigabits(rate)} Gb/s"), "network_cards": assumed(1),
            "power": {load: assumed(watts)
                      for load, watts in (("idle", "2 W"), ("half", "5 W"), ("full", "8 W"))}}


def scenario(layout, count, options):
    """One step that communicates where it stands: nothing is hidden behind computing."""
    given = {"zero": 0, "micro_batch": options.micro_batch, **layout}
    return {
        "schema": "sextant.scenario/1", "name": name_of(layout), "model": MODEL,
        "cluster": {"instance": "node.json", "nodes": count, "region": "us-east-1"},
        "training": {"tokens": "1M", "sequence_length": options.sequence_length,
                     "global_batch": options.global_batch, "precision": "fp32",
                     "software": {"framework": "replay", "attention": "fused_softmax",
                                  "data_overlap": False, "gather_overlap": False},
                     "layout": given},
        "checkpoint": {"interval": "30 min", "write_time": "1 s"},
        "failures": "rsc1-a100", "recovery": {"restart": "1 min"}, "calibration": "fit.json"}


def name_of(layout):
    return ", ".join(f"{degree} {ranks}" for degree, ranks in layout.items())


def write(path, document):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=2)


class Loop:
    """Files of one round in a folder of their own."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def measure(self):
        """Collectives and kernels of the hosts, into collectives.json and compute.json."""
        common = ("--instance", self.path("node.json"))
        write(self.path("node.json"), instance(self.options.rate))
        common += ("--point-time", "500 ms", "--warm-up", "1")
        mpirun(self.options.comm, "collectives", "--backend", "mpi", "--operations", FITTED,
               "--smallest", "1 KiB", "--largest", self.options.largest, "--step", "4",
               "--output", self.path("collectives.json"), *common)
        mpirun(self.options.comm, "compute", "--device", "cpu",
               "--output", self.path("compute.json"), *common)

    def fit(self):
        return run(self.options.sextant, "calibrate", "fit", self.path("collectives.json"),
                   self.path("compute.json"), "--instance", self.path("node.json"),
                   "--base", "cpu", "--output", self.path("fit.json"))

    def replay(self, layout):
        file = self.path(name_of(layout).replace(", ", "-").replace(" ", "") + ".json")
        write(file, scenario(layout, self.options.hosts, self.options))
        return json.loads(mpirun(self.options.comm, "replay", file, "--backend", "mpi",
                                 "--device", "cpu", "--steps", str(self.options.steps), "--json",
                                 "--output", file[:-len(".json")] + "-replay.json"))


def shares(result):
    """Computing and communicating, as shares of the measured step."""
    parts = result["parts"]["measured_s"]
    computing = sum(parts[part] for part in ("compute", "recompute", "optimizer"))
    return computing / sum(parts.values()), result["communication_share"]["measured"]


def round_of(options, folder):
    """Measures, fits, forecasts and replays; a Row for each layout."""
    loop = Loop(options, folder)
    loop.measure()
    print(loop.fit())
    rows = []
    for layout in LAYOUTS[options.hosts]:
        result = loop.replay(layout)
        step = result["step"]
        rows.append(Row(name_of(layout), step["predicted_s"], step["measured_s"], *shares(result)))
    return rows


def table(options, rows):
    lines = [f"{options.hosts} hosts at {options.rate}/s",
             f"  {'layout':22} {'forecast':>9} {'replayed':>9} {'error':>7} {'computing':>10} "
             f"{'communicating':>14}"]
    lines += [f"  {row.name:22} {row.forecast:8.3f}s {row.median:8.3f}s "
              f"{row.forecast / row.median - 1:+7.1%} {row.computing:10.0%} "
              f"{row.communicating:14.0%}" for row in rows]
    return "\n".join(lines)


def judge(options, rows):
    """What is wrong with the rows, in words."""
    faults = [f"{row.name}: {row.forecast / row.median - 1:+.1%}" for row in rows
              if abs(row.forecast / row.median - 1) > options.tolerance]
    by_forecast = [row.name for row in sorted(rows, key=lambda row: row.forecast)]
    by_replay = [row.name for row in sorted(rows, key=lambda row: row.median)]
    if by_forecast != by_replay:
        faults.append(f"forecast order {'; '.join(by_forecast)}, replayed {'; '.join(by_replay)}")
    return faults


def parse(arguments):
    build = os.path.join(ROOT, "build", "release", "bin")
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, choices=sorted(LAYOUTS), default=2)
    parser.add_argument("--rate", default="1gbit", help="of each link: 1gbit, 300mbit")
    parser.add_argument("--sequence-length", type=int, default=256)
    parser.add_argument("--global-batch", type=int, default=4, help="sequences")
    parser.add_argument("--micro-batch", type=int, default=1, help="sequences")
    parser.add_argument("--largest", default="64 MiB", help="message that is measured")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--tolerance", type=float, default=0.15, help="share of the replayed step")
    parser.add_argument("--folder", help="where files go, and stay; default: nowhere")
    parser.add_argument("--sextant", default=os.path.join(build, "sextant"))
    parser.add_argument("--comm", default=os.path.join(build, "sextant-comm"))
    return parser.parse_args(arguments)


def main():
    options = parse(None)
    if options.folder:
        os.makedirs(options.folder, exist_ok=True)
    with contextlib.ExitStack() as stack:
        folder = options.folder or stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(hosts(options.hosts, options.rate))
        try:
            rows = round_of(options, folder)
        except Failed as failure:
            sys.exit(str(failure))
    print(table(options, rows))
    faults = judge(options, rows)
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
