"""The sheet on a cylinder, against rotations and projections written out by hand."""

import math

import cv2
import numpy as np
import pytest
import segno

from vision.codes.budget import Budget
from vision.codes.finding.finder import UNIT_CORNERS, Finder
from vision.codes.lattice.picture_edges import picture_edges
from vision.codes.lattice.roll import PARAMETERS, Roll
from vision.codes.lattice.sheet import grow_sheet

HALF_SIDES = np.array((1.5, 2.5, 3.5))
PLACES = np.random.default_rng(5).uniform(-6, 18, (60, 2))
LEANING = np.array((0, 0, 0.3, -0.2, 0.1, 0, 0, 0, 0))


def roll_of(bend=0.05, nearness=0.01):
    straight = Roll(bend, 0.4, np.eye(3), 5.0, np.array([100.0, 90.0]), nearness)
    return straight.moved(LEANING)


def test_no_places_give_no_points():
    nowhere = np.zeros((0, 2))
    uv, meets = roll_of().modules_uv(nowhere)
    assert roll_of().points_xy(nowhere).shape == uv.shape == (0, 2)
    assert meets.shape == (0,)


def test_a_straight_roll_seen_from_the_front_is_a_sine_across():
    roll = Roll(0.06, 0.0, np.eye(3), 4.0, np.array([50.0, 60.0]))
    expected = np.column_stack(
        (50 + 4 * np.sin(0.06 * (PLACES[:, 0] - 3.5)) / 0.06, 60 + 4 * (PLACES[:, 1] - 3.5))
    )
    np.testing.assert_allclose(roll.points_xy(PLACES), expected, atol=1e-9)


def test_a_flat_sheet_is_the_homography_of_its_plane():
    roll = roll_of(bend=0.0, nearness=0.02)
    flat = np.float32([(0, 0), (7, 0), (7, 7), (0, 7)])
    homography = cv2.getPerspectiveTransform(flat, roll.points_xy(flat).astype(np.float32))
    expected = cv2.perspectiveTransform(PLACES[:, None], homography.astype(np.float64))[:, 0]
    np.testing.assert_allclose(roll.points_xy(PLACES), expected, atol=2e-2)


@pytest.mark.parametrize("bend", [1e-9, 0.05, -0.05])
def test_the_picture_leads_back_to_the_modules_that_are_seen(bend):
    uv, meets = roll_of(bend).modules_uv(roll_of(bend).points_xy(PLACES))
    assert meets.all()
    np.testing.assert_allclose(uv, PLACES, atol=1e-5)


def test_modules_behind_the_limb_lead_to_the_side_that_is_seen():
    roll = Roll(0.1, 0.0, np.eye(3), 4.0, np.array([50.0, 60.0]))
    limb = 3.5 + math.pi / 2 / 0.1
    uv, meets = roll.modules_uv(roll.points_xy(np.array([(limb + 3, 3.5)])))
    assert meets.all()
    # As far before the limb as it lies behind it.
    np.testing.assert_allclose(uv[0], (limb - 3, 3.5), atol=1e-6)


def test_a_ray_beside_the_roll_meets_nothing():
    roll = Roll(0.1, 0.0, np.eye(3), 4.0, np.array([50.0, 60.0]))
    _, meets = roll.modules_uv(np.array([(50 + 4 * 10 + 1, 60.0), (50 + 4 * 10 - 1, 60.0)]))
    assert meets.tolist() == [False, True]


@pytest.mark.parametrize("bend", [0.05, -0.03])
def test_slopes_are_the_differences_of_moved_rolls(bend):
    roll, step = roll_of(bend), 1e-5
    slopes = roll.slopes(PLACES)
    for number in range(PARAMETERS):
        change = np.zeros(PARAMETERS)
        change[number] = step
        moved = roll.moved(change).points_xy(PLACES) - roll.moved(-change).points_xy(PLACES)
        np.testing.assert_allclose(slopes[:, :, number], moved / (2 * step), rtol=1e-4, atol=1e-4)
    for axis, tangent in enumerate(roll.tangents(PLACES)):
        off = step * np.eye(2)[axis]
        moved = roll.points_xy(PLACES + off) - roll.points_xy(PLACES - off)
        np.testing.assert_allclose(tangent, moved / (2 * step), atol=1e-5)


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_the_sheet_at_a_finder_touches_its_frame(is_mirrored):
    frame = np.array([(4.0, 1.0), (-0.5, 2.5), (70.0, 80.0)])
    corners = HALF_SIDES[:, None, None] * (UNIT_CORNERS @ frame[:2]) + frame[2]
    finder = Finder.of_squares(HALF_SIDES, corners)
    roll = Roll.at_finder(finder, 0.04, 0.7, is_mirrored=is_mirrored)
    right, down = roll.tangents(np.array([(3.5, 3.5)]))
    np.testing.assert_allclose(np.vstack((right, down)), frame[:2], atol=1e-6)
    np.testing.assert_allclose(roll.turn @ roll.turn.T, np.eye(3), atol=1e-9)


