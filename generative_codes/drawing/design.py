"""The design of a code: one validated value that every back end draws."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from generative_codes.drawing.colours import (
    BLACK,
    INK,
    PUPIL_MARGIN,
    WHITE,
    Colour,
    Fill,
    Gradient,
    colours_of,
    laser_warning,
    require_legible,
    require_readable,
)
from generative_codes.drawing.custom_shape import (
    MOST_CHARACTERS,
    covers_centre,
    ink_share,
    read_shape,
)
from generative_codes.errors import SheetError
from generative_codes.fields import (
    DesignError,
    Plain,
    Told,
    check_fields,
    model_from_json,
    model_to_json,
    schema_of,
)
from generative_codes.lettering import require_printable
from generative_codes.render import QUIET_ZONE_MODULES

# A module must be inked over this share of its cell: a dot of radius 0.375 modules. Radius 0.35
# loses a twentieth of the camera grid with zxing-cpp, radius 0.32 fails.
MIN_INK_SHARE = 0.44


class ModuleShape(StrEnum):
    """Outline of the dark modules."""

    SQUARE = "square"
    DOT = "dot"
    ROUNDED = "rounded"
    CONNECTED = "connected"
    DIAMOND = "diamond"
    STAR = "star"
    PATH = "path"


class CornerShape(StrEnum):
    """Outline of a finder's ring or pupil."""

    SQUARE = "square"
    ROUNDED = "rounded"
    CIRCLE = "circle"
    LEAF = "leaf"


class AlignmentShape(StrEnum):
    """Outline of the alignment patterns; MODULES draws them like everything else."""

    SQUARE = "square"
    ROUNDED = "rounded"
    CIRCLE = "circle"
    MODULES = "modules"


class LogoShape(StrEnum):
    """Outline of the cleared area in the middle."""

    SQUARE = "square"
    ROUNDED = "rounded"
    CIRCLE = "circle"


class Side(StrEnum):
    """Where a frame carries its call to action."""

    TOP = "top"
    BOTTOM = "bottom"


_CORNERS = ("top_left", "top_right", "bottom_left")
# Ink share of a full-size module by shape: circle, box with corners of 0.3, box with cut corners,
# five-rayed star. Squares and connected modules fill their cells.
_INK_SHARE = {
    ModuleShape.SQUARE: 1.0,
    ModuleShape.DOT: 0.785,
    ModuleShape.ROUNDED: 0.922,
    ModuleShape.CONNECTED: 1.0,
    ModuleShape.DIAMOND: 0.68,
    ModuleShape.STAR: 0.536,
}


@dataclass(frozen=True, slots=True)
class Modules:
    """Shape and size of the dark modules."""

    shape: Annotated[ModuleShape, Told("outline of a module")] = ModuleShape.SQUARE
    size_share: Annotated[float, Told("side or diameter as a share of the cell", 0.6, 1)] = 1.0
    path: Annotated[
        str,
        Told(
            "outline of a module as SVG path data (M L H V C S Q T Z) in a cell from 0 to 1 "
            "(shape: path)",
            longest=MOST_CHARACTERS,
        ),
    ] = ""

    def __post_init__(self) -> None:
        check_fields(self)
        if (self.shape is ModuleShape.PATH) != bool(self.path):
            raise DesignError(
                "path",
                "A path and the shape 'path' belong together.",
                "自定义路径与形状“path”须一起给出。",
            )
        if self.shape is ModuleShape.CONNECTED and self.size_share != 1:
            raise DesignError(
                "size_share",
                "Connected modules fill their cells; choose 1.",
                "连通样式的模块总是填满格子；请选 1。",
            )
        full = _INK_SHARE[self.shape] if self.shape in _INK_SHARE else self._custom_ink()
        ink = full * self.size_share**2
        if ink < MIN_INK_SHARE:
            least = (MIN_INK_SHARE / full) ** 0.5 + 0.005
            raise DesignError(
                "size_share",
                f"A {self.shape} of {self.size_share:g} inks {100 * ink:.0f} % of its cell; "
                f"readers need {100 * MIN_INK_SHARE:.0f} %. The smallest that works is "
                f"{least:.2f}.",
                f"此大小只覆盖格子的 {100 * ink:.0f} %；扫码至少需要 {100 * MIN_INK_SHARE:.0f} %。"
                f"可用的最小值是 {least:.2f}。",
            )

    def _custom_ink(self) -> float:
        """Ink share of the path.

        Raises:
            DesignError: If it cannot be read, or could not be by a scanner.
        """
        try:
            shape = read_shape(self.path)
        except DesignError as error:
            raise error.below("path") from None
        if not covers_centre(shape):
            raise DesignError(
                "path",
                "Readers sample the middle of a module; ink the middle fifth of the cell.",
                "扫码器读取模块的中心；请填满格子正中的五分之一。",
            )
        share = ink_share(shape)
        if share < MIN_INK_SHARE:
            raise DesignError(
                "path",
                f"The path inks {100 * share:.0f} % of its cell; readers need "
                f"{100 * MIN_INK_SHARE:.0f} %. Draw it larger or fuller.",
                f"路径只覆盖格子的 {100 * share:.0f} %；扫码至少需要 "
                f"{100 * MIN_INK_SHARE:.0f} %。请画得更大或更饱满。",
            )
        return share


