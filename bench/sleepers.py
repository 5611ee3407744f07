#!/usr/bin/env python3
"""Many executions asleep in a Wait: what they cost while they sleep, and how exactly they wake.

  dotnet publish local/Service -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o /tmp/stateside
  python3 bench/sleepers.py --program /tmp/stateside/stateside                       # 100,000, in memory and durable
  python3 bench/sleepers.py --program /tmp/stateside/stateside --executions 1000000 --window 200 --only memory

Each execution waits until a time of its own; these times are spread evenly over a window that begins when all have been started. The
name of an execution says when it is due, so the skew is its stopDate less that, read by ListExecutions in pages. In memory only the
last 100,000 that have ended are kept, and listed.
"""

import argparse
import datetime
import gc
import itertools
import json
import os
import sys
import tempfile
import time

import serving

DEFINITION = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "TimestampPath": "$.at", "End": True}}}


def starts(arn, dues, first):
    for serial, due in enumerate(dues, first):
        moment = datetime.datetime.fromtimestamp(due / 1000, datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        yield serving.packed("StartExecution", {"stateMachineArn": arn, "name": f"{due}-{serial}", "input": json.dumps({"at": moment})})


def measure(program, durable, count, window, connections):
    with tempfile.TemporaryDirectory() as folder, serving.Server(program, folder, durable) as server:
        arn = server.create("sleeper", DEFINITION)
        warm = server.create("warm", DEFINITION)

        # Until the code is warm; the second half tells how fast the rest will start.
        now = int(time.time() * 1000)
        serving.send_all(server.port, starts(warm, itertools.repeat(now, 5000), 0), connections)
        took, _ = serving.send_all(server.port, starts(warm, itertools.repeat(now, 5000), 5000), connections)
        time.sleep(2)
        before = server.memory()
        begin = time.time() + count / (5000 / took) * 1.6 + 5
        dues = (int((begin + window * i / count) * 1000) for i in range(count))
        cpu = server.cpu()
        took, latencies = serving.send_all(server.port, starts(arn, dues, 0), connections)
        starting = server.cpu() - cpu
        if time.time() >= begin:
            print(f"  the starts took {took:.0f} s, longer than expected: the first sleepers woke meanwhile", file=sys.stderr)
        latencies = sorted(latencies)
        time.sleep(min(3, max(0, begin - time.time() - 0.5)))
        asleep = server.memory()
        cpu, from_time = server.cpu(), time.time()
        time.sleep(max(0, begin - time.time() - 0.5))
        idle = (server.cpu() - cpu) / max(0.001, time.time() - from_time)
        cpu = server.cpu()
        time.sleep(max(0, begin + window + 1 - time.time()))
        waking = server.cpu() - cpu
        while server.call("ListExecutions", stateMachineArn=arn, statusFilter="RUNNING", maxResults=1)["executions"]:
            time.sleep(0.5)
        after = server.memory()
        gc.disable()
        skews = []
        for execution in server.executions(arn):
            if execution["status"] != "SUCCEEDED":
                sys.exit(f"{execution['name']} ended {execution['status']}")
            skews.append(execution["stopDate"] * 1000 - int(execution["name"].split("-")[0]))
        if len(skews) != (count if durable else min(count, 100_000)):
            sys.exit(f"{count:,} were started, {len(skews):,} are listed")
        skews.sort()
        size = sum(os.path.getsize(os.path.join(path, file)) for path, _, files in os.walk(folder) for file in files)
        result = {
            "mode": "durable" if durable else "in memory", "executions": count, "window_s": window, "starts_per_s": round(count / took),
            "start_p50_ms": round(serving.share(latencies, 0.5) * 1000, 2), "start_p99_ms": round(serving.share(latencies, 0.99) * 1000, 2),
            "start_cpu_us": round(starting / count * 1e6, 1),
            "rss_before_mb": round(before / 1e6, 1), "rss_asleep_mb": round(asleep / 1e6, 1), "rss_after_mb": round(after / 1e6, 1),
            "bytes_per_sleeper": round((asleep - before) / count), "idle_cpu_percent": round(idle * 100, 2), "wake_cpu_us": round(waking / count * 1e6, 1),
            "listed": len(skews), "early": sum(skew < -0.001 for skew in skews),
            "skew_ms": {name: round(serving.share(skews, part), 2) for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1))},
            "earliest_ms": round(skews[0], 3), "file_mb": round(size / 1e6, 1) if durable else None,
        }
        print(json.dumps(result))
        if result["early"]:
            sys.exit(f"{result['early']:,} woke early")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=serving.PROGRAM, help="stateside, or stateside.dll")
    parser.add_argument("--executions", type=int, default=100_000)
    parser.add_argument("--window", type=float, default=20, help="seconds over which they wake")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--only", choices=["durable", "memory"])
    arguments = parser.parse_args()
    for durable in (False, True):
        if arguments.only != ("memory" if durable else "durable"):
            measure(arguments.program, durable, arguments.executions, arguments.window, arguments.connections)


if __name__ == "__main__":
    main()
