"""Grades of ISO/IEC 15415 and 29158, computed from the known matrix.

A verifier has to decode a symbol before it can say which modules are wrong. We know them, so
modulation, reflectance margin, unused error correction and fixed pattern damage are exact. One
picture is graded; the official grade is the mean over five turns under 45 degree light.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from generative_codes.certify import scale
from generative_codes.certify.evenness import Evenness, fit_grid, measure_evenness
from generative_codes.certify.fixed_patterns import (
    SegmentGrade,
    fixed_pattern_grades,
    format_information_grade,
    margin_grades,
    version_information_grade,
)
from generative_codes.certify.overlay import overlay_grade
from generative_codes.certify.reflectance import (
    APERTURE_MODULES,
    GradedPicture,
    ModuleField,
    Threshold,
    measure_modules,
    two_class_threshold,
)
from generative_codes.certify.scale import BEST_GRADE, letter_of
from generative_codes.symbol import ErrorLevel, Symbol

# ISO/IEC 29158, unverified: dark and light must reflect at least 5 % where they are light.
MIN_LIGHT_REFLECTANCE = 0.05
# Pixels per side that the first threshold, for finding edges, is taken from.
_HISTOGRAM_SIDE_PX = 500
# ISO/IEC 18004:2015, Table 9: error correction codewords kept for detecting wrong decodes.
_MISDECODE_PROTECTION = {
    (1, ErrorLevel.L): 3,
    (1, ErrorLevel.M): 2,
    (1, ErrorLevel.Q): 1,
    (1, ErrorLevel.H): 1,
    (2, ErrorLevel.L): 2,
    (3, ErrorLevel.L): 1,
}


class Parameter(StrEnum):
    """Graded parameters; the first twelve make the overall grade, the last three are 29158's."""

    DECODE = "decode"
    SYMBOL_CONTRAST = "symbol_contrast"
    MODULATION = "modulation"
    REFLECTANCE_MARGIN = "reflectance_margin"
    UNUSED_ERROR_CORRECTION = "unused_error_correction"
    FIXED_PATTERN_DAMAGE = "fixed_pattern_damage"
    QUIET_ZONE = "quiet_zone"
    AXIAL_NON_UNIFORMITY = "axial_non_uniformity"
    GRID_NON_UNIFORMITY = "grid_non_uniformity"
    PRINT_GROWTH = "print_growth"
    FORMAT_INFORMATION = "format_information"
    VERSION_INFORMATION = "version_information"
    CELL_CONTRAST = "cell_contrast"
    CELL_MODULATION = "cell_modulation"
    MINIMUM_REFLECTANCE = "minimum_reflectance"


@dataclass(frozen=True, slots=True)
class ParameterGrade:
    """One parameter's value and decimal grade.

    Attributes:
        parameter: Which.
        value: Measured value in shares of 1 (print growth in modules); None where the parameter
            has a grade only, or could not be measured and so earns 0.
        grade: 0.0 to 4.0.
    """

    parameter: Parameter
    value: float | None
    grade: float

    @property
    def letter(self) -> str:
        """A, B, C, D or F."""
        return letter_of(self.grade)


@dataclass(frozen=True, slots=True, eq=False)
class SymbolGrades:
    """All grades of one picture.

    Attributes:
        parameters: ISO/IEC 15415, with the symbology's own; their minimum is the overall grade.
        direct_marking: ISO/IEC 29158 parameters that differ; not in the overall grade.
        segments: Parts of the fixed pattern damage, quiet zone included.
        unused_per_block: Unused error correction of each Reed-Solomon block; below 0 = unreadable.
        margins: float64 (N, N), -1 to 1: modulation of each module, negative where it is wrong.
    """

    parameters: tuple[ParameterGrade, ...]
    direct_marking: tuple[ParameterGrade, ...]
    segments: tuple[SegmentGrade, ...]
    unused_per_block: tuple[float, ...]
    margins: npt.NDArray[np.float64]

    @property
    def overall(self) -> float:
        """Minimum of the ISO/IEC 15415 parameters."""
        return min(entry.grade for entry in self.parameters)

    @property
    def letter(self) -> str:
        """Letter of the overall grade."""
        return letter_of(self.overall)

    @property
    def wrong(self) -> npt.NDArray[np.bool_]:
        """Modules that the global threshold reads wrongly, bool (N, N)."""
        return self.margins < 0

    def of(self, parameter: Parameter) -> ParameterGrade:
        """The entry of one parameter.

        Raises:
            KeyError: If this symbol has no such parameter (version information below version 7).
        """
        for entry in (*self.parameters, *self.direct_marking):
            if entry.parameter is parameter:
                return entry
        raise KeyError(parameter)


