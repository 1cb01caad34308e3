# SPDX-License-Identifier: ISC
"""stage: builds scene and shim, and plays lives of keeper and signer in directories of their own."""
import os
import pathlib
import shlex
import shutil
import struct
import subprocess
import tempfile
from collections import namedtuple

HERE = pathlib.Path(__file__).resolve().parent
TREE = HERE.parent.parent
BUILD = pathlib.Path(os.environ.get("MAILSEAL_BUILD", TREE / "build")).resolve()

NOTED = struct.Struct("<IIBBBBiQqIIII")
NAMES = {"o": "open", "w": "write", "s": "sync", "r": "rename", "t": "cut", "d": "mkdir", "u": "unlink", "l": "link",
         "m": "send"}
ROLES = {"k": "keeper", "s": "signer"}

Call = namedtuple("Call", "number op role fresh injected error inode offset flags path path2 data")
Life = namedtuple("Life", "heard exits troubles calls")


def make_variable(name):
    """What a variable of the Makefile expands to."""
    return shlex.split(subprocess.run(["make", "-s", "-C", BUILD, f"--eval=say-it:;@echo '$({name})'", "say-it"],
                                      check=True, capture_output=True, text=True).stdout)


class Tools:
    """The compiled scene and shim; mutants are linked from the same objects with one replaced."""

    def __init__(self, work):
        self.work = pathlib.Path(work)
        self.compile_flags = make_variable("COMPILE")
        self.link_flags = [word for name in ("CCLD", "AM_CFLAGS", "CFLAGS", "AM_LDFLAGS", "LDFLAGS")
                           for word in make_variable(name)]
        self.libraries = make_variable("LDADD") + make_variable("LIBS")
        ours = [library for library in self.libraries if library.endswith(".a")]
        subprocess.run(["make", "-s", "-C", BUILD, "src/daemon/keeper_house.o", *ours], check=True,
                       stdout=subprocess.DEVNULL)
        self.shim = self.work / "shim.so"
        self.compile(HERE / "scene.c", self.work / "scene.o")
        self.compile(HERE / "shim.c", self.work / "shim.o", ["-fPIC", "-fvisibility=default"])
        subprocess.run([*self.link_flags, "-shared", "-o", self.shim, self.work / "shim.o", "-ldl"], check=True, cwd=BUILD)
        self.scene = self.link("scene", [])

    def compile(self, source, target, more=()):
        subprocess.run([*self.compile_flags, *more, "-c", "-o", target, source], check=True, cwd=BUILD)

    def link(self, name, objects):
        """A scene in which these objects take the place of those in the libraries."""
        program = self.work / name
        subprocess.run([*self.link_flags, "-o", program, self.work / "scene.o", *objects, "src/daemon/keeper_house.o",
                        *self.libraries], check=True, cwd=BUILD)
        return program


def work_directory():
    """In memory where that is possible: nothing here depends on what a real disk does."""
    room = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return tempfile.mkdtemp(prefix="mailseal-crash-", dir=room)


def copy(base, home):
    shutil.rmtree(home, ignore_errors=True)
    subprocess.run(["cp", "-a", "--sparse=always", base, home], check=True)


def make_state(scene, home):
    made = subprocess.run([scene, "make"], check=True, capture_output=True, text=True).stdout.strip()
    copy(made, home)
    shutil.rmtree(made)


def read_calls(log):
    """What the shim noted; a record that its writer did not finish is none."""
    calls, at = [], 0
    data = pathlib.Path(log).read_bytes() if os.path.exists(log) else b""
    while at + NOTED.size <= len(data):
        magic, number, op, role, fresh, injected, error, inode, offset, n, n2, size, flags = NOTED.unpack_from(data, at)
        assert magic == 0x68737263, "the shim's log is damaged"
        at += NOTED.size
        path, path2 = data[at:at + n].decode(), data[at + n:at + n + n2].decode()
        at += n + n2 + size
        calls.append(Call(number, chr(op), chr(role), bool(fresh), bool(injected), error, inode, offset, flags, path, path2,
                          data[at - size:at]))
    return calls


def live(scene, shim, home, to, plan=None, record=False, log=None):
    """One life of the two; plan is "ROLE N ACT"."""
    log = log or f"{home}.log"
    environment = dict(os.environ, CRASH_TREE=str(home), CRASH_LOG=str(log), LD_PRELOAD=str(shim))
    if plan:
        environment["CRASH_PLAN"] = plan
    if record:
        environment["CRASH_DATA"] = "1"
    elif os.path.exists(log):
        os.unlink(log)
    said = subprocess.run([scene, "live", str(home), str(to)], env=environment, capture_output=True, text=True, timeout=120)
    heard, exits, troubles = [], {}, []
    for line in said.stdout.splitlines():
        word, _, rest = line.partition(" ")
        if word == "trouble":
            troubles.append(rest)
        elif word in ROLES.values():
            exits[word] = int(rest)
        else:
            heard.append((word, *rest.split(" ")))
    if said.returncode != 0 or len(exits) != 2:
        troubles.append(f"scene ended with {said.returncode}: {said.stderr.strip()[-300:]}")
    return Life(heard, exits, troubles, read_calls(log))


def label(call):
    """What a call was, for people."""
    who = f"{ROLES[call.role]} {call.number} {NAMES[call.op]}"
    if call.op == "m":
        return f"{who} {call.data.split(bytes([10]))[0].decode()[:40]}"
    names = [path.partition("/state/")[2] or "state" for path in (call.path, call.path2) if path]
    return f"{who} {' to '.join(names)}"
