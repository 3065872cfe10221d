"""What a code on a picture may look like, refused where no reader would follow."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from generative_codes.artwork import Fit, Placement
from generative_codes.fields import DesignError, Told, check_fields

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
    """How a picture lies under a code. Shares are of sRGB values in 0..1.

    Ink, paper, finders and quiet zone are the design's, as in every other code.

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
        light_min: No channel of a light dot is below it, unless the paper's own is.
        spread: Share of the dots' luminance error that the picture around them takes back.
        saturation: Factor on the picture's saturation before anything else; dots dull colours.
        dot_saturation: Factor on the saturation of the dots on top of that; the bounds dull them.
        timing: Timing patterns as whole modules or as dots.
        placement: Where the picture lies; what it leaves bare becomes ink dots on paper.

    Raises:
        DesignError: If a reader could not follow; the message names what would work.
    """

    dot_shape: Annotated[DotShape, Told("outline of the dots")] = DotShape.ROUND
    radius_modules: Annotated[
        float, Told("half of a dot's extent", MIN_RADIUS_MODULES, MAX_RADIUS_MODULES)
    ] = 0.30
    max_radius_modules: Annotated[
        float, Told("how far dots may grow", MIN_RADIUS_MODULES, MAX_RADIUS_MODULES)
    ] = MAX_RADIUS_MODULES
    margin: Annotated[float, Told("luma between a module and its threshold", 0, MAX_MARGIN)] = 0.20
    dark_max: Annotated[float, Told("greatest channel of dark dots", 0, 1)] = 0.30
    light_min: Annotated[float, Told("least channel of light dots", 0, 1)] = 0.76
    spread: Annotated[float, Told("share of the dots' error given back", 0, 1)] = 0.5
    saturation: Annotated[float, Told("factor on the picture's saturation", 0, 3)] = 1.25
    dot_saturation: Annotated[float, Told("factor on the dots' saturation", 0, 3)] = 2.0
    timing: Annotated[Timing, Told("timing patterns as whole modules or as dots")] = Timing.DOTS
    placement: Annotated[Placement, Told("where the picture lies")] = WHOLE_SYMBOL

    def __post_init__(self) -> None:
        check_fields(self)
        if self.max_radius_modules < self.radius_modules:
            raise DesignError(
                "max_radius_modules",
                f"Dots grow from {self.radius_modules:g} to max_radius_modules, which is "
                f"{self.max_radius_modules:g}; the nearest is {self.radius_modules:g}.",
                f"点的最大半径 {self.max_radius_modules:g} 小于起始半径；"
                f"最接近的是 {self.radius_modules:g}。",
            )
        gap = self.light_min - self.dark_max
        if gap < MIN_CHANNEL_GAP - 1e-9:  # .74 - .34 is a little less than .4 in binary
            # Half of what lacks is taken from each bound, then what one of them cannot give.
            middle = (self.light_min + self.dark_max) / 2
            dark = min(max(middle - MIN_CHANNEL_GAP / 2, 0.0), 1 - MIN_CHANNEL_GAP)
            raise DesignError(
                "dark_max",
                f"Dark dots up to {self.dark_max:g} and light dots from {self.light_min:g} are "
                f"{gap:.2f} apart; readers need {MIN_CHANNEL_GAP:g}. The nearest that works is a "
                f"dark_max of {dark:.2f} with a light_min of {dark + MIN_CHANNEL_GAP:.2f}.",
                f"深色点上限 {self.dark_max:g} 与浅色点下限 {self.light_min:g} 只差 {gap:.2f}；"
                f"扫码至少需要 {MIN_CHANNEL_GAP:g}。最接近的是 {dark:.2f} 与 "
                f"{dark + MIN_CHANNEL_GAP:.2f}。",
            )
