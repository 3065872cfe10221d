import base64
import io
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image


def read_svg(svg: str, folder: Path) -> str:
    """What zxing reads in an SVG drawn by rsvg-convert, a renderer that isn't ours."""
    source, picture = folder / "code.svg", folder / "code.png"
    source.write_text(svg, encoding="utf-8")
    subprocess.run(
        ["rsvg-convert", "-w", "600", "-b", "white", "-o", picture, source], check=True, timeout=30
    )
    return _read(Image.open(picture))


def _read(image: Image.Image) -> str:
    found = zxingcpp.read_barcodes(np.asarray(image.convert("RGB")))
    assert len(found) == 1
    return str(found[0].text)


def test_a_drawn_code_is_a_vector_drawing_that_reads_as_the_payload(
    shared_studio: Any, payload: str, tmp_path: Path, needs_program: Any
) -> None:
    needs_program("rsvg-convert", "librsvg2-bin")
    answer = shared_studio.design("preview", brief={"version": 6})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["picture"] is None
    assert read_svg(body["svg"], tmp_path) == payload
    assert (body["version"], body["level"], body["size_modules"]) == (6, "L", 41)
    assert 0.8 < body["zone_fidelity"] <= 1
    # 41 modules and a quiet zone of four on each side, half a millimetre each.
    assert body["print"] == {
        "module_mm": 0.5,
        "symbol_mm": 20.5,
        "width_mm": 24.5,
        "height_mm": 24.5,
    }


def test_a_picture_base_is_a_picture_that_reads_as_the_payload(
    shared_studio: Any, payload: str
) -> None:
    body = shared_studio.design("preview", brief={"style": "base", "version": 6}).json()
    assert body["svg"] is None
    head, _, data = body["picture"].partition(",")
    assert head == "data:image/webp;base64"
    assert _read(Image.open(io.BytesIO(base64.b64decode(data)))) == payload
    assert body["zone_fidelity"] is None


def test_a_frame_is_drawn_round_a_picture_base_too(shared_studio: Any, payload: str) -> None:
    brief = {"style": "base", "version": 6, "design": {"frame": {"text": "扫码验真"}}}
    body = shared_studio.design("preview", brief=brief).json()
    assert body["print"]["height_mm"] > body["print"]["width_mm"] > 24.5
    image = Image.open(io.BytesIO(base64.b64decode(body["picture"].partition(",")[2])))
    assert image.size == tuple(
        round(16 * body["print"][f"{side}_mm"]) for side in ("width", "height")
    )
    # Nothing is painted outside the frame's rounded corners.
    assert np.asarray(image)[0, 0, 3] == 0
    ground = Image.new("RGBA", image.size, "white")
    assert _read(Image.alpha_composite(ground, image)) == payload


def test_the_placement_found_for_one_serial_is_that_of_its_neighbour(
    shared_studio: Any, payload: str
) -> None:
    neighbour = payload[:-4] + "WXYZ"
    first, second = (
        shared_studio.design("preview", payload=text).json() for text in (payload, neighbour)
    )
    assert first["placement"] == second["placement"]
    assert first["version"] == second["version"]
    assert first["svg"] != second["svg"]


def test_the_placement_shown_is_one_that_a_brief_takes(shared_studio: Any) -> None:
    shown = shared_studio.design("preview").json()
    brief = {"placement": shown["placement"], "version": shown["version"]}
    again = shared_studio.design("preview", brief=brief).json()
    assert again["svg"] == shown["svg"]


def test_a_frame_counts_in_the_size_in_print(shared_studio: Any) -> None:
    design = {"frame": {"text": "扫码验真"}}
    body = shared_studio.design("preview", brief={"version": 6, "design": design}).json()
    assert body["print"]["height_mm"] > body["print"]["width_mm"] > 24.5
    width, height = re.findall(r'(?:width|height)="([\d.]+)mm"', body["svg"])[:2]
    assert float(width) == pytest.approx(body["print"]["width_mm"], abs=0.01)
    assert float(height) == pytest.approx(body["print"]["height_mm"], abs=0.01)


def test_words_of_a_design_never_become_markup(shared_studio: Any) -> None:
    design = {"name": '"><script>alert(1)</script>', "caption": {"text": "<b>&amp;</b>"}}
    body = shared_studio.design("preview", brief={"version": 6, "design": design}).json()
    assert "<script" not in body["svg"]
    assert "<b>" not in body["svg"]
    assert "<text" not in body["svg"]


