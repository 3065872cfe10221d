"""From a code reading to its straight patch, every module in place to a hundredth of a module."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from vision.codes import Symbology, read_codes
from vision.codes.code_reading import Rung
from vision.codes.soft.modules_decoder import decode_modules
from vision.fingerprint.alignment import aligned_by_blocks, aligned_by_edges
from vision.fingerprint.printed_matrix import PrintedMatrix
from vision.fingerprint.rebuilding import foreign_block, module_agreement, rebuilt_modules
from vision.fingerprint.straight_view import StraightView, grid_of_quad, module_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from vision.codes import CodeReading
    from vision.codes.lattice.grid_map import GridMap
    from vision.frame import Frame

PATCH_PIXELS_PER_MODULE = 16
_COARSE_PIXELS, _FINE_PIXELS = 8, 12
# Corners from a reader may be this far off on a bent pack; the second look is for what is left.
_BLOCK_REACHES_MODULES = (1.0, 0.6, 0.5)
# Rounds on the edges of a small picture, ended early once the map moves no more than this.
_COARSE_ROUNDS, _DONE_STEP_MODULES = 4, 0.003
# Fewer modules of the right colour than this: it is another symbol, or too bad to say.
_LEAST_AGREEMENT = 0.9
# From here on no other start is tried.
_GOOD_AGREEMENT = 0.97


class PrintRefusal(StrEnum):
    """Why a reading can't be registered."""

    NOT_A_QR_CODE = "not a QR Code"
    NOT_REBUILT = "the modules could not be rebuilt from the photo"
    ANOTHER_SYMBOL = "the photo shows another symbol than the one claimed"
    UNCLEAR = "too few module edges are seen clearly"


@dataclass(frozen=True, slots=True, eq=False)
class RegisteredPrint:
    """A symbol seen straight from the front.

    Attributes:
        patch: float32 (S, S), S = (N + 2) x pixels_per_module: the symbol with one module of
            margin, grey values of the photo.
        pixels_per_module: scale of the patch.
        matrix: what it should show.
        grid: where every module lies in the photo.
        photo_pixels_per_module: resolution of the photo itself.
        residual_modules: robust standard deviation of the edges about the map.
        uncertainty_modules: standard error of the map's places.
        agreement: share of the unmasked modules that have the right colour, 0..1.
    """

    patch: NDArray[np.float32]
    pixels_per_module: int
    matrix: PrintedMatrix
    grid: GridMap
    photo_pixels_per_module: float
    residual_modules: float
    uncertainty_modules: float
    agreement: float


def register(
    frame: Frame, reading: CodeReading, claimed: PrintedMatrix | None = None
) -> RegisteredPrint | PrintRefusal:
    """Find where every module of a QR Code lies and show the symbol straight.

    The map starts from the reader's corners or its grid, is moved by blocks of modules and then
    by sub-pixel edges, on a smooth mesh that follows bent packs.

    Args:
        frame: the photo; without quiet zone give it a white border first.
        reading: a QR Code of this frame.
        claimed: the symbol that it should be, with its mask; without it the symbol is rebuilt from
            the reading and a foreign block is looked for.
    """
    columns, rows = reading.modules or (0, None)
    if reading.symbology is not Symbology.QR_CODE or rows is None or columns != rows:
        return PrintRefusal.NOT_A_QR_CODE
    gray = frame.gray
    grids = [grid_of_quad(reading.quad, columns)]
    if reading.grid is not None:
        grids.append(reading.grid)
    if claimed is not None:
        return _as_claimed(gray, grids, reading.text, claimed)
    modules, grid = _rebuilt(gray, grids, reading.text)
    if modules is None and reading.grid is None:
        modules, grid = _rebuilt(gray, _grown_grids(frame, reading), reading.text)
    if modules is None or grid is None:
        return PrintRefusal.NOT_REBUILT
    return _registered(gray, (grid,), PrintedMatrix.of(modules), looks_for_block=True)


