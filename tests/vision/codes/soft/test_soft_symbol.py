"""Soft reading of whole symbols, against another encoder's modules and another decoder."""

import numpy as np
import pytest
import segno

from vision.codes.budget import Budget
from vision.codes.finding.triples import Place
from vision.codes.lattice.grid_map import GridMap, node_coordinates
from vision.codes.lattice.growth import GrownMap
from vision.codes.soft.modules_decoder import decode_modules
from vision.codes.soft.qr_symbol import decode_soft, pattern_agreement, with_ideal_patterns
from vision.codes.soft.reliability import module_reliability
from vision.codes.soft.sampling import by_extremes, by_level_fields, threshold_rules

PAIRS = [(version, level) for version in (1, 2, 4, 7, 13) for level in ("l", "m", "q", "h")]


def symbol(version, level, text="soft reading"):
    code = segno.make(text[: 6 + version], version=version, error=level, boost_error=False)
    return np.array(list(code.matrix), dtype=bool), text[: 6 + version]


def signed_of(modules):
    return np.where(modules, -1.0, 1.0).astype(np.float32)


def far_off():
    return Budget.of_ms(60_000)


@pytest.mark.parametrize(("version", "level"), PAIRS)
def test_clean_symbol_is_read_as_it_was_made(version, level):
    modules, text = symbol(version, level)
    sure = np.ones(modules.shape, np.float32)
    soft = decode_soft(signed_of(modules), sure, version, far_off())
    np.testing.assert_array_equal(soft.modules, modules)
    assert (soft.errors, soft.erasures) == (0, 0)
    assert str(soft.level).lower().startswith(level) or soft.level.name.lower().startswith(level)
    assert decode_modules(modules).text == text


@pytest.mark.parametrize("version", [5, 9])
def test_washed_out_part_is_read_where_the_plain_decoder_gives_up(version):
    modules, text = symbol(version, "m")
    side = len(modules)
    signed, sure = signed_of(modules), np.ones(modules.shape, np.float32)
    # Glare from the lower right: about a fifth of all modules, white.
    row, column = np.mgrid[:side, :side]
    glare = (side - 1 - row) ** 2 + (side - 1 - column) ** 2 < (0.5 * side) ** 2
    signed[glare], sure[glare] = 1.0, 0.0
    assert decode_modules(with_ideal_patterns(signed, version)) is None
    soft = decode_soft(signed, sure, version, far_off())
    assert soft.erasures > 0
    np.testing.assert_array_equal(soft.modules, modules)
    assert decode_modules(soft.modules).text == text


def test_one_copy_of_the_format_is_enough():
    modules, _ = symbol(3, "q")
    signed = signed_of(modules)
    signed[8, :9] = signed[:9, 8] = 0
    soft = decode_soft(signed, np.ones(modules.shape, np.float32), 3, far_off())
    np.testing.assert_array_equal(soft.modules, modules)


def test_symbol_without_any_format_is_refused():
    modules, _ = symbol(3, "q")
    signed = signed_of(modules)
    signed[8] = signed[:, 8] = 0
    assert decode_soft(signed, np.ones(modules.shape, np.float32), 3, far_off()) is None


def test_random_grids_are_never_accepted():
    rng = np.random.default_rng(11)
    for index in range(150):
        version = 1 + index % 6
        side = 17 + 4 * version
        signed = rng.choice(np.array((-1, 1), np.float32), (side, side))
        sure = rng.random((side, side)).astype(np.float32)
        soft = decode_soft(signed, sure, version, far_off())
        assert soft is None or decode_modules(soft.modules) is None


def test_true_format_over_random_data_is_never_accepted():
    rng = np.random.default_rng(12)
    for index in range(150):
        version, level = 1 + index % 6, "lmqh"[index % 4]
        modules, _ = symbol(version, level)
        signed = signed_of(modules)
        inner = signed[9:, 9:]
        inner[...] = rng.choice(np.array((-1, 1), np.float32), inner.shape)
        sure = rng.random(signed.shape).astype(np.float32)
        soft = decode_soft(signed, sure, version, far_off())
        assert soft is None or decode_modules(soft.modules) is None


