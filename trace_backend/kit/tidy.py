"""Housekeeping: rows that have had their day are deleted, in small transactions of their own."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from trace_backend.kit.clock import Clock
from trace_backend.kit.credentials import LoginSession
from trace_backend.kit.idempotency import IdempotentReply

KEEP_REPLIES: Final = timedelta(hours=48)
"""Idempotency keys are promised for 24 hours; a stored reply lives twice as long."""
KEEP_ENDED_SESSIONS: Final = timedelta(days=30)


def tidy(session: Session, clock: Clock) -> None:
    """Delete stored replies and ended login sessions that nobody needs any more."""
    now = clock.now()
    session.execute(delete(IdempotentReply).where(IdempotentReply.created_at < now - KEEP_REPLIES))
    session.execute(delete(LoginSession).where(LoginSession.expires_at < now - KEEP_ENDED_SESSIONS))
