"""What a second printing does to any symbol: ink that spreads, edges that fray, grain in solids.

No reference is needed. Each number alone can be fooled by a careless photo (exposure moves the
gain, blur hides the fraying); together they part first prints from scan-and-reprint copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vision.fingerprint.crossings import find_crossings, sample_offsets
from vision.fingerprint.straight_view import PATCH_MARGIN_MODULES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.fingerprint.registration import RegisteredPrint

    Floats = NDArray[np.float64]

_DEVIATION_OF_MEDIAN = 1.4826
# Share of a module's side, around its middle, that counts as solid.
_SOLID_SHARE = 0.5
# Modules at the rim of a foreign block belong to the symbol as much as to the block.
_BLOCK_RIM_MODULES = 2


@dataclass(frozen=True, slots=True)
class CopyStatistics:
    """Traces of a second printing, measured on one photo.

    Attributes:
        gain_modules: how far dark modules spread over each edge.
        raggedness_modules: robust deviation of the samples of an edge from a straight line.
        grain: robust deviation of grey inside solid modules, share of the contrast.
        pattern_darkness: mean darkness inside the foreign block, 0 = paper, 1 = full ink; None
            where there is no block.
    """

    gain_modules: float
    raggedness_modules: float
    grain: float
    pattern_darkness: float | None

    def vector(self) -> Floats:
        """The numbers (4,) in the order of the fields, NaN for None."""
        pattern = np.nan if self.pattern_darkness is None else self.pattern_darkness
        return np.array([self.gain_modules, self.raggedness_modules, self.grain, pattern])


def copy_statistics(registered: RegisteredPrint) -> CopyStatistics | None:
    """Measure the traces of a second printing; None where no edges or no solids are seen."""
    matrix = registered.matrix
    found = find_crossings(
        registered.patch, registered.pixels_per_module, PATCH_MARGIN_MODULES, matrix
    )
    whole = np.isfinite(found.shift).all(axis=1)
    levels = _solid_levels(registered)
    dark = matrix.modules & ~matrix.masked
    light = ~matrix.modules & ~matrix.masked
    if not whole.any() or not dark.any() or not light.any():
        return None
    ink, paper = float(np.median(levels[dark])), float(np.median(levels[light]))
    contrast = paper - ink
    if contrast <= 0:
        return None
    shift = found.shift[whole].astype(np.float64)
    gain = float(np.mean(shift.mean(axis=1) * matrix.edges.polarity[whole]))
    return CopyStatistics(
        gain_modules=gain,
        raggedness_modules=_raggedness(shift),
        grain=_grain(registered) / contrast,
        pattern_darkness=_pattern_darkness(levels, matrix.masked, ink, paper),
    )


def _raggedness(shift: Floats) -> float:
    """Deviation of samples (n, k) from the best straight line of their edge."""
    places = sample_offsets(shift.shape[1])
    design = np.stack((np.ones_like(places), places), axis=1)
    flat = shift - shift @ np.linalg.pinv(design).T @ design.T
    freedom = shift.shape[1] - design.shape[1]
    per_edge = np.sqrt(np.square(flat).sum(axis=1) / freedom)
    return float(np.median(per_edge))


def _cells(registered: RegisteredPrint) -> NDArray[np.float32]:
    """The middles of all modules, float32 (N, N, k, k)."""
    pixels, side = registered.pixels_per_module, registered.matrix.size_modules
    first = PATCH_MARGIN_MODULES * pixels
    symbol = registered.patch[first : first + side * pixels, first : first + side * pixels]
    modules = symbol.reshape(side, pixels, side, pixels).transpose(0, 2, 1, 3)
    rim = round(pixels * (1 - _SOLID_SHARE) / 2)
    return modules[:, :, rim : pixels - rim, rim : pixels - rim]


def _solid_levels(registered: RegisteredPrint) -> Floats:
    """Mean grey (N, N) of the middle of every module."""
    levels: Floats = _cells(registered).mean(axis=(2, 3), dtype=np.float64)
    return levels


def _grain(registered: RegisteredPrint) -> float:
    """Median over solid modules of the grey's deviation inside them."""
    solid = _cells(registered)[~registered.matrix.masked]
    return float(np.median(solid.std(axis=(1, 2))))


def _pattern_darkness(
    levels: Floats, masked: NDArray[np.bool_], ink: float, paper: float
) -> float | None:
    rows, columns = np.nonzero(masked)
    if not rows.size:
        return None
    rim = _BLOCK_RIM_MODULES
    inner = levels[
        rows.min() + rim : rows.max() + 1 - rim, columns.min() + rim : columns.max() + 1 - rim
    ]
    if not inner.size:
        return None
    return float(np.clip((paper - inner) / (paper - ink), 0, 1).mean())
