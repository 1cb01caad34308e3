# SPDX-License-Identifier: ISC
"""disaster: what a day may bring, to be switched on and off: a line that is cut, a disk that is full, a
clock that jumps.  Each is real where it can be: a proxy, a small file system of its own, a preloaded clock.
"""
import os
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))


class Line:
    """A TCP proxy on loopback before a server; cut() ends all that goes through it, reset, not closed."""

    def __init__(self, port):
        self.server = port
        self.open = {}
        self.lock = threading.Lock()
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(near,), daemon=True).start()

    def carry(self, near):
        try:
            far = socket.create_connection(("127.0.0.1", self.server), timeout=10)
        except OSError:
            near.close()
            return
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.lock:
            self.open[near] = far
        try:
            while True:
                for end in select.select([near, far], [], [], 60)[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    (far if end is near else near).sendall(data)
        except (OSError, ValueError):
            pass
        finally:
            with self.lock:
                self.open.pop(near, None)
            near.close()
            far.close()

    def cut(self):
        """How many connections there were."""
        with self.lock:
            ends = list(self.open.items())
        for near, far in ends:
            for end in (near, far):
                try:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self.cuts += len(ends)
        return len(ends)

    def close(self):
        self.listener.close()
        self.cut()


class Disk:
    """A file system of some MB for the state directory: a real one that can be full.  Only root may mount."""

    def __init__(self, path, megabytes):
        self.path, self.filler = path, os.path.join(path, "filler")
        os.makedirs(path, exist_ok=True)
        self.mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "mailseal-test", path],
            capture_output=True, check=False).returncode == 0

    def fill(self):
        with open(self.filler, "wb", buffering=0) as out:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        out.write(b"\0" * size)
                except OSError:
                    pass

    def free(self):
        os.unlink(self.filler)

    def close(self):
        if self.mounted:
            subprocess.run(["umount", "-l", self.path], check=True)


class Clock:
    """A wall clock for the processes that get environment(); move() takes effect at once."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mailseal-clock-")
        self.shim, self.page = (os.path.join(self.folder, name) for name in ("clock.so", "offset"))
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.shim, os.path.join(HERE, "clock.c")], check=True)
        self.move(0)

    def environment(self):
        return {"LD_PRELOAD": self.shim, "MAILSEAL_CLOCK": self.page}

    def move(self, seconds):
        """By so much from the true time; written in place, for those who have it mapped."""
        with open(os.open(self.page, os.O_WRONLY | os.O_CREAT, 0o644), "wb", buffering=0) as out:
            out.write(struct.pack("q", seconds))

    def close(self):
        shutil.rmtree(self.folder)
