"""How well scores of same prints part from scores of others: rates, gap, d'."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np

from vision.codes.evaluate import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

FALSE_RATE = 1e-3
"""Share of other prints that may score above the threshold."""


@dataclass(frozen=True, slots=True)
class Separation:
    """Two sets of scores, higher = more alike.

    Attributes:
        same: number of pairs of the same print.
        other: number of pairs of different prints.
        found: how many same pairs lie above the threshold at a false rate of 1e-3. With fewer than
            a thousand other pairs that threshold is the highest of them, and the true false rate
            may be as high as 3 / other.
        gap: lowest same score minus highest other score.
        d_prime: distance of the means in pooled standard deviations.
        lowest_same: lowest score of the same print.
        highest_other: highest score of another print.
    """

    same: int
    other: int
    found: int
    gap: float
    d_prime: float
    lowest_same: float
    highest_other: float

    @property
    def rate(self) -> float:
        """Share of same pairs found, 0..1; 0 without pairs."""
        return self.found / self.same if self.same else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of the rate. Pairs share photos, so it is optimistic."""
        return wilson_interval(self.found, self.same)


def separation(same: Sequence[float], other: Sequence[float]) -> Separation:
    """Compare scores of the same print with scores of other prints.

    Raises:
        ValueError: one of the two is empty.
    """
    if not same or not other:
        raise ValueError(f"expected scores on both sides, got {len(same)} and {len(other)}")
    high, low = np.asarray(same, np.float64), np.sort(np.asarray(other, np.float64))
    allowed = len(low) - ceil(len(low) * (1 - FALSE_RATE))
    threshold = float(low[len(low) - 1 - allowed])
    spread = sqrt((float(high.var()) + float(low.var())) / 2)
    return Separation(
        same=len(same),
        other=len(other),
        found=int(np.count_nonzero(high > threshold)),
        gap=float(high.min() - low[-1]),
        d_prime=float(high.mean() - low.mean()) / max(spread, 1e-12),
        lowest_same=float(high.min()),
        highest_other=float(low[-1]),
    )
