"""The service on a free port with a Lambda endpoint beside it, and clients that say what they saw."""
import collections
import http.server
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

import boto3
import botocore.config
import botocore.exceptions


class Server:
    """stateside serve in a process of its own."""

    def __init__(self, dll):
        self.dll = dll

    def __enter__(self):
        self.functions = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Functions)
        threading.Thread(target=self.functions.serve_forever, daemon=True).start()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.folder = tempfile.TemporaryDirectory()
        beside = self.beside = f"http://127.0.0.1:{self.functions.server_port}"
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "STATESIDE_"))}
        environment |= {"AWS_ENDPOINT_URL_EVENTBRIDGE": beside, "AWS_ENDPOINT_URL_SECRETS_MANAGER": beside,
                        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        self.process = subprocess.Popen(
            ["dotnet", str(pathlib.Path(self.dll).resolve()), "serve", "--port", str(port), "--in-memory", "--allow-loopback-http",
             "--lambda-endpoint", beside],
            cwd=self.folder.name, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(self.url, timeout=5)
            except urllib.error.HTTPError:
                return self
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise SystemExit("the service does not start") from None
                time.sleep(0.05)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.functions.shutdown()
        self.folder.cleanup()

    def client(self):
        return boto3.client("stepfunctions", endpoint_url=self.url, region_name="us-east-1", aws_access_key_id="test",
                            aws_secret_access_key="test", config=botocore.config.Config(
                                parameter_validation=False, inject_host_prefix=False, retries={"total_max_attempts": 1}, read_timeout=90))


class Functions(http.server.BaseHTTPRequestHandler):
    """A Lambda endpoint: echo gives what it is given, fail fails, slow takes three seconds, others are not there.

    It has a connection of EventBridge and its secret too, and answers what an HTTP task gets.
    """

    def do_GET(self):
        self.answer(b'{"got": true}')

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = self.headers.get("X-Amz-Target", "")
        if target.endswith(".DescribeConnection"):
            return self.answer(b'{"AuthorizationType": "API_KEY", "SecretArn": "secret"}')
        if target.endswith(".GetSecretValue"):
            return self.answer(json.dumps({"SecretString": json.dumps({"api_key_name": "X-Key", "api_key_value": "k"})}).encode())
        name = self.path.split("/functions/")[1].split("/")[0].split("%3A")[-1].split(":")[-1]
        headers = {}
        status = 200
        if name == "fail":
            headers["X-Amz-Function-Error"] = "Unhandled"
            body = b'{"errorType": "Broken", "errorMessage": "for good"}'
        elif name == "slow":
            time.sleep(3)
        elif name != "echo":
            status, body = 404, b'{"Type": "User", "Message": "Function not found"}'
            headers["x-amzn-ErrorType"] = "ResourceNotFoundException"
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        try:
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # Nobody waits for a slow function any more.

    def log_message(self, *_):
        pass


class Seen:
    """A client whose calls are remembered: members of answers and exceptions by operation."""

    def __init__(self, client, beside):
        self.client = client
        self.beside = beside  # what answers HTTP tasks
        self.calls = collections.Counter()
        self.outputs = collections.defaultdict(set)
        self.errors = collections.defaultdict(set)

    def __call__(self, operation, **request):
        method = getattr(self.client, botocore.xform_name(operation))
        self.calls[operation] += 1
        try:
            answer = method(**request)
        except botocore.exceptions.ClientError as e:
            self.errors[operation].add(e.response["Error"]["Code"])
            raise Refused(f"{operation}: {e.response['Error']['Code']}: {e.response['Error']['Message']}") from None
        answer.pop("ResponseMetadata")
        self._remember(operation, answer, "")
        return answer

    def refused(self, code, operation, **request):
        """A call that must be refused with that exception."""
        try:
            answer = self(operation, **request)
        except Refused as e:
            assert f": {code}: " in str(e), f"{code} is wanted: {e}"
            return
        raise AssertionError(f"{operation} {json.dumps(request, default=str)[:300]}: {code} is wanted, it is answered: {str(answer)[:300]}")

    def _remember(self, operation, value, path):
        if isinstance(value, dict):
            for name, part in value.items():
                here = f"{path}.{name}" if path else name
                self.outputs[operation].add(here)
                self._remember(operation, part, here)
        elif isinstance(value, list):
            for item in value:
                self._remember(operation, item, path + "[]")


class Refused(Exception):
    pass
