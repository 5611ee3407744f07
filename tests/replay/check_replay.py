"""Replays order intake's record as docs/replay.md does, on a copy of the project that is edited as the page says, and holds what is printed
against the page. Then records an execution anew with `serve` and the AWS CLI, where that is there, and replays that too.

    python3 tests/replay/check_replay.py local/Service/bin/Release/net10.0/stateside.dll
    python3 tests/replay/check_replay.py stateside.dll --write      writes what is printed into the page
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(ROOT, "docs", "replay.md")
DEFINITION = "statemachine/order-intake.asl.json"

# What the page says was edited before each of its commands, and the exit code that it says.
STEPS = [
    ([], 0),
    ([(DEFINITION, "'invoices/{}.json', $.order.orderId", "'invoices/{}/{}.json', $.invoice.currency, $.order.orderId"),
      (DEFINITION, '"StringEquals": "ACCEPTED"', '"StringEquals": "VALID"')], 1),
    ([(DEFINITION, '"InvoiceOrder"', '"IssueInvoice"')], 1),
    ([(DEFINITION, '"InvoiceOrder"', '"IssueInvoice"')], 0),
    ([("functions/InvoiceOrder.cs", "MidpointRounding.AwayFromZero", "MidpointRounding.ToPositiveInfinity")], 1),
    ([("functions/InvoiceOrder.cs", "MidpointRounding.AwayFromZero", "MidpointRounding.ToPositiveInfinity")], 0),
]


# The handlers are built as their owner would build them.
os.environ.pop("RunAnalyzersDuringBuild", None)


def copy(to):
    for name in ["build", "functions", "statemachine", "samples"]:
        shutil.copytree(os.path.join(ROOT, name), os.path.join(to, name), ignore=shutil.ignore_patterns("bin", "obj", "TestResults"))
    for name in os.listdir(ROOT):
        if name.startswith("Directory.") or name in ("serverless.template", "samconfig.toml", "aws-lambda-tools-defaults.json", "global.json"):
            shutil.copy(os.path.join(ROOT, name), to)


def edited(folder, edits):
    for path, old, new in edits:
        full = os.path.join(folder, path)
        with open(full, encoding="utf-8") as file:
            text = file.read()
        assert old in text, f"{path} has no {old}"
        with open(full, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))


def restored(folder, edits):
    for path, _, _ in edits:
        shutil.copy(os.path.join(ROOT, path), os.path.join(folder, path))


def replay(program, folder, *words):
    done = subprocess.run([*program, "replay", *words], cwd=folder, capture_output=True, text=True, timeout=300)
    if done.returncode not in (0, 1):
        raise SystemExit(f"replay {' '.join(words)} ended with {done.returncode}: {done.stderr}")
    return done.returncode, done.stdout.strip("\n")


def check_page(program, folder, write):
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    blocks = list(re.finditer(r"```console\n\$ stateside replay ([^\n]+)\n(.*?)```", page, re.S))
    assert len(blocks) == len(STEPS), f"the page has {len(blocks)} commands, {len(STEPS)} are checked"
    wrong = 0
    for (edits, code), block in reversed(list(zip(STEPS, blocks))):
        edited(folder, edits)
        words = [word.strip("'") for word in block[1].split()]
        got, printed = replay(program, folder, *words)
        restored(folder, edits)
        if got != code:
            raise SystemExit(f"replay {block[1]}: exit code {got}, expected {code}\n{printed}")
        if write:
            page = page[:block.start(2)] + printed + "\n" + page[block.end(2):]
        elif printed != block[2].strip("\n"):
            wrong += 1
            print(f"docs/replay.md shows another output of: replay {block[1]}\n{printed}")
    if write:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page)
    return wrong


def call(url, operation, **parameters):
    request = urllib.request.Request(url, json.dumps(parameters).encode(), {
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AWSStepFunctions.{operation}",
        "Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def check_anew(program, folder):
    """An execution of `serve`, exported as anybody would; without the AWS CLI over HTTP, which gives the same document."""
    server = subprocess.Popen([*program, "serve", "--port", "0", "--in-memory"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        url = None
        for line in server.stdout:
            found = re.search(r"AWS_ENDPOINT_URL=(http://\S+)", line)
            if found:
                url = found[1]
            if "stateMachine:OrderIntake" in line:
                break
        machine = "arn:aws:states:us-east-1:123456789012:stateMachine:OrderIntake"
        with open(os.path.join(folder, "samples/orders/problems.json"), encoding="utf-8") as file:
            arn = call(url, "StartExecution", stateMachineArn=machine, input=file.read())["executionArn"]
        for _ in range(240):
            described = call(url, "DescribeExecution", executionArn=arn)
            if described["status"] != "RUNNING":
                break
            time.sleep(0.5)
        record = os.path.join(folder, "anew")
        os.makedirs(record)
        environment = {**os.environ, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}
        for name, operation in [("history", "get-execution-history"), ("describe", "describe-execution")]:
            path = os.path.join(record, f"{name}.json")
            with open(path, "w", encoding="utf-8") as file:
                if shutil.which("aws"):
                    subprocess.run(["aws", "stepfunctions", operation, "--execution-arn", arn, "--endpoint-url", url], stdout=file, env=environment, check=True, timeout=120)
                else:
                    json.dump(described if name == "describe" else call(url, "GetExecutionHistory", executionArn=arn, maxResults=1000), file)
    finally:
        server.terminate()
        server.wait(30)
    code, printed = replay(program, folder, "anew", "--handlers")
    if code != 0 or "each answered as then" not in printed:
        print(f"an execution of serve does not go the same way (exit code {code}):\n{printed}")
        return 1
    return 0


def main():
    program = ["dotnet", os.path.abspath(sys.argv[1])] if sys.argv[1].endswith(".dll") else [sys.argv[1]]
    with tempfile.TemporaryDirectory(prefix="stateside-replay-") as folder:
        copy(folder)
        wrong = check_page(program, folder, "--write" in sys.argv) + check_anew(program, folder)
    print(f"replay: {len(STEPS)} commands of docs/replay.md and an execution of serve, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
