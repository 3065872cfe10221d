"""Data Matrix symbols on bent labels: a solid L, two clock tracks, a lattice grown from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp

from vision.codes.code_reading import GridStep
from vision.codes.finding.solid_corners import find_solid_corners
from vision.codes.lattice.growth import GrowthStyle, grow
from vision.codes.matrix.bent_frame import framed, likeness
from vision.codes.matrix.clock_tracks import starts_of
from vision.codes.matrix.data_matrix_sizes import MatrixSize, border_patterns
from vision.codes.soft.modules_decoder import decode_modules, decode_rectified
from vision.codes.soft.sampling import ModuleLevels, by_extremes, module_means, threshold_rules
from vision.errors import GeometryError
from vision.geometry import Quad

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.finding.solid_corners import SolidCorner
    from vision.codes.lattice.grid_map import GridMap
    from vision.codes.matrix.clock_tracks import SizedStart

_KIND = zxingcpp.BarcodeFormat.DataMatrix
# Corners that are looked at in one stage.
_MOST_CORNERS = 16
_LEAST_LIKENESS = 0.02
# How well the L and the clock tracks must show under the first map, and under the grown one: the
# data of a small symbol has few checks, so its patterns are part of the proof.
_LEAST_FIRST_SOLID, _LEAST_FIRST_CLOCK = 0.75, 0.62
_LEAST_SOLID, _LEAST_CLOCK = 0.88, 0.85
_MOST_MODULE_PX, _WORKING_MODULE_PX = 14.0, 10.0
_RECTIFIED_PIXELS = 6
_WHITE = 255
# Maps that are grown, in order of how well their patterns show; two that differ by less than this
# are one.
_MOST_GROWN, _SAME_MODULES = 6, 0.4
# Of the time that is left, what the first maps of a picture may take.
_START_SHARE = 0.6
# A map on its way with a worse lattice than this is given up.
_LEAST_COHERENCE = 0.25
_STYLE = GrowthStyle(iterations=12, knots=5, fine_knots=7)


@dataclass(frozen=True, slots=True, eq=False)
class DataMatrixReading:
    """A Data Matrix symbol read through its lattice.

    Attributes:
        barcode: What the decoder made of it.
        size: Rows, columns and regions.
        quad: Outline, px of the picture, from the symbol's top left; the L's corner is the last.
        grid: Where its modules lie in the picture.
        agreement: Share of the L's and of the clock tracks' modules that have the right colour,
            the worse of the two, 0..1.
        step: What read it.
    """

    barcode: zxingcpp.Barcode
    size: MatrixSize
    quad: Quad
    grid: GridMap
    agreement: float
    step: GridStep


def read_data_matrices(
    gray: NDArray[np.uint8], budget: Budget, limit: int = 4, known: Sequence[Quad] = ()
) -> list[DataMatrixReading]:
    """Data Matrix symbols of a picture, uint8 (H, W): every stage until one has read something."""
    return next((found for found in data_matrix_stages(gray, budget, limit, known) if found), [])


def data_matrix_stages(
    gray: NDArray[np.uint8], budget: Budget, limit: int = 4, known: Sequence[Quad] = ()
) -> Iterator[list[DataMatrixReading]]:
    """What each stage read: first maps as it is, then inverted; then grown maps of both.

    Args:
        gray: uint8 (H, W).
        budget: Asked inside every loop; the stages end when it is spent.
        limit: Symbols after which a stage stops.
        known: Outlines of codes that were read already; corners in them are not used again.
    """
    pending: list[_Pending] = []
    for picture in (gray, np.asarray(_WHITE - gray, np.uint8)):
        if budget.is_spent:
            return
        found, unread = _read_starts(picture, budget.part(_START_SHARE), limit, known)
        pending += unread
        yield found
    pending.sort(key=lambda entry: -entry.score)
    yield _read_growths(pending[:_MOST_GROWN], budget, limit, known)


@dataclass(frozen=True, slots=True, eq=False)
class _Pending:
    """A first map whose patterns show, but that could not be read as it is.

    `grids`: maps to grow, into `gray`, which is `scale` times the picture; `score`: how well the
    patterns show, larger is likelier.
    """

    score: float
    size: MatrixSize
    gray: NDArray[np.uint8]
    scale: float
    grids: tuple[GridMap, ...]


def _read_starts(
    gray: NDArray[np.uint8], budget: Budget, limit: int, known: Sequence[Quad]
) -> tuple[list[DataMatrixReading], list[_Pending]]:
    """What the first maps of a picture's solid corners read, and those that must be grown."""
    found: list[DataMatrixReading] = []
    pending: list[_Pending] = []
    for corner in _ranked(gray, budget):
        if budget.is_spent or len(found) >= limit:
            break
        if _is_used(corner, [*known, *(reading.quad for reading in found)]):
            continue
        frame = framed(gray, corner, budget)
        if frame is None:
            continue
        for start in starts_of(gray, frame, budget):
            tried = _try_start(gray, start)
            if isinstance(tried, DataMatrixReading):
                found.append(tried)
                break
            if tried is not None:
                pending.append(tried)
    return found, pending


def _read_growths(
    pending: Sequence[_Pending], budget: Budget, limit: int, known: Sequence[Quad]
) -> list[DataMatrixReading]:
    found: list[DataMatrixReading] = []
    for entry in pending:
        for grid in entry.grids:
            if budget.is_spent or len(found) >= limit:
                return found
            middle = grid.scaled(1 / entry.scale).corners_xy.mean(axis=0)[None]
            used = [*known, *(reading.quad for reading in found)]
            if any(bool(quad.contains(middle)[0]) for quad in used):
                break
            reading = _grown(entry.gray, entry.size, grid, entry.scale, budget)
            if reading is not None:
                found.append(reading)
                break
    return found


