"""Votes across frames: read where no frame can be, and never a text that nobody printed."""

import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from vision.codes import clip as clip_module
from vision.codes.budget import Budget
from vision.codes.clip import (
    FORGET_AFTER_FRAMES,
    MOST_SYMBOLS,
    MOST_VOTES,
    ClipReader,
    ClipState,
    SymbolVotes,
    agreement_of,
)
from vision.codes.code_reading import GridStep
from vision.codes.grid_sightings import SightedGrid, carried, sighted_grids
from vision.codes.ladder import read_codes
from vision.codes.lattice.grid_map import GridMap, node_coordinates
from vision.codes.symbology import Symbology
from vision.frame import Frame
from vision.geometry import Quad

QR = frozenset({Symbology.QR_CODE})
TEXT = "https://id.example.com/01/06901234567892/21/7K3M9QRTVW2X4Y6Z8ABC"
OTHER = "https://id.example.com/01/06901234567892/21/AAAAAQRTVW2X4Y6Z8ABC"
MODULE_PX, FIRST_PX = 6, 60
# So much that nothing is cut short on a busy machine.
AMPLE_MS = 9_000


def drawn(text: str, shift_px: tuple[int, int] = (0, 0)) -> np.ndarray:
    """Segno's symbol on paper, grey uint8."""
    modules = np.array(list(segno.make_qr(text, error="l").matrix), np.uint8)
    symbol = np.where(np.kron(modules, np.ones((MODULE_PX, MODULE_PX), np.uint8)), 40, 210)
    side = symbol.shape[0] + 2 * FIRST_PX
    gray = np.full((side, side), 210, np.uint8)
    left, top = FIRST_PX + shift_px[0], FIRST_PX + shift_px[1]
    gray[top : top + symbol.shape[0], left : left + symbol.shape[1]] = symbol
    return cv2.GaussianBlur(gray, (0, 0), 0.8)


def glaring(gray: np.ndarray, at_xy: tuple[float, float], reach_px: float) -> np.ndarray:
    """White that washes a round part out, with a soft edge."""
    y, x = np.mgrid[: gray.shape[0], : gray.shape[1]]
    far2 = (x - at_xy[0]) ** 2 + (y - at_xy[1]) ** 2
    light = 600 * np.exp(-far2 / (2 * reach_px**2))
    return np.clip(gray + light, 0, 255).astype(np.uint8)


def glare_clip(text: str, count: int = 5) -> list[Frame]:
    """A spot that wanders from the lower right corner over the symbol to the upper left one."""
    frames = []
    for index, share in enumerate(np.linspace(0, 1, count)):
        gray = drawn(text, shift_px=(index, -index))
        side = gray.shape[0] - 2 * FIRST_PX
        place = FIRST_PX + side * (0.74 - 0.46 * share)
        frames.append(Frame.of_gray(glaring(gray, (place, place), 0.17 * side)))
    return frames


def follow(frames: list[Frame], state: ClipState | None = None):
    """The states and readings of every step."""
    state, told = state or ClipState(), []
    for frame in frames:
        state, readings = ClipReader(QR).step(state, frame, Budget.of_ms(AMPLE_MS))
        told.append(readings)
    return state, told


def test_frames_without_a_code_leave_nothing_behind() -> None:
    blank = Frame.of_gray(np.full((200, 300), 230, np.uint8))
    state, told = follow([blank, blank])
    assert told == [(), ()]
    assert (state.frame_count, state.symbols) == (2, ())


def test_a_frame_that_can_be_read_is_read_at_once(qr_scene) -> None:
    frame, quad, _ = qr_scene("EASY")
    state, ((reading,),) = follow([frame])
    assert reading.text == "EASY"
    assert reading.quad.overlaps(quad)
    assert state.symbols == ()


@pytest.mark.slow
def test_votes_read_what_no_single_frame_can() -> None:
    frames = glare_clip(TEXT)
    for frame in frames:
        assert [found for found in zxingcpp.read_barcodes(frame.gray) if found.valid] == []
        assert read_codes(frame, QR, budget_ms=AMPLE_MS) == ()
    _, told = follow(frames)
    texts = [reading.text for readings in told for reading in readings]
    assert set(texts) == {TEXT}
    first = next(reading for readings in told for reading in readings)
    assert told[0] == ()
    assert first.grid_step is GridStep.VOTES
    assert 0.5 < first.confidence <= 0.99
    modules = len(segno.make_qr(TEXT, error="l").matrix)
    assert first.modules == (modules, modules)


@pytest.mark.slow
def test_a_symbol_is_followed_where_its_finders_are_hidden() -> None:
    before, after = drawn(TEXT), drawn(TEXT, shift_px=(3, -2))
    (sighted,) = sighted_grids(before, Budget.of_ms(AMPLE_MS))
    hidden = glaring(after, (FIRST_PX + 20, FIRST_PX + 20), 22)
    assert sighted_grids(hidden, Budget.of_ms(AMPLE_MS)) == ()
    moved = carried(before, hidden, sighted, Budget.of_ms(AMPLE_MS))
    assert moved is not None
    assert moved.quad.centre_xy - sighted.quad.centre_xy == pytest.approx([3, -2], abs=0.5)
    # What the glare washes out is not believed.
    assert moved.reliability[:4, :4].mean() < 0.1 < moved.reliability[12:, 12:].mean()


def test_another_code_at_the_same_place_begins_anew_and_is_never_mixed_in() -> None:
    frames = [*glare_clip(TEXT)[:2], *glare_clip(OTHER)[1:2]]
    state, told = follow(frames)
    assert {reading.text for readings in told for reading in readings} <= {TEXT, OTHER}
    assert all(votes.frames <= 2 for votes in state.symbols)


