#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""alter: one byte of the message in a bundle changed, and the container's checksums made right, as
a forger would: what must notice is the evidence, not the ZIP.

    alter.py IN OUT
"""
import sys
import zipfile
import zlib


def alter(source, target):
    with zipfile.ZipFile(source) as z:
        message = z.read("message.eml")
    at = message.index(b"Subject: ") + len(b"Subject: ")
    forged = message[:at] + bytes([message[at] ^ 1]) + message[at + 1:]
    crc, forged_crc = (zlib.crc32(m).to_bytes(4, "little") for m in (message, forged))
    with open(source, "rb") as f:
        bundle = f.read()
    with open(target, "wb") as f:
        f.write(bundle.replace(message, forged, 1).replace(crc, forged_crc))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    alter(*sys.argv[1:])
