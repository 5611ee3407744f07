"""Runs the tests of a solution that was built, and asks those that fail once more, alone.

A test that fails only beside others leans on something that it shares with them. It is named, so that it gets mended, but it does not
hide what all the others say. More than a few failures are not asked again.

  run_tests.py SOLUTION [--totals FILE]
"""

import argparse
import os
import re
import subprocess
import sys

MOST_ASKED_AGAIN = 3
FAILED = re.compile(r"^\s+Failed ([\w.+]+)", re.MULTILINE)
BEGUN = re.compile(r"^Test run for ", re.MULTILINE)
ENDED = re.compile(r"^(?:Passed|Failed|Skipped)!", re.MULTILINE)

# What fails a run beside its tests: a host that ends early, a threshold that is missed when all tests are over.
BESIDE = re.compile(r"aborted|crash|Cleanup Failure|catastrophic", re.IGNORECASE)


def run(solution: str, *words: str, **variables: str) -> tuple[int, str]:
    """Runs `dotnet test`, showing what it says; gives its exit code and what it said."""
    said = []
    command = ["dotnet", "test", solution, "--no-build", "-nologo", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env={**os.environ, **variables}) as process:
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            said.append(line)
    return process.returncode, "".join(said)


def count(said: str, word: str) -> int:
    return sum(map(int, re.findall(rf"{word}:\s+(\d+),", said)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("solution")
    parser.add_argument("--totals", help="where to write how many passed, failed and were skipped")
    options = parser.parse_args()
    code, said = run(options.solution)
    passed, failed, skipped = (count(said, word) for word in ("Passed", "Failed", "Skipped"))
    names = sorted(set(FAILED.findall(said)))
    again = ""
    is_all = len(BEGUN.findall(said)) == len(ENDED.findall(said)) and not BESIDE.search(said)
    if code != 0 and is_all and 0 < len(names) <= MOST_ASKED_AGAIN:
        print(f"asking again, alone: {', '.join(names)}")
        # A few tests cover little, so they are held to no threshold.
        code, second = run(options.solution, "--filter", "|".join(f"FullyQualifiedName={name}" for name in names), STATESIDE_COVERAGE_THRESHOLD="0")
        # Where nothing ran, nothing passed.
        if count(second, "Passed") == 0:
            code = code or 1
        if code == 0:
            passed, failed = passed + failed, 0
            again = f"FLAKY: {', '.join(names)} failed beside other tests and passed alone\n"
    totals = f"{again}{passed} passed, {failed} failed, {skipped} skipped\n"
    print(totals, end="")
    if options.totals:
        with open(options.totals, "w", encoding="utf-8") as file:
            file.write(totals)
    return code


if __name__ == "__main__":
    sys.exit(main())
