import io
import struct
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vision.frame import (
    Frame,
    FrameError,
    FrameLimits,
    FrameRejection,
    decode_frame,
    encode_jpeg,
    encode_png,
)


def rejection_of(data: bytes, limits: FrameLimits | None = None) -> FrameRejection:
    with pytest.raises(FrameError) as caught:
        decode_frame(data, limits)
    assert caught.value.message == str(caught.value)
    return caught.value.rejection


def close(frame: Frame, image: Image.Image, tolerance: float) -> bool:
    """Mean difference of levels: chroma subsampling smears single pixels at colour edges."""
    expected = np.asarray(image.convert("RGB")).astype(int)[..., ::-1]
    return frame.bgr.shape == expected.shape and bool(
        np.abs(frame.bgr.astype(int) - expected).mean() <= tolerance
    )


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "rejection"),
    [
        (b"", FrameRejection.EMPTY),
        (b"hello, this is no picture", FrameRejection.NOT_AN_IMAGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", FrameRejection.NOT_AN_IMAGE),
        (b"GIF89a" + bytes(20), FrameRejection.UNSUPPORTED_FORMAT),
        (b"II*\0" + bytes(20), FrameRejection.UNSUPPORTED_FORMAT),
        (b"BM" + bytes(60), FrameRejection.UNSUPPORTED_FORMAT),
        (b"%PDF-1.7", FrameRejection.UNSUPPORTED_FORMAT),
        (b"\0\0\0\x20ftypavif" + bytes(40), FrameRejection.UNSUPPORTED_FORMAT),
        (b"\0\0\0\x20ftypisom" + bytes(40), FrameRejection.UNSUPPORTED_FORMAT),
        (b"\xff\xd8\xff", FrameRejection.TRUNCATED),
        (b"\xff\xd8", FrameRejection.TRUNCATED),
        (b"\x89PNG\r\n\x1a\n", FrameRejection.TRUNCATED),
        (b"\x89PNG", FrameRejection.TRUNCATED),
        (b"RIFF\x10\0\0\0WEBP", FrameRejection.TRUNCATED),
    ],
)
def test_bytes_that_are_no_picture_are_named(data, rejection):
    assert rejection_of(data) is rejection


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_cut_of_a_picture_is_called_truncated(saved, photo, kind):
    data = saved(photo, kind)

    for length in range(12, len(data), max(1, len(data) // 60)):
        assert rejection_of(data[:length]) is FrameRejection.TRUNCATED, length


def test_a_file_beyond_the_byte_cap_is_refused_unread(saved, photo):
    data = saved(photo, "PNG")

    assert decode_frame(data, FrameLimits(max_bytes=len(data))).width_px == 48
    limits = FrameLimits(max_bytes=len(data) - 1)
    assert rejection_of(data, limits) is FrameRejection.TOO_MANY_BYTES


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "limits", [FrameLimits(max_pixels=48 * 32 - 1), FrameLimits(max_side_px=47)]
)
def test_a_picture_beyond_the_pixel_caps_is_refused(saved, photo, kind, limits):
    assert rejection_of(saved(photo, kind), limits) is FrameRejection.TOO_MANY_PIXELS


def test_limits_below_1_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        FrameLimits(max_pixels=0)


def png_of(png_chunk, width, height, *chunks, colour_type=0, rows=None):
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    rows = bytes((width + 1) * height) if rows is None else rows
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + b"".join(chunks)
        + png_chunk(b"IDAT", zlib.compress(rows, 9))
        + png_chunk(b"IEND", b"")
    )


def test_a_png_that_declares_two_billion_pixels_is_refused_by_its_header(png_chunk):
    bomb = png_of(png_chunk, 65_000, 32_000, rows=bytes(1000))

    assert rejection_of(bomb) is FrameRejection.TOO_MANY_PIXELS


def test_a_png_without_pixels_is_no_image(png_chunk):
    assert rejection_of(png_of(png_chunk, 0, 5, rows=b"")) is FrameRejection.NOT_AN_IMAGE


