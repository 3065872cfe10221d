"""Answers are read and compared; a difference is always named."""

import httpx
import pytest

from ar_service.demo.asking import compare, read_answer
from ar_service.demo.cases import Expected
from vision import RetakeHint

VERDICT = {
    "scan_id": "0" * 32,
    "verdict": "GENUINE_REPEAT",
    "seal": "genuine",
    "reply": {"language": "zh-CN", "text": "为正品"},
    "code": "7K3MZ9QWETY0123ABCDE",
    "product": None,
    "history": {
        "ordinal": 2,
        "query_count": 2,
        "max_queries": 5,
        "scan_count": 3,
        "first_queried_at": None,
        "first_place": None,
    },
    "layers": [{"layer": "code", "outcome": "supports"}],
    "queried_at": "2026-11-22T00:47:00Z",
    "reading": {
        "codes": [],
        "quality": {
            "edge_spread_px": None,
            "sharpness": 1,
            "median_level": 128,
            "dark_share": 0,
            "bright_share": 0,
            "glare_share": 0,
            "contrast": 1,
            "pixels_per_module": 5.0,
        },
        "hint": "none",
    },
}
PROBLEM = {
    "type": "/problems/no-code-found",
    "title": "照片中未找到防伪码",
    "detail": "no code was found",
    "hint": "hold_still",
}


@pytest.mark.parametrize(
    ("expected", "differences"),
    [
        (Expected("GENUINE_REPEAT"), 0),
        (Expected("GENUINE_REPEAT", ordinal=2, hint=RetakeHint.NONE), 0),
        (Expected("GENUINE_FIRST"), 1),
        (Expected("GENUINE_REPEAT", ordinal=1), 1),
        (Expected("OVER_LIMIT", ordinal=6, hint=RetakeHint.CLOSER), 3),
        (Expected(""), 1),
    ],
)
def test_every_difference_from_a_verdict_is_named(expected: Expected, differences: int) -> None:
    answer = read_answer(httpx.Response(200, json=VERDICT), ms=1.0)
    assert len(compare(expected, answer)) == differences


def test_problem_is_read_with_its_hint() -> None:
    answer = read_answer(httpx.Response(422, json=PROBLEM), ms=1.0)
    assert (answer.status, answer.outcome, answer.seal) == (422, "no-code-found", None)
    assert compare(Expected("no-code-found", hint=RetakeHint.HOLD_STILL), answer) == ()


def test_missing_ordinal_is_a_difference() -> None:
    answer = read_answer(httpx.Response(422, json=PROBLEM), ms=1.0)
    wanted = Expected("no-code-found", ordinal=1)
    assert compare(wanted, answer) == ("ordinal: expected 1, got None",)
