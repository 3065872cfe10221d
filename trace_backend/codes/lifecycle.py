"""What is done to codes after printing: activation (激活) and voiding (注销); safe to repeat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from trace_backend.codes.lookup import CodeState
from trace_backend.codes.models import Activation, Code
from trace_backend.kit.auth import Subject
from trace_backend.kit.clock import Clock
from trace_backend.kit.errors import CONFLICT, INVALID, NOT_FOUND, RecordError
from trace_backend.kit.ids import new_id
from trace_backend.products import Batch, Product, batch_of, product_of

MAX_ACTIVATED_LABELS: Final = 100_000
"""Labels of one activation: bounds the rows that one transaction locks."""
MAX_LISTED_SERIALS: Final = 1_000


@dataclass(frozen=True, slots=True)
class ActivationReport:
    """What an activation did; `activation` is None when there was nothing left to do."""

    activation: Activation | None
    activated: int
    already_active: int
    skipped_void: int


@dataclass(frozen=True, slots=True)
class _LockedCode:
    id: str
    serial: str
    label_number: int
    state: str
    gtin: str
    product_id: str | None
    batch_id: str | None


def activate(
    session: Session,
    clock: Clock,
    subject: Subject,
    batch_id: str,
    labels: range | Sequence[str],
) -> ActivationReport:
    """Activate labels and bind them to a batch and its product: all of them, or none.

    Labels that are active in this batch already are left as they are, so the call can be repeated.
    Void labels inside a range are skipped (a factory cuts damaged ones out of a roll); a void code
    in a list of serials is refused, for somebody named it.

    Args:
        session: the caller's transaction.
        clock: dates the act.
        subject: who acts; only codes of its tenant are seen.
        batch_id: the batch; its product must be the one for which the labels were printed.
        labels: label numbers as a range of step 1, or serials in normal form.

    Raises:
        RecordError: NOT_FOUND for the batch or a serial; INVALID for an empty, reversed or too
            large selection; CONFLICT for labels that were not issued, were printed for another
            product, are active in another batch, or are void by name.
    """
    batch = batch_of(session, subject.tenant_id, batch_id)
    product = product_of(session, subject.tenant_id, batch.product_id)
    if isinstance(labels, range):
        codes, skipped = _codes_of_range(session, subject.tenant_id, labels)
    else:
        codes, skipped = _codes_of_list(session, subject.tenant_id, labels), 0
    _refuse_misfits(codes, product, batch)
    fresh = [code for code in codes if code.state == CodeState.ISSUED]
    already_active = len(codes) - len(fresh)
    if not fresh:
        return ActivationReport(None, 0, already_active, skipped)
    activation = Activation(
        id=new_id(clock),
        tenant_id=subject.tenant_id,
        organisation_id=subject.organisation_id,
        product_id=product.id,
        batch_id=batch.id,
        activated_count=len(fresh),
        first_label_number=min(code.label_number for code in fresh),
        last_label_number=max(code.label_number for code in fresh),
        subject_id=subject.id,
        activated_at=clock.now(),
    )
    session.add(activation)
    session.flush()
    if isinstance(labels, range):
        chosen = _in_range(subject.tenant_id, labels)
    else:
        chosen = Code.id.in_([code.id for code in fresh])
    session.execute(
        update(Code)
        .where(chosen, Code.state == CodeState.ISSUED)
        .values(
            state=CodeState.ACTIVE,
            product_id=product.id,
            batch_id=batch.id,
            activation_id=activation.id,
            activated_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )
    return ActivationReport(activation, len(fresh), already_active, skipped)


def void(session: Session, clock: Clock, subject: Subject, label: int | str, reason: str) -> Code:
    """Take a code out of use for good; voiding it again changes nothing (the first reason stays).

    Args:
        session: the caller's transaction.
        clock: dates the act.
        subject: who acts; only codes of its tenant are seen.
        label: the label number, or the serial in normal form.
        reason: why, in the words of the factory.

    Raises:
        RecordError: NOT_FOUND.
    """
    code = code_of(session, subject.tenant_id, label, lock=True)
    if code.state != CodeState.VOID:
        code.state = CodeState.VOID
        code.voided_at = clock.now()
        code.void_reason = reason
        code.voided_by = subject.id
        session.flush()
    return code


def code_of(session: Session, tenant_id: str, label: int | str, *, lock: bool = False) -> Code:
    """Return a tenant's code by label number or serial, with its row locked when asked.

    Raises:
        RecordError: NOT_FOUND, also when it is another tenant's.
    """
    named = Code.label_number == label if isinstance(label, int) else Code.serial == label
    query = select(Code).where(named, Code.tenant_id == tenant_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    code = session.execute(query).scalar_one_or_none()
    if code is None:
        raise RecordError(NOT_FOUND, "there is no such code")
    return code


def _in_range(tenant_id: str, labels: range) -> ColumnElement[bool]:
    return and_(Code.tenant_id == tenant_id, Code.label_number.between(labels[0], labels[-1]))


def _codes_of_range(
    session: Session, tenant_id: str, labels: range
) -> tuple[list[_LockedCode], int]:
    """Lock a range of labels; return the codes that aren't void, and how many are."""
    count = len(labels)
    if labels.step != 1 or not 1 <= count <= MAX_ACTIVATED_LABELS:
        raise RecordError(INVALID, f"a range wants 1 to {MAX_ACTIVATED_LABELS} labels, got {count}")
    codes = _lock(session, _in_range(tenant_id, labels))
    if len(codes) != count:
        raise RecordError(
            CONFLICT,
            f"{count - len(codes)} labels of {labels[0]} to {labels[-1]} were not issued",
        )
    usable = [code for code in codes if code.state != CodeState.VOID]
    return usable, count - len(usable)


