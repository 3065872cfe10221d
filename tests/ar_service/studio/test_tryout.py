"""The camera try-out; all its photos are simulated."""

import io
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from ar_service.studio.schemas import TryoutCase


def read(picture: bytes) -> list[str]:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    return [str(code.text) for code in zxingcpp.read_barcodes(np.asarray(image))]


@pytest.mark.slow
def test_every_scene_shows_the_label_on_a_pack_and_says_that_it_is_simulated(
    shared_studio: Any, payload: str
) -> None:
    pictures = set()
    for case in TryoutCase:
        answer = shared_studio.design("tryout", case=case.value, brief={"version": 6})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["x-simulated"] == "yes"
        assert answer.headers["x-read"] == "yes"
        assert "sandbox" in answer.headers["content-security-policy"]
        # The picture that is sent, lossy as it is, reads too.
        assert read(answer.content) == [payload], case
        pictures.add(answer.content)
    assert len(pictures) == len(TryoutCase)


@pytest.mark.slow
def test_a_code_that_the_camera_cannot_resolve_is_told_as_not_read(
    shared_studio: Any, payload: str
) -> None:
    answer = shared_studio.design("tryout", case="far", brief={"version": 20})
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-read"] == "no"
    assert payload not in read(answer.content)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_photo_and_another_seed_another(shared_studio: Any) -> None:
    first, again, other = (
        shared_studio.design("tryout", case="shop", seed=seed, brief={"version": 6}).content
        for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize("more", [{"case": "moon"}, {"case": "shop", "seed": -1}, {}])
def test_a_scene_that_does_not_exist_is_refused(shared_studio: Any, more: Any) -> None:
    assert shared_studio.design("tryout", **more).status_code == 422
