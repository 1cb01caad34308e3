# SPDX-License-Identifier: ISC
"""lives: what is done to keeper and signer, and whether they stood it.

A point is a state to begin from and a plan a life: which call is disturbed, and how.  An outage is a state of the disk
that a power cut may leave during a life.  After both comes a last life, undisturbed, and the judge."""
import itertools
import multiprocessing
import os
import re
import shutil
from collections import namedtuple

import judge
import replay
import stage

NEW = 2  # messages of a life
EXAMINED = 126  # messages that the old log has, each with its examination: the next two fill a tile of 256
PACK_MAX = 256 << 20
SAID = re.compile("No space left on device|Input/output error|disk I/O error|database or disk is full|is the disk full")
IDLE = "idle"  # a plan: started and stopped, and nothing is brought

Base = namedtuple("Base", "name home messages")
Point = namedtuple("Point", "base plans what")
Outage = namedtuple("Outage", "base state sealed signed what")


class Yard:
    """What the workers share, being forked with it."""
    tools = work = None


def home_here():
    """Where this worker works."""
    return Yard.work / f"at-{os.getpid()}"


def live(scene, home, to, plan=None, record=False):
    return stage.live(scene, Yard.tools.shim, home, to, plan, record)


# ---- bases ----

def make_bases():
    """An empty log; one whose next messages fill a tile; one whose next object fills a pack."""
    scene, work = Yard.tools.scene, Yard.work
    young, old, full = work / "young", work / "old", work / "full"
    stage.make_state(scene, young)
    stage.copy(young, old)
    life = live(scene, old, EXAMINED)
    if life.troubles or set(life.exits.values()) != {0}:
        raise RuntimeError(f"the old log cannot be made: {life.exits} {life.troubles}")
    stage.copy(young, full)
    live(scene, full, 1)
    with judge.database(full, "rw") as db:
        db.execute("UPDATE edge SET pack_end = ?", (PACK_MAX - 1,))
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(full / "state/packs/000001.pack", PACK_MAX - 1)
    return Base("young", young, 0), Base("old", old, EXAMINED), Base("full", full, 1)


# ---- did they do what they should when it happened ----

def is_tolerated(calls, i):
    """What may fail without ending the process: SQLite copies pages home from a WAL that stays, and tries again later;
    its index of the WAL is made anew; it syncs the state directory, and the store does so again before anything is
    said; a name that should be gone is noticed when it is made again; the reserve is made when there is room."""
    call, name = calls[i], os.path.basename(calls[i].path)
    if call.op == "s" and name == "db.sqlite-wal":  # before copying, when all in it was synced at its commit
        last = next((c for c in reversed(calls[:i]) if c.path == call.path and c.op in "sw"), None)
        return last is not None and last.op == "s" and last.error == 0
    if call.op == "s" and name == "state":
        silent = itertools.takewhile(lambda c: c.op != "m" or c.role != call.role, calls[i + 1:])
        return any(c.op == "s" and c.path == call.path and c.error == 0 for c in [*calls[:i], *silent])
    return name.endswith("-shm") or name in ("db.sqlite", "reserve") or call.op == "u"


def conduct(life, plan):
    """A failure ends the process with a clear error, and nothing is said after it."""
    role, _, act = plan.split(" ")
    wrong = [f"{who} ended with {code}" for who, code in life.exits.items()
             if code < 0 and not (who == role and act in ("kill", "torn") and code == -9)]
    failed = next((i for i, call in enumerate(life.calls) if call.injected), None)
    if failed is None or is_tolerated(life.calls, failed):
        return wrong
    if life.exits.get(role) == 0:
        wrong.append(f"the process went on after {stage.label(life.calls[failed])}")
    if not any(line.startswith(role) and SAID.search(line) for line in life.troubles):
        wrong.append(f"no clear error: {life.troubles}")
    return wrong + [f"it said \"{call.data.split(bytes([10]))[0].decode()}\" afterwards" for call in life.calls[failed:]
                    if call.op == "m" and call.role == role[0] and call.data.startswith((b"sealed", b"signed"))]


def heard_of(life):
    """The highest UID acknowledged, and what was signed."""
    return (max((int(h[1]) for h in life.heard if h[0] in ("sealed", "resume")), default=0),
            [(int(h[1]), h[2]) for h in life.heard if h[0] == "signed"])


def last_life(base, home, scene, sealed, signed):
    """Undisturbed, with one message more: all is there."""
    to = base.messages + NEW + 1
    life = live(scene, home, to)
    resumed = [int(h[1]) for h in life.heard if h[0] == "resume"]
    wrong = [f"afterwards: {line}" for line in life.troubles]
    wrong += [f"afterwards: {who} ended with {code}" for who, code in life.exits.items() if code != 0]
    if not resumed or resumed[0] < sealed:
        wrong.append(f"resumed after {resumed}, and {sealed} was acknowledged")
    if wrong:
        return wrong
    signed = [(size, judge.root_of(text)) for size, text in signed + heard_of(life)[1]]
    return judge.in_the_end(home, judge.vkey(base.home), to, signed) + judge.readable(scene, home)


