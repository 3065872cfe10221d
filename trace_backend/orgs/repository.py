"""Reading the organisation tree, always within what the asker may see (FEATURES 70)."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from trace_backend.kit.auth import Subject
from trace_backend.kit.credentials import ApiKey
from trace_backend.kit.errors import NOT_FOUND, RecordError
from trace_backend.orgs.models import CHARACTERS_PER_LEVEL, Organisation, User

Row = TypeVar("Row")


def in_scope(subject: Subject, organisation_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Say in SQL that a row's organisation is the subject's own or one below it.

    This is the one mechanism of data scope: whoever stands at the root sees all of the tenant, a
    subsidiary sees itself and what is below it, never its sisters, never another tenant.

    Use: `select(Thing).where(in_scope(subject, Thing.organisation_id))`.
    """
    return organisation_id.in_(_visible_ids(subject))


def _visible_ids(subject: Subject) -> Select[str]:
    own = aliased(Organisation)
    return (
        select(Organisation.id)
        .join(own, own.tenant_id == Organisation.tenant_id)
        .where(
            own.id == subject.organisation_id,
            own.tenant_id == subject.tenant_id,
            func.substr(Organisation.code, 1, func.length(own.code)) == own.code,
        )
    )


def visible_organisation(session: Session, subject: Subject, organisation_id: str) -> Organisation:
    """Return an organisation that the subject may see.

    Raises:
        RecordError: NOT_FOUND when there is none, or when it is out of the subject's sight.
    """
    query = select(Organisation).where(
        Organisation.id == organisation_id, in_scope(subject, Organisation.id)
    )
    return _found(session.scalars(query).one_or_none(), "organisation")


def visible_user(session: Session, subject: Subject, user_id: str) -> User:
    """Return a user that the subject may see; RecordError NOT_FOUND otherwise."""
    query = select(User).where(User.id == user_id, in_scope(subject, User.organisation_id))
    return _found(session.scalars(query).one_or_none(), "user")


def visible_api_key(session: Session, subject: Subject, api_key_id: str) -> ApiKey:
    """Return an API key that the subject may see; RecordError NOT_FOUND otherwise."""
    query = select(ApiKey).where(ApiKey.id == api_key_id, in_scope(subject, ApiKey.organisation_id))
    return _found(session.scalars(query).one_or_none(), "API key")


def next_child_code(session: Session, parent: Organisation) -> str | None:
    """Return the first free code below `parent`, A01 to Z99; None when all are taken."""
    taken = frozenset(
        session.scalars(
            select(
                func.substr(Organisation.code, len(parent.code) + 1, CHARACTERS_PER_LEVEL)
            ).where(Organisation.parent_id == parent.id)
        )
    )
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for number in range(1, 100):
            if (part := f"{letter}{number:02d}") not in taken:
                return parent.code + part
    return None


def _found(row: Row | None, what: str) -> Row:
    if row is None:
        raise RecordError(NOT_FOUND, f"there is no such {what}")
    return row
