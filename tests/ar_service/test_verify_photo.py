import io
import struct
import zlib

import pytest
from PIL import Image

FOREIGN = "https://shop.other.example/p/1"
NEVER_ISSUED = "https://dianjin.example/01/09521234543213/21/ABCDEFGHJKMNPQRSTV23"


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def saved(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def declared_png(width_px: int, height_px: int) -> bytes:
    """A PNG of a few bytes that claims any size: a decompression bomb."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b"\0" * 1_000))
        + png_chunk(b"IEND", b"")
    )


def exif_bomb() -> bytes:
    """A JPEG whose EXIF directory points to itself and counts 4 billion values."""
    plain = saved(Image.new("RGB", (64, 64), "white"), "JPEG")
    entry = struct.pack("<HHII", 0x0112, 3, 0xFFFFFFFF, 8)
    tiff = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + entry + struct.pack("<I", 8)
    body = b"Exif\0\0" + tiff
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + plain[2:]


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)


def test_a_photo_of_an_active_code_is_genuine_and_shows_its_reading(house, photo_of) -> None:
    response = house.client.show(photo_of(house.payloads[0]))
    answer = response.json()
    assert response.status_code == 200, response.text
    assert answer["verdict"] == "GENUINE_FIRST"
    assert answer["code"] == house.brand.codes[0].code
    (code,) = answer["reading"]["codes"]
    assert code["text"] == house.payloads[0]
    assert len(code["corners_px"]) == 4
    # segno's picture: 4 quiet modules of 5 px before the symbol's own top-left corner.
    assert code["corners_px"][0] == pytest.approx([19.5, 19.5], abs=2.0)
    assert answer["reading"]["quality"]
    assert isinstance(answer["reading"]["hint"], str)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_every_usual_format_is_read(house, photo_of, kind: str) -> None:
    photo = photo_of(house.payloads[0], kind=kind)
    assert house.client.show(photo).json()["verdict"] == "GENUINE_FIRST"


def test_the_place_fields_and_language_of_the_form_are_used(house, photo_of) -> None:
    form = {
        "latitude": "36.195",
        "longitude": "113.117",
        "accuracy_m": "20",
        "province": "山西省",
        "city": "长治市",
        "street": "",
        "language": "en",
    }
    answer = house.client.show(photo_of(house.payloads[0]), data=form).json()
    assert answer["reply"]["language"] == "en"
    again = house.client.ask(house.payloads[0], "visitor-0002").json()
    assert again["history"]["first_place"] == "山西省长治市"


@pytest.mark.parametrize(
    "form",
    [
        {"latitude": "91", "longitude": "0"},
        {"latitude": "nan", "longitude": "0"},
        {"latitude": "ten", "longitude": "0"},
        {"latitude": "10"},
        {"city": "a\tb"},
        {"street": "y" * 101},
        {"language": "de"},
        {"method": "fax"},
    ],
)
def test_form_fields_that_are_not_as_expected_are_a_problem_and_no_scan(
    quiet_house, photo_of, problem, form
) -> None:
    response = quiet_house.client.show(photo_of(quiet_house.payloads[0]), data=form)
    assert (response.status_code, problem(response)) == (422, "invalid")
    assert quiet_house.scan_count() == 0


def test_a_foreign_code_beside_ours_is_passed_over(house, photo_of) -> None:
    answer = house.client.show(photo_of(FOREIGN, house.payloads[0], "WIFI:S:x;;")).json()
    assert answer["verdict"] == "GENUINE_FIRST"
    assert len(answer["reading"]["codes"]) == 3


def test_the_same_code_twice_in_a_photo_counts_once(house, photo_of) -> None:
    photo = photo_of(house.payloads[0], house.brand.codes[0].code)
    assert house.client.show(photo).json()["verdict"] == "GENUINE_FIRST"
    assert house.scan_count() == 1


def test_two_codes_of_ours_are_refused(quiet_house, photo_of, problem) -> None:
    response = quiet_house.client.show(photo_of(*quiet_house.payloads[:2]))
    assert (response.status_code, problem(response)) == (422, "several-codes")
    assert quiet_house.scan_count() == 0


def test_fifty_codes_in_one_picture_are_refused(quiet_house, photo_of, problem) -> None:
    texts = [f"https://other.example/{number}" for number in range(49)]
    response = quiet_house.client.show(photo_of(quiet_house.payloads[0], *texts, size_px=3))
    assert (response.status_code, problem(response)) == (422, "too-many-codes")
    assert quiet_house.scan_count() == 0


def test_sixteen_codes_are_still_looked_at(house, photo_of) -> None:
    texts = [f"https://other.example/{number}" for number in range(15)]
    answer = house.client.show(photo_of(house.payloads[0], *texts, size_px=4)).json()
    assert answer["verdict"] == "GENUINE_FIRST"


def test_a_foreign_code_alone_is_said_with_its_host(quiet_house, photo_of, problem) -> None:
    response = quiet_house.client.show(photo_of(FOREIGN))
    assert (response.status_code, problem(response)) == (422, "foreign-code")
    assert response.json()["host"] == "shop.other.example"
    assert quiet_house.scan_count() == 0


def test_a_broken_link_of_ours_is_malformed(house, photo_of, problem) -> None:
    response = house.client.show(photo_of("https://dianjin.example/01/09521234543213/21/X"))
    assert (response.status_code, problem(response)) == (422, "malformed-code")


def test_a_made_up_code_in_a_photo_is_unknown_and_not_recorded(quiet_house, photo_of) -> None:
    answer = quiet_house.client.show(photo_of(NEVER_ISSUED)).json()
    assert (answer["verdict"], answer["scan_id"]) == ("NOT_GENUINE_UNKNOWN", None)
    assert quiet_house.scan_count() == 0


def test_a_photo_without_a_code_gets_a_hint(quiet_house, problem) -> None:
    response = quiet_house.client.show(saved(Image.new("RGB", (320, 240), "white"), "JPEG"))
    assert (response.status_code, problem(response)) == (422, "no-code-found")
    assert response.json()["hint"]
    assert response.json()["quality"]
    assert quiet_house.scan_count() == 0


def hostile() -> dict[str, tuple[bytes, int, set[str]]]:
    picture = Image.effect_noise((300, 300), 60).convert("RGB")
    jpeg, png = saved(picture, "JPEG"), saved(picture, "PNG")
    return {
        "zero bytes": (b"", 422, {"empty-upload"}),
        "one byte": (b"\xff", 422, {"truncated-image", "not-an-image"}),
        "text": (b"hello, this is no picture", 415, {"not-an-image"}),
        "html": (b"<!doctype html><script>alert(1)</script>", 415, {"not-an-image"}),
        "zip": (b"PK\x03\x04" + b"\0" * 200, 415, {"not-an-image"}),
        "pdf": (b"%PDF-1.7\n" + b"\0" * 200, 415, {"unsupported-image"}),
        "gif": (saved(picture, "GIF"), 415, {"unsupported-image"}),
        "bmp": (saved(picture, "BMP"), 415, {"unsupported-image"}),
        "tiff": (saved(picture, "TIFF"), 415, {"unsupported-image"}),
        "half a jpeg": (jpeg[: len(jpeg) // 2], 422, {"truncated-image"}),
        "half a png": (png[: len(png) // 2], 422, {"truncated-image"}),
        "head of a jpeg": (jpeg[:20], 422, {"truncated-image"}),
        "jpeg with a torn middle": (
            jpeg[:400] + b"\xff\xda" * 50 + jpeg[500:],
            422,
            {"truncated-image", "bad-metadata"},
        ),
        "pixel bomb": (declared_png(16_000, 16_000), 422, {"too-many-pixels"}),
        "endless side": (declared_png(2**31 - 1, 1), 422, {"too-many-pixels"}),
        "animated png": (animated("PNG"), 422, {"animated-image"}),
        "animated webp": (animated("WEBP"), 422, {"animated-image"}),
        "cmyk jpeg": (saved(picture.convert("CMYK"), "JPEG"), 422, {"cmyk-image"}),
        "exif bomb": (exif_bomb(), 422, {"bad-metadata", "no-code-found"}),
    }


@pytest.mark.parametrize("case", sorted(hostile()))
def test_a_hostile_upload_is_a_clear_problem_and_no_scan(quiet_house, problem, case: str) -> None:
    upload, status, slugs = hostile()[case]
    response = quiet_house.client.show(upload)
    assert problem(response) in slugs, response.text
    assert response.status_code == status
    assert quiet_house.scan_count() == 0


def test_an_upload_over_the_cap_is_refused_while_it_streams(open_house, problem) -> None:
    house = open_house(max_upload_bytes=100_000)
    response = house.client.show(b"\xff\xd8\xff" + b"\0" * 400_000)
    assert (response.status_code, problem(response)) == (413, "upload-too-large")


def test_an_upload_just_over_the_cap_is_refused_by_the_decoder(open_house, problem) -> None:
    house = open_house(max_upload_bytes=100_000)
    response = house.client.show(b"\xff\xd8\xff" + b"\0" * 100_000)
    assert (response.status_code, problem(response)) == (413, "upload-too-large")


@pytest.mark.parametrize(
    "request_parts",
    [
        {"data": {"latitude": "1"}},
        {"data": {"photo": "a text, no file"}},
        {"content": b"photo", "headers": {"Content-Type": "image/jpeg"}},
        {"content": b"", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data"}},
        {"json": {"photo": "x"}},
    ],
)
def test_a_request_without_a_photo_is_a_problem(quiet_house, problem, request_parts) -> None:
    response = quiet_house.client.post("/v1/verify/photo", **request_parts)
    assert response.status_code in {400, 422}
    assert problem(response) in {"invalid", "bad-request"}
    assert quiet_house.scan_count() == 0
