// Drives Stateside with the AWS SDK for JavaScript: create, start, poll, page the history, activity, sync express, errors by class.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  SFNClient, CreateActivityCommand, CreateStateMachineCommand, DescribeExecutionCommand, ExecutionDoesNotExist, GetActivityTaskCommand,
  SendTaskSuccessCommand, StartExecutionCommand, StartSyncExecutionCommand, TestStateCommand, paginateGetExecutionHistory,
} from "@aws-sdk/client-sfn";

// StartSyncExecution and TestState go to a host that begins with sync- unless this is said.
const sfn = new SFNClient({ disableHostPrefix: true });
const roleArn = "arn:aws:iam::123456789012:role/any";
const send = (command) => sfn.send(command);

async function create(name, definition, type = "STANDARD") {
  const created = await send(new CreateStateMachineCommand({ name, definition: JSON.stringify(definition), roleArn, type }));
  assert.ok(created.creationDate instanceof Date);
  return created.stateMachineArn;
}

async function ended(executionArn) {
  for (;;) {
    const execution = await send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== "RUNNING") return execution;
  }
}

const example = JSON.parse(readFileSync(new URL("my-state-machine.json", import.meta.url), "utf8"));
const started = await send(new StartExecutionCommand({ stateMachineArn: await create("js-example", example), input: '{"name": "Ada"}' }));
assert.deepEqual(JSON.parse((await ended(started.executionArn)).output), { shout: "HELLO ADA" });

const events = [];
for await (const page of paginateGetExecutionHistory({ client: sfn, pageSize: 3 }, { executionArn: started.executionArn })) {
  assert.ok(page.events.length <= 3);
  events.push(...page.events);
}
assert.equal(events.at(-1).type, "ExecutionSucceeded");
assert.deepEqual(events.map((event) => event.id), events.map((_, i) => i + 1));

const { activityArn } = await send(new CreateActivityCommand({ name: "js-work" }));
const asking = await create("js-asking", { StartAt: "Ask", States: { Ask: { Type: "Task", Resource: activityArn, End: true } } });
const execution = await send(new StartExecutionCommand({ stateMachineArn: asking }));
const task = await send(new GetActivityTaskCommand({ activityArn, workerName: "js" }));
await send(new SendTaskSuccessCommand({ taskToken: task.taskToken, output: '"done"' }));
assert.equal((await ended(execution.executionArn)).output, '"done"');

const express = await create("js-express", { StartAt: "P", States: { P: { Type: "Pass", Result: 7, End: true } } }, "EXPRESS");
const answer = await send(new StartSyncExecutionCommand({ stateMachineArn: express }));
assert.deepEqual([answer.status, answer.output], ["SUCCEEDED", "7"]);
assert.ok(answer.billingDetails.billedDurationInMilliseconds >= 100);

const tested = await send(new TestStateCommand({ definition: '{"Type": "Pass", "Result": 5, "End": true}', roleArn }));
assert.equal(tested.output, "5");

await assert.rejects(send(new DescribeExecutionCommand({ executionArn: started.executionArn + "x" })), ExecutionDoesNotExist);
console.log("@aws-sdk/client-sfn: create, start, poll, history in pages, activity, sync express, test state, errors");
