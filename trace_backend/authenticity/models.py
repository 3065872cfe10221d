"""Rows of the authenticity room: scans, visitor sessions, reply settings, the unknown tally."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trace_backend.kit.database import Base, UtcDateTime
from trace_backend.kit.ids import ID_LENGTH

VISITOR_LENGTH = 64
"""Length of a visitor's keyed hash: HMAC-SHA256 in hexadecimal."""


class VisitorSession(Base):
    """One counted query: all scans of one code by one visitor within the window (FEATURES E6)."""

    __tablename__ = "visitor_session"
    __table_args__ = (
        # Says it in the schema too: no two sessions share an ordinal, so one code has one first.
        UniqueConstraint("code_id", "ordinal"),
        Index("ix_visitor_session_visitor", "code_id", "visitor", "last_query_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    code_id: Mapped[str] = mapped_column(ForeignKey("code.id"))
    visitor: Mapped[str] = mapped_column(String(VISITOR_LENGTH))
    ordinal: Mapped[int] = mapped_column(Integer)
    doubtful: Mapped[bool]
    """Whether the places of the queries gave reason for doubt when it was opened (E17)."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_query_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Scan(Base):
    """One raw scan of a code of ours; every one is kept, no address of the network is."""

    __tablename__ = "scan"
    __table_args__ = (
        # Ids are time-ordered: the log is read newest first along them.
        Index("ix_scan_tenant_log", "tenant_id", "id"),
        Index("ix_scan_tenant_time", "tenant_id", "scanned_at"),
        Index("ix_scan_code_time", "code_id", "scanned_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    code_id: Mapped[str] = mapped_column(ForeignKey("code.id"))
    product_id: Mapped[str | None] = mapped_column(ForeignKey("product.id"))
    session_id: Mapped[str | None] = mapped_column(ForeignKey("visitor_session.id"))
    """None when the code was not active: such a scan is not a counted query."""
    visitor: Mapped[str] = mapped_column(String(VISITOR_LENGTH))
    method: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[str] = mapped_column(String(32))
    ordinal: Mapped[int | None] = mapped_column(Integer)
    layers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Outcome by layer, as the verdict named them."""
    latitude_deg: Mapped[float | None]
    longitude_deg: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    province: Mapped[str | None] = mapped_column(String(64))
    city: Mapped[str | None] = mapped_column(String(64))
    district: Mapped[str | None] = mapped_column(String(64))
    street: Mapped[str | None] = mapped_column(String(100))
    scanned_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReplySettingsVersion(Base):
    """One saved version of a tenant's reply settings (报读设置); the highest is in force."""

    __tablename__ = "reply_settings_version"
    __table_args__ = (UniqueConstraint("tenant_id", "version"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    version: Mapped[int] = mapped_column(Integer)
    max_queries: Mapped[int] = mapped_column(Integer)
    session_window_minutes: Mapped[int] = mapped_column(Integer)
    templates: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Template text by language, then by kind of reply."""
    subject_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UnknownTally(Base):
    """How many queries of one hour named no code of ours: a number only, no code and no visitor."""

    __tablename__ = "unknown_tally"

    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    shard: Mapped[int] = mapped_column(Integer, primary_key=True)
    """0..15; spreads the row locks of a flood of made-up codes."""
    query_count: Mapped[int] = mapped_column(Integer)
