# SPDX-License-Identifier: ISC
"""explained: why mailseal and another verifier do not say the same of a signature.

One row a class: its rule, the sentence of the RFC that decides, and who is right by it: `ours`,
`theirs`, or `either` where the RFC leaves it open.  The first row whose rule holds explains it.
"""
import re
from collections import namedtuple

import signing

Row = namedtuple("Row", "name section right sentence rule")


class Facts:
    """What the rules look at: the tags of the signature as written, the key's record, the message."""

    def __init__(self, d):
        self.peer, self.what, self.ours, self.code, self.theirs = d.peer, d.what, d.ours, d.code, d.theirs
        self.fields, self.body = signing.split(d.case.bytes)
        self.message = d.case.bytes
        self.record = d.record or ""
        own = [f for f in self.fields if signing.name_of(f) == b"dkim-signature"]
        self.field = own[d.number] if d.number < len(own) else b""
        self.tags = dict(tags_of(self.field.partition(b":")[2]))

    def tag(self, name):
        return self.tags.get(name, "")

    def relaxed_body(self):
        return self.tag("c").endswith("/relaxed")

    def count(self, name):
        return sum(signing.name_of(f) == name for f in self.fields)

    def arc(self):
        """(instance, rank) of the fields of ARC as they stand, newest first if nobody moved them."""
        rank = [b"arc-authentication-results", b"arc-message-signature", b"arc-seal"]
        return [(re.search(rb"[:;]\s*i\s*=\s*(\d+)", field).group(1), rank.index(signing.name_of(field)))
                for field in self.fields if signing.name_of(field) in rank]

    def names(self):
        return [n.strip().lower() for n in self.tag("h").split(":")]


def tags_of(value):
    for part in value.decode("latin-1").split(";"):
        name, equals, text = part.partition("=")
        if equals:
            yield name.strip(), text.strip()


def record_tags(f):
    return [name for name, _ in tags_of(f.record.encode())]


def they_pass(code):
    """They let a signature pass that we refuse with this code."""
    return lambda f: f.code == code and f.theirs == "pass"


def lenient(f, *codes):
    return f.theirs == "pass" and f.code in codes


def strict(f, *who):
    """They refuse or pass over what we let pass."""
    return f.ours == "pass" and f.theirs != "pass" and (not who or f.peer in who)


def has_bare(text):
    return re.search(rb"\r(?!\n)|(?<!\r)\n", text) is not None


