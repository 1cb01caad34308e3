# SPDX-License-Identifier: ISC
"""shapes: messages that are made to cost: what a sender can ask of the checker with one mail.

No signature verifies but that of `passing`: the work of finding that out is the same.  The keys are
random numbers that look like RSA moduli, eight to a name, as many as are tried.
"""
import base64
import hashlib
import os
import random
import resource
import subprocess
from collections import namedtuple

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

import daemon
import dnsworld
import world
import zones

BODY = 25 << 20  # bytes: what providers take
HEADER = 2 << 20  # what is read of a header (LIMIT_HEADER)
KEYS = 8  # records of a name that are tried
DOMAIN = "sender.mailtest"
SELECTORS = 116  # of 16 DKIM signatures, 50 ARC-Message-Signatures, 50 ARC-Seals

KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
USUAL = b"From: a@sender.mailtest\r\nTo: b@firm.mailtest\r\nSubject: s\r\nDate: Tue, 1 Jul 2025 10:00:00 +0000\r\n"
Used = namedtuple("Used", "size cpu_s rss_kb rc out")


def zone(rng):
    """Records for every selector, each with eight different keys of 4096 bits."""
    records = []
    for s in range(SELECTORS):
        for _ in range(KEYS):
            key = rsa.RSAPublicNumbers(65537, rng.getrandbits(4096) | 1 << 4095 | 1).public_key()
            spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
            records.append(zones.txt(f"s{s}._domainkey.{DOMAIN}", "v=DKIM1; p=" + base64.b64encode(spki).decode()))
    raw = KEY.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    records.append(zones.txt(f"good._domainkey.{DOMAIN}", "v=DKIM1; k=ed25519; p=" + base64.b64encode(raw).decode()))
    return zones.zone_text(records)


SIGNATURE = base64.b64encode(b"\x01" * 512)
BODY_HASH = base64.b64encode(b"\x01" * 32)


def tags(s, names, canon, more):
    return (b"a=rsa-sha256; c=" + canon + b"; d=" + DOMAIN.encode() + b"; s=s%d; h=" % s + names
            + b"; bh=" + BODY_HASH + b"; b=" + SIGNATURE + more + b"\r\n")


def dkim(s, names=b"from", canon=b"relaxed/relaxed", more=b""):
    return b"DKIM-Signature: v=1; " + tags(s % SELECTORS, names, canon, more)


def passing(more=b"", absent=b""):
    """A signature that holds for any message with the usual From, and without the fields named: over From and no body.
    What takes time only when one passes is asked of these."""
    field = (b"v=1; a=ed25519-sha256; c=relaxed/relaxed; d=" + DOMAIN.encode() + b"; s=good; l=0; h=from" + absent + more
             + b"; bh=" + base64.b64encode(hashlib.sha256(b"").digest()) + b"; b=")
    signed_bytes = b"from:a@" + DOMAIN.encode() + b"\r\ndkim-signature:" + field
    return b"DKIM-Signature: " + field + base64.b64encode(KEY.sign(hashlib.sha256(signed_bytes).digest())) + b"\r\n"


CANONS = (b"relaxed/relaxed", b"simple/simple", b"relaxed/simple", b"simple/relaxed")


def signed(n=16, names=b"from", more=lambda i: b""):
    """n signatures, of every canonicalisation in turn."""
    return b"".join(dkim(i, names, CANONS[i % 4], more(i)) for i in range(n))


def arc_set(i, results=b"spf=pass", names=b"from"):
    cv = b"none" if i == 1 else b"pass"
    return (b"ARC-Seal: i=%d; a=rsa-sha256; d=%s; s=s%d; cv=%s; b=%s\r\n" % (i, DOMAIN.encode(), 65 + i, cv, SIGNATURE)
            + b"ARC-Message-Signature: i=%d; " % i + tags(15 + i, names, CANONS[i % 4], b"")
            + b"ARC-Authentication-Results: i=%d; " % i + results + b"\r\n")


def arc(results=b"spf=pass", names=b"from"):
    return b"".join(arc_set(i, results, names) for i in range(50, 0, -1))


