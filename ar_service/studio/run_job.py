"""The job of a run: certificate, then part after part, each recorded exactly once.

A part is a pure function of the run, so whatever dies may be made again: its bytes are written
under their own digest before the step, and the step records labels and files in one transaction.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NoReturn, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from ar_service.studio.certificate_view import strength_in
from ar_service.studio.certifying import digest_of, new_certificate
from ar_service.studio.problems import CERTIFICATE_FAILED, told_as_problems
from ar_service.studio.run_order import OrderedRun, bulk_order, solved_from
from ar_service.studio.run_parts import (
    REPORT_NAME,
    MadePart,
    bulk_item,
    printer_table,
    run_report,
    sampled,
    sampled_places,
)
from ar_service.studio.sources import SourceKeys, read_sources, source_keys
from generative_codes.bulk import (
    BulkFormat,
    CertifiedOrder,
    SolvedOrder,
    certify_order,
    make_part,
    with_strength,
)
from generative_codes.certify import CertificateVerdict
from trace_backend.designs import RUN_JOB
from trace_backend.designs.certificates import certificate_of
from trace_backend.designs.models import ArtItem
from trace_backend.designs.parts import (
    NewFile,
    RunCode,
    codes_of_run,
    finish_run,
    record_part,
    record_run_certificate,
    run_for_job,
    start_run,
)
from trace_backend.kit.context import RecordContext
from trace_backend.kit.errors import CONFLICT, RecordError
from trace_backend.kit.jobs import JobRun, JsonObject, JsonValue

Work: TypeAlias = Callable[[Session], JsonValue]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the job needs of its run's row, read once."""

    run_id: str
    number: str
    sources: SourceKeys
    first_label_number: int
    done_count: int
    is_certified: bool
    ordered: OrderedRun


def register_studio_jobs(record: RecordContext) -> None:
    """Name the handler of runs; the service calls it once, before jobs are enqueued or started."""
    record.jobs.register(RUN_JOB, lambda run, payload: carry_out_run(record, run, payload))


def carry_out_run(record: RecordContext, job: JobRun, payload: JsonObject) -> JsonValue:
    """Certify the design, make all parts, sample them, report; returns how many labels there are.

    Raises:
        RecordError: The order can't be made, or the design fails its certificate.
    """
    run_id = str(payload["run_id"])
    job.step("start", partial(_start, record, run_id))
    facts = read_facts(record, run_id)
    with told_as_problems():
        order = bulk_order(facts.ordered)
        solved = solved_from(order, read_sources(record, facts.sources))
        verdict = job.step("certificate", _certificate_work(record, facts, solved))
    if verdict != CertificateVerdict.PASS.value:
        raise RecordError(
            CERTIFICATE_FAILED, "the design fails its scan certificate; nothing was made"
        )
    with told_as_problems():
        solved = _as_certified(record, run_id, solved)
    reports: list[JsonValue] = []
    done = 0
    for index in range(order.parts):
        labels = order.labels_of_part(index)
        with told_as_problems():
            report = job.step(f"part {index}", _part_work(record, facts, solved, index))
        reports.append(report)
        done += len(labels)
        job.progress(done, order.quantity)
    with told_as_problems():
        job.step("finish", _finish_work(record, facts, solved, reports))
    return done


def read_facts(record: RecordContext, run_id: str) -> RunFacts:
    """Read a run's row and what it refers to."""
    with record.database.reading() as session:
        run = run_for_job(session, run_id)
        (first,) = codes_of_run(session, run, 0, 1)
        keys = source_keys(
            session,
            run.tenant_id,
            run.artwork_id,
            run.painted_artwork_id,
            run.protected_artwork_id,
        )
        return RunFacts(
            run_id=run.id,
            number=run.number,
            sources=keys,
            first_label_number=run.labels_first,
            done_count=run.done_count,
            is_certified=run.certificate_id is not None,
            ordered=OrderedRun(
                brief=run.brief,
                output=run.output,
                gtin=first.gtin,
                quantity=run.quantity,
            ),
        )


def _start(record: RecordContext, run_id: str, session: Session) -> None:
    start_run(session, record.clock, run_id)


