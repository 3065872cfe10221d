"""Data Matrix ECC 200: the sizes that exist, and the modules that every symbol of a size shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class MatrixSize:
    """One size of symbol (ISO/IEC 16022:2006, table 7).

    Attributes:
        rows: Modules down, borders included.
        columns: Modules across.
        regions_down: Data regions, each with its own solid L and clock tracks.
        regions_across: The same across.
    """

    rows: int
    columns: int
    regions_down: int = 1
    regions_across: int = 1


def _squares() -> list[MatrixSize]:
    sides = {1: range(10, 27, 2), 2: (32, 36, 40, 44, 48, 52), 4: (64, 72, 80, 88, 96, 104)}
    sides[6] = (120, 132, 144)
    return [MatrixSize(side, side, n, n) for n, group in sides.items() for side in group]


SIZES: tuple[MatrixSize, ...] = (
    *_squares(),
    MatrixSize(8, 18),
    MatrixSize(8, 32, 1, 2),
    MatrixSize(12, 26),
    MatrixSize(12, 36, 1, 2),
    MatrixSize(16, 36, 1, 2),
    MatrixSize(16, 48, 1, 2),
)
"""All 24 squares and 6 rectangles of ECC 200."""


@dataclass(frozen=True, slots=True, eq=False)
class BorderPatterns:
    """Modules whose colour is the same in every symbol of a size, all bool (rows, columns).

    Attributes:
        dark: Which of them are dark; False elsewhere.
        solid: The solid lines at the left and at the bottom of every region.
        clock: The alternating lines at the top and at the right of every region.
        outer_clock: Those of the whole symbol's top and right sides.
    """

    dark: NDArray[np.bool_]
    solid: NDArray[np.bool_]
    clock: NDArray[np.bool_]
    outer_clock: NDArray[np.bool_]

    @property
    def all(self) -> NDArray[np.bool_]:
        """Solid and clock modules."""
        return self.solid | self.clock


@lru_cache(maxsize=len(SIZES))
def border_patterns(size: MatrixSize) -> BorderPatterns:
    """Borders of a size and of its regions (ISO/IEC 16022:2006, 5.7: finder pattern)."""
    row, column = np.mgrid[: size.rows, : size.columns]
    high, wide = size.rows // size.regions_down, size.columns // size.regions_across
    solid = (column % wide == 0) | (row % high == high - 1)
    top, right = row % high == 0, column % wide == wide - 1
    clock = (top | right) & ~solid
    dark = solid | (clock & np.where(top, column % 2 == 0, row % 2 == 1))
    outer = clock & ((row == 0) | (column == size.columns - 1))
    return BorderPatterns(dark, solid, clock, outer)
