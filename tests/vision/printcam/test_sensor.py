from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from vision.printcam import Camera
from vision.printcam.field import periodic_field, smooth_field
from vision.printcam.sensor import blur, develop, disc_kernel, trail_kernel

# ITU-T T.81, table K.1: the luminance quantisation that quality 50 stands for.
T81_LUMINANCE = """
16 11 10 16 24 40 51 61
12 12 14 19 26 58 60 55
14 13 16 24 40 57 69 56
14 17 22 29 51 87 80 62
18 22 37 56 68 109 103 77
24 35 55 64 81 104 113 92
49 64 78 87 103 121 120 101
72 92 95 98 112 100 103 99
"""


def spread_px(kernel: np.ndarray) -> tuple[float, float]:
    """Standard deviations along x and y."""
    reach = kernel.shape[0] // 2
    steps = np.arange(-reach, reach + 1)
    return (
        float(np.sqrt((kernel.sum(axis=0) * steps**2).sum())),
        float(np.sqrt((kernel.sum(axis=1) * steps**2).sum())),
    )


@pytest.mark.parametrize("quality", [30, 50, 75, 90])
def test_jpeg_quality_is_written_into_the_file(quality: int, rng: np.random.Generator) -> None:
    _, encoded = develop(np.full((64, 64, 3), 0.4, np.float32), Camera(jpeg_quality=quality), rng)
    assert encoded is not None
    with Image.open(io.BytesIO(encoded)) as picture:
        table = sorted(picture.quantization[0])  # type: ignore[attr-defined]
    # The Independent JPEG Group's scaling of the standard's table.
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    base = np.array(T81_LUMINANCE.split(), int)
    expected = np.clip((base * scale + 50) // 100, 1, 255).astype(int)
    assert table == sorted(expected.tolist())


def test_picture_is_what_a_reader_of_the_file_sees(rng: np.random.Generator) -> None:
    light = rng.random((64, 96, 3), dtype=np.float32)
    picture, encoded = develop(light, Camera(jpeg_quality=60), rng)
    assert encoded is not None
    with Image.open(io.BytesIO(encoded)) as decoded:
        other = np.asarray(decoded.convert("RGB"))[..., ::-1]
    assert np.abs(picture.astype(int) - other).max() <= 3


def test_no_compression_gives_no_file(rng: np.random.Generator) -> None:
    light = np.full((32, 32, 3), 0.4, np.float32)
    assert develop(light, Camera(jpeg_quality=None), rng)[1] is None


@pytest.mark.parametrize("diameter", [3.0, 8.5, 24.0])
def test_disc_has_the_spread_of_an_even_disc(diameter: float) -> None:
    # An even disc of diameter d has the standard deviation d / 4 along every axis.
    kernel = disc_kernel(diameter)
    assert kernel.sum() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(spread_px(kernel), diameter / 4, rtol=0.05)


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0])
def test_trail_has_the_spread_and_direction_of_an_even_line(angle: float) -> None:
    # An even line of length L has the standard deviation L / sqrt(12) along itself.
    x, y = spread_px(trail_kernel(20, angle))
    expected = 20 / np.sqrt(12)
    assert x == pytest.approx(abs(expected * np.cos(np.radians(angle))), abs=0.3)
    assert y == pytest.approx(abs(expected * np.sin(np.radians(angle))), abs=0.3)


def test_trail_at_thirty_degrees_runs_down_to_the_right() -> None:
    kernel = trail_kernel(20, 30)
    steps = np.arange(kernel.shape[0]) - kernel.shape[0] // 2
    assert (kernel * steps[:, None] * steps[None, :]).sum() > 5


@pytest.mark.parametrize(
    "camera",
    [
        Camera(lens_sigma_px=2),
        Camera(defocus_px=9),
        Camera(motion_px=12, motion_deg=40),
        Camera(lens_sigma_px=0.7, defocus_px=5, motion_px=6),
    ],
)
def test_blur_keeps_light_and_place(camera: Camera) -> None:
    light = np.zeros((81, 81, 3), np.float32)
    light[40, 40] = 1
    spot = blur(light, camera)[..., 1]
    assert spot.sum() == pytest.approx(1, abs=1e-3)
    rows, columns = np.mgrid[:81, :81]
    assert (spot * rows).sum() == pytest.approx(40, abs=0.01)
    assert (spot * columns).sum() == pytest.approx(40, abs=0.01)


def test_no_blur_leaves_light_alone(rng: np.random.Generator) -> None:
    light = rng.random((20, 20, 3), dtype=np.float32)
    np.testing.assert_array_equal(blur(light, Camera(lens_sigma_px=0)), light)


def test_noise_in_the_dark_is_not_clipped_to_one_side(rng: np.random.Generator) -> None:
    # Raw noise is symmetric about zero light; only the finished tones are cut at black.
    camera = Camera(mosaic=False, jpeg_quality=None, white_electrons=100, read_noise_electrons=3)
    dark, _ = develop(np.zeros((200, 200, 3), np.float32), camera, rng)
    assert (dark[..., 1] == 0).mean() == pytest.approx(0.5, abs=0.05)


def test_sharpening_overshoots_at_an_edge(rng: np.random.Generator) -> None:
    light = np.full((40, 40, 3), 0.1, np.float32)
    light[:, 20:] = 0.4
    still = Camera(mosaic=False, jpeg_quality=None, white_electrons=1e9, read_noise_electrons=0)
    plain, _ = develop(light, still, rng)
    sharp, _ = develop(light, replace(still, sharpening=1.0), rng)
    assert sharp[20, 20, 1] > plain[20, 20, 1] + 5
    assert sharp[20, 19, 1] < plain[20, 19, 1] - 5
    assert abs(int(sharp[20, 5, 1]) - int(plain[20, 5, 1])) <= 1


def test_colour_denoising_calms_colour_and_keeps_luma(rng: np.random.Generator) -> None:
    noisy = Camera(white_electrons=200, jpeg_quality=None)
    light = np.full((120, 120, 3), 0.3, np.float32)
    before, _ = develop(light, noisy, np.random.default_rng(1))
    after, _ = develop(light, replace(noisy, chroma_denoise_px=2), np.random.default_rng(1))

    def colour(picture: np.ndarray) -> float:
        return float((picture[..., 2].astype(float) - picture[..., 1]).std())

    assert colour(after) < 0.6 * colour(before)


@pytest.mark.parametrize("sigma_px", [0.0, 0.8, 2.0, 7.0, 20.0])
def test_field_has_unit_deviation(sigma_px: float, rng: np.random.Generator) -> None:
    field = smooth_field(rng, (900, 1100), sigma_px)
    assert field.shape == (900, 1100)
    assert field.std() == pytest.approx(1, abs=0.06)
    assert abs(float(field.mean())) < 0.15
    # As lively at the border as in the middle.
    assert field[:8].std() == pytest.approx(1, abs=0.25)


def test_tile_has_no_seam(rng: np.random.Generator) -> None:
    tile = periodic_field(rng, 256, (6, 3))
    inner = np.abs(np.diff(tile, axis=1)).mean()
    seam = np.abs(tile[:, 0] - tile[:, -1]).mean()
    assert seam == pytest.approx(inner, rel=0.3)
    assert tile.std() == pytest.approx(1, abs=1e-3)
