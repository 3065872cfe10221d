"""Lattices of Data Matrix and Micro QR Codes as stages of the ladder, cheap ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vision.codes.code_reading import CORRECTED_CONFIDENCE, CodeReading, GridStep, Rung
from vision.codes.finding.contours import PASSES, find_finders
from vision.codes.matrix.data_matrix import data_matrix_stages
from vision.codes.matrix.micro_qr import read_micro_codes
from vision.codes.symbology import Symbology

if TYPE_CHECKING:
    from collections.abc import Iterator

    import zxingcpp
    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.lattice.grid_map import GridMap
    from vision.geometry import Quad

LATTICE_KINDS = frozenset({Symbology.DATA_MATRIX, Symbology.MICRO_QR_CODE})
"""What these stages read; QR Codes have their own (grid_reader.py)."""

# Of what is left when the first kind begins, and when finders are looked for: what follows needs
# time too.
_FIRST_KIND_SHARE, _FINDERS_SHARE = 0.65, 0.5
# A Micro QR Code of version M1 with a pixel per module.
_LEAST_SIDE_PX = 11
_WHITE = 255


def matrix_stages(
    gray: NDArray[np.uint8], wanted: frozenset[Symbology], budget: Budget, limit: int
) -> Iterator[list[CodeReading]]:
    """What each stage read: of either kind the picture as it is, then inverted, then closer looks.

    Args:
        gray: uint8 (H, W).
        wanted: Kinds to look for; those that have no lattice here are passed over.
        budget: Asked inside every loop.
        limit: Codes after which a stage stops.
    """
    if min(gray.shape) < _LEAST_SIDE_PX:
        return
    is_micro = Symbology.MICRO_QR_CODE in wanted
    if Symbology.DATA_MATRIX in wanted:
        share = budget.part(_FIRST_KIND_SHARE) if is_micro else budget
        for found in data_matrix_stages(gray, share, limit):
            yield [
                _code(Symbology.DATA_MATRIX, r.barcode, r.quad, r.grid, r.agreement, r.step)
                for r in found
            ]
    for level in PASSES[:2] if is_micro else ():
        for picture in (gray, np.asarray(_WHITE - gray, np.uint8)):
            if budget.is_spent:
                return
            finders = find_finders(picture, level, budget.part(_FINDERS_SHARE))
            yield [
                _code(
                    Symbology.MICRO_QR_CODE,
                    reading.barcode,
                    reading.quad,
                    reading.grid,
                    reading.agreement,
                    GridStep.GROWN,
                )
                for reading in read_micro_codes(picture, finders, budget, limit)
            ]


def _code(
    symbology: Symbology,
    barcode: zxingcpp.Barcode,
    quad: Quad,
    grid: GridMap,
    agreement: float,
    step: GridStep,
) -> CodeReading:
    return CodeReading(
        text=barcode.text,
        raw=barcode.bytes,
        symbology=symbology,
        quad=quad,
        rungs=(Rung.GRID,),
        modules=(grid.size_modules, grid.rows),
        error_correction=barcode.ec_level,
        identifier=barcode.symbology_identifier,
        confidence=CORRECTED_CONFIDENCE * agreement,
        grid_step=step,
        grid=grid,
    )
