"""What the job of a run writes: its start, its certificate, one part after the other, its end.

All calls are made inside the job's steps: what they write and the step's own row are committed
together, so a part is there exactly once whatever dies. Tenants are not asked for here: the job
knows its run from its own payload.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from trace_backend.codes import Code
from trace_backend.designs.artworks import check_sha256
from trace_backend.designs.certificates import NewCertificate, keep_run_certificate
from trace_backend.designs.models import (
    MAX_FAILURE_LENGTH,
    MAX_NAME_LENGTH,
    ArtFile,
    ArtItem,
    ArtRun,
    ScanCertificate,
)
from trace_backend.kit.clock import Clock
from trace_backend.kit.errors import CONFLICT, INVALID, NOT_FOUND, RecordError

MAX_PART_LABELS: Final = 5_000
"""Labels that one step writes in one transaction: others wait a second at most."""
MAX_RUN_FILES: Final = 2_000
FILE_MEDIA_TYPES: Final = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/json",
        "application/postscript",
        "image/svg+xml",
        "image/png",
        "text/csv",
    }
)
FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Names that mean no folder and need no quoting, in a header as on any disk."""
_MASKS: Final = 8


@dataclass(frozen=True, slots=True)
class RunCode:
    """A code of a run, with all that its payload is made of."""

    code_id: str
    serial: str
    gtin: str
    label_number: int


@dataclass(frozen=True, slots=True)
class FinishedItem:
    """What one label came out as; `reason` says why it failed, and None when it passed."""

    code_id: str
    label_number: int
    mask: int | None
    zone_mismatches: int
    passed: bool
    rerolled: int
    reason: str | None = None

    def __post_init__(self) -> None:
        """Refuse a mask that no QR code has, and a failure without a reason."""
        if self.mask is not None and not 0 <= self.mask < _MASKS:
            raise ValueError(f"mask wants 0 to {_MASKS - 1}, got {self.mask}")
        if self.zone_mismatches < 0 or self.rerolled < 0:
            raise ValueError("zone_mismatches and rerolled want 0 or more")
        if self.passed != (self.reason is None):
            raise ValueError("a label has a reason if and only if it failed")


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file of a run, in the blob store already; both label numbers are included."""

    name: str
    media_type: str
    byte_count: int
    blob_key: str
    labels_first: int
    labels_last: int

    def __post_init__(self) -> None:
        """Refuse names that could mean a folder or need quoting, and kinds that we don't serve."""
        if len(self.name) > MAX_NAME_LENGTH or not FILE_NAME.fullmatch(self.name):
            raise ValueError(
                f"a file name wants 1 to {MAX_NAME_LENGTH} letters, digits and . _ -, "
                "a letter or digit first"
            )
        if self.media_type not in FILE_MEDIA_TYPES:
            wanted = ", ".join(sorted(FILE_MEDIA_TYPES))
            raise ValueError(f"a file wants one of {wanted}; got {self.media_type}")
        if self.byte_count < 0 or self.labels_first > self.labels_last:
            raise ValueError("a file wants 0 bytes or more, and labels_first <= labels_last")
        check_sha256(self.blob_key, "blob_key")


def run_for_job(session: Session, run_id: str) -> ArtRun:
    """Return the run that a job carries out; RecordError NOT_FOUND when there is none."""
    run = session.get(ArtRun, run_id)
    if run is None:
        raise RecordError(NOT_FOUND, "there is no such run")
    return run


def codes_of_run(session: Session, run: ArtRun, start: int, count: int) -> tuple[RunCode, ...]:
    """Return the codes of `count` labels from the run's `start`-th on (0 = first), in order.

    Raises:
        RecordError: CONFLICT when the code order lacks some of them.
    """
    first = run.labels_first + start
    last = min(first + count - 1, run.labels_last)
    rows = session.execute(
        select(Code.id, Code.serial, Code.gtin, Code.label_number)
        .where(
            Code.order_id == run.code_order_id,
            Code.label_number >= first,
            Code.label_number <= last,
        )
        .order_by(Code.label_number)
    )
    codes = tuple(RunCode(*row) for row in rows)
    if len(codes) != last - first + 1:
        raise RecordError(CONFLICT, f"labels {first} to {last} have {len(codes)} codes")
    return codes


def start_run(session: Session, clock: Clock, run_id: str) -> None:
    """Note that the job has begun; again: no change."""
    run = _locked(session, run_id)
    if run.started_at is None:
        run.started_at = clock.now()


