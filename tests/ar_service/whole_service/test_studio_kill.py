"""kill -9 of the whole service in the middle of a bulk run: every label once, the same files."""

import hashlib
import io
import os
import random
import time
from typing import Any

import httpx
import pytest
from PIL import Image, ImageDraw
from sqlalchemy import func, select

from ar_service.record import open_record
from trace_backend.designs.models import ArtFile, ArtItem
from trace_backend.kit.clock import SystemClock

pytestmark = pytest.mark.e2e

QUANTITY, PART_LABELS = 600, 20
KILLS = int(os.environ.get("DIANJIN_TEST_STUDIO_KILLS", "3"))
WAIT_S = 240.0
SEED = 20261122
EXAMPLE = "HTTPS://DIANJIN.EXAMPLE/01/09521234543213/21/0123456789ABCDEFGHJK"


def logo() -> bytes:
    image = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(image).ellipse((40, 40, 260, 260), fill="#12704a")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


class Designer:
    """Calls to the service, which may have died and started again on another port."""

    def __init__(self, service: Any, token: str) -> None:
        self.service, self._headers = service, {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = httpx.request(
            method, f"{self.service.url}/v1/{path}", headers=self._headers, timeout=30, **more
        )
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def run(self, run_id: str) -> dict[str, Any]:
        return self.call("GET", f"studio/runs/{run_id}")

    def wait(self, run_id: str, done: int) -> dict[str, Any]:
        """Wait until so many labels are done, or the run has ended."""
        deadline_s = time.monotonic() + WAIT_S
        while time.monotonic() < deadline_s:
            run = self.run(run_id)
            if run["done_count"] >= done and (done < QUANTITY or run["ended_at"] is not None):
                return run
            assert run["state"] not in {"failed", "cancelled"}, run
            time.sleep(0.05)
        pytest.fail(f"the run does not get to {done} labels: {self.service.log()[-3000:]}")

    def digests(self, run_id: str) -> dict[str, str]:
        page = self.call("GET", f"studio/runs/{run_id}/files?limit=200")
        return {file["name"]: file["sha256"] for file in page["items"]}


def test_a_run_that_is_killed_again_and_again_makes_every_label_once(new_service: Any) -> None:
    service = new_service(workers=1)
    brand = service.seed()
    service.start()
    designer = Designer(service, brand.api_key)
    artwork = designer.call(
        "POST",
        "studio/artworks",
        files={"file": ("a.png", logo(), "image/png")},
        data={"name": "青玉"},
    )
    template = designer.call(
        "POST",
        "studio/templates",
        json={
            "name": "青玉",
            "artwork_id": artwork["id"],
            "brief": {"version": 6},
            "payload_example": EXAMPLE,
        },
    )
    order = designer.call(
        "POST",
        "code-orders",
        json={"number": "C-1", "product_id": brand.product_id, "quantity": QUANTITY},
    )
    wanted = {
        "template_id": template["id"],
        "code_order_id": order["id"],
        "output": {"format": "svg", "layout": "roll:label=50x30", "part_labels": PART_LABELS},
    }
    killed = designer.call("POST", "studio/runs", json={"number": "killed", **wanted})

    rng = random.Random(SEED)
    at = sorted(rng.sample(range(PART_LABELS, QUANTITY - PART_LABELS), KILLS))
    for labels in at:
        designer.wait(killed["id"], labels)
        time.sleep(rng.uniform(0, 0.2))
        service.kill()
        service.start()
    run = designer.wait(killed["id"], QUANTITY)
    assert (run["state"], run["done_count"], run["failed_count"]) == ("done", QUANTITY, 0)

    with open_record(service.settings, SystemClock()) as record:
        with record.database.reading() as session:
            this = select(func.count()).where(ArtItem.run_id == run["id"])
            assert session.execute(this).scalar_one() == QUANTITY
            keys = select(ArtFile.name, ArtFile.blob_key).where(ArtFile.run_id == run["id"])
            files = session.execute(keys).all()
        for _, key in files:
            assert hashlib.sha256(record.blobs.get(key)).hexdigest() == key
    assert len(files) == 2 * QUANTITY / PART_LABELS + 1

    # The same order without a kill gives the same labels, byte for byte.
    whole = designer.call("POST", "studio/runs", json={"number": "whole", **wanted})
    designer.wait(whole["id"], QUANTITY)
    mine, other = designer.digests(run["id"]), designer.digests(whole["id"])
    mine.pop("report.json")
    other.pop("report.json")
    assert mine == other