def _codes_of_list(session: Session, tenant_id: str, serials: Sequence[str]) -> list[_LockedCode]:
    wanted = sorted(set(serials))
    if not 1 <= len(wanted) <= MAX_LISTED_SERIALS:
        raise RecordError(INVALID, f"a list wants 1 to {MAX_LISTED_SERIALS} serials")
    codes = _lock(session, and_(Code.tenant_id == tenant_id, Code.serial.in_(wanted)))
    if len(codes) != len(wanted):
        raise RecordError(NOT_FOUND, f"{len(wanted) - len(codes)} of the codes don't exist")
    void_serials = [code.serial for code in codes if code.state == CodeState.VOID]
    if void_serials:
        raise RecordError(
            CONFLICT, f"{len(void_serials)} of the codes are void", serials=void_serials
        )
    return codes


def _lock(session: Session, chosen: ColumnElement[bool]) -> list[_LockedCode]:
    """Lock codes in the order of their labels: two activations can't wait for each other."""
    rows = session.execute(
        select(
            Code.id,
            Code.serial,
            Code.label_number,
            Code.state,
            Code.gtin,
            Code.product_id,
            Code.batch_id,
        )
        .where(chosen)
        .order_by(Code.label_number)
        .with_for_update(key_share=True)
    )
    return [_LockedCode(*row) for row in rows]


def _refuse_misfits(codes: Sequence[_LockedCode], product: Product, batch: Batch) -> None:
    misprinted = [code.label_number for code in codes if code.gtin != product.gtin]
    if misprinted:
        raise RecordError(
            CONFLICT,
            f"{len(misprinted)} labels, the first {misprinted[0]}, were printed for another "
            f"product than {product.gtin}",
        )
    elsewhere = [
        code.label_number
        for code in codes
        if code.state == CodeState.ACTIVE and code.batch_id != batch.id
    ]
    if elsewhere:
        raise RecordError(
            CONFLICT,
            f"{len(elsewhere)} labels, the first {elsewhere[0]}, are active in another batch",
        )
