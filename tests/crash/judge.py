# SPDX-License-Identifier: ISC
"""judge: is a state directory what it must be?  Shares no code with the product.

Each function returns what is wrong, a list of sentences; none is good."""
import base64
import hashlib
import importlib.machinery
import importlib.util
import os
import pathlib
import re
import sqlite3
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
sys.dont_write_bytecode = True
import tlog  # noqa: E402


def load(path):
    """A module by its file."""
    loader = importlib.machinery.SourceFileLoader(path.stem, str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(path.stem, loader))
    loader.exec_module(module)
    return module


tiles_check = load(HERE.parent / "e2e" / "tiles_check.py")


def database(home, mode="ro"):
    return sqlite3.connect(f"file:{home}/state/db.sqlite?mode={mode}", uri=True)


def root_of(text):
    return base64.b64decode(text, validate=True)


def vkey(home):
    with database(home) as db:
        return db.execute("SELECT value FROM meta WHERE name = 'vkey'").fetchone()[0]


def signer_size(home):
    text = (home / "state/signer/state").read_text()
    found = re.fullmatch(r"mailseal-signer/1\nsize (\d+)\nroot ([0-9a-f]{64})\n", text)
    return int(found[1]) if found else None


def published(home, key):
    """The published directory alone, as a web server would see it at any moment."""
    folder = home / "state/published"
    if not (folder / "checkpoint").exists():
        return []
    try:
        tiles_check.check(folder, key)
    except Exception as error:
        return [f"published: {type(error).__name__}: {error}"]
    return []


def at_rest(home, key, signed):
    """What holds on the disk at every moment; signed: sizes whose signature left the signer."""
    wrong = published(home, key)
    size = signer_size(home)
    if size is None:
        wrong.append("the signer's state is not whole")
    elif signed and size < max(signed):
        wrong.append(f"a signature of size {max(signed)} left, and the signer's state says {size}")
    return wrong


# ---- after a life that ended well ----

def value(record, name):
    found = re.search(rf"^{name} (.*)$", record.decode(), re.M)
    return found[1] if found else ""


def records(home, rows):
    """The chain, and the objects."""
    wrong, last = [], bytes(32)
    for seq, data, digest, pack, offset, length in rows:
        if hashlib.sha256(data).digest() != digest:
            wrong.append(f"record {seq}: its hash is not that of its bytes")
        if value(data, "seq") != str(seq) or value(data, "log-previous") != last.hex():
            wrong.append(f"record {seq}: the chain is broken")
        last = digest
        with open(home / f"state/packs/{pack:06}.pack", "rb") as file:
            file.seek(offset)
            ciphertext = file.read(length)
        if hashlib.sha256(ciphertext).hexdigest() != re.search("sha256=([0-9a-f]*)", value(data, "object"))[1]:
            wrong.append(f"record {seq}: its object is not what was recorded")
    return wrong


def edges(home):
    """No more and no less on the disk than the database names."""
    with database(home) as db:
        size, pack, end = db.execute("SELECT size, pack, pack_end FROM edge").fetchone()
        n = db.execute("SELECT count(*) FROM record").fetchone()[0]
    state = home / "state"
    wrong = [] if size == n else [f"the edge says {size} of {n} records"]
    packs = sorted(os.listdir(state / "packs"))
    if packs != [f"{i:06}.pack" for i in range(1, pack + 1)]:
        wrong.append(f"packs: {packs}")
    elif os.path.getsize(state / "packs" / packs[-1]) != end:
        wrong.append(f"{packs[-1]} has {os.path.getsize(state / 'packs' / packs[-1])} bytes for {end}")
    return wrong


def leftovers(home, n):
    """Nothing half done is left, after n records."""
    state, wrong = home / "state", []
    if os.path.getsize(state / "slots/office") != 112 * (n + 1):
        wrong.append(f"slots: {os.path.getsize(state / 'slots/office')} bytes for {n} records")
    if sorted(os.listdir(state / "signer")) != ["log.key", "state"]:
        wrong.append(f"signer: {sorted(os.listdir(state / 'signer'))}")
    if os.listdir(state / "published/.tmp"):
        wrong.append("published/.tmp is not empty")
    return wrong


def signatures(db, entries, signed):
    """What was ever signed, kept or only seen, is of this tree; signed: (size, root) pairs."""
    seen = [(size, root, "signed") for size, root in signed]
    seen += [(size, root, "kept") for size, root in db.execute("SELECT size, root FROM checkpoint")]
    right = tlog.roots(entries, [size for size, _, _ in seen])
    return [f"a checkpoint of size {size} was {how} that is not of this tree" for size, root, how in seen
            if right.get(size) != root]


def in_the_end(home, key, to, signed):
    """After the last life: all that came, once, and one tree over it that is published."""
    with database(home) as db:
        wrong = [f"SQLite: {row[0]}" for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        rows = db.execute("SELECT seq, bytes, sha256, object_pack, object_offset, object_length FROM record ORDER BY seq"
                          ).fetchall()
        uids = [row[0] for row in db.execute("SELECT uid FROM message WHERE uidvalidity = 7 ORDER BY uid")]
        twice = db.execute("SELECT count(*) FROM (SELECT of_seq FROM record WHERE kind = 'examination'"
                           " GROUP BY of_seq HAVING count(*) > 1)").fetchone()[0]
        entries = [hashlib.sha256(b"mailseal/leaf/v1\0" + salt + digest).digest()
                   for salt, digest in db.execute("SELECT salt, sha256 FROM record ORDER BY seq")]
        wrong += records(home, rows) + leftovers(home, len(rows)) + signatures(db, entries, signed)
    wrong += edges(home)
    if uids != list(range(1, to + 1)):
        wrong.append(f"messages {uids} for 1 to {to}")
    if twice:
        wrong.append(f"{twice} messages are examined twice")
    wrong += published(home, key)
    checkpoint = tlog.read_checkpoint(home / "state/published")
    if checkpoint.size != len(rows) or tlog.read_entries(home / "state/published", checkpoint.size) != entries:
        wrong.append(f"published are {checkpoint.size} of {len(rows)} records")
    return wrong


def readable(scene, home):
    """The custodian has every message back."""
    said = subprocess.run([scene, "check", str(home)], capture_output=True, text=True, timeout=60)
    return [] if said.returncode == 0 else [f"not readable: {(said.stdout + said.stderr).strip()[-300:]}"]
