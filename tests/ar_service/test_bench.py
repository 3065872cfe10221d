"""How long a verify takes, stage by stage, and how many of them one core carries."""

import io
import statistics
import sys
import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image

from ar_service.verify import Asker, PhotoQuestion, Question, verify_payload, verify_photo
from ar_service.verify.reading import sort_payload
from trace_backend.authenticity import Language, QueryMethod, query
from trace_backend.authenticity.flows import CodeQuery
from vision import decode_frame, read_frame

pytestmark = pytest.mark.bench

ROUNDS = 15
PAYLOAD_VERIFIES = 400
PHOTO_SIZES_PX = {"2 MP": (1_600, 1_200), "12 MP": (4_000, 3_000)}
MOST_TIMES_THE_PEER = 6.0
"""decode + read beside bare zxing-cpp; includes quality, patch and hostile-bytes checks."""


def phone_photo(payload: str, size_wh: tuple[int, int]) -> bytes:
    """A made picture, no real photo: a code of a sixth of the width on grey paper, noise, JPEG.

    The noise is smoothed over neighbouring pixels, as a phone's processing leaves it.
    """
    width, height = size_wh
    rng = np.random.default_rng(20261122)
    buffer = io.BytesIO()
    segno.make_qr(payload, error="m").save(buffer, kind="png", scale=10, border=4)
    code = Image.open(io.BytesIO(buffer.getvalue())).convert("L")
    code = code.resize((width // 6, width // 6), Image.Resampling.BICUBIC).rotate(
        7, Image.Resampling.BICUBIC, expand=True, fillcolor=255
    )
    paper = Image.new("L", size_wh, 190)
    paper.paste(code, ((width - code.width) // 2, (height - code.height) // 2))
    grain = cv2.GaussianBlur(rng.normal(0, 6, (height, width)), (0, 0), 1.0)
    noisy = np.asarray(paper, np.float64) + grain
    grey = np.clip(noisy, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(np.dstack([grey] * 3)).save(out, "JPEG", quality=88)
    return out.getvalue()


def median_ms(work: Callable[[int], object], rounds: int = ROUNDS) -> float:
    times = []
    for number in range(rounds):
        started_s = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - started_s) * 1_000)
    return statistics.median(times)


def table(capsys: pytest.CaptureFixture[str], title: str, rows: list[tuple[str, str]]) -> None:
    wide = max(len(name) for name, _ in rows)
    with capsys.disabled():
        sys.stdout.write(f"\n{title}\n")
        for name, value in rows:
            sys.stdout.write(f"  {name:<{wide}}  {value:>12}\n")


def asker(number: int) -> Asker:
    return Asker(f"{number:064x}", "198.51.100.7", Language.CHINESE, None, "bench")


@pytest.mark.parametrize("size", list(PHOTO_SIZES_PX))
def test_photo_to_verdict_by_stage_beside_bare_zxing(open_house, capsys, size: str) -> None:
    house = open_house(codes=1, active=1, query_burst=0)
    door = house.client.app.state.door
    payload = house.payloads[0]
    photo = phone_photo(payload, PHOTO_SIZES_PX[size])
    frame = decode_frame(photo)
    assert [code.text for code in read_frame(frame).codes] == [payload]
    ours = sort_payload(payload, door.our_hosts)

    def bare(_: int) -> None:
        picture = np.asarray(Image.open(io.BytesIO(photo)).convert("L"))
        (found,) = zxingcpp.read_barcodes(picture)
        assert found.text == payload

    def record(number: int) -> None:
        asked = CodeQuery(ours.code, ours.gtin, f"bench-{number}")
        with house.record.database.transaction() as session:
            query(session, house.record, asked)

    def whole(number: int) -> None:
        question = PhotoQuestion(photo, None, QueryMethod.MOBILE, None)
        assert verify_photo(door, house.record, asker(number), question).status == 200

    peer_ms = median_ms(bare)
    decode_ms = median_ms(lambda _: decode_frame(photo))
    read_ms = median_ms(lambda _: read_frame(frame))
    ratio = (decode_ms + read_ms) / peer_ms
    rows = [
        ("decode", f"{decode_ms:.1f} ms"),
        ("read", f"{read_ms:.1f} ms"),
        ("query + commit", f"{median_ms(record):.1f} ms"),
        ("total in the flow", f"{median_ms(whole):.1f} ms"),
        ("bare zxing-cpp (decode + read)", f"{peer_ms:.1f} ms"),
        ("decode + read / bare", f"{ratio:.2f} x"),
    ]
    table(capsys, f"photo to verdict, {size}, made picture, median of {ROUNDS}", rows)
    assert ratio < MOST_TIMES_THE_PEER


def test_code_only_verifies_per_second_in_one_thread(open_house, capsys) -> None:
    house = open_house(query_burst=0)
    door = house.client.app.state.door
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    for number in range(PAYLOAD_VERIFIES):
        question = Question(house.payloads[number % 10], None, QueryMethod.MOBILE, None)
        assert verify_payload(door, house.record, asker(number), question).status == 200
    wall_s, cpu_s = time.perf_counter() - started_s, time.process_time() - started_cpu_s
    rows = [
        ("verifies per second", f"{PAYLOAD_VERIFIES / wall_s:.0f}"),
        ("verifies per second of a core", f"{PAYLOAD_VERIFIES / cpu_s:.0f}"),
    ]
    table(capsys, "code-only verifies, flow in one thread, SQLite synchronous=FULL", rows)
    assert house.scan_count() == PAYLOAD_VERIFIES
