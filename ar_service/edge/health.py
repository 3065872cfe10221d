"""Liveness and readiness."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import text

from trace_backend.kit.database import Database
from trace_backend.kit.errors import UNAVAILABLE, RecordError
from trace_backend.kit.migrate import current, head


class CheckState(StrEnum):
    """Whether a part can serve."""

    OK = "ok"
    FAILED = "failed"


class HealthOut(BaseModel):
    """The process runs."""

    status: str


class ReadyOut(BaseModel):
    """The service can take requests."""

    status: str
    checks: dict[str, CheckState]


@dataclass(frozen=True, slots=True)
class Readiness:
    """What readiness looks at."""

    database: Database
    data_dir: Path
    min_free_disk_bytes: int

    def checks(self) -> dict[str, CheckState]:
        """Run every check; none of them raises."""
        looked: dict[str, Callable[[], bool]] = {
            "database": self._database_answers,
            "migrations": self._schema_is_newest,
            "disk": self._disk_has_room,
        }
        return {name: _state_of(check) for name, check in looked.items()}

    def _database_answers(self) -> bool:
        with self.database.reading() as session:
            return bool(session.execute(text("SELECT 1")).scalar_one() == 1)

    def _schema_is_newest(self) -> bool:
        return current(self.database) == head()

    def _disk_has_room(self) -> bool:
        return shutil.disk_usage(self.data_dir).free >= self.min_free_disk_bytes


def _state_of(check: Callable[[], bool]) -> CheckState:
    try:
        return CheckState.OK if check() else CheckState.FAILED
    except (RecordError, OSError):
        return CheckState.FAILED


router = APIRouter(tags=["operation"])


@router.get("/healthz", summary="Whether the process runs")
def healthz() -> HealthOut:
    """Answer as long as the process can answer at all."""
    return HealthOut(status="ok")


@router.get("/readyz", summary="Whether the service can take requests")
def readyz(request: Request) -> ReadyOut:
    """Look at the database, its schema and the disk."""
    readiness: Readiness = request.app.state.readiness
    checks = readiness.checks()
    failed = [name for name, state in checks.items() if state is CheckState.FAILED]
    if failed:
        raise RecordError(
            UNAVAILABLE,
            f"not ready: {', '.join(failed)}; run `dianjin doctor` on the server",
            checks=checks,
            retry_after_s=5,
        )
    return ReadyOut(status="ready", checks=checks)
