#!/usr/bin/env python3
"""Tortures the program itself: `minglu ingest` and `minglu rebuild` are killed before every persistence call, and the
power is cut during several runs in a row; then `minglu status` recovers, the same command runs again, and the register
must be the one that an undisturbed run makes.

    ingest_torture.py --minglu build/dev/bin/minglu [--quick | --every] [--seconds-max S] [--report FILE.md]

Method: a synthetic city of 40 units. An undisturbed run of its files, one process each, gives what must come out: after
each file the batches, the state hash, and every byte below index/. A batch is acknowledged when its process ended with
exit code 0; the receipt is then noted, with O_SYNC, outside of the disk under test. crash_points.py and unsynced.py do
the killing and the cutting. After recovery the check demands:
* every acknowledged batch is in `export batches` with the number, digest and counts of its receipt: else it is lost;
* no temporary file is left, and no derived file with other bytes than in the undisturbed run; the same command ends
  with exit code 0 and its rows balance; then `verify` says whole, and the number of commits, the state hash and every
  byte below index/ are those of the undisturbed run: else it is a half state.

Prints one line of JSON per case. Exit code 0: nothing lost, no half state, and the control was caught.
"""
import argparse
import csv
import datetime
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

import torture_common as common

HERE = os.path.dirname(os.path.abspath(__file__))
UNITS, PERIODS, SEED = 40, 2, 1
FILES = ("scjg_reg/scjg_reg_2024-01.csv", "tax_reg/tax_reg_2024-01.csv", "power/power_2024-01.ndjson",
         "scjg_reg/scjg_reg_2024-02.csv", "tax_decl/tax_decl_2024-01.csv")
ALL = len(FILES)
STATUS_KEYS = ("seq", "resolved_seq", "pending", "units", "claims", "state_hash")


class Program:
    """The program under test. `folder` holds the city and what must come out."""

    def __init__(self, minglu, folder):
        self.minglu, self.folder = minglu, folder

    def words(self, home, *words):
        return [self.minglu, "--home", home, "--quiet", "--json", "--threads", "1", *words]

    def template(self, *words):
        """For crash_points.py and unsynced.py."""
        return "%s --home {home} --quiet --json --threads 1 %s" % (shlex.quote(self.minglu), shlex.join(words))

    def feed(self, number):
        return os.path.join(self.folder, "city", "feeds", FILES[number])

    def ingest_words(self, number):
        return ["ingest", FILES[number].split("/")[0], self.feed(number)]

    def ask(self, home, *words):
        """(answer or None, words about the failure)."""
        code, out, err = common.run(self.words(home, *words))
        try:
            answer = json.loads(out)
        except ValueError:
            answer = None
        problem = "" if code == 0 else "%s: exit code %d: %s" % (words[0], code, (err or out).strip()[-300:])
        return answer if isinstance(answer, dict) else {}, problem


def batches_of(program, home):
    """{(source, digest): row of the list} and words about what is wrong."""
    out = home + ".batches.csv"
    _, problem = program.ask(home, "export", "batches", "--out", out)
    rows, twice = {}, ""
    if not problem:
        with open(out, newline="", encoding="utf-8-sig") as text:
            for row in csv.DictReader(text):
                key = row["source"] + " " + row["sha256"]
                twice = twice or ("batch %s is there twice" % key if key in rows else "")
                rows[key] = row
        os.remove(out)
    return rows, problem or twice


def index_of(home):
    """{path below index/: digest}."""
    found, top = {}, os.path.join(home, "index")
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as content:
                found[os.path.relpath(path, top)] = hashlib.sha256(content.read()).hexdigest()
    return found


def temporary_files(home):
    return [name for _, _, names in os.walk(home) for name in names if name.endswith(".part")]


# ---- the undisturbed run ----

