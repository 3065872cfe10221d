"""Briefs solved for bulk: both styles, every code its own payload, cut wherever one likes."""

import pickle

import numpy as np
import pytest

from generative_codes.artwork import Artwork, Placement
from generative_codes.brief import ArtBrief, ArtStyle, make_art, solve_art
from generative_codes.halftone import module_luma
from generative_codes.steering import FREE_LETTERS, MaskChoice, PayloadTemplate
from generative_codes.symbol import ErrorLevel
from generative_codes.tones import GreyMap, ToneMode

URL = PayloadTemplate("https://t.dianjin.cn/c/", 10)
SERIALS = [f"{index:010d}" for index in range(0, 3_000_000, 100_003)]
BRIEFS = [
    ArtBrief(),
    ArtBrief(version=7, level=ErrorLevel.M, budget=2),
    ArtBrief(version=12, tone=ToneMode.PHOTO),
    ArtBrief(style=ArtStyle.BASE),
    ArtBrief(style=ArtStyle.BASE, version=6, level=ErrorLevel.Q, steers_padding=False),
    ArtBrief(style=ArtStyle.BASE, version=8, level=ErrorLevel.M),
]


@pytest.fixture(scope="module")
def dusk() -> Artwork:
    """Dark ground, light sky, a low sun: 240 x 240 pixels."""
    y, x = (np.mgrid[:240, :240] + 0.5) / 240
    shade = np.where(y > 0.6 + 0.1 * np.sin(6 * x), 0.15 + 0.1 * x, 0.9 - 0.4 * y)
    shade = np.where(np.hypot(x - 0.6, y - 0.4) < 0.12, 1.0, shade)
    levels = np.uint8(255 * shade)
    return Artwork(np.repeat(levels[..., None], 3, axis=2), np.full((240, 240), 255, np.uint8))


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda b: f"{b.style}-{b.version}-{b.tone}")
def test_every_code_of_a_batch_reads_as_its_own_payload(brief, star, dusk, decode) -> None:
    artwork = dusk if brief.tone is ToneMode.PHOTO or brief.style is ArtStyle.BASE else star
    solved = solve_art(brief, artwork, URL)
    assert solved.brief.version == solved.steering.version
    assert solved.brief.placement is not None
    made = list(solved.arts(SERIALS[:6]))
    assert len(made) == 6
    for serial, art in zip(SERIALS, made, strict=False):
        assert art.symbol.payload == URL.payload(serial)
        assert decode(art.bare_pixels(10)) == URL.payload(serial).encode()
    assert (solved.zone_fidelity is None) == (brief.style is ArtStyle.BASE)


@pytest.mark.parametrize("brief", [BRIEFS[0], BRIEFS[3]], ids=["dots", "base"])
def test_batches_may_be_cut_anywhere_and_travel(brief, star) -> None:
    solved = solve_art(brief, star, URL)
    whole = solved.batch(SERIALS)
    copy = pickle.loads(pickle.dumps(solve_art(brief, star, URL)))
    for start, stop in ((0, 1), (1, 9), (9, 9), (9, len(SERIALS))):
        part = copy.batch(SERIALS[start:stop])
        np.testing.assert_array_equal(part.modules, whole.modules[start:stop])
        np.testing.assert_array_equal(part.masks, whole.masks[start:stop])
        np.testing.assert_array_equal(part.zone_mismatches, whole.zone_mismatches[start:stop])


def test_nothing_asked_is_nothing_made(star) -> None:
    solved = solve_art(ArtBrief(), star, URL)
    assert list(solved.arts([])) == []
    assert solved.batch([]).masks.size == 0


def test_an_unsteered_base_has_the_padding_of_the_standard_and_the_nearest_mask(dusk) -> None:
    brief = ArtBrief(style=ArtStyle.BASE, version=7, level=ErrorLevel.Q, steers_padding=False)
    solved = solve_art(brief, dusk, URL)
    batch = solved.batch(SERIALS[:20])
    target = solved.steering.target
    for index, serial in enumerate(SERIALS[:20]):
        plain = [
            URL.symbol(URL.payload(serial), ErrorLevel.Q, 7, mask).modules for mask in range(8)
        ]
        losses = [target.importance[modules != target.dark].sum() for modules in plain]
        mask = int(batch.masks[index])
        assert losses[mask] == pytest.approx(min(losses))
        np.testing.assert_array_equal(batch.modules[index], plain[mask])


