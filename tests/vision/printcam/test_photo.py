from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vision.printcam import (
    Camera,
    Label,
    Paper,
    PrintedLabel,
    Printer,
    Scene,
    View,
    photograph,
    presets,
    print_label,
)

DISC_RADIUS_MM = 0.6
PLACES_MM = np.array([[x, y] for y in (5.0, 15.0, 25.0) for x in (5.0, 12.5, 20.0, 27.5, 35.0)])


@pytest.fixture
def disc_item(ideal_printer: Printer, ideal_paper: Paper, rng: np.random.Generator) -> PrintedLabel:
    """A 40 mm x 30 mm label with small black discs at PLACES_MM."""
    dpi = 1200.0
    x = (np.arange(round(40 / 25.4 * dpi)) + 0.5) * 25.4 / dpi
    y = (np.arange(round(30 / 25.4 * dpi)) + 0.5) * 25.4 / dpi
    raster = np.ones((len(y), len(x)), np.float32)
    for place in PLACES_MM:
        far = (x[None, :] - place[0]) ** 2 + (y[:, None] - place[1]) ** 2
        raster[far <= DISC_RADIUS_MM**2] = 0
    return print_label(Label(raster, dpi), replace(ideal_printer, dpi=1200), ideal_paper, rng)


def centroid_px(picture: np.ndarray, near_px: np.ndarray, reach: int) -> np.ndarray:
    column, row = np.rint(near_px).astype(int)
    window = picture[row - reach : row + reach + 1, column - reach : column + reach + 1].astype(
        float
    )
    dark = np.clip(np.percentile(window, 80) * 0.97 - window, 0, None)
    rows, columns = np.mgrid[row - reach : row + reach + 1, column - reach : column + reach + 1]
    return np.array([(dark * columns).sum(), (dark * rows).sum()]) / dark.sum()


@pytest.mark.parametrize(
    "view",
    [
        View(80),
        View(85, tilt_deg=35),
        View(90, tilt_deg=-20, turn_deg=25, roll_deg=33, offset_mm=(3, -2)),
        View(85, radius_mm=25),
        View(85, tilt_deg=15, turn_deg=-12, roll_deg=10, radius_mm=30, axis_deg=20),
    ],
)
@pytest.mark.parametrize("k1", [0.0, -0.06])
@pytest.mark.parametrize("mosaic", [False, True])
def test_landmarks_lie_where_the_mapping_says(
    view: View,
    k1: float,
    mosaic: bool,
    disc_item: PrintedLabel,
    ideal_camera: Camera,
    even_scene: Scene,
    rng: np.random.Generator,
) -> None:
    camera = replace(
        ideal_camera, width_px=800, height_px=640, k1=k1, mosaic=mosaic, jpeg_quality=95
    )
    photo = photograph(disc_item, camera, view, even_scene, rng)
    grey = photo.bgr[..., 1]
    expected = photo.points_px_from_mm(PLACES_MM)
    seen = photo.visible(PLACES_MM)
    assert seen.sum() >= 9
    found = np.array([centroid_px(grey, place, 12) for place in expected[seen]])
    assert np.abs(found - expected[seen]).max() < 0.1


def test_white_takes_the_value_of_the_srgb_curve(
    white_item: PrintedLabel, ideal_camera: Camera, even_scene: Scene, rng: np.random.Generator
) -> None:
    photo = photograph(white_item, replace(ideal_camera, exposure=0.5), View(100), even_scene, rng)
    # IEC 61966-2-1: 1.055 * 0.5 ** (1 / 2.4) - 0.055 = 0.735357; times 255 = 187.5.
    centre = photo.bgr[200:280, 280:360]
    assert 187 <= centre.min() <= centre.max() <= 188


