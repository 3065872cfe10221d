import itertools

import numpy as np
import pytest
import segno

from vision.codes import ALL_SYMBOLOGIES, LADDER, Rung, read_codes
from vision.codes.budget import Budget
from vision.codes.evaluate import QR_KINDS
from vision.codes.first_look import _spans, first_look
from vision.codes.pace import Pace, PacedPicture
from vision.frame import Frame

AMPLE_MS = 60_000


def looked(gray, rungs=LADDER, limit=64, wanted=QR_KINDS, pace=None, budget_ms=AMPLE_MS):
    picture = PacedPicture(Frame.of_gray(gray), pace or Pace())
    return first_look(picture, wanted, limit, rungs, Budget.of_ms(budget_ms))


def symbol(text, pixels, version=2):
    code = segno.make_qr(text, version=version, error="m", boost_error=False)
    dark = np.pad(np.array([list(row) for row in code.matrix], np.uint8), 4)
    return np.where(dark, 20, 235).astype(np.uint8).repeat(pixels, 0).repeat(pixels, 1)


def sheet(rows, columns, pixels):
    return np.block(
        [
            [symbol(f"SN{row:02d}{column:02d}", pixels) for column in range(columns)]
            for row in range(rows)
        ]
    )


def test_an_empty_picture_has_nothing():
    assert looked(np.full((1, 1), 255, np.uint8)) == []
    assert looked(np.full((2000, 3000), 255, np.uint8), wanted=ALL_SYMBOLOGIES) == []


@pytest.mark.parametrize("length", [1, 399, 1024, 1025, 3000, 12_000])
def test_pieces_cover_a_side_and_overlap(length):
    spans = _spans(length, 1024, 256)

    assert spans[0][0] == 0
    assert spans[-1][1] == length
    for (_, end), (start, _) in itertools.pairwise(spans):
        assert end - start >= 250
    assert all(end - start <= 1030 for start, end in spans)


@pytest.mark.parametrize("pixels", [3, 5])
def test_a_sheet_of_a_hundred_codes_is_read_whole(pixels):
    """The decoder reads at most a part of so many in one look, wherever pieces are cut."""
    texts = {reading.text for reading in looked(sheet(10, 10, pixels), limit=200)}

    assert texts == {f"SN{row:02d}{column:02d}" for row in range(10) for column in range(10)}


def test_codes_beyond_the_limit_are_not_looked_for():
    frame = Frame.of_gray(sheet(10, 10, 3))

    assert len(read_codes(frame, QR_KINDS, limit=16, budget_ms=AMPLE_MS)) == 16


def test_a_picture_that_would_take_too_long_is_seen_reduced_and_in_pieces():
    """A small code that only its own pixels show, and one that no piece holds."""
    gray = np.full((3000, 4000), 235, np.uint8)
    small, large = symbol("SMALL", 2), symbol("LARGE", 40, version=3)
    gray[2800 : 2800 + len(small), 3700 : 3700 + len(small)] = small
    gray[700 : 700 + len(large), 900 : 900 + len(large)] = large
    slow = Pace(slowest_ms={QR_KINDS: 60.0})

    found = looked(gray, pace=slow, budget_ms=600)

    assert {reading.text for reading in found} == {"SMALL", "LARGE"}
    where = {reading.text: reading.quad.centre_xy for reading in found}
    assert (
        np.abs(where["SMALL"] - (3700 + len(small) / 2 - 0.5, 2800 + len(small) / 2 - 0.5)).max()
        < 1
    )
    assert {reading.rung for reading in found} == {Rung.NATIVE, Rung.REDUCED}


def test_the_first_code_ends_it_where_one_is_asked_for(qr_scene, monkeypatch):
    frame, _, _ = qr_scene("FIRST")
    pace = Pace()

    (reading,) = looked(frame.gray, limit=1, wanted=ALL_SYMBOLOGIES, pace=pace)

    assert reading.text == "FIRST"
    assert set(pace.slowest_ms) == {QR_KINDS}