def fill(piece, size):
    return piece * (size // len(piece))


def leaves(piece, field=b""):
    """A text of which as much is looked into as of any, to be had again and again."""
    return b"--b0\r\n" + field + b"\r\n" + fill(piece, 300000) + b"\r\n"


def at_random(pieces):
    """So that no processor foresees what comes next."""
    return b"".join(random.Random(1).choices(pieces, k=1 << 20))


def with_body(piece, header=b""):
    return signed(16) + arc() + header + USUAL + b"\r\n" + fill(piece, BODY)


def with_header(header):
    return header + USUAL + b"\r\nbody\r\n"


def nested(n):
    """A multipart in a multipart in a …"""
    head = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n"
    return b"".join(b"--b%d\r\n" % i + head % (i + 1) for i in range(n))


def parts_type(boundary=b"b0"):
    return b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n"


def shapes():
    """(name, bytes) of each."""
    yield "usual", signed(1) + with_header(b"")
    yield "body: blanks", with_body(b" ")
    yield "body: CR LF", with_body(b"\r\n")
    yield "body: CR", with_body(b"\r")
    yield "body: LF", with_body(b"\n")
    yield "body: NUL", with_body(b"\0")
    yield "body: double blanks", with_body(b"a  ")
    yield "body: blank lines", with_body(b"a \t\r\n")
    yield "body: blanks at random", with_body(at_random([b"a", b" ", b"\t", b"\r\n"]))
    yield "body: empty lines at random", with_body(at_random([b" ", b"\t", b"\r\n"]))
    yield "body: CR and LF at random", with_body(at_random([b"\r", b"\n", b"a"]))
    yield "body: base64 lines", with_body(b"A" * 76 + b"\r\n")
    yield "body: 100 l=", signed(100, more=lambda i: b"; l=%d" % (i * 1000)) + arc() + USUAL + b"\r\n" + fill(b"a  \r\n", BODY)
    yield "body: four hashes", b"".join(dkim(i, canon=CANONS[i % 4]).replace(b"rsa-sha256", b"rsa-sha1" if i < 8 else b"rsa-sha256")
                                        for i in range(16)) + USUAL + b"\r\n" + fill(b"a  ", BODY)
    yield "MIME: delimiters", with_body(b"--\r\n", parts_type())
    yield "MIME: parts", with_body(b"--b0\r\n\r\n", parts_type())
    yield "MIME: nested", signed(16) + parts_type() + USUAL + b"\r\n" + nested(100000)
    yield "MIME: nested, lines", signed(16) + parts_type() + USUAL + b"\r\n" + nested(16) + fill(b"--b\r\n", BODY)
    yield "MIME: part headers", with_body(b"--b0\r\n" + fill(b"a:b\r\n", 60000) + b"\r\n", parts_type())
    yield "MIME: one type", with_header(b"Content-Type: multipart/mixed; " + fill(b'a="\\"";', HEADER - 4096) + b"\r\n")
    yield "MIME: hyphens", with_body(at_random([b"\r\n", b"\r\n-", b"-", b"a"]), parts_type())
    for name, piece in (("slashes", b"//"), ("escaped slashes", b"%2F%2Fa"), ("wrapped links", b"%2F%2Fbox.com"),
                        ("links wrapped often", b"%2F%2Fbox.com" * 38 + b"%" + b"25" * 100000 + b"\r\n"),
                        ("Proofpoint's links", b"//urldefense.proofpoint.com/v2/url?u=http-3A__"),
                        ("Proofpoint's, wrapped", b"%2F%2Furldefense.proofpoint.com/v2/url?u=")):
        yield f"MIME: {name}", with_body(leaves(piece), parts_type())
    yield "MIME: links in base64", with_body(leaves(b"Ly93ZS50bC94", b"Content-Transfer-Encoding: base64\r\n"), parts_type())
    yield "MIME: soft line ends", with_body(leaves(b"a  =\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n"), parts_type())
    yield "MIME: types", with_body(b"--b0\r\nContent-Type: application/pkcs7-mime\r\n\r\n", parts_type())
    yield "header: one From", with_header(signed(16) + b"From: " + fill(b'"(=?utf-8?Q?=00@a.b?=" <a@b>,', HEADER - 300000) + b"\r\n")
    yield "header: one From, U-labels", (signed(16) + b"From: " + fill(b"a@xn--bcher-kva.de,a@b\xc3\xbccher.de,", HEADER - 300000)
                                         + USUAL[USUAL.index(b"\r\n"):] + b"\r\nbody\r\n")
    yield "header: results in U-labels", with_header(b"".join(dkim(i) for i in range(300)) + b"Authentication-Results: x" + b"".join(
        b"; dkim=pass header.d=%s%d" % ("".join(chr(0x4e00 + 59 * i) for i in range(14)).encode(), i) for i in range(1100)) + b"\r\n")
    yield "header: absent names, 16 pass", with_header(passing(absent=b":x" * 40000) * 16 + b"Y: a\r\n" * 19000)
    name = ".".join(chr(0x4e00 + 59 * i) * 3 for i in range(24))
    yield "header: darn= in U-labels", with_header(passing(b"; darn=" + name.encode()) + b"To: " + b"a@\xc3\xbc," * 300000 + b"b@c.de\r\n")
    yield "header: 19,000 Subjects", with_header(signed(16) + b"Subject: =?utf-8?Q?" + b"\r\nSubject: =?utf-8?Q?".join(
        [fill(b"=?=C3", 70)] * 19000) + b"\r\n")
    yield "header: 250,000 folds", with_header(signed(16, b"x") + arc(names=b"x") + b"X: a" + fill(b"\r\n b", 1000000) + b"\r\n")
    yield "header: 20,000 fields", with_header(signed(16, b"x:" * 20000) + b"X: a\r\n" * 19900)
    yield "header: 20,000 names", with_header(signed(12, b":".join(b"n%d" % i for i in range(20000)))
                                              + b"".join(b"n%d: a\r\n" % i for i in range(19900)))
    yield "header: one field, all sign", with_header(signed(16, b"x") + arc(names=b"x") + b"X: " + fill(b"a ", HEADER - 300000) + b"\r\n")
    yield "header: long names", with_header(signed(16, b"x" * 1000) + fill(b"x" * 1000 + b": a\r\n", HEADER - 300000))
    yield "header: bare LF", with_header(signed(16, b"x") + arc(names=b"x") + b"X: " + fill(b"\n", HEADER - 300000) + b"\r\n")
    yield "header: 10 MB", with_header(signed(16) + b"X: " + fill(b"a", 10 << 20) + b"\r\n")
    yield "header: 10 MB of fields", with_header(signed(16) + fill(b"a: b\r\n", 10 << 20))
    yield "ARC: huge results", with_header(arc(fill(b"a ", 36000)))
    yield "ARC: 20,000 fields", with_header(arc() + b"ARC-Seal: i=1; a=b\r\n" * 19000)
    yield "DKIM: 2,000 signatures", with_header(b"".join(dkim(i) for i in range(2000)))
    yield "DKIM: colons", with_header(signed(16, fill(b":", 120000)))
    yield "DKIM: semicolons", with_header(b"DKIM-Signature: v=1" + fill(b";a=b", HEADER - 4096) + b"\r\n")
    yield "DKIM: one b=", with_header(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed; d=sender.mailtest; s=s0; h=from; bh="
                                      + BODY_HASH + b"; b=" + fill(b"A", HEADER - 4096) + b"\r\n")
    yield "DKIM: one i=", with_header(dkim(0, more=b"; i=" + fill(b"@", HEADER - 8192)))


def measure(zone_file, message_file, timeout=120):
    """What `mailseal check` of that message used, itself and its worker.

    time(1) starts it: a child of our own would inherit our peak memory.
    """
    argv = ["/usr/bin/time", "-q", "-f", "%M", daemon.binary("mailseal"), "check", "--json", "--jobs", "1",
            "--zone", zone_file, message_file]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, capture_output=True, timeout=timeout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Used(os.path.getsize(message_file), cpu_s, int(done.stderr.split()[-1]), done.returncode, done.stdout)


# ---- answers of the DNS that are made to cost, as the checker has them: from a process that asks ----

ANSWERS_DOMAIN = "plain.mailtest."  # unsigned: no RRSIG takes of the 64 KB
RECORDS = 512  # that are read of an answer (RECORDS_MAX)
SESSION = ("--ip", "192.0.2.1", "--helo", "h.mailtest", "--from", "a@" + ANSWERS_DOMAIN[:-1])


def texts(name, n, size):
    """n TXT records, each of that many bytes, that could be keys."""
    return [zones.txt(name, f"v=DKIM1; p=AAAA; n={i:04d}".ljust(size, "x")) for i in range(n)]


def answers(n, size):
    """Those for every key, for DMARC, and for SPF with ten names of ten mail exchangers, of 500 addresses each."""
    records = texts("_dmarc." + ANSWERS_DOMAIN, n, size) + texts(ANSWERS_DOMAIN, n - 1, size)
    for s in range(SELECTORS):
        records += texts(f"s{s}._domainkey.{ANSWERS_DOMAIN}", n, size)
    records.append(zones.txt(ANSWERS_DOMAIN, "v=spf1 " + " ".join(f"mx:m{i}.{ANSWERS_DOMAIN}" for i in range(10)) + " -all"))
    for i in range(10):
        records += [zones.Record(f"m{i}.{ANSWERS_DOMAIN}", "MX", f"1 h{i}-{k}.{ANSWERS_DOMAIN}") for k in range(10)]
        records += [zones.Record(f"h{i}-{k}.{ANSWERS_DOMAIN}", "A", f"198.51.{a // 250}.{a % 250}") for k in range(10) for a in range(500)]
    return records


def answers_shapes():
    """(name, the records, the message)"""
    header = fill(b"a ", HEADER - 300000)
    message = with_header(signed(16) + arc() + b"X: " + header + b"\r\n").replace(DOMAIN.encode(), ANSWERS_DOMAIN[:-1].encode())
    yield "answers: 512 records each", answers(RECORDS, 24), message
    yield "answers: 64 KB each", answers(8, 7900), message


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [int(child) for child in f.read().split()]


def peak_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(next(line for line in f if line.startswith("VmHWM:")).split()[1])


def measure_asking(conf, message_file):
    """Peak memory of the worker that examined the message, as it waits for the next: kB, and what was found."""
    argv = [daemon.binary("mailseal"), "-c", conf, "check", "--json", "--jobs", "1", *SESSION, message_file, "-"]
    ours, terminal = os.openpty()  # what is found is written there line by line
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=terminal) as check, open(ours, "rb") as out:
        os.close(terminal)
        found = out.readline()
        used = max(peak_kb(pid) for pid in children(check.pid)[1:])  # the first of them asks
        check.kill()
        return used, found


def run_asking(folder):
    """(name, kB, what was found) of each shape of answers."""
    services = world.Services(folder)
    dns = dnsworld.DnsWorld(os.path.join(folder, "dns"), services)
    conf, message_file = os.path.join(folder, "mailseal.conf"), os.path.join(folder, "message.eml")
    try:
        for name, records, message in answers_shapes():
            dns.start(records) if dns.zones is None else dns.publish(records)
            with open(conf, "w", encoding="ascii") as out:
                out.write(f"[dns]\nresolver = 127.0.0.1@{dns.port}\ntrust_anchor = {dns.anchor}\ntimeout_s = 5\n")
            with open(message_file, "wb") as out:
                out.write(message)
            yield name, *measure_asking(conf, message_file)
    finally:
        services.stop_all()


def run(folder):
    """(name, Used) of each shape."""
    zone_file, message_file = os.path.join(folder, "zone.txt"), os.path.join(folder, "message.eml")
    with open(zone_file, "w", encoding="ascii") as out:
        out.write(zone(random.Random(1)))
    for name, message in shapes():
        with open(message_file, "wb") as out:
            out.write(message)
        yield name, measure(zone_file, message_file)
