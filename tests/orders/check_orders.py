#!/usr/bin/env python3
"""Judges the results of many orders with nothing but the rules, the orders and the tax rates.

    check_orders.py ORDERS.ndjson RESULTS.ndjson             compares, prints counts by outcome, exits 1 on any difference
    check_orders.py ORDERS.ndjson RESULTS.ndjson --repeated  the same where all orders came before: no invoice a second time
    check_orders.py ORDERS.ndjson RESULTS.ndjson --data DIR  looks into the tables and buckets that are kept there, too
    check_orders.py ORDERS.ndjson --expect-only              prints the counts the rules lead to

RESULTS.ndjson is what `run OrderIntake --each ORDERS.ndjson --output RESULTS.ndjson` writes: a line per order,
{"line": 1, "execution": ..., "status": "SUCCEEDED", "output": {...}}. The rates are the default of the template's parameter
TaxRates unless --tax-rates gives others. This shares no code with functions/ on purpose: the rules are written a second time.
"""

import argparse
import collections
import datetime
import json
import re
import sqlite3
import sys
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXACT = Context(prec=100)
MOST_PROBLEMS, MOST_BYTES, LONGEST_QUOTE = 100, 16 * 1024, 40

# ISO 4217, by number of decimals of the minor unit.
CURRENCIES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU
          CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
          KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR
          NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
          TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG""",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
MINOR_UNIT = {code: decimals for decimals, codes in CURRENCIES.items() for code in codes.split()}


class Number(str):
    """A JSON number as its text; an order's numbers are quoted as they were written."""


def read_json(text):
    return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number)


def trim(text):
    return text.strip("".join(map(chr, (*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000))))


def upper(text):
    """One character for one, and the dotless i stays, as no culture's rules are asked for."""
    return "".join(c.upper() if len(c.upper()) == 1 and c != "ı" else c for c in text)


def has_lone_surrogate(text):
    return any(0xD800 <= ord(c) <= 0xDFFF for c in text)


def quote(value):
    if isinstance(value, Number):
        return value if len(value) <= LONGEST_QUOTE else value[:LONGEST_QUOTE] + "…"
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    shown = "".join(
        short.get(c) or (f"\\u{ord(c):04x}" if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c) for c in value[:LONGEST_QUOTE])
    return f'"{shown}{"…" if len(value) > LONGEST_QUOTE else ""}"'


def describe(value):
    if value is True or value is False:
        return json.dumps(value)
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return '"\ufffd"' if not isinstance(value, Number) and has_lone_surrogate(value) else quote(value)


class Rules:
    """All rules of an order; `problems` in the order of the document."""

    def __init__(self, order):
        self.problems = []
        if self.has_kind("order", order, dict, "an object"):
            self.order = self.read(order)

    def say(self, place, problem):
        self.problems.append(f"{place}: {problem}")

    def has_kind(self, place, value, kind, called):
        if value is None:
            self.say(place, "is missing")
        elif not isinstance(value, kind) or (kind is str and isinstance(value, Number)):
            self.say(place, f"{describe(value)} is not {called}")
        elif kind is dict and any(map(has_lone_surrogate, value)):
            self.say(place, "has a field whose name holds half a surrogate pair, which is no character")
        else:
            return True
        return False

    def text(self, place, value, optional=False):
        if (optional and value is None) or not self.has_kind(place, value, str, "text"):
            return None
        if has_lone_surrogate(value):
            self.say(place, "holds half a surrogate pair, which is no character")
            return None
        text = trim(value)
        if optional:
            return text or None
        if not text:
            self.say(place, "is blank")
        elif any(unicodedata.category(c) == "Cc" for c in text):
            self.say(place, f"{quote(text)} holds a control character")
        else:
            return text
        return None

    def read(self, order):
        read = {"orderId": self.text("orderId", order.get("orderId"))}
        read["placedAt"] = self.text("placedAt", order.get("placedAt"))
        if read["placedAt"] is not None and not is_time(read["placedAt"]):
            self.say("placedAt", f"{quote(read['placedAt'])} is not an ISO 8601 time with an offset")
        currency = self.text("currency", order.get("currency"))
        read["currency"] = currency and upper(currency)
        if currency is not None and read["currency"] not in MINOR_UNIT:
            self.say("currency", f"{quote(currency)} is not an ISO 4217 currency code")
        customer = order.get("customer")
        if self.has_kind("customer", customer, dict, "an object"):
            read["customerId"] = self.text("customer.id", customer.get("id"), optional=True)
            read["country"] = self.text("customer.country", customer.get("country"))
        lines = order.get("lines")
        if self.has_kind("lines", lines, list, "a list"):
            if not 1 <= len(lines) <= 1000:
                self.say("lines", f"{len(lines)} lines, where an order has 1 to 1000")
            read["lines"] = [self.line(f"lines[{index}]", line) for index, line in enumerate(lines)]
        return read

    def line(self, place, line):
        if not self.has_kind(place, line, dict, "an object"):
            return None
        sku = self.text(f"{place}.sku", line.get("sku"))
        description = self.text(f"{place}.description", line.get("description"), optional=True)
        return sku and upper(sku), description, self.quantity(f"{place}.quantity", line.get("quantity")), self.price(f"{place}.unitPrice", line.get("unitPrice"))

    def number(self, place, value):
        if not self.has_kind(place, value, Number, "a number"):
            return None
        return exact(value)

    def quantity(self, place, value):
        number = self.number(place, value)
        if number is None:
            return None
        if number <= 0:
            self.say(place, f"{quote(value)} is not a positive quantity")
        elif decimals_of(number) > 0:
            self.say(place, f"{quote(value)} is not a whole quantity")
        elif number > 2**31 - 1:
            self.say(place, f"{quote(value)} is more than {2**31 - 1}")
        else:
            return int(number)
        return None

    def price(self, place, value):
        number = self.number(place, value)
        if number is None:
            return None
        if number < 0:
            self.say(place, f"{quote(value)} is a negative price")
        elif decimals_of(number) > 4:
            self.say(place, f"{quote(value)} has more than 4 decimals")
        elif number >= 10**12:
            self.say(place, f"{quote(value)} is not below {10**12}")
        else:
            return number
        return None


