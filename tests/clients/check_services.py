"""Drives what a template declares with boto3 and the AWS CLI, which know of Stateside by AWS_ENDPOINT_URL alone."""

import decimal
import json
import os
import shutil
import subprocess
import tempfile
import urllib.request

import boto3
from boto3.dynamodb.conditions import Attr, Key

HERE = os.environ["AWS_ENDPOINT_URL"]
LONG = os.urandom(9 * 1024 * 1024)


def tables():
    dynamodb = boto3.resource("dynamodb")
    table = dynamodb.Table("parcels")
    table.load()
    assert [key["AttributeName"] for key in table.key_schema] == ["id", "day"], table.key_schema
    for day in range(1, 4):
        table.put_item(Item={"id": "P-1", "day": day, "to": "Zürich", "kg": decimal.Decimal("2.5"), "tags": {"a", "b"}})
    with table.batch_writer() as batch:
        for number in range(30):
            batch.put_item(Item={"id": "many", "day": number})
    assert table.get_item(Key={"id": "P-1", "day": 2})["Item"]["kg"] == decimal.Decimal("2.5")
    found = table.query(KeyConditionExpression=Key("id").eq("P-1") & Key("day").gt(1), ScanIndexForward=False)
    assert [item["day"] for item in found["Items"]] == [3, 2], found
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName="parcels", PaginationConfig={"PageSize": 10})
    assert sum(page["Count"] for page in pages) == 33
    updated = table.update_item(
        Key={"id": "P-1", "day": 1}, UpdateExpression="SET #s = :s ADD n :n", ConditionExpression=Attr("to").eq("Zürich"),
        ExpressionAttributeNames={"#s": "status"}, ExpressionAttributeValues={":s": "SENT", ":n": 1}, ReturnValues="UPDATED_NEW")
    assert updated["Attributes"] == {"status": "SENT", "n": 1}, updated
    client = dynamodb.meta.client
    put = {"Put": {"TableName": "parcels", "Item": {"id": "P-2", "day": 1}, "ConditionExpression": "attribute_not_exists(id)"}}
    client.transact_write_items(TransactItems=[put, {"Delete": {"TableName": "parcels", "Key": {"id": "P-1", "day": 3}}}])
    try:
        client.transact_write_items(TransactItems=[put])
        raise AssertionError("a transaction was made whose condition fails")
    except client.exceptions.TransactionCanceledException as e:
        assert e.response["CancellationReasons"][0]["Code"] == "ConditionalCheckFailed", e.response
    got = client.transact_get_items(TransactItems=[{"Get": {"TableName": "parcels", "Key": {"id": "P-2", "day": 1}}}])
    assert got["Responses"][0]["Item"] == {"id": "P-2", "day": 1}, got


def buckets():
    s3 = boto3.client("s3")
    assert "labels" in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    s3.put_object(Bucket="labels", Key="a b/é.txt", Body="Grüße".encode(), ContentType="text/plain", Metadata={"to": "all"})
    got = s3.get_object(Bucket="labels", Key="a b/é.txt")
    assert (got["Body"].read().decode(), got["ContentType"], got["Metadata"]) == ("Grüße", "text/plain", {"to": "all"}), got
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/long", "wb") as file:
            file.write(LONG)
        s3.upload_file(f"{folder}/long", "labels", "long")
        s3.download_file("labels", "long", f"{folder}/back")
        with open(f"{folder}/back", "rb") as file:
            assert file.read() == LONG
    assert s3.head_object(Bucket="labels", Key="long")["ETag"].endswith('-2"')
    for number in range(5):
        s3.put_object(Bucket="labels", Key=f"many/{number}", Body=b"x")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="labels", Prefix="many/", PaginationConfig={"PageSize": 2})
    assert [key["Key"] for page in pages for key in page["Contents"]] == [f"many/{number}" for number in range(5)]
    address = s3.generate_presigned_url("put_object", Params={"Bucket": "labels", "Key": "signed"})
    urllib.request.urlopen(urllib.request.Request(address, data=b"by address", method="PUT"))
    with urllib.request.urlopen(s3.generate_presigned_url("get_object", Params={"Bucket": "labels", "Key": "signed"})) as answer:
        assert answer.read() == b"by address"
    s3.copy_object(Bucket="labels", Key="copy", CopySource={"Bucket": "labels", "Key": "signed"})
    deleted = s3.delete_objects(Bucket="labels", Delete={"Objects": [{"Key": "copy"}, {"Key": "none"}]})
    assert len(deleted["Deleted"]) == 2, deleted
    try:
        s3.get_object(Bucket="labels", Key="copy")
        raise AssertionError("a deleted object is there")
    except s3.exceptions.NoSuchKey:
        pass


