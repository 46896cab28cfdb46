#!/usr/bin/env python3
"""What a recorded trace must cost, computed without any code of the service: Python 3 and its standard library alone.

    python3 sum_azure_trace.py trace.csv [--input-cents 0.00025] [--output-cents 0.001] [export.jsonl ...]

The trace is a CSV file with the columns ContextTokens and GeneratedTokens; every row is one request, and the prices are
cents for one token (of gpt-4o unless told otherwise). With exports of ledgers, written by `ledger <org> --export`, also
adds up what they charge for usage, and compares.

Prints one JSON object; exits 0 when there is nothing to compare or it is equal, 1 when it is not, 2 on a wrong file.
"""

import argparse
import csv
import json
import sys
from decimal import Decimal


def sum_trace(path, input_cents, output_cents):
    rows = input_tokens = output_tokens = 0
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            rows += 1
            input_tokens += int(row["ContextTokens"])
            output_tokens += int(row["GeneratedTokens"])
    total = input_tokens * Decimal(input_cents) + output_tokens * Decimal(output_cents)
    return {"rows": rows, "input_tokens": input_tokens, "output_tokens": output_tokens, "total": f"{total:.10f}"}


def sum_exports(paths):
    entries, total = 0, Decimal(0)
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for entry in map(json.loads, lines):
                if "usage" in entry:
                    entries += 1
                    total -= Decimal(entry["amount"])
    return {"entries": entries, "total": f"{total:.10f}"}


def main(arguments):
    parser = argparse.ArgumentParser(description="what a recorded trace must cost")
    parser.add_argument("trace")
    parser.add_argument("exports", nargs="*")
    parser.add_argument("--input-cents", default="0.00025")
    parser.add_argument("--output-cents", default="0.001")
    terms = parser.parse_args(arguments)
    try:
        report = {"trace": sum_trace(terms.trace, terms.input_cents, terms.output_cents)}
        if terms.exports:
            report["ledger"] = sum_exports(terms.exports)
    except (OSError, KeyError, ValueError, ArithmeticError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    report["equal"] = "ledger" not in report or (
        report["trace"]["total"] == report["ledger"]["total"] and report["trace"]["rows"] == report["ledger"]["entries"]
    )
    print(json.dumps(report))
    return 0 if report["equal"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
