"""Colours on screen and on the press, gradients, and the rules that keep a code readable."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from generative_codes.fields import (
    DesignError,
    Told,
    check_fields,
)
from generative_codes.render import MIN_CONTRAST, reflectance

Rgb = tuple[float, float, float]
Cmyk = tuple[float, float, float, float]

# A black this neutral (channel spread) and this deep (reflectance) is printed with K alone: four
# plates would put coloured fringes round modules of half a millimetre.
_NEUTRAL_SPREAD = 12 / 255
_BLACK_REFLECTANCE = 0.02
# More ink in all than about this does not dry on coated offset sheets; others take less still.
_MOST_INK_PERCENT = 300
# Readers binarise near the middle between the darkest and the lightest tone around a module, on
# sRGB luma. A second ink must stay below that middle by this much (share of full scale).
_THRESHOLD_MARGIN = 0.05
# A pupil lighter than its ring needs more: seen at 30 to 45 degrees, zxing-cpp missed one code in
# six with a margin of 0.06, one in fifty with 0.15 and none with 0.18 (12 symbols, simulated).
PUPIL_MARGIN = 0.14
# Red diode lasers (650 nm) see little but the red channel; below this difference they see nothing.
_LASER_CONTRAST = 0.40
# WCAG 2.2, 1.4.3 asks 3:1 of large text; captions are read at arm's length.
_TEXT_RATIO = 3.0


class GradientKind(StrEnum):
    """How a gradient runs."""

    LINEAR = "linear"
    RADIAL = "radial"


@dataclass(frozen=True, slots=True)
class Colour:
    """One ink: how it looks on screen and, if the press needs it, its CMYK values or spot name."""

    SHORTHAND: ClassVar[str] = "rgb"

    rgb: Annotated[str, Told("a colour written #rrggbb", pattern="#[0-9a-fA-F]{6}")]
    cmyk: Annotated[
        tuple[float, ...] | None,
        Told("ink coverages in percent: cyan, magenta, yellow, black", 0, 100),
    ] = None
    spot: Annotated[
        str | None,
        Told(
            "a spot ink name of 1 to 40 letters, digits, blanks, dots, plus or minus signs",
            pattern="[A-Za-z0-9][A-Za-z0-9 .+-]{0,39}",
        ),
    ] = None

    def __post_init__(self) -> None:
        check_fields(self)
        if self.cmyk is not None and len(self.cmyk) != 4:
            raise DesignError(
                "cmyk",
                f"Give four coverages, not {len(self.cmyk)}.",
                f"请给出青、品红、黄、黑四个网点值，而不是 {len(self.cmyk)} 个。",
            )
        if self.cmyk is not None and sum(self.cmyk) > _MOST_INK_PERCENT:
            raise DesignError(
                "cmyk",
                f"{sum(self.cmyk):g} % of ink does not dry; stay within {_MOST_INK_PERCENT} % in "
                "all.",
                f"总墨量 {sum(self.cmyk):g} % 不易干燥；四色合计请不超过 {_MOST_INK_PERCENT} %。",
            )

    @property
    def channels(self) -> Rgb:
        """Red, green, blue, 0 to 1, sRGB coded."""
        red, green, blue = bytes.fromhex(self.rgb[1:])
        return red / 255, green / 255, blue / 255

    @property
    def luma(self) -> float:
        """Grey as camera readers take it, 0 to 1 (ITU-R BT.601 on coded values)."""
        red, green, blue = self.channels
        return 0.299 * red + 0.587 * green + 0.114 * blue

    @property
    def is_neutral(self) -> bool:
        """True for a grey, and for a black too deep for its tint to be seen."""
        spread = max(self.channels) - min(self.channels)
        is_black = spread <= _NEUTRAL_SPREAD and reflectance(self.rgb) < _BLACK_REFLECTANCE
        return spread == 0 or is_black

    @property
    def process(self) -> Cmyk:
        """Coverages 0 to 1: as given, else K alone for neutrals, else full grey replacement."""
        if self.cmyk is not None:
            cyan, magenta, yellow, black = (value / 100 for value in self.cmyk)
            return cyan, magenta, yellow, black
        red, green, blue = self.channels
        black = 1 - max(red, green, blue)
        if self.is_neutral:
            is_black = reflectance(self.rgb) < _BLACK_REFLECTANCE
            return 0.0, 0.0, 0.0, 1.0 if is_black else black
        rest = 1 - black
        return (rest - red) / rest, (rest - green) / rest, (rest - blue) / rest, black


BLACK = Colour("#000000")
WHITE = Colour("#ffffff")
INK = Colour("#15171c")


@dataclass(frozen=True, slots=True)
class Stop:
    """A colour at a place of a gradient."""

    at: Annotated[float, Told("place along the gradient, 0 to 1", 0, 1)]
    colour: Annotated[Colour, Told("colour at this place")]

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True)
class Gradient:
    """Dark modules that change colour across the symbol."""

    kind: Annotated[GradientKind, Told("linear, or radial from the centre to the corners")]
    stops: Annotated[tuple[Stop, ...], Told("2 to 5 stops, from 0 to 1")]
    angle_deg: Annotated[
        float, Told("direction of a linear gradient: 0 to the right, 90 downwards", 0, 360)
    ] = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        places = [stop.at for stop in self.stops]
        if not 2 <= len(places) <= 5:
            raise DesignError(
                "stops",
                f"Give 2 to 5 stops, not {len(places)}.",
                f"渐变需要 2 到 5 个色标，现有 {len(places)} 个。",
            )
        if places[0] != 0 or places[-1] != 1 or sorted(set(places)) != places:
            raise DesignError(
                "stops", f"Stops rise from 0 to 1, not {places}.", "色标位置须从 0 递增到 1。"
            )
        for index, stop in enumerate(self.stops):
            if stop.colour.spot is not None:
                raise DesignError(
                    f"stops.{index}.colour",
                    "A spot ink cannot run into another ink; give CMYK values instead.",
                    "专色不能渐变；请改用 CMYK 值。",
                )

    def axis(self, side_modules: float) -> tuple[float, float, float, float]:
        """Start and end (x0, y0, x1, y1) of a linear gradient that spans a square symbol."""
        angle = math.radians(self.angle_deg)
        cosine, sine = math.cos(angle), math.sin(angle)
        reach, middle = (abs(cosine) + abs(sine)) * side_modules / 2, side_modules / 2
        return (
            middle - reach * cosine,
            middle - reach * sine,
            middle + reach * cosine,
            middle + reach * sine,
        )

    @staticmethod
    def radius(side_modules: float) -> float:
        """Radius of a radial gradient that reaches the corners of a square symbol."""
        return side_modules * math.sqrt(0.5)


Fill = Colour | Gradient


def colours_of(fill: Fill) -> tuple[Colour, ...]:
    """Every colour named in a fill.

    Between two stops the reflectance is convex in the place, so no tone of a gradient is lighter
    than its lighter stop: rules checked on the stops hold everywhere.
    """
    return (fill,) if isinstance(fill, Colour) else tuple(stop.colour for stop in fill.stops)


def require_readable(
    path: str,
    fill: Fill,
    light: Colour,
    darkest_luma: float,
    margin: float = _THRESHOLD_MARGIN,
) -> None:
    """Refuse dark colours that readers take for light ones.

    Args:
        path: Field of the fill.
        fill: What is checked.
        light: Its ground.
        darkest_luma: Grey of the darkest colour beside it, 0 to 1.
        margin: Distance to keep from the middle of the two, 0 to 1.

    Raises:
        DesignError: Says how far apart the colours are and names the nearest that works.
    """
    for colour in colours_of(fill):
        contrast = reflectance(light.rgb) - reflectance(colour.rgb)
        if contrast < 0:
            raise DesignError(
                path,
                f"{colour.rgb} is lighter than its ground {light.rgb}; many readers miss inverted "
                "codes. Swap the two colours.",
                f"{colour.rgb} 比背景 {light.rgb} 更亮；很多扫码器读不出反色码。请互换两种颜色。",
            )
        if _is_readable(colour, light, darkest_luma, margin):
            continue
        nearest, nearest_zh = _nearest_dark(colour, light, darkest_luma, margin)
        if contrast < MIN_CONTRAST:
            reason = (
                f"{colour.rgb} on {light.rgb} reflects {100 * contrast:.0f} % apart; readers need "
                f"{100 * MIN_CONTRAST:.0f} %."
            )
            reason_zh = (
                f"{colour.rgb} 与背景 {light.rgb} 的反射率只差 {100 * contrast:.0f} %；"
                f"扫码至少需要 {100 * MIN_CONTRAST:.0f} %。"
            )
        else:
            middle = (darkest_luma + light.luma) / 2
            reason = (
                f"{colour.rgb} beside much darker modules: its grey of {100 * colour.luma:.0f} % "
                f"is not clearly below the readers' threshold of {100 * middle:.0f} %."
            )
            reason_zh = (
                f"{colour.rgb} 与旁边更深的模块相比太浅：灰度 {100 * colour.luma:.0f} %，"
                f"没有明显低于判读阈值 {100 * middle:.0f} %。"
            )
        raise DesignError(path, f"{reason} {nearest}", reason_zh + nearest_zh)


def _is_readable(colour: Colour, light: Colour, darkest_luma: float, margin: float) -> bool:
    middle = (min(darkest_luma, colour.luma) + light.luma) / 2
    contrast = reflectance(light.rgb) - reflectance(colour.rgb)
    return contrast >= MIN_CONTRAST and colour.luma <= middle - margin


def _nearest_dark(
    colour: Colour, light: Colour, darkest_luma: float, margin: float
) -> tuple[str, str]:
    """What would work, in English and Chinese."""
    for percent in range(99, -1, -1):
        shade = _scaled(colour, percent / 100)
        if _is_readable(shade, light, darkest_luma, margin):
            return (
                f"The nearest that works on this ground is {shade.rgb}.",
                f"在此背景上最接近的可用颜色是 {shade.rgb}。",
            )
    return (
        "Even black is too close to this ground; choose a lighter ground.",
        "此背景太深，连黑色也不够；请换更浅的背景。",
    )


def _scaled(colour: Colour, share: float) -> Colour:
    return Colour("#" + "".join(f"{round(255 * c * share):02x}" for c in colour.channels))


def laser_warning(path: str, fill: Fill, light: Colour) -> str | None:
    """Say so where a red laser sees no code, though a camera does; None where it does."""
    for colour in colours_of(fill):
        ground, ink = (_linear(c.channels[0]) for c in (light, colour))
        if ground - ink >= _LASER_CONTRAST:
            continue
        _, green, blue = (round(255 * channel) for channel in colour.channels)
        red = next((r for r in range(255, -1, -1) if ground - _linear(r / 255) >= 0.4), 0)
        return (
            f"{path}: {colour.rgb} reflects {100 * ink:.0f} % of red light, its ground "
            f"{100 * ground:.0f} %. Cameras read it; red-laser scanners (650 nm) may not. The "
            f"nearest that they see is #{red:02x}{green:02x}{blue:02x}."
        )
    return None


def require_legible(path: str, text: Colour, ground: Colour) -> None:
    """Refuse lettering below 3:1 on its ground.

    Raises:
        DesignError: With the ratio and the better of black and white.
    """
    one, other = sorted((reflectance(text.rgb), reflectance(ground.rgb)))
    ratio = (other + 0.05) / (one + 0.05)
    if ratio < _TEXT_RATIO:
        better = "#ffffff" if reflectance(ground.rgb) < 0.18 else "#000000"
        raise DesignError(
            path,
            f"{text.rgb} on {ground.rgb} has a contrast of {ratio:.1f}:1; people need "
            f"{_TEXT_RATIO:g}:1. {better} works here.",
            f"{text.rgb} 的文字在 {ground.rgb} 上对比度只有 {ratio:.1f}:1，阅读需要 "
            f"{_TEXT_RATIO:g}:1；可改用 {better}。",
        )


def _linear(channel: float) -> float:
    """Light of an sRGB-coded channel (IEC 61966-2-1)."""
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
