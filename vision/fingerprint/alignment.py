"""Pulling a grid map onto the symbol that it should show: by blocks first, then by edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.lattice.grid_map import MARGIN_MODULES, NODES_PER_MODULE, GridMap
from vision.codes.lattice.spline import Smoothness, SplineGrid, fitted, fitted_lattice
from vision.fingerprint.crossings import find_crossings
from vision.fingerprint.straight_view import PATCH_MARGIN_MODULES, StraightView

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.fingerprint.printed_matrix import PrintedMatrix

    Floats = NDArray[np.float64]

# Blocks: pixels per module of their pictures, side, and how far they are looked for.
_BLOCK_PIXELS, _BLOCK_MODULES = 4, 6
_BLOCK_STEP_MODULES = 3
# A block that correlates less with what it should show says nothing about its place.
_LEAST_BLOCK_CORRELATION = 0.5
_BLOCK_KNOTS = 5
# Control points of the mesh: fine enough for a roll, too coarse to follow single modules.
_EDGE_KNOTS_PER_MODULE, _LEAST_KNOTS, _MOST_KNOTS = 0.3, 6, 14
_BLOCK_SMOOTHNESS = Smoothness(second=0.01, ridge=1e-4)
_EDGE_SMOOTHNESS = Smoothness(second=0.1, ridge=1e-5)
# Robust fit of the edges: Tukey's biweight at this many robust deviations.
_BIWEIGHT_DEVIATIONS, _ROUNDS = 4.7, 3
_DEVIATION_OF_MEDIAN = 1.4826
_LEAST_DEVIATION_MODULES = 1e-3


@dataclass(frozen=True, slots=True)
class EdgeFit:
    """How well a map lies on the edges.

    Attributes:
        residual_modules: robust standard deviation of the edges about the map.
        uncertainty_modules: standard error of the map's places, were the residuals independent.
        step_modules: root mean square of the last move.
    """

    residual_modules: float
    uncertainty_modules: float
    step_modules: float


def aligned_by_blocks(
    view: StraightView, grid: GridMap, matrix: PrintedMatrix, reach_modules: float
) -> GridMap | None:
    """Move the map to where blocks of 6 x 6 modules correlate best; None where hardly any does.

    Blocks find their place even where the map is off by more than a module, as edges cannot.
    """
    pixels, size = _BLOCK_PIXELS, matrix.size_modules
    patch = view.patch(grid, pixels)
    ideal = np.where(matrix.modules, np.float32(0), np.float32(1)).repeat(pixels, 0)
    ideal = ideal.repeat(pixels, 1)
    ideal = np.asarray(cv2.GaussianBlur(ideal, (0, 0), pixels / 4), np.float32)
    reach = round(reach_modules * pixels)
    border = PATCH_MARGIN_MODULES * pixels
    wide = cv2.copyMakeBorder(patch, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    side = min(_BLOCK_MODULES, size)
    firsts = np.unique(np.append(np.arange(0, size - side, _BLOCK_STEP_MODULES), size - side))
    places, shifts, weights = [], [], []
    for row in firsts:
        for column in firsts:
            if matrix.masked[row : row + side, column : column + side].mean() > 0.5:
                continue
            top, left = row * pixels, column * pixels
            block = ideal[top : top + side * pixels, left : left + side * pixels]
            around = wide[
                top + border : top + border + side * pixels + 2 * reach,
                left + border : left + border + side * pixels + 2 * reach,
            ]
            match = cv2.matchTemplate(around, block, cv2.TM_CCOEFF_NORMED)
            x, y, best = _peak(np.asarray(match, np.float64))
            if best < _LEAST_BLOCK_CORRELATION:
                continue
            places.append((column + side / 2, row + side / 2))
            shifts.append(((x - reach) / pixels, (y - reach) / pixels))
            weights.append(best)
    if len(places) < len(firsts):
        return None
    uv, moved, trust = np.array(places), np.array(shifts), np.array(weights)
    surface = SplineGrid(_BLOCK_KNOTS, -MARGIN_MODULES, size + MARGIN_MODULES)
    design = surface.design(uv[:, 0], uv[:, 1])
    robust = trust
    coefficients = np.zeros((_BLOCK_KNOTS**2, 2))
    for _ in range(_ROUNDS):
        coefficients = fitted(design, moved, robust, _BLOCK_KNOTS, _BLOCK_SMOOTHNESS)
        off = np.hypot(*(moved - design @ coefficients).T)
        spread = max(_DEVIATION_OF_MEDIAN * float(np.median(off)), 0.05)
        robust = trust * np.clip(1 - (off / (_BIWEIGHT_DEVIATIONS * spread)) ** 2, 0, 1)
    du, dv = (surface.on_lattice(c, grid.node_coordinates) for c in coefficients.T)
    return grid.displaced(du, dv)


def _peak(match: Floats) -> tuple[float, float, float]:
    """Place (x, y) of the highest value to a fraction of a pixel, and the value."""
    row, column = np.unravel_index(int(match.argmax()), match.shape)
    best = float(match[row, column])
    place = []
    for line, at in ((match[row], column), (match[:, column], row)):
        offset = 0.0
        if 0 < at < line.size - 1:
            before, behind = line[at - 1], line[at + 1]
            bend = before - 2 * best + behind
            offset = float(np.clip(0.5 * (before - behind) / min(bend, -1e-9), -0.5, 0.5))
        place.append(float(at) + offset)
    return place[0], place[1], best


def aligned_by_edges(
    view: StraightView, grid: GridMap, matrix: PrintedMatrix, pixels_per_module: int
) -> tuple[GridMap, EdgeFit] | None:
    """Move the map onto the sub-pixel edges, smoothly; None where too few are seen.

    Least squares over all edges at once with penalised splines; ink that spreads alike on all
    edges is told apart from a shift by the edges' polarity.
    """
    patch = view.patch(grid, pixels_per_module)
    found = find_crossings(patch, pixels_per_module, PATCH_MARGIN_MODULES, matrix, samples=3)
    edges, size = matrix.edges, matrix.size_modules
    seen = np.isfinite(found.shift)
    count = seen.sum(axis=1)
    mean = np.where(seen, found.shift, 0).sum(axis=1, dtype=np.float64) / np.maximum(count, 1)
    knots = int(np.clip(round(_EDGE_KNOTS_PER_MODULE * size), _LEAST_KNOTS, _MOST_KNOTS))
    surface = SplineGrid(knots, -MARGIN_MODULES, size + MARGIN_MODULES)
    down = surface.basis(np.arange(size, dtype=np.float64) + 0.5)
    across = surface.basis(np.arange(size + 1, dtype=np.float64))
    shifts, residuals = [], []
    for is_lying in (False, True):
        chosen = np.flatnonzero((edges.is_lying == is_lying) & (count > 0))
        if chosen.size < 2 * knots:
            return None
        place, line = edges.place[chosen], edges.line[chosen]
        polarity = edges.polarity[chosen].astype(np.float64)
        value, weight = mean[chosen], np.ones(chosen.size)
        gain, residual = float(np.median(value * polarity)), value
        square = np.zeros((knots, knots))
        for _ in range(_ROUNDS):
            values, weights = np.zeros((size, size + 1)), np.zeros((size, size + 1))
            values[place, line], weights[place, line] = value - gain * polarity, weight
            square = fitted_lattice(down, across, values, weights, _EDGE_SMOOTHNESS)
            square = square.reshape(knots, knots)
            smooth = np.einsum("nk,kl,nl->n", down[place], square, across[line])
            total = max(float(weight.sum()), 1e-9)
            gain = float((weight * polarity * (value - smooth)).sum()) / total
            residual = value - smooth - gain * polarity
            spread = max(_deviation(residual), _LEAST_DEVIATION_MODULES)
            weight = np.clip(1 - (residual / (_BIWEIGHT_DEVIATIONS * spread)) ** 2, 0, 1) ** 2
        residuals.append(residual)
        shifts.append(
            surface.on_lattice((square.T if is_lying else square).ravel(), grid.node_coordinates)
        )
    every = np.concatenate(residuals)
    spread = _deviation(every)
    error = spread * float(np.sqrt(2 * knots**2 / every.size))
    inner = slice(MARGIN_MODULES * NODES_PER_MODULE, -MARGIN_MODULES * NODES_PER_MODULE)
    step = float(np.sqrt(np.mean([np.square(shift[inner, inner]) for shift in shifts])))
    return grid.displaced(*shifts), EdgeFit(spread, error, step)


def _deviation(values: Floats) -> float:
    """Robust standard deviation about zero."""
    return _DEVIATION_OF_MEDIAN * float(np.median(np.abs(values)))
