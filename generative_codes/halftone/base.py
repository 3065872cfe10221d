"""A symbol on a picture: dots that carry the code, a picture that makes room for them.

Idea of binding only the centre of a module: Chu et al., "Halftone QR Codes", ACM Transactions on
Graphics 32(6), 2013. Here the centre is a dot whose channels are bounded, so that a reader may turn
colours into grey as it likes; how large it is, and what the picture around it gives way, follows
from what a reader's local threshold needs (see `legibility`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generative_codes.artwork import Artwork
from generative_codes.errors import StyleError
from generative_codes.halftone.canvas import MIN_PIXELS_PER_MODULE, Canvas, lay
from generative_codes.halftone.colour import (
    Floats,
    bound_dark,
    bound_light,
    brighten,
    from_hex,
    luma,
    saturate,
)
from generative_codes.halftone.legibility import deepening, give_way, grown_radii, spread_error
from generative_codes.halftone.mask import fit_mask
from generative_codes.halftone.raster import dot_cover, enlarge, module_means
from generative_codes.halftone.style import (
    MAX_MARGIN,
    MAX_RADIUS_MODULES,
    BaseStyle,
    Timing,
)
from generative_codes.render import QUIET_ZONE_MODULES, PlainStyle
from generative_codes.symbol import Role, Symbol

BLACK, WHITE = "#000000", "#ffffff"
# Channel bounds of a module of strength 1: what ink and paper give at best.
FULL_DARK_MAX, FULL_LIGHT_MIN = 0.08, 0.96
_ALWAYS_SOLID = (Role.FINDER, Role.SEPARATOR, Role.ALIGNMENT)


@dataclass(frozen=True, slots=True, eq=False)
class _Tones:
    """What is printed where there is no picture, float32 (3,) BGR in 0..1."""

    ink: Floats
    paper: Floats


@dataclass(frozen=True, slots=True, eq=False)
class BaseArt:
    """A code on a picture as its parts, bottom to top: paper, picture, whole modules, dots.

    Lengths are in modules from the symbol's own top left corner (the quiet zone is outside), so a
    vector format needs one image, one rectangle per run of whole modules and one shape per dot.
    Arrays are read-only.

    Attributes:
        symbol: The symbol drawn.
        style: The style it was drawn in.
        ink: Colour of dark whole modules, #rrggbb.
        paper: Colour of light ones and of the ground, #rrggbb.
        picture: uint8 (S, S, 3) BGR, opaque, S = N x pixels per module; the picture without dots.
        solid: bool (N, N), modules painted whole, in ink where the symbol is dark, else in paper.
        dot_centres_xy: float64 (K, 2).
        dot_radii: float64 (K,), half of the extent along the axes.
        dot_colours: uint8 (K, 3) BGR.
        dot_modules_rc: intp (K, 2), row and column of each dot's module.
    """

    symbol: Symbol
    style: BaseStyle
    ink: str
    paper: str
    picture: npt.NDArray[np.uint8]
    solid: npt.NDArray[np.bool_]
    dot_centres_xy: npt.NDArray[np.float64]
    dot_radii: npt.NDArray[np.float64]
    dot_colours: npt.NDArray[np.uint8]
    dot_modules_rc: npt.NDArray[np.intp]

    @property
    def pixels_per_module(self) -> int:
        """Of the picture and of the raster."""
        return int(self.picture.shape[0]) // self.symbol.size_modules


def base_picture(
    symbol: Symbol,
    artwork: Artwork,
    style: BaseStyle | None = None,
    pixels_per_module: int = 16,
    strength: npt.NDArray[np.floating] | None = None,
    ink: str = BLACK,
    paper: str = WHITE,
    quiet_zone_modules: int = QUIET_ZONE_MODULES,
) -> npt.NDArray[np.uint8]:
    """The symbol on the picture, uint8 (H, W, 3) BGR with its quiet zone.

    Arguments and errors are those of `compose` and `paint`.
    """
    art = compose(symbol, artwork, style, pixels_per_module, strength, ink, paper)
    return paint(art, quiet_zone_modules)


def compose(
    symbol: Symbol,
    artwork: Artwork,
    style: BaseStyle | None = None,
    pixels_per_module: int = 16,
    strength: npt.NDArray[np.floating] | None = None,
    ink: str = BLACK,
    paper: str = WHITE,
) -> BaseArt:
    """Lay the symbol on the picture, under the mask it has (see `under_best_mask`).

    Args:
        symbol: What is to be read; may be steered.
        artwork: Colours and opacity.
        style: Look; None takes the default.
        pixels_per_module: At least 8.
        strength: float (N, N) in 0..1, how far a module is raised above the style: at 1 its dot
            fills the module's width, its channels are bounded at .08 and .96, and its margin is .3.
        ink: Colour of whole dark modules and of dark dots beside the picture, #rrggbb.
        paper: Colour of whole light modules and under transparent parts, #rrggbb.

    Raises:
        StyleError: If a size or the strength map is out of range, or ink and paper are too alike.
        ArtworkError: If the placement leaves nothing of the picture.
    """
    style = style or BaseStyle()
    PlainStyle(dark=ink, light=paper)  # refuses what is too alike
    if pixels_per_module < MIN_PIXELS_PER_MODULE:
        raise StyleError(
            f"Dots need at least {MIN_PIXELS_PER_MODULE} pixels per module, "
            f"not {pixels_per_module}."
        )
    dark = symbol.modules
    raised = _checked_strength(strength, symbol)
    least_radii = _between(style.radius_modules, MAX_RADIUS_MODULES, raised)
    margin = _between(style.margin, MAX_MARGIN, raised)

    canvas = lay(artwork, symbol.size_modules, pixels_per_module, style.placement, style.saturation)
    tones = _Tones(from_hex(ink), from_hex(paper))
    solid = solid_modules(symbol, style.timing)
    whole = np.where(dark[..., None], tones.ink, tones.paper)
    ground = np.minimum(canvas.over(tones.paper), tones.paper)
    picture_luma = luma(module_means(ground, pixels_per_module))

    colours = _dot_colours(dark, canvas, style, tones, raised)
    forced = _forced(solid, whole, colours)
    radii = grown_radii(
        picture_luma,
        luma(forced),
        dark,
        solid,
        least_radii,
        np.maximum(least_radii, np.float32(style.max_radius_modules)),
        margin,
        style.dot_shape,
    )
    deepened = deepening(picture_luma, luma(forced), dark, solid, radii, margin, style.dot_shape)
    colours = _dot_colours(dark, canvas, style, tones, np.maximum(raised, deepened))
    forced = _forced(solid, whole, colours)

    cover = dot_cover(np.where(solid, 0, radii), style.dot_shape, pixels_per_module)
    cover = np.maximum(cover, enlarge(solid, pixels_per_module))
    free = spread_error(ground, forced, cover, canvas.opacity, style.spread)
    free = np.minimum(give_way(free, forced, cover, dark, margin), tones.paper)

    rows, columns = np.nonzero(~solid)
    art = BaseArt(
        symbol=symbol,
        style=style,
        ink=ink,
        paper=paper,
        picture=np.rint(255 * free).astype(np.uint8),
        solid=solid,
        dot_centres_xy=np.stack((columns, rows), axis=1).astype(np.float64) + 0.5,
        dot_radii=radii[rows, columns].astype(np.float64),
        dot_colours=colours[rows, columns],
        dot_modules_rc=np.stack((rows, columns), axis=1),
    )
    for array in (art.picture, art.solid, art.dot_centres_xy, art.dot_radii, art.dot_colours):
        array.setflags(write=False)
    art.dot_modules_rc.setflags(write=False)
    return art


def paint(art: BaseArt, quiet_zone_modules: int = QUIET_ZONE_MODULES) -> npt.NDArray[np.uint8]:
    """Raster of the parts, uint8 (H, W, 3) BGR with quiet zone; edges of dots are smoothed."""
    symbol, style, scale = art.symbol, art.style, art.pixels_per_module
    rows, columns = art.dot_modules_rc.T
    radii = np.zeros(symbol.modules.shape, dtype=np.float32)
    radii[rows, columns] = art.dot_radii
    colours = np.zeros((*symbol.modules.shape, 3), dtype=np.float32)
    colours[rows, columns] = art.dot_colours
    cover = dot_cover(radii, style.dot_shape, scale)[..., None]
    picture = art.picture + (enlarge(colours, scale) - art.picture) * cover

    ink, paper = 255 * from_hex(art.ink), 255 * from_hex(art.paper)
    whole = enlarge(np.where(symbol.modules[..., None], ink, paper), scale)
    picture = np.where(enlarge(art.solid, scale)[..., None], whole, picture)
    margin = quiet_zone_modules * scale
    side = picture.shape[0] + 2 * margin
    page = np.empty((side, side, 3), dtype=np.uint8)
    page[:] = np.rint(paper).astype(np.uint8)
    page[margin:-margin, margin:-margin] = np.rint(picture).astype(np.uint8)
    return page


def under_best_mask(
    symbol: Symbol, artwork: Artwork, style: BaseStyle | None = None, paper: str = WHITE
) -> Symbol:
    """The same codewords under the mask that agrees best with the picture as it will be laid."""
    return fit_mask(symbol, module_luma(symbol, artwork, style, paper))


def module_luma(
    symbol: Symbol, artwork: Artwork, style: BaseStyle | None = None, paper: str = WHITE
) -> Floats:
    """Mean luma of the picture on paper in each module, float32 (N, N) in 0..1."""
    style = style or BaseStyle()
    scale = MIN_PIXELS_PER_MODULE
    canvas = lay(artwork, symbol.size_modules, scale, style.placement, style.saturation)
    return luma(module_means(canvas.over(from_hex(paper)), scale))


def solid_modules(symbol: Symbol, timing: Timing) -> npt.NDArray[np.bool_]:
    """Modules that are painted whole, as readers look for them before they sample, bool (N, N)."""
    roles = (*_ALWAYS_SOLID, Role.TIMING) if timing is Timing.SOLID else _ALWAYS_SOLID
    return np.isin(symbol.roles, roles)


def _forced(solid: npt.NDArray[np.bool_], whole: Floats, colours: npt.NDArray[np.uint8]) -> Floats:
    """float32 (N, N, 3), what is painted over the picture in each module."""
    return np.where(solid[..., None], whole, colours / np.float32(255)).astype(np.float32)


def _dot_colours(
    dark: npt.NDArray[np.bool_], canvas: Canvas, style: BaseStyle, tones: _Tones, raised: Floats
) -> npt.NDArray[np.uint8]:
    """uint8 (N, N, 3): the picture's own colour, bounded; ink and paper where it is transparent."""
    scale = canvas.opacity.shape[0] // dark.shape[0]
    dark_max = _between(style.dark_max, min(style.dark_max, FULL_DARK_MAX), raised)
    light_min = _between(style.light_min, max(style.light_min, FULL_LIGHT_MIN), raised)
    on_ink = module_means(canvas.over(tones.ink), scale)
    on_paper = module_means(canvas.over(tones.paper), scale)
    deep = bound_dark(saturate(on_ink, style.dot_saturation), dark_max)
    pale = bound_light(brighten(saturate(on_paper, style.dot_saturation)), light_min)
    # Rounding goes the safe way: the bounds hold for the bytes themselves.
    deepest = np.minimum(np.floor(255 * deep), np.floor(255 * dark_max.astype(float))[..., None])
    palest = np.maximum(np.ceil(255 * pale), np.ceil(255 * light_min.astype(float))[..., None])
    palest = np.minimum(palest, np.rint(255 * tones.paper))
    return np.asarray(np.where(dark[..., None], deepest, palest), dtype=np.uint8)


def _between(normal: float, full: float, raised: Floats) -> Floats:
    return (normal + (full - normal) * raised).astype(np.float32)


def _checked_strength(
    strength: npt.NDArray[np.floating] | None, symbol: Symbol
) -> npt.NDArray[np.float32]:
    if strength is None:
        return np.zeros(symbol.modules.shape, dtype=np.float32)
    if strength.shape != symbol.modules.shape:
        raise StyleError(
            f"A strength map of {symbol.modules.shape} is needed, not {strength.shape}."
        )
    if not np.all((strength >= 0) & (strength <= 1)):
        raise StyleError("Strengths go from 0 (the style) to 1 (as strong as a dot can be).")
    return strength.astype(np.float32)
