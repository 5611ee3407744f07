"""Every operation at least once, its answers and its refusals; what they show is remembered for the table."""
import json
import resource
import socket
import time
from urllib.parse import urlparse

from server import Seen

ACCOUNT = "arn:aws:states:us-east-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/Orders"
LOGS = "arn:aws:logs:us-east-1:123456789012:log-group:orders:*"
ECHO = "arn:aws:lambda:us-east-1:123456789012:function:echo"
PASS = {"StartAt": "Do", "States": {"Do": {"Type": "Pass", "End": True}}}
WAIT = {"StartAt": "Do", "States": {"Do": {"Type": "Wait", "Seconds": 600, "End": True}}}
INNER = {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": True}}}
OTHER = {"StartAt": "Other", "States": {"Other": {"Type": "Pass", "End": True}}}
KEY = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "key", "kmsDataKeyReusePeriodSeconds": 300}


def run(server):
    api = Seen(server.client(), server.beside)
    for scenario in (machines, versions, aliases, tags, activities, executions, histories, callbacks, express, map_runs, lists, arns, single_states):
        scenario(api)
    return api


def create(api, name, definition=None, **more):
    return api("CreateStateMachine", name=name, definition=json.dumps(definition or PASS), roleArn=ROLE, **more)


def start(api, machine, **more):
    return api("StartExecution", stateMachineArn=machine, **more)["executionArn"]


def ended(api, arn):
    while (execution := api("DescribeExecution", executionArn=arn))["status"] == "RUNNING":
        time.sleep(0.01)
    return execution


def history(api, arn):
    return api("GetExecutionHistory", executionArn=arn, maxResults=1000)["events"]


# ------------------------------------------------------------------------ the catalog
def machines(api):
    logging = {"level": "ALL", "includeExecutionData": True, "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": LOGS}}]}
    everything = {"loggingConfiguration": logging, "tracingConfiguration": {"enabled": True}, "encryptionConfiguration": KEY, "publish": True,
                  "versionDescription": "the first", "tags": [{"key": "team", "value": "shop"}]}
    variables = {"StartAt": "Set", "States": {"Set": {"Type": "Pass", "Assign": {"a": 1}, "Next": "Use"},
                                              "Use": {"Type": "Pass", "Parameters": {"b.$": "$a"}, "End": True}}}
    arn = create(api, "Orders", variables, **everything)["stateMachineArn"]
    assert create(api, "Orders", variables, **everything)["stateMachineVersionArn"] == f"{arn}:1"
    described = api("DescribeStateMachine", stateMachineArn=arn)
    assert described["loggingConfiguration"] == logging and described["encryptionConfiguration"] == KEY, described
    assert described["variableReferences"] == {"Use": ["a"]} and "revisionId" not in described, described
    assert api("DescribeStateMachine", stateMachineArn=f"{arn}:1")["description"] == "the first"
    bare = api("DescribeStateMachine", stateMachineArn=arn, includedData="METADATA_ONLY")
    assert not bare.get("definition") and "variableReferences" not in bare, bare
    updated = api("UpdateStateMachine", stateMachineArn=arn, definition=json.dumps(PASS), publish=True, versionDescription="the second")
    assert updated["stateMachineVersionArn"] == f"{arn}:2" and updated["revisionId"], updated
    assert api("DescribeStateMachine", stateMachineArn=arn)["revisionId"] == updated["revisionId"]

    labelled = {"StartAt": "Each", "States": {"Each": {"Type": "Map", "Label": "each", "End": True, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **INNER}}}}
    label = create(api, "Labelled", labelled)["stateMachineArn"] + "/each"
    assert api("DescribeStateMachine", stateMachineArn=label)["label"] == "each"
    api.refused("ValidationException", "DeleteStateMachine", stateMachineArn=label)
    api.refused("ValidationException", "StartExecution", stateMachineArn=label)

    def refused(code, **more):
        api.refused(code, "CreateStateMachine", **{"name": "Refused", "definition": json.dumps(PASS), "roleArn": ROLE, **more})
    refused("InvalidName", name="a b")
    refused("InvalidArn", roleArn="role")
    refused("InvalidDefinition", definition="{}")
    refused("InvalidLoggingConfiguration", loggingConfiguration={"level": "ALL"})
    refused("InvalidEncryptionConfiguration", encryptionConfiguration={"type": "CUSTOMER_MANAGED_KMS_KEY"})
    refused("ValidationException", versionDescription="but not published")
    refused("StateMachineAlreadyExists", name="Orders")
    refused("TooManyTags", tags=[{"key": f"k{i}", "value": ""} for i in range(51)])
    missing = f"{ACCOUNT}:stateMachine:Missing"
    for operation in ("DescribeStateMachine", "ListStateMachineAliases", "PublishStateMachineVersion"):
        api.refused("StateMachineDoesNotExist", operation, stateMachineArn=missing)
        api.refused("InvalidArn", operation, stateMachineArn="Orders")
    api.refused("StateMachineDoesNotExist", "UpdateStateMachine", stateMachineArn=missing, roleArn=ROLE)
    api.refused("InvalidArn", "UpdateStateMachine", stateMachineArn="Orders", roleArn=ROLE)
    api.refused("InvalidDefinition", "UpdateStateMachine", stateMachineArn=arn, definition="{}")
    api.refused("InvalidLoggingConfiguration", "UpdateStateMachine", stateMachineArn=arn, loggingConfiguration={"level": "ALL"})
    api.refused("InvalidEncryptionConfiguration", "UpdateStateMachine", stateMachineArn=arn, encryptionConfiguration={"type": "AWS_OWNED_KEY", "kmsKeyId": "k"})
    api.refused("MissingRequiredParameter", "UpdateStateMachine", stateMachineArn=arn)
    api.refused("ValidationException", "UpdateStateMachine", stateMachineArn=arn, roleArn=ROLE, versionDescription="x")

    api.refused("InvalidArn", "DeleteStateMachine", stateMachineArn="Orders")

    # One that runs is deleted when it has stopped.
    busy = create(api, "Busy", WAIT, publish=True)["stateMachineArn"]
    execution = start(api, busy, name="one")
    api("DeleteStateMachine", stateMachineArn=busy)
    assert api("DescribeStateMachine", stateMachineArn=busy)["status"] == "DELETING"
    refused("StateMachineDeleting", name="Busy")
    api.refused("StateMachineDeleting", "UpdateStateMachine", stateMachineArn=busy, roleArn=ROLE)
    api.refused("StateMachineDeleting", "StartExecution", stateMachineArn=busy)
    api.refused("StateMachineDeleting", "PublishStateMachineVersion", stateMachineArn=busy)
    api.refused("StateMachineDeleting", "ListStateMachineAliases", stateMachineArn=busy)
    route = [{"stateMachineVersionArn": f"{busy}:1", "weight": 100}]
    api.refused("StateMachineDeleting", "CreateStateMachineAlias", name="live", routingConfiguration=route)
    api("StopExecution", executionArn=execution)
    api.refused("StateMachineDoesNotExist", "DescribeStateMachine", stateMachineArn=busy)
    assert api("DescribeExecution", executionArn=execution)["status"] == "ABORTED"
    api("DeleteStateMachine", stateMachineArn=busy)


