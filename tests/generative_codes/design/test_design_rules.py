"""What cannot be scanned is refused, with numbers and the nearest thing that works."""

import re

import numpy as np
import pytest

from generative_codes.drawing import Design, DesignError, logo_cost, to_pixels, to_svg
from generative_codes.drawing.colours import WHITE, Colour, Gradient, GradientKind, Stop
from generative_codes.drawing.design import (
    Caption,
    Finder,
    Finders,
    Frame,
    Logo,
    LogoShape,
    Modules,
    ModuleShape,
)
from generative_codes.drawing.logo import cleared_area, require_affordable
from generative_codes.drawing.shapes import module_contours
from generative_codes.symbol import ErrorLevel, layout_of, make_symbol


def fade(*colours: str) -> Gradient:
    places = np.linspace(0, 1, len(colours)).tolist()
    return Gradient(
        GradientKind.LINEAR,
        tuple(Stop(at, Colour(rgb)) for at, rgb in zip(places, colours, strict=True)),
    )


@pytest.mark.parametrize(
    ("arguments", "path", "words"),
    [
        ({"dark": Colour("#bbbbbb")}, "dark", "readers need 55 %"),
        ({"dark": Colour("#ffffff"), "light": Colour("#000000")}, "dark", "Swap the two"),
        ({"dark": Colour("#000000"), "light": Colour("#808080")}, "dark", "Even black"),
        ({"dark": fade("#000000", "#ffcc00")}, "dark", "readers need 55 %"),
        (
            {"finders": Finders(top_left=Finder(pupil_colour=Colour("#b8862b")))},
            "finders.top_left.pupil_colour",
            "not clearly below the readers' threshold of 50 %",
        ),
        (
            {"finders": Finders(bottom_left=Finder(ring_colour=Colour("#ff9999")))},
            "finders.bottom_left.ring_colour",
            "readers need 55 %",
        ),
        ({"caption": Caption("x", colour=Colour("#dddddd"))}, "caption.colour", "people need 3:1"),
        (
            {"logo": Logo(0.2, ground=Colour("#b3261e"), text="真", text_colour=Colour("#a00000"))},
            "logo.text_colour",
            "#ffffff works",
        ),
    ],
)
def test_colours_that_readers_miss_are_refused(arguments, path, words) -> None:
    with pytest.raises(DesignError) as refusal:
        Design(**arguments)
    assert refusal.value.path == path
    assert words in str(refusal.value)


def test_light_pupil_in_a_dark_ring_is_refused_and_in_a_ring_of_its_own_colour_is_not() -> None:
    gold = Colour("#9a6a11")
    with pytest.raises(DesignError, match="beside much darker modules") as refusal:
        Design(finders=Finders(top_right=Finder(pupil_colour=gold)))
    assert refusal.value.path == "finders.top_right.pupil_colour"
    Design(finders=Finders.all(Finder(pupil_colour=gold, ring_colour=gold)))
    Design(finders=Finders.all(Finder(ring_colour=gold)))


@pytest.mark.parametrize("colour", ["#ffcc00", "#b8862b", "#999999", "#00ff00"])
def test_proposed_colour_is_accepted_and_barely_differs(colour) -> None:
    finders = Finders.all(Finder(pupil_colour=Colour(colour)))
    with pytest.raises(DesignError) as refusal:
        Design(finders=finders)
    (nearest,) = re.findall(r"ground is (#[0-9a-f]{6})", str(refusal.value))
    Design(finders=Finders.all(Finder(pupil_colour=Colour(nearest))))


@pytest.mark.parametrize(
    ("shape", "share"),
    [
        (ModuleShape.SQUARE, 1.0),
        (ModuleShape.DOT, np.pi / 4),
        (ModuleShape.ROUNDED, 1 - (4 - np.pi) * 0.3**2),
        (ModuleShape.DIAMOND, 1 - 2 * 0.4**2),
        (ModuleShape.STAR, 5 * 0.5257**2 * 0.66 * np.sin(np.pi / 5)),
    ],
)
def test_smallest_module_inks_the_share_that_readers_need(shape, share) -> None:
    """Areas by hand: circle, rounded square, square without corners, five kites."""
    least = (0.44 / share) ** 0.5
    if least > 0.6:
        with pytest.raises(DesignError, match=r"readers need 44 %. The smallest"):
            Modules(shape, least - 0.002)
    style = Modules(shape, max(least + 0.002, 0.6))
    (outline,) = module_contours(np.array([[True]]), style)
    x, y = outline.flatten(500).T
    area = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
    assert area == pytest.approx(share * style.size_share**2, rel=0.005)


