"""The decimal grade scale: letter limits, interpolation between them, letters."""

from dataclasses import dataclass

BEST_GRADE = 4.0
# The letters of ISO/IEC 15415 carry the grades A = 4, B = 3, C = 2, D = 1, F = 0.
_GRADES_OF_LIMITS = (4.0, 3.0, 2.0, 1.0)
# A decimal grade is named by the nearest letter: "C" is 1.5 to below 2.5, as GS1 writes 1.5 for C.
_LETTERS = ((3.5, "A"), (2.5, "B"), (1.5, "C"), (0.5, "D"))


@dataclass(frozen=True, slots=True)
class Limits:
    """Values at which a parameter earns A, B, C and D, best first.

    The decimal grade is linear between neighbouring limits, 4.0 at A and beyond, 1.0 at D and 0.0
    worse than D. The 2024 edition of ISO/IEC 15415 grades in decimals; that they are linear
    between the letter limits, and 0.0 right below D, is our reading of it, not a quotation.

    Attributes:
        a: Value that earns 4.0.
        b: Value that earns 3.0.
        c: Value that earns 2.0.
        d: Value that earns 1.0.
    """

    a: float
    b: float
    c: float
    d: float

    def grade(self, value: float) -> float:
        """The decimal grade, 0.0 to 4.0, of a measured value in the unit of the limits."""
        stops = (self.a, self.b, self.c, self.d)
        sign = 1.0 if self.a > self.d else -1.0
        if sign * value >= sign * self.a:
            return BEST_GRADE
        for index in range(3):
            better, worse = stops[index], stops[index + 1]
            if sign * value >= sign * worse:
                share = (value - worse) / (better - worse)
                return _GRADES_OF_LIMITS[index + 1] + share
        return 0.0


# Limits in shares of 1. SC, MOD and UEC are those of the published ISO/IEC 15415 tables. AN and GN
# are widely quoted; we have not compared them with the standard's text.
SYMBOL_CONTRAST = Limits(0.70, 0.55, 0.40, 0.20)
MODULATION = Limits(0.50, 0.40, 0.30, 0.20)
UNUSED_ERROR_CORRECTION = Limits(0.62, 0.50, 0.37, 0.25)
AXIAL_NON_UNIFORMITY = Limits(0.06, 0.08, 0.10, 0.12)
GRID_NON_UNIFORMITY = Limits(0.38, 0.50, 0.63, 0.75)
# ISO/IEC 29158, unverified: contrast relative to the light mean.
CELL_CONTRAST = Limits(0.30, 0.25, 0.20, 0.15)
# Print growth, house limits: gain or loss of a dark module's width, in shares of a module. They
# are half of the Data Matrix annex's limits for D' (.50 .70 .85 1.00, where 1 means .30 module).
PRINT_GROWTH = Limits(0.15, 0.21, 0.255, 0.30)
# Fixed patterns, unverified against ISO/IEC 18004: number of wrong modules in a finder segment
# or in a copy of format or version information; both BCH codes mend three.
WRONG_MODULES = Limits(0.0, 1.0, 2.0, 3.0)
# Unverified: share of wrong modules of a timing line; share of damaged alignment patterns.
TIMING_DAMAGE = Limits(0.0, 0.07, 0.11, 0.14)
ALIGNMENT_DAMAGE = Limits(0.0, 0.10, 0.20, 0.30)


def letter_of(grade: float) -> str:
    """A to F of a decimal grade: the nearest letter."""
    for least, letter in _LETTERS:
        if grade >= least:
            return letter
    return "F"
