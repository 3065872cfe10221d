"""CodeReading: what one printed code said, where it is, how it was read and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vision.codes.lattice.grid_map import GridMap
    from vision.codes.symbology import Symbology
    from vision.geometry import Quad


class Rung(StrEnum):
    """A way of showing the picture to the decoder, or of reading it without the decoder's finders.

    NATIVE is the whole picture as it is, GRID the reader for bent labels (see grid_reader.py) and
    TEXTURE what looks like a code, made square (see texture_views.py); the others are cheap
    transforms (see views.py).
    """

    NATIVE = "native"
    REDUCED = "reduced"
    GRID = "grid"
    CONTRAST = "contrast"
    EQUALISED = "equalised"
    LIFTED = "lifted"
    DARKENED = "darkened"
    ADAPTIVE = "adaptive"
    GLOBAL = "global"
    FLATTENED = "flattened"
    SMOOTHED = "smoothed"
    SMOOTHED_MORE = "smoothed_more"
    THICKENED = "thickened"
    DEBLURRED = "deblurred"
    DEBLURRED_MORE = "deblurred_more"
    ENLARGED = "enlarged"
    SHARPENED = "sharpened"
    TRIPLED = "tripled"
    TURNED = "turned"
    TURNED_FAR = "turned_far"
    ALONG_BARS = "along_bars"
    ALONG_BARS_LARGE = "along_bars_large"
    TEXTURE = "texture"

    @property
    def pixel_grid(self) -> str:
        """Name of the lattice of places at which the rung samples the picture.

        Misreads of bars come from where the pixels lie on them: they are repeated on the same
        lattice under another threshold, not on another lattice.
        """
        return _PIXEL_GRIDS.get(self, "own")


_PIXEL_GRIDS = {
    Rung.CONTRAST: "doubled",
    Rung.SHARPENED: "doubled",
    Rung.ENLARGED: "enlarged",
    Rung.TRIPLED: "tripled",
    Rung.TURNED: "turned",
    Rung.TURNED_FAR: "turned_far",
    Rung.ALONG_BARS: "along_bars",
    Rung.ALONG_BARS_LARGE: "along_bars_large",
}

LADDER: tuple[Rung, ...] = tuple(Rung)


class GridStep(StrEnum):
    """Which step of the grid reader read a code."""

    START = "start"
    RECTIFIED = "rectified"
    GROWN = "grown"
    ERASURES = "erasures"
    SHARPENED = "sharpened"
    VOTES = "votes"


CORRECTED_CONFIDENCE = 0.99
"""Of a matrix code that a decoder read: its Reed-Solomon checks hold, and not one text of some
nine hundred on public photos was wrong (so at most three in a thousand are, with 95 %)."""
ERASURES_CONFIDENCE = 0.9
"""The same where checks were spent on codewords that could not be seen: fewer are left as proof."""


@dataclass(frozen=True, slots=True)
class CodeReading:
    """One code that was read.

    `text`: the message, GS1 separators kept (FNC1 = GS, U+001D), no brackets around identifiers;
    `raw`: its bytes before any character set; `quad`: the symbol's outline, px, clockwise from
    its own top-left; `rungs`: every rung that read it so, the first one first;
    `modules`: (columns, rows) where the symbol tells them, rows None for bars;
    `error_correction`: level as printed in the symbol ("L", "M", "23%"), "" where there is none;
    `identifier`: ISO/IEC 15424 symbology identifier such as "]Q1";
    `grid_step`, `grid`: which step of the grid reader read it and where its modules lie in the
    picture, None where another rung did.

    `confidence`: 0 to 1, to rank and to filter by, not a measured probability. A matrix code that
    the decoder read: 0.99, as its checksums prove the text. By the grid reader: that (0.9 with
    erasures) times the share of the function patterns' modules that have the right colour. Bars,
    which one check digit guards: 1 - 0.3^n for n pixel grids that agree; a known product counts as
    one grid more.
    """

    text: str
    raw: bytes
    symbology: Symbology
    quad: Quad
    rungs: tuple[Rung, ...]
    modules: tuple[int, int | None] | None = None
    error_correction: str = ""
    identifier: str = ""
    confidence: float = CORRECTED_CONFIDENCE
    grid_step: GridStep | None = None
    grid: GridMap | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.rungs:
            raise ValueError("a code reading needs the rung that read it")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"expected a confidence from 0 to 1, got {self.confidence}")

    @property
    def rung(self) -> Rung:
        """The first rung that read it."""
        return self.rungs[0]

    @property
    def pixels_per_module(self) -> float | None:
        """Smallest mean size of a module along a side, px; None where the module count is unknown.

        Of bars only the width counts.
        """
        if self.modules is None:
            return None
        columns, rows = self.modules
        top, right, bottom, left = self.quad.side_lengths_px
        along = float(min(top, bottom)) / columns
        return along if rows is None else min(along, float(min(left, right)) / rows)
