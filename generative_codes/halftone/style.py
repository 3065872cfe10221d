"""What a code on a picture may look like, refused where no reader would follow."""

import math
from dataclasses import dataclass
from enum import StrEnum

from generative_codes.artwork import Fit, Placement
from generative_codes.errors import StyleError
from generative_codes.render import QUIET_ZONE_MODULES, PlainStyle

# A dot below half a module across is under two pixels wide at four pixels per module; one above a
# module would cover its neighbours' dots.
MIN_RADIUS_MODULES, MAX_RADIUS_MODULES = 0.25, 0.5
# ISO/IEC 15415 grades a symbol contrast of 40 % as C, the least that retail takes.
MIN_CHANNEL_GAP = 0.40
# Above this, light and dark modules would both leave what ink on paper can show.
MAX_MARGIN = 0.30
# The picture fills the symbol and is cut evenly where it is longer.
WHOLE_SYMBOL = Placement(fit=Fit.COVER, scale=1.0)


class DotShape(StrEnum):
    """Outline of the dots."""

    ROUND = "round"
    SQUARE = "square"
    DIAMOND = "diamond"


class Timing(StrEnum):
    """How the two timing patterns are drawn."""

    SOLID = "solid"
    DOTS = "dots"


@dataclass(frozen=True, slots=True)
class BaseStyle:
    """Look of a code whose base is a picture. Shares and colours are sRGB values in 0..1.

    With the defaults every reader of the panel loses at most ten points against plain squares on
    the simulated camera grid. A margin of 0.12 shows more of the picture; OpenCV's own detectors
    then lose up to thirty on its harder cases.

    Attributes:
        dot_shape: Outline of the dots.
        radius_modules: Half of a dot's least extent along the axes, 0.25 to 0.5.
        max_radius_modules: How far a dot may grow where its module lacks margin, up to 0.5; with
            `radius_modules` here, all dots are alike and the picture around them is moved instead.
        margin: Luma by which the mean of a whole module clears the threshold of its neighbourhood,
            0 to 0.3. Dots grow, then deepen, and then the picture around them is moved, only where
            and as far as that is lacking; 0 leaves all alone. Readers that judge
            modules, not centres, need it.
        dark_max: No channel of a dark dot is above it, so that no grey conversion is either.
        light_min: No channel of a light dot is below it.
        spread: Share of the dots' luminance error that the picture around them takes back.
        saturation: Factor on the picture's saturation before anything else; dots dull colours.
        dot_saturation: Factor on the saturation of the dots on top of that; the bounds dull them.
        timing: Timing patterns as whole modules or as dots.
        placement: Where the picture lies; what it leaves bare becomes ink dots on paper.
        ink: Colour of finder, alignment and whole timing modules, and of dots beside the picture.
        paper: Colour of the quiet zone and of the ground under transparent parts.
        quiet_zone_modules: Width of the margin that the picture never enters, at least 4.

    Raises:
        StyleError: If a reader could not follow; the message names what would work.
    """

    dot_shape: DotShape = DotShape.ROUND
    radius_modules: float = 0.30
    max_radius_modules: float = MAX_RADIUS_MODULES
    margin: float = 0.20
    dark_max: float = 0.30
    light_min: float = 0.76
    spread: float = 0.5
    saturation: float = 1.25
    dot_saturation: float = 2.0
    timing: Timing = Timing.DOTS
    placement: Placement = WHOLE_SYMBOL
    ink: str = "#000000"
    paper: str = "#ffffff"
    quiet_zone_modules: int = QUIET_ZONE_MODULES

    def __post_init__(self) -> None:
        PlainStyle(dark=self.ink, light=self.paper, quiet_zone_modules=self.quiet_zone_modules)
        least = self.radius_modules
        _require("radius_modules", least, MIN_RADIUS_MODULES, MAX_RADIUS_MODULES)
        _require("max_radius_modules", self.max_radius_modules, least, MAX_RADIUS_MODULES)
        _require("margin", self.margin, 0.0, MAX_MARGIN)
        _require("dark_max", self.dark_max, 0.0, 1.0)
        _require("light_min", self.light_min, 0.0, 1.0)
        _require("spread", self.spread, 0.0, 1.0)
        _require("saturation", self.saturation, 0.0, 3.0)
        _require("dot_saturation", self.dot_saturation, 0.0, 3.0)
        gap = self.light_min - self.dark_max
        if gap < MIN_CHANNEL_GAP - 1e-9:  # .74 - .34 is a little less than .4 in binary
            # Half of what lacks is taken from each bound, then what one of them cannot give.
            middle = (self.light_min + self.dark_max) / 2
            dark = min(max(middle - MIN_CHANNEL_GAP / 2, 0.0), 1 - MIN_CHANNEL_GAP)
            raise StyleError(
                f"Dark dots up to {self.dark_max:g} and light dots from {self.light_min:g} are "
                f"{gap:.2f} apart; readers need {MIN_CHANNEL_GAP:g}. The nearest that works is a "
                f"dark_max of {dark:.2f} with a light_min of {dark + MIN_CHANNEL_GAP:.2f}."
            )


def _require(name: str, value: float, least: float, most: float) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        nearest = most if value > most else least
        raise StyleError(
            f"{name} goes from {least:g} to {most:g}, not {value!r}; the nearest is {nearest:g}."
        )
