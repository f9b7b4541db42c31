#!/usr/bin/env python3
"""Sweeps that are killed, split, merged, or run out of room: the same rows as one that was not, and
nothing done twice."""

import contextlib
import csv
import io
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DATA = os.path.join(ROOT, "tests", "data")
THOUSANDS = os.path.join(DATA, "studies", "thousands.json")
GRID = os.path.join(DATA, "studies", "grid.json")
MODELS = os.path.join(DATA, "models")
SEXTANT = os.environ["SEXTANT_BINARY"]
POINTS = 10_000
SEED = int(os.environ.get("SEXTANT_TEST_SEED", time.time_ns() % 1_000_000))


def command(study, *options):
    return [SEXTANT, "sweep", study, "--models", MODELS, *options]


def sweep(study, *options, **how):
    return subprocess.run(command(study, *options), capture_output=True, text=True, timeout=120,
                          check=False, **how)


def rows_in(path):
    """Committed rows of a file that nobody writes to."""
    if not os.path.exists(path):
        return 0
    with contextlib.closing(sqlite3.connect(path)) as database:  # rolls a killed writer back
        known = database.execute("SELECT name FROM sqlite_master WHERE name = 'points'").fetchone()
        return database.execute("SELECT count(*) FROM points").fetchone()[0] if known else 0


