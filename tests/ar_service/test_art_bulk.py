"""`dianjin art bulk`: an order becomes sheets in a folder, whatever happens on the way."""

import csv
import json
import re
import signal
import subprocess
import sys
import time

import cv2
import numpy as np
import pytest
import zxingcpp
from typer.testing import CliRunner

from ar_service.cli import app

PREFIX = "HTTPS://DJ.EXAMPLE/01/06951234567892/21/"


@pytest.fixture
def ring(tmp_path):
    """A black ring on white."""
    canvas = np.full((300, 300), 255, np.uint8)
    cv2.circle(canvas, (150, 150), 120, 0, 52)
    path = tmp_path / "ring.png"
    cv2.imwrite(str(path), canvas)
    return path


def run(*arguments):
    return CliRunner().invoke(app, ["art", "bulk", *map(str, arguments)])


@pytest.mark.slow
def test_a_csv_order_becomes_sheets_a_table_and_a_report(ring, tmp_path) -> None:
    codes, out = tmp_path / "codes.csv", tmp_path / "out"
    rows = [(f"{at:020d}", f"{PREFIX}{at:020d}", f"L{at}") for at in range(30)]
    with codes.open("w", newline="") as stream:
        csv.writer(stream).writerows([("serial", "payload", "label_number"), *rows])
    arguments = ("--image", ring, "--codes", codes, "--out", out, "--sample", 2, "--json")
    outcome = run(*arguments)
    assert outcome.exit_code == 0, outcome.output
    (line,) = outcome.stdout.splitlines()
    document = json.loads(line)
    assert (document["labels"], document["decoded"], document["failed"]) == (30, 30, 0)
    assert document["simulated"] is True
    with (out / "labels-table.csv").open(newline="") as stream:
        table = list(csv.DictReader(stream))
    assert [(r["serial"], r["payload"], r["label_number"]) for r in table] == rows
    assert {r["file"] for r in table} == {"labels-0001.pdf"}
    assert (out / "failed.csv").read_text() == '"serial"\n'
    again = json.loads(run(*arguments).stdout)
    assert again["resumed_parts"] == 1
    assert {key: again[key] for key in ("labels", "decoded", "files")} == {
        key: document[key] for key in ("labels", "decoded", "files")
    }