@pytest.mark.parametrize("turns", range(4))
def test_the_map_of_a_symbol_lies_on_the_sheet_in_every_turn(turns):
    roll, size = roll_of(), 21
    grid = roll.grid(size, (-14, 0), turns)
    place = np.array([(4.5, 2.5)])
    offset = place[0] - size / 2
    for _ in range(turns):
        offset = np.array((-offset[1], offset[0]))
    expected = roll.points_xy((np.array((-14, 0)) + size / 2 + offset)[None])
    np.testing.assert_allclose(grid.points_xy(place), expected, atol=0.02)


def test_edges_lie_where_the_paper_changes():
    gray = np.full((60, 80), 200, np.uint8)
    gray[20:40, 30:50] = 40
    edges = picture_edges(gray)
    upright = np.abs(edges.across[:, 0]) > 0.99
    away = np.abs(edges.xy[upright, 0][:, None] - (29.5, 49.5)).min(axis=1)
    assert upright.sum() >= 30
    assert away.max() < 0.1


def test_a_blank_picture_has_no_edges():
    edges = picture_edges(np.full((40, 40), 128, np.uint8))
    assert edges.xy.shape == (0, 2)


@pytest.mark.parametrize("half_bend_rad", [0.0, 0.7, 1.2])
def test_a_sheet_grown_from_one_finder_reaches_the_far_corner(seen_modules, half_bend_rad):
    code = segno.make("ONE FINDER", version=4, error="m", micro=False, boost_error=False)
    modules = np.array(list(code.matrix), dtype=bool)
    size, pixels, middle = len(modules), 6.0, 150.0
    radius = size / 2 / max(half_bend_rad, 1e-6)

    def uv_of_xy(x, y):
        across = np.clip((x - middle) / pixels / radius, -1, 1)
        return radius * np.arcsin(across) + size / 2, (y - middle) / pixels + size / 2

    gray = cv2.GaussianBlur(
        seen_modules(modules, uv_of_xy, (300, 300), paper=200, ink=40), (0, 0), 0.8
    )
    squares = np.stack([half * UNIT_CORNERS + 3.5 - size / 2 for half in HALF_SIDES])
    corners = np.stack(
        (
            middle + pixels * radius * np.sin(squares[..., 0] / radius),
            middle + pixels * squares[..., 1],
        ),
        axis=-1,
    )
    finder = Finder.of_squares(HALF_SIDES, corners)
    sheet = grow_sheet(picture_edges(gray), finder, Budget.of_ms(60_000))
    far = np.array([(size - 4.0, size - 4.0), (size - 4.0, 4.0), (4.0, size - 4.0)])
    off = far - size / 2
    expected = np.column_stack(
        (middle + pixels * radius * np.sin(off[:, 0] / radius), middle + pixels * off[:, 1])
    )
    across_px = pixels * np.cos(off[:, 0] / radius)
    away = np.abs(sheet.roll.points_xy(far) - expected) / np.column_stack((across_px, [pixels] * 3))
    assert away.max() < 0.35


def test_no_sheet_grows_where_there_are_no_edges():
    frame = np.array([(4.0, 0.0), (0.0, 4.0), (60.0, 60.0)])
    corners = HALF_SIDES[:, None, None] * (UNIT_CORNERS @ frame[:2]) + frame[2]
    finder = Finder.of_squares(HALF_SIDES, corners)
    blank = picture_edges(np.full((120, 120), 200, np.uint8))
    assert grow_sheet(blank, finder, Budget.of_ms(60_000)) is None


def test_a_spent_budget_grows_nothing():
    frame = np.array([(4.0, 0.0), (0.0, 4.0), (60.0, 60.0)])
    corners = HALF_SIDES[:, None, None] * (UNIT_CORNERS @ frame[:2]) + frame[2]
    finder = Finder.of_squares(HALF_SIDES, corners)
    noise = np.random.default_rng(3).integers(0, 255, (120, 120)).astype(np.uint8)
    assert grow_sheet(picture_edges(noise), finder, Budget.of_ms(0)) is None
