"""However a picture is made, reading it ends in time and within memory.

Time is that of the reading thread on a single core, and the budget's clock is the same one, so that
a busy machine neither fails these tests nor hides an overdraft.
"""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from vision.codes import Symbology, read_codes
from vision.codes.budget import Budget
from vision.codes.finding.contours import MAX_FINDERS, PASSES, find_finders
from vision.codes.finding.pairs import inferred_triples
from vision.codes.finding.triples import find_triples
from vision.codes.grid_reader import read_grids
from vision.codes.ladder import DEFAULT_LIMIT
from vision.frame import Frame, FrameError, FrameRejection, decode_frame

HARD_LIMIT_S = 0.6
SMALL_HW = (480, 640)
QR = (Symbology.QR_CODE,)


def seconds_for(clock, action):
    started = clock()
    action()
    return clock() - started


def frame_of(gray):
    frame = Frame.of_gray(gray)
    # The grey picture is made once, before the clock runs.
    assert frame.gray.size
    return frame


def test_every_attack_ends_soon_after_a_short_budget(attack, own_clock, every_attack):
    frame = frame_of(attack(every_attack, SMALL_HW))
    took_s = seconds_for(own_clock, lambda: read_codes(frame, budget_ms=80, clock=own_clock))
    assert took_s < 0.2


def test_every_attack_tells_nothing_that_is_not_there(attack, every_attack):
    codes = read_codes(Frame.of_gray(attack(every_attack, SMALL_HW)), QR, budget_ms=40)
    assert every_attack == "valid_codes" or codes == ()


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [None, QR], ids=["all", "qr"])
def test_twelve_megapixels_of_an_attack_end_within_600_ms(attack, own_clock, every_attack, kinds):
    frame = frame_of(attack(every_attack))
    took_s = seconds_for(own_clock, lambda: read_codes(frame, kinds, clock=own_clock))
    assert took_s <= HARD_LIMIT_S


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1080, 1920), (1500, 2000), (2448, 3264)])
def test_attacks_of_other_sizes_end_within_600_ms(attack, own_clock, every_attack, shape):
    frame = frame_of(attack(every_attack, shape))
    took_s = seconds_for(own_clock, lambda: read_codes(frame, clock=own_clock))
    assert took_s <= HARD_LIMIT_S


@pytest.mark.parametrize("kinds", [None, QR], ids=["all", "qr"])
def test_a_sheet_of_five_hundred_codes_is_read_up_to_the_limit(attack, own_clock, kinds):
    """The decoder by itself reads none of them: it gives up on so many finders."""
    frame = frame_of(attack("valid_codes"))
    found = []
    took_s = seconds_for(own_clock, lambda: found.extend(read_codes(frame, kinds, clock=own_clock)))
    texts = {code.text for code in found}
    assert len(texts) == DEFAULT_LIMIT
    assert texts <= {f"SN{index:05d}" for index in range(500)}
    assert took_s <= HARD_LIMIT_S


@pytest.mark.slow
def test_memory_stays_bounded_on_twelve_megapixels(attack, peak_mib, every_attack):
    frame = frame_of(attack(every_attack))
    assert peak_mib(lambda: read_codes(frame)) < 320


@pytest.mark.parametrize(
    "shape",
    [(1, 1), (1, 2), (2, 2), (1, 5000), (5000, 1), (3, 5000), (20, 5000), (21, 21), (16_000, 22)],
)
@pytest.mark.parametrize("name", ["white", "noise_of_two_levels", "checkers_of_1_px"])
def test_pictures_of_odd_shapes_end_in_time_and_read_nothing(attack, own_clock, name, shape):
    frame = frame_of(attack(name, shape))
    found = []
    took_s = seconds_for(
        own_clock, lambda: found.extend(read_codes(frame, budget_ms=100, clock=own_clock))
    )
    assert found == []
    assert took_s < 0.25


def test_twelve_thousand_pixels_square_are_refused_before_they_are_decoded(peak_mib):
    stream = io.BytesIO()
    Image.new("1", (12_000, 12_000), 1).save(stream, "PNG")

    def decode():
        with pytest.raises(FrameError) as caught:
            decode_frame(stream.getvalue())
        assert caught.value.rejection is FrameRejection.TOO_MANY_PIXELS

    assert peak_mib(decode) < 16


