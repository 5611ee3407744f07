"""Drives Stateside with the AWS CLI: the example that most people begin with, word for word, then every operation at least once."""

import json
import os
import re
import subprocess
import sys
import time

import botocore.session

ROLE = "arn:aws:iam::123456789012:role/any"
ARN = "arn:aws:states:us-east-1:123456789012"
HERE = os.path.dirname(os.path.abspath(__file__))
CALLED = set()


def aws(*words, error=None):
    """One command of the CLI: its answer, or with `error` the error that it must give."""
    CALLED.add(words[0])
    command = ["aws", "stepfunctions", *words, "--output", "json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if error:
        assert ran.returncode != 0 and f"({error})" in ran.stderr, f"{words[0]}: wanted {error}, got {ran.stdout}{ran.stderr}"
        return None
    assert ran.returncode == 0, f"{' '.join(words)}\n{ran.stderr}"
    return json.loads(ran.stdout) if ran.stdout.strip() else {}


def ended(execution):
    while True:
        described = aws("describe-execution", "--execution-arn", execution)
        if described["status"] != "RUNNING":
            return described
        time.sleep(0.05)


def create(name, definition, *words):
    return aws("create-state-machine", "--name", name, "--definition", json.dumps(definition), "--role-arn", ROLE, *words)["stateMachineArn"]


def states(**named):
    return {"StartAt": next(iter(named)), "States": named}


def example():
    created = subprocess.run(
        f"aws stepfunctions create-state-machine --name MyStateMachine --definition file://{HERE}/my-state-machine.json --role-arn {ROLE}",
        shell=True, capture_output=True, text=True, check=True)
    machine = json.loads(created.stdout)
    assert machine["stateMachineArn"] == f"{ARN}:stateMachine:MyStateMachine" and "creationDate" in machine, machine
    started = subprocess.run(
        f"""aws stepfunctions start-execution --state-machine-arn {machine["stateMachineArn"]} --input '{{"name": "Ada"}}'""",
        shell=True, capture_output=True, text=True, check=True)
    execution = json.loads(started.stdout)
    assert set(execution) == {"executionArn", "startDate"}, execution
    assert re.fullmatch(ARN + ":execution:MyStateMachine:[0-9a-f-]{36}", execution["executionArn"]), execution
    done = ended(execution["executionArn"])
    assert (done["status"], json.loads(done["output"])) == ("SUCCEEDED", {"shout": "HELLO ADA"}), done
    types = [event["type"] for event in aws("get-execution-history", "--execution-arn", execution["executionArn"])["events"]]
    assert types.count("LambdaFunctionSucceeded") == 2 and types[-1] == "ExecutionSucceeded", types


def machines():
    machine = create("cli-versions", states(P={"Type": "Pass", "End": True}), "--tags", "key=team,value=a")
    described = aws("describe-state-machine", "--state-machine-arn", machine)
    assert (described["status"], described["type"]) == ("ACTIVE", "STANDARD"), described
    assert machine in [m["stateMachineArn"] for m in aws("list-state-machines")["stateMachines"]]
    first = aws("publish-state-machine-version", "--state-machine-arn", machine)["stateMachineVersionArn"]
    updated = aws("update-state-machine", "--state-machine-arn", machine, "--definition", json.dumps(states(Q={"Type": "Succeed"})))
    assert updated["revisionId"] != described.get("revisionId"), updated
    second = aws("publish-state-machine-version", "--state-machine-arn", machine)["stateMachineVersionArn"]
    versions = aws("list-state-machine-versions", "--state-machine-arn", machine)["stateMachineVersions"]
    assert [v["stateMachineVersionArn"] for v in versions] == [second, first], versions
    route = json.dumps([{"stateMachineVersionArn": first, "weight": 100}])
    alias = aws("create-state-machine-alias", "--name", "live", "--routing-configuration", route)["stateMachineAliasArn"]
    half = json.dumps([{"stateMachineVersionArn": v, "weight": 50} for v in (first, second)])
    aws("update-state-machine-alias", "--state-machine-alias-arn", alias, "--routing-configuration", half)
    described = aws("describe-state-machine-alias", "--state-machine-alias-arn", alias)
    assert [r["weight"] for r in described["routingConfiguration"]] == [50, 50], described
    assert [a["stateMachineAliasArn"] for a in aws("list-state-machine-aliases", "--state-machine-arn", machine)["stateMachineAliases"]] == [alias]
    through = ended(aws("start-execution", "--state-machine-arn", alias)["executionArn"])
    assert through["stateMachineAliasArn"] == alias and through["stateMachineVersionArn"] in (first, second), through
    aws("delete-state-machine-version", "--state-machine-version-arn", first, error="ConflictException")
    aws("delete-state-machine-alias", "--state-machine-alias-arn", alias)
    aws("delete-state-machine-version", "--state-machine-version-arn", first)

    aws("tag-resource", "--resource-arn", machine, "--tags", "key=stage,value=test")
    aws("untag-resource", "--resource-arn", machine, "--tag-keys", "team")
    assert aws("list-tags-for-resource", "--resource-arn", machine)["tags"] == [{"key": "stage", "value": "test"}]

    of = aws("describe-state-machine-for-execution", "--execution-arn", through["executionArn"])
    assert of["stateMachineArn"].startswith(machine), of
    aws("delete-state-machine", "--state-machine-arn", machine)
    aws("describe-state-machine", "--state-machine-arn", machine, error="StateMachineDoesNotExist")


def executions():
    waiting = create("cli-waiting", states(W={"Type": "Wait", "Seconds": 86400, "End": True}))
    execution = aws("start-execution", "--state-machine-arn", waiting, "--name", "one")["executionArn"]
    aws("start-execution", "--state-machine-arn", waiting, "--name", "one", "--input", '{"other": 1}', error="ExecutionAlreadyExists")
    aws("stop-execution", "--execution-arn", execution, "--error", "Enough", "--cause", "of this")
    stopped = aws("list-executions", "--state-machine-arn", waiting, "--status-filter", "ABORTED")["executions"]
    assert [e["executionArn"] for e in stopped] == [execution], stopped
    succeeded = create("cli-done", states(P={"Type": "Pass", "End": True}))
    done = aws("start-execution", "--state-machine-arn", succeeded)["executionArn"]
    ended(done)
    aws("redrive-execution", "--execution-arn", done, error="ExecutionNotRedrivable")
    express = create("cli-express", states(P={"Type": "Pass", "Result": {"n": 1}, "End": True}), "--type", "EXPRESS")
    answer = aws("start-sync-execution", "--state-machine-arn", express)
    assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"n": 1}) and answer["billingDetails"], answer


