"""The label as drawn, before any printer has touched it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MM_PER_INCH = 25.4
# A sheet of A4 at 600 dpi; larger drawings are a mistake of the caller, not a label.
MAX_LABEL_PIXELS = 36_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """Artwork of a label with its physical resolution.

    Label coordinates are millimetres from the top-left corner of the raster, x right, y down;
    the centre of pixel (row i, column j) lies at ((j + 0.5), (i + 0.5)) * 25.4 / dpi.

    Attributes:
        reflectance: float32 (H, W) or (H, W, 3) in B, G, R order; linear light, 0 = black,
            1 = bare paper.
        dpi: Pixels per inch of the raster.
    """

    reflectance: NDArray[np.float32]
    dpi: float

    def __post_init__(self) -> None:
        """Check shape, type, range and size.

        Raises:
            ValueError: When the raster is empty, too large, of a wrong shape, or out of 0..1.
        """
        raster = self.reflectance
        if raster.ndim not in (2, 3) or (raster.ndim == 3 and raster.shape[2] != 3):
            raise ValueError(f"reflectance must be (H, W) or (H, W, 3), got {raster.shape}")
        if raster.dtype != np.float32:
            raise ValueError(f"reflectance must be float32, got {raster.dtype}")
        if not 0 < raster.shape[0] * raster.shape[1] <= MAX_LABEL_PIXELS:
            raise ValueError(f"reflectance must have 1..{MAX_LABEL_PIXELS} pixels")
        if not (float(raster.min()) >= 0.0 and float(raster.max()) <= 1.0):
            raise ValueError("reflectance must lie in 0..1")
        if not 20 <= self.dpi <= 4800:
            raise ValueError(f"dpi must lie in 20..4800, got {self.dpi}")

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height in millimetres."""
        height, width = self.reflectance.shape[:2]
        return width * MM_PER_INCH / self.dpi, height * MM_PER_INCH / self.dpi

    @classmethod
    def from_srgb(cls, image: NDArray[np.uint8], dpi: float) -> Label:
        """Make a label from an sRGB raster (decoded to linear light, IEC 61966-2-1).

        Args:
            image: uint8 (H, W) grey or (H, W, 3) B, G, R.
            dpi: Pixels per inch of the raster.

        Returns:
            The label.

        Raises:
            ValueError: When the raster is not uint8 or otherwise unfit for a label.
        """
        if image.dtype != np.uint8:
            raise ValueError(f"image must be uint8, got {image.dtype}")
        return cls(_linear_from_srgb()[image], dpi)

    @classmethod
    def from_modules(
        cls, modules: NDArray[np.bool_], module_mm: float, quiet_zone_modules: int = 4
    ) -> Label:
        """Draw a matrix symbol at ten pixels a module: True is black, round it a quiet zone.

        Args:
            modules: bool (N, M).
            module_mm: Side of a module in millimetres.
            quiet_zone_modules: White modules on every side.

        Returns:
            A grey label.
        """
        pixels = 10
        padded = np.pad(modules, quiet_zone_modules, constant_values=False)
        raster = np.where(padded, np.float32(0), np.float32(1))
        raster = np.repeat(np.repeat(raster, pixels, axis=0), pixels, axis=1)
        return cls(raster.astype(np.float32), pixels * MM_PER_INCH / module_mm)

    def sampled(self, dpi: float) -> NDArray[np.float32]:
        """Resample the artwork to another resolution without changing its scale.

        The sample of row i, column j is taken at label position ((j + 0.5), (i + 0.5)) * 25.4 /
        dpi; the last row and column may reach past the edge by less than one sample. Finer artwork
        is averaged over the sample's footprint first.

        Args:
            dpi: Samples per inch.

        Returns:
            float32 (H', W') or (H', W', 3) in 0..1.
        """
        ratio = self.dpi / dpi
        raster = self.reflectance
        offset = 0.5 * ratio - 0.5
        if abs(ratio - 1) < 1e-12:
            return raster.copy()
        if ratio > 1.5:
            side = round(ratio)
            raster = np.asarray(
                cv2.blur(raster, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32
            )
            # An even box is centred half a pixel before its anchor.
            offset += 0.5 * (side % 2 == 0)
        height, width = self.reflectance.shape[:2]
        size = (int(np.ceil(width / ratio - 1e-6)), int(np.ceil(height / ratio - 1e-6)))
        src_from_dst = np.array([[ratio, 0, offset], [0, ratio, offset]])
        result = cv2.warpAffine(
            raster,
            src_from_dst,
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.clip(np.asarray(result, np.float32), 0, 1)


def _linear_from_srgb() -> NDArray[np.float32]:
    """Return the 256 linear-light values of 8-bit sRGB (IEC 61966-2-1)."""
    value = np.arange(256) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)
