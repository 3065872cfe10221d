"""What a press needs: inks, bleed, crop marks; colours as operators of PDF and PostScript."""

import itertools
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import numpy as np
import numpy.typing as npt

from generative_codes.drawing.colours import Colour, Gradient, GradientKind, colours_of
from generative_codes.drawing.contours import Contour
from generative_codes.drawing.scene import Picture, Scene
from generative_codes.fields import DesignError, Told, check_fields
from generative_codes.pdf_file import MM_PER_INCH, OutputCondition, number
from generative_codes.render import MAX_MODULE_MM, MIN_MODULE_MM

# Marks keep clear of the bleed and are this long; a hair line of 0.25 pt.
MARK_LENGTH_MM, MARK_GAP_MM, MARK_WIDTH_MM = 4.0, 1.0, 0.088

# Pictures are printed with up to 175 lines per inch, which take up to two pixels each.
PICTURE_DPI = 350


class Inks(StrEnum):
    """Colour model of a print file."""

    CMYK = "cmyk"
    BLACK = "black"
    RGB = "rgb"


@dataclass(frozen=True, slots=True)
class PrintSpec:
    """Size and inks of a print file."""

    module_mm: Annotated[float, Told("side of one module", MIN_MODULE_MM, MAX_MODULE_MM)] = 0.5
    bleed_mm: Annotated[float, Told("ground beyond the trimmed edge", 0, 10)] = 0.0
    has_crop_marks: Annotated[bool, Told("marks in the margins")] = False
    inks: Annotated[
        Inks, Told("process colours with spot inks, black alone, or screen colours")
    ] = Inks.CMYK
    condition: Annotated[
        OutputCondition, Told("printing condition the file names (PDF); none: no PDF/X")
    ] = OutputCondition.FOGRA39

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def pixels_per_module(self) -> float:
        """What a picture needs at this size."""
        return PICTURE_DPI * self.module_mm / MM_PER_INCH

    @property
    def margin_mm(self) -> float:
        """Paper around the trimmed picture."""
        return self.bleed_mm + (MARK_GAP_MM + MARK_LENGTH_MM if self.has_crop_marks else 0.0)


def spots_of(scene: Scene, spec: PrintSpec) -> list[Colour]:
    """The spot inks of a scene, each once.

    Raises:
        DesignError: If one name stands for two mixtures.
    """
    found: dict[str, Colour] = {}
    for fill in scene.fills:
        if not isinstance(fill, Colour) or fill.spot is None:
            continue
        known = found.setdefault(fill.spot, fill)
        if known.process != fill.process:
            raise DesignError(
                "",
                f"The spot ink {fill.spot!r} has two mixtures; give it one CMYK value.",
                f"专色 {fill.spot!r} 有两种配比；请统一为一组 CMYK 值。",
            )
    return list(found.values()) if spec.inks is Inks.CMYK else []


def is_black_alone(scene: Scene, spec: PrintSpec) -> bool:
    """True if nothing but K is printed."""
    if spec.inks is Inks.BLACK:
        return True
    colours = [colour for fill in scene.fills for colour in colours_of(fill)]
    return (
        spec.inks is Inks.CMYK
        and not scene.pictures
        and all(colour.spot is None and max(colour.process[:3]) == 0 for colour in colours)
    )


def components(colour: Colour, inks: Inks) -> tuple[float, ...]:
    """Operands of a colour in the device space of `inks`."""
    match inks:
        case Inks.CMYK:
            return colour.process
        case Inks.BLACK:
            return (0.0, 0.0, 0.0, colour.process[3] if colour.is_neutral else 1 - colour.luma)
        case Inks.RGB:
            return colour.channels


def space_of(inks: Inks) -> str:
    """Device colour space."""
    return "/DeviceRGB" if inks is Inks.RGB else "/DeviceCMYK"


def numbers(values: tuple[float, ...]) -> str:
    """Operands, blank-separated."""
    return " ".join(map(number, values))


def path_operators(contours: tuple[Contour, ...]) -> str:
    """Path construction with m, l, c, h."""
    pieces: list[str] = []
    for contour in contours:
        x, y = contour.start
        pieces.append(f"{number(x)} {number(y)} m")
        for segment in contour.segments:
            moved = [value + (y if index % 2 else x) for index, value in enumerate(segment)]
            pieces.append(" ".join(map(number, moved)) + (" l" if len(segment) == 2 else " c"))
        pieces.append("h")
    return "\n".join(pieces) + "\n"


def shading(gradient: Gradient, side: int, inks: Inks) -> str:
    """Shading dictionary, alike in PDF (ISO 32000-1, 8.7.4.5) and PostScript level 3."""
    stops = gradient.stops
    functions = " ".join(
        f"<</FunctionType 2/Domain[0 1]/C0[{numbers(components(first.colour, inks))}]"
        f"/C1[{numbers(components(last.colour, inks))}]/N 1>>"
        for first, last in itertools.pairwise(stops)
    )
    bounds = numbers(tuple(stop.at for stop in stops[1:-1]))
    encode = " ".join(["0 1"] * (len(stops) - 1))
    function = (
        f"<</FunctionType 3/Domain[0 1]/Functions[{functions}]/Bounds[{bounds}]/Encode[{encode}]>>"
    )
    if gradient.kind is GradientKind.RADIAL:
        middle = number(side / 2)
        coordinates = f"{middle} {middle} 0 {middle} {middle} {number(gradient.radius(side))}"
        kind = 3
    else:
        coordinates, kind = numbers(gradient.axis(side)), 2
    return (
        f"<</ShadingType {kind}/ColorSpace {space_of(inks)}/Coords[{coordinates}]"
        f"/Function {function}/Extend[true true]>>"
    )


def press_pixels(picture: Picture, inks: Inks) -> npt.NDArray[np.uint8]:
    """A picture flattened onto its ground, uint8 (H, W, 4 or 3) in the device space of `inks`."""
    rgba = picture.rgba.astype(np.float64) / 255
    alpha = rgba[:, :, 3:]
    rgb = rgba[:, :, :3] * alpha + np.array(picture.ground.channels) * (1 - alpha)
    if inks is Inks.RGB:
        return np.asarray(np.rint(255 * rgb), dtype=np.uint8)
    if inks is Inks.BLACK:
        process = np.dstack([np.zeros_like(rgb), 1 - rgb @ np.array([0.299, 0.587, 0.114])])
    else:
        black = 1 - rgb.max(axis=2)
        rest = np.maximum(1 - black, 1e-6)[:, :, None]
        process = np.dstack([np.clip((rest - rgb) / rest, 0, 1), black])
        process[black >= 1 - 1e-6, :3] = 0
    return np.asarray(np.rint(255 * process), dtype=np.uint8)


def crop_marks(trim_wh_mm: tuple[float, float], spec: PrintSpec) -> list[tuple[float, ...]]:
    """Lines (x0, y0, x1, y1) in mm from the trimmed picture's lower left corner."""
    width, height = trim_wh_mm
    near = spec.bleed_mm + MARK_GAP_MM
    far = near + MARK_LENGTH_MM
    lines: list[tuple[float, ...]] = []
    for x in (0.0, width):
        lines += [(x, -near, x, -far), (x, height + near, x, height + far)]
    for y in (0.0, height):
        lines += [(-near, y, -far, y), (width + near, y, width + far, y)]
    return lines
