"""Reads what strace recorded of one program into a Disk (disk_model.py).

Every call that can change a file is seen at the border of the kernel, so it does not matter which library made it. What
cannot be followed is refused loudly rather than skipped: a second process, io_uring, writing through a shared mapping,
copy_file_range, sendfile into the folder, renameat2 with flags.
"""
import os
import re

import disk_model

TRACED = ("open,openat,openat2,creat,close,dup,dup2,dup3,fcntl,lseek,read,write,pwrite64,writev,pwritev,pwritev2,fsync,"
          "fdatasync,sync,syncfs,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,"
          "truncate,ftruncate,fallocate,mkdir,mkdirat,copy_file_range,sendfile,splice,mmap,fork,vfork,clone,clone3,"
          "execve,io_uring_setup,chdir,fchdir")
STRACE = ["strace", "-f", "-qq", "-e", "signal=none", "-s", "67108864", "-xx", "-e", "trace=" + TRACED,
          "-e", "raw=read,mmap,lseek,sendfile"]
LINE = re.compile(r"^(\d+) +(.*)$")
CALL = re.compile(r"^(\w+)\((.*)\) += (-?\w+)")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
MAP_SHARED, PROT_WRITE = 0x1, 0x2


class NotFollowed(Exception):
    pass


def calls_of(lines, first_moment=0):
    """(began, returned, name, arguments, result), moments as line numbers; a call split over two lines is joined."""
    begun = {}
    for at, line in enumerate(lines, first_moment):
        found = LINE.match(line.rstrip("\n"))
        if not found:
            continue
        thread, text = found.groups()
        began = at
        if text.endswith("<unfinished ...>"):
            begun[thread] = (at, text[:-len("<unfinished ...>")])
            continue
        if text.startswith("<... "):
            if thread not in begun:
                continue
            began, head = begun.pop(thread)
            text = head + text[text.index("resumed>") + len("resumed>"):]
        call = CALL.match(text)
        if call:
            yield began, at, call.group(1), call.group(2), int(call.group(3), 0) if call.group(3) != "?" else -1


def strings(arguments):
    out = []
    for text, cut in STRING.findall(arguments):
        if cut:
            raise NotFollowed("a write longer than strace shows")
        out.append(bytes.fromhex(text.replace("\\x", "")))
    return out


class OpenFile:
    def __init__(self, node, path, appends, is_synced, writes):
        self.node, self.path, self.appends, self.is_synced, self.writes = node, path, appends, is_synced, writes
        self.offset = 0


