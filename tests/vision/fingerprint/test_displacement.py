import time

import cv2
import numpy as np
import pytest
import segno

from vision.codes import read_codes
from vision.fingerprint import (
    HASH_BITS,
    PrintedMatrix,
    RegisteredPrint,
    edge_fingerprint,
    hash_distance,
    register,
    score_across_symbols,
    score_prints,
)
from vision.fingerprint.straight_view import grid_of_quad
from vision.geometry import Quad

PIXELS = 16


@pytest.fixture(scope="module")
def fingerprint(straight):
    """Return a function that gives the fingerprint of a straight patch drawn by the conftest."""

    def take(modules, shifts, change=None, masked=None):
        patch = straight(modules, shifts, PIXELS)
        patch = cv2.GaussianBlur(patch, (0, 0), 1.0)
        if change is not None:
            patch = change(patch)
        side = modules.shape[0]
        mask = np.zeros(modules.shape, bool) if masked is None else masked
        grid = grid_of_quad(Quad.upright(16, 16, 16 + 16 * side, 16 + 16 * side), side)
        return edge_fingerprint(
            RegisteredPrint(
                patch=np.asarray(patch, np.float32),
                pixels_per_module=PIXELS,
                matrix=PrintedMatrix(modules, mask),
                grid=grid,
                photo_pixels_per_module=float(PIXELS),
                residual_modules=0.0,
                uncertainty_modules=0.0,
                agreement=1.0,
            )
        )

    return take


def noisy(seed, deviation=2.0):
    generator = np.random.default_rng(seed)
    return lambda patch: patch + generator.normal(0, deviation, patch.shape).astype(np.float32)


def gamma(exponent):
    return lambda patch: 255 * (np.clip(patch, 0, 255) / 255) ** exponent


@pytest.fixture(scope="module")
def prints(modules, accidents, fingerprint):
    """Two photos of each of three prints."""
    return [
        [
            fingerprint(modules, accidents(modules.shape[0], 100 + n), noisy(2 * n + k))
            for k in (0, 1)
        ]
        for n in range(3)
    ]


def test_a_patch_without_edges_gives_a_fingerprint_that_says_nothing(modules, prints, fingerprint):
    nothing = np.zeros((33, 34)), np.zeros((34, 33))
    blank = fingerprint(modules, nothing, lambda patch: np.full_like(patch, 128))

    assert blank.edges_seen == 0
    score = score_prints(blank, prints[0][0])
    assert (score.same_item, score.common_edges) == (0.0, 0)


def test_photos_of_one_print_agree_and_photos_of_two_prints_do_not(prints):
    for one, two in prints:
        score = score_prints(one, two)
        assert score.plain > 0.9
        assert score.line_free > 0.9
        assert score.same_item == pytest.approx((score.plain + score.line_free) / 2)
    for a in range(3):
        for b in range(a):
            assert abs(score_prints(prints[a][0], prints[b][1]).same_item) < 0.2


def test_a_score_is_symmetric_and_one_with_itself(prints):
    one, other = prints[0][0], prints[1][0]

    assert score_prints(one, one).same_item == pytest.approx(1.0, abs=1e-5)
    assert score_prints(one, other) == score_prints(other, one)


@pytest.mark.parametrize("exponent", [0.6, 1.7])
def test_a_tone_curve_drops_out(modules, accidents, fingerprint, prints, exponent):
    bent = fingerprint(modules, accidents(modules.shape[0], 100), gamma(exponent))

    assert score_prints(bent, prints[0][0]).same_item > 0.85


def test_exposure_drops_out(modules, accidents, fingerprint):
    shifts = accidents(modules.shape[0], 100)
    plain = fingerprint(modules, shifts)
    dark = fingerprint(modules, shifts, lambda patch: 0.25 * patch + 5)

    assert score_prints(plain, dark).same_item > 0.999


def test_a_small_area_is_enough(prints):
    area = np.zeros((33, 33), bool)
    area[8:22, 8:22] = True
    one, two = (photo.within(area) for photo in prints[0])

    assert 20 < one.edges_seen < prints[0][0].edges_seen / 3
    assert score_prints(one, two).same_item > 0.85
    assert abs(score_prints(one, prints[1][0]).same_item) < 0.5


def test_too_small_an_area_tells_no_score(prints):
    area = np.zeros((33, 33), bool)
    area[8:11, 8:11] = True

    assert score_prints(prints[0][0].within(area), prints[0][1]).same_item == 0.0


