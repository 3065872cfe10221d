"""read_frame: everything that is read from one picture, in one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vision.codes import CodeReading, read_codes, rectify
from vision.codes.ladder import DEFAULT_BUDGET_MS, DEFAULT_LIMIT
from vision.codes.rectify import (
    DEFAULT_MARGIN_MODULES,
    DEFAULT_PIXELS_PER_MODULE,
    MAX_PATCH_SIDE_PX,
)
from vision.quality import Quality, assess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from vision.codes import Symbology
    from vision.frame import Frame


@dataclass(frozen=True, slots=True, eq=False)
class FrameReading:
    """What one picture says.

    `codes`: every code, largest first; `quality`: of the main code's area, or of the whole picture
    without a code; `patch`: the main code seen straight, uint8 BGR (h, w, 3), None where there is
    no code or its module count is unknown.
    """

    codes: tuple[CodeReading, ...]
    quality: Quality
    patch: NDArray[np.uint8] | None = None

    @property
    def main_code(self) -> CodeReading | None:
        """The largest code, which quality and patch speak of."""
        return self.codes[0] if self.codes else None


def read_frame(
    frame: Frame,
    symbologies: Iterable[Symbology] | None = None,
    limit: int = DEFAULT_LIMIT,
    budget_ms: float = DEFAULT_BUDGET_MS,
    known: Callable[[str], bool] | None = None,
) -> FrameReading:
    """Return the codes of the picture, its quality with one hint, and the main code's patch.

    `budget_ms`: time for reading the codes; `known`: whether a text is that of a product that the
    caller knows (see `read_codes`).
    """
    codes = read_codes(frame, symbologies, limit, budget_ms=budget_ms, known=known)
    if not codes:
        return FrameReading((), assess(frame))
    main = codes[0]
    return FrameReading(
        codes,
        assess(frame, main.quad, main.pixels_per_module),
        rectify(frame, main, _patch_pixels_per_module(main)),
    )


def _patch_pixels_per_module(code: CodeReading) -> int:
    """Return the usual patch resolution, or less where the largest symbols would not fit."""
    columns, rows = code.modules or (1, 1)
    modules = max(columns, rows or 1) + 2 * DEFAULT_MARGIN_MODULES
    return max(1, min(DEFAULT_PIXELS_PER_MODULE, MAX_PATCH_SIDE_PX // modules))