def prepare(program):
    """Makes the city and writes expected-N.json: what must be there after N files, and after `ingest --all`."""
    common.must_run([program.minglu, "--quiet", "synth", "--units", str(UNITS), "--periods", str(PERIODS), "--seed",
                     str(SEED), "--out", os.path.join(program.folder, "city")], "synth")
    home = os.path.join(program.folder, "undisturbed")
    for number in range(ALL):
        common.must_run(program.words(home, *program.ingest_words(number)), "the undisturbed run")
        keep_expected(program, home, str(number + 1))
    shutil.rmtree(home)
    common.must_run(program.words(home, "ingest", "--all", os.path.join(program.folder, "city")), "the undisturbed run")
    keep_expected(program, home, "all")
    shutil.rmtree(home)


def keep_expected(program, home, name):
    batches, problem = batches_of(program, home)
    status, failed = program.ask(home, "status")
    if problem or failed:
        raise SystemExit("the undisturbed run: " + (problem or failed))
    with open(os.path.join(program.folder, "expected-%s.json" % name), "w") as out:
        kept = {key: status[key] for key in STATUS_KEYS}
        json.dump({"batches": batches, "status": kept, "index": index_of(home)}, out)


def expected(program, name):
    with open(os.path.join(program.folder, "expected-%s.json" % name)) as text:
        return json.load(text)


# ---- acknowledgements ----

def take_in(program, home, acks, count):
    """Takes the first files in, one process each, and notes each receipt once its process has ended well."""
    fd = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_SYNC, 0o644)
    for number in range(count):
        receipt, problem = program.ask(home, *program.ingest_words(number))
        if problem:
            raise SystemExit(problem)
        os.write(fd, (json.dumps(receipt["files"]) + "\n").encode())
    os.close(fd)


def acknowledged(acks):
    """The receipts, one per file."""
    if not os.path.exists(acks):
        return []
    with open(acks) as lines:
        return [file for line in lines for file in json.loads(line)]


# ---- the check ----

def lost_batches(batches, receipts, required):
    """Words about each acknowledged batch that is not there as it was acknowledged."""
    lost = []
    for receipt in receipts:
        row = batches.get(receipt["source"] + " " + receipt["sha256"])
        names = ("seq", "rows_in", "accepted", "rejected", "duplicate", "superseded")
        if row is None or any(row[name] != str(receipt[name]) for name in names):
            lost.append("lost: batch %s of %s, now %s" % (receipt["seq"], receipt["file"], row))
    for key, wanted in required.items():
        if batches.get(key) != wanted:
            lost.append("lost: batch %s, now %s" % (key, batches.get(key)))
    return lost


def check(program, home, acks, after, done, again):
    """`after`: name of what must be there at the end; `done`: name of what was acknowledged by ended processes."""
    notes, final = [], expected(program, after)
    batches, problem = batches_of(program, home)
    lost = lost_batches(batches, acknowledged(acks), expected(program, done)["batches"] if done != "0" else {})
    notes += [problem] if problem else []
    notes += ["left over: %s" % name for name in temporary_files(home)]
    wrong = [path for path, digest in index_of(home).items() if final["index"].get(path) != digest]
    notes += ["derived files differ after recovery: " + ", ".join(sorted(wrong)[:4])] if wrong else []
    for words in again:
        answer, problem = program.ask(home, *words)
        notes += ["again: " + problem] if problem else []
        if words[0] == "ingest" and not answer.get("balanced"):
            notes.append("again: the rows do not balance")
    whole, problem = program.ask(home, "verify")
    notes += ["verify at the end: %s %s" % (problem, whole.get("problems"))] if not whole.get("whole") else []
    status, problem = program.ask(home, "status")
    for key, value in final["status"].items():
        if status.get(key) != value:
            notes.append("%s is %s, not %s %s" % (key, status.get(key), value, problem))
    found = index_of(home)
    every = sorted(set(found) | set(final["index"]))
    differing = [path for path in every if found.get(path) != final["index"].get(path)]
    notes += ["derived files differ: " + ", ".join(differing[:4])] if differing else []
    notes += ["left over at the end: %s" % name for name in temporary_files(home)]
    return {"lost": len(lost), "half_states": len(notes), "notes": lost + notes}


# ---- the cases ----

