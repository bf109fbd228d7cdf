"""The certificate of pages, browsers' telephones and SIP over TLS: the city's own, or a local one.

A local one is signed by an authority of this installation, which vouches for its own names only;
its `authority.pem` is what the workstations have to trust, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.listening import LOCAL, Tls

AUTHORITY_DAYS = 3650
DAYS = 397  # browsers refuse longer ones of the public authorities (CA/Browser Forum, SC31)
RENEWED_DAYS = 30  # before a local one ends; a city's own is found fault with from then on


class CertificateFault(Exception):
    """The certificate or its key cannot be used; the message says which file, and what to do."""


@dataclass(frozen=True)
class Pair:
    """Where the certificate with its chain and its private key lie, both PEM."""

    certificate: Path
    key: Path


def place(tls: Tls, data: Path) -> Pair | None:
    """Where the files are or will be; None when everything is plain."""
    if not tls.certificate:
        return None
    if tls.certificate == LOCAL:
        return Pair(data / "tls" / "certificate.pem", data / "tls" / "key.pem")
    return Pair(Path(tls.certificate), Path(tls.key))


def prepare(tls: Tls, data: Path, names: tuple[str, ...], now: datetime) -> Pair | None:
    """The files, checked; a local certificate is made or renewed. Raises CertificateFault."""
    pair = place(tls, data)
    if pair is None:
        return None
    if tls.certificate == LOCAL and not _holds(pair, names, now):
        _make(pair, names, now)
    _leaf(pair, now)
    return pair


def ends_soon(pair: Pair, now: datetime) -> str | None:
    """A finding when the certificate ends within a month. Raises CertificateFault."""
    ends = _leaf(pair, now).not_valid_after_utc
    if ends - now > timedelta(days=RENEWED_DAYS):
        return None
    return f"the certificate {pair.certificate} ends on {ends:%Y-%m-%d}; put a new one in its place"


def _leaf(pair: Pair, now: datetime) -> x509.Certificate:
    """The first certificate of the file. Raises CertificateFault unless it and its key are good."""
    leaf = _certificate(pair.certificate)
    key = _key(pair.key)
    own, named = (
        k.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for k in (key.public_key(), leaf.public_key())
    )
    if own != named:
        raise CertificateFault(
            f"the key {pair.key} does not belong to the certificate {pair.certificate};"
            " [tls] certificate and key must be a pair"
        )
    begins, ends = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    if not begins <= now <= ends:
        raise CertificateFault(
            f"the certificate {pair.certificate} is valid from {begins:%Y-%m-%d} to"
            f" {ends:%Y-%m-%d}, and today is {now:%Y-%m-%d}; put a valid one in its place"
        )
    return leaf


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(_read(path, "certificate"))[0]
    except (ValueError, IndexError) as error:
        raise CertificateFault(f"{path} is not a certificate; it must be a PEM file") from error


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        return load_pem_private_key(_read(path, "key"), None)  # type: ignore[return-value]
    except TypeError as error:
        raise CertificateFault(
            f"the key {path} is protected by a password, which nobody can type at a start;"
            " write it without one (openssl pkey -in … -out …)"
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateFault(f"{path} is not a private key; it must be a PEM file") from error


def _read(path: Path, which: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CertificateFault(
            f"the {which} {path} cannot be read: {error.strerror}; [tls] {which} must be a PEM file"
            ' that this user may read, or certificate = "local" to have one made here'
        ) from error


# ---- a local one


def _holds(pair: Pair, names: tuple[str, ...], now: datetime) -> bool:
    """Whether there is one for exactly these names, and for long enough."""
    if not pair.certificate.exists() or not pair.key.exists():
        return False
    leaf = _certificate(pair.certificate)
    found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    same = list(found) == list(_general_names(names))
    return same and leaf.not_valid_after_utc - now > timedelta(days=RENEWED_DAYS)


def _make(pair: Pair, names: tuple[str, ...], now: datetime) -> None:
    folder = pair.key.parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority, signer = _authority(folder, names, now)
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = (
            _begun(names[0], key, authority.subject, now, DAYS)
            .add_extension(x509.SubjectAlternativeName(_general_names(names)), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(signer, hashes.SHA256())
        )
        _write(pair.key, _private(key))
        _write(pair.certificate, leaf.public_bytes(Encoding.PEM))
    except OSError as error:
        raise CertificateFault(
            f"the local certificate cannot be written below {folder}: {error.strerror};"
            " give the owner of the data folder the right"
        ) from error


def _authority(
    folder: Path, names: tuple[str, ...], now: datetime
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The installation's own; a new one when it has to vouch for other names or is near its end."""
    there = Pair(folder / "authority.pem", folder / "authority-key.pem")
    wanted = x509.NameConstraints(list(_permitted(names)), None)
    if there.certificate.exists() and there.key.exists():
        found = _certificate(there.certificate)
        kept = found.extensions.get_extension_for_class(x509.NameConstraints).value
        if kept == wanted and found.not_valid_after_utc - now > timedelta(days=DAYS):
            return found, _key(there.key)
    key = ec.generate_private_key(ec.SECP256R1())
    title = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"hotline {names[0]}")])
    made = (
        _begun(f"hotline {names[0]}", key, title, now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(wanted, critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(there.key, _private(key))
    _write(there.certificate, made.public_bytes(Encoding.PEM))
    return made, key


def _begun(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks of workstations differ
        .not_valid_after(now + timedelta(days=days))
    )


def _general_names(names: Iterable[str]) -> list[x509.GeneralName]:
    return [
        x509.IPAddress(ip_address(name)) if _is_address(name) else x509.DNSName(name)
        for name in names
    ]


def _permitted(names: Iterable[str]) -> Iterable[x509.GeneralName]:
    for name in names:
        yield x509.IPAddress(ip_network(name)) if _is_address(name) else x509.DNSName(name)


def _is_address(name: str) -> bool:
    return name.replace(".", "").isdigit()


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, text: bytes) -> None:
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.chmod(0o600)
    draft.write_bytes(text)
    draft.replace(path)
