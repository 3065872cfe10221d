"""`dianjin serve`: the service, its pages, and the phone's URL as a QR code."""

import datetime as dt
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from ar_service.commands.output import Output
from ar_service.commands.terminal_qr import terminal_qr
from ar_service.commands.tls import ensure_certificate, fingerprint, lan_address
from ar_service.settings import Settings

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 - compared with, and the point of serving phones on the LAN
KEEP_ALIVE_S = 15
GRACE_S = 20
"""Seconds that running requests get to finish at shutdown."""
BACKLOG = 1_024


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What the command line says; None where it leaves the setting as it is."""

    host: str | None
    port: int | None
    workers: int | None
    tls: bool


def serve(options: ServeOptions, output: Output) -> int:
    """Run the service until it is stopped."""
    settings = _settled(options)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.migrate_on_start:
        _migrate_once(settings)
    names = sorted({"localhost", "127.0.0.1", "::1", lan_address(), socket.gethostname()})
    files = None
    if options.tls:
        files = ensure_certificate(settings.data_dir / "tls", names, dt.datetime.now(dt.UTC))
    url = phone_url(settings, tls=options.tls)
    output.result(
        {"url": url, "host": settings.host, "port": settings.port, "tls": options.tls},
        f"open on the phone: {url}",
    )
    if not output.as_json:
        output.message(terminal_qr(url))
    if files is not None:
        output.message(f"the certificate is self-signed; SHA-256 {fingerprint(files)}")
    _run(settings, files.certificate if files else None, files.key if files else None)
    return 0


def _settled(options: ServeOptions) -> Settings:
    """Put the options into the environment, where the worker processes find them too."""
    given = {
        "HOST": options.host or (EVERY_ADDRESS if options.tls else None),
        "PORT": options.port,
        "WORKERS": options.workers,
    }
    for name, value in given.items():
        if value is not None:
            os.environ[f"DIANJIN_{name}"] = str(value)
    return Settings()


def phone_url(settings: Settings, *, tls: bool) -> str:
    """The URL under which a phone on the same network finds the page."""
    host = lan_address() if settings.host in {EVERY_ADDRESS, "::"} else settings.host
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{settings.port}/"


def _migrate_once(settings: Settings) -> None:
    """Upgrade before any worker starts, so that none of them waits for another."""
    from trace_backend.kit.database import Database
    from trace_backend.kit.migrate import upgrade

    database = Database.open(settings.resolved_database_url)
    try:
        upgrade(database)
    finally:
        database.dispose()


def _run(settings: Settings, certificate: Path | None, key: Path | None) -> None:
    import uvicorn

    uvicorn.run(
        "ar_service.app:create_app_from_env",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        backlog=BACKLOG,
        ssl_certfile=str(certificate) if certificate else None,
        ssl_keyfile=str(key) if key else None,
    )