@pytest.mark.parametrize("mosaic", [False, True])
def test_green_noise_is_shot_and_read_noise(
    mosaic: bool, white_item: PrintedLabel, even_scene: Scene, rng: np.random.Generator
) -> None:
    camera = Camera(
        width_px=640,
        height_px=480,
        lens_sigma_px=0,
        exposure=0.25,
        white_electrons=400,
        read_noise_electrons=5,
        sensitivity_bgr=(1, 1, 1),
        mosaic=mosaic,
        jpeg_quality=None,
    )
    patch = photograph(white_item, camera, View(50), even_scene, rng).bgr[100:380, 100:540, 1]
    value = patch / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    # 0.25 of 400 electrons: sqrt(100 + 25) = 11.18 electrons, 0.02795 of full scale.
    assert linear.mean() == pytest.approx(0.25, abs=0.003)
    if mosaic:  # half the pixels hold a sample of their own, the others a mean of neighbours
        own = np.concatenate([linear[0::2, 1::2].ravel(), linear[1::2, 0::2].ravel()])
        assert own.std() == pytest.approx(0.02795, rel=0.04)
        assert linear.std() < own.std()
    else:
        assert linear.std() == pytest.approx(0.02795, rel=0.04)


def test_colours_survive_the_mosaic(
    ideal_camera: Camera, even_scene: Scene, rng: np.random.Generator
) -> None:
    red = np.ones((60, 60, 3), np.float32) * np.array([0.05, 0.1, 0.9], np.float32)
    item = PrintedLabel(red, 50.8, (30.0, 30.0), 0.0)
    camera = replace(ideal_camera, mosaic=True, exposure=1.0)
    mean = photograph(item, camera, View(100), even_scene, rng).bgr[220:260, 300:340].mean((0, 1))
    # The sRGB curve of 0.05, 0.1, 0.9 gives 63.3, 89.0, 243.4.
    np.testing.assert_allclose(mean, [63.3, 89.0, 243.4], atol=1.5)


def test_gradient_is_monotone_and_of_the_stated_size(
    white_item: PrintedLabel, ideal_camera: Camera, even_scene: Scene, rng: np.random.Generator
) -> None:
    light = replace(even_scene.light, gradient=0.6, gradient_deg=0)
    camera = replace(ideal_camera, exposure=0.5)
    photo = photograph(white_item, camera, View(20), replace(even_scene, light=light), rng)
    row = photo.bgr[200:280, :, 1].mean(axis=0)
    assert np.all(np.diff(row) >= 0)
    # 0.5 * (1 -+ 0.3) = 0.35 and 0.65 linear: 159.6 and 210.6 after the sRGB curve.
    assert row[0] == pytest.approx(159.6, abs=1)
    assert row[-1] == pytest.approx(210.6, abs=1)


def test_gradient_direction_is_clockwise_from_right(
    white_item: PrintedLabel, ideal_camera: Camera, even_scene: Scene, rng: np.random.Generator
) -> None:
    light = replace(even_scene.light, gradient=0.6, gradient_deg=90)
    photo = photograph(white_item, ideal_camera, View(20), replace(even_scene, light=light), rng)
    assert photo.bgr[-20:].mean() > photo.bgr[:20].mean() + 20


def test_vignetting_is_the_fourth_power_of_the_cosine(
    white_item: PrintedLabel, ideal_camera: Camera, even_scene: Scene, rng: np.random.Generator
) -> None:
    camera = replace(ideal_camera, focal_px=400, vignetting=1, exposure=1)
    picture = photograph(white_item, camera, View(14), even_scene, rng).bgr
    # The pixel 320 px off the axis of f = 400 px: cos^4 = 1 / (1 + 0.64)^2 = 0.3718: 164.1.
    assert picture[239, 639, 1] == pytest.approx(164.1, abs=1.5)


def test_shadow_takes_the_stated_share(
    white_item: PrintedLabel, ideal_camera: Camera, even_scene: Scene, rng: np.random.Generator
) -> None:
    light = replace(
        even_scene.light, shadow_mm=(20, 15), shadow_deg=0, shadow_softness_mm=1, shadow_depth=0.5
    )
    camera = replace(ideal_camera, exposure=1)
    photo = photograph(white_item, camera, View(100), replace(even_scene, light=light), rng)
    row = photo.bgr[235:245, 140:500, 1].mean(axis=0)
    assert row[0] == 255
    assert row[-1] == pytest.approx(187.5, abs=1)


def test_glare_bleaches_gloss_and_spares_matt(
    ideal_camera: Camera, even_scene: Scene, rng: np.random.Generator
) -> None:
    light = replace(even_scene.light, glare_mm=(15.0, 15.0), glare_strength=3)
    scene = replace(even_scene, light=light)
    black = np.full((60, 60, 3), 0.02, np.float32)
    centre = {}
    for gloss in (0.0, 1.0):
        item = PrintedLabel(black, 50.8, (30.0, 30.0), gloss)
        centre[gloss] = photograph(item, ideal_camera, View(100), scene, rng).bgr[240, 320, 1]
    assert centre[1.0] == 255
    assert centre[0.0] < 60


