import math
import time

import numpy as np
import pytest

from vision.codes import ALL_SYMBOLOGIES, Symbology
from vision.codes import pace as pace_module
from vision.codes.budget import Budget
from vision.codes.decoder import decode_view
from vision.codes.pace import FAMILIES, LINEAR_FAMILY, QR_FAMILY, Pace, PacedPicture, families_of
from vision.codes.views import native_view
from vision.frame import Frame

AMPLE = Budget(math.inf)
STACKED = frozenset({Symbology.PDF417})


class SlowDecoder:
    """A clock that only decoding moves on: so many ms per million pixels, of each family."""

    def __init__(self, ms_per_megapixel):
        self.now_s, self.ms_per_megapixel, self.shown_pixels = 0.0, ms_per_megapixel, 0

    def decode(self, view, wanted):
        self.now_s += self.ms_per_megapixel * view.gray.size / 1e9
        self.shown_pixels += view.gray.size
        return []

    def clock(self):
        return self.now_s


@pytest.fixture
def slow(monkeypatch):
    def of(ms_per_megapixel):
        decoder = SlowDecoder(ms_per_megapixel)
        monkeypatch.setattr(pace_module, "decode_view", decoder.decode)
        return decoder, Pace(clock=decoder.clock), Budget.of_ms(600, decoder.clock)

    return of


def test_no_kind_is_looked_for_where_none_is_wanted():
    assert list(families_of(frozenset())) == []
    gray = np.zeros((9, 9), np.uint8)
    assert Pace().affordable(gray, 1.0, frozenset(), AMPLE, 0.5) == frozenset()


def test_every_kind_belongs_to_one_family_and_codes_of_ours_come_first():
    assert sorted(kind for family in FAMILIES for kind in family) == sorted(Symbology)
    first, *_ = families_of(ALL_SYMBOLOGIES)
    assert first == QR_FAMILY
    assert list(families_of(frozenset({Symbology.EAN_13}))) == [{Symbology.EAN_13}]


def test_a_look_of_unknown_length_is_foretold_by_small_pieces(slow):
    decoder, pace, budget = slow(20.0)
    gray = np.zeros((2000, 3000), np.uint8)

    assert pace.affordable(gray, 1.0, STACKED, budget, 0.5) == STACKED
    assert decoder.shown_pixels < 0.08 * gray.size
    # 20 ms for each of 6 million pixels, half as much again as caution.
    assert pace.foretold_ms(gray.shape, STACKED) == pytest.approx(180)


def test_a_look_that_would_take_too_long_is_not_begun_and_foretelling_it_takes_little(slow):
    decoder, pace, budget = slow(400.0)

    assert pace.affordable(np.zeros((2000, 3000), np.uint8), 1.0, STACKED, budget, 0.5) == set()
    assert decoder.now_s < 0.15


def test_looks_that_fit_one_by_one_are_not_all_begun():
    pace = Pace(slowest_ms=dict.fromkeys(FAMILIES, 40.0), clock=time.thread_time)
    wanted = frozenset({Symbology.QR_CODE, Symbology.DATA_MATRIX, Symbology.AZTEC})
    budget = Budget.of_ms(250, lambda: 0.0)

    # 60 ms each, with caution: two of three.
    fitting = pace.affordable(np.zeros((1000, 1000), np.uint8), 1.0, wanted, budget, 0.6)

    assert fitting == {Symbology.QR_CODE, Symbology.DATA_MATRIX}


def test_small_pictures_are_looked_at_without_ado(slow):
    decoder, pace, budget = slow(400.0)

    assert pace.affordable(np.zeros((300, 400), np.uint8), 1.0, STACKED, budget, 0.5) == STACKED
    assert decoder.shown_pixels == 0


def test_nothing_is_affordable_once_time_is_up(slow):
    _, pace, budget = slow(0.0)
    spent = Budget(budget.deadline_s - 1.0, budget.clock)

    assert pace.affordable(np.zeros((9, 9), np.uint8), 1.0, QR_FAMILY, spent, 1.0) == set()


def test_the_pace_is_that_of_the_slowest_look_at_each_family():
    pace = Pace(clock=time.thread_time)
    noise = np.random.default_rng(0).integers(0, 256, (300, 300), dtype=np.uint8)
    pace.timed(native_view(noise), ALL_SYMBOLOGIES)
    slow = dict(pace.slowest_ms)

    pace.timed(native_view(np.full((600, 600), 255, np.uint8)), QR_FAMILY | LINEAR_FAMILY)

    assert set(slow) == set(FAMILIES)
    assert pace.slowest_ms == slow


def test_crowds_of_finders_are_reckoned_to_grow_faster_than_the_picture():
    """Every three finders may be a symbol: 1,185 ms at 12 megapixels of them, 45 ms at one."""
    pace = Pace(slowest_ms={QR_FAMILY: 45.0})

    assert pace.foretold_ms((3000, 4000), QR_FAMILY) > 1185
    empty = Pace(slowest_ms={QR_FAMILY: 2.0})
    assert empty.foretold_ms((3000, 4000), QR_FAMILY) == pytest.approx(36)


def test_a_part_is_made_once_and_a_smaller_one_has_a_pace_of_its_own():
    picture = PacedPicture(Frame.of_gray(np.zeros((1800, 2400), np.uint8)), Pace())
    corner = (0, 0, 300, 200)

    part, pace = picture.part(corner)
    assert picture.part(corner)[0] is part
    assert pace is picture.pace
    whole, other_pace = picture.part(picture.whole)
    assert whole.gray.shape == (1200, 1600)
    assert other_pace is not picture.pace
    assert picture.part(picture.whole)[1] is other_pace


def test_the_decoder_reads_the_same_family_by_family(qr_scene):
    view = native_view(qr_scene("TOGETHER OR NOT")[0].gray)

    assert Pace().timed(view, ALL_SYMBOLOGIES) == decode_view(view, ALL_SYMBOLOGIES) != []
