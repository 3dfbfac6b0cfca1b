#!/usr/bin/env python3
"""Tests of the torture's own parts: the disk model on hand-made histories, the log reader on hand-made lines."""
import os
import tempfile
import unittest

import call_log
import disk_model
import ingest_torture
import torture_common


def hexed(text):
    return '"' + "".join("\\x%02x" % byte for byte in text.encode()) + '"'


def followed(lines, disk=None, first_moment=0):
    disk = disk or disk_model.Disk()
    with tempfile.NamedTemporaryFile("w", suffix=".log", delete=False) as log:
        log.write("".join("7 %s\n" % line for line in lines))
    try:
        follower, moments = call_log.follow_log(log.name, disk, "/r", "/r/home", "/r/acks", first_moment)
    finally:
        os.remove(log.name)
    return disk, follower, moments


def states(disk, crash, count=400):
    return [disk.crash_state(crash, seed) for seed in range(count)]


OPENING = ["mkdir(%s, 0755) = 0" % hexed("/r/home"),
           "openat(AT_FDCWD, %s, O_WRONLY|O_CREAT|O_TRUNC, 0644) = 3" % hexed("/r/home/a.part"),
           "write(3, %s, 4) = 4" % hexed("good")]
SYNCED = ["fsync(3) = 0", "close(3) = 0", "rename(%s, %s) = 0" % (hexed("/r/home/a.part"), hexed("/r/home/a"))]
FOLDERS = ["openat(AT_FDCWD, %s, O_RDONLY|O_DIRECTORY) = 4" % hexed("/r/home"), "fsync(4) = 0", "close(4) = 0",
           "openat(AT_FDCWD, %s, O_RDONLY|O_DIRECTORY) = 4" % hexed("/r"), "fsync(4) = 0"]


class DiskModel(unittest.TestCase):
    def test_what_is_synced_with_its_folders_always_survives(self):
        disk, _, moments = followed(OPENING + SYNCED + FOLDERS)
        for state in states(disk, moments):
            self.assertEqual(state, {"home": None, "home/a": b"good"})

    def test_without_folder_syncs_the_name_may_be_lost_but_never_the_content_of_a_name(self):
        disk, _, moments = followed(OPENING + SYNCED)
        found = states(disk, moments)
        self.assertTrue(any("home" not in state for state in found))
        self.assertTrue(any("home/a" in state for state in found))
        self.assertTrue(all(content == b"good" for state in found for content in state.values() if content is not None))

    def test_without_file_sync_the_content_may_be_lost(self):
        disk, _, moments = followed(OPENING + SYNCED[1:] + FOLDERS)
        contents = {state["home/a"] for state in states(disk, moments)}
        self.assertEqual(contents, {b"good", b"", b"\0\0\0\0"})

    def test_a_sync_begun_before_a_write_does_not_cover_it(self):
        log = OPENING + ["fsync(3 <unfinished ...>"]
        disk, _, moments = followed(log + ["write(3, %s, 1) = 1" % hexed("!"), "<... fsync resumed>) = 0"])
        self.assertEqual(disk.nodes[2].syncs[0][0], 3)
        self.assertLess(disk.nodes[2].safe_until(moments), 4)

    def test_a_write_is_torn_at_sectors(self):
        disk, _, moments = followed(
            OPENING[:2] + ["write(3, %s, 1500) = 1500" % hexed("x" * 1500)] + SYNCED[1:] + FOLDERS)
        contents = {state["home/a"] for state in states(disk, moments)}
        self.assertGreater(len(contents), 4)
        for content in contents:
            for at in range(0, len(content), 512):
                self.assertEqual(len(set(content[at:at + 512])), 1, "a sector is old or new")

    def test_a_rename_in_one_folder_is_whole_and_between_two_never_loses_the_file(self):
        disk = disk_model.Disk()
        folder = disk.new_node(True)
        disk.names[0]["d"] = disk.start_names[0]["d"] = folder
        node = disk.new_node(False, b"x")
        disk.names[0]["a"] = disk.start_names[0]["a"] = node
        disk.rename(1, (0, "a"), (0, "b"))
        disk.rename(2, (0, "b"), (folder, "c"))
        found = {tuple(sorted(path for path in state if path != "d")) for state in states(disk, 3)}
        self.assertNotIn((), found)
        self.assertNotIn(("a", "b"), found)
        self.assertTrue({("a",), ("b",), ("d/c",)} <= found)

    def test_a_synced_open_needs_no_fsync(self):
        log = [OPENING[0], OPENING[1].replace("O_TRUNC", "O_TRUNC|O_DSYNC")] + OPENING[2:]
        disk, _, moments = followed(log + FOLDERS)
        for state in states(disk, moments):
            self.assertEqual(state["home/a.part"], b"good")


