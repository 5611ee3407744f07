"""Runs the tests of a solution that was built, and adds up what its test projects count.

  run_tests.py SOLUTION [--totals FILE]
"""

import argparse
import re
import subprocess
import sys


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("solution")
    parser.add_argument("--totals", help="where to write how many passed, failed and were skipped")
    options = parser.parse_args()
    counts = dict.fromkeys(("Passed", "Failed", "Skipped"), 0)
    command = ["dotnet", "test", options.solution, "--no-build", "-nologo"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            for word, count in re.findall(r"(Passed|Failed|Skipped):\s+(\d+),", line):
                counts[word] += int(count)
    totals = ", ".join(f"{count} {word.lower()}" for word, count in counts.items())
    print(totals)
    if options.totals:
        with open(options.totals, "w", encoding="utf-8") as file:
            print(totals, file=file)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
