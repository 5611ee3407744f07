"""HTTP answers as services of each protocol write them, for both sides to read. See https://smithy.io/2.0/aws/protocols/."""
import base64
import email.utils
import json
import xml.sax.saxutils as sax

from botocore.serialize import JSONSerializer, RpcV2CBORSerializer
from botocore.utils import is_json_value_header

REQUEST = "c2a5e4c0-0000-4000-8000-5e2f00000001"


def answer(operation, values):
    """Status, headers and body of a success; the length that it tells is that of the body."""
    status, headers, body = success(operation, values)
    headers = {name: text for name, text in headers.items() if name.lower() != "content-length"}
    return status, {**headers, "content-length": str(len(body))}, body


def success(operation, values):
    protocol, shape = operation.service_model.resolved_protocol, operation.output_shape
    headers = {"x-amzn-requestid": REQUEST}
    if protocol == "json":
        return 200, {**headers, "content-type": f"application/x-amz-json-{operation.metadata['jsonVersion']}"}, json_body(shape, values)
    if protocol == "smithy-rpc-v2-cbor":
        return 200, {**headers, "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, cbor(shape, values)
    if protocol == "query":
        return 200, {**headers, "content-type": "text/xml"}, query(operation, shape, values)
    if protocol == "ec2":
        space = sax.quoteattr(operation.metadata["xmlNamespace"]) if "xmlNamespace" in operation.metadata else '""'
        name = f"{operation.name}Response"
        text = f"<{name} xmlns={space}><requestId>{REQUEST}</requestId>{xml_members(shape, values) if shape else ''}</{name}>"
        return 200, {**headers, "content-type": "text/xml;charset=UTF-8"}, declared(text)
    status = operation.http.get("responseCode", 200)
    return rest(operation, shape, values, protocol, headers, status)


def rest(operation, shape, values, protocol, headers, status):
    if shape is None:
        return status, headers, b"{}" if protocol == "rest-json" else b""
    in_body, space = {}, operation.metadata.get("xmlNamespace")
    for name, value in values.items():
        member = shape.members[name]
        location = member.serialization.get("location")
        if location == "statusCode":
            status = value
        elif location == "headers":
            headers.update({member.serialization.get("name", "") + key: text for key, text in value.items()})
        elif location == "header":
            headers[member.serialization.get("name", name)] = header(member, value)
        else:
            in_body[name] = value
    payload = shape.serialization.get("payload")
    if payload is None:
        if protocol == "rest-json":
            return status, {**headers, "content-type": "application/json"}, json_body(shape, in_body)
        if all("location" in member.serialization for member in shape.members.values()):
            return status, headers, b""
        if operation.name == "GetBucketLocation":
            # The one answer that the model does not tell as it is.
            name, region = "LocationConstraint", in_body.get("LocationConstraint", "")
            return status, headers, declared(xml_element(name, shape.members[name], region))
        name = f"{operation.name}Response"
        return status, {**headers, "content-type": "application/xml"}, declared(xml_element(name, shape, in_body, space))
    value, member = in_body.get(payload), shape.members[payload]
    if value is None:
        return status, headers, b""
    if member.type_name == "blob":
        return status, headers, value
    if member.type_name == "string":
        return status, headers, value.encode()
    if protocol == "rest-json":
        return status, {**headers, "content-type": "application/json"}, json_body(member, value)
    root = member.serialization.get("name", payload)
    return status, {**headers, "content-type": "application/xml"}, declared(xml_element(root, member, value, space))


def json_body(shape, values):
    if shape is None:
        return b"{}"
    body = {}
    if getattr(shape, "is_document_type", False):
        return json.dumps(values, ensure_ascii=False).encode()
    if shape.type_name != "structure":
        JSONSerializer()._serialize(body, values, shape, "it")
        return json.dumps(body["it"], ensure_ascii=False).encode()
    JSONSerializer()._serialize(body, values, shape)
    return json.dumps(body, ensure_ascii=False).encode()


def cbor(shape, values):
    if shape is None:
        return b"\xa0"
    body = bytearray()
    RpcV2CBORSerializer()._serialize_data_item(body, values, shape)
    return bytes(body)


def header(shape, value):
    if shape.type_name == "list":
        return ", ".join(header(shape.member, item) for item in value)
    if is_json_value_header(shape):
        return base64.b64encode(json.dumps(value).encode()).decode()
    if shape.type_name == "timestamp" and shape.serialization.get("timestampFormat") is None:
        return email.utils.format_datetime(value, usegmt=True)
    return scalar(shape, value)


def scalar(shape, value):
    """A value as text in XML or a header."""
    if shape.type_name == "boolean":
        return "true" if value else "false"
    if shape.type_name == "timestamp":
        form = shape.serialization.get("timestampFormat", "iso8601")
        if form == "iso8601":
            return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
        if form == "rfc822":
            return email.utils.format_datetime(value, usegmt=True)
        return str(int(value.timestamp()) if not value.microsecond else round(value.timestamp(), 3))
    if shape.type_name == "blob":
        return base64.b64encode(value).decode()
    return str(value)


def query(operation, shape, values):
    space = sax.quoteattr(operation.metadata.get("xmlNamespace", "https://example.amazonaws.com/doc/"))
    name, parts = f"{operation.name}Response", ""
    if shape is not None:
        wrapper = shape.serialization.get("resultWrapper")
        parts = xml_members(shape, values)
        parts = f"<{wrapper}>{parts}</{wrapper}>" if wrapper else parts
    return declared(f"<{name} xmlns={space}>{parts}<ResponseMetadata><RequestId>{REQUEST}</RequestId></ResponseMetadata></{name}>")


def declared(text):
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def xml_members(shape, values):
    return "".join(
        xml_member(name, shape.members[name], value) for name, value in values.items()
        if not shape.members[name].serialization.get("xmlAttribute"))


def xml_member(name, member, value):
    flat, wire = member.serialization.get("flattened"), member.serialization.get("name", name)
    if member.type_name == "list" and flat:
        return "".join(xml_element(member.member.serialization.get("name") or wire, member.member, item) for item in value)
    if member.type_name == "map" and flat:
        return "".join(f"<{wire}>{entry(member, *pair)}</{wire}>" for pair in value.items())
    return xml_element(wire, member, value)


def entry(shape, key, value):
    return (xml_element(shape.key.serialization.get("name", "key"), shape.key, key)
            + xml_element(shape.value.serialization.get("name", "value"), shape.value, value))


def xml_element(name, shape, value, space=None):
    attributes = ""
    if space:
        attributes += f" xmlns={sax.quoteattr(space)}"
    if shape.type_name == "structure":
        if prefix := shape.serialization.get("xmlNamespace", {}).get("prefix"):
            attributes += f" xmlns:{prefix}={sax.quoteattr(shape.serialization['xmlNamespace']['uri'])}"
        attributes += "".join(
            f" {shape.members[its]._shape_model.get('locationName') or shape.members[its].serialization['name']}={sax.quoteattr(str(of))}"
            for its, of in value.items() if shape.members[its].serialization.get("xmlAttribute"))
        inner = xml_members(shape, value)
    elif shape.type_name == "list":
        inner = "".join(xml_element(shape.member.serialization.get("name", "member"), shape.member, item) for item in value)
    elif shape.type_name == "map":
        inner = "".join(f"<entry>{entry(shape, *pair)}</entry>" for pair in value.items())
    else:
        inner = sax.escape(scalar(shape, value))
    return f"<{name}{attributes}>{inner}</{name}>"


def error(service_model, code, wire_code, status, message):
    """Status, headers and body of a refusal. The code in the model is not always the one on the wire."""
    protocol, headers = service_model.resolved_protocol, {"x-amzn-requestid": REQUEST}
    if protocol in ("json", "smithy-rpc-v2-cbor", "rest-json"):
        body = {"message": message}
        if protocol == "rest-json":
            headers["x-amzn-errortype"] = f"{code}:http://internal.amazon.com/coral/com.amazon.coral.service/"
        else:
            body = {"__type": f"com.amazonaws.example.v1#{code}", **body}
        if "awsQueryCompatible" in service_model.metadata:
            headers["x-amzn-query-error"] = f"{wire_code};Sender"
        if protocol == "smithy-rpc-v2-cbor":
            encoded, writer = bytearray(b"\xa2"), RpcV2CBORSerializer()
            for text in (part for pair in body.items() for part in pair):
                writer._serialize_type_string(encoded, text, None, None)
            return status, {**headers, "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"}, bytes(encoded)
        return status, {**headers, "content-type": "application/json"}, json.dumps(body, ensure_ascii=False).encode()
    inner = f"<Code>{sax.escape(wire_code)}</Code><Message>{sax.escape(message)}</Message>"
    if protocol == "ec2":
        text = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>{REQUEST}</RequestID></Response>"
    elif service_model.service_name == "s3":
        text = f"<Error>{inner}<RequestId>{REQUEST}</RequestId><HostId>host</HostId></Error>"
    else:
        space = f" xmlns={sax.quoteattr(service_model.metadata['xmlNamespace'])}" if "xmlNamespace" in service_model.metadata else ""
        text = f"<ErrorResponse{space}><Error><Type>Sender</Type>{inner}</Error><RequestId>{REQUEST}</RequestId></ErrorResponse>"
    return status, {**headers, "content-type": "text/xml"}, declared(text)
