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
