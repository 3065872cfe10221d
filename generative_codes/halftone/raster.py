"""Between the grid of modules and the grid of pixels."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from generative_codes.halftone.colour import Floats
from generative_codes.halftone.style import DotShape

_Scalar = TypeVar("_Scalar", bound=np.generic)

# Area of a dot of radius 1 (half of its extent along the axes).
AREA_OF_UNIT_RADIUS = {
    DotShape.ROUND: float(np.pi),
    DotShape.SQUARE: 4.0,
    DotShape.DIAMOND: 2.0,
}


def dot_cover(radii: npt.NDArray[np.floating], shape: DotShape, pixels_per_module: int) -> Floats:
    """Share of each pixel that its module's dot covers.

    Args:
        radii: (N, N), in modules; 0 = no dot.
        shape: Outline.
        pixels_per_module: P.

    Returns:
        float32 (N x P, N x P) in 0..1, linear in the distance from the outline within one pixel.
    """
    offset = np.abs((np.arange(pixels_per_module) + 0.5) / pixels_per_module - 0.5)
    distance = _REACH[shape](offset)
    # The sum of offsets grows by sqrt 2 per unit of way across a diamond's edge.
    steepness = np.sqrt(0.5) if shape is DotShape.DIAMOND else 1.0
    inside = (radii[:, None, :, None] - distance[None, :, None, :]) * pixels_per_module
    cover = np.clip(steepness * inside + 0.5, 0, 1) * (radii > 0)[:, None, :, None]
    side = radii.shape[0] * pixels_per_module
    return np.asarray(cover.reshape(side, side), dtype=np.float32)


_REACH = {
    DotShape.ROUND: lambda offset: np.hypot.outer(offset, offset),
    DotShape.SQUARE: lambda offset: np.maximum.outer(offset, offset),
    DotShape.DIAMOND: lambda offset: np.add.outer(offset, offset),
}


def module_means(pixels: Floats, pixels_per_module: int) -> Floats:
    """(S, S, C) -> (N, N, C), mean of each module."""
    side, channels = pixels.shape[0] // pixels_per_module, pixels.shape[2]
    blocks = pixels.reshape(side, pixels_per_module, side, pixels_per_module, channels)
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)


def enlarge(modules: npt.NDArray[_Scalar], pixels_per_module: int) -> npt.NDArray[_Scalar]:
    """(N, N, ...) -> (S, S, ...), every module repeated."""
    return modules.repeat(pixels_per_module, axis=0).repeat(pixels_per_module, axis=1)
