"""Two tenants, codes of the first, a way to query them, and an HTTP client over this room."""

from datetime import date

import pytest
from sqlalchemy import select

from trace_backend.authenticity import CodeQuery, query, router
from trace_backend.codes import Code, activate, place_order
from trace_backend.products import NewBatch, NewProduct, create_batch, create_product


@pytest.fixture
def batch(record, subjects):
    """A batch of the first tenant's product, GTIN 06291041500213, good until 2026-12-31."""
    return make_batch(record, subjects[0], "有机韭菜")


def make_batch(record, subject, name):
    with record.database.transaction() as session:
        new = NewProduct("6291041500213", name, "玉泉洼", "01TM-001", "250g/盒")
        product = create_product(session, record.clock, subject, new)
        return create_batch(
            session,
            record.clock,
            subject,
            NewBatch(product.id, "B1", date(2026, 11, 1), date(2026, 12, 31)),
        )


@pytest.fixture
def make_codes(record, subjects, batch):
    """Make serials of the first tenant: make_codes(3), make_codes(1, active=False)."""
    orders = []

    def make(count, *, active=True):
        orders.append(count)
        with record.database.transaction() as session:
            order = place_order(
                session,
                record,
                subjects[0],
                number=f"PO-{len(orders)}",
                product_id=batch.product_id,
                quantity=count,
            ).order
            if active:
                labels = range(order.first_label_number, order.last_label_number + 1)
                activate(session, record.clock, subjects[0], batch.id, labels)
            serials = select(Code.serial).where(Code.order_id == order.id)
            return session.execute(serials.order_by(Code.label_number)).scalars().all()

    return make


@pytest.fixture
def code(make_codes):
    """The serial of one active code."""
    return make_codes(1)[0]


@pytest.fixture
def ask(record):
    """Query a code in a transaction of its own: ask(code, visitor="a", place=...)."""

    def run(serial, visitor="visitor-1", gtin=None, **more):
        with record.database.transaction() as session:
            return query(session, record, CodeQuery(serial, gtin, visitor, **more))

    return run


@pytest.fixture
def http(http_of):
    """A client of an app that has just this room."""
    return http_of(router)
