"""Parted modules in, message out: the decoder reads the symbol as it should have been printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import zxingcpp

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PIXELS, _QUIET_MODULES = 3, 4


def decode_modules(
    dark: NDArray[np.bool_], kind: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.QRCode
) -> zxingcpp.Barcode | None:
    """Decode a matrix symbol from its modules, bool (rows, columns), True = dark.

    None where it can't be decoded.
    """
    height, width = ((side + 2 * _QUIET_MODULES) * _PIXELS for side in dark.shape)
    picture = np.full((height, width), 255, np.uint8)
    inner = slice(_QUIET_MODULES * _PIXELS, -_QUIET_MODULES * _PIXELS)
    picture[inner, inner] = np.where(dark, 0, 255).repeat(_PIXELS, 0).repeat(_PIXELS, 1)
    found = zxingcpp.read_barcodes(
        picture,
        zxingcpp.BarcodeFormats([kind]),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return found[0] if found and found[0].valid else None


def decode_rectified(
    gray: NDArray[np.uint8], kind: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.QRCode
) -> zxingcpp.Barcode | None:
    """Decode a matrix symbol from its rectified picture, uint8 (H, W)."""
    found = zxingcpp.read_barcodes(
        gray,
        zxingcpp.BarcodeFormats([kind]),
        text_mode=zxingcpp.TextMode.Plain,
    )
    return found[0] if found and found[0].valid else None
