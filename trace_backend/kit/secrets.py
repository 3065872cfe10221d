"""One master secret per installation; every purpose gets its own key by HKDF-SHA256."""

import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MASTER_BYTES: Final = 32
_READ_LIMIT_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Secrets:
    """The master secret; it never leaves this value and is never printed."""

    master: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a master secret that is too short to be one."""
        if len(self.master) < MASTER_BYTES:
            raise ValueError(f"want a master secret of at least {MASTER_BYTES} bytes")

    def derive(self, purpose: str, *parts: str) -> bytes:
        """Return the 32-byte key of a purpose (HKDF of RFC 5869 with SHA-256, no salt).

        The info string holds every part with its length before it, so ("ab", "c") and ("a", "bc")
        are different purposes.
        """
        info = b"".join(
            len(part).to_bytes(4, "big") + part for part in (t.encode() for t in (purpose, *parts))
        )
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self.master)


def load_or_create(path: Path) -> Secrets:
    """Read the master secret from `path` (64 hexadecimal characters) or make it, mode 0600.

    Several processes may start at once: exactly one file wins and all read the same secret.

    Raises:
        PermissionError: others than the owner can read the file.
        ValueError: the file holds something else.
    """
    if not path.exists():
        _create(path)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise PermissionError(f"{path} must be readable by its owner only: chmod 600 {path}")
    with path.open("rb") as file:
        text = file.read(_READ_LIMIT_BYTES).strip()
    try:
        return Secrets(bytes.fromhex(text.decode("ascii")))
    except (UnicodeDecodeError, ValueError):
        # The reason would quote the secret: leave it out.
        raise ValueError(f"{path} must hold {2 * MASTER_BYTES} hexadecimal characters") from None


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(MASTER_BYTES).hex().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A hard link appears whole or not at all, and never replaces another process's file.
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
