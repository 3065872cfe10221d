"""Bodies of the organisation room's endpoints."""

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from trace_backend.kit.auth import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, SubjectKind
from trace_backend.kit.text import Line
from trace_backend.orgs.models import MAX_CODE_LENGTH, MAX_LOGIN_LENGTH, OrganisationType

Login: TypeAlias = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        min_length=3,
        max_length=MAX_LOGIN_LENGTH,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]*$",
    ),
]
"""A login name, an e-mail address or a phone number; capitals and small letters are the same."""
NewPassword: TypeAlias = Annotated[
    SecretStr, Field(min_length=MIN_PASSWORD_LENGTH, max_length=MAX_PASSWORD_LENGTH)
]
Password: TypeAlias = Annotated[SecretStr, Field(min_length=1, max_length=MAX_PASSWORD_LENGTH)]
Permission: TypeAlias = Annotated[
    str, StringConstraints(max_length=64, pattern=r"^(\*|[a-z][a-z-]*\.[a-z][a-z-]*)$")
]
Permissions: TypeAlias = Annotated[frozenset[Permission], Field(max_length=100)]
OrganisationCode: TypeAlias = Annotated[
    str, StringConstraints(max_length=MAX_CODE_LENGTH, pattern=r"^([A-Z][0-9]{2})+$")
]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class OrganisationIn(_In):
    """A new organisation below `parent_id`."""

    parent_id: Annotated[str, StringConstraints(max_length=32)]
    name: Line
    type: OrganisationType
    code: OrganisationCode | None = Field(
        default=None,
        description="The parent's code and one more level (a letter, two digits); "
        "the first free one when it is left out.",
        examples=["A01A05"],
    )


class OrganisationChange(_In):
    """What may be changed in an organisation; what is left out stays."""

    name: Line | None = None
    type: OrganisationType | None = None


class OrganisationOut(_Out):
    """An organisation as its users see it."""

    id: str
    parent_id: str | None
    code: str
    name: str
    type: OrganisationType
    certified_at: datetime | None
    created_at: datetime


class OrganisationPage(BaseModel):
    """A page of organisations, in the order of the tree."""

    items: list[OrganisationOut]
    next_cursor: str | None


class UserIn(_In):
    """A new user."""

    organisation_id: Annotated[str, StringConstraints(max_length=32)]
    login: Login
    name: Line
    password: NewPassword
    permissions: Permissions = frozenset()


class UserChange(_In):
    """What may be changed in a user; what is left out stays."""

    name: Line | None = None
    password: NewPassword | None = None
    permissions: Permissions | None = None
    disabled: bool | None = None


class UserOut(_Out):
    """A user, without anything secret."""

    id: str
    organisation_id: str
    login: str
    name: str
    permissions: list[str]
    disabled_at: datetime | None
    created_at: datetime


class UserPage(BaseModel):
    """A page of users, oldest first."""

    items: list[UserOut]
    next_cursor: str | None


class ApiKeyIn(_In):
    """A new API key."""

    organisation_id: Annotated[str, StringConstraints(max_length=32)]
    name: Line
    permissions: Permissions
    expires_at: AwareDatetime | None = None


class ApiKeyOut(_Out):
    """An API key, without its secret."""

    id: str
    key_id: str
    organisation_id: str
    name: str
    permissions: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewApiKeyOut(ApiKeyOut):
    """An API key just made: `token` is shown this once."""

    token: str


class ApiKeyPage(BaseModel):
    """A page of API keys, oldest first."""

    items: list[ApiKeyOut]
    next_cursor: str | None


class SignIn(_In):
    """A login and its password."""

    login: Login
    password: Password


class PasswordChange(_In):
    """One's own new password; the present one is asked for again."""

    password: Password
    new_password: NewPassword


class SubjectOut(_Out):
    """Who is asking."""

    kind: SubjectKind
    id: str
    tenant_id: str
    organisation_id: str
    permissions: list[str]


class SessionOut(BaseModel):
    """A session just begun: `token` is shown this once."""

    token: str
    expires_at: datetime
    subject: SubjectOut
