"""Runs (批量出码): a template over all codes of a code order, carried out by a durable job."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from trace_backend.codes.models import CodeOrder
from trace_backend.codes.orders import order_of
from trace_backend.designs.models import MAX_NUMBER_LENGTH, MAX_REASON_LENGTH, ArtRun, ArtTemplate
from trace_backend.designs.own_rows import own_row
from trace_backend.designs.progress import RunState, in_state
from trace_backend.designs.templates import check_json_object, template_of
from trace_backend.kit.auth import Subject
from trace_backend.kit.clock import Clock
from trace_backend.kit.context import RecordContext
from trace_backend.kit.errors import CONFLICT, INVALID, RATE_LIMITED, RecordError
from trace_backend.kit.ids import new_id
from trace_backend.kit.job_rows import Job, JobState

RUN_JOB: Final = "studio.run"
"""Name of the job; its payload is {"run_id": ...}. The room that draws registers the handler."""
MAX_RUN_QUANTITY: Final = 1_000_000
MAX_OPEN_RUNS: Final = 20
"""Runs of a tenant that wait or run; further orders are refused until one has ended."""
MAX_OUTPUT_BYTES: Final = 16 * 1024
_RETRY_AFTER_S: Final = 60


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to order; `output` is the checked JSON text of format, layout and labels per part."""

    number: str
    template_id: str
    code_order_id: str
    output: str

    def __post_init__(self) -> None:
        """Refuse a number of the wrong length and an output that is no JSON object."""
        if not 1 <= len(self.number) <= MAX_NUMBER_LENGTH:
            raise RecordError(INVALID, f"number wants 1 to {MAX_NUMBER_LENGTH} characters")
        check_json_object(self.output, "output", MAX_OUTPUT_BYTES)


@dataclass(frozen=True, slots=True)
class PlacedRun:
    """A run and whether this call ordered it (False: the same run was ordered already)."""

    run: ArtRun
    is_new: bool


def place_run(session: Session, record: RecordContext, subject: Subject, new: NewRun) -> PlacedRun:
    """Order a run over all codes of a code order; the same order again changes nothing.

    The template's artworks, brief and example are copied: its later changes don't reach the run.

    Args:
        session: the caller's transaction; the job exists if and only if it is committed.
        record: clock and jobs; a handler of `RUN_JOB` must be registered.
        subject: who orders, and for which tenant.
        new: the run.

    Raises:
        RecordError: NOT_FOUND for template or code order; CONFLICT when the number stands for
            another run, the template is archived or the codes are not all written; INVALID above
            `MAX_RUN_QUANTITY`; RATE_LIMITED above `MAX_OPEN_RUNS`.
    """
    template = template_of(session, subject.tenant_id, new.template_id)
    order = order_of(session, subject.tenant_id, new.code_order_id)
    run = _claimed(session, record.clock, subject, new, template, order)
    if run is None:
        return PlacedRun(_same_run(session, subject.tenant_id, new), is_new=False)
    _refuse_unfit(template, order)
    _refuse_too_many(session, subject.tenant_id)
    run.job_id = record.jobs.enqueue(session, RUN_JOB, {"run_id": run.id})
    session.flush()
    return PlacedRun(run, is_new=True)


def cancel_run(
    session: Session, record: RecordContext, subject: Subject, run_id: str, reason: str
) -> ArtRun:
    """Stop a run before its next part; the parts that are finished stay, with their labels.

    Nothing is taken back or deleted: who stopped it, when and why is written beside what was done.
    Stopping it again changes nothing (the first reason stays).

    Raises:
        RecordError: NOT_FOUND; CONFLICT when it has ended by itself already.
    """
    if len(reason) > MAX_REASON_LENGTH:
        raise RecordError(INVALID, f"reason has {MAX_REASON_LENGTH} characters at most")
    run = run_of(session, subject.tenant_id, run_id, lock=True)
    if run.cancelled_at is not None:
        return run
    job = session.get(Job, run.job_id) if run.job_id is not None else None
    if run.finished_at is not None or job is None or job.state not in _OPEN:
        raise RecordError(CONFLICT, "this run has ended already; there is nothing to cancel")
    run.cancelled_at = record.clock.now()
    run.cancelled_by = subject.id
    run.cancel_reason = reason
    record.jobs.cancel(session, job.id)
    session.flush()
    return run


