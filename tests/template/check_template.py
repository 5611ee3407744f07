#!/usr/bin/env python3
"""Checks what AWS gets, without AWS: that both deployers turn serverless.template into the same state machine.

sam deploy expands the template's AWS::Include; dotnet lambda deploy-serverless puts the definition file in its place, as
aws-lambda-tools-defaults.json says. Both forms go through the SAM translator, and the DefinitionString of each must equal
statemachine/order-intake.asl.json. Neither cfn-lint nor the translator expands an Include, so that is done here.
Also: functions/ alone, copied to an empty folder, must still know its framework and its packages' versions.

Needs cfn-lint and aws-sam-translator. Exits 0 when all is well, 1 with a line for each finding, 2 when a tool is missing.
"""

import copy
import importlib.util
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "serverless.template"
DEFINITION = ROOT / "statemachine" / "order-intake.asl.json"
findings = []


def check(condition, good, bad):
    print(f"ok: {good}" if condition else f"WRONG: {bad}")
    if not condition:
        findings.append(bad)
    return condition


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def nodes(value, place="$"):
    yield place, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from nodes(child, f"{place}.{key}")


def with_includes_expanded(value):
    if isinstance(value, list):
        return [with_includes_expanded(child) for child in value]
    if not isinstance(value, dict):
        return value
    transform = value.get("Fn::Transform")
    if isinstance(transform, dict) and transform.get("Name") == "AWS::Include":
        return load(ROOT / transform["Parameters"]["Location"])
    return {key: with_includes_expanded(child) for key, child in value.items()}


def with_substitutions(template, substitutions):
    """As the Amazon.Lambda.Tools apply `template-substitutions`: JSONPath=file, an object replaced by the file's content."""
    template = copy.deepcopy(template)
    for substitution in substitutions.split(";"):
        path, file = substitution.split("=", 1)
        *parents, last = path.removeprefix("$.").split(".")
        owner = template
        for name in parents:
            owner = owner[name]
        assert isinstance(owner[last], dict), f"{path} is no object"
        owner[last] = load(ROOT / file)
    return template


def translated(template):
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    logging.disable(logging.WARNING)
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if "CodeUri" in resource["Properties"]:  # both deployers upload the code before the translation
            resource["Properties"]["CodeUri"] = "s3://bucket/functions.zip"
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    policies = {name: f"arn:aws:iam::aws:policy/{name}" for name in ("AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess")}
    policies["AWSLambdaBasicExecutionRole"] = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    parameters = {name: parameter["Default"] for name, parameter in template["Parameters"].items()}
    return Translator(policies, Parser()).translate(template, parameters)


def definition_of(template):
    machine, = (resource for resource in template["Resources"].values() if resource["Type"] == "AWS::StepFunctions::StateMachine")
    text = machine["Properties"]["DefinitionString"]
    if isinstance(text, dict):
        separator, lines = text["Fn::Join"]
        text = separator.join(lines)
    return json.loads(text)


def check_deployers(template, definition):
    substitutions = load(ROOT / "aws-lambda-tools-defaults.json")["template-substitutions"]
    forms = {
        "sam deploy": with_includes_expanded(template),
        "dotnet lambda deploy-serverless": with_substitutions(template, substitutions),
    }
    for deployer, form in forms.items():
        try:
            result = translated(form)
        except Exception as refusal:  # the translator's own exceptions, whose message says where and why
            check(False, "", f"{deployer}: the SAM translator refuses the template: {refusal}")
            continue
        check("Fn::Transform" not in json.dumps(result), f"{deployer}: nothing is left to transform", f"{deployer}: an Fn::Transform is left after the translation")
        check(definition_of(result) == definition, f"{deployer}: the DefinitionString equals {DEFINITION.name}", f"{deployer}: the DefinitionString differs from {DEFINITION.name}")
        check_policies(deployer, result)


def check_policies(deployer, template):
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::IAM::Role":
            continue
        statements = [statement for policy in resource["Properties"].get("Policies", []) for statement in policy["PolicyDocument"]["Statement"]]
        wide = [statement for statement in statements if statement["Resource"] == "*" and not all(action.startswith("logs:") for action in statement["Action"])]
        check(not wide, f"{deployer}: {name} names its resources", f"{deployer}: {name} allows {wide} on everything")


