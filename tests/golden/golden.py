#!/usr/bin/env python3
"""Runs whole commands and compares what they write with files kept here. golden.py --program P [--accept] [CASE...]

A case is a folder NNN_name/: `command` (bash, run with the program as `minglu` and a copy of input/ as its directory),
input/ (optional), expected/stdout, expected/status (optional, default 0) and expected/output/ (every file that the
command writes to output/). --accept rewrites expected/; read the diff before you commit it.
Exit status: 0 all equal, 1 a difference, 2 usage."""
import argparse
import contextlib
import difflib
import io
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def run_case(folder, program):
    """What the command wrote: {"stdout": bytes, "status": bytes, "output/...": bytes}."""
    with tempfile.TemporaryDirectory() as work:
        tools, place = os.path.join(work, "tools"), os.path.join(work, "place")
        os.mkdir(tools)
        os.symlink(os.path.abspath(program), os.path.join(tools, "minglu"))
        source = os.path.join(folder, "input")
        shutil.copytree(source, place) if os.path.isdir(source) else os.mkdir(place)
        os.makedirs(os.path.join(place, "output"), exist_ok=True)
        environment = {**os.environ, "PATH": tools + ":" + os.environ["PATH"], "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        done = subprocess.run(["bash", "-euo", "pipefail", os.path.join(folder, "command")], cwd=place, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=250)
        found = {"stdout": done.stdout, "status": b"%d\n" % done.returncode}
        found.update(read_tree(os.path.join(place, "output"), "output/"))
        return found, done.stderr


def read_tree(folder, prefix=""):
    files = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                files[prefix + os.path.relpath(path, folder)] = file.read()
    return files


def show_difference(name, expected, found):
    old, new = (x.decode("utf-8", "replace").splitlines(keepends=True) for x in (expected or b"", found or b""))
    lines = difflib.unified_diff(old, new, f"expected/{name}", f"found/{name}")
    sys.stdout.writelines(line if line.endswith("\n") else line + "\n" for line in list(lines)[:60])


def check(folder, program):
    found, errors = run_case(folder, program)
    expected = {"status": b"0\n", **read_tree(os.path.join(folder, "expected"))}
    names = sorted(n for n in {*found, *expected} if found.get(n) != expected.get(n))
    for name in names:
        print(f"{os.path.basename(folder)}: {name} differs")
        show_difference(name, expected.get(name), found.get(name))
    if names and errors:
        print(f"standard error of the command:\n{errors.decode('utf-8', 'replace')[-2000:]}")
    return not names


def accept(folder, program):
    found, _ = run_case(folder, program)
    expected = os.path.join(folder, "expected")
    shutil.rmtree(expected, ignore_errors=True)
    for name, data in found.items():
        if name == "status" and data == b"0\n":
            continue
        os.makedirs(os.path.dirname(os.path.join(expected, name)), exist_ok=True)
        with open(os.path.join(expected, name), "wb") as file:
            file.write(data)
    return True


def self_test():
    """A changed line, a changed status, a missing and an additional file are each seen; equal output passes."""
    with tempfile.TemporaryDirectory() as folder:
        case = os.path.join(folder, "100_self")
        os.makedirs(os.path.join(case, "input"))
        for name, text in (("command", "minglu 名录; cp a output/b; exit ${CODE:-0}"), ("input/a", "x\n")):
            with open(os.path.join(case, name), "w", encoding="utf-8") as file:
                file.write(text)
        accept(case, "/bin/echo")
        results = [check(case, "/bin/echo")]
        for name, text in (("stdout", "other\n"), ("status", "3\n"), ("output/b", "y\n"), ("output/c", "z\n")):
            accept(case, "/bin/echo")
            with open(os.path.join(case, "expected", name), "w", encoding="utf-8") as file:
                file.write(text)
            with contextlib.redirect_stdout(io.StringIO()):
                results.append(not check(case, "/bin/echo"))
    print("golden self-test:", "ok" if all(results) else f"FAILED {results}")
    return 0 if all(results) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program")
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    args = parser.parse_args()
    if args.self_test:
        return self_test()
    if not args.program:
        parser.error("--program is needed: the built minglu")
    every = sorted(n for n in os.listdir(HERE) if os.path.isfile(os.path.join(HERE, n, "command")))
    for name in args.cases:
        if name not in every:
            parser.error(f"unknown case {name}; there are: {', '.join(every) or 'none'}")
    work = accept if args.accept else check
    failed = [name for name in args.cases or every if not work(os.path.join(HERE, name), args.program)]
    print(f"golden: {len(args.cases or every)} cases, {len(failed)} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
