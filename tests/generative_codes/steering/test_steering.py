"""Steered symbols: same payload, valid codewords, as close to the target as the code allows."""

import pickle
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from generative_codes.artwork import Placement, Target, module_target
from generative_codes.errors import PayloadTooLongError
from generative_codes.steering import (
    CROCKFORD,
    MaskChoice,
    PayloadTemplate,
    Steering,
    SteeringError,
)
from generative_codes.symbol import ErrorLevel, make_symbol, place_codewords

URL = PayloadTemplate("https://dj.example/c/", 16)
UPPER = PayloadTemplate("HTTPS://DJ.EXAMPLE/01/09506000134352/21/", 20)
CASES = [(4, "L"), (5, "L"), (6, "M"), (7, "Q"), (8, "L"), (10, "H"), (20, "Q"), (40, "L")]


def serials_of(template, count, seed=0) -> list[str]:
    rng = np.random.default_rng(seed)
    shape = (count, template.serial_characters)
    return ["".join(row) for row in rng.choice(list(template.alphabet), shape)]


def data_codewords(modules, symbol) -> np.ndarray:
    """Read the data codewords off the modules, bit by bit through the layout's map."""
    layout = symbol.layout
    shown = modules ^ layout.base_of_mask[symbol.mask]
    bits = np.zeros(layout.data_bits, np.uint8)
    is_data = (layout.bit_of_module >= 0) & (layout.bit_of_module < layout.data_bits)
    bits[layout.bit_of_module[is_data]] = shown[is_data]
    return np.packbits(bits)


@pytest.mark.parametrize(
    ("template", "version", "level"),
    [
        # The longer address needs version 5 at least.
        pytest.param(template, version, level, id=f"{name}-{version}-{level}")
        for name, template, least in (("byte", URL, 4), ("alphanumeric", UPPER, 5))
        for version, level in CASES
        if version >= least
    ],
)
def test_steered_symbols_read_as_their_payload_and_are_what_qrcodegen_makes_of_their_codewords(
    template, version, level, random_target, qrcodegen_of_codewords, decode, picture
) -> None:
    steering = Steering.solve(template, version, ErrorLevel(level), random_target(17 + 4 * version))
    for index, serial in enumerate(serials_of(template, 8 if version <= 10 else 2)):
        steered = steering.steer(serial, index, refine=index % 2 == 1)
        symbol = steered.symbol
        assert symbol.mask == index
        assert decode(picture(symbol.modules)) == template.payload(serial).encode()
        codewords = data_codewords(symbol.modules, symbol)
        np.testing.assert_array_equal(codewords, symbol.data_codewords)
        witness = qrcodegen_of_codewords(version, ErrorLevel(level), codewords, index)
        np.testing.assert_array_equal(symbol.modules, witness)


@pytest.mark.slow
@pytest.mark.parametrize("version", range(1, 41))
def test_every_version_and_level_is_steered_validly(
    version, random_target, qrcodegen_of_codewords, decode, picture
) -> None:
    template = PayloadTemplate("https://a/", 2)
    for mask, level in enumerate(ErrorLevel, start=version % 4):
        if make_symbol(template.example, level).version > version:
            continue
        target = random_target(17 + 4 * version, version)
        steering = Steering.solve(template, version, level, target)
        steered = steering.steer("7K", mask, refine=version < 30)
        symbol = steered.symbol
        assert decode(picture(symbol.modules)) == b"https://a/7K"
        codewords = data_codewords(symbol.modules, symbol)
        witness = qrcodegen_of_codewords(version, level, codewords, mask)
        np.testing.assert_array_equal(symbol.modules, witness)
        assert steering.pivots > 0


def test_a_solved_design_travels_to_another_process(random_target) -> None:
    steering = Steering.solve(URL, 5, ErrorLevel.L, random_target(37))
    copy = pickle.loads(pickle.dumps(steering))
    serials = serials_of(URL, 5)
    np.testing.assert_array_equal(
        copy.steer_many(serials).modules, steering.steer_many(serials).modules
    )


def test_every_serial_of_a_large_batch_reads_as_its_payload(star, decode, picture) -> None:
    target = module_target(star, 41, Placement(right_modules=-5))
    steering = Steering.solve(URL, 6, ErrorLevel.L, target)
    serials = serials_of(URL, 300)
    batch = steering.steer_many(serials, MaskChoice.PER_CODE)
    for serial, modules in zip(serials, batch.modules, strict=True):
        assert decode(picture(modules)) == URL.payload(serial).encode()


