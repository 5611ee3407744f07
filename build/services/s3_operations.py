"""Writes local/Engine/Tasks/Services/s3-operations.json: how the actions of S3 stand on the wire.

What it says comes from the API model that AWS publishes, as botocore carries it:

    python3 build/services/s3_operations.py > local/Engine/Tasks/Services/s3-operations.json
"""
import json

import botocore.session

ACTIONS = """
    AbortMultipartUpload CompleteMultipartUpload CopyObject CreateBucket CreateMultipartUpload DeleteBucket DeleteBucketTagging DeleteObject
    DeleteObjectTagging DeleteObjects GetBucketLocation GetBucketTagging GetBucketVersioning GetObject GetObjectTagging HeadBucket
    HeadObject ListBuckets ListMultipartUploads ListObjectVersions ListObjects ListObjectsV2 ListParts PutBucketTagging
    PutBucketVersioning PutObject PutObjectTagging UploadPart UploadPartCopy""".split()


def shape_of(shape):
    """text, long, boolean, time, {"list": ...} or {"members": ...}; lists say the element of their items unless they are flat."""
    kind = shape.type_name
    if kind == "structure":
        return {"members": {name: named(member, name) for name, member in shape.members.items()}}
    if kind == "list":
        out = {"list": shape_of(shape.member)}
        if not shape.serialization.get("flattened"):
            out["item"] = shape.member.serialization.get("name", "member")
        return out
    return {"integer": "long", "long": "long", "boolean": "boolean", "timestamp": "time"}.get(kind, "text")


def named(member, name):
    """A shape with the element's name where it differs from the member's."""
    element = member.serialization.get("name", name)
    if member.type_name == "list" and member.serialization.get("flattened"):
        element = member.member.serialization.get("name", element) if element == name else element
    shape = shape_of(member)
    if element == name:
        return shape
    return {"shape": shape, "element": element}


def side(shape):
    """Where each member of a request or of an answer stands."""
    out = {"headers": {}, "body": {}}
    if shape is None:
        return {}
    payload = shape.serialization.get("payload")
    for name, member in shape.members.items():
        where = member.serialization.get("location")
        at = member.serialization.get("name", name)
        if where == "uri":
            out.setdefault("path", {})[name] = at
        elif where == "querystring":
            out.setdefault("query", {})[name] = at
        elif where == "headers":
            out["prefix"] = {name: at}
        elif where == "header":
            out["headers"][name] = at if shape_of(member) == "text" else {"header": at, "shape": shape_of(member)}
        elif name == payload and member.type_name == "blob":
            out["content"] = name
        elif name == payload:
            out["root"] = {"member": name, "element": member.serialization.get("name", name), "shape": shape_of(member)}
        else:
            out["body"][name] = named(member, name)
    return {key: value for key, value in out.items() if value}


def main():
    model = botocore.session.get_session().get_service_model("s3")
    lines = []
    for action in ACTIONS:
        operation = model.operation_model(action)
        row = {"method": operation.http["method"], "uri": operation.http["requestUri"],
               "in": side(operation.input_shape), "out": side(operation.output_shape)}
        if operation.http_checksum_required or operation.http_checksum.get("requestChecksumRequired"):
            row["checksum"] = True
        lines.append(f"{json.dumps(action)}: {json.dumps(row, separators=(',', ':'))}")
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    main()
