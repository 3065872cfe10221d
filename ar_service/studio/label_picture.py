"""A label that carries the code, for the camera try-out: die-cut paper, code, one line below."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ar_service.studio.pictures import PREVIEW_PIXELS_PER_MODULE, opaque_picture
from generative_codes.brief import MadeArt

CODE_MM: Final = 30.0
"""Side of the code with its quiet zone on the label."""
_MARGIN_MM: Final = 2.5
_CALL_MM: Final = 7.5
_LINE_PX: Final = 640
"""The code has about this many pixels on the label: finer than the camera sees."""
_CALL_ZH: Final = "扫码验真"
_CALL_EN: Final = "SCAN TO VERIFY"
_INK_BGR: Final = (34, 27, 22)
_GOLD_BGR: Final = (38, 122, 168)
_MM_PER_INCH: Final = 25.4


def label_picture(made: MadeArt) -> tuple[NDArray[np.uint8], float]:
    """Draw the label, uint8 (H, W, 3) BGR, and return it with its resolution in dpi.

    A design that brings its own caption or frame gets no line of ours.

    Raises:
        GenerativeCodeError: If the design can't be drawn on this symbol.
    """
    side_modules = made.symbol.size_modules + 2 * made.quiet_zone_modules
    scale = max(round(_LINE_PX / side_modules), PREVIEW_PIXELS_PER_MODULE)
    code = opaque_picture(made, scale)
    per_mm = scale * side_modules / CODE_MM
    margin = round(_MARGIN_MM * per_mm)
    has_own_words = made.brief.design.frame is not None or made.brief.design.caption is not None
    foot = margin if has_own_words else round(_CALL_MM * per_mm)
    height, width = code.shape[:2]
    # The label is of the code's own ground, so that no edge shows between them.
    ground = np.uint8(255) if made.brief.design.frame is not None else code[0, 0]
    page = np.full((height + margin + foot, width + 2 * margin, 3), ground, np.uint8)
    page[margin : margin + height, margin : margin + width] = code
    if not has_own_words:
        _write_call(page, margin + height, per_mm)
    return page, per_mm * _MM_PER_INCH


def _write_call(page: NDArray[np.uint8], top_px: int, per_mm: float) -> None:
    """A gold hair line and the call to action below the code."""
    face = cv2.FontFace("sans")
    middle = page.shape[1] // 2
    line_y, half = round(top_px + 0.2 * per_mm), round(7.0 * per_mm)
    thickness = max(round(0.18 * per_mm), 1)
    cv2.line(page, (middle - half, line_y), (middle + half, line_y), _GOLD_BGR, thickness)
    for text, size_mm, baseline_mm, weight, colour in (
        (_CALL_ZH, 2.6, 3.5, 600, _INK_BGR),
        (_CALL_EN, 1.25, 5.6, 500, _GOLD_BGR),
    ):
        size = round(size_mm * per_mm)
        left, _, width, _ = cv2.getTextSize((0, 0), text, (0, 0), face, size, weight)
        at = (round(middle - left - width / 2), round(top_px + baseline_mm * per_mm))
        cv2.putText(page, text, at, colour, face, size, weight)
