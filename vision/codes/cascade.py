"""The cascade: cheap transforms and the grid reader in turns, until something is read.

The order was chosen by what each step read per millisecond on the photos of shared/data/reading
that the decoder alone does not read (so rates on these are flattered), and, for the transforms
that none of these needs, by what they won on the BoofCV benchmark.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from vision.codes.agreement import agreed_readings, merged_readings
from vision.codes.code_reading import (
    CORRECTED_CONFIDENCE,
    ERASURES_CONFIDENCE,
    CodeReading,
    GridStep,
    Rung,
)
from vision.codes.grid_reader import grid_stages
from vision.codes.matrix.stages import LATTICE_KINDS, matrix_stages
from vision.codes.pace import Pace
from vision.codes.symbology import Symbology
from vision.codes.texture_views import MOST_PLACES, PLACES_BESIDE, texture_views
from vision.codes.views import part_view, shown_pixels, view_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from vision.codes.budget import Budget
    from vision.codes.decoder import View
    from vision.codes.grid_decode import GridReading
    from vision.codes.pace import PacedPicture
    from vision.geometry import Quad

    Bounds = tuple[int, int, int, int]

ORDER: tuple[Rung, ...] = (
    Rung.GRID,
    Rung.CONTRAST,
    Rung.DARKENED,
    Rung.GLOBAL,
    Rung.GRID,
    Rung.TEXTURE,
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
# One look may not take more than this share of the time that is left.
_MOST_SHARE = 0.6
# Of the time that is left the grid reader's turn may take so much while other rungs wait, and
# all of it when none does; what a turn cuts short goes on in the next.
_GRID_SHARE = 0.6
# The same for the lattices of Data Matrix and Micro QR Codes, and where only these are wanted.
_LATTICE_SHARE, _ONLY_LATTICE_SHARE = 0.6, 0.85
# The same for places that look like a code.
_PLACES_SHARE = 0.3
# These rungs shrink or invert the whole picture, ms per million pixels: much only where it has more
# than a camera's.
_OVER_ALL, _OVER_ALL_MS = frozenset({Rung.GRID, Rung.TEXTURE}), 3.0
# Linear codes on so many pixel grids, all alike, need no further look.
_ENOUGH_CONFIDENCE = 0.97


def climb(
    picture: PacedPicture,
    parts: Sequence[Bounds],
    rungs: Collection[Rung],
    wanted: frozenset[Symbology],
    limit: int,
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
    lattices: list[Iterator[list[CodeReading]]] = []
    # Where other kinds are wanted too, the first turn is theirs.
    stages_begun = False
    readings: list[CodeReading] = []
    order = [rung for rung in ORDER if rung in rungs]
    others = sum(rung is not Rung.GRID for rung in order)

    def turn() -> Budget:
        # Asked while `others` rungs still wait for their turn.
        return budget.part(_GRID_SHARE) if others else budget

    over_all_ms = _OVER_ALL_MS * picture.frame.gray.size / 1e6
    for rung in order:
        if budget.is_spent:
            break
        if rung in _OVER_ALL and over_all_ms >= budget.left_ms:
            continue
        if rung is Rung.GRID:
            if Symbology.QR_CODE in matrices:
                if not stages:
                    stages.append(grid_stages(picture.frame.gray, budget, limit, turn=turn))
                readings += [grid_code(reading) for reading in next(stages[0], [])]
            if matrices & LATTICE_KINDS and (stages_begun or matrices <= LATTICE_KINDS):
                if not lattices:
                    are_all = wanted <= LATTICE_KINDS
                    share = budget.part(_ONLY_LATTICE_SHARE if are_all else _LATTICE_SHARE)
                    lattices.append(matrix_stages(picture.frame.gray, matrices, share, limit))
                readings += next(lattices[0], [])
            stages_begun = True
        elif rung is Rung.TEXTURE:
            others -= 1
            if matrices:
                share = budget.part(_PLACES_SHARE)
                readings += read_textures(picture, matrices, limit, share)
        else:
            others -= 1
            kinds = bars if rung in _ONLY_BARS else wanted if rung in BARS else matrices
            for bounds in parts if kinds else ():
                part, pace = picture.part(bounds)
                if view_ms(part, rung) > _MOST_SHARE * budget.left_ms:
                    continue
                scale = sqrt(shown_pixels(part, rung) / part.gray.size)
                fitting = pace.affordable(part.gray, scale, kinds, budget, _MOST_SHARE)
                if fitting:
                    readings += pace.timed(part_view(part, rung), fitting)
        if is_enough([*before, *readings], known):
            break
    return readings


def read_textures(
    picture: PacedPicture,
    wanted: frozenset[Symbology],
    limit: int,
    budget: Budget,
    known: Sequence[Quad] = (),
) -> list[CodeReading]:
    """Return at most `limit` codes at places that look like one; none in the `known` outlines."""
    readings: list[CodeReading] = []
    pace = Pace(clock=picture.pace.clock)
    most = PLACES_BESIDE if known else MOST_PLACES
    for view in texture_views(picture.frame.gray, budget, known, most):
        fitting = pace.affordable(view.gray, 1.0, wanted, budget, _MOST_SHARE)
        if len(readings) >= limit or not fitting:
            break
        if not any(_shows(view, reading.quad) for reading in readings):
            readings += pace.timed(view, fitting)
    return merged_readings(readings)


def _shows(view: View, quad: Quad) -> bool:
    """Whether a code that was read lies in the middle of a view."""
    height, width = view.gray.shape
    middle = view.frame_from_view.apply([((width - 1) / 2, (height - 1) / 2)])
    return bool(quad.contains(middle)[0])


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
