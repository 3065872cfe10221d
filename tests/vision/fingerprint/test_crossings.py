import numpy as np
import pytest

from vision.fingerprint import PrintedMatrix
from vision.fingerprint.crossings import find_crossings

PIXELS, MARGIN = 16, 1
TOLERANCE_MODULES = 0.02


def true_shift(edges, shifts):
    upright, lying = shifts
    low_row = np.where(edges.is_lying, 0, edges.place)
    column = np.where(edges.is_lying, edges.place, 0)
    return np.where(edges.is_lying, lying[edges.line, column], upright[low_row, edges.line])


def nothing(side):
    return np.zeros((side, side + 1)), np.zeros((side + 1, side))


def test_a_flat_patch_has_no_crossing(modules):
    side = (modules.shape[0] + 2) * PIXELS
    flat = np.full((side, side), 128, np.float32)

    found = find_crossings(flat, PIXELS, MARGIN, PrintedMatrix.of(modules))

    assert np.isnan(found.shift).all()
    assert not found.slope.any()


def test_edges_in_place_are_found_in_place(modules, straight):
    patch = straight(modules, nothing(modules.shape[0]))

    found = find_crossings(patch, PIXELS, MARGIN, PrintedMatrix.of(modules))

    assert np.isfinite(found.shift).all()
    assert np.abs(found.shift).max() < 1e-3


@pytest.mark.parametrize("seed", [1, 2])
def test_displaced_edges_are_recovered_within_a_fiftieth_of_a_module(
    modules, straight, accidents, seed
):
    shifts = accidents(modules.shape[0], seed)
    matrix = PrintedMatrix.of(modules)

    found = find_crossings(straight(modules, shifts), PIXELS, MARGIN, matrix)

    truth = true_shift(matrix.edges, shifts)
    middle = found.shift[:, found.shift.shape[1] // 2]
    assert np.isfinite(middle).all()
    assert np.abs(middle - truth).max() < TOLERANCE_MODULES


def test_exposure_and_contrast_drop_out(modules, straight, accidents):
    patch = straight(modules, accidents(modules.shape[0], 3))
    matrix = PrintedMatrix.of(modules)

    plain = find_crossings(patch, PIXELS, MARGIN, matrix).shift
    dim = find_crossings(0.3 * patch + 40, PIXELS, MARGIN, matrix).shift

    assert np.nanmax(np.abs(plain - dim)) < 1e-3


def test_a_slope_of_light_across_the_symbol_drops_out(modules, straight, accidents):
    patch = straight(modules, accidents(modules.shape[0], 4))
    matrix = PrintedMatrix.of(modules)
    light = np.linspace(0.5, 1.0, patch.shape[1], dtype=np.float32)

    plain = find_crossings(patch, PIXELS, MARGIN, matrix).shift
    uneven = find_crossings(patch * light, PIXELS, MARGIN, matrix).shift

    assert np.nanmax(np.abs(plain - uneven)) < 5e-3


def test_edges_of_the_opposite_colour_are_not_found(modules, straight):
    patch = 255 - straight(modules, nothing(modules.shape[0]))

    found = find_crossings(patch, PIXELS, MARGIN, PrintedMatrix.of(modules))

    assert np.isnan(found.shift).mean() > 0.99


def test_edges_under_the_mask_are_not_measured(modules, straight):
    masked = np.zeros(modules.shape, bool)
    masked[10:20, 10:20] = True
    matrix = PrintedMatrix(modules, masked)

    found = find_crossings(straight(modules, nothing(modules.shape[0])), PIXELS, MARGIN, matrix)

    assert np.array_equal(np.isfinite(found.shift).all(axis=1), matrix.open_edges())
