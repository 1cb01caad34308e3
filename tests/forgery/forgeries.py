# SPDX-License-Identifier: ISC
"""forgeries: what is done to originals, and what must be said of each: one row, one message.

A row's `lost` are the claims that held and must not hold any more, its `codes` the findings that must
come; no others may.  `broken`: no signature of the author's own domain verifies any more.  `shows`:
what a reader sees that was not signed, by the name of a claim or field; None: nothing of it is wrong.
"""
from collections import namedtuple

import craft
import originals
from originals import ALL, BARE, MIXED, ONCE

Forgery = namedtuple("Forgery", "name original bytes shows broken lost codes", defaults=(False, (), ()))

# What a forger would have a field say.
EVIL = {
    b"to": b"To: Carlos <carlos@other.mailtest>", b"cc": b"Cc: Carlos <carlos@other.mailtest>",
    b"bcc": b"Bcc: carlos@other.mailtest", b"from": b"From: Eve <eve@evil.mailtest>",
    b"subject": b"Subject: Offer of 900 euros", b"date": b"Date: Sun, 1 Jun 2025 00:00:00 +0000",
    b"reply-to": b"Reply-To: eve@evil.mailtest", b"message-id": b"Message-ID: <2@evil.mailtest>",
    b"in-reply-to": b"In-Reply-To: <0@evil.mailtest>", b"references": b"References: <0@evil.mailtest>",
    b"sender": b"Sender: eve@evil.mailtest", b"mime-version": b"MIME-Version: 2.0",
    b"content-type": b"Content-Type: text/html", b"content-transfer-encoding": b"Content-Transfer-Encoding: base64",
}
CLAIMED = b"from to cc date subject message-id reply-to in-reply-to".split()
INTERPRETATION = b"content-type mime-version content-transfer-encoding".split()
SINGLE = CLAIMED + INTERPRETATION + [b"sender", b"references"]


# --- what one more field of a name does, by h= alone ---

def present(message, name):
    return sum(n.strip().lower() == name for n, _ in craft.split(message)[0])


def claims_of(original):
    """Those that hold of it: of the fields that are there and bound, and of the body."""
    if not original.names:
        return set()
    held = {n.decode() for n in CLAIMED if n in original.names and present(original.bytes, n)}
    return held | {"body"}


BOUND_INTERPRETATION = ("once", "outlook", "length", "rsa1024")  # their h= names what is there of these


def breaks(original, name, on_top):
    """h= takes the fields of a name from the bottom up: is the new one among those it takes?"""
    mentions = original.names.count(name)
    return mentions > present(original.bytes, name) or (mentions > 0 and not on_top)


def codes_of_added(original, name, on_top):
    """What is found of it besides: by the number of that name, and by what h= has of it."""
    codes = set()
    there, mentions = present(original.bytes, name), original.names.count(name)
    if there and name in SINGLE:
        codes.add(f"duplicate-{name.decode()}")
    if not original.names or breaks(original, name, on_top) or name not in CLAIMED + INTERPRETATION:
        return codes
    if mentions and name in CLAIMED:
        codes.add(f"ambiguous-{name.decode()}")
    if not mentions and not there:
        codes.add(f"unsigned-{name.decode()}")
    if name in INTERPRETATION and original.name in BOUND_INTERPRETATION:
        codes.add("body-interpretation")
    if on_top:
        codes.add("added-above")
    if on_top and name == b"date":
        codes.add("date-far-off")
    if name == b"content-transfer-encoding" and b"\r\nContent-Type: multipart/" in original.bytes:
        codes.add("encoded-multipart")
    return codes


def add(original, name, on_top):
    header, empty, body = original.bytes.partition(b"\r\n\r\n")
    line = EVIL[name]
    return line + b"\r\n" + original.bytes if on_top else header + b"\r\n" + line + empty + body


