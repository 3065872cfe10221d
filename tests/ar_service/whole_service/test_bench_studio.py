"""How long a designer waits for the preview, over HTTP on the loopback device."""

import io
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageDraw

PREVIEWS = 40
# The first ones load libraries and fill caches.
WARM_UP = 3
VERSION = 6
SERIAL = "0123456789ABCDEF{:04d}"
PREFIX = "HTTPS://DIANJIN.EXAMPLE/01/09521234543213/21/"
# Milliseconds of CPU that a preview may take; the wall clock is told, a busy machine stretches it.
BOUNDS_MS = {"dots, version and place fixed": 150, "dots, automatic": 250, "base": 250}


def logo() -> bytes:
    image = Image.new("RGBA", (1_000, 1_000), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((100, 100, 900, 900), fill="#b3261e")
    pen.rectangle((450, 250, 550, 750), fill="white")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.bench
@pytest.mark.skipif(
    not Path("/proc/self/stat").exists() and "CI" not in os.environ,
    reason="the processor time of another process is read from /proc, which Linux has (and CI)",
)
def test_previews_follow_the_controls(new_service: Any, capsys: Any) -> None:
    service = new_service(workers=1, DIANJIN_STUDIO_BURST="0")
    headers = {"Authorization": f"Bearer {service.seed().api_key}"}
    service.start()
    place = {"scale": 0.5}
    briefs = {
        "dots, version and place fixed": lambda _: {"version": VERSION, "placement": place},
        # Another wish each time: nothing that was found before can be used again.
        "dots, automatic": lambda turn: {"fidelity": 0.9 + turn / 10_000},
        "base": lambda _: {"style": "base", "version": VERSION},
    }
    told = [f"\npreviews over HTTP, one worker, {PREVIEWS} each; ms: p50, p95, CPU"]
    used_ms = {}
    with httpx.Client(base_url=service.url, headers=headers, timeout=60) as client:
        kept = client.post(
            "/v1/studio/artworks",
            files={"file": ("logo.png", logo(), "image/png")},
            data={"name": "logo"},
        ).json()
        for name, brief in briefs.items():
            waited_ms = []
            started_cpu_s = 0.0
            for turn in range(PREVIEWS + WARM_UP):
                if turn == WARM_UP:
                    started_cpu_s = cpu_seconds(service.process.pid)
                body = {
                    "artwork_id": kept["id"],
                    "payload": PREFIX + SERIAL.format(turn),
                    "brief": brief(turn),
                }
                started_s = time.perf_counter()
                answer = client.post("/v1/studio/preview", json=body)
                waited_ms.append(1000 * (time.perf_counter() - started_s))
                assert answer.status_code == 200, answer.text
            cpu_s = cpu_seconds(service.process.pid) - started_cpu_s
            used_ms[name] = 1000 * cpu_s / PREVIEWS
            waited_ms = waited_ms[WARM_UP:]
            p50, p95 = statistics.median(waited_ms), statistics.quantiles(waited_ms, n=20)[-1]
            told.append(f"  {name:32} {p50:6.0f} {p95:6.0f} {used_ms[name]:6.0f}")
    with capsys.disabled():
        sys.stdout.write("\n".join(told) + "\n")
    late = {name: ms for name, ms in used_ms.items() if ms > BOUNDS_MS[name]}
    assert not late
