"""Solid corners against lines whose geometry is known in closed form."""

import time

import cv2
import numpy as np
import pytest

from vision.codes.budget import Budget
from vision.codes.finding.solid_corners import find_solid_corners, fitted_side

ONE = np.ones(())


def corners_of(gray, budget_ms=60_000):
    return find_solid_corners(np.asarray(gray, np.uint8), Budget.of_ms(budget_ms))


def drawn(is_dark, side=400):
    """A shape given by a function of x and y, px; pixels are means of 4 x 4 samples."""
    at = (np.arange(4 * side) + 0.5) / 4 - 0.5
    dark = is_dark(*np.meshgrid(at, at))
    share = dark.reshape(side, 4, side, 4).mean(axis=(1, 3))
    return np.round(225 - 195 * share).astype(np.uint8)


def upright_l(x, y):
    """Lines 8 px wide, outer edges at x = -94 and y = 94, both 188 px long."""
    upright = (np.abs(x + 90) <= 4) & (np.abs(y) <= 94)
    return upright | ((np.abs(y - 90) <= 4) & (np.abs(x) <= 94))


def test_blank_picture_has_no_corners():
    assert corners_of(np.full((200, 200), 220)) == []


@pytest.mark.parametrize("turn_deg", [0, 20, 45, 130, 250])
def test_straight_l_is_found_with_its_sides_in_order(turn_deg):
    c, s = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    turn = np.array(((c, s), (-s, c)))
    middle = 200.3

    def is_dark(x, y):
        flat = np.stack((x - middle, y - middle), axis=-1) @ turn.T
        return upright_l(flat[..., 0], flat[..., 1])

    gray = drawn(is_dark)
    outer = np.array([(-94.0, 94.0), (94.0, 94.0), (-94.0, -94.0)]) @ turn + middle
    best = min(
        corners_of(gray),
        key=lambda corner: np.abs(corner.corner_xy - outer[0]).max(),
    )
    assert np.linalg.norm(best.corner_xy - outer[0]) < 2
    assert np.linalg.norm(best.bottom.at(ONE) - outer[1]) < 2
    assert np.linalg.norm(best.left.at(ONE) - outer[2]) < 2


@pytest.mark.parametrize("radius", [190.0, 260.0])
def test_bent_side_is_followed_along_its_arc(radius):
    # An upright line, and an arc that leaves it level and turns down.
    centre = np.array((100.0, 250.0 + radius))

    def is_dark(x, y):
        along = np.hypot(x - centre[0], y - centre[1]) - radius
        arc = (np.abs(along) <= 4) & (x >= 96) & (x <= 230) & (y < centre[1])
        return arc | ((np.abs(x - 100) <= 4) & (y >= 80) & (y <= 250))

    gray = drawn(is_dark)
    best = min(corners_of(gray), key=lambda corner: np.hypot(*(corner.corner_xy - (96, 254))))
    assert np.hypot(*(best.corner_xy - (96, 254))) < 2
    away = best.bottom.at(np.linspace(0.0, 1.0, 21)) - centre
    assert np.abs(np.hypot(away[:, 0], away[:, 1]) - (radius - 4)).max() < 1.5


def test_cubic_through_points_of_a_cubic_is_that_cubic():
    places = np.linspace(0, 1, 40)
    powers = np.array(((3.0, 4.0), (50.0, -20.0), (9.0, 33.0), (-12.0, 6.0)))
    points = np.stack([powers[k] * places[:, None] ** k for k in range(4)]).sum(axis=0)
    side = fitted_side(points, places)
    assert np.allclose(side.powers, powers)
    assert np.allclose(side.up_to(0.5).at(places), side.at(places / 2))
    # Straight beyond the end, and a longer side goes on there.
    slope = powers[1] + 2 * powers[2] + 3 * powers[3]
    assert np.allclose(side.at(np.array(1.5)), points[-1] + 0.5 * slope)
    assert np.allclose(side.up_to(1.25).at(ONE), points[-1] + 0.25 * slope)


def test_disc_has_no_corner():
    gray = np.full((300, 300), 220, np.uint8)
    cv2.circle(gray, (150, 150), 80, 20, -1, cv2.LINE_AA)
    assert corners_of(gray) == []


def test_thousands_of_ls_give_a_bounded_list_in_bounded_time():
    cell = np.full((30, 30), 230, np.uint8)
    cell[4:26, 4:8] = cell[22:26, 4:26] = 20
    gray = np.tile(cell, (30, 40))
    started = time.thread_time()
    found = corners_of(gray, 400)
    assert time.thread_time() - started < 1.2
    assert 0 < len(found) <= 96


def test_noise_ends_in_time_and_spent_budget_finds_nothing():
    rng = np.random.default_rng(1)
    gray = rng.integers(0, 256, (900, 1200)).astype(np.uint8)
    started = time.thread_time()
    corners_of(gray, 300)
    assert time.thread_time() - started < 1.2
    assert corners_of(drawn(lambda x, y: upright_l(x - 200, y - 200)), 0) == []
