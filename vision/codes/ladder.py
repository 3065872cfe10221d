"""read_codes: climbs the ladder of rungs until the codes of a picture are read and believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vision.codes.agreement import agreed_readings
from vision.codes.code_reading import LADDER, CodeReading, Rung
from vision.codes.decoder import decode_view, with_rungs
from vision.codes.symbology import Symbology
from vision.codes.views import WORKING_SIDE_PX, native_view, part_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vision.frame import Frame
    from vision.geometry import Quad

    Part = tuple[int, int, int, int]

DEFAULT_LIMIT = 64
# Parts of a large picture that are looked at again: bounds the work on a shelf full of codes.
MAX_PARTS = 32
ALL_SYMBOLOGIES = frozenset(Symbology)


def read_codes(
    frame: Frame,
    symbologies: Iterable[Symbology] | None = None,
    limit: int = DEFAULT_LIMIT,
    ladder: Sequence[Rung] = LADDER,
) -> tuple[CodeReading, ...]:
    """Return the codes in the picture, largest first, at most `limit`.

    `symbologies`: the kinds to look for (all where None; fewer are faster). `ladder`: the rungs to
    climb; the first shows the whole picture. The others are climbed where the first read nothing,
    and around each linear code, which counts only where two rungs agree (see agreement.py): with
    a single rung no linear code is ever returned.

    Raises:
        ValueError: a limit below 1, no symbology or an empty ladder.
    """
    wanted = ALL_SYMBOLOGIES if symbologies is None else frozenset(symbologies)
    if limit < 1 or not wanted or not ladder:
        raise ValueError(
            f"expected a limit above 0, symbologies and a ladder, got limit {limit}, "
            f"{len(wanted)} symbologies, {len(ladder)} rungs"
        )
    first, *higher = ladder
    whole = (0, 0, frame.width_px, frame.height_px)
    view = native_view(frame) if first is Rung.NATIVE else part_view(frame, whole, first)
    readings = decode_view(view, wanted)
    linear_found = [reading for reading in readings if reading.symbology.is_linear]
    if not readings:
        readings = _climb(frame, [whole], higher, wanted)
    elif linear_found:
        linear_wanted = frozenset(kind for kind in wanted if kind.is_linear)
        parts = _parts_around([reading.quad for reading in linear_found], frame)
        readings += _climb(frame, parts, higher, linear_wanted)
    codes = _believed(readings)
    if not codes and linear_found:
        # What the first rung read was not confirmed: then nothing was read, look everywhere.
        codes = _believed([*linear_found, *_climb(frame, [whole], higher, wanted)])
    codes.sort(key=lambda code: (-code.quad.area_px2, code.text))
    return tuple(codes[:limit])


def _climb(
    frame: Frame, parts: Sequence[Part], rungs: Sequence[Rung], wanted: frozenset[Symbology]
) -> list[CodeReading]:
    return [
        reading
        for rung in rungs
        for part in parts
        for reading in decode_view(part_view(frame, part, rung), wanted)
    ]


def _believed(readings: Sequence[CodeReading]) -> list[CodeReading]:
    """Return error-corrected codes once per place, and the linear codes that rungs agree on."""
    corrected: list[CodeReading] = []
    for reading in readings:
        if reading.symbology.is_linear:
            continue
        for index, known in enumerate(corrected):
            if _is_same_code(known, reading):
                rungs = tuple(dict.fromkeys((*known.rungs, *reading.rungs)))
                corrected[index] = with_rungs(known, rungs)
                break
        else:
            corrected.append(reading)
    return corrected + agreed_readings(
        reading for reading in readings if reading.symbology.is_linear
    )


def _is_same_code(known: CodeReading, reading: CodeReading) -> bool:
    return (
        known.symbology is reading.symbology
        and known.raw == reading.raw
        and known.quad.overlaps(reading.quad)
    )


def _parts_around(quads: Sequence[Quad], frame: Frame) -> list[Part]:
    """Return the parts of the picture to look at again: each code and its own length around it.

    That holds the quiet zones, an add-on beside the code and a second row below it. Parts are
    joined as long as they stay within the working size, so that none is shrunk for its neighbour;
    codes beyond MAX_PARTS parts are not looked at again.
    """
    parts: list[Part] = []
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


def _long_side(part: Part) -> int:
    return max(part[2] - part[0], part[3] - part[1])


def _joined(one: Part, other: Part) -> Part:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )
