#!/usr/bin/env python3
"""Makes local/Engine/Template/Roles/sam-policies.txt of SAM's policy templates, as the package aws-sam-translator carries them.

A template is a line with its name and its parameters, then a line for each statement, which begins with a space:

    LambdaInvokePolicy FunctionName
     lambda:InvokeFunction on arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${FunctionName}*

Actions and resources are separated by spaces. A statement that holds under a condition ends in "if", without the condition.
"""
import json
import pathlib

import samtranslator

SOURCE = pathlib.Path(samtranslator.__file__).parent / "policy_templates_data/policy_templates.json"
TARGET = pathlib.Path(__file__).parents[2] / "local/Engine/Template/Roles/sam-policies.txt"


def listed(value):
    return value if isinstance(value, list) else [value]


def resource_text(resource):
    if isinstance(resource, str):
        return resource
    text, variables = (listed(resource["Fn::Sub"]) + [{}])[:2]
    for name, value in variables.items():
        text = text.replace("${" + name + "}", "${" + value["Ref"] + "}")
    return text


def main():
    lines = []
    for name, template in sorted(json.loads(SOURCE.read_text())["Templates"].items()):
        lines.append(" ".join([name, *template["Parameters"]]))
        for statement in template["Definition"]["Statement"]:
            assert statement["Effect"] == "Allow" and not set(statement) - {"Effect", "Action", "Resource", "Condition", "Sid"}, name
            line = " ".join([*listed(statement["Action"]), "on", *map(resource_text, listed(statement["Resource"]))])
            lines.append(f" {line}{' if' if 'Condition' in statement else ''}")
    TARGET.write_text("\n".join(lines) + "\n")
    print(f"{TARGET.name}: {sum(not line.startswith(' ') for line in lines)} policy templates")


if __name__ == "__main__":
    main()
