"""What the standard itself prints: its worked example, figures and tables."""

from pathlib import Path

import numpy as np
import pytest

from generative_codes.iso18004.bitstream import Mode, max_characters
from generative_codes.symbol import ErrorLevel, Role, layout_of, make_symbol
from vision.iso18004.placement import format_information, version_information
from vision.iso18004.reed_solomon import generator_polynomial
from vision.iso18004.versions import (
    alignment_centres,
    block_structure,
    encoding_region_modules,
)

L, M, Q, H = ErrorLevel
GOLDEN = Path(__file__).parent / "golden"


def read_golden(name: str) -> np.ndarray:
    rows = (GOLDEN / name).read_text(encoding="ascii").split()
    return np.array([[digit == "1" for digit in row] for row in rows])


def test_annex_i_example_has_the_published_codewords() -> None:
    symbol = make_symbol("01234567", M, version=1)
    assert symbol.data_codewords.tobytes() == bytes.fromhex("10200C566180EC11EC11EC11EC11EC11")
    correction = symbol.layout.encoder.encode(symbol.data_codewords)
    assert correction.tobytes() == bytes.fromhex("A524D4C1ED36C7872C55")


@pytest.mark.parametrize(
    ("name", "payload", "version", "level", "mask"),
    [
        ("iso18004_figure_i2_01234567_1m_mask2.txt", "01234567", 1, M, 2),
        ("iso18004_figure_1_qr_code_symbol_1m_mask5.txt", "QR Code Symbol", 1, M, 5),
    ],
)
def test_figure_of_the_standard_is_reproduced(name, payload, version, level, mask) -> None:
    golden = read_golden(name)
    symbol = make_symbol(payload, level, version, mask)
    np.testing.assert_array_equal(symbol.modules, golden)


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.glob("dianjin_*.txt")))
def test_golden_symbol_stays_as_it_is(name) -> None:
    _, payload, version_level, mask = name.removesuffix(".txt").split("_")
    texts = {"url": "HTTPS://EXAMPLE.COM/01/06951234567892/21/7K3M9QXP2H", "text": "点金码 Dianjin"}
    version, level = int(version_level[:-1]), ErrorLevel(version_level[-1].upper())
    symbol = make_symbol(texts[payload], level, version, int(mask.removeprefix("mask")))
    np.testing.assert_array_equal(symbol.modules, read_golden(name))


# ISO/IEC 18004:2015, Table 7: numeric, alphanumeric and byte capacities.
@pytest.mark.parametrize(
    ("version", "level", "numeric", "alphanumeric", "byte"),
    [
        (1, L, 41, 25, 17),
        (1, M, 34, 20, 14),
        (1, Q, 27, 16, 11),
        (1, H, 17, 10, 7),
        (5, Q, 144, 87, 60),
        (9, L, 552, 335, 230),
        (10, L, 652, 395, 271),
        (26, H, 1425, 864, 593),
        (27, L, 3517, 2132, 1465),
        (40, L, 7089, 4296, 2953),
        (40, M, 5596, 3391, 2331),
        (40, Q, 3993, 2420, 1663),
        (40, H, 3057, 1852, 1273),
    ],
)
def test_capacity_is_that_of_table_7(version, level, numeric, alphanumeric, byte) -> None:
    given = [max_characters(mode, version, level) for mode in Mode]
    assert given == [numeric, alphanumeric, byte]


# ISO/IEC 18004:2015, Table 1: data modules without function patterns; remainder bits.
@pytest.mark.parametrize(
    ("version", "modules", "remainder"),
    [
        (1, 208, 0),
        (2, 359, 7),
        (6, 1383, 7),
        (7, 1568, 0),
        (14, 4651, 3),
        (21, 9252, 4),
        (32, 19723, 3),
        (40, 29648, 0),
    ],
)
def test_data_modules_are_those_of_table_1(version, modules, remainder) -> None:
    assert encoding_region_modules(version) == modules
    for level in ErrorLevel:
        roles = layout_of(version, level).roles
        assert int((roles <= Role.REMAINDER).sum()) == modules
        assert int((roles == Role.REMAINDER).sum()) == remainder


def test_blocks_of_5q_are_those_of_table_9() -> None:
    structure = block_structure(5, Q)  # (33, 15, 9) x 2 and (34, 16, 9) x 2
    assert structure.total_codewords == 134
    assert (structure.short_blocks, structure.blocks) == (2, 4)
    assert (structure.short_data_codewords, structure.long_data_codewords) == (15, 16)


def test_generator_polynomial_of_degree_7_is_that_of_annex_a() -> None:
    # x^7 + a^87 x^6 + a^229 x^5 + a^146 x^4 + a^149 x^3 + a^238 x^2 + a^102 x + a^21
    assert generator_polynomial(7) == (1, 127, 122, 154, 164, 11, 68, 117)


def test_format_information_of_the_standards_example() -> None:
    # 7.9.1: level M and mask 101 give 100000011001110.
    assert format_information(M, 0b101) == 0b100000011001110


def test_version_information_of_the_standards_example() -> None:
    # Annex D: version 7 gives 000111110010010100.
    assert version_information(7) == 0b000111110010010100


def test_alignment_centres_are_those_of_table_e1() -> None:
    assert alignment_centres(1) == ()
    assert alignment_centres(32) == (6, 34, 60, 86, 112, 138)
    assert alignment_centres(36) == (6, 24, 50, 76, 102, 128, 154)


def test_role_map_of_version_7_has_every_part_in_its_size() -> None:
    roles = layout_of(7, H).roles
    counts = {role: int((roles == role).sum()) for role in Role}
    assert counts[Role.FINDER] == 3 * 49
    assert counts[Role.SEPARATOR] == 3 * 15
    assert counts[Role.FORMAT] == 2 * 15
    assert counts[Role.DARK] == 1
    assert counts[Role.VERSION] == 2 * 18
    assert counts[Role.ALIGNMENT] == 6 * 25
    # Two lines of 45 - 16 modules, each crossed by one alignment pattern of 5.
    assert counts[Role.TIMING] == 2 * (45 - 16 - 5)
    assert counts[Role.DATA] == 8 * 66
    assert counts[Role.ERROR_CORRECTION] == 8 * 130
    assert sum(counts.values()) == 45 * 45
