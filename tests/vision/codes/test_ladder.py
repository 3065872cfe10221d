import re

import cv2
import numpy as np
import pytest
import segno

from vision.codes import ALL_SYMBOLOGIES, LADDER, Rung, Symbology, ladder
from vision.frame import Frame
from vision.geometry import Quad

# More than any reading takes on a busy machine: these tests ask what is read, not how fast.
AMPLE_MS = 60_000


def read_codes(frame, symbologies=None, **options):
    return ladder.read_codes(frame, symbologies, **{"budget_ms": AMPLE_MS, **options})


PAYLOAD = "https://verify.example/01/09506000134352/21/7K3M9QX2WD5RTB8HNC4F"


def test_a_blank_picture_has_no_codes():
    assert read_codes(Frame.of_gray(np.full((300, 400), 255, np.uint8))) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 2)])
def test_pictures_of_a_few_pixels_have_no_codes(shape):
    assert read_codes(Frame.of_gray(np.zeros(shape, np.uint8))) == ()


def test_noise_has_no_codes():
    noise = np.random.default_rng(3).integers(0, 256, (400, 400), dtype=np.uint8)

    assert read_codes(Frame.of_gray(noise)) == ()


def test_a_qr_code_is_read_where_it_lies(qr_scene):
    frame, quad, modules = qr_scene(PAYLOAD)

    (reading,) = read_codes(frame)

    assert (reading.text, reading.raw) == (PAYLOAD, PAYLOAD.encode())
    assert reading.symbology is Symbology.QR_CODE
    assert reading.modules == modules.shape
    assert reading.error_correction == "M"
    assert reading.identifier == "]Q1"
    assert reading.rung is Rung.NATIVE
    assert np.abs(reading.quad.corners_px - quad.corners_px).max() <= 0.5
    assert reading.pixels_per_module == pytest.approx(6.0, abs=0.05)


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_corners_begin_at_the_symbols_own_top_left(qr_scene, quarter_turns):
    frame, quad, _ = qr_scene(PAYLOAD)
    turned = Frame(np.rot90(frame.bgr, -quarter_turns))

    (reading,) = read_codes(turned)

    # Clockwise quarter turns bring the symbol's top-left to the quad's next corners.
    expected = np.roll(quad.corners_px, -quarter_turns, axis=0)
    assert np.abs(reading.quad.corners_px - expected).max() <= 0.5


@pytest.mark.parametrize(
    ("kind", "written", "symbology"),
    [
        ("QRCode", "点金 code", Symbology.QR_CODE),
        ("MicroQRCode", "12345", Symbology.MICRO_QR_CODE),
        ("RMQRCode", "rmqr 12345", Symbology.RMQR_CODE),
        ("DataMatrix", "Data Matrix", Symbology.DATA_MATRIX),
        ("Aztec", "Aztec code", Symbology.AZTEC),
        ("PDF417", "PDF 417 text", Symbology.PDF417),
        ("MaxiCode", "MaxiCode text", Symbology.MAXICODE),
        ("EAN13", "4006381333931", Symbology.EAN_13),
        ("EAN8", "96385074", Symbology.EAN_8),
        ("Code128", "Code-128", Symbology.CODE_128),
        ("Code39", "CODE 39", Symbology.CODE_39),
        ("Code93", "CODE 93", Symbology.CODE_93),
        ("ITF", "12345678901231", Symbology.ITF),
        ("Codabar", "A12345B", Symbology.CODABAR),
        ("DataBarOmni", "0104412345678909", Symbology.DATABAR_OMNI),
        ("DataBarExp", "(01)98898765432106(10)ABC", Symbology.DATABAR_EXPANDED),
    ],
)
def test_every_carrier_is_read_by_its_name(barcode, kind, written, symbology):
    frame = Frame.of_gray(barcode(written, kind, scale=4))

    (reading,) = read_codes(frame)
    (restricted,) = read_codes(frame, {symbology})

    assert reading.symbology is symbology
    # GS1 brackets are for people; the symbol itself holds none.
    assert reading.text == restricted.text == re.sub("[()]", "", written)


def test_only_the_asked_symbologies_are_answered(barcode):
    frame = Frame.of_gray(barcode("4006381333931", "EAN13"))

    assert read_codes(frame, {Symbology.QR_CODE, Symbology.CODE_128}) == ()
    assert read_codes(frame, ALL_SYMBOLOGIES)[0].symbology is Symbology.EAN_13


def test_shift_jis_without_a_character_set_mark_reads_as_japanese(barcode):
    # Kanji mode holds Shift_JIS code points (ISO/IEC 18004 clause 7.4.6).
    code = segno.make("日本語", mode="kanji")
    modules = np.kron(np.array(list(code.matrix), np.uint8), np.ones((5, 5), np.uint8))
    gray = cv2.copyMakeBorder(255 - 255 * modules, 30, 30, 30, 30, 0, value=255)

    (reading,) = read_codes(Frame.of_gray(gray))

    assert reading.text == "日本語"


def test_a_linear_code_carries_at_least_two_rungs_that_agree(barcode):
    (reading,) = read_codes(Frame.of_gray(barcode("4006381333931", "EAN13")))

    assert len(reading.rungs) >= 2
    assert reading.modules == (95, None)


