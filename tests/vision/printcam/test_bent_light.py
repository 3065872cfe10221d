from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from vision.printcam import (
    Camera,
    Label,
    Light,
    PrintedLabel,
    Scene,
    View,
    crease,
    cylinder,
    film,
    hand_held_views,
    photograph,
    presets,
    print_label,
    wave,
)
from vision.printcam.mesh import meet_surface
from vision.printcam.scene import Material
from vision.printcam.shading import lamp_in_object, specular
from vision.printcam.view import Hits, meet_cylinder, meet_plane

SMALL = Camera(width_px=320, height_px=240, focal_px=400)


def mean_bgr(picture: np.ndarray, x: int, y: int) -> float:
    return float(picture[y - 4 : y + 5, x - 4 : x + 5].mean())


def linear(level: float) -> float:
    """sRGB to linear light (IEC 61966-2-1)."""
    return ((level / 255 + 0.055) / 1.055) ** 2.4


def test_sides_of_a_fold_are_as_bright_as_lambert_says(
    white_item: PrintedLabel, ideal_camera: Camera, even_scene: Scene, rng: np.random.Generator
) -> None:
    # A ridge of 60 degrees: normals lean by 30 to either side. A lamp 30 degrees to the left
    # meets the left side head-on, cos 0 = 1, and the right one at cos 60 = 0.5. Half ambient.
    lamp = (-math.sin(math.radians(30)), 0.0, -math.cos(math.radians(30)))
    scene = replace(even_scene, light=Light(lamp, ambient=0.5, gradient=0))
    view = View(150, surface=crease([(0, 60)], radius_mm=0.3))
    photo = photograph(white_item, replace(ideal_camera, exposure=0.5), view, scene, rng)
    left, right = (
        linear(mean_bgr(photo.bgr, *np.round(at).astype(int)))
        for at in photo.points_px_from_mm(np.array([[10.0, 15], [30, 15]]))
    )
    assert right / left == pytest.approx((0.5 + 0.5 * 0.5) / (0.5 + 0.5 * 1.0), rel=0.02)


@pytest.mark.parametrize("lamp_mm", [None, 120.0])
@pytest.mark.parametrize("form", ["mesh", "rays", "plane"])
def test_mirror_lobe_peaks_where_the_surface_mirrors_the_lamp(
    lamp_mm: float | None, form: str
) -> None:
    towards = (-math.sin(math.radians(40)), 0.1, -math.cos(math.radians(40)))
    light = Light(towards, specular=2.0, specular_deg=6, lamp_mm=lamp_mm)
    surface = cylinder(15)
    rays = SMALL.rays()
    if form == "mesh":
        view = View(100, surface=surface)
        hits = meet_surface(view, surface, SMALL, rays, (22.0, 20.0))
    elif form == "rays":
        view = View(100, radius_mm=15)
        hits = meet_cylinder(view, rays)
    else:
        view = View(60, turn_deg=-14)
        hits = meet_plane(view, rays)
    lobe = specular(light, view, rays, hits, np.float32(0.5))
    assert lobe is not None
    row, column = np.unravel_index(int(np.argmax(np.where(hits.seen, lobe, 0))), lobe.shape)
    # Away from the outline the peak is full: strength times gloss.
    assert float(lobe.max()) == pytest.approx(1.0, rel=0.02)
    # There the ray that comes from the lens and is mirrored goes to the lamp.
    ray = np.array([rays.x[row, column], rays.y[row, column], 1.0])
    place = ray * hits.depth[row, column]
    normal = view.camera_from_object @ outward(view, hits, int(row), int(column))
    mirrored = ray - 2 * (ray @ normal) * normal
    lamp = np.array(towards) / np.linalg.norm(towards)
    goes_to = lamp if lamp_mm is None else view.centre_mm + lamp * lamp_mm - place
    cosine = mirrored @ goes_to / np.linalg.norm(mirrored) / np.linalg.norm(goes_to)
    assert math.degrees(math.acos(min(1.0, cosine))) < 2


def outward(view: View, hits: Hits, row: int, column: int) -> np.ndarray:
    """Normal by the closed forms of a plane and of a cylinder of radius 15 about y."""
    angle = float(hits.u[row, column]) / 15 if not view.is_flat else 0.0
    return np.array([math.sin(angle), 0.0, -math.cos(angle)])


def test_light_without_a_lobe_adds_nothing() -> None:
    view = View(100)
    rays = SMALL.rays()
    assert specular(Light(), view, rays, meet_plane(view, rays), np.float32(1)) is None