def test_masked_modules_do_not_speak(modules, accidents, fingerprint, prints):
    masked = np.zeros(modules.shape, bool)
    masked[10:23, 10:23] = True
    shifts = accidents(modules.shape[0], 100)
    found = fingerprint(modules, shifts, noisy(9), masked)

    assert found.edges_seen == np.count_nonzero(found.matrix.open_edges())
    assert score_prints(found, prints[0][0]).same_item > 0.9


def with_line_gains(modules, gains):
    """Edge shifts (upright, lying) of a press that spreads more ink along some lines."""
    side = modules.shape[0]
    upright, lying = np.zeros((side, side + 1)), np.zeros((side + 1, side))
    edges = PrintedMatrix.of(modules).edges
    for is_lying, line, place, polarity in zip(
        edges.is_lying, edges.line, edges.place, edges.polarity, strict=True
    ):
        where = (lying, (line, place)) if is_lying else (upright, (place, line))
        where[0][where[1]] = polarity * gains[int(is_lying), line]
    return upright, lying


def test_prints_of_different_symbols_are_compared_as_of_one_press_only(
    modules, accidents, fingerprint
):
    other = np.array(list(segno.make("ANOTHER MESSAGE", version=4, error="q").matrix), bool)
    gains = np.random.default_rng(4).normal(0, 0.04, (2, 34)).clip(-0.1, 0.1)
    one, two = (
        fingerprint(
            symbol,
            [
                line + accident
                for line, accident in zip(
                    with_line_gains(symbol, gains), accidents(33, seed, 0.01), strict=True
                )
            ],
        )
        for symbol, seed in ((modules, 1), (other, 2))
    )

    with pytest.raises(ValueError, match="same symbol"):
        score_prints(one, two)
    score = score_across_symbols(one, two)
    assert score.plain > 0.6
    assert abs(score.line_free) < 0.25


def test_hashes_part_one_print_from_others(prints):
    hashes = [[photo.hashed() for photo in pair] for pair in prints]

    assert hashes[0][0].shape == (HASH_BITS // 8,)
    for one, two in hashes:
        assert hash_distance(one, two) < 0.25
    for a in range(3):
        for b in range(a):
            assert 0.4 < hash_distance(hashes[a][0], hashes[b][0]) < 0.6


def test_a_hash_is_the_same_on_every_call(prints):
    assert np.array_equal(prints[0][0].hashed(), prints[0][0].hashed())
    assert hash_distance(np.zeros(256, np.uint8), np.full(256, 255, np.uint8)) == 1.0
    assert hash_distance(np.zeros(256, np.uint8), np.zeros(256, np.uint8)) == 0.0


def test_random_projections_keep_angles(prints):
    # Goemans and Williamson 1995: share of differing signs = angle / pi.
    one, two = prints[0]
    cosine = np.vdot(one.line_free, two.line_free)
    cosine /= np.linalg.norm(one.line_free) * np.linalg.norm(two.line_free)
    expected = np.arccos(cosine) / np.pi

    assert hash_distance(one.hashed(), two.hashed()) == pytest.approx(expected, abs=0.035)


def test_from_two_photos_to_one_verdict(modules, accidents, photographed):
    side = modules.shape[0]
    views = (
        [(45.0, 45.0), (414.0, 46.0), (418.0, 419.0), (41.0, 415.0)],
        [(65.0, 43.0), (403.0, 79.0), (389.0, 374.0), (50.0, 425.0)],
    )
    found = []
    for seed in (200, 201):
        for corners in views:
            frame, _ = photographed(modules, accidents(side, seed), corners, noise=1.5)
            (reading,) = read_codes(frame, budget_ms=10_000)
            found.append(edge_fingerprint(register(frame, reading)))

    assert score_prints(found[0], found[1]).same_item > 0.7
    assert score_prints(found[2], found[3]).same_item > 0.7
    assert max(score_prints(a, b).same_item for a in found[:2] for b in found[2:]) < 0.25


@pytest.mark.bench
def test_features_take_80_ms_a_hash_5_ms_and_a_score_50_microseconds(
    modules, straight, accidents, fingerprint, prints
):
    cv2.setNumThreads(1)
    one, two = prints[0]

    def median_s(call, repeats):
        times = []
        for _ in range(repeats):
            began = time.thread_time()
            call()
            times.append(time.thread_time() - began)
        return float(np.median(times))

    assert median_s(lambda: score_prints(one, two), 501) < 50e-6
    assert median_s(one.hashed, 21) < 5e-3
