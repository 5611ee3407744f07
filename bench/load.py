#!/usr/bin/env python3
"""Load on a started `stateside serve`: StartExecution of a two-Pass machine over keep-alive connections, durable and in memory, then
100,000 executions listed in pages. Prints rates, latencies and memory, and counts that none is lost.

  dotnet build -c Release local/Service
  python3 bench/load.py                       # 30 s each, 64 connections
  python3 bench/load.py --seconds 5 --executions 10000

The load comes from wrk where it is installed (Debian: apt-get install wrk), else from this script, which is the slower of the two.
Everything stays on loopback.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(ROOT, "local", "Service", "bin", "Release", "net10.0", "stateside.dll")
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:load"
DEFINITION = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": True}}})
HEADERS = {"Content-Type": "application/x-amz-json-1.0"}
WRK = """
wrk.method = "POST"
wrk.body = '{"stateMachineArn": "%s", "input": "{}"}'
wrk.headers["Content-Type"] = "application/x-amz-json-1.0"
wrk.headers["X-Amz-Target"] = "AWSStepFunctions.StartExecution"
done = function(summary, latency, requests)
  io.stderr:write(string.format('{"requests": %%d, "micros": %%d, "bad": %%d, "p50": %%d, "p90": %%d, "p99": %%d, "max": %%d}\\n',
    summary.requests, summary.duration, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
""" % MACHINE


class Server:
    """The program on a free port, with a data folder of its own or without one."""

    def __init__(self, durable, folder):
        words = ["--data", folder] if durable else ["--in-memory"]
        self.process = subprocess.Popen(
            ["dotnet", PROGRAM, "serve", "--port", "0", *words], stderr=subprocess.PIPE, text=True, cwd=folder)
        for line in self.process.stderr:
            if found := re.search(r"listens on http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break
        else:
            sys.exit("the server did not start")
        self.said = []
        threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True).start()

    def call(self, operation, connection=None, **request):
        own = connection or http.client.HTTPConnection("127.0.0.1", self.port)
        own.request("POST", "/", json.dumps(request), {**HEADERS, "X-Amz-Target": f"AWSStepFunctions.{operation}"})
        answer = own.getresponse()
        body = json.loads(answer.read())
        if answer.status != 200:
            sys.exit(f"{operation}: {answer.status} {body}")
        return body

    def memory(self):
        """Resident and peak memory in MB, where the system tells."""
        try:
            with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
                text = status.read()
        except OSError:
            return "?", "?"
        return tuple(int(re.search(rf"{name}:\s+(\d+)", text)[1]) // 1024 for name in ("VmRSS", "VmHWM"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            sys.exit(f"the server ended with {self.process.returncode}:\n{''.join(self.said[:40])}")


def wrk_load(server, seconds, connections, folder):
    script = os.path.join(folder, "start.lua")
    with open(script, "w", encoding="ascii") as file:
        file.write(WRK)
    ran = subprocess.run(
        ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{server.port}/"],
        capture_output=True, text=True, check=True)
    measured = json.loads(ran.stderr.strip().splitlines()[-1])
    if measured["bad"]:
        print(ran.stdout)
        sys.exit(f"{measured['bad']} requests failed")
    return measured


def own_load(server, seconds, connections):
    latencies, end = [], time.perf_counter() + seconds

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        mine = []
        while time.perf_counter() < end:
            begin = time.perf_counter()
            server.call("StartExecution", connection, stateMachineArn=MACHINE, input="{}")
            mine.append(time.perf_counter() - begin)
        latencies.extend(mine)

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    latencies.sort()
    at = lambda share: int(latencies[min(len(latencies) - 1, int(share * len(latencies)))] * 1e6)
    return {"requests": len(latencies), "micros": int(took * 1e6), "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "max": at(1)}


def count(server):
    """All executions, page by page: how many, how many succeeded, and how long it took."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    arns, done, token, pages, began = set(), 0, None, 0, time.perf_counter()
    while True:
        more = {"nextToken": token} if token else {}
        page = server.call("ListExecutions", connection, stateMachineArn=MACHINE, maxResults=1000, **more)
        pages += 1
        arns.update(execution["executionArn"] for execution in page["executions"])
        done += sum(execution["status"] == "SUCCEEDED" for execution in page["executions"])
        token = page.get("nextToken")
        if not token:
            return len(arns), done, pages, time.perf_counter() - began


def run(durable, arguments):
    name = "durable" if durable else "in memory"
    with tempfile.TemporaryDirectory() as folder:
        server = Server(durable, folder)
        server.call("CreateStateMachine", name="load", definition=DEFINITION, roleArn="arn:aws:iam::123456789012:role/any")
        for _ in range(200):
            server.call("StartExecution", stateMachineArn=MACHINE)
        with_wrk = shutil.which("wrk") is not None
        measured = wrk_load(server, arguments.seconds, arguments.connections, folder) if with_wrk else own_load(server, arguments.seconds, arguments.connections)
        rate = measured["requests"] / (measured["micros"] / 1e6)
        print(f"{name}: {rate:,.0f} starts a second over {arguments.connections} connections for {arguments.seconds} s ({'wrk' if with_wrk else 'Python'}); "
              + ", ".join(f"{key} {measured[key] / 1000:.1f} ms" for key in ("p50", "p90", "p99", "max")))
        started = measured["requests"] + 200
        if started < arguments.executions:
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            for _ in range(arguments.executions - started):
                server.call("StartExecution", connection, stateMachineArn=MACHINE)
            started = arguments.executions
        wait = time.monotonic() + 60
        while server.call("ListExecutions", stateMachineArn=MACHINE, statusFilter="RUNNING", maxResults=1)["executions"] and time.monotonic() < wait:
            time.sleep(0.1)
        listed, done, pages, took = count(server)
        resident, peak = server.memory()
        print(f"  {listed:,} executions listed in {pages} pages in {took:.2f} s; memory {resident} MB, at most {peak} MB")

        # In memory only the last 100,000 that have ended are kept. wrk may leave some answers unread when its time is up.
        kept = started if durable else min(started, 100_000)
        if listed < kept or done != listed:
            sys.exit(f"{name}: {started:,} were started, {listed:,} are listed, {done:,} succeeded")
        print(f"  none lost: {started:,} answered{'' if durable else ', at least the last 100,000 kept'}, all listed succeeded")
        server.stop()
        if durable:
            begin = time.perf_counter()
            server = Server(durable, folder)
            ready = time.perf_counter() - begin
            again, done, _, _ = count(server)
            size = sum(os.path.getsize(os.path.join(path, file)) for path, _, files in os.walk(folder) for file in files)
            print(f"  after a restart, ready in {ready:.2f} s: {again:,} listed; {size / 1e6:,.0f} MB on disk")

            # What was asked for as the load broke off may have begun while the list was read.
            if again < listed or done != again:
                sys.exit(f"{listed - done} were lost over a restart")
            server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--executions", type=int, default=100_000, help="at least so many are listed")
    parser.add_argument("--only", choices=["durable", "memory"])
    arguments = parser.parse_args()
    if not os.path.exists(PROGRAM):
        sys.exit("build it first: dotnet build -c Release local/Service")
    if arguments.only != "memory":
        run(True, arguments)
    if arguments.only != "durable":
        run(False, arguments)


if __name__ == "__main__":
    main()
