#!/usr/bin/env python3
"""Verifies an exported ledger without any code of the service: Python 3 and its standard library alone.

    python3 verify_ledger.py export.jsonl      a file written by `ledger <org> --export`
    python3 verify_ledger.py --vectors ledger-hash-vectors.json

For every entry: its place in the sequence, the chain (previous hash, canonical encoding, SHA-256), the balance after it,
that time does not go back, that its request is counted once, and its charge, priced again from its token counts and the
cards in the file. For the file: the hash of every card, and that it ends where its header says. The encoding is
described in libs/domain/README.md.

Prints one JSON object; exits 0 when all is well, 1 when something is wrong, 2 when the file cannot be read.
"""

import calendar
import hashlib
import json
import re
import sys
import time

ENCODING = "floopy.ledger.1"
ENCODING_WITH_PLAN = "floopy.ledger.2"
ENCODING_OF_CORRECTION = "floopy.ledger.3"
COUNTING = ("included", "overage", "excess_unbilled")
GENESIS = "0" * 64
SERVED = ("succeeded", "client_aborted")
COUNTS = (
    "input_tokens",
    "cache_read_input_tokens",
    "cache_creation_5m_input_tokens",
    "cache_creation_1h_input_tokens",
    "input_audio_tokens",
    "cache_read_input_audio_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "output_audio_tokens",
)


def units(amount):
    """Cents with ten decimals as a whole number of 10^-10 cent."""
    if not re.fullmatch(r"-?\d+\.\d{10}", amount):
        raise ValueError(f"{amount!r} is no amount")
    return int(amount.replace(".", ""))


def milliseconds(instant):
    """RFC 3339 in UTC with milliseconds as milliseconds since 1970."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{3})Z", instant)
    if match is None:
        raise ValueError(f"{instant!r} is no time")
    return calendar.timegm(time.strptime(match[1], "%Y-%m-%dT%H:%M:%S")) * 1000 + int(match[2])


def field(value):
    """A field of the encoding: its length in bytes, a colon, the value; a tilde when it is absent."""
    if value is None:
        return b"~"
    if isinstance(value, bool):
        value = "1" if value else "0"
    data = str(value).encode("utf-8")
    return str(len(data)).encode("ascii") + b":" + data


def encode(entry, previous):
    """The bytes that an entry's hash is made of."""
    cause = entry["cause"]
    correction = entry.get("correction")
    plan = (entry.get("usage") or {}).get("plan")
    name = ENCODING if plan is None else ENCODING_WITH_PLAN
    fields = [ENCODING_OF_CORRECTION if correction is not None else name, previous]
    fields += [entry["organization_id"], entry["sequence"], entry["type"]]
    fields += [units(entry["amount"]), units(entry["balance_after"])]
    fields += [milliseconds(entry["occurred_at"]), milliseconds(entry["recorded_at"])]
    fields += [cause["kind"], cause.get("source"), cause["id"], entry.get("reason")]
    usage = entry.get("usage")
    if usage is not None:
        price = usage.get("price") or {}
        fields += [entry["request_id"], usage.get("attempt_id"), entry["origin"], usage["provider"], usage["model"]]
        fields += [usage["service_tier"], usage["outcome"], usage["cache_hit"], usage["credential"]]
        fields += [usage["tokens"][name] for name in COUNTS]
        fields += [usage.get("team_id"), usage.get("user_reference"), usage.get("api_key_id"), usage.get("prompt_id")]
        fields += [usage.get("session_id"), usage["content_digest"], usage["counted"]]
        fields += [price.get("rate_card_version"), price.get("override_version"), price.get("markup_basis_points")]
        fields += [usage["ingest_partition"]]
    if plan is not None:
        fields += plan_fields(plan)
    if correction is not None:
        price, voided_by = correction.get("price") or {}, correction.get("voided_by") or {}
        fields += [entry["request_id"], correction["provider"], correction["model"]]
        fields += [correction.get("team_id"), correction.get("prompt_id")]
        fields += plan_fields(correction.get("plan")) + [correction["uncounted"]]
        fields += [price.get("rate_card_version"), price.get("override_version"), price.get("markup_basis_points")]
        fields += [correction.get("reprice_plan"), voided_by.get("source"), voided_by.get("id")]
        fields += [voided_by.get("content_digest"), voided_by.get("ingest_partition")]
    return b"".join(field(value) for value in fields)


