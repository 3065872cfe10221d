import cv2
import numpy as np
import segno

from vision import Frame, RetakeHint, Symbology, decode_frame, read_frame
from vision.frame import encode_jpeg


def picture(payload, pixels_per_module=6, version=None):
    modules = np.array(
        list(segno.make(payload, version=version, error="l", micro=False).matrix), np.uint8
    )
    block = np.ones((pixels_per_module, pixels_per_module), np.uint8)
    code = 230 - 200 * np.kron(modules, block)
    return Frame.of_gray(cv2.copyMakeBorder(code, 40, 40, 40, 40, 0, value=230))


def test_a_picture_without_a_code_is_read_as_a_value_with_a_hint():
    reading = read_frame(Frame.of_gray(np.full((100, 100), 10, np.uint8)))

    assert (reading.codes, reading.main_code, reading.patch) == ((), None, None)
    assert reading.quality.hint is RetakeHint.MORE_LIGHT


def test_a_jpeg_becomes_code_quality_and_patch():
    frame = decode_frame(encode_jpeg(picture("HELLO"), 80))

    reading = read_frame(frame, {Symbology.QR_CODE})

    assert reading.main_code is not None
    assert reading.main_code.text == "HELLO"
    assert reading.quality.hint is RetakeHint.NONE
    assert abs(reading.quality.pixels_per_module - 6) < 0.1
    # 21 modules and twice four of quiet zone at 8 px each.
    assert reading.patch.shape == (232, 232, 3)


def test_the_largest_qr_code_still_has_a_patch_within_its_cap():
    reading = read_frame(picture("A" * 4000, 4, version=40), {Symbology.QR_CODE})

    assert reading.codes[0].modules == (177, 177)
    assert max(reading.patch.shape) == (177 + 8) * 8
