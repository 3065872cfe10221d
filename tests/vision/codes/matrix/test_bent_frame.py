"""Outlines and clock tracks of Data Matrix symbols on bottles known in closed form."""

import numpy as np
import pytest

from vision.codes.budget import Budget
from vision.codes.finding.solid_corners import find_solid_corners
from vision.codes.matrix.bent_frame import BentFrame, framed, likeness
from vision.codes.matrix.clock_tracks import starts_of

AMPLE = 60_000


def best_corner(gray, bottle):
    """The solid corner whose ends lie nearest to the symbol's own."""
    rows, columns = bottle.size
    wanted = bottle.xy_of_uv(np.array([(0.0, rows), (columns, rows), (0.0, 0.0)]))
    one = np.ones(())
    return min(
        find_solid_corners(gray, Budget.of_ms(AMPLE)),
        key=lambda corner: np.abs(
            np.stack((corner.corner_xy, corner.bottom.at(one), corner.left.at(one))) - wanted
        ).max(),
    )


def outline_of(bottle):
    rows, columns = bottle.size
    return bottle.xy_of_uv(np.array([(0.0, 0.0), (columns, 0.0), (columns, rows), (0.0, rows)]))


def test_nothing_beyond_a_plain_l_is_no_symbol():
    gray = np.full((300, 300), 220, np.uint8)
    gray[60:240, 60:70] = gray[230:240, 60:240] = 20
    corners = find_solid_corners(gray, Budget.of_ms(AMPLE))
    assert corners
    assert max(likeness(gray, corner) for corner in corners) < 0.02


@pytest.mark.parametrize(("half_deg", "bow"), [(0, 0), (25, 0.2), (40, 0.3)])
@pytest.mark.parametrize("turn_deg", [0, 75, 200])
def test_far_sides_are_found_to_half_a_module(bottle, data_matrix, shown, half_deg, bow, turn_deg):
    modules = data_matrix(5, "135791357913579")
    scene = bottle(modules.shape, 6.0, half_deg, bow, turn_deg)
    gray = shown(modules, scene)
    frame = framed(gray, best_corner(gray, scene), Budget.of_ms(AMPLE))
    assert frame is not None
    away = np.linalg.norm(frame.corners_xy - outline_of(scene), axis=1)
    assert away.max() < 0.6 * 6.0


@pytest.mark.parametrize("version", [1, 3, 6, 9, 26, 27, 30])
def test_clock_tracks_count_to_the_size_and_place_every_module(bottle, data_matrix, shown, version):
    modules = data_matrix(version, "12345")
    scene = bottle(modules.shape, 6.0, 20, 0.1, 30)
    gray = shown(modules, scene)
    frame = framed(gray, best_corner(gray, scene), Budget.of_ms(AMPLE))
    assert frame is not None
    start = next(starts_of(gray, frame, Budget.of_ms(AMPLE)))
    assert (start.size.rows, start.size.columns) == modules.shape
    rows, columns = np.mgrid[: modules.shape[0], : modules.shape[1]] + 0.5
    uv = np.column_stack((columns.ravel(), rows.ravel()))
    away = np.linalg.norm(start.grid.points_xy(uv) - scene.xy_of_uv(uv), axis=1)
    assert away.max() < 0.6 * 6.0


def test_size_is_found_where_a_part_of_the_track_is_blotted_out(bottle, data_matrix, shown):
    modules = data_matrix(6, "1234512345")
    scene = bottle(modules.shape, 6.0, 25, 0.1)
    gray = shown(modules, scene)
    frame = framed(gray, best_corner(gray, scene), Budget.of_ms(AMPLE))
    assert frame is not None
    x, y = np.round(scene.xy_of_uv(np.array((7.5, 0.5)))).astype(int)
    gray[y - 5 : y + 5, x - 8 : x + 8] = 25
    starts = list(starts_of(gray, frame, Budget.of_ms(AMPLE)))
    assert modules.shape in [(start.size.rows, start.size.columns) for start in starts]


def test_frame_of_a_square_is_the_square():
    gray = np.full((200, 200), 220, np.uint8)
    gray[50:150, 50:150] = 20
    corners = find_solid_corners(gray, Budget.of_ms(AMPLE))
    frames = [BentFrame.of_corner(corner).corners_xy for corner in corners]
    square = np.array([(49.5, 49.5), (149.5, 49.5), (149.5, 149.5), (49.5, 149.5)])
    assert min(np.abs(frame - square).max() for frame in frames) < 1.5


def test_noise_has_no_outline_or_no_size():
    rng = np.random.default_rng(2)
    gray = rng.integers(0, 256, (300, 300)).astype(np.uint8)
    gray[40:260, 40:52] = gray[248:260, 40:260] = 10
    for corner in find_solid_corners(gray, Budget.of_ms(AMPLE))[:8]:
        frame = framed(gray, corner, Budget.of_ms(AMPLE))
        if frame is None:
            continue
        assert len(list(starts_of(gray, frame, Budget.of_ms(AMPLE)))) <= 5
        assert len(list(starts_of(gray, frame, Budget.of_ms(0)))) <= 2
