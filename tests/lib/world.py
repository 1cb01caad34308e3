#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""world: a mailbox, a signed DNS and a certificate authority for tests, as throw-away processes on loopback.

    with World(directory, records) as w:
        uid = w.deliver("filing", message)
        w.write_conf(path, state_dir, ["filing"])

    world.py start DIR      with the records of mailgen's default seed, and DIR/mailseal.conf
    world.py deliver DIR USER FILE...
    world.py stop DIR

Everything lies in the directory; DIR/world.json tells ports, paths, pids, users.  Servers end by pid,
and only if the pid is still the process that was started.
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import certs  # noqa: E402
import dnsworld  # noqa: E402
import imapworld  # noqa: E402
import procs  # noqa: E402
import zones  # noqa: E402


class Services:
    """The running servers of a directory, by name: {name: [pid, start time]}, kept in a file."""

    def __init__(self, folder):
        self.folder = folder
        self.path = os.path.join(folder, "pids.json")
        self.pids = {}
        if os.path.exists(self.path):
            with open(self.path, encoding="ascii") as text:
                self.pids = json.load(text)

    def save(self):
        with open(self.path + ".new", "w", encoding="ascii") as out:
            json.dump(self.pids, out)
        os.replace(self.path + ".new", self.path)

    def start(self, name, argv, user=None):
        self.stop(name)
        log = os.path.join(self.folder, "log", name + ".log")
        os.makedirs(os.path.dirname(log), exist_ok=True)
        process = procs.spawn(argv, log, user)
        self.pids[name] = [process.pid, procs.start_of(process.pid)]
        process.returncode = 0  # reaped by end_process; Popen's own warning is not wanted
        self.save()

    def running(self, name):
        pid, started = self.pids.get(name, (0, None))
        return started is not None and procs.start_of(pid) == started

    def stop(self, name):
        pid, started = self.pids.pop(name, (0, None))
        if started is not None:
            procs.end_process(pid, started)
        self.save()

    def stop_all(self):
        for name in list(self.pids):
            self.stop(name)


class World:
    """All of it.  records: zones.Record list (mailgen makes them), users: accounts of the IMAP server."""

    def __init__(self, folder, records=(), users=("filing",)):
        self.folder = os.path.abspath(folder)
        os.makedirs(self.folder, exist_ok=True)
        os.chmod(self.folder, 0o755)  # Dovecot and unbound may run as other users
        self.records = list(records)
        self.services = Services(self.folder)
        self.ca = certs.make_ca("mailseal test CA")
        self.ca_file = certs.save(self.folder, "ca", self.ca).cert
        self.certificate = certs.save(self.folder, "imap", certs.make_leaf(self.ca, zones.IMAP_HOST))
        self.dns = dnsworld.DnsWorld(os.path.join(self.folder, "dns"), self.services)
        self.imap = imapworld.ImapWorld(os.path.join(self.folder, "dove"), self.services, self.certificate,
                                        self.ca_file, users)

    def start(self):
        try:
            self.dns.start(self.records)
            self.imap.start()
            self.save()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self, *names):
        """Stop the named servers (dovecot, nsd, unbound, hole, nsd-slow), or all."""
        for name in names or list(self.services.pids):
            self.services.stop(name)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def deliver(self, user, message, folder="INBOX"):
        return self.imap.deliver(user, message, folder)

    def deliver_all(self, user, messages, folder="INBOX"):
        return self.imap.deliver_all(user, messages, folder)

    def fetch_all(self, user, folder="INBOX"):
        return self.imap.fetch_all(user, folder)

    def bad_certificate(self, kind):
        return certs.make_bad(self.folder, self.ca, zones.IMAP_HOST, kind)

    def write_conf(self, path, state_dir, mailboxes=("filing",), **overrides):
        """mailseal.conf; mailboxes: users, or {section name: {key: value}}; see write_conf below."""
        return write_conf(path, self.describe(), state_dir, mailboxes, **overrides)

    def describe(self):
        return {
            "dir": self.folder, "host": self.imap.host, "imap_port": self.imap.port, "ca_file": self.ca_file,
            "resolver": f"127.0.0.1@{self.dns.port}", "trust_anchor": self.dns.anchor, "trust_ds": self.dns.ds,
            "authority_port": self.dns.authority_port, "slow_port": self.dns.slow_port,
            "users": {u: {"password_file": self.imap.password_file(u)} for u in self.imap.passwords},
            "log": os.path.join(self.folder, "log"), "pids": self.services.pids,
        }

    def save(self):
        with open(os.path.join(self.folder, "world.json"), "w", encoding="ascii") as out:
            json.dump(self.describe(), out, indent=1)
            out.write("\n")


def mailbox_section(described, user):
    return {"host": described["host"], "port": described["imap_port"], "user": user, "folder": "INBOX",
            "password_file": described["users"][user]["password_file"], "ca_file": described["ca_file"]}


def write_conf(path, described, state_dir, mailboxes=("filing",), **overrides):
    """Write mailseal.conf for a described world (world.json); returns the path.

    overrides: section_key=value, e.g. daemon_checkers=4, dns_timeout_s=1, mailbox_port=9 (every mailbox);
    a value of None leaves the line out.
    """
    sections = {"daemon": {"state": state_dir, "checkers": 2},
                "dns": {"resolver": described["resolver"], "trust_anchor": described["trust_anchor"], "timeout_s": 3}}
    extra = mailboxes if isinstance(mailboxes, dict) else {name: {} for name in mailboxes}
    for name, keys in extra.items():
        user = keys.get("user", name)
        sections["mailbox " + name] = {**mailbox_section(described, user), **keys}
    for name, value in overrides.items():
        section, _, key = name.partition("_")
        for title in sections:
            if title.split()[0] == section:
                sections[title][key] = value
    with open(path, "w", encoding="utf-8") as out:
        for title, keys in sections.items():
            out.write(f"[{title}]\n")
            out.writelines(f"{k} = {v}\n" for k, v in keys.items() if v is not None)
            out.write("\n")
    return path


def command_start(folder):
    import mailgen
    world = World(folder, mailgen.zone_records(mailgen.DEFAULT_SEED)).start()
    world.write_conf(os.path.join(world.folder, "mailseal.conf"), os.path.join(world.folder, "state"))
    print(f"IMAP over TLS: {world.imap.host}, 127.0.0.1 port {world.imap.port}")
    print(f"DNS resolver:  127.0.0.1 port {world.dns.port}, root key {world.dns.anchor}")


def described(folder):
    with open(os.path.join(folder, "world.json"), encoding="ascii") as text:
        return json.load(text)


def command_deliver(folder, user, *files):
    it = described(folder)
    with open(it["users"][user]["password_file"], encoding="ascii") as text:
        password = text.read().strip()
    with imapworld.Client(it["host"], it["imap_port"], it["ca_file"]) as client:
        client.login(user, password)
        for file in files:
            with open(file, "rb") as message:
                print(client.append_exactly("INBOX", message.read()), file)


def command_stop(folder):
    Services(os.path.abspath(folder)).stop_all()


COMMANDS = {"start": command_start, "deliver": command_deliver, "stop": command_stop}


def main(argv):
    if len(argv) < 3 or argv[1] not in COMMANDS:
        print(f"usage: world.py {'|'.join(COMMANDS)} DIR [USER FILE...]", file=sys.stderr)
        return 64
    try:
        COMMANDS[argv[1]](*argv[2:])
    except (OSError, ValueError, RuntimeError) as error:
        print(f"world.py {argv[1]}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