def test_a_webp_that_declares_a_huge_canvas_is_refused_before_its_decoder_starts():
    canvas = (16_383).to_bytes(3, "little") * 2
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    data = b"RIFF" + struct.pack("<I", len(body)) + body

    assert rejection_of(data) is FrameRejection.TOO_MANY_PIXELS


def test_a_jpeg_that_declares_a_huge_frame_is_refused_before_decoding(saved, photo):
    data = bytearray(saved(photo, "JPEG"))
    frame_header = data.index(b"\xff\xc0")
    data[frame_header + 5 : frame_header + 9] = b"\xff\xff\xff\xff"

    assert rejection_of(bytes(data)) is FrameRejection.TOO_MANY_PIXELS


def test_a_progressive_jpeg_that_repeats_its_scan_four_hundred_times_is_refused(saved):
    data = saved(Image.new("RGB", (2000, 2000)), "JPEG", progressive=True)
    first = data.index(b"\xff\xda")
    second = data.index(b"\xff\xda", first + 2)
    bomb = data[:second] + data[first:second] * 400 + data[second:]

    assert rejection_of(bomb) is FrameRejection.TOO_MANY_PIXELS


def test_animations_are_refused(saved, photo):
    frames = {"save_all": True, "append_images": [photo.rotate(90), photo.rotate(180)]}

    assert rejection_of(saved(photo, "PNG", **frames)) is FrameRejection.ANIMATED
    assert rejection_of(saved(photo, "WEBP", **frames)) is FrameRejection.ANIMATED


def test_a_cmyk_jpeg_is_refused(saved, photo):
    assert rejection_of(saved(photo.convert("CMYK"), "JPEG")) is FrameRejection.CMYK


def test_a_jpeg_of_twelve_bits_is_refused_as_unsupported(saved, photo):
    data = bytearray(saved(photo, "JPEG"))
    data[data.index(b"\xff\xc0") + 4] = 12

    assert rejection_of(bytes(data)) is FrameRejection.UNSUPPORTED_FORMAT


def test_a_png_with_a_wrong_checksum_is_damaged(saved, photo):
    data = bytearray(saved(photo, "PNG"))
    data[data.index(b"IDAT") + 10] ^= 1

    assert rejection_of(bytes(data)) is FrameRejection.TRUNCATED


# --- metadata --------------------------------------------------------------------------------


def test_a_text_bomb_in_a_png_is_never_unpacked(png_chunk):
    bomb = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)
    profile = b"name\0\0" + zlib.compress(bytes(100_000_000), 9)
    data = png_of(png_chunk, 3, 2, png_chunk(b"iCCP", profile), png_chunk(b"zTXt", bomb))

    assert decode_frame(data).bgr.shape == (2, 3, 3)


def test_thousands_of_metadata_chunks_are_refused(png_chunk):
    text = png_chunk(b"tEXt", b"a\0b")

    assert decode_frame(png_of(png_chunk, 2, 2, *[text] * 1024)).width_px == 2
    data = png_of(png_chunk, 2, 2, *[text] * 1025)
    assert rejection_of(data) is FrameRejection.BAD_METADATA


def test_thousands_of_jpeg_segments_are_refused(saved, photo):
    data = saved(photo, "JPEG")
    comment = b"\xff\xfe\x00\x03x"

    assert decode_frame(data[:2] + comment * 1000 + data[2:]).width_px == 48
    assert rejection_of(data[:2] + comment * 2000 + data[2:]) is FrameRejection.BAD_METADATA


def test_exif_of_two_megabytes_is_refused(png_chunk):
    data = png_of(png_chunk, 2, 2, png_chunk(b"eXIf", b"II*\0" + bytes(2_000_000)))

    assert rejection_of(data) is FrameRejection.BAD_METADATA


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff" + bytes(12 * 3),
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0",
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x01\0\0\0\x06\0\0\0",
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\xff\xff\xff\xff\x06\0\0\0",
        b"nonsense" * 9,
    ],
    ids=["none", "short", "far", "count", "value 9", "text", "many values", "nonsense"],
)
def test_damaged_exif_leaves_the_picture_as_it_is_stored(saved, photo, exif):
    data = saved(photo, "JPEG", quality=95)
    segment = b"Exif\0\0" + exif
    data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + data[2:]

    assert close(decode_frame(data), photo, 5)


