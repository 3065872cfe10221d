"""Micro QR Codes read through their lattice, drawn by another encoder on a bent label."""

import numpy as np
import pytest
import segno
import zxingcpp

from vision.codes.budget import Budget
from vision.codes.finding.contours import PASSES, find_finders
from vision.codes.matrix.micro_qr import read_micro_codes

PIXELS = 6.0
TEXTS = {"M1": "83125", "M2": "MICR2", "M3": "MICRO QR 3", "M4": "micro qr 4 bent"}


def finders_of(gray):
    return find_finders(gray, PASSES[0], Budget.of_ms(60_000))


def read(gray, budget_ms=60_000):
    return read_micro_codes(gray, finders_of(gray), Budget.of_ms(budget_ms))


@pytest.fixture
def label(seen_modules):
    """Return a function that shows a Micro QR Code on a label, turned and waved."""

    def show(version, turn_deg=0.0, swing=0.0, pixels=PIXELS):
        code = segno.make(TEXTS[version], version=version)
        modules = np.array(list(code.matrix), dtype=bool)
        size = len(modules)
        c, s = np.cos(np.deg2rad(turn_deg)), np.sin(np.deg2rad(turn_deg))
        middle = 17 * pixels

        def uv_of_xy(x, y):
            along = ((x - middle) * c + (y - middle) * s) / pixels
            below = (-(x - middle) * s + (y - middle) * c) / pixels
            v = below + size / 2
            return along + size / 2 - swing * np.sin(2 * np.pi * v / 34), v

        side = int(2 * middle)
        return seen_modules(modules, uv_of_xy, (side, side)), modules

    return show


def test_picture_without_finders_reads_nothing():
    assert read(np.full((100, 100), 200, np.uint8)) == []


@pytest.mark.parametrize("version", TEXTS)
@pytest.mark.parametrize("turn_deg", [0, 35, 200])
def test_every_size_is_read_at_every_turn(label, version, turn_deg):
    gray, modules = label(version, turn_deg)
    (reading,) = read(gray)
    assert reading.barcode.text == TEXTS[version]
    assert reading.grid.size_modules == len(modules)
    # The finder's corner, worked out by hand.
    angle = np.deg2rad(turn_deg + 225)
    corner = 17 * PIXELS + PIXELS * len(modules) / np.sqrt(2) * np.array(
        (np.cos(angle), np.sin(angle))
    )
    assert np.linalg.norm(reading.quad.corners_px[0] - corner) < 0.5 * PIXELS


def test_bent_label_is_read_where_the_decoder_gives_up(label):
    gray, _ = label("M4", 20, swing=0.8)
    kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.MicroQRCode])
    straight = zxingcpp.read_barcodes(label("M4", 20)[0], kinds)
    assert [barcode.text for barcode in straight] == [TEXTS["M4"]]
    assert not [barcode for barcode in zxingcpp.read_barcodes(gray, kinds) if barcode.valid]
    (reading,) = read(gray)
    assert reading.barcode.text == TEXTS["M4"]
    assert reading.agreement > 0.9


def test_large_modules_are_shrunk_and_the_map_is_of_the_whole_picture(label):
    gray, modules = label("M2", 10, pixels=24)
    (reading,) = read(gray)
    assert reading.barcode.text == TEXTS["M2"]
    side = np.linalg.norm(reading.quad.corners_px[1] - reading.quad.corners_px[0])
    assert side == pytest.approx(24 * len(modules), rel=0.03)


def test_qr_code_is_not_read_as_a_micro_one(seen_modules):
    for seed in range(12):
        code = segno.make(f"NOT A MICRO ONE {seed * 7919}", error="l", micro=False)
        modules = np.array(list(code.matrix), dtype=bool)
        side = int(PIXELS * (len(modules) + 10))

        def uv_of_xy(x, y):
            return x / PIXELS - 5, y / PIXELS - 5

        assert read(seen_modules(modules, uv_of_xy, (side, side))) == []


def test_random_modules_beside_a_finder_are_not_believed(seen_modules):
    rng = np.random.default_rng(6)
    for index in range(24):
        size = (11, 13, 15, 17)[index % 4]
        modules = np.array(list(segno.make("1", version=f"M{index % 4 + 1}").matrix), dtype=bool)
        modules[8:, 1:] = rng.random(modules[8:, 1:].shape) < 0.5
        modules[1:, 8:] = rng.random(modules[1:, 8:].shape) < 0.5
        side = int(PIXELS * (size + 10))
        gray = seen_modules(modules, lambda x, y: (x / PIXELS - 5, y / PIXELS - 5), (side, side))
        assert read(gray) == []


def test_spent_budget_reads_nothing(label):
    gray, _ = label("M3")
    assert read(gray, budget_ms=0) == []
