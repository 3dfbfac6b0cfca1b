#!/usr/bin/env python3
"""Kills a command before every system call that changes the disk, then recovers and checks. Any command: see --help.

Method: one run under strace counts each such call per thread; then, for each call name S and each N up to the
largest count of a thread, the command runs on a fresh copy of the prepared folder with `strace -e
inject=S:signal=SIGKILL:when=N`. strace counts per thread and per call name, and SIGKILL arrives before the call is
executed.

Covers: every state between two such calls of a single thread. The state after an open() that creates a file is the
one before the next call on the list, so open() needs no points of its own. With several threads, the thread that
reaches N first is killed: all of the main thread's points, a sample of the interleavings. Does not cover: power
cuts. What the kernel holds survives a kill, so a missing fsync is invisible here: see unsynced.py.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time

import torture_common as common

CALLS = ("write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,msync,rename,renameat,renameat2,"
         "unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,truncate,ftruncate,fallocate,mkdir,mkdirat,"
         "copy_file_range,sendfile")
COUNT_SECONDS_MAX = 600
LINE = re.compile(r"^(\d+)\s+(?:<\.\.\. )?(\w+)(?:\(| resumed)")
KILLED = (-9, 137)


def count_calls(command, calls, scratch):
    """{call name: largest count of one thread} of one undisturbed run."""
    log = os.path.join(scratch, "count.log")
    tracer = ["strace", "-f", "-qq", "-s", "0", "-e", "signal=none", "-e", "trace=" + ",".join(calls), "-o", log]
    code, _, err = common.run(tracer + command, COUNT_SECONDS_MAX)
    if code != 0:
        raise SystemExit("the undisturbed run failed with exit code %d: %s" % (code, err.strip()[-500:]))
    per_thread = collections.Counter()
    with open(log, errors="replace") as lines:
        for line in lines:
            found = LINE.match(line)
            if found and " resumed" not in line[:60]:
                per_thread[(found.group(1), found.group(2))] += 1
    counts = {}
    for (_, name), count in per_thread.items():
        counts[name] = max(counts.get(name, 0), count)
    return counts


class Harness:
    def __init__(self, args, scratch):
        self.args, self.scratch = args, scratch
        self.prepared = os.path.join(scratch, "prepared")
        os.makedirs(self.prepared)
        home, acks = self.paths(self.prepared)
        if args.setup:
            common.must_run(common.fill(args.setup, home, acks), "the setup")

    @staticmethod
    def paths(folder):
        return os.path.join(folder, "home"), os.path.join(folder, "acks")

    def fresh_copy(self, name):
        folder = os.path.join(self.scratch, name)
        shutil.copytree(self.prepared, folder, symlinks=True)
        return folder

    def count(self):
        folder = self.fresh_copy("count")
        counts = count_calls(common.fill(self.args.run, *self.paths(folder)), self.args.calls.split(","), self.scratch)
        shutil.rmtree(folder)
        return counts

    def try_point(self, point):
        name, number = point
        folder = self.fresh_copy("%s-%d" % point)
        home, acks = self.paths(folder)
        command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + name, "-e",
                   "inject=%s:signal=SIGKILL:when=%d" % point] + common.fill(self.args.run, home, acks)
        code, _, _ = common.run(command)
        completed = int(code == 0)
        found = common.recover_and_check(self.args.recover, self.args.check, home, acks, completed)
        if not completed and code not in KILLED:
            found["half_states"] += 1
            found["notes"].append("neither killed nor done: exit code %d" % code)
        if not (self.args.keep and found["lost"] + found["half_states"]):
            shutil.rmtree(folder)
        return found, not completed


def choose(points, args):
    """All points, or a seeded sample of --points-max of them, in a seeded order so that a time limit cuts evenly."""
    rng = random.Random(args.seed)
    rng.shuffle(points)
    return points[:args.points_max] if args.points_max else points


def torture(args, scratch):
    harness = Harness(args, scratch)
    counts = harness.count()
    every = [(name, n) for name in sorted(counts) for n in range(1, counts[name] + 1)]
    points = choose(list(every), args)
    tally, killed, started = common.Tally(), 0, time.monotonic()
    deadline = started + args.seconds_max if args.seconds_max else None
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        waiting, queue = {}, iter(points)
        while True:
            while len(waiting) < args.jobs and not (deadline and time.monotonic() > deadline):
                point = next(queue, None)
                if point is None:
                    break
                waiting[pool.submit(harness.try_point, point)] = point
            if not waiting:
                break
            for done in concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED).done:
                found, was_killed = done.result()
                tally.add("%s #%d" % waiting.pop(done), found)
                killed += was_killed
    result = {"torture": "crash_points", "points_possible": len(every), "killed": killed, "calls": counts,
              "seconds": round(time.monotonic() - started, 1)}
    result.update(tally.as_dict())
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, help="the command to kill, with {home} and {acks}")
    parser.add_argument("--setup", help="run once on an empty {home} before all; its state is copied for each point")
    parser.add_argument("--recover", help="run after each kill; must end with exit code 0")
    parser.add_argument("--check", required=True, help="run after recovery; prints the verdict (torture_common.py)")
    parser.add_argument("--calls", default=CALLS, help="system calls to kill before")
    parser.add_argument("--points-max", type=int, default=0, help="0: every point; else a seeded sample")
    parser.add_argument("--seconds-max", type=float, default=0, help="stop starting points after so long; 0: no limit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--scratch", help="where to make the temporary folder; memory-backed is fine and quicker")
    parser.add_argument("--keep", action="store_true", help="keep the folders of bad points and print where they are")
    args = parser.parse_args()
    if shutil.which("strace") is None:
        print("strace is not installed (apt-get install strace)", file=sys.stderr)
        return 77
    scratch = tempfile.mkdtemp(prefix="minglu_torture_", dir=args.scratch)
    try:
        result = torture(args, scratch)
    finally:
        if args.keep:
            print("kept: " + scratch, file=sys.stderr)
        else:
            shutil.rmtree(scratch, ignore_errors=True)
    print(json.dumps(result, ensure_ascii=False))
    return 0 if result["lost"] + result["half_states"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