class Cases:
    def __init__(self, program, args, scratch):
        self.program, self.args, self.scratch = program, args, scratch
        self.results = []

    def self_command(self, *words):
        return shlex.join([sys.executable, "-B", os.path.abspath(__file__), "--minglu", self.program.minglu, "--folder",
                           self.program.folder, *words])

    def torture(self, name, tool, setup, runs, after, again, dones, extra):
        """`dones`: what is acknowledged once 0, 1, ... of the runs have ended."""
        command = [sys.executable, "-B", os.path.join(HERE, tool), "--scratch", self.scratch, "--seed",
                   str(self.args.seed), "--jobs", str(self.args.jobs), "--recover", self.program.template("status")]
        if setup:
            command += ["--setup", self.self_command("--take-in", str(setup)) + " {home} {acks}"]
        for words in runs:
            command += ["--run", self.program.template(*words)]
        command += ["--check", self.self_command("--check", after, "--dones", ",".join(dones), "--again",
                                                 json.dumps(again).replace("{", "{{").replace("}", "}}")) +
                    " {home} {acks} {completed}"]
        done = subprocess.run(command + extra, capture_output=True, text=True, errors="replace")
        try:
            result = json.loads(done.stdout)
        except ValueError:
            raise SystemExit("%s: %s" % (name, (done.stderr or done.stdout).strip()[-500:]))
        result = {"case": name, **result}
        print(json.dumps(result, ensure_ascii=False), flush=True)
        self.results.append(result)
        return result

    def kill_one(self, number, limits):
        words = self.program.ingest_words(number)
        self.torture("ingest of file %d" % (number + 1), "crash_points.py", number, [words], str(number + 1), [words],
                     [str(number), str(number + 1)], limits)

    def kill_all(self, limits):
        words = ["ingest", "--all", os.path.join(self.program.folder, "city")]
        self.torture("ingest --all", "crash_points.py", 0, [words], "all", [words], ["0", "all"], limits)

    def kill_rebuild(self, limits):
        self.torture("rebuild", "crash_points.py", ALL, [["rebuild"]], str(ALL), [["rebuild"]], [str(ALL)] * 2, limits)

    def cut(self, name, first, last, limits):
        """The power goes during the runs that take files first..last-1 in, one process each."""
        runs = [self.program.ingest_words(number) for number in range(first, last)]
        dones = [str(n) for n in range(first, last + 1)]
        self.torture(name, "unsynced.py", first, runs, str(last), runs, dones, limits)

    def cut_rebuild(self, limits):
        self.torture("rebuild", "unsynced.py", ALL, [["rebuild"]], str(ALL), [["rebuild"]], [str(ALL)] * 2, limits)

    def cut_after_kill(self, limits):
        """A process is killed inside a COMMIT; the next one finds the commit and acknowledges it; the power goes."""
        words = self.program.ingest_words(0)
        for number in range(3, 9):
            self.torture("cut after a kill at fdatasync %d" % number, "unsynced.py", 0, [words, words], "1", [words],
                         ["0", "0", "1"], limits + ["--kill-first", "fdatasync:%d" % number])


def run_cases(cases, is_quick, is_every, seconds):
    """Shares the time out; `is_every`: kills have no limit. The control: without fsync of files something must be
    missed."""
    kill_shares = (0.24, 0.04, 0.04, 0.18, 0.04)  # the first file on an empty home, and one that adds to a register

    def limit(share):
        return ["--seconds-max", "%.0f" % max(3, seconds * share)]

    def kill_limit(share):
        return [] if is_every else limit(share)

    first_control = len(cases.results)
    cases.cut("control: fsync of files forgotten", 0, 1, ["--states", "16", "--pretend-unsynced", "files"])
    control = cases.results.pop(first_control)
    if is_quick:
        for number in (0, 3):
            cases.kill_one(number, limit(0.25))
        cases.cut("ingest of files 1 to 5", 0, ALL, ["--states", "100000"] + limit(0.3))
    else:
        for number in range(ALL):
            cases.kill_one(number, kill_limit(kill_shares[number]))
        cases.kill_all(kill_limit(0.1))
        cases.kill_rebuild(kill_limit(0.08))
        cases.cut("ingest of files 1 to 5", 0, ALL, ["--states", "100000"] + limit(0.12))
        cases.cut("ingest of files 4 and 5", 3, ALL, ["--states", "100000"] + limit(0.07))
        cases.cut_rebuild(["--states", "100000"] + limit(0.03))
        cases.cut_after_kill(["--states", "100000"] + limit(0.01))
    return control["lost"] + control["half_states"] > 0


