#!/usr/bin/env python3
"""Cuts the power at seeded moments of one recorded run, builds a disk that the cut could have left, recovers and
checks.

Method: the command runs once under strace, which records every call that changes a file, with its bytes; several
commands, one process each, run one after the other. For each of N states a moment is drawn, every fifth time the end
of a command, and a disk is built by the rules of disk_model.py: what was synced is there, everything else may be
dropped, reordered or torn. Then the recovery command and the check command run on it. The acknowledgements file is
outside of the disk: what was acknowledged before the moment must be there.

Covers: missing fsync of files and folders, wrong order, torn writes, names without content, content without names;
SQLite's write-ahead log and checkpoints as they happened in the run. One interleaving of threads: that of the
recorded run. Model only: no disk that lies about a flush, no bit rot, no controller that tears below 512 bytes.

The control (--pretend-unsynced) forgets the program's own fsync calls and must lose something: else the torture is
blind.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
import time

import call_log
import disk_model
import torture_common as common

RUN_SECONDS_MAX = 600
END_SHARE = 0.2
KILLED = (-9, 137)


def run_recorded(template, paths, log, kill_before):
    """Runs one command under strace; `kill_before` ("fdatasync:5") ends it there, which then is no failure."""
    tracer = call_log.STRACE + ["-o", log]
    if kill_before:
        tracer += ["-e", "inject=%s:signal=SIGKILL:when=%s" % tuple(kill_before.split(":"))]
    code, _, err = common.run(tracer + common.fill(template, *paths), RUN_SECONDS_MAX)
    if code != 0 and not (kill_before and code in KILLED):
        raise SystemExit("the recorded run failed with exit code %d: %s" % (code, err.strip()[-500:]))


def record(args, scratch):
    """The disk with its history, the acknowledgements, and the moments at which the commands ended."""
    root = os.path.realpath(os.path.join(scratch, "record"))
    os.mkdir(root)
    home, acks, log = os.path.join(root, "home"), os.path.join(root, "acks"), os.path.join(scratch, "calls.log")
    if args.setup:
        common.must_run(common.fill(args.setup, home, acks), "the setup")
    disk = disk_model.Disk()
    if os.path.isdir(home):
        node = disk.new_node(True)
        disk.names[disk_model.ROOT]["home"] = disk.start_names[disk_model.ROOT]["home"] = node
        disk.load(home, node)
    first_acks = open(acks, "rb").read() if os.path.exists(acks) else b""
    ends, ack_writes, moments = [], [(-1, first_acks)], 0
    for number, template in enumerate(args.run):
        run_recorded(template, (home, acks), log, args.kill_first if number == 0 else None)
        try:
            follower, moments = call_log.follow_log(log, disk, root, home, acks, moments)
        except call_log.NotFollowed as reason:
            raise SystemExit("this run cannot be followed: %s" % reason)
        ends.append(moments)
        ack_writes += follower.ack_writes
        os.remove(log)
    check_replay(disk, moments, home)
    for node in disk.nodes:
        if args.pretend_unsynced == "all" or args.pretend_unsynced == ("folders" if node.is_folder else "files"):
            node.syncs = []
    return disk, ack_writes, ends


def check_replay(disk, moments, home):
    """Without a crash, the model must hold exactly what is on the real disk: the proof that nothing was overlooked."""
    for node in disk.nodes:
        node.syncs.append((moments, moments))
    state = disk.crash_state(moments, 0)
    for node in disk.nodes:
        node.syncs.pop()
    real = {}
    for folder, folders, files in os.walk(home):
        for name in folders + files:
            path = os.path.join(folder, name)
            relative = os.path.relpath(path, os.path.dirname(home))
            real[relative] = None if os.path.isdir(path) else open(path, "rb").read()
    real["home"] = None
    paths = [path for path in sorted(set(real) | set(state)) if not path.endswith("-shm")]
    differing = [path for path in paths if real.get(path, 0) != state.get(path, 0)]
    if differing:
        raise SystemExit("the recording does not explain the real disk: %s" % ", ".join(differing[:5]))


def moments_that_matter(disk, acks, ends):
    """A cut between two others of these leaves the same choices as a cut at the later one."""
    when, moments = {change.at + 1 for change in disk.name_changes} | {at + 1 for at, _ in acks} | set(ends), ends[-1]
    for node in disk.nodes:
        when |= {change[0] + 1 for change in node.changes} | {returned for _, returned in node.syncs}
    return sorted(at for at in when if 0 <= at <= moments)


def try_state(args, scratch, disk, acks, ends, when, number):
    rng = random.Random("%d-%d" % (args.seed, number))
    crash = rng.choice(ends) if rng.random() < END_SHARE else rng.choice(when)
    completed = sum(1 for end in ends if end <= crash)
    state = disk.crash_state(crash, rng.random())
    folder = os.path.join(scratch, "state-%d" % number)
    os.mkdir(folder)
    disk_model.write_state(state, folder)
    noted = b"".join(data for at, data in acks if at < crash)
    digest = hashlib.sha256(noted)
    for path in sorted(state):
        content = b"" if state[path] is None else hashlib.sha256(state[path]).digest()
        digest.update(b"%s\0%s\0" % (path.encode(), content))
    home, ack_path = os.path.join(folder, "home"), os.path.join(folder, "acks")
    with open(ack_path, "wb") as out:
        out.write(noted)
    found = common.recover_and_check(args.recover, args.check, home, ack_path, completed)
    if not (args.keep and found["lost"] + found["half_states"]):
        shutil.rmtree(folder)
    return "state %d, cut at %d of %d" % (number, crash, ends[-1]), found, digest.digest()


def torture(args, scratch):
    disk, acks, ends = record(args, scratch)
    when = moments_that_matter(disk, acks, ends)
    tally, distinct, started = common.Tally(), set(), time.monotonic()
    deadline = started + args.seconds_max if args.seconds_max else None
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        waiting, next_number = set(), 0
        while True:
            is_late = deadline is not None and time.monotonic() > deadline
            while len(waiting) < args.jobs and next_number < args.states and not is_late:
                waiting.add(pool.submit(try_state, args, scratch, disk, acks, ends, when, next_number))
                next_number += 1
            if not waiting:
                break
            finished, waiting = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
            for done in finished:
                where, found, digest = done.result()
                tally.add(where, found)
                distinct.add(digest)
    result = {"torture": "unsynced", "pretend_unsynced": args.pretend_unsynced, "moments": len(when),
              "syncs": sum(len(node.syncs) for node in disk.nodes), "distinct_states": len(distinct),
              "seconds": round(time.monotonic() - started, 1)}
    result.update(tally.as_dict())
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, action="append",
                        help="the command to record, with {home} and {acks}; one process; may be given several times")
    parser.add_argument("--kill-first", metavar="CALL:N", help="the first command is killed before its Nth such call")
    parser.add_argument("--setup", help="run before the recording; its result counts as safe")
    parser.add_argument("--recover", help="run on each state; must end with exit code 0")
    parser.add_argument("--check", required=True, help="run after recovery; prints the verdict (torture_common.py)")
    parser.add_argument("--states", type=int, default=1000)
    parser.add_argument("--seconds-max", type=float, default=0, help="stop starting states after so long; 0: no limit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--scratch", help="where to make the temporary folder; memory-backed is fine and quicker")
    parser.add_argument("--pretend-unsynced", choices=["none", "files", "folders", "all"], default="none")
    parser.add_argument("--keep", action="store_true", help="keep the folders of bad states and print where they are")
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