def added(original, name, on_top):
    broken = bool(original.names) and breaks(original, name, on_top)
    lost = claims_of(original) if broken else {name.decode()} & claims_of(original) if name in original.names else ()
    codes = codes_of_added(original, name, on_top)
    if name == b"from" and not broken:  # of two authors the signer is not both
        broken, codes = True, codes - {"added-above"}
    where = "above" if on_top else "below"
    return Forgery(f"{original.name}: {name.decode()} {where}", original.name, add(original, name, on_top),
                   name.decode(), broken, lost, codes)


def all_added(made):
    for name in ("full", "once", "outlook", "bare"):
        for field in EVIL:
            for on_top in (True, False):
                yield added(made[name], field, on_top)


# --- one by one ---

def swap(message, old, new):
    assert message.count(old) == 1, (message.count(old), old)
    return message.replace(old, new)


def append(message, more):
    return message + more


def without(message, name):
    """All fields of a name taken out."""
    fields, body = craft.split(message)
    return b"".join(n + b":" + v + b"\r\n" for n, v in fields if n.lower() != name.lower()) + b"\r\n" + body


def edited(made):
    """What was signed says something else: every signature over it fails."""
    rows = ((b"100 euros.", b"900 euros.", "body"), (b"Subject: Offer of 100", b"Subject: Offer of 900", "subject"),
            (b"To: Berta <berta@", b"To: Carlos <carlos@", "to"), (b"From: Anna Example <anna@", b"From: Anna <boss@", "from"),
            (b"Date: Sun, 15 Jun", b"Date: Sat, 14 Jun", "date"), (b"Message-ID: <1@", b"Message-ID: <2@", "message-id"))
    for name in ("full", "ed25519", "rsa1024"):
        o = made[name]
        for old, new, shows in rows:
            yield Forgery(f"{name}: {shows} edited", name, swap(o.bytes, old, new), shows, True, claims_of(o))
    o = made["outlook"]
    yield Forgery("outlook: to edited", "outlook", swap(o.bytes, *rows[2][:2]), "to")
    yield Forgery("outlook: to removed", "outlook", without(o.bytes, b"to"), "to")
    yield Forgery("bare: message-id edited", "bare", swap(made["bare"].bytes, *rows[5][:2]), "message-id")
    for name in ("full", "outlook", "gmail"):
        o = made[name]
        yield Forgery(f"{name}: signature removed", name, without(o.bytes, b"dkim-signature"), "from", True, claims_of(o))


TRACE = {
    b"received": b"Received: from evil.mailtest by mx.firm.mailtest; Sun, 1 Jun 2025 00:00:00 +0000",
    b"delivered-to": b"Delivered-To: carlos@firm.mailtest", b"return-path": b"Return-Path: <anna@sender.mailtest>",
    b"authentication-results": b"Authentication-Results: mx.firm.mailtest; dkim=pass; spf=pass; dmarc=pass",
    b"x-original-to": b"X-Original-To: berta@firm.mailtest",
}


def traced(made):
    """What the way leaves on a message: anybody can write it, and no signature says otherwise."""
    for name in ("full", "outlook", "gmail"):
        for field, line in TRACE.items():
            yield Forgery(f"{name}: {field.decode()} forged", name, line + b"\r\n" + made[name].bytes, field.decode())
    replay = TRACE[b"return-path"] + b"\r\n" + TRACE[b"delivered-to"] + b"\r\n" + made["gmail"].bytes
    yield Forgery("gmail: replayed to another envelope", "gmail", replay, "delivered-to")


