# SPDX-License-Identifier: ISC
"""procs: start servers of our own on loopback, wait until they serve, end them by their pid.

Nothing here knows a server's name: what was not started here is never ended here.
"""
import os
import pwd
import signal
import socket
import subprocess
import time


def free_port(kinds=(socket.SOCK_STREAM, socket.SOCK_DGRAM)):
    """A loopback port that is free for TCP and UDP just now."""
    for _ in range(100):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if all(can_bind(port, kind) for kind in kinds):
            return port
    raise RuntimeError("no free loopback port found")


def can_bind(port, kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until(what, ready, timeout=15.0, step=0.02):
    """Ask ready() until it is true; its value is returned, a time-out names `what`."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        value = ready()
        if value:
            return value
        time.sleep(step)
    raise TimeoutError(f"{what}: not within {timeout:g} s")


def accepts_tcp(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def spawn(argv, log, user=None):
    """Start argv in the foreground, in a process group of its own, output into the file `log`."""
    who = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    with open(log, "ab") as out:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                start_new_session=True, **who)


def start_of(pid):
    """When a process began, in kernel ticks, or None: tells a pid from a later process with the same number."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            fields = stat.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def end_process(pid, started, timeout=10.0):
    """SIGTERM, wait, and SIGKILL to its whole group (which we made) if it does not go.

    The group: a server that forked (nsd, dovecot) leaves nobody behind.
    """
    if start_of(pid) != started:
        return
    os.kill(pid, signal.SIGTERM)
    try:
        wait_until("end of process", lambda: reap(pid) or start_of(pid) != started, timeout)
    except TimeoutError:
        pass
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    reap(pid)


def reap(pid):
    """Collect a child that ended; true when there is none left."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return False
