"""Random values for shapes of botocore's models, and the form in which ours takes them."""
import base64
import datetime
import json

from botocore.utils import is_json_value_header

PIECES = (
    "a", "b7", "Order", "zeta", "name", "-", "_", ".", "~", " ", "  ", "/", "//", "+", "%", "%20", "&", "=", "?", "#", "'", '"', "<", ">",
    "\\", "|", ":", ";", ",", "*", "(", ")", "[", "]", "{", "}", "$", "@", "!", "^", "`", "é", "ü", "ß", "日本", "😀",
    "\n", "\t", "&amp;",
)
PLAIN = ("a", "b7", "Order", "zeta", "name", "-", "_", "x", "q9")
# What may stand in a header's text; neither side of it is blank.
HEADER = PLAIN + (" ", "/", "+", "%", "&", "=", "?", "#", "'", '"', "<", ">", ":", ";", ",", "*", "(", ")", "@", "!")
DEEPEST = 7


class Values:
    """Makes values of one case. How much is given of what may be left out differs from case to case, from nothing to all."""

    def __init__(self, random, protocol, rules, direction):
        self.random, self.protocol, self.rules, self.direction = random, protocol, rules, direction
        self.share = random.choice((0, 0.25, 0.5, 0.8, 1))
        self.left = 80

    def members(self, shape, depth=0):
        """Members of a structure."""
        if getattr(shape, "is_tagged_union", False):
            names = [self.random.choice(list(shape.members))]
        else:
            names = [name for name in shape.members if self.wants(shape, name, depth)]
        given = {}
        for name in names:
            member = shape.members[name]
            if self.rules.leaves_out(self.direction, name, member):
                continue
            pinned = self.rules.pinned(self.direction, name, member)
            if depth == 0 and self.direction == "answer" and name == shape.serialization.get("payload") and member.type_name == "blob":
                # botocore reads some bodies of bytes as text.
                pinned = [self.text(PIECES, 0, 40).encode(), b""]
            given[name] = self.random.choice(pinned) if pinned else self.value(member, depth + 1, self.place(member, depth))
        return given

    def wants(self, shape, name, depth):
        if name in shape.required_members or shape.members[name].serialization.get("hostLabel"):
            return True
        if shape.members[name].serialization.get("location") == "uri":
            return True
        # Services whose answer is one structure send it, be it without members.
        if depth == 0 and self.direction == "answer" and name == shape.serialization.get("payload"):
            return shape.members[name].type_name == "structure" or self.random.random() < self.share
        return depth < DEEPEST and self.left > 0 and self.random.random() < self.share * (1 if depth == 0 else 0.6)

    @staticmethod
    def place(member, depth):
        if member.serialization.get("hostLabel"):
            return "host"
        return member.serialization.get("location", "body") if depth == 0 else "body"

    @staticmethod
    def within(place):
        return place if place in ("body", "headers") else f"{place} list"

    def value(self, shape, depth, place="body"):
        self.left -= 1
        return getattr(self, f"_{shape.type_name}")(shape, depth, place)

    def _structure(self, shape, depth, place):
        return self.document(0) if getattr(shape, "is_document_type", False) else self.members(shape, depth)

    def _list(self, shape, depth, place):
        # Nothing tells an empty list from an absent one in a header or in a flat list of an answer; a union must not be left empty.
        fewest = max(shape.metadata.get("min", 0), 1 if place == "header" else 0)
        count = fewest if depth >= DEEPEST else max(fewest, self.random.choice((0, 1, 1, 2, 3)))
        return [self.value(shape.member, depth + 1, self.within(place)) for _ in range(min(count, max(fewest, 5)))]

    def _map(self, shape, depth, place):
        count = 0 if depth >= DEEPEST else self.random.choice((0, 1, 1, 2))
        count = max(count, min(shape.metadata.get("min", 0), 5))
        pairs = {}
        for _ in range(count):
            if place == "headers":
                key = self.text(PLAIN, 1, 12).strip("_.").lower() or "key"
            else:
                key = self.value(shape.key, depth + 1) or "k"
            pairs[key] = self.value(shape.value, depth + 1, self.within(place))
        return pairs

    def _string(self, shape, depth, place):
        if is_json_value_header(shape):
            return {self.text(PLAIN, 1, 5): self.scalar() for _ in range(2)}
        enum = getattr(shape, "enum", None)
        if enum and self.random.random() < 0.85:
            return self.random.choice(enum)
        fewest, most = shape.metadata.get("min", 0), min(shape.metadata.get("max", 40), 40)
        if place == "host":
            return self.text(("a", "b7", "order", "x", "q9"), 3, 12)
        if place.startswith("header"):
            if place == "header list" and self.direction == "answer":
                return self.text(PLAIN, 1, most)
            return self.text(HEADER, max(fewest, 1), most).strip() or "x"
        if place == "uri":
            fewest = max(fewest, 1)
            text = self.text(PIECES, fewest, most)
            return text if text.strip("./") else "x" + text
        if self.random.random() < 0.08 and fewest == 0:
            return ""
        return self.text(PIECES if self.random.random() < 0.6 else PLAIN, fewest, most)

    _character = _string

    def _integer(self, shape, depth, place):
        if place == "statusCode":
            return self.random.choice((200, 201, 202))
        return self.whole(shape, 2**31 - 1)

    def _long(self, shape, depth, place):
        return self.whole(shape, 2**63 - 1)

    def whole(self, shape, most):
        least = max(int(shape.metadata.get("min", -most)), -most)
        greatest = max(least, min(int(shape.metadata.get("max", most)), most))
        if self.random.random() < 0.7:
            least, greatest = (least, min(greatest, least + 1000)) if least > -most else (max(least, -5), min(greatest, 1000))
        return self.random.randint(least, max(least, greatest))

    def _float(self, shape, depth, place):
        return self.random.choice((0.0, 1.0, -2.5, 0.125, self.random.randint(-4000, 4000) / 8))

    def _double(self, shape, depth, place):
        return self.random.choice((0.0, 1.0, 0.1, -2.5, round(self.random.uniform(-1e6, 1e6), 3), round(self.random.random(), 12)))

    def _boolean(self, shape, depth, place):
        return self.random.random() < 0.5

    def _timestamp(self, shape, depth, place):
        time = datetime.datetime.fromtimestamp(self.random.randint(0, 2**32), datetime.timezone.utc)
        fraction = self.random.choice((0, 0, 123000, 120000))
        if place.startswith("header") or shape.serialization.get("timestampFormat") == "rfc822" or self.protocol == "smithy-rpc-v2-cbor":
            fraction = 0
        return time.replace(microsecond=fraction)

    def _blob(self, shape, depth, place):
        return self.random.randbytes(self.random.choice((0, 1, 2, 3, 17, 40)) or shape.metadata.get("min", 0))

    def text(self, pieces, fewest, most):
        length = self.random.randint(fewest, max(fewest, min(most, fewest + 16)))
        text = ""
        while len(text) < length:
            text += self.random.choice(pieces)
        return text[: max(length, 1)]

    def scalar(self):
        return self.random.choice((True, False, 7, -1, 2.5, "", "a b", 'q"é'))

    def document(self, depth):
        if depth > 2 or self.random.random() < 0.4:
            return self.scalar()
        if self.random.random() < 0.3:
            return [self.document(depth + 1) for _ in range(2)]
        return {self.text(PLAIN, 1, 6): self.document(depth + 1) for _ in range(2)}


