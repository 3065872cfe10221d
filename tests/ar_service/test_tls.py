import datetime as dt
import ssl
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from ar_service.commands.tls import ensure_certificate, fingerprint, lan_address

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
NAMES = ("localhost", "127.0.0.1", "192.168.1.7")


def test_the_certificate_is_good_for_every_name_and_openssl_agrees(tmp_path: Path) -> None:
    files = ensure_certificate(tmp_path, NAMES, NOW)
    shown = subprocess.run(
        ["openssl", "x509", "-in", files.certificate, "-noout", "-ext", "subjectAltName"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in ("DNS:localhost", "IP Address:127.0.0.1", "IP Address:192.168.1.7"):
        assert name in shown


def test_the_private_key_is_for_its_owner_only(tmp_path: Path) -> None:
    files = ensure_certificate(tmp_path, NAMES, NOW)
    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600


def test_a_certificate_that_serves_is_kept(tmp_path: Path) -> None:
    first = ensure_certificate(tmp_path, NAMES, NOW).certificate.read_bytes()
    assert ensure_certificate(tmp_path, NAMES[:2], NOW).certificate.read_bytes() == first


@pytest.mark.parametrize("case", ["another address", "runs out", "damaged", "no key"])
def test_a_certificate_that_does_not_serve_is_made_anew(tmp_path: Path, case: str) -> None:
    files = ensure_certificate(tmp_path, NAMES, NOW)
    first = files.certificate.read_bytes()
    names, now = NAMES, NOW
    match case:
        case "another address":
            names = (*NAMES, "10.0.0.9")
        case "runs out":
            now = NOW + dt.timedelta(days=390)
        case "damaged":
            files.certificate.write_bytes(b"not a certificate")
        case "no key":
            files.key.unlink()
    again = ensure_certificate(tmp_path, names, now)
    assert again.certificate.read_bytes() != first
    made = x509.load_pem_x509_certificate(again.certificate.read_bytes())
    assert made.not_valid_before_utc <= now < made.not_valid_after_utc
    # Safari refuses leaf certificates that live longer than 398 days.
    assert made.not_valid_after_utc - made.not_valid_before_utc <= dt.timedelta(days=398)


def test_a_tls_client_that_trusts_the_certificate_gets_through(tmp_path: Path) -> None:
    files = ensure_certificate(tmp_path, NAMES, dt.datetime.now(dt.UTC))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    client = ssl.create_default_context(cafile=str(files.certificate))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    left = server.wrap_bio(incoming, outgoing, server_side=True)
    right = client.wrap_bio(outgoing, incoming, server_hostname="localhost")
    for _ in range(4):
        for side in (right, left):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert right.version() == "TLSv1.3"
    assert fingerprint(files).count(":") == 31


def test_the_lan_address_is_an_address_of_this_machine() -> None:
    import ipaddress

    assert not ipaddress.ip_address(lan_address()).is_unspecified
