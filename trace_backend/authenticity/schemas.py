"""HTTP bodies of the query log and of the reply settings."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from trace_backend.authenticity.policy import (
    MAX_QUERIES_CEILING,
    SESSION_WINDOW_CEILING_MINUTES,
)
from trace_backend.authenticity.querylog import LogEntry
from trace_backend.authenticity.replies import DynamicField, ReplySettings, TemplateFault
from trace_backend.authenticity.reply_texts import DEFAULT_TEXTS, Language, ReplyKind
from trace_backend.authenticity.scans import QueryMethod
from trace_backend.authenticity.verdict import VerdictStatus
from trace_backend.kit.calendar import display_time

TemplateText = Annotated[str, Field(max_length=2000)]
"""Bounded here against abuse; the form's own limit is checked with a message of its own."""
Texts = dict[Language, dict[ReplyKind, TemplateText]]


class LogEntryOut(BaseModel):
    """One scan in the query log; place fields are null when not known."""

    id: str
    scanned_at: datetime
    time: Annotated[str, Field(description="YYYY-MM-DD HH:mm, Asia/Shanghai")]
    method: QueryMethod
    province: str | None
    city: str | None
    district: str | None
    street: str | None
    latitude_deg: float | None
    longitude_deg: float | None
    accuracy_m: float | None
    code: str
    label_number: int
    product_id: str | None
    product_name: str | None
    verdict: VerdictStatus
    ordinal: int | None
    layers: dict[str, str]

    @classmethod
    def of(cls, entry: LogEntry) -> "LogEntryOut":
        """Show a line of the log; the visitor's hash is not shown."""
        scan = entry.scan
        return cls(
            id=scan.id,
            scanned_at=scan.scanned_at,
            time=display_time(scan.scanned_at),
            method=QueryMethod(scan.method),
            province=scan.province,
            city=scan.city,
            district=scan.district,
            street=scan.street,
            latitude_deg=scan.latitude_deg,
            longitude_deg=scan.longitude_deg,
            accuracy_m=scan.accuracy_m,
            code=entry.serial,
            label_number=entry.label_number,
            product_id=scan.product_id,
            product_name=entry.product_name,
            verdict=VerdictStatus(scan.verdict),
            ordinal=scan.ordinal,
            layers=scan.layers,
        )


class LogPageOut(BaseModel):
    """A page of the query log."""

    items: list[LogEntryOut]
    next_cursor: str | None


class SettingsIn(BaseModel):
    """The form of the reply settings, saved as a whole; absent or empty texts mean the shipped."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=0, description="the version that the form was filled from")]
    max_queries: Annotated[int, Field(ge=1, le=MAX_QUERIES_CEILING)]
    session_window_minutes: Annotated[int, Field(ge=1, le=SESSION_WINDOW_CEILING_MINUTES)]
    texts: Texts


class SettingsOut(BaseModel):
    """The reply settings in force, the shipped texts, and the fields that may stand in a text."""

    version: int
    max_queries: int
    session_window_minutes: int
    texts: Texts
    shipped_texts: Texts
    fields: list[str]

    @classmethod
    def of(cls, settings: ReplySettings) -> "SettingsOut":
        """Show the settings with every text filled in."""
        return cls(
            version=settings.version,
            max_queries=settings.max_queries,
            session_window_minutes=settings.session_window_minutes,
            texts={
                language: {kind: settings.text(language, kind) for kind in ReplyKind}
                for language in Language
            },
            shipped_texts=DEFAULT_TEXTS,
            fields=[f"${{{field}}}" for field in DynamicField],
        )


class PreviewIn(BaseModel):
    """A text as it stands in the form."""

    model_config = ConfigDict(extra="forbid")

    kind: ReplyKind
    language: Language = Language.CHINESE
    text: TemplateText


class PreviewOut(BaseModel):
    """The text filled with an example, or why it can't be saved."""

    text: str | None
    fault: TemplateFault | None
    message: str | None
