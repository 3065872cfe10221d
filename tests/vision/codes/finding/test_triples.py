"""Which finders belong together, and where the third one is when only two are seen."""

import numpy as np
import pytest

from vision.codes.finding.contours import PASSES, find_finders
from vision.codes.finding.pairs import inferred_triples
from vision.codes.finding.triples import Place, find_triples

CENTRES_UV = {"top_left": (3.5, 3.5), "top_right": (21.5, 3.5), "bottom_left": (3.5, 21.5)}


def near(finder, xy, modules):
    return np.linalg.norm(finder.centre_xy - xy) < modules * finder.module_px


def test_no_finders_no_triples():
    assert find_triples([], 4) == []
    assert inferred_triples([], 4) == []


@pytest.mark.parametrize("turn_deg", range(0, 360, 40))
def test_triple_has_the_order_and_the_turn_of_the_symbol(seen, far_off, turn_deg):
    scene = seen(turn_deg)
    (triple, *_) = find_triples(find_finders(scene.gray, PASSES[0], far_off), 4)
    assert triple.lost is None
    assert triple.of_size(25) is triple
    for finder, (u, v) in zip(triple.finders, CENTRES_UV.values(), strict=True):
        centre, right, below = scene.xy((u, v), (u + 1, v), (u, v + 1))
        assert near(finder, centre, 0.1)
        np.testing.assert_allclose(finder.frame[:2], (right - centre, below - centre), atol=0.6)
    assert triple.across_modules == pytest.approx(18, abs=1.5)


@pytest.mark.parametrize("lost", Place)
@pytest.mark.parametrize("turn_deg", [0, 50, 130, 260])
def test_lost_finder_is_guessed_from_the_other_two(seen, far_off, lost, turn_deg):
    scene = seen(turn_deg, erase=(lost.name.lower(),))
    finders = find_finders(scene.gray, PASSES[0], far_off)
    assert find_triples(finders, 4) == []
    centres = scene.xy(*CENTRES_UV.values())
    right = [
        triple
        for triple in inferred_triples(finders, 12)
        if triple.lost is lost
        and all(near(f, xy, 1.5) for f, xy in zip(triple.of_size(25).finders, centres, strict=True))
    ]
    assert len(right) == 1
    seen_ones = [f for index, f in enumerate(right[0].finders) if index != lost]
    assert all(
        near(f, xy, 0.1) for f, xy in zip(seen_ones, np.delete(centres, lost, 0), strict=True)
    )


def test_two_neighbours_make_four_guesses_two_opposites_two(seen, far_off):
    for erased, lost, count in (
        ("bottom_left", (Place.TOP_RIGHT, Place.BOTTOM_LEFT), 4),
        ("top_left", (Place.TOP_LEFT,), 2),
    ):
        finders = find_finders(seen(30, erase=(erased,)).gray, PASSES[0], far_off)
        guesses = inferred_triples(finders, 12)
        assert sum(triple.lost in lost for triple in guesses) == count


def test_timing_is_counted_only_between_finders_that_were_seen(seen, far_off):
    finders = find_finders(seen(0, erase=("bottom_left",)).gray, PASSES[0], far_off)
    axes = {t.lost: [axis for axis, _ in t.timing_sides] for t in inferred_triples(finders, 12)}
    assert axes == {Place.BOTTOM_LEFT: [0], Place.TOP_RIGHT: [1]}


def test_finders_of_very_different_size_are_no_pair(seen, far_off):
    finders = find_finders(seen(0, erase=("bottom_left",)).gray, PASSES[0], far_off)
    assert inferred_triples([finders[0], finders[1].scaled(3)], 12) == []
