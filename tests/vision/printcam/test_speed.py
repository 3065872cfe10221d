from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest

from vision.printcam import Label, View, photograph, presets, print_label


@pytest.fixture
def one_core() -> Iterator[None]:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(threads)


def cpu_s(work: Callable[[], object], rounds: int = 7) -> float:
    """Least processor time of a call: other processes on the machine don't count."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.bench
@pytest.mark.usefixtures("one_core")
def test_photo_of_1280_by_960_costs_less_than_four_median_filters(
    qr_label: Callable[..., Label], rng: np.random.Generator
) -> None:
    item = print_label(qr_label("x" * 60, 1.0), presets.OFFSET, presets.COATED_PAPER, rng)
    picture = rng.integers(0, 256, (960, 1280, 3), dtype=np.uint8)
    view = View(95, tilt_deg=18, turn_deg=-9)
    photo_s = cpu_s(lambda: photograph(item, presets.PHONE_GOOD, view, presets.KRAFT_BOX, rng))
    peer_s = cpu_s(lambda: cv2.medianBlur(picture, 7))
    assert photo_s < 4 * peer_s, (photo_s, peer_s)