class CallLog(unittest.TestCase):
    def test_offsets_follow_writes_seeks_and_duplicates(self):
        calls = ["dup(3) = 5", "write(5, %s, 2) = 2" % hexed("er"), "lseek(0x3, 0, 0) = 0x1",
                 "write(3, %s, 1) = 1" % hexed("u"), "pwrite64(3, %s, 1, 7) = 1" % hexed("!"),
                 "ftruncate(3, 7) = 0", "fsync(3) = 0"]
        disk, _, moments = followed(OPENING + calls + FOLDERS)
        for state in states(disk, moments, 20):
            self.assertEqual(state["home/a.part"], b"guoder\0")

    def test_what_one_process_left_unsynced_is_unsynced_for_the_next(self):
        disk, _, ended = followed(OPENING + FOLDERS)
        _, _, moments = followed(["openat(AT_FDCWD, %s, O_WRONLY) = 3" % hexed("/r/home/a.part"),
                                  "write(3, %s, 1) = 1" % hexed("f")], disk, ended)
        self.assertEqual((ended, moments), (8, 10))
        self.assertEqual({state["home/a.part"][:1] for state in states(disk, ended)}, {b"", b"g", b"\0"})
        self.assertEqual({state["home/a.part"][:1] for state in states(disk, moments)}, {b"", b"g", b"f", b"\0"})

    def test_acknowledgements_are_kept_apart(self):
        disk, follower, _ = followed(["openat(AT_FDCWD, %s, O_WRONLY|O_CREAT|O_APPEND, 0644) = 3" % hexed("/r/acks"),
                                      "write(3, %s, 2) = 2" % hexed("1\n")])
        self.assertEqual(follower.ack_writes, [(1, b"1\n")])
        self.assertEqual(disk.name_changes, [])

    def test_failed_calls_change_nothing(self):
        disk, _, _ = followed(["mkdir(%s, 0755) = -1 EEXIST (File exists)" % hexed("/r/home")])
        self.assertEqual(disk.name_changes, [])

    def test_what_cannot_be_followed_is_refused(self):
        for line in ("fork() = 8", "clone(child_stack=NULL, flags=SIGCHLD) = 8", "io_uring_setup(8, 0) = 5",
                     "mmap(0, 0x1000, 0x3, 0x1, 0x3, 0) = 0x7f0000000000"):
            with self.assertRaises(call_log.NotFollowed, msg=line):
                followed(OPENING + [line])


class LostBatches(unittest.TestCase):
    RECEIPT = {"source": "s", "sha256": "d", "file": "f", "seq": 1, "rows_in": 3, "accepted": 2, "rejected": 1,
               "duplicate": 0, "superseded": 0}
    ROW = {name: str(value) for name, value in RECEIPT.items() if name != "file"}

    def test_a_batch_that_is_gone_or_has_other_counts_is_lost(self):
        self.assertEqual(ingest_torture.lost_batches({"s d": self.ROW}, [self.RECEIPT], {"s d": self.ROW}), [])
        self.assertEqual(len(ingest_torture.lost_batches({}, [self.RECEIPT], {})), 1)
        self.assertEqual(len(ingest_torture.lost_batches({}, [], {"s d": self.ROW})), 1)
        changed = dict(self.ROW, accepted="3")
        self.assertEqual(len(ingest_torture.lost_batches({"s d": changed}, [self.RECEIPT], {})), 1)


class Verdict(unittest.TestCase):
    def test_a_check_that_says_nothing_is_a_half_state(self):
        self.assertEqual(torture_common.verdict_of("true", "h", "a", 0)["half_states"], 1)
        self.assertEqual(torture_common.verdict_of("false", "h", "a", 0)["half_states"], 1)

    def test_a_check_that_says_whole_but_fails_is_a_half_state(self):
        said = """sh -c 'echo "{{\\"lost\\":0,\\"half_states\\":0}}"; exit %d'"""
        self.assertEqual(torture_common.verdict_of(said % 0, "h", "a", 0)["half_states"], 0)
        self.assertEqual(torture_common.verdict_of(said % 3, "h", "a", 0)["half_states"], 1)


if __name__ == "__main__":
    unittest.main()
