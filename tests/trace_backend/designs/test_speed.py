"""How fast the labels of a run are written, and that failed ones are found by an index."""

import time

import pytest
from sqlalchemy import select, text

from trace_backend.codes.orders import issue_order
from trace_backend.designs.models import ArtItem
from trace_backend.designs.parts import (
    MAX_PART_LABELS,
    FinishedItem,
    codes_of_run,
    record_part,
    run_for_job,
)
from trace_backend.kit import migrate
from trace_backend.kit.database import Database

PARTS = 4
WANTED_LABELS_PER_S = 20_000


class StepByStep:
    """Does each step at once, in a transaction of its own."""

    def __init__(self, database):
        self.database = database

    def step(self, name, work):
        with self.database.transaction() as session:
            return work(session)

    def progress(self, done, total):
        pass


@pytest.mark.bench
def test_twenty_thousand_labels_a_second_are_written_part_by_part(
    runs, record, order_codes, capsys
):
    """Each part is one durable transaction with its foreign keys checked, as in the job."""
    record.jobs.register("codes.issue", lambda run, payload: None)
    order = order_codes("PO-large", PARTS * MAX_PART_LABELS)
    issue_order(record, StepByStep(record.database), {"order_id": order.id})
    run = runs.place("R-large", order_id=order.id).run
    runs.start(run)
    runs.certify(run)
    cpu_s = wall_s = 0.0
    for start in range(0, run.quantity, MAX_PART_LABELS):
        with record.database.reading() as session:
            codes = codes_of_run(session, run_for_job(session, run.id), start, MAX_PART_LABELS)
        items = [FinishedItem(code.code_id, code.label_number, 3, 2, True, 0) for code in codes]
        cpu, wall = time.process_time(), time.perf_counter()
        with record.database.transaction() as session:
            record_part(session, record.clock, run.id, items, [])
        cpu_s += time.process_time() - cpu
        wall_s += time.perf_counter() - wall
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{record.database.dialect}: {run.quantity / cpu_s:,.0f} labels per CPU second, "
            f"{run.quantity / wall_s:,.0f}/s by the clock"
        )
    assert run.quantity / cpu_s >= WANTED_LABELS_PER_S


def test_failed_labels_are_found_by_their_own_index(tmp_path):
    """Of a million labels that passed none is read to list the few that failed.

    On SQLite, which plans without statistics; PostgreSQL plans by the size of the table.
    """
    database = Database.open(f"sqlite:///{tmp_path / 'plan.sqlite3'}")
    migrate.upgrade(database)
    query = select(ArtItem).where(ArtItem.run_id == "x", ~ArtItem.passed)
    sql = query.order_by(ArtItem.label_number).compile(
        database.writer, compile_kwargs={"literal_binds": True}
    )
    with database.reading() as session:
        plan = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
    database.dispose()
    assert plan == ["SEARCH art_item USING INDEX ix_art_item_failed (run_id=?)"]
