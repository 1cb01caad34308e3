# SPDX-License-Identifier: ISC
"""cable: a peer behind a cable that can be pulled: no FIN, no RST, no ICMP, just nothing more.

    with Cable() as cable:
        listener = cable.listen()     # reached at cable.far
        cable.pull()

The far end of a veth pair lies in a network namespace of its own, which wants root; without it
NotPermitted says so.  Interfaces and addresses are made of our pid, so that tests may run together.
"""
import ctypes
import os
import socket
import subprocess
import threading

CLONE_NEWNET = 0x40000000


class NotPermitted(Exception):
    """No namespace for us here: a test skips what needs it."""


class Cable:
    def __init__(self):
        pid = os.getpid() % 16384
        self.name = f"ms{pid}"
        network = f"198.18.{pid >> 6}."  # RFC 2544: nobody's
        self.near, self.far = (network + str((pid & 63) * 4 + i) for i in (1, 2))
        self.keeper = None

    def __enter__(self):
        try:
            self.keeper = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec cat"], stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            if self.keeper.stdout.read(1) != b"\n":
                raise NotPermitted("no network namespace for us")
            self.lay()
        except (OSError, subprocess.CalledProcessError) as error:
            self.__exit__()
            raise NotPermitted(str(error)) from error
        except NotPermitted:
            self.__exit__()
            raise
        return self

    def lay(self):
        far = self.name + "far"
        self.ip("link", "add", self.name, "type", "veth", "peer", "name", far, "netns", str(self.keeper.pid))
        self.ip("address", "add", self.near + "/30", "dev", self.name)
        self.ip("link", "set", self.name, "up")
        self.far_ip("address", "add", self.far + "/30", "dev", far)
        self.far_ip("link", "set", far, "up")

    def __exit__(self, *_):
        if self.keeper is not None:
            self.keeper.stdin.close()  # the namespace ends with its last process, and the pair with it
            self.keeper.stdout.close()
            self.keeper.wait()

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def far_ip(self, *words):
        subprocess.run(["nsenter", f"--net=/proc/{self.keeper.pid}/ns/net", "ip", *words], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def listen(self):
        """A listening socket of the far end; a socket stays in the namespace it was made in."""
        made = []

        def there():
            with open(f"/proc/{self.keeper.pid}/ns/net", "rb") as namespace:
                if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) == 0:
                    made.append(socket.create_server((self.far, 0)))
        thread = threading.Thread(target=there)
        thread.start()
        thread.join()
        if not made:
            raise NotPermitted("setns")
        return made[0]

    def pull(self):
        self.far_ip("link", "set", self.name + "far", "down")
