"""The map from modules to pixels, against affine maps worked out by hand."""

import numpy as np
import pytest

from vision.codes.lattice.grid_map import GridMap, node_coordinates

FRAME = np.array(((5.0, 1.0), (-2.0, 6.0), (40.0, 30.0)))


def affine_map(size=21, frame=FRAME):
    u, v = np.meshgrid(*[node_coordinates(size)] * 2)
    nodes = np.stack((u, v, np.ones_like(u)), axis=-1) @ frame
    return GridMap(size, nodes.astype(np.float32))


def test_nodes_lie_a_quarter_of_a_module_from_the_margins_edge():
    nodes = node_coordinates(21)
    assert nodes.size == 58
    assert (nodes[0], nodes[-1]) == (-3.75, 24.75)


def test_points_of_an_affine_map_are_exact_also_beyond_its_margin():
    uv = np.array(((0, 0), (10.5, 3.25), (21, 21), (-3.9, 24.9), (-4.6, 25.5)))
    expected = np.column_stack((uv, np.ones(len(uv)))) @ FRAME
    np.testing.assert_allclose(
        affine_map().points_xy(uv), expected, atol=0.2
    )  # cv2.remap counts in 1/32


def test_corners_begin_at_the_symbols_own_top_left():
    expected = ((40, 30), (145, 51), (103, 177), (-2, 156))
    np.testing.assert_allclose(affine_map().corners_xy, expected, atol=0.02)


def test_stretch_is_the_shorter_side_of_the_module():
    # Area of a module over its longer side: (5 * 6 + 2 * 1) / |(-2, 6)|.
    np.testing.assert_allclose(affine_map().stretch_px(), 32 / np.hypot(2, 6), rtol=1e-4)
    assert affine_map().stretch_px().shape == (21, 21)


def test_folded_map_has_no_stretch_above_zero():
    mirrored = affine_map(frame=FRAME * np.array(((1,), (-1,), (1,))))
    assert (mirrored.stretch_px() < 0).all()


def test_displaced_map_is_read_at_the_displaced_place():
    grid = affine_map()
    shift = np.full(grid.nodes_xy.shape[:2], 0.5)
    moved = grid.displaced(shift, -2 * shift)
    np.testing.assert_allclose(
        moved.nodes_xy, grid.nodes_xy + np.array((2.5 + 2, 0.5 - 6)), atol=0.05
    )


def test_scaled_map_keeps_the_pixels_edges():
    doubled = affine_map().scaled(2)
    np.testing.assert_allclose(doubled.nodes_xy, 2 * affine_map().nodes_xy + 0.5, atol=1e-4)
    np.testing.assert_allclose(doubled.scaled(0.5).nodes_xy, affine_map().nodes_xy, atol=1e-4)


@pytest.mark.parametrize("pixels", [4, 8])
def test_rectified_ramp_is_the_ramp_along_the_map(pixels):
    gray = np.tile(np.arange(200, dtype=np.uint8), (220, 1))
    straight = affine_map().rectified(gray, pixels)
    assert straight.shape == (29 * pixels, 29 * pixels)
    middle = straight[15 * pixels : 16 * pixels, 10 * pixels : 11 * pixels].mean()
    assert middle == pytest.approx(5 * 6.5 - 2 * 11.5 + 40, abs=0.6)


def test_rectangular_map_has_its_own_rows_everywhere():
    u, v = np.meshgrid(node_coordinates(18), node_coordinates(8))
    nodes = np.stack((u, v, np.ones_like(u)), axis=-1) @ FRAME
    grid = GridMap(18, nodes.astype(np.float32), 8)
    assert grid.rows == 8
    # (18, 0), (18, 8) and (0, 8) by the frame.
    expected = ((40, 30), (130, 48), (114, 96), (24, 78))
    np.testing.assert_allclose(grid.corners_xy, expected, atol=0.02)
    assert grid.stretch_px().shape == (8, 18)
    assert grid.rectified(np.zeros((120, 160), np.uint8), 4).shape == (16 * 4, 26 * 4)
    moved = grid.displaced(np.full((32, 52), 2.0), np.full((32, 52), 1.0))
    assert (moved.rows, moved.scaled(0.5).rows) == (8, 8)
    shifted = np.array((2.0, 1.0, 0.0)) @ FRAME
    np.testing.assert_allclose(moved.corners_xy, expected + shifted, atol=0.2)


def test_square_map_has_as_many_rows_as_columns():
    assert affine_map().rows == 21
