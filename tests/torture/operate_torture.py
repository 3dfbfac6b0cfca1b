#!/usr/bin/env python3
"""Tortures what people and operators do with a register: decide, export, back up, restore, put files into the watched
folder, and post records that are followed live. Each command is killed before every persistence call, and the power is
cut during it; then the check says whether something acknowledged is lost, or something half done could be taken for
whole.

    operate_torture.py --minglu build/dev/bin/minglu [--quick | --every] [--seconds-max S] [--report FILE.md]

Method: crash_points.py and unsynced.py do the killing and the cutting, on the register of ingest_torture.py (40 units).
A command that ended with exit code 0 has acknowledged. One class per case: `prepare` makes the folder, `words` is the
command, `check` looks at what a kill or a cut left and returns (lost, half states); the command runs again at the end
and must then succeed. Everything stands below {home}, so that the disk model sees it.

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

import ingest_torture
import torture_common as common

HERE = os.path.dirname(os.path.abspath(__file__))


def digest(path):
    with open(path, "rb") as content:
        return hashlib.sha256(content.read()).hexdigest()


def below(folder):
    return [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]


class Case:
    """`program` runs minglu; `facts` is what the undisturbed run gave, kept as JSON beside the city."""
    setup_files = 5

    def __init__(self, program):
        self.program = program
        self.facts_path = os.path.join(program.folder, "facts-%s.json" % self.name)

    @property
    def facts(self):
        with open(self.facts_path) as text:
            return json.load(text)

    def prepare(self, home):
        """Makes what the command finds."""
        ingest_torture.take_in(self.program, self.register(home), home + ".acks", self.setup_files)

    def register(self, home):
        return home

    def command(self):
        """With {home} and {acks}, for crash_points.py and unsynced.py."""
        return [self.program.minglu, "--quiet", "--threads", "1", *self.words("{home}")]

    def learn(self, home):
        """The undisturbed run: prepared, then run once. Returns what the check compares with."""
        raise NotImplementedError

    def ask(self, home, *words):
        return self.program.ask(self.register(home), *words)

    def state_hash(self, home):
        status, problem = self.ask(home, "status")
        return status.get("state_hash") or problem


class Decide(Case):
    """A decision is there whole, with its effect, or not at all."""
    name = "decision"

    def pair(self):
        with open(os.path.join(self.program.folder, "pair.json")) as text:
            return json.load(text)

    def words(self, home):
        return ["--home", home, "decide", "--same", *self.pair(), "--by", "torture", "--reason", "same telephone"]

    def decided(self, home):
        out = home + ".decisions.csv"
        _, problem = self.ask(home, "export", "decisions", "--out", out)
        if problem:
            return problem
        with open(out, newline="", encoding="utf-8-sig") as text:
            rows = [row for row in csv.reader(text)][1:]
        os.remove(out)
        return sum(1 for row in rows if all(record in row for record in self.pair()))

    def learn(self, home):
        out = home + ".members.csv"
        self.ask(home, "export", "members", "--out", out)
        with open(out, newline="", encoding="utf-8-sig") as text:
            rows = list(csv.DictReader(text))
        os.remove(out)
        keys = list(rows[0])
        records = [row[keys[1]] for row in rows if row[keys[1]].startswith("power:") or row[keys[2]] == "power"]
        with open(os.path.join(self.program.folder, "pair.json"), "w") as text:
            json.dump(records[:2], text)
        before = self.state_hash(home)
        common.must_run([self.program.minglu, "--quiet", *self.words(home)], "the undisturbed decision")
        return {"before": before, "after": self.state_hash(home)}

    def check(self, home, completed):
        lost, halves, facts = [], [], self.facts
        count = self.decided(home)
        if completed and count == 0:
            lost.append("the decision is not there")
        if count not in (0, 1):
            halves.append("the decision is there %s times" % count)
        self.ask(home, "resolve")
        if self.state_hash(home) != facts["after" if count else "before"]:
            halves.append("the register does not show what the ledger says")
        if not count:
            _, problem = self.ask(home, *self.words(home)[2:])
            halves += [problem] if problem else []
            if self.state_hash(home) != facts["after"]:
                halves.append("deciding again gives another register")
        return lost, halves


class Export(Case):
    """The file is there whole or not there; a half one has another name."""
    def __init__(self, program, ending):
        self.ending, self.name = ending, "export " + ending
        super().__init__(program)

    def out(self, home):
        return os.path.join(home, "out", "units." + self.ending)

    def words(self, home):
        return ["--home", home, "export", "units", "--out", self.out(home)]

    def prepare(self, home):
        super().prepare(home)
        os.mkdir(os.path.join(home, "out"))

    def learn(self, home):
        common.must_run([self.program.minglu, "--quiet", *self.words(home)], "the undisturbed export")
        first = digest(self.out(home))
        os.remove(self.out(home))
        common.must_run([self.program.minglu, "--quiet", *self.words(home)], "the undisturbed export")
        if digest(self.out(home)) != first:
            raise SystemExit("two exports of one register differ: " + self.ending)
        return {"digest": first}

    def check(self, home, completed):
        lost, halves, facts = [], [], self.facts
        is_there = os.path.exists(self.out(home))
        if completed and not is_there:
            lost.append("the export is not there")
        if is_there and digest(self.out(home)) != facts["digest"]:
            halves.append("a half export has the name of a whole one")
        _, problem = self.ask(home, *self.words(home)[2:])
        halves += [problem] if problem else []
        if digest(self.out(home)) != facts["digest"]:
            halves.append("exporting again gives other bytes")
        left = os.listdir(os.path.join(home, "out"))
        if left != [os.path.basename(self.out(home))]:
            halves.append("left over: %s" % left)
        return lost, halves


class Backup(Case):
    """Every backup that is listed is whole; one that was acknowledged is listed. `keep`: older ones are forgotten."""
    def __init__(self, program, keep=0):
        self.keep, self.name = keep, "backup --keep %d" % keep if keep else "backup"
        super().__init__(program)

    def pool(self, home):
        return os.path.join(home, "backups")

    def words(self, home):
        keep = ["--keep", str(self.keep)] if self.keep else []
        return ["--home", home, "backup", "--to", self.pool(home), *keep]

    def prepare(self, home):
        """A backup of a part, then more files."""
        acks = home + ".acks"
        ingest_torture.take_in(self.program, home, acks, 3)
        common.must_run(self.program.words(home, "backup", "--to", self.pool(home)), "the first backup")
        ingest_torture.take_in(self.program, home, acks, self.setup_files)

    def names(self, home):
        code, out, err = common.run([self.program.minglu, "--json", "backup", "list", self.pool(home)])
        return ([] if code else [item["backup"] for item in json.loads(out)]), (err.strip() if code else "")

    def learn(self, home):
        names, _ = self.names(home)
        return {"before": names, "state_hash": self.state_hash(home)}

    def whole(self, home, name, halves):
        _, problem = self.ask(home, "backup", "verify", self.pool(home), "--backup", name)
        halves += ["listed, not whole: " + problem] if problem else []

    def restores(self, home, halves):
        back = home + ".back"
        answer, problem = self.program.ask(back, "restore", "--from", self.pool(home))
        halves += [problem] if problem else []
        if not problem and answer["state_hash"] != self.facts["state_hash"]:
            halves.append("the newest backup is of another register")
        shutil.rmtree(back, ignore_errors=True)

    def check(self, home, completed):
        lost, halves = [], []
        names, problem = self.names(home)
        halves += [problem] if problem else []
        wanted = (0 if self.keep else 1) + (1 if completed else 0)
        if len(names) < max(wanted, 1):
            lost.append("%d backups are listed" % len(names))
        for name in names:
            self.whole(home, name, halves)
        _, problem = self.ask(home, *self.words(home)[2:])
        halves += ["again: " + problem] if problem else []
        again, _ = self.names(home)
        if again and self.keep and len(again) != self.keep:
            halves.append("%d backups are kept" % len(again))
        if os.listdir(os.path.join(self.pool(home), "incoming")):
            halves.append("left over in incoming")
        self.whole(home, again[-1], halves)
        self.restores(home, halves)
        return lost, halves


class Restore(Backup):
    """The home opens as the register that was backed up, or does not open."""
    def __init__(self, program):
        super().__init__(program)
        self.name = "restore"
        self.facts_path = os.path.join(program.folder, "facts-restore.json")

    def back(self, home):
        return os.path.join(home, "back")

    def words(self, home):
        return ["--home", self.back(home), "restore", "--from", self.pool(home)]

    def prepare(self, home):
        register = home + ".register"
        ingest_torture.take_in(self.program, register, home + ".acks", self.setup_files)
        os.mkdir(home)
        common.must_run(self.program.words(register, "backup", "--to", self.pool(home)), "the backup")
        shutil.rmtree(register)

    def learn(self, home):
        answer, problem = self.program.ask(self.back(home), "restore", "--from", self.pool(home))
        if problem:
            raise SystemExit(problem)
        return {"state_hash": answer["state_hash"]}

    def check(self, home, completed):
        lost, halves, back = [], [], self.back(home)
        is_under_way = os.path.exists(os.path.join(back, "restoring"))
        is_open = os.path.exists(os.path.join(back, "ledger.db")) and not is_under_way
        if is_under_way:
            status, problem = self.program.ask(back, "status")
            if not problem:
                halves.append("a home that is being restored can be opened")
        if completed and not is_open:
            lost.append("the restored home is not there")
        if not is_open:
            _, problem = self.program.ask(back, "restore", "--from", self.pool(home))
            halves += ["again: " + problem] if problem else []
        status, problem = self.program.ask(back, "status")
        if status.get("state_hash") != self.facts["state_hash"]:
            halves.append("the restored register is another one %s" % problem)
        whole, problem = self.program.ask(back, "verify")
        if not whole.get("whole"):
            halves.append("not whole: %s %s" % (problem, whole.get("problems")))
        return lost, halves


class Watch(Case):
    """A file is in its folder, or in taken/ and in the ledger, once."""
    name = "watched folder"

    def feeds(self, home):
        return os.path.join(home, "feeds")

    def words(self, home):
        return ["--home", home, "serve", "--check", "--watch", self.feeds(home), "--watch-settle", "0"]

    def prepare(self, home):
        os.mkdir(home)
        for number in (0, 1):
            source = ingest_torture.FILES[number].split("/")[0]
            os.makedirs(os.path.join(self.feeds(home), source))
            shutil.copy(self.program.feed(number), os.path.join(self.feeds(home), source))

    def placed(self, home):
        """For each file where it is: "waits", "taken", "both" or "nowhere"."""
        places = {}
        for number in (0, 1):
            source, name = ingest_torture.FILES[number].split("/")
            waits = os.path.exists(os.path.join(self.feeds(home), source, name))
            taken = os.path.exists(os.path.join(self.feeds(home), source, "taken", name))
            places[name] = "both" if waits and taken else "waits" if waits else "taken" if taken else "nowhere"
        return places

    def batches(self, home):
        rows, problem = ingest_torture.batches_of(self.program, home)
        return {row.get("file") or row.get("file_name") for row in rows.values()}, len(rows), problem

    def learn(self, home):
        common.must_run([self.program.minglu, "--quiet", *self.words(home)], "the undisturbed server")
        if set(self.placed(home).values()) != {"taken"}:
            raise SystemExit("the watched folder was not emptied: %s" % self.placed(home))
        return {"state_hash": self.state_hash(home)}

    def check(self, home, completed):
        lost, halves = [], []
        names, count, problem = self.batches(home)
        halves += [problem] if problem else []
        for name, place in self.placed(home).items():
            if place == "nowhere" or (place == "taken" and name not in names):
                lost.append("%s is %s and not in the ledger" % (name, place))
            if completed and place != "taken":
                lost.append("%s is %s after a good end" % (name, place))
        code, _, err = common.run([self.program.minglu, "--quiet", *self.words(home)])
        halves += ["again: exit code %d: %s" % (code, err.strip()[-300:])] if code else []
        names, count, problem = self.batches(home)
        if problem or count != 2:
            halves.append("%d files are in the ledger, not 2 %s" % (count, problem))
        if set(self.placed(home).values()) != {"taken"}:
            halves.append("not all are taken at the end: %s" % self.placed(home))
        if self.state_hash(home) != self.facts["state_hash"]:
            halves.append("another register at the end")
        return lost, halves


class Live(Case):
    """A posted record that was acknowledged is in its unit; live_crash_driver.cpp posts and checks."""
    name, posted = "posted records, live", 4

    def driver(self):
        build = os.path.dirname(os.path.dirname(self.program.minglu))
        return os.path.join(build, "tests", "torture", "live_crash_driver")

    def prepare(self, home):
        common.must_run([self.driver(), "feed", home, home + ".first", "1"], "the first record")
        os.remove(home + ".first")

    def command(self):
        return [self.driver(), "feed", "{home}", "{acks}", str(self.posted)]

    def ask_driver(self, home, acks):
        code, out, err = common.run([self.driver(), "check", home, acks, str(self.posted)])
        try:
            return json.loads(out)
        except ValueError:
            raise SystemExit("live_crash_driver: exit code %d: %s" % (code, err.strip()))

    def learn(self, home):
        acks = home + ".acks"
        common.must_run([self.driver(), "feed", home, acks, str(self.posted)], "the undisturbed feed")
        found = self.ask_driver(home, acks)
        if found["acked"] != self.posted or found["lost"] + found["half_states"]:
            raise SystemExit("the undisturbed feed: %s" % found)
        return {}

    def check(self, home, completed):
        found = self.ask_driver(home, os.path.join(os.path.dirname(home), "acks"))
        lost = found["notes"][:found["lost"]]
        if completed and found["acked"] < self.posted:
            lost.append("a good end, but %d acknowledged" % found["acked"])
        return lost, found["notes"][found["lost"]:]


def cases_of(program):
    return [Decide(program), Export(program, "csv"), Export(program, "xlsx"), Backup(program), Backup(program, keep=1),
            Restore(program), Watch(program), Live(program)]


# ---- running ----

def self_command(args, program, *words):
    return shlex.join([sys.executable, "-B", os.path.abspath(__file__), "--minglu", program.minglu, "--folder",
                       program.folder, *words])


def torture(args, program, case, tool, extra):
    command = [sys.executable, "-B", os.path.join(HERE, tool), "--scratch", args.scratch_folder, "--seed",
               str(args.seed), "--jobs", str(args.jobs),
               "--setup", self_command(args, program, "--prepare", case.name) + " {home} {acks}",
               "--run", " ".join(word if "{home}" in word else shlex.quote(word) for word in case.command()),
               "--check", self_command(args, program, "--check", case.name) + " {home} {acks} {completed}"]
    done = subprocess.run(command + extra, capture_output=True, text=True, errors="replace")
    try:
        result = json.loads(done.stdout)
    except ValueError:
        raise SystemExit("%s: %s" % (case.name, (done.stderr or done.stdout).strip()[-500:]))
    return {"case": case.name, **result}


def learn_all(program, cases, scratch):
    for case in cases:
        home = os.path.join(scratch, "undisturbed")
        case.prepare(home)
        facts = case.learn(home)
        with open(case.facts_path, "w") as out:
            json.dump(facts, out)
        for path in (home, home + ".acks"):
            shutil.rmtree(path) if os.path.isdir(path) else os.path.exists(path) and os.remove(path)


def run_all(args, program, cases, control_case):
    """Kills take two thirds of the time, or as long as it takes. The control: a backup whose fsync calls are forgotten
    must be caught."""
    results, share = [], args.seconds_max / len(cases)
    for case in cases:
        for tool, part, extra in (("crash_points.py", 0.65, []), ("unsynced.py", 0.35, ["--states", "100000"])):
            is_all = args.every and tool == "crash_points.py"
            limit = [] if is_all else ["--seconds-max", "%.0f" % max(3, share * part)]
            results.append(torture(args, program, case, tool, extra + limit))
            print(json.dumps(results[-1], ensure_ascii=False), flush=True)
    control = torture(args, program, control_case, "unsynced.py", ["--states", "40", "--pretend-unsynced", "files"])
    return results, control["lost"] + control["half_states"] > 0


def report_text(results, control_caught):
    lines = ["# Torture of decisions, exports, backups, restores, the watched folder and posted records", "",
             "Written by `tests/torture/operate_torture.py --report`; the method stands there and in "
             "`tests/torture/README.md`. A synthetic city", "of %d units; SQLite. Run of %s." %
             (ingest_torture.UNITS, datetime.date.today().isoformat()), "",
             "| case | torture | possible | tried | killed or cut | lost acknowledgements | half states |",
             "|---|---|---:|---:|---:|---:|---:|"]
    for r in results:
        is_kill = r["torture"] == "crash_points"
        lines.append("| %s | %s | %s | %d | %d | %d | %d |" % (
            r["case"], "kill" if is_kill else "power cut",
            "%d points" % r["points_possible"] if is_kill else "%d moments" % r["moments"], r["points"],
            r["killed"] if is_kill else r["distinct_states"], r["lost"], r["half_states"]))
    kills = sum(r["killed"] for r in results if r["torture"] == "crash_points")
    cuts = sum(r["distinct_states"] for r in results if r["torture"] != "crash_points")
    lines += ["", "Together: %d kills, %d different disks after a cut; %d acknowledgements lost, %d half states." % (
        kills, cuts, sum(r["lost"] for r in results), sum(r["half_states"] for r in results)),
              "The control, a backup whose fsync calls of files are forgotten, was %scaught." %
              ("" if control_caught else "NOT "), ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minglu", required=True)
    parser.add_argument("--quick", action="store_true", help="only the first four cases")
    parser.add_argument("--every", action="store_true", help="kill at every point, however long it takes")
    parser.add_argument("--only", help="only the case of this name")
    parser.add_argument("--seconds-max", type=float, default=420)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--scratch")
    parser.add_argument("--report", metavar="FILE")
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--prepare", help=argparse.SUPPRESS)
    parser.add_argument("--check", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    args = parser.parse_args()
    program = ingest_torture.Program(os.path.abspath(args.minglu), args.folder)
    if args.prepare or args.check:
        case = next(c for c in cases_of(program) if c.name == (args.prepare or args.check))
        if args.prepare:
            case.prepare(args.rest[0])
            return 0
        lost, halves = case.check(args.rest[0], int(args.rest[2]))
        print(json.dumps({"lost": len(lost), "half_states": len(halves), "notes": lost + halves}, ensure_ascii=False))
        return 0
    scratch = tempfile.mkdtemp(prefix="minglu_operate_", dir=args.scratch)
    try:
        program.folder = args.scratch_folder = scratch
        common.must_run([program.minglu, "--quiet", "synth", "--units", str(ingest_torture.UNITS), "--periods",
                         str(ingest_torture.PERIODS), "--seed", str(ingest_torture.SEED), "--out",
                         os.path.join(scratch, "city")], "synth")
        cases = cases_of(program)
        learn_all(program, cases, scratch)
        chosen = [c for c in cases if c.name == args.only] if args.only else cases[:4] if args.quick else cases
        results, control_caught = run_all(args, program, chosen, cases[3])
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if args.report:
        with open(args.report, "w") as out:
            out.write(report_text(results, control_caught))
    if not control_caught:
        print("FAULT: the control was not caught", file=sys.stderr)
    return 0 if control_caught and sum(r["lost"] + r["half_states"] for r in results) == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
