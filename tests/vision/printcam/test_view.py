from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.printcam import Camera, Photo, View
from vision.printcam.camera import blur_disc_px
from vision.printcam.view import meet_cylinder, meet_plane

PINHOLE = Camera(width_px=1280, height_px=960, focal_px=1000)
CENTRE = np.array([639.5, 479.5])


def truth(view: View, camera: Camera = PINHOLE, size: tuple[float, float] = (40.0, 30.0)) -> Photo:
    """The mapping of a photo without its pixels."""
    return Photo(np.zeros((1, 1, 3), np.uint8), None, camera, view, size)


def at(photo: Photo, x_mm: float, y_mm: float) -> np.ndarray:
    return photo.points_px_from_mm(np.array([[x_mm, y_mm]]))[0] - CENTRE


def test_frontal_size_is_focal_times_size_over_distance() -> None:
    corners = truth(View(100)).corners_px - CENTRE
    np.testing.assert_allclose(
        corners, [[-200, -150], [200, -150], [200, 150], [-200, 150]], atol=1e-9
    )


def test_offset_moves_the_centre_right_and_down() -> None:
    np.testing.assert_allclose(
        at(truth(View(200, offset_mm=(10, -4))), 20, 15), [50, -20], atol=1e-9
    )


def test_tilt_foreshortens_as_perspective_says() -> None:
    # Hand: y = -+15 cos 30 = -+12.990381; the top lies at z = 100 + 15 sin 30 = 107.5, bottom 92.5.
    photo = truth(View(100, tilt_deg=30))
    np.testing.assert_allclose(at(photo, 20, 0), [0, -120.840754], atol=1e-5)
    np.testing.assert_allclose(at(photo, 20, 30), [0, 140.436552], atol=1e-5)
    # The half width of the top edge shrinks to 20 / 107.5.
    np.testing.assert_allclose(at(photo, 40, 0)[0], 186.046512, atol=1e-5)


def test_turn_takes_the_right_edge_away() -> None:
    # Hand: x = 20 cos 30 = 17.320508, z = 100 + 20 sin 30 = 110 on the right, 90 on the left.
    photo = truth(View(100, turn_deg=30))
    np.testing.assert_allclose(at(photo, 40, 15), [157.459164, 0], atol=1e-5)
    np.testing.assert_allclose(at(photo, 0, 15), [-192.450090, 0], atol=1e-5)


def test_roll_of_90_degrees_takes_the_top_left_to_the_top_right() -> None:
    np.testing.assert_allclose(at(truth(View(100, roll_deg=90)), 0, 0), [150, -200], atol=1e-9)


def test_arc_length_becomes_angle_on_a_cylinder() -> None:
    # Hand: s = 10, R = 20: X = 20 sin 0.5 = 9.588511, Z = 20 (1 - cos 0.5) = 2.448349.
    photo = truth(View(100, radius_mm=20))
    np.testing.assert_allclose(at(photo, 30, 15), [93.593608, 0], atol=1e-5)
    # Along the axis nothing bends: the middle line keeps its frontal height.
    np.testing.assert_allclose(at(photo, 20, 0), [0, -150], atol=1e-9)


def test_axis_of_90_degrees_bends_the_other_way() -> None:
    photo = truth(View(100, radius_mm=20, axis_deg=90))
    np.testing.assert_allclose(at(photo, 20, 25), [0, 93.593608], atol=1e-5)
    np.testing.assert_allclose(at(photo, 0, 15), [-200, 0], atol=1e-9)


def test_great_radius_is_flat() -> None:
    flat = truth(View(100, tilt_deg=20, turn_deg=10)).corners_px
    bent = truth(View(100, tilt_deg=20, turn_deg=10, radius_mm=5000)).corners_px
    # The sagitta of a half width of 20 mm is 20^2 / (2 * 5000) = 0.04 mm.
    assert np.abs(flat - bent).max() < 0.2


def test_horizon_of_a_cylinder_lies_where_the_tangent_touches() -> None:
    # Hand: cos(angle) = R / (R + d) = 20 / 120, so s = 20 * 1.403348 = 28.06696 mm.
    photo = truth(View(100, radius_mm=20), size=(80.0, 30.0))
    before, behind = 40 + 28.0, 40 + 28.2
    assert photo.visible(np.array([[before, 15.0]]))[0]
    assert not photo.visible(np.array([[behind, 15.0]]))[0]


def test_point_outside_the_picture_is_not_visible() -> None:
    photo = truth(View(100), size=(300.0, 30.0))
    assert photo.visible(np.array([[150.0, 15.0], [299.0, 15.0]])).tolist() == [True, False]


