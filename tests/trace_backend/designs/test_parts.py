"""What the job writes: parts in order, exactly once, and nothing when anything is wrong."""

import dataclasses
import threading
from functools import partial

import pytest
from sqlalchemy import func, select

from trace_backend.designs import ArtRun
from trace_backend.designs.models import ArtFile, ArtItem
from trace_backend.designs.parts import (
    MAX_PART_LABELS,
    MAX_RUN_FILES,
    FinishedItem,
    NewFile,
    codes_of_run,
    finish_run,
    record_part,
    record_run_certificate,
    run_for_job,
    start_run,
)
from trace_backend.designs.runs import cancel_run
from trace_backend.kit.errors import CONFLICT, INVALID, NOT_FOUND, RecordError
from trace_backend.kit.jobs import JobCancelledError, JobRun

KEY = "0" * 64


@pytest.fixture
def run(runs):
    """A run of ten labels, certified."""
    placed = runs.place().run
    runs.start(placed)
    runs.certify(placed)
    return placed


def _stored(record, run):
    with record.database.reading() as session:
        row = session.get_one(ArtRun, run.id)
        items = session.scalar(select(func.count()).where(ArtItem.run_id == run.id))
        files = session.scalar(select(func.count()).where(ArtFile.run_id == run.id))
        return row.done_count, row.failed_count, items, files


def test_a_run_begins_without_labels_and_files(runs, record, run):
    assert _stored(record, run) == (0, 0, 0, 0)


def test_parts_follow_each_other_and_count_their_failures(runs, record, run):
    assert runs.part(run, 0, 4, failing={2}, files=[runs.file("part-0001.pdf", 1, 4)]) == 4
    assert runs.part(run, 4, 6, failing={5, 10}) == 10
    assert _stored(record, run) == (10, 3, 10, 1)


def test_the_codes_of_a_part_are_those_of_the_order_in_label_order(runs, record, run):
    with record.database.reading() as session:
        row = run_for_job(session, run.id)
        codes = codes_of_run(session, row, 0, 10)
        assert [code.label_number for code in codes] == list(range(1, 11))
        assert codes_of_run(session, row, 4, 3) == codes[4:7]
        assert codes_of_run(session, row, 8, 5) == codes[8:]
    assert len({code.serial for code in codes}) == 10


@pytest.mark.parametrize(("start", "count"), [(1, 2), (4, 2), (0, 4)])
def test_a_part_that_is_not_the_next_one_is_refused_whole(runs, record, run, start, count):
    runs.part(run, 0, 3)
    with pytest.raises(RecordError) as refused:
        runs.part(run, start, count, files=[runs.file("x.pdf", 1, 4)])
    assert refused.value.problem is CONFLICT
    assert _stored(record, run) == (3, 0, 3, 0)


@pytest.mark.parametrize("spoil", ["gap", "twice", "foreign code", "beyond"])
def test_labels_that_were_not_ordered_so_are_refused(runs, record, run, order_codes, spoil):
    items = runs.items(run, 0, 10)
    stranger = order_codes("PO-2", 1)
    match spoil:
        case "gap":
            items = items[:2] + items[3:]
        case "twice":
            items = items[:2] + items[1:]
        case "foreign code":
            with record.database.reading() as session:
                row = run_for_job(session, run.id)
                row.code_order_id, row.labels_first = stranger.id, stranger.first_label_number
                row.labels_last = stranger.last_label_number
                code = codes_of_run(session, row, 0, 1)[0]
            items[5] = dataclasses.replace(items[5], code_id=code.code_id)
        case "beyond":
            items.append(dataclasses.replace(items[-1], label_number=11))
    with record.database.transaction() as session, pytest.raises(RecordError) as refused:
        record_part(session, record.clock, run.id, items, [])
    assert refused.value.problem is CONFLICT
    assert _stored(record, run) == (0, 0, 0, 0)


def test_a_part_has_no_more_labels_than_the_cap_and_one_at_least(runs, record, run):
    one = runs.items(run, 0, 1)[0]
    for items in ([], [one] * (MAX_PART_LABELS + 1)):
        with record.database.transaction() as session, pytest.raises(RecordError) as refused:
            record_part(session, record.clock, run.id, items, [])
        assert refused.value.problem is INVALID


def test_no_part_without_certificate_and_no_second_certificate(runs, record):
    run = runs.place().run
    runs.start(run)
    with pytest.raises(RecordError, match="follow the certificate"):
        runs.part(run, 0, 4)
    first = runs.certify(run)
    with pytest.raises(RecordError, match="already"):
        runs.certify(run)
    assert (first.run_id, first.template_id) == (run.id, run.template_id)


