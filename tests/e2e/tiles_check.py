#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""tiles_check DIR VKEY: is a published log what C2SP says?  Shares no code with the product, nor with tests/lib.

Checks the checkpoint's Ed25519 signature by vkey, recomputes every tile and the root from the entry
bundles, wants each tile that the size calls for, and compares every other tile file that lies there.
Specifications: C2SP signed-note, tlog-checkpoint, tlog-tiles; RFC 6962 section 2.1.
"""
import base64
import hashlib
import pathlib
import re
import sys

import nacl.signing


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def open_note(note, vkey):
    """The signed text of a checkpoint: origin, size, root."""
    name, key_id, key = vkey.split("+", 2)
    key = base64.b64decode(key, validate=True)
    assert key[0] == 1 and len(key) == 33, "vkey: not Ed25519"
    assert sha256(name.encode() + b"\n" + key)[:4].hex() == key_id, "vkey: its key ID is not that of its key"
    text, _, signatures = note.rpartition(b"\n\n")
    text += b"\n"
    lines = [line.split(" ") for line in signatures.decode().splitlines()]
    blobs = [base64.b64decode(b, validate=True) for dash, signer, b in lines if (dash, signer) == ("\u2014", name)]
    ours = [blob[4:] for blob in blobs if blob[:4].hex() == key_id]
    assert ours, "checkpoint: no signature by this key"
    for signature in ours:
        nacl.signing.VerifyKey(key[1:]).verify(text, signature)  # raises when it is false
    origin, size, root = text.decode().split("\n")[:3]
    assert origin == name, "checkpoint: its origin is not the key's name"
    assert re.fullmatch("0|[1-9][0-9]*", size), "checkpoint: bad size"
    return int(size), base64.b64decode(root, validate=True)


def path(level, index, width):
    groups = re.findall("...", f"{index:0{(len(str(index)) + 2) // 3 * 3}d}")
    name = "/".join(["x" + g for g in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{name}" + (f".p/{width}" if width < 256 else "")


def entries_of(bundle):
    while bundle:
        n = int.from_bytes(bundle[:2], "big")
        assert len(bundle) >= 2 + n, "entry bundle: cut"
        yield bundle[2:2 + n]
        bundle = bundle[2 + n:]


def tree_hash(hashes):
    """Root over subtree hashes: RFC 6962 section 2.1, split at the largest power of two below n."""
    if len(hashes) <= 1:
        return hashes[0] if hashes else sha256()
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1", tree_hash(hashes[:k]), tree_hash(hashes[k:]))


def spans(count):
    """(index, width) of each tile over count items."""
    return [(i, min(256, count - 256 * i)) for i in range((count + 255) // 256)]


def check(folder, vkey):
    folder = pathlib.Path(folder)
    size, root = open_note((folder / "checkpoint").read_bytes(), vkey)
    entries = []
    for index, width in spans(size):
        bundle = list(entries_of((folder / path("entries", index, width)).read_bytes()))
        assert len(bundle) == width, f"entry bundle {index}: {len(bundle)} entries for {width}"
        entries += bundle
    levels = [[sha256(b"\0", e) for e in entries]]
    assert tree_hash(levels[0]) == root, "the root is not that of the entries"
    while len(levels[-1]) >= 256:  # only full tiles feed a parent
        levels.append([tree_hash(levels[-1][256 * i:256 * i + 256]) for i in range(len(levels[-1]) // 256)])
    right = {f"tile/{n}": level for n, level in enumerate(levels)}
    right["tile/entries"] = [len(e).to_bytes(2, "big") + e for e in entries]
    for level, hashes in enumerate(levels):
        for index, width in spans(len(hashes)):
            assert (folder / path(level, index, width)).is_file(), f"no {path(level, index, width)}"
    for name in (str(f.relative_to(folder)) for f in (folder / "tile").rglob("*") if f.is_file()):
        parts = re.fullmatch(r"(tile/\w+)/((?:x\d{3}/)*\d{3})(?:\.p/(\d+))?", name)
        assert parts, f"{name}: does not belong here"
        first, width = 256 * int(re.sub("[x/]", "", parts[2])), int(parts[3] or 256)
        if first + width <= len(right.get(parts[1], [])):  # else: written ahead of its checkpoint
            assert (folder / name).read_bytes() == b"".join(right[parts[1]][first:first + width]), f"{name}: wrong content"
    return size


if __name__ == "__main__":
    try:
        print(f"{sys.argv[1]}: {check(sys.argv[1], sys.argv[2].strip())} entries, root and signature are right")
    except Exception as wrong:
        sys.exit(f"{sys.argv[1]}: {type(wrong).__name__}: {wrong}")
