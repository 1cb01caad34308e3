# SPDX-License-Identifier: ISC
"""mailcheck: dkimpy verifies what mailgen made, over mailgen's own zone records.

It shows a wrong expectation here, before it is held against the product.
"""
import re
import time

import dkim

import mailgen


def dns_function(records):
    """dkimpy's dnsfunc over zone records: TXT through CNAMEs."""
    table = {r.name: r for r in records}

    def txt(name, timeout=5):
        name = name.decode() if isinstance(name, bytes) else name
        record = table.get(name)
        while record and record.type == "CNAME":
            record = table.get(record.data)
        return "".join(re.findall('"([^"]*)"', record.data)).encode() if record else None
    return txt


def signatures(message):
    return sum(n.lower() == b"dkim-signature" for n, _ in dkim.rfc822_parse(message)[0])


def dkimpy_dkim(message, ask):
    """pass or not, for each signature; dkimpy does not tell a bad signature from a bad key."""
    found = []
    for i in range(signatures(message)):
        try:
            found.append(bool(dkim.DKIM(message, minkey=1024).verify(idx=i, dnsfunc=ask)))
        except dkim.DKIMException:
            found.append(False)
    return found


def dkimpy_arc(message, ask):
    verdict = dkim.ARC(message).verify(dnsfunc=ask)[0]
    return {b"pass": "pass", b"fail": "fail", b"none": "none"}[verdict]


def check(mail, ask):
    """What dkimpy finds otherwise than expected; '' when nothing."""
    want = [d["result"] in ("pass", "temperror") for d in mail.expected["dkim"]]  # temperror: the key is there, late
    got = dkimpy_dkim(mail.bytes, ask)
    arc = dkimpy_arc(mail.bytes, ask)
    if got != want or arc != mail.expected["arc"]:
        return f"dkim {got}, expected {want}; arc {arc}, expected {mail.expected['arc']}"
    if re.search(rb"(?<!\r)\n|\r(?!\n)|\0", mail.bytes):
        return "a bare CR, a bare LF or a NUL, which Dovecot does not serve as given"
    return ""


def self_test():
    failed = 0
    mails, records = mailgen.mix60(now=time.time())
    ask = dns_function(records)
    for mail in mails:
        wrong = check(mail, ask)
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} - {mail.name} {wrong}".rstrip())
    now = int(time.time())
    same = mailgen.generate(5, 20, now)[0] == mailgen.generate(5, 20, now)[0] != mailgen.generate(6, 20, now)[0]
    print(f"{'ok' if same else 'not ok'} - same seed, same bytes; other seed, other bytes")
    failed += not same
    print(f"{len(mails) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0