@pytest.mark.parametrize(
    ("version", "level", "gain"), [(5, "H", 0.01), (6, "Q", 0.1), (7, "M", 0.2)]
)
def test_a_steered_base_fights_the_picture_less(version, level, gain, dusk) -> None:
    losses = []
    for steers in (False, True):
        brief = ArtBrief(
            style=ArtStyle.BASE, version=version, level=ErrorLevel(level), steers_padding=steers
        )
        solved = solve_art(brief, dusk, URL)
        batch = solved.batch(SERIALS)
        laid = module_luma(solved.steering.symbol(batch, 0).symbol, dusk, brief.base)
        losses.append(float(np.abs(laid - np.where(batch.modules, 0.12, 0.88)).mean()))
    assert losses[1] <= (1 - gain) * losses[0]


def test_one_code_is_searched_for_longer_than_a_code_of_a_batch(star) -> None:
    brief = ArtBrief(version=8, level=ErrorLevel.Q)
    serial = SERIALS[3]
    one = make_art(brief, star, URL.payload(serial))
    solved = solve_art(brief, star, PayloadTemplate(URL.payload(serial)))
    many = solved.art(solved.batch([""]), 0)
    assert one.zone_fidelity >= many.zone_fidelity
    assert one.symbol.payload == many.symbol.payload


def test_free_characters_are_reported_in_the_payload(star, decode) -> None:
    template = PayloadTemplate(
        "https://t.dianjin.cn/c/", 8, free_characters=12, free_alphabet=FREE_LETTERS
    )
    solved = solve_art(ArtBrief(), star, template)
    serials = [serial[:8] for serial in SERIALS[:8]]
    batch = solved.batch(serials)
    payloads = [solved.steering.payload(batch, index) for index in range(8)]
    for index, serial in enumerate(serials):
        art = solved.art(batch, index)
        assert art.symbol.payload == payloads[index]
        assert payloads[index].startswith("https://t.dianjin.cn/c/" + serial)
        assert decode(art.bare_pixels(6)) == payloads[index].encode()


def test_painted_and_protected_maps_reach_the_code(star) -> None:
    brief = ArtBrief(version=6, level=ErrorLevel.Q, placement=Placement(scale=0.8))
    levels = np.zeros((400, 400), np.uint8)
    levels[150:250, 120:200] = 255
    plain = solve_art(brief, star, URL).steering.target
    painted = solve_art(brief, star, URL, painted=GreyMap(levels)).steering.target
    protected = solve_art(brief, star, URL, protected=GreyMap(levels)).steering.target
    assert (painted.importance > 0).sum() < 0.3 * (plain.importance > 0).sum()
    inside = protected.importance > 0.5
    assert 0 < inside.sum() < 0.1 * inside.size
    base = ArtBrief(style=ArtStyle.BASE)
    weighed = solve_art(base, star, URL, painted=GreyMap(levels)).steering.target
    assert (weighed.importance > 0).sum() < 0.3 * weighed.importance.size


def test_the_padding_follows_the_picture_where_that_costs_no_reading(star) -> None:
    for level in ErrorLevel:
        brief = ArtBrief(style=ArtStyle.BASE, version=8, level=level)
        solved = solve_art(brief, star, URL)
        assert solved.brief.steers_padding is (level is not ErrorLevel.L)
        assert (solved.steering.pivots > 0) is solved.brief.steers_padding
    asked = ArtBrief(style=ArtStyle.BASE, version=8, level=ErrorLevel.L, steers_padding=True)
    assert solve_art(asked, star, URL).steering.pivots > 0


def test_masks_are_chosen_for_each_code_of_a_base_and_once_for_dots(star) -> None:
    assert solve_art(BRIEFS[3], star, URL).mask_choice is MaskChoice.CLOSEST
    assert len(set(solve_art(ArtBrief(), star, URL).batch(SERIALS).masks.tolist())) == 1
