#!/usr/bin/env python3
"""Checks the shape of the project. python3 tests/tidy/tidy.py [--root DIR] [CHECK...]

--list prints the names of the checks; --self-test proves that every check can fail and that none fails on a good tree.
Exit status: 0 clean, 1 violations (one "path:line: sentence" a line), 2 usage. Needs the standard library only.
Add one: a function (tree, config) that yields violations, its line in CHECKS and a violating sample in SAMPLES."""
import argparse
import json
import os
import sys
import tempfile

import checks_docs
import checks_layers
import checks_shape
import checks_words
from tree import Tree

MODULES = (checks_layers, checks_shape, checks_words, checks_docs)
CHECKS = {name: check for module in MODULES for name, check in module.CHECKS.items()}
CONFIG = "tools/tidy.json"


def load_config(root):
    with open(os.path.join(root, CONFIG), encoding="utf-8") as file:
        return json.load(file)


def stale_exemptions(tree, config):
    """An exemption for a file that is gone, or without a reason, is itself a violation."""
    lists = [*config["exempt"].values(), *config["allowed_calls"].values(), config["test_groups"]]
    for entries in lists:
        for path, reason in entries.items():
            if not tree.has(path):
                yield f"{CONFIG}:1: exempts {path}, which does not exist"
            if len(reason) < 10:
                yield f"{CONFIG}:1: the exemption of {path} needs a reason"


CHECKS["exemptions"] = stale_exemptions
EXEMPTION_SAMPLES = [({"a": ""}, {"exempt": {"columns": {"gone.cpp": "a table of characters"}}}, "does not exist"),
                     ({"a": ""}, {"exempt": {"columns": {"a": ""}}}, "needs a reason")]


def sample_tree(folder, files):
    for path, text in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
    return Tree(folder)


def finds(name, files, config, expected):
    """True when the check reports a line that contains `expected`."""
    with tempfile.TemporaryDirectory() as folder:
        found = list(CHECKS[name](sample_tree(folder, files), config))
    if any(expected in line for line in found):
        return True
    print(f"self-test: {name} did not report '{expected}'; it reported {found}", file=sys.stderr)
    return False


def self_test(config):
    empty = {**config, "exempt": {}, "allowed_calls": {}, "test_groups": {}, "glossary_required": ["名录库"]}
    ok, count = True, 0
    for module in MODULES:
        for name in module.CHECKS:
            if not module.SAMPLES.get(name):
                print(f"self-test: {name} has no violating sample", file=sys.stderr)
                ok = False
            for files, expected in module.SAMPLES.get(name, []):
                ok = finds(name, files, empty, expected) and ok
                count += 1
        with tempfile.TemporaryDirectory() as folder:
            tree = sample_tree(folder, {"tools/layers.json": '{"text": [], "store": [], "synth": []}', **module.GOOD})
            for name, check in module.CHECKS.items():
                for line in check(tree, empty):
                    print(f"self-test: {name} reports a good tree: {line}", file=sys.stderr)
                    ok = False
    for files, change, expected in EXEMPTION_SAMPLES:
        ok = finds("exemptions", files, {**empty, **change}, expected) and ok
        count += 1
    print(f"self-test: {count} violating samples, {len(CHECKS)} checks: {'ok' if ok else 'FAILED'}")
    return 0 if ok else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=os.path.join(os.path.dirname(__file__), "..", ".."))
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("checks", nargs="*", metavar="CHECK")
    args = parser.parse_args()
    if args.list:
        print("\n".join(CHECKS))
        return 0
    unknown = [name for name in args.checks if name not in CHECKS]
    if unknown:
        parser.error(f"unknown check {unknown[0]}; allowed: {', '.join(CHECKS)}")
    config = load_config(args.root)
    if args.self_test:
        return self_test(config)
    tree, count = Tree(os.path.abspath(args.root)), 0
    for name in args.checks or CHECKS:
        for line in CHECKS[name](tree, config):
            print(f"{line} [{name}]")
            count += 1
    print(f"tidy: {len(tree.paths)} files, {len(args.checks or CHECKS)} checks, {count} violations")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
