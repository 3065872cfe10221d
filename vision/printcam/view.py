"""Where the camera stands, how the surface bends: the exact ray geometry.

Frames used in this folder:

- label: millimetres along the surface from the artwork's top-left corner, x right, y down;
- surface (u, v): the same, but measured from the artwork's centre;
- object: right-handed, origin at the artwork's centre, X and Y along the flat artwork, Z into the
  pack. A cylinder bends away: arc length s maps to (R sin(s/R), R (1 - cos(s/R))) in X and Z;
  any other form is a `Surface`;
- camera: origin in the lens, x right, y down, z along the optical axis.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.printcam.surface import Surface

MAX_LEAN_DEG = 80.0


@dataclass(frozen=True, slots=True)
class View:
    """A pose of the label before the camera, and the bend of its surface.

    The label is turned first, then tilted, then rolled: camera_from_object = Rz Rx Ry.

    Attributes:
        distance_mm: From the lens to the label's centre along the optical axis.
        tilt_deg: Positive: the label's top edge leans away from the camera.
        turn_deg: Positive: the label's right edge turns away from the camera.
        roll_deg: Positive: the label turns clockwise in the picture.
        offset_mm: Where the label's centre lies right of and below the optical axis.
        radius_mm: Radius of the cylinder that the label is wound on, or None for a flat label.
        axis_deg: Turn of the cylinder's axis in the label's plane, clockwise; 0 is along y.
        surface: Form of the sheet where it is neither flat nor an endless cylinder.
    """

    distance_mm: float
    tilt_deg: float = 0.0
    turn_deg: float = 0.0
    roll_deg: float = 0.0
    offset_mm: tuple[float, float] = (0.0, 0.0)
    radius_mm: float | None = None
    axis_deg: float = 0.0
    surface: Surface | None = None

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            ValueError: When a value is out of its range.
        """
        if not 10 <= self.distance_mm <= 10_000:
            raise ValueError(f"distance_mm must lie in 10..10000, got {self.distance_mm}")
        if abs(self.tilt_deg) > MAX_LEAN_DEG or abs(self.turn_deg) > MAX_LEAN_DEG:
            raise ValueError(f"tilt_deg and turn_deg must lie within +-{MAX_LEAN_DEG}")
        if self.radius_mm is not None and not 2 <= self.radius_mm <= 5000:
            raise ValueError("radius_mm must lie in 2..5000")
        if self.radius_mm is not None and self.surface is not None:
            raise ValueError("give radius_mm or a surface, not both")

    @property
    def is_flat(self) -> bool:
        """Whether the label is a plane."""
        return self.radius_mm is None and (self.surface is None or self.surface.is_flat)

    @property
    def camera_from_object(self) -> NDArray[np.float64]:
        """The (3, 3) rotation from the object frame to the camera frame."""
        tilt, turn, roll = (
            math.radians(angle) for angle in (-self.tilt_deg, -self.turn_deg, self.roll_deg)
        )
        about_x = np.array(
            [
                [1, 0, 0],
                [0, math.cos(tilt), -math.sin(tilt)],
                [0, math.sin(tilt), math.cos(tilt)],
            ]
        )
        about_y = np.array(
            [
                [math.cos(turn), 0, math.sin(turn)],
                [0, 1, 0],
                [-math.sin(turn), 0, math.cos(turn)],
            ]
        )
        about_z = np.array(
            [
                [math.cos(roll), -math.sin(roll), 0],
                [math.sin(roll), math.cos(roll), 0],
                [0, 0, 1],
            ]
        )
        return np.asarray(about_z @ about_x @ about_y, np.float64)

    @property
    def centre_mm(self) -> NDArray[np.float64]:
        """The label's centre in the camera frame, (3,)."""
        return np.array([*self.offset_mm, self.distance_mm], np.float64)

    @property
    def lens_in_object_mm(self) -> NDArray[np.float64]:
        """The lens in the object frame, (3,)."""
        return np.asarray(-self.camera_from_object.T @ self.centre_mm, np.float64)

    @property
    def bend_axes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Unit vectors (2,) in the flat artwork: across the cylinder's axis, and along it."""
        angle = math.radians(self.axis_deg)
        across = np.array([math.cos(angle), math.sin(angle)])
        along = np.array([-math.sin(angle), math.cos(angle)])
        return across, along


