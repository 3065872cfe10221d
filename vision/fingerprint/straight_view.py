"""StraightView: a photo of a symbol, ready to be sampled module by module through a grid map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.lattice.grid_map import (
    MARGIN_MODULES,
    NODES_PER_MODULE,
    GridMap,
    node_coordinates,
)
from vision.geometry import Homography, Quad, scale_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

PATCH_MARGIN_MODULES = 1
"""Paper around the symbol that a straight patch shows."""
# OpenCV samples at steps of 1/32 px: on modules this large that is a four-hundredth of one.
_LEAST_MODULE_PX = 12.0
# A photo with more pixels than this times the patch's is shrunk by area, so that nothing aliases.
_MOST_OVERSAMPLING = 1.5


def grid_of_quad(quad: Quad, size_modules: int) -> GridMap:
    """The map of a flat symbol from its outline."""
    side = float(size_modules)
    xy_from_uv = Homography.from_points(
        quad.corners_px, [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)]
    )
    at = node_coordinates(size_modules)
    u, v = np.meshgrid(at, at)
    nodes = xy_from_uv.apply(np.stack((u.ravel(), v.ravel()), axis=1))
    return GridMap(size_modules, nodes.reshape(at.size, at.size, 2).astype(np.float32))


def module_px(grid: GridMap) -> float:
    """Usual size of a module in the picture of a map, px."""
    inner = slice(MARGIN_MODULES * NODES_PER_MODULE, -MARGIN_MODULES * NODES_PER_MODULE)
    nodes = grid.nodes_xy[inner, inner].astype(np.float64)
    across = np.diff(nodes, axis=1)
    down = np.diff(nodes, axis=0)
    lengths = [float(np.median(np.hypot(step[..., 0], step[..., 1]))) for step in (across, down)]
    return NODES_PER_MODULE * float(np.sqrt(lengths[0] * lengths[1]))


@dataclass(frozen=True, slots=True, eq=False)
class StraightView:
    """The part of a photo that shows a symbol, in a size that suits the patch.

    Attributes:
        picture: float32 (h, w).
        scale_xy: size of the picture against the photo.
        origin_xy: first pixel of the part in the photo.
    """

    picture: NDArray[np.float32]
    scale_xy: tuple[float, float]
    origin_xy: tuple[int, int]

    @classmethod
    def of(cls, gray: NDArray[np.uint8], grid: GridMap, pixels_per_module: int) -> StraightView:
        """Cut out and resize what a patch of `pixels_per_module` needs; gray is uint8 (H, W)."""
        points = grid.nodes_xy.reshape(-1, 2)
        height, width = gray.shape
        last = (width - 1, height - 1)
        first_x, first_y = (int(x) for x in np.clip(np.floor(points.min(axis=0)) - 2, 0, last))
        end_x, end_y = (
            int(x) for x in np.clip(np.ceil(points.max(axis=0)) + 3, 1, (width, height))
        )
        part = gray[first_y : max(end_y, first_y + 1), first_x : max(end_x, first_x + 1)]
        size_px = module_px(grid)
        scale = 1.0
        if size_px > _MOST_OVERSAMPLING * pixels_per_module:
            scale = pixels_per_module / size_px
        elif size_px < _LEAST_MODULE_PX:
            scale = _LEAST_MODULE_PX / max(size_px, 1.0)
        picture = part.astype(np.float32)
        if scale != 1.0:
            wanted_wh = tuple(max(1, round(side * scale)) for side in part.shape[::-1])
            how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            picture = np.asarray(cv2.resize(picture, wanted_wh, interpolation=how), np.float32)
        factor = (picture.shape[1] / part.shape[1], picture.shape[0] / part.shape[0])
        return cls(picture, factor, (first_x, first_y))

    def patch(self, grid: GridMap, pixels_per_module: int) -> NDArray[np.float32]:
        """The symbol and a margin seen straight, float32 (S, S), S = (N + 2) x pixels."""
        # Two nodes more than are shown keep the cubic's border out of the patch.
        spare = MARGIN_MODULES - PATCH_MARGIN_MODULES - 1
        cut = slice(spare * NODES_PER_MODULE, -spare * NODES_PER_MODULE)
        nodes = scale_points(grid.nodes_xy[cut, cut] - np.asarray(self.origin_xy), self.scale_xy)
        side = (grid.size_modules + 2 * (PATCH_MARGIN_MODULES + 1)) * pixels_per_module
        places = cv2.resize(nodes.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
        shown = np.ascontiguousarray(
            places[pixels_per_module:-pixels_per_module, pixels_per_module:-pixels_per_module]
        )
        straight = cv2.remap(
            self.picture,
            shown,
            None,  # type: ignore[call-overload]
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(straight, dtype=np.float32)
