"""Light on the pack: Lambert shading, mirror lobe, glare spot, brightness slope, shadow edge."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.printcam.camera import Camera
    from vision.printcam.scene import Light
    from vision.printcam.view import Hits, Rays, View


def lamp_in_object(light: Light, view: View) -> NDArray[np.float64]:
    """Unit vector from the label's centre to the lamp, in the object frame, (3,)."""
    lamp = np.array(light.towards_lamp, np.float64)
    return np.asarray(view.camera_from_object.T @ (lamp / np.linalg.norm(lamp)), np.float64)


def shade(
    light: Light, view: View, lamp: NDArray[np.float64], hits: Hits
) -> NDArray[np.float32] | None:
    """Lambert shading relative to the label's plane; None where it is 1 everywhere.

    Args:
        light: Light.
        view: Pose and form.
        lamp: Unit vector to the lamp in the object frame.
        hits: What the rays meet.
    """
    outwards = np.float32(-lamp[2])
    if hits.normal is not None:
        facing = np.maximum(hits.normal @ lamp.astype(np.float32), 0)
    elif hits.angle is not None:
        across, _ = view.bend_axes
        sideways = np.float32(lamp[:2] @ across)
        facing = np.maximum(sideways * np.sin(hits.angle) + outwards * np.cos(hits.angle), 0)
    else:
        return None
    ambient = np.float32(light.ambient)
    level = ambient + (1 - ambient) * facing
    level /= ambient + (1 - ambient) * max(outwards, np.float32(0)) + np.float32(1e-3)
    return np.where(hits.seen, level, np.float32(1))


def specular(
    light: Light, view: View, rays: Rays, hits: Hits, gloss: NDArray[np.float32] | np.float32
) -> NDArray[np.float32] | None:
    """The lamp's mirror lobe, Gaussian in the angle between normal and half vector.

    A surface mirrors the lamp into the lens where its normal halves the angle between both; the
    half vector runs half as fast as the mirrored ray, so the lobe's width counts half.

    Returns:
        float32 (H, W) light to add, or None without a lobe.
    """
    if light.specular == 0:
        return None
    turn = view.camera_from_object.astype(np.float32)
    normal = _camera_normals(view, hits)
    lens = np.stack([-rays.x, -rays.y, np.full(rays.x.shape, -1, np.float32)], axis=2)
    lamp = np.array(light.towards_lamp, np.float64)
    lamp /= np.linalg.norm(lamp)
    towards = lamp.astype(np.float32)
    if light.lamp_mm is not None:
        place = (view.centre_mm + lamp * light.lamp_mm).astype(np.float32)
        towards = _unit(np.asarray(place + lens * hits.depth[..., None], np.float32))
    half = _unit(_unit(lens) + towards)
    cosine = np.einsum("hwc,hwc->hw", half, normal @ turn.T)
    width = np.float32(math.radians(light.specular_deg) / 2)
    # 1 - cos(a) = a^2 / 2 but for angles at which nothing of the lobe is left.
    lobe = np.exp(np.maximum((cosine - 1) / (width * width), -40))
    return np.asarray(np.float32(light.specular) * gloss * lobe * hits.seen, np.float32)


def _camera_normals(view: View, hits: Hits) -> NDArray[np.float32]:
    """Outward normals in the object frame: (H, W, 3), or (1, 1, 3) of a plane."""
    if hits.normal is not None:
        return hits.normal
    if hits.angle is None:
        return np.array([[[0, 0, -1]]], np.float32)
    across = view.bend_axes[0].astype(np.float32)
    sine = np.sin(hits.angle)
    return np.stack([sine * across[0], sine * across[1], -np.cos(hits.angle)], axis=2)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.sqrt(np.einsum("hwc,hwc->hw", vectors, vectors))[..., None]
    return np.asarray(vectors / np.maximum(length, np.float32(1e-9)), np.float32)


def glare(
    light: Light,
    label_size_mm: tuple[float, float],
    hits: Hits,
    gloss: NDArray[np.float32] | np.float32,
) -> NDArray[np.float32] | None:
    """A lamp's mirror image at a set place, Gaussian on the sheet, or None."""
    if light.glare_mm is None or light.glare_strength == 0:
        return None
    half = np.array(label_size_mm, np.float32) / np.float32(2)
    x = (hits.u + half[0] - np.float32(light.glare_mm[0])) / np.float32(light.glare_size_mm[0])
    y = (hits.v + half[1] - np.float32(light.glare_mm[1])) / np.float32(light.glare_size_mm[1])
    spot = np.exp(np.float32(-0.5) * (x * x + y * y)) * hits.seen
    return np.asarray(np.float32(light.glare_strength) * gloss * spot, np.float32)


def gradient(light: Light, camera: Camera) -> NDArray[np.float32]:
    """Brightness over the picture: a linear slope of the stated total change."""
    angle = math.radians(light.gradient_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    extent = abs(cos) * (camera.width_px - 1) + abs(sin) * (camera.height_px - 1)
    slope = light.gradient / extent
    x = ((np.arange(camera.width_px) - camera.centre_px[0]) * cos * slope).astype(np.float32)
    y = ((np.arange(camera.height_px) - camera.centre_px[1]) * sin * slope).astype(np.float32)
    return np.asarray(1 + y[:, None] + x[None, :], np.float32)


def shadow(
    light: Light, label_size_mm: tuple[float, float], hits: Hits
) -> NDArray[np.float32] | None:
    """Light left by a soft shadow edge on the surface (logistic slope), or None."""
    if light.shadow_mm is None:
        return None
    half = np.array(label_size_mm, np.float32) / np.float32(2)
    angle = math.radians(light.shadow_deg)
    into = (hits.u + half[0] - np.float32(light.shadow_mm[0])) * np.float32(math.cos(angle))
    into += (hits.v + half[1] - np.float32(light.shadow_mm[1])) * np.float32(math.sin(angle))
    # A logistic curve of scale s has the standard deviation s * pi / sqrt(3).
    into *= np.float32(-math.pi / math.sqrt(3) / light.shadow_softness_mm)
    np.clip(into, -30, 30, out=into)
    return np.asarray(1 - np.float32(light.shadow_depth) / (1 + np.exp(into)), np.float32)