@pytest.mark.parametrize(("k1", "k2"), [(0.0, 0.0), (-0.06, 0.01), (0.08, 0.0)])
def test_mapping_agrees_with_opencv_projection(k1: float, k2: float) -> None:
    camera = Camera(focal_px=900, k1=k1, k2=k2)
    view = View(120, tilt_deg=25, turn_deg=-15, roll_deg=40, offset_mm=(6, -9))
    points = np.array([[0.0, 0], [40, 0], [40, 30], [0, 30], [13, 22]])
    intrinsics = np.array([[900.0, 0, 639.5], [0, 900, 479.5], [0, 0, 1]])
    world = np.column_stack([points - [20, 15], np.zeros(5)])
    expected, _ = cv2.projectPoints(
        world,
        cv2.Rodrigues(view.camera_from_object)[0],
        np.array([6.0, -9.0, 120.0]),
        intrinsics,
        np.array([k1, k2, 0, 0]),
    )
    np.testing.assert_allclose(
        truth(view, camera).points_px_from_mm(points), expected.reshape(-1, 2), atol=1e-6
    )


def test_homography_is_the_mapping_of_a_flat_label() -> None:
    photo = truth(View(90, tilt_deg=35, turn_deg=12, roll_deg=-70, offset_mm=(4, 2)))
    matrix = photo.homography_px_from_mm
    assert matrix is not None
    points = np.array([[0.0, 0], [40, 0], [7, 21]])
    mapped = np.column_stack([points, np.ones(3)]) @ matrix.T
    np.testing.assert_allclose(
        mapped[:, :2] / mapped[:, 2:], photo.points_px_from_mm(points), atol=1e-9
    )


def test_cylinder_has_no_homography() -> None:
    assert truth(View(90, radius_mm=30)).homography_px_from_mm is None


@settings(max_examples=25, deadline=None)
@given(
    tilt=st.floats(-40, 40),
    turn=st.floats(-40, 40),
    roll=st.floats(-180, 180),
    radius=st.one_of(st.none(), st.floats(15, 200)),
    axis=st.floats(-90, 90),
    k1=st.floats(-0.08, 0.1),
)
def test_rays_undo_the_mapping(
    tilt: float, turn: float, roll: float, radius: float | None, axis: float, k1: float
) -> None:
    camera = Camera(width_px=160, height_px=120, focal_px=125, k1=k1)
    view = View(120, tilt, turn, roll, (3, -2), radius, axis)
    hits = meet_plane(view, camera.rays()) if radius is None else meet_cylinder(view, camera.rays())
    rows, columns = np.nonzero(hits.seen & (np.abs(hits.u) < 60) & (np.abs(hits.v) < 60))
    assert len(rows) > 0
    surface = np.column_stack([hits.u[rows, columns], hits.v[rows, columns]]).astype(float)
    photo = truth(view, camera)
    back = photo.points_px_from_mm(surface + np.array(photo.label_size_mm) / 2)
    # Single precision on a ray that grazes the cylinder costs a few thousandths of a pixel.
    assert np.abs(back - np.column_stack([columns, rows])).max() < 0.01


def test_nearer_side_of_the_cylinder_is_hit() -> None:
    view = View(100, radius_mm=20)
    camera = Camera(width_px=65, height_px=49, focal_px=200)
    hits = meet_cylinder(view, camera.rays())
    assert hits.angle is not None
    assert abs(float(hits.u[24, 32])) < 1e-3
    assert float(np.abs(hits.angle[hits.seen]).max()) <= math.acos(20 / 120) + 1e-3


def test_point_behind_the_lens_has_no_place() -> None:
    # The bottom of a label of 400 mm tilted by 60 degrees stands 200 sin 60 = 173 mm nearer.
    photo = truth(View(100, tilt_deg=60), size=(40.0, 400.0))
    bottom = np.array([[20.0, 400.0]])
    assert np.isnan(photo.points_px_from_mm(bottom)).all()
    assert not photo.visible(bottom)[0]


def test_point_beyond_the_fold_of_the_distortion_is_not_seen() -> None:
    # With k1 = -0.2 the polynomial turns back at tan = sqrt(1 / 0.6) = 1.29.
    photo = truth(View(100), Camera(k1=-0.2), size=(600.0, 40.0))
    points = np.array([[300.0 + 40, 20.0], [300.0 + 140, 20.0], [300.0 + 224, 20.0]])
    assert photo.visible(points).tolist() == [True, False, False]
    assert np.isnan(photo.points_px_from_mm(points)[2]).all()


def test_blur_disc_follows_the_thin_lens() -> None:
    # Hand: aperture 4 / 2 = 2 mm, magnification 4 / (104 - 4) = 0.04, |52 - 104| / 52 = 1.
    assert blur_disc_px(4, 2, 104, 52, 2) == pytest.approx(40)
    assert blur_disc_px(4, 2, 104, 104, 2) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"distance_mm": 0},
        {"distance_mm": float("nan")},
        {"distance_mm": 100, "tilt_deg": 85},
        {"distance_mm": 100, "radius_mm": 0},
    ],
)
def test_impossible_view_is_refused(fields: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must lie"):
        View(**fields)


def test_distortion_that_folds_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match=r"fold"):
        Camera(k1=-0.9)
