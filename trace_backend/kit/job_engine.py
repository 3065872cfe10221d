"""DBOS Transact behind four verbs. DBOS is one per process; only the leading process has one."""

import threading
from collections.abc import Callable
from typing import Final, TypeAlias

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from trace_backend.kit.database import Database

Checkpoint: TypeAlias = Callable[[str, Callable[[], str]], str]
"""Runs a named step once and remembers its text for every later run of the same job."""
RunJob: TypeAlias = Callable[[str, Checkpoint], None]

_EXECUTOR: Final = "leader"
"""All leaders bear one name: whoever leads recovers what any leader before it left."""
_VERSION: Final = "1"
"""Version of the one generic workflow below; a new release goes on with the jobs of the old."""
_WORKFLOW: Final = "dianjin-job"
_MAX_RECOVERIES: Final = 20
"""A job that was under way at so many deaths of its process is given up as their cause."""
_FINAL: Final = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
_BUSY_WAIT_S: Final = 0.02


class JobEngine:
    """The running DBOS of this process; making it also recovers what was under way."""

    def __init__(self, database: Database, run: RunJob, system_schema: str) -> None:
        """Launch DBOS.

        Args:
            database: DBOS keeps its tables beside it (SQLite: another file, so that its writes
                don't wait for ours) or in it (PostgreSQL: the schema `system_schema`).
            run: carries out the job of an id.
            system_schema: used on PostgreSQL only.
        """
        self._active = 0
        self._lock = threading.Lock()
        config: DBOSConfig = {
            "name": "dianjin",
            "system_database_url": _system_url(database),
            "dbos_system_schema": system_schema,
            "application_version": _VERSION,
            "executor_id": _EXECUTOR,
            "serializer": DBOSPortableJSONSerializer(),
            "sys_db_pool_size": 4,
            "log_level": "WARNING",
            "enable_otlp": False,
        }
        DBOS(config=config)

        def carry_out(job_id: str) -> None:
            with self._lock:
                self._active += 1
            try:
                run(job_id, _checkpoint)
            finally:
                with self._lock:
                    self._active -= 1

        self._workflow = DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=_MAX_RECOVERIES)(
            carry_out
        )
        try:
            DBOS.launch()
        except BaseException:
            DBOS.destroy(destroy_registry=True)
            raise

    def begin(self, job_id: str) -> None:
        """Start the workflow of a job; beginning it twice is no error."""
        with SetWorkflowID(job_id):
            DBOS.start_workflow(self._workflow, job_id)

    def state(self, job_id: str) -> bool | None:
        """Tell whether a job's workflow has ended; None when there is no such workflow."""
        status = DBOS.get_workflow_status(job_id)
        return None if status is None else status.status in _FINAL

    def close(self, wait_s: float) -> None:
        """Wait at most `wait_s` for the jobs to reach a step's end, then shut DBOS down."""
        pause = threading.Event()
        for _ in range(int(wait_s / _BUSY_WAIT_S)):
            if self._active == 0:
                break
            pause.wait(_BUSY_WAIT_S)
        DBOS.destroy(destroy_registry=True)


def _checkpoint(name: str, work: Callable[[], str]) -> str:
    return DBOS.run_step({"name": name}, work)


def _system_url(database: Database) -> str:
    if database.dialect == "sqlite":
        return database.url.set(database=f"{database.url.database}.jobs").render_as_string(
            hide_password=False
        )
    return database.url.render_as_string(hide_password=False)
