"""The soft decoders under codewords and module levels that no camera gives."""

import time

import numpy as np
import pytest
import segno
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vision.codes.budget import Budget
from vision.codes.soft.qr_symbol import decode_soft, pattern_agreement, with_ideal_patterns
from vision.codes.soft.reed_solomon import correct_block
from vision.codes.soft.sampling import by_extremes, threshold_rules
from vision.iso18004.layout import layout_of
from vision.iso18004.versions import ErrorLevel

AMPLE_MS = 60_000
# GF(256) of ISO/IEC 18004:2015, Annex A, by repeated doubling: no table of the product is used.
FIELD = 0b1_0001_1101


def times(a, b):
    product = 0
    while b:
        product ^= a * (b & 1)
        a, b = a << 1, b >> 1
        if a & 0x100:
            a ^= FIELD
    return product


def is_codeword(word, checks):
    """Whether the polynomial vanishes at 2^0 .. 2^(checks - 1), by Horner's rule."""
    root = 1
    for _ in range(checks):
        value = 0
        for codeword in word:
            value = times(value, root) ^ int(codeword)
        if value:
            return False
        root = times(root, 2)
    return True


def signed_of(version, error="m"):
    dark = np.array(
        [
            list(row)
            for row in segno.make_qr("x", version=version, error=error, boost_error=False).matrix
        ]
    )
    return np.where(dark, -1.0, 1.0).astype(np.float32)


def test_a_block_of_nothing_but_checks_is_the_zero_word():
    found = correct_block(np.zeros(7, np.uint8), 7)
    assert found is not None
    assert not found.codewords.any()


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_whatever_comes_in_only_a_codeword_near_it_comes_out(data):
    checks = data.draw(st.integers(1, 30))
    length = data.draw(st.integers(checks + 1, 80))
    received = data.draw(arrays.arrays(np.uint8, length))
    erased = data.draw(st.lists(st.integers(0, length - 1), max_size=checks + 4, unique=True))
    before = received.copy()

    found = correct_block(received, checks, erased)

    assert (received == before).all()
    if found is None:
        return
    assert is_codeword(found.codewords, checks)
    kept = np.setdiff1d(np.arange(length), erased)
    wrong = int((found.codewords[kept] != received[kept]).sum())
    assert 2 * wrong + len(erased) <= checks


@pytest.mark.parametrize("erased", [[0, 0], [0, 0, 0, 0], [5, 5, 9, 9, 9]])
def test_a_codeword_that_is_erased_twice_gives_no_wrong_block(erased):
    received = np.random.default_rng(2).integers(0, 256, 30, dtype=np.uint8)
    found = correct_block(received, 10, erased)
    assert found is None or is_codeword(found.codewords, 10)


def test_the_longest_block_is_refused_in_a_moment():
    received = np.random.default_rng(5).integers(0, 256, 255, dtype=np.uint8)
    started = time.thread_time()
    assert correct_block(received, 68, list(range(40))) is None
    assert time.thread_time() - started < 0.25


SPECIALS = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1e38, -1e38, 1e-45)


@settings(max_examples=40, deadline=None)
@given(
    arrays.arrays(np.float32, (25, 25), elements=st.sampled_from(SPECIALS)),
    arrays.arrays(np.float32, (25, 25), elements=st.sampled_from(SPECIALS)),
)
@example(np.zeros((25, 25), np.float32), np.zeros((25, 25), np.float32))
@example(np.full((25, 25), np.nan, np.float32), np.full((25, 25), np.nan, np.float32))
@example(signed_of(2), np.full((25, 25), np.nan, np.float32))
@example(signed_of(2) * np.float32(np.inf), np.full((25, 25), -np.inf, np.float32))
def test_levels_that_are_no_numbers_never_raise_or_read(signed, reliability):
    agreement = pattern_agreement(signed, 2)
    assert all(0 <= share <= 1 for share in (agreement.finder, agreement.timing))
    assert with_ideal_patterns(signed, 2).dtype == np.bool_
    soft = decode_soft(signed, reliability, 2, Budget.of_ms(AMPLE_MS))
    if soft is not None:
        # Only the true symbol, which the examples hold, may come out.
        assert (soft.modules == (signed_of(2) < 0)).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.4), st.sampled_from([1, 2, 5]))
