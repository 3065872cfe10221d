"""Orders of codes (赋码): numbers are reserved at once, a durable job writes large orders."""

import secrets as random_source
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from trace_backend.codes.identity import CodeScope, make_code
from trace_backend.codes.lookup import CodeState, code_key
from trace_backend.codes.models import Code, CodeKey, CodeOrder, LabelCounter
from trace_backend.kit.auth import Subject
from trace_backend.kit.clock import Clock
from trace_backend.kit.context import RecordContext
from trace_backend.kit.errors import CONFLICT, INVALID, NOT_FOUND, RecordError
from trace_backend.kit.ids import new_id
from trace_backend.kit.jobs import JobRun, JsonObject
from trace_backend.kit.secrets import Secrets
from trace_backend.products import product_of

DIRECT_QUANTITY: Final = 1_000
"""Up to this many codes are written within the request (about 0.2 s); above it by a job."""
MAX_ORDER_QUANTITY: Final = 1_000_000
CHUNK: Final = 5_000
"""Codes that one step of the job writes in one transaction: others wait a second at most."""
FIRST_LABEL_NUMBER: Final = 1
ISSUE_JOB: Final = "codes.issue"


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order and whether this call placed it (False: the same order stood there already)."""

    order: CodeOrder
    is_new: bool


def place_order(
    session: Session,
    record: RecordContext,
    subject: Subject,
    *,
    number: str,
    product_id: str,
    quantity: int,
) -> PlacedOrder:
    """Order new codes; asking again with the same number, product and quantity changes nothing.

    Args:
        session: the caller's transaction.
        record: clock, secrets and jobs.
        subject: who orders, and for which tenant.
        number: the orderer's own number of the order, unique in the tenant.
        product_id: whose GTIN is printed.
        quantity: 1 to `MAX_ORDER_QUANTITY`.

    Raises:
        RecordError: NOT_FOUND for the product; INVALID for the quantity; CONFLICT when the number
            stands for another order.
    """
    if not 1 <= quantity <= MAX_ORDER_QUANTITY:
        raise RecordError(INVALID, f"quantity wants 1 to {MAX_ORDER_QUANTITY}")
    product = product_of(session, subject.tenant_id, product_id)
    counter = _locked_counter(session, subject.tenant_id)
    earlier = session.execute(
        select(CodeOrder).where(
            CodeOrder.tenant_id == subject.tenant_id, CodeOrder.number == number
        )
    ).scalar_one_or_none()
    if earlier is not None:
        if (earlier.product_id, earlier.quantity) != (product_id, quantity):
            raise RecordError(CONFLICT, "this order number stands for another order already")
        return PlacedOrder(earlier, is_new=False)
    first = counter.next_number
    counter.next_number += quantity
    order = CodeOrder(
        id=new_id(record.clock),
        tenant_id=subject.tenant_id,
        organisation_id=subject.organisation_id,
        number=number,
        product_id=product.id,
        gtin=product.gtin,
        key_id=_current_key_id(session, record.clock, subject.tenant_id),
        quantity=quantity,
        issued_count=0,
        first_label_number=first,
        last_label_number=first + quantity - 1,
        subject_id=subject.id,
        created_at=record.clock.now(),
    )
    session.add(order)
    session.flush()
    if quantity <= DIRECT_QUANTITY:
        _write_codes(session, record.clock, record.secrets, order, quantity)
    else:
        order.job_id = record.jobs.enqueue(session, ISSUE_JOB, {"order_id": order.id})
        session.flush()
    return PlacedOrder(order, is_new=True)


def order_of(session: Session, tenant_id: str, order_id: str) -> CodeOrder:
    """Return a tenant's order; RecordError NOT_FOUND, also when it is another tenant's."""
    query = select(CodeOrder).where(CodeOrder.id == order_id, CodeOrder.tenant_id == tenant_id)
    order = session.execute(query).scalar_one_or_none()
    if order is None:
        raise RecordError(NOT_FOUND, "there is no such order of codes")
    return order


def register_jobs(record: RecordContext) -> None:
    """Name the handlers of this room's jobs; the service calls it once, before it starts them."""
    record.jobs.register(ISSUE_JOB, lambda run, payload: issue_order(record, run, payload))


