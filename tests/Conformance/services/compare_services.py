#!/usr/bin/env python3
"""Compares our requests and answers of AWS actions with those of botocore.

For each action it makes random parameters from botocore's model and lets botocore and us make the request of them: method, path, query,
host prefix, headers and body must be the same bytes. It makes a random answer, and one modeled and one unmodeled error for each service,
which both must read alike. Nothing goes over the network.

    python3 tests/Conformance/services/compare_services.py                     2,000 actions of all protocols
    python3 tests/Conformance/services/compare_services.py --all               every action of every service
    python3 tests/Conformance/services/compare_services.py --only s3:PutObject --rounds 50

What is compared in another way than as bytes: JSON bodies are read and written again before, since botocore writes blanks after commas and
colons and all but ASCII as escapes; so order and numbers count, blanks do not, and checksums of such a body must be those of our bytes.
Headers' order does not count, nor do User-Agent, date, signature, invocation id and retry count. What is left out stands with its reason
in exclusions.json. A service that botocore knows more than one protocol of is compared in each. The same seed makes the
same values for an action, whatever else is compared.
"""
import argparse
import base64
import binascii
import functools
import gzip
import hashlib
import io
import itertools
import json
import logging
import multiprocessing
import os
import pathlib
import random
import struct
import subprocess
import sys
import threading
import types
from collections import Counter

try:
    import botocore.auth
    import botocore.awsrequest
    import botocore.config
    import botocore.exceptions
    import botocore.handlers
    import botocore.serialize
    import botocore.session
    from botocore.tokens import FrozenAuthToken
except ImportError:
    sys.exit("The comparison of services needs botocore: pip install botocore")

import answers
import rules as exclusions
from values import Values, api_form, content_of, differences, short

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "tests/Conformance/bin/Release/net10.0/Conformance.dll"
HOST = "127.0.0.1:4566"
TOKEN = "5e1ec7ed-0000-4000-8000-00000000cafe"
UNCOMPARED = {
    "user-agent", "x-amz-user-agent", "date", "x-amz-date", "authorization", "x-amz-content-sha256", "x-amz-security-token",
    "amz-sdk-invocation-id", "amz-sdk-request", "host", "content-length",
}
CHECKSUMS = {
    "content-md5": lambda body: hashlib.md5(body).digest(),
    "x-amz-checksum-crc32": lambda body: struct.pack(">I", binascii.crc32(body)),
    "x-amz-checksum-sha1": lambda body: hashlib.sha1(body).digest(),
    "x-amz-checksum-sha256": lambda body: hashlib.sha256(body).digest(),
}
MESSAGE = 'No "order" é <7> & such: ask again'
UNMODELED = "UnheardOfTrouble"


