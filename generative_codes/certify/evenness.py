"""Where the module edges really lie: axial and grid non-uniformity, print growth."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.certify.reflectance import GradedPicture, ModuleGrid

# An edge is looked for within half a module of its place, at steps of 1/32 module.
_REACH_MODULES = 0.5
_STEPS = 33
# Edges are read on the middle part of a module line, so that rounded corners don't count.
_LINE_SHARE = 0.4
_MIN_RUNS = 8
# A spacing that is wrong by 6 % (an axial non-uniformity of .12 shared by both axes, grade D)
# moves an edge six modules from the centre by .36 module, less than the reach.
_FIRST_REACH_MODULES = 6.0
_CELL_MODULES = 5
_MIN_RUNS_PER_CELL = 2


@dataclass(frozen=True, slots=True)
class Evenness:
    """Geometry of the printed grid; None where too few edges could be found.

    Attributes:
        axial_non_uniformity: |X - Y| / ((X + Y) / 2) of the mean module width X and height Y.
        grid_non_uniformity: Largest distance of a grid place from the evenly spaced grid, modules.
        growth_x_modules: Mean gain of width of the dark timing modules, horizontal; loss negative.
        growth_y_modules: The same, vertical.
    """

    axial_non_uniformity: float | None
    grid_non_uniformity: float | None
    growth_x_modules: float | None
    growth_y_modules: float | None


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Runs of one colour along lines: float64 (M,) arrays in modules, symbol centre = 0."""

    along: npt.NDArray[np.float64]
    across: npt.NDArray[np.float64]
    shift: npt.NDArray[np.float64]


def measure_evenness(
    picture: GradedPicture,
    dark: npt.NDArray[np.bool_],
    threshold: float,
    grid: ModuleGrid | None = None,
) -> Evenness:
    """Find every edge between modules of different colour and compare it with its place.

    The centre of a run of equal modules doesn't move when ink spreads, so the grid is judged by
    run centres and growth by run widths. An affine grid is fitted to the centres (least squares,
    outliers beyond five median deviations left out); its two spacings give the axial
    non-uniformity. What remains, as median over cells of 5 x 5 modules, gives the grid
    non-uniformity. ISO/IEC 15415 takes the grid of the reference decode algorithm instead; here
    it is fitted to all edges. Shear and turn of the picture are not counted.

    Args:
        picture: Picture on its nominal grid.
        dark: bool (N, N), the known symbol.
        threshold: Global threshold, reflectance.
        grid: Fitted grid from which edges are looked for; None fits it.
    """
    if grid is None:
        grid = fit_grid(picture, dark, threshold)
    return _evenness(picture, dark, threshold, grid)


def fit_grid(picture: GradedPicture, dark: npt.NDArray[np.bool_], threshold: float) -> ModuleGrid:
    """Find the spacing of the printed modules, which may differ from the nominal one.

    Edges are only looked for near their places, so the fit begins in the middle, where a wrong
    spacing hardly moves them, and works outwards. Where too few edges are found the nominal grid
    stays.
    """
    side = dark.shape[0]
    grid = ModuleGrid()
    flipped = np.ascontiguousarray(picture.reflectance.T)
    reach = _FIRST_REACH_MODULES
    while True:
        x_runs = _runs(_edge_shifts(picture, picture.reflectance, dark, threshold, grid), reach)
        turned = grid.transposed
        y_runs = _runs(_edge_shifts(picture, flipped, dark.T, threshold, turned), reach)
        if min(x_runs.shift.size, y_runs.shift.size) < _MIN_RUNS:
            return grid
        (shift_x, stretch_x), _ = _fit(x_runs)
        (shift_y, stretch_y), _ = _fit(y_runs)
        grid = ModuleGrid(
            grid.stretch_x + stretch_x,
            grid.stretch_y + stretch_y,
            grid.shift_x_modules + shift_x,
            grid.shift_y_modules + shift_y,
        )
        if not grid.is_plausible:
            return ModuleGrid()
        if reach >= side:
            return grid
        reach *= 2


def _evenness(
    picture: GradedPicture, dark: npt.NDArray[np.bool_], threshold: float, grid: ModuleGrid
) -> Evenness:
    flipped = np.ascontiguousarray(picture.reflectance.T)
    rows_shift = _edge_shifts(picture, picture.reflectance, dark, threshold, grid)
    columns_shift = _edge_shifts(picture, flipped, dark.T, threshold, grid.transposed)
    reach = float(dark.shape[0])
    x_runs = _runs(rows_shift, reach)
    y_runs = _runs(columns_shift, reach)
    growth_x = _timing_growth(rows_shift[6], dark[6])
    growth_y = _timing_growth(columns_shift[6], dark[:, 6])
    if min(x_runs.shift.size, y_runs.shift.size) < _MIN_RUNS:
        return Evenness(None, None, growth_x, growth_y)
    (_, stretch_x), rest_x = _fit(x_runs)
    (_, stretch_y), rest_y = _fit(y_runs)
    width, height = 1 + grid.stretch_x + stretch_x, 1 + grid.stretch_y + stretch_y
    cells_x = _cell_medians(x_runs.across, x_runs.along, rest_x, dark.shape[0])
    cells_y = _cell_medians(y_runs.along, y_runs.across, rest_y, dark.shape[0])
    return Evenness(
        axial_non_uniformity=abs(width - height) / ((width + height) / 2),
        grid_non_uniformity=float(np.hypot(cells_x, cells_y).max()),
        growth_x_modules=growth_x,
        growth_y_modules=growth_y,
    )


