# SPDX-License-Identifier: ISC
"""zones: the invented part of the DNS, as a table, and records that find their zone.

The TLD is invented, and not .test: libunbound answers that, .invalid and .example by itself.
"""
from collections import namedtuple

IMAP_HOST = "imap.firm.mailtest"

# how: signed with nsec or nsec3; unsigned: delegated without DS (an insecure island, proven by
# the parent's NSEC); slow: signed, but its name server may be silent; expired: signed until 2020.
Zone = namedtuple("Zone", "name how what")
ZONES = (
    Zone(".", "nsec", "our own root"),
    Zone("mailtest.", "nsec", "the TLD"),
    Zone("firm.mailtest.", "nsec", "the firm; its IMAP host"),
    Zone("sender.mailtest.", "nsec", "a sender with every kind of key"),
    Zone("office.mailtest.", "nsec3", "a second sender, denials hashed"),
    Zone("provider.mailtest.", "nsec", "a mail provider: keys that CNAMEs lead to, seals ARC"),
    Zone("list.mailtest.", "nsec", "a mailing list: seals ARC"),
    Zone("plain.mailtest.", "unsigned", "a sender without DNSSEC"),
    Zone("slow.mailtest.", "slow", "a sender whose name server may be silent"),
    Zone("expired.mailtest.", "expired", "a sender whose signatures have run out"),
)

Record = namedtuple("Record", "name type data")


def txt(name, value):
    """A TXT record; value is cut into strings of at most 255 bytes, as the wire wants it."""
    strings = [value[i:i + 255] for i in range(0, len(value), 255)] or [""]
    return Record(name, "TXT", " ".join(f'"{s}"' for s in strings))


def cname(name, target):
    return Record(name, "CNAME", target)


def zone_of(name):
    """The zone of ZONES that holds a name: the longest that it ends with."""
    inside = [z for z in ZONES if name == z.name or name.endswith("." + z.name.lstrip(".")) or z.name == "."]
    return max(inside, key=lambda z: len(z.name))


def parent_of(zone):
    """The zone that delegates this one; None for the root."""
    if zone.name == ".":
        return None
    rest = zone.name.partition(".")[2]
    return zone_of(rest or ".")


def zone_text(records, silent=()):
    """The records as the one-RR-a-line file that `mailseal check --zone` reads."""
    lines = [f"{r.name} 3600 IN {r.type} {r.data}" for r in records]
    lines += [f";! {name} TIMEOUT" for name in silent]
    return "\n".join(lines) + "\n"