def test_cylinder_darkens_towards_its_edge(
    white_item: PrintedLabel, ideal_camera: Camera, even_scene: Scene, rng: np.random.Generator
) -> None:
    light = replace(even_scene.light, towards_lamp=(0, 0, -1), ambient=0.2)
    scene = replace(even_scene, light=light)
    picture = photograph(white_item, ideal_camera, View(100, radius_mm=16), scene, rng).bgr
    right = picture[238:242, 320:470, 1].mean(axis=0)
    assert right[0] > right[60] > right[100] > right[130]


@pytest.mark.parametrize("preset", ["OFFICE_LASER", "THERMAL", "OFFSET", "INKJET"], ids=str.lower)
def test_same_seed_gives_the_same_bytes(preset: str, qr_label: object) -> None:
    label = qr_label("1", 0.5)  # type: ignore[operator]
    files = []
    for seed in (3, 3, 4):
        rng = np.random.default_rng(seed)
        item = print_label(label, getattr(presets, preset), presets.MATT_PAPER, rng)
        photo = photograph(item, presets.WEBCAM, View(60, tilt_deg=10), presets.KRAFT_BOX, rng)
        files.append(photo.jpeg)
    assert files[0] == files[1]
    assert files[0] != files[2]


@pytest.mark.parametrize("radius_mm", [None, 100.0])
def test_lens_behind_the_label_is_refused(
    radius_mm: float | None,
    white_item: PrintedLabel,
    ideal_camera: Camera,
    even_scene: Scene,
    rng: np.random.Generator,
) -> None:
    # Hand: the lens stands at z = -20 cos 80 + x sin 80 = -3.47 + 0.985 x in the object frame.
    before = View(20, turn_deg=80, offset_mm=(0, 0), radius_mm=radius_mm)
    assert before.lens_in_object_mm[2] == pytest.approx(-3.473, abs=1e-3)
    photograph(white_item, ideal_camera, before, even_scene, rng)
    behind = View(20, turn_deg=80, offset_mm=(20, 0), radius_mm=radius_mm)
    assert behind.lens_in_object_mm[2] == pytest.approx(16.223, abs=1e-3)
    with pytest.raises(ValueError, match=r"before the label's plane"):
        photograph(white_item, ideal_camera, behind, even_scene, rng)


def test_label_out_of_sight_leaves_the_pack(
    white_item: PrintedLabel, ideal_camera: Camera, even_scene: Scene, rng: np.random.Generator
) -> None:
    photo = photograph(white_item, ideal_camera, View(100, offset_mm=(500, 0)), even_scene, rng)
    # 0.8 * 0.8 = 0.64 linear: 209.1 after the sRGB curve.
    assert abs(float(photo.bgr.mean()) - 209.1) < 1
    assert not photo.visible(PLACES_MM).any()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    view=st.builds(
        View,
        distance_mm=st.floats(20, 400),
        tilt_deg=st.floats(-80, 80),
        turn_deg=st.floats(-80, 80),
        roll_deg=st.floats(-360, 360),
        offset_mm=st.tuples(st.floats(-100, 100), st.floats(-100, 100)),
        radius_mm=st.one_of(st.none(), st.floats(2, 300)),
        axis_deg=st.floats(-180, 180),
    ),
    scene=st.sampled_from([presets.KRAFT_BOX, presets.GLARE_PACK, presets.BOTTLE]),
    k1=st.floats(-0.1, 0.3),
)
def test_any_view_is_photographed_or_refused(
    view: View, scene: Scene, k1: float, white_item: PrintedLabel
) -> None:
    camera = Camera(width_px=64, height_px=48, focal_px=50, k1=k1)
    rng = np.random.default_rng(1)
    if view.lens_in_object_mm[2] > -1:
        with pytest.raises(ValueError, match=r"before the label's plane"):
            photograph(white_item, camera, view, scene, rng)
        return
    photo = photograph(white_item, camera, view, scene, rng)
    assert photo.bgr.shape == (48, 64, 3)
    assert photo.jpeg is not None
    assert photo.jpeg.startswith(b"\xff\xd8")
