"""Reply settings of a tenant (报读设置): every save is a new version, the newest is in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trace_backend.authenticity.models import ReplySettingsVersion
from trace_backend.authenticity.replies import (
    ReplySettings,
    TemplateProblem,
    check_limits,
    check_template,
    unescape_template,
)
from trace_backend.authenticity.reply_texts import Language, ReplyKind
from trace_backend.kit.auth import Subject
from trace_backend.kit.clock import Clock
from trace_backend.kit.errors import CONFLICT, INVALID, RecordError
from trace_backend.kit.ids import new_id

Texts = Mapping[Language, Mapping[ReplyKind, str]]

_NEWEST_SETTINGS: Final = (
    select(ReplySettingsVersion)
    .where(ReplySettingsVersion.tenant_id == bindparam("tenant"))
    .order_by(ReplySettingsVersion.version.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class TemplateComplaint:
    """One text of the form that can't be saved."""

    language: Language
    kind: ReplyKind
    problem: TemplateProblem


def settings_in_force(session: Session, tenant_id: str) -> ReplySettings:
    """Return the newest settings of a tenant, the shipped ones when nothing was saved."""
    row = session.execute(_NEWEST_SETTINGS, {"tenant": tenant_id}).scalar_one_or_none()
    if row is None:
        return ReplySettings()
    texts = {
        Language(language): {ReplyKind(kind): text for kind, text in by_kind.items()}
        for language, by_kind in row.templates.items()
    }
    return ReplySettings(row.max_queries, row.session_window_minutes, texts, row.version)


def find_complaints(texts: Texts, shown_in: Language) -> list[TemplateComplaint]:
    """Check all texts of the form; the messages are in the language of the person at it."""
    return [
        TemplateComplaint(language, kind, problem)
        for language, by_kind in texts.items()
        for kind, text in by_kind.items()
        if (problem := check_template(text, kind, shown_in)) is not None
    ]


def save_settings(
    session: Session,
    clock: Clock,
    subject: Subject,
    wanted: ReplySettings,
    shown_in: Language = Language.CHINESE,
) -> ReplySettings:
    r"""Save the settings as a new version; `\${` in a text is stored as `${`.

    Args:
        session: the caller's transaction.
        clock: dates the version.
        subject: whose tenant's settings they are.
        wanted: its `version` must be the one that the form was filled from (0 = none saved yet).
        shown_in: language of the messages.

    Raises:
        RecordError: INVALID with one entry for each text that can't be saved; CONFLICT when
            somebody saved another version meanwhile.
    """
    problem = check_limits(wanted.max_queries, wanted.session_window_minutes)
    if problem is not None:
        raise RecordError(INVALID, problem.message)
    texts = wanted.texts or {}
    complaints = find_complaints(texts, shown_in)
    if complaints:
        raise RecordError(
            INVALID,
            complaints[0].problem.message,
            errors=[
                {
                    "field": f"texts.{complaint.language.value}.{complaint.kind.value}",
                    "language": complaint.language.value,
                    "kind": complaint.kind.value,
                    "fault": complaint.problem.fault.value,
                    "message": complaint.problem.message,
                }
                for complaint in complaints
            ],
        )
    if settings_in_force(session, subject.tenant_id).version != wanted.version:
        raise RecordError(CONFLICT, "the settings were changed meanwhile; read them again")
    stored = {
        language: {kind: unescape_template(text) for kind, text in by_kind.items()}
        for language, by_kind in texts.items()
    }
    session.add(
        ReplySettingsVersion(
            id=new_id(clock),
            tenant_id=subject.tenant_id,
            version=wanted.version + 1,
            max_queries=wanted.max_queries,
            session_window_minutes=wanted.session_window_minutes,
            templates={
                language.value: {kind.value: text for kind, text in by_kind.items()}
                for language, by_kind in stored.items()
            },
            subject_id=subject.id,
            created_at=clock.now(),
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise RecordError(
            CONFLICT, "the settings were changed meanwhile; read them again"
        ) from error
    return ReplySettings(
        wanted.max_queries, wanted.session_window_minutes, stored, wanted.version + 1
    )
