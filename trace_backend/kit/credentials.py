"""Stored credentials (API keys, login sessions) and the check that turns one into a subject."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import JSON, Index, LargeBinary, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from trace_backend.kit.auth import (
    NewApiKey,
    Subject,
    SubjectKind,
    make_api_key,
    make_session_token,
    secret_matches,
    session_digest,
    split_api_key,
)
from trace_backend.kit.clock import Clock
from trace_backend.kit.database import Base, UtcDateTime
from trace_backend.kit.errors import KEY_EXPIRED, UNAUTHENTICATED, RecordError
from trace_backend.kit.ids import ID_LENGTH, new_id

SESSION_LIFE: Final = timedelta(hours=12)


class ApiKey(Base):
    """An API key: the digest of its secret, where it stands, what it may do, how long it lives."""

    __tablename__ = "api_key"
    __table_args__ = (Index("ix_api_key_tenant_id_id", "tenant_id", "id"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(8), unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(String(100))
    tenant_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    organisation_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    permissions: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginSession(Base):
    """A signed-in user's session; its permissions are those the user had when it began."""

    __tablename__ = "login_session"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    tenant_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    organisation_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    permissions: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def add_api_key(
    session: Session,
    clock: Clock,
    *,
    name: str,
    tenant_id: str,
    organisation_id: str,
    permissions: frozenset[str],
    expires_at: datetime | None,
) -> tuple[ApiKey, str]:
    """Store a new API key and return its row with its token, which can't be shown again."""
    made: NewApiKey = make_api_key()
    row = ApiKey(
        id=new_id(clock),
        key_id=made.key_id,
        digest=made.digest,
        name=name,
        tenant_id=tenant_id,
        organisation_id=organisation_id,
        permissions=sorted(permissions),
        created_at=clock.now(),
        expires_at=expires_at,
        revoked_at=None,
    )
    session.add(row)
    session.flush()
    return row, made.token


def begin_login_session(
    session: Session, clock: Clock, subject: Subject
) -> tuple[LoginSession, str]:
    """Store a session of 12 hours for a signed-in user; return its row and its token."""
    token, digest = make_session_token()
    now = clock.now()
    row = LoginSession(
        id=new_id(clock),
        digest=digest,
        user_id=subject.id,
        tenant_id=subject.tenant_id,
        organisation_id=subject.organisation_id,
        permissions=sorted(subject.permissions),
        created_at=now,
        expires_at=now + SESSION_LIFE,
        revoked_at=None,
    )
    session.add(row)
    session.flush()
    return row, token


def end_login_session(session: Session, clock: Clock, token: str) -> None:
    """Revoke the session of a login token; a token of another form or unknown is no error."""
    digest = session_digest(token)
    if digest is not None:
        session.execute(
            update(LoginSession)
            .where(LoginSession.digest == digest, LoginSession.revoked_at.is_(None))
            .values(revoked_at=clock.now())
        )


def end_sessions_of(session: Session, clock: Clock, user_id: str) -> None:
    """Revoke all sessions of a user: his password, permissions or state have changed."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def authenticate(session: Session, clock: Clock, token: str) -> Subject:
    """Return the subject behind an API key or a login token.

    An unknown key id, a wrong secret and a revoked key give the same answer after the same work;
    only the holder of the right secret learns that a key has expired.

    Raises:
        RecordError: UNAUTHENTICATED, or KEY_EXPIRED.
    """
    parts = split_api_key(token)
    if parts is not None:
        return _by_api_key(session, clock, *parts)
    digest = session_digest(token)
    row = None
    if digest is not None:
        row = session.execute(
            select(LoginSession).where(LoginSession.digest == digest)
        ).scalar_one_or_none()
    if row is None or row.revoked_at is not None:
        raise _unauthenticated()
    if row.expires_at <= clock.now():
        raise RecordError(KEY_EXPIRED, "this session has ended; sign in again")
    return Subject(
        SubjectKind.USER,
        row.user_id,
        row.tenant_id,
        row.organisation_id,
        frozenset(row.permissions),
    )


def _by_api_key(session: Session, clock: Clock, key_id: str, secret: str) -> Subject:
    row = session.execute(select(ApiKey).where(ApiKey.key_id == key_id)).scalar_one_or_none()
    matches = secret_matches(secret, row.digest if row is not None else None)
    if row is None or not matches or row.revoked_at is not None:
        raise _unauthenticated()
    if row.expires_at is not None and row.expires_at <= clock.now():
        raise RecordError(KEY_EXPIRED, "this API key has expired; ask for a new one")
    return Subject(
        SubjectKind.API_KEY,
        row.id,
        row.tenant_id,
        row.organisation_id,
        frozenset(row.permissions),
    )


def _unauthenticated() -> RecordError:
    return RecordError(
        UNAUTHENTICATED, "send a valid API key or session token as Authorization: Bearer"
    )
