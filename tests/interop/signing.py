# SPDX-License-Identifier: ISC
"""signing: DKIM signatures as RFC 6376 section 3 has them, with any tags: none of the peers had a hand in it.

Keys come from a seed; what the DNS says of each selector is in SELECTORS.
"""
import base64
import hashlib
import os
import random
import re
import sys
from collections import namedtuple

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import signer  # noqa: E402

DOMAIN = "sender.mailtest"

# What a selector's record says, with the key's SubjectPublicKeyInfo in place of {p}.
Selector = namedtuple("Selector", "key record")
SELECTORS = {
    "r2": Selector("rsa2048", "v=DKIM1; k=rsa; p={p}"),
    "e1": Selector("ed25519", "v=DKIM1; k=ed25519; p={p}"),
    "r1": Selector("rsa1024", "v=DKIM1; k=rsa; p={p}"),
    "small": Selector("rsa768", "v=DKIM1; k=rsa; p={p}"),
    "bare": Selector("rsa2048", "v=DKIM1; p={pkcs1}"),
    "no-v": Selector("rsa2048", "k=rsa; p={p}"),
    "v-late": Selector("rsa2048", "k=rsa; v=DKIM1; p={p}"),
    "v2": Selector("rsa2048", "v=DKIM2; p={p}"),
    "blanks": Selector("rsa2048", " v = DKIM1 ;  k = rsa ; p = {p} ; "),
    "notes": Selector("rsa2048", "v=DKIM1; n=a note; xx=unknown; p={p}"),
    "tests": Selector("rsa2048", "v=DKIM1; t=y; p={p}"),
    "strict": Selector("rsa2048", "v=DKIM1; t=s; p={p}"),
    "hash256": Selector("rsa2048", "v=DKIM1; h=sha1:sha256; p={p}"),
    "hash1": Selector("rsa2048", "v=DKIM1; h=sha1; p={p}"),
    "mail": Selector("rsa2048", "v=DKIM1; s=email; p={p}"),
    "web": Selector("rsa2048", "v=DKIM1; s=web; p={p}"),
    "k-other": Selector("rsa2048", "v=DKIM1; k=dsa; p={p}"),
    "k-ed": Selector("rsa2048", "v=DKIM1; k=ed25519; p={p}"),
    "revoked": Selector("rsa2048", "v=DKIM1; p="),
    "no-p": Selector("rsa2048", "v=DKIM1; k=rsa"),
    "junk-p": Selector("rsa2048", "v=DKIM1; p=AAAAAAAA"),
    "twice": Selector("rsa2048", "v=DKIM1; p={p}; k=rsa; k=rsa"),
    "missing": Selector("rsa2048", None),
}


class Keys:
    def __init__(self, seed):
        rng = random.Random(f"interop keys {seed}")
        self.private = {f"rsa{bits}": serialization.load_pem_private_key(signer.rsa_key(bits, rng).private, None)
                        for bits in (2048, 1024, 768)}
        self.private["ed25519"] = ed25519.Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))

    def published(self, name, form):
        public = self.private[name].public_key()
        if name == "ed25519":
            return base64.b64encode(public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))
        return base64.b64encode(public.public_bytes(serialization.Encoding.DER, form))

    def records(self):
        """{name: text}"""
        found = {}
        for name, s in SELECTORS.items():
            if s.record is not None:
                found[f"{name}._domainkey.{DOMAIN}"] = s.record.format(
                    p=self.published(s.key, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
                    pkcs1=self.published(s.key, serialization.PublicFormat.PKCS1).decode())
        return found

    def sign(self, selector, digest, data):
        key = self.private[SELECTORS[selector].key]
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(hashlib.sha256(data).digest())
        return key.sign(data, padding.PKCS1v15(), hashes.SHA1() if digest == "sha1" else hashes.SHA256())


def split(message):
    """The fields, each with its CR LF and folds, and the body."""
    head, _, body = message.partition(b"\r\n\r\n")
    return re.findall(rb"[^\r\n].*?\r\n(?![ \t])", head + b"\r\n", re.S), body


def name_of(field):
    return field.partition(b":")[0].strip().lower()


def canonical_field(field, how):
    if how == "simple":
        return field
    value = re.sub(rb"[ \t]+", b" ", field.partition(b":")[2].replace(b"\r\n", b"")).strip(b" \t")
    return name_of(field) + b":" + value + b"\r\n"


def canonical_body(body, how):
    if how == "relaxed":
        body = re.sub(rb"[ \t]+", b" ", body).replace(b" \r\n", b"\r\n")
        body = body[:-1] if body.endswith(b" ") else body
    while body.endswith(b"\r\n"):
        body = body[:-2]
    return body + b"\r\n" if body or how == "simple" else b""


def chosen(fields, names):
    """RFC 6376 section 5.4.2: the last of a name that is not taken yet, for each mention."""
    left = list(fields)
    for name in names:
        at = max((i for i, f in enumerate(left) if name_of(f) == name.strip().lower()), default=None)
        if at is not None:
            yield left.pop(at)


def sign(keys, message, tags):
    """The message with one more signature on top.  tags: a dict in order of what is written, b= at
    its end; a tag whose value is None is left out.  What is signed is what the tags say."""
    fields, body = split(message)
    canon = (tags.get("c") or "simple/simple").split("/") + ["simple"]
    how = [c if c in ("simple", "relaxed") else "simple" for c in canon]
    digest = "sha1" if (tags["a"] or "").endswith("sha1") else "sha256"
    text = canonical_body(body, how[1])
    limit = tags.get("l")
    text = text[:int(limit)] if limit is not None and limit.isdigit() else text
    told = dict(tags)
    if "bh" not in told:
        told["bh"] = base64.b64encode(hashlib.new(digest, text).digest()).decode()
    told["b"] = told.pop("b", "")
    written = "; ".join(f"{k}={v}" for k, v in told.items() if v is not None)
    field = b"DKIM-Signature: " + written.encode() + b"\r\n"
    names = [n.encode() for n in re.sub(r"\s", "", tags["h"] or "").split(":")]
    data = b"".join(canonical_field(f, how[0]) for f in chosen(fields, names))
    data += canonical_field(field, how[0])[:-2]
    value = base64.b64encode(keys.sign(tags["s"].strip(), digest, data))
    value = b"\r\n\t".join(value[i:i + 70] for i in range(0, len(value), 70))
    return field[:-2] + value + b"\r\n" + message
