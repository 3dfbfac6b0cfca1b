#!/usr/bin/env python3
"""Cuts the power at seeded moments of one recorded run, builds a disk that the cut could have left, recovers and
checks.

Method: the command runs once under strace, which records every call that changes a file, with its bytes. For each
of N states a moment is drawn and a disk is built by the rules of disk_model.py: what was synced is there,
everything else may be dropped, reordered or torn. Then the recovery command and the check command run on it. The
acknowledgements file is outside of the disk: what was acknowledged before the moment must be there.

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


def record(args, scratch):
    """The disk with its history, the acknowledgements, and the number of moments."""
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
    code, _, err = common.run(call_log.STRACE + ["-o", log] + common.fill(args.run, home, acks), RUN_SECONDS_MAX)
    if code != 0:
        raise SystemExit("the recorded run failed with exit code %d: %s" % (code, err.strip()[-500:]))
    try:
        follower, moments = call_log.follow_log(log, disk, root, home, acks)
    except call_log.NotFollowed as reason:
        raise SystemExit("this run cannot be followed: %s" % reason)
    check_replay(disk, moments, home)
    for node in disk.nodes:
        if args.pretend_unsynced == "all" or args.pretend_unsynced == ("folders" if node.is_folder else "files"):
            node.syncs = []
    os.remove(log)
    return disk, [(-1, first_acks)] + follower.ack_writes, moments


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


def moments_that_matter(disk, acks, moments):
    """A cut between two others of these leaves the same choices as a cut at the later one."""
    when = {change.at + 1 for change in disk.name_changes} | {at + 1 for at, _ in acks} | {moments}
    for node in disk.nodes:
        when |= {change[0] + 1 for change in node.changes} | {returned for _, returned in node.syncs}
    return sorted(at for at in when if 0 <= at <= moments)


def try_state(args, scratch, disk, acks, when, number):
    moments = when[-1]
    rng = random.Random("%d-%d" % (args.seed, number))
    crash = rng.choice(when)
    completed = int(crash == moments)
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
    return "state %d, cut at %d of %d" % (number, crash, moments), found, digest.digest()


def torture(args, scratch):
    disk, acks, moments = record(args, scratch)
    when = moments_that_matter(disk, acks, moments)
    tally, distinct, started = common.Tally(), set(), time.monotonic()
    deadline = started + args.seconds_max if args.seconds_max else None
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        waiting, next_number = set(), 0
        while True:
            is_late = deadline is not None and time.monotonic() > deadline
            while len(waiting) < args.jobs and next_number < args.states and not is_late:
                waiting.add(pool.submit(try_state, args, scratch, disk, acks, when, next_number))
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
    parser.add_argument("--run", required=True, help="the command to record, with {home} and {acks}; one process")
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