def issue_order(record: RecordContext, run: JobRun, payload: JsonObject) -> int:
    """Write the codes of an order chunk by chunk, each exactly once; returns how many there are."""
    order_id = str(payload["order_id"])
    with record.database.reading() as session:
        quantity = session.execute(
            select(CodeOrder.quantity).where(CodeOrder.id == order_id)
        ).scalar_one()
    for start in range(0, quantity, CHUNK):
        count = min(CHUNK, quantity - start)
        run.step(f"codes {start}", partial(_write_chunk, record, order_id, start, count))
        run.progress(start + count, quantity)
    return quantity


def rotate_key(session: Session, clock: Clock, tenant_id: str) -> int:
    """Begin a new generation of the tenant's code key; issued codes keep theirs. Returns its id."""
    _locked_counter(session, tenant_id)
    key_id = _current_key_id(session, clock, tenant_id) + 1
    session.add(CodeKey(tenant_id=tenant_id, key_id=key_id, created_at=clock.now()))
    session.flush()
    return key_id


def _write_chunk(
    record: RecordContext, order_id: str, start: int, count: int, session: Session
) -> int:
    order = session.execute(
        select(CodeOrder).where(CodeOrder.id == order_id).with_for_update(key_share=True)
    ).scalar_one()
    if order.issued_count != start:
        raise RecordError(CONFLICT, f"the order has {order.issued_count} codes, expected {start}")
    _write_codes(session, record.clock, record.secrets, order, count)
    return count


def _write_codes(
    session: Session, clock: Clock, secrets: Secrets, order: CodeOrder, count: int
) -> None:
    """Write the next `count` codes of an order whose row the caller has locked."""
    scope = CodeScope(order.tenant_id, order.key_id, order.gtin)
    key = code_key(secrets, order.tenant_id, order.key_id)
    next_label = order.first_label_number + order.issued_count
    now = clock.now()
    session.execute(
        insert(Code),
        [
            {
                "id": new_id(clock),
                "tenant_id": order.tenant_id,
                "order_id": order.id,
                "serial": make_code(key, scope, random_source.randbits),
                "key_id": order.key_id,
                "gtin": order.gtin,
                "label_number": next_label + place,
                "state": CodeState.ISSUED,
                "query_count": 0,
                "scan_count": 0,
                "created_at": now,
            }
            for place in range(count)
        ],
    )
    order.issued_count += count
    if order.issued_count == order.quantity:
        order.completed_at = now
    session.flush()


def _locked_counter(session: Session, tenant_id: str) -> LabelCounter:
    """Return the tenant's label counter with its row locked: a tenant's orders stand in a line."""
    dialect = session.get_bind().dialect.name
    new_row = insert_sqlite if dialect == "sqlite" else insert_postgresql
    session.execute(
        new_row(LabelCounter)
        .values(tenant_id=tenant_id, next_number=FIRST_LABEL_NUMBER)
        .on_conflict_do_nothing(index_elements=["tenant_id"])
    )
    return session.execute(
        select(LabelCounter)
        .where(LabelCounter.tenant_id == tenant_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _current_key_id(session: Session, clock: Clock, tenant_id: str) -> int:
    """Return the newest key generation, the first one made on demand; the counter is locked."""
    query = select(CodeKey.key_id).where(CodeKey.tenant_id == tenant_id)
    newest = session.execute(query.order_by(CodeKey.key_id.desc()).limit(1)).scalar_one_or_none()
    if newest is not None:
        return newest
    session.add(CodeKey(tenant_id=tenant_id, key_id=1, created_at=clock.now()))
    session.flush()
    return 1
