"""read_codes: climbs the ladder of rungs until the codes of a picture are read and believed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from vision.codes.agreement import agreed_readings, merged_readings
from vision.codes.budget import Budget
from vision.codes.cascade import BARS, CAUTION, Pace, climb, grid_code
from vision.codes.code_reading import LADDER, CodeReading, Rung
from vision.codes.decoder import decode_view
from vision.codes.grid_reader import look_for_more
from vision.codes.symbology import Symbology
from vision.codes.views import WORKING_SIDE_PX, native_view, part_view, working_part

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from vision.frame import Frame
    from vision.geometry import Quad

    Bounds = tuple[int, int, int, int]

DEFAULT_LIMIT = 64
DEFAULT_BUDGET_MS = 600.0
# Parts of a large picture that are looked at again: bounds the work on a shelf full of codes.
MAX_PARTS = 32
ALL_SYMBOLOGIES = frozenset(Symbology)
# What the decoder may take on the worst picture (a carpet of finders, noise), ms per million
# pixels, by what is looked for. Where that could eat up this share of the budget, some tiles are
# timed, and where these foretell the same, a reduced picture is tried first.
_MATRIX_MS, _DATA_MATRIX_MS, _LINEAR_MS = 65.0, 60.0, 100.0
_TILES_PER_SIDE, _TILE_PX = 4, 160
_FIRST_SHARE = 0.45
# The same without turns, inversion and smaller sizes.
_QUICK_TIMES_FASTER = 4.0
# What is kept for the last look that can't be interrupted.
_RESERVE = 0.16
# Of what is left: time to look for further codes beside those that were read.
_MORE_SHARE = 0.2


def read_codes(
    frame: Frame,
    symbologies: Iterable[Symbology] | None = None,
    limit: int = DEFAULT_LIMIT,
    ladder: Sequence[Rung] = LADDER,
    budget_ms: float = DEFAULT_BUDGET_MS,
    known: Callable[[str], bool] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[CodeReading, ...]:
    """Return the codes in the picture, largest first, at most `limit`.

    The decoder sees the whole picture first. Where it reads nothing, the cascade of transforms
    and the grid reader are climbed (see cascade.py) until something is read; where it read
    something and more finders are seen elsewhere, the grid reader tries them. Linear codes count
    only where two pixel grids agree (see agreement.py), so that with a single rung no linear code
    is ever returned, and are looked at again where they were seen.

    Args:
        frame: The picture.
        symbologies: The kinds to look for; all where None. Fewer are faster.
        limit: Codes after which no others are looked for; with 1 the first read ends it.
        ladder: The rungs that may be climbed, in the cascade's own order.
        budget_ms: Time after which nothing new is begun. One look of the decoder can't be
            interrupted; a look that is likely to take longer than what is left is not begun.
        known: Whether a text is that of a product that the caller knows. Bars that were read on
            one pixel grid only are then believed too.
        clock: What the budget is measured by; `time.thread_time` on a machine that is busy with
            other things.

    Raises:
        ValueError: a limit below 1, no symbology, an empty ladder or a budget not above 0.
    """
    wanted = ALL_SYMBOLOGIES if symbologies is None else frozenset(symbologies)
    if limit < 1 or not wanted or not ladder or not budget_ms > 0:
        raise ValueError(
            "expected a limit and a budget above 0, symbologies and a ladder, got limit "
            f"{limit}, {budget_ms} ms, {len(wanted)} symbologies, {len(ladder)} rungs"
        )
    budget, pace = Budget.of_ms((1 - _RESERVE) * budget_ms, clock), Pace(clock=clock)
    rungs = frozenset(ladder)
    gray = frame.gray
    readings = _first_look(frame, gray, wanted, limit, rungs, pace, budget)
    bars = [reading for reading in readings if reading.symbology.is_linear]
    if not readings:
        readings = climb(frame, [_whole(frame)], rungs, wanted, limit, pace, budget, known)
    elif bars:
        parts = _parts_around([reading.quad for reading in bars], frame)
        kinds = frozenset(kind for kind in wanted if kind.is_linear)
        higher = (rungs & BARS) - {Rung.NATIVE}
        for part in parts:
            readings += climb(frame, [part], higher, kinds, limit, pace, budget, known, bars)
    codes = _believed(readings, known)
    if not codes and bars:
        # What the first look read was not confirmed: then nothing was read, look everywhere.
        more = climb(frame, [_whole(frame)], rungs, wanted, limit, pace, budget, known)
        codes = _believed([*bars, *more], known)
    if 0 < len(codes) < limit and Rung.GRID in rungs and Symbology.QR_CODE in wanted:
        quads = [code.quad for code in codes]
        share = budget.part(_MORE_SHARE)
        beside = look_for_more(gray, share, limit - len(codes), quads)
        codes = merged_readings([*codes, *(grid_code(reading) for reading in beside)]) + [
            code for code in codes if code.symbology.is_linear
        ]
    if len(codes) > 1:
        codes.sort(key=lambda code: (-code.quad.area_px2, code.text))
    return tuple(codes[:limit])


def _first_look(
    frame: Frame,
    gray: NDArray[np.uint8],
    wanted: frozenset[Symbology],
    limit: int,
    rungs: Collection[Rung],
    pace: Pace,
    budget: Budget,
) -> list[CodeReading]:
    """What the decoder reads in the whole picture, as it is or reduced where time would run out."""
    worst_ms = _worst_ms_per_megapixel(wanted) * gray.size / 1e6
    is_small = worst_ms <= _FIRST_SHARE * budget.left_ms
    view = native_view(gray)
    tiled_ms = 0.0
    if not is_small:
        tiled_ms = _tiled_ms(gray, wanted, budget)
        is_small = tiled_ms <= _FIRST_SHARE * budget.left_ms
    if is_small and Rung.NATIVE in rungs:
        return pace.timed(view, wanted)
    readings: list[CodeReading] = []
    if Rung.REDUCED in rungs:
        side_px = min(WORKING_SIDE_PX, max(gray.shape) / 2)
        part = working_part(frame, _whole(frame), WORKING_SIDE_PX if is_small else side_px)
        readings = pace.timed(part_view(part, Rung.REDUCED), wanted)
        if len(_believed(readings, None)) >= limit:
            return readings
    if Rung.NATIVE in rungs:
        # A reduced look says nothing of detail finer than its pixels; the tiles do.
        foretold_ms = max(pace.foretold_ms(gray.size), tiled_ms)
        if foretold_ms <= _FIRST_SHARE * budget.left_ms:
            readings += pace.timed(view, wanted)
        elif foretold_ms <= _QUICK_TIMES_FASTER * _FIRST_SHARE * budget.left_ms:
            readings += pace.timed(view, wanted, is_quick=True)
    return readings


def _tiled_ms(gray: NDArray[np.uint8], wanted: frozenset[Symbology], budget: Budget) -> float:
    """How long the whole picture is likely to take, by the time that small tiles of it took."""
    height, width = gray.shape
    started_ms, pixels = budget.left_ms, 0
    for row in range(_TILES_PER_SIDE):
        for column in range(_TILES_PER_SIDE):
            top = (2 * row + 1) * height // (2 * _TILES_PER_SIDE)
            left = (2 * column + 1) * width // (2 * _TILES_PER_SIDE)
            tile = np.ascontiguousarray(gray[top : top + _TILE_PX, left : left + _TILE_PX])
            decode_view(native_view(tile), wanted)
            pixels += tile.size
    return CAUTION * (started_ms - budget.left_ms) * gray.size / pixels


def _worst_ms_per_megapixel(wanted: frozenset[Symbology]) -> float:
    worst_ms = _MATRIX_MS
    if Symbology.DATA_MATRIX in wanted:
        worst_ms += _DATA_MATRIX_MS
    if any(kind.is_linear for kind in wanted):
        worst_ms += _LINEAR_MS
    return worst_ms


def _whole(frame: Frame) -> Bounds:
    return 0, 0, frame.width_px, frame.height_px


def _believed(
    readings: Sequence[CodeReading], known: Callable[[str], bool] | None
) -> list[CodeReading]:
    """Return error-corrected codes once per place, and the linear codes that rungs agree on."""
    return merged_readings(readings) + agreed_readings(readings, known)


def _parts_around(quads: Sequence[Quad], frame: Frame) -> list[Bounds]:
    """Return the parts of the picture to look at again: each code and its own length around it.

    That holds the quiet zones, an add-on beside the code and a second row below it. Parts are
    joined as long as they stay within the working size, so that none is shrunk for its neighbour;
    codes beyond MAX_PARTS parts are not looked at again.
    """
    parts: list[Bounds] = []
    for quad in quads:
        left, top, right, bottom = quad.bounds_xyxy
        margin = float(quad.side_lengths_px.max())
        part = (
            max(0, int(left - margin)),
            max(0, int(top - margin)),
            min(frame.width_px, int(right + margin) + 1),
            min(frame.height_px, int(bottom + margin) + 1),
        )
        for index, other in enumerate(parts):
            if _long_side(_joined(part, other)) <= WORKING_SIDE_PX:
                parts[index] = _joined(part, other)
                break
        else:
            parts.append(part)
    return parts[:MAX_PARTS]


def _long_side(part: Bounds) -> int:
    return max(part[2] - part[0], part[3] - part[1])


def _joined(one: Bounds, other: Bounds) -> Bounds:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )
