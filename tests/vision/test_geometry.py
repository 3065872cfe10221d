import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vision.errors import GeometryError
from vision.geometry import (
    Homography,
    Interpolation,
    Quad,
    scale_points,
    straighten,
    warp,
)

coordinates = st.floats(-2000, 2000)
factors = st.floats(0.05, 20)


@st.composite
def quads(draw):
    """A turned, scaled, perspectively bent square: always convex and clockwise."""
    angle = draw(st.floats(0, 2 * np.pi))
    size = draw(st.floats(5, 800))
    bend = np.array(draw(st.tuples(*[st.floats(0.6, 1.0)] * 4)))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * bend[:, None] * size
    turn = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    return Quad(corners @ turn + draw(st.tuples(coordinates, coordinates)))


def test_scaling_maps_pixel_edges_to_pixel_edges():
    # A 4 px wide picture spans -0.5 to 3.5; at twice the size it spans -0.5 to 7.5.
    assert scale_points([(-0.5, 3.5)], 2.0).tolist() == [[-0.5, 7.5]]


def test_scaling_by_two_puts_a_centre_between_its_two_pixels():
    # Pixel 1 becomes pixels 2 and 3, whose middle is 2.5.
    assert scale_points([(1.0, 0.0)], 2.0).tolist() == [[2.5, 0.5]]


@given(st.tuples(coordinates, coordinates), factors)
def test_scaling_there_and_back_is_nothing(point, factor):
    there = scale_points([point], factor)

    assert np.allclose(scale_points(there, 1 / factor), [point], atol=1e-6)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf"), (1.0, 0.0)])
def test_a_scale_must_be_above_0(scale):
    with pytest.raises(GeometryError, match="scale"):
        scale_points([(0, 0)], scale)


@pytest.mark.parametrize(
    ("corners", "message"),
    [
        (np.zeros((0, 2)), "shape"),
        (np.zeros((3, 2)), "shape"),
        (np.zeros((4, 2)), "convex"),
        ([(0, 0), (1, 0), (1, 1), (0, float("nan"))], "finite"),
        ([(0, 0), (1e8, 0), (1e8, 1e8), (0, 1e8)], "beyond"),
        ([(0, 0), (0, 1), (1, 1), (1, 0)], "clockwise"),
        ([(0, 0), (1, 1), (1, 0), (0, 1)], "convex"),
        ([(0, 0), (4, 0), (1, 1), (0, 4)], "convex"),
        ([(0, 0), (1, 0), (2, 0), (0, 1)], "convex"),
        ([(0, 0), (1e-3, 0), (1e-3, 1e-3), (0, 1e-3)], "area"),
    ],
    ids=["empty", "three", "point", "nan", "huge", "anticlockwise", "bow", "dent", "line", "tiny"],
)
def test_a_region_that_is_no_quad_is_refused(corners, message):
    with pytest.raises(GeometryError, match=message):
        Quad(np.asarray(corners))


def test_a_quad_measures_a_rectangle_known_by_hand():
    quad = Quad.upright(1, 2, 5, 5)

    assert quad.area_px2 == 12
    assert quad.side_lengths_px.tolist() == [4, 3, 4, 3]
    assert quad.centre_xy.tolist() == [3, 3.5]
    assert quad.bounds_xyxy == (1, 2, 5, 5)


def test_the_outline_of_a_picture_holds_every_pixel_and_its_area_is_their_number():
    quad = Quad.of_picture(7, 5)

    assert quad.area_px2 == 35
    assert quad.contains([(0, 0), (6, 4), (-0.5, -0.5)]).all()
    assert not quad.contains([(7, 4), (6, 5), (-1, 0)]).any()


def test_a_quad_cannot_be_changed_and_copies_what_it_is_given():
    corners = np.array([(0.0, 0.0), (1, 0), (1, 1), (0, 1)])
    quad = Quad(corners)
    corners[0] = 9

    assert quad == Quad.upright(0, 0, 1, 1)
    assert hash(quad) == hash(Quad.upright(0, 0, 1, 1))
    with pytest.raises(ValueError, match="read-only"):
        quad.corners_px[0] = 9


def test_quads_that_only_touch_do_not_overlap():
    left, right = Quad.upright(0, 0, 2, 2), Quad.upright(2, 0, 4, 2)

    assert not left.overlaps(right)
    assert left.overlaps(Quad.upright(1.5, 0, 4, 2))
    assert left.overlaps(Quad.upright(-9, -9, 9, 9))


@given(quads())
def test_the_centre_lies_inside_and_the_outside_does_not(quad):
    assert quad.contains([quad.centre_xy]).all()
    left, top, _, _ = quad.bounds_xyxy
    assert not quad.contains([(left - 1, top - 1)]).any()


@given(quads(), factors)
def test_area_grows_with_the_square_of_the_scale(quad, factor):
    assert np.isclose(quad.scaled(factor).area_px2, quad.area_px2 * factor**2, rtol=1e-6)


@given(quads(), quads())
def test_a_homography_takes_corners_to_corners_and_back(dst, src):
    dst_from_src = Homography.between_quads(dst, src)

    assert np.allclose(dst_from_src.apply(src.corners_px), dst.corners_px, atol=1e-5)
    assert np.allclose(dst_from_src.inverse().apply(dst.corners_px), src.corners_px, atol=1e-5)


