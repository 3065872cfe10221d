"""Durable jobs: rows in our own database, carried out on DBOS Transact, each step exactly once.

* `enqueue` writes a row in the caller's transaction: the job exists if and only if the business
  change does. Any process may enqueue, ask and cancel.
* One process leads (see leadership.py) and carries the jobs out. When it dies, another process, or
  the same one after its restart, takes over at the step that was not finished.
* DBOS checkpoints the steps; a step also leaves a row in `job_step` in the same transaction as its
  work, so that a crash between the work and the checkpoint does not repeat the work.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from trace_backend.kit.clock import Clock
from trace_backend.kit.database import Database
from trace_backend.kit.errors import NOT_FOUND, UNAVAILABLE, RecordError
from trace_backend.kit.ids import new_id
from trace_backend.kit.job_rows import MAX_ERROR_LENGTH, Job, JobState, JobStep
from trace_backend.kit.leadership import Leadership, leadership_of
from trace_backend.kit.tidy import tidy

if TYPE_CHECKING:
    from trace_backend.kit.job_engine import Checkpoint, JobEngine

Done = TypeVar("Done")
JsonValue: TypeAlias = (
    "bool | int | float | str | list[JsonValue] | tuple[JsonValue, ...] | JsonObject | None"
)
JsonObject: TypeAlias = Mapping[str, "JsonValue"]

POLL_S: Final = 0.5
"""How often the leader looks for new jobs, and a follower for a vacant lead."""
MAX_RUNNING: Final = 2
"""Jobs carried out at once; the rest wait in order."""
MAX_PAUSE_S: Final = 16.0
"""Longest pause between two tries of a step that finds the database unavailable."""
MAX_PAYLOAD_BYTES: Final = 64 * 1024
_LOCK_KEY: Final = 1
_TIDY_EVERY_ROUNDS: Final = int(3600 / POLL_S)
_STOP_WAIT_S: Final = 10.0
_CANCELLED: Final = {"cancelled": True}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a job stands: `done` of `total` units (0 of 0 when it doesn't count)."""

    id: str
    name: str
    state: JobState
    done: int
    total: int
    result: JsonValue
    error: str | None
    created_at: datetime
    finished_at: datetime | None


class JobCancelledError(Exception):
    """Leaves a handler at a step's beginning when the job was cancelled."""


class JobInterrupted(BaseException):
    """Leaves a handler when this process stops; the job goes on later, elsewhere."""


class JobRun:
    """What a handler is given: the job's id, and the way to do steps."""

    def __init__(
        self,
        job_id: str,
        database: Database,
        checkpoint: "Checkpoint",
        halt: threading.Event,
    ) -> None:
        self.job_id = job_id
        self._database = database
        self._checkpoint = checkpoint
        self._halt = halt

    def step(self, name: str, work: Callable[[Session], JsonValue]) -> JsonValue:
        """Do `work` in one transaction, exactly once over all restarts, and return its result.

        While the database is unavailable the step waits and tries again.

        Args:
            name: unique in the job; the handler must come to the same steps in the same order
                when it is run again (so decide on the payload and on results of steps only).
            work: uses only the given session; returns JSON.
        """
        outcome = json.loads(
            self._checkpoint(name, lambda: patiently(self._halt, lambda: self._once(name, work)))
        )
        if outcome == _CANCELLED:
            raise JobCancelledError
        result: JsonValue = outcome["result"]
        return result

    def progress(self, done: int, total: int) -> None:
        """Record that `done` of `total` units are finished."""
        change = update(Job).where(Job.id == self.job_id).values(done=done, total=total)

        def record() -> None:
            with self._database.transaction() as session:
                session.execute(change)

        patiently(self._halt, record)

    def _once(self, name: str, work: Callable[[Session], JsonValue]) -> str:
        """Do the work, or return what the run before us did; the text of the step's outcome."""
        insert = insert_sqlite if self._database.dialect == "sqlite" else insert_postgresql
        claim = (
            insert(JobStep)
            .values(job_id=self.job_id, name=name, outcome="")
            .on_conflict_do_nothing(index_elements=["job_id", "name"])
            .returning(JobStep.name)
        )
        this = (JobStep.job_id == self.job_id) & (JobStep.name == name)
        with self._database.transaction() as session:
            if session.execute(claim).first() is None:
                return session.execute(select(JobStep.outcome).where(this)).scalar_one()
            cancelled_at = session.execute(select(Job.cancelled_at).where(Job.id == self.job_id))
            if cancelled_at.scalar_one() is not None:
                outcome = json.dumps(_CANCELLED)
            else:
                outcome = json.dumps({"result": work(session)})
            session.execute(update(JobStep).where(this).values(outcome=outcome))
            return outcome


