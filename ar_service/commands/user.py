"""`dianjin user add`: a login of the console, with a random password that is shown once."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ar_service.commands.output import Output
from ar_service.record import open_record
from ar_service.sample_brand import LOGIN_PERMISSIONS
from ar_service.settings import Settings
from trace_backend.kit.clock import SystemClock
from trace_backend.kit.errors import INVALID, NOT_FOUND, RecordError
from trace_backend.orgs import Organisation, add_user

_PASSWORD_BYTES = 15
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class NewLogin:
    """Who is to sign in; empty permissions stand for a designer's."""

    login: str
    name: str | None
    organisation_id: str | None
    permissions: frozenset[str]


def add_login(settings: Settings, wanted: NewLogin, output: Output) -> int:
    """Add a user and show the password once; 0.

    Raises:
        RecordError: The login is in use, or the organisation is missing or not to be guessed.
    """
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    permissions = wanted.permissions or LOGIN_PERMISSIONS
    clock = SystemClock()
    with open_record(settings, clock) as record, record.database.transaction() as session:
        organisation = _organisation(session, wanted.organisation_id)
        add_user(
            session,
            clock,
            organisation=organisation,
            login=wanted.login,
            name=wanted.name or wanted.login,
            password=password,
            permissions=permissions,
        )
        brand = organisation.name
    output.result(
        {
            "kind": "user",
            "login": wanted.login,
            "password": password,
            "organisation": brand,
            "permissions": sorted(permissions),
        },
        f"{brand}\n  Console (/console/): sign in as {wanted.login} with the password {password} "
        f"(shown this once)\n  may: {', '.join(sorted(permissions))}",
    )
    return 0


def _organisation(session: Session, organisation_id: str | None) -> Organisation:
    """The named organisation, or the only brand there is."""
    if organisation_id is not None:
        named = session.get(Organisation, organisation_id)
        if named is None:
            raise RecordError(NOT_FOUND, "there is no organisation of this id")
        return named
    query = select(Organisation).where(Organisation.parent_id.is_(None)).order_by(Organisation.id)
    roots = session.scalars(query.limit(_MOST_NAMED)).all()
    if len(roots) == 1:
        return roots[0]
    if not roots:
        raise RecordError(NOT_FOUND, "there is no brand yet; `dianjin seed` makes one to try")
    known = ", ".join(f"{root.id} {root.name}" for root in roots)
    raise RecordError(INVALID, f"there are several brands; name one by --organisation: {known}")
