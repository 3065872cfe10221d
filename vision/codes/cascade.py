"""The cascade: cheap transforms and the grid reader in turns, until something is read.

The order was chosen by what each step read per millisecond on the photos of shared/data/reading
that the decoder alone does not read (so rates on these are flattered), and, for the transforms
that none of these needs, by what they won on the BoofCV benchmark.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vision.codes.agreement import agreed_readings
from vision.codes.code_reading import (
    CORRECTED_CONFIDENCE,
    ERASURES_CONFIDENCE,
    CodeReading,
    GridStep,
    Rung,
)
from vision.codes.decoder import View, decode_view
from vision.codes.grid_reader import grid_stages
from vision.codes.symbology import Symbology
from vision.codes.views import part_view, shown_pixels, working_part

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from vision.codes.budget import Budget
    from vision.codes.grid_decode import GridReading
    from vision.codes.views import Part
    from vision.frame import Frame

    Bounds = tuple[int, int, int, int]

ORDER: tuple[Rung, ...] = (
    Rung.GRID,
    Rung.CONTRAST,
    Rung.DARKENED,
    Rung.GLOBAL,
    Rung.GRID,
    Rung.LIFTED,
    Rung.ADAPTIVE,
    Rung.SMOOTHED_MORE,
    Rung.EQUALISED,
    Rung.ENLARGED,
    Rung.TURNED,
    Rung.SHARPENED,
    Rung.ALONG_BARS,
    Rung.ALONG_BARS_LARGE,
    Rung.FLATTENED,
    Rung.GRID,
    Rung.TRIPLED,
    Rung.THICKENED,
    Rung.SMOOTHED,
    Rung.DEBLURRED,
    Rung.TURNED_FAR,
    Rung.GRID,
    Rung.DEBLURRED_MORE,
    *(Rung.GRID,) * 12,
)
"""What is tried where the picture as it is says nothing. GRID: the grid reader, its next stage."""
BARS: frozenset[Rung] = frozenset(
    {
        Rung.NATIVE,
        Rung.REDUCED,
        Rung.EQUALISED,
        Rung.ADAPTIVE,
        Rung.CONTRAST,
        Rung.ENLARGED,
        Rung.SHARPENED,
        Rung.TRIPLED,
        Rung.TURNED,
        Rung.ALONG_BARS,
        Rung.ALONG_BARS_LARGE,
    }
)
"""Rungs that linear codes are looked for in; several of them must agree (see agreement.py)."""

_ONLY_BARS = frozenset({Rung.ALONG_BARS, Rung.ALONG_BARS_LARGE})
# One look may not take more than this share of the time that is left, by what the looks before
# took per pixel; a look at other pixels may well take so many times longer.
_MOST_SHARE, CAUTION = 0.6, 1.5
# Of the grid reader's time per stage: what is left for all others.
_GRID_SHARE = 0.6
# Linear codes on so many pixel grids, all alike, need no further look.
_ENOUGH_CONFIDENCE = 0.97


@dataclass(slots=True)
class Pace:
    """How long the decoder takes on this picture: the slowest look so far, ms per pixel.

    A look can't be interrupted, so whether the next one fits the budget must be foretold.
    """

    slowest_ms_per_pixel: float = 0.0
    clock: Callable[[], float] = time.perf_counter

    def foretold_ms(self, pixels: float) -> float:
        """What a look at so many pixels may take."""
        return CAUTION * self.slowest_ms_per_pixel * pixels

    def has_room(self, pixels: float, budget: Budget) -> bool:
        """Whether a look at so many pixels may begin."""
        return self.foretold_ms(pixels) <= _MOST_SHARE * budget.left_ms

    def timed(
        self, view: View, wanted: frozenset[Symbology], *, is_quick: bool = False
    ) -> list[CodeReading]:
        """Decode a view, and remember how long it took."""
        started_s = self.clock()
        readings = decode_view(view, wanted, is_quick=is_quick)
        if not is_quick:
            took_ms = 1000 * (self.clock() - started_s)
            pace = took_ms / view.gray.size
            self.slowest_ms_per_pixel = max(self.slowest_ms_per_pixel, pace)
        return readings


def climb(
    frame: Frame,
    parts: Sequence[Bounds],
    rungs: Collection[Rung],
    wanted: frozenset[Symbology],
    limit: int,
    pace: Pace,
    budget: Budget,
    known: Callable[[str], bool] | None = None,
    before: Sequence[CodeReading] = (),
) -> list[CodeReading]:
    """Return everything that the rungs read in the parts, until that and what was read is enough.

    Enough is a matrix code, or linear codes that agree on several pixel grids without any rival.
    The grid reader looks at the whole picture, whatever the parts (left, top, right, bottom).
    """
    bars = frozenset(kind for kind in wanted if kind.is_linear)
    matrices = wanted - bars
    stages: list[Iterator[list[GridReading]]] = []
    shown: list[Part] = []
    readings: list[CodeReading] = []
    for rung in (rung for rung in ORDER if rung in rungs):
        if budget.is_spent:
            break
        if rung is Rung.GRID:
            if Symbology.QR_CODE in matrices:
                if not stages:
                    stages.append(grid_stages(frame.gray, budget.part(_GRID_SHARE), limit))
                readings += [grid_code(reading) for reading in next(stages[0], [])]
        else:
            kinds = bars if rung in _ONLY_BARS else wanted if rung in BARS else matrices
            if kinds and not shown:
                shown = [working_part(frame, part) for part in parts]
            for part in shown if kinds else ():
                if pace.has_room(shown_pixels(part, rung), budget):
                    readings += pace.timed(part_view(part, rung), kinds)
        if is_enough([*before, *readings], known):
            break
    return readings


def is_enough(readings: Sequence[CodeReading], known: Callable[[str], bool] | None = None) -> bool:
    """Return whether a matrix code was read, or every bar that was read is beyond doubt."""
    if any(not reading.symbology.is_linear for reading in readings):
        return True
    believed = agreed_readings(readings, known)
    texts = {(reading.symbology, reading.text) for reading in readings}
    sure = {
        (reading.symbology, reading.text)
        for reading in believed
        if reading.confidence >= _ENOUGH_CONFIDENCE
    }
    return bool(texts) and texts == sure


def grid_code(reading: GridReading) -> CodeReading:
    """Return what the grid reader read, as one of the ladder's readings."""
    is_erased = reading.step is GridStep.ERASURES
    proof = ERASURES_CONFIDENCE if is_erased else CORRECTED_CONFIDENCE
    side = reading.grid.size_modules
    return CodeReading(
        text=reading.barcode.text,
        raw=reading.barcode.bytes,
        symbology=Symbology.QR_CODE,
        quad=reading.quad,
        rungs=(Rung.GRID,),
        modules=(side, side),
        error_correction=reading.barcode.ec_level,
        identifier=reading.barcode.symbology_identifier,
        confidence=proof * reading.agreement,
        grid_step=reading.step,
        grid=reading.grid,
    )