def test_a_symbol_whose_levels_are_partly_lost_is_read_right_or_not_at_all(seed, share, version):
    rng = np.random.default_rng(seed)
    truth = signed_of(version)
    is_lost = rng.random(truth.shape) < share
    signed = np.where(is_lost, rng.choice(np.array(SPECIALS), truth.shape), truth)
    # Modules that are lost are said to be certain: the worst that reliabilities can do.
    sure = np.where(is_lost, 1.0, rng.random(truth.shape)).astype(np.float32)
    soft = decode_soft(signed.astype(np.float32), sure, version, Budget.of_ms(AMPLE_MS))
    assert soft is None or (soft.modules == (truth < 0)).all()


@pytest.mark.parametrize("filling", SPECIALS)
def test_threshold_rules_take_any_level(filling):
    level = np.full((33, 33), filling, np.float32)
    with np.errstate(all="ignore"):
        rules = list(threshold_rules(level))
    assert len(rules) == 5
    assert all(rule.symbol.shape == (25, 25) for rule in rules)


def test_a_field_of_one_level_says_nothing_of_any_module():
    signed = by_extremes(np.full((33, 33), 90, np.float32), 7).symbol
    assert float(np.abs(signed).max()) < 1e-4


@pytest.mark.parametrize("version", [1, 40])
def test_the_largest_symbol_of_noise_is_refused_within_its_budget(version):
    side = 17 + 4 * version
    rng = np.random.default_rng(version)
    signed = rng.choice(np.array([-1, 1], np.float32), (side, side))
    # Format information that is right: level L, mask 0, so that the blocks are tried.
    truth = signed_of(version, "l")
    signed[:9, :9], signed[:9, -8:], signed[-8:, :9] = (
        truth[:9, :9],
        truth[:9, -8:],
        truth[-8:, :9],
    )
    started = time.thread_time()
    assert decode_soft(signed, np.abs(signed), version, Budget.of_ms(AMPLE_MS)) is None
    assert time.thread_time() - started < 1.0


def random_grids(count, version, seed):
    """Symbols whose patterns are perfect, whose format is right and whose data is noise."""
    truth = signed_of(version, "h" if seed % 2 else "l")
    rng = np.random.default_rng(seed)
    keep = np.zeros(truth.shape, bool)
    keep[:9, :9] = keep[:9, -8:] = keep[-8:, :9] = True
    for _ in range(count):
        noise = rng.choice(np.array([-1, 1], np.float32), truth.shape)
        yield np.where(keep, truth, noise).astype(np.float32), rng


def accepted_of(count, version, seed):
    accepted = 0
    for signed, rng in random_grids(count, version, seed):
        reliability = rng.random(signed.shape).astype(np.float32)
        soft = decode_soft(signed, reliability, version, Budget.of_ms(AMPLE_MS))
        accepted += soft is not None
    return accepted


@pytest.mark.parametrize(("version", "seed"), [(1, 0), (1, 1), (2, 0), (3, 1), (7, 0)])
def test_grids_of_noise_are_not_accepted_even_with_erasures(version, seed):
    """A block with k checks in hand passes by chance about once in 256^k / (its tries)."""
    assert accepted_of(30, version, seed) == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("version", [1, 2, 3, 4, 7, 10, 20, 40])
def test_two_thousand_grids_of_noise_are_not_accepted(version, seed):
    count = 250 if version <= 4 else 100 if version <= 10 else 12
    assert accepted_of(count, version, 100 + seed) == 0


@pytest.mark.parametrize(("lost", "spare"), [(0, 7), (1, None), (4, 3), (5, None)])
def test_the_weakest_symbol_keeps_three_checks_that_prove_it(lost, spare):
    """Version 1-L has 7 checks: four codewords may be erased, a fifth leaves too little proof."""
    layout = layout_of(1, ErrorLevel.L)
    assert layout.structure.ec_codewords_per_block == 7
    truth = signed_of(1, "l")
    codeword = layout.bit_of_module // 8
    # The first check codewords: erased they leave the data, and the proof, to the others.
    is_lost = (codeword >= 19) & (codeword < 19 + lost)
    signed = np.where(is_lost, -truth, truth)
    reliability = np.where(is_lost, 0.0, 1.0).astype(np.float32)

    soft = decode_soft(signed, reliability, 1, Budget.of_ms(AMPLE_MS))

    if lost == 5:
        assert soft is None
        return
    assert soft is not None
    assert (soft.modules == (truth < 0)).all()
    if spare is not None:
        assert soft.spare_checks == spare
