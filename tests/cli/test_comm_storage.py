#!/usr/bin/env python3
"""sextant-comm storage from outside: a folder, full and unwritable ones, and a bucket of a small S3
that checks every signature, refuses, stalls and damages what it holds."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

COMM = os.environ["SEXTANT_COMM_BINARY"]
MPIRUN = shutil.which("mpirun")
SKIPPED = 77  # ctest's word for it
if MPIRUN is None:
    print("skipped: mpirun is not installed (openmpi-bin)")
    sys.exit(SKIPPED)

try:
    import fake_s3
except ImportError as missing:  # python3-botocore
    fake_s3 = None
    print(f"S3 is not tested: {missing}")

MIB = 1 << 20
LONGEST = 120  # seconds; nothing here takes a tenth of it, but for the stalls


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "OMPI_MCA_btl": "self,vader", "OMPI_MCA_rmaps_base_oversubscribe": "1",
            "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            "ASAN_OPTIONS": "detect_leaks=0", "no_proxy": "localhost", **more}


def storage(ranks, *options, env=None, before=(), inside=()):
    """The finished process, and the document it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        output = os.path.join(folder, "out.json")
        command = [*before, MPIRUN, "-n", str(ranks), *inside, COMM, "storage", *options,
                   "--warm-up", "1", "--repetitions", "2", "--point-time", "0.1 s", "-o", output]
        done = subprocess.run(command, env=env or environment(), capture_output=True, text=True,
                              timeout=LONGEST, check=False, cwd=folder)
        document = None
        if os.path.exists(output):
            with open(output, encoding="utf-8") as file:
                document = json.load(file)
        return done, document


def rows(document, *shown):
    return [tuple(sample.get(name) for name in shown) for sample in document["samples"]]