def _as_claimed(
    gray: NDArray[np.uint8], grids: Sequence[GridMap], text: str, claimed: PrintedMatrix
) -> RegisteredPrint | PrintRefusal:
    """The known symbol need not be rebuilt: its message and its modules must fit the photo."""
    barcode = decode_modules(claimed.modules)
    if barcode is None or barcode.text != text or claimed.size_modules != grids[0].size_modules:
        return PrintRefusal.ANOTHER_SYMBOL
    return _registered(gray, grids, claimed, looks_for_block=False)


def _rebuilt(
    gray: NDArray[np.uint8], grids: Sequence[GridMap], text: str
) -> tuple[NDArray[np.bool_] | None, GridMap | None]:
    """Modules by the first grid that lets them be rebuilt, and that grid."""
    for grid in grids:
        modules = rebuilt_modules(gray, grid, text)
        if modules is not None:
            return modules, grid
    return None, None


def _grown_grids(frame: Frame, reading: CodeReading) -> list[GridMap]:
    """The grid of a code that was read without one, from the reader of bent labels."""
    qr_codes = (Symbology.QR_CODE,)
    found = read_codes(frame, qr_codes, ladder=(Rung.GRID,), clock=time.thread_time)
    return [
        other.grid
        for other in found
        if other.text == reading.text
        and other.grid is not None
        and other.quad.overlaps(reading.quad)
    ]


def _placed_by_blocks(
    gray: NDArray[np.uint8], grids: Sequence[GridMap], matrix: PrintedMatrix
) -> tuple[StraightView, GridMap, NDArray[np.bool_]] | None:
    """The first grid that, moved by blocks, shows nearly every module in its colour; or the best.

    Gives the view that was used, the grid and which modules (N, N) have their colour.
    """
    best: tuple[StraightView, GridMap, NDArray[np.bool_]] | None = None
    best_share = 0.0
    for start in grids:
        view = StraightView.of(gray, start, _COARSE_PIXELS)
        grid: GridMap | None = start
        for reach_modules in _BLOCK_REACHES_MODULES:
            grid = grid and aligned_by_blocks(view, grid, matrix, reach_modules)
        if grid is None:
            continue
        is_right = module_agreement(gray, grid, matrix.modules)
        share = float(is_right[~matrix.masked].mean()) if not matrix.masked.all() else 0.0
        if share > best_share:
            best, best_share = (view, grid, is_right), share
        if share > _GOOD_AGREEMENT:
            break
    return best


def _registered(
    gray: NDArray[np.uint8],
    grids: Sequence[GridMap],
    matrix: PrintedMatrix,
    *,
    looks_for_block: bool,
) -> RegisteredPrint | PrintRefusal:
    placed = _placed_by_blocks(gray, grids, matrix)
    if placed is None:
        return PrintRefusal.UNCLEAR
    coarse, grid, is_right = placed
    if looks_for_block:
        matrix = PrintedMatrix(matrix.modules, foreign_block(is_right))
    agreement = float(is_right[~matrix.masked].mean()) if not matrix.masked.all() else 0.0
    if agreement < _LEAST_AGREEMENT:
        return PrintRefusal.UNCLEAR
    for _ in range(_COARSE_ROUNDS):
        aligned = aligned_by_edges(coarse, grid, matrix, _COARSE_PIXELS)
        if aligned is None:
            return PrintRefusal.UNCLEAR
        grid, fit = aligned
        if fit.step_modules < _DONE_STEP_MODULES:
            break
    fine = StraightView.of(gray, grid, PATCH_PIXELS_PER_MODULE)
    aligned = aligned_by_edges(fine, grid, matrix, _FINE_PIXELS)
    if aligned is None:
        return PrintRefusal.UNCLEAR
    grid, fit = aligned
    return RegisteredPrint(
        patch=fine.patch(grid, PATCH_PIXELS_PER_MODULE),
        pixels_per_module=PATCH_PIXELS_PER_MODULE,
        matrix=matrix,
        grid=grid,
        photo_pixels_per_module=module_px(grid),
        residual_modules=fit.residual_modules,
        uncertainty_modules=fit.uncertainty_modules,
        agreement=agreement,
    )
