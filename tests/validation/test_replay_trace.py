#!/usr/bin/env python3
"""replay_trace on a log of three jobs, whose schedules can be worked out by hand.

On one node of 8: A takes 8 for 100 s at 0 s, B 8 for 10 s at 1 s, C 1 for 5 s at 2 s.
"""

import os
import subprocess
import tempfile
import unittest

LOG = """job_id,submit_time_s,duration_s,gpus
a,0,100,8
b,1,10,8
c,2,5,1
"""


class ReplayTrace(unittest.TestCase):

    def setUp(self):
        self.log = tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False)
        self.log.write(LOG)
        self.log.close()

    def tearDown(self):
        os.unlink(self.log.name)

    def replay(self, *arguments):
        """(jobs, mean completion, mean wait, makespan, preemptions)"""
        command = [os.environ["REPLAY_TRACE"], self.log.name, *arguments]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return tuple(map(int, output.split()))

    def test_fifo(self):
        # A until 100, B until 110, C until 115: 100, 109 and 113 s.
        self.assertEqual(self.replay("fifo"), (3, 107, 69, 115, 0))

    def test_sjf(self):
        # A until 100, C until 105, B until 115: 100, 103 and 114 s.
        self.assertEqual(self.replay("sjf"), (3, 106, 67, 115, 0))

    def test_srtf(self):
        # B preempts A at 1, C preempts B at 2 and ends at 7, B at 16, A at 115.
        self.assertEqual(self.replay("srtf"), (3, 45, 7, 115, 2))

    def test_a_stretch_of_the_log(self):
        # B and C only, B from its submission; C waits for it.
        self.assertEqual(self.replay("fifo", f"from_days={1 / 86400}"), (2, 12, 4, 15, 0))
        self.assertEqual(self.replay("fifo", f"days={1 / 86400}"), (2, 104, 50, 110, 0))

    def test_costs(self):
        # With 2 s to do again after each preemption B ends at 18 and A at 119.
        self.assertEqual(self.replay("srtf", "restart_s=2"), (3, 47, 9, 119, 2))
        self.assertEqual(self.replay("fifo", "stretch=2")[3], 230)

    def test_refuses_what_it_does_not_know(self):
        for wrong in (["lottery"], ["kueue"], ["fifo", "speed=3"]):
            command = [os.environ["REPLAY_TRACE"], self.log.name, *wrong]
            result = subprocess.run(command, capture_output=True, check=False)
            self.assertEqual(result.returncode, 2)


if __name__ == "__main__":
    unittest.main()
