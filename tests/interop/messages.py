# SPDX-License-Identifier: ISC
"""messages: what is put before all verifiers: from a seed, with a few oddities each, and their names.

    make(seed, n) -> [Case], {name: text}
"""
import random
from collections import namedtuple

import signing
from signing import DOMAIN

import mailgen  # noqa: E402  (signing found the way to tests/lib)

Case = namedtuple("Case", "bytes oddities")
NOW = 1_700_000_000  # Unix seconds of t=; what expires has done so, or will not for a century
NAMES = "from:to:subject:date:message-id:mime-version:content-type"


class Draft:
    """A message in the making: header fields, a body, the tags of its signature."""

    def __init__(self, rng):
        self.rng = rng
        self.fields = [b"From: Anna <anna@sender.mailtest>\r\n", b"To: Berta <berta@firm.mailtest>\r\n",
                       b"Subject: " + mailgen.words(rng, 5).encode() + b"\r\n",
                       b"Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n",
                       b"Message-ID: <%d@sender.mailtest>\r\n" % rng.getrandbits(48), b"MIME-Version: 1.0\r\n",
                       b"Content-Type: text/plain; charset=utf-8\r\n"]
        self.body = mailgen.text_lines(rng, rng.randrange(1, 9))
        selector = rng.choice(["r2", "r2", "e1", "r1"])
        self.tags = {"v": "1", "a": None, "c": rng.choice(["relaxed/relaxed", "relaxed/simple", "simple/relaxed",
                                                           "simple/simple"]),
                     "d": DOMAIN, "s": selector, "t": str(NOW), "h": NAMES}
        self.algorithm = None

    def finish(self, keys):
        kind = "ed25519" if self.tags["s"] == "e1" else "rsa"
        self.tags["a"] = self.algorithm or f"{kind}-sha256"
        return signing.sign(keys, b"".join(self.fields) + b"\r\n" + self.body, self.tags)


# --- before it is signed: tags, keys, fields, bodies ---

def tag(name, *values):
    def change(d):
        d.tags[name] = d.rng.choice(values)
    return change


def selector(*names):
    return tag("s", *names)


def body(*values):
    def change(d):
        d.body = d.rng.choice(values)
    return change


def field(*values):
    """One more field, at any place, and signed."""
    def change(d):
        value = d.rng.choice(values)
        d.fields.insert(d.rng.randrange(len(d.fields) + 1), value)
        d.tags["h"] += ":" + signing.name_of(value).decode()
    return change


def instead(name, *values):
    def change(d):
        at = next(i for i, f in enumerate(d.fields) if signing.name_of(f) == name)
        d.fields[at] = d.rng.choice(values)
    return change


def algorithm(word, name="r2"):
    def change(d):
        d.algorithm = word
        d.tags["s"] = name
    return change


