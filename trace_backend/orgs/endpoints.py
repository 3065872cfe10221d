"""HTTP: organisations, users and API keys."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, status
from sqlalchemy import select

from trace_backend.kit.auth import Subject
from trace_backend.kit.context import Reading, Record, Tx, require
from trace_backend.kit.credentials import ApiKey
from trace_backend.kit.paging import PageParams, fetch_page
from trace_backend.kit.problems import problem_responses
from trace_backend.kit.text import Line
from trace_backend.orgs import service
from trace_backend.orgs.models import Organisation, User
from trace_backend.orgs.repository import (
    in_scope,
    visible_api_key,
    visible_organisation,
    visible_user,
)
from trace_backend.orgs.schemas import (
    ApiKeyIn,
    ApiKeyOut,
    ApiKeyPage,
    NewApiKeyOut,
    OrganisationChange,
    OrganisationIn,
    OrganisationOut,
    OrganisationPage,
    UserChange,
    UserIn,
    UserOut,
    UserPage,
)

router = APIRouter(
    prefix="/v1", tags=["organisations"], responses=problem_responses(401, 403, 404, 409, 422, 503)
)

OrganisationReader: TypeAlias = Annotated[Subject, Depends(require("organisations.read"))]
OrganisationWriter: TypeAlias = Annotated[Subject, Depends(require("organisations.write"))]
UserReader: TypeAlias = Annotated[Subject, Depends(require("users.read"))]
UserWriter: TypeAlias = Annotated[Subject, Depends(require("users.write"))]
KeyReader: TypeAlias = Annotated[Subject, Depends(require("api-keys.read"))]
KeyWriter: TypeAlias = Annotated[Subject, Depends(require("api-keys.write"))]


@router.get("/organisations")
def list_organisations(
    subject: OrganisationReader,
    session: Reading,
    page: PageParams,
    name: Annotated[
        Line | None, Query(description="Only organisations whose name holds this text.")
    ] = None,
) -> OrganisationPage:
    """List the own organisation and all below it, in the order of the tree."""
    query = select(Organisation).where(in_scope(subject, Organisation.id))
    if name is not None:
        query = query.where(Organisation.name.icontains(name, autoescape=True))
    found = fetch_page(session, query, Organisation.code, page)
    return OrganisationPage(
        items=[OrganisationOut.model_validate(row) for row in found.items],
        next_cursor=found.next_cursor,
    )


@router.post("/organisations", status_code=status.HTTP_201_CREATED)
def create_organisation(
    subject: OrganisationWriter, session: Tx, record: Record, body: OrganisationIn
) -> OrganisationOut:
    """Add an organisation below one that is in sight."""
    organisation = service.add_organisation(
        session,
        record.clock,
        parent=visible_organisation(session, subject, body.parent_id),
        name=body.name,
        organisation_type=body.type,
        code=body.code,
    )
    return OrganisationOut.model_validate(organisation)


@router.get("/organisations/{organisation_id}")
def get_organisation(
    subject: OrganisationReader, session: Reading, organisation_id: str
) -> OrganisationOut:
    """Show one organisation."""
    return OrganisationOut.model_validate(visible_organisation(session, subject, organisation_id))


@router.patch("/organisations/{organisation_id}")
def change_organisation(
    subject: OrganisationWriter, session: Tx, organisation_id: str, body: OrganisationChange
) -> OrganisationOut:
    """Change an organisation's name or type; its code stays for good."""
    organisation = visible_organisation(session, subject, organisation_id)
    if body.name is not None:
        organisation.name = body.name
    if body.type is not None:
        organisation.type = body.type
    session.flush()
    return OrganisationOut.model_validate(organisation)


@router.post("/organisations/{organisation_id}/certification")
def certify_organisation(
    subject: OrganisationWriter, session: Tx, record: Record, organisation_id: str
) -> OrganisationOut:
    """Certify an enterprise below the own organisation (授权认证)."""
    organisation = visible_organisation(session, subject, organisation_id)
    service.certify(record.clock, subject, organisation)
    session.flush()
    return OrganisationOut.model_validate(organisation)


@router.get("/users")
def list_users(subject: UserReader, session: Reading, page: PageParams) -> UserPage:
    """List the users of the own organisation and of all below it, oldest first."""
    query = select(User).where(in_scope(subject, User.organisation_id))
    found = fetch_page(session, query, User.id, page)
    return UserPage(
        items=[UserOut.model_validate(row) for row in found.items], next_cursor=found.next_cursor
    )


@router.post("/users", status_code=status.HTTP_201_CREATED)
def create_user(subject: UserWriter, session: Tx, record: Record, body: UserIn) -> UserOut:
    """Add a user, with no more permissions than the asker holds."""
    service.check_grant(subject, body.permissions)
    user = service.add_user(
        session,
        record.clock,
        organisation=visible_organisation(session, subject, body.organisation_id),
        login=body.login,
        name=body.name,
        password=body.password.get_secret_value(),
        permissions=body.permissions,
    )
    return UserOut.model_validate(user)


@router.get("/users/{user_id}")
def get_user(subject: UserReader, session: Reading, user_id: str) -> UserOut:
    """Show one user."""
    return UserOut.model_validate(visible_user(session, subject, user_id))


@router.patch("/users/{user_id}")
def change_user(
    subject: UserWriter, session: Tx, record: Record, user_id: str, body: UserChange
) -> UserOut:
    """Change a user who holds no more permissions than the asker; his sessions end."""
    user = visible_user(session, subject, user_id)
    service.check_grant(subject, frozenset(user.permissions))
    if body.permissions is not None:
        service.check_grant(subject, body.permissions)
    service.change_user(
        session,
        record.clock,
        user,
        name=body.name,
        password=body.password.get_secret_value() if body.password is not None else None,
        permissions=body.permissions,
        disabled=body.disabled,
    )
    return UserOut.model_validate(user)


@router.get("/api-keys")
def list_api_keys(subject: KeyReader, session: Reading, page: PageParams) -> ApiKeyPage:
    """List the API keys of the own organisation and of all below it, oldest first."""
    query = select(ApiKey).where(in_scope(subject, ApiKey.organisation_id))
    found = fetch_page(session, query, ApiKey.id, page)
    return ApiKeyPage(
        items=[ApiKeyOut.model_validate(row) for row in found.items], next_cursor=found.next_cursor
    )


@router.post("/api-keys", status_code=status.HTTP_201_CREATED)
def create_api_key(subject: KeyWriter, session: Tx, record: Record, body: ApiKeyIn) -> NewApiKeyOut:
    """Make an API key, with no more permissions than the asker holds; its token is shown once."""
    service.check_grant(subject, body.permissions)
    key, token = service.make_key(
        session,
        record.clock,
        organisation=visible_organisation(session, subject, body.organisation_id),
        name=body.name,
        permissions=body.permissions,
        expires_at=body.expires_at,
    )
    shown = ApiKeyOut.model_validate(key)
    return NewApiKeyOut(**shown.model_dump(), token=token)


@router.get("/api-keys/{api_key_id}")
def get_api_key(subject: KeyReader, session: Reading, api_key_id: str) -> ApiKeyOut:
    """Show one API key, without its secret."""
    return ApiKeyOut.model_validate(visible_api_key(session, subject, api_key_id))


@router.delete("/api-keys/{api_key_id}", status_code=status.HTTP_204_NO_CONTENT)
def revoke_api_key(subject: KeyWriter, session: Tx, record: Record, api_key_id: str) -> None:
    """Revoke an API key at once and for good; it stays in the list."""
    service.revoke_key(record.clock, visible_api_key(session, subject, api_key_id))
