"""Where the printed edges of modules really lie: sub-pixel crossings of the local mid level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.fingerprint.printed_matrix import ModuleEdges, PrintedMatrix

SAMPLES_PER_EDGE = 7
# The outer samples stay clear of the corners, where the edge of the next module bends away.
REACH_ALONG_MODULES = 0.3125
# An edge is looked for up to here; from there on the plateaus of its two modules are measured.
_PLATEAU_FROM_MODULES, _PLATEAU_TO_MODULES = 0.375, 0.5625
# Blur before the crossing, modules: as much as a sample is wide, so that noise averages out.
_BLUR_MODULES = 1 / 24
# Plateaus closer than this share of the patch's contrast show no edge (glare, dirt).
_LEAST_STEP = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Crossings:
    """Measured edges.

    Attributes:
        shift: float32 (n, samples), how far the edge lies from its line towards greater u or v,
            modules; NaN where none was found.
        slope: float32 (n,), share of the step that one module of way climbs at the crossing: how
            sharp the edge is; 0 where none was found.
    """

    shift: NDArray[np.float32]
    slope: NDArray[np.float32]


def sample_offsets(samples: int) -> NDArray[np.float64]:
    """Places (samples,) along an edge from its middle, modules."""
    if samples == 1:
        return np.zeros(1)
    return np.linspace(-REACH_ALONG_MODULES, REACH_ALONG_MODULES, samples)


def find_crossings(
    patch: NDArray[np.float32],
    pixels_per_module: int,
    margin_modules: int,
    matrix: PrintedMatrix,
    samples: int = SAMPLES_PER_EDGE,
) -> Crossings:
    """Measure every open edge of a matrix in its straight patch.

    The level that counts as the edge is the mean of the two plateaus beside it, so any monotone
    tone curve that is straight between them, exposure and uneven light drop out.

    Args:
        patch: float32 (S, S), the symbol with its margin, light = high.
        pixels_per_module: scale of the patch.
        margin_modules: margin around the symbol in the patch.
        matrix: the modules that the patch should show.
        samples: how many places along each edge are measured.
    """
    edges = matrix.edges
    shift = np.full((edges.count, samples), np.nan, np.float32)
    slope = np.zeros(edges.count, np.float32)
    is_open = matrix.open_edges()
    smooth = np.asarray(
        cv2.GaussianBlur(patch, (0, 0), _BLUR_MODULES * pixels_per_module), np.float32
    )
    contrast = float(np.subtract(*np.percentile(patch[::4, ::4], (95, 5))))
    for is_lying in (False, True):
        chosen = np.flatnonzero(is_open & (edges.is_lying == is_lying))
        if not chosen.size:
            continue
        picture = np.ascontiguousarray(smooth.T) if is_lying else smooth
        profiles = _profiles(picture, edges, chosen, pixels_per_module, margin_modules, samples)
        shift[chosen], slope[chosen] = _crossings(profiles, pixels_per_module, contrast)
    return Crossings(shift, slope)


@lru_cache(maxsize=16)
def _steps(pixels_per_module: int) -> NDArray[np.float32]:
    """Pixel centres across an edge, px from it: whole pixels, so nothing is interpolated."""
    half = round(_PLATEAU_TO_MODULES * pixels_per_module)
    return np.arange(-half, half, dtype=np.float32) + np.float32(0.5)


def _profiles(
    picture: NDArray[np.float32],
    edges: ModuleEdges,
    chosen: NDArray[np.intp],
    pixels_per_module: int,
    margin_modules: int,
    samples: int,
) -> NDArray[np.float32]:
    """Grey values across edges, rising where all is well: (n, samples, steps)."""
    across = _steps(pixels_per_module)
    first = (edges.line[chosen] + margin_modules) * pixels_per_module - 0.5
    middle = (edges.place[chosen] + margin_modules + 0.5) * pixels_per_module - 0.5
    along = middle[:, None] + sample_offsets(samples) * pixels_per_module
    shape = (chosen.size, samples, across.size)
    x = np.broadcast_to((first[:, None, None] + across).astype(np.float32), shape)
    y = np.broadcast_to(along[:, :, None].astype(np.float32), shape)
    flat = (chosen.size, samples * across.size)
    values = cv2.remap(
        picture,
        np.ascontiguousarray(x).reshape(flat),
        np.ascontiguousarray(y).reshape(flat),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(values, np.float32).reshape(shape) * edges.polarity[chosen, None, None]


def _crossings(
    profiles: NDArray[np.float32], pixels_per_module: int, contrast: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Crossing nearest the line in every profile, modules, and the slope there, 1 / module."""
    across = _steps(pixels_per_module)
    plateau = int(np.count_nonzero(across < -_PLATEAU_FROM_MODULES * pixels_per_module))
    low = profiles[:, :, :plateau].mean(axis=(1, 2))
    high = profiles[:, :, -plateau:].mean(axis=(1, 2))
    level = ((low + high) / 2)[:, None, None]
    is_above = profiles >= level
    rises = is_above[:, :, 1:] & ~is_above[:, :, :-1]
    away = np.where(rises, np.abs(across[:-1] + np.float32(0.5)), np.float32(np.inf))
    nearest = away.argmin(axis=2)[:, :, None]
    before = np.take_along_axis(profiles, nearest, 2)[:, :, 0]
    behind = np.take_along_axis(profiles, nearest + 1, 2)[:, :, 0]
    climb = np.maximum(behind - before, np.float32(1e-6))
    shift = across[nearest[:, :, 0]] + (level[:, :, 0] - before) / climb
    shift /= pixels_per_module
    step = high - low
    is_missing = (
        ~rises.any(axis=2)
        | (np.abs(shift) > _PLATEAU_FROM_MODULES)
        | (step < _LEAST_STEP * contrast)[:, None]
    )
    shift[is_missing] = np.nan
    slope = np.where(is_missing, 0, climb).sum(axis=1) / np.maximum((~is_missing).sum(axis=1), 1)
    relative = slope * pixels_per_module / np.maximum(step, 1e-6)
    return shift, np.where(step > 0, relative, 0).astype(np.float32)