def record_run_certificate(
    session: Session, clock: Clock, run_id: str, new: NewCertificate
) -> ScanCertificate:
    """Keep the certificate of a run's design, once; the run's first part may follow when it passed.

    Raises:
        RecordError: CONFLICT when the run has one already.
    """
    run = _locked(session, run_id)
    if run.certificate_id is not None:
        raise RecordError(CONFLICT, "this run has its certificate already")
    certificate = keep_run_certificate(session, clock, run, new)
    run.certificate_id = certificate.id
    run.certified_at = clock.now()
    session.flush()
    return certificate


def record_part(
    session: Session,
    clock: Clock,
    run_id: str,
    items: Sequence[FinishedItem],
    files: Sequence[NewFile],
) -> int:
    """Record the next part of a run: its labels and the files that hold them.

    Args:
        session: the transaction of the job's step.
        clock: dates the files.
        run_id: which run; its row is locked until the transaction ends.
        items: 1 to `MAX_PART_LABELS` labels without a gap, beginning with the run's next one.
        files: what was written of them; may be empty.

    Returns:
        How many labels of the run are carried out now.

    Raises:
        RecordError: CONFLICT when the labels are not the run's next ones, when a code or file
            stands in the run already, when its certificate is missing, or when it has ended;
            INVALID for too many labels or files.
    """
    if not 1 <= len(items) <= MAX_PART_LABELS:
        raise RecordError(INVALID, f"a part has 1 to {MAX_PART_LABELS} labels, got {len(items)}")
    run = _locked(session, run_id)
    if run.certificate_id is None or run.finished_at is not None:
        raise RecordError(CONFLICT, "parts follow the certificate and precede the end of a run")
    following = run.labels_first + run.done_count
    labels = [item.label_number for item in items]
    if labels != list(range(following, following + len(items))) or labels[-1] > run.labels_last:
        raise RecordError(
            CONFLICT, f"the run wants labels {following} and following, got {labels[0]}"
        )
    wanted = codes_of_run(session, run, run.done_count, len(items))
    if [item.code_id for item in items] != [code.code_id for code in wanted]:
        raise RecordError(CONFLICT, "a label of this part bears another code than was ordered")
    session.execute(
        insert(ArtItem.__table__),  # type: ignore[arg-type]  # a Table, typed as FromClause
        [
            {
                "run_id": run_id,
                "code_id": item.code_id,
                "label_number": item.label_number,
                "mask": item.mask,
                "zone_mismatches": item.zone_mismatches,
                "passed": item.passed,
                "rerolled": item.rerolled,
                "reason": item.reason[:MAX_FAILURE_LENGTH] if item.reason is not None else None,
            }
            for item in items
        ],
    )
    run.done_count += len(items)
    run.failed_count += sum(not item.passed for item in items)
    _add_files(session, clock, run_id, files)
    return run.done_count


def finish_run(session: Session, clock: Clock, run_id: str, files: Sequence[NewFile]) -> None:
    """Note the end of a run whose labels are all carried out, with the files over all parts.

    Raises:
        RecordError: CONFLICT when labels are missing or when it has ended already.
    """
    run = _locked(session, run_id)
    if run.finished_at is not None or run.done_count != run.quantity:
        raise RecordError(
            CONFLICT, f"{run.done_count} of {run.quantity} labels are done; a run ends once"
        )
    run.finished_at = clock.now()
    _add_files(session, clock, run_id, files)


def _add_files(session: Session, clock: Clock, run_id: str, files: Sequence[NewFile]) -> None:
    now = clock.now()
    session.add_all(
        ArtFile(
            run_id=run_id,
            name=file.name,
            media_type=file.media_type,
            byte_count=file.byte_count,
            blob_key=file.blob_key,
            labels_first=file.labels_first,
            labels_last=file.labels_last,
            created_at=now,
        )
        for file in files
    )
    session.flush()
    count = select(func.count()).where(ArtFile.run_id == run_id)
    if files and session.execute(count).scalar_one() > MAX_RUN_FILES:
        raise RecordError(INVALID, f"a run has {MAX_RUN_FILES} files at most; make larger parts")


def _locked(session: Session, run_id: str) -> ArtRun:
    query = (
        select(ArtRun)
        .where(ArtRun.id == run_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    run = session.execute(query).scalar_one_or_none()
    if run is None:
        raise RecordError(NOT_FOUND, "there is no such run")
    return run
