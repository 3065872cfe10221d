"""Certificates, and files that are handed out only with one."""

import io
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from ar_service.studio.certificate_view import strength_in, traffic_light
from ar_service.studio.certifying import digest_of
from ar_service.studio.schemas import ReasonOut
from ar_service.studio.sources import SourceKeys
from generative_codes.artwork import load_artwork
from generative_codes.brief import ArtBrief, make_art
from generative_codes.certify.reasons import ReasonCode
from generative_codes.drawing import Design

MM_PER_POINT = 25.4 / 72


def reason(*, blocks: bool) -> ReasonOut:
    return ReasonOut(code=ReasonCode.LOW_CONTRAST, zh="一", en="a", is_blocking=blocks)


def test_the_light_is_green_without_a_word_amber_with_advice_and_red_when_a_reason_blocks() -> None:
    advice, block = reason(blocks=False), reason(blocks=True)
    assert traffic_light([]) == "green"
    assert traffic_light([advice]) == "amber"
    assert traffic_light([block, advice]) == "red"


def test_a_certificate_holds_for_what_it_judged_whatever_stands_beside_the_code() -> None:
    plain = ArtBrief(version=6)
    key, payload = "a" * 64, "HTTPS://A.EXAMPLE/1"
    framed = ArtBrief.from_json('{"version": 6, "design": {"name": "n", "frame": {"text": "x"}}}')
    assert digest_of(SourceKeys(key), plain, payload) == digest_of(SourceKeys(key), framed, payload)
    others = [
        digest_of(SourceKeys("b" * 64), plain, payload),
        digest_of(SourceKeys(key), plain, payload + "2"),
        digest_of(SourceKeys(key, painted="c" * 64), plain, payload),
        digest_of(SourceKeys(key, protected="c" * 64), plain, payload),
        digest_of(SourceKeys(key), ArtBrief(version=7), payload),
        digest_of(
            SourceKeys(key), ArtBrief(version=6, design=Design(quiet_zone_modules=5)), payload
        ),
    ]
    assert len({digest_of(SourceKeys(key), plain, payload), *others}) == 7


@pytest.mark.slow
def test_a_good_code_passes_once_and_its_file_follows_at_once(
    studio: Any, payload: str, needs_program: Any, tmp_path: Path
) -> None:
    brief = {"version": 6, "level": "L"}
    answer = studio.design("certificates", brief=brief)
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert made["verdict"] == "pass"
    assert made["traffic_light"] in {"green", "amber"}
    assert made["simulated"] is True
    assert made["document"]["decoders"]["simulated"] is True
    assert {rate["decoder"] for rate in made["rates"]} >= {"zxing"}
    for rate in made["rates"]:
        assert rate["low"] <= rate["rate"] <= rate["high"]
    assert made["margin_map"].startswith("data:image/png;base64,")

    again = studio.design("certificates", brief=brief).json()
    assert again["id"] == made["id"]
    assert again["document"] == made["document"]
    stored = studio.get(f"certificates/{made['id']}").json()
    assert stored["document"] == made["document"]
    assert stored["payload"] == payload

    png = studio.design("files", brief=brief, format="png")
    assert png.status_code == 200, png.text
    assert png.headers["x-certificate"] == made["id"]
    assert png.headers["content-disposition"] == 'attachment; filename="dianjin-6L.png"'
    assert png.headers["x-content-type-options"] == "nosniff"
    image = Image.open(io.BytesIO(png.content)).convert("RGB")
    assert str(zxingcpp.read_barcodes(np.asarray(image))[0].text) == payload
    svg = studio.design("files", brief=brief, format="svg")
    assert svg.headers["content-security-policy"].startswith("default-src 'none'")
    assert "sandbox" in svg.headers["content-security-policy"]
    eps = studio.design("files", brief=brief, format="eps")
    assert eps.content.startswith(b"%!PS-Adobe")

    needs_program("pdfinfo", "poppler-utils")
    ordered = {"module_mm": 0.6, "bleed_mm": 3}
    pdf = studio.design("files", brief=brief, format="pdf", print=ordered)
    (tmp_path / "code.pdf").write_bytes(pdf.content)
    told = subprocess.run(
        ["pdfinfo", "-box", tmp_path / "code.pdf"], check=True, capture_output=True, text=True
    ).stdout
    trim = next(line for line in told.splitlines() if line.startswith("TrimBox"))
    left, _, right, _ = map(float, trim.split()[1:])
    assert (right - left) * MM_PER_POINT == pytest.approx(49 * 0.6, abs=0.1)


@pytest.mark.slow
def test_a_code_that_fails_is_not_handed_out_and_the_reasons_are_told(
    studio: Any, problem: Any
) -> None:
    # Pale dots that are just dark enough for the design's own rules, on the palest picture.
    design = {"dark": "#7a7a7a", "modules": {"shape": "dot", "size_share": 0.76}}
    brief = {"version": 6, "level": "L", "design": design, "budget": 2}
    made = studio.design("certificates", brief=brief).json()
    assert made["verdict"] == "fail", [reason["en"] for reason in made["reasons"]]
    assert made["traffic_light"] == "red"
    refused = studio.design("files", brief=brief, format="svg")
    assert (refused.status_code, problem(refused)) == (409, "certificate-failed")
    body = refused.json()
    assert body["certificate_id"] == made["id"]
    assert body["reasons"] == [r for r in made["reasons"] if r["is_blocking"]]
    assert body["detail_zh"]


def test_a_file_that_cannot_be_made_is_refused_before_it_is_certified(
    shared_studio: Any, problem: Any
) -> None:
    answer = shared_studio.design(
        "files", format="eps", print={"has_crop_marks": True}, brief={"version": 6}
    )
    assert (answer.status_code, problem(answer)) == (422, "design-refused")
    assert shared_studio.design("files", format="gif").status_code == 422
    assert shared_studio.design("files", format="pdf", print={"module_mm": 0}).status_code == 422


WEAK_BASE = {"radius_modules": 0.25, "max_radius_modules": 0.3, "margin": 0.0}


@pytest.mark.slow
def test_weak_dots_are_raised_until_the_code_passes_and_the_file_has_them(
    studio: Any, payload: str
) -> None:
    brief = {"style": "base", "version": 5, "base": WEAK_BASE}
    before = studio.design("preview", brief=brief).json()
    made = studio.design("certificates", brief=brief).json()
    assert made["verdict"] == "pass"
    assert 0 < made["strengthened_modules"] < 37 * 37
    after = studio.design("preview", brief=brief).json()
    counts = (before["strengthened_modules"], after["strengthened_modules"])
    assert counts == (0, made["strengthened_modules"])
    assert after["picture"] != before["picture"]

    png = studio.design("files", brief=brief, format="png")
    assert png.headers["x-certificate"] == made["id"]
    image = Image.open(io.BytesIO(png.content)).convert("RGB")
    assert str(zxingcpp.read_barcodes(np.asarray(image))[0].text) == payload
    # The file shows the raised dots: it differs from that of the design as it was drawn.
    artwork = load_artwork(studio.get(f"artworks/{studio.artwork_id}/picture").content)
    plain = make_art(ArtBrief.from_json(json.dumps(brief)), artwork, payload)
    drawn = Image.open(io.BytesIO(plain.png())).convert("RGB")
    assert drawn.size == image.size
    assert not np.array_equal(np.asarray(drawn), np.asarray(image))
    raised = replace(plain, strength=strength_in(json.dumps(made["document"])))
    kept = Image.open(io.BytesIO(raised.png())).convert("RGB")
    assert np.array_equal(np.asarray(kept), np.asarray(image))
