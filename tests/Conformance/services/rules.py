"""What is left out of the comparison with botocore, each with its reason: exclusions.json beside this file."""
import json
import pathlib
import re

FILE = pathlib.Path(__file__).with_name("exclusions.json")
KEYS = {"id", "reason", "service", "action", "side", "handlers", "member", "values", "headers", "host", "skip", "theirs", "ours"}


def read():
    rules = json.loads(FILE.read_text())
    for rule in rules:
        if not rule.get("reason") or set(rule) - KEYS:
            raise SystemExit(f"{FILE.name}: {rule.get('id')} has no reason or a key that is none of {sorted(KEYS)}")
    return rules


class Rules:
    """Those that count for one action."""

    def __init__(self, rules, service, action, used):
        self.used = used
        self.rules = [
            rule for rule in rules if re.fullmatch(rule.get("service", ".*"), service) and re.fullmatch(rule.get("action", ".*"), action)]

    def all(self, side, key):
        return [rule for rule in self.rules if key in rule and rule.get("side", side) == side]

    def use(self, rule):
        self.used[rule["id"]] += 1
        return True

    def skips(self, side):
        return any(self.use(rule) for rule in self.all(side, "skip"))

    def _of_member(self, side, name, shape):
        of_name = [rule for rule in self.all(side, "member") if re.fullmatch(rule["member"], name)]
        return [rule for rule in of_name if "values" not in rule or shape.type_name == "string"]

    def leaves_out(self, side, name, shape):
        return any("values" not in rule and self.use(rule) for rule in self._of_member(side, name, shape))

    def pinned(self, side, name, shape):
        for rule in self._of_member(side, name, shape):
            if "values" in rule:
                self.use(rule)
                return rule["values"]
        return None

    def ignores_header(self, name):
        return any(re.fullmatch(rule["headers"], name) and self.use(rule) for rule in self.all("request", "headers"))

    def ignores_host(self):
        return any(self.use(rule) for rule in self.all("request", "host"))

    def explains(self, side, theirs, ours):
        return any(
            re.search(rule.get("theirs", ""), theirs, re.DOTALL) and re.search(rule.get("ours", ""), ours, re.DOTALL) and self.use(rule)
            for rule in self.rules if rule.get("side") == side and ("theirs" in rule or "ours" in rule))


def handlers_left_out(rules):
    return {name: rule["id"] for rule in rules for name in rule.get("handlers", ())}