@dataclass(frozen=True, slots=True)
class Finder:
    """One of the three corner patterns."""

    ring: Annotated[CornerShape, Told("outline of the outer ring")] = CornerShape.SQUARE
    pupil: Annotated[CornerShape, Told("outline of the inner square")] = CornerShape.SQUARE
    ring_colour: Annotated[Colour | None, Told("colour of the ring; none: as the modules")] = None
    pupil_colour: Annotated[Colour | None, Told("colour of the pupil; none: as the modules")] = None

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True)
class Finders:
    """The corner patterns, each with its own look."""

    top_left: Annotated[Finder, Told("finder at the top left")] = Finder()
    top_right: Annotated[Finder, Told("finder at the top right")] = Finder()
    bottom_left: Annotated[Finder, Told("finder at the bottom left")] = Finder()

    def __post_init__(self) -> None:
        check_fields(self)

    @classmethod
    def all(cls, finder: Finder) -> "Finders":
        """Three times the same."""
        return cls(finder, finder, finder)


@dataclass(frozen=True, slots=True)
class Logo:
    """The area kept free in the middle, and up to four characters that stand in it."""

    width_share: Annotated[float, Told("width as a share of the symbol's side", 0.08, 0.4)]
    shape: Annotated[LogoShape, Told("outline of the area")] = LogoShape.ROUNDED
    margin_modules: Annotated[float, Told("air between the area and the modules", 0, 2)] = 0.5
    ground: Annotated[Colour | None, Told("colour of the area; none: the light ground shows")] = (
        None
    )
    text: Annotated[str, Told("one to four characters, as on a seal", longest=4)] = ""
    text_colour: Annotated[Colour, Told("colour of the characters")] = INK

    def __post_init__(self) -> None:
        check_fields(self)
        _require_printable("text", self.text)


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of text below the symbol, outside its quiet zone."""

    text: Annotated[str, Told("one line", longest=60)]
    size_modules: Annotated[float, Told("text size; shrinks to fit the width", 1.2, 6)] = 2.6
    colour: Annotated[Colour | None, Told("colour; none: as the modules")] = None

    def __post_init__(self) -> None:
        check_fields(self)
        _require_printable("text", self.text)


@dataclass(frozen=True, slots=True)
class Frame:
    """A border round everything, with a call to action on one side."""

    text: Annotated[str, Told("call to action, one line; empty: a plain border", longest=40)] = ""
    side: Annotated[Side, Told("where the text stands")] = Side.BOTTOM
    thickness_modules: Annotated[int, Told("width of the border", 1, 6)] = 1
    bar_modules: Annotated[int, Told("height of the side with the text", 3, 12)] = 6
    radius_modules: Annotated[float, Told("radius of the outer corners", 0, 12)] = 3.0
    colour: Annotated[Colour, Told("colour of the border")] = INK
    text_colour: Annotated[Colour, Told("colour of the text")] = WHITE

    def __post_init__(self) -> None:
        check_fields(self)
        _require_printable("text", self.text)
        require_legible("text_colour", self.text_colour, self.colour)


@dataclass(frozen=True, slots=True)
class Design:
    """How a code looks.

    A design that can be built can be read: everything that scanners are known to miss is refused
    at construction, with the reason and the nearest thing that works. What depends on the symbol
    (the logo's cost) is checked when it is drawn.

    Raises:
        DesignError: The path names the field.
    """

    name: Annotated[str, Told("name of the design", longest=60)] = ""
    modules: Annotated[Modules, Told("dark modules")] = Modules()
    finders: Annotated[Finders, Told("corner patterns")] = Finders()
    alignment: Annotated[AlignmentShape, Told("alignment patterns")] = AlignmentShape.SQUARE
    dark: Annotated[Fill, Told("colour or gradient of the dark modules")] = BLACK
    light: Annotated[Colour, Told("ground; on a transparent one, what it will lie on")] = WHITE
    is_transparent: Annotated[bool, Told("leave the ground unpainted")] = False
    quiet_zone_modules: Annotated[
        int, Told("light margin on every side (ISO/IEC 18004, 6.3.8)", QUIET_ZONE_MODULES, 20)
    ] = 4
    logo: Annotated[Logo | None, Told("free area in the middle")] = None
    caption: Annotated[Caption | None, Told("line of text below")] = None
    frame: Annotated[Frame | None, Told("border and call to action")] = None

    def __post_init__(self) -> None:
        check_fields(self)
        _require_printable("name", self.name)
        darkest = min(colour.luma for _, fill in self.dark_fills for colour in colours_of(fill))
        for corner, finder in zip(_CORNERS, self._finders, strict=True):
            if finder.pupil_colour is not None:
                ring = min(colour.luma for colour in colours_of(finder.ring_colour or self.dark))
                path = f"finders.{corner}.pupil_colour"
                if finder.pupil_colour.luma > ring:
                    require_readable(path, finder.pupil_colour, self.light, ring, PUPIL_MARGIN)
        for path, fill in self.dark_fills:
            require_readable(path, fill, self.light, darkest)
        if self.caption is not None:
            require_legible("caption.colour", self.caption.colour or self.ink, self.light)
        if self.logo is not None and self.logo.text:
            ground = self.logo.ground or self.light
            require_legible("logo.text_colour", self.logo.text_colour, ground)

    @property
    def ink(self) -> Colour:
        """The first colour of the dark modules."""
        return colours_of(self.dark)[0]

    @property
    def _finders(self) -> tuple[Finder, ...]:
        return self.finders.top_left, self.finders.top_right, self.finders.bottom_left

    @property
    def dark_fills(self) -> tuple[tuple[str, Fill], ...]:
        """Every fill of dark modules with the path of its field."""
        found: list[tuple[str, Fill]] = [("dark", self.dark)]
        for corner, finder in zip(_CORNERS, self._finders, strict=True):
            for part in ("ring_colour", "pupil_colour"):
                colour: Colour | None = getattr(finder, part)
                if colour is not None:
                    found.append((f"finders.{corner}.{part}", colour))
        return tuple(found)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What works with cameras but not with every reader."""
        heard = [laser_warning(path, fill, self.light) for path, fill in self.dark_fills]
        found = [warning for warning in heard if warning is not None]
        rings = {finder.ring for finder in self._finders}
        if rings != {CornerShape.SQUARE}:
            found.append(
                "finders: OpenCV's detectors need the rings' corners and miss codes where they are "
                "rounded; zxing-cpp and WeChat read nearly all. Square rings are read by all."
            )
        if self.is_transparent:
            found.append(
                f"is_transparent: the code is readable on {self.light.rgb} and lighter grounds; "
                "on others its colours were not checked."
            )
        return tuple(found)

    def to_json(self) -> str:
        """JSON text that `from_json` reads back into an equal design."""
        return model_to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Design":
        """Read a design.

        Raises:
            DesignError: If it is too long, no JSON, or no readable design.
        """
        return model_from_json(cls, text, "design")


def design_schema() -> dict[str, Plain]:
    """JSON Schema (draft 2020-12) of a design."""
    return schema_of(Design, "Design of a dianjin code")


def _require_printable(path: str, text: str) -> None:
    try:
        require_printable(text)
    except SheetError as error:
        raise DesignError(path, str(error), "文字里有无法印刷的字符；请删去。") from None


__all__ = [
    "AlignmentShape",
    "Caption",
    "Colour",
    "CornerShape",
    "Design",
    "DesignError",
    "Fill",
    "Finder",
    "Finders",
    "Frame",
    "Gradient",
    "Logo",
    "LogoShape",
    "ModuleShape",
    "Modules",
    "Side",
    "design_schema",
]
