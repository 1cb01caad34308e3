# SPDX-License-Identifier: ISC
"""daemon: mailseald and mailseal as a test sees them: event lines, processes, exit codes.

The binaries are those of MAILSEAL_BUILD, else of the current directory, else of the top of the tree.
"""
import collections
import json
import os
import re
import signal
import subprocess
import threading
import time

import procs

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAIR = re.compile(r'([\w.-]+)=("(?:[^"\\]|\\.)*"|\S*)')

Ran = collections.namedtuple("Ran", "rc out err")


class Event(collections.namedtuple("Event", "name fields line at")):
    """One event line; event["leaf"] is a field's text, "" when it has none; at: monotonic seconds."""

    def __getitem__(self, key):
        return self.fields.get(key, "") if isinstance(key, str) else tuple.__getitem__(self, key)


def parse_event(line, at):
    line = re.sub(r"^<\d>", "", line.rstrip("\n"))
    return Event(line.split(" ", 1)[0], {k: v.strip('"') for k, v in PAIR.findall(line)}, line, at)


def build_dir():
    for folder in (os.environ.get("MAILSEAL_BUILD"), os.getcwd(), TOP, os.path.join(TOP, "build")):
        if folder and os.path.exists(os.path.join(folder, "mailseald")):
            return os.path.abspath(folder)
    raise FileNotFoundError("no mailseald: build first, or set MAILSEAL_BUILD to the build directory")


def binary(name):
    return os.path.join(build_dir(), name)


def run(*args, timeout=120):
    """A product's command, by name: run("mailseal", "verify", file)."""
    done = subprocess.run([binary(args[0]), *map(str, args[1:])], capture_output=True, timeout=timeout)
    return Ran(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


def has_sanitizers():
    return "sanitizers" in run("mailseald", "--version").out


class Cli:
    """mailseal with its configuration."""

    def __init__(self, conf):
        self.conf = conf

    def __call__(self, *args, timeout=120):
        return run("mailseal", "-c", self.conf, *args, timeout=timeout)

    def must(self, *args, timeout=120):
        """Its output; an exit code other than 0 raises."""
        ran = self(*args, timeout=timeout)
        if ran.rc != 0:
            raise RuntimeError(f"mailseal {' '.join(map(str, args))}: exit {ran.rc}: {ran.err.strip()}")
        return ran.out

    def list(self):
        """`list --json`: one dict per record."""
        return [json.loads(line) for line in self.must("list", "--json").splitlines() if line.strip()]


class Daemon:
    def __init__(self, conf, log=None):
        self.conf = conf
        self.log = log
        self.environment = {}  # beside ours
        self.events = []
        self.news = threading.Condition()
        self.process = None

    def start(self):
        self.process = subprocess.Popen([binary("mailseald"), "-c", self.conf], stdin=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True,
                                        env={**os.environ, **self.environment})
        threading.Thread(target=self.listen, args=(self.process.stderr,), daemon=True).start()
        return self

    def listen(self, stream):
        """Each event line as it comes, for wait_event and into the log file."""
        for line in stream:
            if not line.endswith("\n"):
                continue  # cut by a kill
            with self.news:
                self.events.append(parse_event(line, time.monotonic()))
                self.news.notify_all()
            if self.log:
                with open(self.log, "a", encoding="utf-8") as out:
                    out.write(line)

    def named(self, name):
        with self.news:
            return [e for e in self.events if e.name == name]

    def wait_event(self, predicate, timeout=30.0, since=0):
        """The first event from number `since` on for which predicate(event); TimeoutError otherwise."""
        end = time.monotonic() + timeout
        seen = since
        with self.news:
            while True:
                for event in self.events[seen:]:
                    if predicate(event):
                        return event
                seen = max(seen, len(self.events))
                left = end - time.monotonic()
                if left <= 0 or not self.news.wait(left) and seen == len(self.events):
                    last = "; ".join(e.line for e in self.events[-3:])
                    raise TimeoutError(f"no such event within {timeout:g} s; the last: {last or 'none'}")

    def wait_watching(self, mailbox="filing", timeout=30.0, since=0):
        return self.wait_event(lambda e: e.name == "watching" and e["mailbox"] == mailbox, timeout, since)

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, timeout=20.0):
        """SIGTERM and a bounded wait for the drain, then SIGKILL; the exit code (-9: it had to be killed)."""
        if self.process is None:
            return None
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            pass
        self.kill_group()
        return self.process.wait()

    def kill_group(self):
        """The whole session we started, children included."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def children(self):
        """{process name: [pids]}, the daemon itself as "parent"."""
        found = collections.defaultdict(list)
        for pid in descendants(self.process.pid):
            name = "parent" if pid == self.process.pid else process_name(pid)
            if name:
                found[name].append(pid)
        return dict(found)

    def kill(self, pid):
        """SIGKILL one of our own processes."""
        if pid in descendants(self.process.pid):
            os.kill(pid, signal.SIGKILL)


def read_proc(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", "rb") as text:
            return text.read()
    except OSError:
        return b""


def descendants(root):
    """root and every process below it, as /proc tells now."""
    parent = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = read_proc(entry, "stat").rpartition(b")")[2].split()
            if fields and fields[0] not in (b"Z", b"X"):
                parent[int(entry)] = int(fields[1])
    found = [root] if root in parent else []
    for pid in found:
        found += [child for child, its in parent.items() if its == pid]
    return found


def process_name(pid):
    """NAME of --process=NAME in its command line; "other" for a child without."""
    cmdline = read_proc(pid, "cmdline")
    match = re.search(rb"--process=([\w-]+)", cmdline)
    return match.group(1).decode() if match else "other" if cmdline else ""


def vm_hwm(pid):
    """Peak resident memory in kB."""
    match = re.search(rb"VmHWM:\s+(\d+) kB", read_proc(pid, "status"))
    return int(match.group(1)) if match else 0


class MemoryWatch:
    """Highest VmHWM by process name, also of processes that came and went."""

    def __init__(self, daemon, every=0.05):
        self.daemon, self.every = daemon, every
        self.peak = {}
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def look(self):
        for name, pids in self.daemon.children().items():
            self.peak[name] = max([self.peak.get(name, 0), *map(vm_hwm, pids)])

    def watch(self):
        while not self.done.wait(self.every):
            self.look()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.look()
        self.done.set()
        self.thread.join()


def wait_gone(pids, timeout=10.0):
    """Wait until these processes ended (orphans of a killed parent, say)."""
    procs.wait_until("end of processes", lambda: not any(procs.start_of(p) for p in pids), timeout)
