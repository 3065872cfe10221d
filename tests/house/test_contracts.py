"""The import contracts hold, and each of them catches what it is there to catch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ROOMS = ("models", "vision", "generative_codes", "trace_backend", "ar_service")

PLANTED = [
    pytest.param(
        "vision/planted.py",
        "import trace_backend",
        "Rooms: each room imports only rooms below it",
        id="vision-imports-the-record",
    ),
    pytest.param(
        "generative_codes/planted.py",
        "import trace_backend",
        "Rooms: each room imports only rooms below it",
        id="neighbours-see-each-other",
    ),
    pytest.param(
        "trace_backend/kit/planted.py",
        "import cv2",
        "The record knows nothing of pixels",
        id="record-imports-opencv",
    ),
    pytest.param(
        "vision/planted.py",
        "import sqlalchemy",
        "Pure rooms never see the web or the database",
        id="vision-imports-the-database",
    ),
    pytest.param(
        "ar_service/planted.py",
        "import torch",
        "torch only in training and painting",
        id="service-imports-torch",
    ),
    pytest.param(
        "ar_service/settings.py",
        "import ar_service.app",
        "Inside the service: edge, then flows",
        id="settings-import-the-app",
    ),
    pytest.param(
        "trace_backend/kit/planted.py",
        "import trace_backend.codes",
        "Inside the record: rooms stand on kit",
        id="kit-imports-a-room",
    ),
    pytest.param(
        "trace_backend/products/planted.py",
        "import trace_backend.authenticity",
        "Inside the record: rooms stand on kit",
        id="products-import-authenticity",
    ),
    pytest.param(
        "generative_codes/planted.py",
        "import models.training",
        "Training is offline: nobody imports it",
        id="codes-import-training",
    ),
]


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
            "--config",
            str(folder / "pyproject.toml"),
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copied_rooms(tmp_path: Path) -> Path:
    """A copy of the five packages' Python files, so that planting touches nothing real."""
    for room in ROOMS:
        shutil.copytree(
            REPOSITORY / room,
            tmp_path / room,
            ignore=lambda folder, names: [
                name
                for name in names
                if not name.endswith(".py") and not (Path(folder) / name).is_dir()
            ],
        )
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_the_house_keeps_every_contract(copied_rooms: Path) -> None:
    outcome = _lint_imports(copied_rooms)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "0 broken" in outcome.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("file", "line", "contract"), PLANTED)
def test_a_planted_import_breaks_its_contract(
    copied_rooms: Path, file: str, line: str, contract: str
) -> None:
    planted = copied_rooms / file
    if line == "import models.training":
        (copied_rooms / "models" / "training").mkdir(exist_ok=True)
        (copied_rooms / "models" / "training" / "__init__.py").touch()
    source = planted.read_text() if planted.exists() else ""
    planted.write_text(f"{source}\n{line}\n")

    outcome = _lint_imports(copied_rooms)

    assert outcome.returncode != 0
    broken = [row for row in outcome.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(contract in row for row in broken), outcome.stdout
