"""Timing tracks of Micro QR Codes on curves whose geometry is known in closed form."""

import numpy as np
import pytest
import segno

from vision.codes.budget import Budget
from vision.codes.finding.contours import PASSES, find_finders
from vision.codes.lattice.spline import Smoothness
from vision.codes.lattice.timing_tracks import followed, start_from_tracks

PIXELS = 7.0
SIZES = (11, 13, 15, 17)


@pytest.fixture
def roll(seen_modules):
    """Return a function that shows a Micro QR Code rolled to the right of its finder's column."""

    def show(version, half_deg):
        modules = np.array(list(segno.make("1", version=version).matrix), bool)
        size = len(modules)
        radius = size / 2 / np.radians(max(half_deg, 0.01))
        side = int((size + 12) * PIXELS)

        def uv_of_xy(x, y):
            sine = (x - side / 2) / PIXELS / radius
            angle = np.arcsin(np.clip(sine, -1, 1))
            u = np.where(np.abs(sine) < 1, angle * radius + size / 2, -99.0)
            return u, (y - side / 2) / PIXELS - 0.3 * radius * (1 - np.cos(angle)) + size / 2

        def xy_of_uv(u, v):
            angle = (u - size / 2) / radius
            below = v - size / 2 + 0.3 * radius * (1 - np.cos(angle))
            x, y = radius * np.sin(angle) * PIXELS + side / 2, below * PIXELS + side / 2
            return np.stack((x, y), axis=-1)

        gray = seen_modules(modules, uv_of_xy, (side, side))
        (finder,) = find_finders(gray, PASSES[0], Budget.of_ms(60_000))[:1]
        finder = finder.turned(np.array((1.0, 0.0)), np.array((0.0, 1.0)))
        return gray, finder, xy_of_uv

    return show


def test_noise_beside_a_finder_is_no_track(roll):
    gray, finder, _ = roll("M4", 0)
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, gray.shape).astype(np.uint8)
    x, y = np.round(finder.centre_xy).astype(int)
    half = int(4 * PIXELS)
    noise[y - half : y + half, x - half : x + half] = gray[y - half : y + half, x - half : x + half]
    for axis in (0, 1):
        assert max(track.score for track in followed(noise, finder, axis, SIZES)) < 0.55


@pytest.mark.parametrize("version", ["M1", "M2", "M3", "M4"])
@pytest.mark.parametrize("half_deg", [0, 25, 45])
def test_track_ends_where_the_symbol_does_and_lies_on_its_modules(roll, version, half_deg):
    gray, finder, xy_of_uv = roll(version, half_deg)
    size = 9 + 2 * int(version[1])
    for axis in (0, 1):
        tracks = followed(gray, finder, axis, SIZES)
        best = max(tracks, key=lambda track: track.score)
        assert best.size_modules == size
        assert best.score > 0.8
        along = np.arange(7, size) + 0.5
        beside = np.full(along.size, 0.5)
        places = xy_of_uv(along, beside) if axis == 0 else xy_of_uv(beside, along)
        assert np.linalg.norm(best.points_xy - places, axis=1).max() < 0.6 * PIXELS


def test_map_through_tracks_holds_all_four_corners(roll):
    gray, finder, xy_of_uv = roll("M4", 40)
    across, down = (followed(gray, finder, axis, (17,))[0] for axis in (0, 1))
    grid = start_from_tracks(finder, across, down, Smoothness(second=3e-3, third=1e-2))
    u, v = np.array((0.0, 17, 17, 0)), np.array((0.0, 0, 17, 17))
    away = np.linalg.norm(grid.corners_xy - xy_of_uv(u, v), axis=1)
    assert away.max() < 2.0 * PIXELS