class Path(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        os.chmod(self.folder, 0o777)

    def tearDown(self):
        self.assertEqual(os.listdir(self.folder), [], "it must clean up")
        os.rmdir(self.folder)

    def expect_error(self, *parts, path=None, ranks=2, options=(), **how):
        done, _ = storage(ranks, "--path", path or self.folder, "--small-files", "4", *options,
                          **how)
        self.assertEqual(done.returncode, 69, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        return done.stderr

    def test_one_rank(self):
        done, document = storage(1, "--path", self.folder, "--file-size", "8.5 MiB",
                                 "--small-files", "4")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(rows(document, "operation", "bytes", "clients", "ranks"),
                         [("storage_write", 9 * MIB, 1, 1), ("storage_read", 9 * MIB, 1, 1),
                          ("storage_write", 4 * MIB, 1, 1), ("storage_read", 4 * MIB, 1, 1)])
        for sample in document["samples"][2:]:
            self.assertIn("many_files", sample["flags"])
        conditions = document["environment"]["conditions"]
        self.assertRegex(conditions["storage_write"], "O_DIRECT|page cache")
        self.assertRegex(conditions["storage_file_system"], r"\w+")

    def test_two_ranks_alone_and_together(self):
        done, document = storage(2, "--path", self.folder, "--file-size", "8 MiB",
                                 "--small-files", "0")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(rows(document, "operation", "clients", "ranks"),
                         [("storage_write", 1, 1), ("storage_read", 1, 1),
                          ("storage_write", 2, 2), ("storage_read", 2, 2)])
        for sample in document["samples"]:
            self.assertGreaterEqual(sample["repetitions"], 2)
            self.assertGreater(sample["time_s"], 0)

    def test_memory_is_flagged_as_cached(self):
        if not os.path.isdir("/dev/shm") or shutil.disk_usage("/dev/shm").free < 64 * MIB:
            self.skipTest("no /dev/shm")
        _, document = storage(1, "--path", "/dev/shm", "--file-size", "8 MiB", "--small-files", "2")
        self.assertEqual(document["environment"]["conditions"]["storage_file_system"], "tmpfs")
        for sample in document["samples"]:
            self.assertEqual("cached" in sample.get("flags", []),
                             sample["operation"] == "storage_read")

    def test_no_such_folder(self):
        self.expect_error("cannot use the folder '/nowhere': No such file or directory",
                          "create the folder on every node", path="/nowhere")

    def test_a_file_instead_of_a_folder(self):
        self.expect_error("Not a directory", path=__file__)

    def test_unwritable_folder(self):
        if os.geteuid() == 0:
            changed = shutil.which("setpriv")
            if changed is None:
                self.skipTest("no setpriv: root may write anywhere")
            before = (changed, "--reuid=65534", "--regid=65534", "--clear-groups", "env",
                      f"HOME={tempfile.gettempdir()}")
        else:
            before = ()
        os.chmod(self.folder, 0o555)
        self.expect_error("Permission denied", "in which you may write", ranks=1, before=before)

    def test_too_little_space(self):
        """One of the two would have room."""
        size = shutil.disk_usage(self.folder).free // MIB * 3 // 4 + 1
        done, _ = storage(2, "--path", self.folder, "--file-size", f"{size} MiB", "--clients", "2")
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertRegex(done.stderr, r"has [\d.]+ GiB of free space, and 2 clients at once need")

    def test_a_disk_that_becomes_full(self):
        """Nothing says so before: as under a quota."""
        limit = ("bash", "-c", 'ulimit -f 65536; exec "$@"', "bash")  # KiB
        self.expect_error("File too large", "ulimit -f", inside=limit,
                          options=("--file-size", "100 MiB"))

    def test_more_clients_than_ranks(self):
        self.expect_error("4 clients at once need as many ranks", options=("--clients", "4"))


def built_without_s3():
    shown = subprocess.run([COMM, "storage", "--s3", "http://localhost:9", "--bucket", "bench"],
                           env=environment(), capture_output=True, text=True, timeout=LONGEST,
                           check=False)
    return "built without libcurl" in shown.stderr


@unittest.skipIf(fake_s3 is None, "python3-botocore is not installed")
@unittest.skipIf(built_without_s3(), "this build has no libcurl")
class Bucket(unittest.TestCase):
    OPTIONS = ("--bucket", "bench", "--object-size", "300 KiB", "--part-size", "64 KiB",
               "--connections", "1,3", "--small-objects", "10")

    def measure(self, s3, ranks=1, options=(), **variables):
        keys = {"AWS_ACCESS_KEY_ID": fake_s3.ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY": fake_s3.SECRET_KEY, **variables}
        keys = {name: value for name, value in keys.items() if value is not None}
        endpoint = s3 if isinstance(s3, str) else s3.endpoint
        return storage(ranks, "--s3", endpoint, *self.OPTIONS, *options, env=environment(**keys))

    def expect_error(self, s3, *parts, ranks=1, options=(), **variables):
        done, _ = self.measure(s3, ranks, options, **variables)
        self.assertEqual(done.returncode, 69, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)

    def test_every_kind_of_point(self):
        with fake_s3.FakeS3(token="to/ken+==") as s3:
            done, document = self.measure(s3, 2, AWS_SESSION_TOKEN="to/ken+==")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual((s3.objects, s3.uploads), ({}, {}), "it must clean up")
            self.expect_estimate(done.stderr, s3)
        size = 300 << 10
        each = [("storage_write", size, ["s3"]), ("storage_read", size, ["s3"]),
                ("storage_write", size, ["s3", "multipart"]),
                ("storage_read", size, ["s3", "ranges"]),
                ("storage_write", 1024, ["s3", "small_objects"]),
                ("storage_read", 1024, ["s3", "small_objects"])]
        for sample in document["samples"]:
            sample["flags"] = [flag for flag in sample["flags"]
                               if flag not in ("client_bound", "bimodal")]
        self.assertEqual(rows(document, "operation", "bytes", "flags"), each * 2)
        self.assertEqual([sample["clients"] for sample in document["samples"]],
                         [2.0] * 6 + [6.0] * 6)
        conditions = document["environment"]["conditions"]
        self.assertEqual((conditions["s3_slow_down"], conditions["s3_retries"]), ("0", "0"))
        self.assertGreater(float(conditions["s3_get_per_s"]), 0)
        self.assertLessEqual(float(conditions["s3_first_byte_p50_s"]),
                             float(conditions["s3_first_byte_p99_s"]))

    def expect_estimate(self, text, s3):
        """What it said before is what it sent."""
        found = re.search(r"about (\d+) requests that write .* and (\d+) that read", text)
        methods = [method for method, _ in s3.requests]
        self.assertEqual((int(found[1]), int(found[2])),
                         (methods.count("PUT") + methods.count("POST"), methods.count("GET")))

    def test_refusals_are_counted_exactly(self):
        with fake_s3.FakeS3(slow_down_every=4) as s3:
            done, document = self.measure(s3, 2, ("--retries", "20"))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater(s3.slow_downs, 50)
            self.assertEqual((s3.objects, s3.uploads), ({}, {}))
            conditions = document["environment"]["conditions"]
            self.assertEqual(conditions["s3_slow_down"], str(s3.slow_downs))
            self.assertEqual(conditions["s3_retries"], str(s3.slow_downs))
            self.assertEqual(conditions["s3_requests"], str(len(s3.requests)))
        flags = " ".join(flag for sample in document["samples"] for flag in sample["flags"])
        self.assertRegex(flags, r"slow_down:\d")
        self.assertIn("answers 503 Slow Down", done.stderr)

    def test_nothing_but_refusals(self):
        with fake_s3.FakeS3(slow_down_every=1) as s3:
            self.expect_error(s3, "503, SlowDown: Please reduce your request rate",
                              "fewer --connections", "(after 2 retries)",
                              options=("--retries", "2"))

    def test_damage_is_found(self):
        with fake_s3.FakeS3(damage=True) as s3:
            self.expect_error(s3, "byte 100 is not what was written", ranks=2)
            self.assertEqual(s3.objects, {})

    def test_a_server_that_stops_answering(self):
        with fake_s3.FakeS3(stall_from=40) as s3:
            begun = time.monotonic()
            self.expect_error(s3, "Operation too slow", "the endpoint stopped answering", ranks=2,
                              options=("--stall-timeout", "1 s", "--retries", "1"))
            self.assertLess(time.monotonic() - begun, 60)

    def test_wrong_secret(self):
        with fake_s3.FakeS3() as s3:
            self.expect_error(s3, "HTTP status 403, SignatureDoesNotMatch",
                              "AWS_SECRET_ACCESS_KEY is not that of AWS_ACCESS_KEY_ID", ranks=2,
                              AWS_SECRET_ACCESS_KEY="wrong")

    def test_missing_credentials(self):
        with fake_s3.FakeS3() as s3:
            self.expect_error(s3, "AWS_SECRET_ACCESS_KEY is not set",
                              "aws configure export-credentials", AWS_SECRET_ACCESS_KEY=None)
            self.assertEqual(s3.requests, [])

    def test_other_refusals(self):
        with fake_s3.FakeS3(token="token") as s3:
            self.expect_error(s3, "400, InvalidToken")
        with fake_s3.FakeS3(bucket="another") as s3:
            self.expect_error(s3, "404, NoSuchBucket", "name a bucket that exists")
        with fake_s3.FakeS3(region="eu-west-1") as s3:
            self.expect_error(s3, "AuthorizationHeaderMalformed", "--region")
        with fake_s3.FakeS3(denied=("PUT",)) as s3:
            self.expect_error(s3, "403, AccessDenied", "s3:PutObject")

    def test_an_upload_that_fails_is_aborted(self):
        with fake_s3.FakeS3() as s3:
            s3.least_part = MIB
            self.expect_error(s3, "400, EntityTooSmall", "--part-size", ranks=2)
            self.assertEqual((s3.objects, s3.uploads), ({}, {}))

    def test_nobody_there(self):
        self.expect_error("http://localhost:9", "Failed to connect", "does the service run there")
        self.expect_error("s3://bench", "'s3://bench' is no S3 endpoint")

    def test_tls(self):
        if shutil.which("openssl") is None:
            self.skipTest("no openssl to make a certificate with")
        with tempfile.TemporaryDirectory() as folder:
            both = os.path.join(folder, "both.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                            both, "-out", both + ".crt", "-days", "2", "-subj", "/CN=localhost",
                            "-addext", "subjectAltName=DNS:localhost"],
                           check=True, capture_output=True)
            with open(both, "a", encoding="utf-8") as key, \
                    open(both + ".crt", encoding="utf-8") as certificate:
                key.write(certificate.read())
            with fake_s3.FakeS3(certificate=both) as s3:
                done, _ = self.measure(s3, AWS_CA_BUNDLE=both + ".crt")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.expect_error(s3, "SSL certificate problem", "AWS_CA_BUNDLE")


if __name__ == "__main__":
    unittest.main()
