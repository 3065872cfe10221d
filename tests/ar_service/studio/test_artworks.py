import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, PngImagePlugin


def test_the_same_picture_again_is_the_same_artwork(studio: Any, logo_png: Any) -> None:
    again = studio.upload(logo_png(), name="another name")
    assert again.status_code == 200
    assert again.json()["id"] == studio.artwork_id
    assert again.json()["name"] == "红印 Seal"


def test_nothing_but_the_pixels_is_kept_of_an_upload(studio: Any, logo_png: Any) -> None:
    image = Image.open(io.BytesIO(logo_png(310)))
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "somebody at 30.25, 120.16")
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    stream = io.BytesIO()
    image.save(stream, "PNG", pnginfo=words, exif=exif)
    assert b"somebody" in stream.getvalue()
    kept = studio.upload(stream.getvalue()).json()
    picture = studio.get(f"artworks/{kept['id']}/picture")
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in picture.headers["content-security-policy"]
    for secret in (b"somebody", b"secret", b"tEXt", b"eXIf"):
        assert secret not in picture.content
    shown = np.asarray(Image.open(io.BytesIO(picture.content)).convert("RGBA"))
    # Pixels that are wholly transparent have no colour worth keeping.
    seen = np.asarray(image)[..., 3] > 0
    assert (shown[seen] == np.asarray(image)[seen]).all()
    assert (shown[..., 3] == np.asarray(image)[..., 3]).all()


def test_a_photo_is_kept_as_jpeg_without_its_place(studio: Any) -> None:
    rng = np.random.default_rng(5)
    ramp = np.linspace(0, 255, 640)[None, :, None] + rng.normal(0, 25, (480, 640, 3))
    exif = Image.Exif()
    exif[0x010F] = "maker of phones"
    stream = io.BytesIO()
    Image.fromarray(np.clip(ramp, 0, 255).astype(np.uint8)).save(stream, "JPEG", exif=exif)
    kept = studio.upload(stream.getvalue()).json()
    assert (kept["media_type"], kept["width_px"], kept["height_px"]) == ("image/jpeg", 640, 480)
    assert b"maker" not in studio.get(f"artworks/{kept['id']}/picture").content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"GIF89a" + bytes(40),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(
    shared_studio: Any, problem: Any, content: bytes
) -> None:
    answer = shared_studio.upload(content)
    assert answer.status_code == 422, answer.text
    assert problem(answer) in {"artwork-refused", "design-refused"}
    assert answer.json()["detail"]


def test_an_artwork_in_which_nothing_can_be_seen_is_refused(
    shared_studio: Any, problem: Any
) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (200, 200), "black").save(stream, "PNG")
    answer = shared_studio.upload(stream.getvalue())
    assert problem(answer) == "artwork-refused"


def test_the_title_of_a_refusal_is_in_the_language_that_is_asked_for(shared_studio: Any) -> None:
    titles = []
    for language in ("zh-CN", "en"):
        headers = {**shared_studio.headers, "Accept-Language": language}
        files = {"file": ("a.png", b"nothing", "image/png")}
        answer = shared_studio.house.client.post(
            "/v1/studio/artworks", files=files, data={"name": "x"}, headers=headers
        )
        titles.append(answer.json()["title"])
    assert titles == ["该图稿无法使用", "This artwork can't be used"]


def test_an_upload_above_the_cap_is_cut_off_with_413(shared_studio: Any, problem: Any) -> None:
    answer = shared_studio.upload(bytes(20 * 1024 * 1024 + 70_000))
    assert (answer.status_code, problem(answer)) == (413, "too-large")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "two\nlines", "\u202egnp.exe"])
def test_a_name_is_one_visible_line(shared_studio: Any, logo_png: Any, name: str) -> None:
    assert shared_studio.upload(logo_png(), name=name).status_code == 422


def test_a_large_artwork_is_shrunk_to_what_print_can_show(studio: Any, logo_png: Any) -> None:
    kept = studio.upload(logo_png(4_200)).json()
    assert (kept["width_px"], kept["height_px"]) == (4_096, 4_096)
