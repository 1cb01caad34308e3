# SPDX-License-Identifier: ISC
"""oauthworld: an authorisation server of our own on loopback, and a Dovecot that believes its tokens.

Access tokens are JWTs (RS256) that Dovecot checks by itself, their end included.  The server checks
what a client must do right: the state is its own business, the redirect is to 127.0.0.1, a code is
used once and by who shows the PKCE verifier, the client has its secret.  Login is a person at
`mailseal login`.
"""
import base64
import hashlib
import http.server
import json
import os
import re
import secrets
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import certs
import daemon
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SCOPE = "mail"
CLIENT = "mailseal-test"
ACCOUNT = "robot@project.example"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Refused(Exception):
    """error, and its description (RFC 6749 section 5.2)."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Cache-Control": "no-store",
                            "Content-Length": len(body), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        where = urllib.parse.urlsplit(self.path)
        fields = dict(urllib.parse.parse_qsl(where.query, strict_parsing=True))
        try:
            location = self.server.world.consent(fields)
        except (Refused, KeyError) as error:
            self.answer(400, json.dumps({"error": repr(error)}).encode())
        else:
            self.answer(302, b"", Location=location)

    def do_POST(self):
        world = self.server.world
        text = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
        world.posts.append(self.path)
        if world.answer_instead:
            status, body, headers = world.answer_instead
            return self.answer(status, body, **headers)
        time.sleep(world.delay)
        try:
            given = world.grant(dict(urllib.parse.parse_qsl(text, strict_parsing=True)))
        except Refused as error:
            error = dict(zip(("error", "error_description"), error.args))
            return self.answer(401 if error["error"] == "invalid_client" else 400, json.dumps(error).encode())
        return self.answer(200, json.dumps(given).encode())


class AuthServer:
    def __init__(self, folder, ca, user="filing"):
        self.folder, self.user = folder, user
        os.makedirs(folder, exist_ok=True)
        self.key = rsa.generate_private_key(65537, 2048)
        self.account_key = rsa.generate_private_key(65537, 2048)
        self.secret = secrets.token_urlsafe(20)
        self.lifetime, self.delay = 3600, 0.0
        self.consent_lifetime = None  # seconds, as Google says of an app in "Testing"
        self.answer_instead = None  # (status, body, {header: value})
        self.codes, self.refresh_tokens = {}, set()
        self.given, self.posts = [], []  # every secret that was handed out; paths that were posted to
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.world = self
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        files = certs.save(folder, "oauth", certs.make_leaf(ca, "localhost"))
        context.load_cert_chain(files.cert, files.key)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"https://localhost:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    # -- what the browser meets

    def consent(self, fields):
        for name, value in {"response_type": "code", "client_id": CLIENT, "scope": SCOPE,
                            "code_challenge_method": "S256", "login_hint": self.user}.items():
            if fields[name] != value:
                raise Refused("invalid_request", name)
        if not fields["redirect_uri"].startswith("http://127.0.0.1:") or len(fields["state"]) < 20:
            raise Refused("invalid_request", "redirect_uri or state")
        code = "4/" + secrets.token_urlsafe(20)
        self.codes[code] = (fields["code_challenge"], fields["redirect_uri"])
        self.given.append(code)
        return fields["redirect_uri"] + "?" + urllib.parse.urlencode({"state": fields["state"], "code": code})

    # -- what mailseal asks

    def grant(self, form):
        kind = form.get("grant_type")
        if kind == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            self.check_assertion(form["assertion"])
            return self.tokens(with_refresh=False)
        if form.get("client_id") != CLIENT or form.get("client_secret") != self.secret:
            raise Refused("invalid_client", "no such client, or a wrong secret")
        if kind == "authorization_code":
            challenge, redirect = self.codes.pop(form["code"], (None, None))
            verifier = hashlib.sha256(form["code_verifier"].encode()).digest()
            if challenge != b64(verifier) or redirect != form["redirect_uri"]:
                raise Refused("invalid_grant", "code, verifier or redirect_uri")
            return self.tokens(with_refresh=True)
        if kind == "refresh_token":
            if form["refresh_token"] not in self.refresh_tokens:
                raise Refused("invalid_grant", "Token has been expired or revoked.")
            return self.tokens(with_refresh=False)
        raise Refused("unsupported_grant_type", str(kind))

    def check_assertion(self, jwt):
        signed, _, signature = jwt.rpartition(".")
        claims = json.loads(unb64(signed.split(".")[1]))
        try:
            self.account_key.public_key().verify(unb64(signature), signed.encode(), padding.PKCS1v15(),
                                                 hashes.SHA256())
        except InvalidSignature:
            raise Refused("invalid_grant", "Invalid JWT Signature.") from None
        want = {"iss": ACCOUNT, "sub": self.user, "scope": SCOPE, "aud": self.url + "/token"}
        if any(claims[k] != v for k, v in want.items()) or not claims["iat"] <= time.time() + 5 < claims["exp"]:
            raise Refused("unauthorized_client", "not for this mailbox")

    def tokens(self, with_refresh):
        answer = {"access_token": self.access_token(), "token_type": "Bearer", "expires_in": self.lifetime}
        self.given.append(answer["access_token"])
        if with_refresh:
            answer["refresh_token"] = "1//" + secrets.token_urlsafe(30)
            self.refresh_tokens.add(answer["refresh_token"])
            self.given.append(answer["refresh_token"])
            if self.consent_lifetime:
                answer["refresh_token_expires_in"] = self.consent_lifetime
        return answer

    def access_token(self):
        now = int(time.time())
        claims = {"iss": self.url, "sub": self.user, "email": self.user, "scope": SCOPE, "iat": now,
                  "exp": now + self.lifetime, "jti": secrets.token_hex(8)}
        signed = b64(b'{"alg":"RS256","typ":"JWT"}') + "." + b64(json.dumps(claims).encode())
        return signed + "." + b64(self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))

    # -- files

    def mailbox_keys(self, ca_file, **more):
        """What a mailbox section says instead of password_file."""
        return {"password_file": None, "oauth": "other", "oauth_client_id": CLIENT,
                "oauth_client_secret_file": self.write_client_secret(), "oauth_scope": SCOPE,
                "oauth_authorization_url": self.url + "/auth", "oauth_token_url": self.url + "/token",
                "oauth_ca_file": ca_file, **more}

    def write_client_secret(self):
        return self.write_private("client.secret", self.secret + "\n")

    def write_service_account(self):
        pem = self.account_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                             serialization.NoEncryption()).decode()
        return self.write_private("account.json", json.dumps({
            "type": "service_account", "private_key_id": "1", "private_key": pem, "client_email": ACCOUNT}))

    def write_private(self, name, text):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
            out.write(text)
        return path

    def teach(self, imap, mechanisms="xoauth2 oauthbearer"):
        """Make an ImapWorld take our tokens; it reads that at its next start."""
        keys = os.path.join(imap.folder, "keys", "default", "RS256")
        os.makedirs(keys, exist_ok=True)
        with open(os.path.join(keys, "default"), "wb") as out:
            out.write(self.key.public_key().public_bytes(serialization.Encoding.PEM,
                                                         serialization.PublicFormat.SubjectPublicKeyInfo))
        with open(os.path.join(imap.folder, "oauth2.conf"), "w", encoding="ascii") as out:
            out.write(f"introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={imap.folder}/keys/\n"
                      f"username_attribute = email\nissuers = {self.url}\n")
        imap.mechanisms = "plain login " + mechanisms
        imap.more = (f"passdb {{\n  driver = oauth2\n  mechanisms = {mechanisms}\n"
                     f"  args = {imap.folder}/oauth2.conf\n}}\n")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Login:
    """`mailseal login filing`, its two streams, and a browser."""

    def __init__(self, b):
        self.browser = ssl.create_default_context(cafile=b.world.ca_file)
        self.process = subprocess.Popen([daemon.binary("mailseal"), "-c", b.conf, "login", "filing"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.said = ""
        while not (found := re.search(r"^  (https://\S+)$", self.said, re.M)):
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("login: no address: " + self.process.stderr.read())
            self.said += line
        self.url = found.group(1)
        self.redirect_uri = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.url).query))["redirect_uri"]

    def open(self):
        """As a browser on this host: follows the redirect, and returns the page it ends at."""
        with urllib.request.urlopen(self.url, timeout=20, context=self.browser) as page:
            return page.read().decode()

    def consent(self):
        """As a browser elsewhere: the address that it cannot show."""
        opener = urllib.request.build_opener(NoRedirect, urllib.request.HTTPSHandler(context=self.browser))
        try:
            opener.open(self.url, timeout=20)
        except urllib.error.HTTPError as answer:
            return answer.headers["Location"]
        raise RuntimeError("no redirect")

    def paste(self, *lines):
        self.process.stdin.write("".join(line + "\n" for line in lines))
        self.process.stdin.flush()

    def finish(self, c, what):
        out, err = self.process.communicate(timeout=30)
        self.said += out
        c.ok(self.process.returncode == 0 and "has a token for filing" in self.said, what, self.said + err)
        return err
