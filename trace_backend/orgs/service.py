"""What is done to organisations, users and API keys; each call in the caller's transaction."""

import re
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace_backend.kit.auth import (
    MAX_PASSWORD_LENGTH,
    MIN_PASSWORD_LENGTH,
    Subject,
    hash_password,
)
from trace_backend.kit.clock import Clock
from trace_backend.kit.credentials import ApiKey, add_api_key, end_sessions_of
from trace_backend.kit.errors import CONFLICT, FORBIDDEN, INVALID, RecordError
from trace_backend.kit.ids import new_id
from trace_backend.orgs.models import MAX_CODE_LENGTH, Organisation, OrganisationType, User
from trace_backend.orgs.repository import next_child_code

_CODE_PART: Final = re.compile(r"[A-Z][0-9]{2}")


def add_tenant(
    session: Session,
    clock: Clock,
    *,
    name: str,
    organisation_type: OrganisationType = OrganisationType.GROUP,
) -> Organisation:
    """Found a tenant: the root of a new tree, with the empty code, certified from the start."""
    now = clock.now()
    root_id = new_id(clock)
    root = Organisation(
        id=root_id,
        tenant_id=root_id,
        parent_id=None,
        code="",
        name=name,
        type=organisation_type,
        certified_at=now,
        created_at=now,
    )
    session.add(root)
    session.flush()
    return root


def add_organisation(
    session: Session,
    clock: Clock,
    *,
    parent: Organisation,
    name: str,
    organisation_type: OrganisationType,
    code: str | None = None,
) -> Organisation:
    """Add an organisation below `parent`.

    Args:
        session: the caller's transaction.
        clock: dates the row.
        parent: already checked to be in the caller's sight.
        name: 机构名称.
        organisation_type: 机构类型.
        code: 机构编码, the parent's code and one more level (a letter and two digits); without it
            the first free one is taken.

    Raises:
        RecordError: INVALID for a code that doesn't fit, CONFLICT for one that is taken.
    """
    if code is None:
        code = next_child_code(session, parent)
        if code is None:
            raise RecordError(CONFLICT, "all codes below this organisation are taken")
    _check_code(code, parent)
    taken = select(Organisation.id).where(
        Organisation.tenant_id == parent.tenant_id, Organisation.code == code
    )
    if session.execute(taken).first() is not None:
        raise RecordError(CONFLICT, f"the code {code} is taken in this tenant")
    organisation = Organisation(
        id=new_id(clock),
        tenant_id=parent.tenant_id,
        parent_id=parent.id,
        code=code,
        name=name,
        type=organisation_type,
        certified_at=None,
        created_at=clock.now(),
    )
    session.add(organisation)
    session.flush()
    return organisation


def _check_code(code: str, parent: Organisation) -> None:
    own_part = code.removeprefix(parent.code)
    if not code.startswith(parent.code) or not _CODE_PART.fullmatch(own_part):
        raise RecordError(
            INVALID,
            f"the code wants the parent's code {parent.code!r} and then a letter and two digits, "
            f"as in {parent.code}A01",
        )
    if len(code) > MAX_CODE_LENGTH:
        raise RecordError(INVALID, f"a code has {MAX_CODE_LENGTH} characters at most")


def certify(clock: Clock, subject: Subject, organisation: Organisation) -> None:
    """Certify an enterprise (授权认证): an organisation above it vouches for it, once.

    Raises:
        RecordError: FORBIDDEN for the subject's own organisation.
    """
    if organisation.id == subject.organisation_id:
        raise RecordError(FORBIDDEN, "an organisation is certified by one above it")
    if organisation.certified_at is None:
        organisation.certified_at = clock.now()


def add_user(
    session: Session,
    clock: Clock,
    *,
    organisation: Organisation,
    login: str,
    name: str,
    password: str,
    permissions: frozenset[str],
) -> User:
    """Add a user to an organisation.

    Raises:
        RecordError: INVALID for a password of the wrong length, CONFLICT for a login in use.
    """
    check_password_length(password)
    if session.execute(select(User.id).where(User.login == login)).first() is not None:
        raise RecordError(CONFLICT, "this login is in use; choose another")
    user = User(
        id=new_id(clock),
        tenant_id=organisation.tenant_id,
        organisation_id=organisation.id,
        login=login,
        name=name,
        password_hash=hash_password(password),
        permissions=sorted(permissions),
        disabled_at=None,
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    return user


def change_user(
    session: Session,
    clock: Clock,
    user: User,
    *,
    name: str | None = None,
    password: str | None = None,
    permissions: frozenset[str] | None = None,
    disabled: bool | None = None,
) -> None:
    """Change what is given; all but a new name ends the user's sessions."""
    if name is not None:
        user.name = name
    if password is not None:
        check_password_length(password)
        user.password_hash = hash_password(password)
    if permissions is not None:
        user.permissions = sorted(permissions)
    if disabled is True and user.disabled_at is None:
        user.disabled_at = clock.now()
    if disabled is False:
        user.disabled_at = None
    if password is not None or permissions is not None or disabled is not None:
        end_sessions_of(session, clock, user.id)
    session.flush()


def make_key(
    session: Session,
    clock: Clock,
    *,
    organisation: Organisation,
    name: str,
    permissions: frozenset[str],
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make an API key for an organisation; return its row and the token, shown this once.

    Raises:
        RecordError: INVALID when it would have expired already.
    """
    if expires_at is not None and expires_at <= clock.now():
        raise RecordError(INVALID, "expires_at wants a time to come")
    return add_api_key(
        session,
        clock,
        name=name,
        tenant_id=organisation.tenant_id,
        organisation_id=organisation.id,
        permissions=permissions,
        expires_at=expires_at.astimezone(UTC) if expires_at is not None else None,
    )


def revoke_key(clock: Clock, key: ApiKey) -> None:
    """Revoke an API key at once and for good; again is no error."""
    if key.revoked_at is None:
        key.revoked_at = clock.now()


def check_grant(subject: Subject, permissions: frozenset[str]) -> None:
    """Raise RecordError FORBIDDEN unless the subject holds all `permissions` itself."""
    if not subject.may_grant(permissions):
        raise RecordError(FORBIDDEN, "nobody can give, or govern, more permissions than he holds")


def check_password_length(password: str) -> None:
    """Raise RecordError INVALID unless the password has 12 to 256 characters."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise RecordError(
            INVALID, f"a password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters"
        )