def versions(api):
    arn = create(api, "Versions")["stateMachineArn"]
    first = api("PublishStateMachineVersion", stateMachineArn=arn, revisionId="INITIAL", description="one")["stateMachineVersionArn"]
    assert first == api("PublishStateMachineVersion", stateMachineArn=arn)["stateMachineVersionArn"] == f"{arn}:1"
    api.refused("ConflictException", "PublishStateMachineVersion", stateMachineArn=arn, revisionId="other")
    api.refused("ValidationException", "PublishStateMachineVersion", stateMachineArn=f"{arn}/label")
    api("UpdateStateMachine", stateMachineArn=arn, definition=json.dumps(WAIT), publish=True)
    page = api("ListStateMachineVersions", stateMachineArn=arn, maxResults=1)
    assert [v["stateMachineVersionArn"] for v in page["stateMachineVersions"]] == [f"{arn}:2"], page
    page = api("ListStateMachineVersions", stateMachineArn=arn, nextToken=page["nextToken"])
    assert [v["stateMachineVersionArn"] for v in page["stateMachineVersions"]] == [first], page
    execution = start(api, first)
    assert ended(api, execution)["stateMachineVersionArn"] == first
    api("DeleteStateMachineVersion", stateMachineVersionArn=first)
    api("DeleteStateMachineVersion", stateMachineVersionArn=first)
    api.refused("StateMachineDoesNotExist", "StartExecution", stateMachineArn=first)
    api.refused("ValidationException", "DeleteStateMachineVersion", stateMachineVersionArn=arn)
    api.refused("InvalidArn", "DeleteStateMachineVersion", stateMachineVersionArn="x")
    api.refused("InvalidArn", "ListStateMachineVersions", stateMachineArn="x")
    api.refused("InvalidToken", "ListStateMachineVersions", stateMachineArn=arn, nextToken="x")
    api.refused("ValidationException", "ListStateMachineVersions", stateMachineArn=arn, maxResults=1001)