def test_frame_text_without_contrast_is_refused() -> None:
    with pytest.raises(DesignError, match=r"text_colour.*contrast of 1\.0:1"):
        Frame("扫码", colour=Colour("#222222"), text_colour=Colour("#222222"))


def test_red_code_warns_of_laser_scanners_and_names_a_red_that_works() -> None:
    # sRGB 0xe0 is 74.5 % of red light (IEC 61966-2-1), white 100 %.
    design = Design(dark=Colour("#e00000"))
    (warning,) = design.warnings
    assert "reflects 75 % of red light" in warning
    (nearest,) = re.findall(r"see is (#[0-9a-f]{6})", warning)
    assert Design(dark=Colour(nearest)).warnings == ()


def test_black_and_blue_give_no_warning_and_a_transparent_ground_does() -> None:
    assert Design().warnings == ()
    assert Design(dark=Colour("#1a237e")).warnings == ()
    (warning,) = Design(is_transparent=True).warnings
    assert "#ffffff and lighter" in warning


def test_logo_cost_of_version_1_is_as_counted_by_hand() -> None:
    # ISO/IEC 18004, 7.7.3: twelve codewords fill the four right column pairs; then column 11 rows
    # 9 to 11 lie in codeword 14 (rows 12 to 9, upwards), columns 10 and 9 in codeword 19 (rows 9
    # to 12, downwards). Table 9: 1-H has 17 correction codewords, one kept against misreading.
    cost = logo_cost(Logo(3 / 21, LogoShape.SQUARE, 0.0), 1, ErrorLevel.H)
    assert cost.cleared_modules == 9
    assert cost.lost_codewords == 2
    assert cost.lost_per_block == (2,)
    assert cost.total_codewords == 26
    assert cost.correctable_per_block == 8
    assert cost.allowed_per_block == 4
    assert cost.unused_error_correction == 0.75
    assert cost.is_affordable


def test_circle_clears_less_than_its_square() -> None:
    square = cleared_area(Logo(0.3, LogoShape.SQUARE, 0.0), 45)
    circle = cleared_area(Logo(0.3, LogoShape.CIRCLE, 0.0), 45)
    assert (square & circle).sum() == circle.sum() < square.sum()
    for area in (square, circle):
        np.testing.assert_array_equal(area, area[::-1, ::-1])
        np.testing.assert_array_equal(area, area.T)


@pytest.mark.parametrize(("version", "words"), [(8, "6-Q or 14-Q"), (13, "6-Q or 14-Q")])
def test_lettering_over_the_middle_alignment_pattern_is_refused(version, words, payload) -> None:
    symbol = make_symbol(payload, ErrorLevel.Q, version)
    design = Design(logo=Logo(0.16, ground=Colour("#b3261e"), text="点金", text_colour=WHITE))
    with pytest.raises(DesignError, match="over an alignment pattern") as refusal:
        to_svg(symbol, design)
    assert words in str(refusal.value)
    to_svg(symbol, Design(logo=Logo(0.16, ground=Colour("#b3261e"))))


def test_too_big_logo_is_refused_with_numbers_and_the_widest_that_works(symbol) -> None:
    design = Design(logo=Logo(0.36))
    with pytest.raises(DesignError) as refusal:
        to_svg(symbol, design)
    message = str(refusal.value)
    assert refusal.value.path == "logo.width_share"
    # Table 9: version 5-Q has 134 codewords in blocks of 18 correction codewords: 9 repairable.
    assert re.search(
        r"clears 225 modules and with them \d+ of 134 codewords; the worst block loses \d+, "
        r"can repair 9 and may lose 4",
        message,
    )
    (percent,) = re.findall(r"widest that works on 5-Q is (\d+) %", message)
    to_svg(symbol, Design(logo=Logo(int(percent) / 100)))
    with pytest.raises(DesignError):
        to_svg(symbol, Design(logo=Logo(int(percent) / 100 + 0.03)))


