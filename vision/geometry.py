"""The page of conventions: axes, pixel centres, quads and homographies.

Axes: x to the right, y down, in pixels. A point is (x, y); an array is indexed [y, x].
Pixel centres lie at integer coordinates: the centre of the top-left pixel is (0, 0), and a picture
of W x H pixels covers x from -0.5 to W - 0.5 and y from -0.5 to H - 0.5.
Scaling a picture by s therefore maps x to (x + 0.5) * s - 0.5. No other file knows this rule.
Angles, where they occur, are in degrees, clockwise as seen on the screen (because y points down).
A transform is named dst_from_src, so that products read ``a_from_b @ b_from_c``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.errors import GeometryError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# Largest coordinate that is accepted, px: far above any picture, far below loss of float precision.
MAX_COORDINATE_PX = 1.0e7
# Smallest area of a quad, px^2: below it the corners coincide for every practical purpose.
MIN_QUAD_AREA_PX2 = 1.0e-3
# A homography whose normalised determinant is below this folds the plane onto a line.
MIN_NORMALISED_DETERMINANT = 1.0e-12


class Interpolation(IntEnum):
    """How `warp` samples between pixel centres."""

    NEAREST = cv2.INTER_NEAREST
    LINEAR = cv2.INTER_LINEAR
    CUBIC = cv2.INTER_CUBIC


def scale_points(points_xy: ArrayLike, scale: float | tuple[float, float]) -> NDArray[np.float64]:
    """Return the points (..., 2) as they lie once the picture is resized by `scale` or (sx, sy)."""
    factor = np.asarray(scale, dtype=np.float64)
    if not np.all(np.isfinite(factor)) or np.any(factor <= 0):
        raise GeometryError(f"scale must be finite and above 0, got {scale}")
    points = np.asarray(points_xy, dtype=np.float64)
    scaled: NDArray[np.float64] = (points + 0.5) * factor - 0.5
    return scaled


@dataclass(frozen=True, slots=True, eq=False)
class Quad:
    """A strictly convex four-sided region of a picture.

    `corners_px`: float64 (4, 2), read-only, clockwise on the screen, beginning at the region's own
    top-left corner (for a printed code: the top-left of the symbol, wherever that lies in the
    picture). Corners lie on the edge of the region: a symbol whose dark pixels are 10..19 has
    corners at 9.5 and 19.5.

    Raises:
        GeometryError: wrong shape, not finite, too large, not convex, not clockwise or no area.
    """

    corners_px: NDArray[np.float64]

    def __post_init__(self) -> None:
        corners = np.array(self.corners_px, dtype=np.float64, order="C")
        if corners.shape != (4, 2):
            raise GeometryError(f"a quad needs corners of shape (4, 2), got {corners.shape}")
        if not np.all(np.isfinite(corners)):
            raise GeometryError("a quad needs finite corners")
        if np.abs(corners).max() > MAX_COORDINATE_PX:
            raise GeometryError(f"a quad corner lies beyond {MAX_COORDINATE_PX:g} px")
        sides = np.roll(corners, -1, axis=0) - corners
        following = np.roll(sides, -1, axis=0)
        turns = sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0]
        if np.any(turns <= 0):
            raise GeometryError(
                "quad corners must be strictly convex and clockwise on the screen, "
                f"got {corners.tolist()}"
            )
        corners.flags.writeable = False
        object.__setattr__(self, "corners_px", corners)
        if self.area_px2 < MIN_QUAD_AREA_PX2:
            raise GeometryError(f"quad has no area, got {corners.tolist()}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quad) and np.array_equal(self.corners_px, other.corners_px)

    def __hash__(self) -> int:
        return hash(self.corners_px.tobytes())

    @classmethod
    def of_picture(cls, width_px: int, height_px: int) -> Quad:
        """Return the outline of a whole picture, from (-0.5, -0.5) to (W - 0.5, H - 0.5)."""
        return cls.upright(-0.5, -0.5, width_px - 0.5, height_px - 0.5)

    @classmethod
    def upright(cls, left: float, top: float, right: float, bottom: float) -> Quad:
        """Return the axis-parallel quad between two corner points, px."""
        return cls(np.array([(left, top), (right, top), (right, bottom), (left, bottom)]))

    @property
    def area_px2(self) -> float:
        """Area by the shoelace formula, px^2."""
        x, y = self.corners_px[:, 0], self.corners_px[:, 1]
        return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))

    @property
    def side_lengths_px(self) -> NDArray[np.float64]:
        """Lengths (4,) of the top, right, bottom and left side, px."""
        sides = np.roll(self.corners_px, -1, axis=0) - self.corners_px
        return np.hypot(sides[:, 0], sides[:, 1])

    @property
    def centre_xy(self) -> NDArray[np.float64]:
        """Crossing of the diagonals (2,): the image of the region's middle under perspective."""
        first, second, third, fourth = self.corners_px
        diagonal, other = third - first, fourth - second
        denominator = diagonal[0] * other[1] - diagonal[1] * other[0]
        between = second - first
        along = (between[0] * other[1] - between[1] * other[0]) / denominator
        centre: NDArray[np.float64] = first + along * diagonal
        return centre

    @property
    def bounds_xyxy(self) -> tuple[float, float, float, float]:
        """Smallest and largest x and y: (left, top, right, bottom), px."""
        left, top = self.corners_px.min(axis=0)
        right, bottom = self.corners_px.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def contains(self, points_xy: ArrayLike) -> NDArray[np.bool_]:
        """Return for every point (N, 2) whether it lies inside or on the border: bool (N,)."""
        points = _points(points_xy)
        sides = np.roll(self.corners_px, -1, axis=0) - self.corners_px
        offsets = points[:, None, :] - self.corners_px[None, :, :]
        turns = sides[None, :, 0] * offsets[..., 1] - sides[None, :, 1] * offsets[..., 0]
        inside: NDArray[np.bool_] = np.all(turns >= 0, axis=1)
        return inside

    def scaled(self, scale: float | tuple[float, float]) -> Quad:
        """Return the quad in the picture resized by `scale`."""
        return Quad(scale_points(self.corners_px, scale))

    def overlaps(self, other: Quad) -> bool:
        """Return whether the two quads share more than their border."""
        area, _ = cv2.intersectConvexConvex(
            self.corners_px.astype(np.float32), other.corners_px.astype(np.float32)
        )
        return bool(area > MIN_QUAD_AREA_PX2)


