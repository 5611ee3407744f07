#!/usr/bin/env python3
"""A distributed Map over rows of CSV and JSONL in a bucket: Express children of one Pass, results written into the bucket, in memory and
durable. Prints items a second, the processor time of an item and the peak of memory, and checks that the result files hold each item once.

  dotnet build -c Release local/Service
  python3 bench/maps.py                                   # 10,000, 100,000 and 1,000,000 rows
  python3 bench/maps.py --rows 10000,100000 --before /tmp/earlier/local/Service/bin/Release/net10.0/stateside.dll

With --before another build does the same in turns. With --kill the durable run is killed so many times at random and begun again; then it
says how many children ran twice. Everything stays on loopback.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import sys
import tempfile
import time

import serving

TEMPLATE = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {
    "Rows": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "rows"}},
    "Runs": {"Type": "AWS::DynamoDB::Table", "Properties": {
        "TableName": "runs", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}}}}

# Where a run is killed on its way, each child counts that it ran.
COUNT = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:updateItem", "Next": "Pass", "ResultPath": None, "Parameters": {
    "TableName": "runs", "Key": {"id": {"S.$": "$.id"}}, "UpdateExpression": "ADD runs :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}}
OUTPUT = re.compile(rb'"Output":("(?:[^"\\]|\\.)*")')
READERS = {"csv": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "jsonl": {"InputType": "JSONL"}}


def definition(kind, counts):
    first = {"StartAt": "Count", "States": {"Count": COUNT, "Pass": {"Type": "Pass", "End": True}}} if counts else {
        "StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}
    return {"StartAt": "Each", "States": {"Each": {
        "Type": "Map", "End": True,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": READERS[kind], "Parameters": {"Bucket": "rows", "Key": f"rows.{kind}"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, **first},
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "rows", "Prefix": "results"}}}}}


def seed(folder, kind, rows):
    path = os.path.join(folder, "seed", "buckets", "rows")
    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, f"rows.{kind}"), "w", encoding="ascii") as file:
        if kind == "csv":
            file.write("id,name,city,amount,currency\n")
        for i in range(rows):
            if kind == "csv":
                file.write(f"{i},customer {i % 977},Lisbon,{i % 500}.50,EUR\n")
            else:
                file.write(f'{{"id":"{i}","name":"customer {i % 977}","city":"Lisbon","amount":"{i % 500}.50","currency":"EUR"}}\n')


def serve(program, folder, durable, seeded=True):
    """The program with a bucket, which a folder fills."""
    with open(os.path.join(folder, "template.json"), "w", encoding="ascii") as file:
        json.dump(TEMPLATE, file)
    return serving.Server(program, folder, durable, ["--template", "template.json", *(["--seed", "seed"] if seeded else [])])


def get(server, key):
    """An object of the bucket, to be read."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    connection.request("GET", f"/rows/{key}", headers={
        "Authorization": "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00"})
    return connection.getresponse()


def check(server, key, rows):
    """Stops unless the files that the manifest names hold each item once."""
    seen, count = bytearray(rows), 0
    for file in json.loads(get(server, key).read())["ResultFiles"]["SUCCEEDED"]:
        answer, rest = get(server, file["Key"]), b""
        while data := answer.read(1 << 20):
            # An output may be cut where a piece ends: the last one waits for the next.
            rest += data
            cut = max(rest.rfind(b'"Output":'), 0)
            count += mark(rest[:cut], seen)
            rest = rest[cut:]
        count += mark(rest, seen)
    if count != rows or any(times != 1 for times in seen):
        missing, double = sum(times == 0 for times in seen), sum(times > 1 for times in seen)
        sys.exit(f"{count} results for {rows} items; {missing} are missing, {double} are there more than once")


def mark(text, seen):
    count = 0
    for output in OUTPUT.finditer(text):
        seen[int(json.loads(json.loads(output[1]))["id"])] += 1
        count += 1
    return count


def measure(program, kind, rows, durable, kills, checks):
    with tempfile.TemporaryDirectory() as folder:
        seed(folder, kind, rows)
        server = serve(program, folder, durable)
        arn = server.create("rows", definition(kind, kills > 0))
        cpu, begin = server.cpu(), time.perf_counter()
        execution = server.call("StartExecution", stateMachineArn=arn, input="{}")["executionArn"]
        spent, chance = 0.0, random.Random(kills)
        for _ in range(kills):
            time.sleep(chance.uniform(0.5, 2) * max(1, rows / 100_000))
            spent += server.cpu()
            server.process.kill()
            server.process.wait()
            server = serve(program, folder, durable, seeded=False)
        while (now := server.call("DescribeExecution", executionArn=execution))["status"] == "RUNNING":
            time.sleep(0.05)
        took, used = time.perf_counter() - begin, spent + server.cpu() - cpu
        if now["status"] != "SUCCEEDED":
            sys.exit(f"{now['status']}: {now.get('error')} {now.get('cause')}")
        point = {"kind": kind, "mode": "durable" if durable else "in memory", "x": rows, "seconds": took, "items a second": rows / took,
                 "cpu us": used / rows * 1e6, "peak MB": server.peak() / 1e6}
        if checks:
            check(server, json.loads(now["output"])["ResultWriterDetails"]["Key"], rows)
        if kills:
            point["ran twice"] = sum(runs > 1 for runs in counted(server))
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(60)
        return point


def counted(server):
    """How often each child ran that ran."""
    start = {}
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        connection.request("POST", "/", json.dumps({"TableName": "runs", **start}), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.Scan"})
        page = json.loads(connection.getresponse().read())
        yield from (int(item["runs"]["N"]) for item in page["Items"])
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=serving.PROGRAM)
    parser.add_argument("--before", help="an earlier build, which takes turns with this one; its results are not checked")
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--kinds", default="csv,jsonl")
    parser.add_argument("--modes", default="memory,durable")
    parser.add_argument("--kill", type=int, default=0, help="how often the durable run is killed")
    parser.add_argument("--json", help="a file that the points are written into")
    options = parser.parse_args()
    points = []
    print("| rows | | build | seconds | items a second | processor, us an item | peak MB |\n|---:|---|---|---:|---:|---:|---:|")
    for rows in map(int, options.rows.split(",")):
        for kind in options.kinds.split(","):
            for mode in options.modes.split(","):
                for build, program in [("before", options.before), ("now", options.program)] if options.before else [("now", options.program)]:
                    point = measure(program, kind, rows, mode == "durable", options.kill if mode == "durable" else 0, checks=build == "now")
                    points.append({"build": build, **point})
                    print(f"| {rows:,} | {kind}, {point['mode']} | {build} | {point['seconds']:.1f} | {point['items a second']:,.0f} | {point['cpu us']:.0f} | {point['peak MB']:.0f} |"
                          + (f" killed {options.kill} times, {point['ran twice']:,} children ran twice" if "ran twice" in point else ""), flush=True)
    if options.json:
        with open(options.json, "w", encoding="ascii") as file:
            json.dump(points, file, indent=1)


if __name__ == "__main__":
    main()