@given(quads(), quads(), quads())
def test_the_product_of_maps_is_one_after_the_other(a, b, c):
    a_from_b, b_from_c = Homography.between_quads(a, b), Homography.between_quads(b, c)
    inside = c.corners_px.mean(axis=0, keepdims=True)

    one_after_the_other = a_from_b.apply(b_from_c.apply(inside))

    assert np.allclose((a_from_b @ b_from_c).apply(inside), one_after_the_other, atol=1e-4)


@given(quads(), quads(), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=20))
def test_least_squares_over_exact_pairs_finds_the_same_map(dst, src, inside):
    true = Homography.between_quads(dst, src)
    extra = [
        (1 - v) * ((1 - u) * src.corners_px[0] + u * src.corners_px[1])
        + v * ((1 - u) * src.corners_px[3] + u * src.corners_px[2])
        for u, v in inside
    ]
    points = np.concatenate([src.corners_px, np.reshape(extra, (-1, 2))])

    found = Homography.from_points(true.apply(points), points)

    assert np.allclose(found.apply(points), true.apply(points), atol=1e-4)


def test_a_homography_known_by_hand_is_found():
    # (x, y) -> (x, y) / (1 + x): the unit square's right side moves to x = 1/2, half as high.
    square = [(0, 0), (1, 0), (1, 1), (0, 1)]
    image = [(0, 0), (0.5, 0), (0.5, 0.5), (0, 1)]

    found = Homography.from_points(image, square)

    expected = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 1]])
    assert np.allclose(found.matrix / found.matrix[0, 0], expected, atol=1e-9)


def test_a_point_on_the_horizon_has_no_image():
    dst_from_src = Homography(np.array([[1, 0, 0], [0, 1, 0], [1, 0, 1.0]]))

    with pytest.raises(GeometryError, match="infinity"):
        dst_from_src.apply([(-1, 5)])


@pytest.mark.parametrize(
    "matrix",
    [np.zeros((3, 3)), np.ones((3, 3)), np.eye(2), np.full((3, 3), np.nan), np.diag([1, 1, 0])],
    ids=["zero", "rank one", "small", "nan", "flat"],
)
def test_a_matrix_that_folds_the_plane_is_no_homography(matrix):
    with pytest.raises(GeometryError):
        Homography(matrix)


@pytest.mark.parametrize(
    "points",
    [
        np.zeros((0, 2)),
        [(0, 0), (1, 0), (1, 1)],
        [(0, 0)] * 4,
        [(0, 0), (1, 1), (2, 2), (3, 3)],
        [(0, 0), (1, 1), (2, 2), (0, 5)],
    ],
    ids=["empty", "three", "one place", "all on a line", "three on a line"],
)
def test_points_that_fix_no_homography_are_refused(points):
    good = [(0, 0), (1, 0), (1, 1), (0, 1)]

    with pytest.raises(GeometryError):
        Homography.from_points(good[: len(points)], points)


def test_unequal_counts_of_points_are_refused():
    with pytest.raises(GeometryError, match="pairs"):
        Homography.from_points(np.zeros((5, 2)), np.zeros((4, 2)))


def test_warping_by_whole_pixels_moves_every_pixel_exactly():
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)

    moved = warp(image, Homography.translation(1, 2), (6, 6), border=99)

    assert np.array_equal(moved[2:5, 1:5], image)
    assert (moved[:2] == 99).all()
    assert (moved[:, 0] == 99).all()


def test_warping_by_the_resize_map_puts_each_pixel_on_its_own_block():
    image = np.array([[10, 20], [30, 40]], dtype=np.uint8)

    doubled = warp(image, Homography.scaling(2, 2), (4, 4), interpolation=Interpolation.NEAREST)

    assert np.array_equal(doubled, np.kron(image, np.ones((2, 2), np.uint8)))


def test_a_warp_needs_a_size():
    with pytest.raises(GeometryError, match="size"):
        warp(np.zeros((2, 2), np.uint8), Homography.identity(), (0, 2))


def test_straightening_a_turned_region_brings_its_own_top_left_to_the_top_left():
    image = np.zeros((40, 40, 3), np.uint8)
    image[10:20, 20:30] = (0, 0, 255)
    # The region's own top side is the picture's right side: turned 90 degrees clockwise.
    region = Quad(np.array([(29.5, 9.5), (29.5, 29.5), (9.5, 29.5), (9.5, 9.5)]))

    straight = straighten(image, region, Quad.of_picture(20, 20), (20, 20))

    assert (straight[1:9, 1:9] == (0, 0, 255)).all()
    assert (straight[11:] == 0).all()


def test_straightening_to_a_much_smaller_size_averages_instead_of_aliasing():
    stripes = np.zeros((400, 400), np.uint8)
    stripes[:, ::2] = 200
    target = Quad.of_picture(40, 40)

    straight = straighten(stripes, Quad.of_picture(400, 400), target, (40, 40))

    assert np.abs(straight[2:-2, 2:-2].astype(int) - 100).max() <= 3


@given(quads())
def test_straightening_never_fails_whatever_lies_outside_the_picture(quad):
    assume(quad.side_lengths_px.min() > 1)
    straight = straighten(np.zeros((30, 50), np.uint8), quad, Quad.upright(8, 8, 23, 23), (32, 32))

    assert straight.shape == (32, 32)