def queues():
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="letters")["QueueUrl"]
    assert url.startswith(HERE + "/"), url
    # boto3 holds the MD5 of each body and its attributes against its own.
    sqs.send_message(QueueUrl=url, MessageBody="Grüße 🎈", MessageAttributes={"n": {"DataType": "Number", "StringValue": "1"}})
    received = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=1)["Messages"][0]
    assert received["Body"] == "Grüße 🎈" and received["MessageAttributes"]["n"]["StringValue"] == "1", received
    sqs.delete_message(QueueUrl=url, ReceiptHandle=received["ReceiptHandle"])
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    # The address that the template's Ref gives is AWS's, and leads here too.
    line = boto3.resource("sqs").Queue("https://sqs.us-east-1.amazonaws.com/123456789012/line.fifo")
    sent = line.send_messages(Entries=[
        {"Id": str(n), "MessageBody": str(n), "MessageGroupId": "g", "MessageDeduplicationId": str(n)} for n in range(3)])
    assert len(sent["Successful"]) == 3, sent
    first = line.receive_messages(MaxNumberOfMessages=10)
    assert [message.body for message in first] == ["0", "1", "2"], first
    for message in first:
        message.delete()
    try:
        sqs.get_queue_url(QueueName="none")
        raise AssertionError("there is a queue that nobody declared")
    except sqs.exceptions.QueueDoesNotExist:
        pass


def aws(*words):
    ran = subprocess.run(["aws", *words, "--output", "json"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{' '.join(words)}\n{ran.stderr}"
    return json.loads(ran.stdout) if ran.stdout.strip().startswith("{") else ran.stdout


def command_line():
    assert "parcels" in aws("dynamodb", "list-tables")["TableNames"]
    key = {"id": {"S": "cli"}, "day": {"N": "1"}}
    aws("dynamodb", "put-item", "--table-name", "parcels", "--item", json.dumps(key))
    assert aws("dynamodb", "get-item", "--table-name", "parcels", "--key", json.dumps(key))["Item"] == key
    found = aws("dynamodb", "query", "--table-name", "parcels", "--key-condition-expression", "id = :id",
                "--expression-attribute-values", '{":id": {"S": "cli"}}')
    assert found["Count"] == 1, found
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/long", "wb") as file:
            file.write(LONG)
        aws("s3", "cp", f"{folder}/long", "s3://labels/cli/long", "--no-progress")
        aws("s3", "sync", "s3://labels/cli", f"{folder}/back", "--no-progress")
        with open(f"{folder}/back/long", "rb") as file:
            assert file.read() == LONG
    assert "cli/" in aws("s3", "ls", "s3://labels/")
    with urllib.request.urlopen(aws("s3", "presign", "s3://labels/signed").strip()) as answer:
        assert answer.read() == b"by address"
    aws("s3", "rm", "s3://labels/cli", "--recursive")
    # Version 1 puts a host of its own in the place of an address that is not on its command line.
    sqs = ["sqs", "--endpoint-url", HERE]
    url = aws(*sqs, "get-queue-url", "--queue-name", "letters")["QueueUrl"]
    aws(*sqs, "send-message", "--queue-url", url, "--message-body", "hello")
    message = aws(*sqs, "receive-message", "--queue-url", url)["Messages"][0]
    assert message["Body"] == "hello", message
    aws(*sqs, "delete-message", "--queue-url", url, "--receipt-handle", message["ReceiptHandle"])


for part in (tables, buckets, queues):
    part()
print(f"boto3 {boto3.__version__}: a table, a bucket and queues of a template by AWS_ENDPOINT_URL")
if shutil.which("aws"):
    command_line()
    print("AWS CLI: the same")
