#!/usr/bin/env python3
"""Writes local/Engine/Execution/StateTests/ResultShapes.txt: what the answers of AWS services look like.

TestState holds a mocked result against the API whose answer it stands for. The API models are those that AWS
publishes with its SDKs; this reads the copies in botocore (Apache-2.0) and keeps of each answer the names, kinds,
limits and enumerations, nothing else. Run it where botocore is installed, and commit what it writes:

    python3 build/results/make_result_shapes.py

The file is text, so that a change of an API can be read in a diff:

    service NAME          NAME as an aws-sdk resource spells it
    s [MIN..MAX] [A|B]    a shape: string (s), number (n), boolean (b), list (l SHAPE), map (m SHAPE) or
    o Name=1 Other!=2     object, a required member with an exclamation mark; shapes are numbered from 0 per service
    op NAME SHAPE         an action and its answer
"""
import gzip
import json
import os
import pathlib

import botocore

# By the name in resources: botocore's name, and the actions to keep (None keeps all).
SERVICES = {
    "athena": ("athena", None),
    "batch": ("batch", None),
    "bedrockruntime": ("bedrock-runtime", ["InvokeModel"]),
    "cloudwatch": ("cloudwatch", None),
    "cloudwatchlogs": ("logs", None),
    "codebuild": ("codebuild", ["StartBuild", "StopBuild", "BatchDeleteBuilds", "BatchGetBuilds", "StartBuildBatch", "StopBuildBatch",
                                "RetryBuildBatch", "DeleteBuildBatch"]),
    "databrew": ("databrew", ["StartJobRun"]),
    "dynamodb": ("dynamodb", None),
    "ecs": ("ecs", ["RunTask", "DescribeTasks", "StopTask", "ListTasks"]),
    "emrserverless": ("emr-serverless", None),
    "eventbridge": ("events", None),
    "firehose": ("firehose", ["PutRecord", "PutRecordBatch"]),
    "glue": ("glue", ["StartJobRun", "GetJobRun", "StartCrawler", "GetCrawler", "GetTable", "GetPartitions", "StartWorkflowRun"]),
    "kinesis": ("kinesis", None),
    "kms": ("kms", None),
    "lambda": ("lambda", None),
    "polly": ("polly", None),
    "rdsdata": ("rds-data", None),
    "redshiftdata": ("redshift-data", None),
    "s3": ("s3", None),
    "scheduler": ("scheduler", None),
    "secretsmanager": ("secretsmanager", None),
    "sesv2": ("sesv2", ["SendEmail", "SendBulkEmail", "GetEmailTemplate"]),
    "sfn": ("stepfunctions", None),
    "sns": ("sns", None),
    "sqs": ("sqs", None),
    "ssm": ("ssm", ["GetParameter", "GetParameters", "GetParametersByPath", "PutParameter", "DeleteParameter", "SendCommand",
                    "GetCommandInvocation", "StartAutomationExecution", "GetAutomationExecution"]),
    "sts": ("sts", None),
    "textract": ("textract", ["DetectDocumentText", "StartDocumentTextDetection", "GetDocumentTextDetection"]),
    "translate": ("translate", ["TranslateText", "TranslateDocument"]),
}
KINDS = {"string": "s", "character": "s", "blob": "s", "timestamp": "s", "integer": "n", "long": "n", "float": "n", "double": "n",
         "bigdecimal": "n", "biginteger": "n", "boolean": "b"}


def load(name):
    folder = pathlib.Path(botocore.__file__).parent / "data" / name
    version = max(os.listdir(folder))
    path = folder / version / "service-2.json"
    return json.loads(path.read_text()) if path.exists() else json.loads(gzip.open(f"{path}.gz").read())


def pascal(name):
    return name[0].upper() + name[1:]


class Service:
    def __init__(self, model):
        self.shapes = model["shapes"]
        self.lines = []
        self.numbers = {}
        self.by_name = {}

    def number(self, line):
        if line not in self.numbers:
            self.numbers[line] = len(self.lines)
            self.lines.append(line)
        return self.numbers[line]

    def shape(self, name):
        if name in self.by_name:
            return self.by_name[name]
        shape = self.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            # Its number comes before its members': a shape may hold itself.
            at = self.by_name[name] = len(self.lines)
            self.lines.append("")
            required = shape.get("required", [])
            self.lines[at] = " ".join(["o"] + [
                f"{pascal(member)}{'!' if member in required else ''}={self.shape(of['shape'])}" for member, of in shape["members"].items()])
            return at
        if kind in ("list", "map"):
            line = f"{kind[0]} {self.shape(shape['member' if kind == 'list' else 'value']['shape'])}"
        else:
            line = KINDS[kind]
            if "min" in shape or "max" in shape:
                line += f" {shape.get('min', '')}..{shape.get('max', '')}"
            if "enum" in shape:
                line += " " + "|".join(value.replace(" ", "\\_") for value in shape["enum"])
        self.by_name[name] = self.number(line)
        return self.by_name[name]


def main():
    out = ["# Made by build/results/make_result_shapes.py from the API models that AWS publishes with its SDKs (Apache-2.0). Do not edit."]
    for name, (source, kept) in sorted(SERVICES.items()):
        model = load(source)
        service = Service(model)
        actions = []
        for action, operation in sorted(model["operations"].items()):
            if "output" in operation and (kept is None or action in kept):
                actions.append(f"op {action[0].lower()}{action[1:]} {service.shape(operation['output']['shape'])}")
        out += [f"service {name}", *service.lines, *actions]
    target = pathlib.Path(__file__).parents[2] / "local/Engine/Execution/StateTests/ResultShapes.txt"
    target.write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