@pytest.mark.parametrize("mask", [MaskChoice.PER_DESIGN, MaskChoice.PER_CODE, 5])
@pytest.mark.parametrize("refine", [False, True])
@pytest.mark.parametrize("budget", [0, 3])
def test_the_batch_is_the_single_symbols(mask, refine, budget, random_target) -> None:
    target = random_target(37, seed=3)
    steering = Steering.solve(URL, 5, ErrorLevel.L, target)
    serials = serials_of(URL, 12)
    batch = steering.steer_many(serials, mask, refine=refine, budget=budget)
    for index, serial in enumerate(serials):
        single = steering.steer(serial, mask, refine=refine, budget=budget)
        np.testing.assert_array_equal(single.symbol.modules, batch.modules[index])
        assert single.symbol.mask == batch.masks[index]
        assert single.spent_codewords == tuple(batch.spent_codewords[index])
        wrong = np.count_nonzero((batch.modules[index] != target.dark)[target.zone])
        assert batch.zone_mismatches[index] == wrong
        assert single.zone_fidelity == pytest.approx(1 - wrong / target.zone.sum())


def test_batches_longer_than_a_chunk_are_whole(random_target) -> None:
    steering = Steering.solve(URL, 5, ErrorLevel.L, random_target(37))
    serials = serials_of(URL, 2_100)
    batch = steering.steer_many(serials)
    for index in (0, 1_023, 1_024, 2_047, 2_048, 2_099):
        expected = place_codewords(
            URL.symbol(URL.payload(serials[index]), ErrorLevel.L, 5, steering.mask),
            steering.steer(serials[index]).symbol.data_codewords,
            steering.mask,
        )
        np.testing.assert_array_equal(batch.modules[index], expected.modules)


def test_an_empty_batch_is_empty(random_target) -> None:
    steering = Steering.solve(URL, 5, ErrorLevel.L, random_target(37))
    assert steering.steer_many([]).modules.shape == (0, 37, 37)
    assert steering.steer_many([], budget=1).spent_codewords.shape == (0, 1)


@given(
    dark=hnp.arrays(np.bool_, (21, 21)),
    importance=hnp.arrays(np.float32, (21, 21), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])),
    mask=st.integers(0, 7),
)
@settings(max_examples=20, deadline=None)
def test_steering_is_the_lexicographic_optimum_over_all_paddings(dark, importance, mask) -> None:
    # 16 bytes in 1-L leave one padding codeword: all 256 symbols can be tried.
    payload = "https://dj.cn/ab"
    target = Target(dark, importance.astype(np.float32), np.ones((21, 21), bool))
    steered = Steering.solve(PayloadTemplate(payload), 1, ErrorLevel.L, target).steer(mask=mask)
    plain = make_symbol(payload, ErrorLevel.L, 1, mask)
    assert list(plain.free_bits) == list(range(144, 152))
    block = plain.layout.bit_of_module >= 0
    flat_bits = plain.layout.bit_of_module[block]
    order = np.argsort(flat_bits)  # within a block ties go by message bit
    weights, wanted = importance[block][order], dark[block][order]
    falling = np.argsort(-weights, kind="stable")[: np.count_nonzero(weights)]

    def matches(modules) -> list[bool]:
        return (modules[block][order] == wanted)[falling].tolist()

    best = max(matches(modules) for modules in all_paddings(payload, mask))
    assert matches(steered.symbol.modules) == best


@lru_cache(maxsize=8)
def all_paddings(payload, mask) -> list[np.ndarray]:
    plain = make_symbol(payload, ErrorLevel.L, 1, mask)
    kept = plain.data_codewords[:18]
    pads = np.arange(256, dtype=np.uint8)
    return [place_codewords(plain, np.append(kept, pad), mask).modules for pad in pads]


@given(seed=st.integers(0, 2**32 - 1), version=st.integers(3, 9), level=st.sampled_from(ErrorLevel))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_target_leaves_the_payload_alone_and_refining_never_harms(
    seed, version, level, random_target, decode, picture
) -> None:
    payload = f"https://dj.cn/{seed % 1000}"
    target = random_target(17 + 4 * version, seed)
    steering = Steering.solve(PayloadTemplate(payload), version, level, target)
    plain = PayloadTemplate(payload).symbol(payload, level, version, steering.mask)
    steered, refined = steering.steer(), steering.steer(refine=True)
    for result in (steered, refined):
        assert decode(picture(result.symbol.modules)) == payload.encode()

    def loss(symbol) -> float:
        return float(target.importance[symbol.modules != target.dark].sum())

    assert loss(refined.symbol) <= loss(steered.symbol) + 1e-3
    if len(plain.free_bits) > 60:
        assert loss(steered.symbol) < loss(plain)


