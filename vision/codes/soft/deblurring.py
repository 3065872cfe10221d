"""Blur taken out of a rectified symbol, its width chosen by how well the known patterns show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.soft.qr_symbol import pattern_agreement
from vision.codes.soft.sampling import by_extremes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.finding.triples import Place
    from vision.codes.lattice.grid_map import GridMap
    from vision.codes.soft.sampling import ModuleLevels

# Pixels per module; blur that hides nothing at twice the lattice's own frequency needs no more.
_PIXELS = 4
# Standard deviations of the blur, modules, and powers of noise against signal.
_BLURS_MODULES = (0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
_NOISES = (0.003, 0.0005)
_PADDING_MODULES = 3
# Sharpened symbols that are worth a try to read.
_MOST_TRIED = 3
_LEAST_FINDER, _LEAST_TIMING = 0.9, 0.8


def deblurred_levels(
    gray: NDArray[np.uint8],
    grid: GridMap,
    version: int,
    budget: Budget,
    lost: Place | None = None,
) -> Iterator[ModuleLevels]:
    """The modules under several Wiener filters, the ones whose patterns show best first.

    Blur of a lens or of an unsteady hand leaves little of a module's contrast, but module averages
    have so little noise that the rest can be raised again; too much or too little is seen in the
    timing and alignment patterns.

    Args:
        gray: uint8 (H, W).
        grid: Where the modules lie.
        version: 1 to 40.
        budget: Asked before every filter.
        lost: A finder that does not show.
    """
    padding = _PADDING_MODULES * _PIXELS
    straight = np.pad(grid.rectified(gray, _PIXELS), padding, mode="edge")
    height, width = straight.shape
    spectrum = np.fft.rfft2(straight.astype(np.float32))
    squared = np.fft.fftfreq(height)[:, None] ** 2 + np.fft.rfftfreq(width)[None] ** 2
    tried: list[tuple[float, ModuleLevels]] = []
    for blur in _BLURS_MODULES:
        passed = np.exp(-2 * (np.pi * blur * _PIXELS) ** 2 * squared)
        for noise in _NOISES:
            if budget.is_spent:
                return
            sharp = np.fft.irfft2(spectrum * (passed / (passed**2 + noise)), s=(height, width))
            half = _PIXELS // 2
            means = cv2.blur(sharp.astype(np.float32), (half, half))
            first = padding + half
            inner = means[first:-padding:_PIXELS, first:-padding:_PIXELS]
            levels = by_extremes(np.ascontiguousarray(inner, dtype=np.float32), 7)
            seen = pattern_agreement(levels.symbol, version, lost)
            if seen.finder >= _LEAST_FINDER and seen.timing >= _LEAST_TIMING:
                tried.append((seen.finder + seen.timing + seen.alignment, levels))
    tried.sort(key=lambda entry: -entry[0])
    for _, levels in tried[:_MOST_TRIED]:
        yield levels
