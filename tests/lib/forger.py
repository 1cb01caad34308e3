# SPDX-License-Identifier: ISC
"""forger: bundles as a forger would write them: a ZIP writer, and a log of his own to seal in.

Written from mailseal-bundle(5) and mailseal-record(5); shares no code with the product.
"""
import base64
import hashlib
import os
import struct
import zipfile
import zlib

import nacl.signing

import tlog


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# --- the container ---

def read(file):
    """{name: bytes}, in the order of the file."""
    with zipfile.ZipFile(file) as z:
        return {i.filename: z.read(i) for i in z.infolist()}


class Zip:
    """One ZIP, piece by piece, so that a forger can put something between or change a number."""

    def __init__(self, files, flags=0, method=0, comment=b"", extra=b"", shift=0):
        self.locals, self.central, at = [], [], shift
        for name, data in files:
            name = name.encode()
            common = struct.pack("<HHHHHLLLHH", 10, flags, method, 0, 0x21, zlib.crc32(data), len(data), len(data),
                                 len(name), len(extra))
            self.locals.append(struct.pack("<L", 0x04034b50) + common + name + extra + data)
            self.central.append(struct.pack("<LH", 0x02014b50, 10) + common + struct.pack("<HHHLL", 0, 0, 0, 0, at)
                                + name + extra)
            at += len(self.locals[-1])
        self.start, self.count, self.comment = at, len(self.central), comment

    def bytes(self):
        central = b"".join(self.central)
        return (b"".join(self.locals) + central + struct.pack("<LHHHHLLH", 0x06054b50, 0, 0, self.count & 0xffff,
                self.count & 0xffff, len(central), self.start, len(self.comment)) + self.comment)


PLACES = ("mimetype", "message.eml", "mailseal/bundle.txt", "mailseal/record-", "mailseal/salts", "mailseal/leaf-",
          "mailseal/dns/")


def place(name):
    at = next(i for i, p in enumerate(PLACES) if name.startswith(p))
    return at, len(name), name


def write(files):
    return Zip((n, files[n]) for n in sorted(files, key=place)).bytes()


# --- records and their commitments ---

def record_name(seq):
    return f"mailseal/record-{seq}.txt"


def proof_name(seq):
    return f"mailseal/leaf-{seq}.proof"


def packet_name(packet):
    return f"mailseal/dns/{hashlib.sha256(packet).hexdigest()}.pkt"


def seqs(files):
    return sorted(int(n[len("mailseal/record-"):-4]) for n in files if n.startswith("mailseal/record-"))


def kind(record):
    return record.split(b"\n")[1].split()[1].decode()


def of_kind(files, wanted):
    return [s for s in seqs(files) if kind(files[record_name(s)]) == wanted]


def packets(files):
    return [n for n in files if n.startswith("mailseal/dns/")]


def key_packet(files):
    """The one with the DKIM key: the name that was asked begins at its byte 12."""
    found, = [n for n in packets(files) if b"_domainkey" in files[n][12:].split(b"\0")[0]]
    return found


def salts(files, seq):
    """[(label, salt, value or None)] of one record; of a segment the label has its numbers."""
    found = []
    for line in files["mailseal/salts"].decode().splitlines():
        at, label, *rest = line.split(" ")
        if int(at) != seq:
            continue
        if label == "seg":
            label, rest = " ".join([label] + rest[:4]), rest[4:]
        found.append((label, bytes.fromhex(rest[0]), base64.b64decode(rest[1]) if len(rest) > 1 else None))
    return found


def commit(label, salt, data, hash_name="sha256"):
    label = label.encode()
    return hashlib.new(hash_name, b"mailseal/commit/v1\0" + struct.pack(">H", len(label)) + label + salt
                       + struct.pack(">Q", len(data)) + data).digest()


def tree_root(leaves, hash_name):
    if len(leaves) == 1:
        return hashlib.new(hash_name, b"\0" + leaves[0]).digest()
    if not leaves:
        return hashlib.new(hash_name, b"").digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.new(hash_name, b"\1" + tree_root(leaves[:k], hash_name) + tree_root(leaves[k:], hash_name)).digest()


def segments_line(files, seq):
    """The roots of the segments as the salts say, over message.eml as it is now."""
    message, labels = files["message.eml"], [(la, sa) for la, sa, _ in salts(files, seq) if la.startswith("seg ")]
    roots = []
    for hash_name in ("sha256", "sha512"):
        leaves = []
        for label, salt in labels:
            at, length = map(int, label.split()[2:4])
            leaves.append(commit(label, salt, message[at:at + length], hash_name))
        roots.append(tree_root(leaves, hash_name).hex())
    return f"segments n={len(labels)} root={roots[0]} root2={roots[1]}".encode()


