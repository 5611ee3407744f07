import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["SAMPLE_TABLE"])
queue = boto3.resource("sqs").Queue(os.environ["SAMPLE_QUEUE"])


def lambda_handler(event, context):
    table.put_item(Item={"id": event["id"], "writtenBy": context.function_name})
    queue.send_message(MessageBody=event["id"])
    return {"statusCode": 200}
