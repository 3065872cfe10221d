"""Versions, error correction levels and capacities (ISO/IEC 18004:2015, 6.3 and 7.5.1)."""

from dataclasses import dataclass
from enum import StrEnum

MIN_VERSION = 1
MAX_VERSION = 40


class ErrorLevel(StrEnum):
    """Error correction level: about 7, 15, 25 and 30 % of the codewords can be restored."""

    L = "L"
    M = "M"
    Q = "Q"
    H = "H"


@dataclass(frozen=True, slots=True)
class BlockStructure:
    """How the codewords of one (version, level) are cut into Reed-Solomon blocks (Table 9).

    The first `short_blocks` blocks hold `short_data_codewords`, the others one more.
    """

    total_codewords: int
    blocks: int
    ec_codewords_per_block: int

    @property
    def data_codewords(self) -> int:
        """Data codewords of the whole symbol."""
        return self.total_codewords - self.blocks * self.ec_codewords_per_block

    @property
    def short_blocks(self) -> int:
        """Number of blocks that hold `short_data_codewords`."""
        return self.blocks - self.data_codewords % self.blocks

    @property
    def short_data_codewords(self) -> int:
        """Data codewords of a short block."""
        return self.data_codewords // self.blocks

    @property
    def long_data_codewords(self) -> int:
        """Data codewords of the longest block."""
        return -(-self.data_codewords // self.blocks)


# ISO/IEC 18004:2015, Table 9: error correction codewords per block, versions 1 to 40.
# fmt: off
_EC_CODEWORDS_PER_BLOCK: dict[ErrorLevel, tuple[int, ...]] = {
    ErrorLevel.L: (
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
        28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30),
    ErrorLevel.M: (
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
        26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28),
    ErrorLevel.Q: (
        13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30,
        28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30),
    ErrorLevel.H: (
        17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28,
        30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30),
}

# ISO/IEC 18004:2015, Table 9: number of error correction blocks, versions 1 to 40.
_BLOCKS: dict[ErrorLevel, tuple[int, ...]] = {
    ErrorLevel.L: (
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8,
        8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25),
    ErrorLevel.M: (
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
        17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49),
    ErrorLevel.Q: (
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20,
        23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68),
    ErrorLevel.H: (
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25,
        25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81),
}

# ISO/IEC 18004:2015, Annex E, Table E.1: row and column of alignment pattern centres.
_ALIGNMENT_CENTRES: tuple[tuple[int, ...], ...] = (
    (), (6, 18), (6, 22), (6, 26), (6, 30), (6, 34),
    (6, 22, 38), (6, 24, 42), (6, 26, 46), (6, 28, 50), (6, 30, 54), (6, 32, 58), (6, 34, 62),
    (6, 26, 46, 66), (6, 26, 48, 70), (6, 26, 50, 74), (6, 30, 54, 78), (6, 30, 56, 82),
    (6, 30, 58, 86), (6, 34, 62, 90),
    (6, 28, 50, 72, 94), (6, 26, 50, 74, 98), (6, 30, 54, 78, 102), (6, 28, 54, 80, 106),
    (6, 32, 58, 84, 110), (6, 30, 58, 86, 114), (6, 34, 62, 90, 118),
    (6, 26, 50, 74, 98, 122), (6, 30, 54, 78, 102, 126), (6, 26, 52, 78, 104, 130),
    (6, 30, 56, 82, 108, 134), (6, 34, 60, 86, 112, 138), (6, 30, 58, 86, 114, 142),
    (6, 34, 62, 90, 118, 146),
    (6, 30, 54, 78, 102, 126, 150), (6, 24, 50, 76, 102, 128, 154),
    (6, 28, 54, 80, 106, 132, 158), (6, 32, 58, 84, 110, 136, 162),
    (6, 26, 54, 82, 110, 138, 166), (6, 30, 58, 86, 114, 142, 170),
)
# fmt: on


def size_modules(version: int) -> int:
    """Side of the symbol without quiet zone: 21 modules for version 1, then 4 more each (6.3.1)."""
    return 17 + 4 * version


def alignment_centres(version: int) -> tuple[int, ...]:
    """Coordinates of the alignment pattern centres, used for rows and columns (Annex E)."""
    return _ALIGNMENT_CENTRES[version - 1]


def encoding_region_modules(version: int) -> int:
    """Modules that carry codewords and remainder bits (Table 1, column "data modules")."""
    side = size_modules(version)
    finders_with_separators = 3 * 8 * 8
    timing = 2 * (side - 16)
    format_and_dark_module = 2 * 15 + 1
    version_information = 2 * 18 if version >= 7 else 0
    per_side = len(alignment_centres(version))
    alignment = 0
    if per_side:
        crossing_timing = 2 * (per_side - 2)
        alignment = 25 * (per_side * per_side - 3) - 5 * crossing_timing
    return (
        side * side
        - finders_with_separators
        - timing
        - format_and_dark_module
        - version_information
        - alignment
    )


def block_structure(version: int, level: ErrorLevel) -> BlockStructure:
    """Block structure of one version and level (Table 9)."""
    return BlockStructure(
        total_codewords=encoding_region_modules(version) // 8,
        blocks=_BLOCKS[level][version - 1],
        ec_codewords_per_block=_EC_CODEWORDS_PER_BLOCK[level][version - 1],
    )


def data_capacity_bits(version: int, level: ErrorLevel) -> int:
    """Data bits of one version and level (Table 7, column "number of data bits")."""
    return 8 * block_structure(version, level).data_codewords
