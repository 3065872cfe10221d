"""The margin map: every module's signed margin as colour over the code."""

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.certify.grades import SymbolGrades
from generative_codes.certify.reflectance import CertifyError

# Margin stops and their colours (B, G, R): wrong red, weak orange and yellow, good green. Blue to
# violet for wrong modules was tried and misread as good; red-green blind readers tell the wrong
# modules by their cross.
_STOPS = (-1.0, -1e-12, 0.0, 0.2, 0.5, 1.0)
_COLOURS_BGR = (
    (20, 0, 150),
    (40, 20, 230),
    (0, 110, 255),
    (0, 200, 255),
    (80, 190, 60),
    (60, 140, 20),
)
_OPACITY = 0.62


def margin_map(
    grades: SymbolGrades,
    picture: npt.NDArray[np.uint8],
    pixels_per_module: float,
    quiet_zone_modules: float,
) -> npt.NDArray[np.uint8]:
    """Colour overlay of the margins; wrong modules also carry a cross.

    Args:
        grades: Grades of this picture.
        picture: uint8 (H, W) or (H, W, 3) B, G, R.
        pixels_per_module: Its resolution.
        quiet_zone_modules: Modules between the picture's edge and the symbol.

    Returns:
        uint8 (H, W, 3) B, G, R.

    Raises:
        CertifyError: If the symbol's grid doesn't fit into the picture.
    """
    side = grades.margins.shape[0]
    edges = np.rint((quiet_zone_modules + np.arange(side + 1)) * pixels_per_module).astype(int)
    if edges[0] < 0 or edges[-1] > min(picture.shape[:2]) + 1:
        raise CertifyError("The grid of modules does not fit into the picture.")
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    canvas = np.asarray(cv2.cvtColor(np.asarray(grey, np.uint8), cv2.COLOR_GRAY2BGR), np.float32)
    tones = np.stack(
        [
            np.interp(grades.margins, _STOPS, [colour[channel] for colour in _COLOURS_BGR])
            for channel in range(3)
        ],
        axis=-1,
    )
    place = np.clip(np.searchsorted(edges, np.arange(edges[-1]), side="right") - 1, -1, side - 1)
    inside = place[edges[0] :]
    overlay = tones[np.ix_(inside, inside)]
    square = canvas[edges[0] : edges[-1], edges[0] : edges[-1]]
    overlay = overlay[: square.shape[0], : square.shape[1]]
    square[:] = (1 - _OPACITY) * square + _OPACITY * overlay
    result = np.rint(canvas).astype(np.uint8)
    for row, column in np.argwhere(grades.wrong):
        first = (int(edges[column]), int(edges[row]))
        last = (int(edges[column + 1]) - 1, int(edges[row + 1]) - 1)
        cv2.line(result, first, last, (255, 255, 255), 1)
        cv2.line(result, (first[0], last[1]), (last[0], first[1]), (255, 255, 255), 1)
    return result
