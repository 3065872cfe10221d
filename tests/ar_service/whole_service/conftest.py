"""The real service: `dianjin serve` as processes of their own, killed as the tests please."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from ar_service.record import open_record
from ar_service.sample_brand import SampleBrand, make_sample_brand
from ar_service.settings import Settings
from trace_backend.kit.clock import SystemClock

START_S = 90.0
STOP_S = 30.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Service:
    """One service and its record; it can be started, stopped and killed again and again."""

    data_dir: Path
    database_url: str | None
    workers: int
    environment: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        scheme = "https" if "--tls" in self.arguments else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.data_dir, database_url=self.database_url)

    def seed(self, codes: int = 10, active: int = 10) -> SampleBrand:
        settings = self.settings
        with open_record(settings, SystemClock()) as record, record.database.transaction() as tx:
            return make_sample_brand(tx, record, settings.public_host, codes, active)

    def start(self) -> None:
        self.port = _free_port()
        environment = {**os.environ, "DIANJIN_DATA_DIR": str(self.data_dir), **self.environment}
        if self.database_url:
            environment["DIANJIN_DATABASE_URL"] = self.database_url
        command = [sys.executable, "-m", "ar_service.cli", "serve", "--json"]
        command += ["--port", str(self.port), "--workers", str(self.workers)]
        command += self.arguments
        with (self.data_dir / "service.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline_s = time.monotonic() + START_S
        while time.monotonic() < deadline_s:
            assert self.process is not None
            assert self.process.poll() is None, self.log()[-4_000:]
            try:
                # Only asks whether it is up: a test that cares checks the certificate itself.
                if httpx.get(f"{self.url}/readyz", timeout=5, verify=False).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        pytest.fail(f"the service is not ready after {START_S} s: {self.log()[-4_000:]}")

    def stop(self) -> None:
        """End it as an administrator does."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End every process of it at once, as a power cut does to processes."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self.process is None:
            return
        if self.process.poll() is None or number == signal.SIGKILL:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
        self.process.wait(STOP_S)
        self.process = None

    def log(self) -> str:
        return (self.data_dir / "service.log").read_text(errors="replace")


@pytest.fixture
def new_service(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Makes services; whatever still runs after the test is killed."""
    made: list[Service] = []

    def make(
        database_url: str | None = None,
        workers: int = 4,
        arguments: tuple[str, ...] = (),
        **environment: str,
    ) -> Service:
        folder = tmp_path / f"service-{len(made)}"
        folder.mkdir()
        made.append(Service(folder, database_url, workers, environment, arguments))
        return made[-1]

    yield make
    for service in made:
        service.kill()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for the embedded SQLite file, or a fresh PostgreSQL database."""
    if request.param == "sqlite":
        return None
    return str(request.getfixturevalue("postgres_url"))