ROWS = {row.name: row for row in (
    Row("ed25519", "RFC 8463 3", "ours",
        "Signers SHOULD implement and verifiers MUST implement the Ed25519-SHA256 algorithm.",
        lambda f: f.peer == "Mail::DKIM" and f.tag("a").startswith("ed25519")),
    Row("passed-over", "RFC 6376 6.1.1", "either",
        "If any of the header fields is malformed, the verifier MUST ignore the signature and return PERMFAIL: "
        "to pass over it and to say so are one.",
        lambda f: f.ours == "fail" and f.theirs == "none"),
    Row("seal-order", "RFC 8617 5.1.1", "ours",
        "The sets are signed in increasing instance order, in each results, message signature, seal: wherever they stand.",
        lambda f: f.what == "arc" and strict(f, "dkimpy") and f.arc() != sorted(f.arc(), reverse=True)),
    Row("seal-form", "RFC 8617 4.1", "ours",
        "Fields of ARC are fields and tag lists: names in any case, blanks around a tag (RFC 6376 3.2).",
        lambda f: f.what == "arc" and strict(f, "dkimpy")
        and any(re.match(rb"(?i)arc-", field) and not re.match(rb"ARC-[A-Z][^:]*:(\r\n)? i=", field)
                for field in f.fields)),
    Row("sha1", "RFC 8301 3.1", "ours", "rsa-sha1 MUST NOT be used for signing or verifying.",
        they_pass("weak-hash")),
    Row("short-key", "RFC 8301 3.2", "ours",
        "Verifiers MUST NOT consider signatures using RSA keys of less than 1024 bits as valid signatures.",
        they_pass("weak-key")),
    Row("from-unsigned", "RFC 6376 6.1.1", "ours",
        "If the h= tag does not include the From header field, the Verifier MUST ignore the field and return PERMFAIL.",
        they_pass("from-unsigned")),
    Row("length-beyond", "RFC 6376 3.5", "ours",
        "l=: MUST NOT be larger than the actual number of octets in the canonicalized message body.",
        they_pass("body-length")),
    Row("key-version-first", "RFC 6376 3.6.1", "ours",
        "v=: if specified, this tag MUST be set to DKIM1 and MUST be the first tag in the record.",
        lambda f: lenient(f, "key-syntax") and record_tags(f).index("v") > 0 if "v" in record_tags(f) else False),
    Row("key-tag-twice", "RFC 6376 3.2", "ours",
        "If a tag name does occur more than once, the entire tag-list is invalid.",
        lambda f: lenient(f, "key-syntax") and len(set(record_tags(f))) < len(record_tags(f))),
    Row("key-type", "RFC 6376 6.1.2", "ours",
        "If the public key data is not suitable for use with the algorithm and key types defined by the a= and k= "
        "tags, the Verifier MUST return PERMFAIL.",
        lambda f: lenient(f, "key-syntax", "key-algorithm", "key-unknown")
        and f.tag("a").split("-")[0] != dict(tags_of(f.record.encode())).get("k", "rsa")),
    Row("key-hash", "RFC 6376 6.1.2", "ours",
        "If the h= tag exists in the public key record and the hash algorithm of a= is not in it, the Verifier MUST "
        "ignore the key record.", they_pass("key-hash")),
    Row("key-service", "RFC 6376 3.6.1", "ours",
        "s=: verifiers for a given service type MUST ignore this record if the appropriate type is not listed.",
        they_pass("key-service")),
    Row("algorithm-case", "RFC 6376 3.2", "ours",
        "Values MUST be processed as case sensitive unless the specific tag says otherwise.",
        lambda f: lenient(f, "algorithm") and f.tag("a") != f.tag("a").lower()),
    Row("base64", "RFC 6376 2.10", "ours",
        "base64string = ALPHADIGITPS *([FWS] ALPHADIGITPS) ...: nothing else stands in it.",
        lambda f: lenient(f, "tag-invalid") and re.search(r"[^A-Za-z0-9+/=\s]", f.tag("b") + f.tag("bh")) is not None),
    Row("time-digits", "RFC 6376 3.5", "ours", "sig-t-tag = ... 1*12DIGIT; sig-x-tag the same.",
        lambda f: lenient(f, "tag-invalid") and re.fullmatch(r"\d{1,12}", f.tag("t") or "0") is None),
    Row("length-digits", "RFC 6376 3.5", "ours", "sig-l-tag = ... 1*76DIGIT.",
        lambda f: lenient(f, "tag-invalid") and "l" in f.tags and re.fullmatch(r"\d{1,76}", f.tag("l")) is None),
    Row("version", "RFC 6376 6.1.1", "ours",
        "Verifiers MUST return PERMFAIL when presented a signature with an inconsistent v= tag, or without it.",
        lambda f: lenient(f, "version", "tag-missing") and f.tag("v") != "1"),
    Row("identity", "RFC 6376 6.1.1", "ours",
        "Verifiers MUST confirm that the domain of d= is the same as or a parent domain of the domain part of i=.",
        lambda f: lenient(f, "identity", "tag-invalid") and re.search("@(.*[.])?" + re.escape(f.tag("d")) + "$",
                                                                     f.tag("i"), re.I) is None),
    Row("query-unknown", "RFC 6376 3.5", "ours", "q=: unrecognized query mechanisms MUST be ignored: none is left.",
        they_pass("query")),
    Row("query-list", "RFC 6376 3.5", "ours",
        "q=: a colon-separated list, blanks around the colon; unrecognized query mechanisms MUST be ignored.",
        lambda f: strict(f, "dkimpy", "Mail::DKIM") and f.tag("q") not in ("", "dns/txt")),
    Row("time-to-come", "RFC 6376 3.5", "either", "Implementations MAY ignore signatures that have a timestamp in the future.",
        lambda f: f.theirs == "fail" and f.tag("t").isdigit() and int(f.tag("t")) > 1_900_000_000),
    Row("bare-key", "RFC 6376 3.6.1", "ours", "p=: for rsa, an RSAPublicKey (RFC 3447 A.1.1); a SubjectPublicKeyInfo is what many publish.",
        lambda f: f.theirs == "fail" and f.ours == "pass" and "p=MIIBCg" in f.record),
    Row("own-field", "RFC 6376 3.5", "ours",
        "h=: MUST NOT include the DKIM-Signature field that is being created or verified but may include others.",
        lambda f: f.theirs == "fail" and f.ours == "pass" and "dkim-signature" in f.names()),
    Row("length-zero", "RFC 6376 3.5", "ours", "l=: an unsigned decimal integer: 0 is one, and nothing of the body is signed.",
        lambda f: strict(f, "Mail::DKIM", "mailauth") and f.tag("l") == "0"),
    Row("identity-coded", "RFC 6376 3.5", "ours", "i=: dkim-quoted-printable: =40 is a character of the local part.",
        lambda f: strict(f, "opendkim") and "=" in f.tag("i")),
    Row("several-from", "RFC 5322 3.6", "either",
        "From: one and only one.  RFC 6376 8.15 lets a verifier refuse it; we verify and find it (duplicate-from).",
        lambda f: strict(f, "dkimpy") and f.count(b"from") > 1),
    Row("no-separator", "RFC 5322 2.1", "ours",
        "The body is optional: without an empty line there is none, and what was signed is an empty one.",
        lambda f: strict(f, "mailauth", "opendkim") and b"\r\n\r\n" not in f.message),
    Row("field-without-colon", "RFC 5322 2.2", "either",
        "A field is name, colon, body: a line that is none is no field, signed or not; we find malformed-field.",
        lambda f: strict(f, "dkimpy") and any(b":" not in field for field in f.fields)),
    Row("blank-before-colon", "RFC 6376 3.4.2", "ours",
        "Delete any WSP characters remaining before and after the colon: there can be some (RFC 5322 4.5.8).",
        lambda f: strict(f, "dkimpy", "opendkim") and any(re.match(rb"[!-9;-~]+[ \t]+:", field) for field in f.fields)),
    Row("nul", "RFC 5322 4.1", "ours", "NUL is part of what messages hold (obs-NO-WS-CTL, obs-body), not their end.",
        lambda f: strict(f, "opendkim") and b"\0" in f.message),
    Row("only-blanks", "RFC 6376 3.4.4", "either",
        "Ignore all whitespace at the end of lines; a body that is then empty is hashed as none.  Without a CRLF it is "
        "open whether there was a line.",
        lambda f: strict(f) and f.relaxed_body() and re.fullmatch(rb"[ \t]+", f.body) is not None),
    Row("no-final-crlf", "RFC 6376 3.4.4", "ours",
        "If the body is non-empty but does not end with a CRLF, a CRLF is added; 3.4.3 the same.",
        lambda f: strict(f) and f.body != b"" and not f.body.endswith(b"\r\n")),
    Row("lf-for-crlf", "RFC 5322 2.3", "either",
        "CR and LF MUST only occur together as CRLF: what a message without them is, is left open; some add the CR.",
        lambda f: b"\r\n" not in f.message),
    Row("bare-cr-lf", "RFC 5322 2.3", "either",
        "CR and LF MUST only occur together as CRLF: what is signed when they do not is left open; we hash what is there.",
        lambda f: has_bare(f.message)),
)}


def find(difference):
    facts = Facts(difference)
    return next((row for row in ROWS.values() if row.rule(facts)), None)
