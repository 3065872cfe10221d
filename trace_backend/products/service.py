"""Verbs of products and batches."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trace_backend.kit.auth import Subject
from trace_backend.kit.clock import Clock
from trace_backend.kit.errors import CONFLICT, INVALID, RecordError
from trace_backend.kit.ids import new_id
from trace_backend.products.gtin import to_gtin14
from trace_backend.products.models import Batch, BatchRecall, Product
from trace_backend.products.repository import batch_of, product_of


class RecallAct(StrEnum):
    """What a recall record says."""

    RECALL = "recall"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product to register; `gtin` as written, 8, 12, 13 or 14 digits."""

    gtin: str
    name: str
    brand: str
    code: str
    spec: str = ""
    mnemonic: str = ""


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch to register; the expiry date is the last day of use."""

    product_id: str
    number: str
    production_date: date | None = None
    expiry_date: date | None = None


def create_product(session: Session, clock: Clock, subject: Subject, new: NewProduct) -> Product:
    """Register a product of the subject's tenant.

    Raises:
        RecordError: INVALID for a GTIN that is none; CONFLICT when the tenant has its code or GTIN.
    """
    gtin = to_gtin14(new.gtin)
    if gtin is None:
        raise RecordError(
            INVALID, "gtin wants 8, 12, 13 or 14 digits, the last one the GS1 check digit"
        )
    product = Product(
        id=new_id(clock),
        tenant_id=subject.tenant_id,
        organisation_id=subject.organisation_id,
        gtin=gtin,
        name=new.name,
        brand=new.brand,
        spec=new.spec,
        code=new.code,
        mnemonic=new.mnemonic,
        created_at=clock.now(),
    )
    _add(session, product, "there is a product with this code or GTIN already")
    return product


def create_batch(session: Session, clock: Clock, subject: Subject, new: NewBatch) -> Batch:
    """Register a batch of a product of the subject's tenant.

    Raises:
        RecordError: NOT_FOUND for the product; INVALID for an expiry before the production;
            CONFLICT when the product has a batch of this number.
    """
    product = product_of(session, subject.tenant_id, new.product_id)
    if new.production_date and new.expiry_date and new.expiry_date < new.production_date:
        raise RecordError(INVALID, "expiry_date wants a day that is not before production_date")
    batch = Batch(
        id=new_id(clock),
        tenant_id=subject.tenant_id,
        product_id=product.id,
        number=new.number,
        production_date=new.production_date,
        expiry_date=new.expiry_date,
        created_at=clock.now(),
    )
    _add(session, batch, "this product has a batch of this number already")
    return batch


def recall_batch(
    session: Session, clock: Clock, subject: Subject, batch_id: str, reason: str
) -> Batch:
    """Recall a batch; recalling it again changes nothing (the first reason stays).

    Raises:
        RecordError: NOT_FOUND.
    """
    batch = batch_of(session, subject.tenant_id, batch_id, lock=True)
    if batch.recalled_at is None:
        _record_act(session, clock, subject, batch, RecallAct.RECALL, reason)
        batch.recalled_at = clock.now()
        batch.recall_reason = reason
        session.flush()
    return batch


def withdraw_recall(
    session: Session, clock: Clock, subject: Subject, batch_id: str, reason: str
) -> Batch:
    """Take a recall back by a compensating record; without a recall it changes nothing (E15).

    Raises:
        RecordError: NOT_FOUND.
    """
    batch = batch_of(session, subject.tenant_id, batch_id, lock=True)
    if batch.recalled_at is not None:
        _record_act(session, clock, subject, batch, RecallAct.WITHDRAWAL, reason)
        batch.recalled_at = None
        batch.recall_reason = None
        session.flush()
    return batch


def _record_act(
    session: Session, clock: Clock, subject: Subject, batch: Batch, act: RecallAct, reason: str
) -> None:
    session.add(
        BatchRecall(
            id=new_id(clock),
            tenant_id=batch.tenant_id,
            batch_id=batch.id,
            act=act,
            reason=reason,
            subject_id=subject.id,
            acted_at=clock.now(),
        )
    )


def _add(session: Session, row: Product | Batch, conflict: str) -> None:
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise RecordError(CONFLICT, conflict) from error
