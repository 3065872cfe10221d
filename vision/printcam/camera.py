"""The camera: lens geometry and the numbers of its sensor and image processing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vision.printcam.view import Rays

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_PHOTO_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera with radial distortion and a one-chip colour sensor.

    Pixel centres lie at integers; the optical axis meets the picture at its centre,
    ((width - 1) / 2, (height - 1) / 2). Distortion is Brown's radial model: a point at radius r
    (tangent of its angle off the axis) appears at r (1 + k1 r^2 + k2 r^4).

    Attributes:
        width_px: Picture width.
        height_px: Picture height.
        focal_px: Focal length in pixels.
        k1: First radial coefficient.
        k2: Second radial coefficient.
        lens_sigma_px: Gaussian blur of lens and pixel aperture at best focus.
        defocus_px: Diameter of the blur disc of a point out of focus.
        motion_px: Length of the straight motion trail during the exposure.
        motion_deg: Direction of the trail, clockwise from right.
        vignetting: Share of the natural cos^4 fall-off that the camera leaves uncorrected, 0..1.
        exposure: Linear picture value of a white of reflectance 1 in normal light; 1 is clipping.
        white_electrons: Photo-electrons of a green pixel at linear value 1; fewer is noisier.
        read_noise_electrons: Standard deviation of the read-out noise in electrons.
        sensitivity_bgr: Response of the colour filters; white balance divides by it.
        mosaic: Whether colours are sampled through a Bayer mosaic (RGGB) and interpolated.
        chroma_denoise_px: Gaussian blur of colour differences, 0 for none.
        sharpening: Strength of the unsharp mask on the finished tones, 0 for none.
        sharpening_sigma_px: Radius of the unsharp mask.
        jpeg_quality: JPEG quality 1..100, or None for an uncompressed picture.
    """

    width_px: int = 1280
    height_px: int = 960
    focal_px: float = 1000.0
    k1: float = 0.0
    k2: float = 0.0
    lens_sigma_px: float = 0.6
    defocus_px: float = 0.0
    motion_px: float = 0.0
    motion_deg: float = 0.0
    vignetting: float = 0.0
    exposure: float = 0.85
    white_electrons: float = 5000.0
    read_noise_electrons: float = 4.0
    sensitivity_bgr: tuple[float, float, float] = (0.65, 1.0, 0.75)
    mosaic: bool = True
    chroma_denoise_px: float = 0.0
    sharpening: float = 0.0
    sharpening_sigma_px: float = 1.2
    jpeg_quality: int | None = 90

    def __post_init__(self) -> None:
        """Check ranges, and that the distortion does not fold the picture.

        Raises:
            ValueError: When a value is out of its range.
        """
        if min(self.width_px, self.height_px) < 16:
            raise ValueError("a picture needs at least 16 x 16 pixels")
        if self.width_px * self.height_px > MAX_PHOTO_PIXELS:
            raise ValueError(f"a picture may have at most {MAX_PHOTO_PIXELS} pixels")
        if not self.focal_px > 0:
            raise ValueError("focal_px must be positive")
        if not (0 <= self.lens_sigma_px <= 50 and 0 <= self.defocus_px <= 200):
            raise ValueError("lens_sigma_px must lie in 0..50, defocus_px in 0..200")
        if not 0 <= self.motion_px <= 200:
            raise ValueError("motion_px must lie in 0..200")
        if not (0 <= self.vignetting <= 1 and 0 < self.exposure <= 16):
            raise ValueError("vignetting must lie in 0..1, exposure in 0..16, above 0")
        if not (self.white_electrons > 0 and self.read_noise_electrons >= 0):
            raise ValueError("white_electrons must be positive, read_noise_electrons not negative")
        if not all(0.1 <= value <= 1 for value in self.sensitivity_bgr):
            raise ValueError("sensitivity_bgr must lie in 0.1..1")
        if not (0 <= self.chroma_denoise_px <= 20 and 0 <= self.sharpening <= 5):
            raise ValueError("chroma_denoise_px must lie in 0..20, sharpening in 0..5")
        if not 0 < self.sharpening_sigma_px <= 20:
            raise ValueError("sharpening_sigma_px must lie in 0..20, above 0")
        if self.jpeg_quality is not None and not 1 <= self.jpeg_quality <= 100:
            raise ValueError("jpeg_quality must lie in 1..100")
        radius = np.linspace(0, self._undistorted_reach, 256)
        if np.any(1 + 3 * self.k1 * radius**2 + 5 * self.k2 * radius**4 < 0.05):
            raise ValueError("k1 and k2 fold the picture inside its own corners")

    @property
    def centre_px(self) -> tuple[float, float]:
        """Where the optical axis meets the picture, (x, y)."""
        return (self.width_px - 1) / 2, (self.height_px - 1) / 2

    @property
    def _distorted_reach(self) -> float:
        """Distorted radius (tangent) a little beyond the picture's corners."""
        return 1.05 * math.hypot(self.width_px, self.height_px) / 2 / self.focal_px

    @property
    def _undistorted_reach(self) -> float:
        """Undistorted radius that covers the picture; barrel distortion needs more room."""
        radius = np.linspace(0, 3 * self._distorted_reach, 1024)
        distorted = radius * (1 + self.k1 * radius**2 + self.k2 * radius**4)
        beyond = np.flatnonzero(distorted >= self._distorted_reach)
        return float(radius[beyond[0]]) if len(beyond) else float(radius[-1])

    def pixels_from_camera(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project camera-frame points (N, 3) to pixels (N, 2), distortion included.

        Points behind the lens, and points so far off the axis that the distortion polynomial folds
        back, have no place in the picture and become NaN.
        """
        depth = points_mm[:, 2:3]
        tangent = points_mm[:, :2] / np.where(depth > 1e-9, depth, np.nan)
        squared = np.sum(tangent**2, axis=1, keepdims=True)
        slope = 1 + 3 * self.k1 * squared + 5 * self.k2 * squared**2
        distorted = tangent * (1 + self.k1 * squared + self.k2 * squared**2)
        distorted = np.where(slope > 0, distorted, np.nan)
        return np.asarray(self.focal_px * distorted + np.array(self.centre_px), np.float64)

    def rays(self) -> Rays:
        """Return the undistorted ray of every pixel.

        The radial polynomial is inverted by a table of 4096 knots; its error is below 1e-4 px for
        any distortion that Camera accepts.
        """
        centre_x, centre_y = self.centre_px
        x = ((np.arange(self.width_px) - centre_x) / self.focal_px).astype(np.float32)[None, :]
        y = ((np.arange(self.height_px) - centre_y) / self.focal_px).astype(np.float32)[:, None]
        shape = (self.height_px, self.width_px)
        if self.k1 == 0 and self.k2 == 0:
            return Rays(np.broadcast_to(x, shape), np.broadcast_to(y, shape))
        knots = np.linspace(0, self._undistorted_reach, 4096)
        factor = 1 + self.k1 * knots**2 + self.k2 * knots**4
        scale = np.interp(np.sqrt(x * x + y * y), knots * factor, 1 / factor).astype(np.float32)
        return Rays(x * scale, y * scale)


def blur_disc_px(
    focal_mm: float, f_number: float, focus_mm: float, distance_mm: float, pixel_um: float
) -> float:
    """Return the diameter of the blur disc of a point out of focus (thin-lens formula).

    c = (f / N) * |d - s| / d * f / (s - f), with s the distance in focus and d the point's.

    Args:
        focal_mm: Focal length f.
        f_number: Aperture number N.
        focus_mm: Distance s that the lens is focused on.
        distance_mm: Distance d of the point.
        pixel_um: Pixel pitch in micrometres.

    Returns:
        Diameter in pixels, for Camera.defocus_px.

    Raises:
        ValueError: When a length is not positive or the focus lies within the focal length.
    """
    if min(focal_mm, f_number, distance_mm, pixel_um) <= 0 or focus_mm <= focal_mm:
        raise ValueError("lengths must be positive and focus_mm beyond focal_mm")
    aperture_mm = focal_mm / f_number
    magnification = focal_mm / (focus_mm - focal_mm)
    disc_mm = aperture_mm * abs(distance_mm - focus_mm) / distance_mm * magnification
    return disc_mm * 1000 / pixel_um
