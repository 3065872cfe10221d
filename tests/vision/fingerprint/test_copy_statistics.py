import numpy as np
import pytest

from vision.fingerprint import PrintedMatrix, RegisteredPrint, copy_statistics
from vision.fingerprint.straight_view import grid_of_quad
from vision.geometry import Quad

PIXELS = 16


@pytest.fixture
def registered(straight):
    """Return a function that wraps a straight patch drawn by the conftest."""

    def wrap(modules, shifts, change=lambda patch: patch, masked=None):
        side = modules.shape[0]
        mask = np.zeros(modules.shape, bool) if masked is None else masked
        return RegisteredPrint(
            patch=np.asarray(change(straight(modules, shifts, PIXELS)), np.float32),
            pixels_per_module=PIXELS,
            matrix=PrintedMatrix(modules, mask),
            grid=grid_of_quad(Quad.upright(16, 16, 16 + 16 * side, 16 + 16 * side), side),
            photo_pixels_per_module=float(PIXELS),
            residual_modules=0.0,
            uncertainty_modules=0.0,
            agreement=1.0,
        )

    return wrap


def nothing(side):
    return np.zeros((side, side + 1)), np.zeros((side + 1, side))


def with_gain(modules, gain):
    upright, lying = nothing(modules.shape[0])
    ink = np.where(modules, 1.0, -1.0)
    upright[:, 1:-1] = gain * ink[:, :-1] * (modules[:, :-1] != modules[:, 1:])
    lying[1:-1] = gain * ink[:-1] * (modules[:-1] != modules[1:])
    return upright, lying


def test_a_flat_patch_has_no_statistics(modules, registered):
    flat = registered(modules, nothing(33), lambda patch: np.full_like(patch, 90))

    assert copy_statistics(flat) is None


def test_a_negative_has_no_statistics(modules, registered):
    assert copy_statistics(registered(modules, nothing(33), lambda patch: 255 - patch)) is None


@pytest.mark.parametrize("gain", [-0.06, 0.0, 0.09])
def test_ink_that_spreads_is_measured(modules, registered, gain):
    found = copy_statistics(registered(modules, with_gain(modules, gain)))

    assert found.gain_modules == pytest.approx(gain, abs=0.01)
    assert found.raggedness_modules < 0.003
    assert found.grain == 0.0
    assert found.pattern_darkness is None


def test_exposure_moves_nothing(modules, registered):
    plain = copy_statistics(registered(modules, with_gain(modules, 0.05)))
    dim = copy_statistics(
        registered(modules, with_gain(modules, 0.05), lambda patch: 0.4 * patch + 30)
    )

    assert dim.vector()[:3] == pytest.approx(plain.vector()[:3], abs=1e-4)


def test_frayed_edges_are_ragged_and_displaced_ones_are_not(modules, registered, accidents):
    displaced = copy_statistics(registered(modules, accidents(33, 1)))
    generator = np.random.default_rng(2)

    def fray(patch):
        rows = generator.integers(-2, 3, patch.shape[0])
        moved = np.stack([np.roll(line, by) for line, by in zip(patch, rows, strict=True)])
        columns = generator.integers(-2, 3, patch.shape[1])
        pairs = zip(moved.T, columns, strict=True)
        return np.stack([np.roll(line, by) for line, by in pairs]).T

    frayed = copy_statistics(registered(modules, nothing(33), fray))

    assert displaced.raggedness_modules < 0.005
    assert frayed.raggedness_modules > 0.03


def test_grain_is_told_as_a_share_of_the_contrast(modules, registered):
    generator = np.random.default_rng(3)
    noise = generator.normal(0, 10, ((33 + 2) * PIXELS,) * 2)
    found = copy_statistics(registered(modules, nothing(33), lambda patch: patch + noise))

    # Paper 230, ink 25.
    assert found.grain == pytest.approx(10 / 205, rel=0.05)


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_the_darkness_of_a_pattern_is_measured_inside_it(modules, registered, share):
    masked = np.zeros(modules.shape, bool)
    masked[10:22, 10:22] = True

    def pattern(patch):
        patch = patch.copy()
        inside = slice(11 * PIXELS, 23 * PIXELS)
        patch[inside, inside] = 230 - share * 205
        return patch

    found = copy_statistics(registered(modules, nothing(33), pattern, masked))

    assert found.pattern_darkness == pytest.approx(share, abs=0.01)