def _ranked(gray: NDArray[np.uint8], budget: Budget) -> list[SolidCorner]:
    """Solid corners with something like modules inside, the likeliest first."""
    scored = []
    for corner in find_solid_corners(gray, budget):
        if budget.is_spent:
            break
        seen = likeness(gray, corner)
        if seen > _LEAST_LIKENESS:
            scored.append((seen * corner.size_px**0.5, corner))
    scored.sort(key=lambda entry: -entry[0])
    return [corner for _, corner in scored[:_MOST_CORNERS]]


def _is_used(corner: SolidCorner, quads: Sequence[Quad]) -> bool:
    inside = corner.bottom.at(np.array(0.5)) + corner.left.at(np.array(0.5)) - corner.corner_xy
    return any(bool(quad.contains(inside[None])[0]) for quad in quads)


def _try_start(gray: NDArray[np.uint8], start: SizedStart) -> DataMatrixReading | _Pending | None:
    """Read a first map; what it needs to be grown where that fails; None where it fits badly."""
    shown, scale, grid = _at_working_size(gray, start.grid)
    levels = by_extremes(module_means(shown, grid), 7)
    solid, clock = _shares(levels, start.size)
    if solid < _LEAST_FIRST_SOLID or clock < _LEAST_FIRST_CLOCK:
        return None
    if solid >= _LEAST_SOLID and clock >= _LEAST_CLOCK:
        barcode = _decoded(levels, start.size)
        step = GridStep.START
        if barcode is None:
            barcode = decode_rectified(grid.rectified(shown, _RECTIFIED_PIXELS), _KIND)
            step = GridStep.RECTIFIED
        if barcode is not None and _is_of_size(barcode, start.size):
            return _reading(barcode, start.size, grid, scale, levels, step)
    grids = [grid]
    mirrored = start.mirrored.scaled(scale)
    apart = np.linalg.norm(mirrored.nodes_xy - grid.nodes_xy, axis=2).max()
    if apart > _SAME_MODULES * float(np.median(grid.stretch_px())):
        grids.append(mirrored)
    return _Pending(solid + clock + start.fit / 2, start.size, shown, scale, tuple(grids))


def _at_working_size(
    gray: NDArray[np.uint8], grid: GridMap
) -> tuple[NDArray[np.uint8], float, GridMap]:
    """Picture, its scale and the map into it, shrunk where modules are very large."""
    module_px = float(np.median(grid.stretch_px()))
    if module_px <= _MOST_MODULE_PX:
        return gray, 1.0, grid
    scale = _WORKING_MODULE_PX / module_px
    size_wh = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    shrunk = np.asarray(cv2.resize(gray, size_wh, interpolation=cv2.INTER_AREA), np.uint8)
    return shrunk, scale, grid.scaled(scale)


def _grown(
    gray: NDArray[np.uint8], size: MatrixSize, start: GridMap, scale: float, budget: Budget
) -> DataMatrixReading | None:
    for grown in grow(gray, start, _STYLE, budget, trusted_modules=_trusted(size)):
        for levels in threshold_rules(module_means(gray, grown.grid)):
            if budget.is_spent:
                return None
            solid, clock = _shares(levels, size)
            if solid >= _LEAST_SOLID and clock >= _LEAST_CLOCK:
                barcode = _decoded(levels, size)
                if barcode is not None:
                    return _reading(barcode, size, grown.grid, scale, levels, GridStep.GROWN)
            if not grown.is_last:
                break
        if grown.mean_coherence < _LEAST_COHERENCE:
            break
    return None


def _trusted(size: MatrixSize) -> NDArray[np.bool_]:
    """Where the first map is known to fit: along the counted tracks and the L."""
    trusted = np.zeros((size.rows, size.columns), np.bool_)
    trusted[:2] = trusted[-1] = True
    trusted[:, 0] = trusted[:, -2:] = True
    return trusted


def _decoded(levels: ModuleLevels, size: MatrixSize) -> zxingcpp.Barcode | None:
    patterns = border_patterns(size)
    return decode_modules(np.where(patterns.all, patterns.dark, levels.symbol < 0), _KIND)


def _is_of_size(barcode: zxingcpp.Barcode, size: MatrixSize) -> bool:
    extra: dict[str, object] = barcode.extra or {}  # type: ignore[assignment]
    return str(extra.get("Version", "")) in ("", f"{size.rows}x{size.columns}")


def _shares(levels: ModuleLevels, size: MatrixSize) -> tuple[float, float]:
    """Share of right modules in the solid lines and in the clock tracks."""
    patterns = border_patterns(size)
    is_right = (levels.symbol < 0) == patterns.dark
    return float(is_right[patterns.solid].mean()), float(is_right[patterns.clock].mean())


def _reading(
    barcode: zxingcpp.Barcode,
    size: MatrixSize,
    grid: GridMap,
    scale: float,
    levels: ModuleLevels,
    step: GridStep,
) -> DataMatrixReading | None:
    whole = grid.scaled(1 / scale)
    try:
        quad = Quad(whole.corners_xy)
    except GeometryError:
        return None
    return DataMatrixReading(barcode, size, quad, whole, min(_shares(levels, size)), step)
