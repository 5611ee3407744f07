"""Compares the judge's new reports with the kept ones: a case that passed may fail only with a reason in judge-exceptions.json.

usage: compare_reports.py KEPT_FOLDER NEW_FOLDER [--update]
"""
import json
import pathlib
import sys

NAMES = ("jsonpath", "jsonpath-strict", "jsonata", "state-tests", "logs")


def statuses(path):
    return {case: result["status"] for case, result in json.loads(path.read_text("utf-8"))["cases"].items()}


def main():
    kept, new = map(pathlib.Path, sys.argv[1:3])
    if "--update" in sys.argv:
        for name in NAMES:
            cases = {case: {"status": status} for case, status in sorted(statuses(new / f"{name}.json").items())}
            (kept / f"asl-report.{name}.json").write_text(json.dumps({"cases": cases}, indent=1) + "\n", "utf-8")
        print("the kept reports are written anew")
        return 0
    reasons = {entry["case"]: entry["reason"] for entry in json.loads((kept / "judge-exceptions.json").read_text("utf-8"))}
    broken = 0
    for name in NAMES:
        now = statuses(new / f"{name}.json")
        before = statuses(kept / f"asl-report.{name}.json")
        worse = [case for case, status in before.items() if status == "pass" and now.get(case, "pass") != "pass"]
        better = [case for case, status in now.items() if status == "pass" and before.get(case, "pass") != "pass"]
        for case in worse:
            print(f"{name}: passed before, now {now[case]}: {case}: {reasons.get(case, 'no reason in judge-exceptions.json')}")
        for case in better:
            print(f"{name}: now passes: {case}")
        broken += sum(case not in reasons for case in worse)
        passed = sum(status == "pass" for status in now.values())
        print(f"conformance {name}: {passed} of {len(now)} passed")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
