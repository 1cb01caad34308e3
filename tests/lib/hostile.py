# SPDX-License-Identifier: ISC
"""hostile: a scripted IMAP server that does as it is told, also what no server should.

    server = Server(certificate, "user", "password", make_messages(), {"bodies": twist}, bad=1)

Each reply is made right first; a twist(good, session) returns the bytes to send in its place.  The first
`bad` connections are twisted, later ones are not.  A twisted reply without its tagged line is the
last: the server hangs up, so that nobody waits.  Kinds of replies: greeting capability plus
authenticate login id list examine quota search items bodies idle done.

folders: {name: attributes}, for LIST; whichever is examined, the messages are the same.
"""
import base64
import re
import socket
import ssl
import threading
import time

CAPABILITY = "IMAP4rev1 IDLE SASL-IR AUTH=PLAIN UIDPLUS"
GMAIL = CAPABILITY + " ID QUOTA XLIST CONDSTORE LIST-EXTENDED SPECIAL-USE X-GM-EXT-1"  # of what Gmail offers
DATE = "01-Nov-2026 10:00:00 +0000"
DRIP_S = 0.001
MSGID = 1278455344230334865  # Google's own example


class Message:
    """uid, bytes, and the RFC822.SIZE that is said of them."""

    def __init__(self, uid, data, size=None):
        self.uid, self.data = uid, data
        self.size = len(data) if size is None else size


