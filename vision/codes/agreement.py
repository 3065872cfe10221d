"""When a linear code may be believed: rungs that sample the picture differently must agree.

A linear code is guarded by one check digit (or none): of the wrong digit strings that a blurred
photo suggests, every tenth passes. Such misreads come from where the pixels lie on the bars: they
repeat under another threshold on the same pixels, but not on another pixel grid. So a text counts
only if it was read on at least two pixel grids, and if no other text read at the same place has
more than half as many behind it. A product that the caller knows counts as one grid more.

A retail code has a second trap: the left half of an EAN-13 ends in the middle guard, whose bars are
those of the end of a UPC-E, so on other lines of the same bars a UPC-E may be read. It lies in the
prolongation of the EAN's bars, begins where they begin and has the same module width: that is the
same place too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from vision.codes.code_reading import CodeReading
    from vision.codes.symbology import Symbology

MIN_AGREEING_GRIDS = 2
# How many times as many pixel grids a text needs as any other text at its place.
LEAD_OVER_RIVAL = 2
# Share of the doubt about bars that each further pixel grid leaves.
_DOUBT_PER_GRID = 0.3
# Two codes of the same bars: ends within so many modules, module widths within this ratio, and
# lines apart by no more than the longer code's length (EAN-13 bars are 0.73 times as high as long).
MAX_END_SHIFT_MODULES, MAX_MODULE_RATIO, MAX_LINE_DISTANCE_LENGTHS = 5.0, 1.15, 1.0


def merged_readings(readings: Iterable[CodeReading]) -> list[CodeReading]:
    """Return the error-corrected codes, each place once, with every rung that read it there."""
    merged: list[CodeReading] = []
    for reading in readings:
        if reading.symbology.is_linear:
            continue
        for index, known in enumerate(merged):
            if _is_same_code(known, reading):
                merged[index] = replace(
                    known,
                    rungs=tuple(dict.fromkeys((*known.rungs, *reading.rungs))),
                    confidence=max(known.confidence, reading.confidence),
                    grid_step=known.grid_step or reading.grid_step,
                    grid=known.grid or reading.grid,
                )
                break
        else:
            merged.append(reading)
    return merged


def agreed_readings(
    readings: Iterable[CodeReading], known: Callable[[str], bool] | None = None
) -> list[CodeReading]:
    """Return the believed linear codes, one per place, out of what all rungs read.

    Each carries the rungs that agree on it; its quad is that of the first of them. `known` says
    whether a text is that of a product that the caller knows.
    """
    by_text: dict[tuple[Symbology, str], list[CodeReading]] = defaultdict(list)
    for reading in readings:
        if reading.symbology.is_linear:
            by_text[reading.symbology, reading.text].append(reading)
    weights = {
        key: _pixel_grids(same) + (known is not None and known(key[1]))
        for key, same in by_text.items()
    }
    believed: list[CodeReading] = []
    for key, same in by_text.items():
        strongest = max(
            (
                weights[other_key]
                for other_key, other in by_text.items()
                if other_key != key and _share_a_place(same, other)
            ),
            default=0,
        )
        if weights[key] >= max(MIN_AGREEING_GRIDS, LEAD_OVER_RIVAL * strongest):
            rungs = tuple(dict.fromkeys(reading.rung for reading in same))
            confidence = 1.0 - _DOUBT_PER_GRID ** weights[key]
            believed += [
                replace(reading, rungs=rungs, confidence=confidence)
                for reading in same
                if reading.rung is rungs[0]
            ]
    return believed


def _is_same_code(known: CodeReading, reading: CodeReading) -> bool:
    return (
        known.symbology is reading.symbology
        and known.raw == reading.raw
        and known.quad.overlaps(reading.quad)
    )


def _pixel_grids(readings: list[CodeReading]) -> int:
    return len({reading.rung.pixel_grid for reading in readings})


def _share_a_place(some: list[CodeReading], others: list[CodeReading]) -> bool:
    return any(
        one.quad.overlaps(other.quad) or _is_of_its_bars(one, other) or _is_of_its_bars(other, one)
        for one in some
        for other in others
    )


def _is_of_its_bars(part: CodeReading, whole: CodeReading) -> bool:
    """Return whether `part` was read on a piece of the bars of the longer retail code `whole`."""
    part_module_px, whole_module_px = part.pixels_per_module, whole.pixels_per_module
    if part.modules is None or whole.modules is None or part.modules[0] >= whole.modules[0]:
        return False
    if not part_module_px or not whole_module_px:
        return False
    ratio = part_module_px / whole_module_px
    if not 1 / MAX_MODULE_RATIO <= ratio <= MAX_MODULE_RATIO:
        return False
    start, end = _ends(whole)
    length = float(np.hypot(*(end - start)))
    along = (end - start) / length
    offsets = np.stack(_ends(part)) - start
    places = np.sort(offsets @ along)
    distance = np.abs(offsets @ np.array([-along[1], along[0]])).mean()
    end_shift = min(abs(places[0]), abs(places[1] - length))
    return bool(
        end_shift <= MAX_END_SHIFT_MODULES * whole_module_px
        and distance <= MAX_LINE_DISTANCE_LENGTHS * length
    )


def _ends(reading: CodeReading) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middles of the left and right side of a code's quad, (2,) each, px."""
    top_left, top_right, bottom_right, bottom_left = reading.quad.corners_px
    return (top_left + bottom_left) / 2, (top_right + bottom_right) / 2
