# SPDX-License-Identifier: ISC
"""originals: messages as they were signed, one for each way in which senders sign.

What h= names is what tells them apart: oversigned; once each; as Outlook does, without the recipients; as Gmail
does, with an ARC set by the receiver; with l=.
"""
from collections import namedtuple

import craft

NOW = 1750000000  # June 2025
SEED = 4
SENDER = "sender.mailtest"

# names: h= of the sender's own signature
Original = namedtuple("Original", "name bytes names")

ALL = b"from to cc subject date message-id reply-to in-reply-to references mime-version content-type content-transfer-encoding".split()
ONCE = b"from to subject date message-id mime-version content-type".split()
OUTLOOK = b"from date subject message-id content-type mime-version".split()
GMAIL = b"to subject message-id date from mime-version from to cc subject date message-id reply-to".split()
BARE = b"from to subject date".split()

TEXT = b"Dear Berta,\r\n\r\nwe accept the offer of 100 euros.\r\n\r\nAnna\r\n"
EDGE = b"edge-0001"
PARTS = (b"--edge-0001\r\nContent-Type: text/plain\r\n\r\n" + TEXT
         + b"--edge-0001\r\nContent-Type: application/pdf; name=\"offer.pdf\"\r\nContent-Transfer-Encoding: base64\r\n"
         b"Content-Disposition: attachment; filename=\"offer.pdf\"\r\n\r\nJVBERi0xLjQKJSBvZmZlcgo=\r\n--edge-0001--\r\n")
HTML = (b"--edge-0001\r\nContent-Type: text/plain\r\n\r\n" + TEXT + b"--edge-0001\r\nContent-Type: text/html\r\n\r\n"
        b"<p>we accept the offer of 100 euros.</p>\r\n--edge-0001--\r\n")


def message(mime=b"text/plain; charset=utf-8", body=TEXT, extra=b""):
    return (b"From: Anna Example <anna@sender.mailtest>\r\nTo: Berta <berta@firm.mailtest>\r\nSubject: Offer of 100 euros\r\n"
            b"Date: Sun, 15 Jun 2025 15:06:40 +0000\r\nMessage-ID: <1@sender.mailtest>\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: " + mime + b"\r\n" + extra + b"\r\n" + body)


MIXED = b'multipart/mixed; boundary="edge-0001"'
ALTERNATIVE = b'multipart/alternative; boundary="edge-0001"'


def outlook(c, m):
    return c.sign(m, "sender/r2", OUTLOOK)


def gmail(c, m, darn=b"firm.mailtest"):
    m = c.sign(m, "sender/r2", GMAIL, [(b"darn", darn)])
    return c.seal(m, "provider/arc", b"to subject message-id date from mime-version dkim-signature".split(),
                  [(b"fh", craft.recipients_hash(m))])


def originals(c):
    full = message()
    made = (
        Original("full", c.sign(full, "sender/r2", ALL * 2), ALL * 2),
        Original("once", c.sign(full, "sender/r2", ONCE), ONCE),
        Original("outlook", outlook(c, message(ALTERNATIVE, HTML)), OUTLOOK),
        Original("gmail", gmail(c, message(ALTERNATIVE, HTML)), GMAIL),
        Original("bare", c.sign(message(MIXED, PARTS), "sender/r2", BARE), BARE),
        Original("parts", c.sign(message(MIXED, PARTS), "sender/r2", ALL * 2), ALL * 2),
        Original("length", c.sign(full, "sender/r2", ONCE, [(b"l", b"%d" % len(craft.relaxed_body(TEXT)))]), ONCE),
        Original("length-parts", c.sign(message(MIXED, PARTS), "sender/r2", BARE,
                                        [(b"l", b"%d" % len(craft.relaxed_body(PARTS)))]), BARE),
        Original("ed25519", c.sign(full, "sender/e1", ALL * 2), ALL * 2),
        Original("rsa1024", c.sign(full, "sender/r1", ONCE), ONCE),
        Original("unsigned", full, []),
    )
    return {o.name: o for o in made}

