"""The error budget: spent knowingly, reported, and never beyond what readers mend."""

import numpy as np
import pytest

from generative_codes.artwork import module_target
from generative_codes.steering import (
    PayloadTemplate,
    Steering,
    SteeringError,
    most_spendable,
)
from generative_codes.symbol import ErrorLevel, layout_of, place_codewords

URL = PayloadTemplate("https://dj.example/c/", 16)


def wrong_codewords(shown, valid) -> list[int]:
    """Codewords per block in which two symbols differ, counted through the layout's maps."""
    layout = valid.layout
    is_different = shown != valid.modules
    assert not is_different[layout.bit_of_module < 0].any(), "a function pattern was touched"
    codewords = layout.bit_of_module[is_different] // 8
    blocks = layout.block_of_module[is_different]
    return [np.unique(codewords[blocks == b]).size for b in range(layout.structure.blocks)]


@pytest.mark.parametrize(
    ("version", "level", "budget"),
    # ISO/IEC 18004:2015, Table 9: 26, 18 (x 2), 24 (x 2), 26 (x 5), 28 (x 8) per block.
    [(5, "L", 11), (6, "L", 7), (8, "L", 10), (7, "H", 11), (10, "H", 12), (10, "H", 1)],
)
def test_spent_codewords_are_reported_never_exceed_the_budget_and_are_mended_by_a_reader(
    version, level, budget, random_target, decode, picture
) -> None:
    target = random_target(17 + 4 * version, seed=version)
    steering = Steering.solve(URL, version, ErrorLevel(level), target)
    for index in range(6):
        serial = f"{index:016d}"
        free = steering.steer(serial, index)
        spent = steering.steer(serial, index, budget=budget)
        payload = URL.payload(serial)
        valid = place_codewords(
            URL.symbol(payload, ErrorLevel(level), version, index),
            spent.symbol.data_codewords,
            index,
        )
        assert list(spent.spent_codewords) == wrong_codewords(spent.symbol.modules, valid)
        assert max(spent.spent_codewords) <= budget
        assert sum(spent.spent_codewords) > 0
        assert spent.fidelity > free.fidelity
        assert decode(picture(spent.symbol.modules)) == payload.encode()


def test_nothing_is_spent_by_default(random_target) -> None:
    steering = Steering.solve(URL, 6, ErrorLevel.L, random_target(41))
    assert steering.steer("0" * 16).spent_codewords == (0, 0)
    assert not steering.steer_many(["0" * 16] * 3).spent_codewords.any()


def test_the_worst_visible_codewords_are_spent_first(random_target) -> None:
    target = random_target(41, seed=4)
    steering = Steering.solve(URL, 6, ErrorLevel.L, target)
    gains = []
    for budget in range(5):
        modules = steering.steer("0" * 16, budget=budget).symbol.modules
        gains.append(float(target.importance[modules != target.dark].sum()))
    steps = -np.diff(gains)
    assert (steps > 0).all()
    assert (np.diff(steps) <= 1e-4).all()


def test_a_matched_target_costs_no_codewords(star) -> None:
    target = module_target(star, 41)
    steering = Steering.solve(PayloadTemplate("1"), 6, ErrorLevel.L, target)
    steered = steering.steer(budget=7)
    assert steered.fidelity < 1 or steered.spent_codewords == (0, 0)
    assert max(steered.spent_codewords) <= 7


@pytest.mark.parametrize(
    ("version", "level", "most"), [(1, "L", 1), (1, "H", 6), (10, "L", 7), (10, "H", 12)]
)
def test_most_is_half_the_correction_less_two(version, level, most, random_target) -> None:
    assert most_spendable(layout_of(version, ErrorLevel(level))) == most
    steering = Steering.solve(
        PayloadTemplate("1"), version, ErrorLevel(level), random_target(17 + 4 * version)
    )
    assert max(steering.steer(budget=most).spent_codewords) <= most
    for wrong in (most + 1, -1):
        with pytest.raises(SteeringError, match=f"0 to {most} "):
            steering.steer(budget=wrong)
        with pytest.raises(SteeringError):
            steering.steer_many([""], budget=wrong)
