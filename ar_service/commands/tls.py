"""A self-signed certificate, so that a phone on the same network gives its camera to the page.

Browsers open the camera on https pages only (Media Capture and Streams, section 10).
"""

import datetime as dt
import ipaddress
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_FOR = dt.timedelta(days=397)
"""Longest life of a leaf certificate that Safari accepts (398 days), less one."""
RENEW_BEFORE = dt.timedelta(days=14)
_CLOCK_SLACK = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The certificate and its key, PEM files."""

    certificate: Path
    key: Path


def lan_address() -> str:
    """The address that this machine has in its network; 127.0.0.1 when it has none.

    Connecting a UDP socket sends nothing; it only asks the routing table. 192.0.2.1 is of the
    documentation range (RFC 5737).
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address: str = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
    return address


def ensure_certificate(folder: Path, names: Sequence[str], now: dt.datetime) -> TlsFiles:
    """Return the certificate of `folder` for `names`, made anew when it doesn't serve any more.

    Args:
        folder: where tls.crt and tls.key (mode 0600) lie.
        names: host names and addresses that the certificate must be good for.
        now: aware.
    """
    files = TlsFiles(folder / "tls.crt", folder / "tls.key")
    if not (files.key.is_file() and _serves(files.certificate, names, now)):
        folder.mkdir(parents=True, exist_ok=True)
        _make(files, names, now)
    return files


def fingerprint(files: TlsFiles) -> str:
    """SHA-256 fingerprint of the certificate, to compare with what the phone shows."""
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _serves(path: Path, names: Sequence[str], now: dt.datetime) -> bool:
    if not path.is_file():
        return False
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        alternatives = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    return (
        certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEW_BEFORE
        and set(alternatives) >= {_general_name(name) for name in names}
    )


def _make(files: TlsFiles, names: Sequence[str], now: dt.datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dianjin")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SLACK)
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName([_general_name(n) for n in names]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    files.key.unlink(missing_ok=True)
    with os.fdopen(os.open(files.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(private)
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
