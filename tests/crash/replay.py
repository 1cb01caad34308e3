# SPDX-License-Identifier: ISC
"""replay: what a power cut may leave on the disk, from the calls that the shim noted.

A kill leaves everything that was written; a power cut leaves what was synced, and of the rest any part.  The model is as
hard as POSIX allows:

  a file's bytes are there once the file was synced; before that each write alone may be there, or only the length it made;
  a name is there once its directory was synced, whatever was done to the file; until then it may or may not be;
  a write that was pending when a sync failed is never made durable by a later sync: the kernel forgot that it is dirty.
"""
import hashlib
import os
import stat
from collections import namedtuple

O_TRUNC = 0o1000

# A change that is not durable yet; what: the inode, or the directories whose sync makes it so.
Change = namedtuple("Change", "what kind args lost")
State = namedtuple("State", "files directories label prefix")


def apply_data(data, change, zeros=False):
    """A write, or a cut, on a bytearray; zeros: only its length came to the disk."""
    if change.kind == "cut":
        length = change.args[0]
        del data[length:]
        data.extend(bytes(length - len(data)))
        return
    offset, written = change.args
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    if zeros:
        data.extend(bytes(max(0, offset + len(written) - len(data))))
    else:
        data[offset:offset + len(written)] = written


class Disk:
    """What is durable, and what is pending; names are paths below home."""

    def __init__(self, home):
        self.home, self.pending = str(home), []
        self.data, self.names, self.directories, self.inode_of = {}, {}, {""}, {}
        for folder, folders, files in os.walk(self.home):
            for name in folders:
                self.directories.add(self.short(os.path.join(folder, name)))
            for name in files:
                self.take(os.path.join(folder, name))

    def short(self, path):
        return path[len(self.home):].lstrip("/")

    def take(self, path):
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or path.endswith("-shm"):
            return
        self.inode_of[status.st_ino] = len(self.data)
        self.names[self.short(path)] = len(self.data)
        with open(path, "rb") as file:
            self.data[len(self.data)] = bytearray(file.read())

    # ---- what was called ----

    def inode(self, call):
        return self.inode_of.get(call.inode)

    def change(self, what, kind, *args):
        self.pending.append(Change(what, kind, args, False))

    def named(self, kind, *paths):
        """A change of names; durable when one of the directories is."""
        self.change(tuple(os.path.dirname(path) for path in paths), kind, *paths)

    def play(self, call):
        if call.path.endswith("-shm") or call.op == "m":
            return
        if call.error != 0 and call.op == "s":
            self.pending = [c._replace(lost=True) if c.what == self.inode(call) else c for c in self.pending]
        if call.error == 0:
            getattr(self, {"o": "opened", "w": "written", "s": "synced", "r": "renamed", "t": "cut", "d": "made",
                           "u": "removed", "l": "linked"}[call.op])(call)

    def opened(self, call):
        path = self.short(call.path)
        if call.fresh:
            number = len(self.data)
            self.data[number] = bytearray()
            self.inode_of[call.inode] = number
            self.change((os.path.dirname(path),), "name", path, number)
        elif call.flags & O_TRUNC and self.inode(call) is not None:
            self.change(self.inode(call), "cut", 0)

    def written(self, call):
        self.change(self.inode(call), "write", call.offset, call.data)

    def cut(self, call):
        self.change(self.inode(call), "cut", call.offset)

    def made(self, call):
        path = self.short(call.path)
        self.change((os.path.dirname(path),), "directory", path)

    def removed(self, call):
        self.named("gone", self.short(call.path))

    def renamed(self, call):
        old, new = self.short(call.path), self.short(call.path2)
        self.change((os.path.dirname(old), os.path.dirname(new)), "rename", old, new, self.inode(call))

    def linked(self, call):
        new = self.short(call.path2)
        self.change((os.path.dirname(new),), "name", new, self.inode(call))

    def synced(self, call):
        number = self.inode(call)
        what = self.short(call.path) if number is None else number
        kept = []
        for change in self.pending:
            hit = what == change.what if number is not None else isinstance(change.what, tuple) and what in change.what
            if hit and not change.lost:
                self.settle(change)
            else:
                kept.append(change)
        self.pending = kept

    def settle(self, change):
        if isinstance(change.what, tuple):
            rename(self.names, self.directories, change)
        else:
            apply_data(self.data[change.what], change)

    # ---- what may be there after a power cut ----

    def state(self, keep, label, prefix, zeros=False):
        """keep: for each pending change whether it came to the disk; or what is left of a write."""
        names, directories, data = dict(self.names), set(self.directories), {}
        for change, kept in zip(self.pending, keep):
            if isinstance(change.what, tuple):
                if kept:
                    rename(names, directories, change)
            elif kept or zeros:
                copy = data.setdefault(change.what, bytearray(self.data[change.what]))
                apply_data(copy, kept if isinstance(kept, Change) else change, zeros and not kept)
        directories = {path for path in directories if all(above in directories for above in parents(path))}
        files = {path: bytes(data.get(number, self.data[number])) for path, number in names.items()
                 if os.path.dirname(path) in directories}
        return State(files, directories, label, prefix)

    def states(self, prefix):
        """The variants that are tried; B, that all came to the disk, is what a kill leaves."""
        pending = self.pending
        is_name = [isinstance(change.what, tuple) for change in pending]
        yield self.state([False] * len(pending), "nothing that was not synced", prefix)
        yield self.state(is_name, "names without bytes", prefix)
        yield self.state(is_name, "names, and files of zeros", prefix, zeros=True)
        yield self.state([not name for name in is_name], "bytes without names", prefix)
        for what in sorted({change.what for change in pending}, key=str):
            shown = "names in " + " and ".join(w or "/" for w in what) if isinstance(what, tuple) else self.shown(what)
            yield self.state([change.what != what for change in pending], f"all but {shown}", prefix)
            yield self.state([change.what == what for change in pending], f"only {shown}", prefix)
        yield from self.torn(prefix)

    def shown(self, number):
        paths = [path for path, n in self.names.items() if n == number]
        paths += [c.args[1 if c.kind == "rename" else 0] for c in self.pending if number in c.args[1:]]
        return "bytes of " + (paths[-1] if paths else "a file without a name")

    def torn(self, prefix):
        """The last write cut at sectors, all else there; and the writes of that file in the wrong order."""
        writes = [i for i, change in enumerate(self.pending) if change.kind == "write"]
        if not writes:
            return
        last = self.pending[writes[-1]]
        offset, data = last.args
        for cut in sorted({512, len(data) // 1024 * 512}):
            if 0 < cut < len(data):
                keep = [True] * len(self.pending)
                keep[writes[-1]] = last._replace(args=(offset, data[:cut]))
                yield self.state(keep, f"the last write cut at {cut}", prefix)
        same = [i for i in writes if self.pending[i].what == last.what]
        if len(same) > 1:
            yield self.state([i not in same[:-1] for i in range(len(self.pending))], "the last write before the others", prefix)
            yield self.state([i not in same[1:] for i in range(len(self.pending))], "the first write only", prefix)


def parents(path):
    while path:
        path = os.path.dirname(path)
        yield path


def rename(names, directories, change):
    if change.kind == "directory":
        directories.add(change.args[0])
    elif change.kind == "gone":
        names.pop(change.args[0], None)
    elif change.kind == "name":
        names[change.args[0]] = change.args[1]
    else:
        names.pop(change.args[0], None)
        names[change.args[1]] = change.args[2]


def rank(state):
    """Which variant it is: the harder first."""
    order = ("nothing", "all but names", "names, and files", "the last write before", "all but")
    return next((i for i, word in enumerate(order) if state.label.startswith(word)), len(order))


def digest(state):
    h = hashlib.sha256(repr(sorted(state.directories)).encode())
    for path, data in sorted(state.files.items()):
        h.update(path.encode() + b"\0" + hashlib.sha256(data).digest())
    return h.digest()


def all_states(disk, calls, begin=0):
    """Every state once, at the latest moment at which it may come about: then most had been promised.
    disk: as it was before the calls; begin: from which call on the power may fail."""
    found = {}
    for i, call in enumerate(calls):
        disk.play(call)
        if i >= begin:
            for state in disk.states(i + 1):
                found[digest(state)] = state
    return sorted(found.values(), key=lambda state: state.prefix)


def lay_out(state, home):
    """Makes that disk."""
    for path in sorted(state.directories):
        os.makedirs(os.path.join(home, path), exist_ok=True)
    for path, data in state.files.items():
        with open(os.path.join(home, path), "wb") as file:
            file.write(data)
        os.chmod(os.path.join(home, path), 0o600)
