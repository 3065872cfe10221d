"""The penalty of clause 7.8.3 against qrcodegen, on symbols nobody would print."""

import numpy as np
import pytest
import qrcodegen
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hypothesis_numpy

from vision.iso18004.masking import mask_patterns, penalties, penalty, scoring_field


def witness_penalty(modules: np.ndarray) -> int:
    version = (modules.shape[0] - 17) // 4
    code = qrcodegen.QrCode.encode_segments(
        [], qrcodegen.QrCode.Ecc.LOW, version, version, 0, boostecl=False
    )
    code._modules = modules.tolist()
    return code._get_penalty_score()


@settings(max_examples=120, deadline=None)
@given(modules=hypothesis_numpy.arrays(bool, st.sampled_from([(21, 21), (25, 25), (29, 29)])))
def test_penalty_equals_qrcodegen_on_any_matrix(modules) -> None:
    assert penalty(modules) == witness_penalty(modules)


@settings(max_examples=100, deadline=None)
@given(
    runs=st.lists(st.integers(1, 9), min_size=1, max_size=21),
    starts_dark=st.booleans(),
    across=st.booleans(),
)
def test_penalty_equals_qrcodegen_on_stripes_of_any_width(runs, starts_dark, across) -> None:
    line = np.concatenate(
        [np.full(width, (turn % 2 == 0) == starts_dark) for turn, width in enumerate(runs)]
    )
    line = np.resize(line, 21)
    modules = np.tile(line, (21, 1)) if across else np.tile(line[:, None], (1, 21))
    assert penalty(modules) == witness_penalty(modules)


@pytest.mark.parametrize("scale", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("light_before", [0, 1, 2, 3, 4, 5, 8, 12, 16])
def test_finder_like_pattern_of_any_scale_is_counted_like_qrcodegen(scale, light_before) -> None:
    pattern = np.repeat([True, False, True, True, True, False, True], scale)
    for offset in (light_before, 45 - pattern.size - light_before):
        if not 0 <= offset <= 45 - pattern.size:
            continue
        modules = np.indices((45, 45)).sum(axis=0) % 2 == 0
        modules[20, :] = False
        modules[20, offset : offset + pattern.size] = True
        modules[20, offset : offset + pattern.size] = pattern
        if offset > light_before:
            modules[20, : max(0, offset - light_before)] = True
        assert penalty(modules) == witness_penalty(modules)
        assert penalty(modules.T) == witness_penalty(modules.T)


def test_hand_computed_penalties() -> None:
    # All light, 21 x 21. N1: 42 lines of 21 cost 3 + 16 each; N2: 20 x 20 blocks of 3;
    # N3: none; N4: 50 % away from half, ten steps, the first of which is free.
    assert penalty(np.zeros((21, 21), dtype=bool)) == 42 * 19 + 400 * 3 + 90
    # A chess board has no run, no block, no finder and 221 of 441 dark modules.
    assert penalty(np.indices((21, 21)).sum(axis=0) % 2 == 0) == 0


def test_eight_candidates_are_scored_as_each_alone() -> None:
    rng = np.random.default_rng(7)
    for side in (21, 33, 57):
        candidates = rng.random((8, side, side)) < np.linspace(0.2, 0.9, 8)[:, None, None]
        field = scoring_field(side)
        packed = np.packbits(candidates.reshape(8, -1), axis=0, bitorder="little")[0]
        planes = np.append(packed, np.uint8(0))[field.module_of_byte]
        assert penalties(planes, field).tolist() == [penalty(one) for one in candidates]


def test_mask_patterns_repeat_as_table_10_says() -> None:
    patterns = mask_patterns(21)
    assert patterns.shape == (8, 21, 21)
    assert patterns[:, 0, 0].all()  # every condition holds at (0, 0)
    assert patterns[2, :, 0::3].all()
    assert not patterns[2, :, 1::3].any()
    assert patterns[1, 0::2].all()
    assert not patterns[1, 1::2].any()