def test_a_step_changes_no_state_and_gives_the_same_twice() -> None:
    frames = glare_clip(TEXT)[:2]
    state, _ = follow(frames[:1])
    kept = [(votes.total.copy(), votes.weight.copy()) for votes in state.symbols]
    assert kept
    once, twice = follow(frames[1:], state), follow(frames[1:], state)
    for votes, (total, weight) in zip(state.symbols, kept, strict=True):
        assert np.array_equal(votes.total, total)
        assert np.array_equal(votes.weight, weight)
    for one, other in zip(once[0].symbols, twice[0].symbols, strict=True):
        assert np.array_equal(one.total, other.total)
    assert [reading.text for reading in once[1][0]] == [reading.text for reading in twice[1][0]]


def test_a_symbol_that_left_the_picture_is_forgotten() -> None:
    state, _ = follow(glare_clip(TEXT)[:1])
    assert len(state.symbols) == 1
    blank = Frame.of_gray(np.full((60, 60), 230, np.uint8))
    state, _ = follow([blank] * FORGET_AFTER_FRAMES, state)
    assert len(state.symbols) == 1
    state, _ = follow([blank], state)
    assert state.symbols == ()


def sighting(seed: int, at_px: float = 50.0, version: int = 2, sure: float = 1.0) -> SightedGrid:
    """Random modules in a square at a place."""
    size = 17 + 4 * version
    rng = np.random.default_rng(seed)
    nodes = node_coordinates(size).astype(np.float32) * 4 + at_px
    grid = GridMap(size, np.stack(np.meshgrid(nodes, nodes), axis=-1))
    signed = rng.choice([-1.0, 1.0], (size, size)).astype(np.float32)
    reliability = np.full((size, size), sure, np.float32)
    return SightedGrid(version, grid, Quad(grid.corners_xy), signed, reliability)


def joined(symbols: tuple[SymbolVotes, ...], each: SightedGrid, number: int):
    votes, others = clip_module._joined(symbols, each, np.zeros((9, 9), np.uint8), number)
    return (votes, *others)[:MOST_SYMBOLS]


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1)), max_size=120))
def test_votes_stay_bounded_whatever_is_seen(seen: list[tuple[int, float]]) -> None:
    symbols: tuple[SymbolVotes, ...] = ()
    for number, (seed, sure) in enumerate(seen):
        symbols = joined(symbols, sighting(seed, sure=sure), number)
        assert len(symbols) <= MOST_SYMBOLS
        for votes in symbols:
            assert float(votes.weight.max()) <= MOST_VOTES * (1 + 1e-5)
            assert float(np.abs(votes.mean).max()) <= 1 + 1e-5


def test_like_sightings_share_votes_and_opposite_ones_do_not() -> None:
    one = sighting(1)
    symbols = joined((), one, 1)
    assert agreement_of(symbols[0], one) == pytest.approx(1)
    opposite = replace(one, signed=-one.signed)
    assert agreement_of(symbols[0], opposite) == pytest.approx(-1)
    assert agreement_of(symbols[0], sighting(1, version=3)) == -1
    assert [votes.frames for votes in joined(symbols, one, 2)] == [2]
    assert [votes.frames for votes in joined(symbols, opposite, 2)] == [1, 1]
    far = sighting(1, at_px=900.0)
    assert [votes.frames for votes in joined(symbols, far, 2)] == [1, 1]


def test_one_well_seen_module_outvotes_many_badly_seen_ones() -> None:
    truth = sighting(1, sure=0.9)
    symbols = joined((), truth, 1)
    wrong = replace(truth, signed=truth.signed.copy(), reliability=np.full_like(truth.signed, 0.5))
    wrong.signed[5, 5] *= -1
    wrong.reliability[5, 5] = 0.02
    for number in range(2, 12):
        symbols = joined(symbols, wrong, number)
    assert symbols[0].frames == 11
    assert np.array_equal(np.sign(symbols[0].mean), truth.signed)


@pytest.mark.slow
def test_random_modules_under_right_patterns_are_never_read() -> None:
    (seen,) = sighted_grids(drawn(TEXT), Budget.of_ms(AMPLE_MS))
    assert seen.version == (len(segno.make_qr(TEXT, error="l").matrix) - 17) // 4
    read = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        signed = seen.signed.copy()
        inner = signed[9:-8, 9:]
        inner[...] = rng.choice([-1.0, 1.0], inner.shape) * rng.uniform(0.1, 1, inner.shape)
        symbols = joined((), replace(seen, signed=signed), 1)
        symbols = joined(symbols, replace(seen, signed=signed), 2)
        read += clip_module._decoded(symbols[0], Budget.of_ms(AMPLE_MS)) is not None
    assert read == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (2, 2)])
def test_tiny_frames_and_frames_of_another_size_are_no_trouble(shape: tuple[int, int]) -> None:
    state, _ = follow(glare_clip(TEXT)[:1])
    state, told = follow([Frame.of_gray(np.zeros(shape, np.uint8))], state)
    assert told == [()]
    assert len(state.symbols) == 1


@pytest.mark.parametrize("budget_ms", [0.0, 30.0])
def test_a_frame_takes_little_more_than_its_budget(budget_ms: float) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (720, 1280)).astype(np.uint8)
    frame, state = Frame.of_gray(noise), ClipState()
    state, _ = ClipReader(QR).step(state, frame, Budget.of_ms(budget_ms))
    started_s = time.process_time()
    for _ in range(3):
        state, told = ClipReader(QR).step(state, frame, Budget.of_ms(budget_ms))
        assert told == ()
    assert time.process_time() - started_s < 3 * (budget_ms / 1000 + 0.4)
