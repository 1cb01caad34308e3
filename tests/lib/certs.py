# SPDX-License-Identifier: ISC
"""certs: a throw-away certificate authority, and certificates good and bad.

BAD names what a client must refuse; each is right in everything else, so that a refusal
can only come from the one thing that is wrong.
"""
import datetime
import ipaddress
import os
from collections import namedtuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

BAD = ("wrong-host", "expired", "self-signed", "unknown-ca", "unknown-ca-chain")

Issuer = namedtuple("Issuer", "cert key")
Files = namedtuple("Files", "cert key")
DAY = datetime.timedelta(days=1)


def subject(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def builder(name, issuer, public, not_before, not_after):
    return (x509.CertificateBuilder()
            .subject_name(name).issuer_name(issuer).public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(not_before).not_valid_after(not_after)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False))


def make_ca(common_name):
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.utcnow()
    cert = (builder(subject(common_name), subject(common_name), key.public_key(), now - 400 * DAY, now + 400 * DAY)
            .add_extension(x509.BasicConstraints(True, None), True)
            .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), True)
            .sign(key, hashes.SHA256()))
    return Issuer(cert, key)


def general_name(host):
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def make_leaf(ca, host, not_before=None, not_after=None):
    """A server certificate for host; ca None: signed by its own key."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.utcnow()
    issuer = ca.cert.subject if ca else subject(host)
    public = ca.key.public_key() if ca else key.public_key()
    cert = (builder(subject(host), issuer, key.public_key(), not_before or now - DAY, not_after or now + 90 * DAY)
            .add_extension(x509.SubjectAlternativeName([general_name(host)]), False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False)
            .add_extension(x509.BasicConstraints(False, None), True)
            .sign(ca.key if ca else key, hashes.SHA256()))
    return Issuer(cert, key)


def save(folder, name, pair, *chain):
    """Write name.pem (and the chain after it) and name.key (mode 0600); returns their paths."""
    files = Files(os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key"))
    with open(files.cert, "wb") as out:
        for cert in (pair.cert, *chain):
            out.write(cert.public_bytes(serialization.Encoding.PEM))
    with open(os.open(files.key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(pair.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                         serialization.NoEncryption()))
    return files


def make_bad(folder, ca, host, kind):
    """One certificate of BAD for a server that claims to be host; returns its Files."""
    now = datetime.datetime.utcnow()
    chain = []
    if kind == "wrong-host":
        pair = make_leaf(ca, "elsewhere." + host.partition(".")[2])
    elif kind == "expired":
        pair = make_leaf(ca, host, now - 30 * DAY, now - 2 * DAY)
    elif kind == "self-signed":
        pair = make_leaf(None, host)
    elif kind in ("unknown-ca", "unknown-ca-chain"):  # the latter sends its CA's certificate along
        other = make_ca("a CA that nobody knows")
        pair = make_leaf(other, host)
        chain = [other.cert] if kind == "unknown-ca-chain" else []
    else:
        raise ValueError(f"no such bad certificate: {kind}; one of {', '.join(BAD)}")
    return save(folder, "bad-" + kind, pair, *chain)
