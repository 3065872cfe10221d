"""Style 1's promise: the logo is seen, nothing is spent, the payload is exactly the payload.

Fidelity counts every module of the logo zone: the bounding rectangle of the drawing with a ring of
one module, function patterns and payload modules included.
"""

import numpy as np
import pytest

from generative_codes.artwork import ArtworkError, Placement, module_target
from generative_codes.errors import PayloadTooLongError
from generative_codes.steering import (
    PayloadTemplate,
    SteeringError,
    place_design,
    steer_symbol,
)
from generative_codes.symbol import ErrorLevel

SHORT_URL = PayloadTemplate("https://t.dianjin.cn/c/", 16)  # 39 bytes
# Upper-case GS1 Digital Link, alphanumeric mode, 62 characters.
DIGITAL_LINK = PayloadTemplate("HTTPS://T.DIANJIN.CN/01/09506000134352/21/", 20)
# The same in lower case: host in byte mode, digits and serial in their own modes.
LOWER_LINK = PayloadTemplate("https://t.dianjin.cn/01/09506000134352/21/", 20)


def serials_of(template, count) -> list[str]:
    rng = np.random.default_rng(11)
    rows = rng.choice(list(template.alphabet), (count, template.serial_characters))
    return ["".join(row) for row in rows]


@pytest.mark.parametrize("version", [6, 7, 8])
@pytest.mark.parametrize(
    "template", [SHORT_URL, DIGITAL_LINK, LOWER_LINK], ids=["url", "digital_link", "lower_link"]
)
def test_logos_reach_95_percent_at_level_l_without_spending_error_correction(
    version, template, logo, decode, picture
) -> None:
    design = place_design(
        template, logo, ErrorLevel.L, versions=range(version, version + 1), fidelity=0.95
    )
    serials = serials_of(template, 2_000)
    batch = design.steering.steer_many(serials)
    zone = design.steering.target.zone
    assert zone.sum() >= 0.08 * zone.size, "the logo is too small to be called one"
    share_right = (batch.modules == design.steering.target.dark)[:, zone].mean()
    assert share_right >= 0.95
    assert share_right == pytest.approx(1 - batch.zone_mismatches.mean() / zone.sum())
    assert not batch.spent_codewords.any()
    for serial, modules in zip(serials[:20], batch.modules[:20], strict=True):
        assert decode(picture(modules)) == template.payload(serial).encode()


def test_the_smallest_version_that_reaches_the_fidelity_is_chosen(star) -> None:
    easy = place_design(DIGITAL_LINK, star, ErrorLevel.M, fidelity=0.90)
    hard = place_design(DIGITAL_LINK, star, ErrorLevel.M, fidelity=0.95, versions=range(6, 20))
    assert easy.zone_fidelity >= 0.90
    assert hard.zone_fidelity >= 0.95
    assert 5 < easy.steering.version < hard.steering.version
    smaller = range(5, easy.steering.version)
    with pytest.raises(SteeringError, match=r"best is \d+\.\d% at version"):
        place_design(DIGITAL_LINK, star, ErrorLevel.M, versions=smaller, fidelity=0.90)


def test_5_l_is_one_block_and_shows_a_star_without_a_wrong_module(star, decode, picture) -> None:
    # One Reed-Solomon block (Table 9): every free bit can serve every steerable module.
    design = place_design(SHORT_URL, star, versions=range(5, 6), fidelity=1.0)
    batch = design.steering.steer_many(serials_of(SHORT_URL, 500))
    assert not batch.zone_mismatches.any()
    assert design.steering.target.zone.sum() >= 0.2 * 37 * 37


def test_one_symbol_with_automatic_version_shows_the_logo(logo, decode, picture) -> None:
    payload = "https://t.dianjin.cn/c/7K3M9QXP2HTC5W8D"
    steered = steer_symbol(payload, logo)
    assert steered.zone_fidelity >= 0.95
    assert steered.symbol.payload == payload
    assert decode(picture(steered.symbol.modules)) == payload.encode()
    assert not any(steered.spent_codewords)


def test_a_logo_stays_in_the_middle_where_the_payload_leaves_the_middle_free(star) -> None:
    # Version 6 has no alignment pattern in its middle, and one byte occupies only a corner.
    design = place_design(PayloadTemplate("a"), star, versions=range(6, 7))
    assert design.placement == Placement(scale=0.6)
    crowded = place_design(SHORT_URL, star, versions=range(6, 7))
    assert crowded.placement.right_modules < 0  # away from the payload on the right


def test_a_given_version_and_placement_are_kept(star) -> None:
    placement = Placement(scale=0.4, right_modules=-4)
    steered = steer_symbol("https://dj.example/1", star, 7, placement=placement)
    target = module_target(star, 45, placement)
    assert steered.symbol.version == 7
    right = (steered.symbol.modules == target.dark)[target.zone].mean()
    assert steered.zone_fidelity == pytest.approx(right)


def test_a_finished_target_names_its_version(star) -> None:
    target = module_target(star, 41)
    assert steer_symbol("https://dj.example/1", target).symbol.version == 6
    with pytest.raises(SteeringError, match="version 6"):
        steer_symbol("https://dj.example/1", target, 7)


def test_a_long_payload_is_refused_with_what_would_help(star) -> None:
    long = PayloadTemplate("https://t.dianjin.cn/" + "x" * 90, 16)
    with pytest.raises(SteeringError, match="upper case"):
        place_design(long, star, versions=range(6, 7))
    with pytest.raises(PayloadTooLongError):
        place_design(long, star, versions=range(1, 3))


@pytest.mark.parametrize("versions", [range(0), range(0, 5), range(38, 42)])
def test_versions_that_do_not_exist_are_refused(star, versions) -> None:
    with pytest.raises(SteeringError, match="between 1 and 40"):
        place_design(SHORT_URL, star, versions=versions)
    with pytest.raises(SteeringError, match="fidelity"):
        place_design(SHORT_URL, star, fidelity=1.5)


def test_a_logo_placed_off_the_symbol_is_refused(star) -> None:
    with pytest.raises(ArtworkError, match="off the symbol"):
        place_design(SHORT_URL, star, placement=Placement(right_modules=170))