class Sweeps(unittest.TestCase):
    whole = None  # the rows of THOUSANDS, as CSV

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.whole_file = os.path.join(cls.folder, "whole.sqlite")
        cls.whole = sweep(THOUSANDS, "--output", cls.whole_file, "--export", "csv").stdout

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def finish(self, path, already, study=THOUSANDS, points=POINTS):
        """Completes a sweep; every point is worked out once in all."""
        result = sweep(study, "--output", path, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        counts = json.loads(result.stdout)["points"]
        self.assertEqual(counts["done"], points)
        self.assertEqual(counts["done_now"], points - already)

    def expect_whole(self, path):
        table = sweep(THOUSANDS, "--output", path, "--export", "csv").stdout
        self.assertTrue(table == self.whole, f"{path} has other rows")  # too long to be shown

    def test_csv_has_every_point_in_order(self):
        rows = list(csv.DictReader(io.StringIO(self.whole, newline="")))
        self.assertEqual([int(row["point"]) for row in rows], list(range(POINTS)))
        self.assertEqual({row["status"] for row in rows}, {"ok"})
        self.assertTrue(all(float(row["wall_time_s_mean"]) > 0 for row in rows))
        self.assertEqual(self.whole.count("\n"), POINTS + 1)

    def test_killed_five_times(self):
        path, chance = self.path("killed.sqlite"), random.Random(SEED)
        done = 0
        for _ in range(5):
            with subprocess.Popen(command(THOUSANDS, "--output", path), stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as process:
                time.sleep(chance.uniform(0.02, 0.9))
                process.send_signal(signal.SIGKILL)
            now = rows_in(path)
            self.assertGreaterEqual(now, done, f"rows were lost, seed {SEED}")
            done = now
        self.finish(path, done)
        self.expect_whole(path)

    def test_interrupted_says_how_to_go_on(self):
        path = self.path("interrupted.sqlite")
        with subprocess.Popen(command(THOUSANDS, "--output", path, "--replicas", "40"),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            while not rows_in_use(path):
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, err)
        self.assertEqual(out, "")
        self.assertIn(f"points are in {path}; the same command goes on from there", err)
        self.assertGreater(rows_in(path), 0)

    def test_four_shards_are_one_sweep(self):
        shards = []
        for i in range(1, 5):
            result = sweep(THOUSANDS, "--shard", f"{i}/4", cwd=self.folder)
            self.assertEqual(result.returncode, 0, result.stderr)
            shards.append(self.path(f"thousands-{i}-of-4.sqlite"))
        again = sweep(THOUSANDS, "--shard", "2/4", "--json", cwd=self.folder)  # a retried shard
        self.assertEqual(json.loads(again.stdout)["points"]["done_now"], 0)

        merged = self.path("merged.sqlite")
        missing = sweep(THOUSANDS, "--output", merged, "--merge", *shards[:3])
        self.assertEqual(missing.returncode, 1)
        self.assertIn("2,500 of 10,000 points are missing", missing.stderr)
        whole = sweep(THOUSANDS, "--output", merged, "--merge", *shards)
        self.assertEqual(whole.returncode, 0, whole.stderr)
        self.expect_whole(merged)
        self.finish(merged, POINTS)

    def test_shards_of_another_study_are_refused(self):
        other = self.path("other.sqlite")
        self.assertEqual(sweep(GRID, "--output", other).returncode, 0)
        result = sweep(THOUSANDS, "--output", self.path("mixed.sqlite"), "--merge", other)
        self.assertEqual(result.returncode, 3)
        self.assertIn('it is of another study, "grid"', result.stderr)

    def test_second_writer_is_refused_at_once(self):
        path = self.path("shared.sqlite")
        with subprocess.Popen(command(THOUSANDS, "--output", path, "--replicas", "50"),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
            while not rows_in_use(path):
                time.sleep(0.02)
            second = sweep(THOUSANDS, "--output", path, "--replicas", "50")
            first.kill()
        self.assertEqual(second.returncode, 3)
        self.assertIn("another sweep is writing to it", second.stderr)

    def test_full_disk_keeps_what_is_there(self):
        shard, path = self.path("first-quarter.sqlite"), self.path("full.sqlite")
        self.assertEqual(sweep(THOUSANDS, "--shard", "1/4", "--output", shard).returncode, 0)
        sweep(THOUSANDS, "--output", path, "--merge", shard)
        limit = os.path.getsize(path) + (1 << 18)  # the missing points need more

        def limit_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        result = sweep(THOUSANDS, "--output", path, preexec_fn=limit_files)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("could not be written", result.stderr)
        self.assertIn("it goes on from there", result.stderr)
        done = rows_in(path)
        self.assertGreaterEqual(done, POINTS // 4)
        self.assertLess(done, POINTS)
        self.finish(path, done)
        self.expect_whole(path)

    def test_damaged_file_is_refused(self):
        path = self.path("damaged.sqlite")
        shutil.copy(self.whole_file, path)
        with open(path, "r+b") as file:
            file.truncate(100_000)
        result = sweep(THOUSANDS, "--output", path)
        self.assertEqual(result.returncode, 3)
        self.assertIn("it is damaged", result.stderr)

    def test_changed_models_are_named(self):
        models, path = self.path("models"), self.path("models.sqlite")
        shutil.copytree(MODELS, models)
        grid = [SEXTANT, "sweep", GRID, "--models", models, "--output", path]
        self.assertEqual(subprocess.run(grid, capture_output=True, check=False).returncode, 0)
        with open(os.path.join(models, "failures", "calm.json"), "a", encoding="utf-8") as file:
            file.write("\n")
        result = subprocess.run(grid, capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 3)
        self.assertIn("failures/calm.json has changed since it was begun", result.stderr)

    def test_same_rows_at_any_number_of_threads(self):
        one = sweep(GRID, "--output", self.path("one.sqlite"), "--threads", "1", "--export", "csv")
        three = sweep(GRID, "--output", self.path("3.sqlite"), "--threads", "3", "--export", "csv")
        self.assertEqual(one.stdout, three.stdout)

    def test_a_point_is_the_plan_of_its_scenario(self):
        study = self.path("as_given.json")
        with open(study, "w", encoding="utf-8") as file:
            json.dump({"schema": "sextant.study/1", "name": "as given", "design": "list",
                       "scenario": os.path.join(DATA, "good", "small.json"), "points": [{}]}, file)
        point = json.loads(sweep(study, "--output", self.path("given.sqlite"), "--json").stdout)
        plan = subprocess.run([SEXTANT, "plan", os.path.join(DATA, "good", "small.json"),
                               "--models", MODELS, "--json"], capture_output=True, check=True)
        forecast = json.loads(plan.stdout)["forecast"]
        outputs = point["best"]["wall_time_s_mean"]["outputs"]
        for name in ("wall_time_s", "cost_usd", "energy_j"):
            for part in ("p10", "p50", "p90", "mean"):
                self.assertEqual(outputs[f"{name}_{part}"], forecast[name][part])


def rows_in_use(path):
    """Whether a writer has begun: its file is locked, or has a journal."""
    return os.path.exists(path) and os.path.getsize(path) > 20_000


if __name__ == "__main__":
    print(f"seed {SEED}", file=sys.stderr)
    unittest.main()