def test_modules_that_do_not_matter_keep_the_standard_padding() -> None:
    side = 37
    nothing = Target(
        np.zeros((side, side), bool),
        np.zeros((side, side), np.float32),
        np.zeros((side, side), bool),
    )
    steering = Steering.solve(URL, 5, ErrorLevel.L, nothing)
    serial = "7K3M9QXP2HTC5W8D"
    plain = URL.symbol(URL.payload(serial), ErrorLevel.L, 5, 4)
    np.testing.assert_array_equal(steering.steer(serial, 4).symbol.modules, plain.modules)
    assert steering.pivots == 0


@pytest.mark.parametrize(("version", "level"), [(5, "L"), (8, "L"), (8, "H"), (20, "M")])
def test_where_every_module_matters_every_free_bit_sets_one(version, level, random_target) -> None:
    noise = random_target(17 + 4 * version)
    whole = Target(noise.dark, np.maximum(noise.importance, np.float32(0.01)), noise.zone)
    steering = Steering.solve(URL, version, ErrorLevel(level), whole)
    free = len(URL.symbol(URL.example, ErrorLevel(level), version).free_bits)
    assert steering.pivots == free
    is_right = steering.steer("0" * 16).symbol.modules == whole.dark
    assert np.count_nonzero(is_right) > free


def test_a_full_symbol_has_nothing_to_steer_and_stays_itself(random_target) -> None:
    payload = "x" * 17  # version 1-L holds exactly 17 bytes
    steering = Steering.solve(PayloadTemplate(payload), 1, ErrorLevel.L, random_target(21))
    plain = make_symbol(payload, ErrorLevel.L, 1, 2)
    np.testing.assert_array_equal(steering.steer(mask=2, refine=True).symbol.modules, plain.modules)


def test_the_design_mask_is_the_best_in_the_zone_within_one_percent(star) -> None:
    target = module_target(star, 41)
    steering = Steering.solve(URL, 6, ErrorLevel.L, target)
    serial = CROCKFORD[0] * 16
    by_mask = [steering.steer(serial, mask).zone_fidelity for mask in range(8)]
    assert max(by_mask) - by_mask[steering.mask] <= 0.01 + 1e-9
    chosen = steering.steer(serial, MaskChoice.PER_CODE)
    assert chosen.zone_fidelity == max(by_mask)


def test_the_mask_of_each_code_is_the_one_with_the_fewest_wrong_modules_in_the_zone(
    random_target,
) -> None:
    target = random_target(41, seed=12)  # half of the zone has no importance
    steering = Steering.solve(URL, 6, ErrorLevel.L, target)
    serials = serials_of(URL, 30)
    by_mask = [steering.steer_many(serials, mask).zone_mismatches for mask in range(8)]
    chosen = steering.steer_many(serials, MaskChoice.PER_CODE)
    np.testing.assert_array_equal(chosen.zone_mismatches, np.min(by_mask, axis=0))
    assert len(set(chosen.masks)) > 1


def test_protected_modules_come_first(random_target) -> None:
    target = random_target(41, seed=8)
    area = np.zeros((41, 41), bool)
    area[20:26, 10:16] = True  # 36 modules in the middle: far from fixed codewords
    whole = Target(target.dark, np.maximum(target.importance, np.float32(0.01)), target.zone)
    steering = Steering.solve(
        PayloadTemplate("https://dj.cn/1"), 6, ErrorLevel.L, whole.protected(area)
    )
    modules = steering.steer().symbol.modules
    assert (modules == target.dark)[area].all()


def test_wrong_requests_are_refused_with_the_nearest_thing_that_works(random_target) -> None:
    steering = Steering.solve(URL, 5, ErrorLevel.L, random_target(37))
    for wrong in (8, -1, True, "3"):
        with pytest.raises(SteeringError, match="0 to 7"):
            steering.steer("0" * 16, wrong)
    with pytest.raises(SteeringError, match="16 characters"):
        steering.steer("0")
    with pytest.raises(SteeringError, match="41"):
        Steering.solve(URL, 6, ErrorLevel.L, random_target(37))
    with pytest.raises(PayloadTooLongError, match="It fits into version"):
        Steering.solve(URL, 1, ErrorLevel.L, random_target(21))
