"""What every endpoint of the record is given: the context, the transaction, the subject."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session

from trace_backend.kit.auth import Subject
from trace_backend.kit.blobs import BlobStore
from trace_backend.kit.clock import Clock
from trace_backend.kit.credentials import authenticate
from trace_backend.kit.database import Database
from trace_backend.kit.errors import FORBIDDEN, UNAUTHENTICATED, RecordError
from trace_backend.kit.jobs import Jobs
from trace_backend.kit.secrets import Secrets


@dataclass(frozen=True, slots=True)
class RecordContext:
    """Everything that the record needs from outside, wired once by the service."""

    database: Database
    clock: Clock
    blobs: BlobStore
    secrets: Secrets
    jobs: Jobs


def record_context(request: Request) -> RecordContext:
    """Return the context that the service put into `app.state.record`."""
    record: RecordContext = request.app.state.record
    return record


Record = Annotated[RecordContext, Depends(record_context)]


def transaction(record: Record) -> Iterator[Session]:
    """Open the request's one transaction.

    It is committed when the endpoint has returned and before the response is sent (the dependency
    has the scope "function"): an acknowledged request is a durable one, and a failed commit is a
    problem document. An error that leaves the endpoint rolls everything back.
    """
    with record.database.transaction() as session:
        yield session


def reading(record: Record) -> Iterator[Session]:
    """Open a session for reading only."""
    with record.database.reading() as session:
        yield session


Tx = Annotated[Session, Depends(transaction, scope="function")]
Reading = Annotated[Session, Depends(reading, scope="function")]

_bearer = HTTPBearer(auto_error=False, description="API key or session token")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def current_subject(record: Record, bearer: Bearer) -> Subject:
    """Return who asks.

    The check has its own short read: it must not hold the request's transaction (and on SQLite the
    write lock) while the request waits for its turn.

    Raises:
        RecordError: UNAUTHENTICATED or KEY_EXPIRED.
    """
    if bearer is None:
        raise RecordError(
            UNAUTHENTICATED, "send an API key or session token as Authorization: Bearer"
        )
    with record.database.reading() as session:
        return authenticate(session, record.clock, bearer.credentials)


CurrentSubject = Annotated[Subject, Depends(current_subject)]


def require(permission: str) -> Callable[[Subject], Subject]:
    """Make the dependency that gives the subject, provided that it holds `permission`.

    Use: `subject: Annotated[Subject, Depends(require("things.write"))]`.
    """

    def permitted(subject: CurrentSubject) -> Subject:
        if not subject.may(permission):
            raise RecordError(FORBIDDEN, f"this needs the permission {permission}")
        return subject

    return permitted