@pytest.mark.slow
def test_twenty_thousand_codes_survive_a_kill_and_none_is_missing_or_doubled(
    ring, tmp_path, needs_program
) -> None:
    needs_program("pdftoppm", "poppler-utils")
    out, count = tmp_path / "out", 20_000
    command = [
        sys.executable, "-c", "from ar_service.cli import main; main()", "art", "bulk",
        "--image", ring, "--out", out, "--prefix", PREFIX, "--count", count,
        "--part-labels", 2_000, "--sample", 4, "--json",
    ]  # fmt: skip
    command = [str(word) for word in command]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        deadline = time.monotonic() + 300
        while not (out / "labels-0004.pdf").exists():
            assert child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert not (out / "report.html").exists()
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
    document = json.loads(done.stdout)
    assert document["resumed_parts"] >= 3
    assert (document["labels"], document["decoded"]) == (count, count)

    with (out / "labels-table.csv").open(newline="") as stream:
        table = list(csv.DictReader(stream))
    assert len(table) == count
    assert len({row["serial"] for row in table}) == count
    assert len({(row["file"], row["page"], row["place"]) for row in table}) == count
    # A witness reads some pages as a printer would see them.
    for row in table[:: count // 7]:
        first = next(r for r in table if r["file"] == row["file"])
        page = int(row["page"]) - int(first["page"]) + 1
        subprocess.run(
            ["pdftoppm", "-gray", "-r", "110", "-f", str(page), "-l", str(page), out / row["file"],
             tmp_path / "page"],
            check=True,
            timeout=60,
        )  # fmt: skip
        (picture,) = tmp_path.glob("page-*.pgm")
        found = {b.text for b in zxingcpp.read_barcodes(cv2.imread(str(picture), 0))}
        picture.unlink()
        wanted = {
            r["payload"] for r in table if (r["file"], r["page"]) == (row["file"], row["page"])
        }
        assert found == wanted
    assert not list(out.rglob(".*.part"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Give the codes in one way"),
        (("--count", 5), "give --prefix"),
        (("--count", 5, "--codes", "x.csv", "--prefix", PREFIX), "in one way"),
        (("--codes", "missing.csv"), "No such file"),
        (("--count", 5, "--prefix", PREFIX, "--layout", "a5"), "a4, roll or diecut"),
        (("--count", 5, "--prefix", PREFIX, "--layout", "a4:label=0x0"), "at least 5 x 5"),
        (("--count", 5, "--prefix", PREFIX, "--text", "all"), "serial and number"),
        (("--count", 5, "--prefix", PREFIX, "--part-labels", 60_000), "1 to 50,000"),
        (("--count", 11_000_000, "--prefix", PREFIX), "1 to 10,000,000"),
        (("--count", 5, "--prefix", PREFIX + "X" * 3_000), "at most|holds"),
    ],
)
def test_an_impossible_order_is_one_line_and_status_one(arguments, words, ring, tmp_path) -> None:
    out = tmp_path / "out"
    outcome = run("--image", ring, "--out", out, *arguments, "--json")
    assert outcome.exit_code == 1
    (line,) = outcome.stdout.splitlines()
    assert re.search(words, json.loads(line)["error"]["detail"])
    assert not out.exists()


def test_options_go_before_the_brief_as_they_do_for_one_code(ring, tmp_path) -> None:
    brief = tmp_path / "brief.json"
    base = ("--image", ring, "--out", tmp_path / "o", "--prefix", PREFIX, "--count", 3, "--json")
    brief.write_text('{"version": 99}')
    outcome = run(*base, "--brief", brief)
    assert "version" in json.loads(outcome.stdout)["error"]["detail"]
    # 69 characters: version 3 is the brief's word, and too small; version 2 is the option's.
    brief.write_text('{"version": 3, "level": "H"}')
    outcome = run(*base, "--brief", brief)
    assert "3-H" in json.loads(outcome.stdout)["error"]["detail"]
    outcome = run(*base, "--brief", brief, "--version", 2, "--error", "Q")
    assert "2-Q" in json.loads(outcome.stdout)["error"]["detail"]


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--painted", "--protected"])
def test_what_a_map_shows_white_is_matched_better_in_all_codes(ring, tmp_path, option) -> None:
    # More ring than a code of this version has room for; its left half is what matters.
    brief, important = tmp_path / "brief.json", tmp_path / "left.png"
    brief.write_text('{"version": 6, "level": "M", "fidelity": 0.5, "placement": {"scale": 0.9}}')
    white = np.zeros((300, 300), np.uint8)
    white[:, :150] = 255
    cv2.imwrite(str(important), white)
    missing = []
    for out, maps in ((tmp_path / "plain", ()), (tmp_path / "map", (option, important))):
        outcome = run(
            "--image", ring, "--out", out, "--prefix", PREFIX, "--count", 24, "--brief", brief,
            "--format", "csv", "--sample", 1, "--json", *maps,
        )  # fmt: skip
        assert outcome.exit_code == 0, outcome.output
        assert json.loads(outcome.stdout)["certificate"] == "pass"
        assert json.loads((out / "certificate.json").read_text())["verdict"] == "pass"
        with (out / "labels-0001.csv").open(newline="") as stream:
            rows = [row["modules"].split("/") for row in csv.DictReader(stream)]
        packed = np.array([[list(bytes.fromhex(line)) for line in row] for row in rows], np.uint8)
        modules = np.unpackbits(packed, axis=2)[:, :, :41]
        y, x = np.mgrid[:41, :41] - 20.0
        # 120 of 300 pixels, and the picture is 0.9 * 41 modules wide; the stroke is 6.4 modules.
        on_ring = np.abs(np.hypot(x, y) - 120 / 300 * 0.9 * 41) < 2.2
        missing.append(1 - modules[:, on_ring & (x < 0)].mean())
    assert missing[1] < 0.9 * missing[0]


@pytest.mark.parametrize(
    "arguments",
    [("--style", "cubism"), ("--error", "X"), ("--format", "doc"), ("--inks", "gold")],
)
def test_unknown_choices_are_usage_errors(arguments, ring, tmp_path) -> None:
    outcome = run("--image", ring, "--out", tmp_path / "o", "--count", 3, *arguments)
    assert outcome.exit_code == 2


def test_a_picture_that_is_none_is_refused_before_anything_is_written(tmp_path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    out = tmp_path / "out"
    outcome = run("--image", tmp_path / "a.png", "--out", out, "--prefix", PREFIX, "--count", 3)
    assert outcome.exit_code == 1
    assert not out.exists()
