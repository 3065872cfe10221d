"""Where every module stands (ISO/IEC 18004:2015, 6.3, 7.6, 7.7, 7.9, 7.10, Annexes C to E)."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from vision.iso18004.versions import (
    BlockStructure,
    ErrorLevel,
    alignment_centres,
    block_structure,
    size_modules,
)


class Role(IntEnum):
    """What a module is for; the values stand in the role map of a symbol."""

    DATA = 0
    ERROR_CORRECTION = 1
    REMAINDER = 2
    FINDER = 3
    SEPARATOR = 4
    TIMING = 5
    ALIGNMENT = 6
    FORMAT = 7
    VERSION = 8
    DARK = 9


# 7.9.1, Table 12: error correction level indicators.
_LEVEL_INDICATOR = {
    ErrorLevel.L: 0b01,
    ErrorLevel.M: 0b00,
    ErrorLevel.Q: 0b11,
    ErrorLevel.H: 0b10,
}
_FORMAT_GENERATOR = 0b101_0011_0111
_FORMAT_MASK = 0b101_0100_0001_0010
_VERSION_GENERATOR = 0b1_1111_0010_0101


@dataclass(frozen=True, slots=True, eq=False)
class FunctionPatterns:
    """Everything that is the same for every message of one version.

    Attributes:
        roles: uint8 (N, N) of `Role`; the encoding region still reads DATA everywhere.
        dark: bool (N, N), dark modules of the function patterns and the version information.
            Format information is left light: it depends on level and mask.
    """

    roles: npt.NDArray[np.uint8]
    dark: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class CodewordPlacement:
    """Which bit of the message stands in which module.

    Bits are numbered in message order: first the data codewords as they were encoded (bit i is
    bit 7 - i mod 8 of codeword i // 8), then the error correction codewords block after block.
    So interleaving (7.6) is already undone in these maps.

    Attributes:
        bit_of_module: int32 (N, N); -1 outside data and error correction.
        block_of_module: int16 (N, N), Reed-Solomon block; -1 outside.
        roles: uint8 (N, N) of `Role`, complete.
    """

    bit_of_module: npt.NDArray[np.int32]
    block_of_module: npt.NDArray[np.int16]
    roles: npt.NDArray[np.uint8]


def format_information(level: ErrorLevel, mask: int) -> int:
    """The 15 format bits: level, mask and BCH(15,5) check bits, masked (7.9.1, Annex C)."""
    data = _LEVEL_INDICATOR[level] << 3 | mask
    return (data << 10 | _bch_remainder(data << 10, _FORMAT_GENERATOR)) ^ _FORMAT_MASK


def version_information(version: int) -> int:
    """The 18 version bits: version and Golay(18,6) check bits (7.10, Annex D)."""
    return version << 12 | _bch_remainder(version << 12, _VERSION_GENERATOR)


def _bch_remainder(value: int, generator: int) -> int:
    degree = generator.bit_length() - 1
    while value.bit_length() > degree:
        value ^= generator << (value.bit_length() - 1 - degree)
    return value


def format_positions(side: int) -> npt.NDArray[np.intp]:
    """(2, 15, 2) array of (row, column): both copies, least significant bit first (Figure 25)."""
    near = [(row, 8) for row in (0, 1, 2, 3, 4, 5, 7, 8)]
    near += [(8, column) for column in (7, 5, 4, 3, 2, 1, 0)]
    far = [(8, side - 1 - bit) for bit in range(8)]
    far += [(side - 15 + bit, 8) for bit in range(8, 15)]
    return np.array([near, far], dtype=np.intp)


def function_patterns(version: int) -> FunctionPatterns:
    """Finder, separator, timing, alignment and version modules of one version (6.3, 7.10)."""
    side = size_modules(version)
    roles = np.full((side, side), Role.DATA, dtype=np.uint8)
    dark = np.zeros((side, side), dtype=np.bool_)

    # 6.3.5: timing patterns run through row 6 and column 6, dark at even places.
    roles[6, :] = roles[:, 6] = Role.TIMING
    dark[6, ::2] = dark[::2, 6] = True

    # 6.3.3 and 6.3.4: finder patterns in three corners, each with its light separator.
    ring = _rings(7)
    for top, left in ((0, 0), (0, side - 7), (side - 7, 0)):
        separated = np.s_[max(top - 1, 0) : top + 8, max(left - 1, 0) : left + 8]
        roles[separated], dark[separated] = Role.SEPARATOR, False
        finder = np.s_[top : top + 7, left : left + 7]
        roles[finder], dark[finder] = Role.FINDER, ring != 2

    # 6.3.6 and Annex E: alignment patterns on the grid of centres, not over a finder pattern.
    centres = alignment_centres(version)
    ring = _rings(5)
    for row in centres:
        for column in centres:
            if (row, column) in {(6, 6), (6, side - 7), (side - 7, 6)}:
                continue
            square = np.s_[row - 2 : row + 3, column - 2 : column + 3]
            roles[square], dark[square] = Role.ALIGNMENT, ring != 1

    # 7.9.1: two copies of the format information and one module that is always dark.
    for row, column in format_positions(side).reshape(-1, 2):
        roles[row, column], dark[row, column] = Role.FORMAT, False
    roles[side - 8, 8], dark[side - 8, 8] = Role.DARK, True

    # 7.10: two 6 x 3 copies of the version information from version 7 on.
    if version >= 7:
        bits = version_information(version)
        values = np.array([bits >> bit & 1 for bit in range(18)], dtype=np.bool_).reshape(6, 3)
        roles[:6, side - 11 : side - 8] = roles[side - 11 : side - 8, :6] = Role.VERSION
        dark[:6, side - 11 : side - 8] = values
        dark[side - 11 : side - 8, :6] = values.T
    return FunctionPatterns(roles=roles, dark=dark)


def _rings(side: int) -> npt.NDArray[np.intp]:
    """Distance of each module of a square from its centre, in rings."""
    offset = np.abs(np.arange(side) - side // 2)
    return np.maximum.outer(offset, offset)


def placement_path(roles: npt.NDArray[np.uint8]) -> npt.NDArray[np.intp]:
    """Flat indices of the encoding region in the order in which codeword bits go in (7.7.3).

    Two columns at a time from the right edge, upwards first, right module before left module;
    the vertical timing pattern's column is left out of the count.
    """
    side = roles.shape[0]
    rights = [*range(side - 1, 6, -2), 5, 3, 1]
    downwards = np.arange(side)
    path = np.empty((len(rights), side, 2), dtype=np.intp)
    for turn, right in enumerate(rights):
        rows = downwards if turn % 2 else downwards[::-1]
        path[turn, :, 0] = rows * side + right
        path[turn, :, 1] = rows * side + right - 1
    flat = path.reshape(-1)
    in_region: npt.NDArray[np.intp] = flat[roles.reshape(-1)[flat] == Role.DATA]
    return in_region


def transmission_order(structure: BlockStructure) -> npt.NDArray[np.intp]:
    """(total_codewords, 2): message-order codeword and block of every transmitted one (7.6)."""
    order: list[tuple[int, int]] = []
    short = structure.short_data_codewords
    starts = [
        block * short + max(0, block - structure.short_blocks) for block in range(structure.blocks)
    ]
    for place in range(structure.long_data_codewords):
        for block, start in enumerate(starts):
            if place < short + (block >= structure.short_blocks):
                order.append((start + place, block))
    for place in range(structure.ec_codewords_per_block):
        for block in range(structure.blocks):
            first = structure.data_codewords + block * structure.ec_codewords_per_block
            order.append((first + place, block))
    return np.array(order, dtype=np.intp)


def codeword_placement(version: int, level: ErrorLevel) -> CodewordPlacement:
    """Bit, block and role of every module of one version and level (7.6, 7.7.3)."""
    structure = block_structure(version, level)
    roles = function_patterns(version).roles
    path = placement_path(roles)
    order = transmission_order(structure)

    bits = (order[:, :1] * 8 + np.arange(8)).reshape(-1)
    blocks = np.repeat(order[:, 1], 8)
    carried, remainder = path[: bits.size], path[bits.size :]

    bit_of_module = np.full(roles.size, -1, dtype=np.int32)
    bit_of_module[carried] = bits
    block_of_module = np.full(roles.size, -1, dtype=np.int16)
    block_of_module[carried] = blocks
    flat_roles = roles.reshape(-1)
    is_correction = bits >= 8 * structure.data_codewords
    flat_roles[carried[is_correction]] = Role.ERROR_CORRECTION
    flat_roles[remainder] = Role.REMAINDER
    return CodewordPlacement(
        bit_of_module=bit_of_module.reshape(roles.shape),
        block_of_module=block_of_module.reshape(roles.shape),
        roles=flat_roles.reshape(roles.shape),
    )
