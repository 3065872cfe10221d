"""A brief says how codes are made from payloads and an artwork; a made code can be drawn.

The command line, the studio and bulk runs all make their codes from briefs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

import numpy as np
import numpy.typing as npt

from generative_codes.artwork import Artwork, Placement
from generative_codes.drawing import Design, PrintSpec, to_eps, to_pdf, to_pixels, to_png, to_svg
from generative_codes.fields import (
    Plain,
    Told,
    check_fields,
    model_from_json,
    model_to_json,
    schema_of,
)
from generative_codes.halftone import BaseArt, BaseStyle, compose, usable_pixels
from generative_codes.pdf_file import MM_PER_INCH
from generative_codes.steering import (
    MaskChoice,
    PayloadTemplate,
    SteeredBatch,
    SteeredSymbol,
    Steering,
    place_design,
)
from generative_codes.symbol import Symbol, layout_of
from generative_codes.tones import GreyMap, Picture, ToneMode, base_target
from vision.iso18004.versions import MAX_VERSION, MIN_VERSION, ErrorLevel

# Correctable codewords of the largest blocks (30) less the reserve, halved; each symbol has its own
# limit, which steering checks.
_MOST_BUDGET = 13
# Codes of a batch that are held while they are drawn one by one.
_ARTS_AT_ONCE = 256
# Of a picture in an SVG: dots are sharp at any size, the picture between them need not be.
SCREEN_PIXELS_PER_MODULE = 12
PLAIN_DESIGN, PLAIN_BASE = Design(), BaseStyle()


class ArtStyle(StrEnum):
    """How the artwork comes into the code."""

    DOTS = "dots"
    """样式一: the modules draw it."""
    BASE = "base"
    """样式二: it lies under dots that carry the code."""


@dataclass(frozen=True, slots=True)
class ArtBrief:
    """Every choice of an art code but its payload and its artwork.

    Raises:
        DesignError: The path names the field.
    """

    style: Annotated[ArtStyle, Told("the modules draw the artwork, or it is the base")] = (
        ArtStyle.DOTS
    )
    version: Annotated[
        int | None, Told("symbol version; none: the smallest that serves", MIN_VERSION, MAX_VERSION)
    ] = None
    level: Annotated[
        ErrorLevel | None, Told("error correction level; none: L for dots, H for a base")
    ] = None
    placement: Annotated[
        Placement | None, Told("where the artwork lies; none: the style's own choice")
    ] = None
    fidelity: Annotated[
        float, Told("wished share of matching modules in the logo zone (dots)", 0.5, 1)
    ] = 0.95
    tone: Annotated[
        ToneMode, Told("one threshold for line art, half-tones for photos; auto: by its shades")
    ] = ToneMode.AUTO
    budget: Annotated[
        int, Told("codewords per block that may be wrong for the picture", 0, _MOST_BUDGET)
    ] = 0
    steers_padding: Annotated[
        bool | None,
        Told(
            "let the unused bits follow the picture, so that fewer dots fight it (base); "
            "none: at levels M, Q and H, where it costs no reading"
        ),
    ] = None
    design: Annotated[Design, Told("shapes, colours, frame")] = PLAIN_DESIGN
    base: Annotated[BaseStyle, Told("dots on the base (base)")] = PLAIN_BASE

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def error_level(self) -> ErrorLevel:
        """The level that is used: L leaves most to draw with, H mends most of what is hidden."""
        if self.level is not None:
            return self.level
        return ErrorLevel.L if self.style is ArtStyle.DOTS else ErrorLevel.H

    def to_json(self) -> str:
        """JSON text that `from_json` reads back into an equal brief."""
        return model_to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "ArtBrief":
        """Read a brief.

        Raises:
            DesignError: If it is too long, no JSON, or no usable brief.
        """
        return model_from_json(cls, text, "brief")


def brief_schema() -> dict[str, Plain]:
    """JSON Schema (draft 2020-12) of a brief."""
    return schema_of(ArtBrief, "Brief of a dianjin art code")


@dataclass(frozen=True, slots=True, eq=False)
class MadeArt:
    """A code made from a brief; drawing it is left to the asker.

    Attributes:
        brief: What was asked.
        artwork: What it was made from.
        symbol: The code.
        zone_fidelity: Share of the logo zone's modules that match; None for a base.
        spent_codewords: Knowingly wrong codewords, over all blocks.
        strength: float (N, N) in 0..1, modules raised above the style; None for none.
    """

    brief: ArtBrief
    artwork: Artwork
    symbol: Symbol
    zone_fidelity: float | None = None
    spent_codewords: int = 0
    strength: npt.NDArray[np.floating] | None = None

    @property
    def quiet_zone_modules(self) -> int:
        """Margin of `bare_pixels`."""
        return self.brief.design.quiet_zone_modules

    def code(self, pixels_per_module: float = SCREEN_PIXELS_PER_MODULE) -> Symbol | BaseArt:
        """What is drawn: modules, or modules on a picture of about this resolution."""
        if self.brief.style is ArtStyle.DOTS:
            return self.symbol
        design = self.brief.design
        pixels = usable_pixels(pixels_per_module, self.symbol.size_modules)
        return compose(
            self.symbol,
            self.artwork,
            self.brief.base,
            pixels,
            self.strength,
            design.ink.rgb,
            design.light.rgb,
        )

    def bare_pixels(self, pixels_per_module: int) -> npt.NDArray[np.uint8]:
        """Symbol and quiet zone alone, opaque, uint8 (H, W, 3) BGR: what a certificate judges."""
        bare = replace(self.brief.design, frame=None, caption=None, is_transparent=False)
        return to_pixels(self.code(pixels_per_module), bare, pixels_per_module)[..., 2::-1].copy()

    def svg(self, module_mm: float = 0.5) -> str:
        """An SVG document in mm."""
        return to_svg(self.code(), self.brief.design, module_mm)

    def png(self, module_mm: float = 0.5, dpi: float = 300) -> bytes:
        """A PNG in mm."""
        pixels = module_mm * dpi / MM_PER_INCH
        return to_png(self.code(pixels), self.brief.design, module_mm, dpi)

    def pdf(self, spec: PrintSpec) -> bytes:
        """A one-page PDF in mm."""
        return to_pdf(self.code(spec.pixels_per_module), self.brief.design, spec)

    def eps(self, spec: PrintSpec) -> str:
        """One page of Encapsulated PostScript."""
        return to_eps(self.code(spec.pixels_per_module), self.brief.design, spec)


@dataclass(frozen=True, slots=True, eq=False)
class SolvedArt:
    """A brief solved for many payloads that differ only in their serial.

    Attributes:
        brief: What was asked, with version, level and placement as they are used.
        artwork: What it is made from.
        steering: Tables for all serials.
        mask_choice: How each code gets its mask.
        zone_fidelity: Mean over a sample of serials; None for a base.
    """

    brief: ArtBrief
    artwork: Artwork
    steering: Steering
    mask_choice: MaskChoice
    zone_fidelity: float | None = None

    @property
    def template(self) -> PayloadTemplate:
        """What varies."""
        return self.steering.template

    def batch(
        self, serials: Sequence[str] | npt.NDArray[np.uint8], *, refine: bool = False
    ) -> SteeredBatch:
        """Modules, masks and zone mismatches of many serials.

        Arguments and errors are those of `Steering.steer_many`.
        """
        budget = self.brief.budget if self.brief.style is ArtStyle.DOTS else 0
        return self.steering.steer_many(serials, self.mask_choice, refine=refine, budget=budget)

    def art(
        self,
        batch: SteeredBatch,
        index: int,
        strength: npt.NDArray[np.floating] | None = None,
    ) -> MadeArt:
        """One code of a batch, ready to be drawn.

        Args:
            batch: Made by this design.
            index: Which of it.
            strength: float (N, N) in 0..1, modules to raise (base only); None for none.

        Raises:
            IndexError: If the batch is shorter.
        """
        return _made(self.brief, self.artwork, self.steering.symbol(batch, index), strength)

    def arts(self, serials: Sequence[str]) -> Iterator[MadeArt]:
        """The codes of the serials one after the other, in little memory."""
        for start in range(0, len(serials), _ARTS_AT_ONCE):
            batch = self.batch(serials[start : start + _ARTS_AT_ONCE])
            for index in range(batch.masks.size):
                yield self.art(batch, index)


def solve_art(
    brief: ArtBrief,
    artwork: Artwork,
    template: PayloadTemplate,
    *,
    painted: GreyMap | None = None,
    protected: GreyMap | None = None,
) -> SolvedArt:
    """Choose version and placement and solve the design once, for bulk.

    The same brief, artwork, maps and template give the same codes, whatever is made before them.

    Args:
        brief: What is asked.
        artwork: What it is made from.
        template: The payloads.
        painted: Importance, laid as the artwork is: white counts in full, black not at all.
        protected: White is served before everything else.

    Raises:
        GenerativeCodeError: If template, artwork and brief do not go together.
    """
    level = brief.error_level
    if brief.style is ArtStyle.BASE:
        base = brief.base
        if brief.placement is not None:
            base = replace(base, placement=brief.placement)
        version = brief.version or template.smallest_version(level)
        target = base_target(layout_of(version, level), artwork, base, brief.design.light.rgb)
        target = Picture(artwork, painted=painted, protected=protected).weighted(
            target, base.placement
        )
        steers = brief.steers_padding
        if steers is None:
            steers = level is not ErrorLevel.L
        steering = Steering.solve(template, version, level, target, moves_padding=steers)
        used = replace(
            brief,
            version=version,
            level=level,
            placement=base.placement,
            base=base,
            steers_padding=steers,
        )
        return SolvedArt(used, artwork, steering, MaskChoice.CLOSEST)
    is_open = brief.version is None
    versions = None if brief.version is None else range(brief.version, brief.version + 1)
    picture = Picture(artwork, brief.tone, painted, protected).resolved()
    design = place_design(
        template,
        picture,
        level,
        versions=versions,
        placement=brief.placement,
        fidelity=brief.fidelity,
        budget=brief.budget,
        must_reach=is_open,
    )
    used = replace(
        brief,
        version=design.steering.version,
        level=level,
        placement=design.placement,
        tone=picture.tone,
    )
    fidelity = round(design.zone_fidelity, 4)
    return SolvedArt(used, artwork, design.steering, MaskChoice.PER_DESIGN, fidelity)


def make_art(
    brief: ArtBrief,
    artwork: Artwork,
    payload: str,
    *,
    painted: GreyMap | None = None,
    protected: GreyMap | None = None,
) -> MadeArt:
    """Make one code, with more search than a code of a batch gets.

    The maps are those of `solve_art`.

    Raises:
        GenerativeCodeError: If payload, artwork and brief do not go together.
    """
    template = PayloadTemplate(payload)
    solved = solve_art(brief, artwork, template, painted=painted, protected=protected)
    return solved.art(solved.batch([""], refine=True), 0)


def _made(
    brief: ArtBrief,
    artwork: Artwork,
    steered: SteeredSymbol,
    strength: npt.NDArray[np.floating] | None = None,
) -> MadeArt:
    fidelity = round(steered.zone_fidelity, 4) if brief.style is ArtStyle.DOTS else None
    spent = sum(steered.spent_codewords)
    return MadeArt(brief, artwork, steered.symbol, fidelity, spent, strength)
