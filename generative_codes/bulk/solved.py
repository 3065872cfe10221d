"""An order solved: everything that is the same for all its codes, worked out once."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from generative_codes.artwork import Artwork
from generative_codes.brief import ArtStyle, SolvedArt, solve_art
from generative_codes.bulk.label_plan import LabelPlan
from generative_codes.bulk.order import BulkError, BulkOrder
from generative_codes.bulk.shared_base import SharedBase
from generative_codes.bulk.tiles import Tiles
from generative_codes.drawing.design import AlignmentShape, Design, Modules
from generative_codes.drawing.dots import Dots
from generative_codes.drawing.logo import cleared_area
from generative_codes.drawing.output import to_pixels
from generative_codes.drawing.scene import Layer, Picture, Scene, compose
from generative_codes.symbol import Symbol
from generative_codes.tones import GreyMap
from vision.iso18004.placement import Role

# A part's modules are held at once, twice while they are gathered.
_MOST_MODULES_PER_PART = 150_000_000
# Dots of half a module need more pixels to be seen than whole modules.
_BASE_GATE_PX = 8
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class SolvedOrder:
    """A solved order; a pure function of order and artwork.

    Attributes:
        order: What was asked.
        art: The design's tables.
        plan: The label.
        tiles: Outlines of the modules.
        drawn: bool (N, N), modules that tiles draw; the rest are patterns or cleared.
        under: The constant picture below the modules.
        over: Layers above them: the logo.
        base: The picture under dots, in the style base; `under` then shows all dots light.
        dark: What shows through dark modules in the style base.
        blank: uint8 (S, S), grey picture of the constant parts, as the gate sees it.
        ink: uint8 (S, S), grey of the module colour at each of these pixels.
        covers: uint8 (32, P, P), ink of each tile, P pixels per module.
    """

    order: BulkOrder
    art: SolvedArt
    plan: LabelPlan
    tiles: Tiles
    drawn: npt.NDArray[np.bool_]
    under: Scene
    over: tuple[Layer, ...]
    base: SharedBase | None
    dark: tuple[Layer | Picture | Dots, ...]
    blank: Pixels
    ink: Pixels
    covers: Pixels

    @property
    def design(self) -> Design:
        """Shapes and colours."""
        return self.order.brief.design

    @property
    def zone_modules(self) -> int:
        """Modules in the logo zone."""
        return int(np.count_nonzero(self.art.steering.target.zone))


def solve(
    order: BulkOrder,
    artwork: Artwork,
    *,
    painted: GreyMap | None = None,
    protected: GreyMap | None = None,
) -> SolvedOrder:
    """Solve the design and lay out the label.

    Args:
        order: What is asked.
        artwork: What it is made from.
        painted: Importance, laid as the artwork is (see `solve_art`).
        protected: White is served before everything else.

    Raises:
        GenerativeCodeError: If payload, artwork, design and label do not go together.
    """
    art = solve_art(order.brief, artwork, order.template, painted=painted, protected=protected)
    _require_small_parts(order, art)
    if order.brief.style is ArtStyle.BASE:
        return _solved_base(order, art)
    design = order.brief.design
    example = art.steering.example
    nothing = _with_modules(example, np.zeros_like(example.modules))
    whole = compose(nothing, design)
    # The logo's layers are the last ones: what the same design without it does not have.
    bare = compose(nothing, replace(design, logo=None))
    layers = tuple(layer for layer in whole.layers if isinstance(layer, Layer))
    count = len(layers) if design.logo is None else _shared(layers, bare)
    under = Scene(whole.box, whole.side, layers[:count])
    scale = order.gate.pixels_per_module
    seen = replace(design, frame=None, caption=None, is_transparent=False)
    everything = _with_modules(example, np.ones_like(example.modules))
    solid = replace(seen, modules=Modules(), logo=None)
    return SolvedOrder(
        order=order,
        art=art,
        plan=LabelPlan.of(order, whole.box),
        tiles=Tiles.of(design.modules),
        drawn=_drawn(example, design),
        under=under,
        over=layers[count:],
        base=None,
        dark=(),
        blank=_grey(to_pixels(nothing, seen, scale)),
        ink=_grey(to_pixels(everything, solid, scale)),
        covers=Tiles.of(design.modules).covers(scale),
    )


def with_strength(solved: SolvedOrder, strength: npt.NDArray[np.floating]) -> SolvedOrder:
    """The same order with some modules of its picture raised, in all its codes.

    Args:
        solved: An order of the style base.
        strength: float (N, N) in 0..1.

    Raises:
        BulkError: If the order has no picture.
    """
    if solved.base is None:
        raise BulkError("Only codes on a picture have dots to raise.")
    return _solved_base(solved.order, solved.art, strength)


def _solved_base(
    order: BulkOrder, art: SolvedArt, strength: npt.NDArray[np.floating] | None = None
) -> SolvedOrder:
    design = order.brief.design
    example = art.steering.example
    box = compose(example, design).box
    plan = LabelPlan.of(order, box)
    base = SharedBase.of(art, plan.module_mm, strength)
    light, dark = (_grey(one[..., ::-1]) for one in base.pixels(design, _BASE_GATE_PX))
    drawn = base.dotted
    if design.logo is not None:
        drawn = drawn & ~cleared_area(design.logo, example.size_modules)
    tiles = Tiles.of(Modules())
    layers = compose(base.dark, design).layers
    return SolvedOrder(
        order=order,
        art=art,
        plan=plan,
        tiles=tiles,
        drawn=drawn,
        under=compose(base.light, design),
        over=(),
        base=base,
        dark=tuple(layer for layer in layers if isinstance(layer, Picture | Dots)),
        blank=light,
        ink=dark,
        covers=tiles.covers(_BASE_GATE_PX),
    )


def _require_small_parts(order: BulkOrder, art: SolvedArt) -> None:
    side = art.steering.example.size_modules
    most = _MOST_MODULES_PER_PART // side**2
    if order.labels_per_part > most:
        raise BulkError(
            f"Parts of {order.labels_per_part:,} codes of {side} x {side} modules take too much "
            f"memory; make parts of at most {most:,} labels."
        )


def _shared(layers: tuple[Layer, ...], bare: Scene) -> int:
    """How many of the layers, from the bottom, the design without its logo has too.

    A logo may clear alignment patterns, so layers are told apart by their fills alone.
    """
    fills = [layer.fill for layer in bare.layers if isinstance(layer, Layer)]
    count = 0
    for layer in layers:
        if count < len(fills) and layer.fill == fills[count]:
            count += 1
    return min(count, len(layers))


def _drawn(example: Symbol, design: Design) -> npt.NDArray[np.bool_]:
    drawn = np.asarray(example.roles != Role.FINDER, dtype=np.bool_)
    if design.alignment is not AlignmentShape.MODULES:
        drawn = drawn & (example.roles != Role.ALIGNMENT)
    if design.logo is not None:
        drawn = drawn & ~cleared_area(design.logo, example.size_modules)
    return np.asarray(drawn)


def _with_modules(symbol: Symbol, modules: npt.NDArray[np.bool_]) -> Symbol:
    modules.setflags(write=False)
    return replace(symbol, modules=modules)


def _grey(rgba: Pixels) -> Pixels:
    """Luma of ITU-R BT.601, uint8 (H, W)."""
    luma = rgba[..., :3].astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    return np.asarray(np.rint(luma), dtype=np.uint8)
