"""Orders of codes: label numbers, idempotency, key generations, the durable job."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from trace_backend.codes import Code, find_code, place_order
from trace_backend.codes.identity import is_code
from trace_backend.codes.lookup import NO_ROW_ID
from trace_backend.codes.models import CodeOrder
from trace_backend.codes.orders import CHUNK, order_of, rotate_key
from trace_backend.kit.errors import RecordError


def _codes(record, order):
    with record.database.reading() as session:
        query = select(Code).where(Code.order_id == order.id).order_by(Code.label_number)
        return session.execute(query).scalars().all()


def test_a_small_order_is_complete_at_once(record, order, batch):
    placed = order(10)
    codes = _codes(record, placed)
    assert [code.label_number for code in codes] == list(range(1, 11))
    assert len({code.serial for code in codes}) == 10
    assert all(is_code(code.serial) for code in codes)
    assert {(code.state, code.gtin, code.product_id) for code in codes} == {
        ("ISSUED", "06291041500213", None)
    }
    assert (placed.issued_count, placed.completed_at) == (10, record.clock.now())


def test_label_numbers_go_on_with_the_next_order(order):
    first, second = order(3), order(2, number="PO-2")
    assert (first.first_label_number, first.last_label_number) == (1, 3)
    assert (second.first_label_number, second.last_label_number) == (4, 5)


def test_the_same_order_again_is_the_same_order(record, order):
    assert order(3).id == order(3).id
    with record.database.reading() as session:
        assert session.execute(select(func.count(Code.id))).scalar() == 3


def test_an_order_number_can_not_stand_for_two_orders(order):
    order(3)
    with pytest.raises(RecordError) as caught:
        order(4)
    assert caught.value.problem.slug == "conflict"


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
def test_a_quantity_out_of_range_is_refused(order, quantity):
    with pytest.raises(RecordError) as caught:
        order(quantity)
    assert caught.value.problem.slug == "invalid"


def test_another_tenant_sees_neither_product_nor_order(record, order, subjects, batch):
    placed = order(1)
    with pytest.raises(RecordError) as caught, record.database.transaction() as session:
        place_order(
            session, record, subjects[1], number="X", product_id=batch.product_id, quantity=1
        )
    assert caught.value.problem.slug == "not-found"
    with pytest.raises(RecordError) as caught, record.database.reading() as session:
        order_of(session, subjects[1].tenant_id, placed.id)
    assert caught.value.problem.slug == "not-found"


def test_orders_placed_at_once_get_labels_of_their_own(record, order):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: order(5, number=f"PO-{number}"), range(8)))
    with record.database.reading() as session:
        labels = session.execute(select(Code.label_number).order_by(Code.label_number))
        assert labels.scalars().all() == list(range(1, 41))


def test_one_order_placed_many_times_at_once_is_placed_once(record, order):
    with ThreadPoolExecutor(8) as pool:
        placed = list(pool.map(lambda _: order(5).id, range(16)))
    assert len(set(placed)) == 1
    with record.database.reading() as session:
        assert session.execute(select(func.count(CodeOrder.id))).scalar() == 1


def test_codes_of_an_old_key_generation_stay_valid(record, order, batch):
    old = _codes(record, order(1))[0]
    with record.database.transaction() as session:
        assert rotate_key(session, record.clock, batch.tenant_id) == 2
    new = _codes(record, order(1, number="PO-2"))[0]
    assert (old.key_id, new.key_id) == (1, 2)
    with record.database.transaction() as session:
        for code in (old, new):
            assert find_code(session, record.secrets, code.serial, None).check_value_right


def test_a_code_in_the_link_of_another_product_has_a_wrong_check_value(record, order):
    code = _codes(record, order(1))[0]
    with record.database.transaction() as session:
        right = find_code(session, record.secrets, code.serial, "06291041500213")
        wrong = find_code(session, record.secrets, code.serial, "09520123456788")
    assert (right.check_value_right, wrong.check_value_right) == (True, False)


def test_a_row_that_we_did_not_write_has_a_wrong_check_value(record, order):
    row = _codes(record, order(1))[0]
    forged = "0123456789ABCDEFGHJK"
    with record.database.transaction() as session:
        session.get(Code, row.id).serial = forged
    with record.database.transaction() as session:
        assert not find_code(session, record.secrets, forged, None).check_value_right
        assert find_code(session, record.secrets, row.serial, None) is None


def test_no_row_has_the_id_that_stands_for_none(record, order):
    order(1)
    with record.database.reading() as session:
        assert session.get(Code, NO_ROW_ID) is None


@pytest.mark.slow
def test_a_large_order_is_written_by_the_job_once(with_jobs, order):
    placed = order(CHUNK + 1)
    assert (placed.issued_count, placed.completed_at) == (0, None)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with with_jobs.database.reading() as session:
            status = with_jobs.jobs.status(session, placed.job_id)
        if status.state in ("DONE", "FAILED"):
            break
        time.sleep(0.2)
    assert (status.state, status.done, status.error) == ("DONE", CHUNK + 1, None)
    codes = _codes(with_jobs, placed)
    assert [code.label_number for code in codes] == list(range(1, CHUNK + 2))
    with with_jobs.database.reading() as session:
        assert order_of(session, placed.tenant_id, placed.id).completed_at is not None
