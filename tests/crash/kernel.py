# SPDX-License-Identifier: ISC
"""kernel: does the shim see what the kernel sees?  strace(1) counts beside it, and disturbs a few calls by itself."""
import collections
import re
import subprocess

import judge
import lives
import stage
from lives import Yard

KINDS = {"pwrite64": "w", "write": "w", "fsync": "s", "fdatasync": "s", "rename": "r", "renameat": "r", "renameat2": "r",
         "ftruncate": "t", "mkdir": "d", "mkdirat": "d", "unlink": "u", "unlinkat": "u", "link": "l", "linkat": "l",
         "openat": "o"}
SAMPLE = [(call, when, act) for act in ("signal=SIGKILL", "error=EIO", "error=ENOSPC")
          for call, when in (("fdatasync", 3), ("fsync", 5), ("fsync", 9), ("renameat", 2), ("mkdirat", 4), ("fdatasync", 8))]


def watched(base, scene, options, shim):
    """A life under strace; what strace and the shim noted, and what was heard."""
    home, trace = Yard.work / "watched", Yard.work / "watched.trace"
    stage.copy(base.home, home)
    wrapped = Yard.work / "under-strace"
    wrapped.write_text(f"#!/bin/sh\nexec strace -f -y -o {trace} {options} -E LD_PRELOAD={shim} {scene} \"$@\"\n")
    wrapped.chmod(0o700)
    life = stage.live(wrapped, "", home, base.messages + lives.NEW)
    return home, trace.read_text(errors="replace"), life


def agree(base, scene):
    """Where the two differ: sentences."""
    home, trace, life = watched(base, scene, f"-e trace={','.join(KINDS)}", Yard.tools.shim)
    seen = collections.Counter()
    for name, rest in re.findall(r"^\d+ +(\w+)\((.*)$", trace, re.M):
        flags = "O_CREAT" in rest or "O_RDWR" in rest or "O_WRONLY" in rest
        if f"{home}/" in rest and (name != "openat" or flags):
            seen[KINDS[name]] += 1
    ours = collections.Counter(call.op for call in life.calls if call.op != "m")
    if sum(ours.values()) < 50:
        return [f"the shim saw {sum(ours.values())} calls"]
    return [f"{stage.NAMES[op]}: strace saw {seen[op]}, the shim {ours[op]}" for op in set(seen) | set(ours)
            if seen[op] != ours[op]]


def disturbed(base, scene, call, when, act):
    """What was wrong after strace killed or failed the two at that call."""
    home, trace, life = watched(base, scene, f"-e trace={call} -e inject={call}:{act}:when={when}", "")
    sealed, signed = lives.heard_of(life)
    wrong = [] if "INJECTED" in trace or "SIGKILL" in trace else ["strace did nothing"]
    wrong += judge.at_rest(home, judge.vkey(base.home), [size for size, _ in signed])
    return wrong + lives.last_life(base, home, scene, sealed, signed)


def check(checks, base, scene):
    if subprocess.run(["which", "strace"], stdout=subprocess.DEVNULL).returncode != 0:
        checks.note("no strace: not compared")
        return
    wrong = agree(base, scene)
    checks.ok(not wrong, "the shim sees the calls that strace sees", "; ".join(wrong))
    wrong = [f"{call} {when} {act}: {'; '.join(found)[:300]}" for call, when, act in SAMPLE
             if (found := disturbed(base, scene, call, when, act))]
    checks.ok(not wrong, f"{len(SAMPLE)} points by strace, {len(wrong)} violations", "\n".join(wrong))
