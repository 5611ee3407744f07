#!/usr/bin/env python3
"""Prints the line and branch coverage of functions/ and fails below 100 %.

Run first: dotnet test tests/Functions.Tests -s tests/coverage.runsettings
With a file or folder as argument, reads that (a folder: its newest coverage.cobertura.xml).
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def main() -> int:
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "obj" / "coverage"
    reports = [where] if where.is_file() else sorted(where.rglob("coverage.cobertura.xml"), key=lambda path: path.stat().st_mtime)
    if not reports:
        print(f"no coverage.cobertura.xml under {where}: run dotnet test tests/Functions.Tests -s tests/coverage.runsettings", file=sys.stderr)
        return 2
    report = ElementTree.parse(reports[-1]).getroot()
    complete = True
    for kind in ("lines", "branches"):
        covered, valid = int(report.get(f"{kind}-covered")), int(report.get(f"{kind}-valid"))
        print(f"functions/ {kind}: {covered} of {valid} ({covered / max(valid, 1):.1%})")
        complete = complete and 0 < valid == covered
    for type_ in report.iter("class"):
        for line in type_.find("lines"):
            if line.get("hits") == "0" or not (line.get("condition-coverage") or "100%").startswith("100%"):
                print(f"not covered: {type_.get('filename')}:{line.get('number')} {line.get('condition-coverage') or ''}".rstrip())
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
