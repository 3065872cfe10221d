import time

import cv2
import numpy as np
import pytest

from vision.codes import CodeReading, Rung, Symbology, read_codes
from vision.codes import cascade as cascade_module
from vision.codes import pace as pace_module
from vision.codes.budget import Budget
from vision.codes.cascade import BARS, ORDER, climb, is_enough
from vision.codes.code_reading import LADDER
from vision.codes.decoder import View, decode_view
from vision.codes.evaluate import QR_KINDS
from vision.codes.pace import Pace, PacedPicture
from vision.frame import Frame
from vision.geometry import Quad

AMPLE_MS = 60_000
HERE = Quad.upright(0, 0, 100, 20)
BLANK = np.full((120, 160), 200, np.uint8)


def climbed(gray, rungs, wanted, budget_ms=AMPLE_MS):
    parts = [(0, 0, gray.shape[1], gray.shape[0])]
    picture = PacedPicture(Frame.of_gray(gray), Pace())
    return climb(picture, parts, rungs, wanted, 4, Budget.of_ms(budget_ms))


def bars(text, *rungs):
    return [CodeReading(text, b"", Symbology.EAN_13, HERE, (rung,)) for rung in rungs]


@pytest.fixture
def shown(monkeypatch):
    """The rungs that the decoder is shown, with the kinds it is asked for."""
    seen: list[tuple[Rung, frozenset[Symbology]]] = []

    def decode(view: View, wanted: frozenset[Symbology]):
        seen.append((view.rung, wanted))
        return decode_view(view, wanted)

    monkeypatch.setattr(pace_module, "decode_view", decode)
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
    # Nothing in it looks like a code, so that no place is shown.
    assert {rung for rung, _ in shown} == set(ORDER) - {Rung.GRID, Rung.TEXTURE} - only_bars


def test_bars_are_looked_for_only_where_pixel_grids_can_agree(shown):
    wanted = frozenset({Symbology.EAN_13, Symbology.QR_CODE})
    climbed(BLANK, LADDER, wanted)

    for_bars = {rung for rung, kinds in shown if Symbology.EAN_13 in kinds}
    assert for_bars == BARS - {Rung.NATIVE, Rung.REDUCED}
    assert len({rung.pixel_grid for rung in BARS}) >= 6


def test_places_that_look_like_a_code_are_shown_for_matrix_codes_only(qr_scene, shown):
    frame, quad, _ = qr_scene("PLACES")

    found = climbed(frame.gray, [Rung.TEXTURE], frozenset(Symbology))

    assert [reading.text for reading in found] == ["PLACES"]
    assert np.abs(found[0].quad.corners_px - quad.corners_px).max() < 3
    assert not any(kind.is_linear for _, kinds in shown for kind in kinds)
    assert climbed(frame.gray, [Rung.TEXTURE], frozenset({Symbology.EAN_13})) == []


def test_a_leaning_code_of_two_pixels_per_module_is_read_by_its_texture_alone(qr_scene):
    # As if on a page that leans by 65 degrees: half of its pixels are gone along one direction.
    frame, _, _ = qr_scene("LEANING", pixels_per_module=4, first=60)
    height, width = frame.gray.shape
    lean = cv2.resize(frame.gray, (width, round(0.42 * height)), interpolation=cv2.INTER_AREA)

    found = climbed(lean, [Rung.TEXTURE], QR_KINDS)

    assert [reading.text for reading in found] == ["LEANING"]


def test_nothing_is_shown_once_time_is_up(shown):
    assert climbed(BLANK, LADDER, QR_KINDS, budget_ms=0) == []
    assert shown == []


def test_the_grid_reader_leaves_time_to_those_who_wait_and_takes_all_when_none_does(monkeypatch):
    turns = []

    def stages(gray, budget, limit, turn):
        while True:
            turns.append(turn().left_ms / budget.left_ms)
            yield []

    monkeypatch.setattr(cascade_module, "grid_stages", stages)
    climbed(BLANK, LADDER, QR_KINDS)

    assert len(turns) == ORDER.count(Rung.GRID)
    waiting = len(ORDER[: max(i for i, rung in enumerate(ORDER) if rung is not Rung.GRID)])
    before = ORDER[:waiting].count(Rung.GRID)
    assert turns[:before] == pytest.approx([0.6] * before, abs=0.01)
    assert turns[before:] == pytest.approx([1.0] * (len(turns) - before), abs=0.01)


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


def carpet_of_finders(side_px):
    ring = np.ones((9, 9), np.uint8)
    ring[1:8, 1:8] = 0
    ring[2:7, 2:7] = 1
    ring[3:6, 3:6] = 0
    tile = np.kron(ring * 255, np.ones((4, 4), np.uint8))
    times = side_px // len(tile) + 1
    return np.ascontiguousarray(np.tile(tile, (times, times))[:side_px, :side_px])


@pytest.mark.parametrize("kind", ["noise", "finders"])
def test_the_budget_holds_on_pictures_made_to_waste_it(kind):
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    noise = np.random.default_rng(1).integers(0, 256, (1500, 1500), dtype=np.uint8)
    frame = Frame.of_gray(noise if kind == "noise" else carpet_of_finders(1500))
    assert frame.gray.size
    # This thread's work, so that other work on the machine does not count.
    started_s = time.thread_time()

    found = read_codes(frame, budget_ms=400, clock=time.thread_time)

    took_s = time.thread_time() - started_s
    cv2.setNumThreads(threads)
    assert found == ()
    assert took_s < 0.4