def testified(made):
    """An Authentication-Results of nobody: what it says of another than the author cannot have been."""
    lies = (
        ("in Gmail's form", b"mx.google.com;\r\n       dkim=pass header.i=@bank.mailtest header.s=s header.b=Ab1/x;\r\n"
         b"       spf=pass (google.com: domain of a@bank.mailtest designates 192.0.2.1) smtp.mailfrom=a@bank.mailtest"),
        ("in Yahoo's form", b"atlas.mail.yahoo.com;\r\n dkim=pass header.i=@bank.mailtest header.s=s1"),
        ("in Exchange Online's form", b"spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=bank.mailtest; dkim=pass"
         b" (signature was verified)\r\n header.d=bank.mailtest;dmarc=pass action=none;compauth=pass reason=100"),
        ("of another author", b"mx.firm.mailtest; dmarc=pass (p=reject) header.from=bank.mailtest"),
        ("of a chain that is not there", b"mx.firm.mailtest; arc=pass (i=1)"),
        ("with comments between", b"mx.firm.mailtest (a) 1; dkim (b) = (c) pass header (d) . (e) d=bank.mailtest"),
    )
    truths = (
        ("as it was", b"mx.firm.mailtest; dkim=pass header.d=sender.mailtest; dmarc=pass header.from=sender.mailtest"),
        ("as it was, without a name", b"spf=pass smtp.mailfrom=sender.mailtest; dkim=pass header.d=sender.mailtest"),
        ("of another that failed", b"mx.firm.mailtest; dkim=fail (dkim=pass header.d=bank.mailtest) header.d=bank.mailtest"),
    )
    for what, value in lies + truths:
        codes = {"authentication-results-contradicted"} if (what, value) in lies else ()
        yield Forgery(f"results: {what}", "full", b"Authentication-Results: " + value + b"\r\n" + made["full"].bytes,
                      "authentication-results" if codes else None, False, (), codes)


def gmail_added(made):
    o, all_but_from = made["gmail"], claims_of(made["gmail"])
    rows = (
        (b"cc", True, {"from"}, {"recipients-changed"}),
        (b"subject", True, {"from", "subject"}, {"duplicate-subject", "ambiguous-subject"}),
        (b"to", True, {"from", "to"}, {"duplicate-to", "ambiguous-to"}),
        (b"date", True, {"from", "date"}, {"duplicate-date", "ambiguous-date"}),
        (b"from", True, {"from"}, {"duplicate-from", "ambiguous-from"}),
        (b"reply-to", True, {"from"}, set()),
        (b"in-reply-to", False, set(), {"unsigned-in-reply-to", "added-above"}),
        (b"content-type", False, set(), {"duplicate-content-type", "added-above"}),
        (b"bcc", False, set(), set()),
        (b"sender", False, set(), set()),
    )
    for name, broken, lost, codes in rows:
        yield Forgery(f"gmail: {name.decode()} above", "gmail", add(o, name, True), name.decode(), broken, lost, codes)
    for name in (b"to", b"subject", b"date", b"from"):
        yield Forgery(f"gmail: {name.decode()} below", "gmail", add(o, name, False), name.decode(), True, all_but_from,
                      {f"duplicate-{name.decode()}"})


def chains(c, made):
    o = made["gmail"]
    sender = c.sign(originals.message(originals.ALTERNATIVE, originals.HTML), "sender/r2", originals.GMAIL)
    names = b"to subject message-id date from mime-version dkim-signature".split()
    other = craft.recipients_hash(b"To: Carlos <carlos@other.mailtest>\r\n\r\n")
    yield Forgery("gmail: ARC set stripped", "gmail", o.bytes[o.bytes.index(b"DKIM-Signature"):], "arc")
    yield Forgery("gmail: ARC-Seal renamed", "gmail", swap(o.bytes, b"ARC-Seal:", b"X-ARC-Seal:"), "arc")
    yield Forgery("gmail: what the sealer saw, edited", "gmail",
                  swap(o.bytes, b"provider.mailtest; dkim=pass", b"provider.mailtest; dkim=fail"), "arc")
    yield Forgery("gmail: fh= of other recipients", "gmail",
                  c.seal(sender, "provider/arc", names, [(b"fh", other)]), "to", False, (), {"recipients-changed"})
    yield Forgery("gmail: made for another domain", "gmail",
                  originals.gmail(c, originals.message(originals.ALTERNATIVE, originals.HTML), b"other.mailtest"),
                  "delivered-to", False, (), {"recipient-domain"})
    yield Forgery("outlook: sealed by a list", "outlook", c.seal(made["outlook"].bytes, "list/arc", names), None)


