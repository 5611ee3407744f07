"""Makes the project of docs/testing.md from its snippets, or says which of them the repository no longer has.

A fence's first word is its language; what follows says what the snippet is:
  file=NAME    the file of that name
  test=NAME    members of the partial class in that file
  from=PATH    an excerpt of a file of the repository, which must have it; "// …" stands between parts
  output=NAME  what a file that the tests write must hold
"""
import pathlib
import re
import sys

FENCE = re.compile(r"^```(\w+) (file|test|from|output)=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLAIN = re.compile(r"^```(csharp|json|xml|yaml)\n", re.MULTILINE)


def squeeze(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def contains(whole, part):
    return any(whole[i:i + len(part)] == part for i in range(len(whole) - len(part) + 1))


def main():
    root, folder = map(pathlib.Path, sys.argv[1:3])
    page = (root / "docs/testing.md").read_text(encoding="utf-8")
    problems = [f"line {page[:m.start()].count(chr(10)) + 1}: a {m[1]} snippet that nobody checks: give it file=, test= or from="
                for m in PLAIN.finditer(page)]
    members = 0
    for match in FENCE.finditer(page):
        _, what, name, text = match.groups()
        if what == "from":
            source = squeeze((root / name).read_text(encoding="utf-8"))
            parts = [squeeze(part) for part in re.split(r"^\s*// …\n", text, flags=re.MULTILINE)]
            problems += [f"{name} has no longer: {part[0]}" for part in parts if not contains(source, part)]
            continue
        if what == "test":
            members += 1
            stem = pathlib.Path(name).stem
            # The compiler names this file as the test's source, which snapshots go by.
            text = f"public sealed partial class {stem}\n{{\n#line 1 \"{folder / name}\"\n{text}\n#line default\n}}\n"
            name = f"{stem}.{members}.cs"
        path = folder / ("expected/" + name if what == "output" else name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if problems:
        sys.exit("docs/testing.md: " + "\ndocs/testing.md: ".join(problems))


main()