@pytest.mark.slow
@pytest.mark.parametrize("name", ["white", "finders_of_4_px", "noise"])
def test_twelve_thousand_pixels_square_that_were_decoded_end_soon(
    attack, own_clock, peak_mib, name
):
    """A caller with its own pixels may pass more than `decode_frame` lets through."""
    frame = frame_of(attack(name, (12_000, 12_000)))
    took = []
    peak = peak_mib(
        lambda: took.append(seconds_for(own_clock, lambda: read_codes(frame, clock=own_clock)))
    )
    assert took[0] <= HARD_LIMIT_S
    assert peak < 512


@pytest.mark.parametrize("budget_ms", [1e-9, 1, 5])
@pytest.mark.parametrize("name", ["noise", "finders_of_4_px", "noise_symbols_of_version_40"])
def test_hardly_any_budget_ends_after_one_look_at_most(attack, own_clock, name, budget_ms):
    frame = frame_of(attack(name, SMALL_HW))
    took_s = seconds_for(own_clock, lambda: read_codes(frame, budget_ms=budget_ms, clock=own_clock))
    assert took_s < 0.15


@pytest.mark.parametrize("budget_ms", [0, -1, float("nan")])
def test_no_budget_is_refused(attack, budget_ms):
    frame = frame_of(attack("noise", (40, 40)))
    with pytest.raises(ValueError, match="budget above 0"):
        read_codes(frame, budget_ms=budget_ms)


def test_a_spent_budget_lets_the_grid_reader_begin_nothing(attack, own_clock):
    gray = attack("finders_of_4_px", (1500, 2000))
    took_s = seconds_for(own_clock, lambda: read_grids(gray, Budget.of_ms(-1, own_clock)))
    assert took_s < 0.05


@pytest.mark.parametrize(
    "name", ["finders_of_4_px", "finders_of_all_sizes", "finders_turned_17_deg"]
)
def test_thousands_of_finders_give_a_bounded_list_in_bounded_time(attack, own_clock, name):
    gray = attack(name, (1000, 1333))
    found = []
    budget = Budget.of_ms(400, own_clock)
    took_s = seconds_for(own_clock, lambda: found.extend(find_finders(gray, PASSES[0], budget)))
    assert 3 <= len(found) <= MAX_FINDERS
    assert took_s < 0.45
    # All of them may be joined: triples and pairs are bounded too.
    took_s = seconds_for(own_clock, lambda: (find_triples(found, 4), inferred_triples(found, 12)))
    assert took_s < 0.15


@pytest.mark.parametrize("level", range(len(PASSES)))
@pytest.mark.parametrize("name", ["zone_plate", "noise", "finders_in_noise", "maze"])
def test_no_level_of_effort_runs_far_beyond_its_budget(attack, own_clock, name, level):
    gray = attack(name, (750, 1000))
    budget = Budget.of_ms(20, own_clock)
    took_s = seconds_for(own_clock, lambda: find_finders(gray, PASSES[level], budget))
    assert took_s < 0.15


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_fifty_photos_of_noise_hold_no_code(seed):
    """500 in all: grain, blur, blocks, streaks and uneven light, as no subject gives them."""
    rng = np.random.default_rng(seed)
    for _ in range(50):
        height, width = rng.integers(80, 700, 2)
        gray = rng.normal(128, rng.uniform(10, 90), (height, width)).astype(np.float32)
        match int(rng.integers(4)):
            case 0:
                gray = cv2.GaussianBlur(gray, (0, 0), rng.uniform(0.5, 6)) * 4 - 384
            case 1:
                gray = cv2.resize(
                    gray[:: rng.integers(2, 9), :: rng.integers(2, 9)], (width, height)
                )
            case 2:
                gray = cv2.blur(gray, (1, int(rng.integers(5, 60)))) * 3 - 256
            case 3:
                gray = np.where(gray > 128, 220, 30).astype(np.float32)
        light = np.linspace(rng.uniform(0.2, 1), 1, width, dtype=np.float32)
        frame = Frame.of_gray(np.clip(gray * light, 0, 255).astype(np.uint8))
        assert read_codes(frame, budget_ms=150) == ()
