"""A preview whose asker has gone is not made: the next one does not wait behind it."""

import io
import json
import threading
import time
from typing import Any

import httpx
import pytest
from PIL import Image, ImageDraw

pytestmark = pytest.mark.e2e

PAYLOAD = "HTTPS://DIANJIN.EXAMPLE/01/09521234543213/21/0123456789ABCDEFGHJK"
LOGGED_S = 30.0


def _logo() -> bytes:
    image = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(image).ellipse((40, 40, 260, 260), fill="#12704a")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _statuses(log: str) -> list[int]:
    lines = (json.loads(line) for line in log.splitlines() if line.startswith("{"))
    return [line["status"] for line in lines if line.get("route") == "/v1/studio/preview"]


def test_a_preview_whose_asker_has_gone_is_dropped_when_its_turn_comes(new_service: Any) -> None:
    service = new_service(workers=1, DIANJIN_STUDIO_DRAWING_CONCURRENCY="1")
    brand = service.seed()
    service.start()
    headers = {"Authorization": f"Bearer {brand.api_key}"}
    url = f"{service.url}/v1/studio"
    upload = httpx.post(
        f"{url}/artworks",
        headers=headers,
        files={"file": ("a.png", _logo(), "image/png")},
        data={"name": "a"},
        timeout=60,
    )
    design = {"artwork_id": upload.json()["id"], "payload": PAYLOAD}

    def ask(version: int, timeout_s: float) -> httpx.Response:
        body = {**design, "brief": {"version": version}}
        return httpx.post(f"{url}/preview", headers=headers, json=body, timeout=timeout_s)

    # Steering version 40 takes more than a second: there is one turn, and it has it.
    slow = threading.Thread(target=ask, args=(40, 120.0))
    slow.start()
    time.sleep(0.3)
    with pytest.raises(httpx.ReadTimeout):
        ask(8, 0.3)
    slow.join()
    deadline_s = time.monotonic() + LOGGED_S
    while len(_statuses(service.log())) < 2 and time.monotonic() < deadline_s:
        time.sleep(0.1)
    assert sorted(_statuses(service.log())) == [200, 499]
    assert ask(8, 60.0).status_code == 200