def test_a_logo_in_the_middle_is_told_with_its_cost(shared_studio: Any) -> None:
    design = {"logo": {"width_share": 0.12}}
    brief = {"style": "dots", "version": 7, "level": "H", "design": design}
    body = shared_studio.design("preview", brief=brief).json()
    cost = body["logo_cost"]
    assert 0 < cost["worst_block"] <= cost["allowed_per_block"] < cost["correctable_per_block"]


@pytest.mark.parametrize(
    ("brief", "module_mm", "code"),
    [
        ({"version": 6, "design": {"is_transparent": True}}, 0.5, "transparent_ground"),
        (
            {"version": 6, "design": {"finders": {"top_left": {"ring": "circle"}}}},
            0.5,
            "rounded_finders",
        ),
        ({"version": 6, "design": {"dark": "#d0101c"}}, 0.5, "red_laser"),
        ({"version": 6}, 0.2, "small_modules"),
        ({"version": 6, "fidelity": 1.0}, 0.5, "low_fidelity"),
    ],
)
def test_what_is_risky_is_warned_of_in_both_languages(
    shared_studio: Any, brief: dict[str, Any], module_mm: float, code: str
) -> None:
    body = shared_studio.design("preview", brief=brief, module_mm=module_mm).json()
    found = {warning["code"]: warning for warning in body["warnings"]}
    assert code in found, body["warnings"]
    assert re.search("[\u4e00-\u9fff]", found[code]["zh"])
    assert not re.search("[\u4e00-\u9fff]", found[code]["en"])


def test_a_lower_case_link_is_told_that_capitals_save_room(
    shared_studio: Any, payload: str
) -> None:
    lower = payload.replace("HTTPS://DIANJIN.EXAMPLE", "https://dianjin.example")
    body = shared_studio.design("preview", payload=lower, brief={"version": 8}).json()
    assert "lower_case_link" in {warning["code"] for warning in body["warnings"]}
    capital = shared_studio.design("preview", brief={"version": 8}).json()
    assert "lower_case_link" not in {warning["code"] for warning in capital["warnings"]}


@pytest.mark.parametrize(
    ("brief", "field"),
    [
        ({"version": 41}, "brief.version"),
        ({"style": "hologram"}, "brief.style"),
        ({"design": {"dark": "#ffffff"}}, "brief.design.dark"),
        ({"design": {"modules": {"shape": "dot", "size_share": 0.6}}}, "brief.design.modules"),
        ({"fidelty": 0.9}, "brief"),
    ],
)
def test_a_brief_that_cannot_be_made_is_refused_with_its_field(
    shared_studio: Any, problem: Any, brief: dict[str, Any], field: str
) -> None:
    answer = shared_studio.design("preview", brief=brief)
    assert answer.status_code == 422
    assert problem(answer) == "design-refused"
    assert answer.json()["errors"][0]["field"].startswith(field)


def test_a_payload_that_does_not_fit_says_what_would(shared_studio: Any, problem: Any) -> None:
    answer = shared_studio.design(
        "preview", payload="https://a.example/" + "x" * 400, brief={"version": 5}
    )
    assert problem(answer) == "payload-too-long"
    assert answer.json()["given"] > answer.json()["fits"] > 0


def test_hostile_bodies_are_refused_and_nothing_breaks(shared_studio: Any, problem: Any) -> None:
    nested: Any = "x"
    for _ in range(300):
        nested = {"design": nested}
    for brief in (
        nested,
        {"design": {"name": "x" * 70_000}},
        {"base": [1, 2]},
        {"fidelity": 1e999},
    ):
        answer = shared_studio.house.client.post(
            "/v1/studio/preview",
            content=_json({"artwork_id": shared_studio.artwork_id, "payload": "X", "brief": brief}),
            headers={**shared_studio.headers, "content-type": "application/json"},
        )
        assert answer.status_code in {400, 422}, answer.text
        assert problem(answer)
        assert len(answer.content) < 5_000


def _json(value: Any) -> bytes:
    import json

    return json.dumps(value).encode()


def test_an_artwork_of_somebody_else_is_not_there(shared_studio: Any, problem: Any) -> None:
    answer = shared_studio.post("preview", artwork_id="0" * 32, payload="X", brief={})
    assert (answer.status_code, problem(answer)) == (404, "not-found")
