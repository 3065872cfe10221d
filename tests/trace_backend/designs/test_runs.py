"""Ordering runs, their states, and cancelling as a compensating act."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from trace_backend.codes.models import CodeOrder
from trace_backend.designs import ArtRun, CertificateVerdict, RunState
from trace_backend.designs.parts import finish_run
from trace_backend.designs.progress import view_runs
from trace_backend.designs.runs import (
    MAX_OPEN_RUNS,
    MAX_RUN_QUANTITY,
    NewRun,
    cancel_run,
    place_run,
    runs_query,
)
from trace_backend.designs.templates import archive_template, revise_template
from trace_backend.kit.errors import CONFLICT, INVALID, NOT_FOUND, RATE_LIMITED, RecordError
from trace_backend.kit.job_rows import Job


def _view(record, run):
    with record.database.reading() as session:
        return view_runs(session, record.clock, [session.get_one(ArtRun, run.id)])[0]


def _counts(record):
    with record.database.reading() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(rows)) for rows in (ArtRun, Job)
        )


def _cancel(record, subject, run, reason="印错了"):
    with record.database.transaction() as session:
        return cancel_run(session, record, subject, run.id, reason)


def test_the_same_order_again_is_the_same_run_and_one_job(runs, record):
    first, again = runs.place(), runs.place()
    assert (first.is_new, again.is_new) == (True, False)
    assert first.run.id == again.run.id
    assert _counts(record) == (1, 1)


def test_a_repeated_order_is_the_same_run_although_its_template_changed_meanwhile(
    runs, record, subjects
):
    first = runs.place().run
    with record.database.transaction() as session:
        revise_template(
            session, record.clock, subjects[0], runs.template.id, seen_revision=1, name="新名"
        )
        archive_template(session, record.clock, subjects[0], runs.template.id)
    again = runs.place()
    assert (again.run.id, again.is_new, again.run.template_revision) == (first.id, False, 1)


def test_a_run_keeps_the_design_that_was_ordered(runs, record, subjects, keep, content_of):
    run = runs.place().run
    other = content_of(keep(b"other").artwork.id, "{}", "another payload")
    with record.database.transaction() as session:
        revise_template(
            session, record.clock, subjects[0], runs.template.id, seen_revision=1, content=other
        )
    kept = _view(record, run).run
    ordered = (runs.template.artwork_id, runs.template.brief, runs.template.payload_example)
    assert (kept.artwork_id, kept.brief, kept.payload_example) == ordered


@pytest.mark.parametrize("what", ["output", "template", "codes"])
def test_a_number_that_stands_for_another_run_is_a_conflict(
    runs, record, save_template, order_codes, what
):
    runs.place()
    other = {
        "output": lambda: {"output": '{"format": "svg"}'},
        "template": lambda: {"template_id": save_template("another").id},
        "codes": lambda: {"order_id": order_codes("PO-2", 3).id},
    }[what]()
    with pytest.raises(RecordError) as refused:
        runs.place(**other)
    assert refused.value.problem is CONFLICT
    assert _counts(record) == (1, 1)


def test_two_tenants_may_use_the_same_number(runs, record, subjects, save_template, order_codes):
    ours = runs.place().run
    template, order = save_template(tenant=1), order_codes("PO-1", 3, tenant=1)
    with record.database.transaction() as session:
        new = NewRun("R-1", template.id, order.id, "{}")
        theirs = place_run(session, record, subjects[1], new)
    assert theirs.is_new
    assert theirs.run.id != ours.id
    with record.database.transaction() as session, pytest.raises(RecordError) as refused:
        place_run(session, record, subjects[1], NewRun("R-2", runs.template.id, order.id, "{}"))
    assert refused.value.problem is NOT_FOUND
    with record.database.transaction() as session, pytest.raises(RecordError) as refused:
        place_run(session, record, subjects[1], NewRun("R-3", template.id, runs.order.id, "{}"))
    assert refused.value.problem is NOT_FOUND


def test_an_archived_template_or_unfinished_code_order_makes_no_run_and_no_job(
    runs, record, subjects
):
    with record.database.transaction() as session:
        session.execute(
            update(CodeOrder)
            .where(CodeOrder.id == runs.order.id)
            .values(completed_at=None, issued_count=4)
        )
    with pytest.raises(RecordError, match="4 of 10 codes are written"):
        runs.place()
    with record.database.transaction() as session:
        archive_template(session, record.clock, subjects[0], runs.template.id)
    with pytest.raises(RecordError, match="restore it first"):
        runs.place()
    assert _counts(record) == (0, 0)


def test_a_run_has_a_million_codes_and_not_one_more(runs, record):
    def make_order_of(quantity):
        with record.database.transaction() as session:
            session.execute(
                update(CodeOrder).where(CodeOrder.id == runs.order.id).values(quantity=quantity)
            )

    make_order_of(MAX_RUN_QUANTITY + 1)
    with pytest.raises(RecordError, match="in several orders") as refused:
        runs.place()
    assert refused.value.problem is INVALID
    assert _counts(record) == (0, 0)
    make_order_of(MAX_RUN_QUANTITY)
    assert runs.place().run.quantity == MAX_RUN_QUANTITY


def test_more_open_runs_than_the_cap_are_refused_until_one_has_ended(runs, record):
    placed = [runs.place(f"R-{place}").run for place in range(MAX_OPEN_RUNS)]
    with pytest.raises(RecordError) as refused:
        runs.place("one too many")
    assert refused.value.problem is RATE_LIMITED
    assert refused.value.extensions["retry_after_s"] > 0
    assert runs.place("R-0").is_new is False
    runs.set_job(placed[3], state="FAILED")
    assert runs.place("one too many").is_new


def test_a_run_goes_from_queued_over_certifying_and_running_to_done(runs, record, clock):
    run = runs.place().run
    assert (_view(record, run).state, _view(record, run).percent) == (RunState.QUEUED, 0.0)
    runs.start(run)
    assert _view(record, run).state is RunState.CERTIFYING
    runs.certify(run)
    assert (_view(record, run).state, _view(record, run).remaining_s) == (RunState.RUNNING, None)
    clock.advance(timedelta(seconds=8))
    runs.part(run, 0, 4)
    half = _view(record, run)
    # 4 labels in 8 s: the other 6 take 12 s.
    assert (half.state, half.percent, half.remaining_s) == (RunState.RUNNING, 40.0, 12.0)
    runs.part(run, 4, 6)
    with record.database.transaction() as session:
        finish_run(session, clock, run.id, [])
    done = _view(record, run)
    assert (done.state, done.percent, done.ended_at) == (RunState.DONE, 100.0, clock.now())
    assert (done.remaining_s, done.certificate_verdict, done.error) == (None, "pass", None)


def test_a_run_with_unreadable_labels_is_done_with_failures(runs, record, clock):
    run = runs.place().run
    runs.start(run)
    runs.certify(run)
    runs.part(run, 0, 10, failing={3})
    with record.database.transaction() as session:
        finish_run(session, clock, run.id, [])
    assert _view(record, run).state is RunState.DONE_WITH_FAILURES


def test_a_run_whose_design_fails_says_why_and_keeps_the_certificate(runs, record):
    run = runs.place().run
    runs.start(run)
    runs.certify(run, CertificateVerdict.FAIL)
    runs.set_job(run, state="FAILED", error="conflict: the quiet zone is missing")
    view = _view(record, run)
    assert (view.state, view.certificate_verdict) == (RunState.FAILED, "fail")
    assert view.error == "conflict: the quiet zone is missing"


def test_a_run_whose_job_is_lost_or_ended_early_has_failed(runs, record):
    run = runs.place().run
    runs.set_job(run, state="DONE")
    assert _view(record, run).state is RunState.FAILED
    with record.database.transaction() as session:
        session.delete(session.get_one(Job, run.job_id))
    lost = _view(record, run)
    assert lost.state is RunState.FAILED
    assert "lost" in lost.error


def test_cancelling_keeps_what_is_done_and_says_who_when_and_why(runs, record, subjects, clock):
    run = runs.place().run
    runs.start(run)
    runs.certify(run)
    runs.part(run, 0, 4, files=[runs.file("part-0001.pdf", 1, 4)])
    cancelled = _cancel(record, subjects[0], run)
    assert (cancelled.cancelled_at, cancelled.cancelled_by, cancelled.cancel_reason) == (
        clock.now(),
        subjects[0].id,
        "印错了",
    )
    view = _view(record, run)
    assert (view.state, view.run.done_count, view.ended_at) == (RunState.CANCELLED, 4, None)
    again = _cancel(record, subjects[0], run, "another reason")
    assert again.cancel_reason == "印错了"
    runs.set_job(run, state="CANCELLED", finished_at=clock.now())
    assert _view(record, run).ended_at == clock.now()


def test_cancelling_a_queued_run_ends_its_job_at_once(runs, record, subjects):
    run = runs.place().run
    _cancel(record, subjects[0], run, "")
    with record.database.reading() as session:
        assert session.get_one(Job, run.job_id).state == "CANCELLED"
    assert _view(record, run).ended_at is not None


@pytest.mark.parametrize("state", ["DONE", "FAILED"])
def test_a_run_that_has_ended_is_not_cancelled(runs, record, subjects, state):
    run = runs.place().run
    runs.set_job(run, state=state)
    with pytest.raises(RecordError) as refused:
        _cancel(record, subjects[0], run)
    assert refused.value.problem is CONFLICT
    assert _view(record, run).run.cancelled_at is None


@pytest.mark.parametrize(
    ("number", "output"),
    [("", "{}"), ("x" * 65, "{}"), ("x", "[]"), ("x", '{"a": "' + "x" * 16_384 + '"}')],
)
def test_a_number_or_an_output_out_of_bounds_is_refused(number, output):
    NewRun("x" * 64, "t", "c", "{}")
    with pytest.raises(RecordError) as refused:
        NewRun(number, "t", "c", output)
    assert refused.value.problem is INVALID


def _stand(runs, record, clock, subject, state):
    """Order a run and bring it to a state."""
    run = runs.place(number=f"R-{state}").run
    if state is RunState.QUEUED:
        return run
    if state is RunState.CANCELLED:
        _cancel(record, subject, run)
        return run
    runs.start(run)
    if state is RunState.CERTIFYING:
        return run
    if state is RunState.FAILED:
        runs.set_job(run, state="FAILED", error="no reader could read it")
        return run
    runs.certify(run)
    if state is RunState.RUNNING:
        return run
    runs.part(run, 0, 10, failing={3} if state is RunState.DONE_WITH_FAILURES else ())
    with record.database.transaction() as session:
        finish_run(session, clock, run.id, [])
    runs.set_job(run, state="DONE")
    return run


def _listed(record, subject, state):
    with record.database.reading() as session:
        query = runs_query(subject.tenant_id, None, None, None, state)
        return {run.id for run in session.scalars(query)}


def test_a_state_lists_exactly_the_runs_that_show_it(runs, record, clock, subjects):
    assert _listed(record, subjects[0], RunState.QUEUED) == set()
    made = {state: _stand(runs, record, clock, subjects[0], state) for state in RunState}
    for state, run in made.items():
        assert _view(record, run).state is state
        assert _listed(record, subjects[0], state) == {run.id}
    assert _listed(record, subjects[0], None) == {run.id for run in made.values()}
    assert all(_listed(record, subjects[1], state) == set() for state in RunState)


@pytest.mark.parametrize("job_state", ["DONE", "CANCELLED"])
def test_a_state_that_only_the_job_tells_is_listed_as_it_is_shown(
    runs, record, subjects, job_state
):
    run = runs.place().run
    runs.set_job(run, state=job_state)
    state = _view(record, run).state
    assert state is (RunState.FAILED if job_state == "DONE" else RunState.CANCELLED)
    assert [_listed(record, subjects[0], other) for other in RunState if other is not state] == [
        set()
    ] * (len(RunState) - 1)
    assert _listed(record, subjects[0], state) == {run.id}


def test_a_run_whose_job_is_lost_is_listed_as_failed(runs, record, subjects):
    run = runs.place().run
    with record.database.transaction() as session:
        session.execute(update(ArtRun).where(ArtRun.id == run.id).values(job_id="0" * 32))
    assert _view(record, run).state is RunState.FAILED
    assert _listed(record, subjects[0], RunState.FAILED) == {run.id}


def test_a_run_keeps_the_maps_that_its_template_had(runs, record, subjects, keep, content_of):
    maps = {
        "painted_artwork_id": keep(b"painted").artwork.id,
        "protected_artwork_id": keep(b"protected").artwork.id,
    }
    with record.database.transaction() as session:
        revise_template(
            session,
            record.clock,
            subjects[0],
            runs.template.id,
            seen_revision=1,
            content=replace(content_of(runs.template.artwork_id), **maps),
        )
    run = runs.place().run
    with record.database.transaction() as session:
        plain = content_of(runs.template.artwork_id)
        revised = revise_template(
            session, record.clock, subjects[0], runs.template.id, seen_revision=2, content=plain
        )
        assert (revised.painted_artwork_id, revised.protected_artwork_id) == (None, None)
    kept = _view(record, run).run
    assert {name: getattr(kept, name) for name in maps} == maps