@pytest.mark.parametrize("version", [1, 2, 6])
def test_logo_over_function_patterns_is_refused(version) -> None:
    # A centred area as wide as all but eight modules on each side meets the format information.
    share = min(0.4, (4 * version + 1.5) / (4 * version + 17))
    logo = Logo(share, LogoShape.SQUARE, 2.0)
    cost = logo_cost(logo, version, ErrorLevel.H)
    if version < 3:
        assert cost.protected_modules > 0
        with pytest.raises(DesignError, match="finders, timing, format"):
            require_affordable(logo, version, ErrorLevel.H)
    else:
        assert cost.protected_modules == cost.alignment_patterns == 0


def test_logo_of_version_7_takes_the_alignment_pattern_in_the_middle() -> None:
    # ISO/IEC 18004, Annex E: version 7 has patterns at 6, 22 and 38; the symbol's middle is 22.
    assert logo_cost(Logo(0.15), 7, ErrorLevel.H).alignment_patterns == 1


@pytest.mark.parametrize("level", [ErrorLevel.M, ErrorLevel.Q, ErrorLevel.H])
@pytest.mark.parametrize("version", [4, 5, 8])
def test_widest_logo_leaves_half_of_the_error_correction(version, level, payload, decode) -> None:
    text = payload[: 40 if version > 4 else 30]
    symbol = make_symbol(text, level, version)
    share = next(
        percent / 100
        for percent in range(40, 7, -1)
        if logo_cost(Logo(percent / 100), version, level).is_affordable
    )
    logo = Logo(share)
    cost = logo_cost(logo, version, level)
    # Spoil further codewords, until every block has lost exactly what it can repair.
    layout = layout_of(version, level)
    codeword_of_module = layout.bit_of_module // 8
    cleared = cleared_area(logo, symbol.size_modules)
    lost = set(np.unique(codeword_of_module[cleared & (layout.bit_of_module >= 0)]).tolist())
    spoilt = np.zeros_like(cleared)
    for block, already in enumerate(cost.lost_per_block):
        members = np.unique(codeword_of_module[layout.block_of_module == block])
        spare = [codeword for codeword in members.tolist() if codeword not in lost]
        spoilt |= np.isin(codeword_of_module, spare[: cost.correctable_per_block - already]) & (
            layout.bit_of_module >= 0
        )
    modules = (symbol.modules ^ spoilt) & ~cleared
    picture = np.where(np.pad(modules, 4), 0, 255).astype(np.uint8)
    assert decode(picture.repeat(6, axis=0).repeat(6, axis=1)) == text.encode()


def test_text_that_does_not_fit_is_refused_with_the_room(symbol) -> None:
    with pytest.raises(DesignError, match=r"caption\.text: .*there is room for 42\.0"):
        to_svg(symbol, Design(caption=Caption("扫" * 60)))
    with pytest.raises(DesignError, match=r"frame\.text: .*there is room for"):
        to_svg(symbol, Design(frame=Frame("验" * 40)))


def test_character_without_a_glyph_is_refused(symbol) -> None:
    with pytest.raises(DesignError, match=r"caption\.text: There is no glyph"):
        to_svg(symbol, Design(caption=Caption("a\u0d9a")))
    with pytest.raises(DesignError, match=r"logo\.text: There is no glyph"):
        to_svg(symbol, Design(logo=Logo(0.15, text="\u0d9a")))


def test_pictures_too_small_or_too_large_are_refused(symbol) -> None:
    with pytest.raises(DesignError, match="too few; take 2"):
        to_pixels(symbol, Design(), 1)
    with pytest.raises(DesignError, match="take at most 88 pixels"):
        to_pixels(symbol, Design(), 1000)
