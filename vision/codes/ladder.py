"""read_codes: climbs the ladder of rungs until the codes of a picture are read and believed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from vision.codes.agreement import agreed_readings, merged_readings
from vision.codes.budget import Budget
from vision.codes.cascade import BARS, climb, grid_code, read_textures
from vision.codes.code_reading import LADDER, CodeReading, Rung
from vision.codes.first_look import first_look
from vision.codes.grid_reader import look_for_more
from vision.codes.pace import Pace, PacedPicture
from vision.codes.symbology import Symbology
from vision.codes.views import WORKING_SIDE_PX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from vision.frame import Frame
    from vision.geometry import Quad

    Bounds = tuple[int, int, int, int]

DEFAULT_LIMIT = 64
DEFAULT_BUDGET_MS = 600.0
# Parts of a large picture that are looked at again: bounds the work on a shelf full of codes.
MAX_PARTS = 32
ALL_SYMBOLOGIES = frozenset(Symbology)
# What is kept for the last look that can't be interrupted.
_RESERVE = 0.16
# Of what is left: time to look for further codes beside those that were read.
_MORE_SHARE = 0.2
# The same without finders, by texture.
_TEXTURE_SHARE = 0.08


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
    budget = Budget.of_ms((1 - _RESERVE) * budget_ms, clock)
    picture = PacedPicture(frame, Pace(clock=clock))
    rungs = frozenset(ladder)
    readings = first_look(picture, wanted, limit, rungs, budget)
    bars = [reading for reading in readings if reading.symbology.is_linear]
    if not readings:
        readings = climb(picture, [picture.whole], rungs, wanted, limit, budget, known)
    elif bars:
        parts = _parts_around([reading.quad for reading in bars], frame)
        kinds = frozenset(kind for kind in wanted if kind.is_linear)
        higher = (rungs & BARS) - {Rung.NATIVE}
        for part in parts:
            readings += climb(picture, [part], higher, kinds, limit, budget, known, bars)
    codes = _believed(readings, known)
    if not codes and bars:
        # What the first look read was not confirmed: then nothing was read, look everywhere.
        more = climb(picture, [picture.whole], rungs, wanted, limit, budget, known)
        codes = _believed([*bars, *more], known)
    if 0 < len(codes) < limit and Rung.GRID in rungs and Symbology.QR_CODE in wanted:
        quads = [code.quad for code in codes]
        share = budget.part(_MORE_SHARE)
        beside = look_for_more(frame.gray, share, limit - len(codes), quads)
        codes = merged_readings([*codes, *(grid_code(reading) for reading in beside)]) + [
            code for code in codes if code.symbology.is_linear
        ]
    matrices = frozenset(kind for kind in wanted if not kind.is_linear)
    if 0 < len(codes) < limit and Rung.TEXTURE in rungs and matrices:
        quads = [code.quad for code in codes]
        share = budget.part(_TEXTURE_SHARE)
        alike = read_textures(picture, matrices, limit - len(codes), share, quads)
        codes = merged_readings([*codes, *alike]) + [
            code for code in codes if code.symbology.is_linear
        ]
    if len(codes) > 1:
        codes.sort(key=lambda code: (-code.quad.area_px2, code.text))
    return tuple(codes[:limit])


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
