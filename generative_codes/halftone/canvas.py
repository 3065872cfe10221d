"""The picture, laid into the square of the symbol in full colour."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.artwork import Artwork, ArtworkError, Fit, Placement
from generative_codes.errors import StyleError
from generative_codes.halftone.colour import Floats, saturate

# Working memory grows with the square of this; 177 modules of 18 pixels still fit.
MAX_SIDE_PX = 3_200
_MAX_SIDES_LONG = 16
# Dots need this much to be told from their module.
MIN_PIXELS_PER_MODULE = 8


def usable_pixels(wanted: float, size_modules: int) -> int:
    """The resolution a picture can be laid in that is nearest to the wanted pixels per module."""
    if not wanted > MIN_PIXELS_PER_MODULE:  # also true of NaN
        return MIN_PIXELS_PER_MODULE
    return round(min(wanted, MAX_SIDE_PX // size_modules))


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """A picture in the symbol's square, S x S pixels.

    Attributes:
        colours: float32 (S, S, 3), BGR in 0..1; meaningless where the opacity is zero.
        opacity: float32 (S, S) in 0..1; zero beside the picture.
    """

    colours: Floats
    opacity: Floats

    def over(self, ground: Floats) -> Floats:
        """The picture over one colour, float32 (3,)."""
        return ground + (self.colours - ground) * self.opacity[..., None]


def lay(
    artwork: Artwork,
    size_modules: int,
    pixels_per_module: int,
    placement: Placement,
    saturation: float,
) -> Canvas:
    """Cut, scale, turn and shift a picture onto the symbol, as `artwork.module_target` does.

    Args:
        artwork: The picture.
        size_modules: N.
        pixels_per_module: P; S = N x P.
        placement: Where it lies.
        saturation: Factor on the saturation.

    Raises:
        StyleError: If the square is larger than 3,200 pixels.
        ArtworkError: If the crop leaves nothing or the picture is far too long for its width.
    """
    side_px = size_modules * pixels_per_module
    if side_px > MAX_SIDE_PX:
        raise StyleError(
            f"{pixels_per_module} pixels per module make {side_px} pixels; {MAX_SIDE_PX} is the "
            f"limit. Take {MAX_SIDE_PX // size_modules} or fewer; print sharper edges from the "
            "dots of a vector format."
        )
    source = _premultiplied(artwork, placement)
    height, width = source.shape[:2]
    box = placement.scale * side_px
    turn = np.deg2rad(placement.rotation_deg)
    cos, sin = abs(np.cos(turn)), abs(np.sin(turn))
    if placement.fit is Fit.CONTAIN:
        zoom = box / max(width * cos + height * sin, width * sin + height * cos)
    else:
        zoom = box * (cos + sin) / min(width, height)
    wide, high = max(round(width * zoom), 1), max(round(height * zoom), 1)
    if max(wide, high) > _MAX_SIDES_LONG * side_px:
        raise ArtworkError("The artwork is more than sixteen times as long as wide; crop it.")
    method = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    small = cv2.resize(source, (wide, high), interpolation=method).astype(np.float32)

    centre_xy = (
        side_px / 2
        - 0.5
        + pixels_per_module * np.array((placement.right_modules, placement.down_modules))
    )
    middle_xy = np.array(((wide - 1) / 2, (high - 1) / 2))
    canvas_from_small = cv2.getRotationMatrix2D(
        (float(middle_xy[0]), float(middle_xy[1])), -placement.rotation_deg, 1.0
    )
    canvas_from_small[:, 2] += centre_xy - middle_xy
    laid = cv2.warpAffine(small, canvas_from_small, (side_px, side_px), flags=cv2.INTER_LINEAR)
    outside_x, outside_y = (np.abs(np.arange(side_px) - centre) > box / 2 for centre in centre_xy)
    laid[outside_y[:, None] | outside_x[None, :]] = 0

    opacity = np.clip(laid[..., 3] / 255, 0, 1).astype(np.float32)
    colours = np.clip(laid[..., :3] / np.maximum(laid[..., 3:], 1), 0, 1).astype(np.float32)
    return Canvas(saturate(colours, saturation), opacity)


def _premultiplied(artwork: Artwork, placement: Placement) -> npt.NDArray[np.uint8]:
    """Cropped colours times opacity, and opacity: what may be averaged without fringes."""
    crop = placement.crop
    left, right = (round(share * artwork.width_px) for share in (crop.left, crop.right))
    top, bottom = (round(share * artwork.height_px) for share in (crop.top, crop.bottom))
    if left >= right or top >= bottom:
        raise ArtworkError("The crop leaves less than one pixel; crop less.")
    bgr, alpha = artwork.bgr[top:bottom, left:right], artwork.alpha[top:bottom, left:right]
    if not (alpha == 255).all():
        bgr = ((bgr.astype(np.uint16) * alpha[..., None] + 127) // 255).astype(np.uint8)
    return np.dstack((bgr, alpha))
