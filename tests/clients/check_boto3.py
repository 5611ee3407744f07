"""Drives Stateside with boto3: create, start, poll, page the history, callback, sync express, errors by class."""

import json
import threading

import boto3

sfn = boto3.client("stepfunctions")
ROLE = "arn:aws:iam::123456789012:role/any"


def create(name, definition, **more):
    return sfn.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE, **more)["stateMachineArn"]


passes = {"StartAt": "P0", "States": {f"P{i}": {"Type": "Pass", **({"Next": f"P{i + 1}"} if i < 99 else {"End": True})} for i in range(100)}}
execution = sfn.start_execution(stateMachineArn=create("boto-passes", passes), input=json.dumps({"text": "Grüße 🎈"}))["executionArn"]
while (described := sfn.describe_execution(executionArn=execution))["status"] == "RUNNING":
    pass
assert json.loads(described["output"]) == {"text": "Grüße 🎈"}, described
pages = list(sfn.get_paginator("get_execution_history").paginate(executionArn=execution, PaginationConfig={"PageSize": 64}))
assert [len(page["events"]) for page in pages] == [64, 64, 64, 10], [len(page["events"]) for page in pages]
assert [event["id"] for page in pages for event in page["events"]] == list(range(1, 203))

waiting = create("boto-callback", {"StartAt": "Ask", "States": {"Ask": {
    "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "MyLambdaFunction1", "Payload": {"name.$": "$$.Task.Token"}}, "End": True}}})
execution = sfn.start_execution(stateMachineArn=waiting)["executionArn"]
token = None
while token is None:
    for event in sfn.get_execution_history(executionArn=execution)["events"]:
        if event["type"] == "TaskSubmitted":
            submitted = json.loads(event["taskSubmittedEventDetails"]["output"])
            token = submitted["Payload"]["greeting"].removeprefix("Hello ")
sfn.send_task_success(taskToken=token, output='"answered"')
while (described := sfn.describe_execution(executionArn=execution))["status"] == "RUNNING":
    pass
assert described["output"] == '"answered"', described
try:
    sfn.send_task_success(taskToken=token, output="1")
    raise AssertionError("a token was taken twice")
except sfn.exceptions.TaskTimedOut:
    pass

activity = sfn.create_activity(name="boto-work")["activityArn"]
polled = {}
worker = threading.Thread(target=lambda: polled.update(boto3.client("stepfunctions").get_activity_task(activityArn=activity, workerName="w")))
worker.start()
execution = sfn.start_execution(stateMachineArn=create("boto-asking", {
    "StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": activity, "HeartbeatSeconds": 60, "End": True}}}), input="[1]")["executionArn"]
worker.join()
assert polled["input"] == "[1]", polled
sfn.send_task_heartbeat(taskToken=polled["taskToken"])
sfn.send_task_failure(taskToken=polled["taskToken"], error="Broken", cause="for good")
while (described := sfn.describe_execution(executionArn=execution))["status"] == "RUNNING":
    pass
assert (described["status"], described["error"], described["cause"]) == ("FAILED", "Broken", "for good"), described

answer = sfn.start_sync_execution(
    stateMachineArn=create("boto-express", {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": 7, "End": True}}}, type="EXPRESS"))
assert (answer["status"], answer["output"]) == ("SUCCEEDED", "7") and answer["startDate"] <= answer["stopDate"], answer

for error, call in {
    "StateMachineDoesNotExist": lambda: sfn.describe_state_machine(stateMachineArn="arn:aws:states:us-east-1:123456789012:stateMachine:none"),
    "InvalidDefinition": lambda: create("boto-bad", {"StartAt": "None", "States": {"P": {"Type": "Pass", "End": True}}}),
    "InvalidArn": lambda: sfn.describe_execution(executionArn="nonsense"),
    "InvalidName": lambda: create("a b", passes),
    "InvalidExecutionInput": lambda: sfn.start_execution(stateMachineArn=waiting, input="{"),
}.items():
    try:
        call()
        raise AssertionError(f"no {error}")
    except getattr(sfn.exceptions, error) as e:
        assert e.response["ResponseMetadata"]["HTTPStatusCode"] == 400
print(f"boto3 {boto3.__version__}: create, start, poll, history in pages, callback, activity, sync express, errors")
