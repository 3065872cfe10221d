"""Micro QR Codes on bent labels: one finder, two timing rows, a lattice grown from there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp

from vision.codes.lattice.grid_map import MARGIN_MODULES, GridMap, node_coordinates
from vision.codes.lattice.growth import GrowthStyle, grow
from vision.codes.lattice.spline import Smoothness
from vision.codes.lattice.timing_tracks import followed, start_from_tracks
from vision.codes.soft.modules_decoder import decode_modules
from vision.codes.soft.sampling import ModuleLevels, by_extremes, module_means, threshold_rules
from vision.errors import GeometryError
from vision.geometry import Quad

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.finding.finder import Finder

# Symbols M1 to M4 (ISO/IEC 18004:2015, 6.3.1): sides in modules.
SIZES_MODULES = (11, 13, 15, 17)
# Finders that are looked at, and maps that are grown for each code wanted.
_MOST_FINDERS, _MOST_GROWN = 8, 3
# How well patterns must show under the first map (timing and quiet zone less, as bends move them),
# and under the grown one: M1 has so few checks
# that patterns are part of the proof.
_LEAST_FIRST, _LEAST_FIRST_AROUND, _LEAST_GROWN = 0.85, 0.65, 0.9
# The same of a followed timing track: noise reaches about a half.
_LEAST_TRACK = 0.55
# How a map goes on into the part that neither finder nor tracks tell about.
_BENDS = (Smoothness(third=1e-3), Smoothness(second=3e-3, third=1e-2))
_ZONE_MODULES, _FINDER_CENTRE = 8, 3.5
_MOST_MODULE_PX, _WORKING_MODULE_PX = 14.0, 10.0
_STYLE = GrowthStyle(iterations=12, knots=5, fine_knots=6)


@dataclass(frozen=True, slots=True, eq=False)
class MicroReading:
    """A Micro QR Code read through its lattice.

    Attributes:
        barcode: What the decoder made of it.
        quad: Outline, px of the picture, from the finder's corner.
        grid: Where its modules lie in the picture.
        agreement: Share of the finder's, timing's and quiet zone's modules that have the right
            colour, the worst of the three, 0..1.
    """

    barcode: zxingcpp.Barcode
    quad: Quad
    grid: GridMap
    agreement: float


@dataclass(frozen=True, slots=True, eq=False)
class _First:
    """A first map into a picture that was resized by `scale`, and how well patterns show.

    `has_tracks`: whether the timing tracks were followed, so that the map is trusted along them.
    """

    score: float
    finder: Finder
    gray: NDArray[np.uint8]
    scale: float
    grid: GridMap
    has_tracks: bool = False


def read_micro_codes(
    gray: NDArray[np.uint8], finders: Sequence[Finder], budget: Budget, limit: int = 2
) -> list[MicroReading]:
    """Micro QR Codes of a picture, uint8 (H, W), whose finders were found (`find_finders`).

    Args:
        gray: The picture.
        finders: Of that picture, the most certain first.
        budget: Asked inside every loop.
        limit: Codes after which it stops.
    """
    firsts: list[_First] = []
    for finder in finders[:_MOST_FINDERS]:
        firsts += _first_maps(gray, finder, budget)
    firsts.sort(key=lambda first: -first.score)
    found: list[MicroReading] = []
    read: set[int] = set()
    for first in firsts[: limit * _MOST_GROWN]:
        if budget.is_spent or len(found) >= limit:
            break
        if id(first.finder) in read:
            continue
        reading = _read(first, budget)
        if reading is not None:
            found.append(reading)
            read.add(id(first.finder))
    return found


def _first_maps(gray: NDArray[np.uint8], finder: Finder, budget: Budget) -> Iterator[_First]:
    scale, seen = 1.0, finder
    if finder.module_px > _MOST_MODULE_PX:
        scale = _WORKING_MODULE_PX / finder.module_px
        size_wh = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
        gray = np.asarray(cv2.resize(gray, size_wh, interpolation=cv2.INTER_AREA), np.uint8)
        finder = finder.scaled(scale)
    right, down = finder.frame[:2]
    for right_xy, down_xy in ((right, down), (-down, right), (-right, -down), (down, -right)):
        turned = finder.turned(right_xy, down_xy)
        for size in SIZES_MODULES:
            if budget.is_spent:
                return
            u, v = np.meshgrid(*[node_coordinates(size) - _FINDER_CENTRE] * 2)
            nodes = np.stack((u, v, np.ones_like(u)), axis=-1) @ turned.frame
            grid = GridMap(size, nodes.astype(np.float32))
            finder_share, timing, quiet = _shares(by_extremes(module_means(gray, grid), 7))
            shown = finder_share >= _LEAST_FIRST and min(timing, quiet) >= _LEAST_FIRST_AROUND
            if shown:
                yield _First(finder_share + timing + quiet, seen, gray, scale, grid)
        if budget.is_spent:
            return
        rows = followed(gray, turned, 0, SIZES_MODULES)
        if max(track.score for track in rows) < _LEAST_TRACK:
            continue
        columns = followed(gray, turned, 1, SIZES_MODULES)
        for across, down_track in zip(rows, columns, strict=True):
            if min(across.score, down_track.score) < _LEAST_TRACK:
                continue
            for smoothness in _BENDS:
                grid = start_from_tracks(turned, across, down_track, smoothness)
                shares = _shares(by_extremes(module_means(gray, grid), 7))
                if shares[0] >= _LEAST_FIRST:
                    yield _First(sum(shares), seen, gray, scale, grid, has_tracks=True)


def _read(first: _First, budget: Budget) -> MicroReading | None:
    size = first.grid.size_modules
    trusted = np.zeros((size, size), np.bool_)
    trusted[:_ZONE_MODULES, :_ZONE_MODULES] = True
    if first.has_tracks:
        trusted[:2] = trusted[:, :2] = True
    for grown in grow(first.gray, first.grid, _STYLE, budget, trusted_modules=trusted):
        for levels in threshold_rules(module_means(first.gray, grown.grid)):
            if budget.is_spent:
                return None
            agreement = _agreement(levels)
            if agreement < _LEAST_GROWN:
                continue
            dark, is_pattern = _patterns(grown.grid.size_modules)
            modules = np.where(is_pattern, dark, levels.symbol < 0)
            barcode = decode_modules(modules, zxingcpp.BarcodeFormat.MicroQRCode)
            if barcode is None:
                continue
            grid = grown.grid.scaled(1 / first.scale)
            try:
                quad = Quad(grid.corners_xy)
            except GeometryError:
                return None
            return MicroReading(barcode, quad, grid, agreement)
    return None


@lru_cache(maxsize=4)
def _patterns(size: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Dark function modules, and all function modules: finder, separator and timing."""
    row, column = np.mgrid[:size, :size]
    ring = np.maximum(abs(row - 3), abs(column - 3))
    is_timing = (row == 0) | (column == 0)
    in_zone = (row < _ZONE_MODULES) & (column < _ZONE_MODULES)
    dark = np.where(in_zone, (ring <= 1) | (ring == 3), is_timing & ((row + column) % 2 == 0))
    return dark, in_zone | is_timing


def _agreement(levels: ModuleLevels) -> float:
    """Worst share of right modules among finder, timing rows and the ring outside the symbol."""
    finder, timing, quiet = _shares(levels)
    return min(finder, timing, quiet)


def _shares(levels: ModuleLevels) -> tuple[float, float, float]:
    """Share of right modules in the finder, in the timing rows, in the ring outside the symbol."""
    signed = levels.symbol
    dark, is_pattern = _patterns(len(signed))
    is_right = (signed < 0) == dark
    in_zone = np.zeros(dark.shape, bool)
    in_zone[:_ZONE_MODULES, :_ZONE_MODULES] = True
    finder = float(is_right[in_zone].mean())
    timing = float(is_right[is_pattern & ~in_zone].mean())
    near, far = MARGIN_MODULES - 1, -MARGIN_MODULES
    inner = slice(MARGIN_MODULES, -MARGIN_MODULES)
    around = levels.signed
    ring = np.concatenate(
        (around[near, inner], around[far, inner], around[inner, near], around[inner, far])
    )
    return finder, timing, float((ring > 0).mean())
