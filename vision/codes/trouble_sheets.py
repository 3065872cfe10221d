"""Printed sheets with QR Codes that give trouble: odd styles, damage, several codes; drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.bend_scenes import QUIET_ZONE_MODULES, qr_modules
from vision.printcam import Label

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Raster = NDArray[np.float32]

# Drawing resolution of the smallest module.
MODULE_PX = 10
_FINDER_MODULES = 7
_MM_PER_INCH = 25.4
_LEVELS = ("L", "M", "Q", "H")
_VERSIONS = (1, 1, 2, 2, 3, 3, 4, 5, 6)
# Part of the side that a logo covers; level H mends 30 % of the codewords, this is 5 % of them.
_LOGO_SHARE = 0.22


class Style(StrEnum):
    """How a code departs from the standard."""

    INVERTED = "inverted"
    NO_QUIET_ZONE = "no quiet zone"
    COLOURED = "coloured"
    ROUND_FINDERS = "round finders"
    OUTLINED_FINDERS = "outlined finders"
    DOTS = "dots"
    LOGO = "logo"
    FAINT = "faint"
    THIN = "thin modules"
    BUSY = "busy ground"


class Damage(StrEnum):
    """What has happened to a print."""

    FOLD = "fold"
    STAIN = "stain"
    TORN = "torn strip"
    SCRATCHES = "scratches"
    PEN = "pen line"


@dataclass(frozen=True, slots=True)
class SheetCode:
    """A code on a sheet: what it says and where its symbol (without quiet zone) lies.

    Attributes:
        text: The message.
        version: 1 to 40.
        level: Error correction level.
        left_mm: From the sheet's left edge.
        top_mm: From the sheet's top edge.
        module_mm: Side of a module.
        is_inverted: Whether it is light on dark.
    """

    text: str
    version: int
    level: str
    left_mm: float
    top_mm: float
    module_mm: float
    is_inverted: bool = False

    @property
    def side_modules(self) -> int:
        """Modules on a side."""
        return 17 + 4 * self.version

    @property
    def side_mm(self) -> float:
        """Side of the symbol."""
        return self.side_modules * self.module_mm

    @property
    def corners_mm(self) -> NDArray[np.float64]:
        """Its corners on the sheet, (4, 2), clockwise from its own top-left."""
        unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
        return unit * self.side_mm + (self.left_mm, self.top_mm)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A drawn sheet and the codes on it."""

    label: Label
    codes: tuple[SheetCode, ...]


def plain_sheet(seed: int, rng: np.random.Generator, module_mm: float) -> Sheet:
    """One code with lines of print beside it."""
    version, level = _kind(rng)
    return _sheet(seed, rng, module_mm, ((version, level, MODULE_PX),), None, None)


def styled_sheet(seed: int, rng: np.random.Generator, module_mm: float, style: Style) -> Sheet:
    """One code of a style."""
    version, level = _kind(rng)
    if style is Style.LOGO:
        version, level = max(version, 2), "H"
    return _sheet(seed, rng, module_mm, ((version, level, MODULE_PX),), style, None)


def damaged_sheet(seed: int, rng: np.random.Generator, module_mm: float, damage: Damage) -> Sheet:
    """One code that was damaged; a fold is the surface's (see trouble_scenes.py)."""
    version, level = _kind(rng)
    return _sheet(seed, rng, module_mm, ((version, level, MODULE_PX),), None, damage)


def crowded_sheet(seed: int, rng: np.random.Generator, module_mm: float) -> Sheet:
    """Two to six codes of different sizes."""
    kinds = [
        (*_kind(rng), MODULE_PX + int(rng.integers(0, 6))) for _ in range(int(rng.integers(2, 7)))
    ]
    return _sheet(seed, rng, module_mm, tuple(kinds), None, None)


def _kind(rng: np.random.Generator) -> tuple[int, str]:
    version = int(rng.choice(_VERSIONS))
    level = str(rng.choice(_LEVELS))
    if version == 1 and level in "QH":
        level = "M" if level == "Q" else "L"
    return version, level


