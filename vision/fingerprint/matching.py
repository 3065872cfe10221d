"""Comparing prints: scores of two fingerprints, distance of two hashes."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.fingerprint.displacement import EdgeFingerprint

    Part = NDArray[np.float32]

# Fewer edges in common than this: no score is told.
_LEAST_COMMON_EDGES = 20
_LEAST_POWER = 1e-12


@dataclass(frozen=True, slots=True)
class PrintScore:
    """How alike two prints are, each a correlation from -1 to 1.

    Attributes:
        plain: of everything unpredictable.
        line_free: without line banding.
        common_edges: how many edges both show; below twenty the scores are 0.
    """

    plain: float
    line_free: float
    common_edges: int

    @property
    def same_item(self) -> float:
        """The score that decides: the mean of the two."""
        return (self.plain + self.line_free) / 2


def score_prints(one: EdgeFingerprint, other: EdgeFingerprint) -> PrintScore:
    """Compare two prints of the same symbol: masked normalised cross-correlation.

    Raises:
        ValueError: the two show different symbols: their edges can't be compared.
    """
    if not one.matrix.shows_same(other.matrix):
        raise ValueError("expected two prints of the same symbol, got different modules")
    return _scored(
        (one.plain, one.line_free, one.reliability),
        (other.plain, other.line_free, other.reliability),
    )


def score_across_symbols(one: EdgeFingerprint, other: EdgeFingerprint) -> PrintScore:
    """Compare prints of any two symbols of one size by the edges that both have.

    Between different symbols a high plain score means the same press or sheet, never the same item:
    edges are compared as seen from their dark side, so lines with more ink agree.

    Raises:
        ValueError: the symbols have different sizes.
    """
    size = one.matrix.size_modules
    if size != other.matrix.size_modules:
        raise ValueError(
            f"expected symbols of one size, got {size} and {other.matrix.size_modules} modules"
        )
    if one.matrix.shows_same(other.matrix):
        return score_prints(one, other)
    first_keys, second_keys = (
        (edges.is_lying * (size + 1) + edges.line) * size + edges.place
        for edges in (one.matrix.edges, other.matrix.edges)
    )
    _, first, second = np.intersect1d(
        first_keys, second_keys, assume_unique=True, return_indices=True
    )
    return _scored(
        (one.plain[first], one.line_free[first], one.reliability[first]),
        (other.plain[second], other.line_free[second], other.reliability[second]),
    )


def _scored(one: tuple[Part, Part, Part], other: tuple[Part, Part, Part]) -> PrintScore:
    """Score of two of (plain, line_free, reliability) whose rows belong together."""
    common = (one[2] > 0) & (other[2] > 0)
    count = int(np.count_nonzero(common))
    if count < _LEAST_COMMON_EDGES:
        return PrintScore(0.0, 0.0, count)
    mask = common.astype(np.float32)[:, None]
    plain = _correlation(one[0], other[0], mask)
    return PrintScore(plain, _correlation(one[1], other[1], mask), count)


def _correlation(
    one: NDArray[np.float32], other: NDArray[np.float32], mask: NDArray[np.float32]
) -> float:
    product = float(np.vdot(one, other))
    powers = [float(np.vdot(part, part * mask)) for part in (one, other)]
    return product / max(sqrt(powers[0] * powers[1]), _LEAST_POWER)


def hash_distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Share of differing bits of two hashes, 0..1; about one half for unrelated prints."""
    return float(np.unpackbits(one ^ other).mean())
