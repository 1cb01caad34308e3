# SPDX-License-Identifier: ISC
"""imapworld: a Dovecot of our own, IMAP over TLS only, and what a test does with it.

It runs without root (as `nobody` when we are root), so one configuration serves both.  Mail lies in
sdbox: Maildir serves other bytes than it was given.  sdbox, too, serves CRLF for a bare LF, and 0x80
for a NUL: what is delivered through it must have neither (a scripted server tests those).
"""
import grp
import imaplib
import os
import pwd
import re
import secrets
import shutil
import socket
import ssl

import procs
import zones

UNIX_PATH_MAX = 90  # leaves room for Dovecot's own socket names below 108


class Client(imaplib.IMAP4_SSL):
    """imaplib, to loopback but for the certificate's host name, and without Nagle's delay."""

    def __init__(self, host, port, ca, timeout=60):
        self.server_name = host
        context = ssl.create_default_context(cafile=ca)
        super().__init__("127.0.0.1", port, ssl_context=context, timeout=timeout)

    def _create_socket(self, timeout):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.ssl_context.wrap_socket(plain, server_hostname=self.server_name)

    def append_exactly(self, folder, message):
        """APPEND these very bytes (imaplib's own append rewrites line ends); returns the UID."""
        self.literal = message
        kind, data = self._simple_command("APPEND", self._quote(folder))
        found = re.search(rb"APPENDUID \d+ (\d+)", data[0] or b"")
        if kind != "OK" or not found:
            raise RuntimeError(f"APPEND: {kind} {data}")
        return int(found.group(1))


def unprivileged_user():
    return "nobody" if os.geteuid() == 0 else None


class ImapWorld:
    def __init__(self, folder, services, certificate, ca, users=("filing",)):
        self.folder = folder
        self.services = services
        self.certificate = certificate
        self.ca = ca
        self.host = zones.IMAP_HOST
        self.port = procs.free_port()
        self.mechanisms, self.more = "plain login", ""  # SASL; more of dovecot.conf
        self.passwords = {user: secrets.token_urlsafe(15) for user in users}
        self.refuse_unfit(folder)

    def refuse_unfit(self, folder):
        if len(folder) > UNIX_PATH_MAX - len("/run/login/"):
            raise ValueError(f"{folder}: too long for Dovecot's sockets; choose a shorter directory")
        above = folder
        while unprivileged_user() and (above := os.path.dirname(above)) != "/":
            if os.path.exists(above) and not os.stat(above).st_mode & 0o001:
                raise ValueError(f"{above}: {unprivileged_user()}, as whom Dovecot runs, cannot enter it")

    def password_file(self, user):
        return os.path.join(os.path.dirname(self.folder), user + ".password")

    def start(self):
        os.makedirs(self.folder, exist_ok=True)
        for user, password in self.passwords.items():
            with open(os.open(self.password_file(user), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                out.write(password + "\n")
        self.write_users()
        self.write_conf()
        self.hand_over()
        self.launch(self.greets)

    def launch(self, ready):
        conf = os.path.join(self.folder, "dovecot.conf")
        self.services.start("dovecot", ["dovecot", "-F", "-c", conf], user=unprivileged_user())
        procs.wait_until("dovecot", ready)

    def greets(self):
        try:
            with self.connect() as client:
                return client.welcome
        except (OSError, imaplib.IMAP4.error):
            return False

    def write_users(self):
        account = pwd.getpwnam(unprivileged_user()) if unprivileged_user() else pwd.getpwuid(os.getuid())
        with open(os.path.join(self.folder, "users"), "w", encoding="ascii") as out:
            for user, password in self.passwords.items():
                home = os.path.join(self.folder, "mail", user)
                out.write(f"{user}:{{PLAIN}}{password}:{account.pw_uid}:{account.pw_gid}::{home}::\n")

    def use_certificate(self, files):
        """Restart with another certificate (a bad one, say)."""
        self.certificate = files
        self.services.stop("dovecot")
        self.write_conf()
        self.hand_over()
        self.launch(lambda: procs.accepts_tcp(self.port))

    def hand_over(self):
        """As root: Dovecot's files belong to the user it runs as; it cannot read the CA's key."""
        shutil.copy(self.certificate.cert, os.path.join(self.folder, "server.pem"))
        shutil.copy(self.certificate.key, os.path.join(self.folder, "server.key"))
        if unprivileged_user():
            account = pwd.getpwnam(unprivileged_user())
            for base, folders, files in os.walk(self.folder):
                for name in [base] + [os.path.join(base, n) for n in folders + files]:
                    os.chown(name, account.pw_uid, account.pw_gid, follow_symlinks=False)

    def write_conf(self):
        user = unprivileged_user() or pwd.getpwuid(os.getuid()).pw_name
        account = pwd.getpwnam(user)
        group = grp.getgrgid(account.pw_gid).gr_name
        folder = self.folder
        with open(os.path.join(folder, "dovecot.conf"), "w", encoding="ascii") as out:
            out.write(f"""base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 1
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = {self.mechanisms}
auth_failure_delay = 0
mail_location = sdbox:~/box
mail_fsync = never
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
namespace inbox {{
  inbox = yes
  mailbox Spam {{
    special_use = \\Junk
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {self.port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
{self.more}""")

    def connect(self):
        return Client(self.host, self.port, self.ca)

    def login(self, user):
        client = self.connect()
        client.login(user, self.passwords[user])
        return client

    def deliver(self, user, message, folder="INBOX"):
        """Append one message; returns its UID."""
        return self.deliver_all(user, [message], folder)[0]

    def deliver_all(self, user, messages, folder="INBOX"):
        """Append many through one connection; returns their UIDs."""
        with self.login(user) as client:
            if folder != "INBOX":
                client.create(client._quote(folder))
            return [client.append_exactly(folder, message) for message in messages]

    def fetch_all(self, user, folder="INBOX"):
        """UID -> the bytes as served by BODY.PEEK[]."""
        served = {}
        with self.login(user) as client:
            client.select(folder, readonly=True)
            uids = client.uid("SEARCH", "ALL")[1][0].split()
            for uid in uids:
                data = client.uid("FETCH", uid, "(UID BODY.PEEK[])")[1]
                served[int(uid)] = data[0][1]
        return served
