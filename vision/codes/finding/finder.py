"""A finder pattern as it is seen: a local frame of modules, from the corners of its squares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vision.geometry import scale_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Corners of a square of half-side 1, clockwise on the screen from its own top left.
UNIT_CORNERS = np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
_CORNERS_T = np.ascontiguousarray(UNIT_CORNERS.T)
# Row t: the corners in order after t turns.
_TURNED = (np.arange(4)[None, :] - np.arange(4)[:, None]) % 4
# What a finder without a clean outer edge costs in `doubt`: it may touch other ink.
_NO_OUTER_EDGE = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """One finder pattern (ISO/IEC 18004:2015, 6.3.3): squares of 3, 5 and 7 modules.

    Which of its four turns is the symbol's own is not known yet: "right" and "down" below are one
    of the four.

    Attributes:
        half_sides: float64 (R,), half of the squares' sides in modules: 1.5, 2.5 and perhaps 3.5.
        corners_xy: float64 (R, 4, 2), their corners, px, all beginning at the same corner.
        frame: float64 (3, 2), px = (right, down, 1) @ frame, modules from the centre; least
            squares over the corners.
        residual_modules: mean distance of the corners from that frame.
    """

    half_sides: NDArray[np.float64]
    corners_xy: NDArray[np.float64]
    frame: NDArray[np.float64]
    residual_modules: float

    @classmethod
    def of_squares(
        cls, half_sides: NDArray[np.float64], corners_xy: NDArray[np.float64]
    ) -> Finder | None:
        """Fit the frame; None where the squares don't share one."""
        frame = frame_of_squares(half_sides, corners_xy)
        module_px = _module_px(frame)
        if not math.isfinite(module_px) or module_px <= 0:
            return None
        placed = half_sides[:, None, None] * (UNIT_CORNERS @ frame[:2]) + frame[2]
        residual = float(np.abs(placed - corners_xy).sum()) / corners_xy.size / module_px
        return cls(half_sides, corners_xy, frame, residual)

    @property
    def centre_xy(self) -> NDArray[np.float64]:
        """Centre, px."""
        centre: NDArray[np.float64] = self.frame[2]
        return centre

    @property
    def module_px(self) -> float:
        """Side of the square that is as large as a module, px."""
        return _module_px(self.frame)

    @property
    def has_outer_edge(self) -> bool:
        """Whether the edge of all seven modules was seen."""
        return self.half_sides.size == 3

    @property
    def doubt(self) -> float:
        """0 for a perfect pattern; grows with the residual and without an outer edge."""
        return self.residual_modules + (0.0 if self.has_outer_edge else _NO_OUTER_EDGE)

    @property
    def anisotropy(self) -> float:
        """Longest over shortest module axis, 1 or more."""
        longest, shortest = np.linalg.svd(self.frame[:2], compute_uv=False)
        return float(longest / max(shortest, 1e-9))

    def axis_towards(self, direction_xy: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """Return the module axis (2,), px per module, nearest to a direction, and the cosine."""
        axes = np.concatenate((self.frame[:2], -self.frame[:2]))
        lengths = np.linalg.norm(axes, axis=1)
        cosines = axes @ direction_xy / (lengths * np.linalg.norm(direction_xy) + 1e-9)
        best = int(cosines.argmax())
        return axes[best], float(cosines[best])

    def turned(self, right_xy: NDArray[np.float64], down_xy: NDArray[np.float64]) -> Finder:
        """The same finder with its right and down as near as can be to two directions in px."""
        right, down = (d / (np.linalg.norm(d) + 1e-9) for d in (right_xy, down_xy))
        along, below = (axis / (np.linalg.norm(axis) + 1e-9) for axis in self.frame[:2])
        # A turn makes the old "up" the new "right", and the old "right" the new "down".
        straight, aslant = (
            float(along @ right + below @ down),
            float(along @ down - below @ right),
        )
        scores = (straight, aslant, -straight, -aslant)
        turns = scores.index(max(scores))
        frame = self.frame.copy()
        for _ in range(turns):
            frame[:2] = -frame[1], frame[0].copy()
        corners = self.corners_xy[:, _TURNED[turns]]
        return Finder(self.half_sides, corners, frame, self.residual_modules)

    def scaled(self, scale: float) -> Finder:
        """The same finder in the picture resized by `scale`."""
        corners = scale_points(self.corners_xy, scale)
        frame = self.frame * scale
        frame[2] = scale_points(self.frame[2], scale)
        return Finder(self.half_sides, corners, frame, self.residual_modules)

    @property
    def corner_pairs(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Corners in modules from the centre, (4 R, 2), and in the picture, px, (4 R, 2)."""
        uv = (self.half_sides[:, None, None] * UNIT_CORNERS).reshape(-1, 2)
        return uv, self.corners_xy.reshape(-1, 2)

    def place(self, right: float, down: float) -> NDArray[np.float64]:
        """Picture point (2,), px, of a point in modules from the centre."""
        placed: NDArray[np.float64] = np.array((right, down, 1.0)) @ self.frame
        return placed


def frame_of_squares(
    half_sides: NDArray[np.float64], corners_xy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Least-squares affine frame (3, 2) of the corners (R, 4, 2) of concentric squares.

    The corners' module coordinates are symmetric, so the normal equations are diagonal.
    """
    square_sum = 4 * float(half_sides @ half_sides)
    frame = np.empty((3, 2))
    frame[:2] = np.tensordot(half_sides[:, None] * _CORNERS_T[:, None, :], corners_xy, 2)
    frame[:2] /= square_sum
    frame[2] = corners_xy.reshape(-1, 2).sum(axis=0) / (4 * half_sides.size)
    return frame


def _module_px(frame: NDArray[np.float64]) -> float:
    (a, b), (c, d) = frame[:2].tolist()
    return math.sqrt(abs(a * d - b * c))