def report_text(results, control_caught):
    lines = ["# Torture of `minglu ingest` and `minglu rebuild`", "",
             "Written by `tests/torture/ingest_torture.py --report`; the method stands there and in "
             "`tests/torture/README.md`. A synthetic city", "of %d units, files taken in one process each; SQLite. "
             "Recovery: `minglu status`, then the same command again. Run of %s." %
             (UNITS, datetime.date.today().isoformat()), "",
             "| case | torture | possible | tried | killed or cut | lost acknowledgements | half states |",
             "|---|---|---:|---:|---:|---:|---:|"]
    for r in results:
        is_kill = r["torture"] == "crash_points"
        lines.append("| %s | %s | %s | %d | %d | %d | %d |" % (
            r["case"], "kill" if is_kill else "power cut", "%d points" % r["points_possible"] if is_kill else
            "%d moments" % r["moments"], r["points"], r["killed"] if is_kill else r["distinct_states"], r["lost"],
            r["half_states"]))
    kills = [r for r in results if r["torture"] == "crash_points"]
    cuts = [r for r in results if r["torture"] != "crash_points"]
    lines += ["", "Together: %d kills, %d different disks after a cut; %d acknowledgements lost, %d half states." %
              (sum(r["killed"] for r in kills), sum(r["distinct_states"] for r in cuts),
               sum(r["lost"] for r in results), sum(r["half_states"] for r in results)),
              "The control, a run whose fsync calls of files are forgotten, was %scaught." %
              ("" if control_caught else "NOT "), "",
              "Killed or cut: runs that ended by the kill; for power cuts, different disks. A point may not be reached "
              "when it lies in", "a thread that takes fewer chunks in that run.", ""]
    return "\n".join(lines)


def torture(args):
    scratch = tempfile.mkdtemp(prefix="minglu_ingest_torture_", dir=args.scratch)
    try:
        program = Program(os.path.realpath(args.minglu), os.path.join(scratch, "scenario"))
        os.mkdir(program.folder)
        prepare(program)
        cases = Cases(program, args, scratch)
        seconds = args.seconds_max or (45 if args.quick else 600)
        control_caught = run_cases(cases, args.quick, args.every, seconds)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    faults = sum(r["lost"] + r["half_states"] for r in cases.results)
    if not control_caught:
        print("FAULT: the control was not caught", file=sys.stderr)
    if args.report:
        with open(args.report, "w") as out:
            out.write(report_text(cases.results, control_caught))
    return 0 if faults == 0 and control_caught else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minglu", required=True, help="the program under test")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--every", action="store_true", help="kill at every point, however long it takes")
    parser.add_argument("--seconds-max", type=float, default=0, help="about how long; 45 when quick, else 600")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--scratch", help="where to make the temporary folder")
    parser.add_argument("--report", help="write the figures as Markdown")
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--take-in", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--check", help=argparse.SUPPRESS)
    parser.add_argument("--dones", help=argparse.SUPPRESS)
    parser.add_argument("--again", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    args = parser.parse_args()
    program = Program(args.minglu, args.folder)
    if args.take_in is not None:
        take_in(program, args.rest[0], args.rest[1], args.take_in)
        return 0
    if args.check:
        completed = int(args.rest[2])
        again = json.loads(args.again)[max(0, completed - 1):]  # the last that ended, and those that did not
        found = check(program, args.rest[0], args.rest[1], args.check, args.dones.split(",")[completed], again)
        print(json.dumps(found, ensure_ascii=False))
        return 0
    if shutil.which("strace") is None:
        print("strace is not installed (apt-get install strace)", file=sys.stderr)
        return 77
    return torture(args)


if __name__ == "__main__":
    sys.exit(main())
