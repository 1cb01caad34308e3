# SPDX-License-Identifier: ISC
"""dnsworld: a signed DNS of our own: nsd serves every zone of zones.py, unbound validates and recurses.

One nsd is authoritative for all zones, root included; unbound reaches it through stub zones
(hints and delegations cannot carry a port), and asks it for each DS and DNSKEY as it would ask the world.
slow.mailtest has a name server of its own: first a port that hears and never answers, until
mend() puts an nsd there; silence() undoes it.
"""
import os
import subprocess
import time

import dns.flags
import dns.message
import dns.query
import dns.rcode

import procs
import zones

TTL = 3600
ALGORITHM = "ECDSAP256SHA256"
SIGN = {"nsec3": ["-n", "-t", "0"], "expired": ["-i", "20200101", "-e", "20200201"]}


def run(argv, cwd):
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()


def write(path, text):
    with open(path, "w", encoding="ascii") as out:
        out.write(text)


def file_name(zone):
    return (zone.name.rstrip(".") or "root") + ".zone"


class Zones:
    """Zone files in a folder: keys made once, files signed anew whenever records change."""

    def __init__(self, folder):
        self.folder = folder
        self.key = {}
        os.makedirs(folder, exist_ok=True)
        for zone in zones.ZONES:
            if zone.how != "unsigned":
                self.key[zone] = self.make_key(zone)

    def make_key(self, zone):
        """One key signs the whole zone; the base name of its files."""
        return run(["ldns-keygen", "-k", "-a", ALGORITHM, "-r", "/dev/urandom", zone.name], self.folder)

    def read(self, zone, suffix):
        with open(os.path.join(self.folder, self.key[zone] + suffix), encoding="ascii") as text:
            return text.read()

    def delegations(self, zone):
        """The NS, glue and DS of the zones below: what makes a child signed, or provably unsigned."""
        for child in zones.ZONES:
            if zones.parent_of(child) == zone:
                yield f"{child.name} IN NS ns.mailtest."
                if child in self.key:
                    yield self.read(child, ".ds").strip()

    def text(self, zone, records):
        lines = [f"$ORIGIN {zone.name}", f"$TTL {TTL}",
                 f"{zone.name} IN SOA ns.mailtest. hostmaster.mailtest. {int(time.time())} 3600 600 864000 1",
                 f"{zone.name} IN NS ns.mailtest."]
        if zone.name == "mailtest.":
            lines.append("ns.mailtest. IN A 127.0.0.1")
        lines += self.delegations(zone)
        lines += [f"{r.name} IN {r.type} {r.data}" for r in records if zones.zone_of(r.name) == zone]
        return "\n".join(lines) + "\n"

    def publish(self, records):
        """Write and sign every zone with these records."""
        for zone in zones.ZONES:
            path = os.path.join(self.folder, file_name(zone))
            write(path, self.text(zone, records))
            if zone in self.key:
                how = SIGN.get(zone.how, [])
                run(["ldns-signzone", *how, "-f", path + ".signed", path, self.key[zone]], self.folder)
            else:
                write(path + ".signed", self.text(zone, records))


