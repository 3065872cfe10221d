import io
import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno

from vision.codes import CodeReading, Rung, Symbology
from vision.codes.evaluate import (
    QR_FAMILIES,
    Outcome,
    evaluate,
    main,
    plain_reader,
    wilson_interval,
)
from vision.codes.suites import Case, find_cases
from vision.geometry import Quad


def qr_png(payload) -> bytes:
    stream = io.BytesIO()
    segno.make(payload, micro=False).save(stream, kind="png", scale=5, border=4)
    return stream.getvalue()


def put(root, name, data):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.fixture
def suites(tmp_path) -> Path:
    blank = bytes(cv2.imencode(".png", np.full((50, 50), 255, np.uint8))[1])
    put(tmp_path, "one/qrcode-1/a#1.png", qr_png("RIGHT"))
    put(tmp_path, "one/qrcode-1/a#1.txt", b"RIGHT\r\n")
    put(tmp_path, "one/qrcode-1/b.png", qr_png("READ"))
    put(tmp_path, "one/qrcode-1/b.txt", b"WANTED")
    put(tmp_path, "one/qrcode-1/c.png", blank)
    put(tmp_path, "one/qrcode-1/c.txt", b"MISSED")
    put(tmp_path, "one/qrcode-2/d.png", qr_png(b"\x01\xff\x02"))
    put(tmp_path, "one/qrcode-2/d.bin", b"\x01\xff\x02")
    put(tmp_path, "two/qrcode-1/same.png", qr_png("RIGHT"))
    put(tmp_path, "two/qrcode-1/same.txt", b"RIGHT")
    put(tmp_path, "one/falsepositives-1/e.png", qr_png("FALSE"))
    put(tmp_path, "one/ean13-extension-1/f.png", qr_png("OTHER FORM"))
    put(tmp_path, "jsQR/end-to-end/g/input.png", qr_png("JS"))
    put(tmp_path, "jsQR/end-to-end/g/output.json", json.dumps({"binaryData": [74, 83]}).encode())
    put(tmp_path, "jsQR/end-to-end/h/input.png", qr_png("NOT JUDGED"))
    put(tmp_path, "jsQR/end-to-end/h/output.json", b"null")
    return tmp_path


def test_an_empty_folder_holds_no_cases_and_fails_the_command(tmp_path, capsys):
    assert find_cases(tmp_path) == []
    assert main([str(tmp_path)]) == 1
    assert "found none" in capsys.readouterr().err


def test_every_outcome_is_counted_and_the_same_picture_once(suites):
    report = evaluate(suites)

    assert {outcome: report.count(outcome) for outcome in Outcome} == {
        Outcome.RIGHT: 3,
        Outcome.WRONG: 1,
        Outcome.MISSED: 1,
        Outcome.FALSE_READ: 1,
        Outcome.NO_READ: 0,
        Outcome.UNJUDGED_READ: 1,
        Outcome.UNJUDGED_MISS: 0,
    }
    assert report.judged(QR_FAMILIES) == 5


def test_the_command_prints_rates_and_what_went_wrong(suites, capsys):
    assert main([str(suites), "--plain"]) == 0

    printed = capsys.readouterr().out
    assert "wrong: one/qrcode-1/b.png expected 'WANTED', got ('READ',)" in printed
    assert "false_read: one/falsepositives-1/e.png" in printed


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3 (score).
    [(0, 0, 0, 1), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)],
)
def test_the_interval_is_the_published_one(hits, trials, low, high):
    assert wilson_interval(hits, trials) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("expected", "text", "symbology", "met"),
    [
        ("abc\n", "abc", Symbology.QR_CODE, True),
        ("abc", "abd", Symbology.QR_CODE, False),
        ("036000291452", "0036000291452", Symbology.EAN_13, True),
        ("036000291452", "0036000291452", Symbology.QR_CODE, False),
        (None, "abc", Symbology.QR_CODE, False),
        (b"abc", "abc", Symbology.QR_CODE, True),
    ],
)
def test_what_counts_as_the_expected_text(expected, text, symbology, met):
    quad = Quad.upright(0, 0, 1, 1)
    reading = CodeReading(text, text.encode(), symbology, quad, (Rung.NATIVE,))

    assert Case("a/b-1", Path("x.png"), expected, True).is_met_by(reading) is met


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.timeout(600)
def test_public_photos_are_read_at_least_as_well_as_by_the_decoder_alone():
    repository = Path(__file__).resolve().parents[3]
    root = Path(os.environ.get("DIANJIN_DATA", repository.parent / "shared" / "data")) / "reading"
    if not root.is_dir():
        pytest.skip(f"the public photo suites are not in {root} (set DIANJIN_DATA)")

    ours, plain = evaluate(root), evaluate(root, plain_reader)

    assert [result.texts for result in ours.of(Outcome.WRONG)] == []
    # Looked at: the second row of a Japanese book code, the second code of a double QR code, and
    # the next frame of a film are really printed in these photos.
    beside = {text.split("\r\n")[0] for result in ours.results for text in result.others}
    printed_too = {"1920081045006", "[内側QRコード]", "[外側QRコード]", "36-2/20A"}
    assert beside <= printed_too
    assert ours.count(Outcome.FALSE_READ) == 0
    assert ours.count(Outcome.NO_READ) == 46
    assert ours.count(Outcome.RIGHT, {"microqrcode"}) >= 15
    # 355 QR, Micro QR and rMQR pictures are distinct by their pixels; the decoder reads 328.
    assert ours.judged(QR_FAMILIES) == 355
    assert ours.count(Outcome.RIGHT, QR_FAMILIES) >= 334
    families = {result.cases[0].family for result in ours.results}
    worse = {
        family
        for family in families
        if ours.count(Outcome.RIGHT, {family}) < plain.count(Outcome.RIGHT, {family})
    }
    assert worse == set()
