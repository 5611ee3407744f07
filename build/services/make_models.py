#!/usr/bin/env python3
"""Writes local/Language/Services/aws-services.zip: what every AWS service and each of its actions is, without the documentation.

What it says comes from the API models that AWS publishes with its SDKs, as botocore carries them (Apache-2.0). Run it where botocore is
installed, and commit what it writes; it prints what it left out and why:

    python3 build/services/make_models.py

The archive holds one text for each service, by the name that resources have after `aws-sdk:` (`unzip -p aws-services.zip dynamodb`), so
that one service is read without the others. A text is lines of words:

    service CLIENT ID               the service as the SDK for Java names its client (DynamoDb), and its id, written as facets are
    protocol NAME [VERSION]         json 1.0, rest-json, rest-xml, query, ec2, cbor
    api VERSION                     the API's version
    target PREFIX                   what stands before the action in X-Amz-Target, or the service in CBOR's path
    endpoint PREFIX [HOST REGION]   the first part of AWS's host name; host and signing region of a service that has one host for all regions
    signing NAME                    the service as signatures name it
    xmlns URI                       the name space of its XML
    query-compatible                it tells the codes of its older query API to those who ask

    structure NAME [FACET]…         a shape; its members follow, each in a line that begins with a blank:
     MEMBER[!] SHAPE [FACET]…       ! where it is required; SHAPE is the name of a shape or a plain kind (string, integer, …)
    list NAME SHAPE [FACET]…        the shape of its items
    map NAME SHAPE SHAPE [FACET]…   those of its keys and values
    KIND NAME [FACET]…              string, integer, long, float, double, boolean, timestamp, blob
    action NAME METHOD URI [FACET]… its request is in=SHAPE, its answer out=SHAPE, its exceptions errors=A,B

A facet is a word or word=text, in which \\s is a blank, \\t a tab, \\n a new line and \\\\ a backslash: as (the name on the wire), at (where it is: header,
headers, uri, querystring, statusCode), min, max, enum (A|B), pattern, time (its format), ns (name space, and its prefix after a blank),
payload, error (the code on the wire; its HTTP status after a blank), key and value and item (names of entries and items in XML), root
(the XML root), flat, attribute, token (made up where it is absent), label (part of the host), stream, json (a header of JSON in base64),
document (any JSON), query (its name in EC2's forms), wrapper (the element about a query API's answer), host (what stands before the
host), checksum (the member that names the checksum), md5 and crc32 (a checksum must be there), compressed, unsigned (the payload),
anonymous (no signature), sparse (a list or map that may hold nulls), length (a stream whose length must be told), order (of the elements in XML), sdk (what the SDK for Java
makes a member's name of where that is another), also (a further name that it has).
"""
import gzip
import json
import os
import pathlib
import re
import sys
import zipfile

import botocore
import botocore.session

# Clients whose names the SDK for Java gives otherwise than its rule would.
CLIENTS = {"SFN": "Sfn"}
# Members that it names otherwise than its rule would, from the customizations that it has of each service; the second column is what
# its rule is applied to.
RENAMED = {
    ("DynamoDB", "AttributeValue", "NULL"): "NUL",
    ("DynamoDB Streams", "AttributeValue", "NULL"): "NUL",
    ("EC2", "Image", "Public"): "PublicLaunchPermissions",
    ("EC2", "FpgaImage", "Public"): "isPublic",
    ("S3", "CopyObjectRequest", "Bucket"): "DestinationBucket",
    ("S3", "CopyObjectRequest", "Key"): "DestinationKey",
    ("S3", "UploadPartCopyRequest", "Bucket"): "DestinationBucket",
    ("S3", "UploadPartCopyRequest", "Key"): "DestinationKey",
}
# Of these the older name, which follows the rule, is good too.
STILL_GOOD = {"DestinationBucket", "DestinationKey"}
PROTOCOLS = {"smithy-rpc-v2-cbor": "cbor"}
# What no request of a Task can be: a Task waits for one answer.
STREAMS = "its answer or request is a stream of events"


def words(text):
    """The words of a name, as the SDK for Java parts them."""
    text = re.sub(r"[^A-Za-z0-9]+", " ", text)
    text = re.sub(r"([^a-z]{2,})v([0-9]+)", r"\1 v\2 ", text)
    text = re.sub(r"([^A-Z]{2,})V([0-9]+)", r"\1 V\2 ", text)
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-zA-Z0-9])", " ", text)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", text)
    text = re.sub(r"([0-9])([a-zA-Z])", r"\1 \2", text)
    return text.split()


