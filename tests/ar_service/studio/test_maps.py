"""Painted importance and protected zones: artworks too, in previews, templates and runs."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ar_service.studio.strength import StoredStrength, raised_modules
from generative_codes.strengthening import in_steps

SIDE = 400


def grey_map(box: tuple[int, int, int, int], size: tuple[int, int] = (SIDE, SIDE)) -> bytes:
    """White inside a box, black elsewhere."""
    image = Image.new("L", size, 0)
    ImageDraw.Draw(image).rectangle(box, fill=255)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def left_half(shared_studio: Any) -> str:
    answer = shared_studio.upload(grey_map((0, 0, SIDE // 2, SIDE)), "左半 Left half")
    assert answer.status_code in {200, 201}, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize("which", ["painted_artwork_id", "protected_artwork_id"])
@pytest.mark.parametrize("style", ["dots", "base"])
def test_a_map_changes_the_code_and_no_map_leaves_it(
    shared_studio: Any, left_half: str, which: str, style: str
) -> None:
    brief = {"style": style, "version": 8, "level": "M"}

    def drawing(**maps: str | None) -> str:
        answer = shared_studio.design("preview", brief=brief, **maps)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["svg"] or answer.json()["picture"])

    plain = drawing()
    assert drawing(**{which: None}) == plain
    assert drawing(**{which: left_half}) != plain
    assert drawing() == plain


def test_a_map_of_another_shape_or_nobodys_or_black_all_over_is_refused(
    shared_studio: Any, problem: Any
) -> None:
    wide = shared_studio.upload(grey_map((0, 0, 90, 90), (800, SIDE)), "宽 Wide").json()["id"]
    refused = shared_studio.design("preview", painted_artwork_id=wide)
    assert (refused.status_code, problem(refused)) == (422, "artwork-refused")
    assert "same shape" in refused.json()["detail"]
    unknown = shared_studio.design("preview", protected_artwork_id="0" * 32)
    assert (unknown.status_code, problem(unknown)) == (404, "not-found")
    assert shared_studio.upload(grey_map((-2, -2, -1, -1)), "黑 Black").status_code == 422


def test_a_template_keeps_its_maps_and_a_new_design_may_drop_them(
    studio: Any, payload: str
) -> None:
    mask = studio.upload(grey_map((0, 0, SIDE // 2, SIDE)), "左半 Left half").json()["id"]
    body = {"artwork_id": studio.artwork_id, "brief": {"version": 6}, "payload_example": payload}
    saved = studio.post("templates", name="左", painted_artwork_id=mask, **body).json()
    assert (saved["painted_artwork_id"], saved["protected_artwork_id"]) == (mask, None)
    changed = studio.put(f"templates/{saved['id']}/design", revision=1, **body).json()
    assert (changed["painted_artwork_id"], changed["revision"]) == (None, 2)


def test_a_draft_of_a_picture_base_is_the_same_code(shared_studio: Any) -> None:
    brief = {"style": "base", "version": 6}
    full, draft = (
        shared_studio.design("preview", brief=brief, quality=quality).json()
        for quality in ("full", "draft")
    )
    same = ("version", "level", "size_modules", "placement", "print")
    assert [draft[name] for name in same] == [full[name] for name in same]
    assert draft["picture"].startswith("data:image/jpeg;base64,")
    assert shared_studio.design("preview", quality="rough").status_code == 422
    drawn = [
        shared_studio.design("preview", brief={"version": 6}, quality=quality).json()["svg"]
        for quality in ("full", "draft")
    ]
    assert drawn[0] == drawn[1]


def test_strength_is_kept_to_the_byte() -> None:
    strength = np.random.default_rng(5).random((177, 177))
    strength[0, :3] = (0.0, 1.0, 0.5)
    kept = in_steps(strength)
    assert (kept >= strength).all()
    assert (kept - strength <= 1 / 255 + 1e-9).all()
    assert (StoredStrength.of(kept).strength() == kept).all()
    assert (in_steps(kept) == kept).all()
    assert raised_modules(kept) == np.count_nonzero(strength)
    assert raised_modules(None) == 0