def plan_fields(plan):
    if plan is None:
        return [None, None, None]
    rate = plan.get("overage_rate")
    return [plan["version"], plan["standing"], None if rate is None else units(rate)]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def tokens_by_class(tokens):
    """Every token in exactly one class: what is left of a total is a class of its own."""
    names = [name[: -len("_tokens")] for name in COUNTS]
    classes = dict(zip(names, (tokens[name] for name in COUNTS)))
    classes["input"] -= sum(classes[name] for name in names[1:6])
    classes["output"] -= sum(classes[name] for name in names[7:])
    return classes


def charge(entry, cards, overrides, reprice=None):
    """What an entry of usage must have cost, in units; or what it costs by the rates of a reprice."""
    usage = entry["usage"]
    price = usage.get("price") if reprice is None else reprice
    if usage["outcome"] not in SERVED or usage["cache_hit"]:
        if price is not None:
            raise ValueError("it has a price though nothing is charged for it")
        return 0
    if price is None:
        raise ValueError("it was served and has no price")
    card = cards[price["rate_card_version"]]
    agreed = overrides[price["override_version"]]["unit_prices"] if price.get("override_version") is not None else []
    model = find_model(card, usage["provider"], usage["model"])
    tokens = usage["tokens"]
    tiers = model["service_tiers"][usage["service_tier"]]
    tier = [t for t in tiers if t["above_input_tokens"] == 0 or tokens["input_tokens"] > t["above_input_tokens"]][-1]
    prices = dict(tier["unit_prices"])
    for override in agreed:
        here = (model["provider"], model["model"], usage["service_tier"], tier["above_input_tokens"])
        keys = ("provider", "model", "service_tier", "above_input_tokens")
        if tuple(override[key] for key in keys) == here:
            prices[override["token_class"]] = override["unit_price"]
    subtotal = units(tier["request_fee"])
    if usage["credential"] != "byok":
        quantities = tokens_by_class(tokens).items()
        subtotal += sum(units(prices[name]) * quantity for name, quantity in quantities if quantity != 0)
    return with_markup(subtotal, price["markup_basis_points"])


def find_model(card, provider, name):
    for model in card["models"]:
        if model["provider"] == provider and name in [model["model"], *model["aliases"]]:
            return model
    raise ValueError(f"the card has no rate for {provider}/{name}")


def with_markup(subtotal, basis_points):
    """Half to even at the last unit."""
    quotient, remainder = divmod(subtotal * (10_000 + basis_points), 10_000)
    rounds_up = remainder > 5_000 or (remainder == 5_000 and quotient % 2 == 1)
    return quotient + 1 if rounds_up else quotient