def strangers(c, made):
    """Signatures that verify, of somebody else."""
    plain = originals.message()
    yield Forgery("unsigned: signed by a stranger", "unsigned", c.sign(plain, "plain/r2", ALL * 2), "from", False, (),
                  {"from-unaligned"})
    yield Forgery("unsigned: signed by a list", "unsigned", c.seal(plain, "list/arc", ALL), "from")
    yield Forgery("full: a stranger's signature above", "full", c.sign(made["full"].bytes, "plain/r2", ONCE), None)
    yield Forgery("outlook: To signed by a stranger", "outlook", c.sign(made["outlook"].bytes, "plain/r2", BARE), "to")
    yield Forgery("full: below the author's domain", "unsigned",
                  c.sign(swap(plain, b"anna@sender.mailtest", b"anna@mail.sender.mailtest"), "sender/r2", ALL * 2), None)


def lengths(made):
    more = b"PS: the price is 900 euros.\r\n"
    o, p = made["length"], made["length-parts"]
    yield Forgery("length: text appended", "length", append(o.bytes, more), "body", False, {"body"}, {"body-partly-signed"})
    yield Forgery("length: empty lines appended", "length", append(o.bytes, b"\r\n\r\n"), None)
    yield Forgery("length: html appended", "length", append(o.bytes, b"<html><p>900 euros"), "body", False, {"body"},
                  {"body-partly-signed"})
    extra = b"--edge-0002\r\nContent-Type: text/html\r\n\r\n<p>900 euros</p>\r\n--edge-0002--\r\n"
    appended = append(p.bytes, extra)
    yield Forgery("length-parts: a part appended", "length-parts", append(p.bytes, extra), "body", False, {"body"},
                  {"body-partly-signed", "hidden-part"})
    yield Forgery("length-parts: a part appended, and the boundary is its", "length-parts",
                  swap(appended, b'boundary="edge-0001"', b'boundary="edge-0002"'), "body", False, {"body"},
                  {"body-partly-signed", "hidden-part"})
    yield Forgery("full: text appended", "full", append(made["full"].bytes, more), "body", True, claims_of(made["full"]))


def odd_bytes(made):
    full, once, bare = (made[n].bytes for n in ("full", "once", "bare"))
    top = lambda m, line: line + b"\r\n" + m
    yield Forgery("once: a bare LF hides a To", "once", top(once, b"X-A: b\nTo: carlos@other.mailtest"), "to", False, {"to"},
                  {"bare-lf", "ambiguous-to"})
    yield Forgery("once: a bare CR hides a Subject", "once", top(once, b"X-A: b\rSubject: 900"), "subject", False,
                  {"subject"}, {"bare-cr", "ambiguous-subject"})
    yield Forgery("full: a bare LF hides a From", "full", top(full, b"X-A: b\nFrom: eve@evil.mailtest"), "from", False,
                  {"from"}, {"bare-lf", "ambiguous-from"})
    yield Forgery("full: a bare LF ends the header", "full", top(full, b"X-A: b\n\nwe accept 900"), "body", False, (),
                  {"bare-lf", "bare-lf-separator", "body-interpretation"})
    yield Forgery("full: a bare CR ends the header", "full", top(full, b"X-A: b\r\r\nwe: accept 900"), "body", False, (),
                  {"bare-cr", "bare-lf-separator", "body-interpretation"})
    yield Forgery("once: Subject with a blank before the colon", "once", top(once, b"Subject : 900"), "subject", False,
                  {"subject"}, {"duplicate-subject", "ambiguous-subject", "added-above"})
    yield Forgery("once: SUBJECT in capitals", "once", top(once, b"SUBJECT:900"), "subject", False,
                  {"subject"}, {"duplicate-subject", "ambiguous-subject", "added-above"})
    yield Forgery("once: a folded Subject", "once", top(once, b"Subject:\r\n 900"), "subject", False, {"subject"},
                  {"duplicate-subject", "ambiguous-subject", "added-above"})
    yield Forgery("once: NUL in a field", "once", top(once, b"X-A: \0"), "x-a", False, (), {"nul-byte"})
    yield Forgery("once: NUL in a second Subject", "once", top(once, b"Subject: \0900"), "subject", False, {"subject"},
                  {"nul-byte", "hidden-characters", "duplicate-subject", "ambiguous-subject", "added-above"})
    yield Forgery("once: 8 bits in a field", "once", top(once, b"X-A: \xe4"), "x-a", False, (), {"eight-bit-header"})
    yield Forgery("once: a line that is no field", "once", top(once, b"Subject"), "subject", False, (), {"malformed-field"})
    yield Forgery("bare: a line that is no field, below", "bare", swap(bare, b"MIME-Version: 1.0", b"MIME-Version"),
                  "mime-version", False, (), {"malformed-field"})


