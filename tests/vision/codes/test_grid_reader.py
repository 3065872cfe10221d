"""The grid reader on labels bent in closed form: where every module must lie is known."""

import cv2
import numpy as np
import pytest
import segno

from vision.codes import CodeReading, Rung, Symbology, read_codes, rectify
from vision.codes.budget import Budget
from vision.codes.code_reading import GridStep
from vision.codes.decoder import decode_view
from vision.codes.evaluate import QR_KINDS
from vision.codes.finding.contours import PASSES, find_finders
from vision.codes.finding.triples import find_triples
from vision.codes.grid_guess import timing_fits
from vision.codes.grid_reader import grid_stages, look_for_more, read_grids
from vision.codes.views import native_view
from vision.frame import Frame
from vision.geometry import Quad

AMPLE_MS = 60_000
TEXT = "https://dianjin.example/01/09506000134352/21/7K3M9QX2"
MODULE_PX, MARGIN_PX = 7, 60


def flat(text=TEXT, version=4):
    code = segno.make_qr(text, version=version, error="m")
    modules = np.array(list(code.matrix), dtype=np.uint8)
    ink = np.kron(modules, np.ones((MODULE_PX, MODULE_PX), np.uint8))
    paper = np.where(np.pad(ink, MARGIN_PX), 30, 225).astype(np.uint8)
    return paper, modules


class Bend:
    """A label on a roll, seen from above: x = r sin(a), y = y0 + lean r (1 - cos(a))."""

    def __init__(self, side_px, half_bend_deg, lean):
        self.middle = (side_px - 1) / 2
        self.radius = self.middle / np.deg2rad(half_bend_deg)
        self.lean = lean

    def seen(self, xy):
        angle = (xy[:, 0] - self.middle) / self.radius
        x = self.middle + self.radius * np.sin(angle)
        return np.stack((x, xy[:, 1] + self.lean * self.radius * (1 - np.cos(angle))), axis=1)

    def photo(self, paper):
        x, y = np.meshgrid(*(np.arange(side, dtype=np.float64) for side in paper.shape[::-1]))
        sine = np.clip((x - self.middle) / self.radius, -0.999, 0.999)
        source_x = self.middle + self.radius * np.arcsin(sine)
        source_y = y - self.lean * self.radius * (1 - np.sqrt(1 - sine**2))
        bent = cv2.remap(
            paper,
            source_x.astype(np.float32),
            source_y.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=225,
        )
        return np.asarray(cv2.GaussianBlur(bent, (0, 0), 0.8), np.uint8)


@pytest.fixture(scope="module")
def roll():
    """The photo of a bent label that the decoder alone does not read, and how it is bent."""
    paper, modules = flat()
    tall = cv2.copyMakeBorder(paper, 0, 200, 0, 0, cv2.BORDER_CONSTANT, value=225)
    bend = Bend(paper.shape[1], 62.0, 0.55)
    return bend.photo(tall), bend, modules


def place_of(uv):
    """Places on the flat label, px, of module coordinates."""
    return MARGIN_PX - 0.5 + np.asarray(uv, np.float64) * MODULE_PX


def test_a_blank_picture_and_a_picture_of_a_few_pixels_hold_no_grid():
    assert read_grids(np.full((300, 400), 200, np.uint8), Budget.of_ms(AMPLE_MS)) == []
    for shape in ((1, 1), (1, 400), (400, 1), (20, 20)):
        assert read_grids(np.zeros(shape, np.uint8), Budget.of_ms(AMPLE_MS)) == []


def test_a_bent_label_that_the_decoder_cannot_read_is_read_and_its_modules_are_placed(roll):
    photo, bend, modules = roll
    assert decode_view(native_view(photo), QR_KINDS) == []

    (reading,) = read_grids(photo, Budget.of_ms(AMPLE_MS))

    assert reading.barcode.text == TEXT
    assert (reading.version, reading.grid.size_modules) == (4, len(modules))
    at = np.arange(len(modules)) + 0.5
    uv = np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2)
    off = np.linalg.norm(reading.grid.points_xy(uv) - bend.seen(place_of(uv)), axis=1)
    assert np.median(off) < 0.15 * MODULE_PX
    assert off.max() < 0.6 * MODULE_PX
    assert reading.agreement > 0.95


def test_the_ladder_says_that_the_grid_reader_won_and_keeps_the_map(roll):
    photo, _, modules = roll

    (code,) = read_codes(Frame.of_gray(photo), QR_KINDS, budget_ms=AMPLE_MS)

    assert (code.text, code.symbology) == (TEXT, Symbology.QR_CODE)
    assert code.rung is Rung.GRID
    assert code.grid_step in tuple(GridStep)
    assert 0.9 < code.confidence <= 0.99
    assert (code.modules, code.error_correction) == (modules.shape, "M")
    assert code.grid is not None


def test_the_patch_of_a_bent_label_is_straight(roll):
    photo, _, modules = roll
    frame = Frame.of_gray(photo)
    (code,) = read_codes(frame, QR_KINDS, budget_ms=AMPLE_MS)

    patch = rectify(frame, code, pixels_per_module=6, margin_modules=4)

    side = (len(modules) + 8) * 6
    assert patch.shape == (side, side, 3)
    centres = patch[3::6, 3::6, 0][4:-4, 4:-4]
    assert ((centres < 128) == (modules == 1)).mean() > 0.995
    assert (patch[3::6, 3::6, 0][:4] > 128).mean() > 0.99