def exact(text):
    """The number without rounding and without trailing zeros; an exponent too big for any use is brought down to one that is only big."""
    sign, whole, fraction, exponent = re.fullmatch(r"(-?)([0-9]+)(?:[.]([0-9]+))?(?:[eE]([+-]?[0-9]+))?", text).groups("")
    digits = (whole + fraction).lstrip("0")
    significant = digits.rstrip("0")
    if not significant:
        return Decimal(0)
    exponent = max(-10**6, min(10**6, int((exponent or "0")[:30])))
    return Decimal(f"{sign}{significant}e{exponent - len(fraction) + len(digits) - len(significant)}")


def decimals_of(number):
    return max(0, -number.as_tuple().exponent)


def is_time(text):
    form = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})(?:(:[0-9]{2})(?:[.,][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})", text)
    if not form:
        return False
    try:
        datetime.datetime.fromisoformat(form[1] + (form[2] or "") + form[3]).astimezone(datetime.timezone.utc)
    except (ValueError, OverflowError):
        return False
    minutes = 0 if form[3] == "Z" else int(form[3][-2:])
    return form[3] == "Z" or minutes < 60 and int(form[3][1:3]) * 60 + minutes <= 14 * 60


def shown_problems(problems):
    shown, size = [], 0
    for problem in problems:
        size += len(problem.encode()) + problem.count('"') + problem.count("\\") + 2
        if len(shown) == MOST_PROBLEMS or size > MOST_BYTES:
            break
        shown.append(problem)
    return shown if len(shown) == len(problems) else [*shown, f"and {len(problems) - len(shown)} more"]


def rounded(amount, decimals):
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, EXACT)


def invoice(order, rates):
    merged = {}
    for sku, description, quantity, price in order["lines"]:
        line = merged.setdefault((sku, price), {"sku": sku, "description": description, "quantity": 0, "unitPrice": price})
        line["quantity"] += quantity
    decimals = MINOR_UNIT[order["currency"]]
    lines = [{**line, "net": rounded(line["quantity"] * line["unitPrice"], decimals)} for line in merged.values()]
    net = sum(line["net"] for line in lines)
    percent = rates.get(order["country"].casefold(), Decimal(0))
    tax = rounded(net * percent / 100, decimals)
    return {
        "number": f"INV-{order['orderId']}", "orderId": order["orderId"], "issuedAt": order["placedAt"], "currency": order["currency"],
        "customer": {"id": order["customerId"], "country": order["country"]}, "lines": lines,
        "net": net, "taxPercent": percent, "tax": tax, "total": net + tax,
    }


def expected(order, rates):
    rules = Rules(order)
    if rules.problems:
        order_id = order.get("orderId") if isinstance(order, dict) else None
        return {"outcome": "REJECTED", "orderId": order_id, "problems": shown_problems(rules.problems)}
    return {"outcome": "INVOICED", "invoice": invoice(rules.order, rates)}


def already_invoiced(want):
    """The outcome of an order that came before."""
    return {"outcome": "ALREADY_INVOICED", "orderId": want["invoice"]["orderId"], "invoiceNumber": want["invoice"]["number"]}


def settle_repeats(wanted, results, repeated):
    """Of several orders with one id only one is invoiced, whichever was first; of those that came before, none."""
    outputs = {int(result["line"]): result.get("output") for result in results}
    groups = collections.defaultdict(list)
    for line, want in wanted.items():
        if want["outcome"] == "INVOICED":
            groups[want["invoice"]["orderId"]].append(line)
    for lines in groups.values():
        invoiced = [line for line in lines if isinstance(outputs.get(line), dict) and outputs[line].get("outcome") == "INVOICED"]
        first = (invoiced or lines)[0]
        for line in lines:
            if repeated or line != first:
                wanted[line] = already_invoiced(wanted[line])


