"""A QR Code's modules, dark or light with more or less certainty, as the message they carry."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from vision.codes.finding.triples import Place
from vision.codes.soft.reed_solomon import correct_block
from vision.iso18004.layout import layout_of
from vision.iso18004.masking import MASKS
from vision.iso18004.placement import (
    Role,
    format_information,
    format_positions,
    function_patterns,
)
from vision.iso18004.versions import ErrorLevel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from vision.codes.budget import Budget

    Signed = NDArray[np.float32]

_FORMAT_BITS = 15
_ZONE_MODULES, _TIMING_AT = 8, 6
# Agreement of the 30 format modules, -30..30, below which no format is believed, and how many
# formats are tried.
_LEAST_FORMAT_AGREEMENT, _FORMATS_TRIED = 12.0, 2
# Checks that are never spent on erasures, so that a wrong guess is still found out.
CHECKS_KEPT = 3
# Shares of the checks that are given to the least certain codewords, one try each.
_ERASED_SHARES = (0.0, 0.25, 0.5, 0.7, 0.85, 1.0)


@dataclass(frozen=True, slots=True)
class PatternAgreement:
    """Share of the modules of each pattern that have the colour they must have, 0..1."""

    finder: float
    timing: float
    alignment: float


@dataclass(frozen=True, slots=True, eq=False)
class SoftSymbol:
    """A decoded symbol.

    Attributes:
        version: 1 to 40.
        level: Error correction level.
        mask: 0 to 7.
        modules: bool (N, N), the whole symbol as it was printed, True = dark.
        errors: Wrong codewords.
        erasures: Codewords that were not looked at.
        spare_checks: Least checks left over in a block; the chance of a wrong message falls
            by 256 with each.
    """

    version: int
    level: ErrorLevel
    mask: int
    modules: NDArray[np.bool_]
    errors: int
    erasures: int
    spare_checks: int


@lru_cache(maxsize=160)
def _patterns(
    version: int, lost: Place | None
) -> tuple[NDArray[np.bool_], tuple[NDArray[np.bool_], ...]]:
    """Dark function modules, and where finders (with separators), timing and alignment are.

    Without the zone of a finder that was lost, and the timing row or column that leads there where
    the other one is left.
    """
    patterns = function_patterns(version)
    finders, timing, alignment = (
        np.isin(patterns.roles, roles)
        for roles in ((Role.FINDER, Role.SEPARATOR), (Role.TIMING,), (Role.ALIGNMENT,))
    )
    zone = slice(_ZONE_MODULES), slice(-_ZONE_MODULES, None)
    match lost:
        case Place.TOP_LEFT:
            finders[zone[0], zone[0]] = False
        case Place.TOP_RIGHT:
            finders[zone[0], zone[1]] = False
            timing[_TIMING_AT] = False
        case Place.BOTTOM_LEFT:
            finders[zone[1], zone[0]] = False
            timing[:, _TIMING_AT] = False
    return patterns.dark, (finders, timing, alignment)


def pattern_agreement(
    signed: Signed,
    version: int,
    lost: Place | None = None,
    visible: NDArray[np.bool_] | None = None,
) -> PatternAgreement:
    """How well sampled modules (N, N) show the patterns of a version, but for a lost finder's.

    Only modules that are `visible` count, where that is given.
    """
    dark, where = _patterns(version, lost)
    is_right = (signed < 0) == dark
    areas = where if visible is None else tuple(area & visible for area in where)
    shares = [float(is_right[area].mean()) if area.any() else 1.0 for area in areas]
    return PatternAgreement(*shares)


def with_ideal_patterns(signed: Signed, version: int) -> NDArray[np.bool_]:
    """The modules parted at zero, function patterns replaced by what they must be."""
    patterns = function_patterns(version)
    is_data = patterns.roles <= Role.REMAINDER
    is_read = is_data | (patterns.roles == Role.FORMAT)
    return np.where(is_read, signed < 0, patterns.dark)


def decode_soft(
    signed: Signed, reliability: Signed, version: int, budget: Budget
) -> SoftSymbol | None:
    """The message behind the modules, the least certain codewords treated as unknown.

    Generalised minimum distance decoding (Forney, 1966): each block is tried with more and more
    erasures, in order of the least reliable module of each codeword. `CHECKS_KEPT` checks of every
    block stay in hand as proof.

    Args:
        signed: float32 (N, N), below 0 = dark.
        reliability: float32 (N, N), 0 = nothing is known of the module, 1 = certain.
        version: 1 to 40.
        budget: Asked before every format.
    """
    for level, mask in _likely_formats(signed):
        if budget.is_spent:
            return None
        found = _decoded(signed, reliability, version, level, mask)
        if found is not None:
            return found
    return None


def _likely_formats(signed: Signed) -> Iterator[tuple[ErrorLevel, int]]:
    """Level and mask by both copies of the format information, the likeliest first."""
    rows, columns = np.moveaxis(format_positions(signed.shape[0]), -1, 0)
    seen = -np.clip(signed[rows, columns], -1, 1)  # (2, 15), dark = +1
    scored = []
    for level in ErrorLevel:
        for mask in range(MASKS):
            bits = format_information(level, mask) >> np.arange(_FORMAT_BITS) & 1
            scored.append((float((seen * (2 * bits - 1)).sum()), level, mask))
    scored.sort(key=lambda entry: -entry[0])
    for agreement, level, mask in scored[:_FORMATS_TRIED]:
        if agreement >= _LEAST_FORMAT_AGREEMENT:
            yield level, mask


def _decoded(
    signed: Signed, reliability: Signed, version: int, level: ErrorLevel, mask: int
) -> SoftSymbol | None:
    layout = layout_of(version, level)
    structure = layout.structure
    place = layout.bit_of_module
    carries = place >= 0
    bits = np.zeros(8 * structure.total_codewords, dtype=np.uint8)
    bits[place[carries]] = ((signed < 0) ^ layout.base_of_mask[mask])[carries]
    sure = np.zeros(bits.size, dtype=np.float32)
    sure[place[carries]] = reliability[carries]
    codewords = np.packbits(bits)
    certainty = sure.reshape(-1, 8).min(axis=1)
    checks = structure.ec_codewords_per_block
    data: list[NDArray[np.uint8]] = []
    errors = erasures = 0
    spare = checks
    first_data, first_check = 0, structure.data_codewords
    for block in range(structure.blocks):
        is_short = block < structure.short_blocks
        length = structure.short_data_codewords if is_short else structure.long_data_codewords
        indices = np.concatenate(
            (
                np.arange(first_data, first_data + length),
                np.arange(first_check, first_check + checks),
            )
        )
        first_data, first_check = first_data + length, first_check + checks
        order = np.argsort(certainty[indices], kind="stable")
        for share in _ERASED_SHARES:
            count = round(share * max(checks - CHECKS_KEPT, 0))
            found = correct_block(codewords[indices], checks, order[:count].tolist())
            if found is None:
                continue
            left = checks - 2 * found.errors - found.erasures
            if left >= min(CHECKS_KEPT, checks // 2) or found.erasures == 0:
                data.append(found.codewords[:length])
                errors, erasures = errors + found.errors, erasures + found.erasures
                spare = min(spare, left)
                break
        else:
            return None
    modules, _ = layout.place(np.concatenate(data), mask)
    return SoftSymbol(version, level, mask, modules, errors, erasures, spare)