class Verification:
    def __init__(self):
        self.mismatches = []
        self.header = None
        self.cards = {}
        self.overrides = {}
        self.plans = {}
        self.changes = []
        self.streams = {}
        self.receipts = 0

    def take(self, line):
        if "sequence" in line:
            self.verify_entry(line)
        elif "rate_card" in line:
            self.verify_publication(line["rate_card"], "rate_card", self.cards)
        elif "rate_override" in line:
            self.verify_publication(line["rate_override"], "rate_override", self.overrides)
        elif "plan" in line:
            self.verify_publication(line["plan"], "plan", self.plans)
        elif "change" in line:
            self.changes.append(line["change"])
        elif "head" in line:
            self.header = line
        else:
            raise ValueError("a line is neither an entry, a price, a plan, a change of terms nor a header")

    def mismatch(self, kind, expected, found, entry=None):
        place = {} if entry is None else {"organization_id": entry["organization_id"], "position": entry["sequence"]}
        self.mismatches.append({"kind": kind, **place, "expected": expected, "found": found})

    def verify_publication(self, publication, kind, known):
        digest = sha256(publication["content"].encode("utf-8"))
        if digest != publication["content_hash"]:
            self.mismatch(f"{kind}_content", publication["content_hash"], digest)
        known[publication["version"]] = json.loads(publication["content"])

    def verify_entry(self, entry):
        start = {"sequence": 0, "balance": 0, "sum": 0, "hash": GENESIS, "recorded_at": "", "counted": set(), "charges": {}}
        head = self.streams.setdefault(entry["organization_id"], start)
        self.compare("sequence", head["sequence"] + 1, entry["sequence"], entry)
        self.compare("previous_hash", head["hash"], entry["previous_hash"], entry)
        self.compare("hash", sha256(encode(entry, head["hash"])), entry["hash"], entry)
        amount, balance = units(entry["amount"]), units(entry["balance_after"])
        # On what the entry before it states, so that one wrong amount is not a mismatch of all that follow.
        self.compare("balance_after", head["balance"] + amount, balance, entry)
        if entry["recorded_at"] < head["recorded_at"]:
            self.mismatch("recorded_at", f"not before {head['recorded_at']}", entry["recorded_at"], entry)
        if entry.get("usage") is not None:
            self.verify_usage(entry, head["counted"])
            head["charges"][entry["sequence"]] = {"entry": entry, "net": -amount, "reversed": False}
        if entry.get("correction") is not None:
            self.verify_correction(entry, head["charges"])
        head.update(sequence=entry["sequence"], balance=balance, sum=head["sum"] + amount)
        head.update(hash=entry["hash"], recorded_at=entry["recorded_at"])

    def verify_usage(self, entry, counted):
        usage = entry["usage"]
        plan = usage.get("plan")
        is_first = entry["request_id"] not in counted
        if plan is None:
            counts = usage["outcome"] in SERVED and is_first
        else:
            # Which attempts count is the plan's to say; that a request counts once is not.
            counts = plan["standing"] in COUNTING
            if counts and not is_first or plan["standing"] == "repeated" and is_first:
                self.mismatch("standing", "counted once", plan["standing"], entry)
            if (plan["standing"] == "overage") != ("overage_rate" in plan):
                self.mismatch("overage_rate", "on overage, and only there", plan["standing"], entry)
        self.compare("counted", counts, usage["counted"], entry)
        if counts:
            counted.add(entry["request_id"])
        self.receipts += 1
        try:
            self.compare("charge", -charge(entry, self.cards, self.overrides), units(entry["amount"]), entry)
        except (KeyError, IndexError, ValueError) as error:
            self.mismatch("charge", "a price that can be computed again", f"{type(error).__name__}: {error}", entry)

    def verify_correction(self, entry, charges):
        """A reversal gives back what stood, once; a reprice leaves what its rates make of the usage."""
        known = charges.get(int(entry["cause"]["id"]))
        if known is None or known["reversed"]:
            self.mismatch("correction", "a charge before it that stands", entry["cause"]["id"], entry)
            return
        charged, correction, amount = known["entry"], entry["correction"], units(entry["amount"])
        said = [charged["type"], charged["occurred_at"], charged["request_id"], charged["usage"].get("team_id")]
        repeated = [entry["type"], entry["occurred_at"], entry["request_id"], correction.get("team_id")]
        self.compare("correction", said, repeated, entry)
        if correction["uncounted"] and not charged["usage"]["counted"]:
            self.mismatch("correction", "a request that counted by it", "uncounted", entry)
        if entry["cause"]["kind"] == "reversal":
            self.compare("correction", known["net"], amount, entry)
            known["reversed"] = True
        else:
            price = charge(charged, self.cards, self.overrides, correction["price"])
            self.compare("correction", known["net"] - price, amount, entry)
        known["net"] -= amount

    def compare(self, kind, expected, found, entry):
        if expected != found:
            self.mismatch(kind, expected, found, entry)

    def finish(self):
        if self.header is not None:
            organization, head = self.header["organization_id"], self.header["head"]
            empty = {"sequence": 0, "sum": 0, "hash": GENESIS}
            end = self.streams.get(organization, empty)
            entry = {"organization_id": organization, "sequence": end["sequence"]}
            self.compare("head_sequence", head["sequence"], end["sequence"], entry)
            self.compare("head_balance", units(head["balance"]), end["sum"], entry)
            self.compare("head_hash", head["hash"], end["hash"], entry)
        checked = {
            "organizations": len(self.streams),
            "entries": sum(head["sequence"] for head in self.streams.values()),
            "receipts": self.receipts,
        }
        return {"ok": not self.mismatches, "checked": checked, "mismatches": self.mismatches}


def verify_export(path):
    verification = Verification()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                verification.take(json.loads(line))
    return verification.finish()


def verify_vectors(path):
    """Golden vectors: the encoding and the hash of single entries, whatever stream they come from."""
    mismatches = []
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)["vectors"]
    for vector in vectors:
        encoded = encode(vector["entry"], vector["entry"]["previous_hash"])
        found = {"encoding": encoded.decode("utf-8"), "hash": sha256(encoded)}
        expected = {"encoding": vector["encoding"], "hash": vector["entry"]["hash"]}
        if found != expected:
            mismatches.append({"kind": "vector", "title": vector["title"], "expected": expected, "found": found})
    return {"ok": not mismatches, "checked": {"vectors": len(vectors)}, "mismatches": mismatches}


def main(arguments):
    try:
        if len(arguments) == 2 and arguments[0] == "--vectors":
            report = verify_vectors(arguments[1])
        elif len(arguments) == 1:
            report = verify_export(arguments[0])
        else:
            raise ValueError("usage: verify_ledger.py export.jsonl | --vectors vectors.json")
    except (OSError, KeyError, TypeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print(json.dumps(report, ensure_ascii=False))
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
