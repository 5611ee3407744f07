"""Writes local/Engine/Tasks/Services/json-services.txt: one row for each AWS service that speaks a JSON protocol.

What it says comes from the API models that AWS publishes, as botocore carries them:

    python3 build/services/json_services.py > local/Engine/Tasks/Services/json-services.txt
"""
import re

import botocore.session

# Codes that any service may answer with; the SDKs have a class for one only where the service's model has it.
COMMON = set("""
    AccessDeniedException BadRequestException ConflictException InternalFailure InternalServerException InvalidParameterCombination
    InvalidParameterException InvalidParameterValue InvalidRequestException MissingParameter NotFoundException RequestExpired
    ServiceUnavailable ServiceUnavailableException ThrottlingException UnauthorizedException UnsupportedOperation ValidationError
    ValidationException""".split())


def java_name(service_id):
    """The service as the Java SDK names its client: DynamoDB is DynamoDb, CloudWatch Logs is CloudWatchLogs."""
    name = re.sub(r"^(AWS|Amazon) | Service$", "", service_id)
    name = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    name = re.sub(r"([A-Z])([A-Z][a-z])", r"\1 \2", name)
    name = re.sub(r"([0-9])([A-Z][a-z])", r"\1 \2", name)
    return "".join(word[:1].upper() + word[1:].lower() for word in re.split(r"[ -]+", name))


class Members:
    """Names of a service's members whose values are written in another way in state machines than on the wire."""

    def __init__(self):
        self.times, self.blobs, self.maps, self._seen = set(), set(), set(), set()

    def add(self, shape, key=None):
        kind = shape.type_name
        if kind == "structure":
            if shape.name not in self._seen:
                self._seen.add(shape.name)
                for name, member in shape.members.items():
                    self.add(member, member.serialization.get("name", name))
        elif kind == "list":
            self.add(shape.member, key)
        elif kind == "map":
            self.maps.add(key)
            self.add(shape.value, key)
        elif kind == "timestamp" and shape.serialization.get("timestampFormat") in (None, "unixTimestamp"):
            self.times.add(key)
        elif kind == "blob":
            self.blobs.add(key)


def row(model):
    members, lower = Members(), 0
    for name in model.operation_names:
        operation = model.operation_model(name)
        for shape in filter(None, (operation.input_shape, operation.output_shape)):
            members.add(shape)
            lower += sum(1 if name[0].islower() else -1 for name in shape.members)
    codes = {(e.metadata.get("error") or {}).get("code", e.name) for e in model.error_shapes} | {e.name for e in model.error_shapes}
    is_camel = lower > 0
    return [
        java_name(model.metadata["serviceId"]),
        model.metadata["targetPrefix"],
        model.metadata["jsonVersion"],
        model.endpoint_prefix,
        model.signing_name,
        model.metadata["serviceId"].lower().replace(" ", "_").replace("-", "_"),
        "camel" if is_camel else "pascal",
        " ".join(sorted(members.times)),
        " ".join(sorted(members.blobs)),
        " ".join(sorted(members.maps)) if is_camel else "",
        " ".join(sorted(codes & COMMON)),
    ]


def main():
    session = botocore.session.get_session()
    models = (session.get_service_model(name) for name in session.get_available_services())
    rows = sorted(row(model) for model in models if model.metadata["protocol"] == "json")
    print("# Made by build/services/json_services.py; see JsonService for what the columns mean.")
    for cells in rows:
        print("|".join(cells))


if __name__ == "__main__":
    main()
