#!/usr/bin/env python3
"""With credentials that look real, a run of every kind of function shows them to none and opens no connection but to this machine.

    python3 tests/reach/check_reach.py PATH/TO/stateside.dll

strace tells every connection of the program and of all that it starts; the file that it writes is read here.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MINE = ["AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "my-session", "my-profile", "my-role"]
CONNECTION = re.compile(r'connect\(\d+(?:<[^>]*>)?, \{sa_family=(AF_INET6?)\b.*?(?:inet_addr\("([^"]*)"\)|inet_pton\(AF_INET6, "([^"]*)")')
SENT = re.compile(r'send(?:to|msg|mmsg)\(.*?(?:inet_addr\("([^"]*)"\)|inet_pton\(AF_INET6, "([^"]*)")')


def is_near(address):
    return address.startswith("127.") or address == "::1" or address.startswith("::ffff:127.")


def main(program):
    if sys.platform != "linux" or not shutil.which("strace"):
        print("reach: skipped: strace, which tells who is reached, is on Linux only and not on this machine")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        aws = work / "home" / ".aws"
        aws.mkdir(parents=True)
        keys = f"aws_access_key_id = {MINE[1]}\naws_secret_access_key = {MINE[2]}\n"
        (aws / "credentials").write_text(f"[default]\n{keys}[my-profile]\n{keys}")
        (aws / "config").write_text("[default]\nregion = eu-central-1\n[profile my-profile]\nrole_arn = arn:aws:iam::123456789012:role/my-role\nsource_profile = default\n")
        variables = {
            name: value for name, value in os.environ.items() if not name.startswith("AWS_") and not name.lower().endswith("_proxy")
        } | {
            "AWS_ACCESS_KEY_ID": MINE[0], "AWS_SECRET_ACCESS_KEY": MINE[2], "AWS_SESSION_TOKEN": "my-session", "AWS_PROFILE": "my-profile",
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/my-role", "AWS_SHARED_CREDENTIALS_FILE": str(aws / "credentials"),
            "AWS_CONFIG_FILE": str(aws / "config"), "AWS_BEARER_TOKEN_BEDROCK": "my-session",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
        }
        # What builds the handlers may ask whom it likes.
        command = ["dotnet", program, "run", "--template", str(HERE), "--in-memory"]
        subprocess.run(command, env=variables, capture_output=True, timeout=600, check=False)
        for options in ([], ["--isolate"]):
            trace = work / "trace"
            run = subprocess.run(
                ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-s", "256", "-o", str(trace), *command, "--no-build", *options],
                env=variables, capture_output=True, text=True, timeout=600, check=False)
            if run.returncode != 0:
                sys.exit(f"reach: run {' '.join(options)} ended with {run.returncode}:\n{run.stderr}")
            check(run, trace.read_text(errors="replace"), " ".join(options) or "in process")
    return 0


def check(run, trace, how):
    shown = [mine for mine in MINE if mine in run.stdout + run.stderr]
    if shown:
        sys.exit(f"reach: {how}: handlers were shown {', '.join(shown)}:\n{run.stdout}\n{run.stderr}")
    output = json.loads(run.stdout)
    for kind in ("dotnet", "python", "node", "bootstrap"):
        seen = output[kind]
        if (seen["AWS_ACCESS_KEY_ID"], seen.get("found", "STATESIDE STATESIDE")) != ("STATESIDE", "STATESIDE STATESIDE"):
            sys.exit(f"reach: {how}: {kind} is not nobody: {seen}")
    if "501" not in output["secure"] or not output["plain"].startswith("200 "):
        sys.exit(f"reach: {how}: requests to AWS's hosts were answered by {output['secure']} and {output['plain']}")
    if "--allow-aws" not in output["ec2"]["Cause"]:
        sys.exit(f"reach: {how}: a Task of a service that is not here was answered by {output['ec2']}")
    reached = [a or b for _, a, b in CONNECTION.findall(trace)] + [a or b for a, b in SENT.findall(trace)]
    far = sorted({address for address in reached if not is_near(address)})
    if far:
        sys.exit(f"reach: {how}: {', '.join(far)} was reached")
    if not reached:
        sys.exit(f"reach: {how}: strace saw no connection at all, not even that of a handler to its address")
    print(f"reach: {how}: {len(reached)} connections, all within this machine; nobody's credentials in {len(output) - 3} kinds of functions")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
