"""Taking a simulated photo of a simulated print, with the exact mapping it was taken by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from vision.printcam.mesh import meet_surface
from vision.printcam.sensor import blur, develop
from vision.printcam.stage import Stage, light_from_scene, set_stage, sheet_half_mm
from vision.printcam.view import camera_points_mm, faces_camera

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from vision.printcam.camera import Camera
    from vision.printcam.printer import PrintedLabel
    from vision.printcam.scene import Scene
    from vision.printcam.view import View

# A point is hidden by what lies nearer than this share of the label's half side.
_HIDDEN_SHARE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A simulated photo and the truth behind it.

    Attributes:
        bgr: uint8 (H, W, 3), read-only: the picture as decoded from the file.
        jpeg: The file, or None where the camera doesn't compress.
        camera: The camera that took it.
        view: Where it stood.
        label_size_mm: Width and height of the label.
    """

    bgr: NDArray[np.uint8]
    jpeg: bytes | None
    camera: Camera
    view: View
    label_size_mm: tuple[float, float]

    def points_px_from_mm(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map label points (N, 2) in millimetres from its top-left corner to pixels (N, 2).

        Exact for every form, lens distortion included; pixel centres lie at integers. A hidden
        point maps to where it would be seen through what hides it; ask ``visible``. A point
        behind the lens becomes NaN.
        """
        centred = np.asarray(points_mm, np.float64) - np.array(self.label_size_mm) / 2
        return self.camera.pixels_from_camera(camera_points_mm(self.view, centred))

    def visible(self, points_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which label points (N, 2) in millimetres are seen inside the picture.

        On a bent sheet a point may face the camera and yet be hidden by a nearer part of it.
        """
        centred = np.asarray(points_mm, np.float64) - np.array(self.label_size_mm) / 2
        pixels = self.points_px_from_mm(points_mm)
        last = np.array([self.camera.width_px - 1, self.camera.height_px - 1])
        inside = np.all((pixels >= 0) & (pixels <= last), axis=1)
        seen: NDArray[np.bool_] = faces_camera(self.view, centred) & inside
        if not self.view.is_flat and self.view.surface is not None and seen.any():
            half = np.array(self.label_size_mm) / 2
            hits = meet_surface(
                self.view,
                self.view.surface,
                self.camera,
                self.camera.rays(),
                sheet_half_mm(self.label_size_mm, None),
            )
            column, row = np.round(pixels[seen]).astype(int).T
            depth = camera_points_mm(self.view, centred[seen])[:, 2]
            # A steep place changes its depth by several pixels' width within one pixel.
            slack = float(half.max()) * _HIDDEN_SHARE
            seen[seen] = depth <= hits.depth[row, column] + slack
        return seen

    @property
    def corners_px(self) -> NDArray[np.float64]:
        """The label's corners in the picture, (4, 2), clockwise from its own top-left."""
        width, height = self.label_size_mm
        return self.points_px_from_mm(np.array([[0, 0], [width, 0], [width, height], [0, height]]))

    @property
    def homography_px_from_mm(self) -> NDArray[np.float64] | None:
        """The (3, 3) homography from label millimetres to pixels, last element 1.

        It is K [r1 r2 t] of the pinhole camera (Hartley and Zisserman, Multiple View Geometry,
        8.1.1): exact where k1 = k2 = 0, else it leaves the lens distortion out. None for a bent
        label, which has no homography.
        """
        if not self.view.is_flat:
            return None
        rotation = self.view.camera_from_object
        half = np.array(self.label_size_mm) / 2
        corner = self.view.centre_mm - rotation[:, :2] @ half
        focal, (x, y) = self.camera.focal_px, self.camera.centre_px
        intrinsics = np.array([[focal, 0, x], [0, focal, y], [0, 0, 1]])
        matrix = intrinsics @ np.column_stack([rotation[:, 0], rotation[:, 1], corner])
        return np.asarray(matrix / matrix[2, 2], np.float64)


def photograph(
    printed: PrintedLabel, camera: Camera, view: View, scene: Scene, rng: np.random.Generator
) -> Photo:
    """Photograph a printed label (simulated).

    Args:
        printed: The item.
        camera: Camera.
        view: Pose, and the form of the label where it is bent.
        scene: Pack, table and light. Its textures are drawn anew for every call.
        rng: Source of randomness; the same state gives the same bytes.

    Returns:
        The photo.

    Raises:
        ValueError: When the lens would stand behind the label's plane.
    """
    return _take(printed, camera, view, set_stage(scene, rng), rng)


def film(
    printed: PrintedLabel,
    camera: Camera,
    views: Sequence[View],
    scene: Scene,
    rng: np.random.Generator,
    shutter: float = 0.25,
) -> Iterator[Photo]:
    """Film a label from a sequence of poses (simulated): one photo per pose.

    The scene's textures stay the same throughout. Every frame is blurred along the way that the
    label's centre moves to the next pose, times the shutter's share of the frame time; the
    camera's own motion trail is replaced by it.

    Args:
        printed: The item.
        camera: Camera.
        views: Poses, one per frame.
        scene: Pack, table and light.
        rng: Source of randomness.
        shutter: Share of the frame time in which the shutter is open, 0..1.

    Yields:
        The frames in order.

    Raises:
        ValueError: When the shutter's share is out of 0..1, or a lens would stand behind the
            label's plane.
    """
    if not 0 <= shutter <= 1:
        raise ValueError(f"shutter must lie in 0..1, got {shutter}")
    stage = set_stage(scene, rng)
    centre = np.zeros((1, 2))
    at_px = [camera.pixels_from_camera(camera_points_mm(view, centre))[0] for view in views]
    for index, view in enumerate(views):
        before, after = (index, index + 1) if index + 1 < len(views) else (max(index - 1, 0), index)
        way = (at_px[after] - at_px[before]) * shutter
        moving = replace(
            camera,
            motion_px=min(float(np.hypot(way[0], way[1])), 200.0),
            motion_deg=float(np.degrees(np.arctan2(way[1], way[0]))),
        )
        yield _take(printed, moving, view, stage, rng)


def _take(
    printed: PrintedLabel, camera: Camera, view: View, stage: Stage, rng: np.random.Generator
) -> Photo:
    """Take one photo on a set stage."""
    # Box and cylinder both lie beyond the label's plane, so a lens before it is outside the pack.
    if view.lens_in_object_mm[2] > -1:
        raise ValueError("the lens must stand before the label's plane; lean or offset it less")
    light = light_from_scene(stage, printed, camera, view, camera.rays())
    picture, jpeg = develop(blur(light, camera), camera, rng)
    picture.flags.writeable = False
    return Photo(picture, jpeg, camera, view, printed.size_mm)
