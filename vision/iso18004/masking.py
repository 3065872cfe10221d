"""Mask patterns and the score that chooses between them (ISO/IEC 18004:2015, 7.8).

Eight candidates are scored at once: a module is one byte whose bit m tells its colour under mask
m, so every rule is a handful of bitwise operations on one array, whatever the mask.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

MASKS = 8
# 7.8.3.1, Table 11: weights of the four features.
N1_RUN = 3
N2_BLOCK = 3
N3_FINDER_LIKE = 40
N4_BALANCE = 10
# 7.8.3.1: a run counts from five modules on; the finder-like pattern has four light modules
# beside it. Lines are separated by as many light bytes, which stand for the quiet zone.
_RUN = 5
_GAP = 4

Planes = npt.NDArray[np.uint8]


def mask_patterns(side: int) -> npt.NDArray[np.bool_]:
    """The eight mask patterns over the whole square, bool (8, N, N) (7.8.2, Table 10)."""
    i = np.arange(side)[:, None]
    j = np.arange(side)[None, :]
    product = i * j
    conditions = (
        (i + j) % 2,
        i % 2 + 0 * j,
        j % 3 + 0 * i,
        (i + j) % 3,
        (i // 2 + j // 3) % 2,
        product % 2 + product % 3,
        (product % 2 + product % 3) % 2,
        ((i + j) % 2 + product % 3) % 2,
    )
    return np.stack([condition == 0 for condition in conditions])


@dataclass(frozen=True, slots=True, eq=False)
class ScoringField:
    """Geometry of the flat array in which candidates of one size are scored.

    The array holds a gap, then the N rows, then the N columns, each line followed by a gap.

    Attributes:
        side: N.
        stride: Bytes from one line to the next.
        rows_start: First byte of the first row.
        length: Bytes in total, rounded up so that every window of the rules stays inside.
        module_of_byte: intp (length,), flat module index; N * N in the gaps.
        line_breaks: uint8 (length,), 255 where a byte does not continue the line before it.
    """

    side: int
    stride: int
    rows_start: int
    length: int
    module_of_byte: npt.NDArray[np.intp]
    line_breaks: Planes

    def rows(self, planes: Planes) -> Planes:
        """View (N, N) of the rows inside a flat array."""
        area = planes[self.rows_start : self.rows_start + self.side * self.stride]
        return area.reshape(self.side, self.stride)[:, : self.side]


@lru_cache(maxsize=40)
def scoring_field(side: int) -> ScoringField:
    """The scoring field of one symbol size."""
    stride = side + _GAP
    modules = np.arange(side * side).reshape(side, side)
    lines = np.full((2 * side, stride), side * side, dtype=np.intp)
    lines[:side, :side] = modules
    lines[side:, :side] = modules.T
    margin = np.full(2 * _GAP + 4, side * side, dtype=np.intp)
    module_of_byte = np.concatenate((margin[:_GAP], lines.reshape(-1), margin))
    continues = np.zeros((2 * side, stride), dtype=bool)
    continues[:, 1:side] = True
    line_breaks = np.full(module_of_byte.size, 255, dtype=np.uint8)
    line_breaks[_GAP : _GAP + continues.size][continues.reshape(-1)] = 0
    return ScoringField(
        side=side,
        stride=stride,
        rows_start=_GAP,
        length=module_of_byte.size,
        module_of_byte=module_of_byte,
        line_breaks=line_breaks,
    )


def penalties(planes: Planes, field: ScoringField) -> npt.NDArray[np.int64]:
    """Penalty of the eight candidates (7.8.3.1).

    Args:
        planes: uint8 (field.length,), bit m = dark under mask m; zero in the gaps.
        field: Geometry of the array.

    Returns:
        int64 (8,), one score per mask; the lowest is the best.
    """
    change = planes[1:] ^ planes[:-1]
    edges = change | field.line_breaks[1:]  # edges[i]: between byte i and byte i + 1

    # N1: a run of L >= 5 modules costs 3 + (L - 5) = (windows of five in it) + 2.
    pairs = edges[:-1] | edges[1:]
    is_window: Planes = np.invert(pairs[:-2] | pairs[2:])  # five bytes from i on are equal
    is_first_window = is_window[1:] & edges[: is_window.size - 1]
    weights = _count(is_window) + (N1_RUN - 1) * _count(is_first_window)

    # N2: every 2 x 2 block of one colour, found in the rows alone.
    first, stride = field.rows_start, field.stride
    last = first + (field.side - 1) * stride
    unequal = edges[first:last] | edges[first + stride : last + stride]
    unequal |= planes[first:last] ^ planes[first + stride : last + stride]
    weights += N2_BLOCK * _count(np.invert(unequal))

    # N3: 1:1:3:1:1 with four light modules before or after it.
    weights += N3_FINDER_LIKE * _finder_like(planes, field)

    totals = weights @ _PLANES_OF_BYTE
    # N4: ten points for every step of 5 % that the share of dark modules is away from half.
    dark = _count(planes[first : last + stride]) @ _PLANES_OF_BYTE
    modules = field.side * field.side
    steps = (np.abs(20 * dark - 10 * modules) + modules - 1) // modules - 1
    result: npt.NDArray[np.int64] = totals + N4_BALANCE * steps
    return result


def penalty(modules: npt.NDArray[np.bool_]) -> int:
    """Penalty of one finished symbol, bool (N, N) without quiet zone (7.8.3.1)."""
    field = scoring_field(modules.shape[0])
    flat = np.append(modules.reshape(-1), False).astype(np.uint8)
    return int(penalties(flat[field.module_of_byte], field)[0])


# Row b holds the bits of byte b, least significant first: (256,) counts @ this = (8,) counts.
_PLANES_OF_BYTE = (np.arange(256)[:, None] >> np.arange(MASKS) & 1).astype(np.int64)


def _count(planes: Planes) -> npt.NDArray[np.int64]:
    """How often every byte value occurs, int64 (256,)."""
    return np.bincount(planes, minlength=256)


def _finder_like(planes: Planes, field: ScoringField) -> npt.NDArray[np.int64]:
    """Finder-like patterns as counts by byte value; the ratio may come in any scale."""
    # Scale 1, the common one: light, dark 1, light 1, dark 3, light 1, dark 1, light.
    size = planes.size - (2 * _GAP + 6)
    shift = [planes[_GAP - 1 + k : _GAP - 1 + k + size] for k in range(9)]
    before, d0, l1, d2, d3, d4, l5, d6, after = shift
    core = d0 & d2 & d3 & d4 & d6 & np.invert(before | l1 | l5 | after)
    pairs = planes[:-1] | planes[1:]
    any_dark = pairs[:-2] | pairs[2:]  # any_dark[i]: a dark module among bytes i .. i + 3
    light_before: Planes = np.invert(any_dark[:size])
    light_after: Planes = np.invert(any_dark[_GAP + 7 : _GAP + 7 + size])
    counts = _count(core & light_before) + _count(core & light_after)

    # Larger scales are rare: find the cores in bulk, judge their surroundings one by one.
    all_dark, some_dark = planes, planes
    for scale in range(2, field.side // 7 + 1):
        all_dark = all_dark[:-1] & planes[scale - 1 :]
        some_dark = some_dark[:-1] | planes[scale - 1 :]
        size = all_dark.size - 6 * scale
        core = all_dark[:size] & all_dark[2 * scale : 2 * scale + size]
        if not core.any():
            if not all_dark.any():
                break
            continue
        core &= all_dark[3 * scale : 3 * scale + size] & all_dark[4 * scale : 4 * scale + size]
        core &= all_dark[6 * scale : 6 * scale + size]
        core &= np.invert(some_dark[scale : scale + size] | some_dark[5 * scale : 5 * scale + size])
        for start in np.flatnonzero(core):
            for mask in range(MASKS):
                if core[start] >> mask & 1:
                    counts[1 << mask] += _sides_that_count(planes, field, int(start), mask, scale)
    return counts


def _sides_that_count(
    planes: Planes, field: ScoringField, start: int, mask: int, scale: int
) -> int:
    """How many sides (0 to 2) of one scaled core have four widths of light beside them."""
    line, column = divmod(start - field.rows_start, field.stride)
    end = column + 7 * scale
    if end > field.side:  # the "light" modules were the gap between two lines
        return 0
    line_start = field.rows_start + line * field.stride
    dark = planes[line_start : line_start + field.side] >> mask & 1
    before, after = dark[:column][::-1], dark[end:]
    light_before = int(before.argmax()) if before.any() else 4 * scale + field.side
    light_after = int(after.argmax()) if after.any() else 4 * scale + field.side
    if min(light_before, light_after) < scale:
        return 0
    return (light_before >= 4 * scale) + (light_after >= 4 * scale)