PART = b"Content-Type: text/html\r\n\r\n<p>900 euros</p>\r\n"


def retyped(made):
    """The same bytes of the body, signed; but the type, which is not, has them read in another way."""
    o = made["bare"]
    typed = b"Content-Type: " + MIXED
    rows = (
        ("text", b"Content-Type: text/plain", set()),
        ("html", b"Content-Type: text/html", set()),
        ("encoded", typed + b"\r\nContent-Transfer-Encoding: base64", {"unsigned-content-transfer-encoding", "encoded-multipart"}),
        ("another boundary", b'Content-Type: multipart/mixed; boundary="edge"', {"hidden-part", "unclosed-multipart"}),
        ("two boundaries", typed + b"; boundary=edge", {"duplicate-boundary"}),
        ("a boundary in pieces", b"Content-Type: multipart/mixed; boundary*0=ed; boundary*1*=ge%2D0001", {"boundary-in-pieces"}),
        ("a second boundary in pieces", typed + b"; boundary*0=edge", {"duplicate-boundary", "boundary-in-pieces"}),
        ("no boundary", b"Content-Type: multipart/mixed", {"missing-boundary"}),
        ("two types", typed + b"\r\n" + b"Content-Type: text/plain", {"duplicate-content-type"}),
        ("an attachment's", b"Content-Type: application/ms-tnef", {"winmail-dat"}),
    )
    for what, line, codes in rows:
        yield Forgery(f"bare: type changed: {what}", "bare", swap(o.bytes, typed, line), "content-type", False, (), codes)
    m = made["bare"].bytes
    yield Forgery("bare: type removed", "bare", without(m, b"content-type"), "content-type")


