#!/usr/bin/env python3
"""The flow tier against the replay: on a network that does not limit, both have the same step.

Runs every shipped training scenario with --network flow. Those whose network is congested on
purpose are excluded by name; all others must agree within 3 %.
"""

import glob
import json
import os
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "scenarios")
WORKER = os.path.join(os.path.dirname(os.environ["SEXTANT_BINARY"]), "sextant-flow")
TOLERANCE = 0.03

# What these ask is what their network costs.
CONGESTED = {"moe-rails.json", "oversubscribed-spine.json", "scattered-placement.json"}


def shipped():
    names = glob.glob("*.json", root_dir=FOLDER)
    return sorted(name for name in names if not name.endswith(".schema.json"))


def planned(*words):
    return subprocess.run([os.environ["SEXTANT_BINARY"], "plan", *words, "--models",
                           os.path.join(ROOT, "models"), "--replicas", "2"],
                          capture_output=True, text=True, timeout=600, check=False)


def network_of(name, *options):
    run = planned(os.path.join(FOLDER, name), "--network", "flow", "--json", *options)
    if run.returncode != 0:
        raise AssertionError(f"{name}: {run.returncode}: {run.stderr}")
    plan = json.loads(run.stdout)
    return plan, plan["network"]


class FlowTier(unittest.TestCase):
    def test_agrees_with_the_replay(self):
        names = [name for name in shipped() if name not in CONGESTED]
        self.assertGreaterEqual(len(names), 20)
        for name in names:
            with self.subTest(name):
                plan, network = network_of(name)
                step = network["step"]
                ratio = step["flow_s"] / step["replay_s"]
                print(f"{name:36} replay {step['replay_s']:10.4f} s  flow {step['flow_s']:10.4f} s "
                      f" {100 * (ratio - 1):+6.2f} %  engine {network['engine']['wall_s']:6.2f} s "
                      f"{network['engine']['peak_bytes'] / 1e6:6.0f} MB"
                      f"{'' if network['folded'] else '  unfolded'}")
                self.assertLessEqual(abs(ratio - 1), TOLERANCE)
                self.assertAlmostEqual(plan["step"]["time_s"] / step["flow_s"], 1, 9)
                parts = sum(step["flow_breakdown_s"].values())
                self.assertAlmostEqual(parts / step["flow_s"], 1, 6)

    def test_congestion_costs(self):
        for name in sorted(CONGESTED):
            with self.subTest(name):
                _, network = network_of(name)
                step = network["step"]
                self.assertGreaterEqual(step["flow_s"], step["replay_s"] * (1 - 1e-6))

    def test_is_the_same_every_time(self):
        def answer():
            plan, network = network_of("llama3-8b-2xp5.json")
            return plan["digest"], network["step"], network["kinds"], network["tiers"]
        self.assertEqual(answer(), answer())

    def test_folded_is_unfolded(self):
        _, folded = network_of("llama2-7b-2xp5.json")
        _, unfolded = network_of("llama2-7b-2xp5.json", "--unfolded")
        self.assertTrue(folded["folded"])
        self.assertFalse(unfolded["folded"])
        self.assertAlmostEqual(folded["step"]["flow_s"] / unfolded["step"]["flow_s"], 1, 6)


class WithoutWorker(unittest.TestCase):
    def plan(self, worker, *options):
        environment = dict(os.environ, SEXTANT_FLOW=worker)
        return subprocess.run([os.environ["SEXTANT_BINARY"], "plan",
                               os.path.join(FOLDER, "llama3-8b-2xp5.json"), "--models",
                               os.path.join(ROOT, "models"), "--replicas", "2", *options],
                              env=environment, capture_output=True, text=True, timeout=60,
                              check=False)

    def test_is_unavailable_where_it_is_not_installed(self):
        run = self.plan("/nowhere/sextant-flow", "--network", "flow")
        self.assertEqual(run.returncode, 69, run.stderr)
        self.assertIn("sextant-flow", run.stderr)
        self.assertEqual(run.stdout, "")

    def test_a_worker_that_dies_is_a_defect(self):
        run = self.plan("/bin/false", "--network", "flow")
        self.assertEqual(run.returncode, 70, run.stderr)

    def test_the_replay_needs_none(self):
        self.assertEqual(self.plan("/nowhere/sextant-flow").returncode, 0)

    def test_a_wrong_command_line(self):
        for options in (("--network", "packets"), ("--placements",), ("--unfolded",),
                        ("--flow-timeout", "5"), ("--network", "flow", "--flow-timeout", "0")):
            run = self.plan("/nowhere/sextant-flow", *options)
            self.assertEqual(run.returncode, 2, f"{options}: {run.stderr}")


if __name__ == "__main__":
    if not os.path.exists(WORKER):
        print("skipped: sextant-flow was not built, for SimGrid was not found")
        sys.exit(77)
    unittest.main()
