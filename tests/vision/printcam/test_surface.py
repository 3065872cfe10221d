from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.printcam import (
    Bend,
    Camera,
    Cone,
    Photo,
    Surface,
    View,
    cone,
    crease,
    crumple,
    cylinder,
    together,
    wave,
)
from vision.printcam.mesh import meet_surface
from vision.printcam.surface import MAX_BENDS, MAX_KNOTS
from vision.printcam.view import faces_camera, meet_cylinder

CAMERA = Camera(width_px=400, height_px=300, focal_px=450)

ONE_FORM = st.one_of(
    st.builds(cylinder, st.floats(8, 200), st.floats(-90, 90), st.floats(-5, 5)),
    st.builds(cylinder, st.floats(-200, -8), st.floats(-90, 90)),
    st.builds(wave, st.floats(8, 60), st.floats(0, 60), st.floats(-90, 90), st.floats(0, 360)),
    st.builds(
        lambda first, second, radius, axis: crease([(-6, first), (5, second)], radius, axis),
        st.floats(5, 80),
        st.floats(-80, -5),
        st.floats(0.1, 3),
        st.floats(-90, 90),
    ),
    st.builds(cone, st.floats(10, 200), st.floats(3, 40), st.floats(-180, 180)),
)


def truth(view: View, size: tuple[float, float] = (40.0, 30.0), camera: Camera = CAMERA) -> Photo:
    """The mapping of a photo without its pixels."""
    return Photo(np.zeros((1, 1, 3), np.uint8), None, camera, view, size)


def points(*pairs: tuple[float, float]) -> np.ndarray:
    return np.array(pairs, np.float64)


def test_surface_without_bends_is_the_plane() -> None:
    flat = Surface()
    sheet = points((0, 0), (3, -4))
    assert flat.is_flat
    assert flat.points_mm(sheet).tolist() == [[0, 0, 0], [3, -4, 0]]
    assert flat.normals(sheet).tolist() == [[0, 0, -1], [0, 0, -1]]
    np.testing.assert_array_equal(
        truth(View(90, tilt_deg=20, surface=flat)).homography_px_from_mm,
        truth(View(90, tilt_deg=20)).homography_px_from_mm,
    )


def test_cylinder_is_x_r_sin_and_z_r_one_minus_cos() -> None:
    # Hand: s = 10, R = 20: X = 20 sin 0.5 = 9.588511, Z = 20 (1 - cos 0.5) = 2.448349.
    placed = cylinder(20).points_mm(points((10, 7), (-10, 7), (0, 0)))
    np.testing.assert_allclose(
        placed, [[9.588511, 7, 2.448349], [-9.588511, 7, 2.448349], [0, 0, 0]], atol=1e-6
    )
    inside = cylinder(-20).points_mm(points((10, 7)))
    np.testing.assert_allclose(inside, [[9.588511, 7, -2.448349]], atol=1e-6)


def test_cylinder_with_its_crest_aside_leans_at_the_centre() -> None:
    # The centre lies 5 mm before the crest of R = 10: its normal leans by half a radian.
    normal = cylinder(10, crest_mm=5).normals(points((0, 0), (5, 0)))
    np.testing.assert_allclose(normal, [[-math.sin(0.5), 0, -math.cos(0.5)], [0, 0, -1]], atol=1e-9)


def test_axis_turns_the_bend() -> None:
    placed = cylinder(20, axis_deg=90).points_mm(points((7, 10)))
    np.testing.assert_allclose(placed, [[7, 9.588511, 2.448349]], atol=1e-6)


@pytest.mark.parametrize("angle", [40.0, -75.0, 120.0])
def test_fold_has_its_angle_and_straight_sides(angle: float) -> None:
    surface = crease([(2.0, angle)], radius_mm=0.5)
    arc = 0.5 * math.radians(abs(angle)) / 2
    normals = surface.normals(points((2 - arc, 0), (-9, 3), (2 + arc, 1), (9, 0)))
    np.testing.assert_allclose(normals[0], normals[1], atol=1e-12)
    np.testing.assert_allclose(normals[2], normals[3], atol=1e-12)
    turn = math.degrees(math.acos(float(normals[1] @ normals[3])))
    assert turn == pytest.approx(abs(angle), abs=1e-6)
    sides = np.diff(surface.points_mm(points((-9, 0), (-5, 0), (5, 0), (9, 0))), axis=0)
    assert np.linalg.norm(sides[0]) == pytest.approx(4, abs=1e-9)
    assert np.linalg.norm(sides[2]) == pytest.approx(4, abs=1e-9)