def run_of(session: Session, tenant_id: str, run_id: str, *, lock: bool = False) -> ArtRun:
    """Return a tenant's run; RecordError NOT_FOUND, also when it is another tenant's."""
    return own_row(session, ArtRun, tenant_id, run_id, "run", lock=lock)


def runs_query(
    tenant_id: str,
    search: str | None,
    template_id: str | None,
    code_order_id: str | None,
    state: RunState | None = None,
) -> Select[ArtRun]:
    """Select a tenant's runs by part of the number, template, code order and state; not ordered."""
    query = select(ArtRun).where(ArtRun.tenant_id == tenant_id)
    if search:
        query = query.where(ArtRun.number.icontains(search, autoescape=True))
    if template_id is not None:
        query = query.where(ArtRun.template_id == template_id)
    if code_order_id is not None:
        query = query.where(ArtRun.code_order_id == code_order_id)
    if state is not None:
        query = query.outerjoin(Job, Job.id == ArtRun.job_id).where(*in_state(state))
    return query


_OPEN: Final = (JobState.QUEUED, JobState.RUNNING)


def _claimed(
    session: Session,
    clock: Clock,
    subject: Subject,
    new: NewRun,
    template: ArtTemplate,
    order: CodeOrder,
) -> ArtRun | None:
    """Take the number by writing the run, or return None when it is taken.

    A rival with the same number waits here until this transaction ends.
    """
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    run_id = new_id(clock)
    claim = (
        insert(ArtRun)
        .values(
            id=run_id,
            tenant_id=subject.tenant_id,
            organisation_id=subject.organisation_id,
            number=new.number,
            code_order_id=order.id,
            template_id=template.id,
            template_revision=template.revision,
            artwork_id=template.artwork_id,
            painted_artwork_id=template.painted_artwork_id,
            protected_artwork_id=template.protected_artwork_id,
            brief=template.brief,
            payload_example=template.payload_example,
            output=new.output,
            quantity=order.quantity,
            labels_first=order.first_label_number,
            labels_last=order.last_label_number,
            done_count=0,
            failed_count=0,
            subject_id=subject.id,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "number"])
        .returning(ArtRun.id)
    )
    if session.execute(claim).first() is None:
        return None
    return session.get_one(ArtRun, run_id)


def _same_run(session: Session, tenant_id: str, new: NewRun) -> ArtRun:
    query = select(ArtRun).where(ArtRun.tenant_id == tenant_id, ArtRun.number == new.number)
    earlier = session.execute(query).scalar_one()
    content = (earlier.template_id, earlier.code_order_id, earlier.output)
    if content != (new.template_id, new.code_order_id, new.output):
        raise RecordError(CONFLICT, "this run number stands for another run already")
    return earlier


def _refuse_unfit(template: ArtTemplate, order: CodeOrder) -> None:
    if template.archived_at is not None:
        raise RecordError(CONFLICT, "this template is archived; restore it first")
    if order.completed_at is None:
        raise RecordError(
            CONFLICT, f"{order.issued_count} of {order.quantity} codes are written; ask again later"
        )
    if order.quantity > MAX_RUN_QUANTITY:
        raise RecordError(
            INVALID,
            f"a run has {MAX_RUN_QUANTITY} codes at most, this code order has {order.quantity}; "
            "order the codes in several orders",
        )


def _refuse_too_many(session: Session, tenant_id: str) -> None:
    """Count the open runs, without the one just claimed: it has no job yet."""
    still_open = (
        select(func.count())
        .select_from(ArtRun)
        .join(Job, Job.id == ArtRun.job_id)
        .where(ArtRun.tenant_id == tenant_id, Job.state.in_(_OPEN))
    )
    if session.execute(still_open).scalar_one() >= MAX_OPEN_RUNS:
        raise RecordError(
            RATE_LIMITED,
            f"{MAX_OPEN_RUNS} runs wait or run already; order again when one has ended",
            retry_after_s=_RETRY_AFTER_S,
        )
