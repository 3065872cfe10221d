"""From copy statistics to a calibrated probability: logistic regression, then isotonic steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Pulls the weights towards 0: with a few dozen prints that part cleanly they would grow for ever.
_RIDGE = 1.0
_NEWTON_ROUNDS = 25
_LARGEST_LOGIT = 30.0
# Laplace's rule of succession: no step of the calibration claims more than its prints can show.
_PRIOR_PRINTS = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class CopyModel:
    """A fitted model; all arrays float64, read-only by use.

    Attributes:
        mean: (k,), of the training statistics.
        scale: (k,), their standard deviations.
        weight: (k,).
        bias: the logit of an average print.
        step_logits: (m,), increasing: upper ends of the calibration's steps.
        step_shares: (m,), share of copies on each step, not decreasing.
    """

    mean: Floats
    scale: Floats
    weight: Floats
    bias: float
    step_logits: Floats
    step_shares: Floats

    def logit(self, statistics: Floats) -> Floats:
        """Raw scores (n,) of statistics (n, k), higher = copy; NaN counts as average."""
        standard = np.nan_to_num((statistics - self.mean) / self.scale)
        scores: Floats = standard @ self.weight + self.bias
        return scores

    def probability(self, statistics: Floats) -> Floats:
        """Calibrated probability (n,) that a print is a copy, for as many copies as in training."""
        step = np.searchsorted(self.step_logits, self.logit(statistics))
        return self.step_shares[np.minimum(step, self.step_shares.size - 1)]


def fit_copy_model(statistics: Floats, is_copy: NDArray[np.bool_]) -> CopyModel:
    """Fit both stages on statistics (n, k) of genuine prints and copies.

    Raises:
        ValueError: one of the two classes is missing.
    """
    if not is_copy.any() or is_copy.all():
        raise ValueError("expected statistics of genuine prints and of copies, one is missing")
    mean, scale = np.nanmean(statistics, axis=0), np.nanstd(statistics, axis=0)
    scale = np.maximum(scale, 1e-9)
    standard = np.nan_to_num((statistics - mean) / scale)
    design = np.concatenate((standard, np.ones((len(standard), 1))), axis=1)
    penalty = np.diag([_RIDGE] * standard.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    truth = is_copy.astype(np.float64)
    for _ in range(_NEWTON_ROUNDS):
        logit = np.clip(design @ weights, -_LARGEST_LOGIT, _LARGEST_LOGIT)
        share = 1 / (1 + np.exp(-logit))
        curvature = design.T @ (design * (share * (1 - share))[:, None]) + penalty
        slope = design.T @ (truth - share) - penalty @ weights
        weights = weights + np.linalg.solve(curvature, slope)
    logit = design @ weights
    ends, shares = isotonic_steps(logit, truth)
    return CopyModel(mean, scale, weights[:-1], float(weights[-1]), ends, shares)


def isotonic_steps(scores: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """Steps whose shares of truth never fall as the score grows: (upper ends, shares).

    Pool adjacent violators (Ayer et al., 1955); shares are drawn towards one half by one print.
    """
    order = np.argsort(scores, kind="stable")
    blocks: list[tuple[float, float, float]] = []
    for score, value in zip(scores[order], truth[order], strict=True):
        blocks.append((float(score), float(value), 1.0))
        while len(blocks) > 1 and blocks[-2][1] * blocks[-1][2] >= blocks[-1][1] * blocks[-2][2]:
            end, right, many = blocks.pop()
            _, left, few = blocks.pop()
            blocks.append((end, left + right, few + many))
    ends = np.array([end for end, _, _ in blocks])
    shares = [(total + _PRIOR_PRINTS / 2) / (count + _PRIOR_PRINTS) for _, total, count in blocks]
    return ends, np.maximum.accumulate(np.array(shares))


def area_under_curve(genuine: Floats, copies: Floats) -> float:
    """Chance that a copy scores above a genuine print; ties count half (Mann and Whitney)."""
    above = (copies[:, None] > genuine[None, :]).mean()
    ties = (copies[:, None] == genuine[None, :]).mean()
    return float(above + ties / 2)