@dataclass(frozen=True, slots=True, eq=False)
class Homography:
    """A projective map of the plane: dst ~ matrix @ (x, y, 1).

    `matrix`: float64 (3, 3), read-only, scaled to Frobenius norm 1 with a positive last element
    (or, where that is 0, a positive determinant). Name values ``dst_from_src``.

    Raises:
        GeometryError: wrong shape, not finite or singular.
    """

    matrix: NDArray[np.float64]

    def __post_init__(self) -> None:
        matrix = np.array(self.matrix, dtype=np.float64, order="C")
        if matrix.shape != (3, 3):
            raise GeometryError(f"a homography needs a (3, 3) matrix, got {matrix.shape}")
        norm = float(np.linalg.norm(matrix))
        if not np.isfinite(norm) or norm == 0.0:
            raise GeometryError("a homography needs finite elements that are not all 0")
        matrix /= norm
        if _relative_determinant(matrix) < MIN_NORMALISED_DETERMINANT:
            raise GeometryError("a homography must not be singular")
        sign = matrix[2, 2] if matrix[2, 2] != 0.0 else np.linalg.det(matrix)
        matrix *= 1.0 if sign > 0 else -1.0
        matrix.flags.writeable = False
        object.__setattr__(self, "matrix", matrix)

    @classmethod
    def identity(cls) -> Homography:
        """Return the map that moves nothing."""
        return cls(np.eye(3))

    @classmethod
    def translation(cls, x_px: float, y_px: float) -> Homography:
        """Return the shift by (x_px, y_px)."""
        return cls(np.array([[1.0, 0.0, x_px], [0.0, 1.0, y_px], [0.0, 0.0, 1.0]]))

    @classmethod
    def scaling(cls, scale_x: float, scale_y: float) -> Homography:
        """Return the map of a picture's resize: x to (x + 0.5) * scale_x - 0.5, same for y."""
        return cls(
            np.array(
                [
                    [scale_x, 0.0, 0.5 * scale_x - 0.5],
                    [0.0, scale_y, 0.5 * scale_y - 0.5],
                    [0.0, 0.0, 1.0],
                ]
            )
        )

    @classmethod
    def from_points(cls, dst_xy: ArrayLike, src_xy: ArrayLike) -> Homography:
        """Return dst_from_src through four or more point pairs (N, 2), least squares.

        Normalised direct linear transform (Hartley and Zisserman, Multiple View Geometry,
        algorithm 4.2): exact for four pairs, algebraic least squares above.

        Raises:
            GeometryError: fewer than four pairs, unequal counts, or three of four points on a line.
        """
        dst, src = _points(dst_xy), _points(src_xy)
        if dst.shape != src.shape or dst.shape[0] < 4:
            raise GeometryError(
                f"need four or more point pairs, got {dst.shape[0]} and {src.shape[0]} points"
            )
        unit_from_dst, unit_from_src = _conditioner(dst), _conditioner(src)
        u, v = _project(unit_from_dst, dst).T
        x, y = _project(unit_from_src, src).T
        one, nil = np.ones_like(x), np.zeros_like(x)
        rows_u = np.stack([x, y, one, nil, nil, nil, -u * x, -u * y, -u], axis=1)
        rows_v = np.stack([nil, nil, nil, x, y, one, -v * x, -v * y, -v], axis=1)
        _, singular_values, bases = np.linalg.svd(np.concatenate([rows_u, rows_v]))
        if singular_values[7] < 1e-9 * singular_values[0]:
            raise GeometryError("the points don't fix a homography: too many lie on one line")
        unit_dst_from_unit_src = bases[-1].reshape(3, 3)
        if _relative_determinant(unit_dst_from_unit_src) < MIN_NORMALISED_DETERMINANT:
            raise GeometryError("the points don't fix a homography: too many lie on one line")
        dst_from_unit = np.asarray(np.linalg.inv(unit_from_dst), dtype=np.float64)
        return cls(dst_from_unit @ unit_dst_from_unit_src @ unit_from_src)

    @classmethod
    def between_quads(cls, dst: Quad, src: Quad) -> Homography:
        """Return dst_from_src that takes the corners of one quad to those of another."""
        return cls.from_points(dst.corners_px, src.corners_px)

    def __matmul__(self, other: Homography) -> Homography:
        """Return a_from_c for ``a_from_b @ b_from_c``."""
        return Homography(self.matrix @ other.matrix)

    def inverse(self) -> Homography:
        """Return src_from_dst."""
        return Homography(np.asarray(np.linalg.inv(self.matrix), dtype=np.float64))

    def apply(self, points_xy: ArrayLike) -> NDArray[np.float64]:
        """Return the images (N, 2) of the points (N, 2).

        Raises:
            GeometryError: wrong shape, or a point maps to infinity.
        """
        mapped = _project(self.matrix, _points(points_xy))
        if not np.all(np.isfinite(mapped)):
            raise GeometryError("a point maps to infinity")
        return mapped