def test_a_second_picture_behind_a_jpeg_is_ignored(saved, photo):
    # Phones append gain maps, depth maps and videos.
    data = saved(photo, "JPEG", quality=95) + saved(photo.rotate(180), "JPEG") + bytes(999)

    assert close(decode_frame(data), photo, 5)


# --- what is accepted ------------------------------------------------------------------------

# Where the first stored row and column lie (Exif 2.32, tag 0x0112), done by Pillow's own
# transposition of the upright picture into the stored one.
STORED_FROM_UPRIGHT = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_exif_orientation_is_turned_upright(saved, photo, kind, orientation):
    transpose = STORED_FROM_UPRIGHT[orientation]
    stored = photo if transpose is None else photo.transpose(transpose)
    exif = Image.Exif()
    exif[0x0112] = orientation

    frame = decode_frame(saved(stored, kind, exif=exif, quality=95))

    assert (frame.width_px, frame.height_px) == (48, 32)
    assert close(frame, photo, 0 if kind == "PNG" else 5)
    assert np.abs(frame.bgr[4, 4].astype(int) - (30, 30, 200)).max() <= 12


@pytest.mark.parametrize(
    ("kind", "media_type", "tolerance"),
    [("JPEG", "image/jpeg", 5), ("PNG", "image/png", 0), ("WEBP", "image/webp", 5)],
)
def test_a_picture_decodes_to_its_pixels(saved, photo, kind, media_type, tolerance):
    frame = decode_frame(saved(photo, kind, quality=95))

    assert frame.media_type == media_type
    assert close(frame, photo, tolerance)


def test_grey_pictures_decode(saved):
    gray = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16))

    assert np.array_equal(decode_frame(saved(gray, "PNG")).gray, np.asarray(gray))
    assert decode_frame(saved(gray, "JPEG")).bgr.shape == (16, 16, 3)


def test_sixteen_bit_grey_is_scaled_by_257(saved):
    wide = np.array([[0, 257, 65535], [128, 129, 32896]], np.uint16)

    frame = decode_frame(saved(Image.fromarray(wide), "PNG"))

    assert frame.gray.tolist() == [[0, 1, 255], [0, 1, 128]]


def test_one_bit_and_palette_pictures_decode(saved, photo):
    bits = Image.fromarray(np.array([[True, False]]))

    assert decode_frame(saved(bits, "PNG")).gray.tolist() == [[255, 0]]
    assert close(decode_frame(saved(photo.quantize(8), "PNG")), photo, 1)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_parts_lie_on_white(saved, mode):
    image = Image.new("RGBA", (3, 1))
    image.putdata([(0, 0, 0, 0), (0, 0, 0, 255), (0, 0, 0, 128)])

    frame = decode_frame(saved(image.convert(mode), "PNG"))

    assert frame.gray.tolist() == [[255, 0, 127]]


def test_a_transparent_palette_entry_lies_on_white(saved):
    image = Image.new("P", (2, 1))
    image.putpalette([10, 10, 10, 20, 20, 20])
    image.putdata([0, 1])

    frame = decode_frame(saved(image, "PNG", transparency=0))

    assert frame.gray.tolist() == [[255, 20]]


def test_a_lossless_webp_keeps_every_pixel(saved):
    pixels = np.random.default_rng(0).integers(0, 256, (9, 7, 3), dtype=np.uint8)

    frame = decode_frame(saved(Image.fromarray(pixels), "WEBP", lossless=True))

    assert np.array_equal(frame.bgr, pixels[..., ::-1])


def test_heic_decodes_upright(photo):
    heif = pytest.importorskip("pillow_heif", reason="HEIC needs the extra [heic]")
    stream = io.BytesIO()
    heif.from_pillow(photo.resize((480, 320))).save(stream, quality=95)

    frame = decode_frame(stream.getvalue())

    assert frame.media_type == "image/heic"
    assert (frame.width_px, frame.height_px) == (480, 320)
    assert np.abs(frame.bgr[40, 40].astype(int) - (30, 30, 200)).max() <= 20