class Server:
    """Loopback, TLS, a thread per connection.  lock guards messages and uidvalidity."""

    def __init__(self, files, user, password, messages, twists, bad=1, capability=CAPABILITY, cuts=(), drip=False, listener=None,
                 folders=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(files.cert, files.key)
        self.user, self.password, self.capability = user, password, capability
        self.messages, self.uidvalidity = list(messages), 7
        self.twists, self.bad, self.cuts, self.drip = twists, bad, cuts, drip
        self.connections = 0
        self.told_at = 0.0    # when EXISTS was said last, monotonic
        self.sent = 0         # bytes of the latest connection
        self.lock = threading.Lock()
        self.news = threading.Condition(self.lock)
        self.folders = {"INBOX": ""} if folders is None else folders
        self.examined, self.clients = [], []  # folders, and what clients said of themselves
        self.held = 0         # sessions that fell silent
        self.listener = listener or socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            threading.Thread(target=self.talk, args=(plain, self.connections), daemon=True).start()

    def talk(self, plain, number):
        plain.settimeout(90)
        try:
            with self.context.wrap_socket(plain, server_side=True) as tls:
                Session(self, tls, number).run()
        except (OSError, End):
            pass

    def deliver(self, message):
        with self.news:
            self.messages.append(message)
            self.news.notify_all()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class End(Exception):
    """The connection is over."""


class Session:
    def __init__(self, server, tls, number):
        self.server, self.tls, self.number = server, tls, number
        self.is_bad = number <= server.bad
        self.left = server.cuts[number - 1] if number <= len(server.cuts) else None
        self.tag = b""
        self.rest = b""
        self.over = False  # set by a twist: this reply is the last
        self.sent = 0

    def read_line(self):
        while b"\r\n" not in self.rest:
            data = self.tls.recv(65536)
            if not data:
                raise End
            self.rest += data
        line, _, self.rest = self.rest.partition(b"\r\n")
        return line

    def hold(self):
        """Not a word more; until the client goes."""
        self.server.held += 1
        while self.tls.recv(4096):
            pass
        raise End

    def say(self, data):
        cut = self.left is not None and len(data) >= self.left
        data = data[:self.left] if cut else data
        if self.server.drip:
            for at in range(len(data)):
                self.tls.sendall(data[at:at + 1])
                time.sleep(DRIP_S)
        else:
            self.tls.sendall(data)
        self.sent += len(data)
        self.server.sent = self.sent
        if cut:
            raise End
        if self.left is not None:
            self.left -= len(data)

    def reply(self, kind, good):
        """Say it, twisted if that is what is asked for."""
        twist = self.server.twists.get(kind) if self.is_bad else None
        if twist is None:
            self.say(good)
            return
        data = twist(good, self)
        self.say(data)
        last = data.rstrip(b"\r\n").rpartition(b"\r\n")[2]
        if self.over or not data.endswith(b"\r\n"):
            raise End
        done = (b"+", b"* ") if kind in ("greeting", "plus", "idle") else (self.tag + b" ",)
        if not last.startswith(done):
            raise End

    def ok(self, text=b"done"):
        return self.tag + b" OK " + text + b"\r\n"

    def run(self):
        self.reply("greeting", b"* OK ready\r\n")
        while True:
            self.tag, _, command = self.read_line().partition(b" ")
            word = command.upper().removeprefix(b"UID ").split(b" ")[0].decode()
            handler = getattr(self, "do_" + word.lower(), None)
            if handler is None:
                self.say(self.tag + b" BAD no such command\r\n")
            else:
                handler(command)

    def do_capability(self, _):
        self.reply("capability", b"* CAPABILITY " + self.server.capability.encode() + b"\r\n" + self.ok())

    def do_authenticate(self, command):
        words = command.split(b" ")
        if len(words) < 3:
            self.reply("plus", b"+ \r\n")
            words.append(self.read_line())
        want = base64.b64encode(f"\0{self.server.user}\0{self.server.password}".encode())
        self.reply("authenticate", self.ok() if words[2] == want else self.tag + b" NO not you\r\n")

    def do_login(self, command):
        words = command.replace(b'"', b"").split(b" ")[1:]
        right = words == [self.server.user.encode(), self.server.password.encode()]
        self.reply("login", self.ok() if right else self.tag + b" NO not you\r\n")

    def do_id(self, command):
        self.server.clients.append(command.decode())
        self.reply("id", b'* ID ("name" "hostile" "vendor" "\xc3\xa9\x1b[2J")\r\n' + self.ok())

    def do_list(self, command):
        wanted = b"(SPECIAL-USE)" in command
        lines = (f'* LIST ({use}) "/" "{name}"\r\n' for name, use in self.server.folders.items() if use or not wanted)
        self.reply("list", "".join(lines).encode() + self.ok())

    def do_getquotaroot(self, command):
        name = command.partition(b" ")[2]
        self.reply("quota", b'* QUOTAROOT ' + name + b' ""\r\n* QUOTA "" (STORAGE 512 1024)\r\n' + self.ok())

    def do_examine(self, command):
        self.server.examined.append(command.partition(b" ")[2].strip(b'"').decode())
        with self.server.lock:
            n, validity = len(self.server.messages), self.server.uidvalidity
            uidnext = max([m.uid for m in self.server.messages], default=0) + 1
        self.reply("examine", b"* FLAGS (\\Seen)\r\n* %d EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY %d] ids\r\n"
                   b"* OK [UIDNEXT %d] next\r\n" % (n, validity, uidnext) + self.ok(b"[READ-ONLY] done"))

    def asked(self, command):
        """[(sequence number, message)] of the UIDs in a command."""
        parts = re.search(rb" (\d[\d:,]*)(?: |$)", command).group(1).split(b",")
        spans = [tuple(map(int, (part + b":" + part).split(b":")[:2])) for part in parts]
        with self.server.lock:
            return [(i + 1, m) for i, m in enumerate(self.server.messages)
                    if any(first <= m.uid <= last for first, last in spans)]

    def do_search(self, command):
        """By UIDs ("search"), or by message numbers, to count them ("count")."""
        if b"SEARCH UID " in command.upper():
            kind, found = "search", [m for _, m in self.asked(command)]
        else:
            first, last = map(int, re.search(rb" (\d+):(\d+)$", command).groups())
            with self.server.lock:
                kind, found = "count", self.server.messages[first - 1:last]
        self.reply(kind, b"* SEARCH" + b"".join(b" %d" % m.uid for m in found) + b"\r\n" + self.ok())

    def do_fetch(self, command):
        if b"BODY" in command:
            lines = (b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (i, m.uid, len(m.data), m.data)
                     for i, m in self.asked(command))
            self.reply("bodies", b"".join(lines) + self.ok())
        else:
            extra = b"X-GM-MSGID %d " % MSGID if b"X-GM-MSGID" in command else b""
            lines = (b'* %d FETCH (UID %d %sRFC822.SIZE %d INTERNALDATE "%s")\r\n' % (i, m.uid, extra, m.size, DATE.encode())
                     for i, m in self.asked(command))
            self.reply("items", b"".join(lines) + self.ok())

    def do_idle(self, _):
        with self.server.news:
            seen = len(self.server.messages)
        self.reply("idle", b"+ idling\r\n")
        self.tls.settimeout(0.05)
        while b"\r\n" not in self.rest:
            with self.server.news:
                count = len(self.server.messages)
            if count != seen:
                self.server.told_at = time.monotonic()
                self.say(b"* %d EXISTS\r\n" % count)
                seen = count
            try:
                data = self.tls.recv(4096)
                if not data:
                    raise End
                self.rest += data
            except TimeoutError:
                pass
        self.tls.settimeout(90)
        self.read_line()  # DONE
        self.reply("done", self.ok())

    def do_logout(self, _):
        self.say(b"* BYE bye\r\n" + self.ok())
        raise End