@pytest.mark.parametrize("margin_modules", [0, 2, 4, 7])
def test_the_margin_of_a_bent_patch_is_the_asked_one(roll, margin_modules):
    photo, _, modules = roll
    frame = Frame.of_gray(photo)
    (code,) = read_codes(frame, QR_KINDS, budget_ms=AMPLE_MS)

    patch = rectify(frame, code, 4, margin_modules)

    side = (len(modules) + 2 * margin_modules) * 4
    assert patch.shape == (side, side, 3)
    first = margin_modules * 4 + 2
    centres = patch[first::4, first::4, 0][: len(modules), : len(modules)]
    assert ((centres < 128) == (modules == 1)).mean() > 0.98


def test_a_large_photo_of_a_bent_label_gives_the_same_patch(roll):
    photo, _, modules = roll
    large = cv2.resize(photo, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    frame = Frame.of_gray(np.asarray(large, np.uint8))
    (code,) = read_codes(frame, QR_KINDS, budget_ms=AMPLE_MS)

    patch = rectify(frame, code, pixels_per_module=4)

    centres = patch[2::4, 2::4, 0][4:-4, 4:-4]
    assert ((centres < 128) == (modules == 1)).mean() > 0.99


def test_an_inverted_bent_label_is_read(roll):
    photo, _, _ = roll

    found = read_grids(np.asarray(255 - photo, np.uint8), Budget.of_ms(AMPLE_MS))

    assert [reading.barcode.text for reading in found] == [TEXT]


def test_a_known_place_is_not_read_again(roll):
    photo, _, _ = roll
    (reading,) = read_grids(photo, Budget.of_ms(AMPLE_MS))

    assert read_grids(photo, Budget.of_ms(AMPLE_MS), known=[reading.quad]) == []


def test_nothing_is_begun_without_time(roll):
    assert read_grids(roll[0], Budget.of_ms(0)) == []


def test_a_bent_label_beside_a_flat_one_is_found_and_the_limit_is_kept(roll):
    photo, _, _ = roll
    paper, _ = flat("FLAT", 1)
    height = max(len(photo), len(paper))
    sides = [
        cv2.copyMakeBorder(one, 0, height - len(one), 0, 0, cv2.BORDER_CONSTANT, value=225)
        for one in (paper, photo)
    ]
    frame = Frame.of_gray(np.hstack(sides))

    both = read_codes(frame, QR_KINDS, budget_ms=AMPLE_MS)
    first = read_codes(frame, QR_KINDS, limit=1, budget_ms=AMPLE_MS)

    assert {(code.text, code.rung) for code in both} == {
        ("FLAT", Rung.NATIVE),
        (TEXT, Rung.GRID),
    }
    assert [code.text for code in first] == ["FLAT"]


def test_a_look_for_more_finds_nothing_where_all_was_read():
    paper, _ = flat()
    (code,) = read_codes(Frame.of_gray(paper), QR_KINDS)

    assert look_for_more(paper, Budget.of_ms(AMPLE_MS), 5, [code.quad]) == []


def test_every_stage_yields_and_they_come_to_an_end():
    noise = np.random.default_rng(4).integers(0, 256, (200, 200), dtype=np.uint8)

    stages = list(grid_stages(noise, Budget.of_ms(AMPLE_MS)))

    assert len(stages) <= 20
    assert all(found == [] for found in stages)


def test_a_stage_that_its_turn_cuts_short_goes_on_in_the_next_one(roll):
    photo, _, _ = roll
    turns = []

    def no_time() -> Budget:
        turns.append(1)
        return Budget.of_ms(0)

    whole = [found for found in grid_stages(photo, Budget.of_ms(AMPLE_MS)) if found]
    pieces = list(grid_stages(photo, Budget.of_ms(AMPLE_MS), turn=no_time))

    read = [[reading.barcode.text for reading in found] for found in pieces if found]
    assert [[reading.barcode.text for reading in found] for found in whole[:1]] == read[:1]
    assert read[0] == [TEXT]
    assert len(turns) >= len(pieces)


def test_a_photo_that_is_shrunk_has_its_modules_placed_as_well(roll):
    photo, bend, modules = roll
    large = cv2.resize(photo, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    large = np.pad(np.asarray(large, np.uint8), ((37, 0), (51, 0)), constant_values=225)

    (reading,) = read_grids(large, Budget.of_ms(AMPLE_MS))

    at = np.arange(len(modules)) + 0.5
    uv = np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2)
    expected = (bend.seen(place_of(uv)) + 0.5) * 4 - 0.5 + (51, 37)
    off = np.linalg.norm(reading.grid.points_xy(uv) - expected, axis=1)
    assert reading.barcode.text == TEXT
    assert np.median(off) < 0.15 * 4 * MODULE_PX


@pytest.mark.parametrize("version", [1, 2, 3, 5, 8, 12, 20, 30])
def test_the_timing_rows_alone_tell_the_version(version):
    paper, _ = flat("A", version)
    finders = find_finders(paper, PASSES[0], Budget.of_ms(AMPLE_MS))
    (triple, *_) = find_triples(finders, 1)
    candidates = [v for v in range(version - 2, version + 3) if 1 <= v <= 40]

    fits = timing_fits(paper, triple, candidates)

    assert candidates[int(np.argmax(fits))] == version
    assert max(fits) > 0.8


def test_a_reading_needs_no_grid():
    quad = Quad.upright(0, 0, 9, 9)
    reading = CodeReading("a", b"a", Symbology.QR_CODE, quad, (Rung.NATIVE,))

    assert (reading.grid, reading.grid_step, reading.confidence) == (None, None, 0.99)
