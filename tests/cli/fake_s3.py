"""A small S3 in this process, for tests: PUT, GET, Range, DELETE and multipart uploads of one
bucket, addressed by path. Every request's SigV4 signature is computed again by botocore, and
refused with S3's own errors if it is another one. On request it answers SlowDown, or nothing.

    with FakeS3(slow_down_every=5) as s3:
        ... s3.endpoint, s3.objects, s3.slow_downs
"""

import hashlib
import http.server
import itertools
import re
import ssl
import threading
import urllib.parse
from xml.sax.saxutils import escape

import botocore.auth
import botocore.awsrequest
import botocore.credentials

ACCESS_KEY = "AKIDEXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


class FakeS3(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, bucket="bench", region="us-east-1", token=None, slow_down_every=0,
                 stall_from=None, certificate=None, damage=False, denied=()):
        super().__init__(("127.0.0.1", 0), Handler)
        self.bucket, self.region, self.token = bucket, region, token
        self.slow_down_every = slow_down_every  # every n-th request is refused
        self.stall_from = stall_from            # requests from this one on get no answer
        self.damage = damage                    # a byte of every object that is read is changed
        self.denied = denied                    # methods that the credentials do not allow
        self.least_part = 0                     # bytes of all parts but the last
        self.objects, self.uploads = {}, {}
        self.requests = []                      # (method, path and query), those refused included
        self.slow_downs = 0
        self.most_bytes = 0                     # that were stored at once
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.upload_numbers = itertools.count(1)
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.scheme = "https"

    @property
    def endpoint(self):
        return f"{self.scheme}://localhost:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05},
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Clients may go away."""

    def admit(self, method, path):
        """Counts a request; which one it is decides whether it is refused."""
        with self.lock:
            self.requests.append((method, path))
            number = len(self.requests)
            slow = self.slow_down_every and number % self.slow_down_every == 0
            self.slow_downs += bool(slow)
        if self.stall_from is not None and number >= self.stall_from:
            self.closing.wait()
            raise ConnectionAbortedError
        if slow:
            raise Refused(503, "SlowDown", "Please reduce your request rate.")
        if method in self.denied:
            raise Refused(403, "AccessDenied", "Access Denied")

    def store(self, key, content):
        with self.lock:
            self.objects[key] = content
            self.most_bytes = max(self.most_bytes, sum(map(len, self.objects.values())))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    rbufsize = 1 << 20

    def log_message(self, *_):
        pass

    def do(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            self.server.admit(self.command, self.path)
            self.check_signature(body)
            self.answer(body)
        except Refused as refused:
            xml = (f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{refused.code}</Code>'
                   f"<Message>{escape(refused.message)}</Message><RequestId>1</RequestId></Error>")
            self.reply(refused.status, xml.encode())

    do_GET = do_PUT = do_POST = do_DELETE = do

    def reply(self, status, content=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self._headers_buffer.append(b"\r\n" + content)  # headers and content in one piece
        self.flush_headers()

    def check_signature(self, body):
        found = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^/]+)/s3/aws4_request, ?"
                             r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})",
                             self.headers.get("Authorization", ""))
        if not found:
            raise Refused(403, "AccessDenied", "the request is not signed by SigV4")
        access_key, region, names, signature = found.groups()
        if access_key != ACCESS_KEY:
            raise Refused(403, "InvalidAccessKeyId", "The key does not exist in our records.")
        if region != self.server.region:
            raise Refused(400, "AuthorizationHeaderMalformed",
                          f"the region '{region}' is wrong; expecting '{self.server.region}'")
        if self.server.token != self.headers.get("x-amz-security-token"):
            raise Refused(400, "InvalidToken", "The provided token is malformed.")
        signed = names.split(";")
        unsigned = [name.lower() for name in self.headers
                    if name.lower().startswith("x-amz-") and name.lower() not in signed]
        if unsigned or "host" not in signed or "x-amz-content-sha256" not in signed:
            raise Refused(403, "AccessDenied",
                          f"There were headers present in the request which were not signed: "
                          f"{unsigned}")
        payload = self.headers["x-amz-content-sha256"]
        if payload not in ("UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()):
            raise Refused(400, "XAmzContentSHA256Mismatch", "The hash does not match the body.")
        if signature != self.expected_signature(signed):
            raise Refused(403, "SignatureDoesNotMatch",
                          "The request signature we calculated does not match the signature you "
                          "provided. Check your key and signing method.")

    def expected_signature(self, signed):
        request = botocore.awsrequest.AWSRequest(
            method=self.command, url=f"{self.server.scheme}://{self.headers['Host']}{self.path}",
            headers={name: self.headers[name] for name in signed})
        request.context["timestamp"] = self.headers["x-amz-date"]
        auth = botocore.auth.S3SigV4Auth(
            botocore.credentials.Credentials(ACCESS_KEY, SECRET_KEY), "s3", self.server.region)
        text = auth.string_to_sign(request, auth.canonical_request(request))
        return auth.signature(text, request)

    def answer(self, body):
        path, _, query = self.path.partition("?")
        bucket, _, key = urllib.parse.unquote(path)[1:].partition("/")
        if bucket != self.server.bucket:
            raise Refused(404, "NoSuchBucket", "The specified bucket does not exist")
        query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        if "uploads" in query or "uploadId" in query:
            self.multipart(key, query, body)
        elif self.command == "PUT":
            self.server.store(key, body)
            self.reply(200, ETag=entity_tag(body))
        elif self.command == "GET":
            self.get(key)
        elif self.command == "DELETE":
            with self.server.lock:
                self.server.objects.pop(key, None)
            self.reply(204)
        else:
            raise Refused(405, "MethodNotAllowed", "not here")

    def get(self, key):
        content = self.server.objects.get(key)
        if content is None:
            raise Refused(404, "NoSuchKey", "The specified key does not exist.")
        if self.server.damage:
            content = content[:100] + bytes([content[100] ^ 1]) + content[101:]
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not wanted:
            self.reply(200, content, ETag=entity_tag(content))
            return
        first, last = int(wanted[1]), min(int(wanted[2]), len(content) - 1)
        self.reply(206, content[first:last + 1],
                   Content_Range=f"bytes {first}-{last}/{len(content)}")

    def multipart(self, key, query, body):
        server = self.server
        if "uploads" in query:
            number = next(server.upload_numbers)
            upload = f"upload/{number}+=~"  # must be encoded, as those of some services
            server.uploads[upload] = {}
            xml = (f'<InitiateMultipartUploadResult xmlns="{NAMESPACE}"><Key>{key}</Key>'
                   f"<UploadId>{upload}</UploadId></InitiateMultipartUploadResult>")
            self.reply(200, xml.encode())
            return
        upload = query["uploadId"]
        if upload not in server.uploads:
            raise Refused(404, "NoSuchUpload", "The specified upload does not exist.")
        parts = server.uploads[upload]
        if self.command == "PUT":
            parts[int(query["partNumber"])] = body
            self.reply(200, ETag=entity_tag(body))
        elif self.command == "DELETE":
            del server.uploads[upload]
            self.reply(204)
        else:
            named = re.findall(r"<PartNumber>(\d+)</PartNumber><ETag>([^<]+)</ETag>", body.decode())
            if any(entity_tag(parts.get(int(number), b"")) != tag for number, tag in named):
                raise Refused(400, "InvalidPart", "One or more of the parts could not be found.")
            if any(len(parts[int(number)]) < server.least_part for number, _ in named[:-1]):
                raise Refused(400, "EntityTooSmall", "Your proposed upload is too small.")
            server.store(key, b"".join(parts[int(number)] for number, _ in named))
            del server.uploads[upload]
            self.reply(200, f'<CompleteMultipartUploadResult xmlns="{NAMESPACE}"/>'.encode())


def entity_tag(content):
    return f'"{hashlib.md5(content).hexdigest()}"'
