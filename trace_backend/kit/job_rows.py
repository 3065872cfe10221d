"""The rows of the jobs: what is to be done, and which steps are done."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace_backend.kit.database import Base, UtcDateTime
from trace_backend.kit.ids import ID_LENGTH

MAX_ERROR_LENGTH: Final = 500


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Job(Base):
    """One job: what is to be done, and how far it is."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_id", "state", "id"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    payload: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    done: Mapped[int]
    total: Mapped[int]
    result: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(String(MAX_ERROR_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobStep(Base):
    """A finished step of a job, written together with the step's work."""

    __tablename__ = "job_step"

    job_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    outcome: Mapped[str] = mapped_column(Text)