def client(service_id):
    """DynamoDB is DynamoDb, CloudWatch Logs is CloudWatchLogs, Amazon MQ is Mq."""
    name = "".join(word[:1].upper() + word[1:].lower() for word in words(service_id))
    for prefix in ("Amazon", "Aws"):
        name = name.removeprefix(prefix)
    return CLIENTS.get(service_id, name.removesuffix("Service"))


def escaped(text):
    return str(text).replace("\\", "\\\\").replace(" ", "\\s").replace("\n", "\\n").replace("\t", "\\t")


class Facets:
    def __init__(self):
        self.words = []

    def flag(self, word, given):
        if given:
            self.words.append(word)

    def text(self, word, given):
        if given is not None:
            self.words.append(f"{word}={escaped(given)}")

    def space(self, given):
        if given:
            self.text("ns", f"{given['uri']} {given['prefix']}" if "prefix" in given else given["uri"])

    def __str__(self):
        return "".join(f" {word}" for word in self.words)


class Service:
    def __init__(self, model, endpoints):
        self.model, self.meta, self.shapes = model._service_description, model.metadata, model._service_description["shapes"]
        self.protocol, self.endpoint, self.signing = model.resolved_protocol, model.endpoint_prefix, model.signing_name
        self.endpoints, self.lines, self.done, self.left_out = endpoints, [], set(), []
        self.client = client(self.meta["serviceId"])

    def text(self):
        meta = self.meta
        self.line("service", self.client, escaped(meta["serviceId"]))
        self.line("protocol", PROTOCOLS.get(self.protocol, self.protocol), meta.get("jsonVersion", "") if self.protocol == "json" else "")
        self.line("api", meta["apiVersion"])
        if meta.get("targetPrefix"):
            self.line("target", meta["targetPrefix"])
        host = self.endpoints.get(self.endpoint)
        self.line("endpoint", self.endpoint, *(host or ()))
        if meta["signatureVersion"] != "bearer":
            self.line("signing", self.signing)
        if isinstance(meta.get("xmlNamespace"), str):
            self.line("xmlns", meta["xmlNamespace"])
        if "awsQueryCompatible" in meta:
            self.line("query-compatible")
        actions = [self.action(name, operation) for name, operation in sorted(self.model["operations"].items())]
        for name, shape in sorted(self.shapes.items()):
            if shape.get("exception") or "error" in shape:
                self.shape(name)
        return "\n".join([*self.lines, *filter(None, actions), ""])

    def line(self, *parts):
        self.lines.append(" ".join(str(part) for part in parts if part != ""))

    def streams(self, name, seen=()):
        shape = self.shapes[name]
        if shape.get("eventstream"):
            return True
        return shape["type"] == "structure" and not seen and any(self.streams(of["shape"], (name,)) for of in shape["members"].values())

    def action(self, name, operation):
        sides = [operation[side]["shape"] for side in ("input", "output") if side in operation]
        if any(self.streams(side) for side in sides):
            self.left_out.append(f"{self.client.lower()}:{name}")
            return None
        facets, http = Facets(), operation["http"]
        if "input" in operation:
            facets.text("in", self.shape(operation["input"]["shape"]))
            facets.text("root", operation["input"].get("locationName"))
            facets.space(operation["input"].get("xmlNamespace"))
        if "output" in operation:
            facets.text("out", self.shape(operation["output"]["shape"]))
            facets.text("wrapper", operation["output"].get("resultWrapper"))
        facets.text("host", operation.get("endpoint", {}).get("hostPrefix"))
        checksum = operation.get("httpChecksum", {})
        facets.text("checksum", checksum.get("requestAlgorithmMember"))
        facets.flag("crc32", checksum.get("requestChecksumRequired"))
        facets.flag("md5", operation.get("httpChecksumRequired"))
        facets.flag("compressed", "requestcompression" in operation)
        facets.flag("unsigned", operation.get("authtype") == "v4-unsigned-body" or operation.get("unsignedPayload"))
        facets.flag("anonymous", operation.get("authtype") == "none" or operation.get("auth") == ["smithy.api#noAuth"])
        errors = [error["shape"] for error in operation.get("errors", ())]
        facets.text("errors", ",".join(errors) or None)
        return f"action {name} {http['method']} {http['requestUri']}{facets}"

    def shape(self, name):
        """Writes a shape once; gives what stands for it where it is referred to."""
        shape = self.shapes[name]
        kind = "string" if shape["type"] == "character" else shape["type"]
        facets = Facets()
        for facet in ("min", "max"):
            facets.text(facet, shape.get(facet))
        facets.text("enum", "|".join(shape["enum"]) if "enum" in shape else None)
        facets.text("time", shape.get("timestampFormat"))
        facets.text("pattern", shape.get("pattern"))
        facets.flag("flat", shape.get("flattened"))
        facets.flag("stream", shape.get("streaming"))
        facets.flag("length", shape.get("requiresLength"))
        facets.flag("sparse", shape.get("sparse"))
        if kind == "structure":
            facets.text("payload", shape.get("payload"))
            facets.text("root", shape.get("locationName"))
            facets.space(shape.get("xmlNamespace"))
            facets.flag("document", shape.get("document"))
            facets.text("order", ",".join(shape["xmlOrder"]) if "xmlOrder" in shape else None)
            if shape.get("exception") or "error" in shape:
                error = shape.get("error", {})
                facets.text("error", " ".join([error.get("code", name), *([str(error["httpStatusCode"])] if "httpStatusCode" in error else [])]))
        elif kind == "list":
            facets.text("item", shape["member"].get("locationName"))
            facets.space(shape["member"].get("xmlNamespace"))
        elif kind == "map":
            facets.text("key", shape["key"].get("locationName"))
            facets.text("value", shape["value"].get("locationName"))
        elif not facets.words:
            return kind
        if name in self.done:
            return name
        self.done.add(name)
        at = len(self.lines)
        if kind == "structure":
            required = shape.get("required", ())
            lines = [f"structure {name}{facets}", *(self.member(name, its, of, its in required) for its, of in shape["members"].items())]
        elif kind == "list":
            lines = [f"list {name} {self.shape(shape['member']['shape'])}{facets}"]
        elif kind == "map":
            lines = [f"map {name} {self.shape(shape['key']['shape'])} {self.shape(shape['value']['shape'])}{facets}"]
        else:
            lines = [f"{kind} {name}{facets}"]
        self.lines[at:at] = lines
        return name

    def member(self, owner, name, of, required):
        facets = Facets()
        renamed = RENAMED.get((self.meta["serviceId"], owner, name))
        facets.text("also" if renamed in STILL_GOOD else "sdk", renamed)
        # A list may say itself what it is called.
        inherited = self.shapes[of["shape"]]
        facets.text("as", of.get("locationName", inherited.get("locationName") if inherited["type"] in ("list", "map") else None))
        facets.text("at", of.get("location"))
        facets.text("query", of.get("queryName"))
        facets.text("time", of.get("timestampFormat"))
        facets.space(of.get("xmlNamespace"))
        facets.flag("flat", of.get("flattened"))
        facets.flag("attribute", of.get("xmlAttribute"))
        facets.flag("token", of.get("idempotencyToken"))
        facets.flag("label", of.get("hostLabel"))
        facets.flag("stream", of.get("streaming"))
        facets.flag("json", of.get("jsonvalue"))
        return f" {name}{'!' if required else ''} {self.shape(of['shape'])}{facets}"


