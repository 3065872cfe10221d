"""The heart: a start map is pulled onto the module edges that are seen, outwards from the finders.

Every edge between a dark and a light module lies on a line of the lattice: u or v is a whole
number. Where the map is nearly right, an edge tells by how much it is not; where it is off by more
than half a module, edges vote for the wrong line. So only edges near modules that already fit are
believed, and the trusted area grows from the finders.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.finding.triples import Place
from vision.codes.lattice.grid_map import (
    MARGIN_MODULES,
    NODES_PER_MODULE,
    GridMap,
    node_coordinates,
)
from vision.codes.lattice.spline import Smoothness, SplineGrid, fitted_lattice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from vision.codes.budget import Budget

    Floats = NDArray[np.float64]
    Pixels = NDArray[np.float32]

# Pixels per module of the rectified picture; fewer above version 20, where modules are many.
_PIXELS, _FEWER_PIXELS, _MANY_MODULES = 6, 5, 97
# Window of the local brightness and contrast.
_LEVEL_MODULES = 5
# An edge: gradient above this share of the picture's strong ones (96th percentile), and clearly
# across its own direction.
_LEAST_GRADIENT, _STRONG_PERCENTILE, _LEAST_ACROSS = 0.18, 96.0, 1.5
# Edges are looked for on every so manieth row: their neighbours, smoothed together, say the same.
_ROW_STEP = 2
# Edges further outside the symbol than this are the surroundings'.
_OUTSIDE_MODULES = 0.7
# Fewer edges than this say nothing.
_LEAST_EDGES = 30
# More are thinned out evenly: the fit needs no more, and the time stays bounded.
_MOST_EDGES = 24_000
_FAR_WEIGHT = 0.01
# Squared weight of all points on one edge of one module, against the smoothness.
_EDGE_WEIGHT = 2.0
_MOST_STRENGTH = 1.5
# Robust fit: Tukey's biweight with this reach, and how often it is repeated.
_BIWEIGHT_MODULES, _ROUNDS = 0.5, 3
_RIDGE = 1e-4
_LEAST_AMOUNT = 1e-12
_LONGEST_STEP_MODULES = 0.8
_DONE_STEP_MODULES = 0.03
# Mean coherence after so many rounds below which the start leads nowhere: of 105 maps (simulated
# bends and creases) that were read later on, none had less than 0.26 and 0.33.
_HOPELESS = {4: 0.23, 6: 0.3}
# Part of the symbol that must be trusted before the fine surface takes over.
_FULL_SHARE = 0.97
_FULL_ROUNDS, _FINE_ITERATIONS = 2, 4
_ZONE_MODULES = 8
# Larger symbols get more control points: as sqrt of their side against version 2's.
_USUAL_SIDE = 33.0
# The time for a fit grows with the sixth power of them.
_MOST_KNOTS = 18
_FAR_REACH_VERSIONS = 6


@dataclass(frozen=True, slots=True)
class GrowthStyle:
    """How a map may bend and how fast trust spreads.

    Attributes:
        iterations: most rounds.
        knots: control points along a side while growing, for a symbol of 25 modules.
        fine_knots: the same at the end.
        bending: weight of second differences while growing.
        fine_bending: the same at the end.
        least_coherence: how well a module's edges must agree with the lattice to be trusted.
        reach_modules: how far beyond trusted modules edges are believed.
        blur_px: blur before the gradient.
        look_every: rounds between two tries to read.
    """

    iterations: int = 14
    knots: int = 6
    fine_knots: int = 9
    bending: float = 0.3
    fine_bending: float = 0.03
    least_coherence: float = 0.45
    reach_modules: int = 2
    blur_px: float = 1.0
    look_every: int = 4


@dataclass(frozen=True, slots=True, eq=False)
class GrownMap:
    """A map on its way.

    Attributes:
        grid: The map.
        coherence: float32 (rows, N), how well the edges around each module agree, -1 to 1; 0 where
            there are none.
        trusted: bool (rows, N), modules that the growth has reached and found in place.
        step_modules: largest shift of the last round.
        is_last: whether no further round would change anything.
    """

    grid: GridMap
    coherence: Pixels
    trusted: NDArray[np.bool_]
    step_modules: float
    is_last: bool

    @property
    def mean_coherence(self) -> float:
        """Over the symbol; above 0.3 the lattice is there, whatever can be read in it."""
        return float(self.coherence.mean())


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """Edge points of one direction: module coordinates (n,) and relative strength (n,)."""

    u: Floats
    v: Floats
    strength: Floats


def grow(
    gray: NDArray[np.uint8],
    start: GridMap,
    style: GrowthStyle,
    budget: Budget,
    seen: Collection[Place] = tuple(Place),
    trusted_modules: NDArray[np.bool_] | None = None,
) -> Iterator[GrownMap]:
    """Refine a map round by round; yields it whenever it is worth a try to read.

    Ends when nothing moves any more, after `style.iterations`, when the picture shows no edges, or
    when the budget is spent.

    Args:
        gray: uint8 (H, W), the picture that the map leads into.
        start: The first guess.
        style: How to go about it.
        budget: Asked in every round.
        seen: Finders that were seen; only there the start is trusted.
        trusted_modules: bool (rows, N), where the start is trusted instead, for symbols with other
            patterns than three finders.
    """
    size = max(start.size_modules, start.rows)
    shape = (start.rows + 2 * MARGIN_MODULES, start.size_modules + 2 * MARGIN_MODULES)
    more = max(1.0, (size + 2 * MARGIN_MODULES) / _USUAL_SIDE) ** 0.5
    reach = style.reach_modules
    version = (size - 17) // 4
    if version > _FAR_REACH_VERSIONS:
        reach += version // _FAR_REACH_VERSIONS
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    if trusted_modules is None:
        zones = _finder_zones(size, seen)
    else:
        zones = np.pad(trusted_modules.astype(np.uint8), MARGIN_MODULES)
    trusted, grid, full_rounds, fine_rounds = zones.copy(), start, 0, 0
    weight = math.sqrt(_EDGE_WEIGHT * _ROW_STEP / _pixels(size))
    for index in range(style.iterations):
        if budget.is_spent:
            return
        is_fine = index >= style.iterations - _FINE_ITERATIONS or full_rounds >= _FULL_ROUNDS
        fine_rounds += is_fine
        knots = min(round((style.fine_knots if is_fine else style.knots) * more), _MOST_KNOTS)
        surfaces = (
            SplineGrid(knots, -MARGIN_MODULES, start.size_modules + MARGIN_MODULES),
            SplineGrid(knots, -MARGIN_MODULES, start.rows + MARGIN_MODULES),
        )
        smoothness = Smoothness(style.fine_bending if is_fine else style.bending, 0.0, _RIDGE)
        near = cv2.dilate(trusted, kernel)
        found = _edges(_sharp(gray, grid, style.blur_px), grid)
        if found is None:
            return
        count = shape[0] * shape[1]
        shifts, agreement, amount = [], np.zeros(count), np.zeros(count)
        for axis, edges in enumerate(found):
            coefficients, residual = _fit_shift(
                edges, axis, np.asarray(near), surfaces, smoothness, weight
            )
            square = coefficients.reshape(knots, knots)
            below = surfaces[1].basis(node_coordinates(grid.rows))
            shifts.append(below @ square @ surfaces[0].basis(grid.node_coordinates).T)
            cell = _cells(edges, shape)
            agreement += np.bincount(cell, np.cos(2 * np.pi * residual) * edges.strength, count)
            amount += np.bincount(cell, edges.strength, count)
        agreement_map, amount_map = (
            x.reshape(shape).astype(np.float32) for x in (agreement, amount)
        )
        coherence = cv2.blur(agreement_map, (3, 3)) / (cv2.blur(amount_map, (3, 3)) + 1e-3)
        beside = cv2.dilate(trusted, np.ones((3, 3), np.uint8)) > 0
        fits = (coherence > style.least_coherence) | ((amount_map < 1e-3) & beside)
        reached, trusted = trusted, ((near > 0) & fits).astype(np.uint8) | zones
        inner = (slice(MARGIN_MODULES, -MARGIN_MODULES),) * 2
        full_rounds += float(trusted[inner].mean()) > _FULL_SHARE
        grid = grid.displaced(
            *(np.clip(s, -_LONGEST_STEP_MODULES, _LONGEST_STEP_MODULES) for s in shifts)
        )
        edge = MARGIN_MODULES * NODES_PER_MODULE
        step = max(float(np.abs(s[edge:-edge, edge:-edge]).max()) for s in shifts)
        if step < _DONE_STEP_MODULES and trusted.sum() <= reached.sum():
            # Neither the map nor the trusted part moves on: more of the same would change nothing.
            full_rounds = _FULL_ROUNDS
        is_last = (
            index == style.iterations - 1
            or fine_rounds == _FINE_ITERATIONS
            or (is_fine and step < _DONE_STEP_MODULES)
        )
        if is_last or index % style.look_every == style.look_every - 1:
            yield GrownMap(
                grid,
                np.asarray(coherence, dtype=np.float32)[inner],
                trusted[inner].astype(np.bool_),
                step,
                is_last,
            )
        if is_last or float(np.mean(coherence[inner])) < _HOPELESS.get(index + 1, -1.0):
            return


def _finder_zones(size_modules: int, seen: Collection[Place]) -> NDArray[np.uint8]:
    """1 in the zones of the finders that were seen, margin included, uint8 (side, side)."""
    side = size_modules + 2 * MARGIN_MODULES
    zones = np.zeros((side, side), np.uint8)
    near = slice(MARGIN_MODULES, MARGIN_MODULES + _ZONE_MODULES)
    far = slice(MARGIN_MODULES + size_modules - _ZONE_MODULES, MARGIN_MODULES + size_modules)
    for place, zone in zip(Place, ((near, near), (near, far), (far, near)), strict=True):
        zones[zone] |= place in seen
    return zones


def _pixels(size_modules: int) -> int:
    """Pixels per module of the rectified picture."""
    return _PIXELS if size_modules < _MANY_MODULES else _FEWER_PIXELS


def _sharp(gray: NDArray[np.uint8], grid: GridMap, blur_px: float) -> tuple[Pixels, int]:
    """The rectified picture with local brightness and contrast taken out, and its scale."""
    pixels = _pixels(max(grid.size_modules, grid.rows))
    straight = grid.rectified(gray, pixels).astype(np.float32)
    # Brightness and contrast change slowly: two samples per module tell them.
    nodes_wh = grid.nodes_xy.shape[1::-1]
    box = (_LEVEL_MODULES * NODES_PER_MODULE) | 1
    mean = cv2.blur(cv2.resize(straight, nodes_wh, interpolation=cv2.INTER_AREA), (box, box))
    square = cv2.blur(
        cv2.resize(straight * straight, nodes_wh, interpolation=cv2.INTER_AREA), (box, box)
    )
    variance = square - mean * mean
    deviation = cv2.blur(np.sqrt(np.maximum(variance, 0)), (box, box))
    gain = 1 / np.maximum(deviation, 0.15 * float(deviation.max()) + 1.0)
    whole = straight.shape[::-1]
    level = straight * cv2.resize(gain, whole) - cv2.resize(mean * gain, whole)
    blurred = cv2.GaussianBlur(level, (0, 0), blur_px)
    return np.asarray(blurred, dtype=np.float32), pixels


def _edges(picture: tuple[Pixels, int], grid: GridMap) -> tuple[_Edges, _Edges] | None:
    """Upright and lying edges to a fraction of a pixel; None where there are too few."""
    level, pixels = picture
    across = np.abs(cv2.Sobel(level, cv2.CV_32F, 1, 0, ksize=3))
    down = np.abs(cv2.Sobel(level, cv2.CV_32F, 0, 1, ksize=3))
    upright = _peaks(
        np.ascontiguousarray(across[::_ROW_STEP]), np.ascontiguousarray(down[::_ROW_STEP]), pixels
    )
    lying = _peaks(
        np.ascontiguousarray(down[:, ::_ROW_STEP].T),
        np.ascontiguousarray(across[:, ::_ROW_STEP].T),
        pixels,
    )
    kept = []
    for u, v, strength in (upright, (lying[1], lying[0], lying[2])):
        low, right = -_OUTSIDE_MODULES, grid.size_modules + _OUTSIDE_MODULES
        inside = (u > low) & (u < right) & (v > low) & (v < grid.rows + _OUTSIDE_MODULES)
        if np.count_nonzero(inside) < _LEAST_EDGES:
            return None
        u, v, strength = u[inside], v[inside], strength[inside]
        if u.size > _MOST_EDGES:
            thinned = np.linspace(0, u.size - 1, _MOST_EDGES).astype(np.intp)
            u, v, strength = u[thinned], v[thinned], strength[thinned]
        relative = np.minimum(strength / np.median(strength), _MOST_STRENGTH)
        kept.append(_Edges(u, v, relative))
    return kept[0], kept[1]


def _peaks(along: Pixels, other: Pixels, pixels: int) -> tuple[Floats, Floats, Floats]:
    """Places where a gradient is largest in its row: across, down (modules), strength."""
    least = _LEAST_GRADIENT * float(np.percentile(along[::4, ::4], _STRONG_PERCENTILE))
    width = along.shape[1]
    flat, beside = along.reshape(-1), other.reshape(-1)
    # The rows' first and last pixels are far outside the symbol.
    at = np.flatnonzero(flat > least)
    at = at[(at > 0) & (at < flat.size - 1)]
    chosen = (
        (flat[at] >= flat[at - 1])
        & (flat[at] > flat[at + 1])
        & (flat[at] > _LEAST_ACROSS * beside[at])
    )
    at = at[chosen]
    left, centre, right = (flat[at + k].astype(np.float64) for k in (-1, 0, 1))
    # Vertex of the parabola through three samples.
    shift = np.clip(0.5 * (left - right) / (left - 2 * centre + right - 1e-6), -0.5, 0.5)
    rows, columns = np.divmod(at, width)
    place = (columns + 0.5 + shift) / pixels - MARGIN_MODULES
    return place, (_ROW_STEP * rows + 0.5) / pixels - MARGIN_MODULES, centre


def _fit_shift(
    edges: _Edges,
    axis: int,
    near: NDArray[np.uint8],
    surfaces: tuple[SplineGrid, SplineGrid],
    smoothness: Smoothness,
    weight: float,
) -> tuple[Floats, Floats]:
    """Surface of displacements along one axis, and what every edge is off from it, modules.

    Edge points of one module edge share its place on the lattice of lines and modules: a module is
    short against the surface's bends.
    """
    place, other = (edges.u, edges.v) if axis == 0 else (edges.v, edges.u)
    # Modules along the displacement and beside it.
    long, side = near.shape[::-1] if axis == 0 else near.shape
    is_near = near.reshape(-1)[_cells(edges, near.shape)] > 0
    weights = np.where(is_near, 1.0, _FAR_WEIGHT) * edges.strength * weight
    line = np.round(place)
    lines = long + 1
    column = np.clip(line.astype(np.intp) + MARGIN_MODULES, 0, long)
    row = np.clip((other + MARGIN_MODULES).astype(np.intp), 0, side - 1)
    cell = row * lines + column
    along = surfaces[axis].basis(np.arange(lines, dtype=np.float64) - MARGIN_MODULES)
    aside = surfaces[1 - axis].basis(np.arange(side, dtype=np.float64) + 0.5 - MARGIN_MODULES)
    residual = offset = place - line
    square = np.zeros((surfaces[0].knots, surfaces[0].knots))
    for attempt in range(_ROUNDS):
        robust = np.clip(1 - (residual / _BIWEIGHT_MODULES) ** 2, 0, 1) ** 2
        squared = (weights * robust) ** 2
        amount = np.bincount(cell, squared, side * lines)
        total = np.bincount(cell, squared * offset, side * lines)
        mean = total / np.maximum(amount, _LEAST_AMOUNT)
        shape = (side, lines)
        square = fitted_lattice(
            aside, along, mean.reshape(shape), amount.reshape(shape), smoothness
        ).reshape(square.shape)
        predicted = (aside @ square @ along.T).reshape(-1)[cell]
        moved = np.round(place - predicted)
        has_changed = bool((moved != line).any())
        line, offset = moved, place - moved
        residual = offset - predicted
        if attempt and not has_changed:
            break
    return (square if axis == 0 else square.T).reshape(-1), residual


def _cells(edges: _Edges, shape: tuple[int, ...]) -> NDArray[np.intp]:
    """Flat index of the module that each edge lies in, margin included."""
    column = np.clip((edges.u + MARGIN_MODULES).astype(np.intp), 0, shape[1] - 1)
    row = np.clip((edges.v + MARGIN_MODULES).astype(np.intp), 0, shape[0] - 1)
    return row * shape[1] + column
