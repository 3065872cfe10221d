"""Frame: one decoded picture; decoding of hostile JPEG, PNG, WebP and HEIC bytes under caps."""

from __future__ import annotations

import importlib
import importlib.util
import io
import struct
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from vision.containers import (
    JPEG_START,
    PNG_SIGNATURE,
    UPRIGHT,
    Container,
    ContainerError,
    ContainerProblem,
    walk_jpeg,
    walk_png,
    walk_webp,
)
from vision.errors import VisionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

# A progressive JPEG is gone over once per scan; encoders write about ten scans. At most this many
# pixels are visited for one file (about ten seconds of one core in the worst case).
MAX_PIXEL_VISITS = 1_000_000_000
# What Pillow's decoders raise for damaged files (seen by fuzzing; they share no base class).
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    EOFError,
    OverflowError,
    RuntimeError,
    AssertionError,
    AttributeError,
    struct.error,
    zlib.error,
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"hevc", b"hevx", b"msf1"})
# Known formats that are refused by name: a clear answer is better than "not an image".
_REFUSED_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF8", "GIF"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"II+\0", "BigTIFF"),
    (0, b"MM\0+", "BigTIFF"),
    (0, b"BM", "BMP"),
    (0, b"8BPS", "Photoshop"),
    (0, b"%PDF", "PDF"),
    (0, b"\0\0\1\0", "ICO"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (4, b"ftyp", "video"),
)
_WANTED = "send a JPEG, PNG or WebP picture"


class FrameRejection(StrEnum):
    """Why bytes did not become a frame."""

    EMPTY = "empty"
    TOO_MANY_BYTES = "too_many_bytes"
    NOT_AN_IMAGE = "not_an_image"
    UNSUPPORTED_FORMAT = "unsupported_format"
    TRUNCATED = "truncated"
    TOO_MANY_PIXELS = "too_many_pixels"
    ANIMATED = "animated"
    CMYK = "cmyk"
    BAD_METADATA = "bad_metadata"


class FrameError(VisionError):
    """Bytes that are not accepted as a picture; `rejection` says why, the message what to do."""

    def __init__(self, rejection: FrameRejection, message: str) -> None:
        super().__init__(message)
        self.rejection = rejection
        self.message = message


