"""Finder patterns: found where they were drawn, in any style, and nowhere for ever."""

import time

import cv2
import numpy as np
import pytest

from vision.codes.budget import Budget
from vision.codes.finding.contours import MAX_FINDERS, PASSES, FinderPass, find_finders, merged
from vision.codes.finding.finder import UNIT_CORNERS, Finder, frame_of_squares
from vision.codes.finding.two_levels import specks, without_specks

CENTRES_UV = ((3.5, 3.5), (21.5, 3.5), (3.5, 21.5))


def test_empty_picture_has_no_finders(far_off):
    for shape in ((1, 1), (1, 400), (300, 300)):
        assert find_finders(np.full(shape, 255, np.uint8), PASSES[0], far_off) == []


@pytest.mark.parametrize("turn_deg", [0, 17, 90, 200, 315])
def test_corners_are_found_to_a_fifth_of_a_module(seen, far_off, turn_deg):
    scene = seen(turn_deg)
    found = find_finders(scene.gray, PASSES[0], far_off)
    centres = np.array([finder.centre_xy for finder in found])
    for u, v in CENTRES_UV:
        square = 3.5 * UNIT_CORNERS + (u, v)
        corners = scene.xy(*square.tolist())
        finder = found[int(np.linalg.norm(centres - corners.mean(axis=0), axis=1).argmin())]
        assert finder.has_outer_edge
        apart = np.linalg.norm(finder.corners_xy[-1][:, None] - corners[None], axis=2)
        assert apart.min(axis=0).max() < 0.2 * 7


def test_frame_is_the_least_squares_one():
    rng = np.random.default_rng(3)
    for half_sides in (np.array((1.5, 2.5)), np.array((1.5, 2.5, 3.5))):
        corners = rng.normal(0, 30, (half_sides.size, 4, 2))
        uv = (half_sides[:, None, None] * UNIT_CORNERS).reshape(-1, 2)
        design = np.column_stack((uv, np.ones(len(uv))))
        expected, *_ = np.linalg.lstsq(design, corners.reshape(-1, 2), rcond=None)
        np.testing.assert_allclose(frame_of_squares(half_sides, corners), expected, atol=1e-9)


def test_squares_that_collapse_are_no_finder():
    assert Finder.of_squares(np.array((1.5, 2.5)), np.zeros((2, 4, 2))) is None


@pytest.mark.parametrize("quarter", range(4))
def test_turned_finder_points_where_it_was_told(quarter):
    half_sides = np.array((1.5, 2.5, 3.5))
    corners = half_sides[:, None, None] * UNIT_CORNERS * 6 + (100, 80)
    finder = Finder.of_squares(half_sides, np.roll(corners, quarter, axis=1))
    turned = finder.turned(np.array((1.0, 0.1)), np.array((-0.1, 1.0)))
    np.testing.assert_allclose(turned.frame, ((6, 0), (0, 6), (100, 80)), atol=1e-9)
    np.testing.assert_allclose(turned.corners_xy, corners)
    refitted = Finder.of_squares(half_sides, turned.corners_xy)
    np.testing.assert_allclose(turned.frame, refitted.frame, atol=1e-9)


def test_finder_scales_with_its_picture():
    half_sides = np.array((1.5, 2.5))
    finder = Finder.of_squares(half_sides, half_sides[:, None, None] * UNIT_CORNERS * 8 + 99.5)
    assert finder.scaled(0.5).module_px == pytest.approx(4)
    np.testing.assert_allclose(finder.scaled(0.5).centre_xy, (49.5, 49.5))


def rings(inner, hole, outer, side=420):
    """Squares or discs by radius, (radius px, is round), dark in light in dark."""
    gray = np.full((side, side), 230, np.uint8)
    for (radius, is_round), level in zip((outer, hole, inner), (20, 230, 20), strict=True):
        if is_round:
            cv2.circle(gray, (side // 2, side // 2), radius, level, -1)
        else:
            first, last = side // 2 - radius, side // 2 + radius
            cv2.rectangle(gray, (first, first), (last, last), level, -1)
    return gray


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(((15, False), (25, False), (35, False)), id="square"),
        pytest.param(((17, True), (28, True), (40, True)), id="round"),
        pytest.param(((17, True), (25, False), (35, False)), id="round-pupil"),
        pytest.param(((15, False), (29, False), (33, False)), id="thin-ring"),
    ],
)
def test_styles_of_finders_are_found(far_off, pattern):
    found = find_finders(rings(*pattern), PASSES[0], far_off)
    assert len(found) == 1
    np.testing.assert_allclose(found[0].centre_xy, (210, 210), atol=0.6)


