"""Pictures of made codes as pixels, and the forms in which pages get them."""

import base64
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from generative_codes.brief import MadeArt
from generative_codes.drawing import to_pixels
from generative_codes.halftone import BaseArt
from generative_codes.symbol import Symbol
from trace_backend.kit.errors import INTERNAL, RecordError

PREVIEW_PIXELS_PER_MODULE: Final = 8
"""The fewest that a picture base is drawn with."""


def whole_picture(
    made: MadeArt, pixels_per_module: int, code: Symbol | BaseArt | None = None
) -> NDArray[np.uint8]:
    """The code with its frame and caption, uint8 (H, W, 4) BGRA.

    Args:
        made: The code.
        pixels_per_module: At least 2.
        code: Its modules, or its modules on the picture, where they are at hand.

    Raises:
        GenerativeCodeError: If the design can't be drawn on this symbol.
    """
    code = made.code(pixels_per_module) if code is None else code
    rgba = to_pixels(code, made.brief.design, pixels_per_module)
    return np.ascontiguousarray(rgba[..., [2, 1, 0, 3]])


def opaque_picture(made: MadeArt, pixels_per_module: int) -> NDArray[np.uint8]:
    """The same with its ground painted, on white where nothing is, uint8 (H, W, 3) BGR.

    Raises:
        GenerativeCodeError: If the design can't be drawn on this symbol.
    """
    painted = replace(made.brief.design, is_transparent=False)
    rgba = to_pixels(made.code(pixels_per_module), painted, pixels_per_module)
    # The corners outside a frame's rounded border are transparent.
    alpha = rgba[..., 3:].astype(np.float32) / np.float32(255)
    mixed = rgba[..., 2::-1] * alpha + np.float32(255) * (1 - alpha)
    return np.asarray(np.rint(mixed), np.uint8)


def webp(pixels: NDArray[np.uint8], quality: int) -> bytes:
    """Encode uint8 (H, W, 3) BGR or (H, W, 4) BGRA as lossy WebP, without any metadata."""
    done, encoded = cv2.imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, quality])
    if not done:
        raise RecordError(INTERNAL, "the picture was not encoded; please report this")
    return encoded.tobytes()


def jpeg(pixels: NDArray[np.uint8], quality: int) -> bytes:
    """Encode uint8 (H, W, 3) BGR as JPEG with full colour resolution: dots keep their colours.

    Larger than WebP and made in a tenth of the time.
    """
    full = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, full]
    done, encoded = cv2.imencode(".jpg", pixels, options)
    if not done:
        raise RecordError(INTERNAL, "the picture was not encoded; please report this")
    return encoded.tobytes()


def data_url(media_type: str, content: bytes) -> str:
    """Bytes as a URL that a page can show at once."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
