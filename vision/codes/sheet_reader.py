"""QR Codes of which a finder or a part can't be seen: read from any one finder that is left.

A roll is grown from one finder (see lattice/sheet.py), whatever lies on it is compared with the
patterns of every version, and what can't be seen is treated as unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.code_reading import GridStep
from vision.codes.grid_decode import GridReading
from vision.codes.lattice.grid_map import MARGIN_MODULES, NODES_PER_MODULE, GridMap
from vision.codes.lattice.growth import GrownMap, GrowthStyle, grow
from vision.codes.lattice.picture_edges import picture_edges
from vision.codes.lattice.sheet import grow_sheet
from vision.codes.sheet_symbols import SheetSymbol, symbols_on
from vision.codes.soft.modules_decoder import decode_modules
from vision.codes.soft.qr_symbol import decode_soft, pattern_agreement, with_ideal_patterns
from vision.codes.soft.reliability import module_reliability
from vision.codes.soft.sampling import module_means, threshold_rules
from vision.errors import GeometryError
from vision.geometry import Quad

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import zxingcpp
    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.finding.finder import Finder
    from vision.codes.lattice.picture_edges import PictureEdges
    from vision.codes.lattice.sheet import Sheet

# Finders that a sheet is grown from, the clearest first; symbols that are tried on each sheet.
MOST_SEEDS, _MOST_SYMBOLS = 3, 2
# Larger modules are shrunk to this many px: edges need no more, foreshortened ones all of it.
_MOST_MODULE_PX, _WORKING_MODULE_PX = 12.0, 8.0
# Edges are looked for so far around a finder: version 21 from corner to corner, where its modules
# are not too large for the time that this takes.
_AROUND_MODULES, _MOST_AROUND_PX = 100, 700
# Looking for edges can't be interrupted: ms per million pixels, where edges are everywhere.
_EDGES_MS = 60.0
# Sheets with less in place are no lattice of modules.
_LEAST_WORTH = 80.0
_LEAST_FINDER, _LEAST_TIMING = 0.85, 0.8
_SOFT_RULES = 3
# A few rounds in which the free surface takes up what is not quite a roll.
_POLISH = GrowthStyle(iterations=4, reach_modules=4, look_every=4)


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """A symbol with its map, in the picture that was grown in."""

    symbol: SheetSymbol
    grown: GrownMap
    gray: NDArray[np.uint8]


def read_sheets(
    gray: NDArray[np.uint8], finders: Sequence[Finder], limit: int, budget: Budget
) -> list[GridReading]:
    """Codes that are read from one of their finders.

    Args:
        gray: uint8 (H, W).
        finders: Where to begin, the clearest first.
        limit: Codes after which it stops.
        budget: Asked in every round.
    """
    found: list[GridReading] = []
    for finder in finders[:MOST_SEEDS]:
        if len(found) >= limit or budget.is_spent:
            break
        if any(_is_in(finder, reading.quad) for reading in found):
            continue
        reading = _read_from(gray, finder, budget)
        if reading is not None:
            found.append(reading)
    return found


def _is_in(finder: Finder, quad: Quad) -> bool:
    x, y = finder.centre_xy.tolist()
    return cv2.pointPolygonTest(quad.corners_px.astype(np.float32), (x, y), False) >= 0


def _read_from(gray: NDArray[np.uint8], finder: Finder, budget: Budget) -> GridReading | None:
    scale = 1.0
    around_px = 2 * min(_AROUND_MODULES * finder.module_px, _MOST_AROUND_PX)
    if _EDGES_MS * min(around_px**2, gray.size) / 1e6 > budget.left_ms:
        return None
    if finder.module_px > _MOST_MODULE_PX:
        scale = _WORKING_MODULE_PX / finder.module_px
        size_wh = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
        gray = np.asarray(cv2.resize(gray, size_wh, interpolation=cv2.INTER_AREA), np.uint8)
        finder = finder.scaled(scale)
    sheet = grow_sheet(_edges_around(gray, finder), finder, budget)
    if sheet is None or sheet.worth < _LEAST_WORTH:
        return None
    for symbol in symbols_on(gray, sheet, budget, _MOST_SYMBOLS):
        if budget.is_spent:
            break
        reading = _read(_placed(gray, sheet, symbol), scale, budget)
        if reading is not None:
            return reading
    return None


def _edges_around(gray: NDArray[np.uint8], finder: Finder) -> PictureEdges:
    reach = min(_AROUND_MODULES * finder.module_px, _MOST_AROUND_PX)
    low = np.maximum(np.floor(finder.centre_xy - reach), 0).astype(int)
    high = np.ceil(finder.centre_xy + reach).astype(int) + 1
    edges = picture_edges(np.ascontiguousarray(gray[low[1] : high[1], low[0] : high[0]]))
    return edges.moved(low.astype(np.float64))


def _placed(gray: NDArray[np.uint8], sheet: Sheet, symbol: SheetSymbol) -> _Placed:
    size = 17 + 4 * symbol.version
    grid = sheet.roll.grid(size, symbol.corner_uv, symbol.turns)
    return _Placed(symbol, GrownMap(grid, symbol.coherence, symbol.trusted, 0.0, True), gray)


def _read(placed: _Placed, scale: float, budget: Budget) -> GridReading | None:
    """Sample the sheet as it is, then pulled onto the edges, each with and without erasures."""
    for grown in _maps(placed, budget):
        level = module_means(placed.gray, grown.grid)
        for index, rule in enumerate(threshold_rules(level)):
            if budget.is_spent:
                return None
            version, visible = placed.symbol.version, placed.symbol.visible
            agreement = pattern_agreement(rule.symbol, version, visible=visible)
            if agreement.finder < _LEAST_FINDER or agreement.timing < _LEAST_TIMING:
                break
            share = (agreement.finder + agreement.timing + agreement.alignment) / 3
            barcode = decode_modules(with_ideal_patterns(rule.symbol, version))
            if barcode is not None:
                return _reading(placed, grown.grid, scale, barcode, GridStep.GROWN, share)
            if index >= _SOFT_RULES:
                continue
            sure = module_reliability(rule, grown) * visible
            soft = decode_soft(rule.symbol, sure.astype(np.float32), version, budget)
            barcode = None if soft is None else decode_modules(soft.modules)
            if barcode is not None:
                return _reading(placed, grown.grid, scale, barcode, GridStep.ERASURES, share)
    return None


def _maps(placed: _Placed, budget: Budget) -> Iterator[GrownMap]:
    yield placed.grown
    if not placed.symbol.shown:
        return
    for grown in grow(placed.gray, placed.grown.grid, _POLISH, budget, placed.symbol.shown):
        if grown.is_last:
            yield grown


def _reading(
    placed: _Placed,
    grid: GridMap,
    scale: float,
    barcode: zxingcpp.Barcode,
    step: GridStep,
    agreement: float,
) -> GridReading | None:
    whole = grid.scaled(1 / scale)
    quad = _outline(whole, placed.symbol.visible)
    if quad is None:
        return None
    return GridReading(barcode, placed.symbol.version, quad, whole, step, agreement)


def _outline(grid: GridMap, visible: NDArray[np.bool_]) -> Quad | None:
    """The symbol's four corners; where one is folded under, a rectangle round what is seen."""
    if visible.all():
        try:
            return Quad(grid.corners_xy)
        except GeometryError:
            pass
    inner = slice(MARGIN_MODULES * NODES_PER_MODULE, -MARGIN_MODULES * NODES_PER_MODULE)
    seen = np.kron(visible, np.ones((NODES_PER_MODULE, NODES_PER_MODULE), np.bool_))
    points = grid.nodes_xy[inner, inner][seen]
    if len(points) < 4:
        return None
    box = np.asarray(cv2.boxPoints(cv2.minAreaRect(points)), np.float64)
    # As near as can be to the symbol's own top left.
    first = int(np.abs(box - grid.corners_xy[0]).sum(axis=1).argmin())
    try:
        return Quad(np.roll(box, -first, axis=0))
    except GeometryError:
        return None
