# SPDX-License-Identifier: ISC
"""craft: signatures with any tags and any h=, as no library would write them, and ARC sets with them.

Relaxed canonicalization throughout; the keys are those of tests/lib/signer.py.
"""
import base64
import hashlib
import re

import nacl.encoding
import nacl.signing
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

import signer


def b64(data):
    return base64.b64encode(data)


def split(message):
    """[(name, value)] of the header, folds kept, and the body."""
    header, _, body = message.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", header)
    return [tuple(f.split(b":", 1)) if b":" in f else (f, b"") for f in fields], body


def relaxed(name, value):
    return name.strip().lower() + b":" + re.sub(rb"[ \t\r\n]+", b" ", value).strip() + b"\r\n"


def relaxed_body(body):
    lines = [re.sub(rb"[ \t]+", b" ", li).rstrip(b" ") for li in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(li + b"\r\n" for li in lines)


def pick(fields, names):
    """What h= takes: bottom-up, one a mention."""
    left, out = list(fields), b""
    for name in names:
        at = next((i for i in reversed(range(len(left))) if left[i][0].strip().lower() == name.lower()), None)
        if at is not None:
            out += relaxed(*left.pop(at))
    return out


def raw_sign(key, data):
    if key.kind == "ed25519":
        return nacl.signing.SigningKey(key.private, nacl.encoding.Base64Encoder).sign(hashlib.sha256(data).digest()).signature
    private = serialization.load_pem_private_key(key.private, None)
    return private.sign(data, padding.PKCS1v15(), hashes.SHA256())


def tag_text(tags):
    return b"; ".join(k + b"=" + v for k, v in tags)


class Crafter:
    def __init__(self, seed, now):
        self.signer, self.now = signer.Signer(seed, now), now

    def about(self, who):
        s = signer.SELECTORS[who]
        key = self.signer.keys[s.key]
        return s, key, [(b"a", key.kind.encode() + b"-sha256"), (b"d", s.domain.encode()), (b"s", s.name.encode()),
                        (b"t", b"%d" % self.now)]

    def field(self, message, who, name, first, names, more):
        """One signature field over names and the body."""
        _, key, tags = self.about(who)
        fields, body = split(message)
        body = relaxed_body(body)
        length = dict(more).get(b"l")
        bh = hashlib.sha256(body if length is None else body[:int(length)]).digest()
        tags = first + tags + [(b"c", b"relaxed/relaxed"), (b"h", b":".join(names)), (b"bh", b64(bh))] + more + [(b"b", b"")]
        unsigned = b" " + tag_text(tags)
        seen = pick(fields, names) + relaxed(name, unsigned)[:-2]
        return name + b":" + unsigned + b64(raw_sign(key, seen)) + b"\r\n"

    def sign(self, message, who, names, more=()):
        """The message with one more DKIM-Signature on top."""
        return self.field(message, who, b"DKIM-Signature", [(b"v", b"1")], names, list(more)) + message

    def seal(self, message, who, names, more=()):
        """The message with its first ARC set on top."""
        s, key, tags = self.about(who)
        one = [(b"i", b"1")]
        results = b"ARC-Authentication-Results: i=1; %s; dkim=pass\r\n" % s.domain.encode()
        ams = self.field(message, who, b"ARC-Message-Signature", one, names, list(more))
        unsigned = b" " + tag_text(one + tags + [(b"cv", b"none"), (b"b", b"")])
        seen = b"".join(relaxed(*f.split(b":", 1)) for f in (results, ams)) + relaxed(b"ARC-Seal", unsigned)[:-2]
        return b"ARC-Seal:" + unsigned + b64(raw_sign(key, seen)) + b"\r\n" + ams + results + message


def recipients_hash(message):
    """Google's fh=: SHA-256 over the relaxed Cc, then To; what is not there is nothing."""
    return b64(hashlib.sha256(pick(split(message)[0], [b"cc", b"to"])).digest())