def test_a_single_rung_never_returns_a_linear_code(barcode):
    frame = Frame.of_gray(barcode("4006381333931", "EAN13"))

    for rung in LADDER:
        assert read_codes(frame, ladder=(rung,)) == ()


DEBLURRING = {Rung.DEBLURRED: 2.5, Rung.DEBLURRED_MORE: 4.0}
FOR_BARS = (Rung.ALONG_BARS, Rung.ALONG_BARS_LARGE)


@pytest.mark.parametrize("rung", [rung for rung in LADDER if rung not in FOR_BARS])
def test_every_rung_alone_reads_a_qr_code_and_puts_it_in_the_same_place(qr_scene, rung):
    frame, quad, _ = qr_scene(PAYLOAD)
    if rung in DEBLURRING:
        frame = Frame(cv2.GaussianBlur(frame.bgr, (0, 0), DEBLURRING[rung]))

    (reading,) = read_codes(frame, ladder=(rung,))

    assert (reading.text, reading.rungs) == (PAYLOAD, (rung,))
    assert np.abs(reading.quad.corners_px - quad.corners_px).max() <= 1.5


def test_a_faint_small_code_is_read_by_a_higher_rung(qr_scene):
    frame, _, _ = qr_scene("FAINT", pixels_per_module=2, paper=130, ink=118)
    lit = np.linspace(0, 90, frame.width_px).astype(np.uint8)[None, :, None] + frame.bgr
    rng = np.random.default_rng(0)
    noisy = np.clip(lit + rng.normal(0, 1.5, lit.shape), 0, 255).astype(np.uint8)
    frame = Frame(cv2.GaussianBlur(noisy, (0, 0), 0.9))

    assert read_codes(frame, ladder=(Rung.NATIVE,)) == ()
    (reading,) = read_codes(frame)

    assert reading.text == "FAINT"
    assert reading.rung is not Rung.NATIVE


def grid_of_codes(qr_scene, rows, columns):
    tiles = [
        [qr_scene(f"CODE {row} {column}", 3, first=14)[0].gray for column in range(columns)]
        for row in range(rows)
    ]
    return Frame.of_gray(np.block(tiles))


def test_fifty_codes_in_one_picture_are_all_read_once(qr_scene):
    frame = grid_of_codes(qr_scene, 5, 10)

    texts = [reading.text for reading in read_codes(frame)]

    assert sorted(texts) == sorted(
        f"CODE {row} {column}" for row in range(5) for column in range(10)
    )


def test_the_limit_is_kept(qr_scene):
    frame = grid_of_codes(qr_scene, 2, 3)

    assert len(read_codes(frame, limit=4)) == 4
    assert len(read_codes(frame, limit=6)) == len(read_codes(frame)) == 6


def test_the_largest_code_comes_first(qr_scene):
    small, large = qr_scene("SMALL", 3)[0].gray, qr_scene("LARGE", 9)[0].gray
    canvas = np.full((max(small.shape[0], large.shape[0]), small.shape[1] + large.shape[1]), 230)
    canvas = canvas.astype(np.uint8)
    canvas[: small.shape[0], : small.shape[1]] = small
    canvas[: large.shape[0], small.shape[1] :] = large

    assert [reading.text for reading in read_codes(Frame.of_gray(canvas))] == ["LARGE", "SMALL"]


def test_linear_codes_far_apart_in_a_large_photo_are_confirmed_each_where_it_lies(barcode):
    first, second = barcode("4006381333931", "EAN13", 4), barcode("96385074", "EAN8", 4)
    photo = np.full((2400, 3200), 200, np.uint8)
    photo[200 : 200 + first.shape[0], 150 : 150 + first.shape[1]] = first
    photo[1900 : 1900 + second.shape[0], 2500 : 2500 + second.shape[1]] = second

    readings = {reading.text: reading for reading in read_codes(Frame.of_gray(photo))}

    assert set(readings) == {"4006381333931", "96385074"}
    assert Quad.upright(150, 200, 700, 600).contains([readings["4006381333931"].quad.centre_xy])
    assert Quad.upright(2500, 1900, 3000, 2300).contains([readings["96385074"].quad.centre_xy])


def test_ten_linear_codes_on_a_shelf_are_all_confirmed(barcode):
    tile = barcode("96385074", "EAN8", 2, margin=20)
    photo = np.full((1800, 3400), 255, np.uint8)
    places = [(y, x) for y in (100, 900) for x in range(100, 3300, 650)]
    for y, x in places:
        photo[y : y + tile.shape[0], x : x + tile.shape[1]] = tile

    readings = read_codes(Frame.of_gray(photo))

    assert len(readings) == len(places) == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"symbologies": set()},
        {"ladder": ()},
        {"budget_ms": 0},
        {"budget_ms": float("nan")},
    ],
)
def test_nothing_to_do_is_a_mistake_of_the_caller(wrong):
    with pytest.raises(ValueError, match="expected a limit"):
        read_codes(Frame.of_gray(np.zeros((5, 5), np.uint8)), **wrong)
