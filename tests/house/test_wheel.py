"""The wheel is the product: it holds every room and the pages, and serves from an empty venv."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ROOMS = {"models", "vision", "generative_codes", "trace_backend", "ar_service"}
START_WITHIN_S = 60

pytestmark = [pytest.mark.slow, pytest.mark.e2e]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), "."],
        REPOSITORY,
    )
    (built,) = folder.glob("dianjin-*.whl")
    return built


@pytest.fixture(scope="module")
def empty_venv(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=True)
    constraints = REPOSITORY / "constraints.txt"
    _run(
        [
            str(folder / "bin/pip"),
            "install",
            "--quiet",
            "--constraint",
            str(constraints),
            str(wheel),
        ],
        folder,
    )
    return folder


@pytest.fixture
def server(empty_venv: Path, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DIANJIN", "PYTHON"))}
    environment["DIANJIN_DATA_DIR"] = str(tmp_path / "var")
    process = subprocess.Popen(
        [str(empty_venv / "bin/dianjin"), "serve", "--port", str(port)],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _ready(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _run(command: list[str], folder: Path) -> None:
    outcome = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def _ready(url: str, process: subprocess.Popen[bytes]) -> str:
    end_s = time.monotonic() + START_WITHIN_S
    while time.monotonic() < end_s:
        assert process.poll() is None, "the server ended before it was ready"
        try:
            if httpx.get(f"{url}/readyz").status_code == httpx.codes.OK:
                return url
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"the server was not ready within {START_WITHIN_S} s")


def test_the_wheel_holds_the_rooms_the_pages_and_the_migrations_and_no_more(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == ROOMS
    assert "ar_service/pages/index.html" in names
    assert any(re.fullmatch(r"ar_service/pages/assets/.+\.wasm", name) for name in names)
    assert any(name.startswith("trace_backend/migrations/versions/") for name in names)
    assert not [name for name in names if name.startswith("tests") or "node_modules" in name]


def test_an_installed_wheel_serves_the_pages_and_answers(server: str) -> None:
    page = httpx.get(f"{server}/")
    assert page.headers["content-type"].startswith("text/html")
    scripts = re.findall(r'src="(/assets/[^"]+\.js)"', page.text)
    assert scripts
    assert httpx.get(server + scripts[0]).status_code == httpx.codes.OK

    answer = httpx.post(f"{server}/v1/verify", json={"payload": "0123456789ABCDEFGHJK"})
    assert answer.json()["verdict"] == "NOT_GENUINE_UNKNOWN"


def test_serving_needs_neither_torch_nor_a_second_opencv(empty_venv: Path) -> None:
    listed = subprocess.run(
        [str(empty_venv / "bin/pip"), "list", "--format=freeze"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    installed = {line.split("==")[0].lower() for line in listed.splitlines()}
    assert "torch" not in installed
    assert {name for name in installed if name.startswith("opencv")} == {
        "opencv-contrib-python-headless"
    }
