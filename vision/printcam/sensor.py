"""From light on the sensor to the bytes of a picture file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.printcam.camera import Camera

# Raw values keep a pedestal, as sensors do, so that noise in the dark isn't clipped to one side.
_PEDESTAL = 4096
_FULL_SCALE = 65535 - _PEDESTAL


def blur(light: NDArray[np.float32], camera: Camera) -> NDArray[np.float32]:
    """Blur linear light by lens, defocus disc and motion trail.

    Args:
        light: float32 (H, W, 3).
        camera: Its lens_sigma_px, defocus_px, motion_px and motion_deg count.

    Returns:
        float32 (H, W, 3).
    """
    if camera.lens_sigma_px > 0:
        light = np.asarray(
            cv2.GaussianBlur(light, (0, 0), camera.lens_sigma_px, borderType=cv2.BORDER_REPLICATE),
            np.float32,
        )
    for kernel in (
        disc_kernel(camera.defocus_px),
        trail_kernel(camera.motion_px, camera.motion_deg),
    ):
        if kernel.size > 1:
            light = np.asarray(
                cv2.filter2D(light, -1, kernel, borderType=cv2.BORDER_REPLICATE), np.float32
            )
    return light


def disc_kernel(diameter_px: float) -> NDArray[np.float32]:
    """Return an even disc of the given diameter, sum 1, odd side; (1, 1) below one pixel."""
    if diameter_px < 1:
        return np.ones((1, 1), np.float32)
    reach = math.ceil(diameter_px / 2)
    fine = 8
    steps = (np.arange((2 * reach + 1) * fine) + 0.5) / fine - reach - 0.5
    inside = steps[:, None] ** 2 + steps[None, :] ** 2 <= (diameter_px / 2) ** 2
    side = 2 * reach + 1
    kernel = inside.reshape(side, fine, side, fine).mean(axis=(1, 3))
    return np.asarray(kernel / kernel.sum(), np.float32)


def trail_kernel(length_px: float, direction_deg: float) -> NDArray[np.float32]:
    """Return a straight even trail, sum 1, odd side; (1, 1) below a tenth of a pixel."""
    if length_px < 0.1:
        return np.ones((1, 1), np.float32)
    reach = math.ceil(length_px / 2) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    count = max(16, math.ceil(length_px * 8))
    along = ((np.arange(count) + 0.5) / count - 0.5) * length_px
    angle = math.radians(direction_deg)
    x, y = reach + along * math.cos(angle), reach + along * math.sin(angle)
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    part_x, part_y = x - column, y - row
    for down, weight_y in ((0, 1 - part_y), (1, part_y)):
        for right, weight_x in ((0, 1 - part_x), (1, part_x)):
            np.add.at(kernel, (row + down, column + right), weight_x * weight_y)
    return np.asarray(kernel / kernel.sum(), np.float32)


def develop(
    light: NDArray[np.float32], camera: Camera, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], bytes | None]:
    """Expose the sensor and develop the picture.

    Order: colour filters and mosaic, shot and read-out noise, saturation, interpolation of the
    mosaic, white balance, sRGB tone curve (IEC 61966-2-1), colour noise reduction, unsharp mask,
    8 bits, JPEG. Shot noise is a Gaussian of the Poisson variance, good above some ten electrons.
    Not modelled: rolling shutter, hot pixels, fixed pattern, cross-talk, multi-frame fusion.

    Args:
        light: float32 (H, W, 3) B, G, R; 1 is the value that just saturates the green pixels.
        camera: Camera.
        rng: Source of randomness.

    Returns:
        uint8 (H, W, 3) picture as a reader of the file would see it, and the JPEG bytes (None
        without compression).
    """
    raw = _expose(light, camera, rng)
    if camera.mosaic:
        raw = np.asarray(cv2.demosaicing(raw, cv2.COLOR_BayerRGGB2BGR_EA), np.uint16)
    tones = _tones(raw, camera)
    if camera.chroma_denoise_px > 0:
        tones = _without_colour_noise(tones, camera.chroma_denoise_px)
    if camera.sharpening > 0:
        soft = cv2.GaussianBlur(tones, (0, 0), camera.sharpening_sigma_px)
        tones = np.asarray(
            cv2.addWeighted(tones, 1 + camera.sharpening, soft, -camera.sharpening, 0), np.float32
        )
    np.clip(tones, 0, 1, out=tones)
    picture = np.asarray(cv2.convertScaleAbs(tones, alpha=255.0), np.uint8)
    if camera.jpeg_quality is None:
        return picture, None
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, camera.jpeg_quality])
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    if decoded is None:
        raise RuntimeError("OpenCV could not read back its own JPEG")
    return np.asarray(decoded, np.uint8), encoded.tobytes()


def _expose(
    light: NDArray[np.float32], camera: Camera, rng: np.random.Generator
) -> NDArray[np.uint16]:
    """Sample colours, add noise and quantise: uint16 (H, W) mosaic, or (H, W, 3) without one."""
    blue, green, red = (np.float32(value) for value in camera.sensitivity_bgr)
    if camera.mosaic:
        plane = np.empty(light.shape[:2], np.float32)
        plane[0::2, 0::2] = light[0::2, 0::2, 2] * red
        plane[0::2, 1::2] = light[0::2, 1::2, 1] * green
        plane[1::2, 0::2] = light[1::2, 0::2, 1] * green
        plane[1::2, 1::2] = light[1::2, 1::2, 0] * blue
    else:
        plane = light * np.array(camera.sensitivity_bgr, np.float32)
    full = np.float32(camera.white_electrons)
    variance = np.maximum(plane, 0) / full + np.float32((camera.read_noise_electrons / full) ** 2)
    noise = rng.standard_normal(plane.shape, dtype=np.float32)
    noise *= np.sqrt(variance)
    plane += noise
    plane *= _FULL_SCALE
    plane += _PEDESTAL + 0.5
    np.clip(plane, 0, 65535, out=plane)
    return plane.astype(np.uint16)


def _tones(raw: NDArray[np.uint16], camera: Camera) -> NDArray[np.float32]:
    """White-balance raw values and apply the sRGB curve: float32 (H, W, 3) in 0..1."""
    linear = (np.arange(65536) - _PEDESTAL) / _FULL_SCALE
    tones = np.empty(raw.shape, np.float32)
    for channel, sensitivity in enumerate(camera.sensitivity_bgr):
        balanced = np.clip(linear / sensitivity, 0, 1)
        curve = np.where(
            balanced <= 0.0031308, 12.92 * balanced, 1.055 * balanced ** (1 / 2.4) - 0.055
        )
        tones[..., channel] = curve.astype(np.float32)[raw[..., channel]]
    return tones


def _without_colour_noise(tones: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    """Blur the colour differences and leave the luma alone."""
    luma = cv2.cvtColor(tones, cv2.COLOR_BGR2GRAY)[..., None]
    difference = cv2.GaussianBlur(tones - luma, (0, 0), sigma_px)
    return np.asarray(np.clip(luma + difference, 0, 1), np.float32)
