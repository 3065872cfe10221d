"""Photographs become half-tones, logos stay line art, painted maps weigh modules."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from generative_codes.artwork import Artwork, ArtworkError, Fit, Placement, module_target
from generative_codes.halftone import BaseStyle
from generative_codes.steering import PayloadTemplate, Steering, place_design
from generative_codes.symbol import ErrorLevel, Role, layout_of
from generative_codes.tones import (
    GreyMap,
    Picture,
    ToneMode,
    base_target,
    photo_mask,
    photo_target,
    tone_of,
)

URL = PayloadTemplate("https://t.dianjin.cn/c/7K3M9QXP2HTC5W8D")
WHOLE = Placement(Fit.COVER, 1.0)


def artwork_of(shades) -> Artwork:
    """Shades in 0..1, (H, W) or (H, W, 3) -> opaque artwork."""
    levels = np.clip(np.rint(255 * shades), 0, 255).astype(np.uint8)
    colours = np.repeat(levels[..., None], 3, axis=2) if levels.ndim == 2 else levels
    return Artwork(colours, np.full(levels.shape[:2], 255, np.uint8))


def grid(side=360):
    y, x = (np.mgrid[:side, :side] + 0.5) / side
    return x, y


def lit_ball():
    x, y = grid()
    distance = ((x - 0.5) ** 2 + (y - 0.5) ** 2) / 0.16
    height = np.sqrt(np.clip(1 - distance, 0, 1))
    return np.where(distance < 1, 0.2 + 0.7 * np.clip(height - (x - 0.5), 0, 1), 0.3 + 0.3 * y)


def hills():
    x, y = grid()
    noise = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 0.3, x.shape), (0, 0), 3)
    shades = np.where(y > 0.55 - 0.2 * np.sin(5 * x), 0.45 - 0.3 * (y - 0.5), 0.95 - 0.5 * y)
    return shades + noise


def ball_on_white():
    x, y = grid()
    shade = 0.15 + 0.8 * np.clip(1.2 - 2.2 * np.hypot(x - 0.38, y - 0.38), 0, 1)
    return np.where((x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.12, shade, 1.0)


def ring():
    x, y = grid()
    return np.where(np.abs(np.hypot(x - 0.5, y - 0.5) - 0.35) < 0.1, 0.0, 1.0)


def compressed_ring():
    written, data = cv2.imencode(
        ".jpg", np.uint8(255 * cv2.GaussianBlur(ring(), (0, 0), 3)), [cv2.IMWRITE_JPEG_QUALITY, 40]
    )
    assert written
    return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) / 255


def flat_colours():
    x, y = grid()
    colours = np.ones((*x.shape, 3))
    colours[(x < 0.5) & (np.abs(y - 0.5) < 0.4) & (x > 0.1)] = (0.7, 0.25, 0.1)
    colours[(x > 0.5) & (x < 0.9) & (y < 0.5) & (y > 0.1)] = (0.2, 0.7, 0.25)
    colours[np.hypot(x - 0.7, y - 0.7) < 0.17] = (0.15, 0.55, 0.95)
    return colours


def gradient_disc():
    x, y = grid()
    return np.where(np.hypot(x - 0.5, y - 0.5) < 0.4, 0.1 + 0.35 * x, 1.0)


@pytest.mark.parametrize("draw", [lit_ball, hills, ball_on_white])
def test_shaded_pictures_are_photos(draw) -> None:
    assert tone_of(artwork_of(draw())) is ToneMode.PHOTO


@pytest.mark.parametrize("draw", [ring, compressed_ring, flat_colours, gradient_disc])
def test_drawings_of_few_shades_are_line_art(draw) -> None:
    assert tone_of(artwork_of(draw())) is ToneMode.LINE


def test_auto_lays_line_art_as_its_threshold_does() -> None:
    artwork = artwork_of(ring())
    example = URL.symbol(URL.example, ErrorLevel.L, 8)
    target = Picture(artwork, ToneMode.AUTO).target(example)
    witness = module_target(artwork, example.size_modules)
    np.testing.assert_array_equal(target.dark, witness.dark)
    np.testing.assert_array_equal(target.importance, witness.importance)


@pytest.mark.parametrize("shade", [0.2, 0.4, 0.5, 0.75])
def test_the_share_of_dark_modules_follows_the_tone(shade) -> None:
    x, _ = grid()
    # A wide even field between black and white, which take the ends of the range.
    field = np.where(x < 0.1, 0.0, np.where(x > 0.9, 1.0, shade))
    example = URL.symbol(URL.example, ErrorLevel.L, 20)
    target = photo_target(artwork_of(field), example, Placement(scale=0.7))
    side = example.size_modules
    middle = np.zeros((side, side), bool)
    middle[side // 4 : 3 * side // 4, 3 * side // 8 : 5 * side // 8] = True
    share = 1 - target.dark[middle].mean()
    assert share == pytest.approx(shade, abs=0.06)


def blurred(modules):
    return cv2.GaussianBlur(modules.astype(np.float32), (0, 0), 1.0)


def test_what_fixed_modules_get_wrong_is_made_up_for_around_them() -> None:
    # An alignment pattern is 16 dark of 25; on light grey its neighbours must be lighter.
    x, _ = grid()
    field = np.where(x < 0.04, 0.0, np.where(x > 0.96, 1.0, 0.7))
    example = URL.symbol(URL.example, ErrorLevel.L, 14)
    target = photo_target(artwork_of(field), example, WHOLE)
    # Version 14 has its alignment centres at 26 and 46 (ISO/IEC 18004:2015, Annex E).
    assert example.roles[46, 46] == Role.ALIGNMENT
    shown = np.where(example.roles == Role.ALIGNMENT, example.modules, target.dark)
    around = np.s_[42:53, 42:53]
    blind = photo_target(artwork_of(field), replace(example, modules=~example.modules), WHOLE)
    assert not np.array_equal(blind.dark[around], target.dark[around])
    assert 1 - shown[around].mean() == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize("draw", [lit_ball, hills])
def test_a_photo_is_nearer_to_its_tones_than_as_line_art(draw, decode) -> None:
    artwork = artwork_of(draw())
    picture = Picture(artwork, ToneMode.PHOTO)
    placement = Placement(scale=0.7)
    errors = []
    for tone in (ToneMode.PHOTO, ToneMode.LINE):
        design = place_design(
            URL,
            replace(picture, tone=tone),
            versions=range(15, 16),
            placement=placement,
            must_reach=False,
        )
        symbol = design.steering.steer().symbol
        side = symbol.size_modules
        box = round(0.7 * side)
        low = (side - box) // 2
        area = np.s_[low : low + box, low : low + box]
        tones = cv2.resize(draw().astype(np.float32), (box, box), interpolation=cv2.INTER_AREA)
        tones = (tones - tones.min()) / (tones.max() - tones.min())
        difference = blurred(~symbol.modules)[area] - blurred(tones)
        errors.append(float(np.sqrt((difference**2).mean())))
        view = np.kron(
            np.where(np.pad(symbol.modules, 4), 0, 255).astype(np.uint8), np.ones((4, 4))
        )
        assert decode(view.astype(np.uint8)) == URL.example.encode()
    assert errors[0] < 0.6 * errors[1]


def test_the_mask_of_a_photo_is_the_one_whose_fixed_modules_agree_best() -> None:
    template = PayloadTemplate("https://t.dianjin.cn/c/" + "x" * 100)
    artwork = artwork_of(hills())
    examples = [template.symbol(template.example, ErrorLevel.L, 8, mask) for mask in range(8)]
    chosen = {photo_mask(artwork, example, WHOLE) for example in examples}
    assert len(chosen) == 1, "it depends on the mask that the example happens to have"
    design = place_design(
        template,
        Picture(artwork, ToneMode.PHOTO),
        versions=range(8, 9),
        placement=WHOLE,
        must_reach=False,
    )
    assert design.steering.mask in chosen


def test_a_photo_beside_the_symbol_is_refused() -> None:
    example = URL.symbol(URL.example, ErrorLevel.L, 5)
    with pytest.raises(ArtworkError, match="on the symbol"):
        photo_target(artwork_of(hills()), example, Placement(right_modules=150))


def test_a_base_wants_its_modules_dark_where_the_picture_is_dark() -> None:
    x, _ = grid()
    layout = layout_of(6, ErrorLevel.L)
    target = base_target(layout, artwork_of(0.5 - 0.5 * np.cos(np.pi * x)), BaseStyle())
    # One module in seven keeps up the contrast that readers' thresholds need.
    assert target.dark[:, :20].mean() == pytest.approx(6 / 7, abs=0.02)
    assert target.dark[:, 21:].mean() == pytest.approx(1 / 7, abs=0.02)
    windows = np.lib.stride_tricks.sliding_window_view(target.dark, (4, 4)).sum(axis=(2, 3))
    assert windows.min() >= 1
    assert windows.max() <= 15
    carriers = np.isin(layout.roles, (Role.DATA, Role.ERROR_CORRECTION))
    assert not target.importance[~carriers].any()
    rows = target.importance[20][carriers[20]]
    assert rows[0] == pytest.approx(1)
    assert rows.min() < 0.1


# -------------------------------------------------------------------------------- painted maps


def half_map(side=360, left=0, right=255) -> GreyMap:
    levels = np.full((side, side), right, np.uint8)
    levels[:, : side // 2] = left
    return GreyMap(levels)


def test_a_painted_map_lies_where_its_artwork_lies() -> None:
    artwork = artwork_of(hills())
    placement = Placement(scale=0.5, rotation_deg=90, right_modules=4)
    laid = half_map().laid(artwork, 41, placement)
    # Turned clockwise by 90 degrees the black left half is the upper one.
    rows, columns = slice(11, 29), slice(17, 31)
    assert laid[rows, columns][:8].max() < 0.05
    assert laid[rows, columns][-8:].min() > 0.95
    assert (laid[:, :12] == 1).all()
    assert (laid[:8] == 1).all()


def test_black_paint_gives_a_colour_up_and_white_changes_nothing() -> None:
    artwork = artwork_of(ring())
    example = URL.symbol(URL.example, ErrorLevel.L, 8)
    plain = Picture(artwork).target(example)
    white = Picture(artwork, painted=GreyMap(np.full((90, 90), 255, np.uint8))).target(example)
    np.testing.assert_allclose(white.importance, plain.importance, atol=1e-6)
    halved = Picture(artwork, painted=half_map()).target(example)
    side = example.size_modules
    box = np.s_[side // 4 + 1 : 3 * side // 4, side // 4 + 1 : side // 2 - 1]
    assert plain.importance[box].any()
    assert not halved.importance[box].any()
    np.testing.assert_allclose(
        halved.importance[:, side // 2 + 2 :], plain.importance[:, side // 2 + 2 :], atol=1e-6
    )
    assert halved.zone.sum() < plain.zone.sum()


def test_protected_modules_are_served_first() -> None:
    artwork = artwork_of(hills())
    levels = np.zeros((360, 360), np.uint8)
    levels[120:200, 60:140] = 255  # of 45 modules: rows 15 to 24, columns 8 to 17
    template = PayloadTemplate("https://dj.cn/1")
    example = template.symbol("https://dj.cn/1", ErrorLevel.M, 7)
    area = np.s_[15:25, 8:17]
    plain = Picture(artwork, ToneMode.PHOTO).target(example, Placement(scale=1.0))
    guarded = Picture(artwork, ToneMode.PHOTO, protected=GreyMap(levels)).target(
        example, Placement(scale=1.0)
    )
    assert guarded.importance[area].min() >= 0.5
    assert guarded.importance[26:, 20:].max() <= 0.5
    right = [
        (Steering.solve(template, 7, ErrorLevel.M, target).steer().symbol.modules == target.dark)[
            area
        ].mean()
        for target in (plain, guarded)
    ]
    assert right[0] < right[1] >= 0.97


@pytest.mark.parametrize(
    "make",
    [
        lambda: GreyMap(np.zeros((0, 0), np.uint8)),
        lambda: GreyMap(np.zeros((9, 9), np.uint8)),
        lambda: GreyMap(np.full((9, 9, 3), 255, np.uint8)),
        lambda: GreyMap(np.full((9, 9), 1.0)),
        lambda: GreyMap(np.full((1, 8_193), 255, np.uint8)),
        lambda: GreyMap(np.full((90, 45), 255, np.uint8)).laid(
            artwork_of(hills()), 41, Placement()
        ),
    ],
)
def test_unfit_maps_are_refused(make) -> None:
    with pytest.raises(ArtworkError):
        make()


def test_a_loaded_picture_is_a_map_of_its_luma_on_black() -> None:
    colours = np.full((20, 30, 3), 255, np.uint8)
    alpha = np.full((20, 30), 255, np.uint8)
    alpha[:, :10] = 0
    colours[:, 20:] = 0
    levels = GreyMap.of(Artwork(colours, alpha)).levels
    assert levels[0, [0, 9, 10, 19, 20, 29]].tolist() == [0, 0, 255, 255, 0, 0]
