"""Where rays meet a bent sheet: a mesh of triangles, drawn from far to near."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.printcam.view import Hits, camera_points_mm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.printcam.camera import Camera
    from vision.printcam.surface import Bend, Surface
    from vision.printcam.view import Rays, View

# Across a single bend: even steps, and further ones where it turns. Its chords then leave the arc
# by less than 0.05 px in a photo of 1000 px.
_EVEN_STEPS = 36
_TURN_PER_STEP_RAD = 0.045
_MAX_STEPS = 400
# Polygons cover every pixel that they touch: in smaller ones the rims would be most of it.
_LEAST_STEP_PX = 3.0
_STEPS_ALONG = 18
# Either way on a sheet without straight lines of one direction.
_STEPS_BOTH_WAYS = 84
_NORMAL_STEPS = 257
# Vertices in a 1/16 pixel.
_SHIFT = 4
_NEAREST_MM = 5.0
# A triangle that is seen more edge-on than this (sine) hides no pixel centre.
_EDGE_ON = 1e-4
# How far a pixel on a triangle's rim may lie outside it, as a share of the triangle's extent.
_RIM = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class _Mesh:
    """Triangles: `sheet_mm` float64 (V, 2) of the vertices, `corners` int (T, 3)."""

    sheet_mm: NDArray[np.float64]
    corners: NDArray[np.intp]


def meet_surface(
    view: View, surface: Surface, camera: Camera, rays: Rays, half_mm: tuple[float, float]
) -> Hits:
    """Intersect rays with a bent sheet; nearer parts hide farther ones.

    Args:
        view: Pose.
        surface: Form of the sheet.
        camera: The camera of the rays.
        rays: Rays, one per pixel.
        half_mm: Half the sheet's width and height, about the label's centre.

    Returns:
        The hits, with normals; `front` is false where the sheet's back is seen.

    Raises:
        ValueError: When a part of the sheet comes closer to the lens than 5 mm.
    """
    mesh = _mesh(surface, half_mm, camera.focal_px / view.distance_mm)
    points = camera_points_mm(view, mesh.sheet_mm)
    if float(points[:, 2].min()) < _NEAREST_MM:
        raise ValueError(
            f"the sheet comes within {_NEAREST_MM:g} mm of the lens; stand further off"
        )
    pixels = camera.pixels_from_camera(points)
    corners = _drawable(mesh, pixels, camera, half_mm)
    ids, kept, facing = _drawn(points, pixels, corners, camera)
    return _looked_up(view, surface, mesh, points, kept, facing, ids, rays, half_mm)


def _mesh(surface: Surface, half_mm: tuple[float, float], px_per_mm: float) -> _Mesh:
    """Cover the sheet by triangles, none much smaller than a few pixels of the picture."""
    if len(surface.bends) == 1:
        bend = surface.bends[0]
        across = bend.across
        along = np.array([-across[1], across[0]])
        reach = float(np.abs(across) @ half_mm)
        run = float(np.abs(along) @ half_mm)
        most = _steps_of(2 * reach * px_per_mm)
        count = min(_STEPS_ALONG, _steps_of(2 * run * px_per_mm))
        rows, columns = np.meshgrid(
            np.linspace(-run, run, count + 1), _steps_across(bend, reach, most), indexing="ij"
        )
        sheet = columns.reshape(-1, 1) * across + rows.reshape(-1, 1) * along
    else:
        most = 2 if surface.is_flat else _STEPS_BOTH_WAYS
        count = min(most, _steps_of(2 * max(half_mm) * px_per_mm)) + 1
        columns, rows = np.meshgrid(
            np.linspace(-half_mm[0], half_mm[0], count), np.linspace(-half_mm[1], half_mm[1], count)
        )
        sheet = np.column_stack([columns.ravel(), rows.ravel()])
    number = np.arange(rows.size).reshape(rows.shape)
    first, right, down, last = (
        part.ravel()
        for part in (number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:])
    )
    corners = np.concatenate(
        [np.column_stack([first, right, last]), np.column_stack([first, last, down])]
    )
    return _Mesh(sheet, corners)


def _steps_of(length_px: float) -> int:
    return max(2, math.ceil(length_px / _LEAST_STEP_PX))


def _steps_across(bend: Bend, reach_mm: float, most: int) -> NDArray[np.float64]:
    """Arc lengths from -reach to reach, denser where the bend turns; at most so many steps."""
    knots = [at for at in bend.at_mm if -reach_mm < at < reach_mm]
    arcs = np.unique(np.concatenate([np.linspace(-reach_mm, reach_mm, 9), knots]))
    turns = np.abs(np.diff(bend.angle_rad(arcs))) / _TURN_PER_STEP_RAD
    work = np.concatenate([[0.0], np.cumsum(turns + np.diff(arcs) * _EVEN_STEPS / 2 / reach_mm)])
    count = min(math.ceil(work[-1]), _MAX_STEPS, most) + 1
    return np.asarray(np.interp(np.linspace(0, work[-1], count), work, arcs), np.float64)


def _drawable(
    mesh: _Mesh, pixels: NDArray[np.float64], camera: Camera, half_mm: tuple[float, float]
) -> NDArray[np.intp]:
    """Triangles (T, 3) that touch both the sheet and the picture."""
    sheet, seen = mesh.sheet_mm[mesh.corners], pixels[mesh.corners]
    half = np.array(half_mm) * (1 + 1e-9)
    size = np.array([camera.width_px, camera.height_px])
    outside = np.any(np.all(sheet > half, axis=1) | np.all(sheet < -half, axis=1), axis=1)
    outside |= np.any(np.all(seen < -1, axis=1) | np.all(seen > size, axis=1), axis=1)
    outside |= ~np.isfinite(seen).all(axis=(1, 2))
    return np.asarray(mesh.corners[~outside], np.intp)


def _drawn(
    points: NDArray[np.float64],
    pixels: NDArray[np.float64],
    corners: NDArray[np.intp],
    camera: Camera,
) -> tuple[NDArray[np.int32], NDArray[np.intp], NDArray[np.bool_]]:
    """Paint triangles from far to near.

    Returns:
        int32 (H, W) with the number of the nearest triangle plus 1, or 0; the triangles that were
        kept (K, 3); and whether each shows its front, bool (K,).
    """
    ids = np.zeros((camera.height_px, camera.width_px), np.int32)
    first, second, third = (points[corners[:, k]] for k in range(3))
    across = np.cross(second - first, third - first)
    size = np.linalg.norm(across, axis=1)
    away = np.sum(first * across, axis=1)
    # Triangles run clockwise as seen on the sheet: across points into the pack.
    kept = np.abs(away) > _EDGE_ON * size * np.linalg.norm(first, axis=1)
    corners, facing = corners[kept], away[kept] > 0
    middle = points[corners].mean(axis=1)
    order = np.argsort(-np.sum(middle * middle, axis=1))
    spots = np.round(pixels[corners] * (1 << _SHIFT)).astype(np.int32)
    for number in order.tolist():
        cv2.fillConvexPoly(ids, spots[number], number + 1, cv2.LINE_8, _SHIFT)
    return ids, corners, facing


def _looked_up(
    view: View,
    surface: Surface,
    mesh: _Mesh,
    points: NDArray[np.float64],
    corners: NDArray[np.intp],
    facing: NDArray[np.bool_],
    ids: NDArray[np.int32],
    rays: Rays,
    half_mm: tuple[float, float],
) -> Hits:
    """Intersect every ray with the plane of the triangle that it meets first."""
    shape = ids.shape
    inside = ids > 0
    number = ids[inside] - 1
    # With the corners as columns of a matrix P, the ray d meets the plane at the weights
    # P^-1 d z, which sum to 1: u = (u_k P^-1 d) / (1 P^-1 d), and z = 1 / (1 P^-1 d).
    inverse = np.linalg.inv(np.swapaxes(points[corners], 1, 2))
    sheet = mesh.sheet_mm[corners]
    home = sheet[:, 0]
    local = np.concatenate([sheet - home[:, None], np.ones((len(corners), 3, 1))], axis=2)
    forms = (np.swapaxes(local, 1, 2) @ inverse).astype(np.float32)[number]
    low, high = sheet.min(axis=1), sheet.max(axis=1)
    spare = _RIM * (high - low)
    low, high = (
        (low - spare).astype(np.float32)[number],
        (high + spare).astype(np.float32)[number],
    )
    ray_x, ray_y = rays.x[inside], rays.y[inside]
    forward = forms[:, 2, 0] * ray_x + forms[:, 2, 1] * ray_y + forms[:, 2, 2]
    forward = np.maximum(forward, np.float32(1e-6))
    found = [np.zeros(shape, np.float32) for _ in range(3)]
    home_mm = home.astype(np.float32)[number]
    for axis in range(2):
        place = (
            forms[:, axis, 0] * ray_x + forms[:, axis, 1] * ray_y + forms[:, axis, 2]
        ) / forward + home_mm[:, axis]
        # Pixels on a triangle's rim may lie just outside it; at a limb a pixel is far on the sheet.
        found[axis][inside] = np.clip(place, low[:, axis], high[:, axis])
    found[2][inside] = 1 / forward
    u, v, depth = found
    front = np.zeros(shape, np.bool_)
    front[inside] = facing[number]
    half = np.array(half_mm, np.float32)
    seen = inside & (np.abs(u) <= half[0]) & (np.abs(v) <= half[1])
    return Hits(u, v, seen, depth, None, _normals(surface, u, v, half_mm), front & seen)


def _normals(
    surface: Surface, u: NDArray[np.float32], v: NDArray[np.float32], half_mm: tuple[float, float]
) -> NDArray[np.float32]:
    """Outward normals (H, W, 3) in the object frame, looked up in a table over the sheet."""
    x, y = (np.linspace(-half, half, _NORMAL_STEPS) for half in half_mm)
    columns, rows = np.meshgrid(x, y)
    table = surface.normals(np.column_stack([columns.ravel(), rows.ravel()])).astype(np.float32)
    table = table.reshape(_NORMAL_STEPS, _NORMAL_STEPS, 3)
    scale = [np.float32((_NORMAL_STEPS - 1) / 2 / half) for half in half_mm]
    middle = np.float32((_NORMAL_STEPS - 1) / 2)
    normals = cv2.remap(
        table,
        u * scale[0] + middle,
        v * scale[1] + middle,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    length = np.sqrt(np.einsum("hwc,hwc->hw", normals, normals))
    return np.asarray(normals / np.maximum(length, np.float32(1e-6))[..., None], np.float32)
