"""From a customer's file to pixels: PNG, JPEG, WebP and SVG, everything else refused by name."""

import io

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from generative_codes.errors import ArtworkError
from generative_codes.svg_artwork import draw_svg, is_svg
from vision import FrameError, FrameLimits, FrameRejection, decode_frame

ARTWORK_LIMITS = FrameLimits(max_bytes=20 * 1024 * 1024, max_pixels=25_000_000, max_side_px=8_192)
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_ACCEPTED = frozenset({"image/png", "image/jpeg", "image/webp"})
_REASONS_ZH = {
    FrameRejection.EMPTY: "文件是空的",
    FrameRejection.TOO_MANY_BYTES: f"文件超过 {ARTWORK_LIMITS.max_bytes >> 20} MB",
    FrameRejection.NOT_AN_IMAGE: "文件不是图片",
    FrameRejection.UNSUPPORTED_FORMAT: "不支持这种文件格式",
    FrameRejection.TRUNCATED: "图片不完整或已损坏",
    FrameRejection.TOO_MANY_PIXELS: "图片像素太多",
    FrameRejection.ANIMATED: "图片是动画，印刷品是静止的，请导出一帧",
    FrameRejection.CMYK: "图片是 CMYK 印刷色，请转为 RGB（sRGB）",
    FrameRejection.BAD_METADATA: "图片的附加信息已损坏，请去掉附加信息后另存",
}

Pixels = npt.NDArray[np.uint8]


def read_pixels(data: bytes) -> tuple[Pixels, Pixels]:
    """Decode a PNG, JPEG, WebP or SVG file; alpha is kept, EXIF orientation undone.

    Returns:
        Colours uint8 (H, W, 3) B, G, R, white where nothing is seen, and alpha uint8 (H, W).

    Raises:
        ArtworkError: If the bytes are refused. Nothing larger than `ARTWORK_LIMITS` is decoded.
    """
    if data.startswith(b"\x1f\x8b"):
        raise ArtworkError(
            "Compressed files (svgz, gz) are refused; unpack it and send the SVG or PNG itself.",
            text_zh="不接受压缩文件（svgz、gz）；请解压后上传 SVG 或 PNG。",
        )
    if is_svg(data):
        data = draw_svg(data)
    if data.startswith(_PNG_SIGNATURE) and data[12:16] == b"IHDR" and data[24:25] == b"\x10":
        raise ArtworkError(
            "The PNG has 16 bits per channel; export it with 8 bits per channel.",
            text_zh="PNG 是每通道 16 位；请以每通道 8 位（sRGB）重新导出。",
        )
    try:
        frame = decode_frame(data, ARTWORK_LIMITS)
    except FrameError as error:
        raise ArtworkError(
            f"The artwork was refused: {error.message}. An sRGB PNG of at most "
            f"{ARTWORK_LIMITS.max_side_px} pixels on a side works.",
            text_zh=f"图稿未被接受：{_REASONS_ZH[error.rejection]}。请上传 sRGB 颜色的 PNG，"
            f"每边最多 {ARTWORK_LIMITS.max_side_px} 像素。",
        ) from error
    if frame.media_type not in _ACCEPTED:
        raise ArtworkError(
            f"Artwork of type {frame.media_type} is refused; export it as PNG.",
            text_zh=f"不接受 {frame.media_type} 格式的图稿；请导出为 PNG。",
        )
    if frame.media_type == "image/jpeg":
        return frame.bgr, np.full(frame.bgr.shape[:2], 255, dtype=np.uint8)
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "WEBP"]) as image:
            rgba = np.asarray(ImageOps.exif_transpose(image.convert("RGBA")), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError) as error:
        raise ArtworkError(
            f"The artwork's transparency cannot be read ({error}); save it again as PNG.",
            text_zh="图稿的透明度无法读取；请重新保存为 PNG。",
        ) from error
    alpha = np.ascontiguousarray(rgba[..., 3])
    bgr = np.ascontiguousarray(rgba[..., 2::-1])
    bgr[alpha == 0] = 255
    return bgr, alpha
