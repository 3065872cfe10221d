"""A symbol on a roll: a sheet bent round a cylinder and seen in perspective, in closed form.

Two ways through it: from modules to the picture, and from the picture back to the modules of the
side that is seen. Nine numbers hold the whole sheet, so that what is known round one finder tells
how it goes on, up to the limb and behind it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.lattice.grid_map import GridMap, node_coordinates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.codes.finding.finder import Finder

    Floats = NDArray[np.float64]

PARAMETERS = 9
# A bend below this, radians per module, is none: a plane.
_LEAST_BEND = 1e-6
_TINY = 1e-9
_FLAT_RAD = 1e-3
_HALF_FINDER = 3.5
# Of a viewing ray that misses the roll, how far off the surface the nearest point may count.
_LEAST_DEPTH = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Roll:
    """A sheet of modules on a cylinder.

    Module coordinates (u, v) count from the outer corner of the finder that it was begun at. With
    a and b, modules from that finder's centre across and along the roll's axis, the sheet is the
    surface (sin(k a) / k, b, (1 - cos(k a)) / k): its tangent plane at the finder is z = 0.

    Attributes:
        bend: k, radians per module.
        across_rad: angle of the direction across the axis against u.
        turn: float64 (3, 3), rotation into the camera's frame, z away from it.
        scale: px per module at the finder.
        centre_xy: float64 (2,), px, the finder's centre.
        nearness: modules over the distance of the camera: what perspective makes of depth.
    """

    bend: float
    across_rad: float
    turn: Floats
    scale: float
    centre_xy: Floats
    nearness: float = 0.0

    @classmethod
    def at_finder(
        cls, finder: Finder, bend: float, across_rad: float, *, is_mirrored: bool = False
    ) -> Roll:
        """The sheet that touches a finder's plane.

        A flat square seen from afar leans either of two ways; `is_mirrored` chooses the other one.
        """
        frame = finder.frame[:2].T
        scale = float(np.linalg.svd(frame, compute_uv=False)[0]) * (1 + _TINY)
        upper = frame / scale
        leaning = np.sqrt(np.maximum(1 - (upper**2).sum(axis=0), 0.0))
        if upper[:, 0] @ upper[:, 1] > 0:
            leaning[1] = -leaning[1]
        if is_mirrored:
            leaning = -leaning
        columns = np.vstack((upper, leaning))
        turn = np.column_stack((columns, np.cross(columns[:, 0], columns[:, 1])))
        u, _, vt = np.linalg.svd(turn)
        return cls(bend, across_rad, u @ vt, scale, finder.centre_xy.copy())

    def moved(self, step: Floats) -> Roll:
        """The roll changed by nine numbers.

        Bend, angle across, rotation vector (3), log of the scale, shift in modules (2), nearness.
        """
        turned, _ = cv2.Rodrigues(step[2:5])
        return Roll(
            self.bend + float(step[0]),
            self.across_rad + float(step[1]),
            self.turn @ turned,
            self.scale * math.exp(float(np.clip(step[5], -1, 1))),
            self.centre_xy + self.scale * step[6:8],
            self.nearness + float(step[8]),
        )

    @property
    def _bend(self) -> float:
        return self.bend if abs(self.bend) > _LEAST_BEND else math.copysign(_LEAST_BEND, self.bend)

    def points_xy(self, uv: Floats) -> Floats:
        """Picture points (n, 2), px, of module coordinates (n, 2), hidden ones too."""
        _, seen, depth, _ = self._seen(uv)
        placed: Floats = (self.scale * seen[:2] / depth).T + self.centre_xy
        return placed

    def modules_uv(self, xy: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Module coordinates (n, 2) of picture points (n, 2), and which of them meet the sheet.

        A viewing ray meets the cylinder twice or not at all; the side that the finder is on is
        the one that is seen.
        """
        k, c, s = self._bend, math.cos(self.across_rad), math.sin(self.across_rad)
        x, y = ((xy - self.centre_xy) / self.scale).T
        own = self.turn.T @ np.stack((x, y, np.zeros_like(x)))
        way = self.turn.T @ np.stack((self.nearness * x, self.nearness * y, np.ones_like(x)))
        from_a, from_b, from_z = c * own[0] + s * own[1], c * own[1] - s * own[0], own[2]
        way_a, way_b, way_z = c * way[0] + s * way[1], c * way[1] - s * way[0], way[2]
        square = k * (way_a**2 + way_z**2)
        half = k * (from_a * way_a + from_z * way_z) - way_z
        rest = k * (from_a**2 + from_z**2) - 2 * from_z
        inner = half**2 - square * rest
        side = -1.0 if self.turn[2, 2] > 0 else 1.0
        below = half + side * np.sqrt(np.maximum(inner, 0.0))
        far = -rest / np.where(np.abs(below) < _TINY, _TINY, below)
        a = np.arctan2(k * (from_a + far * way_a), 1 - k * (from_z + far * way_z)) / k
        b = from_b + far * way_b
        uv = np.stack((c * a - s * b, s * a + c * b), axis=1) + _HALF_FINDER
        return uv, inner > 0

    def tangents(self, uv: Floats) -> tuple[Floats, Floats]:
        """What one module to the right and one down are in the picture, (n, 2) px each."""
        c, s = math.cos(self.across_rad), math.sin(self.across_rad)
        _, seen, depth, (way_a, way_z) = self._seen(uv)
        axes = self.turn
        along_a = np.outer(c * axes[:, 0] + s * axes[:, 1], way_a) + np.outer(axes[:, 2], way_z)
        along_b = (c * axes[:, 1] - s * axes[:, 0])[:, None]
        return (
            self._flattened(c * along_a - s * along_b, seen, depth),
            self._flattened(s * along_a + c * along_b, seen, depth),
        )

    def slopes(self, uv: Floats) -> Floats:
        """How picture points move as the nine numbers of `moved` grow, (n, 2, 9), px."""
        k, c, s = self._bend, math.cos(self.across_rad), math.sin(self.across_rad)
        (a, b, sheet), seen, depth, (way_a, way_z) = self._seen(uv)
        angle = k * a
        is_flat = np.abs(angle) < _FLAT_RAD
        safe = np.where(is_flat, 1.0, angle)
        # Of sin(k a) / k and (1 - cos(k a)) / k by k; by Taylor where k a is small.
        more_x = np.where(is_flat, -angle / 3, (safe * way_a - np.sin(safe)) / safe**2) * a**2
        more_z = np.where(is_flat, 0.5, (safe * np.sin(safe) - 1 + way_a) / safe**2) * a**2
        by_bend = np.stack((c * more_x, s * more_x, more_z))
        # As the axis turns, a grows by b and b falls by a.
        x = c * sheet[0] + s * sheet[1]
        on_a, on_b = way_a * b - b, x - a
        by_angle = np.stack((c * on_a - s * on_b, s * on_a + c * on_b, way_z * b))
        nothing = np.zeros_like(a)
        by_turn = (
            np.stack((nothing, -sheet[2], sheet[1])),
            np.stack((sheet[2], nothing, -sheet[0])),
            np.stack((-sheet[1], sheet[0], nothing)),
        )
        slopes = np.empty((len(uv), 2, PARAMETERS))
        for index, moved in enumerate((by_bend, by_angle, *by_turn)):
            slopes[:, :, index] = self._flattened(self.turn @ moved, seen, depth)
        slopes[:, :, 5] = (self.scale * seen[:2] / depth).T
        slopes[:, :, 6:8] = self.scale * np.eye(2)
        slopes[:, :, 8] = -(self.scale * seen[:2] * seen[2] / depth**2).T
        return slopes

    def _seen(
        self, uv: Floats
    ) -> tuple[tuple[Floats, Floats, Floats], Floats, Floats, tuple[Floats, Floats]]:
        """Coordinates a, b and the sheet's points; these in the camera's frame, their depth."""
        k, c, s = self._bend, math.cos(self.across_rad), math.sin(self.across_rad)
        u, v = uv[:, 0] - _HALF_FINDER, uv[:, 1] - _HALF_FINDER
        a, b = c * u + s * v, c * v - s * u
        x = np.sin(k * a) / k
        sheet = np.stack((c * x - s * b, s * x + c * b, 2 * np.sin(k * a / 2) ** 2 / k))
        seen = self.turn @ sheet
        depth = np.maximum(1 + self.nearness * seen[2], _LEAST_DEPTH)
        return (a, b, sheet), seen, depth, (np.cos(k * a), np.sin(k * a))

    def _flattened(self, moved: Floats, seen: Floats, depth: Floats) -> Floats:
        """Steps (3, n) at points in the camera's frame, as steps (n, 2) in the picture."""
        away = self.nearness * moved[2] / depth
        flat: Floats = (self.scale / depth * (moved[:2] - seen[:2] * away)).T
        return flat

    def grid(self, size_modules: int, corner_uv: tuple[float, float], turns: int) -> GridMap:
        """The map of a symbol of N x N modules that lies on the sheet.

        Args:
            size_modules: N.
            corner_uv: Least u and v of it.
            turns: Quarter turns from its own axes to the sheet's, clockwise on the screen.
        """
        at = node_coordinates(size_modules) - size_modules / 2
        right, down = np.meshgrid(at, at)
        for _ in range(turns % 4):
            right, down = -down, right
        middle = np.array(corner_uv) + size_modules / 2
        uv = np.stack((right, down), axis=-1).reshape(-1, 2) + middle
        nodes = self.points_xy(uv).reshape(*right.shape, 2)
        return GridMap(size_modules, nodes.astype(np.float32))
