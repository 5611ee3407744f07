// Drives what a template declares with the AWS SDK for JavaScript, which knows of Stateside by AWS_ENDPOINT_URL alone.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import { GetObjectCommand, HeadObjectCommand, NoSuchKey, PutObjectCommand, S3Client, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import {
  DeleteMessageCommand, GetQueueUrlCommand, QueueDoesNotExist, ReceiveMessageCommand, SQSClient, SendMessageBatchCommand, SendMessageCommand,
} from "@aws-sdk/client-sqs";

const TableName = "parcels";
const table = DynamoDBDocumentClient.from(new DynamoDBClient());
for (const day of [1, 2, 3]) await table.send(new PutCommand({ TableName, Item: { id: "js", day, to: "Zürich", tags: new Set(["a", "b"]) } }));
const { Item } = await table.send(new GetCommand({ TableName, Key: { id: "js", day: 2 } }));
assert.deepEqual(Item, { id: "js", day: 2, to: "Zürich", tags: new Set(["a", "b"]) });
const { Items } = await table.send(new QueryCommand({
  TableName, KeyConditionExpression: "id = :id AND #d > :d", ExpressionAttributeNames: { "#d": "day" }, ExpressionAttributeValues: { ":id": "js", ":d": 1 },
}));
assert.deepEqual(Items.map((item) => item.day), [2, 3]);
const seen = [];
for await (const page of paginateScan({ client: table, pageSize: 2 }, { TableName })) seen.push(...page.Items);
assert.equal(seen.filter((item) => item.id === "js").length, 3);
const { Attributes } = await table.send(new UpdateCommand({
  TableName, Key: { id: "js", day: 1 }, UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": 1 }, ReturnValues: "ALL_NEW",
}));
assert.equal(Attributes.n, 1);
const once = new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: { id: "js-2", day: 1 }, ConditionExpression: "attribute_not_exists(id)" } }] });
await table.send(once);
await assert.rejects(table.send(once), (e) => e.name === "TransactionCanceledException" && e.CancellationReasons[0].Code === "ConditionalCheckFailed");

const Bucket = "labels";
const s3 = new S3Client();
await s3.send(new PutObjectCommand({ Bucket, Key: "js/é.txt", Body: "Grüße", Metadata: { to: "all" } }));
const got = await s3.send(new GetObjectCommand({ Bucket, Key: "js/é.txt" }));
assert.deepEqual([await got.Body.transformToString(), got.Metadata], ["Grüße", { to: "all" }]);
const long = randomBytes(6 * 1024 * 1024);
await new Upload({ client: s3, params: { Bucket, Key: "js/long", Body: long } }).done();
assert.match((await s3.send(new HeadObjectCommand({ Bucket, Key: "js/long" }))).ETag, /-2"$/);
assert.ok(Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket, Key: "js/long" }))).Body.transformToByteArray()).equals(long));
const keys = [];
for await (const page of paginateListObjectsV2({ client: s3, pageSize: 1 }, { Bucket, Prefix: "js/" })) keys.push(...page.Contents.map((object) => object.Key));
assert.deepEqual(keys, ["js/long", "js/é.txt"]);
await fetch(await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "js/signed" })), { method: "PUT", body: "by address" });
assert.equal(await (await fetch(await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "js/signed" })))).text(), "by address");
await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: "none" })), NoSuchKey);

// It sends a request to the host in the queue's address, whatever its endpoint is: the address that it is given leads here.
const sqs = new SQSClient();
const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "letters" }));
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "Grüße 🎈", MessageAttributes: { n: { DataType: "Number", StringValue: "1" } } }));
const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], WaitTimeSeconds: 1 }));
assert.deepEqual([Messages[0].Body, Messages[0].MessageAttributes.n.StringValue], ["Grüße 🎈", "1"]);
await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
const line = (await sqs.send(new GetQueueUrlCommand({ QueueName: "line.fifo" }))).QueueUrl;
const Entries = [0, 1].map((n) => ({ Id: `e${n}`, MessageBody: `${n}`, MessageGroupId: "js", MessageDeduplicationId: `js-${n}` }));
assert.equal((await sqs.send(new SendMessageBatchCommand({ QueueUrl: line, Entries }))).Successful.length, 2);
await assert.rejects(sqs.send(new GetQueueUrlCommand({ QueueName: "none" })), QueueDoesNotExist);
console.log("@aws-sdk: a table, a bucket and queues of a template by AWS_ENDPOINT_URL");
