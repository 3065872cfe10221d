"""Modules as numbers: how dark each one is against the levels around it, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.lattice.grid_map import MARGIN_MODULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from vision.codes.lattice.grid_map import GridMap

    Pixels = NDArray[np.float32]

SAMPLING_PIXELS = 8
# Dark and light closer than this, grey levels, are one level.
_LEAST_SPAN, _LEAST_LEVEL_SPAN = 8.0, 4.0
_LEVEL_BLUR_MODULES = 1.5
# Rounds in which modules are parted into dark and light and both levels are smoothed again.
_LEVEL_ROUNDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class ModuleLevels:
    """Sampled modules with their margin.

    Attributes:
        level: float32 (N + 8, N + 8), mean grey of the middle of each module.
        signed: float32 (N + 8, N + 8), -1 at the local dark level, +1 at the light one.
    """

    level: Pixels
    signed: Pixels

    @property
    def symbol(self) -> Pixels:
        """The signed levels of the symbol alone, (N, N)."""
        return self.signed[MARGIN_MODULES:-MARGIN_MODULES, MARGIN_MODULES:-MARGIN_MODULES]


def module_means(gray: NDArray[np.uint8], grid: GridMap) -> Pixels:
    """Mean grey of the middle half of every module, margin included, float32 (N + 8, N + 8)."""
    straight = grid.rectified(gray, SAMPLING_PIXELS)
    half = SAMPLING_PIXELS // 2
    means = cv2.blur(straight.astype(np.float32), (half, half))
    return np.asarray(means[half::SAMPLING_PIXELS, half::SAMPLING_PIXELS], dtype=np.float32)


def threshold_rules(level: Pixels) -> Iterator[ModuleLevels]:
    """The modules under several rules for dark and light, the most successful first.

    Local extremes of 7 x 7 modules; smooth level fields of two widths, found by parting and
    smoothing in turns (an expectation-maximisation with hard parting); extremes of 5 x 5 and of
    11 x 11 modules.
    """
    usual = by_extremes(level, 7)
    yield usual
    for sigma_modules in (3.0, 1.8):
        yield by_level_fields(level, usual.signed, sigma_modules)
    for window in (5, 11):
        yield by_extremes(level, window)


def by_extremes(level: Pixels, window_modules: int) -> ModuleLevels:
    """Half-way between the smoothed local minimum and maximum."""
    kernel = np.ones((window_modules, window_modules), np.uint8)
    light = cv2.GaussianBlur(cv2.dilate(level, kernel), (0, 0), _LEVEL_BLUR_MODULES)
    dark = cv2.GaussianBlur(cv2.erode(level, kernel), (0, 0), _LEVEL_BLUR_MODULES)
    return ModuleLevels(level, _signed(level, dark, light, _LEAST_SPAN))


def by_level_fields(level: Pixels, signed: Pixels, sigma_modules: float) -> ModuleLevels:
    """Between a smooth field of the dark modules and one of the light modules."""
    for _ in range(_LEVEL_ROUNDS):
        is_light = (signed > 0).astype(np.float32)
        light = _smooth_where(level, is_light, sigma_modules)
        dark = _smooth_where(level, 1 - is_light, sigma_modules)
        signed = _signed(level, dark, light, _LEAST_LEVEL_SPAN)
    return ModuleLevels(level, signed)


def _smooth_where(level: Pixels, chosen: Pixels, sigma_modules: float) -> Pixels:
    amount = cv2.GaussianBlur(chosen, (0, 0), sigma_modules)
    total = cv2.GaussianBlur(level * chosen, (0, 0), sigma_modules)
    return np.asarray(total / (amount + 1e-3), dtype=np.float32)


def _signed(
    level: Pixels, dark: cv2.typing.MatLike, light: cv2.typing.MatLike, least_span: float
) -> Pixels:
    middle = (np.asarray(dark) + np.asarray(light)) / 2
    half_span = np.maximum(np.asarray(light) - np.asarray(dark), least_span) / 2
    return np.asarray((level - middle) / half_span, dtype=np.float32)
