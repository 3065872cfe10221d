"""Two tenants, a product and a batch of the first, and an HTTP client over the code room."""

import pytest

from trace_backend.codes import place_order, register_jobs, router
from trace_backend.products import NewBatch, NewProduct, create_batch, create_product


@pytest.fixture
def batch(record, subjects):
    """A batch of the first tenant's tea, GTIN 06291041500213."""
    return make_batch(record, subjects[0], "6291041500213", "茶")


@pytest.fixture
def wine(record, subjects):
    """A batch of another product of the first tenant."""
    return make_batch(record, subjects[0], "9520123456788", "酒")


def make_batch(record, subject, gtin, name):
    with record.database.transaction() as session:
        new = NewProduct(gtin, name, "玉泉洼", name)
        product = create_product(session, record.clock, subject, new)
        return create_batch(session, record.clock, subject, NewBatch(product.id, "B1"))


@pytest.fixture
def order(record, subjects, batch):
    """Make an order of codes of the tea: order(10)."""

    def place(quantity, number="PO-1"):
        with record.database.transaction() as session:
            return place_order(
                session,
                record,
                subjects[0],
                number=number,
                product_id=batch.product_id,
                quantity=quantity,
            ).order

    return place


@pytest.fixture
def with_jobs(record):
    """The record with this room's jobs registered and carried out."""
    register_jobs(record)
    record.jobs.start()
    yield record
    record.jobs.stop()


@pytest.fixture
def http(http_of):
    """A client of an app that has just this room."""
    return http_of(router, code_hosts=("id.dianjin.example", "dj.example"))