def test_a_cut_heic_is_called_truncated_and_a_large_one_too_many_pixels(photo):
    heif = pytest.importorskip("pillow_heif", reason="HEIC needs the extra [heic]")
    stream = io.BytesIO()
    heif.from_pillow(photo.resize((480, 320))).save(stream, quality=95)
    data = stream.getvalue()

    assert rejection_of(data[: len(data) // 2]) is FrameRejection.TRUNCATED
    limits = FrameLimits(max_pixels=480 * 320 - 1)
    assert rejection_of(data, limits) is FrameRejection.TOO_MANY_PIXELS


def test_heic_without_its_package_says_what_to_send(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(FrameError, match=r"pillow-heif.*send a JPEG") as caught:
        decode_frame(b"\0\0\0\x18ftypheic" + bytes(40))

    assert caught.value.rejection is FrameRejection.UNSUPPORTED_FORMAT


# --- the frame itself ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((2, 2), np.uint8),
        np.zeros((2, 2, 4), np.uint8),
        np.zeros((2, 2, 3), np.float32),
    ],
    ids=["empty", "grey", "alpha", "float"],
)
def test_a_frame_holds_only_bgr_bytes(pixels):
    with pytest.raises(ValueError, match="uint8"):
        Frame(pixels)


def test_a_frame_cannot_be_changed_from_outside():
    pixels = np.zeros((2, 2, 3), np.uint8)
    frame = Frame(pixels)
    pixels[:] = 7

    assert frame.bgr.max() == 0
    for array in (frame.bgr, frame.gray):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1


def test_what_is_encoded_decodes_to_the_same_pixels(photo):
    frame = Frame(np.asarray(photo)[..., ::-1])

    assert np.array_equal(decode_frame(encode_png(frame)).bgr, frame.bgr)
    assert close(decode_frame(encode_jpeg(frame, 95)), photo, 5)


@pytest.mark.parametrize("quality", [0, 101])
def test_a_jpeg_quality_beyond_1_to_100_is_refused(quality):
    with pytest.raises(ValueError, match="quality"):
        encode_jpeg(Frame(np.zeros((1, 1, 3), np.uint8)), quality)


# --- anything at all -------------------------------------------------------------------------

SMALL = FrameLimits(max_bytes=100_000, max_pixels=20_000, max_side_px=400)
PREFIXES = (b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"RIFF\x40\0\0\0WEBPVP8X")


def decodes_or_says_why(data: bytes) -> None:
    try:
        frame = decode_frame(data, SMALL)
    except FrameError:
        return
    assert frame.width_px * frame.height_px <= SMALL.max_pixels


@given(st.sampled_from(PREFIXES), st.binary(max_size=300))
def test_random_bytes_never_raise_anything_but_a_frame_error(prefix, data):
    decodes_or_says_why(prefix + data)


def seeds() -> list[bytes]:
    image = Image.fromarray(np.indices((12, 16)).sum(axis=0).astype(np.uint8) * 9)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x011A] = 72.0
    made = []
    for kind, options in (
        ("JPEG", {"exif": exif}),
        ("JPEG", {"progressive": True}),
        ("PNG", {"exif": exif}),
        ("WEBP", {"exif": exif}),
        ("WEBP", {"lossless": True}),
        ("PNG", {"save_all": True, "append_images": [image.rotate(90)]}),
    ):
        stream = io.BytesIO()
        image.save(stream, kind, **options)
        made.append(stream.getvalue())
    return made


edits = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4), st.integers(0, 6)), max_size=6)


@given(st.sampled_from(seeds()), edits)
def test_mutated_pictures_never_raise_anything_but_a_frame_error(data, changes):
    for place, inserted, removed in changes:
        at = int(place * len(data))
        data = data[:at] + inserted + data[at + removed :]
    decodes_or_says_why(data)
