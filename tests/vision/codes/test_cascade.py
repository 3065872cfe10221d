import time

import cv2
import numpy as np
import pytest

from vision.codes import CodeReading, Rung, Symbology, read_codes
from vision.codes import cascade as cascade_module
from vision.codes.budget import Budget
from vision.codes.cascade import BARS, ORDER, Pace, climb, is_enough
from vision.codes.code_reading import LADDER
from vision.codes.decoder import View, decode_view
from vision.codes.evaluate import QR_KINDS
from vision.codes.views import native_view
from vision.frame import Frame
from vision.geometry import Quad

AMPLE_MS = 60_000
HERE = Quad.upright(0, 0, 100, 20)
BLANK = np.full((120, 160), 200, np.uint8)


def climbed(gray, rungs, wanted, budget_ms=AMPLE_MS):
    parts = [(0, 0, gray.shape[1], gray.shape[0])]
    return climb(Frame.of_gray(gray), parts, rungs, wanted, 4, Pace(), Budget.of_ms(budget_ms))


def bars(text, *rungs):
    return [CodeReading(text, b"", Symbology.EAN_13, HERE, (rung,)) for rung in rungs]


@pytest.fixture
def shown(monkeypatch):
    """The rungs that the decoder is shown, with the kinds it is asked for."""
    seen: list[tuple[Rung, frozenset[Symbology]]] = []

    def decode(view: View, wanted: frozenset[Symbology], *, is_quick: bool = False):
        seen.append((view.rung, wanted))
        return decode_view(view, wanted, is_quick=is_quick)

    monkeypatch.setattr(cascade_module, "decode_view", decode)
    return seen


def test_every_rung_above_the_first_look_is_climbed_once_and_the_grid_reader_in_turns():
    transforms = [rung for rung in ORDER if rung is not Rung.GRID]

    assert len(transforms) == len(set(transforms))
    assert set(ORDER) == set(LADDER) - {Rung.NATIVE, Rung.REDUCED}
    assert ORDER.count(Rung.GRID) > 6


def test_a_picture_without_codes_is_looked_at_by_all_of_them_and_none_is_read(shown):
    found = climbed(BLANK, LADDER, QR_KINDS)

    assert found == []
    only_bars = {Rung.ALONG_BARS, Rung.ALONG_BARS_LARGE}
    assert {rung for rung, _ in shown} == set(ORDER) - {Rung.GRID} - only_bars


def test_bars_are_looked_for_only_where_pixel_grids_can_agree(shown):
    wanted = frozenset({Symbology.EAN_13, Symbology.QR_CODE})
    climbed(BLANK, LADDER, wanted)

    for rung, kinds in shown:
        assert (Symbology.EAN_13 in kinds) == (rung in BARS)
    assert len({rung.pixel_grid for rung in BARS}) >= 6


def test_nothing_is_shown_once_time_is_up(shown):
    assert climbed(BLANK, LADDER, QR_KINDS, budget_ms=0) == []
    assert shown == []


def test_climbing_ends_with_the_first_matrix_code(qr_scene, shown):
    frame, _, _ = qr_scene("ENOUGH")
    rungs = [rung for rung in LADDER if rung is not Rung.GRID]

    found = climbed(frame.gray, rungs, QR_KINDS)

    assert [reading.text for reading in found] == ["ENOUGH"]
    assert len(shown) == 1


def test_bars_are_enough_when_three_pixel_grids_agree_and_nothing_else_was_read():
    three = bars("a", Rung.NATIVE, Rung.CONTRAST, Rung.TURNED)

    assert not is_enough([])
    assert not is_enough(three[:2])
    assert is_enough(three)
    assert not is_enough(three + bars("b", Rung.ENLARGED))
    assert is_enough(three[:2], {"a"}.__contains__)


def test_a_look_that_would_take_too_long_is_not_begun():
    pace = Pace(slowest_ms_per_pixel=1e-3)
    budget = Budget.of_ms(600)

    assert pace.has_room(100_000, budget)
    assert not pace.has_room(400_000, budget)
    assert not pace.has_room(1, Budget.of_ms(0))


def test_the_pace_is_that_of_the_slowest_look():
    pace = Pace()
    noise = np.random.default_rng(0).integers(0, 256, (300, 300), dtype=np.uint8)
    pace.timed(native_view(noise), frozenset(Symbology))
    slow = pace.slowest_ms_per_pixel

    pace.timed(native_view(np.full((600, 600), 255, np.uint8)), frozenset({Symbology.EAN_13}))

    assert slow > 0
    assert pace.slowest_ms_per_pixel == slow


def carpet_of_finders(side_px):
    ring = np.ones((9, 9), np.uint8)
    ring[1:8, 1:8] = 0
    ring[2:7, 2:7] = 1
    ring[3:6, 3:6] = 0
    tile = np.kron(ring * 255, np.ones((4, 4), np.uint8))
    times = side_px // len(tile) + 1
    return np.ascontiguousarray(np.tile(tile, (times, times))[:side_px, :side_px])


@pytest.mark.parametrize("kind", ["noise", "finders"])
def test_the_budget_holds_on_pictures_made_to_waste_it(monkeypatch, kind):
    # CPU time, so that other work on the machine does not count.
    monkeypatch.setattr(time, "perf_counter", time.process_time)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    noise = np.random.default_rng(1).integers(0, 256, (1500, 1500), dtype=np.uint8)
    frame = Frame.of_gray(noise if kind == "noise" else carpet_of_finders(1500))
    started_s = time.process_time()

    found = read_codes(frame, budget_ms=400)

    cv2.setNumThreads(threads)
    assert found == ()
    # Twice as much: cores share their caches with other tests, the bench asks for the limit itself.
    assert time.process_time() - started_s < 0.8