def built(c):
    """Bodies that are signed as they are, and that readers see differently."""
    def edge(more=b"", before=b"", after=b"", close=b"--edge-0001--\r\n", kind=MIXED):
        body = before + b"--edge-0001\r\nContent-Type: text/plain\r\n" + more + b"\r\nwe accept 100 euros\r\n" + close + after
        return c.sign(originals.message(kind, body), "sender/r2", ALL * 2)

    def named_file(name, filename):
        part = b"--edge-0001\r\nContent-Type: application/octet-stream; " + name + b"\r\nContent-Disposition: attachment; " + filename
        return c.sign(originals.message(MIXED, part + b"\r\n\r\nx\r\n--edge-0001--\r\n"), "sender/r2", ALL * 2)

    inner = b"--edge-0001\r\nContent-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n" + PART + b"--%s--\r\n"
    rows = (
        ("a part before the first", edge(before=b"--edge-0002\r\n" + PART), {"hidden-part"}),
        ("a part after the last", edge(after=b"--edge-0001\r\n" + PART), {"hidden-part"}),
        ("the boundary again inside", edge(before=inner.replace(b"%s", b"edge-0001")),
         {"nested-boundary", "hidden-part", "unclosed-multipart"}),
        ("a boundary that begins as the outer", edge(before=inner.replace(b"%s", b"edge-00012")), {"nested-boundary"}),
        ("two boundaries", edge(kind=MIXED + b"; boundary=x"), {"duplicate-boundary"}),
        ("two boundaries behind a comment", edge(kind=b"(x) " + MIXED + b"; boundary=x"), {"duplicate-boundary"}),
        ("no boundary", edge(kind=b"multipart/mixed"), {"missing-boundary"}),
        ("two types of a part", edge(b"Content-Type: text/html\r\n"), {"duplicate-part-field"}),
        ("two encodings of a part", edge(b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n"),
         {"duplicate-part-field"}),
        ("not closed", edge(close=b""), {"unclosed-multipart"}),
        ("parts that are encoded together", c.sign(originals.message(
            MIXED, b"--edge-0001\r\n" + PART + b"--edge-0001--\r\n", b"Content-Transfer-Encoding: base64\r\n"), "sender/r2", ALL * 2),
         {"encoded-multipart"}),
        ("inner parts that are encoded together", edge(before=inner.replace(b"%s", b"x").replace(
            b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\n", 1)), {"encoded-multipart"}),
        ("an encoding that nobody knows", edge(b"Content-Transfer-Encoding: base-64\r\n"), {"unknown-encoding"}),
        ("text in UTF-7", c.sign(originals.message(b"text/plain; charset=UTF-7", b"100+AC0-euros\r\n"), "sender/r2", ALL * 2),
         {"opaque-charset"}),
        ("a file of two names", named_file(b'name="offer.pdf"', b'filename="offer.exe"'), {"file-name-differs"}),
        ("a file's name turned round", named_file(b"name=x", b"filename*=utf-8''offer%E2%80%AEfdp.exe"), {"hidden-characters"}),
        ("a file written into the text", edge(b"\r\nas agreed:\r\nbegin 644 offer.exe\r\n#86%A\r\n`\r\nend\r\n"),
         {"uuencoded-file"}),
    )
    for what, m, codes in rows:
        yield Forgery(f"built: {what}", "full", m, "body", False, (), codes)
    for what, m in (("a greeting before, a farewell after", edge(before=b"This is MIME.\r\n", after=b"-- \r\nthe list\r\n")),
                    ("another boundary inside", edge(before=inner.replace(b"%s", b"x")))):
        yield Forgery(f"built: {what}", "full", m, None)


def elsewhere(c):
    """What is signed, but is not what a reader takes for the mail."""
    def sent(body, kind=b"text/plain", more=b""):
        return c.sign(originals.message(kind, body, more), "sender/r2", ALL * 2)
    link = b"the offer: https://drive.google.com/file/d/1/view\r\n"
    tnef = (b"--edge-0001\r\nContent-Type: text/plain\r\n\r\nx\r\n--edge-0001\r\nContent-Type: application/ms-tnef; "
            b"name=\"winmail.dat\"\r\n\r\nx\r\n--edge-0001--\r\n")
    rows = (
        ("a link to Drive", sent(link), {"cloud-attachment"}),
        ("a link over a soft line break", sent(link.replace(b"google", b"goo=\r\ngle"), more=b"Content-Transfer-Encoding: quoted-printable\r\n"),
         {"cloud-attachment"}),
        ("a link in base64", sent(craft.b64(link) + b"\r\n", more=b"Content-Transfer-Encoding: base64\r\n"), {"cloud-attachment"}),
        ("a link in base64, junk between its lines", sent(craft.b64(link)[:20] + b"\r\n> -\r\n" + craft.b64(link)[20:] + b"\r\n",
                                                          more=b"Content-Transfer-Encoding: base64\r\n"), {"cloud-attachment"}),
        ("a link that Outlook wrapped", sent(b"https://eur05.safelinks.protection.outlook.com/?url=https%3A%2F%2Ffirm-my.sharepoint.com"
                                             b"%2Fpersonal%2Fanna%2Foffer.pdf&data=05%7C02%7Canna&sdata=x%3D&reserved=0\r\n"),
         {"cloud-attachment"}),
        ("a link that Google wrapped", sent(b"https://www.google.com/url?q=https%3A%2F%2Fwww.dropbox.com%2Fs%2F1%2Foffer.pdf&sa=D\r\n"),
         {"cloud-attachment"}),
        ("a link that Proofpoint wrapped", sent(b"https://urldefense.proofpoint.com/v2/url?u=https-3A__drive.google.com_file_d_1_view&"
                                                b"d=DwMFaQ&c=x&r=y&m=z&s=0&e=\r\n"), {"cloud-attachment"}),
        ("a link to WeTransfer", sent(b"https://we.tl/t-x\r\n"), {"cloud-attachment"}),
        ("a link to OneDrive in html", sent(b'<a href="https://1drv.ms/b/x">\r\n', b"text/html"), {"cloud-attachment"}),
        ("winmail.dat", sent(tnef, MIXED), {"winmail-dat"}),
        ("a part of a message", sent(b"x\r\n", b"message/partial; id=1; number=1; total=2"), {"partial-message"}),
        ("AMP", sent(b"--edge-0001\r\nContent-Type: text/plain\r\n\r\nx\r\n--edge-0001\r\nContent-Type: text/x-amp-html\r\n\r\nx\r\n"
                     b"--edge-0001--\r\n", b"multipart/alternative; boundary=edge-0001"), {"dynamic-part"}),
        ("S/MIME, encrypted", sent(b"eA==\r\n", b"application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"),
         {"encrypted-part"}),
        ("S/MIME, signed", sent(tnef.replace(b"ms-tnef; name=\"winmail.dat\"", b"pkcs7-signature"), MIXED), {"smime-signed"}),
        ("OpenPGP", sent(b"-----BEGIN PGP MESSAGE-----\r\n"), {"encrypted-part"}),
    )
    for what, m, codes in rows:
        yield Forgery(f"elsewhere: {what}", "full", m, "body", False, (), codes)
    yield Forgery("elsewhere: a link to a page", "full", sent(b"https://www.example.com/s/1\r\n"), None)
    page = b"https://eur05.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2Fs%2F1&data=05\r\n"
    yield Forgery("elsewhere: a link to a page that Outlook wrapped", "full", sent(page), None)


def named(c):
    """Display names that say somebody else; all signed by the domain that From has."""
    rows = (
        ("an address", b'"anna@sender.mailtest" <eve@plain.mailtest>', {"display-name-address"}),
        ("an address without quotes", b"anna@sender.mailtest <eve@plain.mailtest>", {"display-name-address"}),
        ("an address in an encoded word", b"=?utf-8?B?YW5uYUBzZW5kZXIubWFpbHRlc3Q=?= <eve@plain.mailtest>",
         {"display-name-address"}),
        ("an address in quoted-printable", b"=?utf-8?Q?anna=40sender=2Emailtest?= <eve@plain.mailtest>",
         {"display-name-address"}),
        ("an address in brackets", b"<anna@sender.mailtest> <eve@plain.mailtest>", {"display-name-address"}),
        ("an address in a charset of few", b"=?gb2312?Q?anna=40sender.mailtest?= <eve@plain.mailtest>",
         {"display-name-address"}),
        ("an address without its padding", b"=?utf-8?B?YW5uYUBzZW5kZXIubWFpbHRlc3Q?= <eve@plain.mailtest>",
         {"display-name-address"}),
        ("an address in a comment", b"eve@plain.mailtest (anna@sender.mailtest)", {"display-name-address"}),
        ("an address in quotes, and a bare one", b'"anna@sender.mailtest" eve@plain.mailtest', {"display-name-address"}),
        ("two addresses in one pair of brackets", b"Anna <anna@sender.mailtest,eve@plain.mailtest>",
         {"display-name-address"}),
        ("an address in wide letters", b"=?utf-8?Q?anna=EF=BC=A0sender.mailtest?= <eve@plain.mailtest>",
         {"display-name-address"}),
        ("an address in UTF-7", b"=?utf-7?Q?anna+AEA-sender.mailtest?= <eve@plain.mailtest>", {"hidden-characters"}),
        ("another site", b'"www.example.com" <eve@plain.mailtest>', {"display-name-domain"}),
        ("another site among words", b'"Support at Example.com" <eve@plain.mailtest>', {"display-name-domain"}),
        ("a line break in an encoded word", b"=?utf-8?Q?Anna=0D=0ATo:_x?= <eve@plain.mailtest>", {"hidden-characters"}),
        ("letters turned round", b"=?utf-8?Q?Anna_=E2=80=AEliam?= <eve@plain.mailtest>", {"hidden-characters"}),
        ("a domain of two alphabets", "Anna Example <anna@s\u0435nder.mailtest>".encode(),
         {"mixed-scripts", "from-unaligned", "eight-bit-header"}),
        ("a domain of two alphabets, in ASCII", b"Anna Example <anna@xn--snder-zwe.mailtest>",
         {"mixed-scripts", "from-unaligned"}),
        ("a domain all in an alphabet that looks like hers", "Anna Example <anna@\u0455\u0435\u0501\u0435\u0433.mailtest>".encode(),
         {"look-alike-domain", "from-unaligned", "eight-bit-header"}),
        ("two addresses", b"eve@plain.mailtest, anna@sender.mailtest", {"several-from-addresses"}),
        ("two of one domain", b"eve@plain.mailtest, anna@plain.mailtest", {"several-from-addresses"}),
        ("a group", b"Us: eve@plain.mailtest, adam@plain.mailtest;", {"several-from-addresses"}),
        ("no address", b"Anna Example", {"no-author-address"}),
        ("a group of nobody", b"Anna Example:;", {"no-author-address"}),
    )
    for what, value, codes in rows:
        m = swap(originals.message(), b"Anna Example <anna@sender.mailtest>", value)
        yield Forgery(f"names: {what}", "unsigned", c.sign(m, "plain/r2", ALL * 2), "from", False, (), codes)
    for what, old, new in (("years back", b"Jun 2025", b"Jun 2019"), ("a year ahead", b"Jun 2025", b"Jun 2026")):
        m = swap(originals.message(), old, new)
        yield Forgery(f"date: {what}, and signed", "full", c.sign(m, "sender/r2", ALL * 2), "date", False, (), {"date-far-off"})
    m = swap(originals.message(), b"Sun, 15 Jun", b"Wed, 11 Jun")
    yield Forgery("date: four days in a queue", "full", c.sign(m, "sender/r2", ALL * 2), None)
    for what, value in (("her own address", b'"eve@plain.mailtest" <eve@plain.mailtest>'),
                        ("her own site", b'"mail.plain.mailtest" <eve@plain.mailtest>'),
                        ("initials and titles", b'"Dr. J.R. St.John, S.A.de C.V., Smith & Co.KG" <eve@plain.mailtest>'),
                        ("at a place", b'"Eve @ Work" <eve@plain.mailtest>'),
                        ("an encoded name", b"=?utf-8?Q?Se=C3=B1ora_Eva?= <eve@plain.mailtest>")):
        m = swap(originals.message(), b"Anna Example <anna@sender.mailtest>", value)
        yield Forgery(f"names: {what}", "unsigned", c.sign(m, "plain/r2", ALL * 2), None)


def harmless(made):
    """What a way by honest servers does; nothing may be found of it."""
    for name, o in made.items():
        yield Forgery(f"{name}: as it was signed", name, o.bytes, None)
    trace = b"".join(TRACE[n] + b"\r\n" for n in (b"return-path", b"delivered-to", b"received"))
    for name in ("full", "outlook", "gmail", "length", "ed25519"):
        yield Forgery(f"{name}: delivered", name, trace + made[name].bytes, None)
    for name in ("full", "once", "ed25519"):
        m = made[name].bytes
        yield Forgery(f"{name}: folded anew", name, swap(m, b"Subject: Offer of", b"SUBJECT:  Offer\r\n\t of"), None)
        yield Forgery(f"{name}: blanks at line ends", name, swap(m, b"100 euros.\r\n", b"100  euros. \r\n"), None)


def forgeries(c):
    made = originals.originals(c)
    rows = [*harmless(made), *all_added(made), *gmail_added(made), *edited(made), *traced(made), *testified(made), *chains(c, made),
            *strangers(c, made), *lengths(made), *odd_bytes(made), *retyped(made), *built(c),
            *elsewhere(c), *named(c)]
    assert len({r.name for r in rows}) == len(rows), "names are not unique"
    return made, rows
