"""What is predictable about a printed edge, and what is left of it: the print's own accidents.

Predictable are the smooth errors of the map and of the ink's spread, the pull of neighbouring
modules (ink, lens, sharpening) and, in the line-free version, one offset and one gain for every
lattice line, which a printer's banding causes. All are linear in unknown amounts, which are fitted
to each photo by itself: nothing is trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial.legendre import legvander

from vision.fingerprint.crossings import REACH_ALONG_MODULES, sample_offsets
from vision.fingerprint.printed_matrix import ACROSS, ALONG, PrintedMatrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.fingerprint.crossings import Crossings

    Floats = NDArray[np.float64]

SHAPES = 3
"""Numbers kept of every edge: its mean displacement, its tilt and its bow. Higher ones are mostly
the corners' rounding, which all prints share."""
_FITTED_SHAPES = 4
_SHIFT_ORDER, _GAIN_ORDER = 6, 3
_RIDGE = 1e-4
_ROUNDS, _CLIP_DEVIATIONS = 5, 3.0
_DEVIATION_OF_MEDIAN = 1.4826
_LEAST_DEVIATION_MODULES = 1e-5
_BESIDE_EDGE = (
    (ACROSS // 2 - 1) * ALONG + ALONG // 2,
    ACROSS // 2 * ALONG + ALONG // 2,
)


@dataclass(frozen=True, slots=True, eq=False)
class Predictors:
    """Design of the fit for one matrix; all arrays are read-only.

    Attributes:
        mean: float64 (n, p), what moves an edge as a whole; the lines' columns come last.
        plain: how many columns of `mean` there are without the lines'.
        shape: float64 (n, q), what tilts or bows an edge.
    """

    mean: Floats
    plain: int
    shape: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Unpredicted:
    """What is left of the edges after a fit.

    Attributes:
        shapes: float32 (n, 3), mean, tilt and bow in units of the robust deviation of a sample;
            NaN where the edge was not seen.
        deviation_modules: that deviation.
    """

    shapes: NDArray[np.float32]
    deviation_modules: float


def predictors_of(matrix: PrintedMatrix) -> Predictors:
    """The design for a matrix; kept for the last few."""
    return _predictors(matrix.modules.tobytes(), matrix.size_modules)


# Few are kept: a large symbol has a design of a hundred megabytes.
@lru_cache(maxsize=2)
def _predictors(packed: bytes, side: int) -> Predictors:
    edges = PrintedMatrix.of(np.frombuffer(packed, np.bool_).reshape(side, side)).edges
    polarity = edges.polarity.astype(np.float64)[:, None]
    lying = edges.is_lying.astype(np.float64)[:, None]
    upright = 1 - lying
    x, y = (2 * edges.middle_uv / side - 1).T
    smooth = _polynomials(x, y, _SHIFT_ORDER) * polarity
    gain = _polynomials(x, y, _GAIN_ORDER)
    ink = edges.context.astype(np.float64)
    neighbours, corners = np.delete(ink, _BESIDE_EDGE, axis=1), _corner_products(ink)
    plain = (
        smooth * upright,
        smooth * lying,
        gain * upright,
        gain * lying,
        neighbours,
        neighbours * lying,
        corners,
    )
    lines = np.zeros((edges.count, 2 * (side + 1)))
    lines[np.arange(edges.count), edges.is_lying * (side + 1) + edges.line] = 1
    mean = np.concatenate((*plain, lines, lines * polarity), axis=1)
    shape = np.concatenate((neighbours, corners, np.ones((edges.count, 1))), axis=1)
    mean.flags.writeable = shape.flags.writeable = False
    return Predictors(mean, sum(part.shape[1] for part in plain), shape)


def _polynomials(x: Floats, y: Floats, order: int) -> Floats:
    """Products of Legendre polynomials up to a total order at places in -1..1."""
    across, down = legvander(x, order), legvander(y, order)
    pairs = [(i, j) for i in range(order + 1) for j in range(order + 1 - i)]
    return np.stack([across[:, i] * down[:, j] for i, j in pairs], axis=1)


def _corner_products(ink: Floats) -> Floats:
    """Where corners stand: products of the four modules at the ends of an edge."""
    beside, behind = _BESIDE_EDGE
    ends = [ink[:, at] for at in (beside - 1, behind - 1, beside + 1, behind + 1)]
    pairs = ((0, 1), (2, 3), (0, 2), (1, 3), (0, 3), (1, 2))
    products = [ends[i] * ends[j] for i, j in pairs]
    return np.stack([*products, np.prod(ends, axis=0)], axis=1)


def unpredicted(matrix: PrintedMatrix, crossings: Crossings) -> tuple[Unpredicted, Unpredicted]:
    """Take what is predictable out of the crossings: (plain, free of lines).

    A ridge fit by Huber's pseudo-values: samples that stick out count only up to three robust
    deviations, samples that are missing are filled with what is predicted. The n edges are fitted
    by the shapes of their profiles (orthogonal polynomials along the edge), which are independent
    of each other, so the systems stay small.
    """
    predictors, edges = predictors_of(matrix), matrix.edges
    is_seen = np.isfinite(crossings.shift)
    kept = np.flatnonzero(is_seen.any(axis=1))
    shift = crossings.shift[kept].astype(np.float64) * edges.polarity[kept, None]
    if kept.size == 0:
        nothing = Unpredicted(np.full((edges.count, SHAPES), np.nan, np.float32), 0.0)
        return nothing, nothing
    basis = _shape_basis(shift.shape[1])
    mean, shape = predictors.mean[kept], predictors.shape[kept]
    mean_normal, shape_normal = mean.T @ mean, shape.T @ shape
    found = []
    for columns in (predictors.plain, mean.shape[1]):
        fit = _Fit(
            mean[:, :columns],
            _inverse(mean_normal[:columns, :columns], kept.size),
            shape,
            _inverse(shape_normal, kept.size),
        )
        left, deviation = fit.left_of(shift, is_seen[kept], basis)
        shapes = np.full((edges.count, SHAPES), np.nan, np.float32)
        shapes[kept] = left @ basis[:, :SHAPES] / (deviation * np.sqrt(shift.shape[1]))
        found.append(Unpredicted(shapes, deviation))
    return found[0], found[1]


@lru_cache(maxsize=4)
def _shape_basis(samples: int) -> Floats:
    """Orthonormal polynomials (samples, samples) over the sample places, order 0 first."""
    places = sample_offsets(samples) / REACH_ALONG_MODULES
    basis, triangle = np.linalg.qr(np.vander(places, samples, increasing=True))
    upright: Floats = basis * np.where(np.diag(triangle) < 0, -1.0, 1.0)
    return upright


def _inverse(normal: Floats, rows: int) -> Floats:
    return np.asarray(np.linalg.inv(normal + _RIDGE * rows * np.eye(normal.shape[0])), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """Rows of the seen edges and the inverses of their normal equations."""

    mean: Floats
    mean_inverse: Floats
    shape: Floats
    shape_inverse: Floats

    def left_of(
        self, shift: Floats, is_seen: NDArray[np.bool_], basis: Floats
    ) -> tuple[Floats, float]:
        """Residuals (m, samples), clipped, 0 where missing, and their robust deviation."""
        predicted = np.zeros_like(shift)
        deviation = 2 * _deviation(shift[is_seen])
        for _ in range(_ROUNDS):
            left = self._clipped(shift - predicted, is_seen, deviation)
            shapes = (predicted + left) @ basis
            rows = [self.mean @ (self.mean_inverse @ (self.mean.T @ shapes[:, 0]))]
            tilted = self.shape.T @ shapes[:, 1:_FITTED_SHAPES]
            rows.extend((self.shape @ (self.shape_inverse @ tilted)).T)
            rows.append(np.full(len(shift), shapes[:, _FITTED_SHAPES].mean()))
            predicted = np.stack(rows, axis=1) @ basis[:, : _FITTED_SHAPES + 1].T
            deviation = _deviation((shift - predicted)[is_seen])
        return self._clipped(shift - predicted, is_seen, deviation), deviation

    @staticmethod
    def _clipped(left: Floats, is_seen: NDArray[np.bool_], deviation: float) -> Floats:
        most = _CLIP_DEVIATIONS * deviation
        return np.where(is_seen, np.clip(np.nan_to_num(left), -most, most), 0.0)


def _deviation(values: Floats) -> float:
    """Robust standard deviation about zero, never nothing."""
    median = float(np.median(np.abs(values)))
    return max(_DEVIATION_OF_MEDIAN * median, _LEAST_DEVIATION_MODULES)