def stored_differences(wanted, folder):
    """Where the kept table and bucket differ from an item and an object for each invoiced order."""
    orders = {want["invoice"]["orderId"]: want["invoice"] for want in wanted.values() if want["outcome"] == "INVOICED"}
    with sqlite3.connect(f"file:{folder / 'stores.db'}?mode=ro", uri=True) as file:
        items = [read_json(item) for item, in file.execute("SELECT item FROM items")]
        objects = {bytes(key).decode(): read_json(bytes(content)) for key, content in file.execute("SELECT key, content FROM objects")}
    file.close()
    print(f"stored:   {len(items)} items, {len(objects)} objects")
    found = {item["id"]["S"]: item for item in items}
    for order_id in orders.keys() | {name.removeprefix("order/") for name in found}:
        item = found.get(f"order/{order_id}")
        if order_id not in orders or item is None:
            yield f"item of order {order_id}: {'missing' if item is None else 'unexpected'}"
        elif (item["status"]["S"], item["invoiceNumber"]["S"]) != ("INVOICED", orders[order_id]["number"]):
            yield f"item of order {order_id}: {item['status']} {item.get('invoiceNumber')}"
    for key in {f"invoices/{order_id}.json" for order_id in orders} | objects.keys():
        order_id = key.removeprefix("invoices/").removesuffix(".json")
        if order_id not in orders or key not in objects:
            yield f"object {key}: {'unexpected' if key in objects else 'missing'}"
        else:
            yield from differences(orders[order_id], objects[key], f"output.{key}")


def differences(want, got, place="output"):
    """Where two JSON values differ; numbers by value, and a null is as good as nothing inside an invoice."""
    if isinstance(want, dict) and isinstance(got, dict):
        for key in sorted(want.keys() | got.keys()):
            optional = place != "output"
            if key not in got and not (optional and want[key] is None):
                yield f"{place}.{key}: missing"
            elif key not in want:
                yield f"{place}.{key}: unexpected"
            elif key in got:
                yield from differences(want[key], got[key], f"{place}.{key}")
    elif isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            yield f"{place}: {len(got)} elements instead of {len(want)}"
        for index, pair in enumerate(zip(want, got)):
            yield from differences(*pair, f"{place}[{index}]")
    elif isinstance(got, Number) and isinstance(want, Number):  # echoed from the order, perhaps in another spelling
        if want != got and float(want) != float(got):
            yield f"{place}: {got} instead of {want}"
    elif isinstance(got, Number) and isinstance(want, (int, Decimal)) and not isinstance(want, bool):
        if Decimal(want) != Decimal(got):
            yield f"{place}: {got} instead of {want}"
    elif type(want) is not type(got) or want != got:
        yield f"{place}: {got!r} instead of {want!r}"


def default_rates():
    template = json.loads((ROOT / "serverless.template").read_text(encoding="utf-8"))
    return template["Parameters"]["TaxRates"]["Default"]


def parse_rates(text):
    pairs = (entry.split("=") for entry in text.split(";") if entry.strip())
    return {country.strip().casefold(): Decimal(percent.strip()) for country, percent in pairs}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("orders", type=Path)
    parser.add_argument("results", type=Path, nargs="?")
    parser.add_argument("--expect-only", action="store_true")
    parser.add_argument("--repeated", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--tax-rates")
    arguments = parser.parse_args()
    if (arguments.results is None) != arguments.expect_only:
        parser.error("give the results, or --expect-only")

    rates = parse_rates(default_rates() if arguments.tax_rates is None else arguments.tax_rates)
    wanted = {
        number: expected(read_json(line), rates)
        for number, line in enumerate(arguments.orders.read_text(encoding="utf-8").split("\n"), 1) if line.strip()
    }
    counts = collections.Counter(want["outcome"] for want in wanted.values())
    problems = sum(len(want["problems"]) for want in wanted.values() if want["outcome"] == "REJECTED")
    print(f"expected: {len(wanted)} orders, " + ", ".join(f"{outcome} {count}" for outcome, count in sorted(counts.items())) + f", problems {problems}")
    if arguments.expect_only:
        return 0

    results = [read_json(line) for line in arguments.results.read_text(encoding="utf-8").split("\n") if line.strip()]
    invoiced = dict(wanted)
    settle_repeats(wanted, results, arguments.repeated)
    outcomes = collections.Counter(
        result["output"].get("outcome", "no outcome") if result.get("status") == "SUCCEEDED" else f"{result.get('status')} {result.get('error', '')}".strip()
        for result in results)
    print(f"found:    {len(results)} orders, " + ", ".join(f"{outcome} {count}" for outcome, count in sorted(outcomes.items())))

    found = []
    if [int(result["line"]) for result in results] != list(wanted):
        found.append("the lines of the results are not those of the orders, in their order")
    for result in results:
        line = int(result["line"])
        if line in wanted and result.get("status") == "SUCCEEDED":
            found += [f"line {line}: {difference}" for difference in differences(wanted[line], result["output"])]
        elif line in wanted:
            found.append(f"line {line}: {result.get('status')}, {result.get('error')}: {result.get('cause')}")
    if arguments.data:
        found += stored_differences(invoiced, arguments.data)
    for difference in found[:50]:
        print(difference)
    print(f"{len(found)} differences" if found else "no difference")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
