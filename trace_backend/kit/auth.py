"""Who is asking, and how secrets are made, kept and compared. No table and no request in here."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

ANY_PERMISSION: Final = "*"
"""Held by the owner of an installation: every permission, those of later rooms too."""
MIN_PASSWORD_LENGTH: Final = 12
MAX_PASSWORD_LENGTH: Final = 256
_KEY_ID_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_KEY_ID_LENGTH: Final = 8
_SECRET_BYTES: Final = 32
_KEY_PATTERN: Final = re.compile(r"dj_([0-9a-z]{8})_([A-Za-z0-9_-]{43})")
_SESSION_PATTERN: Final = re.compile(r"djs_[A-Za-z0-9_-]{43}")
_NO_DIGEST: Final = bytes(32)
# OWASP's smallest recommended Argon2id cost: 40 logins at once stay below 1 GB of memory.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_ABSENT_HASH: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""Hash that no password has; verified against when there is no such user, for the same time."""


class SubjectKind(StrEnum):
    """What kind of subject asks."""

    API_KEY = "api_key"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks: an API key or a signed-in user, where it stands and what it may do.

    `id` is the API key's or the user's id; `tenant_id` the root organisation's id.
    """

    kind: SubjectKind
    id: str
    tenant_id: str
    organisation_id: str
    permissions: frozenset[str]

    def may(self, permission: str) -> bool:
        """Tell whether the subject holds `permission`."""
        return permission in self.permissions or ANY_PERMISSION in self.permissions

    def may_grant(self, permissions: frozenset[str]) -> bool:
        """Tell whether the subject holds all `permissions`: nobody gives away more than he has."""
        return ANY_PERMISSION in self.permissions or permissions <= self.permissions


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key just made: `token` is shown once and never stored; the rest is stored."""

    token: str
    key_id: str
    digest: bytes


def make_api_key() -> NewApiKey:
    """Make an API key `dj_<8 characters>_<secret of 256 bits>`."""
    key_id = "".join(secrets.choice(_KEY_ID_ALPHABET) for _ in range(_KEY_ID_LENGTH))
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    return NewApiKey(f"dj_{key_id}_{secret}", key_id, _digest(secret))


def make_session_token() -> tuple[str, bytes]:
    """Make a login token `djs_<256 bits>`; return it with the digest that is stored."""
    token = f"djs_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return token, _digest(token)


def split_api_key(token: str) -> tuple[str, str] | None:
    """Split an API key into its public id and its secret; None when it has another form."""
    match = _KEY_PATTERN.fullmatch(token)
    return (match[1], match[2]) if match else None


def session_digest(token: str) -> bytes | None:
    """Return the digest under which a login token is stored; None when it has another form."""
    return _digest(token) if _SESSION_PATTERN.fullmatch(token) else None


def secret_matches(secret: str, digest: bytes | None) -> bool:
    """Compare a secret with a stored digest in constant time; `None` costs the same, and fails."""
    same = hmac.compare_digest(_digest(secret), digest if digest is not None else _NO_DIGEST)
    return same and digest is not None


def hash_password(password: str) -> str:
    """Hash a password with Argon2id (RFC 9106); the parameters are part of the text."""
    return _HASHER.hash(password)


def password_matches(password: str, stored: str | None) -> bool:
    """Check a password; without a stored hash it costs the same time, and fails."""
    try:
        _HASHER.verify(stored if stored is not None else _ABSENT_HASH, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def password_is_outdated(stored: str) -> bool:
    """Tell whether a stored hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def _digest(secret: str) -> bytes:
    # The secrets are 256 random bits: a plain hash can't be searched, and needs no salt.
    return hashlib.sha256(secret.encode()).digest()
