"""One Idempotency-Key, one effect: the first reply is stored with the work and replayed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import LargeBinary, String, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from trace_backend.kit.clock import Clock
from trace_backend.kit.database import Base, UtcDateTime
from trace_backend.kit.errors import IDEMPOTENCY_MISMATCH, INVALID, RecordError

MAX_KEY_LENGTH: Final = 255
MAX_SCOPE_LENGTH: Final = 255


class IdempotentReply(Base):
    """The stored reply to the first request that carried a key in a scope."""

    __tablename__ = "idempotent_reply"

    scope: Mapped[str] = mapped_column(String(MAX_SCOPE_LENGTH), primary_key=True)
    key: Mapped[str] = mapped_column(String(MAX_KEY_LENGTH), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True, slots=True)
class StoredReply:
    """An HTTP reply that can be stored; `replayed` is True when it was made by an earlier call."""

    status: int
    media_type: str
    body: bytes
    replayed: bool = False


def replay_or_run(
    session: Session,
    clock: Clock,
    scope: str,
    key: str,
    fingerprint: bytes,
    produce: Callable[[], StoredReply],
) -> StoredReply:
    """Run `produce` once per (scope, key); later calls get its reply, byte for byte.

    The key's row is claimed first, in the caller's transaction: a rival with the same key waits
    (PostgreSQL on the unique index, SQLite on the write lock) until this one is committed, or takes
    over when it is rolled back. An error in `produce` leaves no row, so the caller may retry.

    Args:
        session: the transaction in which the work is done too.
        clock: dates the row.
        scope: who asks for what, for example "<tenant id>:verify"; at most 255 characters.
        key: the caller's key, 1 to 255 printable ASCII characters.
        fingerprint: digest of everything that the reply depends on.
        produce: does the work in the same `session` and returns the reply.

    Raises:
        RecordError: INVALID for a malformed key, IDEMPOTENCY_MISMATCH for another fingerprint.
    """
    check_key(key)
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    claim = (
        insert(IdempotentReply)
        .values(
            scope=scope,
            key=key,
            fingerprint=fingerprint,
            status=0,
            media_type="",
            body=b"",
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["scope", "key"])
        .returning(IdempotentReply.key)
    )
    if session.execute(claim).first() is None:
        return _replay(session, scope, key, fingerprint)
    reply = produce()
    session.execute(
        update(IdempotentReply)
        .where(IdempotentReply.scope == scope, IdempotentReply.key == key)
        .values(status=reply.status, media_type=reply.media_type, body=reply.body)
    )
    return StoredReply(reply.status, reply.media_type, reply.body, replayed=False)


def _replay(session: Session, scope: str, key: str, fingerprint: bytes) -> StoredReply:
    stored = session.execute(
        select(
            IdempotentReply.fingerprint,
            IdempotentReply.status,
            IdempotentReply.media_type,
            IdempotentReply.body,
        ).where(IdempotentReply.scope == scope, IdempotentReply.key == key)
    ).one()
    if stored.fingerprint != fingerprint:
        raise RecordError(
            IDEMPOTENCY_MISMATCH,
            "this Idempotency-Key belongs to a request with other content; use a new key",
        )
    return StoredReply(stored.status, stored.media_type, stored.body, replayed=True)


def check_key(key: str) -> None:
    """Raise RecordError INVALID unless `key` is 1 to 255 printable ASCII characters."""
    if not 1 <= len(key) <= MAX_KEY_LENGTH or not all(" " <= char <= "~" for char in key):
        raise RecordError(
            INVALID,
            f"Idempotency-Key wants 1 to {MAX_KEY_LENGTH} printable ASCII characters",
        )
