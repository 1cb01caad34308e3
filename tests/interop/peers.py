# SPDX-License-Identifier: ISC
"""peers: the other verifiers, each a worker that lives as long as the test.

    worker KEYS [SECONDS]
        KEYS: a line a record, name TAB text; no peer asks the network
        stdin: a path a line; stdout: a line for each:
            without SECONDS: NUMBER:WORD or =BEGINNING-OF-B:WORD for each DKIM-Signature, arc:WORD at the end
            with SECONDS: how often it verified the message, and the CPU seconds that took
"""
import os
import re
import shutil
import subprocess
import threading

import signing

HERE = os.path.dirname(os.path.abspath(__file__))
MAILAUTH = "mailauth@4.13.3"


def build_dir():
    return os.environ.get("MAILSEAL_BUILD") or os.path.join(HERE, "..", "..", "build")


def opendkim():
    program = os.path.join(build_dir(), "peer_opendkim")
    subprocess.run([os.environ.get("CC", "gcc"), "-O2", "-D_GNU_SOURCE", "-o", program,
                    os.path.join(HERE, "peer_opendkim.c"), "-lopendkim"], check=True)
    return [program]


def mailauth_folder():
    """Where node finds it: NODE_PATH, or what npm fetched into the build directory; None without."""
    folder = os.path.join(os.path.abspath(build_dir()), "interop-npm")
    if not shutil.which("node"):
        return None
    for path in (os.environ.get("NODE_PATH"), os.path.join(folder, "node_modules")):
        if path and os.path.isdir(os.path.join(path, "mailauth")):
            return path
    if not shutil.which("npm"):
        return None
    fetched = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, MAILAUTH],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False)
    return os.path.join(folder, "node_modules") if fetched.returncode == 0 else None


def commands():
    """{peer: (argv, environment)}, and the names of those that cannot be had."""
    found = {"opendkim": (opendkim(), {}), "Mail::DKIM": (["perl", os.path.join(HERE, "peer_maildkim.pl")], {}),
             "dkimpy": (["/usr/bin/python3", os.path.join(HERE, "peer_dkimpy.py")], {})}
    modules = mailauth_folder()
    if modules:
        found["mailauth"] = (["node", os.path.join(HERE, "peer_mailauth.js")], {"NODE_PATH": modules})
    return found, [] if modules else ["mailauth (no node, or npm could not fetch it)"]


def write_keys(path, records):
    with open(path, "w", encoding="latin-1") as out:
        out.writelines(f"{name}\t{text}\n" for name, text in records.items())


def answers(command, keys, paths):
    """What a worker says of each path; a worker that dies of one is told, by which."""
    argv, extra = command
    worker = subprocess.run(argv + [keys], input="".join(p + "\n" for p in paths), capture_output=True, text=True,
                            encoding="latin-1", env={**os.environ, **extra}, timeout=1800, check=False)
    lines = worker.stdout.splitlines()
    if len(lines) != len(paths):
        raise RuntimeError(f"{argv[-1]} ended at {paths[len(lines)]}: {worker.stderr[-500:]}")
    return lines


def beginnings(message):
    """The beginning of b= of each DKIM-Signature, in order."""
    found = []
    for field in signing.split(message)[0]:
        if signing.name_of(field) == b"dkim-signature":
            b = re.search(rb"(?:^|[;:])\s*b\s*=([^;]*)", field.partition(b":")[2])
            found.append(re.sub(rb"\s", b"", b.group(1))[:24].decode("latin-1") if b else "")
    return found


def words(line, message):
    """For each DKIM-Signature in order: pass, fail (whatever the word), or none, when it was passed over;
    then the same of ARC's chain, None when the peer has none."""
    told, by_beginning, arc = {}, {}, None
    for item in line.split(" "):
        name, _, word = item.rpartition(":")
        word = word if word in ("pass", "none") else "fail"
        if name == "arc":
            arc = word
        elif name.startswith("="):
            by_beginning.setdefault(name[1:], []).append(word)
        elif name:
            told[int(name)] = word
    result = []
    for i, beginning in enumerate(beginnings(message)):
        same = by_beginning.get(beginning, [])
        result.append(told.get(i) or (same.pop(0) if same else "none"))
    return result, arc


def ask_all(found, keys, paths):
    """{peer: its lines}, all at once."""
    said = {}

    def ask(peer):
        try:
            said[peer] = answers(found[peer], keys, paths)
        except Exception as error:  # pylint: disable=broad-except
            said[peer] = error
    threads = [threading.Thread(target=ask, args=(peer,)) for peer in found]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for said_by_one in said.values():
        if isinstance(said_by_one, Exception):
            raise said_by_one
    return said
