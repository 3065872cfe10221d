"""Painting the light that reaches the lens: pack, table, label, shadows, glare."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.printcam.field import periodic_field
from vision.printcam.label import MM_PER_INCH
from vision.printcam.mesh import meet_surface
from vision.printcam.shading import glare, gradient, lamp_in_object, shade, shadow, specular
from vision.printcam.view import camera_points_mm, meet_cylinder, meet_plane

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.printcam.camera import Camera
    from vision.printcam.printer import PrintedLabel
    from vision.printcam.scene import Material, Scene
    from vision.printcam.view import Hits, Rays, View

_TILE_PX = 512
_TILE_PX_PER_MM = 8.0
# The label stands about a tenth of a millimetre above the pack; its contact shadow is as soft.
_CONTACT_SHADOW = 0.35
_CONTACT_SHADOW_MM = 0.35
# Side walls of the box see less of the lamp than its face.
_SIDE_WALL = (0.42, 0.7)
_TABLE_SHADOW = 0.6
# A bent sheet's side beside the label's, where the pack has no face of a given size.
_SHEET = 1.6


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A scene with its random textures drawn: what stays the same from frame to frame.

    Attributes:
        scene: The scene.
        pack_tile: float32 (512, 512, 3), seamless tile of the pack, 8 px per mm.
        table_tile: The same for the table.
    """

    scene: Scene
    pack_tile: NDArray[np.float32]
    table_tile: NDArray[np.float32]


def set_stage(scene: Scene, rng: np.random.Generator) -> Stage:
    """Draw the random textures of a scene."""
    return Stage(scene, _tile(scene.pack, rng), _tile(scene.table, rng))


