"""The first look at a picture: as it is, or reduced and piece by piece where that would be long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vision.codes.agreement import agreed_readings, merged_readings
from vision.codes.code_reading import Rung
from vision.codes.decoder import View
from vision.codes.pace import LINEAR_FAMILY, QR_FAMILY, families_of
from vision.codes.views import WORKING_SIDE_PX, native_view, part_view
from vision.geometry import Homography

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.code_reading import CodeReading
    from vision.codes.pace import Pace, PacedPicture
    from vision.codes.symbology import Symbology

    Bounds = tuple[int, int, int, int]

# Of what is left of the budget: the most that a look at the whole picture may take.
_QR_SHARE, _LINEAR_SHARE, _OTHER_SHARE = 0.45, 0.25, 0.12
# The same of the reduced picture, and of all pieces together; one piece's share of that.
_REDUCED_SHARE, _PIECES_SHARE, _PIECE_SHARE = 0.45, 0.6, 0.4
# Pieces: their sides, and how far they overlap, px: a code that is no larger lies whole in one of
# them, larger ones are seen in the reduced picture.
_PIECE_PX, _LEAST_PIECE_PX, _OVERLAP_PX, _MOST_OVERLAP_PX = 1024, 400, 256, 480
_LEAST_OVERLAPS = 3
# Of crowds of QR Codes the decoder reads some sixty in one look: smaller pieces, px, and as a share
# of the picture's long side.
_CROWDED_PIECE_PX, _CROWDED_PIECE_SHARE = 800.0, 0.6
# A code that was read shows how far pieces must overlap for its neighbours: sides of it.
_OVERLAP_SIDES = 1.5
# The decoder gives up on pictures with finders of many codes; it takes long for each pixel, ms per
# million, of a picture so large. Then pieces are looked at too.
_CROWDED_MS, _CROWDED_FROM_PIXELS = 12.0, 400_000


def first_look(
    picture: PacedPicture,
    wanted: frozenset[Symbology],
    limit: int,
    rungs: Collection[Rung],
    budget: Budget,
) -> list[CodeReading]:
    """What the decoder reads, until that is `limit` codes.

    Kinds whose look at the whole picture would take too long, and QR Codes of which there are too
    many for one look, are looked for in the reduced picture, then piece by piece.
    """
    gray, pace = picture.frame.gray, picture.pace
    readings: list[CodeReading] = []
    slow: list[frozenset[Symbology]] = []
    for kinds in families_of(wanted) if Rung.NATIVE in rungs else ():
        share = _share_of(kinds)
        if not pace.affordable(gray, 1.0, kinds, budget, share):
            slow.append(kinds)
            continue
        readings += pace.timed(native_view(gray), kinds)
        if _is_enough(readings, limit):
            return readings
        if kinds <= QR_FAMILY and _is_crowded(gray, pace):
            slow.append(kinds)
    if Rung.REDUCED in rungs:
        kinds_left = slow if Rung.NATIVE in rungs else list(families_of(wanted))
        readings += _reduced_look(picture, kinds_left, rungs, budget)
    if not slow or _is_enough(readings, limit):
        return readings
    return readings + _look_at_pieces(gray, slow, limit, pace, budget, readings)


def _share_of(kinds: frozenset[Symbology]) -> float:
    if kinds <= QR_FAMILY:
        return _QR_SHARE
    return _LINEAR_SHARE if kinds <= LINEAR_FAMILY else _OTHER_SHARE


def _is_enough(readings: list[CodeReading], limit: int) -> bool:
    if len(readings) < limit:
        return False
    return len(merged_readings(readings)) + len(agreed_readings(readings)) >= limit


def _is_crowded(gray: NDArray[np.uint8], pace: Pace) -> bool:
    return gray.size > _CROWDED_FROM_PIXELS and pace.slowest_ms[QR_FAMILY] > _CROWDED_MS


def _reduced_look(
    picture: PacedPicture,
    families: list[frozenset[Symbology]],
    rungs: Collection[Rung],
    budget: Budget,
) -> list[CodeReading]:
    if not families:
        return []
    side_px: float = WORKING_SIDE_PX
    if Rung.NATIVE in rungs:
        side_px = min(side_px, max(picture.frame.gray.shape) / 2)
    part, pace = picture.part(picture.whole, side_px)
    readings: list[CodeReading] = []
    for kinds in families:
        if pace.affordable(part.gray, 1.0, kinds, budget, _REDUCED_SHARE):
            readings += pace.timed(part_view(part, Rung.REDUCED), kinds)
    return readings


def _look_at_pieces(
    gray: NDArray[np.uint8],
    families: list[frozenset[Symbology]],
    limit: int,
    pace: Pace,
    budget: Budget,
    before: list[CodeReading],
) -> list[CodeReading]:
    """Matrix codes of the overlapping pieces, those in the middle first, until `limit` codes."""
    share = budget.part(_PIECES_SHARE)
    found: list[CodeReading] = []
    for kinds in families:
        if kinds <= LINEAR_FAMILY:
            # A row of bars that is cut could be read as a shorter one.
            continue
        side_px = float(_PIECE_PX)
        if kinds <= QR_FAMILY:
            side_px = min(_CROWDED_PIECE_PX, _CROWDED_PIECE_SHARE * max(gray.shape))
        while side_px > _LEAST_PIECE_PX and (
            pace.foretold_ms((side_px, side_px), kinds) > _PIECE_SHARE * share.left_ms
        ):
            side_px *= 0.8
        for left, top, right, bottom in _pieces(gray, side_px, [*before, *found]):
            piece = np.ascontiguousarray(gray[top:bottom, left:right])
            if not pace.affordable(piece, 1.0, kinds, share, 1.0):
                break
            view = View(Rung.NATIVE, piece, Homography.translation(left, top))
            found = merged_readings([*found, *pace.timed(view, kinds)])
            if len(merged_readings([*before, *found])) >= limit:
                return found
    return found


def _pieces(gray: NDArray[np.uint8], side_px: float, seen: list[CodeReading]) -> Iterator[Bounds]:
    """Pieces that cover the picture, the nearest to its middle first."""
    overlap = float(_OVERLAP_PX)
    if seen:
        largest = max(float(reading.quad.side_lengths_px.max()) for reading in seen)
        overlap = min(_MOST_OVERLAP_PX, max(overlap, _OVERLAP_SIDES * largest))
    overlap = min(overlap, side_px / _LEAST_OVERLAPS)
    rows, columns = (_spans(length, side_px, overlap) for length in gray.shape)
    middle_y, middle_x = gray.shape[0] / 2, gray.shape[1] / 2
    pieces = [(left, top, right, bottom) for top, bottom in rows for left, right in columns]
    pieces.sort(key=lambda p: (p[0] + p[2] - 2 * middle_x) ** 2 + (p[1] + p[3] - 2 * middle_y) ** 2)
    return iter(pieces)


def _spans(length: int, side_px: float, overlap: float) -> list[tuple[int, int]]:
    """Stretches of equal length that cover 0..length and overlap."""
    count = max(1, int(np.ceil((length - overlap) / (side_px - overlap))))
    span = int(np.ceil((length + (count - 1) * overlap) / count))
    starts = np.linspace(0, max(0, length - span), count).astype(int)
    return [(start, min(length, start + span)) for start in starts.tolist()]
