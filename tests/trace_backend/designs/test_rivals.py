"""Two at once: the same artwork, the same run, the same revision, the same part."""

import threading

from trace_backend.designs.parts import record_part
from trace_backend.designs.templates import revise_template
from trace_backend.kit.errors import CONFLICT, RecordError


def _at_once(*acts):
    """Carry the acts out in threads that start together; their results or errors, in order."""
    barrier = threading.Barrier(len(acts))
    outcomes = [None] * len(acts)

    def do(place, act):
        barrier.wait()
        try:
            outcomes[place] = act()
        except RecordError as error:
            outcomes[place] = error

    threads = [threading.Thread(target=do, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_the_same_run_ordered_by_many_at_once_is_one_run(runs):
    placed = _at_once(*[runs.place] * 6)
    assert sorted(outcome.is_new for outcome in placed) == [False] * 5 + [True]
    assert len({outcome.run.id for outcome in placed}) == 1
    assert len({outcome.run.job_id for outcome in placed}) == 1


def test_the_same_picture_handed_in_by_many_at_once_is_one_artwork(keep):
    kept = _at_once(*[keep] * 6)
    assert sorted(outcome.is_new for outcome in kept) == [False] * 5 + [True]
    assert len({outcome.artwork.id for outcome in kept}) == 1


def test_of_two_changes_of_one_revision_one_is_refused(record, subjects, save_template):
    template = save_template()

    def rename(name):
        with record.database.transaction() as session:
            return revise_template(
                session, record.clock, subjects[0], template.id, seen_revision=1, name=name
            ).name

    outcomes = _at_once(*[lambda name=name: rename(name) for name in ("甲", "乙", "丙")])
    refused = [outcome for outcome in outcomes if isinstance(outcome, RecordError)]
    assert [error.problem for error in refused] == [CONFLICT] * 2


def test_the_same_part_written_by_many_at_once_is_there_once(runs, record):
    run = runs.place().run
    runs.start(run)
    runs.certify(run)
    items = runs.items(run, 0, 10)

    def write():
        with record.database.transaction() as session:
            return record_part(session, record.clock, run.id, items, [])

    outcomes = _at_once(*[write] * 4)
    assert outcomes.count(10) == 1
    assert sum(isinstance(outcome, RecordError) for outcome in outcomes) == 3
