"""The cases: each verdict that a person can get is among them, and no code tells on another."""

import re
from typing import get_args

import numpy as np
import pytest

from ar_service.demo.brand import Brand, IssuedCode, LabelPlan
from ar_service.demo.casebook import PAIR, VOID, all_cases
from ar_service.demo.cases import DemoCase
from ar_service.settings import Language

HOST = "https://dianjin.example/01/09521234543213/21/"


@pytest.fixture
def brand() -> Brand:
    serials = [f"7K3MZ9QWETY0123ABC{n:02d}" for n in range(40)]
    codes = tuple(IssuedCode(s, HOST + s, n + 1) for n, s in enumerate(serials))
    return Brand((), codes, LabelPlan.of(40))


@pytest.fixture
def cases(brand: Brand) -> tuple[DemoCase, ...]:
    return all_cases(brand, np.random.default_rng(1))


def test_every_verdict_but_the_copy_is_shown(cases: tuple[DemoCase, ...]) -> None:
    # The verdicts of the HTTP contract; a copy needs the print layers, which later issues bring.
    wanted = {
        "GENUINE_FIRST",
        "GENUINE_REPEAT",
        "OVER_LIMIT",
        "NOT_GENUINE_UNKNOWN",
        "NOT_GENUINE_UNACTIVATED",
        "NOT_GENUINE_VOID",
        "RECALLED",
        "EXPIRED",
        "no-code-found",
        "several-codes",
        "foreign-code",
    }
    assert {case.expected.outcome for case in cases} == wanted


def test_slugs_are_unique_file_names(cases: tuple[DemoCase, ...]) -> None:
    slugs = [case.slug for case in cases]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z-]+", slug) for slug in slugs)


def test_visitors_are_install_ids(cases: tuple[DemoCase, ...]) -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,45}", case.visitor) for case in cases)
    assert {case.language for case in cases} <= set(get_args(Language))


def test_made_up_code_was_never_issued(cases: tuple[DemoCase, ...], brand: Brand) -> None:
    (made_up,) = next(case for case in cases if case.slug == "made-up").item.codes
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{20}", made_up.code)
    assert made_up.payload == HOST + made_up.code
    assert made_up.code not in {code.serial for code in brand.codes}


def test_items_lie_in_the_batch_that_their_verdict_needs(
    cases: tuple[DemoCase, ...], brand: Brand
) -> None:
    place_of = {code.serial: place for place, code in enumerate(brand.codes)}
    batches = {
        "RECALLED": brand.plan.recalled,
        "EXPIRED": brand.plan.expired,
        "NOT_GENUINE_UNACTIVATED": brand.plan.inactive,
    }
    for case in cases:
        for code in case.item.codes:
            if code.code in place_of:
                batch = batches.get(case.expected.outcome, brand.plan.current)
                assert place_of[code.code] in batch, case.slug


def test_smallest_order_holds_all_places() -> None:
    assert max(VOID, PAIR + 1) < len(LabelPlan.of(24).current)