def test_finder_that_touches_other_ink_is_found_by_its_inner_squares(far_off):
    gray = rings((15, False), (25, False), (35, False))
    gray[:, 246:254] = gray[246:254] = 20
    (finder,) = find_finders(gray, PASSES[0], far_off)
    np.testing.assert_allclose(finder.centre_xy, (210, 210), atol=0.6)
    assert finder.module_px == pytest.approx(10, rel=0.03)


def test_speckled_picture_shows_the_same_finders(seen, far_off):
    scene = seen(25)
    rng = np.random.default_rng(1)
    noisy = np.clip(scene.gray + rng.normal(0, 14, scene.gray.shape), 0, 255).astype(np.uint8)
    found = np.array([f.centre_xy for f in find_finders(noisy, PASSES[0], far_off)])
    for centre in scene.xy(*CENTRES_UV):
        assert np.linalg.norm(found - centre, axis=1).min() < 0.1 * 7


def test_specks_go_and_lines_of_one_pixel_stay():
    assert without_specks(np.zeros((5, 7), np.uint8)).tolist() == np.zeros((5, 7)).tolist()
    lines = np.zeros((40, 60), np.uint8)
    cv2.rectangle(lines, (10, 8), (30, 28), 255, 1)
    lines[20:24, 40:44] = 255
    speckled = lines.copy()
    speckled[2, 5] = speckled[35, 50] = speckled[36, 50] = 255
    speckled[21, 42] = 0

    np.testing.assert_array_equal(without_specks(speckled), lines)
    np.testing.assert_array_equal(without_specks(255 - speckled), 255 - lines)
    assert specks(speckled) > specks(without_specks(speckled))


def test_noise_does_not_cost_a_small_finder(far_off):
    """Two pixels a module, blurred: the light ring is one pixel wide after the threshold."""
    modules = np.zeros((9, 9), np.uint8)
    modules[1:8, 1:8], modules[2:7, 2:7], modules[3:6, 3:6] = 1, 0, 1
    gray = np.full((200, 200), 220.0)
    for x, y in ((40, 40), (120, 40), (41, 121)):
        tile = cv2.resize(220.0 - 180 * modules, (20, 20), interpolation=cv2.INTER_LINEAR)
        gray[y : y + 20, x : x + 20] = tile
    rng = np.random.default_rng(5)
    noisy = cv2.GaussianBlur(gray, (0, 0), 0.7) + rng.normal(0, 6, gray.shape)

    found = find_finders(np.clip(noisy, 0, 255).astype(np.uint8), PASSES[0], far_off)

    centres = np.array([finder.centre_xy for finder in found])
    for x, y in ((40, 40), (120, 40), (41, 121)):
        assert np.linalg.norm(centres - (x + 9.5, y + 9.5), axis=1).min() < 1.0


def test_a_window_that_would_overdraw_the_budget_is_not_begun():
    """Told by the window before it: its outlines are followed in one go."""
    noise = np.random.default_rng(0).integers(0, 256, (900, 900), dtype=np.uint8)
    noise = cv2.GaussianBlur(noise, (0, 0), 2.0)
    noise = cv2.normalize(noise, None, 0, 255, cv2.NORM_MINMAX)
    windows = (0.02,) * 40
    started = time.thread_time()
    find_finders(noise, (FinderPass(1000, (0.02,)),), Budget.of_ms(60_000, time.thread_time))
    one_ms = 1000 * (time.thread_time() - started)

    started = time.thread_time()
    find_finders(noise, (FinderPass(1000, windows),), Budget.of_ms(2.5 * one_ms, time.thread_time))

    assert 1000 * (time.thread_time() - started) < 4 * one_ms


def test_one_pattern_seen_twice_is_one_finder():
    half_sides = np.array((1.5, 2.5, 3.5))
    corners = half_sides[:, None, None] * UNIT_CORNERS * 6 + 100
    sharp = Finder.of_squares(half_sides, corners)
    rough = Finder.of_squares(half_sides, corners + np.array(((2, -2), (-2, 2)) * 2))
    (kept,) = merged([rough, sharp])
    assert kept is sharp


def test_carpet_of_finders_ends_at_the_cap(far_off):
    tile = np.full((24, 24), 255, np.uint8)
    tile[1:22, 1:22], tile[4:19, 4:19], tile[7:16, 7:16] = 0, 255, 0
    found = find_finders(np.tile(tile, (40, 40)), (FinderPass(1000, (0.08,)),), far_off)
    assert len(found) == MAX_FINDERS


def test_spent_budget_finds_nothing_at_once():
    noise = np.random.default_rng(0).integers(0, 256, (1000, 1000), dtype=np.uint8)
    started = time.process_time()
    passes = [finder_pass for level in PASSES for finder_pass in level]
    assert find_finders(noise, passes, Budget.of_ms(0)) == []
    assert time.process_time() - started < 1