def api_time(time):
    text = time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    if not time.microsecond:
        return text + "Z"
    return f"{text}.{time.microsecond // 1000:03}Z" if time.microsecond % 1000 == 0 else f"{text}.{time.microsecond:06}Z"


def api_form(shape, value):
    """A value as ours takes and gives it: bytes are base64 text, times ISO 8601 text, JSON in a header is its text."""
    kind = shape.type_name
    if kind == "structure" and not getattr(shape, "is_document_type", False):
        return {name: api_form(shape.members[name], member) for name, member in value.items()}
    if kind == "list":
        return [api_form(shape.member, item) for item in value]
    if kind == "map":
        return {key: api_form(shape.value, item) for key, item in value.items()}
    if kind == "timestamp":
        return api_time(value)
    if kind == "blob":
        return base64.b64encode(value).decode()
    if is_json_value_header(shape):
        return json.dumps(value, separators=(",", ":"))
    return value


def content_of(shape, given):
    """The name of the member of bytes that is the whole body, and its bytes; both None when there is none."""
    name = shape.serialization.get("payload") if shape is not None else None
    if name is None or shape.members[name].type_name != "blob":
        return None, None
    return name, given.get(name)


def differences(shape, theirs, ours, path=""):
    """Where two values differ: botocore's and ours in the API's form."""
    kind = shape.type_name
    if kind == "structure" and not getattr(shape, "is_document_type", False) and isinstance(theirs, dict) and isinstance(ours, dict):
        for name in {**theirs, **ours}:
            here = f"{path}.{name}" if path else name
            if name not in theirs or name not in ours:
                yield f"{here}: theirs {short(theirs.get(name, 'absent'))}, ours {short(ours.get(name, 'absent'))}"
            elif name in shape.members:
                yield from differences(shape.members[name], theirs[name], ours[name], here)
            elif theirs[name] != ours[name]:
                yield f"{here}: theirs {short(theirs[name])}, ours {short(ours[name])}"
    elif kind == "list" and isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for i, pair in enumerate(zip(theirs, ours)):
            yield from differences(shape.member, *pair, f"{path}[{i}]")
    elif kind == "map" and isinstance(theirs, dict) and isinstance(ours, dict) and list(theirs) == list(ours):
        for key, value in theirs.items():
            yield from differences(shape.value, value, ours[key], f"{path}[{key!r}]")
    elif not same(shape, theirs, ours):
        yield f"{path}: theirs {short(theirs)}, ours {short(ours)}"


def same(shape, theirs, ours):
    if theirs is None or ours is None:
        return theirs is ours
    if shape.type_name == "timestamp" and isinstance(theirs, datetime.datetime) and isinstance(ours, str):
        return api_time(theirs) == ours
    if shape.type_name == "blob" and isinstance(theirs, bytes):
        return isinstance(ours, str) and base64.b64decode(ours) == theirs
    if shape.type_name == "blob" and isinstance(ours, str):
        return base64.b64decode(ours).decode() == theirs
    if is_json_value_header(shape):
        return isinstance(ours, str) and json.loads(ours) == theirs
    return type(theirs) is type(ours) and theirs == ours or (
        shape.type_name in ("float", "double") and isinstance(ours, (int, float)) and not isinstance(ours, bool) and theirs == ours)


def short(value):
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}…"
