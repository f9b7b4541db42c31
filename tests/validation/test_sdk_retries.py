#!/usr/bin/env python3
"""The retries that Sextant simulates beside those of a real AWS SDK, botocore, which boto3, the AWS
CLI and most loaders of training data use.

A server of our own answers PUTs with 200 or, when its bucket of tokens is empty, with S3's 503 Slow
Down. Clients of botocore talk to it over HTTP; only time is simulated: the server says how long an
answer takes, and whoever sleeps in botocore sleeps on a virtual clock. What is measured are thus
the SDK's own decisions: whether it tries again, after how long, and when its quota is empty.
SAMPLE_REQUESTS names the program that simulates the same loads, SDK_BATCHES how many batches the
SDK works through for each (60). Batches of requests must be done after times, and with numbers of
503s and of failures, whose distributions a two-sample Kolmogorov-Smirnov test does not tell apart.
Seeds are fixed, so the outcome is always the same.

Debian 12 has botocore 1.29 (2022). What AWS_NEW_RETRIES_2026 changes is not in it.
"""

import functools
import heapq
import http.server
import itertools
import math
import os
import random
import subprocess
import sys
import threading
import types
import unittest
from unittest import mock

try:
    import botocore.config
    import botocore.endpoint
    import botocore.exceptions
    import botocore.httpsession
    import botocore.retries.bucket
    import botocore.session
except ImportError:
    print("skipped: there is no botocore (Debian: python3-botocore)")
    sys.exit(77)

DELAY = "x-virtual-delay"
SLOW_DOWN = (b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code>'
             b"<Message>Please reduce your request rate.</Message></Error>")


class VirtualTime:
    """Lets one thread run at a time, the one that wakes first; time stands still while it does."""

    def __init__(self):
        self.now = 0.0
        self._sleeping = []
        self._numbers = itertools.count()

    def _push(self, when, wake):
        heapq.heappush(self._sleeping, (when, next(self._numbers), wake))

    def _wake_next(self):
        self.now, _, wake = heapq.heappop(self._sleeping)
        wake.set()

    def sleep(self, duration, wake=None):
        """Until then, or until `wake` is handed to rouse()."""
        wake = wake or threading.Event()
        self._push(self.now + max(0.0, duration), wake)
        self._wake_next()
        wake.wait()

    def rouse(self, wake):
        """Whoever sleeps on it wakes now."""
        self._sleeping = [entry for entry in self._sleeping if entry[2] is not wake]
        heapq.heapify(self._sleeping)
        self._push(self.now, wake)

    def run(self, tasks):
        """Runs the tasks, each in a thread, from time 0 on; returns when all are done."""
        self.now = 0.0
        left = [len(tasks)]
        done = threading.Event()

        def run_one(task, wake):
            wake.wait()
            task()
            left[0] -= 1
            if left[0]:
                self._wake_next()
            else:
                done.set()

        for task in tasks:
            wake = threading.Event()
            self._push(0.0, wake)
            threading.Thread(target=run_one, args=(task, wake), daemon=True).start()
        self._wake_next()
        done.wait()


class VirtualCondition:
    """threading.Condition for threads of which one runs at a time."""

    LEAST = 1e-6  # tokens that rounding leaves short take time to come, too

    def __init__(self, time):
        self._time = time
        self._waiting = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def wait(self, duration):
        wake = threading.Event()
        self._waiting.append(wake)
        self._time.sleep(max(duration, self.LEAST), wake)
        if wake in self._waiting:
            self._waiting.remove(wake)

    def notify(self):
        if self._waiting:
            self._time.rouse(self._waiting.pop(0))


