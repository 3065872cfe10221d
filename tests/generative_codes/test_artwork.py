"""Artwork: unusable files are refused with a way out; drawings land where they should."""

import gzip
import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from generative_codes import GenerativeCodeError
from generative_codes.artwork import (
    Artwork,
    ArtworkError,
    Crop,
    Fit,
    Placement,
    Target,
    load_artwork,
    module_target,
)
from generative_codes.artwork_file import _REASONS_ZH
from vision import FrameRejection


def png_of(array, mode=None, **options) -> bytes:
    return saved(Image.fromarray(array, mode) if mode else Image.fromarray(array), "PNG", **options)


def saved(image, kind, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def _png_of_16_bits(colour_type) -> bytes:
    """A PNG of 4 x 4 black pixels, written chunk by chunk (PNG specification, third edition)."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour_type]
    rows = (b"\0" + bytes(4 * channels * 2)) * 4
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 4, 4, 16, colour_type, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def opaque(gray) -> Artwork:
    return Artwork(np.repeat(gray[..., None], 3, axis=2), np.full(gray.shape, 255, np.uint8))


def square_on_white(side=100, low=25, high=75) -> np.ndarray:
    gray = np.full((side, side), 255, np.uint8)
    gray[low:high, low:high] = 0
    return gray


def box_of(mask) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


class TestLoading:
    def test_png_keeps_colours_and_transparency(self) -> None:
        rgba = np.zeros((4, 6, 4), np.uint8)
        rgba[:2] = (200, 10, 30, 255)
        rgba[2] = (0, 0, 90, 128)
        artwork = load_artwork(png_of(rgba))
        assert (artwork.width_px, artwork.height_px) == (6, 4)
        np.testing.assert_array_equal(artwork.bgr[0, 0], (30, 10, 200))
        np.testing.assert_array_equal(artwork.bgr[2, 0], (90, 0, 0))  # not mixed with white
        np.testing.assert_array_equal(artwork.alpha[:, 0], (255, 255, 128, 0))
        np.testing.assert_array_equal(artwork.bgr[3, 0], (255, 255, 255))

    @pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
    def test_each_format_is_read(self, kind) -> None:
        artwork = load_artwork(saved(Image.fromarray(square_on_white()).convert("RGB"), kind))
        assert artwork.bgr.shape == (100, 100, 3)
        assert (artwork.alpha == 255).all()
        assert artwork.luma_on_white[50, 50] < 10 < 245 < artwork.luma_on_white[5, 5]

    def test_palette_png_with_a_transparent_entry_is_read(self) -> None:
        image = Image.fromarray((square_on_white() == 0).astype(np.uint8), "L").convert("P")
        image.putpalette([255, 255, 255, 180, 0, 0])
        artwork = load_artwork(saved(image, "PNG", transparency=0))
        assert artwork.alpha[0, 0] == 0
        np.testing.assert_array_equal(artwork.bgr[50, 50], (0, 0, 180))

    @pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
    def test_exif_orientation_is_undone(self, kind) -> None:
        gray = np.full((40, 80), 255, np.uint8)
        gray[:, :20] = 0  # stored: dark at the left; orientation 6 turns it to the top
        exif = Image.Exif()
        exif[0x0112] = 6
        artwork = load_artwork(saved(Image.fromarray(gray).convert("RGB"), kind, exif=exif))
        assert (artwork.width_px, artwork.height_px) == (40, 80)
        assert artwork.luma_on_white[5, 20] < 60
        assert artwork.luma_on_white[75, 20] > 200

    def test_luma_is_that_of_the_artwork_on_white(self) -> None:
        bgr = np.zeros((2, 2, 3), np.uint8)
        alpha = np.array([[255, 128], [64, 0]], np.uint8)
        luma = Artwork(bgr, alpha).luma_on_white
        np.testing.assert_array_equal(luma, [[0, 127], [191, 255]])

    def test_shrinking_keeps_shape_colours_and_transparency(self) -> None:
        bgr = np.zeros((600, 1_200, 3), np.uint8)
        bgr[:, :600] = (10, 20, 200)
        bgr[:, 600:] = (0, 255, 0)
        alpha = np.full((600, 1_200), 255, np.uint8)
        alpha[:, 600:] = 0  # what is transparent must not bleed in
        artwork = Artwork(bgr, alpha)
        small = artwork.at_most(101)
        assert (small.width_px, small.height_px) == (101, 50)
        for column in (0, 49, 50):
            np.testing.assert_allclose(small.bgr[25, column], (10, 20, 200), atol=3)
        assert small.alpha[25, 49] == 255
        assert 0 < small.alpha[25, 50] < 255
        assert small.alpha[25, 51] == 0
        assert artwork.at_most(1_200) is artwork

    @pytest.mark.parametrize(
        ("data", "reason", "way_out"),
        [
            (b"", "0 bytes", "PNG"),
            (b"not a picture at all", "no picture", "PNG"),
            (
                b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
                "script",
                "PNG",
            ),
            (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "no size", "viewBox"),
            (gzip.compress(b"<svg/>", mtime=0), "Compressed", "unpack"),
            (b"GIF89a" + bytes(40), "GIF", "PNG"),
            (b"%PDF-1.4" + bytes(40), "PDF", "PNG"),
            (png_of(square_on_white())[:120], "damaged|cut short", "PNG"),
            (
                png_of(np.zeros((8, 8), np.uint16) + np.arange(8, dtype=np.uint16) * 9000),
                "16 bits",
                "8 bits",
            ),
            (png_of(np.full((30, 30, 3), 255, np.uint8)), "uniform light", "dark drawing"),
            (png_of(np.zeros((30, 30, 3), np.uint8)), "uniform dark", "transparent background"),
            (png_of(np.full((30, 30, 3), 120, np.uint8)), "uniform", "dark drawing"),
            (png_of(np.zeros((30, 30, 4), np.uint8)), "transparent", "visible layers"),
            (saved(Image.new("CMYK", (30, 30), (0, 0, 0, 255)), "JPEG"), "CMYK", "RGB"),
        ],
        ids=lambda value: None if isinstance(value, bytes) else value,
    )
    def test_unusable_files_are_refused_with_the_reason_and_a_way_out(
        self, data, reason, way_out
    ) -> None:
        with pytest.raises(ArtworkError, match=reason) as refusal:
            load_artwork(data)
        assert way_out in str(refusal.value)
        assert "请" in refusal.value.text_zh

    @pytest.mark.parametrize(
        ("kind", "reason", "reason_zh"),
        [
            ("PNG", "animation", "动画"),
            ("WEBP", "animation", "动画"),
            ("GIF", "GIF files are not accepted", "不支持"),
        ],
    )
    def test_animations_are_refused(self, kind, reason, reason_zh) -> None:
        frames = [Image.fromarray(square_on_white(60, low, 50)).convert("RGB") for low in (5, 25)]
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
        with pytest.raises(ArtworkError, match=reason) as refusal:
            load_artwork(data)
        assert reason_zh in refusal.value.text_zh

    @pytest.mark.parametrize("mode", ["I;16", "RGB", "RGBA", "LA"])
    def test_16_bit_pngs_are_refused_and_their_8_bit_export_is_read(self, mode) -> None:
        channels = {"I;16": 0, "LA": 4, "RGB": 2, "RGBA": 6}[mode]
        wide = _png_of_16_bits(channels)
        with pytest.raises(ArtworkError, match="16 bits") as refusal:
            load_artwork(wide)
        assert "16 位" in refusal.value.text_zh
        assert load_artwork(png_of(square_on_white())).width_px == 100

    def test_every_way_a_picture_is_refused_has_a_chinese_text(self) -> None:
        assert set(_REASONS_ZH) == set(FrameRejection)

    def test_a_picture_of_20000_pixels_is_refused_before_it_is_decoded(self) -> None:
        data = saved(Image.new("1", (20_000, 20_000)), "PNG")
        assert len(data) < 200_000
        with pytest.raises(ArtworkError, match=r"20000 x 20000.*8192 pixels"):
            load_artwork(data)

    @given(st.binary(max_size=200))
    @settings(max_examples=60, deadline=None)
    def test_any_bytes_are_refused_politely(self, data) -> None:
        for hostile in (data, b"\x89PNG\r\n\x1a\n" + data, b"RIFF" + data, b"\xff\xd8\xff" + data):
            with pytest.raises(ArtworkError):
                load_artwork(hostile)

    @given(st.integers(0, 10_000), st.integers(0, 255))
    @settings(max_examples=60, deadline=None)
    def test_a_damaged_png_is_an_artwork_or_a_refusal(self, at, value) -> None:
        rgba = np.dstack([square_on_white(32, 8, 24)] * 3 + [np.full((32, 32), 200, np.uint8)])
        data = bytearray(png_of(rgba))
        data[at % len(data)] = value
        try:
            artwork = load_artwork(bytes(data))
        except ArtworkError:
            return
        assert artwork.alpha.shape == artwork.bgr.shape[:2]


class TestPlacing:
    def test_a_centred_square_covers_the_modules_it_should(self) -> None:
        # Box of 41 * 0.5 = 20.5 modules; the ink is its middle half, 15.4 to 25.6:
        # modules 15 and 25 are covered by .625, the corners by .625 squared, less than half.
        target = module_target(opaque(square_on_white()), 41, Placement(scale=0.5))
        top, bottom, left, right = box_of(target.dark)
        assert (top, bottom, left, right) == (15, 26, 15, 26)
        light = np.argwhere(~target.dark[top:bottom, left:right])
        np.testing.assert_array_equal(light, [[0, 0], [0, 10], [10, 0], [10, 10]])

    def test_the_zone_is_the_drawing_and_a_ring_of_one_module(self) -> None:
        target = module_target(opaque(square_on_white()), 41)
        top, bottom, left, right = box_of(target.dark)
        assert box_of(target.zone) == (top - 1, bottom + 1, left - 1, right + 1)
        assert target.zone.sum() == (bottom - top + 2) * (right - left + 2)

    def test_opaque_white_of_a_transparent_logo_belongs_to_the_zone(self) -> None:
        gray, alpha = square_on_white(), np.zeros((100, 100), np.uint8)
        alpha[10:90, 10:90] = 255
        target = module_target(Artwork(np.repeat(gray[..., None], 3, 2), alpha), 41)
        ink, zone = box_of(target.dark), box_of(target.zone)
        assert zone[1] - zone[0] > ink[1] - ink[0] + 4

    def test_shifts_move_the_drawing_by_whole_modules(self) -> None:
        artwork = opaque(square_on_white())
        centred = module_target(artwork, 41)
        moved = module_target(artwork, 41, Placement(right_modules=-5, down_modules=3))
        np.testing.assert_array_equal(moved.dark, np.roll(centred.dark, (3, -5), (0, 1)))
        np.testing.assert_array_equal(moved.zone, np.roll(centred.zone, (3, -5), (0, 1)))

    @pytest.mark.parametrize("quarters", [1, 2, 3])
    def test_rotation_is_clockwise(self, quarters) -> None:
        gray = np.full((120, 120), 255, np.uint8)
        gray[20:100, 20:50] = 0
        gray[20:50, 50:100] = 0  # an L upside down: no symmetry
        upright = module_target(opaque(gray), 45, Placement(scale=0.6))
        turned = module_target(opaque(gray), 45, Placement(scale=0.6, rotation_deg=90.0 * quarters))
        np.testing.assert_array_equal(turned.dark, np.rot90(upright.dark, -quarters))

    def test_contain_keeps_the_shape_and_cover_fills_the_box(self) -> None:
        gray = np.zeros((50, 200), np.uint8)
        gray[:, ::20] = 255  # not uniform; still dark in the mean
        contain = module_target(opaque(gray), 41, Placement(Fit.CONTAIN, scale=0.5))
        cover = module_target(opaque(gray), 41, Placement(Fit.COVER, scale=0.5))
        top, bottom, left, right = box_of(contain.dark)
        assert (right - left) / (bottom - top) == pytest.approx(4, rel=0.25)
        top, bottom, left, right = box_of(cover.dark)
        assert 19 <= bottom - top <= 21
        assert 19 <= right - left <= 21

    @given(st.floats(-180, 180), st.floats(0.3, 1.0))
    @settings(max_examples=40, deadline=None)
    def test_a_rotated_drawing_stays_in_its_box_and_a_covering_one_fills_it(
        self, rotation, scale
    ) -> None:
        gray = np.zeros((100, 100), np.uint8)
        gray[:, 0] = 40
        half = scale * 45 / 2
        for fit in Fit:
            target = module_target(opaque(gray), 45, Placement(fit, scale, rotation))
            centres = np.abs(np.arange(45) - 22.0)
            outside = (centres - 0.51 > half)[:, None] | (centres - 0.51 > half)[None, :]
            assert not target.dark[outside].any()
            if fit is Fit.COVER:
                inside = (centres + 0.51 < half)[:, None] & (centres + 0.51 < half)[None, :]
                assert target.dark[inside].all()

    def test_crop_takes_the_named_part(self) -> None:
        gray = np.full((100, 100), 255, np.uint8)
        gray[:50, :50] = 0
        gray[60:70, 60:90] = 0
        corner = Crop(left=0.5, top=0.5)
        target = module_target(opaque(gray), 41, Placement(scale=0.5, crop=corner))
        # 30 x 10 of 50 x 50 pixels in a box of 20.5 modules: 12.3 x 4.1 modules.
        top, bottom, left, right = box_of(target.dark)
        assert 12 <= right - left <= 14
        assert 4 <= bottom - top <= 5

    def test_bright_colours_on_white_are_still_told_apart(self) -> None:
        bgr = np.full((100, 100, 3), 255, np.uint8)
        bgr[25:75, 25:75] = (0, 200, 255)  # amber: luma 194
        target = module_target(Artwork(bgr, np.full((100, 100), 255, np.uint8)), 41)
        reference = module_target(opaque(square_on_white()), 41)
        np.testing.assert_array_equal(target.dark, reference.dark)

    def test_importance_is_highest_at_the_outline_and_zero_outside_the_zone(self) -> None:
        target = module_target(opaque(square_on_white()), 57, Placement(scale=0.8))
        assert (target.importance[~target.zone] == 0).all()
        assert (target.importance[target.zone] >= 0.4).all()
        middle = target.importance[28, 28]
        top, bottom, left, _ = box_of(target.dark)
        assert target.importance[(top + bottom) // 2, left + 1] > middle

    def test_importance_can_be_painted_and_areas_protected(self) -> None:
        target = module_target(opaque(square_on_white()), 41)
        area = np.zeros((41, 41), bool)
        area[5:8, 5:8] = True
        protected = target.protected(area)
        assert protected.importance[area].min() >= protected.importance[~area].max()
        assert protected.zone[area].all()
        weights = np.ones((41, 41), np.float32)
        weights[20] = 0
        painted = target.painted(weights)
        assert not painted.importance[20].any()
        assert not painted.zone[20].any()
        np.testing.assert_array_equal(painted.importance[19], target.importance[19])

    @pytest.mark.parametrize(
        "make",
        [
            lambda: Placement(scale=0),
            lambda: Placement(scale=1.01),
            lambda: Placement(scale=float("nan")),
            lambda: Placement(rotation_deg=float("inf")),
            lambda: Placement(down_modules=float("nan")),
            lambda: Crop(left=0.5, right=0.5),
            lambda: Crop(top=-0.1),
            lambda: Crop(bottom=1.1),
            lambda: Artwork(np.zeros((0, 0, 3), np.uint8), np.zeros((0, 0), np.uint8)),
            lambda: Artwork(np.zeros((3, 3, 3), np.uint8), np.zeros((3, 2), np.uint8)),
            lambda: Artwork(np.zeros((3, 3, 3), np.float32), np.zeros((3, 3), np.uint8)),
            lambda: module_target(opaque(square_on_white()), 22),
            lambda: module_target(opaque(square_on_white()), 17),
            lambda: module_target(opaque(square_on_white()), 181),
            lambda: module_target(opaque(square_on_white()), 41, Placement(right_modules=90)),
            lambda: module_target(
                opaque(square_on_white()), 41, Placement(crop=Crop(left=0.999, right=1))
            ),
            lambda: Target(
                np.zeros((3, 4), bool), np.zeros((3, 4), np.float32), np.zeros((3, 4), bool)
            ),
            lambda: Target(np.zeros((3, 3), bool), np.zeros((3, 3)), np.zeros((3, 3), bool)),
            lambda: Target(
                np.zeros((3, 3), bool), np.full((3, 3), 2, np.float32), np.zeros((3, 3), bool)
            ),
            lambda: Target(
                np.zeros((3, 3), bool), np.full((3, 3), np.nan, np.float32), np.zeros((3, 3), bool)
            ),
            lambda: Target(
                np.zeros((3, 3), bool), np.zeros((3, 3), np.float32), np.zeros((4, 4), bool)
            ),
            lambda: module_target(opaque(square_on_white()), 41).protected(np.zeros((3, 3), bool)),
            lambda: module_target(opaque(square_on_white()), 41).painted(
                np.full((41, 41), -1, np.float32)
            ),
        ],
    )
    def test_values_without_meaning_are_refused(self, make) -> None:
        with pytest.raises(GenerativeCodeError):
            make()

    def test_a_drawing_too_fine_for_the_grid_is_refused_with_a_way_out(self) -> None:
        gray = np.full((2_000, 2_000), 255, np.uint8)
        cv2.line(gray, (0, 1_000), (2_000, 1_000), 0, 2)
        with pytest.raises(ArtworkError, match="scale it up"):
            module_target(opaque(gray), 41)
