#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""peer_dkimpy: dkimpy as a worker; peers.py tells how a worker is spoken to."""
import sys
import time

import dkim


def read_keys(path):
    keys = {}
    with open(path, encoding="latin-1") as lines:
        for line in lines:
            name, text = line.rstrip("\n").split("\t", 1)
            keys.setdefault(name, text.encode("latin-1"))
    return keys


def one(verifier, number, lookup):
    try:
        return "pass" if verifier.verify(number, dnsfunc=lookup) else "fail"
    except Exception:  # pylint: disable=broad-except
        return "error"


def chain(message, lookup):
    try:
        return (dkim.ARC(message, timeout=1).verify(dnsfunc=lookup)[0] or b"fail").decode()
    except Exception:  # pylint: disable=broad-except
        return "fail"


def judge(message, lookup):
    """A word for each DKIM-Signature in order, then one for the chain of ARC."""
    try:
        verifier = dkim.DKIM(message, timeout=1)
        signatures = sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)
        words = [f"{i}:" + one(verifier, i, lookup) for i in range(signatures)]
    except Exception:  # pylint: disable=broad-except
        return "error"
    return " ".join(words + ["arc:" + chain(message, lookup)])


def measure(message, lookup, seconds):
    """How often it verifies the first signature in that much CPU time."""
    count, began = 0, time.process_time()
    while time.process_time() - began < seconds or count == 0:
        assert dkim.DKIM(message).verify(dnsfunc=lookup)
        count += 1
    return f"{count} {time.process_time() - began:.6f}"


def main():
    keys = read_keys(sys.argv[1])

    def lookup(name, timeout=0):
        del timeout
        return keys.get(name.decode("latin-1").rstrip(".").lower())
    for path in sys.stdin:
        with open(path.rstrip("\n"), "rb") as file:
            message = file.read()
        said = measure(message, lookup, float(sys.argv[2])) if len(sys.argv) > 2 else judge(message, lookup)
        print(said, flush=True)


main()