class Store:
    """What the server knows: one partition's bucket of tokens."""

    def __init__(self, time, load, seed):
        self.time, self.load = time, load
        self.random = random.Random(seed)
        self.depth = max(1.0, load["rate"] * load["burst_s"])
        self.tokens, self.last, self.refused = self.depth, 0.0, 0

    def answer(self):
        """(whether it takes the request, time until the answer is there)"""
        now = self.time.now
        self.tokens = min(self.depth, self.tokens + (now - self.last) * self.load["rate"])
        self.last = now
        if self.tokens < 1:
            self.refused += 1
            return False, self.load["refusal_s"]
        self.tokens -= 1
        return True, self.load["first_byte_s"] + self.random.random() * self.load["spread_s"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet per answer

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        taken, delay = self.server.store.answer()
        body = b"" if taken else SLOW_DOWN
        self.send_response(200 if taken else 503)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.send_header(DELAY, repr(delay))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    store = None


class Sdk:
    """Clients of botocore on virtual time, talking to a server in another thread."""

    def __init__(self):
        self.time = VirtualTime()
        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.session = botocore.session.Session()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def client(self, mode, load):
        retries = {"mode": mode}
        if load["attempts"]:
            retries["total_max_attempts"] = load["attempts"]
        config = botocore.config.Config(retries=retries, max_pool_connections=load["connections"],
                                        s3={"addressing_style": "path"}, parameter_validation=False)
        return self.session.create_client(
            "s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b",
            endpoint_url=f"http://127.0.0.1:{self.server.server_port}", config=config)

    def patched(self):
        """What sleeps in botocore or asks for the time does so on the virtual clock."""
        time, send = self.time, botocore.httpsession.URLLib3Session.send

        def slow_send(session, request):
            response = send(session, request)
            time.sleep(float(response.headers[DELAY]))
            return response

        init = botocore.retries.bucket.TokenBucket.__init__

        def init_bucket(bucket, max_rate, clock, **options):
            with mock.patch.object(botocore.retries.bucket.threading, "Condition",
                                   lambda _: VirtualCondition(time)):
                init(bucket, max_rate, clock, **options)

        patches = [
            mock.patch.object(botocore.endpoint, "time", types.SimpleNamespace(sleep=time.sleep)),
            mock.patch.object(botocore.httpsession.URLLib3Session, "send", slow_send),
            mock.patch.object(botocore.retries.bucket.Clock, "current_time", lambda _: time.now),
            mock.patch.object(botocore.retries.bucket.TokenBucket, "__init__", init_bucket),
        ]
        return patches

    def batch(self, mode, load, seed):
        """(time, accepted, refused, failed) of one load"""
        random.seed(seed)
        self.time.now = 0.0
        store = self.server.store = Store(self.time, load, seed)
        outcome = {"accepted": 0, "failed": 0, "time": 0.0}

        def connection(client, left):
            while left[0]:
                left[0] -= 1
                try:
                    client.put_object(Bucket="b", Key="k", Body=b"")
                    outcome["accepted"] += 1
                except botocore.exceptions.ClientError:
                    outcome["failed"] += 1
                outcome["time"] = self.time.now

        clients = [(self.client(mode, load), [load["requests"]]) for _ in range(load["clients"])]
        connections = range(min(load["connections"], load["requests"]))
        self.time.run([lambda c=client, n=left: connection(c, n)
                       for _ in connections for client, left in clients])
        return outcome["time"], outcome["accepted"], store.refused, outcome["failed"]


def simulated(mode, load, samples):
    """The same of Sextant, as many times."""
    options = [f"{name}={value}" for name, value in load.items()] + [f"samples={samples}"]
    output = subprocess.run([os.environ["SAMPLE_REQUESTS"], mode, *options], check=True,
                            capture_output=True, text=True).stdout
    return [tuple(map(float, line.split())) for line in output.splitlines()]


def distance(one, other):
    """Largest difference of the two empirical distribution functions."""
    one, other = sorted(one), sorted(other)
    i = j = 0
    largest = 0.0
    while i < len(one) and j < len(other):
        value = min(one[i], other[j])
        while i < len(one) and one[i] <= value:
            i += 1
        while j < len(other) and other[j] <= value:
            j += 1
        largest = max(largest, abs(i / len(one) - j / len(other)))
    return largest


def critical(one, other, level=0.01):
    """The distance that samples of one distribution exceed with that probability (Smirnov)."""
    sizes = (len(one) + len(other)) / (len(one) * len(other))
    return math.sqrt(-math.log(level / 2) / 2 * sizes)


def load(**changes):
    # 503s for half of the first attempts, and a few after that.
    common = {"attempts": 0, "rate": 10, "burst_s": 0.5, "first_byte_s": 0.1, "spread_s": 0.1,
              "refusal_s": 0.02, "clients": 1, "connections": 10, "requests": 20}
    return {**common, **changes}


BATCHES, SAMPLES = int(os.environ.get("SDK_BATCHES", "60")), 4000
FIGURES = ["time", "accepted", "refused", "failed"]


class SdkRetries(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.sdk = Sdk()
        cls.patches = cls.sdk.patched()
        for patch in cls.patches:
            patch.start()

    @classmethod
    def tearDownClass(cls):
        for patch in cls.patches:
            patch.stop()
        cls.sdk.close()

    @classmethod
    @functools.lru_cache
    def measured(cls, mode, batches=BATCHES, **changes):
        return [cls.sdk.batch(mode, load(**changes), seed) for seed in range(batches)]

    def assert_alike(self, mode, **changes):
        real, ours = self.measured(mode, **changes), simulated(mode, load(**changes), SAMPLES)
        for figure, one, other in zip(FIGURES, zip(*real), zip(*ours)):
            apart, allowed = distance(one, other), critical(one, other)
            print(f"{mode} {figure}: mean {sum(one) / len(one):.2f}, simulated "
                  f"{sum(other) / len(other):.2f}; distance {apart:.3f}, allowed {allowed:.3f}")
            self.assertLess(apart, allowed, f"{figure} of {mode}, {changes}")

    def test_standard(self):
        self.assert_alike("standard")

    def test_standard_of_several_clients(self):
        self.assert_alike("standard", clients=4, connections=4, requests=6)

    def test_legacy(self):
        self.assert_alike("legacy")

    def test_more_attempts(self):
        self.assert_alike("standard", attempts=5, rate=4)

    def test_adaptive(self):
        self.assert_alike("adaptive", connections=4)

    def test_a_quota_that_empties(self):
        # The first request takes the one token that a bucket has at least. Each other one is
        # refused three times and takes 10 of 500 tokens for that, until they are gone.
        nothing = {"rate": 1e-9, "burst_s": 0, "connections": 1, "requests": 60}
        real = self.measured("standard", 3, **nothing)
        ours = simulated("standard", load(**nothing), 3)
        for one in real + ours:
            self.assertEqual(one[1:], (1, 2 + 49 * 3 + 10, 59))

    def test_tells_modes_apart(self):
        real = self.measured("standard")
        for mode in ("legacy", "adaptive"):
            ours = simulated(mode, load(), SAMPLES)
            apart = max(distance(*pair) for pair in zip(zip(*real), zip(*ours)))
            self.assertGreater(apart, critical(real, ours), mode)


if __name__ == "__main__":
    unittest.main()
