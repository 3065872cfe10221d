"""A symbol and its design as filled outlines: what every back end draws, in this order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.drawing.colours import Colour, Fill, Gradient
from generative_codes.drawing.contours import Contour, disc, merged_cells, rounded_box
from generative_codes.drawing.design import (
    AlignmentShape,
    Design,
    Finder,
    Frame,
    Logo,
    LogoShape,
    Side,
)
from generative_codes.drawing.dots import Dots, dots_of
from generative_codes.drawing.logo import cleared_area, require_affordable, require_clear_sight
from generative_codes.drawing.on_picture import on_picture
from generative_codes.drawing.shapes import (
    alignment_contours,
    alignment_corners,
    finder_contours,
    finder_corners,
    module_contours,
)
from generative_codes.drawing.text import centred_line, centred_mark, fitting_size
from generative_codes.fields import DesignError
from generative_codes.halftone import BaseArt
from generative_codes.halftone.raster import enlarge
from generative_codes.halftone.style import MAX_RADIUS_MODULES
from generative_codes.symbol import Symbol
from vision.iso18004.placement import Role

_LEAST_TEXT_MODULES = 1.2
_CAPTION_WEIGHT, _CALL_WEIGHT, _MARK_WEIGHT = 450, 600, 700
# Text keeps this far from the edge of the field it stands in.
_TEXT_MARGIN_MODULES = 1.5
# Rows of a caption, of its text size; and the share of a frame's bar or a logo that its text takes.
_CAPTION_LEADING, _BAR_TEXT_SHARE, _MARK_SHARE = 1.5, 0.5, 0.78


@dataclass(frozen=True, slots=True)
class Layer:
    """One fill over outlines that do not overlap (even-odd rule)."""

    fill: Fill
    contours: tuple[Contour, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture and its box in modules.

    Attributes:
        rgba: uint8 (H, W, 4) red, green, blue, alpha.
        ground: What lies under it; presses get the picture flattened onto it.
        left: Box.
        top: Box.
        width: Box.
        height: Box.
    """

    rgba: npt.NDArray[np.uint8]
    ground: Colour
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """Whole modules, so that every raster keeps the module grid."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Width."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Height."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that is drawn, in modules from the symbol's top left, y downwards.

    Attributes:
        box: The trimmed picture: symbol, quiet zone, caption, frame.
        side: Side of the symbol; gradients span it.
        layers: From the bottom to the top.
    """

    box: Box
    side: int
    layers: tuple[Layer | Picture | Dots, ...]

    @property
    def fills(self) -> tuple[Fill, ...]:
        """Every fill, from the bottom to the top, pictures left out."""
        found: list[Fill] = []
        for layer in self.layers:
            if isinstance(layer, Layer):
                found.append(layer.fill)
            elif isinstance(layer, Dots):
                found += layer.colours
        return tuple(found)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture, from the bottom to the top."""
        return tuple(layer for layer in self.layers if isinstance(layer, Picture))

    @property
    def gradients(self) -> tuple[Gradient, ...]:
        """Every gradient once."""
        return tuple(dict.fromkeys(fill for fill in self.fills if isinstance(fill, Gradient)))


@dataclass(slots=True)
class _Stage:
    """Outlines of one height, one layer per fill."""

    by_fill: dict[Fill, list[Contour]] = field(default_factory=dict)

    def add(self, fill: Fill, contours: Sequence[Contour]) -> None:
        if contours:
            self.by_fill.setdefault(fill, []).extend(contours)

    def layers(self) -> list[Layer]:
        return [Layer(fill, tuple(contours)) for fill, contours in self.by_fill.items()]


def compose(
    code: Symbol | BaseArt,
    design: Design,
    logo_picture: npt.NDArray[np.uint8] | None = None,
    bleed_modules: float = 0.0,
) -> Scene:
    """Turn a code into outlines.

    Args:
        code: Modules, or modules on a picture.
        design: Its look. On a picture the dots have the style's shape, not the design's, and
            patterns are as dark as `on_picture` makes them.
        logo_picture: uint8 (H, W, 4) red, green, blue, alpha for the design's logo area.
        bleed_modules: How far the outermost ground reaches beyond the box.

    Raises:
        DesignError: If the logo costs more than the level can carry, or a text does not fit.
    """
    symbol = code.symbol if isinstance(code, BaseArt) else code
    if isinstance(code, BaseArt):
        design = on_picture(design)
    cleared = np.zeros_like(symbol.modules)
    if design.logo is not None:
        cleared = cleared_area(design.logo, symbol.size_modules)
        require_affordable(design.logo, symbol.version, symbol.level)
        if design.logo.text or logo_picture is not None:
            require_clear_sight(design.logo, symbol.version, symbol.level)
    inner, box = _boxes(symbol.size_modules, design)
    borders, grounds, inks, panels, marks = (_Stage() for _ in range(5))
    _add_grounds(design, inner, box, bleed_modules, borders, grounds)
    base: list[Layer | Picture | Dots] = []
    if isinstance(code, BaseArt):
        base = _base_layers(code, design, cleared)
        modules = merged_cells(symbol.modules & _shown(code.solid, symbol, design, cleared), 0, 0)
    else:
        shown = _shown(np.ones_like(symbol.modules), symbol, design, cleared)
        modules = module_contours(symbol.modules & shown, design.modules)
    inks.add(design.dark, modules)
    _add_patterns(symbol, design, cleared, inks)
    if design.caption is not None:
        size = _caption_size(symbol.size_modules, design)
        lowest = symbol.size_modules + design.quiet_zone_modules
        middle = (lowest + inner.bottom - _bottom_air(design)) / 2
        inks.add(
            design.caption.colour or design.ink,
            centred_line(
                design.caption.text, symbol.size_modules / 2, middle, size, _CAPTION_WEIGHT
            ),
        )
    pictures = []
    if design.logo is not None:
        ground = design.logo.ground or design.light
        _add_logo(design.logo, design, symbol.size_modules, panels, marks)
        if logo_picture is not None:
            pictures.append(_place_picture(design.logo, symbol.size_modules, ground, logo_picture))
    elif logo_picture is not None:
        raise DesignError(
            "logo",
            "A logo picture needs a logo area; give its width.",
            "标志图片需要标志区域；请给出宽度。",
        )
    below = [layer for stage in (borders, grounds) for layer in stage.layers()]
    above = [layer for stage in (inks, panels, marks) for layer in stage.layers()]
    return Scene(box, symbol.size_modules, (*below, *base, *above, *pictures))


def _boxes(side: int, design: Design) -> tuple[Box, Box]:
    """The light field and the whole."""
    quiet = design.quiet_zone_modules
    below = 0
    if design.caption is not None:
        below = _ceil(_caption_size(side, design) * _CAPTION_LEADING) + _bottom_air(design)
    inner = Box(-quiet, -quiet, side + quiet, side + quiet + below)
    if design.frame is None:
        return inner, inner
    thick, bar = design.frame.thickness_modules, _bar(design.frame)
    at_top = design.frame.side is Side.TOP
    top, bottom = (bar, thick) if at_top else (thick, bar)
    whole = Box(inner.left - thick, inner.top - top, inner.right + thick, inner.bottom + bottom)
    return inner, whole


def _bar(frame: Frame) -> int:
    return (
        max(frame.bar_modules, frame.thickness_modules) if frame.text else (frame.thickness_modules)
    )


def _bottom_air(design: Design) -> int:
    """Rows below the caption, so that it floats between the quiet zone and the edge."""
    return min(2, design.quiet_zone_modules - 2)


def _ceil(value: float) -> int:
    return int(-(-value // 1))


def _caption_size(side: int, design: Design) -> float:
    caption = design.caption
    if caption is None:
        return 0.0
    room = side + 2 * design.quiet_zone_modules - 2 * _TEXT_MARGIN_MODULES
    return fitting_size(
        "caption.text",
        caption.text,
        caption.size_modules,
        _LEAST_TEXT_MODULES,
        room,
        _CAPTION_WEIGHT,
    )


def _add_grounds(
    design: Design, inner: Box, box: Box, bleed: float, borders: _Stage, grounds: _Stage
) -> None:
    frame = design.frame
    if frame is None:
        if not design.is_transparent:
            grounds.add(design.light, [_box_contour(box, bleed, 0.0)])
        return
    hole_radius = max(0.0, frame.radius_modules - frame.thickness_modules)
    outline = [_box_contour(box, bleed, frame.radius_modules)]
    hole = _box_contour(inner, 0.0, hole_radius)
    if design.is_transparent:
        outline.append(hole)
    else:
        grounds.add(design.light, [hole])
    borders.add(frame.colour, outline)
    if not frame.text:
        return
    wanted = _bar(frame) * _BAR_TEXT_SHARE
    room = box.width - 2 * max(_TEXT_MARGIN_MODULES, frame.radius_modules)
    size = fitting_size("frame.text", frame.text, wanted, _LEAST_TEXT_MODULES, room, _CALL_WEIGHT)
    at_top = frame.side is Side.TOP
    middle = (box.top + inner.top) / 2 if at_top else (box.bottom + inner.bottom) / 2
    centre = (box.left + box.right) / 2
    grounds.add(frame.text_colour, centred_line(frame.text, centre, middle, size, _CALL_WEIGHT))


def _box_contour(box: Box, bleed: float, radius: float) -> Contour:
    grown = radius + bleed if radius else 0.0
    return rounded_box(
        box.left - bleed,
        box.top - bleed,
        box.width + 2 * bleed,
        box.height + 2 * bleed,
        (grown,) * 4,
    )


def _base_layers(
    art: BaseArt, design: Design, cleared: npt.NDArray[np.bool_]
) -> list[Layer | Picture | Dots]:
    """The picture, the light ground of whole modules and of the logo on it, and the dots."""
    side = art.symbol.size_modules
    rgba = np.full((*art.picture.shape[:2], 4), 255, dtype=np.uint8)
    rgba[..., :3] = art.picture[..., ::-1]
    # Programs that grow a picture to whole pixels must not show a line of it beside the finders.
    ground = np.array(design.light.channels) * 255
    rgba[enlarge(art.solid, art.pixels_per_module), :3] = np.rint(ground)
    layers: list[Layer | Picture | Dots] = [Picture(rgba, design.light, 0.0, 0.0, side, side)]
    layers.append(Layer(design.light, tuple(merged_cells(art.solid, 0.0, 0.0))))
    if design.logo is not None:
        margin = design.logo.margin_modules
        width = design.logo.width_share * side + 2 * margin
        outline = _logo_outline(design.logo, side / 2 - width / 2, width, side / 2)
        layers.append(Layer(design.light, (outline,)))
        cleared = _touched(outline, cleared)
    layers.append(dots_of(art, cleared))
    return layers


def _touched(outline: Contour, cleared: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Cleared modules whose dot would touch the outline; beside its corners dots may stand."""
    polygon = outline.flatten(8).astype(np.float32).reshape(-1, 1, 2)
    touched = cleared.copy()
    for row, column in np.argwhere(cleared).tolist():
        inside = cv2.pointPolygonTest(polygon, (column + 0.5, row + 0.5), measureDist=True)
        touched[row, column] = inside > -MAX_RADIUS_MODULES
    return touched