def object_points_mm(view: View, surface_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place surface points (N, 2), measured from the label's centre, in the object frame (N, 3)."""
    if view.surface is not None:
        return view.surface.points_mm(surface_mm)
    if view.radius_mm is None:
        return np.column_stack([surface_mm, np.zeros(len(surface_mm))])
    across, along = view.bend_axes
    angle = surface_mm @ across / view.radius_mm
    plane = (view.radius_mm * np.sin(angle))[:, None] * across + (surface_mm @ along)[
        :, None
    ] * along
    return np.column_stack([plane, view.radius_mm * (1 - np.cos(angle))])


def normals(view: View, surface_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Outward unit normals (N, 3) in the object frame at surface points (N, 2)."""
    if view.surface is not None:
        return view.surface.normals(surface_mm)
    if view.radius_mm is None:
        return np.tile(np.array([0.0, 0.0, -1.0]), (len(surface_mm), 1))
    across, _ = view.bend_axes
    angle = surface_mm @ across / view.radius_mm
    return np.column_stack([np.sin(angle)[:, None] * across, -np.cos(angle)])


def camera_points_mm(view: View, surface_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place surface points (N, 2), measured from the label's centre, in the camera frame (N, 3)."""
    rotated = object_points_mm(view, surface_mm) @ view.camera_from_object.T
    return np.asarray(rotated + view.centre_mm, np.float64)


def faces_camera(view: View, surface_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which surface points (N, 2) are turned to the camera and in front of it, bool (N,)."""
    points = camera_points_mm(view, surface_mm)
    outward = normals(view, surface_mm) @ view.camera_from_object.T
    seen: NDArray[np.bool_] = (np.sum(points * outward, axis=1) < 0) & (points[:, 2] > 0)
    return seen


@dataclass(frozen=True, slots=True, eq=False)
class Rays:
    """Undistorted viewing rays of a picture: direction (x, y, 1) per pixel, float32 (H, W) each."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Where rays meet a surface.

    Attributes:
        u: float32 (H, W), surface coordinate along the artwork's x from its centre, millimetres.
        v: The same along y.
        seen: bool (H, W), whether the ray meets the surface at all.
        depth: float32 (H, W), distance along the optical axis, millimetres.
        angle: float32 (H, W), angle round the cylinder in radians; None for other forms.
        normal: float32 (H, W, 3), outward normals in the object frame; None for a plane and a
            cylinder.
        front: bool (H, W), whether it meets the printed side; None where it can't meet the back.
    """

    u: NDArray[np.float32]
    v: NDArray[np.float32]
    seen: NDArray[np.bool_]
    depth: NDArray[np.float32]
    angle: NDArray[np.float32] | None = None
    normal: NDArray[np.float32] | None = None
    front: NDArray[np.bool_] | None = None


def _directions(view: View, rays: Rays) -> tuple[NDArray[np.float32], ...]:
    """Turn rays into the object frame: three float32 (H, W) arrays."""
    matrix = view.camera_from_object.T.astype(np.float32)
    return tuple(row[0] * rays.x + (row[1] * rays.y + row[2]) for row in matrix)


def _single(values: NDArray[Any]) -> NDArray[np.float32]:
    """Assert single precision, which numpy's stubs lose in mixed expressions."""
    return np.asarray(values, np.float32)


def meet_plane(view: View, rays: Rays, depth_mm: float = 0.0) -> Hits:
    """Intersect rays with the plane Z = depth_mm of the object frame."""
    lens = view.lens_in_object_mm.astype(np.float32)
    dx, dy, dz = _directions(view, rays)
    seen = dz > 1e-4
    length = (np.float32(depth_mm) - lens[2]) / np.maximum(dz, np.float32(1e-4))
    return Hits(
        _single(lens[0] + length * dx), _single(lens[1] + length * dy), seen, _single(length)
    )


def meet_cylinder(view: View, rays: Rays) -> Hits:
    """Intersect rays with the view's cylinder: the nearer root of the quadratic.

    Raises:
        ValueError: When the view is flat.
    """
    if view.radius_mm is None:
        raise ValueError("the view has no cylinder")
    radius = np.float32(view.radius_mm)
    lens = view.lens_in_object_mm
    across, along = (axis.astype(np.float32) for axis in view.bend_axes)
    dx, dy, dz = _directions(view, rays)
    d_across = dx * across[0] + dy * across[1]
    d_along = dx * along[0] + dy * along[1]
    o_across = np.float32(lens[:2] @ view.bend_axes[0])
    o_along = np.float32(lens[:2] @ view.bend_axes[1])
    o_z = np.float32(lens[2] - view.radius_mm)
    # |o + t d|^2 = R^2 across the axis. The discriminant is written through the cross product,
    # which loses no digits where the ray grazes.
    a = np.maximum(d_across * d_across + dz * dz, np.float32(1e-12))
    b = o_across * d_across + o_z * dz
    cross = o_across * dz - o_z * d_across
    discriminant = a * (radius * radius) - cross * cross
    root = np.sqrt(np.maximum(discriminant, 0))
    length = (-b - root) / a
    seen = (discriminant > 0) & (length > 0)
    angle = np.arctan2(o_across + length * d_across, -(o_z + length * dz))
    arc = radius * angle
    run = o_along + length * d_along
    return Hits(
        arc * across[0] + run * along[0],
        arc * across[1] + run * along[1],
        seen,
        _single(length),
        angle.astype(np.float32, copy=False),
    )
