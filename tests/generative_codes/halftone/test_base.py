"""Laws of the code on a picture: bounds, function patterns, quiet zone, brightness, strength."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from generative_codes.artwork import Artwork, ArtworkError, Crop, Fit, Placement
from generative_codes.errors import StyleError
from generative_codes.halftone import (
    BaseStyle,
    DotShape,
    Timing,
    base_picture,
    compose,
    paint,
    usable_pixels,
)
from generative_codes.render import to_raster
from generative_codes.symbol import ErrorLevel, Role, make_symbol

PAYLOAD = "https://t.dj.example/c/7K3M9QXP2HTC5W8D"
SYMBOL = make_symbol(PAYLOAD, ErrorLevel.H, 5)
SMALL = make_symbol("DIANJIN", ErrorLevel.H, 2)
LUMA = np.array([0.114, 0.587, 0.299])


def random_artwork(seed: int, transparent: bool) -> Artwork:
    """Blotches of any colour, at any aspect ratio, perhaps with holes."""
    rng = np.random.default_rng(seed)
    height, width = (int(side) for side in rng.integers(6, 60, 2))
    bgr = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    bgr[0, 0], bgr[-1, -1] = 0, 255
    alpha = np.full((height, width), 255, np.uint8)
    if transparent:
        alpha = rng.integers(0, 256, (height, width), dtype=np.uint8)
        alpha[0, 0] = 255
    return Artwork(bgr, alpha)


def in_modules(picture: np.ndarray, scale: int, quiet: int = 4) -> np.ndarray:
    """(H, W, 3) -> (N, N, scale, scale, 3) without the quiet zone."""
    inner = picture[quiet * scale : -quiet * scale, quiet * scale : -quiet * scale]
    side = inner.shape[0] // scale
    return inner.reshape(side, scale, side, scale, 3).swapaxes(1, 2)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    transparent=st.booleans(),
    weights=st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1)),
    dark_max=st.floats(0, 0.5),
    shape=st.sampled_from(list(DotShape)),
    strong=st.booleans(),
)
def test_every_dot_centre_keeps_its_bound_under_any_grey_conversion(
    seed, transparent, weights, dark_max, shape, strong
) -> None:
    style = BaseStyle(dot_shape=shape, dark_max=dark_max, light_min=dark_max + 0.45)
    strength = np.random.default_rng(seed).random((25, 25)) if strong else None
    picture = base_picture(SMALL, random_artwork(seed, transparent), style, 8, strength)
    grey_weights = np.array(weights) / sum(weights)
    centres = in_modules(picture, 8)[:, :, 3:5, 3:5] @ grey_weights / 255
    dotted = ~np.isin(SMALL.roles, (Role.FINDER, Role.SEPARATOR, Role.ALIGNMENT))
    assert centres[dotted & SMALL.modules].max() <= dark_max + 1e-9
    assert centres[dotted & ~SMALL.modules].min() >= style.light_min - 1e-9


@pytest.mark.parametrize("timing", list(Timing))
@pytest.mark.parametrize("version", [1, 2, 6, 7, 14])
def test_function_patterns_are_exact(version, timing, pictures) -> None:
    symbol = make_symbol("DJ", ErrorLevel.Q, version)
    style, tones = BaseStyle(timing=timing), {"ink": "#123456", "paper": "#fffdf0"}
    drawn = in_modules(base_picture(symbol, pictures["photo"], style, 8, **tones), 8)
    kept = [Role.FINDER, Role.SEPARATOR, Role.ALIGNMENT]
    kept += [Role.TIMING] if timing is Timing.SOLID else []
    for role in kept:
        of_role = symbol.roles == role
        if role is Role.ALIGNMENT and version == 1:
            assert not of_role.any()
            continue
        assert (drawn[of_role & symbol.modules] == [0x56, 0x34, 0x12]).all()
        assert (drawn[of_role & ~symbol.modules] == [0xF0, 0xFD, 0xFF]).all()


def test_the_picture_never_enters_the_quiet_zone(pictures) -> None:
    placement = Placement(fit=Fit.COVER, scale=1.0, rotation_deg=30, right_modules=9)
    style = BaseStyle(placement=placement)
    page = base_picture(SYMBOL, pictures["photo"], style, 8, paper="#fff8e8", quiet_zone_modules=5)
    assert page.shape == ((37 + 10) * 8, (37 + 10) * 8, 3)
    assert page.dtype == np.uint8
    page = page.copy()
    page[40:-40, 40:-40] = [0xE8, 0xF8, 0xFF]
    assert (page == [0xE8, 0xF8, 0xFF]).all()


def local_luma_error(style: BaseStyle, artwork: Artwork) -> float:
    """Mean |local luma of the result - of the picture| over the modules with dots."""
    scale = 8
    neutral = BaseStyle(spread=style.spread, margin=style.margin, saturation=1)
    drawn = base_picture(SYMBOL, artwork, neutral, scale)[32:-32, 32:-32] @ LUMA
    bgr = cv2.resize(artwork.bgr, (37 * scale, 37 * scale), interpolation=cv2.INTER_AREA)
    blurred = [cv2.GaussianBlur(grey, (0, 0), 1.0 * scale) for grey in (drawn, bgr @ LUMA)]
    free = np.zeros((37, 37), bool)
    free[9:-9, 9:-9] = True  # away from the finder patterns, which give nothing back
    free = np.kron(free, np.ones((scale, scale), bool))
    return float(np.abs(blurred[0] - blurred[1])[free].mean())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_spread_keeps_local_brightness_closer_to_the_picture(seed) -> None:
    cells = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    bgr = cv2.resize(cells, (296, 296), interpolation=cv2.INTER_LINEAR)
    bgr[0, 0], bgr[-1, -1] = 0, 255
    artwork = Artwork(bgr, np.full((296, 296), 255, np.uint8))
    without = local_luma_error(BaseStyle(spread=0, margin=0), artwork)
    assert local_luma_error(BaseStyle(spread=0.5, margin=0), artwork) < without


@pytest.mark.parametrize("name", ["gradient", "portrait", "checker", "photo"])
def test_spread_helps_with_the_default_margin_too(name, pictures) -> None:
    without = local_luma_error(BaseStyle(spread=0), pictures[name])
    assert local_luma_error(BaseStyle(), pictures[name]) < without


@pytest.mark.parametrize("shape", list(DotShape))
@pytest.mark.parametrize("name", ["gradient", "portrait", "checker", "photo", "emblem"])
def test_modules_clear_the_threshold_of_their_neighbourhood(name, shape, pictures) -> None:
    style = BaseStyle(dot_shape=shape)
    grey = base_picture(SYMBOL, pictures[name], style, 16)[64:-64, 64:-64] @ LUMA / 255
    means = grey.reshape(37, 16, 37, 16).mean(axis=(1, 3))
    padded = np.pad(means, 4, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (9, 9))
    threshold = 0.5 * windows.mean(axis=(2, 3)) + 0.25
    clear = np.where(SYMBOL.modules, threshold - means, means - threshold)
    assert np.mean(clear >= style.margin - 0.02) >= 0.99
    assert clear.min() > 0.1


def test_without_margin_and_spread_the_picture_between_the_dots_is_untouched(pictures) -> None:
    style = BaseStyle(margin=0, spread=0, saturation=1)
    art = compose(SYMBOL, pictures["gradient"], style, 8)
    expected = cv2.resize(pictures["gradient"].bgr, (296, 296), interpolation=cv2.INTER_AREA)
    assert np.abs(art.picture.astype(int) - expected)[:, 1:-1].max() <= 1
    assert (art.dot_radii == np.float32(style.radius_modules)).all()


def test_strength_is_raised_only_where_asked(pictures) -> None:
    strength = np.zeros((37, 37))
    strength[20, 20:24] = 1
    plain = compose(SYMBOL, pictures["portrait"], None, 8)
    raised = compose(SYMBOL, pictures["portrait"], None, 8, strength)
    asked = strength[tuple(plain.dot_modules_rc.T)] > 0
    assert (raised.dot_radii[asked] == 0.5).all()
    for colour, (row, column) in zip(
        raised.dot_colours[asked], raised.dot_modules_rc[asked], strict=True
    ):
        if SYMBOL.modules[row, column]:
            assert colour.max() <= 0.08 * 255
        else:
            assert colour.min() >= 0.96 * 255
    # The threshold reaches four modules far, in each of three rounds of growth.
    far = np.abs(plain.dot_modules_rc - [20, 21.5]).max(axis=1) > 20
    far |= np.abs(plain.dot_modules_rc[:, 0] - 20) > 16
    assert far.any()
    np.testing.assert_allclose(raised.dot_radii[far], plain.dot_radii[far], atol=1e-3)
    assert np.abs(raised.dot_colours[far].astype(int) - plain.dot_colours[far]).max() <= 1
    # Their neighbours hold their own against them, out of focus too: few, and a little.
    moved = np.abs(raised.dot_radii[~asked] - plain.dot_radii[~asked])
    assert np.mean(moved > 0.02) < 0.05
    assert moved.max() < 0.2


def test_transparent_artwork_lies_on_paper_with_dots_of_ink(pictures) -> None:
    art = compose(SYMBOL, pictures["emblem"], None, 8, ink="#001030")
    corner = (art.dot_modules_rc >= 33).all(axis=1)
    assert corner.any()
    for colour, place in zip(art.dot_colours[corner], art.dot_modules_rc[corner], strict=True):
        assert tuple(colour) == ((0x30, 0x10, 0) if SYMBOL.modules[tuple(place)] else (255,) * 3)
    hidden = pictures["emblem"].bgr.copy()
    hidden[pictures["emblem"].alpha == 0] = (0, 255, 0)
    same = compose(SYMBOL, Artwork(hidden, pictures["emblem"].alpha), None, 8, ink="#001030")
    np.testing.assert_array_equal(same.picture, art.picture)


def test_contained_picture_leaves_paper_and_covering_picture_does_not() -> None:
    bgr = np.zeros((20, 80, 3), np.uint8)
    bgr[..., 2] = np.linspace(60, 200, 80)
    wide = Artwork(bgr, np.full((20, 80), 255, np.uint8))
    still = {"margin": 0.0, "spread": 0.0}
    contain = compose(SYMBOL, wide, BaseStyle(placement=Placement(scale=1.0), **still), 8).picture
    assert (contain[: 8 * 13] == 255).all()
    assert (contain[8 * 15 : 8 * 22, 8:-8, 0] == 0).all()
    cover = compose(SYMBOL, wide, BaseStyle(**still), 8).picture
    assert (cover[1:-1, 1:-1, 0] == 0).all()


def test_a_turn_and_a_crop_move_the_picture_as_they_say() -> None:
    bgr = np.full((40, 40, 3), 255, np.uint8)
    bgr[:20, :20] = (0, 0, 200)  # red, top left
    artwork = Artwork(bgr, np.full((40, 40), 255, np.uint8))
    still = {"margin": 0.0, "spread": 0.0, "saturation": 1.0}

    def corner_colours(placement):
        drawn = compose(SYMBOL, artwork, BaseStyle(placement=placement, **still), 8).picture
        return [tuple(int(v) for v in drawn[y, x]) for y, x in ((60, 60), (60, -60), (-60, -60))]

    red, white = (0, 0, 200), (255, 255, 255)
    whole = Placement(fit=Fit.COVER, scale=1.0)
    assert corner_colours(whole) == [red, white, white]
    quarter = Placement(fit=Fit.COVER, scale=1.0, rotation_deg=90)
    assert corner_colours(quarter) == [white, red, white]
    cropped = Placement(fit=Fit.COVER, scale=1.0, crop=Crop(right=0.5, bottom=0.5))
    assert corner_colours(cropped) == [red, red, red]


@pytest.mark.parametrize("shape", list(DotShape))
def test_parts_drawn_by_another_painter_give_the_raster(shape, pictures) -> None:
    scale, fine = 10, 16
    art = compose(SYMBOL, pictures["portrait"], BaseStyle(dot_shape=shape), scale)
    unit = scale * fine
    canvas = Image.fromarray(art.picture[..., ::-1]).resize((37 * unit, 37 * unit), Image.NEAREST)
    draw = ImageDraw.Draw(canvas)
    for row, column in np.argwhere(art.solid):
        shade = (0, 0, 0) if SYMBOL.modules[row, column] else (255, 255, 255)
        corner = (column * unit, row * unit)
        draw.rectangle((*corner, corner[0] + unit - 1, corner[1] + unit - 1), shade)
    # Pillow's outlines lie on pixel centres and are part of the shape.
    radii = art.dot_radii * unit - (0 if shape is DotShape.DIAMOND else 0.5)
    for (x, y), radius, colour in zip(
        art.dot_centres_xy * unit - 0.5, radii, art.dot_colours, strict=True
    ):
        box = (x - radius, y - radius, x + radius, y + radius)
        fill = tuple(int(value) for value in colour[::-1])
        match shape:
            case DotShape.ROUND:
                draw.ellipse(box, fill)
            case DotShape.SQUARE:
                draw.rectangle(box, fill)
            case DotShape.DIAMOND:
                draw.polygon(
                    [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], fill
                )
    expected = np.asarray(canvas.resize((370, 370), Image.BOX), dtype=float)[..., ::-1]
    painted = paint(art)[40:-40, 40:-40]
    difference = np.abs(painted - expected)
    assert difference.mean() < 1.0
    assert np.quantile(difference, 0.99) < 26  # one tenth of a pixel on an outline


def test_parts_name_each_dotted_module_once_and_cannot_be_changed(pictures) -> None:
    art = compose(SYMBOL, pictures["photo"], None, 8)
    assert len({tuple(place) for place in art.dot_modules_rc}) == len(art.dot_modules_rc)
    assert len(art.dot_modules_rc) + art.solid.sum() == 37 * 37
    np.testing.assert_array_equal(art.dot_centres_xy, art.dot_modules_rc[:, ::-1] + 0.5)
    assert art.pixels_per_module == 8
    for part in (art.picture, art.solid, art.dot_centres_xy, art.dot_radii, art.dot_colours):
        assert not part.flags.writeable


def test_the_same_order_gives_the_same_bytes(pictures) -> None:
    first, second = (base_picture(SYMBOL, pictures["photo"], None, 8) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_full_strength_everywhere_is_nearly_the_plain_symbol(pictures) -> None:
    style = BaseStyle(dot_shape=DotShape.SQUARE, spread=0)
    drawn = base_picture(SYMBOL, pictures["photo"], style, 8, np.ones((37, 37)))
    assert np.abs(drawn @ LUMA - to_raster(SYMBOL, 8)).max() <= 0.08 * 255


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"radius_modules": 0.1}, "nearest: 0.25"),
        ({"radius_modules": 0.6}, "nearest: 0.5"),
        ({"radius_modules": 0.4, "max_radius_modules": 0.3}, "nearest is 0.4"),
        ({"margin": 0.5}, "nearest: 0.3"),
        ({"margin": float("nan")}, "nearest: 0"),
        ({"spread": -0.1}, "nearest: 0"),
        ({"saturation": 9.0}, "nearest: 3"),
        ({"dot_saturation": -1.0}, "nearest: 0"),
        ({"dark_max": -0.1}, "nearest: 0"),
        ({"dark_max": 0.5, "light_min": 0.6}, "dark_max of 0.35 with a light_min of 0.75"),
        ({"dark_max": 1.0, "light_min": 1.0}, "dark_max of 0.60 with a light_min of 1.00"),
        ({"dark_max": 0.9, "light_min": 0.1}, "dark_max of 0.30 with a light_min of 0.70"),
    ],
)
def test_styles_that_cannot_be_read_are_refused_with_what_works(wrong, message) -> None:
    with pytest.raises(StyleError, match=message):
        BaseStyle(**wrong)


@pytest.mark.parametrize(("dark_max", "light_min"), [(0.34, 0.74), (0.0, 0.4), (0.6, 1.0)])
def test_bounds_exactly_at_the_least_gap_are_accepted(dark_max, light_min) -> None:
    style = BaseStyle(dark_max=dark_max, light_min=light_min)
    assert (style.dark_max, style.light_min) == (dark_max, light_min)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pixels_per_module": 7}, "at least 8"),
        ({"pixels_per_module": 0}, "at least 8"),
        ({"pixels_per_module": 5000}, "Take 86 or fewer"),
        ({"strength": np.zeros((36, 37))}, r"\(37, 37\)"),
        ({"strength": np.full((37, 37), 1.01)}, "from 0"),
        ({"strength": np.full((37, 37), np.nan)}, "from 0"),
    ],
)
def test_impossible_orders_are_refused(arguments, message, pictures) -> None:
    with pytest.raises(StyleError, match=message):
        base_picture(SYMBOL, pictures["photo"], None, **arguments)


def test_a_crop_of_nothing_and_a_ribbon_are_refused(pictures) -> None:
    nothing = BaseStyle(placement=Placement(crop=Crop(left=0.5, right=0.5001)))
    with pytest.raises(ArtworkError, match="crop less"):
        base_picture(SYMBOL, pictures["photo"], nothing)
    ribbon = np.zeros((2, 400, 3), np.uint8)
    ribbon[:, 200:] = 255
    with pytest.raises(ArtworkError, match="crop it"):
        base_picture(SYMBOL, Artwork(ribbon, np.full((2, 400), 255, np.uint8)))


@pytest.mark.parametrize(
    ("tones", "message"),
    [
        ({"ink": "#bbbbbb"}, "nearest that works"),
        ({"ink": "black"}, "#rrggbb"),
        ({"ink": "#ffffff", "paper": "#000000"}, "Swap"),
    ],
)
def test_ink_and_paper_that_readers_confuse_are_refused(tones, message, pictures) -> None:
    with pytest.raises(StyleError, match=message):
        compose(SYMBOL, pictures["photo"], None, 8, **tones)


@pytest.mark.parametrize(
    ("wanted", "side", "usable"),
    [(0, 41, 8), (float("nan"), 41, 8), (5.2, 41, 8), (12.4, 41, 12), (1e9, 41, 78), (40, 177, 18)],
)
def test_a_picture_is_laid_at_the_nearest_possible_resolution(wanted, side, usable) -> None:
    assert usable_pixels(wanted, side) == usable
