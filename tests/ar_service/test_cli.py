import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import segno
from PIL import Image

COMMANDS = ("demo", "read", "verify", "migrate", "seed", "doctor", "serve")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `dianjin` as a process of its own, on a data folder of its own."""

    def run_one(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {**os.environ, "DIANJIN_DATA_DIR": str(tmp_path / "data"), **environment}
        return subprocess.run(
            [sys.executable, "-m", "ar_service.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            env=given,
            timeout=60,
            check=False,
        )

    return run_one


def json_lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def qr_picture(path: Path, payload: str) -> Path:
    segno.make_qr(payload, error="m").save(str(path), kind="png", scale=5, border=4)
    return path


def test_help_lists_every_command_and_loads_no_heavy_library(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    assert [name for name in COMMANDS if name not in done.stdout] == []
    probe = (
        "import sys; sys.argv = ['dianjin', '--help']\n"
        "from ar_service.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'cv2', 'numpy', 'sqlalchemy', 'fastapi', 'dbos'} & sys.modules.keys()\n"
        "sys.stderr.write(','.join(sorted(heavy)))"
    )
    started = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    )
    assert started.stderr == ""


def test_read_writes_one_line_per_picture_and_searches_folders(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pictures" / "deep"
    folder.mkdir(parents=True)
    first = qr_picture(folder / "a.png", "HELLO-1")
    Image.new("RGB", (60, 60), "white").save(folder / "b.jpg")
    (folder / "notes.txt").write_text("no picture")
    done = run("read", "--json", first, tmp_path / "pictures")
    assert done.returncode == 0
    assert done.stderr == ""
    again, read, empty = json_lines(done)
    assert read["file"] == str(first) == again["file"]
    (code,) = read["codes"]
    assert (code["text"], code["symbology"]) == ("HELLO-1", "qr_code")
    # segno: version 1 has 21 modules; 5 px each after 4 quiet modules.
    for found, expected in zip(
        code["corners_px"], [(20, 20), (125, 20), (125, 125), (20, 125)], strict=True
    ):
        assert found == pytest.approx(expected, abs=2)
    assert read["ms"] > 0
    assert empty["codes"] == []


def test_read_reports_what_it_can_not_read_and_fails_at_the_end(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n")
    good = qr_picture(tmp_path / "good.png", "HELLO-2")
    done = run("read", "--json", broken, tmp_path / "missing.jpg", good)
    assert done.returncode == 1
    damaged, missing, read = json_lines(done)
    assert damaged["error"]["reason"] == "truncated"
    assert missing["error"]["reason"] == "unreadable"
    assert read["codes"][0]["text"] == "HELLO-2"


def test_read_of_an_empty_folder_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("read", "--json", tmp_path / "empty")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no picture found" in done.stderr


@pytest.mark.slow
def test_seed_then_verify_without_a_server(run: Run, tmp_path: Path) -> None:
    seeded = run("seed", "--codes", "3", "--active", "1", "--json")
    brand, active, _, issued = json_lines(seeded)
    assert brand["api_key"].startswith("dj_")
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600
    photo = qr_picture(tmp_path / "active.png", active["payload"])
    done = run("verify", photo, "--json", "--place", "36.195,113.117", "--language", "en")
    assert done.returncode == 0, done.stderr
    (answer,) = json_lines(done)
    assert (answer["file"], answer["verdict"]) == (str(photo), "GENUINE_FIRST")
    assert answer["reply"]["language"] == "en"
    photo = qr_picture(tmp_path / "issued.png", issued["payload"])
    (answer,) = json_lines(run("verify", photo, "--json"))
    assert answer["verdict"] == "NOT_GENUINE_UNACTIVATED"


@pytest.mark.slow
def test_verify_of_a_photo_without_a_verdict_fails_with_the_problem(
    run: Run, tmp_path: Path
) -> None:
    run("migrate")
    foreign = qr_picture(tmp_path / "foreign.png", "https://other.example/x")
    for arguments, key, value in [
        ((foreign,), "type", "/problems/foreign-code"),
        ((tmp_path / "missing.jpg",), "reason", "unreadable"),
        ((foreign, "--place", "91,0"), "reason", "place"),
        ((foreign, "--place", "here"), "reason", "place"),
        ((foreign, "--language", "de"), "type", "/problems/invalid"),
        ((foreign, "--server", "http://127.0.0.1:9"), "reason", "server"),
    ]:
        done = run("verify", "--json", *arguments)
        (line,) = json_lines(done)
        assert done.returncode == 1
        assert line["error"][key] == value


@pytest.mark.slow
def test_migrate_and_doctor_agree(run: Run) -> None:
    (first,) = json_lines(run("migrate", "--json"))
    (second,) = json_lines(run("migrate", "--json"))
    assert first["from"] is None
    assert first["to"] == second["from"] == second["to"]
    done = run("doctor", "--json")
    findings = {line["check"]: line for line in json_lines(done)}
    assert done.returncode == 0, done.stdout
    assert findings["database"]["found"] == f"sqlite at {first['to']}"
    assert findings["opencv"]["standing"] == "ok"
    assert findings["opencv"]["found"].startswith("opencv-contrib-python-headless ")
    assert {line["standing"] for line in findings.values()} <= {"ok", "warning"}


@pytest.mark.slow
def test_doctor_fails_where_the_database_can_not_be_reached(run: Run) -> None:
    done = run(
        "doctor", "--json", DIANJIN_DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:9/none"
    )
    findings = {line["check"]: line for line in json_lines(done)}
    assert done.returncode == 1
    assert findings["database"]["standing"] == "failed"


@pytest.mark.parametrize(
    ("setting", "value"), [("PORT", "99999"), ("PUBLIC_URL", "nowhere"), ("WORKERS", "none")]
)
def test_a_wrong_setting_is_one_line_and_not_a_traceback(run: Run, setting, value) -> None:
    done = run("doctor", **{f"DIANJIN_{setting}": value})
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"dianjin: wrong settings: DIANJIN_{setting}: ")
    assert "Traceback" not in done.stderr
