"""Previews while controls move: what is kept from the last one shows the same as a fresh start."""

import base64
import io
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from ar_service.studio.making import solving_part
from ar_service.studio.work_gate import AbandonedError, WorkGate
from generative_codes.brief import ArtBrief

BASE = {"style": "base", "version": 6}
DOTS = {"version": 6}
# From the first of a row to the others, as a hand moves a control.
MOVES: list[list[dict[str, Any]]] = [
    [{**BASE, "base": {"margin": margin}} for margin in (0.2, 0.25, 0.05)],
    [{**BASE, "base": {"saturation": factor}} for factor in (1.0, 1.5)],
    [{**BASE, "base": {"placement": {"scale": scale}}} for scale in (1.0, 0.7)],
    [{**BASE, "design": {"dark": dark}} for dark in ("#000000", "#2b4b8c", "#12704a")],
    [{**BASE, "design": {"light": light}} for light in ("#ffffff", "#fbf0d9")],
    [{**BASE, "design": {"quiet_zone_modules": modules}} for modules in (4, 6)],
    [{**BASE, "level": level} for level in ("H", "Q")],
    [{**DOTS, "design": {"dark": dark}} for dark in ("#000000", "#2b4b8c")],
    [{**DOTS, "placement": {"scale": scale}} for scale in (0.5, 0.4)],
    [{**DOTS, "fidelity": fidelity} for fidelity in (0.95, 0.8)],
]


def _picture(body: dict[str, Any]) -> Image.Image:
    data = str(body["picture"]).partition(",")[2]
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("quality", ["draft", "full"])
@pytest.mark.parametrize("briefs", MOVES)
def test_a_moved_control_shows_what_a_fresh_start_would_show(
    open_house: Any, enter_studio: Any, briefs: list[dict[str, Any]], quality: str
) -> None:
    moved = enter_studio(open_house())
    *_, last = (moved.design("preview", brief=brief, quality=quality).json() for brief in briefs)
    fresh = enter_studio(open_house())
    first = fresh.design("preview", brief=briefs[-1], quality=quality).json()
    assert {**last, "ms": 0} == {**first, "ms": 0}


def test_a_control_that_changes_no_module_solves_nothing_again() -> None:
    plain = ArtBrief.from_json('{"style": "base", "version": 6}')
    parts = {
        solving_part(ArtBrief.from_json(text))
        for text in (
            '{"style": "base", "version": 6, "base": {"margin": 0.1, "radius_modules": 0.25}}',
            '{"style": "base", "version": 6, "design": {"dark": "#2b4b8c"}}',
            '{"style": "base", "version": 6, "design": {"quiet_zone_modules": 6}}',
        )
    }
    assert parts == {solving_part(plain)}
    for text in (
        '{"style": "base", "version": 6, "base": {"saturation": 1.0}}',
        '{"style": "base", "version": 6, "design": {"light": "#fbf0d9"}}',
        '{"style": "base", "version": 7}',
    ):
        assert solving_part(ArtBrief.from_json(text)) != solving_part(plain), text


def test_a_draft_reads_as_the_payload_and_keeps_a_transparent_ground(
    shared_studio: Any, payload: str
) -> None:
    draft = shared_studio.design("preview", brief=BASE, quality="draft").json()
    found = zxingcpp.read_barcodes(np.asarray(_picture(draft).convert("RGB")))
    assert [code.text for code in found] == [payload]
    clear = {**BASE, "design": {"is_transparent": True}}
    picture = _picture(shared_studio.design("preview", brief=clear, quality="draft").json())
    assert picture.mode == "RGBA"
    assert picture.getpixel((0, 0))[3] == 0


def test_a_draft_is_refused_where_the_form_of_the_payload_does_not_fit(
    shared_studio: Any, problem: Any
) -> None:
    for brief in ({**BASE, "version": 2}, {"version": 2, "placement": {"scale": 0.5}}):
        answer = shared_studio.design("preview", brief=brief, quality="draft")
        assert (answer.status_code, problem(answer)) == (422, "payload-too-long")


def test_a_turn_that_nobody_waits_for_goes_to_the_next_one() -> None:
    gate = WorkGate(concurrency=1, queue=0, retry_after_s=1)
    with pytest.raises(AbandonedError), gate.turn(lambda: True):
        pytest.fail("nobody waits for this")
    with gate.turn(lambda: False):
        pass
