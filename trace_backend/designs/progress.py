"""How runs stand: the state derived from run, job and certificate, percent and time left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from trace_backend.designs.models import ArtRun, ArtTemplate, ScanCertificate
from trace_backend.kit.clock import Clock
from trace_backend.kit.job_rows import Job, JobState

_LOST: Final = "the job of this run is lost; order it again under another number"


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    CERTIFYING = "certifying"
    RUNNING = "running"
    DONE = "done"
    DONE_WITH_FAILURES = "done_with_failures"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What a run's job says of itself."""

    state: JobState
    error: str | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as people see it.

    `percent` 0 to 100, one decimal, 100 only when every label is carried out; `remaining_s` the
    seconds left at the pace since the certificate, None while nobody knows; `ended_at` when
    nothing more happens to it.
    """

    run: ArtRun
    template_name: str
    state: RunState
    percent: float
    remaining_s: float | None
    certificate_verdict: str | None
    error: str | None
    ended_at: datetime | None


def view_runs(session: Session, clock: Clock, runs: Sequence[ArtRun]) -> tuple[RunView, ...]:
    """Show runs in the given order; three reads, however many there are."""
    jobs = _jobs(session, [run.job_id for run in runs if run.job_id])
    verdicts = _texts(session, ScanCertificate, "verdict", [run.certificate_id for run in runs])
    names = _texts(session, ArtTemplate, "name", [run.template_id for run in runs])
    now = clock.now()
    return tuple(
        view_run(
            run,
            jobs.get(run.job_id or ""),
            now,
            template_name=names[run.template_id],
            certificate_verdict=verdicts.get(run.certificate_id or ""),
        )
        for run in runs
    )


def view_run(
    run: ArtRun,
    job: JobFacts | None,
    now: datetime,
    *,
    template_name: str,
    certificate_verdict: str | None,
) -> RunView:
    """Show one run from what is known of it."""
    state = state_of(run, job)
    error = None
    if state is RunState.FAILED:
        error = job.error if job is not None else _LOST
    return RunView(
        run=run,
        template_name=template_name,
        state=state,
        percent=run.done_count * 1000 // run.quantity / 10,
        remaining_s=_remaining_s(run, now) if state is RunState.RUNNING else None,
        certificate_verdict=certificate_verdict,
        error=error,
        ended_at=run.finished_at or (job.finished_at if job is not None else None),
    )


def state_of(run: ArtRun, job: JobFacts | None) -> RunState:
    """Tell where a run stands.

    A cancelled run is CANCELLED at once, although the part that is under way may still be finished
    (then `ended_at` is None); a job that ended in any other way than its run says so first.
    """
    if run.cancelled_at is not None:
        return RunState.CANCELLED
    if run.finished_at is not None:
        return RunState.DONE_WITH_FAILURES if run.failed_count else RunState.DONE
    match job.state if job is not None else JobState.FAILED:
        case JobState.QUEUED:
            return RunState.QUEUED
        case JobState.RUNNING:
            return RunState.CERTIFYING if run.certified_at is None else RunState.RUNNING
        case JobState.CANCELLED:
            return RunState.CANCELLED
        case JobState.DONE | JobState.FAILED:
            # Done without `finish_run`: a handler that returned early has not done its work.
            return RunState.FAILED


def in_state(state: RunState) -> tuple[ColumnElement[bool], ...]:
    """Conditions on a run and its job (joined, missing where it is lost): `state_of` in SQL."""
    if state is RunState.CANCELLED:
        by_job = ArtRun.finished_at.is_(None) & (Job.state == JobState.CANCELLED)
        return (ArtRun.cancelled_at.is_not(None) | by_job,)
    ended = (ArtRun.cancelled_at.is_(None), ArtRun.finished_at.is_not(None))
    under_way = (ArtRun.cancelled_at.is_(None), ArtRun.finished_at.is_(None))
    match state:
        case RunState.DONE:
            return (*ended, ArtRun.failed_count == 0)
        case RunState.DONE_WITH_FAILURES:
            return (*ended, ArtRun.failed_count > 0)
        case RunState.QUEUED:
            return (*under_way, Job.state == JobState.QUEUED)
        case RunState.CERTIFYING:
            return (*under_way, Job.state == JobState.RUNNING, ArtRun.certified_at.is_(None))
        case RunState.RUNNING:
            return (*under_way, Job.state == JobState.RUNNING, ArtRun.certified_at.is_not(None))
        case RunState.FAILED:
            has_ended = Job.state.in_((JobState.DONE, JobState.FAILED))
            return (*under_way, Job.id.is_(None) | has_ended)


def _remaining_s(run: ArtRun, now: datetime) -> float | None:
    if run.certified_at is None or run.done_count == 0:
        return None
    elapsed_s = max(0.0, (now - run.certified_at).total_seconds())
    return elapsed_s * (run.quantity - run.done_count) / run.done_count


def _jobs(session: Session, job_ids: Sequence[str]) -> dict[str, JobFacts]:
    query = select(Job.id, Job.state, Job.error, Job.finished_at).where(Job.id.in_(job_ids))
    return {
        row.id: JobFacts(JobState(row.state), row.error, row.finished_at)
        for row in session.execute(query)
    }


def _texts(
    session: Session,
    rows: type[ScanCertificate] | type[ArtTemplate],
    column: str,
    ids: Sequence[str | None],
) -> dict[str, str]:
    """Return one text column of rows by their ids."""
    query = select(rows.id, getattr(rows, column)).where(rows.id.in_({*ids} - {None}))
    return {row[0]: row[1] for row in session.execute(query)}
