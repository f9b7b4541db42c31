#!/usr/bin/env python3
"""sextant serve from outside: pages and documents, requests that nobody should send, and a folder
in which nothing is written."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(os.path.dirname(HERE), "data")
MODELS = os.path.join(DATA, "models")
SEXTANT = os.environ["SEXTANT_BINARY"]
PLAN = "/api/plan?scenario=small.json"


def start(*options):
    """The process, and the port that it says."""
    server = subprocess.Popen([SEXTANT, "serve", *options, "--models", MODELS],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = server.stderr.readline()
    found = re.match(r"http://127\.0\.0\.1:(\d+)/ shows", line)
    if not found:
        raise AssertionError(line + server.stderr.read())
    return server, int(found.group(1))


def end(server, by=signal.SIGINT):
    server.send_signal(by)
    out, err = server.communicate(timeout=60)
    return server.returncode, out, err


def listing(folder):
    """Every file with its bytes and its times."""
    seen = {}
    for root, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(root, name)
            status = os.lstat(path)
            content = b""
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    content = file.read()
            seen[path] = (content, status.st_mtime_ns, status.st_mode)
    return seen


class Serve(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp()
        cls.folder = os.path.join(cls.root, "scenarios")
        os.makedirs(os.path.join(cls.folder, "more"))
        for name, to in (("good/small.json", "small.json"),
                         ("governance/small.json", "more/cluster.json"),
                         ("endpoints/small.json", "more/endpoints.json")):
            shutil.copyfile(os.path.join(DATA, name), os.path.join(cls.folder, to))
        cls.write("broken.json", '{"schema": "sextant.scenario/1",')
        cls.write("wrong.json", '{"schema": "sextant.scenario/1", "name": "w"}')
        cls.write("../secret.json", '{"schema": "sextant.scenario/1", "name": "secret"}')
        os.symlink("../secret.json", os.path.join(cls.folder, "link.json"))
        cls.before = listing(cls.root)
        cls.server, cls.port = start(cls.folder, "--port", "0")

    @classmethod
    def tearDownClass(cls):
        end(cls.server)
        shutil.rmtree(cls.root)

    @classmethod
    def write(cls, name, text):
        with open(os.path.join(cls.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def tearDown(self):
        status, _, _ = self.get("/")
        self.assertEqual(status, 200, "the server answers no more")
        self.assertEqual(listing(self.root), self.before, "something was written")

    def get(self, target, method="GET", headers=None, port=None):
        with contextlib.closing(
                http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=120)) as asked:
            asked.request(method, target, headers=headers or {})
            answer = asked.getresponse()
            return answer.status, answer.headers, answer.read()

    def document(self, target):
        """Asks again while the server is busy, as its pages do: another test may have left work."""
        for _ in range(60):
            status, _, body = self.get(target)
            if status != 503:
                break
            time.sleep(0.5)
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def raw(self, data, read=True):
        """What comes back for these bytes; b'' where the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
            answer = b""
            with contextlib.suppress(ConnectionError):
                while read:
                    more = connection.recv(1 << 16)
                    if not more:
                        break
                    answer += more
            return answer

    def status_of(self, data):
        answer = self.raw(data)
        return int(answer.split()[1]) if answer else 0

    def head(self, target="/", host=None, extra=""):
        host = f"127.0.0.1:{self.port}" if host is None else host
        return f"GET {target} HTTP/1.1\r\nHost: {host}\r\n{extra}\r\n".encode()

    # -- pages and documents -----------------------------------------------------------------------

    def shell(self, target):
        _, _, body = self.get(target)
        found = re.search(r'id="document">(.*?)</script>', body.decode(), re.DOTALL)
        return json.loads(found.group(1))["serve"]

    def test_the_list_has_what_there_is(self):
        listed = {each["name"]: each for each in self.shell("/")["scenarios"]}
        self.assertEqual(sorted(listed), ["broken.json", "more/cluster.json",
                                          "more/endpoints.json", "small.json", "wrong.json"])
        self.assertEqual(listed["more/cluster.json"]["kind"], "govern")
        self.assertEqual(listed["small.json"]["error"], "")
        self.assertNotEqual(listed["broken.json"]["error"], "")
        self.assertIn("model", listed["wrong.json"]["error"])

    def test_every_kind_has_a_page_and_a_document(self):
        for kind, name in (("plan", "small.json"), ("govern", "more/cluster.json"),
                           ("endpoints", "more/endpoints.json")):
            self.assertEqual(self.shell(f"/{kind}?scenario={name}")["view"], kind)
            document = self.document(f"/api/{kind}?scenario={name}")
            self.assertEqual(document["kind"], kind)
            self.assertEqual(document["serve"]["outcome"], "forecast")
            self.assertTrue(document["result"])

    def test_a_document_is_what_plan_prints(self):
        path = os.path.join(self.folder, "small.json")
        printed = subprocess.run([SEXTANT, "plan", path, "--json", "--models", MODELS], check=True,
                                 capture_output=True, text=True)
        result = self.document(PLAN)["result"]
        self.assertEqual(result["forecast"], json.loads(printed.stdout)["forecast"])

    def test_a_change_changes_the_forecast(self):
        serve = self.document(PLAN + "&set=/training/tokens=2G")["serve"]
        self.assertGreater(serve["difference"]["difference"]["wall_time_s"]["mean"], 0)

    def test_mistakes_are_said_at_their_pointers(self):
        serve = self.document(PLAN + "&set=/cluster/nodes=many&set=/cluster/nodez=1")["serve"]
        self.assertEqual(serve["outcome"], "wrong")
        self.assertEqual(serve["mistakes"][0]["pointer"], "/cluster/nodez")
        self.assertIn("/cluster/nodes", serve["mistakes"][0]["help"])

    def test_what_cannot_work_says_why(self):
        many_layers = "&set=/model={%22base%22:%22tiny%22,%22layers%22:4000}"
        serve = self.document(PLAN + many_layers)["serve"]
        self.assertEqual(serve["outcome"], "infeasible")
        self.assertTrue(serve["obstacles"][0]["reason"])

    def test_a_change_reads_no_file(self):
        for name in ("../secret.json", "/etc/x.json", self.folder + "/small.json"):
            serve = self.document(PLAN + "&set=/model=" + name)["serve"]
            self.assertIn("the name of a file", serve["mistakes"][0]["message"])

    def test_pages_may_not_be_framed_or_kept(self):
        _, headers, _ = self.get("/")
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["X-Frame-Options"], "DENY")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("connect-src 'self'", headers["Content-Security-Policy"])
        self.assertNotIn("Access-Control-Allow-Origin", headers)

    def test_head_has_no_body(self):
        status, headers, body = self.get("/", method="HEAD")
        self.assertEqual((status, body), (200, b""))
        self.assertGreater(int(headers["Content-Length"]), 0)

    # -- what nobody should send -------------------------------------------------------------------

    def test_other_sites_are_refused(self):
        for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"},
                        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                        {"Referer": "http://evil.example/"}, {"Host": "evil.example"},
                        {"Host": f"127.0.0.1.evil.example:{self.port}"}):
            status, _, _ = self.get(PLAN, headers=headers)
            self.assertEqual(status, 403, headers)
        self.assertEqual(self.get("/", headers={"Sec-Fetch-Site": "none"})[0], 200)
        self.assertEqual(self.get("/", headers={"Host": f"localhost:{self.port}"})[0], 200)

    def test_nothing_but_reading(self):
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            self.assertEqual(self.get("/", method=method)[0], 405, method)
        body = b"POST / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 9999999\r\n\r\nabc"
        self.assertEqual(self.status_of(body % self.port), 405)

    def test_paths_lead_nowhere(self):
        for target in ("/..", "/../secret.json", "/..%2fsecret.json", "/%2e%2e/secret.json",
                       "//etc/passwd", "/scenarios/small.json", "/small.json", "/plan/../plan",
                       "/plan?scenario=..%2Fsecret.json", "/plan?scenario=link.json",
                       "/plan?scenario=" + os.path.join(self.folder, "small.json"),
                       "/plan?scenario=more/../small.json", "/plan?scenario=./small.json"):
            status, _, body = self.get(target)
            self.assertIn(status, (400, 404), target)
            self.assertNotIn(b'"name": "secret"', body)

    def test_addresses_that_cannot_be_read(self):
        for target in ("/?%", "/?%zz", "/?a=%00", "/?a=%0d%0aX:y", "/?a=%ff%fe", "/?" + "a&" * 200,
                       f"http://127.0.0.1:{self.port}/", "*", "/?a=" + "b" * 9000):
            self.assertIn(self.status_of(self.head(target)), (400, 404, 414), target)
        self.assertNotEqual(self.status_of(self.head("/\x00")), 200)

    def test_garbage(self):
        for data in (b"\r\n\r\n", b"\x00" * 1000 + b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
                     b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost\r\n\r\n", os.urandom(3000) + b"\r\n\r\n"):
            self.assertNotEqual(self.status_of(data), 200, data[:40])

    def test_two_hosts(self):
        twice = self.head(extra=f"Host: 127.0.0.1:{self.port}\r\n")
        self.assertEqual(self.status_of(twice), 400)

    def test_heads_without_end(self):
        start_of = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n".encode()
        for data in (start_of + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
                     start_of + b"X: y\r\n" * 20_000 + b"\r\n",
                     b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n"):
            self.assertNotEqual(self.status_of(data), 200, data[:60])

    def test_slow_ones_hold_nobody_up(self):
        with contextlib.ExitStack() as stack:
            slow = [stack.enter_context(socket.create_connection(("127.0.0.1", self.port)))
                    for _ in range(40)]
            for connection in slow:
                connection.sendall(b"GET / HT")
            self.assertEqual(self.get("/")[0], 200)  # once those before it had their time

    def test_one_request_a_connection(self):
        answer = self.raw(self.head() + self.head("/secret") * 20)
        self.assertEqual(answer.count(b"HTTP/1.1 "), 1)
        self.assertIn(b"Connection: close", answer)

    def test_those_that_leave_before_the_answer(self):
        for _ in range(30):
            self.raw(self.head(PLAN), read=False)

    def test_a_crowd_is_answered_or_sent_away(self):
        statuses = []

        def ask(i):
            statuses.append(self.get(f"{PLAN}&set=/simulation/seed={i}")[0])
        crowd = [threading.Thread(target=ask, args=(i,)) for i in range(40)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        self.assertEqual(len(statuses), 40)
        self.assertLessEqual(set(statuses), {200, 503})
        self.assertIn(200, statuses)


class Ends(unittest.TestCase):
    def test_by_either_signal(self):
        for by in (signal.SIGINT, signal.SIGTERM):
            server, port = start(os.path.join(DATA, "good"), "--port", "0")
            code, out, err = end(server, by)
            self.assertEqual((code, out, err), (0, "", ""))
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            result = subprocess.run([SEXTANT, "serve", "--port", str(port), "--models", MODELS,
                                     os.path.join(DATA, "good")], capture_output=True, text=True,
                                    check=False, timeout=60)
        self.assertEqual(result.returncode, 69)
        self.assertIn("--port 0", result.stderr)

    def test_two_do_not_share_a_port(self):
        server, port = start(os.path.join(DATA, "good"), "--port", "0")
        second = subprocess.run([SEXTANT, "serve", "--port", str(port), "--models", MODELS,
                                 os.path.join(DATA, "good")], capture_output=True, text=True,
                                check=False, timeout=60)
        self.assertEqual(second.returncode, 69)
        end(server)

    def test_wrong_command_lines(self):
        for options, code in ((["--port", "70000"], 2), (["--port", "x"], 2), (["/no/such"], 3),
                              (["a", "b"], 2)):
            result = subprocess.run([SEXTANT, "serve", *options, "--models", MODELS],
                                    capture_output=True, text=True, check=False, timeout=60)
            self.assertEqual(result.returncode, code, result.stderr)


if __name__ == "__main__":
    unittest.main()