def test_spent_budget_reads_nothing():
    modules, _ = symbol(2, "m")
    signed = signed_of(modules)
    assert decode_soft(signed, np.abs(signed), 2, Budget.of_ms(0)) is None


@pytest.mark.parametrize("lost", Place)
def test_lost_finder_does_not_count_against_the_others(lost):
    modules, _ = symbol(4, "m")
    signed = signed_of(modules)
    row, column = {0: (0, 0), 1: (0, 25), 2: (25, 0)}[lost]
    signed[row : row + 8, column : column + 8] *= -1
    assert pattern_agreement(signed, 4, lost).finder == 1
    assert pattern_agreement(signed, 4).finder == pytest.approx(2 / 3, abs=0.01)


def test_patterns_are_mended_before_decoding():
    modules, text = symbol(4, "l")
    signed = signed_of(modules)
    signed[:7, :7] = signed[6, 8:-8] = 1
    mended = with_ideal_patterns(signed, 4)
    np.testing.assert_array_equal(mended, modules)
    assert decode_modules(mended).text == text


def sheet(modules, dark=40.0, light=200.0):
    """Module means with a margin of four light modules."""
    level = np.full(np.array(modules.shape) + 8, light, np.float32)
    level[4:-4, 4:-4][modules] = dark
    return level


def test_every_rule_parts_modules_under_a_shadow():
    modules, _ = symbol(5, "m")
    level = sheet(modules)
    ramp = np.linspace(0.25, 1.0, len(level), dtype=np.float32)
    level *= ramp[None, :] * ramp[:, None]
    rules = list(threshold_rules(level))
    assert len(rules) == 5
    for rule in rules:
        np.testing.assert_array_equal(rule.symbol < 0, modules)


def test_signed_levels_are_one_at_the_local_levels():
    modules, _ = symbol(5, "m")
    level = sheet(modules)
    for rule in (by_extremes(level, 7), by_level_fields(level, level - 120, 3.0)):
        np.testing.assert_allclose(np.abs(rule.symbol), 1, atol=0.04)


def grown_over(modules, across_px, coherence=None):
    """A map whose modules are `across_px` wide (per column) and 5 px high."""
    size = len(modules)
    at = node_coordinates(size)
    edges = np.concatenate(([0.0], np.cumsum(across_px)))
    x = np.interp(at, np.arange(size + 1), edges)
    x += np.where(at < 0, 5 * at, 0) + np.where(at > size, 5 * (at - size), 0)
    nodes = np.stack(np.meshgrid(x, 5 * at), axis=-1).astype(np.float32)
    full = np.ones(modules.shape, np.float32)
    trusted = np.ones(modules.shape, bool)
    return GrownMap(
        GridMap(size, nodes), full if coherence is None else coherence, trusted, 0.0, True
    )


def test_modules_behind_the_limb_are_unknown_however_black():
    modules, _ = symbol(3, "m")
    across = np.full(29, 5.0)
    across[-6:] = 0.7
    levels = by_extremes(sheet(modules), 7)
    sure = module_reliability(levels, grown_over(modules, across))
    assert (sure[:, -6:] == 0).all()
    assert sure[:, :-8].min() > 0.9


def test_modules_in_glare_and_off_the_lattice_are_doubted():
    modules, _ = symbol(3, "m")
    level = sheet(modules)
    level[20:33, 20:33] = 200 + 0.05 * (level[20:33, 20:33] - 200)
    coherence = np.ones(modules.shape, np.float32)
    coherence[10:14, 2:6] = -0.4
    grown = grown_over(modules, np.full(29, 5.0), coherence)
    sure = module_reliability(by_extremes(level, 7), grown)
    assert sure[20:26, 20:26].max() < 0.2
    assert sure[10:14, 2:6].max() <= 0.06
    assert sure[:8, :8].min() > 0.9