class Ours:
    """Our program, which answers cases."""

    def __init__(self):
        self.process = subprocess.Popen(["dotnet", str(PROGRAM), "services"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, cases):
        lines = b"".join(json.dumps(case).encode() + b"\n" for case in cases) + b"\n"
        writer = threading.Thread(target=self._write, args=(lines,))
        writer.start()
        got = [self.process.stdout.readline() for _ in cases]
        writer.join()
        if got and not got[-1]:
            raise SystemExit("Our program ended before it answered")
        return [json.loads(line) for line in got]

    def _write(self, lines):
        self.process.stdin.write(lines)
        self.process.stdin.flush()


class Theirs:
    """botocore without its network."""

    def __init__(self, left_out):
        botocore.handlers.BUILTIN_HANDLERS = [
            handler for handler in botocore.handlers.BUILTIN_HANDLERS if getattr(handler[1], "__name__", "") not in left_out]
        botocore.handlers.uuid = types.SimpleNamespace(uuid4=lambda: TOKEN)
        # botocore cuts times to seconds or writes them with microseconds, but for services that ask for milliseconds. AWS takes
        # milliseconds, and the SDK for Java, with which Step Functions speaks, sends as many digits as there are.
        botocore.serialize.Serializer._timestamp_iso8601 = lambda _, time: (
            time.strftime("%Y-%m-%dT%H:%M:%S") + (f".{time.microsecond // 1000:03}Z" if time.microsecond else "Z"))
        botocore.serialize.Serializer._timestamp_unixtimestamp = lambda _, time: (
            round(time.timestamp(), 3) if time.microsecond else int(time.timestamp()))
        # Signatures for all regions need an extension in C; that a request has one is all that is looked at.
        botocore.auth.AUTH_TYPE_MAPS.setdefault("v4a", botocore.auth.SigV4Auth)
        self.session = botocore.session.Session(profile=None)
        self.session.set_config_variable("config_file", os.devnull)
        self.session.set_credentials("AKIDEXAMPLE", "secret")
        self.session.register_component("token_provider", types.SimpleNamespace(load_token=lambda **_: FrozenAuthToken("token")))
        self.session.register("before-send", self._send)
        self.client = self.sent = self.answer = None

    def open(self, service, protocol):
        """Makes the client; in the protocol, where the service has more than one."""
        loader = self.session.get_component("data_loader")

        def load(*arguments, **options):
            model = type(loader).load_service_model(loader, *arguments, **options)
            return {**model, "metadata": {**model["metadata"], "protocols": [protocol]}} if "metadata" in model else model

        loader.load_service_model = load
        self.client = self.session.create_client(
            service, region_name="us-east-1", endpoint_url=f"http://{HOST}",
            config=botocore.config.Config(retries={"total_max_attempts": 1, "mode": "standard"}, parameter_validation=False))

    def call(self, action, parameters, answer):
        """The request that went out, and what botocore made of the answer or the exception in its place."""
        self.sent, self.answer = None, answer
        try:
            parsed = self.client._make_api_call(action, parameters)
            parsed.pop("ResponseMetadata", None)
            for name, value in parsed.items():
                if hasattr(value, "read"):
                    parsed[name] = value.read()
        except Exception as exception:  # Whatever botocore refuses is a case that says so.
            return self.sent, exception
        return self.sent, parsed

    def _send(self, request, **_):
        body = request.body.read() if hasattr(request.body, "read") else request.body
        body = body.encode() if isinstance(body, str) else bytes(body or b"")
        headers = {name: value.decode() if isinstance(value, bytes) else str(value) for name, value in request.headers.items()}
        self.sent = types.SimpleNamespace(method=request.method, url=request.url, headers=headers, body=body)
        status, headers, body = self.answer
        return botocore.awsrequest.AWSResponse(
            request.url, status, botocore.compat.HTTPHeaders.from_dict(headers), Raw(body))


class Raw(io.BytesIO):
    def stream(self, **_):
        return iter((self.getvalue(),))


class Comparison:
    """One service's actions, compared."""

    def __init__(self, ours, theirs, all_rules, service, seed):
        self.ours, self.theirs, self.all_rules, self.service, self.seed = ours, theirs, all_rules, service, seed
        self.counts, self.used, self.found, self.cases = Counter(), Counter(), [], []

    def run(self, name, protocol, actions, rounds):
        self.theirs.open(name, protocol)
        model, self.protocol = self.theirs.client.meta.service_model, protocol
        for action, turn in itertools.product(actions, range(rounds)):
            self.add_action(model.operation_model(action), turn)
        self.add_errors(model, actions)
        replies = self.ours.ask([{**case, "protocol": protocol} for case, _ in self.cases])
        for (_, compare), reply in zip(self.cases, replies):
            compare(reply)

    def add_action(self, operation, turn):
        action = operation.name
        rules = exclusions.Rules(self.all_rules, self.service, action, self.used)
        self.counts[self.protocol, "actions"] += turn == 0
        if rules.skips("action"):
            return
        chance = random.Random(f"{self.seed}:{self.service}:{action}:{turn}")
        parameters = Values(chance, self.protocol, rules, "request").members(operation.input_shape) if operation.input_shape else {}
        output = Values(chance, self.protocol, rules, "answer").members(operation.output_shape) if operation.output_shape else {}
        answer = answers.answer(operation, output)
        payload, content = content_of(operation.input_shape, parameters)
        question = {"service": self.service, "action": action, "token": TOKEN, "parameters": {}}
        if operation.input_shape:
            apart = {name: value for name, value in parameters.items() if name != payload}
            question["parameters"] = api_form(operation.input_shape, apart)
        if content is not None:
            question["content"] = base64.b64encode(content).decode()
        sent, parsed = self.theirs.call(action, dict(parameters), answer)
        if sent is None:
            self.tell("request", "unmade", action, question["parameters"], [f"botocore made none: {parsed!r}"])
            return
        self.cases.append((question, lambda reply: self.compare_request(rules, operation, question, sent, reply)))
        if not rules.skips("answer"):
            asked = self.reading(action, answer)
            self.cases.append((asked, lambda reply: self.compare_answer(rules, operation, answer, parsed, reply)))

    def reading(self, action, answer):
        """The case that asks us what an answer says."""
        status, headers, body = answer
        return {
            "service": self.service, "action": action, "status": status, "headers": list(headers.items()),
            "body": base64.b64encode(body).decode(),
        }

    def compare_request(self, rules, operation, question, sent, reply):
        if "failed" in reply:
            return self.tell("request", "different", operation.name, question["parameters"], [reply["failed"]])
        found = []
        host, _, target = sent.url.removeprefix("http://").partition("/")
        theirs = {"method": sent.method, "target": f"/{target}", "host": host.removesuffix(HOST)}
        for part, value in theirs.items():
            if value != reply[part] and not (part == "host" and rules.ignores_host()):
                found.append(f"{part}: theirs {value!r}, ours {reply[part]!r}")
        body, is_json = base64.b64decode(reply["body"]), False
        headers = {name.lower(): value for name, value in reply["headers"]}
        ours, their_body = body, sent.body
        if self.protocol in ("json", "rest-json") and content_of(operation.input_shape, {})[0] is None:
            try:
                ours, is_json = json.dumps(json.loads(body)).encode(), True
            except ValueError:
                pass
        if "gzip" in headers.get("content-encoding", ""):
            ours, their_body = gzip.decompress(body), gzip.decompress(their_body)
        if ours != their_body:
            found.append(f"body: theirs {short(their_body)}, ours {short(ours)}")
        # Where our request has one of those, a member says it.
        their_headers = {name.lower(): value for name, value in sent.headers.items() if name.lower() not in UNCOMPARED.difference(headers)}
        for name in sorted({*their_headers, *headers}):
            theirs, ours = their_headers.get(name), headers.get(name)
            if theirs == ours or rules.ignores_header(name):
                continue
            if is_json and name in CHECKSUMS and theirs and ours == base64.b64encode(CHECKSUMS[name](body)).decode():
                continue
            found.append(f"header {name}: theirs {theirs!r}, ours {ours!r}")
        found += self.signature(sent, reply)
        found = [text for text in found if not rules.explains("request", text, text)]
        self.tell("request", "different" if found else "equal", operation.name, question, found)

    @staticmethod
    def signature(sent, reply):
        """Whether both sign the request, as a request to the same service. Bearers' tokens are no signature."""
        authorization = sent.headers.get("Authorization", "")
        theirs = authorization.split("/")[3] if authorization.startswith("AWS4-HMAC-SHA256") else ""
        ours = "" if reply["anonymous"] else reply["signing"]
        if theirs != ours:
            yield f"signed for: theirs {theirs!r}, ours {ours!r}"

    def compare_answer(self, rules, operation, answer, parsed, reply):
        if isinstance(parsed, Exception):
            return self.tell("answer", "unmade", operation.name, answer, [f"botocore read none: {parsed!r}"])
        if "members" not in reply:
            return self.tell("answer", "different", operation.name, answer, [reply.get("failed") or f"ours is the error {reply}"])
        members, shape = reply["members"], operation.output_shape
        if shape is None:
            found = [f"ours has {short(members)}, where there is nothing"] if members else []
        else:
            payload, _ = content_of(shape, {})
            if payload is not None and (reply["content"] or parsed.get(payload)):
                members = {**members, payload: reply["content"]}
            elif payload is not None:
                parsed.pop(payload, None)
            for name, member in shape.members.items():
                # An empty map where no header begins so is told or not; Step Functions tells it of S3's metadata.
                if member.serialization.get("location") == "headers" and not parsed.get(name) and not members.get(name):
                    parsed.pop(name, None)
                    members = {other: value for other, value in members.items() if other != name}
            found = [text for text in differences(shape, parsed, members) if not rules.explains("answer", text, text)]
        self.tell("answer", "different" if found else "equal", operation.name, (*answer[:2], answer[2].decode(errors="replace")), found)

    def add_errors(self, model, actions):
        chance = random.Random(f"{self.seed}:{self.service}:errors")
        action = chance.choice(sorted(actions))
        operation = model.operation_model(action)
        rules = exclusions.Rules(self.all_rules, self.service, action, self.used)
        if rules.skips("action") or rules.skips("error"):
            return
        told = [(UNMODELED, UNMODELED, 400)]
        if modeled := sorted(model.error_shapes, key=lambda shape: shape.name):
            shape = chance.choice(modeled)
            details = shape.metadata.get("error", {})
            told.append((shape.name, details.get("code", shape.name), details.get("httpStatusCode", 400)))
        parameters = Values(chance, self.protocol, rules, "request").members(operation.input_shape) if operation.input_shape else {}
        for code, wire_code, status in told:
            answer = answers.error(model, code, wire_code, max(status, 400), MESSAGE)
            _, parsed = self.theirs.call(action, dict(parameters), answer)
            compare = functools.partial(self.compare_error, rules, action, answer, parsed)
            self.cases.append((self.reading(action, answer), compare))

    def compare_error(self, rules, action, answer, parsed, reply):
        if not isinstance(parsed, botocore.exceptions.ClientError):
            return self.tell("error", "unmade", action, answer, [f"botocore read none: {parsed!r}"])
        theirs = parsed.response["Error"]
        if "code" not in reply:
            return self.tell("error", "different", action, answer, [f"theirs {theirs}, ours {short(reply)}"])
        # Where a service tells the code of its older query API too, botocore gives that one for the other.
        code = theirs.get("QueryErrorCode", theirs.get("Code")), theirs["Code"] if "QueryErrorCode" in theirs else None
        found = []
        if code != (reply["code"], reply["query"]):
            found.append(f"code: theirs {code}, ours {(reply['code'], reply['query'])}")
        if theirs.get("Message", "") != reply["message"]:
            found.append(f"message: theirs {theirs.get('Message')!r}, ours {reply['message']!r}")
        found = [text for text in found if not rules.explains("error", text, text)]
        self.tell("error", "different" if found else "equal", action, answer, found)

    def tell(self, side, verdict, action, case, found):
        self.counts[self.protocol, f"{side} {verdict}"] += 1
        if found:
            self.found.append((side, f"{self.service}:{action}", found, short(case)))


WORKER = {}


def start_worker(all_rules):
    logging.disable(logging.CRITICAL)
    WORKER.update(ours=Ours(), theirs=Theirs(exclusions.handlers_left_out(all_rules)), rules=all_rules)


def compare(task):
    name, service, protocol, actions, seed, rounds = task
    comparison = Comparison(WORKER["ours"], WORKER["theirs"], WORKER["rules"], service, seed)
    comparison.run(name, protocol, actions, rounds)
    return comparison.counts, comparison.used, comparison.found


def listed_ours():
    """Our services with their actions."""
    lines = subprocess.run(["dotnet", str(PROGRAM), "services", "--list"], stdout=subprocess.PIPE, check=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def listed():
    """Our services and actions, each service with botocore's name for it and its protocols, the one that both prefer first."""
    ours = {service["id"]: service for service in listed_ours()}
    session = botocore.session.Session(profile=None)
    for name in session.get_available_services():
        model = session.get_service_model(name)
        service = ours.pop(model.metadata["serviceId"], None)
        if service:
            known = set(model.operation_names)
            others = [protocol for protocol in model.metadata.get("protocols", ()) if protocol != model.resolved_protocol]
            shared = [action for action in service["actions"] if action in known]
            unmatched = [f"{service['service']}:{action}" for action in known.symmetric_difference(service["actions"])]
            yield name, service["service"], [model.resolved_protocol, *others], shared, unmatched
        else:
            yield name, None, [], [], [f"{name}: no such service in ours"]
    for service in ours.values():
        yield None, service["service"], [], [], [f"{service['service']}: no such service in botocore"]


def chosen(services, options):
    """Services, protocols and actions: all, those asked for, or a sample in which every protocol has its share."""
    every = [(service, protocol, action) for _, service, protocols, actions, _ in services for protocol in protocols for action in actions]
    if options.only:
        service, _, action = options.only.partition(":")
        return {one for one in every if one[0] == service and action in ("", one[2])}
    if options.all or options.sample >= len(every):
        return set(every)
    chance, sample = random.Random(options.seed), set()
    for protocol in sorted({protocol for _, protocol, _ in every}):
        own = [one for one in every if one[1] == protocol]
        sample.update(chance.sample(own, min(len(own), options.sample // 40)))
    rest = [one for one in every if one not in sample]
    return sample.union(chance.sample(rest, max(0, options.sample - len(sample))))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", default="1", help="what the values are made from (1)")
    parser.add_argument("--sample", type=int, default=2000, metavar="N", help="how many actions (2000)")
    parser.add_argument("--all", action="store_true", help="every action of every service")
    parser.add_argument("--only", metavar="SERVICE[:Action]", help="one service, as resources name it after aws-sdk:, or one action")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="how often each is compared, with other values each time (1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="how many processes compare (one for each processor)")
    parser.add_argument("--show", type=int, default=20, metavar="N", help="how many differences are shown (20)")
    options = parser.parse_args()
    if not PROGRAM.exists():
        sys.exit("Build it first: dotnet build -c Release tests/Conformance")
    all_rules, services = exclusions.read(), list(listed())
    wanted = chosen(services, options)
    if not wanted:
        sys.exit(f"There is no {options.only}")
    tasks = []
    for name, service, protocols, actions, _ in services:
        for protocol in protocols:
            mine = [action for action in actions if (service, protocol, action) in wanted]
            # Parts of a large service are compared at the same time.
            tasks += [(name, service, protocol, mine[at:at + 150], options.seed, options.rounds) for at in range(0, len(mine), 150)]
    tasks.sort(key=lambda task: -len(task[3]))
    counts, used, found = Counter(), Counter(), []
    with multiprocessing.Pool(options.jobs, start_worker, (all_rules,)) as pool:
        for its_counts, its_used, its_found in pool.imap_unordered(compare, tasks):
            counts.update(its_counts)
            used.update(its_used)
            found += its_found
    return report(options, all_rules, services, counts, used, sorted(found, key=lambda one: one[:2]))


def report(options, all_rules, services, counts, used, found):
    for side, action, texts, case in found[:options.show]:
        print(f"{side} of {action}")
        print("\n".join(f"    {text}" for text in texts[:6]))
        print(f"    of {case}")
    if len(found) > options.show:
        print(f"… and {len(found) - options.show} more")
    for rule in all_rules:
        if used[rule["id"]] or "handlers" in rule:
            times = f"{used[rule['id']]} times" if "handlers" not in rule else "always"
            print(f"excluded {times}: {rule['id']}: {rule['reason']}")
    if options.all:
        for *_, unmatched in services:
            for text in sorted(unmatched):
                print(f"not in both models: {text}")
    for protocol in sorted({protocol for protocol, _ in counts}):
        sides = []
        for side in ("request", "answer", "error"):
            of = sum(counts[protocol, f"{side} {verdict}"] for verdict in ("equal", "different", "unmade"))
            sides.append(f"{counts[protocol, side + ' equal']} of {of} {side}s equal")
        print(f"services: {protocol}: {counts[protocol, 'actions']} actions, {', '.join(sides)}")
    total = {what: sum(number for (_, its), number in counts.items() if its == what) for _, what in counts}
    print(f"services: seed {options.seed}: {total.get('actions', 0)} actions; {total.get('request equal', 0)} requests, "
          f"{total.get('answer equal', 0)} answers and {total.get('error equal', 0)} errors equal, {len(found)} different")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