def warp(
    image: NDArray[np.uint8],
    dst_from_src: Homography,
    size_wh: tuple[int, int],
    *,
    border: int | None = 255,
    interpolation: Interpolation = Interpolation.LINEAR,
) -> NDArray[np.uint8]:
    """Return `image` (uint8, (H, W) or (H, W, 3)) seen through the map, `size_wh` px large.

    Samples outside the picture take the grey value `border`, or the nearest pixel's where that is
    None. There is no low-pass filter: see `straighten` where the map makes it much smaller.
    """
    width, height = size_wh
    if width < 1 or height < 1:
        raise GeometryError(f"a warp needs a size above 0, got {size_wh}")
    warped = cv2.warpPerspective(
        image,
        dst_from_src.matrix,
        (width, height),
        flags=int(interpolation),
        borderMode=cv2.BORDER_REPLICATE if border is None else cv2.BORDER_CONSTANT,
        borderValue=(border or 0,) * 3,
    )
    return np.asarray(warped, dtype=np.uint8)


def straighten(
    image: NDArray[np.uint8],
    quad: Quad,
    target: Quad,
    size_wh: tuple[int, int],
    *,
    border: int | None = 255,
) -> NDArray[np.uint8]:
    """Return a picture of `size_wh` px in which the region `quad` of `image` lies at `target`.

    Only the part of the image that is needed is touched, and where the region is over twice the
    size of the target it is first shrunk by area, so that fine patterns don't
    alias. `border` as in `warp`.
    """
    outline = Quad.of_picture(*size_wh).corners_px
    try:
        needed = Homography.between_quads(quad, target).apply(outline)
        left, top, right, bottom = Quad(needed).bounds_xyxy
    except GeometryError:
        # Seen so flatly that a corner of the outline lies behind the horizon: take everything.
        left, top, right, bottom = Quad.of_picture(image.shape[1], image.shape[0]).bounds_xyxy
    first_x = int(np.clip(left - 1, 0, image.shape[1] - 1))
    first_y = int(np.clip(top - 1, 0, image.shape[0] - 1))
    end_x = int(np.clip(right + 2, first_x + 1, image.shape[1]))
    end_y = int(np.clip(bottom + 2, first_y + 1, image.shape[0]))
    part = image[first_y:end_y, first_x:end_x]
    source = Quad(quad.corners_px - (first_x, first_y))
    scale = float(target.side_lengths_px.max() / quad.side_lengths_px.max())
    if scale < 0.5:
        width, height = end_x - first_x, end_y - first_y
        small_wh = (max(1, round(width * scale)), max(1, round(height * scale)))
        part = np.asarray(cv2.resize(part, small_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        source = source.scaled((small_wh[0] / width, small_wh[1] / height))
    return warp(part, Homography.between_quads(target, source), size_wh, border=border)


def _points(points_xy: ArrayLike) -> NDArray[np.float64]:
    points = np.asarray(points_xy, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        raise GeometryError(f"points need the shape (N, 2), got {points.shape}")
    return points


def _project(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    homogeneous = points @ matrix[:, :2].T + matrix[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        projected: NDArray[np.float64] = homogeneous[:, :2] / homogeneous[:, 2:]
    return projected


def _conditioner(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the similarity that moves the points' mean to 0 and their mean distance to sqrt 2."""
    mean = points.mean(axis=0)
    spread = float(np.mean(np.hypot(*(points - mean).T)))
    if not np.isfinite(spread) or spread < 1e-9:
        raise GeometryError("the points coincide or are not finite")
    scale = np.sqrt(2.0) / spread
    return np.array(
        [[scale, 0.0, -scale * mean[0]], [0.0, scale, -scale * mean[1]], [0.0, 0.0, 1.0]]
    )


def _relative_determinant(matrix: NDArray[np.float64]) -> float:
    """Return |det| over the product of the column norms: 1 if orthogonal, 0 if singular."""
    scale = float(np.prod(np.linalg.norm(matrix, axis=0)))
    return abs(float(np.linalg.det(matrix))) / scale if scale > 0.0 else 0.0
