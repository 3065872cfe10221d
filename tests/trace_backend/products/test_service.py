"""Products, batches and recalls in the database."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from trace_backend.kit.errors import RecordError
from trace_backend.products import NewBatch, NewProduct, create_batch, create_product, recall_batch
from trace_backend.products.models import BatchRecall
from trace_backend.products.repository import batch_of, product_of
from trace_backend.products.service import withdraw_recall

TEA = NewProduct("6291041500213", "有机韭菜", "玉泉洼", "01TM-001", "250g/盒", "YJJC")


def _new_batch(record, subject, **dates):
    with record.database.transaction() as session:
        product = create_product(session, record.clock, subject, TEA)
        return create_batch(
            session, record.clock, subject, NewBatch(product.id, "20261122-甲", **dates)
        )


def test_a_gtin_13_is_stored_with_14_digits(record, subjects):
    with record.database.transaction() as session:
        product = create_product(session, record.clock, subjects[0], TEA)
        assert (product.gtin, product.created_at) == ("06291041500213", record.clock.now())


def test_a_wrong_check_digit_is_refused(record, subjects):
    wrong = NewProduct("6291041500214", "茶", "b", "1")
    with pytest.raises(RecordError, match="check digit"), record.database.transaction() as session:
        create_product(session, record.clock, subjects[0], wrong)


@pytest.mark.parametrize(
    "again",
    [
        NewProduct("9520123456788", "另一个", "b", TEA.code),
        NewProduct(TEA.gtin, "另一个", "b", "another code"),
    ],
)
def test_code_and_gtin_are_unique_within_a_tenant_only(record, subjects, again):
    with record.database.transaction() as session:
        create_product(session, record.clock, subjects[0], TEA)
    with pytest.raises(RecordError) as caught, record.database.transaction() as session:
        create_product(session, record.clock, subjects[0], again)
    assert caught.value.problem.slug == "conflict"
    with record.database.transaction() as session:
        assert create_product(session, record.clock, subjects[1], TEA).id


def test_a_product_of_another_tenant_is_not_found(record, subjects):
    with record.database.transaction() as session:
        product = create_product(session, record.clock, subjects[0], TEA)
    with record.database.reading() as session:
        assert product_of(session, subjects[0].tenant_id, product.id).name == "有机韭菜"
        with pytest.raises(RecordError) as caught:
            product_of(session, subjects[1].tenant_id, product.id)
    assert caught.value.problem.slug == "not-found"


def test_a_batch_number_is_unique_within_its_product(record, subjects):
    batch = _new_batch(record, subjects[0])
    again = NewBatch(batch.product_id, batch.number)
    with (
        pytest.raises(RecordError, match="batch of this number"),
        record.database.transaction() as session,
    ):
        create_batch(session, record.clock, subjects[0], again)


def test_an_expiry_before_the_production_is_refused(record, subjects):
    with pytest.raises(RecordError, match="expiry_date"):
        _new_batch(
            record,
            subjects[0],
            production_date=date(2026, 11, 22),
            expiry_date=date(2026, 11, 21),
        )


def test_a_recall_is_taken_back_by_a_second_record(record, subjects):
    batch = _new_batch(record, subjects[0])
    with record.database.transaction() as session:
        assert recall_batch(session, record.clock, subjects[0], batch.id, "农残超标").recalled_at
    record.clock.advance(timedelta(hours=1))
    with record.database.transaction() as session:
        withdrawn = withdraw_recall(session, record.clock, subjects[0], batch.id, "复检合格")
        assert (withdrawn.recalled_at, withdrawn.recall_reason) == (None, None)
    with record.database.reading() as session:
        acts = session.execute(select(BatchRecall).order_by(BatchRecall.id)).scalars().all()
    assert [(act.act, act.reason, act.subject_id) for act in acts] == [
        ("recall", "农残超标", subjects[0].id),
        ("withdrawal", "复检合格", subjects[0].id),
    ]


def test_recalling_twice_keeps_the_first_reason_and_one_record(record, subjects):
    batch = _new_batch(record, subjects[0])
    for reason in ("first", "second"):
        with record.database.transaction() as session:
            recall_batch(session, record.clock, subjects[0], batch.id, reason)
    with record.database.reading() as session:
        assert batch_of(session, batch.tenant_id, batch.id).recall_reason == "first"
        assert len(session.execute(select(BatchRecall)).all()) == 1


def test_withdrawing_what_is_not_recalled_records_nothing(record, subjects):
    batch = _new_batch(record, subjects[0])
    with record.database.transaction() as session:
        withdraw_recall(session, record.clock, subjects[0], batch.id, "nothing to take back")
    with record.database.reading() as session:
        assert session.execute(select(BatchRecall)).all() == []


def test_another_tenant_can_not_recall(record, subjects):
    batch = _new_batch(record, subjects[0])
    with pytest.raises(RecordError) as caught, record.database.transaction() as session:
        recall_batch(session, record.clock, subjects[1], batch.id, "spite")
    assert caught.value.problem.slug == "not-found"
