"""Maps grown onto the module edges of bends whose inverse is known in closed form."""

import cv2
import numpy as np
import pytest
import segno

from vision.codes.budget import Budget
from vision.codes.finding.finder import UNIT_CORNERS, Finder
from vision.codes.finding.triples import FinderTriple, Place
from vision.codes.grid_reader import USUAL_GROWTHS
from vision.codes.lattice.grid_map import node_coordinates
from vision.codes.lattice.growth import GrowthStyle, grow
from vision.codes.lattice.start import Start, start_map
from vision.codes.soft.modules_decoder import decode_modules
from vision.codes.soft.qr_symbol import pattern_agreement, with_ideal_patterns
from vision.codes.soft.sampling import by_extremes, module_means

PIXELS = 6.0
HALF_SIDES = np.array((1.5, 2.5, 3.5))


class Wave:
    """Rows and columns swing by `amount` modules, one wave over a symbol and a half."""

    def __init__(self, size, amount):
        self.size, self.amount = size, amount
        self.turn = 2 * np.pi / (1.5 * size)

    def xy(self, u, v):
        y = PIXELS * v + 60
        return PIXELS * (u + self.amount * np.sin(self.turn * v)) + 60, y

    def uv(self, x, y):
        v = (y - 60) / PIXELS
        return (x - 60) / PIXELS - self.amount * np.sin(self.turn * v), v


class Cylinder:
    """Bent around an upright axis: columns crowd towards both limbs."""

    def __init__(self, size, half_bend_rad):
        self.size, self.radius = size, size / 2 / half_bend_rad
        self.middle = 60 + PIXELS * size / 2

    def xy(self, u, v):
        x = self.radius * np.sin((u - self.size / 2) / self.radius)
        return PIXELS * x + self.middle, PIXELS * v + 60

    def uv(self, x, y):
        share = np.clip((x - self.middle) / PIXELS / self.radius, -1, 1)
        return self.radius * np.arcsin(share) + self.size / 2, (y - 60) / PIXELS


class Fold:
    """Folded along an upright line, the far side leaning away: its columns are narrower at once."""

    def __init__(self, size, at, narrower):
        self.size, self.at, self.narrower = size, at, narrower

    def xy(self, u, v):
        beyond = np.maximum(u - self.at, 0)
        x = np.minimum(u, self.at) + self.narrower * beyond
        return PIXELS * x + 60, PIXELS * (v + 0.2 * beyond) + 60

    def uv(self, x, y):
        x = (x - 60) / PIXELS
        u = np.where(x < self.at, x, self.at + (x - self.at) / self.narrower)
        return u, (y - 60) / PIXELS - 0.2 * np.maximum(u - self.at, 0)


def symbol(version):
    code = segno.make("GROWN " + "x" * version, version=version, error="m", boost_error=False)
    return np.array(list(code.matrix), dtype=bool)


def triple_of(bend, lost=None):
    finders = []
    far = bend.size - 3.5
    for index, centre in enumerate(((3.5, 3.5), (far, 3.5), (3.5, far))):
        corners = HALF_SIDES[:, None, None] * UNIT_CORNERS + centre
        xy = np.stack(bend.xy(corners[..., 0], corners[..., 1]), axis=-1)
        if index == lost:
            xy = xy + 400
        finders.append(Finder.of_squares(HALF_SIDES, xy))
    return FinderTriple(*finders, far - 3.5, far - 3.5, 0.0, lost)


def error_modules(grid, bend):
    at = node_coordinates(bend.size)
    at = at[(at > 0) & (at < bend.size)]
    u, v = np.meshgrid(at, at)
    truth = np.stack(bend.xy(u, v), axis=-1)
    uv = np.column_stack((u.ravel(), v.ravel()))
    apart = grid.points_xy(uv).reshape(truth.shape) - truth
    return np.linalg.norm(apart, axis=-1) / PIXELS


def grown_map(gray, start, seen=tuple(Place)):
    *_, last = grow(gray, start, GrowthStyle(), Budget.of_ms(60_000), seen)
    return last


BENDS = [
    pytest.param(2, Wave(25, 1.2), id="wave"),
    pytest.param(5, Wave(37, 1.5), id="wave-5"),
    pytest.param(2, Cylinder(25, 0.7), id="cylinder"),
    pytest.param(7, Cylinder(45, 0.8), id="cylinder-7"),
]


@pytest.mark.parametrize(("version", "bend"), BENDS)
def test_growth_recovers_a_smooth_bend_to_a_tenth_of_a_module(seen_modules, version, bend):
    modules = symbol(version)
    side = int(PIXELS * bend.size) + 120
    gray = seen_modules(modules, bend.uv, (side, side))
    start = start_map(triple_of(bend), bend.size, Start.BENT)
    grown = grown_map(gray, start)
    before, after = error_modules(start, bend), error_modules(grown.grid, bend)
    assert before.max() > 0.25, "a start that needs no growth proves nothing"
    assert np.sqrt((after**2).mean()) < 0.06
    assert after.max() < 0.25
    assert grown.trusted.mean() > 0.97
    assert grown.mean_coherence > 0.8
    signed = by_extremes(module_means(gray, grown.grid), 7).symbol
    assert np.array_equal(signed < 0, modules)


