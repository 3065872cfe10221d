"""Activation and voiding: all or none, and safe to repeat."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from trace_backend.codes import Code, CodeState, activate, void
from trace_backend.codes.lifecycle import MAX_ACTIVATED_LABELS, code_of
from trace_backend.codes.models import Activation
from trace_backend.kit.errors import RecordError
from trace_backend.products import NewBatch, create_batch


@pytest.fixture
def act(record, subjects, batch):
    """Activate labels for the tea's batch: act(range(1, 11)) -> the three counts."""

    def run(labels, into=batch, place=0):
        with record.database.transaction() as session:
            report = activate(session, record.clock, subjects[place], into.id, labels)
            return report.activated, report.already_active, report.skipped_void

    return run


@pytest.fixture
def take_out(record, subjects):
    def run(label, reason="破损", place=0):
        with record.database.transaction() as session:
            return void(session, record.clock, subjects[place], label, reason)

    return run


def _states(record):
    with record.database.reading() as session:
        query = select(Code.state).order_by(Code.label_number)
        return "".join(state[0] for state in session.execute(query).scalars())


def _serials(record):
    with record.database.reading() as session:
        return session.execute(select(Code.serial).order_by(Code.label_number)).scalars().all()


def test_a_range_is_activated_with_both_ends(record, order, act, batch):
    order(5)
    assert act(range(2, 5)) == (3, 0, 0)
    assert _states(record) == "IAAAI"
    with record.database.reading() as session:
        code = code_of(session, batch.tenant_id, 3)
        record_of_it = session.execute(select(Activation)).scalar_one()
    assert (code.product_id, code.batch_id) == (batch.product_id, batch.id)
    assert (code.activated_at, code.activation_id) == (record.clock.now(), record_of_it.id)
    assert (
        record_of_it.activated_count,
        record_of_it.first_label_number,
        record_of_it.last_label_number,
    ) == (3, 2, 4)


def test_a_list_of_serials_is_activated(record, order, act):
    order(4)
    serials = _serials(record)
    assert act([serials[0], serials[3], serials[0]]) == (2, 0, 0)
    assert _states(record) == "AIIA"


def test_activating_again_changes_nothing(record, order, act):
    order(3)
    act(range(1, 3))
    assert act(range(1, 4)) == (1, 2, 0)
    assert act(range(1, 4)) == (0, 3, 0)
    with record.database.reading() as session:
        assert session.execute(select(func.count(Activation.id))).scalar() == 2


def test_void_labels_inside_a_range_are_skipped_and_stay_void(record, order, act, take_out):
    order(3)
    take_out(2)
    assert act(range(1, 4)) == (2, 0, 1)
    assert _states(record) == "AVA"


def test_a_void_code_named_in_a_list_refuses_the_whole_list(record, order, act, take_out):
    order(2)
    take_out(2)
    with pytest.raises(RecordError, match="void"):
        act(_serials(record))
    assert _states(record) == "IV"


@pytest.mark.parametrize(
    ("labels", "slug"),
    [
        (range(1, 7), "conflict"),  # label 6 was not issued
        (range(5, 5), "invalid"),
        (range(1, 6, 2), "invalid"),
        (range(1, MAX_ACTIVATED_LABELS + 2), "invalid"),
        ([], "invalid"),
        (["00000000000000000000"], "not-found"),
    ],
)
def test_a_selection_that_does_not_fit_activates_nothing(record, order, act, labels, slug):
    order(5)
    with pytest.raises(RecordError) as caught:
        act(labels)
    assert caught.value.problem.slug == slug
    assert _states(record) == "IIIII"


def test_labels_of_another_product_are_refused(record, order, act, wine):
    order(2)
    with pytest.raises(RecordError, match="another product"):
        act(range(1, 3), into=wine)
    assert _states(record) == "II"


def test_labels_active_in_another_batch_are_refused(record, order, act, batch, subjects):
    order(2)
    act(range(1, 2))
    with record.database.transaction() as session:
        other = create_batch(session, record.clock, subjects[0], NewBatch(batch.product_id, "B2"))
    with pytest.raises(RecordError, match="another batch"):
        act(range(1, 3), into=other)
    assert _states(record) == "AI"


def test_voiding_keeps_the_first_reason(record, order, act, take_out, subjects):
    order(1)
    act(range(1, 2))
    code = take_out(1, "破损")
    again = take_out(_serials(record)[0], "another reason")
    assert (again.state, again.void_reason, again.voided_at) == (
        CodeState.VOID,
        "破损",
        code.voided_at,
    )
    assert again.voided_by == subjects[0].id


def test_another_tenant_can_neither_activate_nor_void(record, order, act, take_out):
    order(1)
    with pytest.raises(RecordError) as caught:
        act(range(1, 2), place=1)
    assert caught.value.problem.slug == "not-found"
    for label in (1, _serials(record)[0]):
        with pytest.raises(RecordError) as caught:
            take_out(label, place=1)
        assert caught.value.problem.slug == "not-found"
    assert _states(record) == "I"


def test_one_range_activated_many_times_at_once_is_activated_once(record, order, act):
    order(50)
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda _: act(range(1, 51)), range(8)))
    assert sorted(reports) == [(0, 50, 0)] * 7 + [(50, 0, 0)]


def test_overlapping_ranges_at_once_activate_each_label_once(record, order, act):
    order(60)
    ranges = [range(first, first + 20) for first in (1, 11, 21, 31, 41, 6, 26, 36)]
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(act, ranges))
    assert sum(activated for activated, _, _ in reports) == 60
    assert _states(record) == "A" * 60
