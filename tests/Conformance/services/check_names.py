#!/usr/bin/env python3
"""Looks for names that the model of AWS's services does not know in recorded executions and in definitions.

    python3 tests/Conformance/services/check_names.py FOLDER…

Every JSON and YAML file is searched for states with a resource of an AWS service, for recorded events of tasks, and for names of errors
such as DynamoDb.ConditionalCheckFailedException. It prints each name of a member, an action or an exception that is not found, and where.
A name of an error of a service as a whole (DynamoDb.DynamoDbException) is found; so are SdkHttpMetadata and SdkResponseMetadata.
"""
import json
import pathlib
import re
import sys
from collections import defaultdict

import botocore.session
import yaml

from compare_services import Ours, PROGRAM, listed_ours

RESOURCE = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:(?!activity|stateMachine|http)[a-z].*")
ERROR = re.compile(r"[A-Z][A-Za-z0-9]+\.[A-Z][A-Za-z0-9]+")
METADATA = {"SdkHttpMetadata", "SdkResponseMetadata"}


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags, which are read as their texts."""


Loader.add_multi_constructor("!", lambda loader, tag, node: str(getattr(node, "value", "")))


def documents(folder):
    for file in sorted(pathlib.Path(folder).rglob("*")):
        try:
            if file.suffix == ".json":
                yield file, json.loads(file.read_text())
            elif file.suffix in (".yaml", ".yml"):
                for document in yaml.load_all(file.read_text(), Loader):
                    yield file, document
        except (ValueError, yaml.YAMLError) as problem:
            print(f"skipped: {file}: {str(problem).splitlines()[0]}")


def found(value):
    """Questions about what uses a service, and names of errors."""
    if isinstance(value, dict):
        resource = value.get("Resource")
        if isinstance(resource, str) and RESOURCE.fullmatch(resource) and value.get("Type", "Task") == "Task":
            yield {"resource": resource, "parameters": value.get("Parameters", value.get("Arguments", {}))}
        if isinstance(value.get("resourceType"), str) and isinstance(value.get("resource"), str):
            recorded = {"resource": f"arn:aws:states:::{value['resourceType']}:{value['resource']}"}
            for side, name in (("parameters", "parameters"), ("result", "output")):
                # What comes with a token is whatever the one who had it sent.
                if name in value and not (side == "result" and "waitForTaskToken" in value["resource"]):
                    yield {**recorded, side: read(value[name])}
        for name in ("error", "Error"):
            if isinstance(value.get(name), str) and ERROR.fullmatch(value[name]):
                yield {"error": value[name]}
        for name in value.get("ErrorEquals", ()) if isinstance(value.get("ErrorEquals"), list) else ():
            if isinstance(name, str) and ERROR.fullmatch(name):
                yield {"error": name}
        for part in value.values():
            yield from found(part)
    elif isinstance(value, list):
        for part in value:
            yield from found(part)
    elif isinstance(value, str) and value.lstrip().startswith("{") and '"States"' in value:
        yield from found(read(value))


def read(value):
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return {}


def errors(ours):
    """The names of all errors, and of the clients."""
    session, known, clients = botocore.session.Session(profile=None), set(), {}
    ids = {service["id"]: service for service in listed_ours()}
    for name in session.get_available_services():
        model = session.get_service_model(name)
        if service := ids.get(model.metadata["serviceId"]):
            clients[service["client"]] = service["service"]
            codes = [shape.name for shape in model.error_shapes]
            known.update(filter(None, ours.ask([{"service": service["service"], "errors": codes}])[0]["names"]))
    return known, clients


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if not PROGRAM.exists():
        sys.exit("Build it first: dotnet build -c Release tests/Conformance")
    ours, questions = Ours(), {}
    for folder in sys.argv[1:]:
        for file, document in documents(folder):
            for question in found(document):
                questions.setdefault(json.dumps(question, default=str, sort_keys=True), file)
    known, clients = errors(ours)
    asked = [(json.loads(text), file) for text, file in questions.items()]
    tasks = [(question, file) for question, file in asked if "resource" in question]
    unknown, actions = defaultdict(set), set()
    for (question, file), reply in zip(tasks, ours.ask([question for question, _ in tasks])):
        if reply.get("failed"):
            unknown[f"{question['resource']}: {reply['failed'].splitlines()[0]}"].add(file)
        elif reply["action"] is None and ":aws-sdk:" in question["resource"]:
            unknown[f"resource {question['resource']}"].add(file)
        elif reply["action"]:
            actions.add(reply["action"])
            side = "parameters" if "parameters" in question else "result"
            for path in reply["unknown"]:
                if path.split(".")[0] not in METADATA:
                    unknown[f"member {path} of {reply['action']} ({side} of {question['resource']})"].add(file)
    named = {question["error"]: file for question, file in asked if "error" in question}
    for name, file in named.items():
        client, _, exception = name.partition(".")
        if client in clients and name not in known and exception != f"{client}Exception":
            unknown[f"error {name}"].add(file)
    for text, files in sorted(unknown.items()):
        print(f"{text}: {len(files)} files, {min(files)}")
    print(f"names: {len(tasks)} uses of {len(actions)} actions and {len(named)} names of errors looked at, {len(unknown)} not known")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
