# SPDX-License-Identifier: ISC
"""bench: the product on the test world: a directory, a configuration, an initialised state, a daemon.

    with Bench(records) as b:
        uids = b.world.deliver_all("filing", messages)
        b.wait_filed(uids)
"""
import collections
import os
import shutil
import sys
import tempfile

import daemon
import procs
import world

ORIGIN = "evidence.example/log"


class Bench:
    """keep: the directory stays (also when MAILSEAL_KEEP is set), for looking at what went wrong."""

    def __init__(self, records=(), users=("filing",), start=True, keep=False, **overrides):
        self.folder = tempfile.mkdtemp(prefix="mailseal-")
        os.chmod(self.folder, 0o755)  # Dovecot, as another user, must get through
        self.keep = keep or bool(os.environ.get("MAILSEAL_KEEP"))
        self.world = world.World(os.path.join(self.folder, "w"), records, users)
        self.state = os.path.join(self.folder, "state")
        self.conf = os.path.join(self.folder, "mailseal.conf")
        self.custodian = os.path.join(self.folder, "office.key")
        self.sheet = os.path.join(self.folder, "sheet.txt")
        self.recovery = os.path.join(self.folder, "recovery.key")
        self.users, self.overrides, self.start = users, overrides, start
        self.cli = daemon.Cli(self.conf)
        self.daemon = daemon.Daemon(self.conf, os.path.join(self.folder, "events.log"))

    def __enter__(self):
        try:
            daemon.build_dir()
            self.world.start()
            self.world.write_conf(self.conf, self.state, self.users, **self.overrides)
            self.init()
            if self.start:
                self.daemon.start()
                for user in self.users:
                    self.daemon.wait_watching(user)
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, *_):
        self.daemon.stop()
        self.world.stop()
        if self.keep or kind:
            print(f"# kept: {self.folder}", flush=True)
        else:
            shutil.rmtree(self.folder)

    def init(self):
        self.cli.must("init", "--origin", ORIGIN, "--custodian", "office", "--custodian-key", self.custodian,
                      "--sheet", self.sheet, "--recovery", self.recovery)

    def vkey(self):
        return self.cli.must("key").strip().splitlines()[-1]

    def messages(self, mailbox="filing"):
        """{uid: [list entries]} of kind message: one entry each, if all is well."""
        found = collections.defaultdict(list)
        for entry in self.cli.list():
            if entry["kind"] == "message" and entry["mailbox"] == mailbox:
                found[entry["uid"]].append(entry)
        return found

    def wait_filed(self, uids, mailbox="filing", timeout=120.0):
        """Until each UID has a record; messages() then."""
        def filed():
            found = self.messages(mailbox)
            return found if all(uid in found for uid in uids) else None
        return procs.wait_until(f"{len(uids)} messages filed", filed, timeout, 0.2)

    def wait_examined(self, uids, mailbox="filing", timeout=120.0):
        """Until each UID has an examination; messages() then."""
        def examined():
            found = self.messages(mailbox)
            return found if all(found[uid] and found[uid][0]["examined"] for uid in uids) else None
        return procs.wait_until(f"{len(uids)} messages examined", examined, timeout, 0.2)

    def export(self, entry, file):
        return self.cli("export", entry["number"], "-o", file, "--custodian-key", self.custodian)

    def published(self):
        """The published directory: the one in the state directory that holds `checkpoint` and `tile`."""
        for base, folders, files in os.walk(self.state):
            if "checkpoint" in files and "tile" in folders:
                return base
        raise FileNotFoundError(f"no published tree in {self.state}")