def aliases(api):
    arn = create(api, "Aliases", publish=True)["stateMachineArn"]
    api("UpdateStateMachine", stateMachineArn=arn, definition=json.dumps(WAIT), publish=True)

    def routes(*weights):
        return [{"stateMachineVersionArn": f"{arn}:{version}", "weight": weight} for version, weight in weights]
    alias = api("CreateStateMachineAlias", name="live", description="what customers see", routingConfiguration=routes((1, 100)))["stateMachineAliasArn"]
    api("CreateStateMachineAlias", name="next", routingConfiguration=routes((1, 50), (2, 50)))
    described = api("DescribeStateMachineAlias", stateMachineAliasArn=alias)
    assert described["routingConfiguration"] == routes((1, 100)) and described["name"] == "live", described
    page = api("ListStateMachineAliases", stateMachineArn=arn, maxResults=1)
    rest = api("ListStateMachineAliases", stateMachineArn=arn, nextToken=page["nextToken"])
    assert len(page["stateMachineAliases"]) == len(rest["stateMachineAliases"]) == 1
    assert len(api("ListStateMachineAliases", stateMachineArn=f"{arn}:2")["stateMachineAliases"]) == 1
    execution = start(api, alias, name="through-the-alias")
    assert ended(api, execution)["stateMachineAliasArn"] == alias
    history(api, execution)
    api("UpdateStateMachineAlias", stateMachineAliasArn=alias, description="new", routingConfiguration=routes((1, 10), (2, 90)))
    api.refused("ConflictException", "DeleteStateMachineVersion", stateMachineVersionArn=f"{arn}:1")
    missing = f"{arn}:nobody"
    for operation, more in (("DescribeStateMachineAlias", {}), ("UpdateStateMachineAlias", {"description": "x"})):
        api.refused("ResourceNotFound", operation, stateMachineAliasArn=missing, **more)
        api.refused("InvalidArn", operation, stateMachineAliasArn="x", **more)
        api.refused("ValidationException", operation, stateMachineAliasArn=arn, **more)
    api.refused("ValidationException", "DeleteStateMachineAlias", stateMachineAliasArn=arn)
    api.refused("InvalidArn", "DeleteStateMachineAlias", stateMachineAliasArn="x")
    api.refused("ValidationException", "UpdateStateMachineAlias", stateMachineAliasArn=alias)
    api.refused("ConflictException", "CreateStateMachineAlias", name="live", routingConfiguration=routes((1, 100)))
    api.refused("ResourceNotFound", "CreateStateMachineAlias", name="gone", routingConfiguration=routes((7, 100)))
    api.refused("ResourceNotFound", "UpdateStateMachineAlias", stateMachineAliasArn=alias, routingConfiguration=routes((7, 100)))
    api.refused("ValidationException", "CreateStateMachineAlias", name="sum", routingConfiguration=routes((1, 50), (2, 51)))
    api.refused("ValidationException", "CreateStateMachineAlias", name="twice", routingConfiguration=routes((1, 50), (1, 50)))
    api.refused("ValidationException", "CreateStateMachineAlias", name="machine", routingConfiguration=[{"stateMachineVersionArn": arn, "weight": 100}])
    api.refused("InvalidArn", "CreateStateMachineAlias", name="arn", routingConfiguration=[{"stateMachineVersionArn": "x", "weight": 100}])
    api.refused("InvalidToken", "ListStateMachineAliases", stateMachineArn=arn, nextToken="x")
    api.refused("ResourceNotFound", "ListStateMachineAliases", stateMachineArn=f"{arn}:9")
    api("DeleteStateMachineAlias", stateMachineAliasArn=alias)
    api("DeleteStateMachineAlias", stateMachineAliasArn=alias)
    for i in range(99):
        api("CreateStateMachineAlias", name=f"alias{i}", routingConfiguration=routes((1, 100)))
    api.refused("ServiceQuotaExceededException", "CreateStateMachineAlias", name="one-too-many", routingConfiguration=routes((1, 100)))
    busy = create(api, "BusyAlias", WAIT, publish=True)["stateMachineArn"]
    route = [{"stateMachineVersionArn": f"{busy}:1", "weight": 100}]
    alias = api("CreateStateMachineAlias", name="live", routingConfiguration=route)["stateMachineAliasArn"]
    execution = start(api, alias)
    api("DeleteStateMachine", stateMachineArn=busy)
    api.refused("StateMachineDeleting", "UpdateStateMachineAlias", stateMachineAliasArn=alias, description="x")
    api("StopExecution", executionArn=execution)


def tags(api):
    arn = create(api, "Tagged", tags=[{"key": "a", "value": "1"}])["stateMachineArn"]
    api("TagResource", resourceArn=arn, tags=[{"key": "a", "value": "2"}, {"key": "b", "value": ""}])
    assert api("ListTagsForResource", resourceArn=arn)["tags"] == [{"key": "a", "value": "2"}, {"key": "b", "value": ""}]
    api("UntagResource", resourceArn=arn, tagKeys=["a", "z"])
    assert api("ListTagsForResource", resourceArn=arn)["tags"] == [{"key": "b", "value": ""}]
    api.refused("TooManyTags", "TagResource", resourceArn=arn, tags=[{"key": f"k{i}", "value": ""} for i in range(50)])
    for operation, more in (("TagResource", {"tags": []}), ("UntagResource", {"tagKeys": []}), ("ListTagsForResource", {})):
        api.refused("InvalidArn", operation, resourceArn="x", **more)
        api.refused("ResourceNotFound", operation, resourceArn=f"{arn}:1", **more)


