"""Blurred symbols read on their lattice, where the decoder sees nothing in the picture."""

import cv2
import numpy as np
import pytest
import segno
import zxingcpp

from vision.codes.budget import Budget
from vision.codes.lattice.grid_map import GridMap, node_coordinates
from vision.codes.soft.deblurring import deblurred_levels
from vision.codes.soft.modules_decoder import decode_modules
from vision.codes.soft.qr_symbol import with_ideal_patterns
from vision.codes.soft.sampling import by_extremes, module_means

PIXELS = 5


@pytest.fixture
def blurred():
    """Return a function that draws a blurred, noisy symbol; picture, map, modules."""

    def draw(version, sigma_modules, noise=1.5):
        code = segno.make(f"BLUR {version}", version=version, error="m", boost_error=False)
        modules = np.array(list(code.matrix), dtype=bool)
        sheet = np.pad(np.where(modules, 50.0, 190.0), 6, constant_values=190)
        gray = np.kron(sheet, np.ones((PIXELS, PIXELS))).astype(np.float32)
        gray = cv2.GaussianBlur(gray, (0, 0), sigma_modules * PIXELS)
        gray += np.random.default_rng(version).normal(0, noise, gray.shape)
        at = (node_coordinates(len(modules)) + 6) * PIXELS - 0.5
        nodes = np.stack(np.meshgrid(at, at), axis=-1).astype(np.float32)
        return np.clip(gray, 0, 255).astype(np.uint8), GridMap(len(modules), nodes), modules

    return draw


def far_off():
    return Budget.of_ms(60_000)


@pytest.mark.parametrize("version", [2, 3, 5, 8])
def test_blur_is_taken_out_where_neither_decoder_nor_modules_say_anything(blurred, version):
    gray, grid, modules = blurred(version, 0.7)
    kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    assert not [code for code in zxingcpp.read_barcodes(gray, kinds) if code.valid]
    plain = by_extremes(module_means(gray, grid), 7).symbol
    assert decode_modules(with_ideal_patterns(plain, version)) is None
    best = next(deblurred_levels(gray, grid, version, far_off())).symbol
    assert ((best < 0) != modules).mean() < 0.02
    assert decode_modules(with_ideal_patterns(best, version)).text == f"BLUR {version}"


def test_sharp_symbol_stays_as_it_is(blurred):
    gray, grid, modules = blurred(4, 0.1)
    best = next(deblurred_levels(gray, grid, 4, far_off())).symbol
    np.testing.assert_array_equal(best < 0, modules)


def test_noise_and_blank_paper_yield_nothing(blurred):
    _, grid, _ = blurred(3, 0.5)
    rng = np.random.default_rng(2)
    for gray in (
        rng.integers(0, 256, (205, 205), dtype=np.uint8),
        np.full((205, 205), 190, np.uint8),
    ):
        assert list(deblurred_levels(gray, grid, 3, far_off())) == []


def test_spent_budget_filters_nothing(blurred):
    gray, grid, _ = blurred(3, 0.5)
    assert list(deblurred_levels(gray, grid, 3, Budget.of_ms(0))) == []
