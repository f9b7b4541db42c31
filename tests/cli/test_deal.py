#!/usr/bin/env python3
"""Work that is dealt out piece by piece to the processes that mpirun started: all of it arrives
once, and whatever goes wrong ends all of them."""

import os
import sys
import unittest

from test_mpi import LEFT_OUT, MPIRUN, SKIPPED, mpirun

DEAL_PIECES = os.environ["DEAL_PIECES"]


def deal(ranks, *errand, threads=1):
    return mpirun("-n", str(ranks), "-x", f"DEAL_THREADS={threads}", DEAL_PIECES,
                  *(str(word) for word in errand))


class Deal(unittest.TestCase):
    def test_every_piece_comes_once(self):
        for ranks in (1, 2, 3, 4):
            for count in (0, 1, 5, 20000):
                with self.subTest(ranks=ranks, count=count):
                    result = deal(ranks, count)
                    line = f"{count} of {count} taken, sum {count * (count - 1) // 2}, all\n"
                    self.assertEqual(result.stdout, 2 * line, result.stderr)
                    self.assertEqual(result.returncode, 0)

    def test_several_threads_on_each_rank(self):
        result = deal(2, 3000, threads=3)
        self.assertEqual(result.stdout, 2 * "3000 of 3000 taken, sum 4498500, all\n")

    def test_every_rank_takes_part(self):
        result = deal(3, 300, "sleep", 20_000)
        self.assertIn("300 of 300 taken", result.stdout)
        for rank in range(3):
            self.assertIn(f"\nrank {rank}: ", result.stdout)

    def test_large_results(self):
        result = deal(3, 60, "large", 3_000_000)
        self.assertEqual(result.stdout, "60 of 60 taken, sum 1770, all\n", result.stderr)

    def test_stops(self):
        for ranks in (1, 2, 3):
            result = deal(ranks, 1_000_000, "stop", 100)
            self.assertIn("some left", result.stdout)
            self.assertGreaterEqual(int(result.stdout.split()[0]), 100)
            self.assertEqual(result.returncode, 0)

    def expect_end(self, code, message, *command):
        result = deal(*command)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stderr.count(message), 1, result.stderr)
        self.assertEqual(result.stdout, "")
        return result

    def test_work_fails(self):
        for rank in (0, 1, 2):
            result = self.expect_end(3, f"rank 0: no luck on rank {rank}\n",
                                     3, 100_000, "work_throws", rank)
            self.assertNotIn("parted", result.stderr, "only the first one is heard")

    def test_take_fails(self):
        self.expect_end(3, "rank 0: no room for results\n", 3, 100_000, "take_throws", 50)

    def test_one_is_killed(self):
        self.assertNotEqual(deal(3, 100_000, "work_kills", 1).returncode, 0)

    def test_one_leaves_before(self):
        self.expect_end(3, "process 2 of 3 has stopped before the others", 3, 1000, "leave", 1)
        self.assertEqual(deal(3, 1000, "leave", 0).returncode, 3)

    def test_one_does_something_else(self):
        self.expect_end(70, "different things", 2, 1000, "gather", 1)


if __name__ == "__main__":
    if MPIRUN is None or LEFT_OUT:
        print("no mpirun on this machine, or a program that was built without MPI")
        sys.exit(SKIPPED)
    unittest.main()
