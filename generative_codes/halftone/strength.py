"""Dots made stronger where a certificate finds them weak, and nowhere else."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from generative_codes.errors import StyleError

# Strength is raised in quarters: finer steps change a dot by less than print does.
_STEP = 0.25
MOST_STEPS = round(1 / _STEP)

Margins = npt.NDArray[np.float64]
Strength = npt.NDArray[np.float64]


def strengthen(
    strength: Strength | None,
    margins: Margins,
    wanted: float,
    measure: Callable[[Strength], Margins],
) -> Strength:
    """Raise modules below a margin step by step, each no further than it needs.

    Args:
        strength: float (N, N) in 0..1, where to begin; None: nowhere raised.
        margins: float64 (N, N), margin of every module at that strength.
        wanted: Least margin.
        measure: Margins at a strength; called at most four times.

    Returns:
        float64 (N, N) in 0..1; equal to what it began with where the margin was enough.

    Raises:
        StyleError: If strength and margins are not of one size.
    """
    raised = np.zeros_like(margins) if strength is None else strength.astype(np.float64)
    if raised.shape != margins.shape:
        raise StyleError(f"A strength map of {margins.shape} is needed, not {raised.shape}.")
    for step in range(MOST_STEPS):
        weak = (margins < wanted) & (raised < 1)
        if not weak.any():
            break
        raised[weak] = np.minimum(raised[weak] + _STEP, 1.0)
        if step < MOST_STEPS - 1:
            margins = measure(raised)
    return raised
