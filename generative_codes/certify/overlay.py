"""The notional grade rule: a pattern is as good as it would be if its weak modules were wrong."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from generative_codes.certify.scale import BEST_GRADE


def overlay_grade(
    grades: npt.NDArray[np.float64], grade_of_damage: Callable[[npt.NDArray[np.bool_]], float]
) -> float:
    """The highest grade g that holds when everything graded below g is taken as damaged.

    ISO/IEC 15415 asks this for the four letters: at level g the parts below g count as errors,
    these errors earn a notional grade, the smaller of the two counts, the best level wins. Here
    every decimal grade is a level. Between two neighbouring grades the damage doesn't change, so
    the best level is always one of the grades themselves or 4.0: the result is exact.

    Args:
        grades: float64 (M,), grades of the parts (modules or codewords).
        grade_of_damage: Grade 0 to 4 that a set of damaged parts, bool (M,), earns; fewer damaged
            parts never earn less.
    """
    best = 0.0
    for level in (BEST_GRADE, *np.unique(grades)[::-1]):
        if level <= best:
            break
        best = max(best, min(float(level), float(grade_of_damage(grades < level))))
    return best
