"""What the measuring programs share: a started `stateside serve`, and calls over many keep-alive connections from one thread."""

import collections
import http.client
import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(ROOT, "local", "Service", "bin", "Release", "net10.0", "stateside.dll")
PREFIX = "arn:aws:states:us-east-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/any"
HEADERS = {"Content-Type": "application/x-amz-json-1.0"}


class Server:
    """The program on a free port, with a data folder of its own or, without one, in memory."""

    def __init__(self, program, folder, durable, more=()):
        command = [program] if not program.endswith(".dll") else ["dotnet", program]
        words = ["--data", os.path.join(folder, "data")] if durable else ["--in-memory"]
        self.process = subprocess.Popen(
            [*command, "serve", "--port", "0", "--logs", "off", *words, *more], stderr=subprocess.PIPE, text=True, cwd=folder)
        self.said = []
        for line in self.process.stderr:
            self.said.append(line)
            if found := re.search(r"listens on http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break
        else:
            sys.exit("the server did not start:\n" + "".join(self.said))
        threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True).start()
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def call(self, operation, **request):
        """One call; its answer."""
        body, headers = json.dumps(request), {**HEADERS, "X-Amz-Target": f"AWSStepFunctions.{operation}"}
        try:
            self.connection.request("POST", "/", body, headers)
            answer = self.connection.getresponse()
        except ConnectionError:
            # The server lets go of a connection that was idle for two minutes.
            self.connection.close()
            self.connection.request("POST", "/", body, headers)
            answer = self.connection.getresponse()
        body = json.loads(answer.read())
        if answer.status != 200:
            sys.exit(f"{operation}: {answer.status} {body}")
        return body

    def timed(self, operation, **request):
        """One call over the same connection; the seconds until its answer is read, and the answer."""
        message = packed(operation, request)
        if not hasattr(self, "_raw"):
            self._raw = socket.create_connection(("127.0.0.1", self.port))
            self._raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begin = time.perf_counter()
        self._raw.sendall(message)
        data = b""
        while not (end := complete(data)):
            more = self._raw.recv(1 << 18)
            if not more:
                sys.exit(f"{operation}: the server hung up")
            data += more
        took = time.perf_counter() - begin
        if not data.startswith(b"HTTP/1.1 200"):
            sys.exit(f"{operation}: {data[:500]}")
        return took, json.loads(data[data.index(b"\r\n\r\n") + 4:end])

    def create(self, name, definition):
        """Creates a machine; its ARN."""
        return self.call("CreateStateMachine", name=name, definition=json.dumps(definition), roleArn=ROLE)["stateMachineArn"]

    def executions(self, arn, **more):
        """All executions of a machine, page by page."""
        token = {}
        while True:
            page = self.call("ListExecutions", stateMachineArn=arn, maxResults=1000, **more, **token)
            yield from page["executions"]
            if "nextToken" not in page:
                return
            token = {"nextToken": page["nextToken"]}

    def memory(self):
        """Resident memory in bytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) * 1024

    def peak(self):
        """The most resident memory so far, in bytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) * 1024

    def cpu(self):
        """Seconds of processor time so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            words = stat.read().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def packed(operation, request):
    """A request as it goes over the wire."""
    body = json.dumps(request).encode()
    return (f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n"
            f"X-Amz-Target: AWSStepFunctions.{operation}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


def complete(data):
    """Where a whole answer ends; 0 when it is not whole."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return 0
    at = data.lower().find(b"content-length:", 0, head)
    if at < 0:
        # In chunks; the answer is the only one under way on its connection.
        return len(data) if data.endswith(b"0\r\n\r\n") else 0
    end = head + 4 + int(data[at + 15:data.index(b"\r\n", at)])
    return end if len(data) >= end else 0


def send_all(port, messages, connections=32):
    """Sends packed requests over so many connections, one under way on each; the seconds it took, and each one's latency."""
    selector = selectors.DefaultSelector()
    messages = iter(messages)
    latencies = collections.deque()
    begin = time.perf_counter()

    def send(state):
        message = next(messages, None)
        if message is None:
            selector.unregister(state[0])
            state[0].close()
            return
        state[1], state[2] = time.perf_counter(), b""
        state[0].sendall(message)

    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        state = [connection, 0.0, b""]
        selector.register(connection, selectors.EVENT_READ, state)
        send(state)
    while selector.get_map():
        for key, _ in selector.select():
            state = key.data
            more = state[0].recv(65536)
            if not more:
                sys.exit("the server hung up")
            state[2] += more
            if complete(state[2]):
                if not state[2].startswith(b"HTTP/1.1 200"):
                    sys.exit(state[2][:500].decode(errors="replace"))
                latencies.append(time.perf_counter() - state[1])
                send(state)
    selector.close()
    return time.perf_counter() - begin, latencies


def share(values, part):
    """The value below which a share of sorted values lies."""
    return values[min(len(values) - 1, int(part * len(values)))]