def test_a_run_ends_once_and_only_when_it_is_complete(runs, record, run, clock):
    def finish(*files):
        with record.database.transaction() as session:
            finish_run(session, clock, run.id, files)

    runs.part(run, 0, 9)
    with pytest.raises(RecordError, match="9 of 10"):
        finish()
    runs.part(run, 9, 1)
    finish(runs.file("all.pdf", 1, 10))
    with pytest.raises(RecordError, match="ends once"):
        finish()
    assert _stored(record, run) == (10, 0, 10, 1)


def test_a_file_name_stands_in_a_run_once(runs, record, run):
    runs.part(run, 0, 4, files=[runs.file("part.pdf", 1, 4)])
    with pytest.raises(RecordError) as refused:
        runs.part(run, 4, 4, files=[runs.file("part.pdf", 5, 8)])
    assert refused.value.problem is CONFLICT
    assert _stored(record, run) == (4, 0, 4, 1)


def test_a_run_has_no_more_files_than_the_cap(runs, record, run):
    files = [NewFile(f"{i}.pdf", "application/pdf", 1, KEY, 1, 1) for i in range(MAX_RUN_FILES + 1)]
    with pytest.raises(RecordError, match="larger parts"):
        runs.part(run, 0, 4, files=files)
    assert _stored(record, run) == (0, 0, 0, 0)
    runs.part(run, 0, 4, files=files[:-1])
    assert _stored(record, run) == (4, 0, 4, MAX_RUN_FILES)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "-x",
        ".hidden",
        'a"b',
        "a;b",
        "标签.pdf",
        "x" * 101,
        "a\n",
    ],
)
def test_file_names_that_need_care_are_refused(name):
    NewFile("part-0001_of_2.v1.pdf", "application/pdf", 1, KEY, 1, 1)
    with pytest.raises(ValueError, match="file name"):
        NewFile(name, "application/pdf", 1, KEY, 1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mask": 8},
        {"mask": -1},
        {"zone_mismatches": -1},
        {"rerolled": -1},
        {"passed": False},
        {"reason": "why"},
    ],
)
def test_an_item_that_contradicts_itself_is_refused(wrong):
    right = {
        "code_id": "c",
        "label_number": 1,
        "mask": 7,
        "zone_mismatches": 0,
        "passed": True,
        "rerolled": 0,
    }
    FinishedItem(**right)
    with pytest.raises(ValueError, match=r"wants? |a reason"):
        FinishedItem(**right | wrong)


def test_an_unknown_run_is_not_found(record):
    with record.database.transaction() as session, pytest.raises(RecordError) as refused:
        start_run(session, record.clock, "0" * 32)
    assert refused.value.problem is NOT_FOUND


def test_a_handler_that_dies_and_starts_anew_writes_every_part_once(runs, record, make_certificate):
    """A step's own row is written with its work, so a lost checkpoint repeats nothing."""
    run = runs.place().run
    runs.set_job(run, state="RUNNING")
    begun = []

    def carry_out(parts):
        # A checkpoint that forgets everything: what a crash right after the commit leaves.
        job = JobRun(run.job_id, record.database, lambda name, work: work(), threading.Event())
        job.step("start", lambda session: start_run(session, record.clock, run.id))
        job.step("certificate", certify)
        for start in (0, 4, 8)[:parts]:
            items = runs.items(run, start, 4)
            job.step(f"part {start}", partial(write, items))
        if parts == 3:
            job.step("end", lambda session: finish_run(session, record.clock, run.id, []))

    def certify(session):
        new = make_certificate()
        return record_run_certificate(session, record.clock, run.id, new).id

    def write(items, session):
        begun.append(items[0].label_number)
        return record_part(session, record.clock, run.id, items, [])

    for parts in (0, 1, 1, 2, 3):
        carry_out(parts)
    assert begun == [1, 5, 9]
    assert _stored(record, run) == (10, 0, 10, 0)


def test_a_part_whose_step_fails_leaves_nothing(runs, record, run):
    job = JobRun(run.job_id, record.database, lambda name, work: work(), threading.Event())
    items = runs.items(run, 0, 4)

    def cut(session):
        record_part(session, record.clock, run.id, items, [runs.file("x.pdf", 1, 4)])
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        job.step("part", cut)
    assert _stored(record, run) == (0, 0, 0, 0)
    job.step("part", lambda session: record_part(session, record.clock, run.id, items, []))
    assert _stored(record, run) == (4, 0, 4, 0)


def test_a_cancelled_run_writes_no_further_part(runs, record, run, subjects):
    job = JobRun(run.job_id, record.database, lambda name, work: work(), threading.Event())
    runs.part(run, 0, 4)
    with record.database.transaction() as session:
        cancel_run(session, record, subjects[0], run.id, "")
    items = runs.items(run, 4, 4)
    with pytest.raises(JobCancelledError):
        job.step("part", lambda session: record_part(session, record.clock, run.id, items, []))
    assert _stored(record, run) == (4, 0, 4, 0)
