#!/usr/bin/env python3
"""The program as its user meets it: exit codes, what goes to stdout and stderr, JSON, terminals."""

import json
import os
import pty
import subprocess
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DATA = os.path.join(ROOT, "tests", "data")
SMALL = os.path.join(DATA, "good", "small.json")
MODELS = os.path.join(DATA, "models")
SEXTANT = os.environ["SEXTANT_BINARY"]


def sextant(*arguments, cwd=None, **environment):
    return subprocess.run([SEXTANT, *arguments], cwd=cwd, env={**os.environ, **environment},
                          capture_output=True, text=True, timeout=60, check=False)


def plan(*arguments, **environment):
    return sextant("plan", SMALL, "--models", MODELS, *arguments, **environment)


def variant(old, new):
    """A file with the small scenario, one text in it replaced; deleted when it is closed."""
    with open(SMALL, encoding="utf-8") as file:
        text = file.read()
    assert old in text
    copy = tempfile.NamedTemporaryFile("w", suffix=".json")  # pylint: disable=consider-using-with
    copy.write(text.replace(old, new))
    copy.flush()
    return copy


def on_terminal(*arguments, seconds=20):
    """What the program writes when stdout and stderr are a terminal."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen([SEXTANT, *arguments], stdout=slave, stderr=slave,
                          env=environment) as process:
        os.close(slave)
        written, end = b"", time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                chunk = os.read(master, 65536)
            except OSError:  # the other side is closed
                break
            if not chunk:
                break
            written += chunk
        process.wait()
    os.close(master)
    return written.decode()


class Against(unittest.TestCase):
    def test_a_plan_is_held_against_another_with_the_same_luck(self):
        with variant('"restart": "3 min"', '"restart": "4 min"') as slower:
            document = json.loads(plan("--against", slower.name, "--json").stdout)["against"]
        self.assertEqual(document["scenario"], "small")
        self.assertEqual(document["pairs"], document["plan"]["replicas"])
        saved = document["difference"]["wall_time_s"]
        self.assertLessEqual(saved["mean"], -60)  # at the start, and after every failure
        self.assertTrue(saved["certain"])


class WhatIfs(unittest.TestCase):
    def test_an_explanation_tells_what_faster_recovery_is_worth(self):
        failing = '"failures": {"base": "calm", "node_life": "4 h"}'
        with variant('"failures": "calm"', failing) as run:
            result = sextant("plan", run.name, "--models", MODELS, "--explain", "--json")
        worths = json.loads(result.stdout)["what_ifs"]
        self.assertEqual(worths[0]["change"], "no failures at all")
        means = [worth["saved_wall_time_s"]["mean"] for worth in worths]
        self.assertEqual(means, sorted(means, reverse=True))
        self.assertTrue(worths[0]["saved_wall_time_s"]["certain"])


class ExitCodes(unittest.TestCase):
    def expect(self, result, code, message):
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertIn(message, result.stderr)
        self.assertEqual(result.stdout, "")

    def test_a_wrong_command_line_is_2(self):
        self.expect(sextant(), 2, "usage: sextant COMMAND")
        self.expect(sextant("paln"), 2, "did you mean 'plan'?")
        self.expect(sextant("plan"), 2, "which scenario?")
        self.expect(sextant("plan", "--replcas", "3"), 2, "did you mean '--replicas'?")
        self.expect(plan("--replicas", "none"), 2, "expected a whole number from 1 to 1000000")
        self.expect(sextant("catalog", "frobnicate"), 2, "expected 'list', 'show' or 'check'")

    def test_wrong_input_is_3(self):
        self.expect(sextant("plan", "absent.json", "--models", MODELS), 3, "absent.json")
        self.expect(sextant("plan", SMALL, "--models", "/absent"), 3, "/absent")
        self.expect(sextant("catalog", "show", "tini", "--models", MODELS), 3, "tiny")

    def test_an_infeasible_plan_is_1_and_says_what_helps(self):
        with variant('"sequence_length": 2048', '"sequence_length": 262144') as file:
            result = sextant("plan", file.name, "--models", MODELS)
            self.expect(result, 1, "what would make it feasible")
            self.assertIn("activations", result.stderr)
            document = json.loads(
                sextant("plan", file.name, "--models", MODELS, "--json").stdout)
        self.assertEqual(document["schema"], "sextant.plan/1")
        self.assertFalse(document["feasible"])
        self.assertTrue(document["obstacles"][0]["remedies"])

    def test_output_that_cannot_be_written_is_70(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([SEXTANT, "version"], stdout=full, stderr=subprocess.PIPE,
                                    text=True, check=False)
        self.assertEqual(result.returncode, 70)
        self.assertIn("Please report it", result.stderr)


class Help(unittest.TestCase):
    def test_is_data(self):
        for arguments in (["--help"], ["help"], ["help", "plan"], ["plan", "--help"],
                          ["--version"], ["version"]):
            result = sextant(*arguments)
            self.assertEqual((result.returncode, result.stderr), (0, ""), arguments)
            self.assertTrue(result.stdout)

    def test_of_a_command_has_an_example(self):
        for command in ("plan", "catalog", "schema", "validate"):
            self.assertIn(f"example: sextant {command} ", sextant(command, "--help").stdout)


class Plan(unittest.TestCase):
    def test_document_has_the_published_names(self):
        document = json.loads(plan("--json").stdout)
        self.assertEqual(next(iter(document)), "schema")
        names = {
            "": ["scenario", "seed", "replicas", "digest", "tier", "step", "layout", "forecast",
                 "ledger", "checkpoint", "sources", "assumed", "provenance"],
            "step": ["time_s", "breakdown_s", "tokens_per_s", "tokens_per_s_per_gpu", "mfu",
                     "hfu", "memory_bytes", "extrapolated", "interval80_s"],
            "layout": ["tensor", "pipeline", "virtual_stages", "context", "expert", "data",
                       "zero", "shard_group", "micro_batch", "recompute"],
            "forecast": ["wall_time_s", "cost_usd", "energy_j", "co2e_kg", "ettr", "ettr_formula",
                         "goodput_s", "goodput_buckets_s", "mean_time_to_interruption_s",
                         "interruptions", "lost_work_s", "checkpoints"],
            "checkpoint": ["interval_s", "chosen_by", "young_s", "daly_s", "write_s",
                           "restore_s"],
        }
        for part, keys in names.items():
            for key in keys:
                self.assertIn(key, document[part] if part else document)
        self.assertEqual(set(document["step"]["breakdown_s"]),
                         {"compute", "recompute", "tensor_parallel", "pipeline_bubble",
                          "pipeline_transfer", "data_parallel", "context_parallel",
                          "expert_parallel", "optimizer", "host", "other"})
        self.assertEqual(set(document["forecast"]["wall_time_s"]),
                         {"p10", "p50", "p90", "mean", "ci95"})

    def test_parts_sum_to_the_whole(self):
        document = json.loads(plan("--json").stdout)
        step, forecast = document["step"], document["forecast"]
        self.assertAlmostEqual(sum(step["breakdown_s"].values()) / step["time_s"], 1, delta=1e-9)
        for fold in ("goodput_s", "goodput_buckets_s"):
            goodput = sum(bucket["mean"] for bucket in forecast[fold].values())
            self.assertAlmostEqual(goodput / forecast["wall_time_s"]["mean"], 1, delta=1e-9)
        bill = sum(item["usd"] for item in document["ledger"])
        self.assertAlmostEqual(bill / forecast["cost_usd"]["mean"], 1, delta=1e-9)
        shares = sum(forecast["width_shares"].values())
        self.assertAlmostEqual(shares, 1, delta=1e-9)

    def test_seed_decides_and_threads_do_not(self):
        def document(*arguments):
            return json.loads(plan("--json", *arguments).stdout)
        one = document("--threads", "1")
        self.assertEqual(one, document("--threads", "3"))
        self.assertNotEqual(one["digest"], document("--seed", "8")["digest"])

    def test_text_answers_first_and_fits(self):
        lines = plan().stdout.splitlines()
        first = "\n".join(lines[:12])
        for word in ("done in", "cost", "energy", "emissions"):
            self.assertIn(word, first)
        self.assertLessEqual(max(map(len, lines)), 100)

    def test_says_first_what_is_extrapolated(self):
        with variant('"sequence_length": 2048', '"sequence_length": 16384') as file:
            result = sextant("plan", file.name, "--models", MODELS)
        self.assertIn("extrapolated: sequence length 16384", result.stdout)
        self.assertLess(result.stdout.index("extrapolated"), result.stdout.index("done in"))


def has_terminals():
    try:
        for end in pty.openpty():
            os.close(end)
        return True
    except OSError:
        return False


@unittest.skipUnless(has_terminals(), "no pseudo-terminals here: /dev/pts is not mounted")
class Terminal(unittest.TestCase):
    def test_colours_only_there_and_not_with_no_color(self):
        arguments = ("plan", SMALL, "--models", MODELS)
        self.assertNotIn("\x1b[", plan().stdout)
        self.assertIn("\x1b[1m", on_terminal(*arguments))
        os.environ["NO_COLOR"] = "1"
        try:
            self.assertNotIn("\x1b[1m", plan().stdout)
        finally:
            del os.environ["NO_COLOR"]

    def test_progress_is_for_terminals_and_long_work(self):
        long = ("--models", MODELS, "--threads", "1", "--replicas", "1M")
        self.assertNotIn("left", on_terminal("plan", SMALL, "--models", MODELS))
        with variant('"tokens": "1G"', '"tokens": "300G"') as file:
            self.assertEqual(sextant("plan", file.name, *long).stderr, "")
            self.assertRegex(on_terminal("plan", file.name, *long),
                             r"of 1,000,000 replicas, \d+ s, [\d,]+ /s, about \d+ s left")


class Catalog(unittest.TestCase):
    def test_lists_and_shows_with_sources(self):
        self.assertIn("h100", sextant("catalog", "list").stdout)
        shown = sextant("catalog", "show", "chip", "--models", MODELS)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("peak_16bit", shown.stdout)
        document = json.loads(
            sextant("catalog", "show", "chip", "--json", "--models", MODELS).stdout)
        figures = {figure["key"]: figure for figure in document["entries"][0]["figures"]}
        self.assertTrue(figures["peak_16bit"]["source"])

    def test_every_shipped_entry_can_be_shown(self):
        entries = json.loads(sextant("catalog", "list", "--json").stdout)["entries"]
        self.assertGreater(len(entries), 20)
        for entry in entries:
            name = f"{entry['family']}/{entry['name']}"
            self.assertEqual(sextant("catalog", "show", name).returncode, 0, name)


if __name__ == "__main__":
    unittest.main()
