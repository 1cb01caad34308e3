# SPDX-License-Identifier: ISC
"""tlog: RFC 6962 and C2SP tlog-tiles in plain Python, to judge what the product published."""
import base64
import hashlib
import os
from collections import namedtuple

Checkpoint = namedtuple("Checkpoint", "origin size root text")


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def roots(entries, sizes):
    """{size: root} for each of the sizes, in one pass; entries is a list, a size above it is left out."""
    wanted, found, peaks = set(sizes), {}, []
    if 0 in wanted:
        found[0] = hashlib.sha256(b"").digest()
    for count, entry in enumerate(entries, 1):
        peaks.append(leaf_hash(entry))
        for _ in range((count & -count).bit_length() - 1):  # a carry for each trailing zero of count
            right = peaks.pop()
            peaks.append(node_hash(peaks.pop(), right))
        if count in wanted:
            root = peaks[-1]
            for left in reversed(peaks[:-1]):
                root = node_hash(left, root)
            found[count] = root
    return found


def parse_checkpoint(text):
    origin, size, root = text.split(b"\n")[:3]
    return Checkpoint(origin.decode(), int(size), base64.b64decode(root, validate=True), text)


def read_checkpoint(folder):
    with open(os.path.join(folder, "checkpoint"), "rb") as note:
        return parse_checkpoint(note.read())


def tile_path(level, index, width=256):
    name = f"{index % 1000:03d}"
    while index >= 1000:
        index //= 1000
        name = f"x{index % 1000:03d}/{name}"
    return f"tile/{level}/{name}" + (f".p/{width}" if width < 256 else "")


def unbundle(data):
    """The entries of a bundle: uint16 length, bytes, again."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at:at + 2], "big")
        if end > len(data):
            raise ValueError("entry bundle is cut")
        entries.append(data[at + 2:end])
        at = end
    return entries


def read_entries(folder, size):
    """The first `size` entries of a published directory."""
    entries = []
    for index in range((size + 255) // 256):
        with open(os.path.join(folder, tile_path("entries", index, min(256, size - 256 * index))), "rb") as bundle:
            entries += unbundle(bundle.read())
    if len(entries) != size:
        raise ValueError(f"{len(entries)} entries for size {size}")
    return entries
