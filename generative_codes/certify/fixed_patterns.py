"""Damage of the patterns that every symbol shares, and of format and version information.

Each segment has its own rule; the limits are in `scale` and are not verified against the text of
ISO/IEC 18004's annex on symbol quality. Simplified: each finder pattern and its separator are
graded apart, by the number of wrong modules; the quiet zone is a segment of its own; no extra rule
for neighbouring damaged timing modules.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generative_codes.certify.overlay import overlay_grade
from generative_codes.certify.reflectance import ModuleField
from generative_codes.certify.scale import (
    ALIGNMENT_DAMAGE,
    BEST_GRADE,
    MODULATION,
    TIMING_DAMAGE,
    WRONG_MODULES,
    Limits,
)
from generative_codes.symbol import Role, Symbol
from vision.iso18004.placement import format_positions
from vision.iso18004.versions import alignment_centres

QUIET_ZONE_MODULES = 4


@dataclass(frozen=True, slots=True)
class SegmentGrade:
    """Grade of one fixed segment.

    Attributes:
        name: finder_1 (top left), _2 (top right), _3 (bottom left); separator_1 to _3;
            timing_row, timing_column; alignment; quiet_zone.
        wrong_modules: Modules on the wrong side of the threshold.
        grade: 0.0 to 4.0.
    """

    name: str
    wrong_modules: int
    grade: float


def margin_grades(margins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Grade of every module's reflectance margin; wrong modules earn 0."""
    limits = MODULATION
    flat = np.interp(margins, (limits.d, limits.c, limits.b, limits.a), (1.0, 2.0, 3.0, 4.0))
    return np.where(margins >= limits.d, flat, 0.0)


def fixed_pattern_grades(symbol: Symbol, field: ModuleField) -> tuple[SegmentGrade, ...]:
    """Grades of finders, separators, timing, alignment patterns and quiet zone."""
    margins = field.margins(symbol.modules)
    grades = margin_grades(margins)
    found = [*_corner_segments(symbol, margins, grades)]
    is_timing = symbol.roles == Role.TIMING
    for name, line in (("timing_row", np.s_[6, :]), ("timing_column", np.s_[:, 6])):
        here = is_timing[line]
        found.append(_segment(name, margins[line][here], grades[line][here], _by_share))
    alignment = _alignment_segment(symbol, margins, grades)
    if alignment is not None:
        found.append(alignment)
    found.append(quiet_zone_grade(field))
    return tuple(found)


def format_information_grade(symbol: Symbol, field: ModuleField) -> float:
    """Mean grade of the two copies of the format information (house rule, unverified)."""
    grades = margin_grades(field.margins(symbol.modules))
    copies = format_positions(symbol.size_modules)
    return float(np.mean([overlay_grade(grades[tuple(copy.T)], _by_count) for copy in copies]))


def version_information_grade(symbol: Symbol, field: ModuleField) -> float | None:
    """Mean grade of the two copies of the version information; None below version 7."""
    if symbol.version < 7:
        return None
    grades = margin_grades(field.margins(symbol.modules))
    is_version = symbol.roles == Role.VERSION
    half = symbol.size_modules // 2
    copies = (grades[:half][is_version[:half]], grades[half:][is_version[half:]])
    return float(np.mean([overlay_grade(copy, _by_count) for copy in copies]))


def quiet_zone_grade(field: ModuleField) -> SegmentGrade:
    """Share of the four-module quiet zone that isn't light, graded like a timing pattern.

    ISO/IEC 18004 demands four modules: where the picture ends before, the rest counts as wrong.
    """
    side = field.modules.shape[0] + 2 * QUIET_ZONE_MODULES
    inside = np.zeros((side, side), dtype=bool)
    inside[QUIET_ZONE_MODULES:-QUIET_ZONE_MODULES, QUIET_ZONE_MODULES:-QUIET_ZONE_MODULES] = True
    margins = np.full((side, side), -1.0)
    given = QUIET_ZONE_MODULES - field.quiet_modules
    signs = np.where(field.surround >= field.threshold, 1.0, -1.0)
    square = np.s_[given : side - given, given : side - given]
    margins[square] = signs * field.modulation_of(field.surround)
    around = margins[~inside]
    return _segment("quiet_zone", around, margin_grades(around), _by_share)


def _corner_segments(
    symbol: Symbol, margins: npt.NDArray[np.float64], grades: npt.NDArray[np.float64]
) -> list[SegmentGrade]:
    corners = (np.s_[:8, :8], np.s_[:8, -8:], np.s_[-8:, :8])
    segments = []
    for name, role in (("finder", Role.FINDER), ("separator", Role.SEPARATOR)):
        for number, corner in enumerate(corners, start=1):
            here = symbol.roles[corner] == role
            segments.append(
                _segment(f"{name}_{number}", margins[corner][here], grades[corner][here], _by_count)
            )
    return segments


def _alignment_segment(
    symbol: Symbol, margins: npt.NDArray[np.float64], grades: npt.NDArray[np.float64]
) -> SegmentGrade | None:
    """All alignment patterns together: the share of patterns with a wrong module counts."""
    centres = alignment_centres(symbol.version)
    last = symbol.size_modules - 7
    squares = [
        np.s_[row - 2 : row + 3, column - 2 : column + 3]
        for row in centres
        for column in centres
        if (row, column) not in {(6, 6), (6, last), (last, 6)}
    ]
    if not squares:
        return None
    worst = np.array([grades[square].min() for square in squares])
    wrong = sum(int((margins[square] < 0).sum()) for square in squares)

    def by_patterns(damaged: npt.NDArray[np.bool_]) -> float:
        return ALIGNMENT_DAMAGE.grade(float(damaged.mean()))

    return SegmentGrade("alignment", wrong, overlay_grade(worst, by_patterns))


def _segment(
    name: str,
    margins: npt.NDArray[np.float64],
    grades: npt.NDArray[np.float64],
    rule: Callable[[npt.NDArray[np.bool_]], float],
) -> SegmentGrade:
    return SegmentGrade(name, int((margins < 0).sum()), overlay_grade(grades, rule))


def _by_count(damaged: npt.NDArray[np.bool_]) -> float:
    return _grade(WRONG_MODULES, float(damaged.sum()))


def _by_share(damaged: npt.NDArray[np.bool_]) -> float:
    return _grade(TIMING_DAMAGE, float(damaged.mean()))


def _grade(limits: Limits, damage: float) -> float:
    return BEST_GRADE if damage == 0 else limits.grade(damage)