def _tile(material: Material, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a seamless tile of a material: float32 (512, 512, 3)."""
    grain_x, grain_y = (width * _TILE_PX_PER_MM for width in material.grain_mm)
    grain = periodic_field(rng, _TILE_PX, (grain_x, grain_y))
    fine = periodic_field(rng, _TILE_PX, (grain_x / 3, grain_y / 3))
    blotch_px = material.blotch_mm * _TILE_PX_PER_MM
    blotch = periodic_field(rng, _TILE_PX, (blotch_px, blotch_px))
    pattern = (
        1
        + np.float32(material.grain_std) * (np.float32(math.sqrt(0.5)) * (grain + fine))
        + np.float32(material.blotch_std) * blotch
    )
    tile = pattern[..., None] * np.array(material.tone_bgr, np.float32)
    return np.asarray(np.clip(tile, 0, 1), np.float32)


def light_from_scene(
    stage: Stage, printed: PrintedLabel, camera: Camera, view: View, rays: Rays
) -> NDArray[np.float32]:
    """Compute the light of every pixel before the lens blurs it.

    Args:
        stage: The set stage.
        printed: The label.
        camera: Camera; exposure and vignetting count here.
        view: Pose and bend.
        rays: The camera's rays.

    Returns:
        float32 (H, W, 3) B, G, R, linear, 1 = saturation.
    """
    hits = _meet(stage.scene, printed, camera, view, rays)
    picture = _pack_and_table(stage, camera, view, rays, hits)
    cover = _lay_label(picture, stage, printed, camera, view, hits)
    light = stage.scene.light
    lamp = lamp_in_object(light, view)
    level = gradient(light, camera) * np.float32(camera.exposure)
    for factor in (shade(light, view, lamp, hits), shadow(light, printed.size_mm, hits)):
        if factor is not None:
            level *= factor
    if camera.vignetting > 0:
        fall_off = 1 / np.square(1 + np.square(rays.x) + np.square(rays.y))
        level *= 1 + np.float32(camera.vignetting) * (fall_off - 1)
    picture *= level[..., None]
    gloss: NDArray[np.float32] | np.float32 = np.float32(stage.scene.pack.gloss)
    if cover is not None:
        gloss = gloss + (np.float32(printed.gloss) - gloss) * cover
    for lit in (
        glare(light, printed.size_mm, hits, gloss),
        specular(light, view, rays, hits, gloss),
    ):
        if lit is not None:
            picture += lit[..., None]
    return picture


def sheet_half_mm(
    label_size_mm: tuple[float, float], face_mm: tuple[float, float] | None
) -> tuple[float, float]:
    """Half the width and height of a bent sheet: the pack's face, or some more than the label."""
    label = label_size_mm[0] / 2, label_size_mm[1] / 2
    if face_mm is None:
        return label[0] * _SHEET, label[1] * _SHEET
    return max(face_mm[0] / 2, label[0]), max(face_mm[1] / 2, label[1])


def _meet(scene: Scene, printed: PrintedLabel, camera: Camera, view: View, rays: Rays) -> Hits:
    """Where the rays meet the pack."""
    if view.surface is not None and not view.surface.is_flat:
        half = sheet_half_mm(printed.size_mm, scene.face_mm)
        return meet_surface(view, view.surface, camera, rays, half)
    return meet_plane(view, rays) if view.radius_mm is None else meet_cylinder(view, rays)


def _sample(
    tile: NDArray[np.float32], u: NDArray[np.float32], v: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Look up a seamless tile at surface millimetres."""
    scale = np.float32(_TILE_PX_PER_MM)
    return np.asarray(
        cv2.remap(tile, u * scale, v * scale, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP),
        np.float32,
    )


def _pack_and_table(
    stage: Stage, camera: Camera, view: View, rays: Rays, hits: Hits
) -> NDArray[np.float32]:
    """Paint pack and table without light: float32 (H, W, 3)."""
    scene = stage.scene
    pack = _sample(stage.pack_tile, hits.u, hits.v)
    if not view.is_flat:
        back_mm = np.float32(view.distance_mm + (view.radius_mm or 0) + scene.depth_mm)
        table = _sample(stage.table_tile, rays.x * back_mm, rays.y * back_mm)
        return np.where(hits.seen[..., None], pack, table)
    if scene.face_mm is None:
        return pack
    half = np.array(scene.face_mm, np.float32) / np.float32(2)
    centre = -np.array(scene.label_at_mm, np.float32)
    inside_mm = _inside_mm(hits.u - centre[0], hits.v - centre[1], half, 2.0)
    pixel_mm = _mm_per_pixel(camera, view)
    alpha = np.clip(inside_mm / pixel_mm + 0.5, 0, 1)
    alpha *= hits.seen
    below = meet_plane(view, rays, scene.depth_mm)
    table = _sample(stage.table_tile, below.u, below.v)
    x, y = below.u - centre[0], below.v - centre[1]
    under_mm = _inside_mm(x, y, half, 2.0)
    # Soft shadow of the box on the table, pushed away from the lamp.
    lamp = lamp_in_object(stage.scene.light, view)
    push = np.clip(-lamp[:2] / max(-lamp[2], 0.2), -1, 1) * scene.depth_mm * 0.5
    shadow_mm = _inside_mm(x - push[0], y - push[1], half, 2.0)
    softness = np.float32(scene.depth_mm * 0.35)
    dark = 1 - np.float32(_TABLE_SHADOW) / (1 + np.exp(np.clip(-2 * shadow_mm / softness, -30, 30)))
    table *= dark[..., None]
    # A ray that misses the face but ends under the box has met a side wall.
    wall = under_mm > 0
    tone = np.array(scene.pack.tone_bgr, np.float32)
    lit = np.where(
        np.abs(x) / half[0] > np.abs(y) / half[1],
        np.float32(_SIDE_WALL[0]),
        np.float32(_SIDE_WALL[1]),
    )
    table = np.where(wall[..., None], lit[..., None] * tone, table)
    return np.asarray(pack * alpha[..., None] + table * (1 - alpha[..., None]), np.float32)


def _inside_mm(
    x: NDArray[np.float32], y: NDArray[np.float32], half: NDArray[np.float32], corner_mm: float
) -> NDArray[np.float32]:
    """Distance inside a rectangle with round corners, positive inside, in millimetres."""
    corner = np.float32(min(corner_mm, float(half.min())))
    qx = np.abs(x) - (half[0] - corner)
    qy = np.abs(y) - (half[1] - corner)
    outside = np.sqrt(np.square(np.maximum(qx, 0)) + np.square(np.maximum(qy, 0)))
    return np.asarray(corner - outside - np.minimum(np.maximum(qx, qy), 0), np.float32)


def _mm_per_pixel(camera: Camera, view: View) -> np.float32:
    """Size of a pixel on a plane through the label's centre that faces the camera."""
    return np.float32(view.distance_mm / camera.focal_px)


def _lay_label(
    picture: NDArray[np.float32],
    stage: Stage,
    printed: PrintedLabel,
    camera: Camera,
    view: View,
    hits: Hits,
) -> NDArray[np.float32] | None:
    """Stick the label on the pack, in place, with a thin contact shadow.

    Returns:
        The label's cover of every pixel, float32 (H, W) in 0..1, or None when it is out of sight.
    """
    half = np.array(printed.size_mm, np.float32) / np.float32(2)
    reach = half + 2
    near = hits.seen & (np.abs(hits.u) < reach[0]) & (np.abs(hits.v) < reach[1])
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    if not len(rows):
        return None
    region = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    u, v = hits.u[region], hits.v[region]
    pixel_mm = _mm_per_pixel(camera, view)
    corner_mm = stage.scene.label_corner_mm
    alpha = np.clip(_inside_mm(u, v, half, corner_mm) / pixel_mm + np.float32(0.5), 0, 1)
    alpha *= hits.seen[region]
    if hits.front is not None:
        alpha *= hits.front[region]

    lamp = lamp_in_object(stage.scene.light, view)
    push = (-0.2 * lamp[:2]).astype(np.float32)
    gap_mm = np.maximum(-_inside_mm(u - push[0], v - push[1], half, corner_mm), 0)
    contact = np.exp(-np.square(gap_mm / np.float32(_CONTACT_SHADOW_MM)))
    if hits.front is not None:
        contact *= hits.front[region]

    raster, scale_x, scale_y = _raster_for(printed, camera, view)
    x = (u + half[0]) * np.float32(scale_x) - np.float32(0.5)
    y = (v + half[1]) * np.float32(scale_y) - np.float32(0.5)
    colour = cv2.remap(raster, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    patch = picture[region]
    patch *= ((1 - alpha) * (1 - np.float32(_CONTACT_SHADOW) * contact))[..., None]
    patch += np.asarray(colour, np.float32) * alpha[..., None]
    cover = np.zeros(hits.u.shape, np.float32)
    cover[region] = alpha
    return cover


def _raster_for(
    printed: PrintedLabel, camera: Camera, view: View
) -> tuple[NDArray[np.float32], float, float]:
    """Average the print down to about 1.4 samples per picture pixel, apart in x and y.

    Returns:
        The raster, and its samples per millimetre along x and along y.
    """
    step = 0.01
    around = np.array([[-step, 0], [step, 0], [0, -step], [0, step]])
    pixels = camera.pixels_from_camera(camera_points_mm(view, around))
    per_mm = (
        float(np.linalg.norm(pixels[1] - pixels[0])) / (2 * step),
        float(np.linalg.norm(pixels[3] - pixels[2])) / (2 * step),
    )
    if view.surface is not None:
        # Another part of a bent sheet may face the camera better than its centre does.
        per_mm = (camera.focal_px / view.distance_mm,) * 2
    print_per_mm = printed.dpi / MM_PER_INCH
    height, width = printed.reflectance.shape[:2]
    new_width = min(width, max(8, round(width * 1.4 * per_mm[0] / print_per_mm)))
    new_height = min(height, max(8, round(height * 1.4 * per_mm[1] / print_per_mm)))
    raster = printed.reflectance
    if (new_width, new_height) != (width, height):
        raster = np.asarray(
            cv2.resize(raster, (new_width, new_height), interpolation=cv2.INTER_AREA), np.float32
        )
    return raster, print_per_mm * new_width / width, print_per_mm * new_height / height
