#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mailgen: signed messages, the DNS records that verify them, and what a verifier must find.

Deterministic: the same seed and time give the same keys, records and bytes.  dkimpy signs, and
`mailgen.py --self-test` lets dkimpy verify everything again, so a wrong expectation shows here first.

    messages, records = generate(seed, n)     mix60() gives the sixty of tests/e2e/mix
    message: (name, bytes, expected); expected: see `expect`
    mailgen.py --write DIR                    *.eml, zone.txt, expected.json, for `mailseal check`
"""
import argparse
import base64
import json
import os
import random
import sys
import time
from collections import namedtuple
from email.utils import formatdate

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import zones  # noqa: E402
from signer import (CANONS, RELAXED, RESULT_OF, SELECTORS, Canon, Signer,  # noqa: E402
                    dnssec_proves, silent_names)

DEFAULT_SEED = 1
BIG = 25 * 1000 * 1000
Mail = namedtuple("Mail", "name bytes expected")

WORDS = "the contract invoice offer accepted until noon delivery of goods party shall pay sum due notice".split()


def words(rng, n):
    return " ".join(rng.choice(WORDS) for _ in range(n))


def text_lines(rng, n):
    return "".join(words(rng, rng.randrange(3, 11)) + "\r\n" for _ in range(n)).encode()


def fields(rng, make, sender, subject=None, to=None, extra=b"", mime=b"text/plain; charset=utf-8"):
    """A usual header; make.name makes its Message-ID unique."""
    subject = b"Subject: " + (words(rng, 4).encode() if subject is None else subject) + b"\r\n"
    to = to or b"Berta <berta@firm.mailtest>"
    return (b"From: Anna Example <anna@" + sender.encode() + b">\r\nTo: " + to + b"\r\n" + subject
            + b"Date: " + formatdate(make.signer.now).encode() + b"\r\n"
            + b"Message-ID: <" + make.name.encode() + b"@" + sender.encode() + b">\r\n"
            + b"MIME-Version: 1.0\r\nContent-Type: " + mime + b"\r\n" + extra)


def multipart(rng, attachments):
    """A body with text and binary attachments; returns (Content-Type value, body)."""
    edge = "edge-%08x" % rng.getrandbits(32)
    parts = [b"Content-Type: text/plain\r\n\r\n" + text_lines(rng, 4)]
    for i in range(attachments):
        data = base64.encodebytes(rng.randbytes(rng.randrange(500, 5000))).replace(b"\n", b"\r\n")
        parts.append(b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
                     b"Content-Disposition: attachment; filename=\"part%d.bin\"\r\n\r\n" % i + data)
    body = b"".join(b"--" + edge.encode() + b"\r\n" + p for p in parts) + b"--" + edge.encode() + b"--\r\n"
    return f'multipart/mixed; boundary="{edge}"'.encode(), body


class Make:
    """One message in the making: what a recipe is given."""

    def __init__(self, signer, rng, name):
        self.signer, self.rng, self.name = signer, rng, name
        self.dkim, self.arc, self.features, self.exits = [], "none", [], None
        self.author = None  # the domain of From

    def plain(self, sender="sender.mailtest", body=None, **more):
        self.author = sender
        return fields(self.rng, self, sender, **more) + b"\r\n" + (text_lines(self.rng, 6) if body is None else body)

    def sign(self, message, who, canon=RELAXED, **more):
        """Sign, and expect what the DNS makes of this key; newest first, as in the message."""
        s = SELECTORS[who]
        self.dkim.insert(0, {"domain": s.domain, "selector": s.name, "result": RESULT_OF[s.state],
                             "dnssec": dnssec_proves(s)})
        return self.signer.sign(message, who, canon, **more)

    def seal(self, message, who, results=b"dkim=pass"):
        """Seal, and expect the chain to hold."""
        arc = b"arc=pass; " if self.arc == "pass" else b""
        self.arc = "pass"
        return self.signer.seal(message, who, arc + results)

    def spoil(self, *which):
        """Expect these signatures (all, if none is named) to fail; a key that is not there stays so."""
        for i, found in enumerate(self.dkim):
            if (not which or i in which) and found["result"] == "pass":
                found["result"] = "fail"

    def expect(self):
        """id; dkim, a list in message order; arc; features; exits: acceptable exit codes of
        `verify --require record,inclusion,from,body` on its bundle."""
        return {"id": self.name, "dkim": self.dkim, "arc": self.arc, "features": self.features,
                "exits": exits_of(self.dkim, self.author)}


def exits_of(found, author):
    """0 when a signature of the author's domain carries `from` and `body`; a bad one beside it may be
    reported as failing.

    Without any that carries, also with ARC alone, the claims are not proven (2), or fail (1) where a
    signature is false.
    """
    results = {f["result"] for f in found}
    if any(f["result"] == "pass" and f["domain"] == author for f in found):
        return [0, 1] if "fail" in results else [0]
    return [1, 2]


# --- recipes: each takes a Make and returns the bytes ---

def once(message, old, new):
    """Alter the last place where old stands; it must be there."""
    before, found, after = message.rpartition(old)
    assert found, old
    return before + new + after


def signed(who, canon=RELAXED, **more):
    domain = SELECTORS[who].domain
    return lambda m: m.sign(m.plain(domain, **more), who, canon)


def unsigned(m):
    return m.plain()


def unsigned_8bit(m):
    return m.plain("plain.mailtest", body="Señor: añada más.\r\n".encode("latin-1"), subject="Año nuevo".encode())


def unsigned_parts(m):
    mime, body = multipart(m.rng, 2)
    return m.plain(body=body, mime=mime)


def no_header(m):
    """It begins with the empty line."""
    return b"\r\nonly a body: " + m.name.encode() + b"\r\n"


def header_only(m):
    """Not even the empty line."""
    return fields(m.rng, m, "plain.mailtest")


def two_of_one(m):
    return m.sign(m.sign(m.plain(), "sender/r2"), "sender/e1")


def two_domains(m):
    return m.sign(m.sign(m.plain(), "sender/r2", CANONS[3]), "office/r2")


def good_and_missing(m):
    return m.sign(m.sign(m.plain(), "sender/r2"), "sender/gone")


def good_and_revoked(m):
    return m.sign(m.sign(m.plain(), "sender/old"), "sender/e1")


def good_over_broken(m):
    """A list changes the subject, which breaks the first signature, and signs anew."""
    message = once(m.sign(m.plain(subject=b"Offer"), "sender/r2"), b"Subject: Offer", b"Subject: [list] Offer")
    m.spoil(0)
    return m.sign(message, "list/arc")


def tampered_header(who, canon=RELAXED):
    def make(m):
        message = m.sign(m.plain(SELECTORS[who].domain, subject=b"Pay 100"), who, canon)
        m.spoil()
        return once(message, b"Subject: Pay 100", b"Subject: Pay 900")
    return make


def tampered_body(who, canon=RELAXED):
    def make(m):
        message = m.sign(m.plain(SELECTORS[who].domain, body=b"Pay 100 euros.\r\n"), who, canon)
        m.spoil()
        return once(message, b"Pay 100", b"Pay 900")
    return make


def sealed(sets, who="sender/r2"):
    """DKIM, then 1 to 3 ARC sets, provider and list in turn."""
    def make(m):
        message = m.plain(SELECTORS[who].domain if who else "plain.mailtest")
        message = m.sign(message, who) if who else message
        for i in range(sets):
            message = m.seal(message, ("provider/arc", "list/arc")[i % 2])
        return message
    return make


def sealed_by_list(m):
    """The list changes the subject before it seals: DKIM fails, ARC passes."""
    message = m.seal(m.sign(m.plain(subject=b"Offer"), "sender/r2"), "provider/arc")
    message = once(message, b"Subject: Offer", b"Subject: [list] Offer")
    m.spoil()
    return m.seal(message, "list/arc", b"dkim=fail")


def sealed_then_body(m):
    message = m.plain(body=b"Pay 100 euros.\r\n")
    message = m.seal(m.seal(m.sign(message, "sender/r2"), "provider/arc"), "list/arc")
    m.spoil()
    m.arc = "fail"
    return once(message, b"Pay 100", b"Pay 900")


def sealed_then_old_result(m):
    """An old ARC-Authentication-Results is altered: the message signatures hold, the seals do not."""
    message = m.seal(m.seal(m.sign(m.plain(), "sender/r2"), "provider/arc"), "list/arc")
    m.arc = "fail"
    return once(message, b"i=1; provider.mailtest; dkim=pass", b"i=1; provider.mailtest; dkim=fail")


def empty_body(canon):
    def make(m):
        return m.sign(m.plain(body=b""), "sender/r2", canon)
    return make


def eight_bit(m):
    body = "Señora: mañana, 15 €, naïve café.\r\n".encode() + bytes(range(0x80, 0x100)) + b"\r\n"
    return m.sign(m.plain(body=body, subject="Señal nº 5 \u2014 año".encode(), to="Bertá <b@firm.mailtest>".encode()),
                  "sender/r2")


def folded(m):
    long = b"X-Trace:" + b"".join(b"\r\n\t" + words(m.rng, 9).encode() for _ in range(60)) + b"\r\n"
    subject = b"\r\n ".join(words(m.rng, 8).encode() for _ in range(12))
    return m.sign(m.plain(subject=subject, extra=long), "sender/r2", Canon(b"simple", b"relaxed"))


def attachments(m):
    mime, body = multipart(m.rng, 4)
    return m.sign(m.plain("office.mailtest", body=body, mime=mime), "office/r2")


def many_recipients(m):
    to = b",\r\n ".join(b"person%04d <p%04d@firm.mailtest>" % (i, i) for i in range(500))
    return m.sign(m.plain(to=to), "sender/r2")


def trailing_blanks(m):
    return m.sign(m.plain(body=b"two  blanks \t and\ttabs \r\n \r\n\r\nend\r\n\r\n\r\n\r\n"), "sender/e1")


def big(m):
    line = base64.b64encode(m.rng.randbytes(57)) + b"\r\n"
    block = b"".join(bytes(line[i:-2] + line[:i]) + b"\r\n" for i in range(76))
    body = block * (BIG // len(block) + 1)
    mime = b"application/octet-stream\r\nContent-Transfer-Encoding: base64"
    return m.sign(m.plain(body=body, mime=mime), "sender/r2")


# name, how many of it in the mix of sixty, what it is for, recipe
Recipe = namedtuple("Recipe", "name count features make")
RECIPES = [
    *(Recipe(f"rsa-{c.header.decode()}-{c.body.decode()}", 1, "dkim rsa2048", signed("sender/r2", c)) for c in CANONS),
    *(Recipe(f"ed-{c.header.decode()}-{c.body.decode()}", 1, "dkim ed25519", signed("sender/e1", c)) for c in CANONS),
    Recipe("rsa1024", 2, "dkim rsa1024", signed("sender/r1")),
    Recipe("nsec3-zone", 2, "dkim ed25519 nsec3", signed("office/e1")),
    Recipe("unsigned", 2, "unsigned", unsigned),
    Recipe("unsigned-8bit", 1, "unsigned 8bit", unsigned_8bit),
    Recipe("unsigned-parts", 1, "unsigned multipart", unsigned_parts),
    Recipe("no-header", 1, "unsigned empty-header", no_header),
    Recipe("header-only", 1, "unsigned empty", header_only),
    Recipe("two-of-one", 2, "two-signatures", two_of_one),
    Recipe("two-domains", 2, "two-signatures", two_domains),
    Recipe("good-and-missing", 1, "two-signatures missing", good_and_missing),
    Recipe("good-and-revoked", 1, "two-signatures revoked", good_and_revoked),
    Recipe("good-over-broken", 1, "two-signatures tampered", good_over_broken),
    Recipe("tampered-header", 1, "tampered", tampered_header("sender/r2")),
    Recipe("tampered-header-ed", 1, "tampered", tampered_header("sender/e1", CANONS[3])),
    Recipe("tampered-body", 1, "tampered", tampered_body("sender/r2")),
    Recipe("tampered-body-simple", 1, "tampered", tampered_body("plain/r2", CANONS[3])),
    Recipe("arc1", 2, "arc1", sealed(1)),
    Recipe("arc1-no-dkim", 1, "arc1", sealed(1, None)),
    Recipe("arc2", 2, "arc2", sealed(2, "office/e1")),
    Recipe("arc3", 2, "arc3", sealed(3, "plain/r2")),
    Recipe("arc-list", 1, "arc2 tampered", sealed_by_list),
    Recipe("arc-body", 1, "arc2 tampered", sealed_then_body),
    Recipe("arc-old-result", 1, "arc2 tampered", sealed_then_old_result),
    Recipe("missing", 1, "missing", signed("sender/gone")),
    Recipe("missing-nsec3", 1, "missing nsec3", signed("office/gone")),
    Recipe("missing-plain", 1, "missing unsigned-zone", signed("plain/gone")),
    Recipe("revoked", 1, "revoked", signed("sender/old")),
    Recipe("cname", 2, "cname", signed("sender/cn")),
    Recipe("cname-to-plain", 1, "cname unsigned-zone", signed("sender/cnp")),
    Recipe("plain-zone", 2, "unsigned-zone", signed("plain/r2")),
    Recipe("plain-zone-ed", 1, "unsigned-zone ed25519", signed("plain/e1")),
    Recipe("slow", 1, "timeout", signed("slow/r2")),
    Recipe("empty-body", 1, "empty", empty_body(RELAXED)),
    Recipe("empty-body-simple", 1, "empty", empty_body(CANONS[3])),
    Recipe("8bit", 1, "8bit", eight_bit),
    Recipe("folded", 1, "folded", folded),
    Recipe("attachments", 1, "multipart", attachments),
    Recipe("many-recipients", 1, "recipients", many_recipients),
    Recipe("empty-subject", 1, "empty-subject", signed("sender/r2", subject=b"")),
    Recipe("no-final-crlf", 1, "no-final-crlf", signed("sender/r2", body=b"the end comes abruptly")),
    Recipe("trailing-blanks", 1, "blanks", trailing_blanks),
    Recipe("big", 1, "big", big),
]


def cook(signer, seed, recipe, number):
    name = f"{number:04d}-{recipe.name}"
    m = Make(signer, random.Random(f"{seed} {name}"), name)
    m.features = recipe.features.split()
    message = recipe.make(m)
    return Mail(name, message, m.expect())


def start(seed, now):
    return Signer(seed, int(time.time() if now is None else now))


def generate(seed, n, now=None, without=("big", "timeout")):
    """n messages of randomly chosen recipes, and the zone records; features in `without` do not occur."""
    signer = start(seed, now)
    rng = random.Random(f"choice {seed}")
    choice = [r for r in RECIPES if not set(r.features.split()) & set(without)]
    return [cook(signer, seed, rng.choice(choice), i + 1) for i in range(n)], signer.records()


def generate_small(seed, n, now=None):
    """n small messages, few of them signed: quick to make, for tests about quantity."""
    signer = start(seed, now)
    choice = {r.name: r for r in RECIPES}
    return [cook(signer, seed, choice["ed-relaxed-relaxed" if i % 10 == 0 else "unsigned"], i + 1)
            for i in range(n)], signer.records()


def mix60(seed=DEFAULT_SEED, now=None):
    """The sixty of tests/e2e/mix, in a shuffled order, and the zone records."""
    signer = start(seed, now)
    order = [recipe for recipe in RECIPES for _ in range(recipe.count)]
    assert len(order) == 60, len(order)
    random.Random(f"order {seed}").shuffle(order)
    return [cook(signer, seed, recipe, i + 1) for i, recipe in enumerate(order)], signer.records()


DEMO = ("rsa-relaxed-relaxed ed-relaxed-relaxed cname two-domains plain-zone attachments "
        "arc1 arc2 arc3 arc-list tampered-body unsigned").split()


def demo12(seed=DEFAULT_SEED, now=None):
    """The dozen of etc/demo."""
    signer = start(seed, now)
    recipes = {r.name: r for r in RECIPES}
    return [cook(signer, seed, recipes[name], i + 1) for i, name in enumerate(DEMO)], signer.records()


def one(recipe_name, seed=DEFAULT_SEED, number=9001, now=None):
    """A single message of a named recipe; keys and records are those of the seed."""
    recipe = next(r for r in RECIPES if r.name == recipe_name)
    return cook(start(seed, now), seed, recipe, number)


def zone_records(seed=DEFAULT_SEED):
    return start(seed, 0).records()


def write_all(folder, mails, records):
    os.makedirs(folder, exist_ok=True)
    for mail in mails:
        with open(os.path.join(folder, mail.name + ".eml"), "wb") as out:
            out.write(mail.bytes)
    with open(os.path.join(folder, "zone.txt"), "w", encoding="ascii") as out:
        out.write(zones.zone_text([r for r in records if r.name not in silent_names()], silent_names()))
    with open(os.path.join(folder, "expected.json"), "w", encoding="ascii") as out:
        json.dump([m.expected for m in mails], out, indent=1)
    return 0


def main():
    args = argparse.ArgumentParser(description="Make signed messages and what must be found in them.")
    args.add_argument("--self-test", action="store_true", help="let dkimpy verify all sixty")
    args.add_argument("--write", metavar="DIR", help="write the sixty, zone.txt and expected.json into DIR")
    args.add_argument("--demo", metavar="DIR", help="the same for the dozen of etc/demo")
    args.add_argument("--seed", type=int, default=DEFAULT_SEED)
    given = args.parse_args()
    if given.self_test:
        import mailcheck
        return mailcheck.self_test()
    if given.write:
        return write_all(given.write, *mix60(given.seed))
    if given.demo:
        return write_all(given.demo, *demo12(given.seed))
    args.print_usage()
    return 64


if __name__ == "__main__":
    sys.exit(main())
