"""Strength goes up only in weak modules, no further than they need, and makes codes pass."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generative_codes.brief import ArtBrief, ArtStyle, make_art
from generative_codes.certify import SIXTEEN_CASES, certify_picture
from generative_codes.certify.certificate import CertificateVerdict
from generative_codes.drawing import Design
from generative_codes.errors import StyleError
from generative_codes.halftone import BaseStyle, Timing
from generative_codes.halftone.base import solid_modules
from generative_codes.halftone.strength import strengthen
from generative_codes.strengthening import strengthened, until_certified


def test_nothing_is_raised_where_every_margin_is_enough() -> None:
    margins = np.full((21, 21), 0.5)
    raised = strengthen(None, margins, 0.5, lambda _: pytest.fail("nothing to measure"))
    assert not raised.any()


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.9), st.floats(0.05, 1))
def test_each_module_is_raised_by_the_fewest_steps_that_clear_it(seed, wanted, gain) -> None:
    rng = np.random.default_rng(seed)
    base = rng.uniform(-0.5, 1, (21, 21))
    raised = strengthen(None, base, wanted, lambda strength: base + gain * strength)
    steps = np.clip(np.ceil((wanted - base) / (gain * 0.25) - 1e-9), 0, 4)
    np.testing.assert_array_equal(raised, steps * 0.25)


def test_a_map_of_another_size_is_refused() -> None:
    with pytest.raises(StyleError, match="21, 21"):
        strengthen(np.zeros((25, 25)), np.zeros((21, 21)), 0.5, lambda _: np.zeros((21, 21)))


WEAK = BaseStyle(margin=0.0, max_radius_modules=0.34)


def certify(made):
    return certify_picture(
        made.bare_pixels(12), 12, made.symbol, made.quiet_zone_modules, grid=SIXTEEN_CASES
    )


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_weak_code_passes_after_its_weak_modules_are_raised(pictures, payloads) -> None:
    brief = ArtBrief(style=ArtStyle.BASE, version=5, base=WEAK)
    made = make_art(brief, pictures["photo"], payloads[0])
    assert certify(made).verdict is CertificateVerdict.FAIL
    stronger, certificate = until_certified(made, certify)
    assert certificate.verdict is CertificateVerdict.PASS
    raised = stronger.strength > 0
    assert 0.05 < raised.mean() < 0.9
    assert not (raised & solid_modules(made.symbol, Timing.DOTS)).any()
    assert stronger.symbol is made.symbol


def test_one_round_raises_the_weakest_and_leaves_the_brief_alone(pictures, payloads) -> None:
    brief = ArtBrief(style=ArtStyle.BASE, version=5, base=WEAK)
    made = make_art(brief, pictures["gradient"], payloads[0])
    certificate = certify_picture(
        made.bare_pixels(12), 12, made.symbol, grid=SIXTEEN_CASES[:1], panel=None
    )
    stronger = strengthened(made, certificate)
    assert stronger.brief == made.brief
    assert made.strength is None
    assert 0 < (stronger.strength > 0).mean() < 0.7
    assert set(np.unique(stronger.strength)) <= {0.0, 0.25, 0.5, 0.75, 1.0}


def test_a_code_of_plain_modules_has_no_dots_to_raise(pictures, payloads) -> None:
    brief = ArtBrief(version=6, design=Design())
    made = make_art(brief, pictures["emblem"], payloads[0])
    certificate = certify_picture(made.bare_pixels(8), 8, made.symbol, grid=SIXTEEN_CASES[:1])
    assert strengthened(made, certificate) is made