class Follower:
    """Follows one program. `root`: the folder whose child `home` is the disk; `acks`: a file outside of it."""

    def __init__(self, disk, root, home, acks):
        self.disk, self.root, self.home, self.acks = disk, root, home, acks
        self.cwd, self.files, self.starts = os.getcwd(), {}, 0
        self.ack_writes = []  # (returned, bytes)
        self.moment = 0

    # ---- paths ----

    def absolute(self, at_folder, name):
        name = os.fsdecode(name)
        if not os.path.isabs(name):
            base = self.cwd if at_folder.strip() == "AT_FDCWD" else self.path_of(at_folder)
            name = os.path.join(base, name)
        return os.path.normpath(name)

    def path_of(self, fd):
        return self.files[int(fd)].path if int(fd) in self.files else "/nowhere"

    def parts(self, path):
        """(folder node, name, node or None), or None outside of home."""
        if path == self.root:
            return None, "", disk_model.ROOT
        if path != self.home and not path.startswith(self.home + "/"):
            return None
        folder, names = disk_model.ROOT, os.path.relpath(path, self.root).split("/")
        for name in names[:-1]:
            folder = self.disk.names.get(folder, {}).get(name)
            if folder is None:
                raise NotFollowed("a path whose folder was never seen: " + path)
        return folder, names[-1], self.disk.names[folder].get(names[-1])

    # ---- one call ----

    def follow(self, began, returned, name, arguments, result):
        self.moment = returned
        handler = getattr(self, "on_" + name, None)
        if handler is None:
            raise NotFollowed("the call " + name)
        if result >= 0 or name in ("mmap",):
            handler(began, arguments, result)

    def on_execve(self, began, arguments, result):
        self.starts += 1
        if self.starts > 1:
            raise NotFollowed("a second program started by the first")

    def on_clone(self, began, arguments, result):
        if "CLONE_THREAD" not in arguments:
            raise NotFollowed("a second process")

    on_clone3 = on_clone

    def on_fork(self, began, arguments, result):
        raise NotFollowed("a second process")

    on_vfork = on_io_uring_setup = on_copy_file_range = on_splice = on_fork

    def on_sendfile(self, began, arguments, result):
        if int(arguments.split(",")[0], 0) in self.files:
            raise NotFollowed("sendfile into the folder")

    def on_chdir(self, began, arguments, result):
        self.cwd = self.absolute("AT_FDCWD", strings(arguments)[0])

    def on_fchdir(self, began, arguments, result):
        self.cwd = self.path_of(arguments)

    def on_open(self, began, arguments, result):
        self.on_openat(began, "AT_FDCWD, " + arguments, result)

    def on_creat(self, began, arguments, result):
        self.on_openat(began, "AT_FDCWD, " + arguments + " O_CREAT|O_WRONLY|O_TRUNC", result)

    def on_openat(self, began, arguments, result):
        self.files.pop(result, None)
        path = self.absolute(arguments.split(",")[0], strings(arguments)[0])
        writes = "O_WRONLY" in arguments or "O_RDWR" in arguments
        if path == self.acks:
            self.files[result] = OpenFile("acks", path, True, True, writes)
            return
        found = self.parts(path)
        if found is None:
            return
        folder, name, node = found
        if node is None:
            if "O_TMPFILE" in arguments or "O_CREAT" not in arguments:
                raise NotFollowed("an open of a file never seen: " + path)
            node = self.disk.new_node(False)
            self.disk.set_name(self.moment, folder, name, node)
        elif "O_TRUNC" in arguments and self.disk.nodes[node].length > 0:
            self.cut(node, 0)
        is_synced = "O_SYNC" in arguments or "O_DSYNC" in arguments
        self.files[result] = OpenFile(node, path, "O_APPEND" in arguments, is_synced, writes)

    on_openat2 = on_openat

    def on_close(self, began, arguments, result):
        self.files.pop(int(arguments), None)

    def on_dup(self, began, arguments, result):
        self.files.pop(result, None)
        old = int(arguments.split(",")[0])
        if old in self.files:
            self.files[result] = self.files[old]  # one open file, one offset

    on_dup2 = on_dup3 = on_dup

    def on_fcntl(self, began, arguments, result):
        if "F_DUPFD" in arguments:
            self.on_dup(began, arguments, result)

    def on_lseek(self, began, arguments, result):
        fd = int(arguments.split(",")[0], 0)
        if fd in self.files:
            self.files[fd].offset = result

    def on_read(self, began, arguments, result):
        fd = int(arguments.split(",")[0], 0)
        if fd in self.files:
            self.files[fd].offset += result

    def put(self, fd, data, offset=None):
        file = self.files.get(fd)
        if file is None:
            return
        if file.node == "acks":
            self.ack_writes.append((self.moment, data))
            return
        node = self.disk.nodes[file.node]
        if file.appends:
            offset = node.length
        at = file.offset if offset is None else offset
        node.changes.append((self.moment, "write", at, data))
        node.length = max(node.length, at + len(data))
        if offset is None or file.appends:
            file.offset = at + len(data)
        if file.is_synced:
            node.syncs.append((self.moment + 1, self.moment + 1))

    def cut(self, number, length):
        self.disk.nodes[number].changes.append((self.moment, "length", length))
        self.disk.nodes[number].length = length

    def on_write(self, began, arguments, result):
        fd = int(arguments.split(",")[0])
        if fd in self.files:
            self.put(fd, b"".join(strings(arguments))[:result])

    on_writev = on_write

    def on_pwrite64(self, began, arguments, result):
        fd = int(arguments.split(",")[0])
        if fd in self.files:
            self.put(fd, b"".join(strings(arguments))[:result], int(arguments.rsplit(",", 1)[1]))

    on_pwritev = on_pwrite64

    def on_pwritev2(self, began, arguments, result):
        self.on_pwrite64(began, arguments.rsplit(",", 1)[0], result)

    def on_fsync(self, began, arguments, result):
        file = self.files.get(int(arguments))
        if file is not None and file.node != "acks":
            self.disk.nodes[file.node].syncs.append((began, self.moment))

    on_fdatasync = on_fsync

    def on_sync(self, began, arguments, result):
        for node in self.disk.nodes:
            node.syncs.append((began, self.moment))

    on_syncfs = on_sync

    def on_ftruncate(self, began, arguments, result):
        fd, length = arguments.split(",")
        file = self.files.get(int(fd))
        if file is not None and file.node != "acks":
            self.cut(file.node, int(length))

    def on_truncate(self, began, arguments, result):
        found = self.parts(self.absolute("AT_FDCWD", strings(arguments)[0]))
        if found:
            self.cut(found[2], int(arguments.rsplit(",", 1)[1]))

    def on_fallocate(self, began, arguments, result):
        fd, mode, offset, length = [part.strip() for part in arguments.split(",")]
        file = self.files.get(int(fd))
        if file is None:
            return
        if mode != "0":
            raise NotFollowed("fallocate with flags")
        node = self.disk.nodes[file.node]
        if int(offset) + int(length) > node.length:
            self.cut(file.node, int(offset) + int(length))

    def on_mmap(self, began, arguments, result):
        _, _, protection, flags, fd, _ = [int(part, 0) for part in arguments.split(",")]
        file = self.files.get(fd)
        if file is None or file.node == "acks" or not (flags & MAP_SHARED and protection & PROT_WRITE):
            return
        if not file.path.endswith("-shm"):
            raise NotFollowed("writing through a shared mapping of " + file.path)
        self.disk.nodes[file.node].is_mapped = True

    # ---- names ----

    def on_mkdir(self, began, arguments, result):
        self.on_mkdirat(began, "AT_FDCWD, " + arguments, result)

    def on_mkdirat(self, began, arguments, result):
        found = self.parts(self.absolute(arguments.split(",")[0], strings(arguments)[0]))
        if found:
            self.disk.set_name(self.moment, found[0], found[1], self.disk.new_node(True))

    def on_unlink(self, began, arguments, result):
        self.on_unlinkat(began, "AT_FDCWD, " + arguments, result)

    on_rmdir = on_unlink

    def on_unlinkat(self, began, arguments, result):
        found = self.parts(self.absolute(arguments.split(",")[0], strings(arguments)[0]))
        if found:
            self.disk.set_name(self.moment, found[0], found[1], None)

    def two_paths(self, arguments):
        heads = STRING.sub("", arguments).split(",")
        names = strings(arguments)
        has_folders = len(heads) >= 4
        first = self.absolute(heads[0] if has_folders else "AT_FDCWD", names[0])
        second = self.absolute(heads[2] if has_folders else "AT_FDCWD", names[1])
        return self.parts(first), self.parts(second)

    def on_rename(self, began, arguments, result):
        source, target = self.two_paths(arguments)
        if source and target:
            self.disk.rename(self.moment, source[:2], target[:2])
        elif source or target:
            raise NotFollowed("a rename into or out of the folder")

    on_renameat = on_rename

    def on_renameat2(self, began, arguments, result):
        if arguments.rsplit(",", 1)[1].strip() not in ("0", "RENAME_NOREPLACE"):
            raise NotFollowed("renameat2 with flags")
        self.on_rename(began, arguments, result)

    def on_link(self, began, arguments, result):
        source, target = self.two_paths(arguments)
        if source and target:
            self.disk.set_name(self.moment, target[0], target[1], source[2])
        elif target:
            raise NotFollowed("a link into the folder")

    on_linkat = on_link

    def on_symlink(self, began, arguments, result):
        if self.parts(self.absolute("AT_FDCWD", strings(arguments)[-1])):
            raise NotFollowed("a symbolic link")

    on_symlinkat = on_symlink


def follow_log(log_path, disk, root, home, acks, first_moment=0):
    """The Follower after the whole log, and the moment after its end. One process; a later one goes on from there."""
    follower, moments = Follower(disk, root, home, acks), first_moment
    with open(log_path, errors="replace") as lines:
        for began, returned, name, arguments, result in calls_of(lines, first_moment):
            follower.follow(began, returned, name, arguments, result)
            moments = returned + 1
    return follower, moments
