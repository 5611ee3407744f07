#!/usr/bin/env python3
"""How cost grows: with the length of a history, the size of a payload, the number of machines, of stored executions and of a map run's items.

  dotnet publish local/Service -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o /tmp/stateside
  python3 bench/growth.py --program /tmp/stateside/stateside                  # all; stored executions up to 1,000,000
  python3 bench/growth.py --program /tmp/stateside/stateside --parts history,payload --stored 100000

Writes growth.json and growth.svg beside this file; parts that are not measured keep the figures they had. Processor time is the
server's, taken over many executions, so that what else the machine does matters less; latencies are medians seen by one caller.
"""

import argparse
import itertools
import json
import math
import os
import random
import statistics
import sys
import tempfile
import time

import maps
import serving

HERE = os.path.dirname(os.path.abspath(__file__))
PASSES = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": True}}}

# Entered and exited for each of two states a round, and an event at either end.
LOOP = {"QueryLanguage": "JSONata", "StartAt": "Count", "States": {
    "Count": {"Type": "Pass", "Output": "{% {'n': $states.input.n - 1} %}", "Next": "Enough"},
    "Enough": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.n > 0 %}", "Next": "Count"}], "Default": "End"},
    "End": {"Type": "Succeed"}}}


def modes(program):
    for durable in (False, True):
        with tempfile.TemporaryDirectory() as folder, serving.Server(program, folder, durable) as server:
            server.folder = folder
            yield "durable" if durable else "in memory", server


def start(arn, text="{}"):
    return serving.packed("StartExecution", {"stateMachineArn": arn, "input": text})


def run(server, arn, text, count, connections):
    """Starts so many executions and waits for them to end; the server's seconds of processor time, and those on the clock."""
    cpu, begin = server.cpu(), time.perf_counter()
    serving.send_all(server.port, itertools.repeat(start(arn, text), count), connections)
    while server.call("ListExecutions", stateMachineArn=arn, statusFilter="RUNNING", maxResults=1)["executions"]:
        time.sleep(0.02)
    return server.cpu() - cpu, time.perf_counter() - begin


def kept(server, mode):
    """What is kept: bytes of memory, or of the data file."""
    if mode == "in memory":
        return server.memory()
    return sum(os.path.getsize(os.path.join(path, file)) for path, _, files in os.walk(server.folder) for file in files if file.endswith(".db"))


def median(server, count, operation, requests):
    """Median latency in ms of calls one after the other."""
    return statistics.median(server.timed(operation, **request)[0] for request in itertools.islice(requests, count)) * 1000


