"""From any picture of a code, ours or not, to the known matrix and an upright test picture."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from generative_codes.certify.panel import is_payload
from generative_codes.certify.reflectance import (
    MAX_PICTURE_PIXELS,
    CertifyError,
    GradedPicture,
    measure_modules,
    reflectance_of,
    two_class_threshold,
)
from generative_codes.errors import GenerativeCodeError
from generative_codes.iso18004.bitstream import Mode
from generative_codes.iso18004.requests import require_version
from generative_codes.symbol import ErrorLevel, Symbol, make_symbol, place_codewords
from vision.iso18004.layout import layout_of
from vision.iso18004.masking import MASKS

PIXELS_PER_MODULE = 10
QUIET_ZONE_MODULES = 4
# A picture that ends up to a quarter module before the quiet zone does still shows it.
_TOLERANCE_MODULES = 0.25
# Error correction restores at most 30 % of the codewords; a rebuilt matrix that differs in more
# modules than that is another matrix, not a damaged one.
_MAX_WRONG_SHARE = 0.3
_QR_CODE = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


@dataclass(frozen=True, slots=True, eq=False)
class FoundCode:
    """A code in a picture.

    Attributes:
        symbol: The matrix it should show; its free bits are those of the picture.
        picture: uint8 (S, S, 3) B, G, R, upright, symbol and quiet zone.
        pixels_per_module: Of the upright picture.
        quiet_zone_modules: 0 to 4: as much as the picture shows on every side.
        corners_px: float64 (4, 2), the symbol's corners in the given picture, clockwise from its
            own top left; pixel centres at integers.
        photo_pixels_per_module: Shortest side in the given picture over the number of modules.
    """

    symbol: Symbol
    picture: npt.NDArray[np.uint8]
    pixels_per_module: int
    quiet_zone_modules: int
    corners_px: npt.NDArray[np.float64]
    photo_pixels_per_module: float


def find_code(picture: npt.NDArray[np.uint8], payload: str | bytes) -> FoundCode:
    """Find the code with this payload and turn it upright.

    The matrix is rebuilt three ways, the one nearest to the picture is taken: our encoding of the
    payload with usual padding; the same with the picture's padding (steered codes); the picture's
    own data codewords (other encoders). Error correction is always computed anew, so misread data
    show as a mass of wrong modules and lose.

    Args:
        picture: uint8 (H, W) or (H, W, 3) B, G, R, photo or rendering, one code or several.
        payload: What the code must say.

    Raises:
        CertifyError: If no such code is read, or its matrix can't be told.
    """
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or picture.size == 0:
        raise CertifyError("A picture is uint8, grey (H, W) or B, G, R (H, W, 3), not empty.")
    if picture.shape[0] * picture.shape[1] > MAX_PICTURE_PIXELS:
        raise CertifyError(f"At most {MAX_PICTURE_PIXELS:,} pixels can be certified.")
    colour = picture if picture.ndim == 3 else cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    barcode = _read(np.ascontiguousarray(colour), payload)
    version, level, mask = _symbol_kind(barcode)
    layout = layout_of(version, level)
    corners = _corners(barcode.position)
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    quiet = _visible_quiet_zone(corners, layout.size_modules, colour.shape)
    upright = _upright(np.asarray(colour, np.uint8), corners, layout.size_modules, quiet)
    seen = _seen_modules(upright, layout.size_modules, quiet)
    symbols = [_nearest_symbol(way, payload, version, level, mask) for way in (seen, ~seen)]
    # An inverted code is graded against its true matrix, too, and then fails for being inverted.
    wrong, symbol = min(symbols, key=lambda entry: entry[0])
    if wrong > _MAX_WRONG_SHARE:
        raise CertifyError(
            "The code is read, but its modules can't be told apart well enough to be graded; "
            "take the picture straight from above and evenly lit."
        )
    return FoundCode(
        symbol=symbol,
        picture=upright,
        pixels_per_module=PIXELS_PER_MODULE,
        quiet_zone_modules=quiet,
        corners_px=corners,
        photo_pixels_per_module=float(sides.min()) / layout.size_modules,
    )


def _read(picture: npt.NDArray[np.uint8], payload: str | bytes) -> zxingcpp.Barcode:
    try:
        found = zxingcpp.read_barcodes(picture, _QR_CODE)
    except (ValueError, RuntimeError) as error:
        raise CertifyError("The picture can't be read.") from error
    valid = [barcode for barcode in found if barcode.valid]
    for barcode in valid:
        if is_payload(barcode.bytes, payload):
            return barcode
    if valid:
        raise CertifyError("The picture shows a QR Code with another payload.")
    raise CertifyError(
        "No QR Code is read in the picture; take it from nearer, in focus and evenly lit."
    )


def _symbol_kind(barcode: zxingcpp.Barcode) -> tuple[int, ErrorLevel, int]:
    """Version, level and mask that the decoder reports."""
    extra: dict[str, object] = barcode.extra or {}  # type: ignore[assignment]
    try:
        version = require_version(int(str(extra.get("Version"))))
        mask = int(str(extra.get("DataMask")))
        level = ErrorLevel(barcode.ec_level)
    except ValueError as error:
        raise CertifyError("The code is no QR Code of version 1 to 40.") from error
    if mask not in range(MASKS):
        raise CertifyError("The decoder names no mask of this code.")
    return version, level, mask


def _corners(position: zxingcpp.Position) -> npt.NDArray[np.float64]:
    # The decoder counts from the pixel's corner.
    corners = (
        position.top_left,
        position.top_right,
        position.bottom_right,
        position.bottom_left,
    )
    return np.array([(corner.x - 0.5, corner.y - 0.5) for corner in corners], np.float64)


def _picture_from_modules(
    corners: npt.NDArray[np.float64], size_modules: int
) -> npt.NDArray[np.float64]:
    """Homography from modules (symbol's top left = 0) to picture pixels."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * size_modules
    matrix = cv2.getPerspectiveTransform(square, corners.astype(np.float32))
    return np.asarray(matrix, np.float64)


def _visible_quiet_zone(
    corners: npt.NDArray[np.float64], size_modules: int, shape: tuple[int, ...]
) -> int:
    matrix = _picture_from_modules(corners, size_modules)
    limit = np.array([shape[1], shape[0]]) - 0.5
    for quiet in range(QUIET_ZONE_MODULES, 0, -1):
        first, last = -quiet + _TOLERANCE_MODULES, size_modules + quiet - _TOLERANCE_MODULES
        outline = np.array([[[first, first], [last, first], [last, last], [first, last]]])
        points = cv2.perspectiveTransform(outline, matrix)[0]
        if bool(np.all(points >= -0.5) and np.all(points <= limit)):
            return quiet
    return 0


def _upright(
    picture: npt.NDArray[np.uint8],
    corners: npt.NDArray[np.float64],
    size_modules: int,
    quiet: int,
) -> npt.NDArray[np.uint8]:
    side = (size_modules + 2 * quiet) * PIXELS_PER_MODULE
    matrix = _picture_from_modules(corners, size_modules)
    scale = 1 / PIXELS_PER_MODULE
    # Pixel centre i of the upright picture lies at (i + 0.5) / 10 - quiet modules.
    offset = 0.5 * scale - quiet
    modules_from_upright = np.array([[scale, 0, offset], [0, scale, offset], [0, 0, 1]])
    source = picture
    shrink = math.floor(np.linalg.norm(corners[1] - corners[0]) / size_modules / PIXELS_PER_MODULE)
    if shrink > 1:
        source = np.asarray(cv2.blur(picture, (shrink, shrink)), np.uint8)
    upright = cv2.warpPerspective(
        source,
        matrix @ modules_from_upright,
        (side, side),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(upright, np.uint8)


def _seen_modules(
    upright: npt.NDArray[np.uint8], size_modules: int, quiet: int
) -> npt.NDArray[np.bool_]:
    graded = GradedPicture(reflectance_of(upright), PIXELS_PER_MODULE, quiet, size_modules)
    modules = measure_modules(graded, aperture_modules=0.5).modules
    return np.asarray(modules < two_class_threshold(modules), np.bool_)


def _nearest_symbol(
    seen: npt.NDArray[np.bool_], payload: str | bytes, version: int, level: ErrorLevel, mask: int
) -> tuple[float, Symbol]:
    """The share of modules that differ, and the candidate with the fewest."""
    layout = layout_of(version, level)
    bits = np.zeros(layout.data_bits, np.uint8)
    is_data = (layout.bit_of_module >= 0) & (layout.bit_of_module < layout.data_bits)
    bits[layout.bit_of_module[is_data]] = (seen ^ layout.base_of_mask[mask])[is_data]
    read = np.packbits(bits)
    candidates = []
    try:
        usual = make_symbol(payload, level, version, mask)
    except GenerativeCodeError:
        usual = None
    if usual is not None:
        padded = np.concatenate(
            (usual.data_codewords[: usual.first_free_bit // 8], read[usual.first_free_bit // 8 :])
        )
        candidates += [usual, place_codewords(usual, padded, mask)]
    modules, _ = layout.place(read, mask)
    modules.setflags(write=False)
    candidates.append(
        Symbol(
            modules=modules,
            roles=layout.roles,
            version=version,
            level=level,
            mask=mask,
            payload=payload,
            mode=Mode.BYTE,
            data_codewords=read,
            # Where another encoder's message ends isn't known: no bit counts as free.
            first_free_bit=layout.data_bits,
        )
    )
    wrong = [float((symbol.modules != seen).mean()) for symbol in candidates]
    best = int(np.argmin(wrong))
    return wrong[best], candidates[best]
