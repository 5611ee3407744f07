#!/usr/bin/env python3
"""Holds the service against the API model of the AWS CLI (botocore's) and writes local/API.md.

usage: check_api.py STATESIDE_DLL [--write]

* every operation of the model is answered, and no other;
* every constraint of every request member is enforced, in the service's words, and every member is read:
  a value of another type is refused, and the code looks at the member;
* every member of every answer and every exception of every operation is seen in the scenarios
  (scenarios.py), or stands in exceptions.txt with the reason why not; and nothing stands there that is seen.

Without --write, an API.md that is not what this writes is a failure: the table cannot drift.
"""
import argparse
import json
import pathlib
import re
import sys
import urllib.error
import urllib.request

import botocore.session

sys.dont_write_bytecode = True
import scenarios  # noqa: E402
from server import Server  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TABLE = ROOT / "local" / "API.md"
MODEL = botocore.session.get_session().get_service_model("stepfunctions")
problems = []


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("dll", type=pathlib.Path, help="the built service")
    ap.add_argument("--write", action="store_true", help="write local/API.md")
    a = ap.parse_args()
    with Server(a.dll) as server:
        checks = {name: check_requests(server.url, name) for name in MODEL.operation_names}
        unknown, _ = post(server.url, "NoSuchOperation", {})
        expect(unknown == "UnknownOperationException", f"an unknown operation is answered with {unknown}")
        seen = scenarios.run(server)
    reasons = read_reasons()
    check_members_are_looked_at(reasons)
    rows = [row(name, checks[name], seen, reasons) for name in MODEL.operation_names]
    for key in sorted(set(reasons) - used):
        problems.append(f"exceptions.txt: {key} is seen, or is not in the model: take the line out")
    text = table(rows, reasons)
    if a.write:
        TABLE.write_text(text, "utf-8")
    else:
        expect(TABLE.read_text("utf-8") == text, "local/API.md is not what the model and the scenarios give: run this with --write and look at the difference")
    for problem in problems:
        print(f"api: {problem}")
    print(f"api: {len(rows)} operations, {sum(checks.values())} constraints enforced, {len(problems)} problems")
    return 1 if problems else 0


def expect(holds, otherwise):
    if not holds:
        problems.append(otherwise)


# ------------------------------------------------------------------------ requests
def check_requests(url, name):
    """Breaks every constraint of an operation's request, one at a time; gives their number."""
    shape = MODEL.operation_model(name).input_shape
    count = 0
    for path, value, constraint, shown in violations(shape):
        code, body = post(url, name, with_value(minimal(shape), path, value))
        at = wire_path(path)
        message = body.get("message", "")
        wanted = f" at '{at}' failed to satisfy constraint: {constraint}"
        expect(code == "ValidationException" and wanted in message and shown in message.split(wanted)[0],
               f"{name}: {shown + wanted!r} is wanted, {code}: {message[:300]!r} is answered")
        count += 1
    for path, member in members(shape):
        wrong = {"string": 7, "integer": "7", "long": "7", "float": "7", "boolean": "true"}.get(member.type_name, "text")
        code, _ = post(url, name, with_value(minimal(shape), path, wrong))
        expect(code == "SerializationException", f"{name}: {path} of a wrong type is answered with {code}")
        count += 1
    return count


def violations(shape, path=()):
    for name, member in shape.members.items():
        here, meta = path + (name,), member.metadata
        secret = bool(meta.get("sensitive"))
        if name in shape.required_members:
            yield here, None, "Member must not be null", "Value null"
        if member.type_name == "string":
            for value, constraint in broken_strings(member):
                yield here, value, constraint, "Value" if secret else f"Value '{value}'"
        elif member.type_name in ("integer", "long", "float"):
            for bound, step, word in (("min", -1, "greater"), ("max", 1, "less")):
                if bound in meta:
                    yield here, meta[bound] + step, f"Member must have value {word} than or equal to {meta[bound]}", f"Value '{meta[bound] + step}'"
        elif member.type_name == "list":
            yield from broken_lists(member, here)
        elif member.type_name == "structure":
            yield from violations(member, here)


def broken_strings(shape):
    meta = shape.metadata
    if meta.get("min", 0) > 0:
        yield "", f"Member must have length greater than or equal to {meta['min']}"
    if meta.get("max", 1 << 30) < 300_000:
        yield "a" * (meta["max"] + 1), f"Member must have length less than or equal to {meta['max']}"
    if "pattern" in meta:
        yield "\u00e9 1", f"Member must satisfy regular expression pattern: {meta['pattern']}"
    if shape.enum:
        yield "NONSENSE", f"Member must satisfy enum value set: [{', '.join(as_listed(shape.enum))}]"


def as_listed(words):
    """In the service's order: a hash table's with 32 places, by Java's hash codes, of those at one place the latest first."""
    def place(word):
        code = 0
        for character in word:
            code = 31 * code + ord(character)
        return code % 32

    return sorted(reversed(words), key=place)


def broken_lists(shape, path):
    meta, member = shape.metadata, shape.member
    if meta.get("min", 0) > 0:
        yield path, [], f"Member must have length greater than or equal to {meta['min']}", "Value '[]'"
    if "max" in meta:
        yield path, [minimal(member)] * (meta["max"] + 1), f"Member must have length less than or equal to {meta['max']}", "Value '["
    if member.type_name == "structure":
        for inner, value, constraint, shown in violations(member):
            yield path + (0,) + inner, value, constraint, shown
    elif member.type_name == "string":
        m = member.metadata
        yield (path, ["", "a"], f"Member must satisfy constraint: [Member must have length less than or equal to {m['max']}, "
               f"Member must have length greater than or equal to {m['min']}, Member must not be null]", "Value '[, a]'")