def _certificate_work(record: RecordContext, facts: RunFacts, solved: SolvedOrder) -> Work:
    """Measure the design on the run's first code, unless that was recorded before.

    A picture base whose modules are weak is strengthened, and all labels are made as the
    certificate has it (`_as_certified`).
    """
    if facts.is_certified or _is_cancelled(record, facts.run_id):
        return _recorded_already
    (first,) = _codes(record, facts.run_id, 0, 1)
    certified = certify_order(solved, first.serial)
    payload = solved.order.template.payload(first.serial)
    digest = digest_of(facts.sources, solved.art.brief, payload)
    return partial(_record_certificate, record, facts.run_id, certified, payload, digest)


def _record_certificate(
    record: RecordContext,
    run_id: str,
    certified: CertifiedOrder,
    payload: str,
    digest: str,
    session: Session,
) -> JsonValue:
    new = new_certificate(certified.certificate, certified.strength, payload, digest)
    record_run_certificate(session, record.clock, run_id, new)
    return certified.certificate.verdict.value


def _as_certified(record: RecordContext, run_id: str, solved: SolvedOrder) -> SolvedOrder:
    """The order as its certificate judged it, read from the record: the same after a restart."""
    with record.database.reading() as session:
        run = run_for_job(session, run_id)
        if run.certificate_id is None:
            return solved
        document = certificate_of(session, run.tenant_id, run.certificate_id).document
    strength = strength_in(document)
    return solved if strength is None else with_strength(solved, strength)


def _part_work(record: RecordContext, facts: RunFacts, solved: SolvedOrder, index: int) -> Work:
    """Make a part, unless it was recorded before; what is returned records it."""
    labels = solved.order.labels_of_part(index)
    if facts.done_count >= labels.stop or _is_cancelled(record, facts.run_id):
        return _recorded_already
    codes = _codes(record, facts.run_id, labels.start, len(labels))
    items = [bulk_item(code) for code in codes]
    stream = io.BytesIO()
    report = make_part(solved, index, items, stream)
    part = MadePart(report, codes, stream.getvalue(), printer_table(solved, report))
    return partial(_record_part, record, facts.run_id, solved.order.format, part)


def _record_part(
    record: RecordContext, run_id: str, kind: BulkFormat, part: MadePart, session: Session
) -> JsonValue:
    # The blobs are put within the step, which tries again while the store is unavailable; a put
    # whose transaction fails leaves bytes that the next try finds again.
    record_part(session, record.clock, run_id, part.items(), part.files(kind, record.blobs.put))
    return part.told(kind)


def _finish_work(
    record: RecordContext,
    facts: RunFacts,
    solved: SolvedOrder,
    parts: list[JsonValue],
) -> Work:
    """Photograph a sample (simulated) and write the report over all parts."""
    if _is_cancelled(record, facts.run_id):
        return _recorded_already
    drawn = [_codes(record, facts.run_id, place, 1)[0] for place in sampled_places(solved.order)]
    sample = sampled(solved, _passed(record, facts.run_id, drawn))
    content = run_report(facts.number, solved, parts, sample)
    last = facts.first_label_number + solved.order.quantity - 1
    return partial(_record_end, record, facts.run_id, content, facts.first_label_number, last)


def _record_end(
    record: RecordContext, run_id: str, content: bytes, first: int, last: int, session: Session
) -> None:
    report = NewFile(
        name=REPORT_NAME,
        media_type="application/json",
        byte_count=len(content),
        blob_key=record.blobs.put(content),
        labels_first=first,
        labels_last=last,
    )
    finish_run(session, record.clock, run_id, [report])


def _recorded_already(_session: Session) -> NoReturn:
    """Stands for the work of a step that was done before, or is not to be done: never called."""
    raise RecordError(CONFLICT, "a step of this run was recorded and is asked for again")


def _is_cancelled(record: RecordContext, run_id: str) -> bool:
    with record.database.reading() as session:
        return run_for_job(session, run_id).cancelled_at is not None


def _codes(record: RecordContext, run_id: str, start: int, count: int) -> tuple[RunCode, ...]:
    with record.database.reading() as session:
        return codes_of_run(session, run_for_job(session, run_id), start, count)


def _passed(record: RecordContext, run_id: str, codes: list[RunCode]) -> list[RunCode]:
    """Those of some codes whose labels passed."""
    query = select(ArtItem.code_id).where(
        ArtItem.run_id == run_id,
        ArtItem.code_id.in_([code.code_id for code in codes]),
        ArtItem.passed,
    )
    with record.database.reading() as session:
        found = set(session.execute(query).scalars())
    return [code for code in codes if code.code_id in found]
