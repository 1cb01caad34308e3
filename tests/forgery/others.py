# SPDX-License-Identifier: ISC
"""others: what other verifiers (tests/interop/peers.py) say of the same messages: pass or not."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
import peers  # noqa: E402

NAMES = ("dkimpy", "Mail::DKIM", "opendkim", "mailauth")


def passes(line, message):
    """Does some signature verify?  And the chain?"""
    dkim, arc = peers.words(line, message)
    return "pass" in dkim, arc == "pass"


def ask(folder, messages, paths, records):
    """{peer: {name: (DKIM passes, ARC passes)}}; None for one that is not installed."""
    keys = os.path.join(folder, "keys")
    peers.write_keys(keys, {r.name.rstrip("."): "".join(r.data.split('"')[1::2]) for r in records if r.type == "TXT"})
    try:
        found, _ = peers.commands()
    except (OSError, subprocess.CalledProcessError):
        found = {}
    said = peers.ask_all(found, keys, paths)
    return {peer: {name: passes(line, data) for (name, data), line in zip(messages, said[peer])} if peer in said else None
            for peer in NAMES}


def told(answers, rows):
    """{peer: {row: told}}: something passed of the original, and does not of this."""
    return {peer: said and {r.name: any(was and not now for was, now in zip(said[r.original], said[r.name])) for r in rows}
            for peer, said in answers.items()}