def members(shape, path=()):
    for name, member in shape.members.items():
        yield path + (name,), member
        if member.type_name == "structure":
            yield from members(member, path + (name,))
        elif member.type_name == "list":
            inner = member.member
            yield path + (name, 0), inner
            if inner.type_name == "structure":
                yield from members(inner, path + (name, 0))


def minimal(shape):
    """A request, or a part of one, that breaks no constraint."""
    if shape.type_name == "structure":
        return {name: minimal(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [minimal(shape.member)] * shape.metadata.get("min", 0)
    if shape.type_name == "string":
        return shape.enum[0] if shape.enum else "a" * max(1, shape.metadata.get("min", 0))
    return {"boolean": True}.get(shape.type_name, shape.metadata.get("min", 1))


def with_value(request, path, value):
    part = request
    for key, following in zip(path, path[1:]):
        if isinstance(key, int):
            while len(part) <= key:
                part.append({})
        elif key not in part:
            part[key] = [] if isinstance(following, int) else {}
        part = part[key]
    if isinstance(path[-1], int):
        part[:] = [value]
    else:
        part[path[-1]] = value
    return request


def wire_path(path):
    return ".".join(f"{key + 1}.member" if isinstance(key, int) else key for key in path)


def post(url, operation, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {
        "X-Amz-Target": f"AWSStepFunctions.{operation}", "Content-Type": "application/x-amz-json-1.0"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return "", json.load(answer)
    except urllib.error.HTTPError as e:
        answer = json.load(e)
        return answer["__type"].split("#")[-1], answer


def check_members_are_looked_at(reasons):
    """Every member of every request record is used by some code beside its declaration."""
    code = "\n".join(p.read_text("utf-8") for p in (ROOT / "local" / "Engine" / "Operations").rglob("*.cs"))
    for operation in MODEL.operation_names:
        for path, _ in members(MODEL.operation_model(operation).input_shape):
            if isinstance(path[-1], str):
                name = path[-1][0].upper() + path[-1][1:]
                expect(re.search(rf"[.?]{name}\b|{{ {name}:|, {name}:", code) or excused(operation, path[-1], reasons), f"{operation}: no code looks at {'.'.join(map(str, path))}")


# ------------------------------------------------------------------------ answers
used = set()


def output_members(shape, path="", depth=0):
    if shape is None or depth > 8:
        return
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            here = f"{path}.{name}" if path else name
            yield here
            yield from output_members(member, here, depth + 1)
    elif shape.type_name == "list":
        yield from output_members(shape.member, path + "[]", depth + 1)


def read_reasons():
    """The reviewed file: `Operation member-or-exception: reason`, `*` for all operations."""
    reasons = {}
    for number, line in enumerate((HERE / "exceptions.txt").read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        key, _, reason = line.partition(": ")
        if not reason:
            problems.append(f"exceptions.txt({number}): no reason")
        reasons[key] = reason
    return reasons


def excused(operation, name, reasons):
    """Whether a line says why it is not seen, or why the member that it is part of is not."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        for key in (f"{operation} {'.'.join(parts[:end])}", f"* {'.'.join(parts[:end])}"):
            if key in reasons:
                used.add(key)
                return True
    return False


def row(name, constraints, seen, reasons):
    operation = MODEL.operation_model(name)
    outputs = list(output_members(operation.output_shape))
    errors = [shape.name for shape in operation.error_shapes]
    shown = [m for m in outputs if m in seen.outputs[name]]
    raised = [e for e in errors if e in seen.errors[name]]
    for what in [m for m in outputs if m not in shown] + [e for e in errors if e not in raised]:
        if not excused(name, what, reasons):
            problems.append(f"{name}: {what} is never seen, and exceptions.txt gives no reason")
    expect(seen.calls[name] > 0, f"{name}: no scenario calls it")
    return (name, len(operation.input_shape.members), constraints, f"{len(shown)} of {len(outputs)}", f"{len(raised)} of {len(errors)}", tests_of(name))


def tests_of(name):
    """The test classes that call the operation over HTTP."""
    found = [p.stem for p in sorted((ROOT / "tests" / "Service.Tests" / "Api").glob("*Tests.cs")) if f'"{name}"' in p.read_text("utf-8")]
    return ", ".join(["scenarios"] + found)


def table(rows, reasons):
    lines = [
        "# The API, operation by operation",
        "",
        "Generated by `python3 tests/api/check_api.py … --write` from the API model of the AWS CLI and checked in CI, so that it cannot drift.",
        "A constraint is one that a request is refused for, in AWS's words, or a member whose type is checked. Members of answers and exceptions",
        "are counted when `tests/api/scenarios.py` has seen them; why the others are not seen stands below.",
        "",
        "| Operation | Request members | Constraints | Answer members seen | Exceptions seen | Proved by |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    lines += [f"| {' | '.join(map(str, r))} |" for r in rows]
    lines += ["", "## What is not seen, and why", "", "| Operation | Member or exception | Reason |", "| --- | --- | --- |"]
    for key, reason in reasons.items():
        operation, name = key.split(" ", 1)
        lines.append(f"| {'all' if operation == '*' else operation} | `{name}` | {reason} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
