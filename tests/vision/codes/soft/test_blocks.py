"""Reed-Solomon blocks at the edge of what they can carry; the truth is slow arithmetic."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.codes.soft.reed_solomon import correct_block


def times(a, b):
    """Product in GF(256) by shift and add (Russian peasants)."""
    total = 0
    while b:
        if b & 1:
            total ^= a
        a, b = a << 1, b >> 1
        if a & 0x100:
            a ^= 0x11D
    return total


def codeword(data, checks):
    """Data then checks, by long division."""
    generator = [1]
    root = 1
    for _ in range(checks):
        scaled = [0, *(times(c, root) for c in generator)]
        generator = [a ^ b for a, b in zip([*generator, 0], scaled, strict=True)]
        root = times(root, 2)
    rest = [*data, *[0] * checks]
    for index in range(len(data)):
        lead = rest[index]
        if lead:
            for offset, c in enumerate(generator):
                rest[index + offset] ^= times(c, lead)
    return np.array([*data, *rest[len(data) :]], np.uint8)


# (codewords, checks) of the shorter blocks of twenty versions and levels: ISO/IEC 18004, table 9.
BLOCKS = [
    (26, 7), (26, 10), (26, 13), (26, 17), (44, 10), (44, 28), (70, 15), (35, 18), (35, 22),
    (100, 20), (25, 16), (134, 26), (33, 18), (33, 22), (86, 18), (43, 16), (146, 30), (107, 22),
    (47, 24), (45, 15),
]  # fmt: skip


@pytest.mark.parametrize(("length", "checks"), BLOCKS)
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_block_is_mended_at_full_capacity(length, checks, share):
    rng = np.random.default_rng(length * checks)
    sent = codeword(rng.integers(0, 256, length - checks).tolist(), checks)
    erasures = round(share * checks)
    errors = (checks - erasures) // 2
    places = rng.permutation(length)[: erasures + errors]
    received = sent.copy()
    received[places] ^= rng.integers(1, 256, places.size).astype(np.uint8)
    found = correct_block(received, checks, places[:erasures].tolist())
    assert found is not None
    np.testing.assert_array_equal(found.codewords, sent)
    assert (found.errors, found.erasures) == (errors, erasures)


@pytest.mark.parametrize(("length", "checks"), BLOCKS)
def test_block_beyond_capacity_is_never_given_back_as_it_was_sent(length, checks):
    rng = np.random.default_rng(checks)
    sent = codeword(rng.integers(0, 256, length - checks).tolist(), checks)
    received = sent.copy()
    places = rng.permutation(length)[: checks // 2 + 1]
    received[places] ^= rng.integers(1, 256, places.size).astype(np.uint8)
    found = correct_block(received, checks)
    assert found is None or not np.array_equal(found.codewords, sent)


def test_more_erasures_than_checks_are_refused():
    assert correct_block(np.zeros(26, np.uint8), 10, list(range(11))) is None


def test_clean_block_stays_as_it_is():
    sent = codeword(range(16), 10)
    found = correct_block(sent, 10)
    assert (found.errors, found.erasures) == (0, 0)
    np.testing.assert_array_equal(found.codewords, sent)


@given(st.binary(min_size=26, max_size=26), st.sets(st.integers(0, 25), max_size=5))
@settings(max_examples=300, deadline=None)
def test_random_words_are_not_accepted_beyond_chance(word, erased):
    # 13 checks, 5 erased: 4 errors. A random word is as near as that to a codeword with a chance
    # of C(21, 4) 255^4 / 256^8 < 2e-6.
    received = np.frombuffer(word, np.uint8)
    found = correct_block(received, 13, sorted(erased))
    if found is not None:
        # Hypothesis likes simple words: all that it may find are true codewords nearby.
        np.testing.assert_array_equal(codeword(found.codewords[:13].tolist(), 13), found.codewords)
        assert 2 * found.errors + found.erasures <= 13


def test_noise_is_accepted_no_more_often_than_chance():
    rng = np.random.default_rng(9)
    words = rng.integers(0, 256, (1500, 26), dtype=np.uint8)
    assert all(correct_block(word, 13) is None for word in words)
