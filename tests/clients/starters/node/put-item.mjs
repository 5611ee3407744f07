import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";

const client = new DynamoDBClient({});
const table = DynamoDBDocumentClient.from(client);
const queue = new SQSClient({});

export const putItemHandler = async (event, context) => {
  const { id } = JSON.parse(event.body);
  await table.send(new PutCommand({ TableName: process.env.SAMPLE_TABLE, Item: { id, writtenBy: context.functionName } }));
  await queue.send(new SendMessageCommand({ QueueUrl: process.env.SAMPLE_QUEUE, MessageBody: id }));
  return { statusCode: 200, body: event.body };
};