def _edge_shifts(
    picture: GradedPicture,
    reflectance: npt.NDArray[np.float32],
    dark: npt.NDArray[np.bool_],
    threshold: float,
    grid: ModuleGrid,
) -> npt.NDArray[np.float64]:
    """(N, N + 1): shift of the edge before module j of line i, modules; NaN where there is none."""
    side = dark.shape[0]
    scale = picture.pixels_per_module
    band = max(1, round(_LINE_SHARE * scale))
    banded = cv2.blur(reflectance, (1, band), borderType=cv2.BORDER_REPLICATE)
    # An even band is centred half a pixel before its anchor.
    half = 0.5 * (band % 2 == 0)
    middles = grid.y_modules(np.arange(side) + 0.5, side)
    y_px = picture.origin_px + middles * scale - 0.5 + half
    steps = np.linspace(-_REACH_MODULES, _REACH_MODULES, _STEPS)
    edges = grid.x_modules(np.arange(side + 1.0), side)
    places = (edges[:, None] + steps).reshape(-1)
    x_px = picture.origin_px + places * scale - 0.5
    profile = np.empty((side, x_px.size))
    for line, y in enumerate(y_px):
        row = cv2.remap(
            banded,
            x_px.astype(np.float32)[None],
            np.full((1, x_px.size), y, np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        profile[line] = np.asarray(row)[0]
    above = profile.reshape(side, side + 1, _STEPS) - threshold
    padded = np.pad(dark, ((0, 0), (1, 1)))
    before, after = padded[:, :-1], padded[:, 1:]
    rising = np.where(before & ~after, 1.0, -1.0)
    signed = above * rising[..., None]
    crossing = (signed[..., :-1] < 0) & (signed[..., 1:] >= 0)
    is_edge = (before != after) & (crossing.sum(axis=-1) == 1)
    if picture.quiet_zone_modules < _REACH_MODULES:
        is_edge[:, [0, -1]] = False
    at = crossing.argmax(axis=-1)
    low = np.take_along_axis(signed, at[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(signed, at[..., None] + 1, axis=-1)[..., 0]
    part = np.divide(-low, high - low, out=np.zeros_like(low), where=high > low)
    shift = steps[0] + (at + part) * (steps[1] - steps[0])
    # Lines without a colour change stay NaN; where one was due but not found, infinity.
    missing = np.where(before != after, np.inf, np.nan)
    return np.where(is_edge, shift, missing)


def _runs(shifts: npt.NDArray[np.float64], reach: float) -> _Runs:
    """Runs whose ends both lie within `reach` modules of the centre, along and across."""
    side = shifts.shape[0]
    along: list[npt.NDArray[np.float64]] = []
    across: list[npt.NDArray[np.float64]] = []
    moved: list[npt.NDArray[np.float64]] = []
    for line, row in enumerate(shifts):
        if abs(line + 0.5 - side / 2) > reach:
            continue
        (edges,) = np.nonzero(~np.isnan(row))
        first, second = edges[:-1], edges[1:]
        found = np.isfinite(row[first]) & np.isfinite(row[second])
        found &= (np.abs(first - side / 2) <= reach) & (np.abs(second - side / 2) <= reach)
        first, second = first[found], second[found]
        along.append((first + second) / 2 - side / 2)
        across.append(np.full(first.size, line + 0.5 - side / 2))
        moved.append((row[first] + row[second]) / 2)
    return _Runs(np.concatenate(along), np.concatenate(across), np.concatenate(moved))


def _fit(runs: _Runs) -> tuple[tuple[float, float], npt.NDArray[np.float64]]:
    """Shift and stretch along the lines, and what an affine grid leaves of the shifts."""
    design = np.column_stack([np.ones_like(runs.along), runs.along, runs.across])
    kept = np.ones(runs.shift.size, dtype=bool)
    rest = runs.shift
    shift, stretch = 0.0, 0.0
    for _ in range(3):
        solution = np.linalg.lstsq(design[kept], runs.shift[kept], rcond=None)[0]
        rest = runs.shift - design @ solution
        shift, stretch = float(solution[0]), float(solution[1])
        spread = max(float(np.median(np.abs(rest))), 1e-3)
        kept = np.abs(rest) <= 5 * spread
    return (shift, stretch), rest


def _cell_medians(
    row: npt.NDArray[np.float64],
    column: npt.NDArray[np.float64],
    rest: npt.NDArray[np.float64],
    side: int,
) -> npt.NDArray[np.float64]:
    """Median of the shifts per cell of modules, float64 (C, C); 0 where too few were measured."""
    cells = -(-side // _CELL_MODULES)
    rows = np.clip((row + side / 2) // _CELL_MODULES, 0, cells - 1).astype(np.intp)
    columns = np.clip((column + side / 2) // _CELL_MODULES, 0, cells - 1).astype(np.intp)
    place = rows * cells + columns
    medians = np.zeros(cells * cells)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(cells * cells + 1))
    for cell in range(cells * cells):
        inside = rest[order[starts[cell] : starts[cell + 1]]]
        if inside.size >= _MIN_RUNS_PER_CELL:
            medians[cell] = np.median(inside)
    return medians.reshape(cells, cells)


def _timing_growth(shifts: npt.NDArray[np.float64], dark: npt.NDArray[np.bool_]) -> float | None:
    """Mean gain of the dark modules of one timing pattern, modules."""
    side = dark.size
    gains = [
        shifts[place + 1] - shifts[place]
        for place in range(8, side - 8)
        if dark[place] and np.isfinite(shifts[place]) and np.isfinite(shifts[place + 1])
    ]
    return float(np.mean(gains)) if gains else None
