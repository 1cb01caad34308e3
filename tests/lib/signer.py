# SPDX-License-Identifier: ISC
"""signer: the senders of the test world: their keys, what the DNS says of each, and signing with dkimpy.

Keys come from a seed, so that no private key lies in the tree and the same seed gives the same bytes.
"""
import base64
import random
from collections import namedtuple
from unittest import mock

import dkim
import nacl.encoding
import nacl.signing
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import zones

Canon = namedtuple("Canon", "header body")
CANONS = [Canon(h, b) for h in (b"relaxed", b"simple") for b in (b"relaxed", b"simple")]
RELAXED = CANONS[0]

SMALL_PRIMES = [p for p in range(3, 2000, 2) if all(p % q for q in range(3, int(p ** 0.5) + 1, 2))]
Key = namedtuple("Key", "kind private public")


def is_prime(n, rng, rounds=8):
    """Miller and Rabin; good enough for keys that guard nothing."""
    if any(n % p == 0 for p in SMALL_PRIMES):
        return False
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(rounds):
        powers = [pow(rng.randrange(2, n - 1), odd, n)]
        for _ in range(twos - 1):
            powers.append(powers[-1] ** 2 % n)
        if powers[0] != 1 and n - 1 not in powers:
            return False
    return True


def random_prime(bits, rng):
    """A prime p with its two top bits set, and p - 1 prime to 65537."""
    while True:
        p = rng.getrandbits(bits) | 3 << (bits - 2) | 1
        if p % 65537 != 1 and is_prime(p, rng):
            return p


def rsa_key(bits, rng):
    p, q = random_prime(bits // 2, rng), random_prime(bits // 2, rng)
    d = pow(65537, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p),
                                    rsa.RSAPublicNumbers(65537, p * q))
    private = numbers.private_key()
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
                                serialization.NoEncryption())
    public = private.public_key().public_bytes(serialization.Encoding.DER,
                                               serialization.PublicFormat.SubjectPublicKeyInfo)
    return Key("rsa", pem, base64.b64encode(public).decode())


def ed25519_key(rng):
    private = nacl.signing.SigningKey(rng.randbytes(32))
    return Key("ed25519", private.encode(nacl.encoding.Base64Encoder),
               private.verify_key.encode(nacl.encoding.Base64Encoder).decode())


# --- selectors: who signs with what, and what the DNS says of it ---

# state: ok, missing (NXDOMAIN), revoked (p=), slow (its name server is silent)
# via: the record lies at this name, and the selector's own name is a CNAME to it
Selector = namedtuple("Selector", "domain name key state via", defaults=("ok", None))
SELECTORS = {s.domain.split(".")[0] + "/" + s.name: s for s in (
    Selector("sender.mailtest", "r2", "rsa2048"),
    Selector("sender.mailtest", "r1", "rsa1024"),
    Selector("sender.mailtest", "e1", "ed25519"),
    Selector("sender.mailtest", "gone", "rsa2048", "missing"),
    Selector("sender.mailtest", "old", "rsa2048", "revoked"),
    Selector("sender.mailtest", "cn", "rsa2048b", "ok", "sender-cn.dkim.provider.mailtest."),
    Selector("sender.mailtest", "cnp", "rsa2048b", "ok", "sender-cnp.dkim.plain.mailtest."),
    Selector("office.mailtest", "r2", "rsa2048b"),
    Selector("office.mailtest", "e1", "ed25519b"),
    Selector("office.mailtest", "gone", "ed25519b", "missing"),
    Selector("plain.mailtest", "r2", "rsa2048"),
    Selector("plain.mailtest", "e1", "ed25519b"),
    Selector("plain.mailtest", "gone", "rsa2048", "missing"),
    Selector("slow.mailtest", "r2", "rsa2048", "slow"),
    Selector("provider.mailtest", "arc", "rsa2048c"),
    Selector("list.mailtest", "arc", "rsa2048b"),
)}
RESULT_OF = {"ok": "pass", "missing": "permerror", "revoked": "permerror", "slow": "temperror"}


def key_name(selector):
    return f"{selector.name}._domainkey.{selector.domain}."


def key_records(selector, key):
    """What the DNS holds for a selector; none when its key is missing."""
    if selector.state == "missing":
        return []
    value = f"v=DKIM1; k={key.kind}; p={'' if selector.state == 'revoked' else key.public}"
    if selector.via:
        return [zones.cname(key_name(selector), selector.via), zones.txt(selector.via, value)]
    return [zones.txt(key_name(selector), value)]


def is_signed(name):
    return zones.zone_of(name).how != "unsigned"


def dnssec_proves(selector):
    """True when every zone on the way to the key (or to its denial) is signed, and answers."""
    names = [key_name(selector)] + ([selector.via] if selector.via else [])
    return selector.state != "slow" and all(is_signed(n) for n in names)


class Signer:
    """The keys of a seed, and signing with them at a given time."""

    def __init__(self, seed, now):
        rng = random.Random(f"keys {seed}")
        self.now = now
        self.keys = {"rsa2048": rsa_key(2048, rng), "rsa2048b": rsa_key(2048, rng), "rsa2048c": rsa_key(2048, rng),
                     "rsa1024": rsa_key(1024, rng), "ed25519": ed25519_key(rng), "ed25519b": ed25519_key(rng)}

    def records(self):
        return [r for s in SELECTORS.values() for r in key_records(s, self.keys[s.key])]

    def sign(self, message, who, canon=RELAXED, **more):
        """The message with one more DKIM-Signature on top."""
        selector = SELECTORS[who]
        key = self.keys[selector.key]
        with mock.patch("dkim.time.time", return_value=self.now):
            field = dkim.DKIM(message, signature_algorithm=key.kind.encode() + b"-sha256").sign(
                selector.name.encode(), selector.domain.encode(), key.private, canonicalize=canon, **more)
        return field + message

    def seal(self, message, who, results):
        """The message with one more ARC set on top; results: what the sealer says it found."""
        selector = SELECTORS[who]
        seen = b"Authentication-Results: %s; %s\r\n" % (selector.domain.encode(), results)
        with mock.patch("dkim.time.time", return_value=self.now), mock.patch("dkim.authres", Results, create=True):
            fields = dkim.ARC(seen + message).sign(
                selector.name.encode(), selector.domain.encode(), self.keys[selector.key].private,
                selector.domain.encode())
        assert len(fields) == 3, "dkimpy sealed nothing"
        return b"".join(fields) + message


class Results:
    """The little of python3-authres that dkimpy's ARC signing uses: our own Authentication-Results, parsed."""

    class AuthenticationResultsHeader:
        def __init__(self, server, results):
            self.authserv_id, self.results = server, results

        @classmethod
        def parse(cls, line):
            server, *results = [part.strip() for part in line.partition(":")[2].split(";")]
            pairs = [r.split()[0].split("=") for r in results if "=" in r]
            return cls(server, [mock.Mock(method=m, result=v) for m, v in pairs])

    class core:
        SyntaxError = ValueError


def silent_names():
    """Names whose questions nobody answers while the slow server is silent."""
    slow = [s for s in SELECTORS.values() if s.state == "slow"]
    return [key_name(s) for s in slow] + [f"_dmarc.{s.domain}." for s in slow]
