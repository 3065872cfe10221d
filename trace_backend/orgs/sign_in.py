"""Signing in: slow for guessers, the same for logins that exist and that don't."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from trace_backend.kit.auth import (
    Subject,
    SubjectKind,
    hash_password,
    password_is_outdated,
    password_matches,
)
from trace_backend.kit.clock import Clock
from trace_backend.kit.credentials import begin_login_session, end_sessions_of
from trace_backend.kit.database import Database
from trace_backend.kit.errors import RATE_LIMITED, UNAUTHENTICATED, RecordError
from trace_backend.orgs.models import SignInAttempt, User
from trace_backend.orgs.service import check_password_length

FREE_FAILURES: Final = 5
"""Wrong passwords in a row before the login is locked for a while."""
FIRST_LOCK: Final = timedelta(seconds=30)
LONGEST_LOCK: Final = timedelta(minutes=15)
FORGET_AFTER: Final = timedelta(hours=24)
"""Failures older than this are forgotten, and their rows deleted."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just begun; the token is shown this once."""

    token: str
    expires_at: datetime
    subject: Subject


def sign_in(database: Database, clock: Clock, login: str, password: str) -> SignedIn:
    """Check a login and its password and begin a session of 12 hours.

    The attempt is counted, durably, before the password is looked at: guesses in parallel or
    across restarts are counted too. The slow hash runs outside of any transaction.

    Raises:
        RecordError: UNAUTHENTICATED, for a wrong password, an unknown login and a disabled user
            alike; RATE_LIMITED with retry_after_s while the login is locked.
    """
    seen = _checked_user(database, clock, login, password)
    renewed = hash_password(password) if password_is_outdated(seen.password_hash) else None
    with database.transaction() as session:
        user = _unchanged_user(session, clock, seen)
        if renewed is not None:
            user.password_hash = renewed
        return _begin(session, clock, user)


def change_own_password(
    database: Database, clock: Clock, user_id: str, password: str, new_password: str
) -> None:
    """Give a user a new password; the present one is asked for, and counted, as at signing in.

    All sessions of the user end.

    Raises:
        RecordError: as `sign_in`; INVALID for a new password of the wrong length.
    """
    check_password_length(new_password)
    with database.reading() as session:
        login = session.get_one(User, user_id).login
    seen = _checked_user(database, clock, login, password)
    new_hash = hash_password(new_password)
    with database.transaction() as session:
        _unchanged_user(session, clock, seen).password_hash = new_hash
        end_sessions_of(session, clock, user_id)


def _checked_user(database: Database, clock: Clock, login: str, password: str) -> User:
    """Count the attempt, check the password and return the user as he was then."""
    with database.transaction() as session:
        _count_attempt(session, clock, login)
        user = session.scalars(select(User).where(User.login == login)).one_or_none()
    matches = password_matches(password, user.password_hash if user is not None else None)
    if user is None or not matches or user.disabled_at is not None:
        raise _wrong()
    return user


def _unchanged_user(session: Session, clock: Clock, seen: User) -> User:
    """Lock the user's row, make sure that what was checked still holds, forget the failures."""
    user = session.get_one(User, seen.id, with_for_update=True)
    if user.disabled_at is not None or user.password_hash != seen.password_hash:
        raise _wrong()
    session.execute(
        delete(SignInAttempt).where(
            (SignInAttempt.login_digest == _digest(user.login))
            | (SignInAttempt.last_at < clock.now() - FORGET_AFTER)
        )
    )
    return user


def _wrong() -> RecordError:
    return RecordError(UNAUTHENTICATED, "login or password is wrong")


def _begin(session: Session, clock: Clock, user: User) -> SignedIn:
    subject = Subject(
        SubjectKind.USER,
        user.id,
        user.tenant_id,
        user.organisation_id,
        frozenset(user.permissions),
    )
    row, token = begin_login_session(session, clock, subject)
    return SignedIn(token, row.expires_at, subject)


def _count_attempt(session: Session, clock: Clock, login: str) -> None:
    now = clock.now()
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    session.execute(
        insert(SignInAttempt)
        .values(login_digest=_digest(login), failures=0, last_at=now, locked_until=None)
        .on_conflict_do_nothing(index_elements=["login_digest"])
    )
    attempt = session.get_one(SignInAttempt, _digest(login), with_for_update=True)
    if attempt.locked_until is not None and attempt.locked_until > now:
        wait_s = ceil((attempt.locked_until - now).total_seconds())
        raise RecordError(
            RATE_LIMITED,
            f"too many attempts; try again in {wait_s} seconds",
            retry_after_s=wait_s,
        )
    if now - attempt.last_at > FORGET_AFTER:
        attempt.failures = 0
    attempt.failures += 1
    attempt.last_at = now
    attempt.locked_until = None
    if attempt.failures >= FREE_FAILURES:
        doublings = min(attempt.failures - FREE_FAILURES, 16)
        attempt.locked_until = now + min(FIRST_LOCK * 2**doublings, LONGEST_LOCK)


def _digest(login: str) -> bytes:
    return hashlib.sha256(login.encode()).digest()