@pytest.mark.parametrize("at", [10.0, 12.5, 15.0])
def test_the_style_for_creases_follows_a_fold(seen_modules, at):
    bend, modules = Fold(25, at, 0.75), symbol(2)
    gray = seen_modules(modules, bend.uv, (300, 300))
    start, style = USUAL_GROWTHS[1]
    first = start_map(triple_of(bend), 25, start)
    *_, grown = grow(gray, first, style, Budget.of_ms(60_000))
    assert error_modules(first, bend).max() > 0.25, "a start that needs no growth proves nothing"
    assert error_modules(grown.grid, bend).max() < 0.5
    signed = by_extremes(module_means(gray, grown.grid), 7).symbol
    assert decode_modules(with_ideal_patterns(signed, 2)) is not None


def test_a_start_that_leads_nowhere_is_given_up_and_one_that_is_done_ends(seen_modules):
    bend = Wave(25, 0.5)
    gray = seen_modules(symbol(2), bend.uv, (270, 270))
    style = GrowthStyle(iterations=40, look_every=1)
    noise = np.random.default_rng(4).integers(0, 256, (300, 300), dtype=np.uint8)
    start = start_map(triple_of(bend), 25, Start.BENT)
    assert len(list(grow(noise, start, style, Budget.of_ms(60_000)))) <= 6
    rounds = list(grow(gray, start, style, Budget.of_ms(60_000)))
    assert rounds[-1].is_last
    assert len(rounds) < 20
    assert error_modules(rounds[-1].grid, bend).max() < 0.25


@pytest.mark.parametrize("lost", Place)
def test_growth_reaches_a_finder_that_was_lost(seen_modules, lost):
    bend = Wave(25, 0.5)
    modules = symbol(2)
    side = int(PIXELS * 25) + 120
    gray = seen_modules(modules, bend.uv, (side, side))
    zones = ((slice(0, 8), slice(0, 8)), (slice(0, 8), slice(17, 25)), (slice(17, 25), slice(0, 8)))
    rows, columns = zones[lost]
    # Glare over it: paper white.
    x, y = bend.xy(np.array((columns.start, columns.stop)), np.array((rows.start, rows.stop)))
    cv2.rectangle(gray, (int(x[0]) - 4, int(y[0]) - 4), (int(x[1]) + 4, int(y[1]) + 4), 255, -1)
    triple = triple_of(bend, lost)
    grown = grown_map(gray, start_map(triple, 25, Start.BENT), triple.seen)
    apart = error_modules(grown.grid, bend)
    signed = by_extremes(module_means(gray, grown.grid), 7).symbol
    assert np.median(apart) < 0.1
    assert pattern_agreement(signed, 2, lost).finder > 0.97
    assert pattern_agreement(signed, 2).finder < 0.9
    barcode = decode_modules(with_ideal_patterns(signed, 2))
    assert barcode is not None
    assert barcode.text == "GROWN xx"


def test_plane_start_is_exact_for_a_plane():
    class Plane(Wave):
        def xy(self, u, v):
            w = 1 + 0.004 * u + 0.002 * v
            return (60 + PIXELS * u + v) / w, (60 + PIXELS * v) / w

    grid = start_map(triple_of(Plane(25, 0)), 25, Start.PLANE)
    assert error_modules(grid, Plane(25, 0)).max() < 0.02


def test_blank_picture_grows_nothing():
    bend = Wave(25, 1.0)
    start = start_map(triple_of(bend), 25, Start.STIFF)
    blank = np.full((300, 300), 200, np.uint8)
    assert list(grow(blank, start, GrowthStyle(), Budget.of_ms(60_000))) == []


def test_spent_budget_grows_nothing(seen_modules):
    bend = Wave(25, 1.0)
    gray = seen_modules(symbol(2), bend.uv, (270, 270))
    start = start_map(triple_of(bend), 25, Start.FLATTEST)
    assert list(grow(gray, start, GrowthStyle(), Budget.of_ms(0))) == []


def test_noise_is_not_taken_for_a_lattice():
    noise = np.random.default_rng(4).integers(0, 256, (300, 300), dtype=np.uint8)
    bend = Wave(25, 0.5)
    start = start_map(triple_of(bend), 25, Start.BENT)
    assert all(
        grown.mean_coherence < 0.3
        for grown in grow(noise, start, GrowthStyle(), Budget.of_ms(60_000))
    )