def check_template(template, definition):
    for file, value in ((TEMPLATE, template), (DEFINITION, definition)):
        nulls = [place for place, node in nodes(value) if node is None]
        check(not nulls, f"{file.name} holds no null", f"{file.name} holds null, which CloudFormation refuses, at {', '.join(nulls)}")
    # SAM takes any object of one such key for an intrinsic function of CloudFormation and lifts it out of the definition.
    lifted = [place for place, node in nodes(definition)
              if isinstance(node, dict) and len(node) == 1 and next(iter(node)).startswith(("Ref", "Condition", "Fn::"))]
    check(not lifted, f"{DEFINITION.name} holds nothing that SAM would lift out", f"{DEFINITION.name}: SAM would lift {', '.join(lifted)} out of the definition")
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            missing = [key for key in ("CodeUri", "Runtime", "Architectures", "Handler") if key not in resource["Properties"]]
            check(not missing, f"{name} has what deploy-serverless reads", f"{name} lacks {', '.join(missing)}; deploy-serverless reads no Globals")
    sam = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))["default"]
    check("template_file" not in sam["deploy"]["parameters"], "samconfig.toml lets sam deploy take the result of the build",
          "samconfig.toml names template_file under deploy, so sam deploy would skip the result of the build")
    check(all(sam[command]["parameters"].get("template_file") == TEMPLATE.name for command in ("build", "validate")),
          "samconfig.toml names the template for build and validate", f"samconfig.toml does not name {TEMPLATE.name} under build and validate")


def check_stores(template):
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::DynamoDB::Table":
            encrypted = properties.get("SSESpecification", {}).get("SSEEnabled")
            safe = properties.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")
        elif resource["Type"] == "AWS::S3::Bucket":
            encrypted = properties.get("BucketEncryption")
            block = properties.get("PublicAccessBlockConfiguration", {})
            safe = all(block.get(key) for key in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")) and properties.get("LifecycleConfiguration")
        else:
            continue
        kept = resource.get("DeletionPolicy") == resource.get("UpdateReplacePolicy") == "Retain"
        check(encrypted and safe and kept, f"{name} is encrypted, kept and closed", f"{name} is not encrypted, not retained, or not safe from others or from time")


def check_lint():
    lint = subprocess.run(["cfn-lint", "-t", str(TEMPLATE)], capture_output=True, text=True)
    check(lint.returncode == 0, "cfn-lint has nothing to say", f"cfn-lint:\n{lint.stdout}{lint.stderr}")


def check_functions_alone():
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder) / "functions"
        shutil.copytree(ROOT / "functions", alone, ignore=shutil.ignore_patterns("bin", "obj"))
        command = ["dotnet", "msbuild", str(alone), "-p:RuntimeIdentifier=linux-arm64",
                   "-getProperty:TargetFramework,AssemblyName,AWSProjectType,PublishReadyToRun", "-getItem:PackageReference,PackageVersion"]
        run = subprocess.run(command, capture_output=True, text=True, cwd=folder)
        if not check(run.returncode == 0, "functions/ evaluates alone", f"functions/ does not evaluate alone:\n{run.stdout}{run.stderr}"):
            return
        evaluated = json.loads(run.stdout)
        properties = {"TargetFramework": "net10.0", "AssemblyName": "Functions", "AWSProjectType": "Lambda", "PublishReadyToRun": "true"}
        check(evaluated["Properties"] == properties, "functions/ alone knows its framework and is compiled ahead for linux-arm64", f"functions/ alone evaluates to {evaluated['Properties']}")
        versions = {item["Identity"]: item["Version"] for item in evaluated["Items"]["PackageVersion"]}
        packages = {item["Identity"]: versions.get(item["Identity"]) for item in evaluated["Items"]["PackageReference"]}
        check(set(packages) == {"Amazon.Lambda.Core", "Amazon.Lambda.Serialization.SystemTextJson"} and all(packages.values()),
              f"functions/ alone knows its packages: {packages}", f"functions/ alone has the packages {packages}")


def main():
    template, definition = load(TEMPLATE), load(DEFINITION)
    check_template(template, definition)
    check_stores(template)
    check_lint()
    check_deployers(template, definition)
    check_functions_alone()
    print(f"{len(findings)} findings" if findings else "no finding")
    return 1 if findings else 0


if __name__ == "__main__":
    absent = [tool for tool in ("cfn-lint", "dotnet") if shutil.which(tool) is None]
    absent += ["aws-sam-translator"] if importlib.util.find_spec("samtranslator") is None else []
    if absent:
        print(f"this check needs {', '.join(absent)} (pip install cfn-lint brings the translator)", file=sys.stderr)
        sys.exit(2)
    sys.exit(main())
