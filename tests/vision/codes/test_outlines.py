import cv2
import numpy as np
import pytest

from vision.codes.finding.outlines import _beginnings, _outlines, is_affordable


def followed(dark):
    return len(cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)[0])


@pytest.mark.parametrize("shape", [(1, 1), (2, 50), (50, 2), (3, 3)])
def test_a_picture_of_a_few_pixels_takes_no_time(shape):
    assert is_affordable(np.full(shape, 255, np.uint8), 0.01)


def test_a_light_picture_has_nothing_to_follow():
    assert is_affordable(np.zeros((600, 800), np.uint8), 0.01)


def test_squares_and_their_holes_are_counted_as_they_are_followed():
    dark = np.zeros((400, 600), np.uint8)
    for left in range(20, 560, 40):
        cv2.rectangle(dark, (left, 101), (left + 20, 121), 255, -1)
        cv2.rectangle(dark, (left + 6, 107), (left + 14, 115), 0, -1)

    assert followed(dark) == _outlines(dark) == 28


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("blur_px", [0.6, 1.5, 4.0])
def test_no_fewer_beginnings_than_outlines_in_noise(seed, blur_px):
    noise = np.random.default_rng(seed).normal(0, 1, (500, 700)).astype(np.float32)
    dark = np.where(cv2.GaussianBlur(noise, (0, 0), blur_px) > 0, 255, 0).astype(np.uint8)

    assert _beginnings(dark) > 0.9 * followed(dark)


def test_carpets_are_not_followed_and_a_page_of_text_is():
    """OpenCV follows 60,000 outlines in half a second, and 3,000 in ten milliseconds."""
    carpet = np.kron(np.indices((500, 500)).sum(0) % 2, np.pad(np.ones((2, 2)), 1)) * 255
    page = np.zeros((750, 1000), np.uint8)
    for baseline in range(20, 740, 22):
        cv2.putText(page, "abcdeo 0698 BDOQ " * 6, (4, baseline), 0, 0.5, 255, 1)

    assert not is_affordable(carpet.astype(np.uint8), 200.0)
    assert is_affordable(page, 30.0)
