"""`dianjin art make`: a styled code comes with its certificate, or not at all."""

import json

import cv2
import numpy as np
import pytest
import segno
import zxingcpp
from typer.testing import CliRunner

from ar_service.cli import app

PAYLOAD = "HTTPS://DIANJIN.EXAMPLE/01/06901234567892/21/0123456789ABCDEFGHJK"


@pytest.fixture
def disc(tmp_path):
    """A dark disc on white."""
    picture = np.full((300, 300, 3), 255, np.uint8)
    cv2.circle(picture, (150, 150), 110, (40, 40, 40), -1)
    path = tmp_path / "disc.png"
    cv2.imwrite(str(path), picture)
    return path


def run(*arguments):
    outcome = CliRunner().invoke(app, ["art", "make", *map(str, arguments), "--json"])
    lines = outcome.stdout.splitlines()
    assert len(lines) == 1, outcome.output
    return outcome.exit_code, json.loads(lines[0])


@pytest.mark.slow
@pytest.mark.parametrize("style", ["dots", "base"])
def test_a_styled_code_reads_as_its_payload_and_carries_a_certificate(disc, tmp_path, style):
    out, certificate = tmp_path / "code.png", tmp_path / "certificate.json"
    status, document = run(
        "--image", disc, "--payload", PAYLOAD, "--style", style,
        "--out", out, "--certificate", certificate,
    )  # fmt: skip
    assert (status, document["certificate"]) == (0, "pass")
    (barcode,) = zxingcpp.read_barcodes(cv2.imread(str(out)))
    assert barcode.text == PAYLOAD
    written = json.loads(certificate.read_text())
    assert written["verdict"] == "pass"
    assert written["decoders"]["simulated"] is True


@pytest.mark.slow
@pytest.mark.parametrize(
    ("covered_px", "status", "light", "reasons"),
    [
        pytest.param(0, 0, "green", [], id="whole"),
        pytest.param(70, 0, "amber", [("logo_too_large", False)], id="half-of-the-reserve-left"),
        pytest.param(95, 1, "red", [("logo_too_large", True)], id="reserve-gone"),
    ],
)
def test_a_code_of_another_encoder_is_judged_by_how_much_of_it_is_left(
    tmp_path, covered_px, status, light, reasons
):
    path, certificate = tmp_path / "code.png", tmp_path / "certificate.json"
    segno.make(PAYLOAD, error="q").save(path, scale=8, border=4)
    picture = cv2.imread(str(path))
    picture[100 : 100 + covered_px, 100 : 100 + covered_px] = 255
    cv2.imwrite(str(path), picture)

    command = ["art", "check", str(path), "--payload", PAYLOAD, "--certificate", str(certificate)]
    outcome = CliRunner().invoke(app, [*command, "--json"])
    document = json.loads(certificate.read_text())

    assert (outcome.exit_code, document["traffic_light"]) == (status, light)
    told = [(one["code"], one["is_blocking"]) for one in document["reasons"]]
    assert told[:1] == reasons


@pytest.mark.slow
def test_a_design_without_contrast_is_not_handed_out(disc, tmp_path):
    out, design = tmp_path / "code.svg", tmp_path / "design.json"
    design.write_text('{"light": "#b8b8b8", "dark": "#8a8a8a"}')
    status, document = run("--image", disc, "--payload", PAYLOAD, "--out", out, "--design", design)
    assert status == 1
    assert document["file"] is None
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.png", b"", "0 bytes"),
        ("logo.svg", b"<svg onload='x()'/>", "SVG"),
        ("noise.png", bytes(range(256)) * 8, "no picture"),
    ],
)
def test_artwork_that_can_not_be_used_is_refused_with_the_reason(tmp_path, name, content, said):
    image, out = tmp_path / name, tmp_path / "code.png"
    image.write_bytes(content)
    status, document = run("--image", image, "--payload", PAYLOAD, "--out", out)
    assert status == 1
    assert said in document["error"]["detail"]
    assert not out.exists()


def test_a_file_kind_that_is_not_written_is_refused_before_anything_is_written(disc, tmp_path):
    out = tmp_path / "code.gif"
    status, document = run("--image", disc, "--payload", PAYLOAD, "--out", out, "--version", 6)
    assert status == 1
    assert ".svg" in document["error"]["detail"]
    assert not out.exists()


def test_a_payload_that_does_not_fit_its_version_is_refused_with_what_fits(disc, tmp_path):
    status, document = run(
        "--image", disc, "--payload", PAYLOAD * 3, "--out", tmp_path / "c.png", "--version", 2
    )
    assert status == 1
    assert "version" in document["error"]["detail"].lower()


@pytest.mark.slow
def test_a_file_that_can_not_be_written_is_one_json_line_and_leaves_nothing(disc, tmp_path):
    status, document = run(
        "--image", disc, "--payload", PAYLOAD, "--out", tmp_path / "missing" / "code.svg"
    )
    assert status == 1
    assert "missing" in document["error"]["detail"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disc.png"]
