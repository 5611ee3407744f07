#!/usr/bin/env python3
"""Runs orders with the table and the bucket in Stateside, and with both in moto's server over HTTP: the same must be stored.

    compare_stores.py STATESIDE.dll ORDERS.ndjson

Each way runs the orders twice, so that the second time they are known. Compared are the results and what is stored at the end, but
for the names of executions and times. Exits 1 on a difference; prints why and exits 0 where moto's server is absent.
"""

import contextlib
import importlib.util
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE, BUCKET = "OrdersTable", "invoicebucket"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@contextlib.contextmanager
def moto():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/").close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def client(service, url):
    import boto3

    return boto3.client(service, endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


def run(stateside, orders, data, variables):
    """The outcome of each order, of a first and of a second run."""
    outcomes = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            results = Path(folder) / "results.ndjson"
            subprocess.run(["dotnet", stateside, "run", "OrderIntake", "--template", str(ROOT / "serverless.template"), "--each", orders,
                            "--output", str(results), "--quiet", "--data", data],
                           env={**os.environ, **CREDENTIALS, **variables}, check=True, stderr=subprocess.DEVNULL)
            outcomes += [json.loads(line).get("output") for line in results.read_text(encoding="utf-8").splitlines()]
    return outcomes


def plain(item):
    """Numbers by value: DynamoDB gives 39.60 back as 39.6, moto as it was written."""
    return {name: Decimal(value["N"]) if "N" in value else value for name, value in item.items() if name not in ("execution", "since")}


def in_stateside(data):
    file = sqlite3.connect(f"file:{Path(data) / 'stores.db'}?mode=ro", uri=True)
    items = {item["id"]["S"]: plain(item) for item in (json.loads(text) for text, in file.execute("SELECT item FROM items"))}
    objects = {bytes(key).decode(): (bytes(content), json.loads(facts)["ContentType"])
               for key, content, facts in file.execute("SELECT key, content, facts FROM objects")}
    file.close()
    return items, objects


def in_moto(url):
    items = {item["id"]["S"]: plain(item) for item in client("dynamodb", url).scan(TableName=TABLE)["Items"]}
    s3 = client("s3", url)
    answers = {stored["Key"]: s3.get_object(Bucket=BUCKET, Key=stored["Key"]) for stored in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}
    return items, {key: (answer["Body"].read(), answer["ContentType"]) for key, answer in answers.items()}


def main(stateside, orders):
    if importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask") is None:
        print("skipped: python3 has no moto.server (pip install 'moto[server]')")
        return 0
    with tempfile.TemporaryDirectory() as embedded, tempfile.TemporaryDirectory() as unused, moto() as url:
        client("dynamodb", url).create_table(
            TableName=TABLE, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
        client("s3", url).create_bucket(Bucket=BUCKET)
        here = run(stateside, orders, embedded, {}), in_stateside(embedded)
        there = run(stateside, orders, unused, {"AWS_ENDPOINT_URL_DYNAMODB": url, "AWS_ENDPOINT_URL_S3": url}), in_moto(url)
        if (Path(unused) / "stores.db").exists():
            print("a store of Stateside's own was asked in spite of the endpoints")
            return 1
    items, objects = here[1]
    outcomes = [output["outcome"] for output in here[0]]
    print(f"{len(items)} items, {len(objects)} objects; " + ", ".join(f"{outcome} {outcomes.count(outcome)}" for outcome in sorted(set(outcomes))))
    if here == there and objects:
        print("the same in both")
        return 0
    for what, ours, theirs in (("results", here[0], there[0]), ("items", items, there[1][0]), ("objects", objects, there[1][1])):
        if ours != theirs:
            print(f"{what} differ:\n  in Stateside {ours}\n  in moto      {theirs}")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
