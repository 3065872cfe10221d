"""Bulk runs through the service: ordered, carried out, watched, cancelled."""

import csv
import hashlib
import io
import json
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from trace_backend.kit.database import Database
from trace_backend.kit.migrate import upgrade

WAIT_S = 240.0


def save_template(
    studio: Any, payload: str, painted_artwork_id: str | None = None, **brief: Any
) -> str:
    saved = studio.post(
        "templates",
        name="红印",
        artwork_id=studio.artwork_id,
        painted_artwork_id=painted_artwork_id,
        brief={"version": 6, **brief},
        payload_example=payload,
    )
    assert saved.status_code == 201, saved.text
    return str(saved.json()["id"])


def order_codes(studio: Any, quantity: int, number: str = "C-1") -> str:
    house = studio.house
    answer = house.client.post(
        "/v1/code-orders",
        json={"number": number, "product_id": house.brand.product_id, "quantity": quantity},
        headers=studio.headers,
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def wait_for(studio: Any, run_id: str) -> dict[str, Any]:
    deadline_s = time.monotonic() + WAIT_S
    while time.monotonic() < deadline_s:
        run: dict[str, Any] = studio.get(f"runs/{run_id}").json()
        if run["ended_at"] is not None:
            return run
        time.sleep(0.1)
    pytest.fail("the run does not end")


@pytest.mark.slow
def test_a_run_makes_every_code_of_the_order_once_and_proves_it(
    open_house: Any, enter_studio: Any, payload: str, tmp_path: Path, needs_program: Any
) -> None:
    studio = enter_studio(open_house(run_jobs=True))
    template, codes = save_template(studio, payload), order_codes(studio, 70)
    output = {"format": "pdf", "layout": "a4", "part_labels": 30, "title": "云岭古树红茶"}
    wanted = {"number": "R-1", "template_id": template, "code_order_id": codes, "output": output}
    placed = studio.post("runs", **wanted)
    assert placed.status_code == 202, placed.text
    again = studio.post("runs", **wanted)
    assert (again.status_code, again.json()["id"]) == (200, placed.json()["id"])
    run = wait_for(studio, placed.json()["id"])
    assert (run["state"], run["done_count"], run["failed_count"]) == ("done", 70, 0), run
    assert (run["percent"], run["certificate_verdict"]) == (100, "pass")

    files = {f["name"]: f for f in studio.get(f"runs/{run['id']}/files").json()["items"]}
    assert sorted(files) == [
        *(f"labels-000{part}.csv" for part in (1, 2, 3)),
        *(f"part-000{part}.pdf" for part in (1, 2, 3)),
        "report.json",
    ]
    content = {name: studio.get(f"runs/{run['id']}/files/{name}").content for name in files}
    for name, body in content.items():
        assert hashlib.sha256(body).hexdigest() == files[name]["sha256"]

    # The codes that the record issued are the codes in the tables, none twice, none missing.
    house = studio.house
    issued = house.client.get(f"/v1/code-orders/{codes}/codes.csv", headers=studio.headers).content
    wanted_serials = [
        row["serial"] for row in csv.DictReader(io.StringIO(issued.decode("utf-8-sig")))
    ]
    rows = [
        row
        for part in (1, 2, 3)
        for row in csv.DictReader(io.StringIO(content[f"labels-000{part}.csv"].decode("utf-8-sig")))
    ]
    assert [row["serial"] for row in rows] == wanted_serials
    items = studio.get(f"runs/{run['id']}/items?limit=200").json()["items"]
    assert [item["serial"] for item in items] == wanted_serials
    assert all(item["passed"] and item["reason"] is None for item in items)

    # What is printed reads back, by a second program and a decoder: the payloads of the tables.
    needs_program("pdftoppm", "poppler-utils")
    (tmp_path / "part.pdf").write_bytes(content["part-0003.pdf"])
    source, pages = str(tmp_path / "part.pdf"), str(tmp_path / "page")
    command = ["pdftoppm", "-r", "300", "-png", source, pages]
    subprocess.run(command, check=True, timeout=60)
    read = {
        str(code.text)
        for page in sorted(tmp_path.glob("page*.png"))
        for code in zxingcpp.read_barcodes(np.asarray(Image.open(page).convert("RGB")))
    }
    first = files["part-0003.pdf"]["labels_first"]
    assert read == {row["payload"] for row in rows if int(row["label_number"]) >= first}
    assert house.client.ask(rows[-1]["payload"]).json()["verdict"] == "NOT_GENUINE_UNACTIVATED"

    report = json.loads(content["report.json"])
    assert report["simulated"] is True
    assert (report["labels"], report["passed"], report["failed"]) == (70, 70, 0)
    assert 0 < report["sample"]["lower_bound"] <= 1
    assert [part["file"] for part in report["parts"]] == [f"part-000{n}.pdf" for n in (1, 2, 3)]


@pytest.mark.slow
def test_a_cancelled_run_keeps_its_finished_parts_and_stops(
    open_house: Any, enter_studio: Any, payload: str
) -> None:
    studio = enter_studio(open_house(run_jobs=True))
    template, codes = save_template(studio, payload), order_codes(studio, 600)
    output = {"format": "svg", "layout": "roll:label=50x30", "part_labels": 10}
    placed = studio.post(
        "runs", number="R-2", template_id=template, code_order_id=codes, output=output
    ).json()
    deadline_s = time.monotonic() + WAIT_S
    while studio.get(f"runs/{placed['id']}").json()["done_count"] == 0:
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    cancelled = studio.post(f"runs/{placed['id']}/cancel", reason="wrong paper")
    assert cancelled.status_code == 200
    run = wait_for(studio, placed["id"])
    assert run["state"] == "cancelled"
    assert 0 < run["done_count"] < 600
    assert run["done_count"] % 10 == 0
    files = studio.get(f"runs/{run['id']}/files?limit=200").json()["items"]
    assert len(files) == 2 * run["done_count"] / 10
    time.sleep(0.5)
    assert studio.get(f"runs/{run['id']}").json()["done_count"] == run["done_count"]


@pytest.mark.slow
def test_a_design_that_fails_its_certificate_makes_no_label(
    open_house: Any, enter_studio: Any, payload: str
) -> None:
    studio = enter_studio(open_house(run_jobs=True))
    design = {"dark": "#7a7a7a", "modules": {"shape": "dot", "size_share": 0.76}}
    template = save_template(studio, payload, design=design, budget=2)
    codes = order_codes(studio, 12)
    placed = studio.post("runs", number="R-3", template_id=template, code_order_id=codes).json()
    run = wait_for(studio, placed["id"])
    assert (run["state"], run["certificate_verdict"]) == ("failed", "fail")
    assert (run["done_count"], "certificate" in run["error"]) == (0, True)
    assert studio.get(f"runs/{run['id']}/files").json()["items"] == []
    kept = studio.get(f"certificates/{run['certificate_id']}").json()
    assert any(reason["is_blocking"] for reason in kept["document"]["reasons"])


@pytest.mark.parametrize(
    "output",
    [
        {"layout": "a5"},
        {"layout": "roll:label=8x8"},
        {"layout": "x" * 300},
        {"format": "docx"},
        {"part_labels": 0},
        {"part_labels": 5_001},
        {"paper": "a4"},
    ],
)
def test_what_cannot_be_made_is_refused_before_it_is_ordered(
    studio: Any, payload: str, problem: Any, output: dict[str, Any]
) -> None:
    template, codes = save_template(studio, payload), order_codes(studio, 12)
    refused = studio.post(
        "runs", number="R-4", template_id=template, code_order_id=codes, output=output
    )
    assert refused.status_code == 422
    assert problem(refused) in {"design-refused", "invalid"}
    assert studio.get("runs").json()["items"] == []


@pytest.mark.slow
def test_more_parts_than_a_run_may_have_files_are_refused(
    studio: Any, payload: str, problem: Any
) -> None:
    template = save_template(studio, payload)
    codes = studio.house.client.post(
        "/v1/code-orders",
        json={"number": "C-9", "product_id": studio.house.brand.product_id, "quantity": 1_000},
        headers=studio.headers,
    ).json()["id"]
    answers = [
        studio.post(
            "runs",
            number=f"R-{labels}",
            template_id=template,
            code_order_id=codes,
            output={"layout": "roll:label=50x30", "part_labels": labels},
        )
        for labels in (10, 1)
    ]
    assert [answer.status_code for answer in answers] == [202, 422]
    assert problem(answers[1]) == "design-refused"
    assert "take more labels in a part" in answers[1].json()["detail"]


def read_parts(studio: Any, run_id: str, folder: Path) -> list[str]:
    """What zxing reads on the pages of a run's PDF parts, drawn by pdftoppm."""
    read = []
    for file in studio.get(f"runs/{run_id}/files").json()["items"]:
        if not file["name"].endswith(".pdf"):
            continue
        source = folder / file["name"]
        source.write_bytes(studio.get(f"runs/{run_id}/files/{file['name']}").content)
        pages = folder / source.stem
        subprocess.run(["pdftoppm", "-r", "300", "-png", source, pages], check=True, timeout=60)
        for page in sorted(folder.glob(f"{source.stem}*.png")):
            image = np.asarray(Image.open(page).convert("RGB"))
            read += [str(code.text) for code in zxingcpp.read_barcodes(image)]
    return read


def labels_of(studio: Any, run_id: str, parts: int) -> list[dict[str, str]]:
    texts = [
        studio.get(f"runs/{run_id}/files/labels-{part:04d}.csv").content.decode("utf-8-sig")
        for part in range(1, parts + 1)
    ]
    return [row for text in texts for row in csv.DictReader(io.StringIO(text))]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """A migrated database; None: the house's own SQLite file."""
    if request.param == "sqlite":
        return None
    url = str(request.getfixturevalue("postgres_url"))
    database = Database.open(url)
    upgrade(database)
    database.dispose()
    return url


@pytest.mark.slow
def test_a_picture_base_with_a_painted_map_runs_through_strengthened_where_it_was_weak(
    database_url: str | None,
    open_house: Any,
    enter_studio: Any,
    payload: str,
    needs_program: Any,
    tmp_path: Path,
) -> None:
    needs_program("pdftoppm", "poppler-utils")
    where = {} if database_url is None else {"database_url": database_url}
    studio = enter_studio(open_house(run_jobs=True, **where))
    stream = io.BytesIO()
    ramp = np.tile(np.linspace(30, 255, 400).astype(np.uint8), (400, 1))
    Image.fromarray(ramp).save(stream, "PNG")
    painted = studio.upload(stream.getvalue(), "重要 Importance").json()["id"]
    weak = {"radius_modules": 0.25, "max_radius_modules": 0.3, "margin": 0.0}
    template = save_template(
        studio, payload, painted_artwork_id=painted, style="base", version=5, base=weak
    )
    codes = order_codes(studio, 14)
    output = {"format": "pdf", "layout": "roll:label=50x30", "part_labels": 8}
    placed = studio.post(
        "runs", number="R-B", template_id=template, code_order_id=codes, output=output
    )
    assert placed.status_code == 202, placed.text
    assert placed.json()["painted_artwork_id"] == painted
    run = wait_for(studio, placed.json()["id"])
    assert (run["state"], run["done_count"], run["certificate_verdict"]) == ("done", 14, "pass"), (
        run["error"]
    )
    rows = labels_of(studio, run["id"], 2)
    assert len({row["serial"] for row in rows}) == 14
    assert sorted(read_parts(studio, run["id"], tmp_path)) == sorted(row["payload"] for row in rows)
    assert [found["id"] for found in studio.get("runs?state=done").json()["items"]] == [run["id"]]
    assert studio.get("runs?state=failed").json()["items"] == []
