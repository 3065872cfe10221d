"""A demo run put together by hand: no server, no simulator, answers as the test wants them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ar_service.demo.asking import Answer, CaseResult, compare
from ar_service.demo.brand import LABEL_TEXT, Brand, IssuedCode, LabelPlan, SignIn
from ar_service.demo.cases import Bilingual, DemoCase, Expected, Group, Item, PrintedCode, Shot
from ar_service.demo.labels import LabelFiles
from ar_service.demo.run import DemoRun
from ar_service.demo.studio import TakenPhoto
from trace_backend.authenticity.verdict import Seal
from vision.printcam import View, presets

SIGN_IN = SignIn("designer@yunling.example", "of this demo alone")
CODE = "7K3MZ9QWETY0123ABCDE"
PAYLOAD = f"https://dianjin.example/01/09521234543213/21/{CODE}"

RunMaker = Callable[..., DemoRun]


def _answer() -> Answer:
    return Answer(
        status=200,
        outcome="GENUINE_FIRST",
        seal=Seal.GENUINE,
        reply="您好",
        detail="",
        code=CODE,
        product=None,
        history=None,
        layers=(),
        reading=None,
        quality=None,
        hint=None,
        ms=12.0,
    )


@pytest.fixture
def new_run(tmp_path: Path) -> RunMaker:
    """Makes a run of one photo; keyword arguments change its answer."""

    def make(expected: str = "GENUINE_FIRST", organisation: str = "A01 云岭", **changes) -> DemoRun:
        shot = Shot(presets.PHONE_GOOD, View(100), presets.KRAFT_BOX)
        item = Item("kraft", LABEL_TEXT, (PrintedCode(CODE, PAYLOAD),))
        case = DemoCase(
            "kraft",
            Group.GENUINE,
            Bilingual("牛皮纸盒", "Kraft box"),
            Bilingual("手持倾斜", "Held at a slant"),
            item,
            shot,
            "buyer",
            Expected(expected),
        )
        answer = replace(_answer(), **changes)
        corners = ((10.0, 10.0), (90.0, 10.0), (90.0, 90.0), (10.0, 90.0))
        photo = TakenPhoto(b"", (1280, 960), (corners,))
        result = CaseResult(case, photo, answer, compare(case.expected, answer))
        brand = Brand((organisation,), (IssuedCode(CODE, PAYLOAD, 1),), LabelPlan.of(24))
        began = datetime(2026, 11, 22, 0, 47, tzinfo=UTC)
        return DemoRun(tmp_path, began, 7, brand, LabelFiles(1, 1, 24), (result,), 3.0, SIGN_IN)

    return make