@pytest.mark.parametrize(
    "fields", [{"specular": -1}, {"specular_deg": 0}, {"lamp_mm": 0}, {"specular": float("nan")}]
)
def test_impossible_lobe_is_refused(fields: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must"):
        Light(**fields)


def test_lamp_is_turned_into_the_object_frame() -> None:
    # Rolled by 90 degrees clockwise, what is right of the camera lies along the label's -y.
    lamp = lamp_in_object(Light((1.0, 0.0, 0.0)), View(100, roll_deg=90))
    np.testing.assert_allclose(lamp, [0, -1, 0], atol=1e-9)


def test_flat_surface_gives_the_photo_of_a_flat_label(white_item: PrintedLabel) -> None:
    scene = replace(presets.PLAIN_PACK, light=Light(gradient=0.1))
    photos = [
        photograph(white_item, SMALL, view, scene, np.random.default_rng(3)).bgr
        for view in (View(100, tilt_deg=20), View(100, tilt_deg=20, surface=wave(20, 0)))
    ]
    # The wave of no height lies on a sheet that ends, on another backdrop: compare the label.
    inside = (slice(90, 150), slice(110, 210))
    assert np.abs(photos[0][inside].astype(int) - photos[1][inside]).mean() < 1


def test_back_of_the_sheet_and_what_lies_behind_it_are_no_label(
    ideal_camera: Camera, rng: np.random.Generator
) -> None:
    # The sheet curls towards the camera until its rims show their back: there the dark pack is
    # seen, as it is round the label, and the bright table beside the sheet.
    dark, bright = (Material((tone,) * 3, 0, blotch_std=0) for tone in (0.05, 0.6))
    scene = Scene(dark, bright, Light(ambient=1, gradient=0), label_corner_mm=0)
    item = PrintedLabel(np.ones((100, 400, 3), np.float32), 254.0, (40.0, 10.0), 0.0)
    photo = photograph(item, ideal_camera, View(100, surface=cylinder(-11)), scene, rng)
    centre, per_mm = (320, 240), 1000 / 85
    inside = linear(mean_bgr(photo.bgr, *centre))
    back = linear(mean_bgr(photo.bgr, round(centre[0] + 9.5 * per_mm), centre[1]))
    beside = linear(mean_bgr(photo.bgr, 620, 20))
    assert back < 0.15 * inside
    assert 0.4 < beside / inside < 0.8


def test_clip_keeps_the_form_and_blurs_along_the_motion(white_item: PrintedLabel) -> None:
    form = wave(15, 25)
    start = View(110, offset_mm=(-6, 0), surface=form)
    end = replace(start, offset_mm=(6, 0))
    rng = np.random.default_rng(8)
    views = hand_held_views(start, end, 5, rng, tremor_mm=0.2)
    assert all(view.surface == form for view in views)
    frames = list(film(white_item, SMALL, views, presets.PLAIN_PACK, rng, shutter=0.5))
    assert len(frames) == 5
    middle = frames[2].camera
    way = frames[3].points_px_from_mm(np.array([[20.0, 15]])) - frames[2].points_px_from_mm(
        np.array([[20.0, 15]])
    )
    assert middle.motion_px == pytest.approx(float(np.linalg.norm(way)) / 2, rel=1e-6)
    assert not np.array_equal(frames[0].bgr, frames[4].bgr)


def test_clip_between_two_forms_is_refused() -> None:
    with pytest.raises(ValueError, match=r"same cylinder or surface"):
        hand_held_views(View(100, surface=wave(15, 25)), View(100), 3, np.random.default_rng(1))


# Block means (grey levels) of photos taken before surfaces came in.
BEFORE = {
    "KRAFT_BOX": [
        [96.1, 118.22, 120.99, 90.43],
        [119.03, 141.97, 140.95, 107.16],
        [115.12, 122.13, 115.27, 86.55],
    ],
    "BOTTLE": [
        [93.38, 93.32, 53.46, 90.78],
        [94.25, 149.4, 104.75, 91.21],
        [89.88, 98.33, 55.16, 86.28],
    ],
    "GLARE_PACK": [
        [173.06, 183.78, 181.19, 167.8],
        [177.43, 210.77, 219.44, 171.86],
        [171.32, 181.8, 180.9, 165.62],
    ],
}
VIEWS = {
    "KRAFT_BOX": View(90, tilt_deg=18, turn_deg=-9, roll_deg=-12),
    "BOTTLE": View(75, tilt_deg=8, radius_mm=30),
    "GLARE_PACK": View(80),
}


@pytest.mark.parametrize("scene", BEFORE)
def test_flat_and_cylinder_photos_are_as_they_were(
    scene: str, qr_label: Callable[..., Label]
) -> None:
    rng = np.random.default_rng(5)
    item = print_label(qr_label("x" * 40, 0.6), presets.THERMAL, presets.COATED_PAPER, rng)
    photo = photograph(item, presets.WEBCAM, VIEWS[scene], getattr(presets, scene), rng)
    grey = np.asarray(cv2.cvtColor(photo.bgr, cv2.COLOR_BGR2GRAY), np.float64)
    np.testing.assert_allclose(
        grey.reshape(3, 160, 4, 160).mean(axis=(1, 3)), BEFORE[scene], atol=0.3
    )


@pytest.mark.bench
def test_mesh_of_an_800_px_photo_costs_less_than_150_ms() -> None:
    camera = Camera(width_px=800, height_px=600, focal_px=900)
    form = cylinder(20, 30)
    view = View(100, tilt_deg=15, surface=form)
    rays = camera.rays()
    costs = []
    for _ in range(5):
        start = time.process_time()
        meet_surface(view, form, camera, rays, (26.0, 24.0))
        costs.append(time.process_time() - start)
    assert min(costs) < 0.15, costs
