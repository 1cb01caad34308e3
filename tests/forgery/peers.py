# SPDX-License-Identifier: ISC
"""peers: other verifiers on the same messages; each says pass or not, and None where it is not installed."""
import importlib.util


def dkimpy(messages, records, now):
    if importlib.util.find_spec("dkim") is None:
        return None
    import dkim
    texts = {r.name.rstrip("."): "".join(r.data.split('"')[1::2]).encode() for r in records if r.type == "TXT"}

    def verify(message):
        try:
            return dkim.verify(message, dnsfunc=lambda name, timeout=5: texts.get(name.decode().rstrip(".")))
        except Exception:  # whatever it is, it is no pass
            return False
    return {name: verify(m) for name, m in messages}


PEERS = {"python3-dkim": dkimpy}


def ask(made, rows, records, now):
    """{peer: {row: told}}: told when the original passed, and this does not."""
    messages = [(o.name, o.bytes) for o in made.values()] + [(r.name, r.bytes) for r in rows]
    answers = {}
    for peer, verify in PEERS.items():
        passed = verify(messages, records, now)
        answers[peer] = passed and {r.name: passed[r.original] and not passed[r.name] for r in rows}
    return answers
