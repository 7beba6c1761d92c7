#!/usr/bin/env python3
"""Check files that the toolkit has written against a schema: validate.py SCHEMA FILE...

Of a file whose name ends in .jsonl every line is checked. Needs the Python package jsonschema (Debian:
python3-jsonschema). Exit codes: 0 all as the schema says, 1 not, 64 misused.
"""
import json
import sys

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match


def documents(path):
    with open(path, encoding="utf-8") as file:
        if path.endswith(".jsonl"):
            return [(f"{path}:{number}", json.loads(line)) for number, line in enumerate(file, 1)]
        return [(path, json.load(file))]


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 64
    with open(arguments[0], encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    checked = failed = 0
    for path in arguments[1:]:
        for place, document in documents(path):
            checked += 1
            error = best_match(validator.iter_errors(document))
            if error:
                failed += 1
                print(f"{place}: {error.json_path}: {error.message[:300]}")
    print(f"{checked} checked, {failed} differ from {arguments[0]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