class DnsWorld:
    """The servers; ports and files as attributes, pids kept by the Services given."""

    def __init__(self, folder, services):
        self.folder = folder
        self.services = services
        self.authority_port = procs.free_port()
        self.slow_port = procs.free_port()
        self.port = procs.free_port()
        self.anchor = os.path.join(folder, "root.key")
        self.ds = os.path.join(folder, "root.ds")
        self.records = []
        self.zones = None

    def start(self, records):
        os.makedirs(self.folder, exist_ok=True)
        self.zones = Zones(os.path.join(self.folder, "zones"))
        self.records = list(records) + [zones.Record(zones.IMAP_HOST + ".", "A", "127.0.0.1")]
        self.zones.publish(self.records)
        root = zones.zone_of(".")
        write(self.anchor, self.zones.read(root, ".key"))
        write(self.ds, self.zones.read(root, ".ds"))
        self.start_authority("nsd", self.authority_port, [z for z in zones.ZONES if z.how != "slow"])
        self.start_hole()
        self.start_resolver()

    def start_authority(self, name, port, served):
        conf = os.path.join(self.folder, name + ".conf")
        lines = ["server:", f"  ip-address: 127.0.0.1@{port}", '  username: ""', '  chroot: ""', '  database: ""',
                 f'  zonesdir: "{self.zones.folder}"', f'  pidfile: "{self.folder}/{name}.pid"',
                 f'  xfrdfile: "{self.folder}/{name}.xfrd"', f'  zonelistfile: "{self.folder}/{name}.list"',
                 f'  xfrdir: "{self.folder}"', "  server-count: 1", "  hide-version: yes", "  refuse-any: no",
                 "remote-control:", "  control-enable: no"]
        for zone in served:
            lines += ["zone:", f'  name: "{zone.name}"', f'  zonefile: "{file_name(zone)}.signed"']
        write(conf, "\n".join(lines) + "\n")
        self.services.start(name, ["nsd", "-d", "-c", conf])
        procs.wait_until(name, lambda: self.authority_answers(port, served[0].name))

    def authority_answers(self, port, name):
        query = dns.message.make_query(name, "SOA")
        try:
            return dns.query.udp(query, "127.0.0.1", port=port, timeout=0.3).answer
        except (dns.exception.Timeout, OSError):
            return False

    def start_hole(self):
        """A UDP port that is open (no ICMP comes back) and never answers."""
        code = ("import signal,socket\n"
                "u=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\n"
                f"u.bind(('127.0.0.1',{self.slow_port}))\n"
                "print('hole open',flush=True)\n"
                "signal.pause()\n")
        self.services.start("hole", ["/usr/bin/python3", "-I", "-c", code])
        procs.wait_until("hole", lambda: not procs.can_bind(self.slow_port, procs.socket.SOCK_DGRAM))

    def start_resolver(self):
        conf = os.path.join(self.folder, "unbound.conf")
        write(conf, f"""server:
  interface: 127.0.0.1@{self.port}
  access-control: 127.0.0.0/8 allow
  do-ip6: no
  username: ""
  chroot: ""
  directory: "{self.folder}"
  pidfile: ""
  do-daemonize: no
  use-syslog: no
  logfile: ""
  verbosity: 1
  num-threads: 1
  module-config: "validator iterator"
  trust-anchor-file: "{self.anchor}"
  do-not-query-localhost: no
  target-fetch-policy: "0 0 0 0 0"
  infra-keep-probing: yes
  cache-max-negative-ttl: 1
  so-reuseport: no
remote-control:
  control-enable: yes
  control-interface: "{self.folder}/unbound.ctl"
  control-use-cert: no
""" + "".join(self.stub(zone) for zone in zones.ZONES))
        self.services.start("unbound", ["unbound", "-d", "-c", conf])
        procs.wait_until("unbound", lambda: self.is_up())

    def stub(self, zone):
        """Every zone, not only the root: an NS seen in an answer would lead unbound to port 53."""
        port = self.slow_port if zone.how == "slow" else self.authority_port
        return f'stub-zone:\n  name: "{zone.name}"\n  stub-addr: 127.0.0.1@{port}\n'

    def is_up(self):
        try:
            return self.ask(".", "SOA", timeout=0.5).answer
        except (dns.exception.Timeout, OSError):
            return False

    def ask(self, name, rtype="TXT", timeout=5.0):
        """One question to the resolver, DO set; the answer as dnspython's message."""
        query = dns.message.make_query(name, rtype, want_dnssec=True, payload=1232)
        return dns.query.udp_with_fallback(query, "127.0.0.1", port=self.port, timeout=timeout)[0]

    def control(self, *words):
        run(["unbound-control", "-c", os.path.join(self.folder, "unbound.conf"), *words], self.folder)

    def publish(self, records):
        """Change what the zones hold; the resolver forgets what it knew."""
        self.records = list(records) + [zones.Record(zones.IMAP_HOST + ".", "A", "127.0.0.1")]
        self.zones.publish(self.records)
        for name, served in (("nsd", [z for z in zones.ZONES if z.how != "slow"]),
                             ("nsd-slow", [z for z in zones.ZONES if z.how == "slow"])):
            if self.services.running(name):
                port = self.authority_port if name == "nsd" else self.slow_port
                self.services.stop(name)
                self.start_authority(name, port, served)
        self.control("flush_zone", ".")

    def forget_slow(self):
        """The resolver drops its pending questions and what it thinks of silent servers."""
        self.control("flush_requestlist")
        self.control("flush_infra", "all")
        self.control("flush_zone", "slow.mailtest.")

    def mend(self):
        """The silent name server begins to answer."""
        self.services.stop("hole")
        self.start_authority("nsd-slow", self.slow_port, [z for z in zones.ZONES if z.how == "slow"])
        self.forget_slow()

    def silence(self):
        """And falls silent again."""
        self.services.stop("nsd-slow")
        self.start_hole()
        self.forget_slow()


def is_secure(answer):
    return bool(answer.flags & dns.flags.AD)


def rcode(answer):
    return dns.rcode.to_text(answer.rcode())