def global_endpoints():
    path = pathlib.Path(botocore.__file__).parent / "data" / "endpoints.json"
    for prefix, service in json.loads(path.read_text())["partitions"][0]["services"].items():
        endpoint = service["endpoints"].get(service.get("partitionEndpoint"), {})
        if service.get("isRegionalized") is False and "hostname" in endpoint:
            yield prefix, (endpoint["hostname"], endpoint.get("credentialScope", {}).get("region", "us-east-1"))


def main():
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "local/Language/Services/aws-services.zip")
    session, endpoints, texts, left_out = botocore.session.get_session(), dict(global_endpoints()), {}, []
    for name in session.get_available_services():
        model = session.get_service_model(name)
        service = Service(model, endpoints)
        if model.metadata["signatureVersion"] == "v2":
            left_out.append(f"{name}: its signatures are of the old kind")
            continue
        if service.client.lower() in texts:
            left_out.append(f"{name}: another of the same name, {service.client}, came before it")
            continue
        texts[service.client.lower()] = service.text()
        left_out += [f"{action}: {STREAMS}" for action in service.left_out]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in sorted(texts.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED, 9)
    print("\n".join(left_out))
    print(f"{len(texts)} services, {sum(text.count(chr(10) + 'action ') for text in texts.values())} actions, "
          f"{sum(map(len, texts.values())):,} characters in {out.stat().st_size:,} bytes")


main()