# ------------------------------------------------------------------------ activities
def activities(api):
    arn = api("CreateActivity", name="pack", tags=[{"key": "a", "value": "1"}])["activityArn"]
    assert arn == api("CreateActivity", name="pack")["activityArn"] == f"{ACCOUNT}:activity:pack"
    api.refused("ActivityAlreadyExists", "CreateActivity", name="pack", encryptionConfiguration=KEY)
    api.refused("InvalidEncryptionConfiguration", "CreateActivity", name="x", encryptionConfiguration={"type": "CUSTOMER_MANAGED_KMS_KEY"})
    api.refused("InvalidName", "CreateActivity", name="a b")
    api.refused("TooManyTags", "CreateActivity", name="many", tags=[{"key": f"k{i}", "value": ""} for i in range(51)])
    api("CreateActivity", name="secret", encryptionConfiguration=KEY)
    assert api("DescribeActivity", activityArn=arn)["encryptionConfiguration"] == {"type": "AWS_OWNED_KEY"}
    assert api("DescribeActivity", activityArn=f"{ACCOUNT}:activity:secret")["encryptionConfiguration"] == KEY
    page = api("ListActivities", maxResults=1)
    assert [a["name"] for a in page["activities"] + api("ListActivities", nextToken=page["nextToken"])["activities"]] == ["pack", "secret"]
    api.refused("InvalidToken", "ListActivities", nextToken="x")
    for operation in ("DescribeActivity", "GetActivityTask"):
        api.refused("InvalidArn", operation, activityArn="x")
        api.refused("ActivityDoesNotExist", operation, activityArn=f"{ACCOUNT}:activity:missing")
    api.refused("InvalidArn", "DeleteActivity", activityArn="x")
    api("DeleteActivity", activityArn=f"{ACCOUNT}:activity:secret")
    api("DeleteActivity", activityArn=f"{ACCOUNT}:activity:secret")

    machine = create(api, "Packing", {"StartAt": "Do", "States": {"Do": {
        "Type": "Task", "Resource": arn, "TimeoutSeconds": 900, "HeartbeatSeconds": 600, "End": True}}})["stateMachineArn"]
    execution = start(api, machine, input='{"item": 1}')
    task = api("GetActivityTask", activityArn=arn, workerName="Eve")
    assert task["input"] == '{"item": 1}', task
    api("SendTaskHeartbeat", taskToken=task["taskToken"])
    api.refused("InvalidOutput", "SendTaskSuccess", taskToken=task["taskToken"], output="{")
    api("SendTaskSuccess", taskToken=task["taskToken"], output="[1]")
    assert ended(api, execution)["output"] == "[1]"
    history(api, execution)
    for operation, more in (("SendTaskSuccess", {"output": "1"}), ("SendTaskFailure", {}), ("SendTaskHeartbeat", {})):
        api.refused("TaskTimedOut", operation, taskToken=task["taskToken"], **more)
        api.refused("InvalidToken", operation, taskToken="x", **more)
    execution = start(api, machine)
    api("SendTaskFailure", taskToken=api("GetActivityTask", activityArn=arn)["taskToken"], error="Broken", cause="for good")
    assert (ended(api, execution)["error"], ended(api, execution)["cause"]) == ("Broken", "for good")
    history(api, execution)
    timed = create(api, "Late", {"StartAt": "Do", "States": {"Do": {"Type": "Task", "Resource": arn, "TimeoutSeconds": 1, "End": True}}})
    late = start(api, timed["stateMachineArn"])
    lost = api("GetActivityTask", activityArn=arn)["taskToken"]
    ended(api, late)
    history(api, late)
    api.refused("TaskTimedOut", "SendTaskSuccess", taskToken=lost, output="1")

    # A thousand workers may wait; the next one is sent home, and all of them when the activity goes.
    crowd = api("CreateActivity", name="crowd")["activityArn"]
    stop = crowded(api, crowd)
    api.refused("ActivityWorkerLimitExceeded", "GetActivityTask", activityArn=crowd)
    api("DeleteActivity", activityArn=crowd)
    stop()


