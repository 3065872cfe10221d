import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import select, text

from trace_backend.kit import migrate
from trace_backend.kit.clock import SystemClock
from trace_backend.kit.database import Database
from trace_backend.kit.errors import CONFLICT, NOT_FOUND, UNAVAILABLE, RecordError
from trace_backend.kit.job_rows import JobState, JobStep
from trace_backend.kit.jobs import MAX_PAYLOAD_BYTES, JobInterrupted, Jobs, patiently

WAIT_S = 60.0


@pytest.fixture
def jobs(database):
    """Jobs that are stopped at the end; DBOS keeps its tables in a schema of this test's own."""
    opened = Jobs(database, SystemClock())
    yield opened
    opened.stop()


def enqueue(jobs, database, name, payload=None):
    with database.transaction() as session:
        return jobs.enqueue(session, name, payload or {})


def status(jobs, database, job_id):
    with database.reading() as session:
        return jobs.status(session, job_id)


def wait_for(jobs, database, job_id, *states):
    deadline = time.monotonic() + WAIT_S
    while (seen := status(jobs, database, job_id)).state not in states:
        assert time.monotonic() < deadline, seen
        time.sleep(0.05)
    return seen


def test_job_of_a_rolled_back_transaction_does_not_exist(jobs, database):
    jobs.register("noop", lambda run, payload: None)

    def fail():
        with database.transaction() as session:
            ids.append(jobs.enqueue(session, "noop", {}))
            raise ZeroDivisionError

    ids = []
    with pytest.raises(ZeroDivisionError):
        fail()
    with pytest.raises(RecordError) as refused:
        status(jobs, database, ids[0])
    assert refused.value.problem is NOT_FOUND


def test_job_waits_until_a_process_leads(jobs, database):
    jobs.register("noop", lambda run, payload: None)
    job_id = enqueue(jobs, database, "noop")
    seen = status(jobs, database, job_id)
    assert (seen.state, seen.done, seen.total, seen.result) == (JobState.QUEUED, 0, 0, None)


def test_unknown_job_and_huge_payload_are_refused(jobs, database):
    jobs.register("noop", lambda run, payload: None)
    with pytest.raises(ValueError, match="no job is named"):
        enqueue(jobs, database, "other")
    with pytest.raises(ValueError, match="bytes at most"):
        enqueue(jobs, database, "noop", {"filler": "x" * MAX_PAYLOAD_BYTES})
    with pytest.raises(ValueError, match="has a handler already"):
        jobs.register("noop", lambda run, payload: None)


def test_job_cancelled_before_it_began_never_begins(jobs, database):
    jobs.register("noop", lambda run, payload: None)
    job_id = enqueue(jobs, database, "noop")
    with database.transaction() as session:
        jobs.cancel(session, job_id)
    assert status(jobs, database, job_id).state is JobState.CANCELLED


def test_patience_ends_with_the_halt_and_with_real_errors():
    halt = threading.Event()
    tries = []

    def unavailable():
        tries.append(1)
        halt.set()
        raise RecordError(UNAVAILABLE, "gone")

    with pytest.raises(JobInterrupted):
        patiently(halt, unavailable)
    assert len(tries) == 1

    def wrong():
        raise RecordError(CONFLICT, "taken")

    with pytest.raises(RecordError, match="taken"):
        patiently(threading.Event(), wrong)


@pytest.mark.slow
def test_job_runs_its_steps_and_ends_with_its_result(jobs, database):
    def count(run, payload):
        numbers = [run.step(f"step {n}", lambda _, n=n: n * n) for n in range(payload["steps"])]
        run.progress(len(numbers), payload["steps"])
        return {"numbers": numbers}

    jobs.register("count", count)
    jobs.start()
    job_id = enqueue(jobs, database, "count", {"steps": 4})
    seen = wait_for(jobs, database, job_id, JobState.DONE, JobState.FAILED)
    assert (seen.state, seen.result) == (JobState.DONE, {"numbers": [0, 1, 4, 9]})
    assert (seen.done, seen.total, seen.error) == (4, 4, None)
    assert seen.finished_at is not None
    with database.reading() as session:
        assert session.scalars(select(JobStep)).all() == []


@pytest.mark.slow
def test_failed_job_says_so_without_foreign_messages(jobs, database):
    def refuse(run, payload):
        run.step("only", lambda _: None)
        raise RecordError(CONFLICT, "the product was withdrawn")

    def stumble(run, payload):
        raise ValueError("secret-token")

    jobs.register("refuse", refuse)
    jobs.register("stumble", stumble)
    jobs.start()
    refused = enqueue(jobs, database, "refuse")
    stumbled = enqueue(jobs, database, "stumble")
    assert "the product was withdrawn" in wait_for(jobs, database, refused, JobState.FAILED).error
    assert wait_for(jobs, database, stumbled, JobState.FAILED).error == "ValueError"