def activities():
    activity = aws("create-activity", "--name", "cli-work")["activityArn"]
    assert aws("describe-activity", "--activity-arn", activity)["name"] == "cli-work"
    assert activity in [a["activityArn"] for a in aws("list-activities")["activities"]]
    machine = create("cli-asking", states(Ask={"Type": "Task", "Resource": activity, "End": True}))

    def ask():
        execution = aws("start-execution", "--state-machine-arn", machine)["executionArn"]
        return execution, aws("get-activity-task", "--activity-arn", activity, "--worker-name", "w")["taskToken"]

    execution, token = ask()
    aws("send-task-heartbeat", "--task-token", token)
    aws("send-task-success", "--task-token", token, "--task-output", '{"ok": true}')
    assert json.loads(ended(execution)["output"]) == {"ok": True}
    execution, token = ask()
    aws("send-task-failure", "--task-token", token, "--error", "Broken", "--cause", "for good")
    assert ended(execution)["error"] == "Broken"
    aws("delete-activity", "--activity-arn", activity)


def map_runs():
    machine = create("cli-map", states(Each={
        "Type": "Map", "ItemsPath": "$.items", "End": True,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **states(P={"Type": "Pass", "End": True})}}))
    execution = aws("start-execution", "--state-machine-arn", machine, "--input", '{"items": [1, 2, 3]}')["executionArn"]
    assert ended(execution)["status"] == "SUCCEEDED"
    runs = aws("list-map-runs", "--execution-arn", execution)["mapRuns"]
    assert len(runs) == 1, runs
    run = runs[0]["mapRunArn"]
    assert aws("describe-map-run", "--map-run-arn", run)["itemCounts"]["succeeded"] == 3
    aws("update-map-run", "--map-run-arn", f"{run[:-1]}x", "--max-concurrency", "5", error="ResourceNotFound")


def definitions():
    assert aws("validate-state-machine-definition", "--definition", json.dumps(states(P={"Type": "Pass", "End": True})))["result"] == "OK"
    assert aws("validate-state-machine-definition", "--definition", json.dumps(states(P={"Type": "Pas"})))["result"] == "FAIL"
    tested = aws("test-state", "--definition", json.dumps({"Type": "Pass", "Result": 5, "End": True}), "--role-arn", ROLE)
    assert (tested["status"], tested["output"]) == ("SUCCEEDED", "5"), tested


def main():
    example()
    for part in (machines, executions, activities, map_runs, definitions):
        part()
    model = botocore.session.get_session().get_service_model("stepfunctions")
    every = {re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower() for name in model.operation_names}
    missing = sorted(every - CALLED)
    assert not missing, f"never called: {missing}"
    print(f"AWS CLI: the example and all {len(every)} operations")


if __name__ == "__main__":
    sys.exit(main())
