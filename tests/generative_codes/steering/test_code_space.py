"""Rows of the blocks' codes, bit packing and elimination over GF(2)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from generative_codes.steering.code_space import block_spaces, eliminate, pack, unpack
from generative_codes.symbol import ErrorLevel, layout_of

EVERY_STRUCTURE = [(1, "L"), (3, "H"), (5, "Q"), (8, "L"), (10, "M"), (15, "H"), (27, "Q")]


@pytest.mark.parametrize(("version", "level"), EVERY_STRUCTURE)
def test_rows_are_what_qrcodegen_shows_for_single_data_bits(
    version, level, qrcodegen_of_codewords
) -> None:
    level = ErrorLevel(level)
    layout = layout_of(version, level)
    zero = np.zeros(layout.structure.data_codewords, np.uint8)
    still = qrcodegen_of_codewords(version, level, zero, 3)
    spaces = block_spaces(version, level)
    for space in (spaces[0], spaces[-1]):
        for bit in (0, 7, space.data_bits // 2, space.data_bits - 1):
            codewords = zero.copy()
            message_bit = space.message_bits[bit]
            codewords[message_bit // 8] = 0x80 >> (message_bit % 8)
            changed = qrcodegen_of_codewords(version, level, codewords, 3) ^ still
            expected = np.zeros(changed.size, np.uint8)
            expected[space.module_of_bit] = space.rows(bit, bit + 1)[0]
            np.testing.assert_array_equal(changed.reshape(-1), expected)


@pytest.mark.parametrize("version", [1, 7, 20, 40])
@pytest.mark.parametrize("level", list(ErrorLevel))
def test_blocks_share_no_bit_and_leave_none_out(version, level) -> None:
    bits = np.concatenate([space.message_bits for space in block_spaces(version, level)])
    total = 8 * layout_of(version, level).structure.total_codewords
    np.testing.assert_array_equal(np.sort(bits), np.arange(total))


@given(hnp.arrays(np.bool_, st.tuples(st.integers(1, 5), st.integers(1, 200))))
def test_packing_loses_nothing(bits) -> None:
    words = pack(bits)
    assert words.shape == (bits.shape[0], -(-bits.shape[1] // 64))
    np.testing.assert_array_equal(unpack(words, bits.shape[1]), bits)


@given(
    hnp.arrays(
        np.uint8, st.tuples(st.integers(1, 7), st.integers(1, 80)), elements=st.integers(0, 1)
    )
)
def test_elimination_keeps_the_span_and_gives_each_pivot_one_row(rows) -> None:
    width = rows.shape[1]
    order = np.arange(width, dtype=np.intp)[::-1]
    found = eliminate(rows, order)
    reduced = unpack(found.rows, width)
    np.testing.assert_array_equal(reduced[:, found.pivots], np.eye(len(found.pivots)))
    assert span_of(rows) == span_of(reduced)
    # The greedy choice: a bit left of all pivots so far is a pivot unless it depends on them.
    assert list(found.pivots) == sorted(found.pivots, reverse=True)


def span_of(rows) -> set[bytes]:
    sums = {bytes(rows.shape[1])}
    for row in rows:
        sums |= {bytes(np.frombuffer(total, np.uint8) ^ row) for total in sums}
    return sums


def test_elimination_of_no_rows_has_no_pivots() -> None:
    found = eliminate(np.zeros((0, 70), np.uint8), np.arange(70))
    assert found.pivots.size == 0
    assert not found.combine(np.zeros(0, bool)).any()
