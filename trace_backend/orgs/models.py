"""Rows of the organisation room: the tree, the users in it, and failed sign-ins."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trace_backend.kit.database import Base, UtcDateTime
from trace_backend.kit.ids import ID_LENGTH

CHARACTERS_PER_LEVEL: Final = 3
MAX_LEVELS: Final = 12
MAX_CODE_LENGTH: Final = CHARACTERS_PER_LEVEL * MAX_LEVELS
MAX_NAME_LENGTH: Final = 100
MAX_LOGIN_LENGTH: Final = 100


class OrganisationType(StrEnum):
    """What an organisation is (机构类型)."""

    GROUP = "group"
    COMPANY = "company"
    DEPARTMENT = "department"
    SUPPLIER = "supplier"
    FACTORY = "factory"


class Organisation(Base):
    """A node of a tenant's tree (FEATURES 65-67); the root is the tenant."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    """The root of the tree: its own id for the root itself."""
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    code: Mapped[str] = mapped_column(String(MAX_CODE_LENGTH))
    """机构编码: a letter and two digits per level, after the parent's code; empty for the root."""
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    type: Mapped[str] = mapped_column(String(20))
    certified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When an organisation above certified the enterprise (授权认证); None before that."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class User(Base):
    """A person with a login, standing in one organisation."""

    __tablename__ = "user_account"
    __table_args__ = (Index("ix_user_account_tenant_id_id", "tenant_id", "id"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    login: Mapped[str] = mapped_column(String(MAX_LOGIN_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    password_hash: Mapped[str] = mapped_column(String(200))
    permissions: Mapped[list[str]] = mapped_column(JSON)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInAttempt(Base):
    """Failed sign-ins of one login, known or not, since its last success."""

    __tablename__ = "sign_in_attempt"

    login_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """SHA-256 of the login: what people type into the wrong field is not kept."""
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