# ---- points ----

def acts(call):
    """What can be done to a call."""
    if call.op == "m":
        return ["kill"]
    room = call.op in "wdl" or (call.op == "o" and call.fresh)
    return ["kill", "EIO", "ENOSPC"] + (["torn", "short"] if call.op == "w" else []) + (["full"] if room else [])


def calls_of(base, plans, scene):
    """The calls of a life after those plans, undisturbed."""
    home = Yard.work / "looked-at"
    stage.copy(base.home, home)
    for plan in [*plans, None]:
        life = live(scene, home, base.messages + NEW, plan)
    return life.calls


def points_of(base, plans, scene):
    """Each act at each call of the life after those plans."""
    return [Point(base, (*plans, f"{stage.ROLES[call.role]} {call.number} {act}"), f"{act} {stage.label(call)}")
            for call in calls_of(base, plans, scene) for act in acts(call)]


def plan_of(points, pattern, before=None):
    """The plan of the last point of that pattern, or the last before the first of the other."""
    end = next((i for i, point in enumerate(points) if before and re.search(before, point.what)), None)
    return [point.plans[-1] for point in points[:end] if re.match(pattern, point.what)][-1]


def play(work):
    """A point: what was wrong."""
    point, scene = work
    home, wrong, sealed, signed = home_here(), [], 0, []
    try:
        stage.copy(point.base.home, home)
        key = judge.vkey(point.base.home)
        for plan in point.plans:
            if plan == IDLE:
                live(scene, home, 0)
                wrong += judge.edges(home)
                continue
            life = live(scene, home, point.base.messages + NEW, plan)
            last, notes = heard_of(life)
            if any(h[0] == "resume" and int(h[1]) < sealed for h in life.heard):
                wrong.append("what was acknowledged was forgotten")
            sealed, signed = max(sealed, last), signed + notes
            wrong += conduct(life, plan) + judge.at_rest(home, key, [size for size, _ in signed])
        wrong += last_life(point.base, home, scene, sealed, signed)
    except Exception as error:
        wrong.append(f"{type(error).__name__}: {error}")
    return point, wrong


# ---- power cuts ----

def promised(calls):
    """What had left the processes by then."""
    sealed, signed = 0, []
    for call in calls:
        head, _, rest = call.data.partition(b"\n")
        if call.op == "m" and head.startswith((b"sealed uid=", b"resume after=")):
            sealed = max(sealed, int(re.search(rb"=(\d+)", head)[1]))
        if call.op == "m" and head.startswith(b"signed "):
            signed.append((int(head.split(b"=")[1]), rest.split(b"\n")[2].decode()))
    return sealed, signed


def outages(base, plans, scene):
    """The states that a power cut may leave in the last of these lives; None: an undisturbed one.  First come those that
    mean most: something was promised, and something large is missing."""
    home = Yard.work / "noted"
    stage.copy(base.home, home)
    disk, before, life = replay.Disk(home), 0, None
    if os.path.exists(f"{home}.log"):
        os.unlink(f"{home}.log")
    for plan in plans:
        before = len(life.calls) if life else 0
        life = live(scene, home, base.messages + NEW, plan, record=True)
    told = " then ".join(str(plan) for plan in plans if plan)
    found = [Outage(base, state, *promised(life.calls[:state.prefix]),
                    f"{told + ', ' if told else ''}after {stage.label(life.calls[state.prefix - 1])}: {state.label}")
             for state in replay.all_states(disk, life.calls, before)]
    return sorted(found, key=lambda outage: (not outage.sealed, not outage.signed, replay.rank(outage.state)))


def survive(work):
    """An outage: what was wrong."""
    outage, scene = work
    home = home_here()
    shutil.rmtree(home, ignore_errors=True)
    try:
        replay.lay_out(outage.state, home)
        wrong = judge.at_rest(home, judge.vkey(outage.base.home), [size for size, _ in outage.signed])
        wrong += last_life(outage.base, home, scene, outage.sealed, outage.signed)
    except Exception as error:
        wrong = [f"{type(error).__name__}: {error}"]
    return outage, wrong


def by_kind(work):
    return play(work) if isinstance(work[0], Point) else survive(work)


def each(work, scene):
    """(point or outage, what was wrong) of each, on all cores; who asks may stop asking."""
    cores = max(2, os.cpu_count() or 2)
    pool = multiprocessing.Pool(cores)
    try:
        for at in range(0, len(work), 16 * cores):
            yield from pool.map(by_kind, [(one, scene) for one in work[at:at + 16 * cores]], chunksize=2)
    finally:
        pool.close()
        pool.join()
