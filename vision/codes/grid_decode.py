"""One guess of the grid reader made into a reading: first maps, grown maps, erasures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from vision.codes.code_reading import GridStep
from vision.codes.decoder import version_of
from vision.codes.lattice.growth import GrowthStyle, grow
from vision.codes.lattice.start import Start, start_map
from vision.codes.soft.deblurring import deblurred_levels
from vision.codes.soft.modules_decoder import decode_modules, decode_rectified
from vision.codes.soft.qr_symbol import decode_soft, pattern_agreement, with_ideal_patterns
from vision.codes.soft.reliability import module_reliability
from vision.codes.soft.sampling import by_extremes, module_means, threshold_rules
from vision.errors import GeometryError
from vision.geometry import Quad

if TYPE_CHECKING:
    import zxingcpp

    from vision.codes.budget import Budget
    from vision.codes.grid_guess import Guess
    from vision.codes.lattice.grid_map import GridMap
    from vision.codes.lattice.growth import GrownMap

# The lattice was found, but not all of it could be read: erasures may help.
_LEAST_COHERENCE = 0.3
_SOFT_FINDER, _SOFT_TIMING = 0.85, 0.8
_SOFT_RULES = 3
_RECTIFIED_PIXELS = 8
# Few rounds that trust every edge at once: the map is nearly right, no module is half a step off.
_POLISH = GrowthStyle(iterations=3, reach_modules=20, look_every=3)
_POLISH_FROM_FINDERS = GrowthStyle(iterations=7, look_every=7)
# Coherence of the worst twentieth of the modules, above which no slower growth is needed.
_WELL_PLACED = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class GridReading:
    """A QR Code read through its lattice.

    Attributes:
        barcode: What the decoder made of it.
        version: 1 to 40.
        quad: Outline, px of the picture.
        grid: Where its modules lie in the picture.
        step: What read it.
        agreement: Share of the function patterns' modules that have the right colour, 0..1.
    """

    barcode: zxingcpp.Barcode
    version: int
    quad: Quad
    grid: GridMap
    step: GridStep
    agreement: float


def read_start(guess: Guess, budget: Budget) -> GridReading | None:
    """Try the first maps as they are: sampled, and rectified for the decoder."""
    for start in (Start.BENT, Start.STIFF):
        grid = guess.grid
        if start is not Start.BENT:
            grid = start_map(guess.triple, guess.size_modules, start)
        signed = by_extremes(module_means(guess.gray, grid), 7).symbol
        barcode = decode_modules(with_ideal_patterns(signed, guess.version))
        step = GridStep.START
        if barcode is None:
            barcode = decode_rectified(grid.rectified(guess.gray, _RECTIFIED_PIXELS))
            step = GridStep.RECTIFIED
        if barcode is None:
            continue
        version = version_of(barcode)
        if version not in (None, guess.version):
            # The decoder saw the true size for itself; the map must be of that size too.
            guess = replace(guess, version=version)
            grid = start_map(guess.triple, guess.size_modules, start)
        return _reading(guess, _polished(guess, grid, budget), barcode, step)
    return None


def _polished(guess: Guess, grid: GridMap, budget: Budget) -> GridMap:
    """A map that was good enough to read by, pulled onto the module edges for those who use it."""
    better: GrownMap | None = None
    for style in (_POLISH, _POLISH_FROM_FINDERS):
        for grown in grow(guess.gray, grid, style, budget, guess.triple.seen):
            if grown.is_last and (better is None or _worst(grown) > _worst(better)):
                better = grown
        if better is not None and _worst(better) > _WELL_PLACED:
            break
    if better is None or _agreement(guess, better.grid) < _agreement(guess, grid):
        return grid
    return better.grid


def _worst(grown: GrownMap) -> float:
    """How well the worst parts of a symbol agree with the lattice, -1 to 1."""
    return float(np.partition(grown.coherence.ravel(), rank := grown.coherence.size // 20)[rank])


def read_grown(
    guess: Guess, start: Start, style: GrowthStyle, budget: Budget
) -> GridReading | None:
    """Grow the map and try to read whenever it is worth a try; with erasures at the end."""
    grid = guess.grid
    if start is not Start.BENT:
        grid = start_map(guess.triple, guess.size_modules, start)
    last: GrownMap | None = None
    for grown in grow(guess.gray, grid, style, budget, guess.triple.seen):
        last = grown
        level = module_means(guess.gray, grown.grid)
        for rule in threshold_rules(level):
            if budget.is_spent:
                return None
            barcode = decode_modules(with_ideal_patterns(rule.symbol, guess.version))
            if barcode is not None:
                return _reading(guess, grown.grid, barcode, GridStep.GROWN)
        if grown.is_last and not budget.is_spent:
            barcode = decode_rectified(grown.grid.rectified(guess.gray, _RECTIFIED_PIXELS))
            if barcode is not None and version_of(barcode) in (None, guess.version):
                return _reading(guess, grown.grid, barcode, GridStep.GROWN)
    if last is not None and last.mean_coherence > _LEAST_COHERENCE:
        return _read_with_erasures(guess, last, budget)
    return None


def read_sharpened(guess: Guess, budget: Budget) -> GridReading | None:
    """Take the blur out under the first map."""
    for levels in deblurred_levels(
        guess.gray, guess.grid, guess.version, budget, guess.triple.lost
    ):
        barcode = decode_modules(with_ideal_patterns(levels.symbol, guess.version))
        if barcode is not None:
            return _reading(guess, guess.grid, barcode, GridStep.SHARPENED)
    return None


def _read_with_erasures(guess: Guess, grown: GrownMap, budget: Budget) -> GridReading | None:
    level = module_means(guess.gray, grown.grid)
    for index, rule in enumerate(threshold_rules(level)):
        if index == _SOFT_RULES or budget.is_spent:
            return None
        agreement = pattern_agreement(rule.symbol, guess.version, guess.triple.lost)
        if agreement.finder < _SOFT_FINDER or agreement.timing < _SOFT_TIMING:
            return None
        sure = module_reliability(rule, grown)
        soft = decode_soft(rule.symbol, sure, guess.version, budget)
        if soft is None:
            continue
        barcode = decode_modules(soft.modules)
        if barcode is not None:
            return _reading(guess, grown.grid, barcode, GridStep.ERASURES)
    return None


def _reading(
    guess: Guess, grid: GridMap, barcode: zxingcpp.Barcode, step: GridStep
) -> GridReading | None:
    whole = grid.scaled(1 / guess.scale)
    try:
        quad = Quad(whole.corners_xy)
    except GeometryError:
        return None
    return GridReading(barcode, guess.version, quad, whole, step, _agreement(guess, grid))


def _agreement(guess: Guess, grid: GridMap) -> float:
    """Share of the function patterns' modules that have the right colour under a map, 0..1."""
    signed = by_extremes(module_means(guess.gray, grid), 7).symbol
    seen = pattern_agreement(signed, guess.version)
    return (seen.finder + seen.timing + seen.alignment) / 3
