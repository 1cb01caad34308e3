# SPDX-License-Identifier: ISC
"""Scores `mailseal check` on the DMARC cases of the corpus: a folder each with message.eml,
zone.txt and dmarc.json (ip, mailfrom, dmarc, disposition).

usage: score_dmarc.py MAILSEAL FOLDER
The last line is "N passed, M failed"."""

import ipaddress
import json
import pathlib
import subprocess
import sys
import tempfile


def clean(zone):
    """Without records that are none (the corpus has an A record with a key in it)."""
    for line in zone.splitlines(keepends=True):
        words = line.split(None, 4)
        try:
            if words[3:4] == ["A"]:
                ipaddress.IPv4Address(words[4].strip())
        except (IndexError, ValueError):
            continue
        yield line


# What the tree walk finds otherwise.  Its own record is the only one there is, and so the subdomain is
# an organization by itself (RFC 9989 section 4.10.2).
WALK = {
    "dmarc-subdomain-pass-dkim-relaxed-alignment": ("fail", "reject"),
    "dmarc-subdomain-pass-spf-relaxed-alignment": ("fail", "reject"),
}


def disposition(dmarc):
    """What a receiver does with a message that fails: with pct=0 what is one weaker (RFC 7489
    section 6.6.4)."""
    weaker = {"reject": "quarantine", "quarantine": "none", "none": "none"}
    policy = dmarc["policy"]
    return weaker[policy] if dmarc["pct"] == 0 else policy


def judge(mailseal, case, want, zone):
    session = ["--ip", want["ip"], "--helo", "mail.invalid", "--from", want["mailfrom"]] if want["ip"] else []
    out = subprocess.run([mailseal, "check", "--zone", zone, *session, "--json", case / "message.eml"],
                         capture_output=True, check=True).stdout
    return json.loads(out)["dmarc"]


def main():
    mailseal, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    good = bad = 0
    for file in sorted(folder.glob("*/*/dmarc.json")):
        want = json.loads(file.read_text())
        with tempfile.NamedTemporaryFile("w", suffix=".zone") as zone:
            zone.writelines(clean((file.parent / "zone.txt").read_text()))
            zone.flush()
            got = judge(mailseal, file.parent, want, zone.name)
        name, walk = file.parent.name, got["tree_walk"]
        found = got["result"], disposition(got) if got["result"] == "fail" else None
        walked = walk["result"], walk["policy"]
        right = found == (want["dmarc"], want["disposition"])
        if right and walked == WALK.get(name, (got["result"], got["policy"])):
            good += 1
        else:
            bad += 1
            print(f"DIFF {name}: {found} {got['code']}, expected {want['dmarc']} {want['disposition']};"
                  f" by tree walk {walked} {walk['code']}")
    print(f"{good} passed, {bad} failed")


if __name__ == "__main__":
    main()