def _sheet(
    seed: int,
    rng: np.random.Generator,
    module_mm: float,
    kinds: tuple[tuple[int, str, int], ...],
    style: Style | None,
    damage: Damage | None,
) -> Sheet:
    """Lay the codes out in cells of a grid, with print round them."""
    cell = max((17 + 4 * version + 2 * QUIET_ZONE_MODULES) * px for version, _, px in kinds)
    columns = math.ceil(math.sqrt(len(kinds)))
    rows = math.ceil(len(kinds) / columns)
    margin = cell // 2
    raster = np.ones((rows * cell + 2 * margin, columns * cell + 2 * margin), np.float32)
    _print_lines(raster, rng)
    px_mm = module_mm / MODULE_PX
    codes = []
    for index, (version, level, px) in enumerate(kinds):
        text = f"T{seed:06d}-{index}" + "x" * int(rng.integers(0, 6))
        modules = qr_modules(text, version, level)
        side = len(modules) * px
        quiet = QUIET_ZONE_MODULES * px
        spare = cell - side - 2 * quiet
        left = margin + (index % columns) * cell + quiet + int(rng.integers(0, spare + 1))
        top = margin + (index // columns) * cell + quiet + int(rng.integers(0, spare + 1))
        area = slice(top - quiet, top + side + quiet), slice(left - quiet, left + side + quiet)
        raster[area] = _symbol(modules, px, style, rng, raster[area])
        codes.append(
            SheetCode(
                text, version, level, left * px_mm, top * px_mm, px * px_mm, style is Style.INVERTED
            )
        )
    if damage is not None:
        first = codes[0]
        _damage(raster, damage, first.left_mm / px_mm, first.top_mm / px_mm, first, px_mm, rng)
    dpi = _MM_PER_INCH / px_mm
    if style is Style.COLOURED:
        return Sheet(Label(_coloured(raster, rng), dpi), tuple(codes))
    return Sheet(Label(np.clip(raster, 0, 1), dpi), tuple(codes))


def _print_lines(raster: Raster, rng: np.random.Generator) -> None:
    """Lines of letters over the whole sheet; codes are laid over them."""
    height, width = raster.shape
    blank = np.full(raster.shape, 255, np.uint8)
    size = float(rng.uniform(0.8, 1.8))
    step = int(34 * size)
    for y in range(step, height, step):
        if rng.random() < 0.55:
            letters = "".join(chr(int(code)) for code in rng.integers(65, 91, 60))
            start = (int(rng.integers(0, max(width // 3, 1))), y)
            cv2.putText(blank, letters, start, cv2.FONT_HERSHEY_SIMPLEX, size, 25, 2, cv2.LINE_AA)
    raster *= np.asarray(blank, np.float32) / np.float32(255)


def _symbol(
    modules: NDArray[np.bool_],
    px: int,
    style: Style | None,
    rng: np.random.Generator,
    ground: Raster,
) -> Raster:
    """The symbol with its quiet zone, float32; 0 is ink."""
    padded = np.pad(modules, QUIET_ZONE_MODULES)
    plain = np.kron(np.where(padded, 0.0, 1.0), np.ones((px, px))).astype(np.float32)
    inner = slice(QUIET_ZONE_MODULES * px, -QUIET_ZONE_MODULES * px)
    match style:
        case Style.INVERTED:
            return np.asarray(1 - plain, np.float32)
        case Style.NO_QUIET_ZONE:
            around = np.where(ground < 0.5, np.float32(1.0), np.float32(rng.uniform(0, 0.35)))
            around[inner, inner] = plain[inner, inner]
            return np.asarray(around, np.float32)
        case Style.FAINT:
            return np.asarray(1 - rng.uniform(0.2, 0.35) * (1 - plain), np.float32)
        case Style.DOTS | Style.THIN:
            return _separate_modules(padded, px, style, rng)
        case Style.ROUND_FINDERS | Style.OUTLINED_FINDERS:
            _draw_finders(plain, len(modules), px, style)
        case Style.LOGO:
            _draw_logo(plain, len(modules) * px, rng)
        case Style.BUSY:
            wave = np.sin(np.arange(len(plain)) / (px * rng.uniform(1.5, 4)))
            light = 0.75 + 0.25 * wave[:, None] * wave[None]
            return np.asarray(plain * light, np.float32)
        case _:
            pass
    return plain


def _separate_modules(
    padded: NDArray[np.bool_], px: int, style: Style, rng: np.random.Generator
) -> Raster:
    """Data modules as discs, or all modules as squares that do not touch."""
    raster = np.ones((len(padded) * px, len(padded) * px), np.float32)
    share = float(rng.uniform(0.62, 0.8))
    side = len(padded) - 2 * QUIET_ZONE_MODULES
    for row, column in np.argwhere(padded).tolist():
        x, y = column - QUIET_ZONE_MODULES, row - QUIET_ZONE_MODULES
        in_finder = (min(x, side - 1 - x) < _FINDER_MODULES) and y < _FINDER_MODULES
        in_finder = in_finder or (x < _FINDER_MODULES and y >= side - _FINDER_MODULES)
        first = (column * px, row * px)
        if style is Style.DOTS and not in_finder:
            centre = (first[0] + px // 2, first[1] + px // 2)
            cv2.circle(raster, centre, round(share * px / 2), 0.0, -1)
        else:
            spare = 0 if style is Style.DOTS else round((1 - share) * px / 2)
            last = (first[0] + px - 1 - spare, first[1] + px - 1 - spare)
            cv2.rectangle(raster, (first[0] + spare, first[1] + spare), last, 0.0, -1)
    return raster


def _draw_finders(raster: Raster, side_modules: int, px: int, style: Style) -> None:
    """Replace the finders by rings, or hollow their inner squares, in place."""
    far = side_modules - _FINDER_MODULES
    for x, y in ((0, 0), (far, 0), (0, far)):
        left, top = (x + QUIET_ZONE_MODULES) * px, (y + QUIET_ZONE_MODULES) * px
        side = _FINDER_MODULES * px
        centre = (left + side // 2, top + side // 2)
        if style is Style.ROUND_FINDERS:
            raster[top : top + side, left : left + side] = 1.0
            cv2.circle(raster, centre, 3 * px, 0.0, px)
            cv2.circle(raster, centre, round(1.5 * px), 0.0, -1)
        else:
            raster[centre[1] - px // 2 : centre[1] + px // 2, centre[0] - px // 2 :][:, :px] = 1.0


def _draw_logo(raster: Raster, side_px: int, rng: np.random.Generator) -> None:
    """A disc over the middle, with a figure in it, in place."""
    centre = (raster.shape[1] // 2, raster.shape[0] // 2)
    radius = round(side_px * _LOGO_SHARE / 2)
    cv2.circle(raster, centre, radius, float(rng.uniform(0.3, 0.9)), -1)
    cv2.circle(raster, centre, radius // 2, float(rng.uniform(0, 0.5)), -1)


def _coloured(raster: Raster, rng: np.random.Generator) -> NDArray[np.float32]:
    """Ink of one strong colour on a pale one, (H, W, 3)."""
    inks = ((0.05, 0.1, 0.55), (0.6, 0.25, 0.05), (0.15, 0.35, 0.05), (0.35, 0.05, 0.4))
    grounds = ((0.9, 0.95, 0.7), (0.6, 0.85, 0.95), (0.75, 0.8, 0.95))
    ink, ground = (np.array(kind[int(rng.integers(len(kind)))]) for kind in (inks, grounds))
    return np.asarray(ink + raster[..., None] * (ground - ink), np.float32)


def _damage(
    raster: Raster,
    damage: Damage,
    left: float,
    top: float,
    code: SheetCode,
    px_mm: float,
    rng: np.random.Generator,
) -> None:
    """Draw the damage over the code, in place; finders are spared as far as lines allow."""
    side, module = code.side_mm / px_mm, code.module_mm / px_mm

    def spot() -> tuple[int, int]:
        # Anywhere in the cross between the finders.
        a, b = rng.uniform(0.4, 0.62), rng.uniform(0.15, 0.85)
        x, y = (a, b) if rng.random() < 0.5 else (b, a)
        return round(left + x * side), round(top + y * side)

    match damage:
        case Damage.STAIN:
            cover: cv2.typing.MatLike = np.zeros_like(raster)
            for _ in range(int(rng.integers(1, 4))):
                axes = (round(module * rng.uniform(1.5, 4)), round(module * rng.uniform(1.5, 3)))
                angle = float(rng.uniform(0, 180))
                cv2.ellipse(cover, spot(), axes, angle, 0, 360, float(rng.uniform(0.5, 0.95)), -1)
            cover = cv2.GaussianBlur(cover, (0, 0), module * 0.5)
            raster *= 1 - cover
        case Damage.TORN:
            start = np.array([left + rng.uniform(0.4, 0.6) * side, top - module * 2])
            end = np.array([left + rng.uniform(0.3, 0.7) * side, top + side + module * 2])
            if rng.random() < 0.5:
                start, end = (
                    start[::-1] + np.array([left - top, top - left]),
                    end[::-1] + np.array([left - top, top - left]),
                )
            steps = np.linspace(0, 1, 24)[:, None]
            path = start + steps * (end - start) + rng.normal(0, 0.35 * module, (24, 2))
            points = np.round(path).astype(np.int32)[:, None]
            width = max(2, round(module * rng.uniform(0.7, 1.8)))
            cv2.polylines(raster, [points], False, float(rng.choice([0.55, 1.0])), width)
        case Damage.SCRATCHES | Damage.PEN:
            is_pen = damage is Damage.PEN
            tone = 0.02 if is_pen else 1.0
            for _ in range(int(rng.integers(1, 3) if is_pen else rng.integers(5, 14))):
                ends = rng.uniform(-0.1, 1.1, (2, 2)) * side + (left, top)
                bow = np.linspace(0, math.pi, 20)
                along = np.linspace(0, 1, 20)[:, None]
                path = ends[0] + along * (ends[1] - ends[0])
                path += np.sin(bow)[:, None] * rng.normal(0, 0.08 * side, 2)
                points = np.round(path).astype(np.int32)[:, None]
                width = max(1, round(module * rng.uniform(*((0.4, 1.0) if is_pen else (0.1, 0.4)))))
                cv2.polylines(raster, [points], False, tone, width)
        case Damage.FOLD:
            # What lies on the crest of a fold is rubbed off.
            ends = np.array([[left, top + side * rng.uniform(0.4, 0.6)], [left + side, 0]])
            ends[1, 1] = ends[0, 1]
            points = np.round(ends).astype(np.int32)[:, None]
            cv2.polylines(raster, [points], False, 0.8, max(1, round(0.4 * module)))