def test_wave_has_its_length_and_its_steepest_slope() -> None:
    surface = wave(12, 35, phase_deg=0)
    normals = surface.normals(points((0, 0), (3, 0), (6, 0), (9, 0)))
    slopes = np.degrees(np.arctan2(normals[:, 0], -normals[:, 2]))
    np.testing.assert_allclose(slopes, [0, 35, 0, -35], atol=0.2)
    # One wave later everything is the same, moved along by what the slopes leave of the length:
    # the mean of cos(a sin t) is the Bessel function J0(a); J0(0.610865) = 0.9088577 (series).
    heights = surface.points_mm(points((0, 0), (12, 0), (24, 0)))
    np.testing.assert_allclose(heights[:, 2], 0, atol=0.02)
    a = math.radians(35) ** 2 / 4
    bessel = 1 - a + a**2 / 4 - a**3 / 36 + a**4 / 576
    np.testing.assert_allclose(heights[:, 0], [0, 12 * bessel, 24 * bessel], rtol=2e-3)


def test_cone_keeps_the_distance_to_its_tip_and_its_radius() -> None:
    # Radius 15 and half angle 30: the tip is 15 / sin 30 = 30 mm up along the side. In the object
    # frame it is (0, -30, 0); the axis runs from there, 30 degrees into the pack.
    form = Cone(15, 30)
    sheet = points((0, 0), (8, 5), (-12, -9), (3, 20))
    placed = form.points_mm(sheet)
    np.testing.assert_allclose(placed[0], [0, 0, 0], atol=1e-12)
    tip = np.array([0, -30.0, 0])
    np.testing.assert_allclose(
        np.linalg.norm(placed - tip, axis=1), np.hypot(sheet[:, 0], sheet[:, 1] + 30), atol=1e-9
    )
    axis = np.array([0, math.cos(math.radians(30)), math.sin(math.radians(30))])
    lean = (placed - tip) @ axis / np.linalg.norm(placed - tip, axis=1)
    np.testing.assert_allclose(lean, math.cos(math.radians(30)), atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(surface=ONE_FORM, x=st.floats(-12, 12), y=st.floats(-8, 8), way=st.floats(0, 2 * math.pi))
def test_paper_keeps_every_length(surface: Surface, x: float, y: float, way: float) -> None:
    run = np.linspace(-3, 3, 4001)
    line = np.array([x, y]) + run[:, None] * np.array([math.cos(way), math.sin(way)])
    length = np.linalg.norm(np.diff(surface.points_mm(line), axis=0), axis=1).sum()
    assert length == pytest.approx(6, abs=2e-5)


@settings(max_examples=40, deadline=None)
@given(surface=ONE_FORM, x=st.floats(-12, 12), y=st.floats(-8, 8))
def test_normals_stand_on_the_surface(surface: Surface, x: float, y: float) -> None:
    step = 1e-5
    around = points((x - step, y), (x + step, y), (x, y - step), (x, y + step))
    placed = surface.points_mm(around)
    outward = np.cross(placed[3] - placed[2], placed[1] - placed[0])
    outward /= np.linalg.norm(outward)
    np.testing.assert_allclose(surface.normals(points((x, y)))[0], outward, atol=2e-4)


def test_bends_together_change_lengths_by_the_product_of_their_slopes() -> None:
    surface = together(wave(20, 20), wave(25, 12, 90))
    axis = np.linspace(-10, 10, 41)
    sheet = np.array([(x, y) for x in axis for y in axis])
    step = 1e-5
    right = (surface.points_mm(sheet + np.array([step, 0])) - surface.points_mm(sheet)) / step
    down = (surface.points_mm(sheet + np.array([0, step])) - surface.points_mm(sheet)) / step
    np.testing.assert_allclose(np.linalg.norm(right, axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(down, axis=1), 1, atol=1e-4)
    most = math.sin(math.radians(20)) * math.sin(math.radians(12))
    assert np.abs(np.sum(right * down, axis=1)).max() == pytest.approx(most, rel=0.05)


def test_crumple_is_that_of_its_seed_and_nearly_keeps_lengths() -> None:
    form = crumple(np.random.default_rng(4), 30, folds=6, fold_deg=10)
    assert form == crumple(np.random.default_rng(4), 30, folds=6, fold_deg=10)
    assert form != crumple(np.random.default_rng(5), 30, folds=6, fold_deg=10)
    run = np.linspace(-15, 15, 4001)
    for way in np.linspace(0, math.pi, 7):
        line = run[:, None] * np.array([math.cos(way), math.sin(way)])
        length = np.linalg.norm(np.diff(form.points_mm(line), axis=0), axis=1).sum()
        assert length == pytest.approx(30, rel=0.08)


def test_point_on_a_bent_label_is_projected_as_the_formula_says() -> None:
    # Hand: X = 9.588511, Z = 2.448349 at 100 mm: 450 * 9.588511 / 102.448349 = 42.117123.
    photo = truth(View(100, surface=cylinder(20)))
    at = photo.points_px_from_mm(points((30, 15)))[0] - np.array(CAMERA.centre_px)
    np.testing.assert_allclose(at, [42.117123, 0], atol=1e-5)
    assert photo.homography_px_from_mm is None


def test_limb_of_a_rolled_sheet_lies_where_the_tangent_touches() -> None:
    # Hand: cos(angle) = R / (R + d) = 20 / 120, so s = 20 * 1.403348 = 28.06696 mm.
    photo = truth(View(100, surface=cylinder(20)), size=(80.0, 30.0))
    assert photo.visible(points((40 + 28.0, 15)))[0]
    assert not photo.visible(points((40 + 28.2, 15)))[0]


def test_visible_share_of_a_sheet_round_a_tube_is_that_of_its_tangents() -> None:
    # A label right round a tube of R = 6: from 94 mm, acos(6 / 100) / pi of it is seen.
    around = 2 * math.pi * 6
    photo = truth(View(94, surface=cylinder(6)), size=(around, 10.0))
    x = (np.arange(2000) + 0.5) / 2000 * around
    share = photo.visible(np.column_stack([x, np.full(2000, 5.0)])).mean()
    assert share == pytest.approx(math.acos(6 / 100) / math.pi, abs=2e-3)


def test_step_hides_the_floor_behind_it() -> None:
    # An upper terrace, a drop of 10 mm at 80 degrees, a lower terrace; seen from the left.
    surface = crease([(0, 80), (10, -80)], radius_mm=0.02)
    view = View(150, turn_deg=-45, surface=surface)
    view = View(150, turn_deg=45, surface=surface) if view.lens_in_object_mm[0] > 0 else view
    lens = view.lens_in_object_mm
    assert lens[0] < -50
    drop, ahead = 10 * math.sin(math.radians(80)), 10 * math.cos(math.radians(80))
    # The ray over the edge at (0, 0) meets the lower terrace here:
    edge_mm = 10 + lens[0] / lens[2] * drop - ahead
    photo = truth(view, size=(60.0, 30.0))
    asked = points((30 + edge_mm - 0.6, 15), (30 + edge_mm + 0.6, 15))
    assert faces_camera(view, asked - [30, 15]).all()
    assert photo.visible(asked).tolist() == [False, True]


@pytest.mark.parametrize(
    ("tilt", "turn", "axis"), [(0, 0, 0), (25, 10, 30), (-20, 10, 80), (10, -30, -45)]
)
def test_mesh_agrees_with_exact_rays_on_a_cylinder(tilt: float, turn: float, axis: float) -> None:
    rays = CAMERA.rays()
    sheet = View(100, tilt, turn, surface=cylinder(20, axis))
    exact = meet_cylinder(View(100, tilt, turn, radius_mm=20, axis_deg=axis), rays)
    assert sheet.surface is not None
    hits = meet_surface(sheet, sheet.surface, CAMERA, rays, (26.0, 24.0))
    expected = exact.seen & (np.abs(exact.u) <= 26) & (np.abs(exact.v) <= 24)
    both = hits.seen & expected
    # They may differ along the outline only.
    assert (hits.seen ^ expected).sum() < 0.01 * expected.sum()
    apart = np.hypot(hits.u - exact.u, hits.v - exact.v)[both]
    # A pixel is 0.22 mm here. At the limb it covers far more of the sheet.
    assert np.median(apart) < 0.002
    assert np.percentile(apart, 95) < 0.05
    off = np.abs(hits.depth - exact.depth)[both]
    assert np.percentile(off, 95) < 0.05
    assert np.median(off) < 0.005


@settings(max_examples=8, deadline=None)
@given(
    surface=ONE_FORM,
    tilt=st.floats(-30, 30),
    turn=st.floats(-30, 30),
    roll=st.floats(-180, 180),
    k1=st.floats(-0.08, 0.08),
)
def test_pixels_of_a_bent_sheet_undo_the_mapping(
    surface: Surface, tilt: float, turn: float, roll: float, k1: float
) -> None:
    camera = Camera(width_px=200, height_px=150, focal_px=225, k1=k1)
    view = View(100, tilt, turn, roll, surface=surface)
    hits = meet_surface(view, surface, camera, camera.rays(), (20.0, 15.0))
    assert hits.front is not None
    rows, columns = np.nonzero(hits.front)
    assert len(rows) > 0
    sheet = np.column_stack([hits.u[rows, columns], hits.v[rows, columns]]).astype(np.float64)
    back = truth(view, camera=camera).points_px_from_mm(sheet + np.array([20, 15]))
    off = np.abs(back - np.column_stack([columns, rows])).max(axis=1)
    assert np.percentile(off, 95) < 0.1


def test_back_of_a_curled_sheet_shows_no_label() -> None:
    # A sheet curled towards the camera by 143 degrees either side: its rims lie before it, as
    # far out as 8 sin 2.5 = 4.8 mm, and what lies further out shows its back.
    surface = cylinder(-8)
    view = View(100, surface=surface)
    hits = meet_surface(view, surface, CAMERA, CAMERA.rays(), (20.0, 10.0))
    assert hits.front is not None
    centre, further = (150, 200), (150, 200 + round(450 * 6.5 / 85))
    assert hits.front[centre]
    assert hits.seen[further]
    assert not hits.front[further]


@pytest.mark.parametrize(
    "make",
    [
        lambda: cylinder(1),
        lambda: cylinder(0),
        lambda: wave(10, 86),
        lambda: wave(0.5, 10),
        lambda: crease([]),
        lambda: crease([(0, 40), (0.1, 40)], radius_mm=1),
        lambda: crease([(5, 40), (-5, 40)]),
        lambda: crease([(0, 175)]),
        lambda: cone(1, 20),
        lambda: cone(20, 70),
        lambda: crumple(np.random.default_rng(1), 30, folds=0),
        lambda: together(cone(20, 20)),
        lambda: Bend(0, (), ()),
        lambda: Bend(0, (0, 1), (0,)),
        lambda: Bend(0, (1, 0), (0, 0)),
        lambda: Bend(0, (0, 1), (0, 7)),
        lambda: Bend(0, tuple(range(MAX_KNOTS + 1)), (0,) * (MAX_KNOTS + 1)),
        lambda: Surface((Bend(0, (0,), (0,)),) * (MAX_BENDS + 1)),
        lambda: Surface((Bend(0, (0,), (0,)),), Cone(20, 20)),
        lambda: View(100, radius_mm=20, surface=cylinder(20)),
    ],
)
def test_impossible_form_is_refused(make) -> None:
    with pytest.raises(ValueError, match=r"must|needs|may|can't|give"):
        make()


def test_most_bends_are_accepted() -> None:
    assert len(Surface((Bend(0, (0,), (0,)),) * MAX_BENDS).bends) == MAX_BENDS


def test_sheet_that_reaches_the_lens_is_refused() -> None:
    view = View(20, surface=cylinder(-10))
    with pytest.raises(ValueError, match=r"comes within 5 mm"):
        meet_surface(view, cylinder(-10), CAMERA, CAMERA.rays(), (31.0, 10.0))
