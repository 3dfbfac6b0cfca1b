"""A disk under a power cut: which states may a program find after it, given the calls that it made?

Rules, those of POSIX read strictly:
* Bytes and length of a file are safe once an fsync, fdatasync or O_SYNC write of it, begun after the change, has
  returned.
* A name in a folder (made, moved, removed) is safe once an fsync of that folder, begun after the change, has
  returned. An fsync of the file alone does not keep its name.
* Everything else may be kept, dropped, or kept in another order; a write may be kept in part, by sectors of 512
  bytes; a length may be kept without the bytes (then zeros).
* A rename within one folder is one change. A rename between folders may leave both names, never none.
* A file mapped for shared writing has no journal: it must match *-shm (SQLite rebuilds it) and comes back absent or
  as zeros.
"""
import os
import random

SECTOR_BYTES = 512
ROOT = 0


class Node:
    """A file or folder, however many names it has."""

    def __init__(self, is_folder, base=b""):
        self.is_folder, self.base = is_folder, base
        self.changes = []  # (at, "write", offset, bytes) or (at, "length", length)
        self.syncs = []    # (began, returned)
        self.is_mapped = False
        self.length = len(base)  # as the running program sees it

    def safe_until(self, crash):
        """Changes made before this moment survive a crash at `crash`."""
        return max((began for began, returned in self.syncs if returned <= crash), default=-1)


class NameChange:
    """folder[name] = node (None: removed). `needs`: the half of a rename without which this half is never kept."""

    def __init__(self, at, folder, name, node, needs=None, is_one_with=None):
        self.at, self.folder, self.name, self.node = at, folder, name, node
        self.needs, self.is_one_with = needs, is_one_with


class Disk:
    def __init__(self):
        self.nodes = [Node(True)]
        self.names = {ROOT: {}}       # as the running program sees them
        self.start_names = {ROOT: {}}  # before its first call; safe
        self.name_changes = []

    def load(self, path, folder=ROOT):
        """Takes over what is on the real disk under `path` as the safe beginning."""
        for entry in sorted(os.scandir(path), key=lambda e: e.name):
            if entry.is_dir(follow_symlinks=False):
                node = self.new_node(True)
                self.load(entry.path, node)
            else:
                with open(entry.path, "rb") as content:
                    node = self.new_node(False, content.read())
            self.names[folder][entry.name] = self.start_names[folder][entry.name] = node

    def new_node(self, is_folder, base=b""):
        self.nodes.append(Node(is_folder, base))
        node = len(self.nodes) - 1
        if is_folder:
            self.names[node], self.start_names[node] = {}, {}
        return node

    def set_name(self, at, folder, name, node, needs=None, is_one_with=None):
        change = NameChange(at, folder, name, node, needs, is_one_with)
        self.name_changes.append(change)
        if node is None:
            self.names[folder].pop(name, None)
        else:
            self.names[folder][name] = node
        return change

    def rename(self, at, source, target):
        node = self.names[source[0]][source[1]]
        if source == target:
            return
        put = self.set_name(at, target[0], target[1], node)
        self.set_name(at, source[0], source[1], None, needs=put, is_one_with=put if source[0] == target[0] else None)

    # ---- a state after a crash ----

    def surviving_names(self, crash, rng):
        """{folder: {name: node}} in one of four ways, from "nothing unsynced" to "everything"."""
        mode = rng.choice(["none", "all", "first", "some", "some"])
        happened = [c for c in self.name_changes if c.at < crash]
        open_count = sum(1 for c in happened if c.at >= self.nodes[c.folder].safe_until(crash))
        first, kept, seen = rng.randint(0, open_count), set(), 0
        names = {folder: dict(entries) for folder, entries in self.start_names.items()}
        for change in happened:
            is_safe = change.at < self.nodes[change.folder].safe_until(crash)
            if is_safe:
                keep = True
            else:
                keep = {"none": False, "all": True, "first": seen < first, "some": rng.random() < 0.5}[mode]
                seen += 1
            if change.needs is not None and change.needs not in kept:
                keep = False
            if change.is_one_with is not None:
                keep = change.is_one_with in kept
            if keep:
                kept.add(change)
                if change.node is None:
                    names[change.folder].pop(change.name, None)
                else:
                    names[change.folder][change.name] = change.node
        return names

    def surviving_bytes(self, number, crash, rng):
        """The content of a file, or None when it does not come back at all."""
        node = self.nodes[number]
        if node.is_mapped:
            return rng.choice([None, b"\0" * node.length])
        content, safe = bytearray(node.base), node.safe_until(crash)
        mode = rng.choice(["none", "all", "first", "some", "some"])
        unsafe_count = sum(1 for c in node.changes if safe <= c[0] < crash)
        first, seen = rng.randint(0, unsafe_count), 0
        for change in node.changes:
            if change[0] >= crash:
                break
            if change[0] < safe:
                apply(content, change)
                continue
            keep = {"none": False, "all": True, "first": seen < first, "some": rng.random() < 0.5}[mode]
            is_edge = mode == "first" and seen == first
            seen += 1
            if keep and not (mode == "some" and rng.random() < 0.3):
                apply(content, change)
            elif (keep or is_edge) and change[1] == "write":
                tear(content, change, rng)
            elif change[1] == "write" and mode == "some" and rng.random() < 0.2:
                extend(content, change[2] + len(change[3]))  # the length came through, the bytes did not
        return bytes(content)

    def crash_state(self, crash, seed):
        """{path: bytes, or None for a folder}, relative to the root."""
        rng = random.Random(seed)
        names, state, content = self.surviving_names(crash, rng), {}, {}

        def walk(folder, prefix):
            for name, node in sorted(names[folder].items()):
                path = prefix + name
                if self.nodes[node].is_folder:
                    state[path] = None
                    walk(node, path + "/")
                    continue
                if node not in content:
                    content[node] = self.surviving_bytes(node, crash, rng)
                if content[node] is not None:
                    state[path] = content[node]

        walk(ROOT, "")
        return state


def extend(content, length):
    if len(content) < length:
        content.extend(b"\0" * (length - len(content)))


def apply(content, change):
    if change[1] == "length":
        extend(content, change[2])
        del content[change[2]:]
        return
    extend(content, change[2])
    content[change[2]:change[2] + len(change[3])] = change[3]


def tear(content, change, rng):
    """Keeps some sectors of a write: a run from the front, or any."""
    _, _, offset, data = change
    front = rng.random() < 0.5
    cut = offset + rng.randint(0, len(data))
    at = offset
    while at < offset + len(data):
        end = min(offset + len(data), (at // SECTOR_BYTES + 1) * SECTOR_BYTES)
        if (end <= cut) if front else (rng.random() < 0.5):
            apply(content, (0, "write", at, data[at - offset:end - offset]))
        at = end


def write_state(state, folder):
    for path, content in state.items():
        target = os.path.join(folder, path)
        if content is None:
            os.mkdir(target)
        else:
            with open(target, "wb") as out:
                out.write(content)