def crowded(api, arn):
    """A thousand polls at one activity, each a socket and no more."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, limit[1]), limit[1]))
    at = urlparse(api.client.meta.endpoint_url)
    body = json.dumps({"activityArn": arn}).encode()
    request = (f"POST / HTTP/1.1\r\nHost: {at.netloc}\r\nX-Amz-Target: AWSStepFunctions.GetActivityTask\r\n"
               f"Content-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body
    sockets = []
    for _ in range(1000):
        s = socket.create_connection((at.hostname, at.port), timeout=30)
        s.sendall(request)
        sockets.append(s)
    # The first refusal tells that all of them wait; another poll would wait a minute otherwise.
    while True:
        s = socket.create_connection((at.hostname, at.port), timeout=30)
        s.sendall(request)
        s.settimeout(0.5)
        sockets.append(s)
        try:
            assert b"ActivityWorkerLimitExceeded" in s.recv(4096)
            break
        except TimeoutError:
            pass
    return lambda: [s.close() for s in sockets]


# ------------------------------------------------------------------------ executions
def executions(api):
    machine = create(api, "Runs")["stateMachineArn"]
    first = start(api, machine, name="first", input='{"a": 1}', traceHeader="Root=1-5759e988-bd862e3fe1be46a994272793")
    execution = ended(api, first)
    assert execution["output"] == execution["input"] == '{"a": 1}' and execution["traceHeader"].startswith("Root="), execution
    bare = api("DescribeExecution", executionArn=first, includedData="METADATA_ONLY")
    assert "input" not in bare and bare["inputDetails"] == {"included": False}, bare
    api.refused("ExecutionAlreadyExists", "StartExecution", stateMachineArn=machine, name="first", input='{"a": 1}')
    api.refused("InvalidExecutionInput", "StartExecution", stateMachineArn=machine, input="{")
    api.refused("InvalidName", "StartExecution", stateMachineArn=machine, name="a/b")
    api.refused("InvalidArn", "StartExecution", stateMachineArn="x")
    api.refused("StateMachineDoesNotExist", "StartExecution", stateMachineArn=f"{ACCOUNT}:stateMachine:Missing")
    described = api("DescribeStateMachineForExecution", executionArn=first)
    assert described["stateMachineArn"] == machine and json.loads(described["definition"]) == PASS, described
    missing = f"{ACCOUNT}:execution:Runs:missing"
    for operation in ("DescribeExecution", "DescribeStateMachineForExecution", "GetExecutionHistory", "StopExecution", "ListMapRuns", "RedriveExecution"):
        api.refused("ExecutionDoesNotExist", operation, executionArn=missing)
        api.refused("InvalidArn", operation, executionArn="x")
        api.refused("InvalidArn", operation, executionArn=f"{ACCOUNT}:express:Runs:a:b")
    api.refused("ExecutionNotRedrivable", "RedriveExecution", executionArn=first, clientToken="once")
    api.refused("ValidationException", "RedriveExecution", executionArn=first, clientToken="with blanks")
    api.refused("ValidationException", "StopExecution", executionArn=first, error="E" * 257)
    api.refused("InvalidToken", "GetExecutionHistory", executionArn=first, nextToken="x")
    page = api("GetExecutionHistory", executionArn=first, maxResults=3, includeExecutionData=False)
    assert "input" not in page["events"][0]["executionStartedEventDetails"], page
    assert len(api("GetExecutionHistory", executionArn=first, nextToken=page["nextToken"])["events"]) == 1
    api.refused("InvalidToken", "GetExecutionHistory", executionArn=first, nextToken=page["nextToken"], reverseOrder=True)

    # An execution keeps the revision it began with.
    arn = create(api, "Kept", WAIT)["stateMachineArn"]
    kept = start(api, arn)
    api("UpdateStateMachine", stateMachineArn=arn, definition=json.dumps(PASS), tracingConfiguration={"enabled": True}, encryptionConfiguration=KEY)
    assert json.loads(api("DescribeStateMachineForExecution", executionArn=kept)["definition"]) == WAIT
    api("StopExecution", executionArn=kept, error="Enough", cause="of it")
    assert ended(api, kept)["redriveStatus"] == "REDRIVABLE"
    history(api, kept)
    using = create(api, "Uses", {"StartAt": "Set", "States": {
        "Set": {"Type": "Pass", "Assign": {"a": 1}, "Next": "Use"}, "Use": {"Type": "Pass", "Parameters": {"b.$": "$a"}, "End": True}}},
        encryptionConfiguration=KEY, loggingConfiguration={"level": "ERROR", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": LOGS}}]})["stateMachineArn"]
    api("UpdateStateMachine", stateMachineArn=using, roleArn=ROLE + "2")
    run_of_it = start(api, using)
    assert api("DescribeStateMachineForExecution", executionArn=run_of_it)["variableReferences"] == {"Use": ["a"]}
    ended(api, run_of_it)
    history(api, run_of_it)


def histories(api):
    """One machine for each family of events."""
    nested = create(api, "Nested")["stateMachineArn"]
    definitions = {
        "Fails": {"Type": "Fail", "Error": "E", "Cause": "C"},
        "Evaluates": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.missing %}", "End": True},
        "Calls": {"Type": "Task", "Resource": ECHO, "TimeoutSeconds": 60, "Credentials": {"RoleArn": ROLE}, "End": True},
        "CallsFail": {"Type": "Task", "Resource": ECHO.replace("echo", "fail"), "End": True},
        "CallsSlow": {"Type": "Task", "Resource": ECHO.replace("echo", "slow"), "TimeoutSeconds": 1, "End": True},
        "Invokes": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": ECHO}, "TimeoutSeconds": 60,
                    "Credentials": {"RoleArn": ROLE}, "End": True},
        "InvokesFail": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "fail"}, "End": True},
        "Waits": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "HeartbeatSeconds": 1,
                  "Parameters": {"FunctionName": "echo", "Payload": {"t.$": "$$.Task.Token"}}, "End": True},
        "Nests": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {"StateMachineArn": nested}, "End": True},
        "NestsNone": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync", "Parameters": {"StateMachineArn": nested + "X"}, "End": True},
        "Maps": {"Type": "Map", "ItemsPath": "$", "ItemProcessor": INNER, "End": True},
        "MapsFail": {"Type": "Map", "ItemsPath": "$", "End": True, "MaxConcurrency": 2, "ItemProcessor": {
            "StartAt": "F", "States": {"F": {"Type": "Choice", "Default": "W", "Choices": [{"Variable": "$", "NumericEquals": 2, "Next": "E"}]},
                                       "E": {"Type": "Fail", "Error": "E"}, "W": {"Type": "Wait", "Seconds": 600, "End": True}}}},
        "MapsRuns": {"Type": "Map", "ItemsPath": "$", "End": True, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}},
        "Parallels": {"Type": "Parallel", "Branches": [INNER, OTHER], "End": True},
        "ParallelsFail": {"Type": "Parallel", "End": True, "Branches": [
            {"StartAt": "Slow", "States": {"Slow": {"Type": "Wait", "Seconds": 600, "End": True}}},
            {"StartAt": "Bad", "States": {"Bad": {"Type": "Fail", "Error": "E"}}}]},
    }
    for name, state in definitions.items():
        arn = create(api, name, {"StartAt": "Do", "States": {"Do": state}})["stateMachineArn"]
        execution = start(api, arn, input="[1, 2]" if "Map" in name else "{}")
        ended(api, execution)
        history(api, execution)
    timed = create(api, "TimesOut", {"TimeoutSeconds": 1, **WAIT})["stateMachineArn"]
    execution = start(api, timed)
    assert ended(api, execution)["status"] == "TIMED_OUT"
    history(api, execution)


def callbacks(api):
    """A token that leaves through an activity of another execution is answered with success and with failure."""
    arn = api("CreateActivity", name="tokens")["activityArn"]
    sender = create(api, "Sender", {"StartAt": "Do", "States": {"Do": {"Type": "Task", "Resource": arn, "End": True}}})["stateMachineArn"]
    machine = create(api, "Callback", {"StartAt": "Do", "States": {"Do": {
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.waitForTaskToken", "End": True,
        "Parameters": {"StateMachineArn": sender, "Input": {"token.$": "$$.Task.Token"}}}}})["stateMachineArn"]
    for operation, answer in (("SendTaskSuccess", {"output": '{"ok": true}'}), ("SendTaskFailure", {"error": "No", "cause": "way"})):
        execution = start(api, machine)
        token = json.loads(api("GetActivityTask", activityArn=arn)["input"])["token"]
        api("SendTaskHeartbeat", taskToken=token)
        api(operation, taskToken=token, **answer)
        ended(api, execution)
        history(api, execution)


def express(api):
    machine = create(api, "Quick", type="EXPRESS", publish=True)
    arn = machine["stateMachineArn"]
    done = api("StartSyncExecution", stateMachineArn=arn, name="n", input='{"a": 1}', traceHeader="Root=1-5759e988-bd862e3fe1be46a994272793")
    assert done["status"] == "SUCCEEDED" and done["output"] == '{"a": 1}' and done["billingDetails"]["billedMemoryUsedInMB"] == 64, done
    bare = api("StartSyncExecution", stateMachineArn=machine["stateMachineVersionArn"], input='{"a": 1}', includedData="METADATA_ONLY")
    assert "input" not in bare and bare["outputDetails"] == {"included": False}, bare
    failing = create(api, "QuickFails", {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}}, type="EXPRESS")["stateMachineArn"]
    assert api("StartSyncExecution", stateMachineArn=failing)["error"] == "E"
    execution = start(api, arn)
    assert ":express:Quick:" in execution
    for operation in ("DescribeExecution", "StopExecution", "GetExecutionHistory"):
        api.refused("InvalidArn", operation, executionArn=execution)
    api.refused("StateMachineTypeNotSupported", "ListExecutions", stateMachineArn=arn)
    api.refused("StateMachineTypeNotSupported", "StartSyncExecution", stateMachineArn=create(api, "Slow")["stateMachineArn"])
    api.refused("InvalidExecutionInput", "StartSyncExecution", stateMachineArn=arn, input="{")
    api.refused("InvalidName", "StartSyncExecution", stateMachineArn=arn, name="a b")
    api.refused("InvalidArn", "StartSyncExecution", stateMachineArn="x")
    api.refused("StateMachineDoesNotExist", "StartSyncExecution", stateMachineArn=arn + "X")
    slow = create(api, "QuickWaits", {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 2, "End": True}}}, type="EXPRESS")["stateMachineArn"]
    start(api, slow)
    api("DeleteStateMachine", stateMachineArn=slow)
    api.refused("StateMachineDeleting", "StartSyncExecution", stateMachineArn=slow)


def map_runs(api):
    machine = create(api, "Each", {"StartAt": "Each", "States": {"Each": {
        "Type": "Map", "Label": "each", "MaxConcurrency": 5, "ToleratedFailureCount": 1, "ToleratedFailurePercentage": 50, "End": True,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Do", "States": {
            "Do": {"Type": "Choice", "Default": "Ok", "Choices": [{"Variable": "$", "NumericEquals": 3, "Next": "Bad"}]},
            "Ok": {"Type": "Succeed"}, "Bad": {"Type": "Fail", "Error": "E"}}}}}})["stateMachineArn"]
    execution = start(api, machine, input="[1, 2, 3]")
    ended(api, execution)
    history(api, execution)
    listed = api("ListMapRuns", executionArn=execution, maxResults=1)["mapRuns"]
    assert [m["stateMachineArn"] for m in listed] == [f"{machine}/each"], listed
    arn = listed[0]["mapRunArn"]
    run_ = api("DescribeMapRun", mapRunArn=arn)
    counts = run_["itemCounts"]
    assert (run_["status"], run_["maxConcurrency"], counts["total"], counts["succeeded"], counts["failed"]) == ("SUCCEEDED", 5, 3, 2, 1), run_
    children = api("ListExecutions", mapRunArn=arn)["executions"]
    assert len(children) == 3 and all(child["mapRunArn"] == arn for child in children), children
    child = api("DescribeExecution", executionArn=children[0]["executionArn"])
    assert child["stateMachineArn"] == f"{machine}/each" and child["mapRunArn"] == arn, child
    assert api("DescribeStateMachineForExecution", executionArn=children[0]["executionArn"])["label"] == "each"
    assert [e["status"] for e in api("ListExecutions", mapRunArn=arn, statusFilter="FAILED")["executions"]] == ["FAILED"]
    assert not api("ListExecutions", mapRunArn=arn, statusFilter="PENDING_REDRIVE")["executions"]
    missing = f"{ACCOUNT}:mapRun:Each/each:missing"
    for operation, more in (("DescribeMapRun", {}), ("UpdateMapRun", {"maxConcurrency": 1})):
        api.refused("ResourceNotFound", operation, mapRunArn=missing, **more)
        api.refused("InvalidArn", operation, mapRunArn="x", **more)
    api.refused("ResourceNotFound", "ListExecutions", mapRunArn=missing)
    api.refused("ValidationException", "UpdateMapRun", mapRunArn=arn)
    api.refused("ValidationException", "UpdateMapRun", mapRunArn=arn, maxConcurrency=1)
    api.refused("InvalidToken", "ListMapRuns", executionArn=execution, nextToken="x")

    # One whose items wait; a second run in the same execution makes a second page.
    waits = create(api, "EachWaits", {"StartAt": "Two", "States": {"Two": {"Type": "Parallel", "End": True, "Branches": [
        {"StartAt": name, "States": {name: {"Type": "Map", "Label": name, "End": True, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": f"{name}-waits", "States": {f"{name}-waits": {"Type": "Wait", "Seconds": 600, "End": True}}}}}} for name in ("a", "b")]}}})["stateMachineArn"]
    execution = start(api, waits, input="[1]")
    while len(api("ListMapRuns", executionArn=execution)["mapRuns"]) < 2:
        time.sleep(0.01)
    page = api("ListMapRuns", executionArn=execution, maxResults=1)
    assert len(api("ListMapRuns", executionArn=execution, nextToken=page["nextToken"])["mapRuns"]) == 1
    arn = page["mapRuns"][0]["mapRunArn"]
    assert api("DescribeMapRun", mapRunArn=arn)["status"] == "RUNNING"
    api("UpdateMapRun", mapRunArn=arn, maxConcurrency=2, toleratedFailurePercentage=12.5, toleratedFailureCount=3)
    run_ = api("DescribeMapRun", mapRunArn=arn)
    assert (run_["maxConcurrency"], run_["toleratedFailurePercentage"], run_["toleratedFailureCount"]) == (2, 12.5, 3), run_
    api("StopExecution", executionArn=execution)
    assert api("DescribeMapRun", mapRunArn=arn)["status"] == "ABORTED"


    # A failed run is redriven with its execution, and no child by itself.
    failing = create(api, "EachFails", {"StartAt": "Each", "States": {"Each": {"Type": "Map", "Label": "each", "End": True, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}}}})
    execution = start(api, failing["stateMachineArn"], input="[1]")
    ended(api, execution)
    arn = api("ListMapRuns", executionArn=execution)["mapRuns"][0]["mapRunArn"]
    child = api("ListExecutions", mapRunArn=arn)["executions"][0]["executionArn"]
    assert api("DescribeExecution", executionArn=child)["redriveStatus"] == "REDRIVABLE_BY_MAP_RUN"
    api.refused("ExecutionNotRedrivable", "RedriveExecution", executionArn=child)
    token = "again"
    redriven = api("RedriveExecution", executionArn=execution, clientToken=token)
    assert redriven == api("RedriveExecution", executionArn=execution, clientToken=token)
    done = ended(api, execution)
    assert done["redriveCount"] == 1 and done["redriveDate"] == redriven["redriveDate"], done
    history(api, execution)
    history(api, child)
    run_ = api("DescribeMapRun", mapRunArn=arn)
    assert run_["redriveCount"] == 1 and run_["status"] == "FAILED", run_
    assert api("ListExecutions", stateMachineArn=failing["stateMachineArn"], redriveFilter="REDRIVEN")["executions"][0]["redriveDate"]


def lists(api):
    page = api("ListStateMachines", maxResults=1)
    assert len(page["stateMachines"]) == 1 and api("ListStateMachines", nextToken=page["nextToken"])["stateMachines"]
    api.refused("InvalidToken", "ListStateMachines", nextToken="x")
    machine = create(api, "Listed", {"StartAt": "Do", "States": {"Do": {"Type": "Fail"}}})["stateMachineArn"]
    arns = [start(api, machine) for _ in range(5)]
    for arn in arns:
        ended(api, arn)
    found, token = [], {}
    while True:
        page = api("ListExecutions", stateMachineArn=machine, maxResults=2, **token)
        found += [e["executionArn"] for e in page["executions"]]
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    assert found == arns[::-1], found
    api.refused("InvalidToken", "ListExecutions", stateMachineArn=machine, statusFilter="FAILED", **token)
    for status, count in (("FAILED", 5), ("SUCCEEDED", 0), ("RUNNING", 0)):
        assert len(api("ListExecutions", stateMachineArn=machine, statusFilter=status)["executions"]) == count
    assert len(api("ListExecutions", stateMachineArn=machine, redriveFilter="NOT_REDRIVEN")["executions"]) == 5
    assert not api("ListExecutions", stateMachineArn=machine, redriveFilter="REDRIVEN")["executions"]
    api.refused("ValidationException", "ListExecutions")
    api.refused("ValidationException", "ListExecutions", stateMachineArn=machine, statusFilter="PENDING_REDRIVE")
    api.refused("InvalidArn", "ListExecutions", stateMachineArn="x")
    api.refused("StateMachineDoesNotExist", "ListExecutions", stateMachineArn=machine + "X")
    through = create(api, "ListedThrough", publish=True)
    version = through["stateMachineVersionArn"]
    alias = api("CreateStateMachineAlias", name="live", routingConfiguration=[{"stateMachineVersionArn": version, "weight": 100}])["stateMachineAliasArn"]
    for target in (version, alias, through["stateMachineArn"]):
        ended(api, start(api, target))
    assert [len(api("ListExecutions", stateMachineArn=target)["executions"]) for target in (version, alias, through["stateMachineArn"])] == [2, 1, 3]


def arns(api):
    """ARNs of other regions, of other services and of other things."""
    for arn in ("arn:aws:states:eu-west-1:123456789012:stateMachine:Orders", "arn:aws:lambda:us-east-1:123456789012:function:echo",
                f"{ACCOUNT}:activity:pack", "arn:aws:states", "arn:aws:states:us-east-1:123456789012:stateMachine:"):
        api.refused("InvalidArn", "DescribeStateMachine", stateMachineArn=arn)
    api.refused("AccessDeniedException", "DescribeStateMachine", stateMachineArn="arn:aws:states:us-east-1:999999999999:stateMachine:Orders")


def single_states(api):
    state = {"Type": "Task", "Resource": ECHO, "ResultSelector": {"a.$": "$.a"}, "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 3}],
             "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], "ResultPath": "$.r", "Parameters": {"p": 1}, "Next": "Then"}

    def test(state, **more):
        return api("TestState", **{"definition": json.dumps(state), "roleArn": ROLE, "input": "{}", **more})
    test(state, inspectionLevel="DEBUG", mock={"result": '{"a": 1}', "fieldValidationMode": "NONE"}, variables='{"v": 1}')
    test(state, inspectionLevel="DEBUG", mock={"errorOutput": {"error": "E", "cause": "C"}}, stateConfiguration={"retrierRetryCount": 1})
    test(state, inspectionLevel="DEBUG", mock={"errorOutput": {"error": "Other", "cause": "C"}})
    test({"Type": "Fail", "Error": "E", "Cause": "C"})
    test({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input %}", "End": True}, inspectionLevel="DEBUG")
    test({"Type": "Task", "QueryLanguage": "JSONata", "Resource": ECHO, "Arguments": {"a": 1}, "End": True}, inspectionLevel="DEBUG", mock={"result": "{}"},
         context='{"Execution": {"Name": "n"}}')
    whole = {"StartAt": "Each", "States": {"Each": {
        "Type": "Map", "ItemsPath": "$.items", "ItemSelector": {"i.$": "$$.Map.Item.Value"}, "MaxConcurrency": 2, "ToleratedFailureCount": 1,
        "ToleratedFailurePercentage": 50, "ItemBatcher": {"MaxItemsPerBatch": 2}, "End": True,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **INNER}}}}
    test(whole, stateName="Each", input='{"items": [1, 2]}', inspectionLevel="DEBUG", mock={"result": "[1, 2]"})
    read = {"Type": "Map", "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"},
            "ReaderConfig": {"InputType": "JSON", "ItemsPointer": "/a"}}, "End": True,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **INNER}}
    test(read, inspectionLevel="DEBUG", mock={"result": "[1, 2]"}, stateConfiguration={"mapItemReaderData": '{"a": [1, 2]}'})
    asked = {"ApiEndpoint": api.beside, "Method": "GET", "RequestBody": {"a": 1},
             "InvocationConfig": {"ConnectionArn": "arn:aws:events:us-east-1:123456789012:connection/c/1"}}
    traced = test({"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Parameters": asked, "End": True},
                  inspectionLevel="TRACE", revealSecrets=True)["inspectionData"]
    assert "X-Key: k" in traced["request"]["headers"] and traced["response"]["body"] == '{"got": true}', traced
    api.refused("InvalidDefinition", "TestState", definition="{}", roleArn=ROLE)
    api.refused("InvalidExecutionInput", "TestState", definition=json.dumps({"Type": "Succeed"}), roleArn=ROLE, input="{")
    api.refused("InvalidArn", "TestState", definition=json.dumps({"Type": "Succeed"}), roleArn="role")
    api.refused("ValidationException", "TestState", definition=json.dumps({"Type": "Task", "Resource": ECHO, "End": True}), input="{}")
    found = api("ValidateStateMachineDefinition", definition=json.dumps({"StartAt": "X", "States": {}}), type="EXPRESS", severity="WARNING", maxResults=1)
    assert found["result"] == "FAIL", found
    api("ValidateStateMachineDefinition", definition=json.dumps(PASS))
    api.refused("ValidationException", "ValidateStateMachineDefinition", definition="")