def ers_line(files, seq):
    salt = next(s for label, s, _ in salts(files, seq) if label == "ers")
    return b"ers m=" + sha256(*sorted([sha256(files["message.eml"]), salt])).hex().encode()


def commit_lines(files, seq, record):
    """The record with its commit lines computed again from the salts' values."""
    for label, salt, value in salts(files, seq):
        if value is not None:
            record = set_line(record, f"commit {label}", f"commit {label} {commit(label, salt, value).hex()}")
    return record


def set_line(record, start, line):
    """Replace the first line that begins so."""
    lines = record.split(b"\n")
    at = next(i for i, li in enumerate(lines) if li.startswith(start.encode() + b" "))
    lines[at] = line if isinstance(line, bytes) else line.encode()
    return b"\n".join(lines)


def recommit(files):
    """Records that fit message.eml and the salts as they are now."""
    files = dict(files)
    for seq in seqs(files):
        record = commit_lines(files, seq, files[record_name(seq)])
        if kind(record) in ("message", "examination"):
            record = set_line(record, "segments", segments_line(files, seq))
        if kind(record) == "message":
            record = set_line(record, "ers", ers_line(files, seq))
        files[record_name(seq)] = record
    return files


# --- a log ---

def vkey(name, public):
    raw = b"\1" + public
    ident = sha256(name.encode(), b"\n", raw)[:4].hex()
    return f"{name}+{ident}+{base64.b64encode(raw).decode()}"


def sign(text, name, key):
    ident = sha256(name.encode(), b"\n\1", bytes(key.verify_key))[:4]
    return f"\u2014 {name} {base64.b64encode(ident + key.sign(text).signature).decode()}\n".encode()


def path(leaves, index):
    """The inclusion proof, leaf to root."""
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return path(leaves[:k], index) + [root(leaves[k:])]
    return path(leaves[k:], index - k) + [root(leaves[:k])]


def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return tlog.node_hash(root(leaves[:k]), root(leaves[k:]))


def bundle_text(files):
    origin = files[record_name(seqs(files)[0])].split(b"\nlog ")[1].split(b"\n")[0]
    lines = [b"mailseal-bundle/1", b"log " + origin]
    lines += [f"record {s} {kind(files[record_name(s)])}".encode() for s in seqs(files)]
    return b"\n".join(lines + [b"report -", b""])


def retell(files):
    """bundle.txt as it has to be for these records."""
    return {**files, "mailseal/bundle.txt": bundle_text(files)}


class Log:
    """A log of the forger's: his key, and everything that follows from it made again.

    true: the bundle as it was; its records' hashes are found where other records name them.
    """

    def __init__(self, name, true):
        self.name, self.key = name, nacl.signing.SigningKey.generate()
        self.was = {s: sha256(true[record_name(s)]).hex().encode() for s in seqs(true)}
        self.vkey = vkey(name, bytes(self.key.verify_key))

    def seal(self, files, own_vkey=True):
        """Records, with the hashes in them mended, under a checkpoint of this log."""
        files, renamed, leaves = dict(files), {}, {}
        for seq in seqs(files):
            record = files[record_name(seq)]
            if kind(record) == "log" and own_vkey:
                record = set_line(record, "vkey", "vkey " + self.vkey)
            for old, new in renamed.items():
                record = record.replace(old, new)
            renamed[self.was[seq]] = sha256(record).hex().encode()
            files[record_name(seq)] = record
            leaf_salt = next(s for label, s, _ in salts(files, seq) if label == "leaf")
            leaves[seq] = tlog.leaf_hash(sha256(b"mailseal/leaf/v1\0", leaf_salt, sha256(record)))
        return retell(self.prove(files, leaves))

    def prove(self, files, leaves):
        all_leaves = [leaves.get(i, os.urandom(32)) for i in range(max(leaves) + 1)]
        text = f"{self.name}\n{len(all_leaves)}\n{base64.b64encode(root(all_leaves)).decode()}\n".encode()
        checkpoint = text + b"\n" + sign(text, self.name, self.key)
        for seq in leaves:
            files[proof_name(seq)] = (f"c2sp.org/tlog-proof@v1\nindex {seq}\n" + "".join(
                base64.b64encode(h).decode() + "\n" for h in path(all_leaves, seq)) + "\n").encode() + checkpoint
        return files