def history(program):
    """Executions of 100 to 20,000 events: processor time for each, and the time to read the history through in pages of 1,000."""
    points = []
    for mode, server in modes(program):
        warm = server.create("warm", LOOP)
        run(server, warm, json.dumps({"n": 500}), 40, 4)
        for events in (100, 500, 2000, 8000, 20000):
            arn = server.create(f"loop-{events}", LOOP)
            text = json.dumps({"n": events // 4})
            count = max(6, 60000 // events)
            seconds, _ = run(server, arn, text, count, 2)
            ended = server.call("ListExecutions", stateMachineArn=arn, maxResults=1)["executions"][0]
            reads = []
            for _ in range(5):
                begin, token, total = time.perf_counter(), {}, 0
                while True:
                    _, page = server.timed("GetExecutionHistory", executionArn=ended["executionArn"], maxResults=1000, **token)
                    total += len(page["events"])
                    if not page.get("nextToken"):
                        break
                    token = {"nextToken": page["nextToken"]}
                reads.append(time.perf_counter() - begin)
            if abs(total - events) > 10:
                sys.exit(f"{total} events where {events} were to be")
            points.append({"mode": mode, "x": total, "execution cpu ms": seconds / count * 1000, "read all ms": statistics.median(reads) * 1000})
            print(points[-1], flush=True)
    return points


def payload(program):
    """Executions of two Pass states with inputs of 100 B to 200 KB: processor time, and what is kept of each."""
    points = []
    for mode, server in modes(program):
        arn = server.create("pass", PASSES)
        run(server, arn, "{}", 4000, 16)
        for size in (100, 1000, 10_000, 50_000, 200_000):
            item = {"id": "A-1", "price": 12.5, "tags": ["x", "y"]}
            text = json.dumps([item] * max(1, size // (len(json.dumps(item)) + 2)))
            count = max(150, min(3000, 20_000_000 // size))
            before = kept(server, mode)
            seconds, _ = run(server, arn, text, count, 8)
            points.append({"mode": mode, "x": len(text), "execution cpu ms": seconds / count * 1000, "kept KB": max(0.1, (kept(server, mode) - before) / count / 1000)})
            print(points[-1], flush=True)
    return points


def machines(program):
    """1 to 10,000 state machines: latency of creating one, starting one, and the first page of a list."""
    points = []
    for mode, server in modes(program):
        arns = [server.create("m-0", PASSES)]
        median(server, 1500, "StartExecution", ({"stateMachineArn": arns[0]} for _ in itertools.count()))
        for total in (1, 10, 100, 1000, 10_000):
            while len(arns) < total - 50:
                arns.append(server.create(f"m-{len(arns)}", PASSES))
            created = []
            while len(arns) < total:
                took, answer = server.timed("CreateStateMachine", name=f"m-{len(arns)}", definition=json.dumps(PASSES), roleArn=serving.ROLE)
                created.append(took * 1000)
                arns.append(answer["stateMachineArn"])
            choose = random.Random(1)
            point = {
                "mode": mode, "x": total,
                "start ms": median(server, 300, "StartExecution", ({"stateMachineArn": choose.choice(arns)} for _ in itertools.count())),
                "list page ms": median(server, 100, "ListStateMachines", itertools.repeat({"maxResults": 100})),
            }
            if created:
                point["create ms"] = statistics.median(created)
            points.append(point)
            print(point, flush=True)
    return points


def stored(program, most, seconds):
    """1,000 to 1,000,000 executions stored: latency of starting and describing one, and of list pages of 100 at the front and deep."""
    points = []
    for mode, server in modes(program):
        arn = server.create("pass", PASSES)
        median(server, 1500, "StartExecution", itertools.repeat({"stateMachineArn": arn}))
        total, begin = 1500, time.perf_counter()
        choose = random.Random(1)
        for goal in (2000, 10_000, 30_000, 100_000, 300_000, 1_000_000):
            # In memory the last 100,000 that have ended are kept, so there is nothing more to learn beyond them.
            if goal > most or (mode == "in memory" and goal > 100_000) or time.perf_counter() - begin > seconds:
                break
            fill_cpu = fill(server, arn, total, goal)
            filled, total = goal - total, goal
            time.sleep(1)
            names = [choose.randrange(1500, total) for _ in range(300)]
            describe = ({"executionArn": f"{serving.PREFIX}:execution:pass:e-{name}"} for name in names)
            deep = deep_token(server, arn, total // 2)
            point = {
                "mode": mode, "x": total, "fill cpu ms": fill_cpu / filled * 1000,
                "start ms": median(server, 500, "StartExecution", ({"stateMachineArn": arn, "name": f"e-{number}"} for number in range(total, total + 500))),
                "describe ms": median(server, 300, "DescribeExecution", describe),
                "list front ms": median(server, 50, "ListExecutions", itertools.repeat({"stateMachineArn": arn, "maxResults": 100})),
                "list deep ms": median(server, 50, "ListExecutions", itertools.repeat({"stateMachineArn": arn, "maxResults": 100, "nextToken": deep})),
                "list running ms": median(server, 50, "ListExecutions", itertools.repeat({"stateMachineArn": arn, "maxResults": 100, "statusFilter": "RUNNING"})),
                "list failed ms": median(server, 50, "ListExecutions", itertools.repeat({"stateMachineArn": arn, "maxResults": 100, "statusFilter": "FAILED"})),
                "resident MB": server.memory() / 1e6,
            }
            total += 500
            if mode == "durable":
                point["file MB"] = kept(server, mode) / 1e6
            points.append(point)
            print(point, flush=True)
    return points


def map_runs(program):
    """Distributed Maps over 10,000 to 1,000,000 rows of CSV, with results written: processor time of an item, items a second, peak memory."""
    points = []
    for durable in (False, True):
        for rows in (10_000, 30_000, 100_000, 300_000, 1_000_000):
            point = maps.measure(program, "csv", rows, durable, kills=0, checks=True)
            points.append({"mode": point["mode"], "x": rows, "item cpu us": point["cpu us"], "items a second": point["items a second"], "peak MB": point["peak MB"]})
            print(points[-1], flush=True)
    return points


def fill(server, arn, first, end):
    """Starts executions whose names are their numbers; the server's seconds of processor time."""
    cpu = server.cpu()
    serving.send_all(
        server.port, (serving.packed("StartExecution", {"stateMachineArn": arn, "name": f"e-{number}"}) for number in range(first, end)), 32)
    return server.cpu() - cpu


def deep_token(server, arn, depth):
    """The token that goes on after so many executions."""
    token, seen = {}, 0
    while seen < depth:
        page = server.call("ListExecutions", stateMachineArn=arn, maxResults=1000, **token)
        seen += len(page["executions"])
        token = {"nextToken": page["nextToken"]}
    return token["nextToken"]


# ---------------------------------------------------------------- the picture

TITLES = {"history": "events in the history", "payload": "bytes of input", "machines": "state machines", "stored": "stored executions", "maps": "items of a map run"}
COLORS = {"in memory": "#2f7ed8", "durable": "#d8742f"}


def exponent(xs, ys):
    """The slope of a straight line through the logarithms: 1 where cost grows as the thing does, 0 where it does not grow."""
    logs = [(math.log(x), math.log(max(y, 1e-9))) for x, y in zip(xs, ys)]
    mean_x, mean_y = (statistics.mean(log[i] for log in logs) for i in (0, 1))
    over = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / over if over else 0.0


def last_exponent(xs, ys):
    """The same over the upper half, where what every call costs no longer hides growth."""
    half = max(2, (len(xs) + 1) // 2)
    return exponent(xs[-half:], ys[-half:])


def short(number):
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:g}{letter}"
    return f"{number:g}"


def draw(figures):
    panels = [(part, measure) for part in TITLES if part in figures
              for measure in dict.fromkeys(key for point in figures[part] for key in point if key not in ("mode", "x"))]
    columns, wide, high = 4, 270, 210
    rows = -(-len(panels) // columns)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {columns * wide} {rows * high + 30}" font-family="system-ui, sans-serif" font-size="11">',
        "<title>How cost grows</title><style>text{fill:#222}.grid{stroke:#8884;fill:none}.frame{stroke:#888;fill:none}.paper{fill:#fff}"
        "@media(prefers-color-scheme:dark){text{fill:#ddd}.paper{fill:#16181c}}</style>",
        '<rect class="paper" width="100%" height="100%"/>',
    ]
    for i, (mode, color) in enumerate(COLORS.items()):
        out.append(f'<circle cx="{20 + 100 * i}" cy="14" r="4" fill="{color}"/><text x="{29 + 100 * i}" y="18">{mode}</text>')
    out.append('<text x="230" y="18">both axes logarithmic; in brackets the growth exponent over all points, and over the upper half</text>')
    for place, (part, measure) in enumerate(panels):
        out += panel(figures[part], TITLES[part], measure, place % columns * wide, 30 + place // columns * high, wide, high)
    return "\n".join([*out, "</svg>", ""])


def panel(points, title, measure, left, top, wide, high):
    points = [point for point in points if measure in point]
    x0, y0, x1, y1 = left + 44, top + 40, left + wide - 14, top + high - 34
    low_x, high_x = (pick(math.log10(point["x"]) for point in points) for pick in (min, max))
    high_x = max(high_x, low_x + 1)
    low_y = math.floor(min(math.log10(max(point[measure], 1e-3)) for point in points))
    high_y = max(low_y + 2, math.ceil(max(math.log10(max(point[measure], 1e-3)) for point in points)))
    at_x = lambda value: x0 + (math.log10(value) - low_x) / (high_x - low_x) * (x1 - x0)
    at_y = lambda value: y1 - (math.log10(max(value, 1e-3)) - low_y) / (high_y - low_y) * (y1 - y0)
    out = [f'<text x="{left + 10}" y="{top + 14}" font-weight="600">{measure}, by {title}</text>',
           f'<rect class="frame" x="{x0}" y="{y0}" width="{x1 - x0}" height="{y1 - y0}"/>']
    for power in range(low_y, high_y + 1):
        y = at_y(10.0 ** power)
        out.append(f'<path class="grid" d="M{x0} {y:.1f}H{x1}"/><text x="{x0 - 4}" y="{y + 4:.1f}" text-anchor="end">{short(10.0 ** power)}</text>')
    for power in range(math.ceil(low_x - 1e-9), math.floor(high_x + 1e-9) + 1):
        x = at_x(10.0 ** power)
        out.append(f'<path class="grid" d="M{x:.1f} {y0}V{y1}"/><text x="{x:.1f}" y="{y1 + 15}" text-anchor="middle">{short(10.0 ** power)}</text>')
    said = []
    for mode, color in COLORS.items():
        line = sorted((point["x"], point[measure]) for point in points if point["mode"] == mode)
        if not line:
            continue
        xs, ys = zip(*line)
        out.append(f'<path fill="none" stroke="{color}" stroke-width="2" d="M{" L".join(f"{at_x(x):.1f} {at_y(y):.1f}" for x, y in line)}"/>')
        out += [f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="2.5" fill="{color}"><title>{x:,}: {y:.3g}</title></circle>' for x, y in line]
        said.append(f'<tspan fill="{color}">[{exponent(xs, ys):.2f}, {last_exponent(xs, ys):.2f}]</tspan>' if len(line) > 2 else "")
    out.append(f'<text x="{left + 10}" y="{top + 30}">{" ".join(said)}</text>')
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=serving.PROGRAM, help="stateside, or stateside.dll")
    parser.add_argument("--parts", default="history,payload,machines,stored,maps", help="draw alone draws what was measured")
    parser.add_argument("--stored", type=int, default=1_000_000, help="at most so many stored executions")
    parser.add_argument("--seconds", type=float, default=1200, help="no further stored executions after so long")
    parser.add_argument("--out", default=HERE)
    arguments = parser.parse_args()
    path = os.path.join(arguments.out, "growth.json")
    figures = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            figures = json.load(file)
    measures = {"history": history, "payload": payload, "machines": machines, "stored": lambda program: stored(program, arguments.stored, arguments.seconds), "maps": map_runs}
    for part in arguments.parts.split(","):
        if part == "draw":
            continue
        print(part, flush=True)
        points = measures[part](arguments.program)
        figures[part] = [{key: float(f"{value:.4g}") if isinstance(value, float) else value for key, value in point.items()} for point in points]
        with open(path, "w", encoding="utf-8") as file:
            file.write("{\n" + ",\n".join(
                f'  "{name}": [\n' + ",\n".join("    " + json.dumps(point) for point in figures[name]) + "\n  ]" for name in figures) + "\n}\n")
    with open(os.path.join(arguments.out, "growth.svg"), "w", encoding="utf-8") as file:
        file.write(draw(figures))
    for part in figures:
        for measure in dict.fromkeys(key for point in figures[part] for key in point if key not in ("mode", "x")):
            for mode in COLORS:
                line = sorted((point["x"], point[measure]) for point in figures[part] if point["mode"] == mode and measure in point)
                if len(line) > 2:
                    xs, ys = zip(*line)
                    print(f"{part:9} {measure:18} {mode:10} exponent {exponent(xs, ys):5.2f}, upper half {last_exponent(xs, ys):5.2f}")


if __name__ == "__main__":
    main()
