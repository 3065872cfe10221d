"""Random fields with a stated standard deviation and correlation length."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Knots per correlation length on the coarse grid: cubic interpolation then loses < 1 % of the std.
_KNOTS_PER_SIGMA = 3.0


def smooth_field(
    rng: np.random.Generator, shape: tuple[int, int], sigma_px: float
) -> NDArray[np.float32]:
    """Draw a stationary Gaussian field of zero mean and unit standard deviation.

    White noise filtered by a Gaussian of ``sigma_px`` has the autocorrelation
    ``exp(-r^2 / (4 sigma^2))`` and the standard deviation ``1 / (2 sqrt(pi) sigma)``; the field is
    divided by that number and not by its own sample deviation, so that small patches keep their
    natural variation. Below 0.5 px the field is white noise.

    Args:
        rng: Source of randomness.
        shape: (height, width) in pixels.
        sigma_px: Width of the filter in pixels.

    Returns:
        float32 (height, width).
    """
    height, width = shape
    if sigma_px < 0.5:
        return rng.standard_normal((height, width), dtype=np.float32)
    step = max(1.0, sigma_px / _KNOTS_PER_SIGMA)
    sigma = sigma_px / step
    margin = math.ceil(4 * sigma) + 2
    rows = math.ceil(height / step) + 2 * margin
    columns = math.ceil(width / step) + 2 * margin
    coarse = rng.standard_normal((rows, columns), dtype=np.float32)
    kernel = cv2.getGaussianKernel(2 * math.ceil(4 * sigma) + 1, sigma, cv2.CV_32F)
    coarse = np.asarray(cv2.sepFilter2D(coarse, -1, kernel, kernel), np.float32)
    coarse /= float(np.sum(np.square(kernel)))
    if step == 1.0:
        return np.ascontiguousarray(coarse[margin : margin + height, margin : margin + width])
    dst_from_src = np.array([[step, 0, -step * margin], [0, step, -step * margin]])
    return np.asarray(
        cv2.warpAffine(coarse, dst_from_src, (width, height), flags=cv2.INTER_CUBIC), np.float32
    )


def periodic_field(
    rng: np.random.Generator, size_px: int, sigma_xy_px: tuple[float, float]
) -> NDArray[np.float32]:
    """Draw a square Gaussian field that tiles without a seam.

    The filter is a product of two Gaussians applied in the frequency domain; the result is scaled
    to unit sample standard deviation and zero mean.

    Args:
        rng: Source of randomness.
        size_px: Side of the tile in pixels.
        sigma_xy_px: Filter widths along x and y in pixels; unequal widths give a grain direction.

    Returns:
        float32 (size_px, size_px).
    """
    noise = rng.standard_normal((size_px, size_px), dtype=np.float32)
    frequency_x = np.fft.rfftfreq(size_px)
    frequency_y = np.fft.fftfreq(size_px)
    gain_x = np.exp(-2 * (np.pi * sigma_xy_px[0] * frequency_x) ** 2).astype(np.float32)
    gain_y = np.exp(-2 * (np.pi * sigma_xy_px[1] * frequency_y) ** 2).astype(np.float32)
    spectrum = np.fft.rfft2(noise) * gain_y[:, None] * gain_x[None, :]
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, (size_px, size_px))
    return np.asarray(field / field.std(), np.float32)
