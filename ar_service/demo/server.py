"""A real server for the demo: `dianjin serve` as a process of its own, stopped in any case."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import httpx

HOST = "127.0.0.1"
START_S = 90.0
"""Longest wait for /readyz; a busy small machine imports for many seconds."""
STOP_S = 25.0
"""Longest wait for the end; the server gives running requests 20 seconds."""
_LOOK_EVERY_S = 0.15
_LOG_TAIL_CHARACTERS = 2_000


class ServerError(OSError):
    """The server did not start."""


@contextmanager
def running_server(data_dir: Path, log: Path, public_url: str) -> Iterator[str]:
    """Run `dianjin serve` on a free port of this machine and stop it afterwards.

    Args:
        data_dir: folder of its record.
        log: file of its output.
        public_url: origin of the Digital Links.

    Yields:
        The server's base URL; /readyz has answered 200.

    Raises:
        ServerError: it ended or was not ready in time; the message ends with its last output.
    """
    port = _free_port()
    command = [sys.executable, "-m", "ar_service.cli", "serve"]
    command += ["--host", HOST, "--port", str(port), "--workers", "1", "--json"]
    with log.open("wb") as sink, _ended_by_signals():
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=server_environment(os.environ, data_dir, public_url),
            # Ctrl-C goes to the demo alone, which then stops the server in good order.
            start_new_session=True,
        )
        try:
            url = f"http://{HOST}:{port}"
            _wait_until_ready(process, url, log)
            yield url
        finally:
            _stop(process)


def server_environment(
    inherited: Mapping[str, str], data_dir: Path, public_url: str
) -> dict[str, str]:
    """The environment without any setting of a real service: a demo never touches its record."""
    kept = {name: value for name, value in inherited.items() if not name.startswith("DIANJIN_")}
    return {**kept, "DIANJIN_DATA_DIR": str(data_dir), "DIANJIN_PUBLIC_URL": public_url}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline_s = time.monotonic() + START_S
    with httpx.Client(trust_env=False, timeout=5.0) as client:
        while time.monotonic() < deadline_s:
            if process.poll() is not None:
                raise ServerError(f"the server ended with status {process.returncode}{_tail(log)}")
            try:
                if client.get(f"{url}/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(_LOOK_EVERY_S)
    raise ServerError(f"the server was not ready after {START_S:g} s{_tail(log)}")


def _tail(log: Path) -> str:
    """The end of the server's output, which says why it did not start."""
    text = log.read_text(errors="replace").strip()[-_LOG_TAIL_CHARACTERS:]
    return f":\n{text}" if text else ""


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Turn SIGTERM into an ordinary end, so that what was started is stopped."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