@dataclass(frozen=True, slots=True, eq=False)
class _Codewords:
    """Which modules make which codeword, and what its block can repair."""

    codeword: npt.NDArray[np.intp]
    is_carried: npt.NDArray[np.bool_]
    block: npt.NDArray[np.intp]
    blocks: int
    repairable: float

    @classmethod
    def of(cls, symbol: Symbol) -> "_Codewords":
        layout = symbol.layout
        is_carried = layout.bit_of_module >= 0
        codeword = (layout.bit_of_module[is_carried] // 8).astype(np.intp)
        block = np.zeros(layout.structure.total_codewords, dtype=np.intp)
        block[codeword] = layout.block_of_module[is_carried]
        protection = _MISDECODE_PROTECTION.get((symbol.version, symbol.level), 0)
        repairable = layout.structure.ec_codewords_per_block - protection
        return cls(codeword, is_carried, block, layout.structure.blocks, repairable)

    def worst(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Smallest value of each codeword's modules, message order."""
        smallest = np.full(self.block.size, np.inf)
        np.minimum.at(smallest, self.codeword, values[self.is_carried])
        return smallest

    def unused(self, is_wrong: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """1 - (e + 2 t) / (d - p) per block, without erasures (e = 0); below 0 = unreadable."""
        errors = np.bincount(self.block[is_wrong], minlength=self.blocks)
        return np.asarray(1.0 - 2.0 * errors / self.repairable, np.float64)

    def notional_grade(self, module_grades: npt.NDArray[np.float64]) -> float:
        """Worst block's grade under the notional rule (see `overlay_grade`)."""
        worst = self.worst(module_grades)

        def by_unused(damaged: npt.NDArray[np.bool_]) -> float:
            return scale.UNUSED_ERROR_CORRECTION.grade(1.0 - 2.0 * damaged.sum() / self.repairable)

        return min(
            overlay_grade(worst[self.block == block], by_unused) for block in range(self.blocks)
        )


def grade_symbol(
    picture: GradedPicture,
    symbol: Symbol,
    threshold: Threshold = Threshold.MIDPOINT,
    aperture_modules: float = APERTURE_MODULES,
) -> SymbolGrades:
    """Grade a rendered, or photographed and rectified, picture of a known symbol.

    Args:
        picture: Picture on its nominal grid, upright.
        symbol: What it shows.
        threshold: How dark and light are divided.
        aperture_modules: Diameter of the aperture.
    """
    stride = max(1, picture.reflectance.shape[0] // _HISTOGRAM_SIDE_PX)
    pixels = picture.reflectance[::stride, ::stride]
    grid = fit_grid(picture, symbol.modules, two_class_threshold(pixels))
    field = measure_modules(picture, threshold, aperture_modules, grid)
    margins = field.margins(symbol.modules)
    codewords = _Codewords.of(symbol)
    unused = codewords.unused(codewords.worst(margins) < 0)
    segments = fixed_pattern_grades(symbol, field)
    evenness = measure_evenness(picture, symbol.modules, field.threshold, grid)
    least_unused = float(unused.min())
    modulation = np.abs(margins)
    carried = codewords.is_carried
    entries = [
        ParameterGrade(Parameter.DECODE, None, BEST_GRADE if least_unused >= 0 else 0.0),
        _measured(Parameter.SYMBOL_CONTRAST, field.contrast, scale.SYMBOL_CONTRAST),
        ParameterGrade(
            Parameter.MODULATION,
            float(modulation[carried].min()),
            codewords.notional_grade(margin_grades(modulation)),
        ),
        ParameterGrade(
            Parameter.REFLECTANCE_MARGIN,
            float(margins[carried].min()),
            codewords.notional_grade(margin_grades(margins)),
        ),
        _measured(Parameter.UNUSED_ERROR_CORRECTION, least_unused, scale.UNUSED_ERROR_CORRECTION),
        *_fixed_entries(segments),
        *_geometry_entries(evenness),
        ParameterGrade(Parameter.FORMAT_INFORMATION, None, format_information_grade(symbol, field)),
    ]
    version = version_information_grade(symbol, field)
    if version is not None:
        entries.append(ParameterGrade(Parameter.VERSION_INFORMATION, None, version))
    return SymbolGrades(
        parameters=tuple(entries),
        direct_marking=_direct_marking(field, symbol, codewords),
        segments=segments,
        unused_per_block=tuple(float(value) for value in unused),
        margins=margins,
    )


def _measured(parameter: Parameter, value: float | None, limits: scale.Limits) -> ParameterGrade:
    if value is None:
        return ParameterGrade(parameter, None, 0.0)
    return ParameterGrade(parameter, value, limits.grade(value))


def _fixed_entries(segments: tuple[SegmentGrade, ...]) -> tuple[ParameterGrade, ParameterGrade]:
    damage = min(entry.grade for entry in segments if entry.name != "quiet_zone")
    quiet = min(entry.grade for entry in segments if entry.name == "quiet_zone")
    return (
        ParameterGrade(Parameter.FIXED_PATTERN_DAMAGE, None, damage),
        ParameterGrade(Parameter.QUIET_ZONE, None, quiet),
    )


def _geometry_entries(evenness: Evenness) -> tuple[ParameterGrade, ...]:
    growths = [
        growth
        for growth in (evenness.growth_x_modules, evenness.growth_y_modules)
        if growth is not None
    ]
    growth = max(growths, key=abs) if len(growths) == 2 else None
    growth_grade = 0.0 if growth is None else scale.PRINT_GROWTH.grade(abs(growth))
    return (
        _measured(
            Parameter.AXIAL_NON_UNIFORMITY,
            evenness.axial_non_uniformity,
            scale.AXIAL_NON_UNIFORMITY,
        ),
        _measured(
            Parameter.GRID_NON_UNIFORMITY, evenness.grid_non_uniformity, scale.GRID_NON_UNIFORMITY
        ),
        ParameterGrade(Parameter.PRINT_GROWTH, growth, growth_grade),
    )


def _direct_marking(
    field: ModuleField, symbol: Symbol, codewords: _Codewords
) -> tuple[ParameterGrade, ...]:
    """Cell contrast (ML - MD) / ML, cell modulation about the histogram threshold, and ML >= 5 %.

    ML and MD are the mean light and dark module. Distributed damage is not computed. The limits
    are not verified against ISO/IEC 29158.
    """
    threshold = two_class_threshold(field.modules)
    is_light = field.modules >= threshold
    light = float(field.modules[is_light].mean())
    dark = float(field.modules[~is_light].mean()) if not is_light.all() else light
    contrast = (light - dark) / light if light > 0 else 0.0
    cells = ModuleField(
        modules=field.modules,
        surround=field.surround,
        quiet_modules=field.quiet_modules,
        r_max=light,
        r_min=dark,
        threshold=threshold,
    )
    margins = cells.margins(symbol.modules)
    return (
        _measured(Parameter.CELL_CONTRAST, contrast, scale.CELL_CONTRAST),
        ParameterGrade(
            Parameter.CELL_MODULATION,
            float(margins[codewords.is_carried].min()),
            codewords.notional_grade(margin_grades(margins)),
        ),
        ParameterGrade(
            Parameter.MINIMUM_REFLECTANCE,
            light,
            BEST_GRADE if light >= MIN_LIGHT_REFLECTANCE else 0.0,
        ),
    )