def patiently(halt: threading.Event, work: Callable[[], Done]) -> Done:
    """Do `work`; while the database is unavailable, wait (1 s, doubling to 16 s) and do it again.

    Raises:
        JobInterrupted: `halt` was set meanwhile.
    """
    pause_s = 1.0
    while not halt.is_set():
        try:
            return work()
        except RecordError as error:
            if error.problem is not UNAVAILABLE:
                raise
        halt.wait(pause_s)
        pause_s = min(2 * pause_s, MAX_PAUSE_S)
    raise JobInterrupted


JobHandler: TypeAlias = Callable[[JobRun, JsonObject], JsonValue]


class Jobs:
    """The jobs of one installation, as one process sees them."""

    def __init__(self, database: Database, clock: Clock, *, system_schema: str = "dbos") -> None:
        """Make the door; nothing is started.

        Args:
            database: holds the job rows. DBOS keeps its checkpoints in a file beside a SQLite
                database, or in the schema `system_schema` of a PostgreSQL one.
            clock: dates the rows.
            system_schema: PostgreSQL schema of DBOS's own tables.
        """
        self._database = database
        self._clock = clock
        self._system_schema = system_schema
        self._handlers: dict[str, JobHandler] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def register(self, name: str, handler: JobHandler) -> None:
        """Name the handler of a kind of job; do this before `start`."""
        if name in self._handlers:
            raise ValueError(f"the job {name!r} has a handler already")
        self._handlers[name] = handler

    def enqueue(self, session: Session, name: str, payload: JsonObject) -> str:
        """Add a job in the caller's transaction and return its id; it starts after the commit.

        Raises:
            ValueError: no such job, or more payload than `MAX_PAYLOAD_BYTES`.
        """
        if name not in self._handlers:
            raise ValueError(f"no job is named {name!r}")
        text = json.dumps(payload)
        if len(text) > MAX_PAYLOAD_BYTES:
            raise ValueError(f"a job's payload has {MAX_PAYLOAD_BYTES} bytes at most")
        job = Job(
            id=new_id(self._clock),
            name=name,
            payload=text,
            state=JobState.QUEUED,
            done=0,
            total=0,
            created_at=self._clock.now(),
        )
        session.add(job)
        session.flush()
        return job.id

    def status(self, session: Session, job_id: str) -> JobStatus:
        """Tell how a job stands; RecordError NOT_FOUND for an unknown id."""
        job = session.get(Job, job_id)
        if job is None:
            raise RecordError(NOT_FOUND, "there is no such job")
        return JobStatus(
            job.id,
            job.name,
            JobState(job.state),
            job.done,
            job.total,
            json.loads(job.result) if job.result is not None else None,
            job.error,
            job.created_at,
            job.finished_at,
        )

    def cancel(self, session: Session, job_id: str) -> None:
        """Ask a job to end before its next step; finished steps stay, a finished job too."""
        now = self._clock.now()
        session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.QUEUED)
            .values(state=JobState.CANCELLED, cancelled_at=now, finished_at=now)
        )
        session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.RUNNING)
            .values(cancelled_at=now)
        )

    def start(self) -> None:
        """Begin to compete for the lead, in a thread of this process."""
        if self._thread is not None:
            raise RuntimeError("these jobs are started already")
        self._stop.clear()
        self._thread = threading.Thread(target=self._compete, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the steps that run now, and give up the lead; unfinished jobs go on later."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def _compete(self) -> None:
        leadership = leadership_of(self._database, "jobs", _LOCK_KEY)
        try:
            while not self._stop.is_set():
                if leadership.acquire():
                    self._lead(leadership)
                self._stop.wait(POLL_S)
        finally:
            leadership.release()

    def _lead(self, leadership: Leadership) -> None:
        """Carry jobs out until this process stops or the lead is lost."""
        # Imported here: DBOS takes half a second to import, and only the leader needs it.
        from trace_backend.kit.job_engine import JobEngine

        halt = threading.Event()
        rounds = 0
        try:
            engine = JobEngine(
                self._database,
                lambda job_id, checkpoint: self._carry_out(job_id, checkpoint, halt),
                self._system_schema,
            )
        except Exception:  # noqa: BLE001 - whatever it was, another process may fare better
            _log.exception("the job engine did not start")
            leadership.release()
            self._stop.wait(MAX_PAUSE_S)
            return
        try:
            while not self._stop.is_set() and leadership.held():
                try:
                    self._watch_running(engine)
                    self._begin_queued(engine)
                    if rounds % _TIDY_EVERY_ROUNDS == 0:
                        with self._database.transaction() as session:
                            tidy(session, self._clock)
                    rounds += 1
                except (RecordError, SQLAlchemyError):
                    _log.warning("jobs wait: the database can't serve just now")
                self._stop.wait(POLL_S)
        finally:
            halt.set()
            engine.close(_STOP_WAIT_S)

    def _watch_running(self, engine: "JobEngine") -> None:
        """Begin running jobs that the engine doesn't know, fail those that it has given up."""
        for job_id in self._ids(JobState.RUNNING, MAX_RUNNING):
            match engine.state(job_id):
                case None:
                    engine.begin(job_id)
                case True:
                    self._finish(job_id, JobState.FAILED, error="its process died too often")
                case False:
                    pass

    def _begin_queued(self, engine: "JobEngine") -> None:
        free = MAX_RUNNING - len(self._ids(JobState.RUNNING, MAX_RUNNING))
        for job_id in self._ids(JobState.QUEUED, free):
            with self._database.transaction() as session:
                session.execute(
                    update(Job)
                    .where(Job.id == job_id, Job.state == JobState.QUEUED)
                    .values(state=JobState.RUNNING)
                )
            engine.begin(job_id)

    def _ids(self, state: JobState, limit: int) -> list[str]:
        with self._database.reading() as session:
            query = select(Job.id).where(Job.state == state).order_by(Job.id).limit(limit)
            return list(session.execute(query).scalars())

    def _carry_out(self, job_id: str, checkpoint: "Checkpoint", halt: threading.Event) -> None:
        """Carry one job out, on a thread of the engine."""
        with self._database.reading() as session:
            this = select(Job.name, Job.payload, Job.state).where(Job.id == job_id)
            row = session.execute(this).one_or_none()
        # DBOS's tables and ours may be of different age, after a restored backup for example.
        if row is None or row.state != JobState.RUNNING:
            return
        run = JobRun(job_id, self._database, checkpoint, halt)
        outcome = self._outcome(run, row.name, json.loads(row.payload))
        patiently(halt, lambda: self._finish(job_id, *outcome))

    def _outcome(
        self, run: JobRun, name: str, payload: JsonObject
    ) -> tuple[JobState, str | None, str | None]:
        """Run the handler and return the state, the result and the error for the job's row."""
        handler = self._handlers.get(name)
        if handler is None:
            return JobState.FAILED, None, "this version has no handler for the job"
        try:
            return JobState.DONE, json.dumps(handler(run, payload)), None
        except JobCancelledError:
            return JobState.CANCELLED, None, None
        except RecordError as error:
            return JobState.FAILED, None, str(error)[:MAX_ERROR_LENGTH]
        except Exception as error:  # noqa: BLE001 - a job may fail in any way; its row must say so
            _log.exception("job %s (%s) failed", run.job_id, name)
            return JobState.FAILED, None, type(error).__name__

    def _finish(
        self,
        job_id: str,
        state: JobState,
        result: str | None = None,
        error: str | None = None,
    ) -> None:
        """Write a running job's end; its steps have served their purpose and go."""
        with self._database.transaction() as session:
            session.execute(
                update(Job)
                .where(Job.id == job_id, Job.state == JobState.RUNNING)
                .values(state=state, result=result, error=error, finished_at=self._clock.now())
            )
            session.execute(delete(JobStep).where(JobStep.job_id == job_id))
