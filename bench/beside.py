#!/usr/bin/env python3
"""Puts the passes of beside.sh together: beside.py PEERS RESULTS.json PASS.json... prints a table with ratios to als.

Of each figure the median over the passes counts. Where PEERS_DIR is set, the expressions of W6 run in npm jsonata as well.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

SHOWN = {
    "W1": [("start_ms", "ms from process start to the first answer"), ("idle_rss_mib", "MiB resident a second later")],
    "W2": [("latency_ms", "ms, two Lambda tasks, start to seen end")],
    "W2p": [("latency_ms", "ms, two Pass states, start to seen end")],
    "W3": [("exec_per_s", "executions of ten states a second, 16 connections")],
    "W4a": [("us_per_item_state", "µs an item and state, inline Map of 1,000 items by three states")],
    "W4d": [("us_per_item_state", "µs an item, inline Map of 5,000 items by one state")],
    "W4b": [("wall_s", "s, inline Map of 10,000 items")],
    "W5": [("us_per_transition_large", "µs a transition, loop of 5,000"), ("growth_large_over_small", "growth from 1,000 to 5,000")],
    "W6": [("ms_per_state_median", "ms a state, JSONata over 105 KB")],
    "W7": [("read_all_ms", "ms, a history of 20,606 events in pages of 1,000")],
    "W8": [("starts_per_s", "starts a second of 5,000 sleepers"), ("skew_ms", "ms late, median"), ("skew_ms.p95", "ms late, p95"), ("skew_p99_ms", "ms late, p99"), ("early", "woke early")],
}


def figure(run, key):
    name, _, part = key.partition(".")
    value = run.get(name)
    return value.get(part or "median") if isinstance(value, dict) else value


def jsonata(peers):
    """Milliseconds for an expression of W6 in npm jsonata, the mean of the medians; None where it is not installed."""
    if not os.environ.get("PEERS_DIR"):
        return None
    sys.path.insert(0, peers)
    import workloads
    given = workloads.w6_input(100)
    states = workloads.w6(50)["States"]
    expressions = {name: text[2:-2].strip() for i in range(5) for name, text in states[f"S{i}"]["Assign"].items()}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"input": given, "exprs": expressions, "expect": workloads.w6_expect(given)}, file)
        file.flush()
        out = subprocess.run(["node", os.path.join(peers, "jsonata_lib.cjs"), file.name], capture_output=True, text=True, check=True).stdout
    return json.loads(out)["ms_per_state_mean"]


def main():
    peers, results, passes = sys.argv[1], sys.argv[2], [json.load(open(name))["results"] for name in sys.argv[3:]]
    kept = {}
    print("| | | als | memory | durable | memory / als | durable / als |\n|---|---|---:|---:|---:|---:|---:|")
    for workload, keys in SHOWN.items():
        for key, words in keys:
            row = {}
            for target in ("als", "memory", "durable"):
                values = [figure(p[workload][target], key) for p in passes if target in p.get(workload, {})]
                values = [value for value in values if value is not None]
                if values:
                    row[target] = statistics.median(values)
            if workload == "W6" and row:
                row["als"] = jsonata(peers)
            if not row:
                continue
            kept.setdefault(workload, {})[key] = row
            cells = [f"{row[t]:.3g}" if row.get(t) is not None and row[t] < 1000 else f"{row[t]:,.0f}" if row.get(t) is not None else "" for t in ("als", "memory", "durable")]
            cells += [f"{row[t] / row['als']:.2f}" if row.get("als") and row.get(t) is not None else "" for t in ("memory", "durable")]
            print(f"| {workload} | {words} | {' | '.join(cells)} |")
    print("\nIn the line of W6 npm jsonata stands for als, which has no JSONata: compiled and evaluated without a server.")
    with open(results, "w") as file:
        json.dump({"passes": len(passes), "median": kept}, file, indent=1)


if __name__ == "__main__":
    main()