def _shown(
    among: npt.NDArray[np.bool_],
    symbol: Symbol,
    design: Design,
    cleared: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """Modules that are drawn one by one, not as a pattern, bool (N, N)."""
    shown = among & (symbol.roles != Role.FINDER) & ~cleared
    if design.alignment is not AlignmentShape.MODULES:
        shown = shown & (symbol.roles != Role.ALIGNMENT)
    return np.asarray(shown)


def _add_patterns(
    symbol: Symbol, design: Design, cleared: npt.NDArray[np.bool_], inks: _Stage
) -> None:
    if design.alignment is not AlignmentShape.MODULES:
        patterns: list[Contour] = []
        for x, y in alignment_corners(symbol.version):
            if not cleared[y : y + 5, x : x + 5].any():
                patterns += [c.at(x, y) for c in alignment_contours(design.alignment)]
        inks.add(design.dark, patterns)
    for corner, (x, y) in finder_corners(symbol.version).items():
        finder = cast("Finder", getattr(design.finders, corner))
        ring, pupil = finder_contours(corner, finder.ring, finder.pupil)
        inks.add(finder.ring_colour or design.dark, [c.at(x, y) for c in ring])
        inks.add(finder.pupil_colour or design.dark, [c.at(x, y) for c in pupil])


def _add_logo(logo: Logo, design: Design, side: int, panels: _Stage, marks: _Stage) -> None:
    width, middle = logo.width_share * side, side / 2
    if logo.ground is not None:
        panels.add(logo.ground, [_logo_outline(logo, middle - width / 2, width, middle)])
    if not logo.text:
        return
    room = width * _MARK_SHARE * (0.9 if logo.shape is LogoShape.CIRCLE else 1.0)
    try:
        contours = centred_mark(logo.text, middle, middle, room, _MARK_WEIGHT)
    except DesignError as error:
        raise error.below("logo") from None
    shows_ground = logo.text_colour == design.light and not design.is_transparent
    if logo.ground is not None and shows_ground:
        panels.add(logo.ground, contours)  # cut out of the seal: nothing to keep in register
    else:
        marks.add(logo.text_colour, contours)


def _place_picture(logo: Logo, side: int, ground: Colour, rgba: npt.NDArray[np.uint8]) -> Picture:
    if rgba.ndim != 3 or rgba.shape[2] != 4 or rgba.dtype != np.uint8 or 0 in rgba.shape:
        raise DesignError(
            "logo",
            f"A logo picture is uint8 (H, W, 4), not {rgba.dtype} {rgba.shape}.",
            "标志图片的格式不对。",
        )
    # The picture keeps its proportions and stays inside the outline's corners.
    height_px, width_px = rgba.shape[:2]
    share = 0.7 if logo.shape is LogoShape.CIRCLE else 0.9
    scale = logo.width_share * side * share / max(height_px, width_px)
    wide, high = width_px * scale, height_px * scale
    return Picture(rgba, ground, side / 2 - wide / 2, side / 2 - high / 2, wide, high)


def _logo_outline(logo: Logo, left: float, width: float, middle: float) -> Contour:
    match logo.shape:
        case LogoShape.CIRCLE:
            return disc(middle, middle, width / 2)
        case LogoShape.ROUNDED:
            return rounded_box(left, left, width, width, (0.18 * width,) * 4)
        case LogoShape.SQUARE:
            return rounded_box(left, left, width, width, (0.0,) * 4)