@dataclass(frozen=True, slots=True)
class FrameLimits:
    """Caps that are checked before anything is allocated.

    The defaults take every phone photo up to 50 megapixels (150 MB decoded).
    """

    max_bytes: int = 20 * 1024 * 1024
    max_pixels: int = 50_000_000
    max_side_px: int = 16_384

    def __post_init__(self) -> None:
        if min(self.max_bytes, self.max_pixels, self.max_side_px) < 1:
            raise ValueError(f"frame limits must be at least 1, got {self}")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture, upright.

    `bgr`: uint8 (H, W, 3), C-contiguous, read-only (a writeable array is copied);
    `media_type`: what the bytes were, such as "image/jpeg".

    Raises:
        ValueError: another dtype or shape, or no pixels.
    """

    bgr: NDArray[np.uint8]
    media_type: str = "image/png"
    _gray: NDArray[np.uint8] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        pixels = self.bgr
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
            raise ValueError(
                f"a frame needs uint8 (H, W, 3) pixels, got {pixels.dtype} {pixels.shape}"
            )
        if pixels.flags.writeable or not pixels.flags.c_contiguous:
            pixels = np.array(pixels, order="C")
            pixels.flags.writeable = False
        object.__setattr__(self, "bgr", pixels)

    @classmethod
    def of_gray(cls, gray: NDArray[np.uint8], media_type: str = "image/png") -> Frame:
        """Return the frame of a grey picture, uint8 (H, W)."""
        bgr = np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
        bgr.flags.writeable = False
        return cls(bgr, media_type)

    @property
    def width_px(self) -> int:
        """Number of columns."""
        return int(self.bgr.shape[1])

    @property
    def height_px(self) -> int:
        """Number of rows."""
        return int(self.bgr.shape[0])

    @property
    def gray(self) -> NDArray[np.uint8]:
        """Luma of ITU-R BT.601, uint8 (H, W), read-only; computed once."""
        if self._gray is None:
            gray = np.asarray(cv2.cvtColor(self.bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
            gray.flags.writeable = False
            object.__setattr__(self, "_gray", gray)
            return gray
        return self._gray


def decode_frame(data: bytes, limits: FrameLimits | None = None) -> Frame:
    """Return the upright picture in `data`; transparent parts lie on white.

    Raises:
        FrameError: the bytes are refused; nothing larger than `limits` was allocated.
    """
    limits = limits or FrameLimits()
    if not data:
        raise FrameError(FrameRejection.EMPTY, f"expected a picture, got 0 bytes: {_WANTED}")
    if len(data) > limits.max_bytes:
        raise FrameError(
            FrameRejection.TOO_MANY_BYTES,
            f"expected at most {limits.max_bytes} bytes, got {len(data)}: send a smaller picture",
        )
    match media_type_of(data):
        case "image/jpeg":
            image, orientation = _open_walked(data, walk_jpeg, _open_jpeg, limits)
            media_type = "image/jpeg"
        case "image/png":
            image, orientation = _open_walked(data, walk_png, PngImagePlugin.PngImageFile, limits)
            media_type = "image/png"
        case "image/webp":
            image, orientation = _open_walked(
                data, walk_webp, WebPImagePlugin.WebPImageFile, limits
            )
            media_type = "image/webp"
        case "image/heic":
            image, orientation = _open_heic(data, limits), UPRIGHT
            media_type = "image/heic"
        case _:
            raise _refusal(data)
    try:
        stored = _to_bgr(image)
    except _DECODER_ERRORS as error:
        raise _damaged(error) from error
    bgr = _turn_upright(stored, orientation)
    bgr.flags.writeable = False
    return Frame(bgr, media_type)


def media_type_of(data: bytes) -> str | None:
    """Return the media type that the first bytes announce, or None where it is not accepted."""
    if data.startswith(JPEG_START + b"\xff"):
        return "image/jpeg"
    if data.startswith(PNG_SIGNATURE):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "image/heic"
    return None


def encode_jpeg(frame: Frame, quality: int = 90) -> bytes:
    """Return the picture as baseline JPEG, `quality` 1..100."""
    if not 1 <= quality <= 100:
        raise ValueError(f"JPEG quality must be 1..100, got {quality}")
    _, encoded = cv2.imencode(".jpg", frame.bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(encoded)


def encode_png(frame: Frame) -> bytes:
    """Return the picture as PNG, lossless."""
    _, encoded = cv2.imencode(".png", frame.bgr)
    return bytes(encoded)


def _refusal(data: bytes) -> FrameError:
    for offset, magic, name in _REFUSED_MAGIC:
        if data[offset : offset + len(magic)] == magic:
            return FrameError(
                FrameRejection.UNSUPPORTED_FORMAT, f"{name} files are not accepted: {_WANTED}"
            )
    # A JPEG, PNG or WebP that ends inside its own signature.
    beginnings = (JPEG_START + b"\xff", PNG_SIGNATURE, b"RIFF")
    if any(beginning.startswith(data) for beginning in beginnings):
        return FrameError(
            FrameRejection.TRUNCATED, f"the picture ends after {len(data)} bytes: send it again"
        )
    return FrameError(
        FrameRejection.NOT_AN_IMAGE, f"the {len(data)} bytes are no picture: {_WANTED}"
    )


def _damaged(error: Exception) -> FrameError:
    return FrameError(
        FrameRejection.TRUNCATED, f"the picture is cut short or damaged ({error}): send it again"
    )


def _open_walked(
    data: bytes,
    walk: Callable[[bytes], Container],
    opener: Callable[[io.BytesIO], Image.Image],
    limits: FrameLimits,
) -> tuple[Image.Image, int]:
    """Return the decoded picture, as stored, and its EXIF orientation."""
    try:
        container = walk(data)
    except ContainerError as error:
        if error.problem is ContainerProblem.METADATA:
            raise FrameError(
                FrameRejection.BAD_METADATA, f"{error}: save the picture without its metadata"
            ) from error
        raise _damaged(error) from error
    if container.is_animated:
        raise FrameError(
            FrameRejection.ANIMATED, "expected one picture, got an animation: send a still picture"
        )
    _check_size(container.width_px, container.height_px, limits)
    if container.width_px * container.height_px * container.passes > MAX_PIXEL_VISITS:
        raise FrameError(
            FrameRejection.TOO_MANY_PIXELS,
            f"the JPEG goes {container.passes} times over its picture: save it as baseline JPEG",
        )
    if walk is walk_jpeg:
        _check_jpeg(container)
    try:
        image = opener(io.BytesIO(container.pixels_only))
        if image.size != (container.width_px, container.height_px):
            raise ValueError(f"decoder sees {image.size}")
        image.load()
    except _DECODER_ERRORS as error:
        raise _damaged(error) from error
    return image, container.orientation


def _open_jpeg(stream: io.BytesIO) -> Image.Image:
    return JpegImagePlugin.JpegImageFile(stream)


def _check_size(width_px: int, height_px: int, limits: FrameLimits) -> None:
    if width_px < 1 or height_px < 1:
        raise FrameError(
            FrameRejection.NOT_AN_IMAGE,
            f"the file declares {width_px} x {height_px} pixels: {_WANTED}",
        )
    if width_px * height_px > limits.max_pixels or max(width_px, height_px) > limits.max_side_px:
        raise FrameError(
            FrameRejection.TOO_MANY_PIXELS,
            f"expected at most {limits.max_pixels} pixels and {limits.max_side_px} on a side, "
            f"got {width_px} x {height_px}: send a smaller picture",
        )


def _check_jpeg(container: Container) -> None:
    if container.channels == 4:
        raise FrameError(
            FrameRejection.CMYK, "CMYK pictures are for printers: save it as RGB and send it again"
        )
    if container.bits_per_channel != 8 or container.channels not in (1, 3):
        raise FrameError(
            FrameRejection.UNSUPPORTED_FORMAT,
            f"expected a JPEG of 8 bits and 1 or 3 channels, got {container.bits_per_channel} bits "
            f"and {container.channels} channels: save it as an ordinary JPEG",
        )


def _open_heic(data: bytes, limits: FrameLimits) -> Image.Image:
    """Return the primary picture of a HEIC file; libheif turns it upright itself (irot, imir)."""
    if importlib.util.find_spec("pillow_heif") is None:
        raise FrameError(
            FrameRejection.UNSUPPORTED_FORMAT,
            "HEIC needs the package pillow-heif, which is not installed here: send a JPEG picture",
        )
    if data[8:12] in (b"hevc", b"hevx", b"msf1"):
        raise FrameError(
            FrameRejection.ANIMATED, "expected one picture, got a sequence: send a still picture"
        )
    pillow_heif: Any = importlib.import_module("pillow_heif")
    try:
        heif = pillow_heif.open_heif(io.BytesIO(data))
        width_px, height_px = heif.size
        _check_size(width_px, height_px, limits)
        image: Image.Image = heif.to_pillow()
    except _DECODER_ERRORS as error:
        raise _damaged(error) from error
    _check_size(image.width, image.height, limits)
    return image


def _to_bgr(image: Image.Image) -> NDArray[np.uint8]:
    """Return the pixels as stored, uint8 (H, W, 3), transparent parts on white."""
    if image.mode.startswith("I"):
        # 16-bit grey: 65535 / 255 = 257.
        wide = np.asarray(image).astype(np.int64)
        gray = np.clip((wide + 128) // 257, 0, 255).astype(np.uint8)
        return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    if image.has_transparency_data:
        coloured = image.convert("RGBA")
        image = Image.new("RGB", image.size, (255, 255, 255))
        image.paste(coloured, mask=coloured.getchannel("A"))
    if image.mode == "L":
        return np.asarray(cv2.cvtColor(np.asarray(image), cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    pixels = np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _turn_upright(stored: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Undo the EXIF orientation (Exif 2.32, tag 0x0112): where stored row 0 and column 0 lie."""
    match orientation:
        case 2:  # row 0 = top, column 0 = right
            turned = stored[:, ::-1]
        case 3:  # bottom, right
            turned = stored[::-1, ::-1]
        case 4:  # bottom, left
            turned = stored[::-1]
        case 5:  # left, top
            turned = stored.transpose(1, 0, 2)
        case 6:  # right, top
            turned = stored.transpose(1, 0, 2)[:, ::-1]
        case 7:  # right, bottom
            turned = stored.transpose(1, 0, 2)[::-1, ::-1]
        case 8:  # left, bottom
            turned = stored.transpose(1, 0, 2)[::-1]
        case _:
            turned = stored
    return np.ascontiguousarray(turned)