@pytest.mark.slow
def test_running_job_is_cancelled_at_its_next_step(jobs, database):
    entered, go_on = threading.Event(), threading.Event()

    def two_steps(run, payload):
        run.step("first", lambda _: None)
        entered.set()
        go_on.wait(WAIT_S)
        run.step("second", lambda session: session.execute(text("SELECT 1")).scalar())

    jobs.register("two", two_steps)
    jobs.start()
    job_id = enqueue(jobs, database, "two")
    assert entered.wait(WAIT_S)
    with database.transaction() as session:
        jobs.cancel(session, job_id)
    go_on.set()
    assert wait_for(jobs, database, job_id, JobState.CANCELLED, JobState.DONE).state is (
        JobState.CANCELLED
    )


@pytest.mark.slow
def test_stopped_process_leaves_its_job_to_the_next_leader(database):
    entered, go_on = threading.Event(), threading.Event()
    steps = []

    def two_steps(run, payload):
        run.step("first", lambda _: steps.append("first"))
        entered.set()
        go_on.wait(WAIT_S)
        run.step("second", lambda _: steps.append("second"))
        return "whole"

    first, second = Jobs(database, SystemClock()), Jobs(database, SystemClock())
    for door in (first, second):
        door.register("two", two_steps)
    first.start()
    job_id = enqueue(first, database, "two")
    assert entered.wait(WAIT_S)
    stopper = threading.Thread(target=first.stop)
    stopper.start()
    time.sleep(0.2)
    go_on.set()
    stopper.join(WAIT_S)
    assert status(first, database, job_id).state is JobState.RUNNING
    second.start()
    seen = wait_for(second, database, job_id, JobState.DONE, JobState.FAILED)
    second.stop()
    assert seen.result == "whole"
    assert steps == ["first", "second"]


WORKER = """
import sys, time
from sqlalchemy import text
from trace_backend.kit.clock import SystemClock
from trace_backend.kit.database import Database
from trace_backend.kit.jobs import Jobs

def handler(run, payload):
    for n in range(payload["steps"]):
        def work(session, n=n):
            session.execute(text("INSERT INTO effect VALUES (:n)"), {"n": n})
            time.sleep(0.05)
            return n
        run.step(f"step {n}", work)
        run.progress(n + 1, payload["steps"])
    return "whole"

database = Database.open(sys.argv[1])
jobs = Jobs(database, SystemClock())
jobs.register("effects", handler)
jobs.start()
print("started", flush=True)
sys.stdin.readline()
jobs.stop()
"""


def start_worker(url):
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout.readline() == "started\n"
    return process


def effects(database):
    with database.reading() as session:
        return session.scalars(text("SELECT n FROM effect ORDER BY n")).all()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_job_killed_again_and_again_does_each_step_exactly_once(kind, tmp_path, request):
    """Four processes; whichever leads is killed with -9, five times, in the middle of a job."""
    url = (
        f"sqlite:///{tmp_path / 'record.sqlite3'}"
        if kind == "sqlite"
        else request.getfixturevalue("empty_postgres_url")
    )
    database = Database.open(url)
    migrate.upgrade(database)
    with database.transaction() as session:
        # No unique key on purpose: a step done twice would be seen.
        session.execute(text("CREATE TABLE effect (n INTEGER)"))
    jobs = Jobs(database, SystemClock())
    jobs.register("effects", lambda run, payload: None)
    workers = [start_worker(url)]
    job_id = enqueue(jobs, database, "effects", {"steps": 60})
    try:
        for kill in range(1, 6):
            deadline = time.monotonic() + WAIT_S
            while len(effects(database)) < 8 * kill:
                assert time.monotonic() < deadline, status(jobs, database, job_id)
                time.sleep(0.02)
            workers.append(start_worker(url))
            workers[-2].kill()
            workers[-2].wait()
        seen = wait_for(jobs, database, job_id, JobState.DONE, JobState.FAILED)
        done = effects(database)
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
        database.dispose()
    assert (seen.state, seen.result) == (JobState.DONE, "whole")
    assert done == list(range(60))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_one_of_four_processes_leads(kind, tmp_path, request):
    url = (
        f"sqlite:///{tmp_path / 'record.sqlite3'}"
        if kind == "sqlite"
        else request.getfixturevalue("empty_postgres_url")
    )
    database = Database.open(url)
    migrate.upgrade(database)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE effect (n INTEGER)"))
    jobs = Jobs(database, SystemClock())
    jobs.register("effects", lambda run, payload: None)
    workers = [start_worker(url) for _ in range(4)]
    try:
        job_ids = [enqueue(jobs, database, "effects", {"steps": 3}) for _ in range(5)]
        for job_id in job_ids:
            wait_for(jobs, database, job_id, JobState.DONE)
        done = effects(database)
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
        database.dispose()
    assert done == sorted([0, 1, 2] * 5)