def length(d):
    """Less than the body, all of it, or none."""
    how = (d.tags["c"].split("/") + ["simple"])[1]
    size = len(signing.canonical_body(d.body, how))
    d.tags["l"] = str(d.rng.choice([0, size // 2, size]))


def too_long(d):
    d.tags["l"] = str(len(d.body) + 1000)


def expired(d):
    d.tags["x"] = str(NOW + d.rng.choice([1, 3600, 86400]))


UNSIGNED = {
    "plain": lambda d: None,
    "length": length,
    "length-beyond": too_long,
    "length-junk": tag("l", "12x", "-1", " ", "1 2"),
    "expired": expired,
    "not-expired": tag("x", str(NOW + 10 ** 10 // 2)),
    "expires-before": tag("x", str(NOW - 1), "1"),
    "time-junk": tag("t", "soon", "-1", "1.5"),
    "time-to-come": tag("t", str(NOW + 10 ** 9)),
    "identity": tag("i", "@" + DOMAIN, "anna@" + DOMAIN, "anna@a.b." + DOMAIN),
    "identity-case": tag("i", "anna@Sender.MAILTEST"),
    "identity-coded": tag("i", "anna=40x@" + DOMAIN, "an=3Dna@" + DOMAIN),
    "identity-other": tag("i", "@office.mailtest", "anna@xsender.mailtest", "@mailtest"),
    "identity-no-at": tag("i", DOMAIN),
    "query": tag("q", "dns/txt", "dns/txt:xyz", "xyz:dns/txt", "dns/txt : xyz"),
    "query-other": tag("q", "xyz", "http/get"),
    "copied": tag("z", "From:anna@sender.mailtest|Subject:a=20b"),
    "unknown-tag": tag("xyz", "1", "", "a=b"),
    "version-none": tag("v", None),
    "version-other": tag("v", "2", "0", "1.0", "01"),
    "canon-none": tag("c", None),
    "canon-header-only": tag("c", "relaxed", "simple"),
    "canon-unknown": tag("c", "nowsp/simple", "relaxed/x"),
    "canon-case": tag("c", "Relaxed/Relaxed"),
    "domain-case": tag("d", "Sender.MailTest"),
    "names-case": tag("h", "From:To:SUBJECT:Date"),
    "names-folded": tag("h", "from : to :\r\n\tsubject:date", "from:to: subject"),
    "names-oversigned": tag("h", NAMES + ":from:to:subject:cc:reply-to"),
    "names-absent": tag("h", "from:x-none:to:x-none:list-id"),
    "names-signature": tag("h", "from:dkim-signature:to"),
    "names-no-from": tag("h", "to:subject:date"),
    "names-empty-item": tag("h", "from::to", "from:to:"),
    "sha1": algorithm("rsa-sha1"),
    "algorithm-unknown": algorithm("rsa-sha512x"),
    "algorithm-case": algorithm("RSA-SHA256"),
    "algorithm-other-key": algorithm("ed25519-sha256"),
    "tag-folded": tag("s", "r2\r\n ", "r2 "),
    "key-bare": selector("bare"),
    "key-small": selector("small"),
    "key-no-v": selector("no-v"),
    "key-v-late": selector("v-late"),
    "key-v2": selector("v2"),
    "key-blanks": selector("blanks"),
    "key-notes": selector("notes"),
    "key-tests": selector("tests"),
    "key-strict": selector("strict"),
    "key-hash": selector("hash256"),
    "key-hash-other": selector("hash1"),
    "key-mail": selector("mail"),
    "key-web": selector("web"),
    "key-type": selector("k-other", "k-ed"),
    "key-revoked": selector("revoked"),
    "key-no-p": selector("no-p"),
    "key-junk": selector("junk-p"),
    "key-tag-twice": selector("twice"),
    "key-missing": selector("missing"),
    "body-none": body(b""),
    "body-no-end": body(b"no end", b"line\r\nno end", b"blanks at the end  "),
    "body-lines": body(b"\r\n", b"\r\n\r\n\r\n", b"text\r\n\r\n\r\n", b"\r\n\r\ntext\r\n"),
    "body-blanks": body(b" \r\n", b" \t \r\n\r\n", b"a  b\t\tc \r\n d\r\n", b"  \r\n text \t\r\n \r\n"),
    "body-only-blanks": body(b" ", b"\t \t"),
    "body-bare-lf": body(b"one\ntwo\r\n", b"one\n", b"one \n two\r\n"),
    "body-bare-cr": body(b"one\rtwo\r\n", b"one\r\r\n", b"one\r"),
    "body-nul": body(b"one\0two\r\n", b"\0"),
    "body-8bit": body("Señor: mañana\r\n".encode(), bytes(range(128, 256)) + b"\r\n"),
    "body-long-line": body(b"x" * 5000 + b"\r\n", b"x " * 40000 + b"\r\n"),
    "body-large": body(b"some words to fill a line of it\r\n" * 3000),
    "field-folded": field(b"X-A:\r\n one\r\n\ttwo\r\n", b"X-A: one \r\n  two\t\r\n"),
    "field-blanks": field(b"X-A:  one   two \t \r\n", b"X-A:one\r\n"),
    "field-blank-name": field(b"X-A : one\r\n", b"X-A\t: one\r\n"),
    "field-empty": field(b"X-A:\r\n", b"X-A: \r\n"),
    "field-fold-only": field(b"X-A:\r\n \r\n", b"X-A: one\r\n \r\n"),
    "field-8bit": field("X-A: Señor\r\n".encode(), b"X-A: \xff\xfe\r\n"),
    "field-nul": field(b"X-A: a\0b\r\n"),
    "field-bare-cr": field(b"X-A: a\rb\r\n"),
    "field-bare-lf": field(b"X-A: a\n b\r\n"),
    "field-repeated": field(b"Subject: two\r\n", b"Received: a\r\n", b"To: <c@firm.mailtest>\r\n"),
    "field-long": field(b"X-A: " + b"word " * 2000 + b"\r\n"),
    "from-two": field(b"From: Eve <eve@sender.mailtest>\r\n"),
    "from-none": instead(b"from", b"X-From: Anna <anna@sender.mailtest>\r\n"),
    "subject-coded": instead(b"subject", b"Subject: =?utf-8?q?Se=C3=B1or?=\r\n"),
}


# --- after it is signed ---

def in_body(m, rng, change):
    fields, rest = signing.split(m)
    return b"".join(fields) + b"\r\n" + change(rest, rng)


def in_header(m, rng, change):
    fields, rest = signing.split(m)
    return b"".join(change(fields, rng)) + b"\r\n" + rest


def flipped(text, rng, start=0):
    """One letter becomes another."""
    places = [i for i in range(start, len(text)) if chr(text[i]).isalpha() and text[i] < 128]
    if not places:
        return text + b"Q"
    at = rng.choice(places)
    return text[:at] + (b"q" if text[at:at + 1] != b"q" else b"j") + text[at + 1:]


def other_field(fields, rng):
    return rng.choice([i for i, f in enumerate(fields) if signing.name_of(f) != b"dkim-signature"])


def flip_field(fields, rng):
    at = other_field(fields, rng)
    start = fields[at].index(b":") + 1
    return fields[:at] + [flipped(fields[at], rng, start)] + fields[at + 1:]


def blanks_in_field(fields, rng):
    at = other_field(fields, rng)
    return fields[:at] + [fields[at].replace(b": ", b":  \t", 1)] + fields[at + 1:]


def case_of_name(fields, rng):
    at = other_field(fields, rng)
    name, colon, rest = fields[at].partition(b":")
    return fields[:at] + [name.swapcase() + colon + rest] + fields[at + 1:]


def refold(fields, rng):
    at = other_field(fields, rng)
    return fields[:at] + [fields[at].replace(b": ", b":\r\n ", 1)] + fields[at + 1:]


def lose_field(fields, rng):
    at = other_field(fields, rng)
    return fields[:at] + fields[at + 1:]


def repeat_field(fields, rng):
    copy = fields[other_field(fields, rng)]
    return [copy] + fields if rng.random() < .5 else fields + [copy]


def swap_fields(fields, rng):
    a, b = other_field(fields, rng), other_field(fields, rng)
    fields = list(fields)
    fields[a], fields[b] = fields[b], fields[a]
    return fields


def field_on_top(*values):
    return lambda m, rng: rng.choice(values) + m


def in_signature(old, *new):
    def change(m, rng):
        field_end = m.index(b"\r\nFrom:") if b"\r\nFrom:" in m else len(m)
        return m[:field_end].replace(old, rng.choice(new), 1) + m[field_end:]
    return change


def flip_signature(m, rng):
    at = m.index(b"; b=") + 4 + rng.randrange(20)
    return m[:at] + (b"A" if m[at:at + 1] != b"A" else b"B") + m[at + 1:]


def cut_signature(m, rng):
    """Some of b= is gone."""
    at = m.index(b"; b=") + 4
    return m[:at] + m[at + 4 * rng.randrange(1, 5):]


def with_body(change):
    return lambda m, rng: in_body(m, rng, change)


def with_header(change):
    return lambda m, rng: in_header(m, rng, change)


SIGNED = {
    "flip-body": with_body(flipped),
    "flip-field": with_header(flip_field),
    "blank-lines-added": with_body(lambda b, rng: b + b"\r\n" * rng.randrange(1, 4)),
    "text-added": with_body(lambda b, rng: b + b"P.S. more\r\n"),
    "blanks-in-body": with_body(lambda b, rng: b.replace(b" ", b" \t ", 1)),
    "blanks-at-line-end": with_body(lambda b, rng: b.replace(b"\r\n", b"  \r\n", 1)),
    "body-cut": with_body(lambda b, rng: b[:len(b) // 2]),
    "body-gone": with_body(lambda b, rng: b""),
    "blanks-in-field": with_header(blanks_in_field),
    "case-of-name": with_header(case_of_name),
    "refolded": with_header(refold),
    "field-lost": with_header(lose_field),
    "field-doubled": with_header(repeat_field),
    "fields-swapped": with_header(swap_fields),
    "trace-on-top": field_on_top(b"Received: from a by b; Tue, 14 Nov 2023 22:13:21 +0000\r\n", b"X-Spam: no\r\n"),
    "from-on-top": field_on_top(b"From: Eve <eve@evil.mailtest>\r\n", b"Subject: Pay now\r\n"),
    "line-without-colon": field_on_top(b"this is no field\r\n"),
    "signature-flipped": flip_signature,
    "signature-cut": cut_signature,
    "tag-twice": in_signature(b"; d=", b"; d=office.mailtest; d="),
    "tag-empty-between": in_signature(b"; d=", b";; d=", b"; ; d="),
    "tag-no-equals": in_signature(b"; d=", b"; xyz; d="),
    "tag-blanks": in_signature(b"; d=", b" ;\r\n\t d = "),
    "body-hash-junk": in_signature(b"; bh=", b"; bh=!"),
    "signature-junk": in_signature(b"; b=", b"; b=*"),
    "all-lf": lambda m, rng: m.replace(b"\r\n", b"\n"),
    "no-separator": lambda m, rng: m.partition(b"\r\n\r\n")[0] + b"\r\n",
}


def one(rng, keys):
    """Half are odd in one way, a quarter in two, a quarter in none; then half are altered."""
    draft = Draft(rng)
    oddities = rng.sample(sorted(UNSIGNED), rng.choice([0, 1, 1, 2]))
    for name in oddities:
        UNSIGNED[name](draft)
    message = draft.finish(keys)
    if rng.random() < .15:  # one more, by somebody with nothing odd about it
        tags = Draft(rng).tags
        tags.update(s="r2", a="rsa-sha256", t=str(NOW + 1))
        message = signing.sign(keys, message, tags)
        oddities.append("two-signatures")
    if rng.random() < .5:
        alteration = rng.choice(sorted(SIGNED))
        message = SIGNED[alteration](message, rng)
        oddities.append(alteration)
    return Case(message, frozenset(oddities))


# What is done to messages with several signatures and sets of ARC.
SEALED = [SIGNED[name] for name in ("flip-body", "flip-field", "blanks-in-field", "case-of-name", "refolded", "field-lost",
                                    "field-doubled", "fields-swapped", "blank-lines-added", "trace-on-top")]


def sealed(seed, n):
    """Of tests/lib/mailgen.py, every other one altered; and {name: text} of its zone."""
    rng = random.Random(f"interop sealed {seed}")
    mails, records = mailgen.generate(f"interop {seed}", n, now=NOW)
    table = {r.name: r for r in records}
    texts = {}
    for r in records:
        target = table[r.data] if r.type == "CNAME" else r
        texts[r.name.rstrip(".")] = "".join(target.data.strip('"').split('" "'))
    return [Case(rng.choice(SEALED)(m.bytes, rng) if i % 2 and b"\r\n\r\n" in m.bytes[1:] else m.bytes,
                 frozenset([m.name])) for i, m in enumerate(mails)], texts


def make(seed, n):
    rng = random.Random(f"interop {seed}")
    keys = signing.Keys(seed)
    return [one(rng, keys) for _ in range(n)], keys.records()
